//! Four lanes: vectors of AVX2, which has no rotation; the compiler makes one of two shifts.

#![expect(unsafe_code, reason = "what this processor knows is seen at run time only")]

use std::arch::x86_64::{
    __m256i, _mm256_add_epi64, _mm256_and_si256, _mm256_loadu_si256, _mm256_or_si256,
    _mm256_set1_epi64x, _mm256_slli_epi64, _mm256_srli_epi64, _mm256_storeu_si256,
    _mm256_xor_si256,
};

use crate::chain::Wide;
use crate::kernel::CONSTANTS;

/// Chains side by side.
pub(crate) const LANES: usize = 4;

type Vector = __m256i;

/// Says that this processor has AVX2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Detected(());

impl Detected {
    pub(crate) fn new() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }

    pub(crate) fn run(self, wide: &mut Wide<LANES>, rounds: u32) {
        // SAFETY: `self` was made by `new`, which has seen that the processor knows the feature.
        unsafe { run(wide, rounds) }
    }
}

kernel!("avx2");

#[inline]
#[target_feature(enable = "avx2")]
fn load(words: &[u64; LANES]) -> Vector {
    // SAFETY: the reference is to the 32 bytes that are read, and they need not be aligned.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(vector: Vector) -> [u64; LANES] {
    let mut words = [0; LANES];
    // SAFETY: the reference is to the 32 bytes that are written, and they need not be aligned.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), vector) };
    words
}

/// The same vector. (In AVX-512 the order of sums is worth a barrier, see there; here it is not.)
#[inline]
#[target_feature(enable = "avx2")]
fn apart(vector: Vector) -> Vector {
    vector
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

#[inline]
#[target_feature(enable = "avx2")]
fn xor(a: Vector, b: Vector) -> Vector {
    _mm256_xor_si256(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
fn xor3(a: Vector, b: Vector, c: Vector) -> Vector {
    xor(xor(a, b), c)
}

#[inline]
#[target_feature(enable = "avx2")]
fn choose(e: Vector, f: Vector, g: Vector) -> Vector {
    xor(g, _mm256_and_si256(e, xor(f, g)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn majority(a: Vector, b: Vector, c: Vector) -> Vector {
    xor(b, _mm256_and_si256(xor(a, b), xor(b, c)))
}

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
