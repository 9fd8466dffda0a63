//! Grey pixels as PNG (<https://www.w3.org/TR/png-3/>), no more of it than that takes.

use miniz_oxide::deflate::compress_to_vec_zlib;

/// How hard to compress: noise gains little.
const LEVEL: u8 = 4;

/// Rows of pixels, each of a byte, from black to white.
pub(super) fn encode(width: usize, pixels: &[u8]) -> Vec<u8> {
    let rows = pixels.chunks(width.max(1));
    let size = |number: usize| u32::try_from(number).unwrap_or_default().to_be_bytes();
    // Eight bits, grey, and the only methods that there are.
    let header = [&size(width)[..], &size(rows.len()), &[8, 0, 0, 0, 0]].concat();
    // A row begins with its filter: none.
    let data: Vec<u8> = rows.flat_map(|row| std::iter::once(&0).chain(row)).copied().collect();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &header);
    chunk(&mut png, b"IDAT", &compress_to_vec_zlib(&data, LEVEL));
    chunk(&mut png, b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
    png.extend(name);
    png.extend(data);
    png.extend(crc(name.iter().chain(data)).to_be_bytes());
}

/// CRC-32 as PNG has it.
fn crc<'a>(bytes: impl Iterator<Item = &'a u8>) -> u32 {
    !bytes.fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_the_standard() {
        assert_eq!(crc(b"IEND".iter()), 0xae42_6082);
        assert_eq!(crc(b"123456789".iter()), 0xcbf4_3926);
    }

    #[test]
    fn pixels_come_back_as_they_went_in() {
        let png = encode(3, &[1, 2, 3, 4, 5, 6]);
        let place = png.windows(4).position(|four| four == b"IDAT").unwrap();
        let length =
            usize::try_from(u32::from_be_bytes(png[place - 4..place].try_into().unwrap())).unwrap();
        let data = &png[place + 4..place + 4 + length];
        let rows = miniz_oxide::inflate::decompress_to_vec_zlib(data).unwrap();
        assert_eq!(rows, [0, 1, 2, 3, 0, 4, 5, 6]);
        assert_eq!(png[16..24], [0, 0, 0, 3, 0, 0, 0, 2]);
    }
}
