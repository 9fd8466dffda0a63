//! Sixels: bands of six lines, each band once for every colour that is in it.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::pixels::Pixels;

/// Steps of each of red, green and blue: 216 colours, which any such terminal has.
const STEPS: u16 = 5;

pub(super) fn draw(pixels: &Pixels) -> String {
    let mut text = String::from("\x1bPq");
    let mut known = BTreeSet::new();
    for top in (0..pixels.height).step_by(6) {
        let colours: BTreeSet<u16> = (top..top + 6)
            .flat_map(|y| (0..pixels.width).map(move |x| (x, y)))
            .map(|(x, y)| number(pixels.at(x, y)))
            .collect();
        for colour in colours {
            if known.insert(colour) {
                let [red, green, blue] = percent(colour);
                let _ = write!(text, "#{colour};2;{red};{green};{blue}");
            }
            let _ = write!(text, "#{colour}");
            let line: Vec<u8> = (0..pixels.width).map(|x| column(pixels, x, top, colour)).collect();
            // What is alike stands once, with its count.
            for run in line.chunk_by(|one, next| one == next) {
                let mark = char::from(run.first().copied().unwrap_or(b'?'));
                match run.len() {
                    1..=3 => text.extend(std::iter::repeat_n(mark, run.len())),
                    many => {
                        let _ = write!(text, "!{many}{mark}");
                    }
                }
            }
            text.push('$');
        }
        text.push('-');
    }
    text.push_str("\x1b\\\n");
    text
}

/// The six pixels of a column that have this colour, as a character.
fn column(pixels: &Pixels, x: usize, top: usize, colour: u16) -> u8 {
    let bits = (0..6)
        .filter(|line| top + line < pixels.height && number(pixels.at(x, top + line)) == colour);
    b'?' + bits.map(|line| 1u8 << line).sum::<u8>()
}

fn number(colour: [u8; 3]) -> u16 {
    let [red, green, blue] = colour.map(|part| (u16::from(part) * STEPS + 127) / 255);
    (red * (STEPS + 1) + green) * (STEPS + 1) + blue
}

fn percent(number: u16) -> [u16; 3] {
    let base = STEPS + 1;
    [number / (base * base), number / base % base, number % base].map(|step| step * 100 / STEPS)
}

#[cfg(test)]
mod tests {
    use super::super::pixels;
    use super::*;

    #[test]
    fn each_band_is_written_once_for_each_of_its_colours() {
        let drawn = draw(&pixels::read(&pixels::tests::small()).unwrap());
        // Black above, white beside and below it, red below black.
        assert_eq!(
            drawn,
            "\x1bPq#0;2;0;0;0#0@?$#180;2;100;0;0#180A?$#215;2;100;100;100#215?B$-\x1b\\\n"
        );
    }
}
