//! Who acts: an account or an address, with the rights of this session.

use std::net::IpAddr;
use std::sync::Arc;

use daemun_mediawiki::ip;
use daemun_store::Account;

use crate::rights::Rights;

/// The user of a request, as MediaWiki's `User` and `Authority` together.
#[derive(Clone)]
pub struct User {
    account: Option<Arc<Account>>,
    address: IpAddr,
    limited_to: Option<Arc<Vec<String>>>,
    /// Groups that the account is in, but that give it nothing.
    lost_groups: Arc<[String]>,
    /// Rights that no group gives it in this session.
    lost_rights: Arc<[String]>,
}

impl User {
    /// Nobody in particular, at this address.
    pub fn anonymous(address: IpAddr) -> Self {
        Self::of(None, address)
    }

    /// The holder of an account.
    pub fn named(account: Account, address: IpAddr) -> Self {
        Self::of(Some(Arc::new(account)), address)
    }

    fn of(account: Option<Arc<Account>>, address: IpAddr) -> Self {
        let (lost_groups, lost_rights) = (Arc::default(), Arc::default());
        Self { account, address, limited_to: None, lost_groups, lost_rights }
    }

    /// The same user with no other rights than these (a bot password's grants).
    #[must_use]
    pub fn limited_to(mut self, rights: Vec<String>) -> Self {
        self.limited_to = Some(Arc::new(rights));
        self
    }

    /// The same user with none but these of the rights that it has.
    #[must_use]
    pub(crate) fn limited_further(self, rights: &[String]) -> Self {
        let limit = match &self.limited_to {
            Some(limit) => rights.iter().filter(|right| limit.contains(right)).cloned().collect(),
            None => rights.to_vec(),
        };
        self.limited_to(limit)
    }

    /// The same user as if it were not in these groups.
    #[must_use]
    pub(crate) fn without_groups(mut self, groups: Vec<String>) -> Self {
        self.lost_groups = groups.into();
        self
    }

    /// The same user without these rights, whatever group gives them.
    #[must_use]
    pub(crate) fn without_rights(mut self, rights: &[String]) -> Self {
        self.lost_rights = rights.into();
        self
    }

    /// The same user, whose account has this token from now on.
    #[must_use]
    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.account = self.account.map(|account| {
            let mut account = (*account).clone();
            token.clone_into(&mut account.token);
            Arc::new(account)
        });
        self
    }

    /// The account, if there is one.
    pub fn account(&self) -> Option<&Account> {
        self.account.as_deref()
    }

    /// The account's id; 0 for an anonymous user.
    pub fn id(&self) -> u64 {
        self.account.as_ref().map_or(0, |account| account.id)
    }

    /// The account's name; for an anonymous user the address as MediaWiki writes it.
    pub fn name(&self) -> String {
        match &self.account {
            Some(account) => account.name.clone(),
            None => ip::pretty(self.address),
        }
    }

    /// Where the request came from.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// Whether there is an account.
    pub fn is_registered(&self) -> bool {
        self.account.is_some()
    }

    /// Explicit groups in the order of the store, then the implicit ones.
    pub fn groups(
        &self,
        rights: &Rights,
        now: daemun_mediawiki::timestamp::Timestamp,
    ) -> Vec<String> {
        let mut groups: Vec<String> = self.explicit_groups().map(str::to_owned).collect();
        groups.extend(self.implicit_groups(rights, now));
        groups
    }

    fn explicit_groups(&self) -> impl Iterator<Item = &str> {
        let all = self.account.iter().flat_map(|account| &account.groups);
        let names = all.map(|membership| membership.group.as_str());
        names.filter(|name| !self.lost_groups.iter().any(|lost| lost == name))
    }

    /// `*`, and for an account `user` and what it is promoted to by itself.
    pub fn implicit_groups(
        &self,
        rights: &Rights,
        now: daemun_mediawiki::timestamp::Timestamp,
    ) -> Vec<String> {
        rights.implicit_groups(self.account(), now)
    }

    /// All rights, in MediaWiki's order: group after group, each right once.
    pub fn rights(
        &self,
        rights: &Rights,
        now: daemun_mediawiki::timestamp::Timestamp,
    ) -> Vec<String> {
        let mut all = rights.of_groups(&self.groups(rights, now));
        if let Some(limit) = &self.limited_to {
            all.retain(|right| limit.contains(right));
        }
        all.retain(|right| !self.lost_rights.contains(right));
        all
    }

    /// Whether the user has this right here and now.
    pub fn is_allowed(
        &self,
        right: &str,
        rights: &Rights,
        now: daemun_mediawiki::timestamp::Timestamp,
    ) -> bool {
        self.limited_to.as_ref().is_none_or(|limit| limit.iter().any(|r| r == right))
            && !self.lost_rights.iter().any(|lost| lost == right)
            && self
                .explicit_groups()
                .chain(rights.implicit_group_names(self.account(), now))
                .any(|group| rights.group_has(group, right))
    }
}
