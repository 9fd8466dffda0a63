//! The chain of HMACs that makes one block of PBKDF2's output, one at a time or side by side.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::hmac::Key;
use crate::word::Word;

/// All that there is to know between two rounds, so that any round may be done by other means than
/// the one before.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Chain<W: Word> {
    /// The password.
    pub(crate) key: Key<W>,
    /// The last round's HMAC, RFC 8018's U.
    pub(crate) last: [W; 8],
    /// The exclusive or of all so far, its T.
    pub(crate) sum: [W; 8],
}

impl<W: Word> Chain<W> {
    /// The chain of a password, before its first round.
    pub(crate) fn new(password: &[u8]) -> Box<Self> {
        let mut chain =
            Box::new(Self { key: Key::none(), last: [W::default(); 8], sum: [W::default(); 8] });
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
        // Each message is a digest, half a block, after the key's block. Padding makes it a block:
        // the bit that ends it, and its length in bits.
        let mut block = Zeroizing::new(W::EMPTY);
        let (_digest, padding) = block.as_mut().split_at_mut(size_of::<W::Block>() / 2);
        if let [end, .., length, _] = padding {
            (*end, *length) = (0x80, W::LENGTH);
        }
        for _ in 0..rounds {
            for start in [&self.key.inner, &self.key.outer] {
                W::write(&self.last, block.as_mut());
                self.last = *start;
                W::compress(&mut self.last, std::slice::from_ref(&block));
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
pub(crate) struct Wide<W: Word, const N: usize> {
    pub(crate) inner: [[W; N]; 8],
    pub(crate) outer: [[W; N]; 8],
    pub(crate) last: [[W; N]; 8],
    pub(crate) sum: [[W; N]; 8],
}

#[cfg(target_arch = "x86_64")]
impl<W: Word, const N: usize> Wide<W, N> {
    /// Has `work` done on chains side by side. Those beyond the `N`th are left as they are.
    pub(crate) fn with<'c>(
        chains: impl Iterator<Item = &'c mut Chain<W>>,
        work: impl FnOnce(&mut Self),
    ) {
        let mut chains: Vec<&mut Chain<W>> = chains.take(N).collect();
        let zeros = [[W::default(); N]; 8];
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
fn put<W: Word, const N: usize>(rows: &mut [[W; N]; 8], lane: usize, words: &[W; 8]) {
    for (row, word) in rows.iter_mut().zip(words) {
        if let Some(place) = row.get_mut(lane) {
            *place = *word;
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn take<W: Word, const N: usize>(rows: &[[W; N]; 8], lane: usize, words: &mut [W; 8]) {
    for (row, word) in rows.iter().zip(words) {
        if let Some(place) = row.get(lane) {
            *word = *place;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_a_secret_is_wiped_when_it_goes() {
        fn is_wiped<T: ZeroizeOnDrop>() {}
        is_wiped::<Chain<u64>>();
        is_wiped::<Key<u64>>();
        #[cfg(target_arch = "x86_64")]
        is_wiped::<Wide<u64, 8>>();

        let mut chain = Chain::<u64>::new(b"password");
        chain.begin(b"salt", 1);
        chain.zeroize();
        let words = [chain.key.inner, chain.key.outer, chain.last, chain.sum];
        assert_eq!(words, [[0; 8]; 4]);
    }
}
