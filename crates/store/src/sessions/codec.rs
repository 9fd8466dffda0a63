//! How a session's value stands in `objectcache`: raw deflate, as MediaWiki does where PHP has zlib.
//!
//! Records are short, and read with every request of somebody who is in. So we write them as one
//! block that is not compressed (RFC 1951 §3.2.4), which PHP inflates like any other; to set up a
//! decoder costs more than all else that is done with a record.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

/// The longest value that is read, in bytes after inflating. What claims to be longer is a bomb.
const LIMIT: usize = 1 << 20;
/// zlib's default, which PHP's `gzdeflate` uses.
const LEVEL: u8 = 6;

/// Longer values are worth compressing, in bytes.
const SHORT: usize = 4096;
/// The first byte of a block that is the last one and not compressed.
const LAST_PLAIN: u8 = 1;

/// A value as it is stored.
pub fn pack(value: &[u8]) -> Vec<u8> {
    match u16::try_from(value.len()) {
        Ok(length) if value.len() <= SHORT => {
            let lengths = [length.to_le_bytes(), (!length).to_le_bytes()];
            [&[LAST_PLAIN], lengths.as_flattened(), value].concat()
        }
        _ => compress_to_vec(value, LEVEL),
    }
}

/// The value in a block as [`pack`] writes it.
fn plain(stored: &[u8]) -> Option<&[u8]> {
    let (&[first, a, b, c, d], value) = stored.split_first_chunk()?;
    let length = u16::from_le_bytes([a, b]);
    let whole = first == LAST_PLAIN
        && u16::from_le_bytes([c, d]) == !length
        && value.len() == usize::from(length);
    whole.then_some(value)
}

/// As MediaWiki: inflates where that works, and takes the bytes as they are where not. `None` for
/// what is too long.
pub fn unpack(stored: &[u8]) -> Option<Vec<u8>> {
    if let Some(value) = plain(stored) {
        return Some(value.to_vec());
    }
    match decompress_to_vec_with_limit(stored, LIMIT) {
        Ok(value) => Some(value),
        Err(error) if error.status == TINFLStatus::HasMoreOutput => None,
        Err(_) => (stored.len() <= LIMIT).then(|| stored.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_value_comes_back() {
        for value in [&b"N;"[..], b"", b"a:1:{s:1:\"a\";i:1;}", &[7; 100_000]] {
            assert_eq!(unpack(&pack(value)).unwrap(), value);
        }
    }

    #[test]
    fn a_short_value_is_deflate_that_others_can_read() {
        let value = b"a:1:{s:1:\"a\";i:1;}";
        let stored = pack(value);
        assert_eq!(plain(&stored), Some(&value[..]));
        assert_eq!(decompress_to_vec_with_limit(&stored, LIMIT).unwrap(), value);
    }

    #[test]
    fn what_is_compressed_is_read_too() {
        for value in [&b"N;"[..], b"a:1:{s:1:\"a\";i:1;}"] {
            assert_eq!(unpack(&compress_to_vec(value, LEVEL)).unwrap(), value);
        }
    }

    #[test]
    fn a_plain_serialisation_is_taken_as_it_is() {
        for value in ["N;", "a:0:{}", "a:2:{s:4:\"data\";a:0:{}s:8:\"metadata\";a:0:{}}"] {
            assert_eq!(unpack(value.as_bytes()).unwrap(), value.as_bytes());
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        assert_eq!(unpack(&pack(&vec![0; LIMIT + 1])), None);
        assert!(unpack(&pack(&vec![0; LIMIT])).is_some());
    }
}
