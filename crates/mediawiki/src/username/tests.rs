//! Cases without a comment are those of the recorded conversations or of the wiki's manual.

use proptest::prelude::*;

use super::*;

fn name(text: &str, rigor: Rigor) -> Option<String> {
    canonical(text, rigor, &NameRules::default())
}

fn usable(text: &str) -> Option<String> {
    name(text, Rigor::Usable)
}

#[track_caller]
fn refused(texts: &[&str], rigor: Rigor) {
    for text in texts {
        assert_eq!(name(text, rigor), None, "{text:?}");
    }
}

#[test]
fn the_first_letter_becomes_a_capital() {
    assert_eq!(usable("william").as_deref(), Some("William"));
    assert_eq!(usable("WILLIAM").as_deref(), Some("WILLIAM"));
    assert_eq!(usable("élan").as_deref(), Some("Élan"));
    assert_eq!(usable("жук").as_deref(), Some("Жук"));
    assert_eq!(usable("\u{1C6}").as_deref(), Some("\u{1C4}"));
    assert_eq!(usable("ßa").as_deref(), Some("SSa"));
}

#[test]
fn names_without_capitals_stay() {
    assert_eq!(usable("윌리엄").as_deref(), Some("윌리엄"));
    assert_eq!(usable("李白").as_deref(), Some("李白"));
    assert_eq!(usable("42").as_deref(), Some("42"));
    assert_eq!(usable("😀").as_deref(), Some("😀"));
}

#[test]
fn a_content_language_may_set_its_own_capitals() {
    let mut rules = NameRules::default();
    rules.titles.first_letters.push(('i', "İ".to_owned()));
    assert_eq!(canonical("ilk", Rigor::Valid, &rules).as_deref(), Some("İlk"));
}

#[test]
fn spaces_and_underscores_are_single_spaces_inside() {
    assert_eq!(usable("  Frank   Castle ").as_deref(), Some("Frank Castle"));
    assert_eq!(usable("_Frank__Castle_").as_deref(), Some("Frank Castle"));
    assert_eq!(usable("Frank\u{A0}\u{3000}Castle").as_deref(), Some("Frank Castle"));
    refused(&["", " ", "_", "___"], Rigor::Valid);
}

#[test]
fn a_space_before_hides_the_first_letter_only_until_it_is_dropped() {
    assert_eq!(usable(" william").as_deref(), Some("William"));
    assert_eq!(usable("User: william").as_deref(), Some("William"));
}

#[test]
fn invisible_marks_are_dropped() {
    assert_eq!(usable("\u{202E}William").as_deref(), Some("William"));
    assert_eq!(usable("Blk\u{200E}").as_deref(), Some("Blk"));
    assert_eq!(usable("Wil\u{AD}liam").as_deref(), Some("William"));
    refused(&["\u{AD}"], Rigor::Valid);
}

#[test]
fn the_users_namespace_is_dropped_once() {
    assert_eq!(usable("User:William").as_deref(), Some("William"));
    assert_eq!(usable("uSER :_william").as_deref(), Some("William"));
    refused(&["User:", "User:User:William", "User:Talk:William", ":William"], Rigor::Valid);
    assert_eq!(usable(":User:William").as_deref(), Some("William"));
    let mut rules = NameRules::default();
    rules.titles.namespaces = Namespaces::of("ko", "위키");
    assert_eq!(canonical("사용자:윌리엄", Rigor::Usable, &rules).as_deref(), Some("윌리엄"));
}

#[test]
fn pages_of_other_namespaces_are_no_names() {
    refused(
        &["Talk:William", "talk:x", "User talk:William", "user_talk :x", "Special:X", "Image:X"],
        Rigor::Valid,
    );
    assert_eq!(name("Talkative:x", Rigor::Usable).as_deref(), Some("Talkative:x"));
}

#[test]
fn pages_of_other_wikis_are_no_names() {
    let mut rules = NameRules::default();
    rules.titles.interwiki_prefixes.push("mw".to_owned());
    assert_eq!(canonical("mw:William", Rigor::Valid, &rules), None);
    assert_eq!(canonical("User:mw:William", Rigor::Valid, &rules), None);
}

