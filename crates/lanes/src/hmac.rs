//! HMAC (RFC 2104) on states of eight words.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::word::Word;

/// A key, as the states in which it leaves HMAC's two hashes.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Key<W: Word> {
    pub(crate) inner: [W; 8],
    pub(crate) outer: [W; 8],
}

impl<W: Word> Key<W> {
    /// No key yet.
    pub(crate) fn none() -> Self {
        Self { inner: W::INITIAL, outer: W::INITIAL }
    }

    /// Takes a key, in place, so that no copy is left behind.
    pub(crate) fn set(&mut self, key: &[u8]) {
        let mut block = Zeroizing::new(W::EMPTY);
        if let Some(start) = block.as_mut().get_mut(..key.len()) {
            start.copy_from_slice(key);
        } else {
            W::write(&hash(&W::INITIAL, 0, &[key]), block.as_mut());
        }
        for (state, pad) in [(&mut self.inner, 0x36), (&mut self.outer, 0x5c)] {
            let mut padded = block.clone();
            padded.as_mut().iter_mut().for_each(|byte| *byte ^= pad);
            *state = W::INITIAL;
            W::compress(state, std::slice::from_ref(&padded));
        }
    }

    /// The code of a message in parts.
    pub(crate) fn authenticate(&self, message: &[&[u8]]) -> Zeroizing<[W; 8]> {
        let block = size_of::<W::Block>();
        let mut digest = Zeroizing::new(vec![0; block / 2]);
        W::write(&hash(&self.inner, block, message), &mut digest);
        hash(&self.outer, block, &[&digest])
    }
}

/// The digest of a message whose first `before` bytes, whole blocks, led to the state `start`.
fn hash<W: Word>(start: &[W; 8], before: usize, message: &[&[u8]]) -> Zeroizing<[W; 8]> {
    let block = size_of::<W::Block>();
    let length: usize = message.iter().map(|part| part.len()).sum();
    // The message, the byte 0x80, zeros, and the length in bits in the last eighth of a block.
    let padded = (length + 1 + block / 8).next_multiple_of(block);
    let bits = (before as u64 + length as u64).wrapping_mul(8);
    let mut bytes = Zeroizing::new(Vec::with_capacity(padded));
    message.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes.push(0x80);
    bytes.resize(padded - 8, 0);
    bytes.extend_from_slice(&bits.to_be_bytes());
    let mut state = Zeroizing::new(*start);
    W::compress(&mut state, W::blocks(&bytes));
    state
}

#[cfg(test)]
mod tests;
