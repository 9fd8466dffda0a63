//! `daemun.toml`: which keys it has, at which lines.

use toml::Value;
use toml::de::DeTable;

use super::FileText;
use crate::config::key::Key;
use crate::config::keys;
use crate::config::problem::nearest;
use crate::config::values::Source;

type Found = (&'static Key, Value, Source);

/// The keys of a file, each with its value and line. Unknown keys become problems.
pub(in crate::config) fn read(file: &FileText, problems: &mut Vec<String>) -> Vec<Found> {
    let parsed = file
        .text
        .parse::<toml::Table>()
        .and_then(|table| DeTable::parse(&file.text).map(|spans| (table, spans.into_inner())));
    let (table, spans) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // The error's own text repeats the line, which may hold a secret.
            let line = error.span().map_or(1, |span| line_of(&file.text, span.start));
            let place = file.path.display();
            problems.push(format!("{place}:{line}: this is not TOML: {}", error.message()));
            return Vec::new();
        }
    };
    let mut walk = Walk { file, found: Vec::new(), problems };
    walk.table("", table, &spans);
    walk.found
}

struct Walk<'a> {
    file: &'a FileText,
    found: Vec<Found>,
    problems: &'a mut Vec<String>,
}

impl Walk<'_> {
    fn table(&mut self, prefix: &str, table: toml::Table, spans: &DeTable<'_>) {
        for (name, value) in table {
            let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            let span = spans.iter().find(|(known, _)| known.get_ref().as_ref() == name);
            let line = span.map_or(1, |(known, _)| line_of(&self.file.text, known.span().start));
            let inner = span.and_then(|(_, value)| value.get_ref().as_table());
            if let Some(key) = keys::all().find(|key| key.name == path) {
                let source = Source::File(self.file.path.clone(), line);
                self.found.push((key, value, source));
                continue;
            }
            match (value, inner) {
                (Value::Table(table), Some(inner)) if keys::is_section(&path) => {
                    self.table(&path, table, inner);
                }
                _ => self.problems.push(unknown(&path, &self.file.path, line)),
            }
        }
    }
}

fn unknown(path: &str, file: &std::path::Path, line: usize) -> String {
    let place = format!("{}:{line}", file.display());
    if keys::is_section(path) {
        return format!("{place}: `{path}` is a section: it holds keys such as `{path}.…`");
    }
    let setting = path.trim_start_matches('$');
    let same = keys::all().find(|key| {
        key.mediawiki.is_some_and(|name| name.trim_start_matches('$').eq_ignore_ascii_case(setting))
    });
    if let Some(key) = same {
        return format!(
            "{place}: unknown key `{path}`; MediaWiki's ${setting} is `{}` here",
            key.name
        );
    }
    let sections = keys::sections();
    let known = keys::all().map(|key| key.name).chain(sections.iter().map(String::as_str));
    match nearest(path, known) {
        Some(near) => format!("{place}: unknown key `{path}`; did you mean `{near}`?"),
        None => format!("{place}: unknown key `{path}`; `daemun config reference` lists all"),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
