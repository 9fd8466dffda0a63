//! Texts of the catalogue, parsed: `$1`, `{{PLURAL:…}}`, `{{GENDER:…}}`, `{{int:…}}`, `{{조사:…}}`.

/// A parsed text.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct Template(pub(crate) Vec<Piece>);

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    /// As written.
    Text(Box<str>),
    /// `$1` is 0.
    Arg(usize),
    /// `{{PLURAL:$1|one|many}}`, forms may begin with a number: `{{PLURAL:$1|0=none|one|many}}`.
    Plural { number: Template, exact: Vec<(i64, Template)>, forms: Vec<Template> },
    /// `{{GENDER:$1|he|she|they}}`
    Gender { forms: Vec<Template> },
    /// `{{int:key}}`
    Message(Box<str>),
    /// `{{조사:$1|을|를}}`: the Korean particle after `$1`, first the one after a final consonant.
    Particle { word: Template, closed: Box<str>, open: Box<str> },
}

impl Template {
    pub(crate) fn literal(text: &str) -> Self {
        if text.is_empty() { Self::default() } else { Self(vec![Piece::Text(text.into())]) }
    }

    /// The text, if it is nothing but text.
    pub(crate) fn as_literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

/// Why a text does not parse.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ParseError {
    #[error("a {{{{ is not closed")]
    Unclosed,
    #[error("{{{{{0}}}}} is no function of ours")]
    UnknownFunction(String),
    #[error("{{{{{0}}}}} has the wrong number of parts")]
    WrongParts(String),
}

/// Parses a text of the catalogue.
pub(crate) fn parse(text: &str) -> Result<Template, ParseError> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '{']) {
        let (before, from) = rest.split_at(at);
        literal.push_str(before);
        if let Some(inside) = from.strip_prefix("{{") {
            let (body, after) = split_function(inside)?;
            flush(&mut literal, &mut pieces);
            pieces.push(function(body)?);
            rest = after;
        } else if let Some((number, after)) = argument(from) {
            flush(&mut literal, &mut pieces);
            pieces.push(Piece::Arg(number));
            rest = after;
        } else {
            let mut chars = from.chars();
            literal.extend(chars.next());
            rest = chars.as_str();
        }
    }
    literal.push_str(rest);
    flush(&mut literal, &mut pieces);
    Ok(Template(pieces))
}

fn flush(literal: &mut String, pieces: &mut Vec<Piece>) {
    if !literal.is_empty() {
        pieces.push(Piece::Text(std::mem::take(literal).into_boxed_str()));
    }
}

/// `$12rest` → 11, `rest`.
fn argument(text: &str) -> Option<(usize, &str)> {
    let digits = text.strip_prefix('$')?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let (number, rest) = digits.split_at(end);
    let number: usize = number.parse().ok()?;
    Some((number.checked_sub(1)?, rest))
}

/// Splits after the `}}` that belongs to the `{{` just read.
fn split_function(text: &str) -> Result<(&str, &str), ParseError> {
    let mut depth = 1_usize;
    let mut from = 0;
    while let Some(rest) = text.get(from..) {
        let Some(at) = rest.find("{{").into_iter().chain(rest.find("}}")).min() else { break };
        let opens = rest.get(at..).is_some_and(|s| s.starts_with('{'));
        depth = if opens { depth + 1 } else { depth - 1 };
        if depth == 0 {
            let (body, after) = text.split_at(from + at);
            return Ok((body, after.strip_prefix("}}").unwrap_or_default()));
        }
        from += at + 2;
    }
    Err(ParseError::Unclosed)
}

/// Splits at each `|` that is not inside an inner function or link.
fn parts(body: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    for (at, c) in body.char_indices() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            '|' if depth == 0 => {
                parts.push(body.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(body.get(start..).unwrap_or_default());
    parts
}

fn function(body: &str) -> Result<Piece, ParseError> {
    let wrong = || ParseError::WrongParts(body.to_owned());
    let (name, rest) =
        body.split_once(':').ok_or_else(|| ParseError::UnknownFunction(body.to_owned()))?;
    let parts = parts(rest);
    let (subject, forms) = parts.split_first().ok_or_else(wrong)?;
    match name {
        "int" if forms.is_empty() => Ok(Piece::Message((*subject).into())),
        "PLURAL" if !forms.is_empty() => plural(subject, forms),
        "GENDER" if !forms.is_empty() => {
            let forms = forms.iter().map(|form| parse(form)).collect::<Result<_, _>>()?;
            Ok(Piece::Gender { forms })
        }
        "조사" => match forms {
            [closed, open] => Ok(Piece::Particle {
                word: parse(subject)?,
                closed: (*closed).into(),
                open: (*open).into(),
            }),
            _ => Err(wrong()),
        },
        "int" | "PLURAL" | "GENDER" => Err(wrong()),
        _ => Err(ParseError::UnknownFunction(body.to_owned())),
    }
}

fn plural(number: &str, written: &[&str]) -> Result<Piece, ParseError> {
    let mut exact = Vec::new();
    let mut forms = Vec::new();
    for form in written {
        match form.split_once('=').and_then(|(n, form)| Some((n.parse().ok()?, form))) {
            Some((n, form)) => exact.push((n, parse(form)?)),
            None => forms.push(parse(form)?),
        }
    }
    Ok(Piece::Plural { number: parse(number)?, exact, forms })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_and_text_alternate() {
        assert_eq!(
            parse("a $1b$12 $ {x} $0").unwrap(),
            Template(vec![
                Piece::Text("a ".into()),
                Piece::Arg(0),
                Piece::Text("b".into()),
                Piece::Arg(11),
                Piece::Text(" $ {x} $0".into()),
            ])
        );
    }

    #[test]
    fn functions_nest() {
        let template = parse("{{PLURAL:$1|0=none|{{GENDER:$2|he|she}}|many [[a|b]]}}!").unwrap();
        let [Piece::Plural { exact, forms, .. }, Piece::Text(end)] = template.0.as_slice() else {
            panic!("{template:?}")
        };
        assert_eq!((exact.len(), forms.len(), end.as_ref()), (1, 2, "!"));
        assert!(matches!(forms[0].0[0], Piece::Gender { .. }));
        assert_eq!(forms[1].as_literal(), Some("many [[a|b]]"));
    }

    #[test]
    fn faults_are_named() {
        assert_eq!(parse("{{PLURAL:$1|a"), Err(ParseError::Unclosed));
        assert!(matches!(parse("{{FOO:1}}"), Err(ParseError::UnknownFunction(_))));
        assert!(matches!(parse("{{조사:$1|을}}"), Err(ParseError::WrongParts(_))));
    }
}
