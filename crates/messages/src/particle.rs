//! Korean particles, which depend on the last sound of the word before.

/// How a word ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Vowel,
    /// ㄹ, after which (으)로 is 로.
    Rieul,
    Consonant,
    /// A foreign word: its sound is not known from its letters.
    Unknown,
}

/// Appends the particle that follows `word`: `closed` after a final consonant, `open` otherwise,
/// both (`을(를)`, `(으)로`) where the sound is not known.
pub(crate) fn push_particle(out: &mut String, word: &str, closed: &str, open: &str) {
    match (ending(word), closed.strip_suffix(open)) {
        (Ending::Vowel, _) => out.push_str(open),
        (Ending::Rieul, Some("으")) => out.push_str(open),
        (Ending::Rieul | Ending::Consonant, _) => out.push_str(closed),
        (Ending::Unknown, Some(extra)) if !extra.is_empty() => {
            out.extend(["(", extra, ")", open]);
        }
        (Ending::Unknown, _) => out.extend([closed, "(", open, ")"]),
    }
}

fn ending(word: &str) -> Ending {
    // Quotes, brackets and markup after the word have no sound.
    let word = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    match word.chars().next_back() {
        Some(c @ '가'..='힣') => match (u32::from(c) - u32::from('가')) % 28 {
            0 => Ending::Vowel,
            8 => Ending::Rieul,
            _ => Ending::Consonant,
        },
        // 일, 칠, 팔; 영 (and 십, 백, 천, 만), 삼, 육; 이, 사, 오, 구.
        Some('1' | '7' | '8') => Ending::Rieul,
        Some('0' | '3' | '6') => Ending::Consonant,
        Some('2' | '4' | '5' | '9') => Ending::Vowel,
        _ => Ending::Unknown,
    }
}

#[cfg(test)]
mod tests {
    fn after(word: &str, closed: &str, open: &str) -> String {
        let mut out = word.to_owned();
        super::push_particle(&mut out, word, closed, open);
        out
    }

    #[test]
    fn a_particle_follows_the_last_sound() {
        assert_eq!(after("비밀번호", "을", "를"), "비밀번호를");
        assert_eq!(after("계정", "이", "가"), "계정이");
        assert_eq!(after("\"계정\"", "은", "는"), "\"계정\"은");
        assert_eq!(after("5", "을", "를"), "5를");
        assert_eq!(after("4,096", "을", "를"), "4,096을");
    }

    #[test]
    fn ro_follows_rieul_as_it_follows_a_vowel() {
        assert_eq!(after("메일", "으로", "로"), "메일로");
        assert_eq!(after("집", "으로", "로"), "집으로");
        assert_eq!(after("메일", "을", "를"), "메일을");
    }

    #[test]
    fn a_foreign_word_gets_both() {
        assert_eq!(after("Bob", "을", "를"), "Bob을(를)");
        assert_eq!(after("Bob", "으로", "로"), "Bob(으)로");
    }
}
