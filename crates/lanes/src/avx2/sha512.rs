//! Four lanes of SHA-512.

use std::arch::x86_64::{
    _mm256_add_epi64, _mm256_loadu_si256, _mm256_or_si256, _mm256_set1_epi64x, _mm256_slli_epi64,
    _mm256_srli_epi64, _mm256_storeu_si256,
};

use super::{Avx2, Vector, apart, choose, majority, xor, xor3};
use crate::chain::Wide;
use crate::kernel::SHA512 as CONSTANTS;

/// Chains side by side.
pub(crate) const LANES: usize = 4;

kernel!("avx2", Avx2, u64);

#[inline]
#[target_feature(enable = "avx2")]
fn load(words: &[u64; LANES]) -> Vector {
    // SAFETY: the 32 bytes that are read are those of the reference; they need not be aligned.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(vector: Vector) -> [u64; LANES] {
    let mut words = [0; LANES];
    // SAFETY: the 32 bytes that are written are those of the array; they need not be aligned.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), vector) };
    words
}

#[inline]
#[target_feature(enable = "avx2")]
fn splat(word: u64) -> Vector {
    _mm256_set1_epi64x(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx2")]
fn add(a: Vector, b: Vector) -> Vector {
    _mm256_add_epi64(a, b)
}

/// To the right; the two numbers make 64.
#[inline]
#[target_feature(enable = "avx2")]
fn ror<const RIGHT: i32, const LEFT: i32>(x: Vector) -> Vector {
    _mm256_or_si256(_mm256_srli_epi64::<RIGHT>(x), _mm256_slli_epi64::<LEFT>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn big_sigma0(x: Vector) -> Vector {
    xor3(ror::<28, 36>(x), ror::<34, 30>(x), ror::<39, 25>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn big_sigma1(x: Vector) -> Vector {
    xor3(ror::<14, 50>(x), ror::<18, 46>(x), ror::<41, 23>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn small_sigma0(x: Vector) -> Vector {
    xor3(ror::<1, 63>(x), ror::<8, 56>(x), _mm256_srli_epi64::<7>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn small_sigma1(x: Vector) -> Vector {
    xor3(ror::<19, 45>(x), ror::<61, 3>(x), _mm256_srli_epi64::<6>(x))
}
