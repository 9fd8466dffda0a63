//! Sixteen lanes of SHA-256.

use std::arch::x86_64::{
    __m512i, _mm512_add_epi32, _mm512_loadu_si512, _mm512_ror_epi32, _mm512_set1_epi32,
    _mm512_srli_epi32, _mm512_storeu_si512, _mm512_ternarylogic_epi64, _mm512_xor_si512,
};

use super::Avx512;
use crate::chain::Wide;
use crate::kernel::SHA256 as CONSTANTS;

type Vector = __m512i;

/// Chains side by side.
pub(crate) const LANES: usize = 16;

kernel!("avx512f", Avx512, u32);

vectors!(
    "avx512f", Vector, zmm_reg, u32,
    _mm512_loadu_si512, _mm512_storeu_si512, _mm512_set1_epi32,
    _mm512_add_epi32, _mm512_xor_si512, _mm512_ternarylogic_epi64,
    big_sigma0 = _mm512_ror_epi32 2, 13; _mm512_ror_epi32 22;
    big_sigma1 = _mm512_ror_epi32 6, 11; _mm512_ror_epi32 25;
    small_sigma0 = _mm512_ror_epi32 7, 18; _mm512_srli_epi32 3;
    small_sigma1 = _mm512_ror_epi32 17, 19; _mm512_srli_epi32 10;
);
