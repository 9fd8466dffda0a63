//! Groups and the rights they give.
//!
//! Defaults are MediaWiki 1.45's (`$wgGroupPermissions`); order counts, it is the order in which the
//! API lists rights.

use std::collections::BTreeSet;

use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::Account;

use crate::grants;

/// Which group gives which right, and who is promoted by time and edits.
#[derive(Clone, Debug, PartialEq)]
pub struct Rights {
    /// Groups in order, each with its rights in order (`$wgGroupPermissions`).
    pub groups: Vec<(String, Vec<String>)>,
    /// Seconds that an account must exist to be autoconfirmed (`$wgAutoConfirmAge`).
    pub auto_confirm_age: i64,
    /// Edits that it must have made (`$wgAutoConfirmCount`).
    pub auto_confirm_count: u64,
}

const DEFAULT_GROUPS: &[(&str, &str)] = &[
    (
        "*",
        "createaccount read edit createpage createtalk viewmyprivateinfo editmyprivateinfo editmyoptions",
    ),
    (
        "user",
        "move move-subpages move-rootuserpages move-categorypages movefile read edit createpage \
         createtalk upload reupload reupload-shared minoredit editmyusercss editmyuserjson \
         editmyuserjs editmyuserjsredirect sendemail applychangetags changetags viewmywatchlist \
         editmywatchlist",
    ),
    ("autoconfirmed", "autoconfirmed editsemiprotected"),
    (
        "bot",
        "bot autoconfirmed editsemiprotected nominornewtalk autopatrol suppressredirect apihighlimits",
    ),
    (
        "sysop",
        "block createaccount delete bigdelete deletedhistory deletedtext undelete \
         editcontentmodel editinterface editsitejson edituserjson import importupload move \
         move-subpages move-rootuserpages move-categorypages patrol autopatrol protect \
         editprotected rollback upload reupload reupload-shared unwatchedpages autoconfirmed \
         editsemiprotected ipblock-exempt blockemail markbotedits apihighlimits browsearchive \
         noratelimit movefile unblockself suppressredirect mergehistory managechangetags \
         deletechangetags",
    ),
    (
        "interface-admin",
        "editinterface editsitecss editsitejson editsitejs editusercss edituserjson edituserjs",
    ),
    ("bureaucrat", "userrights noratelimit renameuser"),
    (
        "suppress",
        "hideuser suppressrevision viewsuppressed suppressionlog deleterevision deletelogentry",
    ),
];

/// Rights of MediaWiki's that neither a group nor a grant has by default; the second line are those
/// that everybody has without being given them.
const OTHER_RIGHTS: &str = "override-export-depth siteadmin userrights-interwiki \
     renderfile renderfile-nonstandard stashedit stashbasehtml mailpassword changeemail \
     confirmemail linkpurge purge";

/// Groups that nobody is put into by hand.
pub const IMPLICIT_GROUPS: [&str; 3] = ["*", "user", "autoconfirmed"];

impl Default for Rights {
    fn default() -> Self {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        Self {
            groups: DEFAULT_GROUPS.iter().map(|(g, r)| ((*g).to_owned(), words(r))).collect(),
            auto_confirm_age: 0,
            auto_confirm_count: 0,
        }
    }
}

impl Rights {
    /// The rights of one group.
    pub fn of_group(&self, group: &str) -> &[String] {
        self.groups.iter().find(|(name, _)| name == group).map_or(&[], |(_, rights)| rights)
    }

    /// Whether a group gives a right.
    pub fn group_has(&self, group: &str, right: &str) -> bool {
        self.of_group(group).iter().any(|r| r == right)
    }

