//! A picture in a terminal, by whatever the terminal understands.

mod blocks;
mod inline;
mod pixels;
mod sixel;

use clap::ValueEnum;
use daemun_client::Image;

/// How a picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum How {
    /// kitty's graphics protocol
    Kitty,
    /// iTerm2's inline images
    Iterm,
    /// Sixels
    Sixel,
    /// Half blocks in colours
    Blocks,
    /// Not in the terminal: in a window, or as a file
    File,
}

impl How {
    /// What this terminal is known to understand.
    pub(super) fn of_this_terminal() -> Self {
        Self::of(&|name| std::env::var(name).unwrap_or_default())
    }

    fn of(variable: &dyn Fn(&str) -> String) -> Self {
        let (term, program) = (variable("TERM"), variable("TERM_PROGRAM"));
        let within = !variable("TMUX").is_empty() || term.starts_with("screen");
        if within {
            // What stands between does not pass pictures on.
            return Self::Blocks;
        }
        if term.contains("kitty")
            || term.contains("ghostty")
            || !variable("KITTY_WINDOW_ID").is_empty()
        {
            Self::Kitty
        } else if matches!(program.as_str(), "iTerm.app" | "WezTerm" | "mintty")
            || variable("LC_TERMINAL") == "iTerm2"
        {
            Self::Iterm
        } else if ["sixel", "mlterm", "foot", "contour"].iter().any(|name| term.contains(name)) {
            Self::Sixel
        } else if term.is_empty() || term == "dumb" || term == "linux" {
            Self::File
        } else {
            Self::Blocks
        }
    }
}

/// A picture as what is to be written to the terminal; `None` where it cannot be shown in that way.
pub(super) fn draw(how: How, image: &Image) -> Option<String> {
    let is_png = image.bytes.starts_with(b"\x89PNG\r\n");
    match how {
        How::Kitty if is_png => Some(inline::kitty(&image.bytes)),
        How::Iterm => Some(inline::iterm(&image.bytes)),
        How::Sixel => Some(sixel::draw(&pixels::read(&image.bytes)?)),
        How::Blocks => Some(blocks::draw(&pixels::read(&image.bytes)?, blocks::COLUMNS)),
        How::Kitty | How::File => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_are_known_by_what_they_say_of_themselves() {
        let of = |set: &[(&str, &str)]| {
            How::of(&|name| {
                let found = set.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned()).unwrap_or_default()
            })
        };
        assert_eq!(of(&[("TERM", "xterm-kitty")]), How::Kitty);
        assert_eq!(of(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")]), How::Iterm);
        assert_eq!(of(&[("TERM", "foot")]), How::Sixel);
        assert_eq!(of(&[("TERM", "xterm-256color")]), How::Blocks);
        assert_eq!(of(&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/x")]), How::Blocks);
        assert_eq!(of(&[("TERM", "dumb")]), How::File);
        assert_eq!(of(&[]), How::File);
    }
}
