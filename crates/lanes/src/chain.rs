//! The chain of HMACs that makes one block of PBKDF2's output, one at a time or side by side.

use sha2::block_api::compress512;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::hmac::{BLOCK, DIGEST, Key, Words, write};

/// A digest as the only block after HMAC's key block: 64 bytes and SHA-512's padding, the bit that
/// ends the message and its length of 1536 bits.
const PADDED: [u8; BLOCK] = {
    let mut block = [0; BLOCK];
    block[DIGEST] = 0x80;
    block[BLOCK - 2] = 6;
    block
};

/// All that there is to know between two rounds, so that any round may be done by other means than
/// the one before.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Chain {
    /// The password.
    pub(crate) key: Key,
    /// The last round's HMAC, RFC 8018's U.
    pub(crate) last: Words,
    /// The exclusive or of all so far, its T.
    pub(crate) sum: Words,
}

impl Chain {
    /// The chain of a password, before its first round.
    pub(crate) fn new(password: &[u8]) -> Box<Self> {
        let mut chain = Box::new(Self { key: Key::none(), last: [0; 8], sum: [0; 8] });
        chain.key.set(password);
        chain
    }

    /// Does the first round of the block of this number, from 1.
    pub(crate) fn begin(&mut self, salt: &[u8], number: u32) {
        self.last = *self.key.authenticate(&[salt, &number.to_be_bytes()]);
        self.sum = self.last;
    }

    /// Does more rounds, alone.
    pub(crate) fn run(&mut self, rounds: u32) {
        let mut block = Zeroizing::new(PADDED);
        for _ in 0..rounds {
            for start in [&self.key.inner, &self.key.outer] {
                write(&self.last, block.split_at_mut(DIGEST).0);
                self.last = *start;
                compress512(&mut self.last, std::slice::from_ref(&block));
            }
            for (sum, last) in self.sum.iter_mut().zip(self.last) {
                *sum ^= last;
            }
        }
    }
}

/// Up to `N` chains side by side: of each word of a state first the one of the first chain, then
/// that of the second. Lanes without a chain hold zeros.
#[cfg(target_arch = "x86_64")]
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Wide<const N: usize> {
    pub(crate) inner: [[u64; N]; 8],
    pub(crate) outer: [[u64; N]; 8],
    pub(crate) last: [[u64; N]; 8],
    pub(crate) sum: [[u64; N]; 8],
}

#[cfg(target_arch = "x86_64")]
impl<const N: usize> Wide<N> {
    /// Has `work` done on chains side by side. Those beyond the `N`th are left as they are.
    pub(crate) fn with<'c>(
        chains: impl Iterator<Item = &'c mut Chain>,
        work: impl FnOnce(&mut Self),
    ) {
        let mut chains: Vec<&mut Chain> = chains.take(N).collect();
        let zeros = [[0; N]; 8];
        let mut wide = Self { inner: zeros, outer: zeros, last: zeros, sum: zeros };
        for (lane, chain) in chains.iter().enumerate() {
            put(&mut wide.inner, lane, &chain.key.inner);
            put(&mut wide.outer, lane, &chain.key.outer);
            put(&mut wide.last, lane, &chain.last);
            put(&mut wide.sum, lane, &chain.sum);
        }
        work(&mut wide);
        for (lane, chain) in chains.iter_mut().enumerate() {
            take(&wide.last, lane, &mut chain.last);
            take(&wide.sum, lane, &mut chain.sum);
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn put<const N: usize>(rows: &mut [[u64; N]; 8], lane: usize, words: &Words) {
    for (row, word) in rows.iter_mut().zip(words) {
        row.iter_mut().skip(lane).take(1).for_each(|place| *place = *word);
    }
}

#[cfg(target_arch = "x86_64")]
fn take<const N: usize>(rows: &[[u64; N]; 8], lane: usize, words: &mut Words) {
    for (row, word) in rows.iter().zip(words) {
        row.iter().skip(lane).take(1).for_each(|place| *word = *place);
    }
}
