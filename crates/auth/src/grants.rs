//! The grants that narrow a bot password down (`$wgGrantPermissions`), as of MediaWiki 1.45.

/// Where a grant stands in a list of them (`$wgGrantPermissionGroups`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What every bot password has.
    Hidden,
    /// Pages.
    PageInteraction,
    /// Files.
    FileInteraction,
    /// The watchlist.
    WatchlistInteraction,
    /// Mail to others.
    Email,
    /// Many requests.
    HighVolume,
    /// The account's own settings.
    Customization,
    /// What administrators do.
    Administration,
    /// What is known of the person.
    PrivateInformation,
    /// Second factors of others.
    Authentication,
}

impl Group {
    /// Those that are shown, in this order.
    pub const SHOWN: [Self; 9] = [
        Self::PageInteraction,
        Self::FileInteraction,
        Self::WatchlistInteraction,
        Self::Email,
        Self::HighVolume,
        Self::Customization,
        Self::Administration,
        Self::PrivateInformation,
        Self::Authentication,
    ];

    /// The key of its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Hidden => "grant-group-hidden",
            Self::PageInteraction => "grant-group-page-interaction",
            Self::FileInteraction => "grant-group-file-interaction",
            Self::WatchlistInteraction => "grant-group-watchlist-interaction",
            Self::Email => "grant-group-email",
            Self::HighVolume => "grant-group-high-volume",
            Self::Customization => "grant-group-customization",
            Self::Administration => "grant-group-administration",
            Self::PrivateInformation => "grant-group-private-information",
            Self::Authentication => "grant-group-authentication",
        }
    }
}

/// What can come of a grant in wrong hands (`$wgGrantRiskGroups`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// No more than what a new account could do.
    Low,
    /// Damage that many see, and that can be undone.
    Vandalism,
    /// Damage that can hardly be undone, or a way to secrets.
    Security,
}

/// A grant.
#[derive(Clone, Copy, Debug)]
pub struct Grant {
    /// Its name, as rows and settings hold it.
    pub name: &'static str,
    /// Where it stands.
    pub group: Group,
    /// What can come of it.
    pub risk: Risk,
    /// The rights that it hands on; `+name` includes another grant.
    pub(crate) rights: &'static str,
}

const fn grant(name: &'static str, group: Group, risk: Risk, rights: &'static str) -> Grant {
    Grant { name, group, risk, rights }
}

/// The grant that every bot password has.
pub const BASIC: &str = "basic";

/// All grants, in MediaWiki's order.
pub const ALL: &[Grant] = &[
    grant(
        "basic",
        Group::Hidden,
        Risk::Low,
        "autocreateaccount autoconfirmed autopatrol editsemiprotected ipblock-exempt \
         nominornewtalk patrolmarks read unwatchedpages",
    ),
    grant("highvolume", Group::HighVolume, Risk::Low, "bot apihighlimits noratelimit markbotedits"),
    grant("import", Group::Administration, Risk::Security, "import importupload"),
    grant(
        "editpage",
        Group::PageInteraction,
        Risk::Low,
        "edit minoredit applychangetags changetags editcontentmodel pagelang",
    ),
    grant("editprotected", Group::PageInteraction, Risk::Vandalism, "+editpage editprotected"),
    grant(
        "editmycssjs",
        Group::Customization,
        Risk::Security,
        "+editpage editmyusercss editmyuserjson editmyuserjs",
    ),
    grant("editmyoptions", Group::Customization, Risk::Security, "editmyoptions editmyuserjson"),
    grant(
        "editinterface",
        Group::Administration,
        Risk::Vandalism,
        "+editpage editinterface edituserjson editsitejson",
    ),
    grant(
        "editsiteconfig",
        Group::Administration,
        Risk::Security,
        "+editinterface editusercss edituserjs editsitecss editsitejs",
    ),
    grant(
        "createeditmovepage",
        Group::PageInteraction,
        Risk::Low,
        "+editpage createpage createtalk delete-redirect move move-rootuserpages move-subpages \
         move-categorypages suppressredirect",
    ),
    grant("uploadfile", Group::FileInteraction, Risk::Low, "upload reupload-own"),
    grant(
        "uploadeditmovefile",
        Group::FileInteraction,
        Risk::Low,
        "+uploadfile reupload reupload-shared upload_by_url movefile suppressredirect",
    ),
    grant("patrol", Group::PageInteraction, Risk::Low, "patrol"),
    grant("rollback", Group::Administration, Risk::Low, "rollback"),
    grant("blockusers", Group::Administration, Risk::Vandalism, "block blockemail"),
    grant(
        "viewdeleted",
        Group::Administration,
        Risk::Vandalism,
        "browsearchive deletedhistory deletedtext",
    ),
    grant("viewrestrictedlogs", Group::Administration, Risk::Security, "suppressionlog"),
    grant(
        "delete",
        Group::Administration,
        Risk::Vandalism,
        "+editpage +viewdeleted delete bigdelete deletelogentry deleterevision undelete",
    ),
    grant("oversight", Group::Administration, Risk::Security, "suppressrevision viewsuppressed"),
    grant("protect", Group::Administration, Risk::Vandalism, "+editprotected protect"),
    grant("viewmywatchlist", Group::WatchlistInteraction, Risk::Low, "viewmywatchlist"),
    grant("editmywatchlist", Group::WatchlistInteraction, Risk::Low, "editmywatchlist"),
    grant("sendemail", Group::Email, Risk::Security, "sendemail"),
    grant("createaccount", Group::Administration, Risk::Low, "createaccount"),
    grant("privateinfo", Group::PrivateInformation, Risk::Low, "viewmyprivateinfo"),
    grant("mergehistory", Group::Administration, Risk::Vandalism, "mergehistory"),
    grant("oath", Group::Authentication, Risk::Security, "oathauth-verify-user"),
];

/// The names of all grants that a bot password may hold.
pub fn grant_names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|grant| grant.name)
}

/// The rights that these grants hand on, each once. Unknown grants give nothing.
pub fn rights_of_grants<S: AsRef<str>>(grants: &[S]) -> Vec<String> {
    fn add(name: &str, all: &mut Vec<String>) {
        let Some(grant) = ALL.iter().find(|grant| grant.name == name) else { return };
        for word in grant.rights.split_whitespace() {
            if let Some(included) = word.strip_prefix('+') {
                add(included, all);
            } else if !all.iter().any(|right| right == word) {
                all.push(word.to_owned());
            }
        }
    }
    let mut all = Vec::new();
    for grant in grants {
        add(grant.as_ref(), &mut all);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_include_others_and_unknown_ones_give_nothing() {
        let rights = rights_of_grants(&["protect", "no such grant"]);
        assert!(rights.contains(&"edit".to_owned()));
        assert!(rights.contains(&"editprotected".to_owned()));
        assert!(rights_of_grants(&["no such grant"]).is_empty());
    }

    #[test]
    fn every_grant_but_the_one_that_all_have_is_shown() {
        for grant in ALL {
            assert_eq!(Group::SHOWN.contains(&grant.group), grant.name != BASIC, "{}", grant.name);
        }
    }
}
