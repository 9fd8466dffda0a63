//! The little that is needed of HTML: the text of a message, and the links in a page's head.

/// The text of some HTML in one line of words: no elements, no scripts, entities resolved.
pub(crate) fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let lower = after.get(..8).unwrap_or(after).to_ascii_lowercase();
        let hidden = ["script", "style"].into_iter().find(|name| lower.starts_with(name));
        let closing = hidden.and_then(|name| find_ignoring_case(after, &format!("</{name}")));
        let after = closing.and_then(|at| after.get(at..)).unwrap_or(after);
        // Elements that break lines separate words; `<b>` and the like do not.
        let inline = ["a", "b", "i", "em", "strong", "span", "code", "kbd", "var", "bdi", "u"];
        let name: String = after
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .flat_map(char::to_lowercase)
            .collect();
        if !inline.contains(&name.as_str()) {
            text.push(' ');
        }
        rest = after.split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    let text: Vec<&str> = text.split_ascii_whitespace().collect();
    let text = entities(&text.join(" "));
    text.chars().filter(|character| !character.is_control()).collect()
}

/// What is between `&` and `;` as characters.
pub(crate) fn entities(text: &str) -> String {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        resolved.push_str(before);
        let named = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        match named.and_then(|(name, after)| Some((entity(name)?, after))) {
            Some((character, after)) => {
                resolved.push(character);
                rest = after;
            }
            None => {
                resolved.push('&');
                rest = after;
            }
        }
    }
    resolved.push_str(rest);
    resolved
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hexadecimal = number.strip_prefix(['x', 'X']);
        let code = hexadecimal.map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16));
        return char::from_u32(code.ok()?);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "minus" => '−',
        _ => return None,
    })
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    text.windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted))
}

/// The address in a page's `<link rel="EditURI" href="…">`.
pub(crate) fn edit_uri(page: &str) -> Option<String> {
    page.split('<').find_map(|element| {
        let is_link = element.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("link"));
        let attributes = is_link.then(|| element.get(4..).unwrap_or_default())?;
        let rel = attribute(attributes, "rel")?;
        let named = rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("edituri"));
        named.then(|| attribute(attributes, "href")).flatten()
    })
}

/// An attribute of an element, from what follows the element's name.
fn attribute(element: &str, wanted: &str) -> Option<String> {
    let mut rest = element;
    // An element that has more attributes than this is no link of a wiki.
    for _ in 0..32 {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>'))?;
        let (name, after) = rest.split_at_checked(end)?;
        let after = after.trim_start();
        let Some(after) = after.strip_prefix('=') else {
            if after.starts_with('>') || name.is_empty() {
                return None;
            }
            rest = after;
            continue;
        };
        let after = after.trim_start();
        let (value, after) = match after.chars().next()? {
            quote @ ('"' | '\'') => after.get(1..)?.split_once(quote)?,
            _ => {
                let end = after.find(|c: char| c.is_ascii_whitespace() || c == '>')?;
                after.split_at_checked(end)?
            }
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(entities(value));
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_becomes_its_words() {
        for (html, text) in [
            ("Wait <b>5&nbsp;minutes</b>.", "Wait 5 minutes."),
            ("<p>One</p><p>two &amp; &#51;</p>", "One two & 3"),
            ("a<script>alert('<b>')</script>b", "a b"),
            ("98&minus;5 =", "98−5 ="),
            ("1 &lt; 2 & 3", "1 < 2 & 3"),
            ("<", ""),
            ("a\u{1b}[31mb", "a[31mb"),
        ] {
            assert_eq!(plain(html), text, "{html}");
        }
    }

    #[test]
    fn the_link_to_the_api_is_found_however_it_is_written() {
        for page in [
            r#"<head><link rel="stylesheet" href="/x"><link rel="EditURI" type="application/rsd+xml" href="//w.example/w/api.php?action=rsd&amp;x"/>"#,
            "<LINK href='//w.example/w/api.php?action=rsd&amp;x' rel='edituri'>",
            "<link disabled rel=EditURI href=//w.example/w/api.php?action=rsd&amp;x>",
        ] {
            let found = edit_uri(page);
            assert_eq!(found.as_deref(), Some("//w.example/w/api.php?action=rsd&x"), "{page}");
        }
        for page in
            ["", "<link", "<link rel=EditURI", "<link rel=\"EditURI", "<a rel=EditURI href=x>"]
        {
            assert_eq!(edit_uri(page), None, "{page}");
        }
    }
}
