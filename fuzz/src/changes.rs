//! Small random changes to bytes, the same in every run.

use daemun_testkit::dice::Dice;

use crate::Target;

/// An input of the corpus after a few changes: bytes turned, taken out, doubled, put in from the
/// target's words or from another input.
pub fn changed(dice: &mut Dice, target: &Target, corpus: &[Vec<u8>]) -> Vec<u8> {
    let pick = |dice: &mut Dice| corpus.get(dice.below(corpus.len())).cloned().unwrap_or_default();
    let mut bytes = pick(dice);
    for _ in 0..=dice.below(5) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + 1 + dice.below(16)).min(bytes.len());
        match dice.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.byte(),
            2 if at < end => drop(bytes.drain(at..end)),
            3 if at < end => {
                let again = bytes[at..end].repeat(1 + dice.below(4));
                bytes.splice(at..at, again);
            }
            4 => {
                let word = target.words.get(dice.below(target.words.len())).copied();
                bytes.splice(at..at, word.unwrap_or_default().bytes());
            }
            5 => {
                let other = pick(dice);
                let from = dice.below(other.len());
                let until = from + dice.below(other.len() - from + 1);
                bytes.splice(at..at, other[from..until].iter().copied());
            }
            _ => {
                let odd = [0, 0xff, 0x80, b'\n', b'\r', b'"', b'<', b'&', b'%', b'|', 0x1f];
                bytes.insert(at, odd[dice.below(odd.len())]);
            }
        }
    }
    bytes.truncate(target.longest);
    bytes
}
