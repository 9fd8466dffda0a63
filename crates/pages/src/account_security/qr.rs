//! A QR code as a drawing.

use std::fmt::Write;

use fast_qr::{ECL, QRBuilder};
use serde::Serialize;

/// Light modules around a code, as its standard asks for.
const MARGIN: usize = 4;

/// A code for `<svg>`: dark modules on a square of light ones.
#[derive(Serialize)]
pub(super) struct QrCode {
    /// Modules on a side, with the margin.
    side: usize,
    /// The dark modules, as the data of a path.
    path: String,
}

impl QrCode {
    /// A text as a QR code; `None` where it is too long for one.
    pub(super) fn of(text: &str) -> Option<Self> {
        let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
        let mut path = String::new();
        for (y, row) in code.data.chunks(code.size).take(code.size).enumerate() {
            for (x, _) in row.iter().enumerate().filter(|(_, module)| module.value()) {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{} {}h1v1h-1z", x + MARGIN, y + MARGIN);
            }
        }
        Some(Self { side: code.size + 2 * MARGIN, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_corners_and_a_margin() {
        let code = QrCode::of("otpauth://totp/Wiki:Alice?secret=AAAA&issuer=Wiki").unwrap();
        // The corner of the finder pattern is dark, and nothing lies before it.
        assert!(code.path.starts_with("M4 4h1v1h-1zM5 4"), "{}", code.path);
        assert!(code.side >= 29, "{}", code.side);
        assert!(QrCode::of(&"x".repeat(5000)).is_none());
    }
}
