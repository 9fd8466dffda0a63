//! One chain of SHA-512: rounds on plain words, and beside them the schedule, two words at a time.
//!
//! A processor does both at once, as they are the work of different parts of it. The words of the
//! schedule travel through memory, which costs those parts nothing.

use std::arch::asm;
use std::arch::x86_64::{
    __m128i, _mm_add_epi64, _mm_alignr_epi8, _mm_loadu_si128, _mm_ror_epi64, _mm_srli_epi64,
    _mm_storeu_si128, _mm_ternarylogic_epi64,
};

use zeroize::Zeroizing;

use super::Avx512;
use crate::chain::Chain;
use crate::kernel::SHA512 as CONSTANTS;

type Pair = __m128i;

/// Behind a digest the bit that ends a message, and the length of 24 words in bits.
const PADDING: [u64; 8] = [1 << 63, 0, 0, 0, 0, 0, 0, 24 * 64];

/// Does rounds of a chain.
pub(crate) fn run(_proof: Avx512, chain: &mut Chain<u64>, rounds: u32) {
    // SAFETY: who has the proof has seen that the processor knows the features.
    unsafe { run_here(chain, rounds) }
}

#[target_feature(enable = "avx512f,avx512vl,bmi1,bmi2")]
fn run_here(chain: &mut Chain<u64>, rounds: u32) {
    let mut sums = Zeroizing::new([[0; 2]; 8]);
    for _ in 0..rounds {
        for start in [&chain.key.inner, &chain.key.outer] {
            compress(start, &mut chain.last, &mut sums);
        }
        for (sum, last) in chain.sum.iter_mut().zip(chain.last) {
            *sum ^= last;
        }
    }
}

/// Sixteen rounds.
macro_rules! first_rounds {
    ($state:ident, $words:ident, $constants:ident, $($i:literal)*) => {
        $($state = round($state, $words[$i].wrapping_add($constants[$i]));)*
    };
}

/// Sixteen rounds on the next sixteen words.
macro_rules! more_rounds {
    ($state:ident, $words:ident, $sums:ident, $constants:ident, $($i:literal)*) => {
        $(
            $words[$i] = next(
                $words[$i],
                $words[($i + 1) % 8],
                $words[($i + 4) % 8],
                $words[($i + 5) % 8],
                $words[($i + 7) % 8],
            );
            store(&mut $sums[$i], add($words[$i], $constants[$i]));
            through_memory($sums);
            let [first, second] = $sums[$i];
            $state = round(round($state, first), second);
        )*
    };
}

/// Makes of a digest the state after the block that is this digest and its padding. In `sums` the
/// words of the schedule travel, each with its round's constant.
#[inline]
#[target_feature(enable = "avx512f,avx512vl,bmi1,bmi2")]
fn compress(start: &[u64; 8], digest: &mut [u64; 8], sums: &mut [[u64; 2]; 8]) {
    let [first, others @ ..] = &CONSTANTS;
    let [w0, w1, w2, w3, w4, w5, w6, w7] = *digest;
    let [p0, p1, p2, p3, p4, p5, p6, p7] = PADDING;
    let block = [w0, w1, w2, w3, w4, w5, w6, w7, p0, p1, p2, p3, p4, p5, p6, p7];
    let mut state = *start;
    first_rounds!(state, block, first, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    let mut words = pairs(&block);
    for constants in others {
        let constants = pairs(constants);
        more_rounds!(state, words, sums, constants, 0 1 2 3 4 5 6 7);
    }
    for ((word, state), start) in digest.iter_mut().zip(state).zip(start) {
        *word = state.wrapping_add(*start);
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl,bmi1,bmi2")]
fn round(state: [u64; 8], word: u64) -> [u64; 8] {
    let [a, b, c, d, e, f, g, h] = state;
    // In this order, or compilers find another and slower one.
    let t = apart(h.wrapping_add(word)).wrapping_add(((f ^ g) & e) ^ g);
    let t = apart(t).wrapping_add(e.rotate_right(14) ^ e.rotate_right(18) ^ e.rotate_right(41));
    let new_e = d.wrapping_add(t);
    let new_a = apart(t.wrapping_add(((a ^ b) & (b ^ c)) ^ b));
    let new_a = new_a.wrapping_add(a.rotate_right(28) ^ a.rotate_right(34) ^ a.rotate_right(39));
    [new_a, a, b, c, new_e, e, f, g]
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl,bmi1,bmi2")]
fn pairs(words: &[u64; 16]) -> [Pair; 8] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *words;
    [[a, b], [c, d], [e, f], [g, h], [i, j], [k, l], [m, n], [o, p]].map(|pair| load(&pair))
}

/// The two words sixteen rounds on, of the pairs at 0, 2, 8, 10 and 14 rounds.
#[inline]
#[target_feature(enable = "avx512f,avx512vl,bmi1,bmi2")]
fn next(word: Pair, second: Pair, eighth: Pair, tenth: Pair, last: Pair) -> Pair {
    let sigma0 = {
        let x = _mm_alignr_epi8::<8>(second, word);
        xor3(_mm_ror_epi64::<1>(x), _mm_ror_epi64::<8>(x), _mm_srli_epi64::<7>(x))
    };
    let sigma1 =
        xor3(_mm_ror_epi64::<19>(last), _mm_ror_epi64::<61>(last), _mm_srli_epi64::<6>(last));
    add(add(word, sigma0), add(_mm_alignr_epi8::<8>(tenth, eighth), sigma1))
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl,bmi1,bmi2")]
fn add(a: Pair, b: Pair) -> Pair {
    _mm_add_epi64(a, b)
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl,bmi1,bmi2")]
fn xor3(a: Pair, b: Pair, c: Pair) -> Pair {
    _mm_ternarylogic_epi64::<0b1001_0110>(a, b, c)
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl,bmi1,bmi2")]
fn load(words: &[u64; 2]) -> Pair {
    // SAFETY: the 16 bytes that are read are those of the reference; they need not be aligned.
    unsafe { _mm_loadu_si128(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl,bmi1,bmi2")]
fn store(words: &mut [u64; 2], pair: Pair) {
    // SAFETY: the 16 bytes that are written are those of the reference; they need not be aligned.
    unsafe { _mm_storeu_si128(words.as_mut_ptr().cast(), pair) }
}

/// Has the compiler read words from memory. It would take them out of vectors.
#[inline]
fn through_memory(words: &mut [[u64; 2]; 8]) {
    // SAFETY: it is no instruction at all.
    unsafe {
        asm!("/* {0} */", in(reg) words.as_mut_ptr(), options(nostack, preserves_flags));
    }
}

/// As the one for vectors.
#[inline]
fn apart(mut word: u64) -> u64 {
    // SAFETY: it is no instruction at all.
    unsafe {
        asm!("/* {0} */", inout(reg) word, options(pure, nomem, nostack, preserves_flags));
    }
    word
}
