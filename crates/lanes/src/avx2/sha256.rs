//! Eight lanes of SHA-256.

use std::arch::x86_64::{
    _mm256_add_epi32, _mm256_loadu_si256, _mm256_or_si256, _mm256_set1_epi32, _mm256_slli_epi32,
    _mm256_srli_epi32, _mm256_storeu_si256,
};

use super::{Avx2, Vector, apart, choose, majority, xor, xor3};
use crate::chain::Wide;
use crate::kernel::SHA256 as CONSTANTS;

/// Chains side by side.
pub(crate) const LANES: usize = 8;

kernel!("avx2", Avx2, u32);

#[inline]
#[target_feature(enable = "avx2")]
fn load(words: &[u32; LANES]) -> Vector {
    // SAFETY: the 32 bytes that are read are those of the reference; they need not be aligned.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(vector: Vector) -> [u32; LANES] {
    let mut words = [0; LANES];
    // SAFETY: the 32 bytes that are written are those of the array; they need not be aligned.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), vector) };
    words
}

#[inline]
#[target_feature(enable = "avx2")]
fn splat(word: u32) -> Vector {
    _mm256_set1_epi32(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx2")]
fn add(a: Vector, b: Vector) -> Vector {
    _mm256_add_epi32(a, b)
}

/// To the right; the two numbers make 32.
#[inline]
#[target_feature(enable = "avx2")]
fn ror<const RIGHT: i32, const LEFT: i32>(x: Vector) -> Vector {
    _mm256_or_si256(_mm256_srli_epi32::<RIGHT>(x), _mm256_slli_epi32::<LEFT>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn big_sigma0(x: Vector) -> Vector {
    xor3(ror::<2, 30>(x), ror::<13, 19>(x), ror::<22, 10>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn big_sigma1(x: Vector) -> Vector {
    xor3(ror::<6, 26>(x), ror::<11, 21>(x), ror::<25, 7>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn small_sigma0(x: Vector) -> Vector {
    xor3(ror::<7, 25>(x), ror::<18, 14>(x), _mm256_srli_epi32::<3>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn small_sigma1(x: Vector) -> Vector {
    xor3(ror::<17, 15>(x), ror::<19, 13>(x), _mm256_srli_epi32::<10>(x))
}
