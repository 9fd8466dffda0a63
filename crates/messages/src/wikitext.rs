//! Small pieces of wikitext: escaping, entities, tags.

/// Escapes what wikitext would read as markup, as MediaWiki's `wfEscapeWikiText` does.
pub fn escape_wikitext(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut line_start = true;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        // Runs that are markup only together; one of their characters is enough to break them.
        if let Some((safe, after)) =
            RUNS.iter().find_map(|(run, safe)| Some((safe, rest.strip_prefix(run)?)))
        {
            out.push_str(safe);
            line_start = false;
            rest = after;
            continue;
        }
        let special = match c {
            '"' | '&' | '\'' | '<' | '>' | '=' | '[' | ']' | '{' | '|' | '}' | ';' => true,
            '!' | '#' | '*' | ':' | ' ' | '\t' => line_start,
            '-' => line_start && rest.starts_with("----"),
            _ => false,
        };
        if special {
            push_entity(&mut out, c);
        } else {
            out.push(c);
        }
        line_start = c == '\n' || c == '\r';
        rest = rest.split_at(c.len_utf8()).1;
    }
    out
}

const RUNS: [(&str, &str); 4] =
    [("://", "&#58;//"), ("!!", "&#33;!"), ("__", "_&#95;"), ("~~~", "~~&#126;")];

fn push_entity(out: &mut String, c: char) {
    out.push_str("&#");
    out.push_str(&u32::from(c).to_string());
    out.push(';');
}

/// Reads one entity at the start of `text`: its character, and what follows it.
pub(crate) fn entity(text: &str) -> Option<(char, &str)> {
    let (name, rest) = text.strip_prefix('&')?.split_once(';')?;
    let c = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number).filter(|c| !c.is_control())?
        }
    };
    Some((c, rest))
}

/// Reads one tag at the start of `text`: its name in lower case without `/`, and what follows it.
pub(crate) fn tag(text: &str) -> Option<(String, &str)> {
    let body = text.strip_prefix('<')?;
    if !body.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') {
        return None;
    }
    let (inside, rest) = body.split_once('>')?;
    let name = inside.trim_start_matches('/');
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    Some((name.get(..end).unwrap_or_default().to_ascii_lowercase(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaping_is_that_of_the_recorded_badurl() {
        assert_eq!(
            escape_wikitext("''x'' [[y]] <b>"),
            "&#39;&#39;x&#39;&#39; &#91;&#91;y&#93;&#93; &#60;b&#62;"
        );
        assert_eq!(escape_wikitext("a://b"), "a&#58;//b");
        assert_eq!(escape_wikitext("* a\n# b*"), "&#42; a\n&#35; b*");
        assert_eq!(escape_wikitext("a__b ~~~~ !!"), "a_&#95;b ~~&#126;~ &#33;!");
        assert_eq!(escape_wikitext("윌리엄"), "윌리엄");
    }
}
