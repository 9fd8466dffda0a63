//! Parameters by the declarations of all modules, and the errors and warnings that they give.

use std::sync::Arc;

use daemun_action_api::ApiError;
use daemun_action_api::main_module::MAIN;
use daemun_action_api::module::Group;
use daemun_action_api::modules::{Absent, of_group};
use daemun_action_api::output::{ErrorFormat, ErrorFormatter};
use daemun_action_api::params::{Kind, Limits, Notice, Param, RawParams, Reading, Values};
use daemun_mediawiki::ip;
use daemun_mediawiki::username::{self, NameRules, Rigor};
use daemun_messages::{HtmlLinks, Language};

use super::lines;
use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "parameters",
    run,
    words: &[
        "action=",
        "format=",
        "meta=",
        "list=",
        "uselang=",
        "errorformat=",
        "assertuser=",
        "lgname=",
        "modules=",
        "uiprop=",
        "siprop=",
        "type=",
        "ususers=",
        "usprop=",
        "aulimit=",
        "logintoken=",
        "loginmessageformat=",
        "loginrequests=",
        "maxage=",
        "max",
        "query+userinfo",
        "main",
        "*",
        "|",
        "%1F",
        "%FF",
        "e%CC%81",
        "99999999999999999999",
        "[]=",
    ],
    longest: 4096,
};

fn run(bytes: &[u8]) {
    let [query, body] = lines(bytes);
    let mut raw = RawParams::default();
    raw.query(query);
    raw.form(body);
    let mut reading = Reading::new(Arc::new(raw), Arc::default());
    let groups = [Group::Action, Group::Meta, Group::List, Group::Prop, Group::Format];
    let modules = groups.into_iter().flat_map(of_group);
    let declared = modules.map(|module| (module.prefix, module.all_params()));
    for (prefix, params) in declared.chain([("", MAIN.all_params())]) {
        for high in [false, true] {
            let mut notices = Vec::new();
            // One by one: the first error hides what comes after it.
            for param in &params {
                match reading.values(prefix, &[*param], Limits { high }, &mut notices) {
                    Ok(values) => check(&values, param, high),
                    Err(error) => show(&error),
                }
            }
            for notice in &notices {
                if let Notice::Module(warning) | Notice::Main(warning) = notice {
                    show(warning);
                }
            }
        }
    }
    let _names = reading.unknown();
    for name in ["username", "password", "retype"] {
        if let Some(text) = reading.free_text(name) {
            clean(&text);
        }
    }
}

/// What a declaration promises.
fn check(values: &Values, param: &Param, high: bool) {
    if let Some(text) = values.text(param.name) {
        clean(text);
        one(text, param);
    }
    if let (Some(number), Kind::Integer { min: Some(min) }) = (values.int(param.name), param.kind) {
        assert!(number >= min);
    }
    if let (Some(number), Kind::Limit { max, high: most }) = (values.int(param.name), param.kind) {
        assert!((1..=if high { most } else { max }).contains(&number));
    }
    if let (Some(list), Some(multi)) = (values.list(param.name), param.multi) {
        let known = param.kind.sorted_values(Absent::default()).map_or(0, |known| known.len());
        let most = if high { multi.high_limit } else { multi.limit };
        assert!(list.len() <= most.max(known), "{}: {}", param.name, list.len());
        for (place, text) in list.iter().enumerate() {
            assert!(!list[..place].contains(text), "{text:?} is there twice");
            one(text, param);
        }
    }
}

fn one(text: &str, param: &Param) {
    match param.kind {
        Kind::OneOf(known) => assert!(known.contains(&text), "{text:?}"),
        Kind::Submodule(group) => {
            assert!(of_group(group).iter().any(|module| module.name == text), "{text:?}");
        }
        Kind::User(ways) => {
            let again = username::canonical(text, Rigor::Valid, &NameRules::default());
            let is_address = ways.contains(&"ip") && ip::canonical(text).is_some();
            assert!(again.as_deref() == Some(text) || is_address, "{text:?}");
        }
        _ => {}
    }
}

/// Text as everything behind the parameters may take it for granted.
fn clean(text: &str) {
    let bad =
        |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{7f}' | '\u{1f}');
    assert!(!text.contains(bad), "{text:?}");
}

fn show(error: &ApiError) {
    for format in [
        ErrorFormat::Bc,
        ErrorFormat::Plaintext,
        ErrorFormat::Wikitext,
        ErrorFormat::Html,
        ErrorFormat::Raw,
        ErrorFormat::None,
    ] {
        let links = HtmlLinks::default();
        let shown = ErrorFormatter { format, language: Language::KO, links }.entry(error);
        assert!(shown.get("code").is_some());
    }
}
