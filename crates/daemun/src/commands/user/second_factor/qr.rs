//! A QR code for a terminal.

use fast_qr::{ECL, QRBuilder};

/// Light modules around a code, as its standard asks for.
const MARGIN: usize = 4;

/// A text as a QR code of half blocks, two modules in a character. Light modules are drawn, since
/// most terminals are dark; cameras read it either way round. `None` where the text is too long.
pub(super) fn code(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let is_light = |x: usize, y: usize| {
        let inside = |place: usize| place.checked_sub(MARGIN).filter(|place| *place < code.size);
        match (inside(x), inside(y)) {
            (Some(x), Some(y)) => {
                code.data.get(y * code.size + x).is_none_or(|module| !module.value())
            }
            _ => true,
        }
    };
    let side = code.size + 2 * MARGIN;
    let mut drawn = String::with_capacity(side * side * 2);
    for y in (0..side).step_by(2) {
        for x in 0..side {
            drawn.push(match (is_light(x, y), y + 1 < side && is_light(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        drawn.push('\n');
    }
    drawn.push('\n');
    Some(drawn)
}
