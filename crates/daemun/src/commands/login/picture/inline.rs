//! Protocols that take the file as it is: kitty's
//! (<https://sw.kovidgoyal.net/kitty/graphics-protocol/>) and iTerm2's
//! (<https://iterm2.com/documentation-images.html>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Bytes of Base64 that kitty takes at once.
const PIECE: usize = 4096;

/// A PNG, shown at the cursor; the terminal is asked not to answer.
pub(super) fn kitty(png: &[u8]) -> String {
    let encoded = STANDARD.encode(png);
    let mut text = String::new();
    let mut rest = encoded.as_str();
    let mut head = "a=T,f=100,q=2,";
    loop {
        let (piece, after) = rest.split_at_checked(PIECE).unwrap_or((rest, ""));
        let more = u8::from(!after.is_empty());
        text.push_str(&format!("\x1b_G{head}m={more};{piece}\x1b\\"));
        if after.is_empty() {
            text.push('\n');
            return text;
        }
        (rest, head) = (after, "");
    }
}

/// A file of any kind, shown at the cursor.
pub(super) fn iterm(file: &[u8]) -> String {
    format!("\x1b]1337;File=inline=1;size={}:{}\x07\n", file.len(), STANDARD.encode(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_file_is_sent_to_kitty_in_pieces() {
        let text = kitty(&[7; 5000]);
        let pieces: Vec<&str> = text.trim_end().split("\x1b\\").filter(|p| !p.is_empty()).collect();
        assert_eq!(pieces.len(), 2);
        assert!(pieces[0].starts_with("\x1b_Ga=T,f=100,q=2,m=1;"), "{}", pieces[0]);
        assert!(pieces[1].starts_with("\x1b_Gm=0;"), "{}", pieces[1]);
        assert!(kitty(b"x").starts_with("\x1b_Ga=T,f=100,q=2,m=0;eA==\x1b\\"));
    }
}
