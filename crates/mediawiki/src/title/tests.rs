//! Titles as MediaWiki reads them.

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;

fn korean() -> TitleRules {
    TitleRules { namespaces: Namespaces::of("ko", "위키"), ..TitleRules::default() }
}

fn prefixed(text: &str) -> String {
    let rules = TitleRules::default();
    Title::parse(text, Namespaces::MAIN, &rules).unwrap().prefixed(&rules)
}

fn problem(text: &str) -> TitleProblem {
    Title::parse(text, Namespaces::MAIN, &TitleRules::default()).unwrap_err()
}

#[test]
fn a_title_has_one_form() {
    for (text, form) in [
        ("main_page", "Main page"),
        ("  user talk:_bob ", "User talk:Bob"),
        (":talk:x", "Talk:X"),
        ("image:a.png", "File:A.png"),
        ("PROJECT:a", "Project:A"),
        ("a#section", "A"),
        ("Talkative:x", "Talkative:x"),
        ("User:::1", "User:0:0:0:0:0:0:0:1"),
        ("가나다", "가나다"),
        ("R&amp;D", "R&D"),
        ("&eacute;lan", "Élan"),
        ("&#44032;&nbsp;b", "가 b"),
        ("user&colon;bob", "User:Bob"),
    ] {
        assert_eq!(prefixed(text), form, "{text}");
    }
}

#[test]
fn korean_names_work_beside_the_english_ones() {
    let rules = korean();
    for (text, form) in [
        ("특수:로그인", "특수:로그인"),
        ("Special:UserLogin", "특수:UserLogin"),
        ("그림:a.png", "파일:A.png"),
        ("위키:소개", "위키:소개"),
        ("Project talk:소개", "위키토론:소개"),
    ] {
        let title = Title::parse(text, Namespaces::MAIN, &rules).unwrap();
        assert_eq!(title.prefixed(&rules), form, "{text}");
    }
}

#[test]
fn what_makes_a_title_bad_is_named() {
    for (text, expected) in [
        ("", TitleProblem::Empty),
        ("User:", TitleProblem::Empty),
        ("a\u{FFFD}", TitleProblem::InvalidUtf8),
        ("Talk:File:x", TitleProblem::TalkNamespace),
        ("a<b", TitleProblem::Characters("<".to_owned())),
        ("a%41b", TitleProblem::Characters("%41".to_owned())),
        ("R&amp;amp;D", TitleProblem::Characters("&amp;".to_owned())),
        ("&nosuch;", TitleProblem::Characters("&nosuch;".to_owned())),
        ("&lt;b&gt;", TitleProblem::Characters("<".to_owned())),
        ("&#1;", TitleProblem::InvalidUtf8),
        ("a/../b", TitleProblem::Relative),
        ("a~~~", TitleProblem::MagicTilde),
        ("::a", TitleProblem::LeadingColon),
    ] {
        assert_eq!(problem(text), expected, "{text:?}");
    }
    assert_eq!(problem(&"a".repeat(256)), TitleProblem::TooLong(255));
    assert!(prefixed(&format!("Special:{}", "a".repeat(512))).starts_with("Special:A"));
}

#[test]
fn another_wiki_keeps_its_own_capitals() {
    let rules = TitleRules { interwiki_prefixes: vec!["mw".to_owned()], ..TitleRules::default() };
    let title = Title::parse("MW:api", Namespaces::MAIN, &rules).unwrap();
    assert_eq!(title.interwiki.as_deref(), Some("mw"));
    assert_eq!(title.prefixed(&rules), "mw:api");
}

#[test]
fn a_section_of_no_page_is_a_title_without_text() {
    let title = Title::parse("#top", Namespaces::MAIN, &TitleRules::default()).unwrap();
    assert_eq!((title.text.as_str(), title.fragment.as_str()), ("", "top"));
}

#[test]
fn special_pages_have_a_proper_name_in_each_language() {
    let (english, korean) = (SpecialPages::of("en"), SpecialPages::of("ko"));
    assert_eq!(english.proper("login").as_deref(), Some("UserLogin"));
    assert_eq!(english.proper("Contributions/Bob").as_deref(), Some("Contributions/Bob"));
    assert_eq!(english.proper("로그인"), None);
    assert_eq!(korean.proper("UserLogin").as_deref(), Some("로그인"));
    assert_eq!(korean.proper("로그인").as_deref(), Some("로그인"));
    assert_eq!(english.proper("No such page"), None);
}

#[test]
fn every_special_page_is_found_by_each_of_its_proper_names() {
    for pages in [SpecialPages::of("en"), SpecialPages::of("ko")] {
        for page in pages.all() {
            let proper = pages.names(page).next().unwrap();
            assert_eq!(pages.proper(page.real_name).as_deref(), Some(proper));
            assert_eq!(pages.proper(proper).as_deref(), Some(proper));
        }
    }
}

fn composed(text: &str) -> String {
    text.nfc().collect()
}

#[test]
fn a_capital_of_several_characters_is_composed_only_where_references_are_read() {
    let rules = korean();
    let form = |text: &str| Title::parse(text, Namespaces::MAIN, &rules).unwrap().prefixed(&rules);
    let capital = "\u{399}\u{308}\u{300}";
    assert_eq!(form("\u{1FD2}"), capital);
    assert_eq!(form(capital), capital);
    assert_eq!(form("\u{1FD2}&"), format!("{capital}&"));
    assert_eq!(form(&format!("{capital}&")), "\u{3AA}\u{300}&");
    assert_eq!(form("\u{3AA}\u{300}&"), "\u{3AA}\u{300}&");
}

proptest! {
    #[test]
    fn the_form_of_a_title_is_its_own_form(text in "\\PC{0,30}") {
        let rules = korean();
        if let Ok(title) = Title::parse(&text, Namespaces::MAIN, &rules) {
            let form = title.prefixed(&rules);
            if !form.is_empty() {
                let again = Title::parse(&form, Namespaces::MAIN, &rules).unwrap().prefixed(&rules);
                // Or the same composed, as the test above has it.
                prop_assert!(again == form || form.contains('&') && again == composed(&form));
            }
        }
    }

    #[test]
    fn odd_text_is_read_without_panic(
        text in "(Talk|User|특수|mw)?[ _:/.~%&;#<\u{AD}\u{200E}aAé0-9가-힣\0\n]{0,20}"
    ) {
        let mut rules = korean();
        rules.interwiki_prefixes.push("mw".to_owned());
        for start in [Namespaces::MAIN, Namespaces::USER] {
            if let Ok(title) = Title::parse(&text, start, &rules) {
                prop_assert!(!title.text.starts_with(['_', ' ', ':']) && !title.text.ends_with(' '));
            }
        }
    }
}
