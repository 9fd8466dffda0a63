//! A PNG as pixels.

use png::{ColorType, Decoder, Limits, Transformations};

/// Most pixels of one side; no captcha needs more.
const MOST: u32 = 2000;

/// Pixels, line by line, each as red, green and blue.
pub(super) struct Pixels {
    pub(super) width: usize,
    pub(super) height: usize,
    colours: Vec<[u8; 3]>,
}

impl Pixels {
    /// The colour at a place; white outside.
    pub(super) fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let inside = x < self.width && y < self.height;
        let colour = inside.then(|| self.colours.get(y * self.width + x)).flatten();
        colour.copied().unwrap_or([255; 3])
    }

    /// The same, so many pixels wide, each the mean of those that it stands for.
    pub(super) fn narrowed(&self, width: usize) -> Self {
        let width = width.clamp(1, self.width.max(1));
        let height = (self.height * width / self.width.max(1)).max(1);
        let mut colours = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let across = span(x, width, self.width);
                let mut sum = [0usize; 3];
                let mut count = 0;
                for (line, column) in span(y, height, self.height)
                    .flat_map(|line| across.clone().map(move |column| (line, column)))
                {
                    for (sum, part) in sum.iter_mut().zip(self.at(column, line)) {
                        *sum += usize::from(part);
                    }
                    count += 1;
                }
                colours.push(sum.map(|sum| u8::try_from(sum / count.max(1)).unwrap_or(255)));
            }
        }
        Self { width, height, colours }
    }
}

/// What a pixel of the narrowed picture stands for.
fn span(at: usize, of: usize, whole: usize) -> std::ops::Range<usize> {
    let begin = at * whole / of;
    begin..((at + 1) * whole / of).max(begin + 1)
}

/// Reads a PNG; what is transparent lies on white. `None` for what is none, or too large.
pub(super) fn read(bytes: &[u8]) -> Option<Pixels> {
    let mut decoder =
        Decoder::new_with_limits(std::io::Cursor::new(bytes), Limits { bytes: 32 << 20 });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = reader.info().size();
    if width == 0 || height == 0 || width > MOST || height > MOST {
        return None;
    }
    let mut buffer = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut buffer).ok()?;
    let samples = buffer.get(..frame.buffer_size())?;
    let on_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        u8::try_from((value * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255)
    };
    let colours = samples
        .chunks_exact(frame.color_type.samples())
        .map(|pixel| match (frame.color_type, pixel) {
            (ColorType::Grayscale, [grey]) => [*grey; 3],
            (ColorType::GrayscaleAlpha, [grey, alpha]) => [on_white(*grey, *alpha); 3],
            (ColorType::Rgb, [red, green, blue]) => [*red, *green, *blue],
            (_, [red, green, blue, alpha]) => {
                [*red, *green, *blue].map(|part| on_white(part, *alpha))
            }
            _ => [255; 3],
        })
        .collect();
    let size = |side: u32| usize::try_from(side).unwrap_or_default();
    Some(Pixels { width: size(width), height: size(height), colours })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A PNG of two lines: black and white, red and transparent.
    pub(in super::super) fn small() -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 2, 2);
        encoder.set_color(ColorType::Rgba);
        let mut writer = encoder.write_header().unwrap();
        let pixels = [[0, 0, 0, 255], [255; 4], [255, 0, 0, 255], [9, 9, 9, 0]];
        writer.write_image_data(&pixels.concat()).unwrap();
        writer.finish().unwrap();
        bytes
    }

    #[test]
    fn pixels_are_read_and_what_is_transparent_is_white() {
        let pixels = read(&small()).unwrap();
        assert_eq!((pixels.at(0, 0), pixels.at(1, 0)), ([0; 3], [255; 3]));
        assert_eq!((pixels.at(0, 1), pixels.at(1, 1)), ([255, 0, 0], [255; 3]));
        assert_eq!(pixels.at(5, 5), [255; 3]);
        assert_eq!(pixels.narrowed(1).at(0, 0), [191, 127, 127]);
    }

    #[test]
    fn what_is_no_png_is_no_picture() {
        let small = small();
        for bytes in [&b""[..], b"GIF89a", small.get(..40).unwrap()] {
            assert!(read(bytes).is_none());
        }
    }
}
