//! AVX-512, which knows rotation and any function of three bits: vectors of 512 bits here, and
//! shorter ones for few chains.

#![expect(unsafe_code, reason = "what a processor knows is seen at run time only")]

use std::arch::x86_64::__cpuid;

/// The functions on one kind of vector. Last come the four sigmas: two rotations, and a third
/// one or a shift.
macro_rules! vectors {
    (
        $feature:literal, $Vector:ty, $register:ident, $word:ty,
        $load:ident, $store:ident, $splat:ident, $add:ident, $xor:ident, $ternary:ident,
        $($sigma:ident = $rotate:ident $one:literal, $two:literal; $last:ident $three:literal;)*
    ) => {
        #[inline]
        #[target_feature(enable = $feature)]
        fn load(words: &[$word; LANES]) -> $Vector {
            // SAFETY: what is read is as long as the array, and need not be aligned.
            unsafe { $load(words.as_ptr().cast()) }
        }

        #[inline]
        #[target_feature(enable = $feature)]
        fn store(vector: $Vector) -> [$word; LANES] {
            let mut words = [0; LANES];
            // SAFETY: what is written is as long as the array, and need not be aligned.
            unsafe { $store(words.as_mut_ptr().cast(), vector) };
            words
        }

        #[inline]
        #[target_feature(enable = $feature)]
        fn splat(word: $word) -> $Vector {
            $splat(word.cast_signed())
        }

        #[inline]
        #[target_feature(enable = $feature)]
        fn add(a: $Vector, b: $Vector) -> $Vector {
            $add(a, b)
        }

        /// The same vector, but to the compiler an unknown one, so that it leaves sums in the order
        /// in which they are written. A seventh of the time is gained by that.
        #[inline]
        #[target_feature(enable = $feature)]
        fn apart(mut vector: $Vector) -> $Vector {
            // SAFETY: it is no instruction at all.
            unsafe {
                std::arch::asm!(
                    "/* {0} */",
                    inout($register) vector,
                    options(pure, nomem, nostack, preserves_flags)
                );
            }
            vector
        }

        #[inline]
        #[target_feature(enable = $feature)]
        fn xor(a: $Vector, b: $Vector) -> $Vector {
            $xor(a, b)
        }

        #[inline]
        #[target_feature(enable = $feature)]
        fn choose(e: $Vector, f: $Vector, g: $Vector) -> $Vector {
            $ternary::<0b1100_1010>(e, f, g)
        }

        #[inline]
        #[target_feature(enable = $feature)]
        fn majority(a: $Vector, b: $Vector, c: $Vector) -> $Vector {
            $ternary::<0b1110_1000>(a, b, c)
        }

        $(
            #[inline]
            #[target_feature(enable = $feature)]
            fn $sigma(x: $Vector) -> $Vector {
                $ternary::<0b1001_0110>(
                    $rotate::<$one>(x),
                    $rotate::<$two>(x),
                    $last::<$three>(x),
                )
            }
        )*
    };
}

pub(crate) mod four;
pub(crate) mod one;
pub(crate) mod sha256;
pub(crate) mod sha512;

/// Says that this processor has AVX-512: its foundation, its instructions on shorter vectors, and
/// BMI, which no processor has that without.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Avx512 {
    waits_for_sums: bool,
}

impl Avx512 {
    pub(crate) fn detect() -> Option<Self> {
        let has_all = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2");
        has_all.then(|| Self { waits_for_sums: is_amd_since_zen_5() })
    }

    /// Whether a sum is to be waited for longer than there is other work on vectors meanwhile.
    pub(crate) fn waits_for_sums(self) -> bool {
        self.waits_for_sums
    }
}

/// Whether this is a processor that does four sums of vectors at a time, each in two cycles. Others
/// do half as many, each in one.
#[expect(clippy::allow_attributes, reason = "to be expected with old versions of Rust alone")]
fn is_amd_since_zen_5() -> bool {
    // SAFETY: every processor of 64 bits knows the instruction and these two questions.
    #[allow(unused_unsafe, reason = "what asks is safe in newer ones of the versions that do")]
    let (vendor, signature) = unsafe { (__cpuid(0), __cpuid(1).eax) };
    let family = ((signature >> 8) & 0xf) + ((signature >> 20) & 0xff);
    let letters = [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes);
    letters.as_flattened() == b"AuthenticAMD" && family >= 0x1a
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::width::Means;
    use crate::{Batch, Job, Width, Word};

    fn outputs<W: Word>(width: Width, jobs: usize) -> Vec<Vec<u8>> {
        let mut batch = Batch::<usize, W>::new(width);
        let mut outputs = vec![Vec::new(); jobs];
        let mut next = 0;
        while next < jobs || !batch.is_empty() {
            while next < jobs && batch.free() > 0 {
                let (password, salt) = ([u8::try_from(next).unwrap(); 9], b"salt".as_slice());
                let job = Job { password: &password, salt, rounds: 9, length: 70 };
                batch.load(job, next).unwrap();
                next += 1;
            }
            for done in batch.advance(4) {
                *outputs.get_mut(done.tag).unwrap() = done.output.to_vec();
            }
        }
        outputs
    }

    #[test]
    fn both_orders_of_sums_give_the_same() {
        if Avx512::detect().is_none() {
            return eprintln!("skipped: this processor has no AVX-512");
        }
        for waits_for_sums in [false, true] {
            let width = Width(Means::Avx512(Avx512 { waits_for_sums }));
            // As many as go into vectors of either length.
            for jobs in [4, 8, 16] {
                assert_eq!(outputs::<u64>(width, jobs), outputs::<u64>(Width::ONE, jobs));
                assert_eq!(outputs::<u32>(width, jobs), outputs::<u32>(Width::ONE, jobs));
            }
        }
    }
}
