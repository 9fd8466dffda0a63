//! Sixteen lanes of SHA-256.

use std::arch::x86_64::{
    _mm512_add_epi32, _mm512_loadu_si512, _mm512_ror_epi32, _mm512_set1_epi32, _mm512_srli_epi32,
    _mm512_storeu_si512,
};

use super::{Avx512, Vector, apart, choose, majority, xor, xor3};
use crate::chain::Wide;
use crate::kernel::SHA256 as CONSTANTS;

/// Chains side by side.
pub(crate) const LANES: usize = 16;

kernel!("avx512f", Avx512, u32);

#[inline]
#[target_feature(enable = "avx512f")]
fn load(words: &[u32; LANES]) -> Vector {
    // SAFETY: the 64 bytes that are read are those of the reference; they need not be aligned.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(vector: Vector) -> [u32; LANES] {
    let mut words = [0; LANES];
    // SAFETY: the 64 bytes that are written are those of the array; they need not be aligned.
    unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), vector) };
    words
}

#[inline]
#[target_feature(enable = "avx512f")]
fn splat(word: u32) -> Vector {
    _mm512_set1_epi32(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx512f")]
fn add(a: Vector, b: Vector) -> Vector {
    _mm512_add_epi32(a, b)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn ror<const BITS: i32>(x: Vector) -> Vector {
    _mm512_ror_epi32::<BITS>(x)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn big_sigma0(x: Vector) -> Vector {
    xor3(ror::<2>(x), ror::<13>(x), ror::<22>(x))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn big_sigma1(x: Vector) -> Vector {
    xor3(ror::<6>(x), ror::<11>(x), ror::<25>(x))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn small_sigma0(x: Vector) -> Vector {
    xor3(ror::<7>(x), ror::<18>(x), _mm512_srli_epi32::<3>(x))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn small_sigma1(x: Vector) -> Vector {
    xor3(ror::<17>(x), ror::<19>(x), _mm512_srli_epi32::<10>(x))
}
