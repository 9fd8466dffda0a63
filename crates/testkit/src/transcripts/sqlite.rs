//! `sql_first` in SQLite's dialect. Only what the transcripts say is translated: `MD5('…')`, which
//! SQLite does not have, backquoted names, and MariaDB's backslashes in text.

use anyhow::{Context, Result, bail};

/// A statement of MariaDB's dialect for SQLite. What is not known to mean the same is refused.
pub fn to_sqlite(statement: &str) -> Result<String> {
    let mut out = String::new();
    let mut rest = statement;
    while let Some(first) = rest.chars().next() {
        match first {
            '\'' => {
                let (text, after) = literal(rest)?;
                out.push_str(&quoted(&text));
                rest = after;
            }
            '`' => {
                let name = rest.strip_prefix('`').and_then(|rest| rest.split_once('`'));
                let (name, after) = name.context("a backquoted name without an end")?;
                out.push_str(&format!("\"{name}\""));
                rest = after;
            }
            letter if letter.is_alphabetic() => {
                let is_word = |c: char| c.is_alphanumeric() || c == '_';
                let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                rest = if after.starts_with('(') { call(word, after, &mut out)? } else { after };
                if !after.starts_with('(') {
                    out.push_str(word);
                }
            }
            other => {
                out.push(other);
                rest = rest.strip_prefix(other).unwrap_or_default();
            }
        }
    }
    Ok(out)
}

/// A function and its arguments; returns what follows.
fn call<'a>(name: &str, after: &'a str, out: &mut String) -> Result<&'a str> {
    if !name.eq_ignore_ascii_case("md5") {
        bail!("{name}(…) is not translated yet");
    }
    let argument = after.strip_prefix('(').map(str::trim_start).context("MD5 of nothing")?;
    let (text, after) = literal(argument)?;
    let after = after.trim_start().strip_prefix(')').context("MD5 of more than a text")?;
    out.push_str(&quoted(&md5(text.as_bytes())));
    Ok(after)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A quoted text and what follows it.
fn literal(text: &str) -> Result<(String, &str)> {
    let mut rest = text.strip_prefix('\'').context("a text in quotes")?;
    let mut value = String::new();
    loop {
        let at = rest.find(['\'', '\\']).context("a text without an end")?;
        let (before, after) = rest.split_at(at);
        value.push_str(before);
        if let Some(after) = after.strip_prefix("''") {
            value.push('\'');
            rest = after;
        } else if let Some(after) = after.strip_prefix('\'') {
            return Ok((value, after));
        } else {
            let escaped = after.strip_prefix('\\').and_then(|after| after.chars().next());
            let escaped = escaped.context("a backslash at the end")?;
            if !matches!(escaped, '\'' | '"' | '\\') {
                bail!("\\{escaped} in a text is not translated yet");
            }
            value.push(escaped);
            rest =
                after.strip_prefix('\\').and_then(|r| r.strip_prefix(escaped)).unwrap_or_default();
        }
    }
}

/// RFC 1321, for texts of a statement.
fn md5(message: &[u8]) -> String {
    const SHIFTS: [[u32; 4]; 4] =
        [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend_from_slice(&(message.len() as u64).wrapping_mul(8).to_le_bytes());
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded.chunks_exact(64) {
        let mut words = [0_u32; 16];
        for (word, four) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = four.iter().rev().fold(0, |sum, byte| (sum << 8) | u32::from(*byte));
        }
        let [mut a, mut b, mut c, mut d] = state;
        for round in 0..64_u32 {
            let (mix, at) = match round / 16 {
                0 => ((b & c) | (!b & d), round),
                1 => ((d & b) | (!d & c), 5 * round + 1),
                2 => (b ^ c ^ d, 3 * round + 5),
                _ => (c ^ (b | !d), 7 * round),
            };
            let word = words.get(at as usize % 16).copied().unwrap_or_default();
            let constant = constant(round);
            let shifts = SHIFTS.get(round as usize / 16).copied().unwrap_or_default();
            let shift = shifts.get(round as usize % 4).copied().unwrap_or_default();
            let sum = a.wrapping_add(mix).wrapping_add(constant).wrapping_add(word);
            (a, d, c, b) = (d, c, b, b.wrapping_add(sum.rotate_left(shift)));
        }
        for (kept, new) in state.iter_mut().zip([a, b, c, d]) {
            *kept = kept.wrapping_add(new);
        }
    }
    state.iter().flat_map(|word| word.to_le_bytes()).map(|byte| format!("{byte:02x}")).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "2^32 times a sine fits")]
fn constant(round: u32) -> u32 {
    (f64::from(round + 1).sin().abs() * 4_294_967_296.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statements_of_the_transcripts_are_translated() {
        let plain = "UPDATE bot_passwords SET bp_password='' WHERE bp_app_id='tool' AND bp_user=4";
        assert_eq!(to_sqlite(plain).unwrap(), plain);
        let md5 = "UPDATE bot_passwords SET bp_token=MD5('other') WHERE bp_app_id='ipok'";
        let wanted = "UPDATE bot_passwords SET bp_token='795f3202b17cb6bc3d4b771d8c6c9eaf' WHERE bp_app_id='ipok'";
        assert_eq!(to_sqlite(md5).unwrap(), wanted);
    }

    #[test]
    fn names_and_texts_are_quoted_as_sqlite_does() {
        assert_eq!(to_sqlite(r"SET `a`='it\'s'").unwrap(), "SET \"a\"='it''s'");
        assert_eq!(to_sqlite("SET a='MD5(1)'").unwrap(), "SET a='MD5(1)'");
    }

    #[test]
    fn a_function_that_is_not_known_is_refused() {
        assert!(to_sqlite("SET a=DATE_FORMAT(NOW(), '%Y')").is_err());
        assert!(to_sqlite("SET a='x").is_err());
    }

    #[test]
    fn the_digest_is_that_of_the_rfc() {
        assert_eq!(md5(b""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(md5(b"message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
        assert_eq!(md5(&[b'1'; 0]), md5(b""));
        let long =
            b"12345678901234567890123456789012345678901234567890123456789012345678901234567890";
        assert_eq!(md5(long), "57edf4a22be3c955ac49da2e2107b67a");
    }
}
