//! Who may see what of the public log (`$wgLogRestrictions`, and the parts of entries that
//! administrators have hidden).

use daemun_mediawiki::timestamp::Timestamp;

use crate::rights::Rights;
use crate::user::User;

/// The types of entries that are about accounts, and the right without which one is not seen.
///
/// A wiki's table holds other types, too, some of them for few eyes by the settings of extensions
/// that nobody here knows of. So what is not in this list is shown to nobody.
const KINDS: [(&str, Option<&str>); 6] = [
    ("block", None),
    ("newusers", None),
    ("oath", Some("oathauth-view-log")),
    ("renameuser", None),
    ("rights", None),
    ("suppress", Some("suppressionlog")),
];

/// The right to see the log of logins, addresses included.
pub const SEES_LOGINS: &str = "checkuser";

/// A part of an entry that can be hidden: a bit of `log_deleted`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What was done, and to whom.
    Action = 1,
    /// The reason.
    Comment = 2,
    /// Who did it.
    Performer = 4,
}

/// The bit that hides from administrators, too.
const RESTRICTED: u8 = 8;

/// What somebody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogAccess {
    /// The types, in alphabetical order.
    pub kinds: Vec<&'static str>,
    hidden: bool,
    restricted: bool,
}

impl LogAccess {
    /// What this user may see now.
    pub fn of(user: &User, rights: &Rights, now: Timestamp) -> Self {
        let may = |right: &str| user.is_allowed(right, rights, now);
        let kinds = KINDS.iter().filter(|(_, right)| right.is_none_or(may)).map(|(kind, _)| *kind);
        Self {
            kinds: kinds.collect(),
            hidden: may("deletedhistory"),
            restricted: may("suppressrevision") || may("viewsuppressed"),
        }
    }

    /// Whether a type can be seen.
    pub fn sees(&self, kind: &str) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether a part of an entry with this `log_deleted` can be seen.
    pub fn sees_part(&self, part: Part, deleted: u8) -> bool {
        match (deleted & part as u8 != 0, deleted & RESTRICTED != 0) {
            (false, _) => true,
            (true, false) => self.hidden,
            (true, true) => self.restricted,
        }
    }

    /// The bits of entries that must not be found by this part, for nobody shall learn by searching
    /// what cannot be read.
    pub fn not_found_by(&self, part: Part) -> Option<u8> {
        match (self.hidden, self.restricted) {
            (false, _) => Some(part as u8),
            (true, false) => Some(part as u8 | RESTRICTED),
            (true, true) => None,
        }
    }
}

/// Whether a type is one of those that somebody may see.
pub fn is_kind(name: &str) -> bool {
    KINDS.iter().any(|(kind, _)| *kind == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(rights: &[&str]) -> LogAccess {
        let mut given = Rights::default();
        for right in rights {
            given.set("*", right, true);
        }
        LogAccess::of(&User::anonymous([192, 0, 2, 1].into()), &given, Timestamp(0))
    }

    #[test]
    fn a_restricted_log_is_for_those_with_its_right() {
        assert_eq!(access(&[]).kinds, ["block", "newusers", "renameuser", "rights"]);
        assert!(access(&["oathauth-view-log"]).sees("oath"));
        assert!(!access(&["oathauth-view-log"]).sees("suppress"));
        assert!(!access(&["suppressionlog"]).sees("abusefilterprivatedetails"));
    }

    #[test]
    fn a_hidden_part_is_for_administrators_and_a_suppressed_one_for_fewer() {
        let hidden = Part::Performer as u8;
        for (rights, sees, not_found) in [
            (&[] as &[&str], [true, false, false], Some(4)),
            (&["deletedhistory"], [true, true, false], Some(12)),
            (&["deletedhistory", "viewsuppressed"], [true, true, true], None),
        ] {
            let access = access(rights);
            let found = [0, hidden, hidden | 8].map(|d| access.sees_part(Part::Performer, d));
            assert_eq!(found, sees, "{rights:?}");
            assert!(access.sees_part(Part::Comment, hidden | 8), "another part is not hidden");
            assert_eq!(access.not_found_by(Part::Performer), not_found);
        }
    }
}
