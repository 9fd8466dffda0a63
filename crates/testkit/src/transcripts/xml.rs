//! A reader for the XML that api.php writes, into the transcripts' trees
//! (`tag`, `attrs`, `text`, `children`; what is empty is left out).

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

/// The tree of a document. A default namespace is written before its tags: `{uri}tag`.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value> {
    let text = std::str::from_utf8(bytes)?;
    let mut rest = text.trim_start();
    if let Some(after) = rest.strip_prefix("<?xml") {
        rest = after.split_once("?>").context("the declaration has no end")?.1.trim_start();
    }
    let (tree, rest) = element(rest, None, 0)?;
    if !rest.trim().is_empty() {
        bail!("something follows the document");
    }
    Ok(tree)
}

fn element<'a>(text: &'a str, namespace: Option<&str>, depth: usize) -> Result<(Value, &'a str)> {
    if depth > 100 {
        bail!("too deep");
    }
    let rest = text.strip_prefix('<').context("an element starts with <")?;
    let end = rest.find([' ', '\t', '\n', '/', '>']).context("a tag without an end")?;
    let (tag, mut rest) = rest.split_at(end);
    let mut attrs = Map::new();
    let mut own = None;
    let closed = loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("/>") {
            rest = after;
            break true;
        }
        if let Some(after) = rest.strip_prefix('>') {
            rest = after;
            break false;
        }
        let (name, after) = rest.split_once('=').context("an attribute without a value")?;
        let after = after.strip_prefix('"').context("a value without quotes")?;
        let (value, after) = after.split_once('"').context("a value without an end")?;
        rest = after;
        if name == "xmlns" {
            own = Some(unescaped(value)?);
        } else if attrs.insert(name.to_owned(), Value::String(unescaped(value)?)).is_some() {
            bail!("the attribute `{name}` comes twice");
        }
    };
    let namespace = own.as_deref().or(namespace);
    let mut inside = Inside::default();
    if !closed {
        rest = inside.read(rest, tag, namespace, depth)?;
    }
    let Inside { text, children } = inside;
    let tag = namespace.map_or_else(|| tag.to_owned(), |uri| format!("{{{uri}}}{tag}"));
    let mut tree = Map::new();
    tree.insert("tag".to_owned(), Value::String(tag));
    if !attrs.is_empty() {
        tree.insert("attrs".to_owned(), Value::Object(attrs));
    }
    if !text.trim().is_empty() {
        tree.insert("text".to_owned(), Value::String(text));
    }
    if !children.is_empty() {
        tree.insert("children".to_owned(), Value::Array(children));
    }
    Ok((Value::Object(tree), rest))
}

/// What stands between a start tag and its end tag.
#[derive(Default)]
struct Inside {
    text: String,
    children: Vec<Value>,
}

impl Inside {
    fn read<'a>(
        &mut self,
        mut rest: &'a str,
        tag: &str,
        namespace: Option<&str>,
        depth: usize,
    ) -> Result<&'a str> {
        loop {
            let at = rest.find('<').context("an element without an end")?;
            let (before, after) = rest.split_at(at);
            if self.children.is_empty() {
                self.text.push_str(&unescaped(before)?);
            } else if !before.trim().is_empty() {
                bail!("text between elements: {before}");
            }
            if let Some(after) = after.strip_prefix("</") {
                let (name, after) = after.split_once('>').context("an end tag without an end")?;
                if name.trim_end() != tag {
                    bail!("</{name}> ends <{tag}>");
                }
                return Ok(after);
            }
            let (child, after) = element(after, namespace, depth + 1)?;
            self.children.push(child);
            rest = after;
        }
    }
}

fn unescaped(text: &str) -> Result<String> {
    let mut pieces = text.split('&');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, after) = piece.split_once(';').context("a bare &")?;
        let number = match name.strip_prefix("#x") {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => name.strip_prefix('#').and_then(|digits| digits.parse().ok()),
        };
        plain.push(match (name, number.and_then(char::from_u32)) {
            ("amp", _) => '&',
            ("lt", _) => '<',
            ("gt", _) => '>',
            ("quot", _) => '"',
            ("apos", _) => '\'',
            (_, Some(character)) => character,
            _ => bail!("the entity &{name};"),
        });
        plain.push_str(after);
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_becomes_a_tree() {
        let text = r#"<?xml version="1.0"?><api batchcomplete=""><warnings><main xml:space="preserve">a &amp; b</main></warnings><x /></api>"#;
        let tree = json!({"tag": "api", "attrs": {"batchcomplete": ""}, "children": [
            {"tag": "warnings", "children": [
                {"tag": "main", "attrs": {"xml:space": "preserve"}, "text": "a & b"}]},
            {"tag": "x"}]});
        assert_eq!(parse(text.as_bytes()).unwrap(), tree);
    }

    #[test]
    fn a_namespace_is_written_before_the_tags() {
        let tree = parse(br#"<api xmlns="u"><a/></api>"#).unwrap();
        assert_eq!(tree, json!({"tag": "{u}api", "children": [{"tag": "{u}a"}]}));
    }

    #[test]
    fn what_is_not_well_formed_is_an_error() {
        for text in
            ["<a>", "<a></b>", "<a b=1/>", "<a>&nbsp;</a>", "<a/><b/>", "{}", "<a b=\"\" b=\"\"/>"]
        {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
