//! Others compute the same: RustCrypto's PBKDF2 and that of AWS-LC.

#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{self as aws_lc, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512};
use common::{sha256, sha512, widths};
use daemun_lanes::Job;
use proptest::collection::vec;
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Given {
    password: Vec<u8>,
    salt: Vec<u8>,
    rounds: u32,
    length: usize,
}

impl Given {
    fn job(&self) -> Job<'_> {
        let Self { password, salt, rounds, length } = self;
        Job { password, salt, rounds: *rounds, length: *length }
    }

    fn sha512(&self) -> Vec<u8> {
        let mut output = vec![0; self.length];
        let Self { password, salt, rounds, .. } = self;
        pbkdf2::pbkdf2_hmac::<sha2::Sha512>(password, salt, *rounds, &mut output);
        assert_eq!(self.by_aws_lc(PBKDF2_HMAC_SHA512), output, "the others agree");
        output
    }

    fn sha256(&self) -> Vec<u8> {
        let mut output = vec![0; self.length];
        let Self { password, salt, rounds, .. } = self;
        pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, *rounds, &mut output);
        assert_eq!(self.by_aws_lc(PBKDF2_HMAC_SHA256), output, "the others agree");
        output
    }

    fn by_aws_lc(&self, algorithm: aws_lc::Algorithm) -> Vec<u8> {
        let mut output = vec![0; self.length];
        // It makes no empty output, and there is but one.
        if self.length > 0 {
            let rounds = NonZeroU32::new(self.rounds).unwrap();
            aws_lc::derive(algorithm, rounds, &self.salt, &self.password, &mut output);
        }
        output
    }
}

/// Lengths around those of blocks, digests and what padding leaves of them.
fn length() -> impl Strategy<Value = usize> {
    prop_oneof![0..300_usize, 28..36_usize, 50..68_usize, 106..130_usize, 230..260_usize]
}

fn given() -> impl Strategy<Value = Given> {
    let bytes = || length().prop_flat_map(|length| vec(any::<u8>(), length));
    let rounds = prop_oneof![1..4_u32, 1..100_u32];
    let made = prop_oneof![Just(64_usize), Just(20), length()];
    (bytes(), bytes(), rounds, made).prop_map(|(password, salt, rounds, length)| Given {
        password,
        salt,
        rounds,
        length,
    })
}

proptest! {
    #[test]
    fn every_job_of_a_mixed_queue_is_as_others_compute_it(
        given in vec(given(), 1..24),
        most_rounds in prop_oneof![0..5_u32, 1..200_u32],
    ) {
        let jobs: Vec<Job<'_>> = given.iter().map(Given::job).collect();
        let wide: Vec<Vec<u8>> = given.iter().map(Given::sha512).collect();
        let narrow: Vec<Vec<u8>> = given.iter().map(Given::sha256).collect();
        for width in widths() {
            prop_assert_eq!(&sha512(width, &jobs, most_rounds), &wide, "{:?}", width);
            prop_assert_eq!(&sha256(width, &jobs, most_rounds), &narrow, "{:?}", width);
        }
    }
}
