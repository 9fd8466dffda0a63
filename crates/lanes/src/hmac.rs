//! HMAC-SHA512 (RFC 2104) on states of eight words.

use sha2::block_api::compress512;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A state of SHA-512, or a digest.
pub(crate) type Words = [u64; 8];

/// Bytes of a digest.
pub(crate) const DIGEST: usize = 64;
/// Bytes of a block.
pub(crate) const BLOCK: usize = 128;

/// The state that SHA-512 begins with (FIPS 180-4 §5.3.5).
const INITIAL: Words = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// A key, as the states in which it leaves HMAC's two hashes.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Key {
    pub(crate) inner: Words,
    pub(crate) outer: Words,
}

impl Key {
    /// No key yet.
    pub(crate) const fn none() -> Self {
        Self { inner: INITIAL, outer: INITIAL }
    }

    /// Takes a key, in place, so that no copy is left behind.
    pub(crate) fn set(&mut self, key: &[u8]) {
        let mut block = Zeroizing::new([0; BLOCK]);
        if let Some(start) = block.get_mut(..key.len()) {
            start.copy_from_slice(key);
        } else {
            write(&hash(&INITIAL, 0, &[key]), &mut *block);
        }
        for (state, pad) in [(&mut self.inner, 0x36), (&mut self.outer, 0x5c)] {
            let padded = Zeroizing::new(block.map(|byte| byte ^ pad));
            *state = INITIAL;
            compress512(state, std::slice::from_ref(&padded));
        }
    }

    /// The code of a message in parts.
    pub(crate) fn authenticate(&self, message: &[&[u8]]) -> Zeroizing<Words> {
        let mut digest = Zeroizing::new([0; DIGEST]);
        write(&hash(&self.inner, BLOCK, message), &mut *digest);
        hash(&self.outer, BLOCK, &[&*digest])
    }
}

/// Words as bytes, as many as there are places for.
pub(crate) fn write(words: &Words, bytes: &mut [u8]) {
    for (place, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
        *place = word.to_be_bytes();
    }
}

/// The digest of a message whose first `before` bytes, whole blocks, led to the state `start`.
fn hash(start: &Words, before: usize, message: &[&[u8]]) -> Zeroizing<Words> {
    let length: usize = message.iter().map(|part| part.len()).sum();
    // With the byte 0x80 and sixteen of length in front of the block's end.
    let padded = (length + 17).next_multiple_of(BLOCK);
    let bits = (before as u128 + length as u128) * 8;
    let mut bytes = Zeroizing::new(Vec::with_capacity(padded));
    message.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes.push(0x80);
    bytes.resize(padded - 16, 0);
    bytes.extend_from_slice(&bits.to_be_bytes());
    let mut state = Zeroizing::new(*start);
    compress512(&mut state, bytes.as_chunks().0);
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(words: &Words) -> String {
        words.iter().map(|word| format!("{word:016x}")).collect()
    }

    #[test]
    fn the_examples_of_fips_180_come_out() {
        assert_eq!(
            shown(&hash(&INITIAL, 0, &[b"a", b"", b"bc"])),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        );
        assert_eq!(
            shown(&hash(
                &INITIAL,
                0,
                &[b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn\
                    hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"]
            )),
            "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018\
             501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"
        );
    }

    #[test]
    fn the_examples_of_rfc_4231_come_out() {
        let examples: [(&[u8], &[u8], &str); 6] = [
            (
                &[0x0b; 20],
                b"Hi There",
                "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde\
                 daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
                 9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            ),
            (
                &[0xaa; 20],
                &[0xdd; 50],
                "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39\
                 bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb",
            ),
            (
                &std::array::from_fn::<u8, 25, _>(|at| u8::try_from(at).unwrap() + 1),
                &[0xcd; 50],
                "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db\
                 a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352\
                 6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
            ),
            (
                &[0xaa; 131],
                b"This is a test using a larger than block-size key and a larger than \
                  block-size data. The key needs to be hashed before being used by the HMAC \
                  algorithm.",
                "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944\
                 b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58",
            ),
        ];
        for (key, message, expected) in examples {
            let mut keyed = Key::none();
            keyed.set(key);
            assert_eq!(shown(&keyed.authenticate(&[message])), expected);
        }
    }
}
