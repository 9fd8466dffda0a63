//! The texts, parsed once.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::language::Tongue;
use crate::strip::strip_markup;
use crate::template::{Template, parse};

pub(crate) const EN_JSON: &str = include_str!("../i18n/en.json");
pub(crate) const KO_JSON: &str = include_str!("../i18n/ko.json");
#[cfg(test)]
pub(crate) const QQQ_JSON: &str = include_str!("../i18n/qqq.json");

/// A text ready to be rendered.
pub(crate) struct Entry {
    pub(crate) template: Template,
    /// What `bc` shows, where no parameter can change it.
    pub(crate) bc: Option<Box<str>>,
}

type Catalogue = HashMap<Box<str>, Entry>;

static EN: LazyLock<Catalogue> = LazyLock::new(|| load(EN_JSON));
static KO: LazyLock<Catalogue> = LazyLock::new(|| load(KO_JSON));

/// The pairs of a catalogue file in their order, without `@metadata`. A file that is not JSON has
/// none; the tests see to it that ours are.
pub(crate) fn pairs(json: &str) -> Vec<(String, String)> {
    let map: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(json).unwrap_or_default();
    map.into_iter()
        .filter_map(|(key, value)| match value {
            serde_json::Value::String(text) if !key.starts_with('@') => Some((key, text)),
            _ => None,
        })
        .collect()
}

fn load(json: &str) -> Catalogue {
    let entry = |text: &str| {
        // A text that does not parse is shown as written; the tests let none pass.
        let template = parse(text).unwrap_or_else(|_| Template::literal(text));
        let bc = template.as_literal().map(|text| strip_markup(text).into_boxed_str());
        Entry { template, bc }
    };
    pairs(json).into_iter().map(|(key, text)| (key.into_boxed_str(), entry(&text))).collect()
}

/// The text of a key: in the language, or else in English.
pub(crate) fn find(key: &str, tongue: Tongue) -> Option<&'static Entry> {
    let own = if tongue == Tongue::Korean { KO.get(key) } else { None };
    own.or_else(|| EN.get(key))
}

/// Whether there is a text for a key.
pub fn exists(key: &str) -> bool {
    EN.contains_key(key)
}

/// All keys that have a text, in no particular order.
pub fn keys() -> impl Iterator<Item = &'static str> {
    EN.keys().map(AsRef::as_ref)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::template::Piece;
    use crate::{HtmlLinks, Language, Message};

    /// Texts that are rightly the same, or without Korean words, in both languages.
    const SAME: &[&str] = &[
        "api-help-fallback-description",
        "api-help-fallback-example",
        "api-help-fallback-parameter",
        "api-help-flags",
        "api-help-help-urls",
        "api-help-no-extended-description",
        "authprovider-confirmlink-failed-line",
        "authprovider-confirmlink-option",
        "daemun-log-flags",
        "daemun-page-both",
        "rawmessage",
    ];

    fn texts(json: &str) -> BTreeMap<String, String> {
        pairs(json).into_iter().collect()
    }

    /// The parameters that a text shows, not those that only choose a form.
    fn shown(template: &Template, found: &mut BTreeSet<usize>) {
        for piece in &template.0 {
            match piece {
                Piece::Arg(index) => drop(found.insert(*index)),
                Piece::Plural { exact, forms, .. } => {
                    exact.iter().for_each(|(_, form)| shown(form, found));
                    forms.iter().for_each(|form| shown(form, found));
                }
                Piece::Gender { forms } => forms.iter().for_each(|form| shown(form, found)),
                Piece::Text(_) | Piece::Message(_) | Piece::Particle { .. } => {}
            }
        }
    }

    fn included(template: &Template, found: &mut BTreeSet<String>) {
        for piece in &template.0 {
            if let Piece::Message(key) = piece {
                found.insert(key.to_string());
            }
        }
    }

    #[test]
    fn every_text_parses() {
        for json in [EN_JSON, KO_JSON] {
            for (key, text) in texts(json) {
                assert!(parse(&text).is_ok(), "{key}: {:?}", parse(&text));
            }
        }
    }

    #[test]
    fn the_catalogues_have_the_same_keys_and_none_twice() {
        let en: BTreeSet<String> = texts(EN_JSON).into_keys().collect();
        assert!(en.len() > 500);
        for json in [EN_JSON, KO_JSON, QQQ_JSON] {
            let keys: BTreeSet<String> = texts(json).into_keys().collect();
            let differing: Vec<_> = en.symmetric_difference(&keys).collect();
            assert!(differing.is_empty(), "{differing:?}");
            // A second text of a key would silently replace the first.
            assert_eq!(json.matches("\n\t\"").count(), keys.len() + 1);
        }
        assert!(texts(QQQ_JSON).values().all(|note| !note.is_empty()));
    }

    #[test]
    fn korean_shows_the_parameters_that_english_shows() {
        let ko = texts(KO_JSON);
        for (key, text) in texts(EN_JSON) {
            let (mut in_en, mut in_ko) = (BTreeSet::new(), BTreeSet::new());
            shown(&parse(&text).unwrap(), &mut in_en);
            shown(&parse(&ko[&key]).unwrap(), &mut in_ko);
            // GENDER and PLURAL may stand for a parameter in English alone.
            assert_eq!(in_en, in_ko, "{key}");
        }
    }

    #[test]
    fn korean_texts_are_korean() {
        let en = texts(EN_JSON);
        for (key, text) in texts(KO_JSON) {
            let same = SAME.contains(&key.as_str());
            let hangul = text.chars().any(|c| ('가'..='힣').contains(&c));
            assert_eq!(hangul, !same, "{key}: {text}");
            assert!(same || text != en[&key], "{key}");
        }
    }

    #[test]
    fn texts_include_only_texts_that_exist() {
        for json in [EN_JSON, KO_JSON] {
            let mut keys = BTreeSet::new();
            texts(json).values().for_each(|text| included(&parse(text).unwrap(), &mut keys));
            assert!(!keys.is_empty());
            assert!(keys.iter().all(|key| exists(key)), "{keys:?}");
        }
    }

    #[test]
    fn html_knows_all_markup_of_the_texts() {
        let links = HtmlLinks::default();
        for key in keys() {
            for language in [Language::EN, Language::KO] {
                let html = crate::html(&Message::new(key), &language, &links);
                // An address is shown between < and > in one text.
                let foreign = html.contains("&lt;") && key != "api-usage-mailinglist-ref";
                assert!(!foreign, "{key}: {html}");
                assert!(!html.contains("[[") && !html.contains("{{"), "{key}: {html}");
            }
        }
    }
}
