use daemun_messages::{Language, plaintext};

use super::*;

fn entry(kind: &str, action: &str, params: &str) -> LogEntry {
    LogEntry {
        kind: kind.into(),
        action: action.into(),
        performer_id: 1,
        performer_name: "Ann".into(),
        namespace: 2,
        title: "Bob_B".into(),
        comment: String::new(),
        params: params.into(),
        timestamp: Timestamp(0),
    }
}

fn said(kind: &str, action: &str, params: &str, language: &Language) -> String {
    let rules = TitleRules::default();
    plaintext(&of_entry(&entry(kind, action, params), Some("Ann"), &rules), language)
}

fn english(kind: &str, action: &str, params: &str) -> String {
    said(kind, action, params, &Language::EN)
}

const GROUPS: &str = "a:4:{s:12:\"4::oldgroups\";a:0:{}s:12:\"5::newgroups\";a:2:{i:0;s:5:\"sysop\";\
    i:1;s:5:\"staff\";}s:11:\"oldmetadata\";a:0:{}s:11:\"newmetadata\";a:2:{i:0;a:1:{\
    s:6:\"expiry\";N;}i:1;a:1:{s:6:\"expiry\";s:14:\"20260131093000\";}}}";

const BLOCK: &str = "a:3:{s:11:\"5::duration\";s:6:\"3 days\";s:8:\"6::flags\";\
    s:20:\"nocreate,noautoblock\";s:8:\"sitewide\";b:1;}";

#[test]
fn entries_become_sentences() {
    assert_eq!(english("newusers", "create2", "a:0:{}"), "Ann made the account Bob B");
    assert_eq!(
        english("rights", "rights", GROUPS),
        "Ann changed the groups of Bob B: before no group, now Administrators, staff (until 09:30, \
         31 January 2026)"
    );
    assert_eq!(
        english("block", "block", BLOCK),
        "Ann blocked Bob B for this long: 3 days (no new accounts, addresses not blocked along)"
    );
    assert_eq!(english("oath", "disable-other", ""), "Ann turned off all second factors of Bob B");
    let renamed = "a:2:{s:10:\"4::olduser\";s:3:\"Cat\";s:10:\"5::newuser\";s:3:\"Dog\";}";
    assert_eq!(english("renameuser", "renameuser", renamed), "Ann renamed the account Cat to Dog");
}

#[test]
fn entries_of_old_mediawikis_have_a_value_a_line() {
    let rights = english("rights", "rights", "bot\nbot, sysop");
    assert_eq!(rights, "Ann changed the groups of Bob B: before Bots, now Bots, Administrators");
    assert_eq!(english("rights", "rights", ""), "Ann changed the groups of Bob B");
    let block = english("block", "block", "infinite\nanononly");
    assert!(block.ends_with("infinite (only those who are not logged in)"), "{block}");
}

#[test]
fn a_partial_block_is_said_to_be_one() {
    let partial = BLOCK.replace("b:1;", "b:0;");
    assert!(english("block", "block", &partial).contains("on a part of the wiki"));
    assert!(english("block", "reblock", &partial).contains("on a part of the wiki"));
}

#[test]
fn what_has_no_words_shows_its_name_and_no_markup() {
    let mut strange = entry("rights", "[[x]]", "");
    strange.title = "'''B'''".into();
    strange.namespace = -1;
    let message = of_entry(&strange, Some("<b>Ann</b>"), &TitleRules::default());
    let html = daemun_messages::html(&message, &Language::EN, &Default::default());
    assert!(!html.contains("<b>") && !html.contains("<a "), "{html}");
    assert!(html.contains("rights/[[x]]") && html.contains("'''B'''"), "{html}");
}

#[test]
fn who_did_it_can_be_hidden() {
    let message = of_entry(&entry("newusers", "create", ""), None, &TitleRules::default());
    assert_eq!(plaintext(&message, &Language::EN), "(name hidden) signed up here");
}

#[test]
fn every_action_has_a_sentence_in_both_languages_with_all_that_is_known() {
    for (kind, actions) in [
        ("newusers", &["create", "newusers", "create2", "byemail", "autocreate"] as &[&str]),
        ("rights", &["rights", "autopromote"]),
        ("block", &["block", "reblock", "unblock"]),
        ("suppress", &["block", "reblock"]),
        ("oath", &["disable-other", "recover", "verify"]),
    ] {
        for action in actions {
            let params = if kind == "rights" { GROUPS } else { BLOCK };
            for language in [Language::EN, Language::KO] {
                let said = said(kind, action, params, &language);
                assert!(said.contains("Ann"), "{kind}/{action}: {said}");
                assert!(!said.contains('$') && !said.contains("daemun"), "{said}");
                assert!(!said.contains('⧼'), "{said}");
            }
        }
    }
}

#[test]
fn the_log_of_logins_has_sentences_too() {
    let event = |action: &str, performer: Option<&str>| {
        let event = FoundPrivateEvent {
            id: 1,
            action: action.into(),
            target: "Bob B".into(),
            performer: performer.map(str::to_owned),
            params: String::new(),
            address: "192.0.2.1".into(),
            agent: String::new(),
            timestamp: Timestamp(0),
        };
        plaintext(&of_event(&event), &Language::EN)
    };
    assert_eq!(event("login-success", Some("Bob B")), "Bob B logged in");
    assert_eq!(event("login-failure", None), "Somebody tried to log in as Bob B and failed");
    assert_eq!(event("user-logout", Some("Bob B")), "Bob B logged out");
    let reset = event("password-reset-email-sent", None);
    assert_eq!(reset, "192.0.2.1 had a temporary password sent to Bob B");
    assert_eq!(missing("a:1:{s:14:\"daemun-missing\";i:7;}"), Some(7));
    assert_eq!(missing("a:0:{}"), None);
}
