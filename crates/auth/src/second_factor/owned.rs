//! What an account owns of second factors.

use daemun_mediawiki::second_factor::{
    LegacyRow, RECOVERY_CODES, RecoveryRow, RowError, TOTP, TotpRow,
};
use daemun_store::Factor;

use super::FactorError;
use crate::environment::Environment;
use crate::error::AuthError;

/// The kinds that are known, the one that is asked for first in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum FactorKind {
    /// Codes of an app.
    Totp,
    /// Codes on paper.
    RecoveryCodes,
}

impl FactorKind {
    /// MediaWiki's name of the module.
    pub fn name(self) -> &'static str {
        match self {
            Self::Totp => TOTP,
            Self::RecoveryCodes => RECOVERY_CODES,
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Totp, Self::RecoveryCodes].into_iter().find(|kind| kind.name() == name)
    }
}

/// What one row holds.
pub(super) enum Content {
    Totp(TotpRow),
    RecoveryCodes(RecoveryRow),
    /// Keys and recovery codes together.
    Legacy(LegacyRow),
}

/// A factor as its holder sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its row.
    pub id: u64,
    /// What it is.
    pub kind: FactorKind,
    /// What its holder calls it.
    pub name: Option<String>,
    /// When it was added, where that is known.
    pub created: Option<daemun_mediawiki::timestamp::Timestamp>,
}

/// All factors of an account that are known here.
pub struct Owned {
    pub(super) rows: Vec<(Factor, Content)>,
}

impl Owned {
    /// Reads them; none where second factors are off. One of a kind that is not known here is
    /// passed over where the account has another, as its holder might choose to.
    ///
    /// # Errors
    /// [`AuthError::Factor`] where one of them cannot be used or none is of a known kind, and when
    /// the store fails.
    pub async fn load(environment: &Environment, user_id: u64) -> Result<Self, AuthError> {
        let settings = &environment.settings.second_factor;
        if !settings.enabled {
            return Ok(Self { rows: Vec::new() });
        }
        let (mut rows, mut unknown) = (Vec::new(), None);
        for factor in environment.store.factors.list(user_id).await? {
            let key = settings.secret_key.as_ref();
            let content = match (factor.is_legacy, factor.kind.as_str()) {
                (true, TOTP) => LegacyRow::read(&factor.data).map(Content::Legacy),
                (false, TOTP) => TotpRow::read(&factor.data, key).map(Content::Totp),
                (false, RECOVERY_CODES) => {
                    RecoveryRow::read(&factor.data, key).map(Content::RecoveryCodes)
                }
                _ => {
                    unknown = Some(FactorError::Kind { user_id, row: factor.id });
                    continue;
                }
            };
            let content = content.map_err(|why: RowError| FactorError::Row {
                user_id,
                row: factor.id,
                why,
            })?;
            rows.push((factor, content));
        }
        match unknown {
            Some(error) if rows.is_empty() => Err(error.into()),
            _ => Ok(Self { rows }),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The kinds, each once, in the order in which the rows came.
    pub fn kinds(&self) -> Vec<FactorKind> {
        let mut kinds = Vec::new();
        for (_, content) in &self.rows {
            let kind = match content {
                Content::Totp(_) | Content::Legacy(_) => FactorKind::Totp,
                Content::RecoveryCodes(_) => FactorKind::RecoveryCodes,
            };
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds
    }

    /// The kind that is asked for first. Programs know how to answer [`FactorKind::Totp`].
    pub fn first_kind(&self) -> Option<FactorKind> {
        let kinds = self.kinds();
        kinds.iter().copied().find(|kind| *kind == FactorKind::Totp).or(kinds.first().copied())
    }

    /// Recovery codes that are left.
    pub fn recovery_codes_left(&self) -> usize {
        let count = |content: &Content| match content {
            Content::Totp(_) => 0,
            Content::RecoveryCodes(row) => row.count(),
            Content::Legacy(row) => row.count(),
        };
        self.rows.iter().map(|(_, content)| count(content)).sum()
    }

    /// Each factor as its holder sees it.
    pub fn listed(&self) -> Vec<Listed> {
        let kind_and_name = |content: &Content| match content {
            Content::Totp(row) => (FactorKind::Totp, row.name().map(str::to_owned)),
            Content::Legacy(_) => (FactorKind::Totp, None),
            Content::RecoveryCodes(_) => (FactorKind::RecoveryCodes, None),
        };
        let all = self.rows.iter().map(|(factor, content)| {
            let (kind, name) = kind_and_name(content);
            Listed { id: factor.id, kind, name, created: factor.created }
        });
        all.collect()
    }

    /// Whether this is one of the recovery codes; it is not used up.
    pub(crate) fn is_recovery_code(&self, typed: &str) -> bool {
        self.rows.iter().any(|(_, content)| match content {
            Content::Totp(_) => false,
            Content::RecoveryCodes(row) => row.clone().take(typed),
            Content::Legacy(row) => row.clone().take(typed),
        })
    }

    /// Each row's kind, when it was added, and whether it is encrypted.
    pub fn rows(
        &self,
    ) -> impl Iterator<Item = (FactorKind, Option<daemun_mediawiki::timestamp::Timestamp>, bool)>
    {
        self.rows.iter().map(|(factor, content)| match content {
            Content::Totp(row) => (FactorKind::Totp, factor.created, row.is_encrypted()),
            Content::RecoveryCodes(row) => {
                (FactorKind::RecoveryCodes, factor.created, row.is_encrypted())
            }
            Content::Legacy(_) => (FactorKind::Totp, factor.created, false),
        })
    }
}