    /// The rights of several groups, each once, in order.
    pub fn of_groups(&self, groups: &[String]) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for right in groups.iter().flat_map(|group| self.of_group(group)) {
            if !all.contains(right) {
                all.push(right.clone());
            }
        }
        all
    }

    /// Gives a group a right, or takes it away (`$wgGroupPermissions[group][right] = …`).
    pub fn set(&mut self, group: &str, right: &str, given: bool) {
        if !self.groups.iter().any(|(name, _)| name == group) {
            self.groups.push((group.to_owned(), Vec::new()));
        }
        if let Some((_, rights)) = self.groups.iter_mut().find(|(name, _)| name == group) {
            rights.retain(|r| r != right || given);
            if given && !rights.iter().any(|r| r == right) {
                rights.push(right.to_owned());
            }
        }
    }

    /// Adds the rights of a wiki with second factors, as OATHAuth gives them.
    pub fn add_second_factors(&mut self) {
        self.set("user", "oathauth-enable", true);
        for right in ["disable-for-user", "verify-user", "view-log"] {
            self.set("sysop", &format!("oathauth-{right}"), true);
        }
    }

    /// Adds the rights of a wiki with a log of logins, as CheckUser gives them.
    pub fn add_private_log(&mut self) {
        for right in ["checkuser", "checkuser-log"] {
            self.set("checkuser", right, true);
        }
    }

    /// Groups that have a right, in order.
    pub fn groups_with(&self, right: &str) -> Vec<&str> {
        self.groups
            .iter()
            .filter(|(_, rights)| rights.iter().any(|r| r == right))
            .map(|(group, _)| group.as_str())
            .collect()
    }

    /// All rights that there are, those that nobody has among them, in alphabetical order.
    pub fn known(&self) -> BTreeSet<&str> {
        let of_groups = DEFAULT_GROUPS.iter().map(|(_, rights)| *rights);
        let by_default = of_groups.chain(grants::ALL.iter().map(|grant| grant.rights));
        let core = by_default.chain([OTHER_RIGHTS]).flat_map(str::split_whitespace);
        let configured = self.groups.iter().flat_map(|(_, rights)| rights).map(String::as_str);
        core.filter(|right| !right.starts_with('+')).chain(configured).collect()
    }

    /// Groups that somebody can be put into.
    pub fn explicit_groups(&self) -> impl Iterator<Item = &str> {
        self.groups
            .iter()
            .map(|(group, _)| group.as_str())
            .filter(|group| !IMPLICIT_GROUPS.contains(group))
    }

    /// `*`, and for an account `user` and what it is promoted to by itself.
    pub fn implicit_groups(&self, account: Option<&Account>, now: Timestamp) -> Vec<String> {
        self.implicit_group_names(account, now).map(str::to_owned).collect()
    }

    /// The same, not yet copied.
    pub(crate) fn implicit_group_names<'a>(
        &'a self,
        account: Option<&'a Account>,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a str> {
        let own = account.map(|account| if account.is_temp { "temp" } else { "user" });
        let promoted = account
            .filter(|account| !account.is_temp && self.is_autoconfirmed(account, now))
            .map(|_| "autoconfirmed");
        std::iter::once("*").chain(own).chain(promoted)
    }

    fn is_autoconfirmed(&self, account: &Account, now: Timestamp) -> bool {
        let age = account.registration.map_or(i64::MAX, |since| now.0.saturating_sub(since.0));
        age >= self.auto_confirm_age && account.edit_count.unwrap_or(0) >= self.auto_confirm_count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_come_group_after_group_and_once() {
        let rights = Rights::default();
        let groups = ["*", "user", "autoconfirmed"].map(str::to_owned);
        let all = rights.of_groups(&groups);
        assert_eq!(all.first().unwrap(), "createaccount");
        assert_eq!(all.last().unwrap(), "editsemiprotected");
        assert_eq!(all.iter().filter(|right| *right == "read").count(), 1);
    }

    #[test]
    fn a_right_can_be_taken_and_given() {
        let mut rights = Rights::default();
        rights.set("*", "read", false);
        assert!(!rights.group_has("*", "read"));
        rights.set("staff", "read", true);
        assert!(rights.group_has("staff", "read"));
    }

    #[test]
    fn a_right_that_nobody_has_is_known() {
        let mut rights = Rights::default();
        rights.set("sysop", "bigdelete", false);
        rights.set("staff", "dance", true);
        for known in ["bigdelete", "dance", "siteadmin", "pagelang", "purge"] {
            assert!(rights.known().contains(known), "{known}");
        }
        for unknown in ["", "+editpage", "editpage", "fly"] {
            assert!(!rights.known().contains(unknown), "{unknown}");
        }
    }
}
