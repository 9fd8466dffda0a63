//! How a session's value stands in `objectcache`: raw deflate, as MediaWiki does where PHP has zlib.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

/// The longest value that is read, in bytes after inflating. What claims to be longer is a bomb.
const LIMIT: usize = 1 << 20;
/// zlib's default, which PHP's `gzdeflate` uses.
const LEVEL: u8 = 6;

pub(super) fn pack(value: &[u8]) -> Vec<u8> {
    compress_to_vec(value, LEVEL)
}

/// As MediaWiki: inflates where that works, and takes the bytes as they are where not. `None` for
/// what is too long.
pub(super) fn unpack(stored: &[u8]) -> Option<Vec<u8>> {
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
