//! Lanes come and go, and what comes out is right. Expected values are RustCrypto's.

#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use common::{sha256, sha512, widths};
use daemun_lanes::{Job, Sha256Batch, Sha512Batch, Width};

const JOB: Job<'_> = Job { password: b"password", salt: b"salt", rounds: 30, length: 64 };

fn expected(job: &Job<'_>) -> Vec<u8> {
    let mut output = vec![0; job.length];
    pbkdf2::pbkdf2_hmac::<sha2::Sha512>(job.password, job.salt, job.rounds, &mut output);
    output
}

fn expected_256(job: &Job<'_>) -> Vec<u8> {
    let mut output = vec![0; job.length];
    pbkdf2::pbkdf2_hmac::<sha2::Sha256>(job.password, job.salt, job.rounds, &mut output);
    output
}

#[test]
fn the_widths_are_those_of_the_processor() {
    let available = Width::available();
    assert_eq!(available.first(), Some(&Width::ONE));
    assert_eq!(available.last(), Some(&Width::best()));
    assert!(available.iter().all(|width| Width::of(width.lanes()).is_some()));
    let alone = available.iter().rfind(|width| width.lanes() == 1).copied();
    assert_eq!(Width::of(1), alone, "the faster of two ways to do one");
    assert_eq!(Width::of(3), None);
}

#[test]
fn every_number_of_jobs_in_every_lane_is_right() {
    let passwords: Vec<[u8; 9]> = (0..16).map(|at| [at; 9]).collect();
    let jobs: Vec<Job<'_>> =
        passwords.iter().map(|password| Job { password: &password[..], ..JOB }).collect();
    let wide: Vec<Vec<u8>> = jobs.iter().map(expected).collect();
    let narrow: Vec<Vec<u8>> = jobs.iter().map(expected_256).collect();
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
    let long = Job { password: b"long", rounds: 500, length: 100, ..JOB };
    let short = Job { password: b"short", rounds: 90, ..JOB };
    for width in widths().into_iter().filter(|width| width.lanes() > 1) {
        let mut batch = Sha512Batch::new(width);
        let mut outputs = Vec::new();
        batch.load(long, "long").unwrap();
        outputs.extend(batch.advance(100));
        while batch.free() > 0 {
            batch.load(short, "short").unwrap();
        }
        while !batch.is_empty() {
            outputs.extend(batch.advance(100));
        }
        assert_eq!(outputs.len(), width.lanes());
        for done in &outputs {
            let given = if done.tag == "long" { &long } else { &short };
            assert_eq!(*done.output, expected(given), "{width:?}, {}", done.tag);
        }
        assert_eq!(outputs.last().unwrap().tag, "long", "{width:?}");
    }
}

#[test]
fn a_full_batch_takes_no_more_and_gives_the_tag_back() {
    for width in widths() {
        let mut batch = Sha512Batch::new(width);
        for at in 0..width.lanes() {
            assert_eq!(batch.load(JOB, at), Ok(()));
        }
        assert_eq!((batch.free(), batch.load(JOB, 99)), (0, Err(99)));
        assert_eq!(batch.advance(u32::MAX).len(), width.lanes(), "they are equal and end together");
        assert_eq!(batch.free(), width.lanes());
    }
}

#[test]
fn what_nobody_wants_any_more_leaves_its_lane_and_the_rest_is_right() {
    for width in widths() {
        let mut batch = Sha512Batch::new(width);
        for at in 0..width.lanes() {
            batch.load(JOB, at).unwrap();
        }
        assert!(batch.advance(5).is_empty());
        batch.retain(|tag| tag % 2 == 0);
        assert_eq!(batch.len(), width.lanes().div_ceil(2));
        let done = batch.advance(u32::MAX);
        assert!(done.iter().all(|done| *done.output == expected(&JOB)), "{width:?}");
        assert!(batch.is_empty());
    }
}

#[test]
fn a_step_works_no_longer_than_asked_and_stops_where_a_lane_is_free() {
    for width in widths().into_iter().filter(|width| width.lanes() > 1) {
        let job = |rounds| Job { rounds, ..JOB };
        let mut batch = Sha512Batch::new(width);
        batch.load(job(21), "short").unwrap();
        batch.load(job(1001), "long").unwrap();
        assert!(batch.advance(10).is_empty(), "one round is done by loading, ten here");
        assert_eq!(batch.advance(1000).first().unwrap().tag, "short", "ten more");
        assert!(batch.advance(979).is_empty(), "the long one did just twenty by then");
        assert_eq!(batch.advance(1).first().unwrap().tag, "long");
    }
}

#[test]
fn no_rounds_are_one_and_no_output_is_done() {
    for width in widths() {
        let mut batch = Sha512Batch::new(width);
        batch.load(Job { rounds: 0, ..JOB }, ()).unwrap();
        assert_eq!(*batch.advance(0)[0].output, expected(&Job { rounds: 1, ..JOB }));
        batch.load(Job { length: 0, ..JOB }, ()).unwrap();
        assert!(batch.advance(1)[0].output.is_empty(), "at once, whatever the rounds");
        assert!(batch.advance(1).is_empty(), "an empty batch does nothing");
    }
}
