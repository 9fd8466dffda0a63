//! Vectors of 256 bits, AVX2. It has no rotation; two shifts make one.

#![expect(unsafe_code, reason = "what a processor knows is seen at run time only")]

use std::arch::x86_64::{__m256i, _mm256_and_si256, _mm256_xor_si256};

pub(crate) mod sha256;
pub(crate) mod sha512;

type Vector = __m256i;

/// Says that this processor has AVX2.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Avx2(());

impl Avx2 {
    pub(crate) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }

    /// There is so much other work between two sums that none is waited for.
    pub(crate) fn waits_for_sums(self) -> bool {
        false
    }
}

/// The same vector. (AVX-512 gains by sums in the order in which they are written; AVX2 does not,
/// since it has so much more to do between them.)
#[inline]
#[target_feature(enable = "avx2")]
fn apart(vector: Vector) -> Vector {
    vector
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
