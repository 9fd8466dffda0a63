//! The compression of SHA-2 (FIPS 180-4 §6.2.2, §6.4.2) on vectors, and the chain over it, once for
//! every kind of vector and word.
//!
//! It is a macro, because functions that use a kind of vector become one only where all of them
//! name its feature. A module that says `kernel!(feature, its proof, word)` has `LANES`,
//! `CONSTANTS`, `Vector` and the functions on vectors: `load`, `store`, `splat`, `add`, `xor`,
//! `choose`, `majority`, the four sigmas, and `apart`, which gives back what it is given. The proof
//! says whether this processor `waits_for_sums`.

/// The constants of SHA-512's eighty rounds, sixteen in a row.
#[rustfmt::skip]
pub(crate) static SHA512: [[u64; 16]; 5] = [
    [
        0x428a_2f98_d728_ae22, 0x7137_4491_23ef_65cd, 0xb5c0_fbcf_ec4d_3b2f, 0xe9b5_dba5_8189_dbbc,
        0x3956_c25b_f348_b538, 0x59f1_11f1_b605_d019, 0x923f_82a4_af19_4f9b, 0xab1c_5ed5_da6d_8118,
        0xd807_aa98_a303_0242, 0x1283_5b01_4570_6fbe, 0x2431_85be_4ee4_b28c, 0x550c_7dc3_d5ff_b4e2,
        0x72be_5d74_f27b_896f, 0x80de_b1fe_3b16_96b1, 0x9bdc_06a7_25c7_1235, 0xc19b_f174_cf69_2694,
    ],
    [
        0xe49b_69c1_9ef1_4ad2, 0xefbe_4786_384f_25e3, 0x0fc1_9dc6_8b8c_d5b5, 0x240c_a1cc_77ac_9c65,
        0x2de9_2c6f_592b_0275, 0x4a74_84aa_6ea6_e483, 0x5cb0_a9dc_bd41_fbd4, 0x76f9_88da_8311_53b5,
        0x983e_5152_ee66_dfab, 0xa831_c66d_2db4_3210, 0xb003_27c8_98fb_213f, 0xbf59_7fc7_beef_0ee4,
        0xc6e0_0bf3_3da8_8fc2, 0xd5a7_9147_930a_a725, 0x06ca_6351_e003_826f, 0x1429_2967_0a0e_6e70,
    ],
    [
        0x27b7_0a85_46d2_2ffc, 0x2e1b_2138_5c26_c926, 0x4d2c_6dfc_5ac4_2aed, 0x5338_0d13_9d95_b3df,
        0x650a_7354_8baf_63de, 0x766a_0abb_3c77_b2a8, 0x81c2_c92e_47ed_aee6, 0x9272_2c85_1482_353b,
        0xa2bf_e8a1_4cf1_0364, 0xa81a_664b_bc42_3001, 0xc24b_8b70_d0f8_9791, 0xc76c_51a3_0654_be30,
        0xd192_e819_d6ef_5218, 0xd699_0624_5565_a910, 0xf40e_3585_5771_202a, 0x106a_a070_32bb_d1b8,
    ],
    [
        0x19a4_c116_b8d2_d0c8, 0x1e37_6c08_5141_ab53, 0x2748_774c_df8e_eb99, 0x34b0_bcb5_e19b_48a8,
        0x391c_0cb3_c5c9_5a63, 0x4ed8_aa4a_e341_8acb, 0x5b9c_ca4f_7763_e373, 0x682e_6ff3_d6b2_b8a3,
        0x748f_82ee_5def_b2fc, 0x78a5_636f_4317_2f60, 0x84c8_7814_a1f0_ab72, 0x8cc7_0208_1a64_39ec,
        0x90be_fffa_2363_1e28, 0xa450_6ceb_de82_bde9, 0xbef9_a3f7_b2c6_7915, 0xc671_78f2_e372_532b,
    ],
    [
        0xca27_3ece_ea26_619c, 0xd186_b8c7_21c0_c207, 0xeada_7dd6_cde0_eb1e, 0xf57d_4f7f_ee6e_d178,
        0x06f0_67aa_7217_6fba, 0x0a63_7dc5_a2c8_98a6, 0x113f_9804_bef9_0dae, 0x1b71_0b35_131c_471b,
        0x28db_77f5_2304_7d84, 0x32ca_ab7b_40c7_2493, 0x3c9e_be0a_15c9_bebc, 0x431d_67c4_9c10_0d4c,
        0x4cc5_d4be_cb3e_42b6, 0x597f_299c_fc65_7e2a, 0x5fcb_6fab_3ad6_faec, 0x6c44_198c_4a47_5817,
    ],
];

/// The constants of SHA-256's sixty-four: the upper halves of the others.
#[rustfmt::skip]
pub(crate) static SHA256: [[u32; 16]; 4] = [
    [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    ],
    [
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    ],
    [
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    ],
    [
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ],
];

