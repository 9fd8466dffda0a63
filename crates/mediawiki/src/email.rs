//! E-mail addresses, as MediaWiki accepts them.

/// Longest address, in bytes.
const LONGEST: usize = 255;

/// What MediaWiki takes for an address: something, one `@`, labels of letters, digits and hyphens.
pub fn is_valid(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    !local.is_empty()
        && text.len() <= LONGEST
        && !local
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "@<>()[]\\,;:\"".contains(c))
        && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_and_a_host() {
        for good in ["w@example.org", "a.b+c@localhost", "윌리엄@example.org"] {
            assert!(is_valid(good), "{good}");
        }
        for bad in ["", "x", "@x", "a b@c", "a@b c", "a@", "a@@b", "a@b..c", "a@b_c"] {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
