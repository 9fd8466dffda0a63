//! Eight lanes of SHA-512.

use std::arch::x86_64::{
    _mm512_add_epi64, _mm512_loadu_si512, _mm512_ror_epi64, _mm512_set1_epi64, _mm512_srli_epi64,
    _mm512_storeu_si512,
};

use super::{Avx512, Vector, apart, choose, majority, xor, xor3};
use crate::chain::Wide;
use crate::kernel::SHA512 as CONSTANTS;

/// Chains side by side.
pub(crate) const LANES: usize = 8;

kernel!("avx512f", Avx512, u64);

#[inline]
#[target_feature(enable = "avx512f")]
fn load(words: &[u64; LANES]) -> Vector {
    // SAFETY: the 64 bytes that are read are those of the reference; they need not be aligned.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(vector: Vector) -> [u64; LANES] {
    let mut words = [0; LANES];
    // SAFETY: the 64 bytes that are written are those of the array; they need not be aligned.
    unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), vector) };
    words
}

#[inline]
#[target_feature(enable = "avx512f")]
fn splat(word: u64) -> Vector {
    _mm512_set1_epi64(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx512f")]
fn add(a: Vector, b: Vector) -> Vector {
    _mm512_add_epi64(a, b)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn ror<const BITS: i32>(x: Vector) -> Vector {
    _mm512_ror_epi64::<BITS>(x)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn big_sigma0(x: Vector) -> Vector {
    xor3(ror::<28>(x), ror::<34>(x), ror::<39>(x))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn big_sigma1(x: Vector) -> Vector {
    xor3(ror::<14>(x), ror::<18>(x), ror::<41>(x))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn small_sigma0(x: Vector) -> Vector {
    xor3(ror::<1>(x), ror::<8>(x), _mm512_srli_epi64::<7>(x))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn small_sigma1(x: Vector) -> Vector {
    xor3(ror::<19>(x), ror::<61>(x), _mm512_srli_epi64::<6>(x))
}