#[test]
fn characters_that_no_title_has_are_refused() {
    refused(
        &[
            "Wil[]liam",
            "foo|bar",
            "a{b",
            "a}b",
            "a<b",
            "a>b",
            "a#b",
            "William\n",
            "a\tb",
            "W\0illiam",
            "W\u{FFFD}illiam",
            "a\u{7F}b",
        ],
        Rigor::Valid,
    );
}

#[test]
fn what_a_browser_would_change_is_refused() {
    refused(
        &[
            "%57illiam",
            "a%4f",
            "&amp;amp;",
            "&nosuch;",
            "~~~~",
            "a~~~b",
            ".",
            "..",
            "./a",
            "a/..",
            "a/b",
        ],
        Rigor::Valid,
    );
    for fine in ["100%", "5%g1", "R&D", "A&;", "A & B;", "~~A", "A.b", "..a", "A\"b", "A\\b", "A+b"]
    {
        assert_eq!(usable(fine).as_deref(), Some(fine));
    }
}

#[test]
fn references_by_name_are_decoded_and_those_by_number_are_refused() {
    assert_eq!(usable("R&amp;D").as_deref(), Some("R&D"));
    assert_eq!(usable("&eacute;lan").as_deref(), Some("Élan"));
    assert_eq!(usable("Frank&nbsp;Castle").as_deref(), Some("Frank Castle"));
    // The hash sign is looked for before.
    refused(&["a&#233;b", "a&#xE9;b", "a&lt;b", "a&sol;b"], Rigor::Valid);
}

#[test]
fn characters_that_trouble_are_refused() {
    refused(&["a\u{85}b", "a\u{200B}b", "a\u{200D}b", "a\u{E000}b", "a\u{F8FF}"], Rigor::Valid);
    // Spaces of these ranges have become plain ones before.
    assert_eq!(usable("A\u{2003}b").as_deref(), Some("A b"));
}

#[test]
fn addresses_are_no_names() {
    refused(
        &[
            "1.2.3.4",
            "1.2.3.xxx",
            "999.1.1.1",
            "2001:db8::1",
            "::1",
            "10.0.0.0/8",
            "1.2.3.4-5.6.7.8",
        ],
        Rigor::Valid,
    );
}

#[test]
fn the_limit_is_of_bytes() {
    assert!(usable(&"A".repeat(255)).is_some());
    assert!(usable(&"A".repeat(256)).is_none());
    assert!(usable(&"가".repeat(85)).is_some());
    assert!(usable(&"가".repeat(86)).is_none());
    assert!(name(&"A".repeat(235), Rigor::Creatable).is_some());
    assert!(name(&"A".repeat(236), Rigor::Creatable).is_none());
}

#[test]
fn reserved_names_are_valid_but_not_usable() {
    for reserved in ["Maintenance script", "MediaWiki default", "ScriptImporter", "~2026-1"] {
        assert_eq!(name(reserved, Rigor::Valid).as_deref(), Some(reserved));
        assert_eq!(usable(reserved), None);
    }
    assert_eq!(usable("maintenance_script"), None);
    assert!(usable("~1").is_some());
}

#[test]
fn some_characters_are_only_of_old_accounts() {
    for old in ["William@tool@x", "A:b", "A=b", "@tool"] {
        assert_eq!(usable(old).as_deref(), Some(old));
        assert_eq!(name(old, Rigor::Creatable), None);
    }
    assert_eq!(name("Frank Castle", Rigor::Creatable).as_deref(), Some("Frank Castle"));
}

proptest! {
    #[test]
    fn a_canonical_name_is_its_own_canonical_form(text in "\\PC{0,30}") {
        if let Some(once) = name(&text, Rigor::Valid) {
            prop_assert_eq!(name(&once, Rigor::Valid), Some(once));
        }
    }

    #[test]
    fn odd_text_is_read_without_panic(text in "[ _:/.~%&;#<\u{AD}\u{200E}aAé0-9가-힣\0\n]{0,20}") {
        if let Some(once) = name(&text, Rigor::Creatable) {
            prop_assert_eq!(name(&once, Rigor::Creatable), Some(once));
        }
    }

    #[test]
    fn a_stricter_rigour_never_allows_more(text in "\\PC{0,20}") {
        prop_assert!(name(&text, Rigor::Creatable).is_none() || usable(&text).is_some());
        prop_assert!(usable(&text).is_none() || name(&text, Rigor::Valid).is_some());
    }
}
