//! Results in every format: whatever their texts hold, a reader of the format reads them.

use std::sync::Arc;

use arbitrary::{Result, Unstructured};
use daemun_action_api::Site;
use daemun_action_api::formats::{Circumstances, Format, Printer};
use daemun_action_api::params::{Limits, RawParams, Reading};
use daemun_action_api::value::{Kind, Object, Value, list};
use daemun_mediawiki::php;
use daemun_messages::Language;
use roxmltree::Document;
use serde_json::{Value as Json, json};

use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "formats",
    run,
    words: &[
        "</api>",
        "]]>",
        "&amp;",
        "\"",
        "\u{2028}",
        "\u{1}",
        "\u{fffe}",
        "\u{feff}",
        "😀",
        "</script>",
        "</pre>",
        "*",
        "_",
        "xml:space",
        "ª",
        "·",
        "alert(1)",
    ],
    longest: 1024,
};

fn run(bytes: &[u8]) {
    let _too_short = check(&mut Unstructured::new(bytes));
}

fn check(given: &mut Unstructured<'_>) -> Result<()> {
    let name =
        *given.choose(&["json", "jsonfm", "xml", "xmlfm", "php", "phpfm", "rawfm", "none"])?;
    let version = *given.choose(&["1", "2", "latest"])?;
    let mut raw = RawParams::default();
    raw.query(format!("formatversion={version}").as_bytes());
    for flag in ["utf8", "ascii", "includexmlnamespace", "wrappedhtml"] {
        if given.arbitrary()? {
            raw.query(flag.as_bytes());
        }
    }
    let callback = if given.ratio(1, 4)? { Some(given.arbitrary::<&str>()?) } else { None };
    if let Some(callback) = callback {
        raw.field("callback", callback.as_bytes().to_vec());
    }
    let escaped = raw.get(if version == "1" { "utf8" } else { "ascii" }).is_some();
    let result = object(given, 0)?;

    let format = Format::named(name).expect("a name of ours");
    let limits = Limits { high: false };
    let Ok(values) = Reading::new(Arc::new(raw), Arc::default()).values(
        "",
        format.module.params,
        limits,
        &mut Vec::new(),
    ) else {
        return Ok(());
    };
    let circumstances = Circumstances {
        site: &Site::at("http://localhost", "wiki"),
        language: &Language::KO,
        status: *given.choose(&[200, 403])?,
        address: &|format| Some(format!("http://localhost/w/api.php?format={format}")),
        began: std::time::Instant::now(),
    };
    let printed = Printer::new(format, &values).print(&result, &circumstances);
    let body = printed.body;
    match name {
        "json" => {
            let json = match values.text("callback") {
                Some(_) => call(&body),
                None => &body,
            };
            let read: Json = serde_json::from_str(json).unwrap_or_else(|e| panic!("{e}: {json}"));
            if version != "1" {
                assert_eq!(read, expected_object(&result, true), "{json}");
            }
            if escaped == (version != "1") {
                assert!(json.is_ascii(), "{json}");
            }
            assert!(!json.contains(['\u{2028}', '\u{2029}']), "{json}");
        }
        "xml" => {
            let document = Document::parse(&body).unwrap_or_else(|e| panic!("{e}: {body}"));
            assert_eq!(document.root_element().tag_name().name(), "api");
        }
        "php" => drop(php::unserialize(body.as_bytes()).unwrap_or_else(|e| panic!("{e}: {body}"))),
        "none" => assert_eq!(body, ""),
        _ if values.is_set("wrappedhtml") => {
            let read: Json = serde_json::from_str(&body).unwrap_or_else(|e| panic!("{e}: {body}"));
            content(read["html"].as_str().expect("HTML"), "");
        }
        _ => page(&body),
    }
    Ok(())
}

/// What stands between the parentheses of JSONP, with a name that does nothing before it.
fn call(body: &str) -> &str {
    let (name, rest) = body
        .strip_prefix("/**/")
        .and_then(|rest| rest.split_once('('))
        .unwrap_or_else(|| panic!("no call: {body}"));
    let harmless = |c: char| c.is_ascii_alphanumeric() || "_.'\"[]".contains(c);
    assert!(name.chars().all(harmless), "{name}");
    rest.strip_suffix(')').unwrap_or_else(|| panic!("no end: {body}"))
}

/// What a page shows has no markup.
fn page(body: &str) {
    let begin = body.find("<pre class=\"api-pretty-content\">").expect("a frame");
    let (before, after) = body.split_at(begin);
    content(after, "</div>\n</div>\n</div>\n</body>\n</html>\n");
    assert!(!before.contains("<script"), "{before}");
}

/// A result is text in one element, and then comes what follows.
fn content(html: &str, follows: &str) {
    let inside = html.strip_prefix("<pre class=\"api-pretty-content\">").expect("the element");
    let (inside, end) = inside.split_once('<').expect("its end");
    assert_eq!(end, format!("/pre>{follows}"), "markup in {inside}");
}

fn object(given: &mut Unstructured<'_>, depth: usize) -> Result<Object> {
    let mut object = Object::new();
    let count = given.int_in_range(0..=4)?;
    for number in 0..count {
        // Names differ, whatever the formats make of them.
        let name = format!("{}{number}", given.arbitrary::<&str>()?);
        object.set(name, value(given, depth + 1)?);
    }
    if given.ratio(1, 4)? {
        object = object.with("content", value(given, depth + 1)?).content("content");
    }
    if given.ratio(1, 8)? {
        object = object.elements(&["content", "0"]);
    }
    if given.ratio(1, 8)? {
        object = object.numbered("ns");
    }
    let kind = *given.choose(&[Kind::Object, Kind::ListIfEmpty, Kind::ListInVersion1])?;
    Ok(object.kind(kind))
}

fn value(given: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    let kinds = if depth > 8 { 5 } else { 8 };
    Ok(match given.int_in_range(0..=kinds)? {
        0 => Value::Null,
        1 => Value::Bool(given.arbitrary()?),
        2 => Value::Flag(given.arbitrary()?),
        3 => Value::Int(given.arbitrary()?),
        4 => Value::Float(given.arbitrary()?),
        5 | 6 => Value::from(given.arbitrary::<String>()?),
        7 => {
            let count = given.int_in_range(0..=3)?;
            let items = (0..count).map(|_| value(given, depth + 1)).collect::<Result<Vec<_>>>()?;
            list("item", items)
        }
        _ => Value::Object(object(given, depth + 1)?),
    })
}

/// The result as version 2 must show it.
fn expected_object(object: &Object, top: bool) -> Json {
    if object.members.is_empty() && !top && object.kind != Kind::Object {
        return json!([]);
    }
    let member = |(name, value): &(_, Value)| -> (String, Json) {
        let name: &std::borrow::Cow<'static, str> = name;
        (name.to_string(), expected(value))
    };
    Json::Object(object.members.iter().map(member).collect())
}

fn expected(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) | Value::Flag(value) => json!(value),
        Value::Int(number) => json!(number),
        // A number without a fraction is written as a whole one, of any length.
        Value::Float(number) => {
            let number = if number.is_finite() { *number } else { 0.0 };
            serde_json::from_str(&number.to_string()).expect("a number")
        }
        Value::Text(text) => json!(text),
        Value::List(list) => list.items.iter().map(expected).collect(),
        Value::Object(object) => expected_object(object, false),
    }
}
