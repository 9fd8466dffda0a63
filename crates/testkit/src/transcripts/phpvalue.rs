//! A reader for `format=php`, PHP's `serialize()`, into JSON: an array with the keys 0…n is a
//! list, and an empty one is a list too.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Number, Value};

/// The value of a whole body.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value> {
    let (value, rest) = value(bytes, 0)?;
    if !rest.is_empty() {
        bail!("something follows the value");
    }
    Ok(value)
}

fn value(bytes: &[u8], depth: usize) -> Result<(Value, &[u8])> {
    if depth > 100 {
        bail!("too deep");
    }
    if let Some(rest) = bytes.strip_prefix(b"N;") {
        return Ok((Value::Null, rest));
    }
    let (kind, rest) = bytes.split_at_checked(2).context("a value is cut short")?;
    match kind {
        b"b:" => {
            let (text, rest) = until(rest, b';')?;
            match text {
                "0" => Ok((Value::Bool(false), rest)),
                "1" => Ok((Value::Bool(true), rest)),
                other => bail!("the boolean {other}"),
            }
        }
        b"i:" => {
            let (text, rest) = until(rest, b';')?;
            Ok((Value::from(text.parse::<i64>()?), rest))
        }
        b"d:" => {
            let (text, rest) = until(rest, b';')?;
            let number = Number::from_f64(text.parse()?).context("no finite number")?;
            Ok((Value::Number(number), rest))
        }
        b"s:" => {
            let (length, rest) = until(rest, b':')?;
            let rest = rest.strip_prefix(b"\"").context("a string without quotes")?;
            let (text, rest) =
                rest.split_at_checked(length.parse()?).context("a string is cut short")?;
            let rest = rest.strip_prefix(b"\";").context("a string is too long")?;
            Ok((Value::String(std::str::from_utf8(text)?.to_owned()), rest))
        }
        b"a:" => array(rest, depth),
        other => bail!("a value of kind {}", String::from_utf8_lossy(other)),
    }
}

fn array(bytes: &[u8], depth: usize) -> Result<(Value, &[u8])> {
    let (length, rest) = until(bytes, b':')?;
    let length: usize = length.parse()?;
    let mut rest = rest.strip_prefix(b"{").context("an array without braces")?;
    let mut pairs: Vec<(Value, Value)> = Vec::new();
    for _ in 0..length {
        let (key, after) = value(rest, depth + 1)?;
        let (item, after) = value(after, depth + 1)?;
        pairs.push((key, item));
        rest = after;
    }
    let rest = rest.strip_prefix(b"}").context("an array without an end")?;
    if pairs.iter().zip(0_u64..).all(|((key, _), index)| key.as_u64() == Some(index)) {
        return Ok((pairs.into_iter().map(|(_, item)| item).collect(), rest));
    }
    let mut object = Map::new();
    for (key, item) in pairs {
        let key = match key {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            other => bail!("the key {other}"),
        };
        if object.insert(key.clone(), item).is_some() {
            bail!("the key `{key}` comes twice");
        }
    }
    Ok((Value::Object(object), rest))
}

fn until(bytes: &[u8], end: u8) -> Result<(&str, &[u8])> {
    let at = bytes.iter().position(|byte| *byte == end).context("a value is cut short")?;
    let (text, rest) = bytes.split_at(at);
    Ok((std::str::from_utf8(text)?, rest.get(1..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_read() {
        let text = "a:3:{s:1:\"a\";b:1;s:6:\"서울\";a:2:{i:0;i:7;i:1;N;}s:1:\"e\";a:0:{}}";
        let wanted = json!({"a": true, "서울": [7, null], "e": []});
        assert_eq!(parse(text.as_bytes()).unwrap(), wanted);
    }

    #[test]
    fn what_is_cut_short_or_too_long_is_an_error() {
        for text in ["", "i:1", "s:3:\"ab\";", "a:1:{}", "b:2;", "i:1;x", "a:2:{i:0;i:1;}"] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
