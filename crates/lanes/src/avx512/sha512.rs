//! Eight lanes of SHA-512.

use std::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_loadu_si512, _mm512_ror_epi64, _mm512_set1_epi64,
    _mm512_srli_epi64, _mm512_storeu_si512, _mm512_ternarylogic_epi64, _mm512_xor_si512,
};

use super::Avx512;
use crate::chain::Wide;
use crate::kernel::SHA512 as CONSTANTS;

type Vector = __m512i;

/// Chains side by side.
pub(crate) const LANES: usize = 8;

kernel!("avx512f", Avx512, u64);

vectors!(
    "avx512f", Vector, zmm_reg, u64,
    _mm512_loadu_si512, _mm512_storeu_si512, _mm512_set1_epi64,
    _mm512_add_epi64, _mm512_xor_si512, _mm512_ternarylogic_epi64,
    big_sigma0 = _mm512_ror_epi64 28, 34; _mm512_ror_epi64 39;
    big_sigma1 = _mm512_ror_epi64 14, 18; _mm512_ror_epi64 41;
    small_sigma0 = _mm512_ror_epi64 1, 8; _mm512_srli_epi64 7;
    small_sigma1 = _mm512_ror_epi64 19, 61; _mm512_srli_epi64 6;
);