macro_rules! kernel {
    ($feature:literal, $proof:ty, $word:ty) => {
        /// Does rounds of all chains.
        pub(crate) fn run(proof: $proof, wide: &mut Wide<$word, LANES>, rounds: u32) {
            // SAFETY: who has the proof has seen that the processor knows the feature.
            unsafe {
                if proof.waits_for_sums() {
                    run_here::<true>(wide, rounds);
                } else {
                    run_here::<false>(wide, rounds);
                }
            }
        }

        #[target_feature(enable = $feature)]
        fn run_here<const WAITS: bool>(wide: &mut Wide<$word, LANES>, rounds: u32) {
            let inner = Start::of(wide.inner.each_ref().map(|words| load(words)));
            let outer = Start::of(wide.outer.each_ref().map(|words| load(words)));
            let mut last = wide.last.each_ref().map(|words| load(words));
            let mut sum = wide.sum.each_ref().map(|words| load(words));
            for _ in 0..rounds {
                for start in [&inner, &outer] {
                    last = compress::<WAITS>(start, last);
                }
                for (sum, last) in sum.iter_mut().zip(last) {
                    *sum = xor(*sum, last);
                }
            }
            wide.last = last.map(|words| store(words));
            wide.sum = sum.map(|words| store(words));
        }

        /// A state to begin with, the same in all rounds of the chains, and what can be said with
        /// it before the block is known.
        struct Start {
            state: [Vector; 8],
            /// What `a` and `e` are after the first round, without the block's first word.
            first: [Vector; 2],
            /// The next rounds' `h` and constant.
            next: [Vector; 3],
        }

        impl Start {
            #[inline]
            #[target_feature(enable = $feature)]
            fn of(state: [Vector; 8]) -> Self {
                let [[k0, k1, k2, k3, ..], ..] = CONSTANTS;
                let [_, _, _, _, e, f, g, h] = state;
                let [a, _, _, _, after_e, ..] = round::<false>(state, add(h, splat(k0)));
                let next = [add(g, splat(k1)), add(f, splat(k2)), add(e, splat(k3))];
                Self { state, first: [a, after_e], next }
            }
        }

        /// The state after a block that is a digest and its padding.
        #[inline]
        #[target_feature(enable = $feature)]
        fn compress<const WAITS: bool>(start: &Start, digest: [Vector; 8]) -> [Vector; 8] {
            // Behind the digest the bit that ends a message, and the length of 24 words in bits.
            let (zero, end) = (splat(0), splat(1 << (<$word>::BITS - 1)));
            let bits = splat(<$word>::BITS as $word * 24);
            let [w0, w1, w2, w3, w4, w5, w6, w7] = digest;
            let mut words =
                [w0, w1, w2, w3, w4, w5, w6, w7, end, zero, zero, zero, zero, zero, zero, bits];
            let [a, b, c, _, e, f, g, _] = start.state;
            let [new_a, new_e] = start.first.map(|known| add(known, w0));
            let mut state = [new_a, a, b, c, new_e, e, f, g];
            for (known, word) in start.next.into_iter().zip([w1, w2, w3]) {
                state = round::<WAITS>(state, add(known, word));
            }
            let [first, second, others @ ..] = &CONSTANTS;
            rounds!(state, words, first, 4 5 6 7 8 9 10 11 12 13 14 15);
            // By itself, since compilers see what is padding here and leave that out.
            expand!(state, words, second);
            if !WAITS && size_of::<Vector>() == 64 {
                let [third, fourth, last @ ..] = others;
                expand!(state, words, third);
                expand!(state, words, fourth);
                for constants in last {
                    expand!(state, words, constants);
                }
            } else {
                // A loop, because unrolled it is too long for the processor's cache of instructions:
                // Zen 5's, and others' where vectors know no rotation and take twice as many.
                for constants in others {
                    expand!(state, words, constants);
                }
            }
            let mut ends = state;
            for (end, start) in ends.iter_mut().zip(start.state) {
                *end = add(*end, start);
            }
            ends
        }

        /// A round, of the state and the sum of its `h`, the word and the constant.
        #[inline]
        #[target_feature(enable = $feature)]
        fn round<const WAITS: bool>(state: [Vector; 8], early: Vector) -> [Vector; 8] {
            let [a, b, c, d, e, f, g, _] = state;
            // What is known early is added early and `e` comes in last.
            let early = apart(early);
            let chosen = choose(e, f, g);
            let sigma = big_sigma1(e);
            let t = add(apart(add(early, chosen)), sigma);
            let new_e = if WAITS {
                // How long the rounds take is how long it is from one `e` to the next: one sum
                // less, for two more beside it.
                add(apart(add(apart(add(early, d)), chosen)), sigma)
            } else {
                // How long they take is how much there is to do.
                add(t, d)
            };
            let new_a = add(apart(add(t, majority(a, b, c))), big_sigma0(a));
            [new_a, a, b, c, new_e, e, f, g]
        }

        /// The word sixteen rounds on.
        #[inline]
        #[target_feature(enable = $feature)]
        fn next(word: Vector, second: Vector, tenth: Vector, fifteenth: Vector) -> Vector {
            add(add(word, small_sigma0(second)), add(tenth, small_sigma1(fifteenth)))
        }
    };
}

/// Rounds on these words of sixteen.
macro_rules! rounds {
    ($state:ident, $words:ident, $constants:ident, $($i:literal)*) => {
        $(
            let [.., h] = $state;
            $state = round::<WAITS>($state, add(h, add($words[$i], splat($constants[$i]))));
        )*
    };
}

/// Sixteen rounds on the next sixteen words.
macro_rules! expand {
    ($state:ident, $words:ident, $constants:ident) => {
        expand!($state, $words, $constants, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    };
    ($state:ident, $words:ident, $constants:ident, $($i:literal)*) => {
        $(
            $words[$i] = next(
                $words[$i],
                $words[($i + 1) % 16],
                $words[($i + 9) % 16],
                $words[($i + 14) % 16],
            );
            rounds!($state, $words, $constants, $i);
        )*
    };
}
