//! Four lanes of SHA-512, in vectors of 256 bits. Many processors do three things on such vectors at a
//! time and two on the long ones, so where four lanes are enough this is faster.

use std::arch::asm;
use std::arch::x86_64::{
    __m256i, _mm256_add_epi64, _mm256_loadu_si256, _mm256_ror_epi64, _mm256_set1_epi64x,
    _mm256_srli_epi64, _mm256_storeu_si256, _mm256_ternarylogic_epi64, _mm256_xor_si256,
};

use super::Avx512;
use crate::chain::Wide;
use crate::kernel::SHA512 as CONSTANTS;

type Vector = __m256i;

/// Chains side by side.
pub(crate) const LANES: usize = 4;

kernel!("avx512f,avx512vl", Avx512, u64);

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn load(words: &[u64; LANES]) -> Vector {
    // SAFETY: the 32 bytes that are read are those of the reference; they need not be aligned.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn store(vector: Vector) -> [u64; LANES] {
    let mut words = [0; LANES];
    // SAFETY: the 32 bytes that are written are those of the array; they need not be aligned.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), vector) };
    words
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn splat(word: u64) -> Vector {
    _mm256_set1_epi64x(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn add(a: Vector, b: Vector) -> Vector {
    _mm256_add_epi64(a, b)
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn ror<const BITS: i32>(x: Vector) -> Vector {
    _mm256_ror_epi64::<BITS>(x)
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn big_sigma0(x: Vector) -> Vector {
    xor3(ror::<28>(x), ror::<34>(x), ror::<39>(x))
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn big_sigma1(x: Vector) -> Vector {
    xor3(ror::<14>(x), ror::<18>(x), ror::<41>(x))
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn small_sigma0(x: Vector) -> Vector {
    xor3(ror::<1>(x), ror::<8>(x), _mm256_srli_epi64::<7>(x))
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn small_sigma1(x: Vector) -> Vector {
    xor3(ror::<19>(x), ror::<61>(x), _mm256_srli_epi64::<6>(x))
}

/// As the one for long vectors.
#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn apart(mut vector: Vector) -> Vector {
    // SAFETY: it is no instruction at all.
    unsafe {
        asm!("/* {0} */", inout(ymm_reg) vector, options(pure, nomem, nostack, preserves_flags));
    }
    vector
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn xor(a: Vector, b: Vector) -> Vector {
    _mm256_xor_si256(a, b)
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn xor3(a: Vector, b: Vector, c: Vector) -> Vector {
    _mm256_ternarylogic_epi64::<0b1001_0110>(a, b, c)
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn choose(e: Vector, f: Vector, g: Vector) -> Vector {
    _mm256_ternarylogic_epi64::<0b1100_1010>(e, f, g)
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn majority(a: Vector, b: Vector, c: Vector) -> Vector {
    _mm256_ternarylogic_epi64::<0b1110_1000>(a, b, c)
}
