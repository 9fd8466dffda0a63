//! Eight lanes: vectors of AVX-512, which knows rotation and any function of three bits.

#![expect(unsafe_code, reason = "what this processor knows is seen at run time only")]

use std::arch::asm;
use std::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_loadu_si512, _mm512_ror_epi64, _mm512_set1_epi64,
    _mm512_srli_epi64, _mm512_storeu_si512, _mm512_ternarylogic_epi64, _mm512_xor_si512,
};

use crate::chain::Wide;
use crate::kernel::CONSTANTS;

/// Chains side by side.
pub(crate) const LANES: usize = 8;

type Vector = __m512i;

/// Says that this processor has AVX-512.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Detected(());

impl Detected {
    pub(crate) fn new() -> Option<Self> {
        is_x86_feature_detected!("avx512f").then_some(Self(()))
    }

    pub(crate) fn run(self, wide: &mut Wide<LANES>, rounds: u32) {
        // SAFETY: `self` was made by `new`, which has seen that the processor knows the feature.
        unsafe { run(wide, rounds) }
    }
}

kernel!("avx512f");

#[inline]
#[target_feature(enable = "avx512f")]
fn load(words: &[u64; LANES]) -> Vector {
    // SAFETY: the reference is to the 64 bytes that are read, and they need not be aligned.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(vector: Vector) -> [u64; LANES] {
    let mut words = [0; LANES];
    // SAFETY: the reference is to the 64 bytes that are written, and they need not be aligned.
    unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), vector) };
    words
}

/// The same vector, but to the compiler an unknown one, so that it leaves sums in the order in which
/// they are written.
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
