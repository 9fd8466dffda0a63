//! XML as MediaWiki writes it: single values are attributes, lists and objects are elements.

use std::fmt::Write;

use crate::value::{Object, Value};

const NAMESPACE: &str = "http://www.mediawiki.org/xml/api/";

/// The result as an XML document.
pub(super) fn write(result: &Object, namespace: bool) -> String {
    let mut out = String::from("<?xml version=\"1.0\"?>");
    let attributes = if namespace { format!(" xmlns=\"{NAMESPACE}\"") } else { String::new() };
    object(&mut out, "api", &attributes, result);
    out
}

/// An element for an object: its single values as attributes, the others inside.
fn object(out: &mut String, tag: &str, attributes: &str, object_: &Object) {
    let _infallible = write!(out, "<{tag}{attributes}");
    let mut inside = String::new();
    for (name, value) in &object_.members {
        if object_.content == Some(name) {
            continue;
        }
        if let Some(tag) = object_.tag {
            let number = format!(" _idx=\"{}\"", escape(name));
            element(&mut inside, tag, &number, value);
            continue;
        }
        let name = mangle(name);
        match text(value) {
            Some(Some(text)) if object_.elements.contains(&name.as_str()) => {
                let text = escape_text(&text);
                let _infallible = write!(inside, "<{name} xml:space=\"preserve\">{text}</{name}>");
            }
            Some(Some(text)) => {
                let _infallible = write!(out, " {name}=\"{}\"", escape(&text));
            }
            Some(None) => {}
            None => element(&mut inside, &name, "", value),
        }
    }
    let content = object_.content.and_then(|name| Some((name, object_.get(name)?)));
    match content.and_then(|(name, value)| Some((name, text(value)??))) {
        Some((name, text)) if !inside.is_empty() => {
            let text = escape_text(&text);
            let _infallible = write!(inside, "<{name} xml:space=\"preserve\">{text}</{name}>");
        }
        Some((_, text)) => {
            out.push_str(" xml:space=\"preserve\"");
            inside.push_str(&escape_text(&text));
        }
        None => {}
    }
    close(out, tag, &inside);
}

/// An element for any value.
fn element(out: &mut String, tag: &str, attributes: &str, value: &Value) {
    match value {
        Value::Object(inner) => object(out, tag, attributes, inner),
        Value::List(list) => {
            let _infallible = write!(out, "<{tag}{attributes}");
            let mut inside = String::new();
            for item in &list.items {
                element(&mut inside, list.tag, "", item);
            }
            close(out, tag, &inside);
        }
        single => {
            let _infallible = write!(out, "<{tag}{attributes}");
            let text = text(single).flatten().unwrap_or_default();
            close(out, tag, &escape_text(&text));
        }
    }
}

fn close(out: &mut String, tag: &str, inside: &str) {
    if inside.is_empty() {
        out.push_str(" />");
    } else {
        let _infallible = write!(out, ">{inside}</{tag}>");
    }
}

/// A single value as text. `Some(None)`: it is left out. `None`: it is no single value.
fn text(value: &Value) -> Option<Option<String>> {
    match value {
        Value::Null | Value::Bool(false) | Value::Flag(false) => Some(None),
        Value::Bool(true) | Value::Flag(true) => Some(Some(String::new())),
        Value::Int(number) => Some(Some(number.to_string())),
        Value::Float(number) => Some(Some(number.to_string())),
        Value::Text(text) => Some(Some(text.to_string())),
        Value::List(_) | Value::Object(_) => None,
    }
}

/// A name that XML accepts: others begin with `_` and write what is not allowed as `.HEX.`.
fn mangle(name: &str) -> String {
    let begins = |c: char| c == '_' || begins_name(c);
    if name.starts_with(begins) && name.chars().all(is_of_name) {
        return name.to_owned();
    }
    let mut mangled = String::from("_");
    for c in name.chars() {
        if is_of_name(c) && c != '.' {
            mangled.push(c);
        } else {
            let _infallible = write!(mangled, ".{:X}.", u32::from(c));
        }
    }
    mangled
}

/// Letters of which a name may be made (<https://www.w3.org/TR/xml/#NT-NameStartChar>), without
/// the colon of namespaces.
fn begins_name(c: char) -> bool {
    matches!(
        c,
        'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
            | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}'
            | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}'
            | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}'
    )
}

fn is_of_name(c: char) -> bool {
    begins_name(c)
        || matches!(c, '_' | '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}'
            | '\u{203f}'..='\u{2040}')
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\t' => escaped.push_str("&#9;"),
            c => push(&mut escaped, c),
        }
    }
    escaped
}

fn escape_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        push(&mut escaped, c);
    }
    escaped
}

fn push(escaped: &mut String, c: char) {
    match c {
        '&' => escaped.push_str("&amp;"),
        '<' => escaped.push_str("&lt;"),
        '>' => escaped.push_str("&gt;"),
        '"' => escaped.push_str("&quot;"),
        // XML 1.0 has no place for these, not even escaped.
        '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
            escaped.push('\u{fffd}');
        }
        c => escaped.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::list;

    fn xml(object: &Object) -> String {
        write(object, false).replace("<?xml version=\"1.0\"?>", "")
    }

    #[test]
    fn single_values_are_attributes_and_others_are_elements() {
        let login = Object::new().with("result", "Success").with("lguserid", 4);
        assert_eq!(
            xml(&Object::new().with("batchcomplete", true).with("login", login)),
            r#"<api batchcomplete=""><login result="Success" lguserid="4" /></api>"#
        );
    }

    #[test]
    fn lists_repeat_their_tag_and_false_is_left_out() {
        let object = Object::new().with("groups", list("g", ["*", "user"])).with("anon", false);
        assert_eq!(xml(&object), "<api><groups><g>*</g><g>user</g></groups></api>");
    }

    #[test]
    fn a_content_is_text_and_becomes_an_element_beside_others() {
        let warning = Object::new().with("warnings", "a<b").content("warnings");
        assert_eq!(
            xml(&Object::new().with("main", warning)),
            r#"<api><main xml:space="preserve">a&lt;b</main></api>"#
        );
        let object = Object::new().with("x", list("v", [1])).with("docref", "d").content("docref");
        assert_eq!(
            xml(&object),
            r#"<api><x><v>1</v></x><docref xml:space="preserve">d</docref></api>"#
        );
    }

    #[test]
    fn names_and_texts_are_made_fit_for_xml() {
        let object = Object::new().with("a b", "\u{1}\n\"").with("", "x");
        assert_eq!(xml(&object), "<api _a.20.b=\"\u{fffd}&#10;&quot;\" _=\"x\" />");
        // Letters to Unicode, but none of a name to XML.
        let object = Object::new().with("ª", "x").with("윌", "y");
        assert_eq!(xml(&object), "<api _.AA.=\"x\" 윌=\"y\" />");
    }

    #[test]
    fn numbered_members_are_called_by_their_tag() {
        let namespace = Object::new().with("id", -2).with("name", "Media").content("name");
        let object =
            Object::new().with("namespaces", Object::new().with("-2", namespace).numbered("ns"));
        assert_eq!(
            xml(&object),
            r#"<api><namespaces><ns _idx="-2" id="-2" xml:space="preserve">Media</ns></namespaces></api>"#
        );
    }
}
