//! `siprop=namespaces`, `siprop=namespacealiases` and `siprop=specialpagealiases`.

use daemun_mediawiki::title::{Namespaces, SpecialPages};

use crate::value::{Object, Value, list};

/// All namespaces by their numbers.
pub(super) fn all(namespaces: &Namespaces) -> Object {
    let mut all = Object::new();
    for namespace in namespaces.all() {
        let number = namespace.number;
        let mut entry = Object::new()
            .with("id", number)
            .with("case", "first-letter")
            .with("name", namespaces.name(number))
            .with("subpages", namespace.subpages);
        if !namespace.canonical.is_empty() {
            entry.set("canonical", namespace.canonical);
        }
        entry.set("content", number == Namespaces::MAIN);
        entry.set("nonincludable", false);
        if number == Namespaces::MEDIAWIKI {
            entry.set("namespaceprotection", "editinterface");
        }
        all.set(number.to_string(), entry.content("name"));
    }
    all.numbered("ns")
}

/// Other names of namespaces.
pub(super) fn aliases(namespaces: &Namespaces) -> Value {
    let aliases = namespaces.aliases().into_iter();
    list(
        "ns",
        aliases.map(|(number, alias)| {
            Object::new().with("id", number).with("alias", alias).content("alias")
        }),
    )
}

/// The names of special pages.
pub(super) fn special_pages(special_pages: SpecialPages) -> Value {
    list(
        "specialpage",
        special_pages.all().map(|page| {
            Object::new()
                .with("realname", page.real_name)
                .with("aliases", list("alias", special_pages.names(page)))
        }),
    )
}
