//! Every text that is used is there in both languages, and every text that is there is used.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use daemun_action_api::help::texts;
use daemun_action_api::main_module::MAIN;
use daemun_action_api::module::{Group, Module};
use daemun_action_api::modules::{Absent, of_group};
use daemun_auth::settings::{SecretKey, Settings};
use serde_json::{Map, Value};

use crate::Tested;

/// What a literal is a message's key after.
const CONSTRUCTORS: [&str; 3] = ["Message::new(", "ApiError::of(", "AuthenticationResponse::fail("];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// The program's sources, without tests.
fn sources() -> anyhow::Result<Vec<String>> {
    let mut texts = Vec::new();
    let mut folders = Vec::new();
    for name in ["action-api", "auth", "daemun", "mediawiki", "messages", "pages", "client"] {
        folders.push(root().join("crates").join(name).join("src"));
    }
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() && name != "tests" {
                folders.push(path);
            } else if name.ends_with(".rs") && name != "tests.rs" {
                let text = std::fs::read_to_string(&path)?;
                let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
                texts.push(text[..end].to_owned());
            }
        }
    }
    Ok(texts)
}

/// The string literals of a source, each with what stands before it.
fn literals(source: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(begin) = source[at..].find('"').map(|place| at + place) {
        let before = &source[at..begin];
        let line = before.rsplit('\n').next().unwrap_or_default();
        if line.contains("//") {
            // A quotation mark in a comment.
            at = source[begin..].find('\n').map_or(source.len(), |place| begin + place);
            continue;
        }
        if before.ends_with('\'') {
            // The character of that name.
            at = begin + 1;
            continue;
        }
        let rest = &source[begin + 1..];
        let length = if before.ends_with("r#") {
            rest.find("\"#").unwrap_or(rest.len())
        } else {
            end_of_literal(rest)
        };
        found.push((&source[..begin], &rest[..length]));
        at = (begin + 1 + length + 1).min(source.len());
    }
    found
}

fn end_of_literal(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.char_indices().find(|(_, character)| {
        let ends = *character == '"' && !is_escaped;
        is_escaped = *character == '\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |(place, _)| place)
}

/// The keys in the templates of pages: what `msg` and `text` are called with.
fn template_keys() -> anyhow::Result<BTreeSet<String>> {
    let mut keys = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("crates/pages/templates"))? {
        let template = std::fs::read_to_string(entry?.path())?;
        for function in ["msg(", "text("] {
            for rest in template.split(function).skip(1) {
                let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                    // What a view holds.
                    continue;
                };
                keys.extend(rest[1..].split(quote).next().map(str::to_owned));
            }
        }
    }
    Ok(keys)
}

/// Keys that the sources name, and keys that they name where only a key can stand.
fn named_keys() -> anyhow::Result<(BTreeSet<String>, BTreeSet<String>)> {
    let (mut any, mut certain) = (BTreeSet::new(), template_keys()?);
    for source in sources()? {
        for (before, literal) in literals(&source) {
            let before = before.trim_end();
            if CONSTRUCTORS.iter().any(|constructor| before.ends_with(constructor)) {
                certain.insert(literal.to_owned());
            }
            if daemun_messages::exists(literal) {
                any.insert(literal.to_owned());
            }
        }
    }
    Ok((any, certain))
}

/// The keys that explain a module, its parameters and their values.
fn help_keys(module: &'static Module) -> Vec<String> {
    let mut settings = Settings::defaults("wiki", SecretKey::new(Vec::new()));
    let mut messages = Vec::new();
    for bot_passwords in [true, false] {
        settings.enable_bot_passwords = bot_passwords;
        messages.extend(texts::description(module, &settings));
    }
    messages.retain(|message| !texts::is_left_out(message));
    messages.extend(module.examples.iter().map(|(_, key)| texts::example(module, key)));
    messages.extend(texts::dynamic_parameters(module));
    for param in module.all_params() {
        messages.push(texts::parameter(module, &param));
        messages.extend(texts::web_token(module, &param));
        messages.extend(
            texts::values(module, &param, Absent::default()).into_iter().map(|value| value.message),
        );
    }
    messages.into_iter().map(|message| message.key.into_owned()).collect()
}

fn all_help_keys() -> BTreeSet<String> {
    let groups = [Group::Action, Group::Format, Group::Meta, Group::List, Group::Prop];
    let modules = groups.into_iter().flat_map(of_group).copied().chain([&MAIN]);
    modules.flat_map(help_keys).collect()
}

fn catalogue(language: &str) -> anyhow::Result<Map<String, Value>> {
    let path = root().join(format!("crates/messages/i18n/{language}.json"));
    let mut map: Map<String, Value> = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    map.remove("@metadata");
    Ok(map)
}

#[test]
fn the_scan_finds_keys_where_they_stand() {
    let source = r##"a('"'); // "no"
        Message::new("yes"); b("esc \" aped"); c(b'"', "x"); d(r#"a "raw" one"#, "y")"##;
    let found: Vec<&str> = literals(source).into_iter().map(|(_, literal)| literal).collect();
    assert_eq!(found, ["yes", r#"esc \" aped"#, "x", r#"a "raw" one"#, "y"]);
    let (any, certain) = named_keys().unwrap();
    for key in ["wrongpassword", "apierror-badtoken", "login-throttled"] {
        assert!(any.contains(key), "{key}");
    }
    assert!(certain.contains("apierror-badtoken") && certain.len() > 40, "{certain:?}");
    let shown = template_keys().unwrap();
    assert!(shown.contains("login") && shown.contains("daemun-page-languages"), "{shown:?}");
}

/// What is wrong with the texts, given what the sources use.
fn problems() -> anyhow::Result<Vec<String>> {
    let (mut used, certain) = named_keys()?;
    used.extend(certain);
    used.extend(all_help_keys());
    Ok(daemun_messages::problems(&used))
}

#[test]
fn no_text_is_missing() -> Tested {
    let missing: Vec<String> =
        problems()?.into_iter().filter(|problem| !problem.ends_with(UNUSED)).collect();
    assert!(missing.is_empty(), "{} are:\n{}", missing.len(), missing.join("\n"));
    Ok(())
}

/// How `problems` ends the line of a text that nothing uses.
const UNUSED: &str = ": never used";

#[test]
fn no_text_is_unused() -> Tested {
    let unused: Vec<String> =
        problems()?.into_iter().filter(|problem| problem.ends_with(UNUSED)).collect();
    assert!(unused.is_empty(), "{}", unused.join("\n"));
    Ok(())
}

#[test]
fn every_text_is_there_in_both_languages_and_documented() -> Tested {
    let (english, korean, notes) = (catalogue("en")?, catalogue("ko")?, catalogue("qqq")?);
    let keys = |map: &Map<String, Value>| map.keys().cloned().collect::<BTreeSet<_>>();
    let difference = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
        a.symmetric_difference(b).cloned().collect::<Vec<_>>()
    };
    assert_eq!(difference(&keys(&english), &keys(&korean)), Vec::<String>::new());
    assert_eq!(difference(&keys(&english), &keys(&notes)), Vec::<String>::new());
    for (key, text) in &korean {
        let words = english[key].as_str().unwrap().chars().any(char::is_alphabetic);
        let hangul = text.as_str().unwrap().chars().any(|c| ('가'..='힣').contains(&c));
        assert!(hangul || !words, "{key} is not translated: {text}");
    }
    Ok(())
}
