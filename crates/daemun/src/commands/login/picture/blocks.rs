//! Half blocks: a character is two pixels, the upper one its colour, the lower one what is behind.

use std::fmt::Write;

use super::pixels::Pixels;

/// The widest that a picture becomes: what most terminals have.
pub(super) const COLUMNS: usize = 78;

pub(super) fn draw(pixels: &Pixels, columns: usize) -> String {
    let pixels = pixels.narrowed(columns);
    let mut text = String::new();
    for y in (0..pixels.height).step_by(2) {
        for x in 0..pixels.width {
            let ([r, g, b], [red, green, blue]) = (pixels.at(x, y), pixels.at(x, y + 1));
            let _ = write!(text, "\x1b[38;2;{r};{g};{b}m\x1b[48;2;{red};{green};{blue}m▀");
        }
        text.push_str("\x1b[0m\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::pixels;
    use super::*;

    #[test]
    fn two_lines_of_pixels_are_one_of_characters() {
        let drawn = draw(&pixels::read(&pixels::tests::small()).unwrap(), COLUMNS);
        let expected = "\x1b[38;2;0;0;0m\x1b[48;2;255;0;0m▀\x1b[38;2;255;255;255m\x1b[48;2;255;255;255m▀\x1b[0m\n";
        assert_eq!(drawn, expected);
    }
}
