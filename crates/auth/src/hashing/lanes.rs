//! Several hashes at once.

use std::time::{Duration, Instant};

use daemun_lanes::{Batch, Word};

use super::job::{Job, Kind, Pbkdf2Input};
use super::queue::Queue;

/// Rounds between two looks into the queue: a fraction of a millisecond.
const ROUNDS: u32 = 500;

/// How long lanes are filled anew while work of another kind waits.
const PATIENCE: Duration = Duration::from_millis(100);

/// A job in a lane.
pub(super) struct Begun {
    job: Job,
    at: Instant,
}

/// Does a job, and whatever comes meanwhile and finds a lane free.
pub(super) fn run<W: Word>(queue: &Queue, kind: Kind, mut batch: Batch<Begun, W>, first: Job) {
    let began = Instant::now();
    let may_go_on = || began.elapsed() < PATIENCE || !queue.has_other(kind);
    load(&mut batch, first);
    loop {
        // One a pass: lanes that begin one after the other also end so, and whoever needs no hash
        // does not come behind a whole batch of logins that are answered at once.
        if batch.free() > 0
            && may_go_on()
            && let Some(job) = queue.more(kind)
        {
            load(&mut batch, job);
        }
        if batch.is_empty() {
            return;
        }
        let together = batch.len();
        for done in batch.advance(ROUNDS) {
            let Begun { job, at } = done.tag;
            let ended = job.task.end(&done.output);
            job.finish(ended, at, together);
        }
        batch.retain(|begun| !begun.job.is_unwanted());
    }
}

/// Puts a job into a free lane.
fn load<W: Word>(batch: &mut Batch<Begun, W>, job: Job) {
    let at = Instant::now();
    let Some(Pbkdf2Input { password, salt, rounds, length }) = job.task.pbkdf2() else {
        // The parameters cannot be followed: to do it says so.
        let done = job.task.run();
        return job.finish(done, at, 1);
    };
    let lane = daemun_lanes::Job { password: &password, salt: &salt, rounds, length };
    if batch.load(lane, Begun { job, at }).is_err() {
        tracing::error!("a hash found no lane and was not computed");
    }
}
