//! What an account's preferences are as long as nobody changes them: MediaWiki 1.45 with the skin
//! Vector (`$wgDefaultUserOptions`), in the order in which the API lists them.

use crate::site::Site;
use crate::value::{Kind, Object, Value};

/// A preference's value.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Preference {
    /// A number, also for switches.
    Number(i64),
    /// True.
    Yes,
    /// A text.
    Text(&'static str),
    /// The wiki's language.
    SiteLanguage,
}

use Preference::{Number, SiteLanguage, Text, Yes};

const DEFAULT_OPTIONS: &[(&str, Preference)] = &[
    ("vector-limited-width", Number(1)),
    ("vector-page-tools-pinned", Number(1)),
    ("vector-main-menu-pinned", Number(1)),
    ("vector-toc-pinned", Number(1)),
    ("vector-appearance-pinned", Number(1)),
    ("vector-font-size", Number(0)),
    ("vector-theme", Text("day")),
    ("ccmeonemails", Number(0)),
    ("date", Text("default")),
    ("diffonly", Number(0)),
    ("diff-type", Text("table")),
    ("disablemail", Number(0)),
    ("editfont", Text("monospace")),
    ("editondblclick", Number(0)),
    ("editrecovery", Number(0)),
    ("editsectiononrightclick", Number(0)),
    ("email-allow-new-users", Number(1)),
    ("enotifminoredits", Number(0)),
    ("enotifrevealaddr", Number(0)),
    ("enotifusertalkpages", Number(1)),
    ("enotifwatchlistpages", Number(1)),
    ("extendwatchlist", Number(1)),
    ("fancysig", Number(0)),
    ("forceeditsummary", Number(0)),
    ("forcesafemode", Number(0)),
    ("gender", Text("unknown")),
    ("hidecategorization", Number(1)),
    ("hideminor", Number(0)),
    ("hidepatrolled", Number(0)),
    ("imagesize", Number(2)),
    ("minordefault", Number(0)),
    ("newpageshidepatrolled", Number(0)),
    ("nickname", Text("")),
    ("norollbackdiff", Number(0)),
    ("prefershttps", Number(1)),
    ("previewonfirst", Number(0)),
    ("previewontop", Number(1)),
    ("pst-cssjs", Number(1)),
    ("rcdays", Number(7)),
    ("rcenhancedfilters-disable", Number(0)),
    ("rclimit", Number(50)),
    ("requireemail", Number(0)),
    ("search-match-redirect", Yes),
    ("search-special-page", Text("Search")),
    ("search-thumbnail-extra-namespaces", Yes),
    ("searchlimit", Number(20)),
    ("showhiddencats", Number(0)),
    ("shownumberswatching", Number(1)),
    ("showrollbackconfirmation", Number(0)),
    ("skin", Text("vector-2022")),
    ("skin-responsive", Number(1)),
    ("thumbsize", Number(5)),
    ("underline", Number(2)),
    ("useeditwarning", Number(1)),
    ("uselivepreview", Number(0)),
    ("usenewrc", Number(1)),
    ("watchcreations", Number(1)),
    ("watchcreations-expiry", Text("infinite")),
    ("watchdefault", Number(1)),
    ("watchdefault-expiry", Text("infinite")),
    ("watchdeletion", Number(0)),
    ("watchlistdays", Number(7)),
    ("watchlisthideanons", Number(0)),
    ("watchlisthidebots", Number(0)),
    ("watchlisthidecategorization", Number(1)),
    ("watchlisthideliu", Number(0)),
    ("watchlisthideminor", Number(0)),
    ("watchlisthideown", Number(0)),
    ("watchlisthidepatrolled", Number(0)),
    ("watchlistreloadautomatically", Number(0)),
    ("watchlistunwatchlinks", Number(0)),
    ("watchmoves", Number(0)),
    ("watchrollback", Number(0)),
    ("watchuploads", Number(1)),
    ("watchrollback-expiry", Text("infinite")),
    ("watchstar-expiry", Text("infinite")),
    ("wlenhancedfilters-disable", Number(0)),
    ("wllimit", Number(250)),
    ("timecorrection", Text("System|0")),
    ("language", SiteLanguage),
    ("variant", SiteLanguage),
    ("variant-ban", Text("ban")),
    ("variant-crh", Text("crh")),
    ("variant-en", Text("en")),
    ("variant-gan", Text("gan")),
    ("variant-iu", Text("iu")),
    ("variant-ku", Text("ku")),
    ("variant-mni", Text("mni")),
    ("variant-sh", Text("sh")),
    ("variant-shi", Text("shi")),
    ("variant-sr", Text("sr")),
    ("variant-tg", Text("tg")),
    ("variant-tly", Text("tly")),
    ("variant-uz", Text("uz")),
    ("variant-wuu", Text("wuu")),
    ("variant-zgh", Text("zgh")),
    ("variant-zh", Text("zh")),
    ("searchNs0", Number(1)),
    ("searchNs1", Number(0)),
    ("searchNs2", Number(0)),
    ("searchNs3", Number(0)),
    ("searchNs4", Number(0)),
    ("searchNs5", Number(0)),
    ("searchNs6", Number(0)),
    ("searchNs7", Number(0)),
    ("searchNs8", Number(0)),
    ("searchNs9", Number(0)),
    ("searchNs10", Number(0)),
    ("searchNs11", Number(0)),
    ("searchNs12", Number(0)),
    ("searchNs13", Number(0)),
    ("searchNs14", Number(0)),
    ("searchNs15", Number(0)),
];

/// All of them.
pub(super) fn all(site: &Site) -> Object {
    let mut options = Object::new();
    for (name, preference) in DEFAULT_OPTIONS {
        let value = match preference {
            Number(number) => Value::Int(*number),
            Yes => Value::Flag(true),
            Text(text) => Value::from(*text),
            SiteLanguage => site.language.code().to_owned().into(),
        };
        options.set(*name, value);
    }
    options.kind(Kind::Object)
}
