//! `siprop=namespaces` and `siprop=namespacealiases`.

use crate::site::Site;
use crate::value::{Object, Value, list};

/// A namespace: number, English name, Korean name, whether its pages have subpages.
type Namespace = (i32, &'static str, &'static str, bool);

/// MediaWiki's namespaces in order; 4 and 5 are named for the wiki.
const NAMESPACES: [Namespace; 18] = [
    (-2, "Media", "미디어", false),
    (-1, "Special", "특수", false),
    (0, "", "", false),
    (1, "Talk", "토론", true),
    (2, "User", "사용자", true),
    (3, "User talk", "사용자토론", true),
    (4, "Project", "", true),
    (5, "Project talk", "", true),
    (6, "File", "파일", false),
    (7, "File talk", "파일토론", true),
    (8, "MediaWiki", "미디어위키", true),
    (9, "MediaWiki talk", "미디어위키토론", true),
    (10, "Template", "틀", true),
    (11, "Template talk", "틀토론", true),
    (12, "Help", "도움말", true),
    (13, "Help talk", "도움말토론", true),
    (14, "Category", "분류", false),
    (15, "Category talk", "분류토론", true),
];

/// All namespaces by their numbers.
pub(super) fn all(site: &Site) -> Object {
    let korean = site.language.code() == "ko";
    let mut all = Object::new();
    for (number, english, in_korean, subpages) in NAMESPACES {
        let name = match number {
            4 => site.name.clone(),
            5 if korean => format!("{}토론", site.name),
            5 => format!("{} talk", site.name),
            _ if korean => in_korean.to_owned(),
            _ => english.to_owned(),
        };
        let mut namespace = Object::new()
            .with("id", number)
            .with("case", "first-letter")
            .with("name", name)
            .with("subpages", subpages);
        if number != 0 {
            namespace.set("canonical", english);
        }
        namespace.set("content", number == 0);
        namespace.set("nonincludable", false);
        if number == 8 {
            namespace.set("namespaceprotection", "editinterface");
        }
        all.set(number.to_string(), namespace.content("name"));
    }
    all.numbered("ns")
}

/// Other names of namespaces.
pub(super) fn aliases(site: &Site) -> Value {
    let mut aliases = vec![(6, "Image"), (7, "Image talk")];
    if site.language.code() == "ko" {
        aliases.extend([(6, "그림"), (7, "그림토론")]);
    }
    list(
        "ns",
        aliases.into_iter().map(|(number, alias)| {
            Object::new().with("id", number).with("alias", alias).content("alias")
        }),
    )
}
