//! Messages: whatever their parameters hold, HTML stays whole and values stay values.

use arbitrary::{Result, Unstructured};
use daemun_messages::{
    Format, HtmlLinks, Language, ListKind, Message, Param, code, html, html_block, keys,
    message_json, text, text_bc,
};
use roxmltree::{Document, Node};

use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "messages",
    run,
    words: &[
        "<script>",
        "</b>",
        "<var>",
        "<br />",
        "[[",
        "]]",
        "[https://x y]",
        "[javascript:x y]",
        "'''",
        "''",
        "{{PLURAL:$1|",
        "{{GENDER:$2|",
        "{{int:",
        "}}",
        "$1",
        "&lt;",
        "&#60;",
        "&#x3c;",
        "\n* ",
        "\n# ",
        "\" onclick=\"",
        "://",
        "__",
        "~~~~",
        "⧼",
        "\u{0}",
    ],
    longest: 1024,
};

fn run(bytes: &[u8]) {
    let _too_short = check(&mut Unstructured::new(bytes));
}

fn check(given: &mut Unstructured<'_>) -> Result<()> {
    let language = given.choose(&[Language::EN, Language::KO, Language::QQX])?.clone();
    let wild = given.ratio(1, 4)?;
    let key = key(given, wild)?;
    let count = given.int_in_range(0..=4)?;
    let mut params = Vec::new();
    for _ in 0..count {
        params.push(param(given, wild, 0)?);
    }
    let message = Message { key: key.into(), params };
    let stored = serde_json::to_string(&message).expect("a message is JSON");
    let again: Message = serde_json::from_str(&stored).expect("and comes back");
    assert_eq!(again, message);
    let _shown = message_json(&message);
    let code = code(&message);
    let is_code = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    assert!(code.bytes().all(is_code), "{code:?}");
    let line = text_bc(&message, &language);
    assert!(!line.contains(['\n', '\t']) && !line.contains("  "), "{line:?}");
    let _plain = text(&message, &language, Format::Plain);
    let markup = html(&message, &language, &HtmlLinks::default());
    let shape = shape(&markup);
    let _in_paragraphs = self::shape(&html_block(&message, &language, &HtmlLinks::default()));
    // What is no wikitext cannot change the markup, beyond what line ends do.
    if !wild && !stored.contains("\\n") && !stored.contains("\\r") {
        let harmless = Message { params: harmless(&message.params), ..message.clone() };
        let expected = self::shape(&html(&harmless, &language, &HtmlLinks::default()));
        assert_eq!(shape, expected, "{message:?} gives {markup}");
    }
    Ok(())
}

/// A key; a wild one may be anything that a stored dialogue could hold.
fn key(given: &mut Unstructured<'_>, wild: bool) -> Result<String> {
    if wild && given.arbitrary()? {
        let start = *given.choose(&["", "* $1", "* $1\n* $2"])?;
        return Ok(format!("{start}{}", given.arbitrary::<&str>()?));
    }
    let keys: Vec<&str> = keys().collect();
    Ok((*given.choose(&keys)?).to_owned())
}

fn param(given: &mut Unstructured<'_>, wild: bool, depth: usize) -> Result<Param> {
    let kinds = if depth > 10 { 6 } else { 8 };
    Ok(match given.int_in_range(0..=kinds)? {
        0 if wild => Param::Text(given.arbitrary()?),
        0 | 1 => Param::Plaintext(given.arbitrary()?),
        2 => Param::Int(given.arbitrary()?),
        3 => Param::Num(given.arbitrary()?),
        4 => Param::Duration(given.arbitrary()?),
        5 if wild => Param::Expiry(given.arbitrary()?),
        6 if wild => Param::DateTime(given.arbitrary()?),
        5 | 6 => Param::Null,
        7 => {
            let kind = *given.choose(&[
                ListKind::Comma,
                ListKind::Text,
                ListKind::Semicolon,
                ListKind::Pipe,
            ])?;
            let count = given.int_in_range(0..=3)?;
            let items = (0..count).map(|_| param(given, wild, depth + 1));
            Param::List { items: items.collect::<Result<_>>()?, kind }
        }
        _ => {
            let inner = Message::new(key(given, wild)?).with(param(given, wild, depth + 1)?);
            Param::Message(Box::new(inner))
        }
    })
}

/// The same parameters with a number in place of each text, so that plurals stay as they are.
fn harmless(params: &[Param]) -> Vec<Param> {
    let one = |param: &Param| match param {
        Param::Plaintext(text) => Param::Plaintext(digits(text)),
        Param::List { items, kind } => Param::List { items: harmless(items), kind: *kind },
        Param::Message(message) => {
            let inner = Message { params: harmless(&message.params), ..(**message).clone() };
            Param::Message(Box::new(inner))
        }
        other => other.clone(),
    };
    params.iter().map(one).collect()
}

/// What a plural makes of a text.
fn digits(text: &str) -> String {
    let number = text.replace(',', "").trim().parse::<i64>().unwrap_or(0);
    number.to_string()
}

/// The elements of HTML, which must be whole, known and without anything that runs.
fn shape(html: &str) -> Vec<String> {
    // XML has no place for some characters, and wants every element closed.
    let text: String = html.chars().filter(|c| !is_no_xml(*c)).collect();
    let document = format!("<x>{}</x>", text.replace("<br>", "<br/>"));
    let document = Document::parse(&document)
        .unwrap_or_else(|error| panic!("{error} in {document:?}, which came of {html:?}"));
    let elements = document.root_element().descendants().filter(Node::is_element).skip(1);
    elements.map(|element| element_shape(element, html)).collect()
}

fn is_no_xml(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

fn element_shape(element: Node<'_, '_>, html: &str) -> String {
    let known = [
        "a", "b", "br", "code", "em", "i", "kbd", "li", "ol", "p", "samp", "small", "strong", "ul",
        "var",
    ];
    let name = element.tag_name().name();
    assert!(known.contains(&name), "<{name}> in {html:?}");
    let mut shape = name.to_owned();
    for attribute in element.attributes() {
        let (attribute, value) = (attribute.name(), attribute.value());
        assert!(name == "a" && ["href", "title", "rel", "class"].contains(&attribute), "{html:?}");
        if attribute == "href" {
            let starts = ["https://", "http://", "//", "mailto:", "/wiki/"];
            assert!(starts.iter().any(|start| value.starts_with(start)), "{value:?}");
        }
        shape.push(' ');
        shape.push_str(attribute);
    }
    shape
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn markup_that_must_not_be_there_is_noticed() {
        for html in [
            "<script>x</script>",
            "<b onclick=\"x\">y</b>",
            "<b><i>x</b></i>",
            "<b>x",
            "<a href=\"javascript:x\">y</a>",
            "x & y",
        ] {
            assert!(catch_unwind(|| shape(html)).is_err(), "{html}");
        }
        assert_eq!(shape("a <b>b</b><br>&amp; <a href=\"/wiki/A\">c</a>"), ["b", "br", "a href"]);
    }
}
