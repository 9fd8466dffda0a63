//! Namespaces: their numbers, and their names in English and in the content language.

use super::fold;

/// A namespace that every MediaWiki has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Namespace {
    /// Its number.
    pub number: i32,
    /// Its name in English, which works on every wiki; empty for the one of plain titles.
    pub canonical: &'static str,
    /// Its Korean name; empty where the wiki's name makes it.
    korean: &'static str,
    /// Whether its pages have subpages.
    pub subpages: bool,
}

const fn namespace(
    number: i32,
    canonical: &'static str,
    korean: &'static str,
    subpages: bool,
) -> Namespace {
    Namespace { number, canonical, korean, subpages }
}

/// All of them in order. The Korean names are those of MediaWiki's `MessagesKo.php`.
static ALL: [Namespace; 18] = [
    namespace(-2, "Media", "미디어", false),
    namespace(-1, "Special", "특수", false),
    namespace(0, "", "", false),
    namespace(1, "Talk", "토론", true),
    namespace(2, "User", "사용자", true),
    namespace(3, "User talk", "사용자토론", true),
    namespace(4, "Project", "", true),
    namespace(5, "Project talk", "", true),
    namespace(6, "File", "파일", false),
    namespace(7, "File talk", "파일토론", true),
    namespace(8, "MediaWiki", "미디어위키", true),
    namespace(9, "MediaWiki talk", "미디어위키토론", true),
    namespace(10, "Template", "틀", true),
    namespace(11, "Template talk", "틀토론", true),
    namespace(12, "Help", "도움말", true),
    namespace(13, "Help talk", "도움말토론", true),
    namespace(14, "Category", "분류", false),
    namespace(15, "Category talk", "분류토론", true),
];

/// Other names that work on every wiki.
static ALIASES: [(i32, &str); 2] = [(6, "Image"), (7, "Image talk")];

/// Other names that work on a Korean wiki.
static KOREAN_ALIASES: [(i32, &str); 5] =
    [(-1, "특"), (-1, "특수기능"), (6, "그림"), (7, "그림토론"), (9, "MediaWiki토론")];

/// The namespaces of one wiki.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespaces {
    korean: bool,
    /// The wiki's name, which is the name of its namespace 4.
    site_name: String,
}

impl Default for Namespaces {
    fn default() -> Self {
        Self::of("en", "Project")
    }
}

impl Namespaces {
    /// The namespace of special pages.
    pub const SPECIAL: i32 = -1;
    /// The namespace of plain titles.
    pub const MAIN: i32 = 0;
    /// The namespace of the talk about plain titles.
    pub const TALK: i32 = 1;
    /// The users' namespace.
    pub const USER: i32 = 2;
    /// The namespace of the talk with users.
    pub const USER_TALK: i32 = 3;
    /// The namespace of the interface's texts.
    pub const MEDIAWIKI: i32 = 8;

    /// Those of a wiki with this content language and this name.
    pub fn of(language: &str, site_name: &str) -> Self {
        Self { korean: language == "ko", site_name: site_name.replace('_', " ") }
    }

    /// All of them in order.
    pub fn all(&self) -> &'static [Namespace] {
        &ALL
    }

    /// What a namespace is called on this wiki; empty for plain titles and unknown numbers.
    pub fn name(&self, number: i32) -> String {
        let Some(namespace) = ALL.iter().find(|namespace| namespace.number == number) else {
            return String::new();
        };
        match (number, self.korean) {
            (4, _) => self.site_name.clone(),
            (5, true) => format!("{}토론", self.site_name),
            (5, false) => format!("{} talk", self.site_name),
            (_, true) => namespace.korean.to_owned(),
            (_, false) => namespace.canonical.to_owned(),
        }
    }

    /// Names that work besides, in the order of `siprop=namespacealiases`.
    pub fn aliases(&self) -> Vec<(i32, &'static str)> {
        let korean: &[_] = if self.korean { &KOREAN_ALIASES } else { &[] };
        let mut aliases: Vec<_> = ALIASES.iter().chain(korean).copied().collect();
        aliases.sort_unstable();
        aliases
    }

    /// The number of the namespace that has this name or alias, in any case.
    pub fn number(&self, name: &str) -> Option<i32> {
        let name = fold(name);
        let canonical = ALL.iter().find(|namespace| fold(namespace.canonical) == name);
        let named = || ALL.iter().find(|namespace| fold(&self.name(namespace.number)) == name);
        let aliased = || self.aliases().into_iter().find(|(_, alias)| fold(alias) == name);
        canonical
            .or_else(named)
            .map(|namespace| namespace.number)
            .or_else(|| Some(aliased()?.0))
            .filter(|_| !name.is_empty())
    }
}
