//! Passwords hashed side by side: each is as RustCrypto hashes it alone, whatever is beside it, and
//! whenever it came.

use arbitrary::{Result, Unstructured};
use daemun_lanes::{Done, Job, Sha256Batch, Sha512Batch, Width};
use pbkdf2::pbkdf2_hmac;
use sha2::{Sha256, Sha512};

use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "lanes",
    run,
    words: &["\0", "\x01", "\x02", "\x03", "@", "~", "p@ss"],
    longest: 2048,
};

/// What is done to a batch.
enum Step {
    Load(Given),
    Advance(u32),
    /// Gives up the job of this number, if it is there.
    GiveUp(usize),
}

struct Given {
    password: Vec<u8>,
    salt: Vec<u8>,
    rounds: u32,
    length: usize,
    sha512: Vec<u8>,
    sha256: Vec<u8>,
}

fn run(bytes: &[u8]) {
    let mut given = Unstructured::new(bytes);
    let mut steps = Vec::new();
    while !given.is_empty() && steps.len() < 64 {
        steps.extend(step(&mut given));
    }
    for width in Width::available() {
        sha512(width, &steps);
        sha256(width, &steps);
    }
}

fn step(given: &mut Unstructured<'_>) -> Result<Step> {
    Ok(match given.int_in_range(0..=7)? {
        0..=4 => {
            let (password, salt) = (bytes(given)?, bytes(given)?);
            let (rounds, length) = (given.int_in_range(0..=90)?, given.int_in_range(0..=200)?);
            let (mut sha512, mut sha256) = (vec![0; length], vec![0; length]);
            pbkdf2_hmac::<Sha512>(&password, &salt, rounds, &mut sha512);
            pbkdf2_hmac::<Sha256>(&password, &salt, rounds, &mut sha256);
            Step::Load(Given { password, salt, rounds, length, sha512, sha256 })
        }
        5 | 6 => Step::Advance(given.int_in_range(0..=200)?),
        _ => Step::GiveUp(given.int_in_range(0..=63)?),
    })
}

/// A few bytes, repeated to a length that may need more than one block.
fn bytes(given: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let (length, few) = (given.int_in_range(0..=270_usize)?, given.int_in_range(0..=12_usize)?);
    let few = given.bytes(few.min(given.len()))?;
    Ok(few.iter().copied().cycle().take(length).collect())
}

/// A function that does the steps to a batch.
macro_rules! hold {
    ($hash:ident, $Batch:ident) => {
        fn $hash(width: Width, steps: &[Step]) {
            let mut batch = $Batch::new(width);
            let lanes = batch.free();
            for (number, step) in steps.iter().enumerate() {
                let (room, before) = (batch.free(), batch.len());
                assert_eq!(room + before, lanes);
                match step {
                    Step::Load(Given { password, salt, rounds, length, $hash, .. }) => {
                        let job = Job { password, salt, rounds: *rounds, length: *length };
                        assert_eq!(batch.load(job, (number, $hash)).is_ok(), room > 0);
                    }
                    Step::Advance(rounds) => {
                        let done = batch.advance(*rounds);
                        assert_eq!(done.len() + batch.len(), before, "none is lost");
                        done.iter().for_each(check);
                    }
                    Step::GiveUp(which) => batch.retain(|(number, _)| number != which),
                }
            }
            // A lane has at most seven blocks to make, and each step ends one.
            for _ in 0..7 * lanes {
                batch.advance(u32::MAX).iter().for_each(check);
            }
            assert!(batch.is_empty(), "{width:?}: every job ends");
        }
    };
}

hold!(sha512, Sha512Batch);
hold!(sha256, Sha256Batch);

fn check(done: &Done<(usize, &Vec<u8>)>) {
    assert_eq!(&*done.output, done.tag.1);
}
