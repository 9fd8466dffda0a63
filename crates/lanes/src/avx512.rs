//! Vectors of 512 bits, AVX-512, which knows rotation and any function of three bits.

#![expect(unsafe_code, reason = "what a processor knows is seen at run time only")]

use std::arch::asm;
use std::arch::x86_64::{__m512i, _mm512_ternarylogic_epi64, _mm512_xor_si512};

pub(crate) mod sha256;
pub(crate) mod sha512;

type Vector = __m512i;

/// Says that this processor has AVX-512.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(crate) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx512f").then_some(Self(()))
    }
}

/// The same vector, but to the compiler an unknown one, so that it leaves sums in the order in
/// which they are written. A seventh of the time is gained by that.
#[inline]
#[target_feature(enable = "avx512f")]
fn apart(mut vector: Vector) -> Vector {
    // SAFETY: it is no instruction at all.
    unsafe {
        asm!("/* {0} */", inout(zmm_reg) vector, options(pure, nomem, nostack, preserves_flags));
    }
    vector
}

#[inline]
#[target_feature(enable = "avx512f")]
fn xor(a: Vector, b: Vector) -> Vector {
    _mm512_xor_si512(a, b)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn xor3(a: Vector, b: Vector, c: Vector) -> Vector {
    _mm512_ternarylogic_epi64::<0b1001_0110>(a, b, c)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn choose(e: Vector, f: Vector, g: Vector) -> Vector {
    _mm512_ternarylogic_epi64::<0b1100_1010>(e, f, g)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn majority(a: Vector, b: Vector, c: Vector) -> Vector {
    _mm512_ternarylogic_epi64::<0b1110_1000>(a, b, c)
}
