//! Four lanes of SHA-512, in vectors of 256 bits. Many processors do three things on such vectors
//! at a time and two on the long ones, so where four lanes are enough this is faster.

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

vectors!(
    "avx512f,avx512vl", Vector, ymm_reg, u64,
    _mm256_loadu_si256, _mm256_storeu_si256, _mm256_set1_epi64x,
    _mm256_add_epi64, _mm256_xor_si256, _mm256_ternarylogic_epi64,
    big_sigma0 = _mm256_ror_epi64 28, 34; _mm256_ror_epi64 39;
    big_sigma1 = _mm256_ror_epi64 14, 18; _mm256_ror_epi64 41;
    small_sigma0 = _mm256_ror_epi64 1, 8; _mm256_srli_epi64 7;
    small_sigma1 = _mm256_ror_epi64 19, 61; _mm256_srli_epi64 6;
);
