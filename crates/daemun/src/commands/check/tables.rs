//! The tables that some settings need: on a wiki they come with an extension, and nothing makes
//! them there but the wiki's own update.

use daemun_auth::Settings;
use daemun_store::{Store, StoreError};

use super::{Line, Named};

/// What needs tables.
struct Feature {
    /// The setting that turns it on.
    setting: &'static str,
    /// Any of these sets of tables will do.
    tables: &'static [&'static [&'static str]],
    /// What brings them.
    extension: &'static str,
    /// What to do without.
    or: &'static str,
}

/// Those that are turned on. Second factors are by default, and without their tables nobody has one;
/// so they need them only where something else rests on them.
fn wanted(settings: &Settings) -> Vec<Feature> {
    let factors = &settings.second_factor;
    let factor = |setting| Feature {
        setting,
        tables: &[&["oathauth_devices", "oathauth_types"], &["oathauth_users"]],
        extension: "OATHAuth",
        or: "leave the setting empty",
    };
    let all = [
        (
            factors.enabled && !factors.required_for_groups.is_empty(),
            factor("second-factor.required-for-groups"),
        ),
        (
            factors.enabled && !factors.exclusive_rights.is_empty(),
            factor("second-factor.exclusive-rights"),
        ),
        (
            !settings.openid.providers.is_empty(),
            Feature {
                setting: "openid",
                tables: &[&["openid_connect"]],
                extension: "OpenIDConnect",
                or: "take the sections `[openid.…]` out",
            },
        ),
        (
            settings.mail.login_codes,
            Feature {
                setting: "mail.login-codes",
                tables: &[&["loginnotify_seen_net"]],
                extension: "LoginNotify",
                or: "set it to false",
            },
        ),
    ];
    all.into_iter().filter(|(is_on, _)| *is_on).map(|(_, feature)| feature).collect()
}

/// A line for each setting whose tables are not there; one for all where none is missing.
pub(super) async fn of_features(store: &Store, settings: &Settings, lines: &mut Vec<Named>) {
    let wanted = wanted(settings);
    let mut good = Vec::new();
    for feature in &wanted {
        let line = match missing(store, feature.tables).await {
            Ok(None) => {
                good.push(feature.setting);
                continue;
            }
            Ok(Some(table)) => Line::Bad(
                format!("`{}` needs the table {table}, which is not there", feature.setting),
                format!(
                    "install MediaWiki's extension {} on the wiki and run its update, which makes \
                     the table, or {}",
                    feature.extension, feature.or
                ),
            ),
            Err(error) => {
                let advice = "see the lines about the database".to_owned();
                Line::Bad(format!("`{}`: {error}", feature.setting), advice)
            }
        };
        lines.push(("tables", line));
    }
    if !good.is_empty() {
        lines.push(("tables", Line::Good(format!("those of {} are there", good.join(", ")))));
    }
}

/// The first table of the first set that is missing where no set is whole.
async fn missing(
    store: &Store,
    sets: &[&[&'static str]],
) -> Result<Option<&'static str>, StoreError> {
    let mut missing = None;
    for set in sets {
        let mut lacks = None;
        for table in *set {
            if lacks.is_none() && !store.has_table(table).await? {
                lacks = Some(*table);
            }
        }
        match lacks {
            None => return Ok(None),
            Some(table) => missing = missing.or(Some(table)),
        }
    }
    Ok(missing)
}
