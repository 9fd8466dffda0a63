//! SHA-2, by the word that it computes with: SHA-512 is the one of `u64`, SHA-256 that of `u32`.
//!
//! The two are one algorithm (FIPS 180-4): states of eight words, blocks of sixteen. What differs
//! is here and in the files of the vectors.

use std::ops::BitXorAssign;

use sha2::block_api::{compress256, compress512};
use zeroize::Zeroize;

use crate::chain::Chain;
#[cfg(target_arch = "x86_64")]
use crate::chain::Wide;
use crate::width::{Means, Width};
#[cfg(target_arch = "x86_64")]
use crate::{avx2, avx512};

/// The word of a SHA-2.
pub trait Word: Copy + Default + BitXorAssign + Zeroize + 'static {
    /// Sixteen words in bytes.
    type Block: Copy + AsRef<[u8]> + AsMut<[u8]> + Zeroize;

    /// The state that a hash begins with.
    const INITIAL: [Self; 8];
    /// Zeros.
    const EMPTY: Self::Block;
    /// Bits of a block and a digest together, in 256s: what stands in the last but one byte of the
    /// padding of such a message.
    const LENGTH: u8;

    /// The state after more blocks.
    fn compress(state: &mut [Self; 8], blocks: &[Self::Block]);

    /// Bytes as blocks, without what is left over.
    fn blocks(bytes: &[u8]) -> &[Self::Block];

    /// Writes words as bytes, as many as there are places for.
    fn write(words: &[Self; 8], bytes: &mut [u8]);

    /// Chains that are worked on side by side.
    fn lanes(width: Width) -> usize;

    /// How many chains it takes for vectors to be faster than one chain after the other.
    ///
    /// As measured by `examples/speed.rs` (see the README): where a pass over all lanes takes as
    /// long as two chains alone and a bit more, that is three.
    fn worth_it_from(width: Width) -> usize;

    /// Does rounds of one chain alone.
    fn alone(width: Width, chain: &mut Chain<Self>, rounds: u32);

    /// Does rounds of no more chains than there are lanes, side by side where the width has more
    /// than one.
    fn pass<'c>(
        width: Width,
        chains: impl ExactSizeIterator<Item = &'c mut Chain<Self>>,
        rounds: u32,
    );

    /// Does rounds of no more chains than there are lanes, in the fastest way for so many.
    fn run<'c>(
        width: Width,
        chains: impl ExactSizeIterator<Item = &'c mut Chain<Self>>,
        rounds: u32,
    ) {
        if chains.len() < Self::worth_it_from(width) {
            chains.for_each(|chain| Self::alone(width, chain, rounds));
        } else {
            Self::pass(width, chains, rounds);
        }
    }
}

impl Word for u64 {
    type Block = [u8; 128];

    const INITIAL: [Self; 8] = [
        0x6a09_e667_f3bc_c908,
        0xbb67_ae85_84ca_a73b,
        0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1,
        0x9b05_688c_2b3e_6c1f,
        0x1f83_d9ab_fb41_bd6b,
        0x5be0_cd19_137e_2179,
    ];
    const EMPTY: Self::Block = [0; 128];
    const LENGTH: u8 = 6;

    fn compress(state: &mut [Self; 8], blocks: &[Self::Block]) {
        compress512(state, blocks);
    }

    fn blocks(bytes: &[u8]) -> &[Self::Block] {
        bytes.as_chunks().0
    }

    fn write(words: &[Self; 8], bytes: &mut [u8]) {
        for (place, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
            *place = word.to_be_bytes();
        }
    }

    fn lanes(width: Width) -> usize {
        width.lanes()
    }

    fn worth_it_from(width: Width) -> usize {
        match width.0 {
            #[cfg(target_arch = "x86_64")]
            Means::Avx2(_) => 3,
            #[cfg(target_arch = "x86_64")]
            Means::Avx512(_) => 2,
            _ => usize::MAX,
        }
    }

    fn alone(width: Width, chain: &mut Chain<Self>, rounds: u32) {
        match width.0 {
            #[cfg(target_arch = "x86_64")]
            Means::One(avx512) | Means::Avx512(avx512) => avx512::one::run(avx512, chain, rounds),
            _ => chain.run(rounds),
        }
    }

    fn pass<'c>(
        width: Width,
        chains: impl ExactSizeIterator<Item = &'c mut Chain<Self>>,
        rounds: u32,
    ) {
        match width.0 {
            #[cfg(target_arch = "x86_64")]
            Means::Avx2(avx2) => Wide::with(chains, |wide| avx2::sha512::run(avx2, wide, rounds)),
            #[cfg(target_arch = "x86_64")]
            Means::Avx512(avx512) if chains.len() <= avx512::four::LANES => {
                Wide::with(chains, |wide| avx512::four::run(avx512, wide, rounds));
            }
            #[cfg(target_arch = "x86_64")]
            Means::Avx512(avx512) => {
                Wide::with(chains, |wide| avx512::sha512::run(avx512, wide, rounds));
            }
            _ => chains.for_each(|chain| Self::alone(width, chain, rounds)),
        }
    }
}

impl Word for u32 {
    type Block = [u8; 64];

    const INITIAL: [Self; 8] = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ];
    const EMPTY: Self::Block = [0; 64];
    const LENGTH: u8 = 3;

    fn compress(state: &mut [Self; 8], blocks: &[Self::Block]) {
        compress256(state, blocks);
    }

    fn blocks(bytes: &[u8]) -> &[Self::Block] {
        bytes.as_chunks().0
    }

    fn write(words: &[Self; 8], bytes: &mut [u8]) {
        for (place, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
            *place = word.to_be_bytes();
        }
    }

    fn lanes(width: Width) -> usize {
        match width.0 {
            #[cfg(target_arch = "x86_64")]
            Means::Avx2(_) | Means::Avx512(_) => 2 * width.lanes(),
            _ => 1,
        }
    }

    fn worth_it_from(width: Width) -> usize {
        match width.0 {
            #[cfg(target_arch = "x86_64")]
            Means::Avx2(_) => 7,
            #[cfg(target_arch = "x86_64")]
            Means::Avx512(avx512) if avx512.waits_for_sums() => 4,
            #[cfg(target_arch = "x86_64")]
            Means::Avx512(_) => 5,
            _ => usize::MAX,
        }
    }

    fn alone(_width: Width, chain: &mut Chain<Self>, rounds: u32) {
        chain.run(rounds);
    }

    fn pass<'c>(
        width: Width,
        chains: impl ExactSizeIterator<Item = &'c mut Chain<Self>>,
        rounds: u32,
    ) {
        match width.0 {
            #[cfg(target_arch = "x86_64")]
            Means::Avx2(avx2) => Wide::with(chains, |wide| avx2::sha256::run(avx2, wide, rounds)),
            #[cfg(target_arch = "x86_64")]
            Means::Avx512(avx512) => {
                Wide::with(chains, |wide| avx512::sha256::run(avx512, wide, rounds));
            }
            _ => chains.for_each(|chain| Self::alone(width, chain, rounds)),
        }
    }
}
