//! `daemun config show` and `daemun config reference`.

use std::fmt::Write;

use super::key::{Default, Key};
use super::keys;
use super::kind::Kind;
use super::values::Values;

/// The values in force as a `daemun.toml`, each with where it comes from. Secrets are hidden.
pub fn show(values: &Values) -> String {
    let mut text = String::new();
    for chapter in &keys::CHAPTERS {
        let _ = writeln!(text, "# {}", chapter.title);
        for key in chapter.keys {
            let _ = match values.get(key.name) {
                Some((_, source)) if key.secret => {
                    writeln!(text, "# {} is set  # {source}", key.name)
                }
                Some((value, source)) => writeln!(text, "{} = {value}  # {source}", key.name),
                None => writeln!(text, "# {} is not set", key.name),
            };
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The same as JSON: by key, value and source.
pub fn show_json(values: &Values) -> serde_json::Value {
    let entries = keys::all().map(|key| {
        let entry = match values.get(key.name) {
            Some((_, source)) if key.secret => {
                serde_json::json!({ "value": "hidden", "source": source.to_string() })
            }
            Some((value, source)) => {
                serde_json::json!({ "value": value, "source": source.to_string() })
            }
            None => serde_json::Value::Null,
        };
        (key.name.to_owned(), entry)
    });
    serde_json::Value::Object(entries.collect())
}

const HEAD: &str = "# Configuration

<!-- Made by `daemun config reference`; change the declarations in \
crates/daemun/src/config/keys, not this page. -->

daemun needs no configuration to start. What you want otherwise can be said in three places; the \
stronger one wins:

1. a flag, where there is one: `--listen 0.0.0.0:8080`
2. an environment variable: `DAEMUN_LISTEN=0.0.0.0:8080`
3. the file `daemun.toml` in the folder where daemun is started, or the one that `--config` or \
`DAEMUN_CONFIG` names: `listen = \"0.0.0.0:8080\"`

Lists in variables and flags are separated by commas; tables are written as in TOML. Unknown keys \
are errors. `daemun config show` prints what is in force and where it comes from; `daemun check` \
tries it. Durations are in seconds.
";

/// The page of all keys, in Markdown.
pub fn reference() -> String {
    let mut text = HEAD.to_owned();
    for chapter in &keys::CHAPTERS {
        let _ = writeln!(text, "\n## {}", chapter.title);
        for key in chapter.keys {
            write_key(&mut text, key);
        }
    }
    text
}

fn write_key(text: &mut String, key: &Key) {
    let _ = writeln!(text, "\n### `{}`\n\n{}\n", key.name, key.doc);
    let default = match key.default {
        Default::Is(value) => format!("`{value}`"),
        Default::Computed(words, _) | Default::Absent(words) => words.to_owned(),
    };
    let _ = writeln!(text, "- Type: {}", key.kind.name());
    let _ = writeln!(text, "- Default: {default}");
    let flag = if key.flag { format!(" · flag `--{}`", key.flag_name()) } else { String::new() };
    let _ = writeln!(text, "- Variable `{}`{flag}", key.variable());
    if let Some(settings) = key.mediawiki {
        let links: Vec<String> = settings.split(", ").map(link).collect();
        let _ = writeln!(text, "- MediaWiki: {}", links.join(", "));
    }
    if let Kind::Sections(parts) = key.kind {
        let _ = writeln!(text, "\n| key | type | default | |\n|---|---|---|---|");
        for part in parts {
            let (name, kind, doc) = (part.name, part.kind.name(), part.doc);
            let _ = writeln!(text, "| `{name}` | {kind} | {} | {doc} |", part.default);
        }
    }
}

/// A link to the manual's page about a setting; a member of it has none of its own.
fn link(setting: &str) -> String {
    let page = setting.split('[').next().unwrap_or(setting);
    format!("[`{setting}`](https://www.mediawiki.org/wiki/Manual:{page})")
}
