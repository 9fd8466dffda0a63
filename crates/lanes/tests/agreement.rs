//! Others compute the same: RustCrypto's PBKDF2 and that of AWS-LC.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

mod common;

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{self as aws_lc, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512};
use common::{sha256, sha512, widths};
use daemun_lanes::{Job, Sha256Batch, Sha512Batch};
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

#[test]
fn every_number_of_jobs_in_every_lane_is_right() {
    let given: Vec<Given> = (0..16_u8)
        .map(|at| Given { password: vec![at; 9], salt: vec![at; 16], rounds: 50, length: 64 })
        .collect();
    let wide: Vec<Vec<u8>> = given.iter().map(Given::sha512).collect();
    let narrow: Vec<Vec<u8>> = given.iter().map(Given::sha256).collect();
    let jobs: Vec<Job<'_>> = given.iter().map(Given::job).collect();
    for width in widths() {
        for count in 1..=width.lanes() {
            assert_eq!(sha512(width, &jobs[..count], 7), wide[..count], "{width:?}");
        }
        for count in 1..=2 * width.lanes() {
            assert_eq!(sha256(width, &jobs[..count], 7), narrow[..count], "{width:?}");
        }
    }
}

#[test]
fn sha_256_has_twice_as_many_lanes_where_there_are_several() {
    for width in widths() {
        let lanes = Sha256Batch::<()>::new(width).free();
        assert_eq!(lanes, if width.lanes() > 1 { 2 * width.lanes() } else { 1 });
    }
}

#[test]
fn work_begun_alone_goes_on_beside_others_and_is_ended_alone() {
    let long = Given { password: b"long".to_vec(), salt: vec![1; 16], rounds: 500, length: 100 };
    let short = Given { password: b"short".to_vec(), salt: vec![2; 16], rounds: 90, length: 64 };
    for width in widths().into_iter().filter(|width| width.lanes() > 1) {
        let mut batch = Sha512Batch::new(width);
        let mut outputs = Vec::new();
        batch.load(long.job(), "long").unwrap();
        outputs.extend(batch.advance(100));
        while batch.free() > 0 {
            batch.load(short.job(), "short").unwrap();
        }
        while !batch.is_empty() {
            outputs.extend(batch.advance(100));
        }
        assert_eq!(outputs.len(), width.lanes());
        for done in &outputs {
            let given = if done.tag == "long" { &long } else { &short };
            assert_eq!(*done.output, given.sha512(), "{width:?}, {}", done.tag);
        }
        assert_eq!(outputs.last().unwrap().tag, "long", "{width:?}");
    }
}

#[test]
fn a_full_batch_takes_no_more_and_gives_the_tag_back() {
    let job = Job { password: b"p", salt: b"s", rounds: 10, length: 64 };
    for width in widths() {
        let mut batch = Sha512Batch::new(width);
        for at in 0..width.lanes() {
            assert_eq!(batch.load(job, at), Ok(()));
        }
        assert_eq!((batch.free(), batch.load(job, 99)), (0, Err(99)));
        assert_eq!(batch.advance(u32::MAX).len(), width.lanes(), "they are equal and end together");
        assert_eq!(batch.free(), width.lanes());
    }
}

#[test]
fn what_nobody_wants_any_more_leaves_its_lane_and_the_rest_is_right() {
    let given = Given { password: b"p".to_vec(), salt: b"s".to_vec(), rounds: 30, length: 64 };
    for width in widths() {
        let mut batch = Sha512Batch::new(width);
        for at in 0..width.lanes() {
            batch.load(given.job(), at).unwrap();
        }
        assert!(batch.advance(5).is_empty());
        batch.retain(|tag| tag % 2 == 0);
        assert_eq!(batch.len(), width.lanes().div_ceil(2));
        let done = batch.advance(u32::MAX);
        assert!(done.iter().all(|done| *done.output == given.sha512()), "{width:?}");
        assert!(batch.is_empty());
    }
}

#[test]
fn a_step_works_no_longer_than_asked_and_stops_where_a_lane_is_free() {
    for width in widths().into_iter().filter(|width| width.lanes() > 1) {
        let job = |rounds| Job { password: b"p", salt: b"s", rounds, length: 64 };
        let mut batch = Sha512Batch::new(width);
        batch.load(job(21), "short").unwrap();
        batch.load(job(1001), "long").unwrap();
        assert!(batch.advance(10).is_empty(), "one round is done by loading, ten here");
        assert_eq!(batch.advance(1000).first().unwrap().tag, "short", "ten more");
        assert!(batch.advance(979).is_empty(), "the long one did just twenty by then");
        assert_eq!(batch.advance(1).first().unwrap().tag, "long");
    }
}
