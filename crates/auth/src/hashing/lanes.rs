//! Several hashes at once.

use std::time::{Duration, Instant};

use daemun_lanes::{Batch, Word};

use super::courtesy::Courtesy;
use super::job::{Job, Kind, Pbkdf2Input};
use super::queue::Queue;

/// Rounds between two looks into the queue, and at who else wants the processor: about 0.1 ms.
const ROUNDS: u32 = 300;

/// Lanes of a crowd begin within this part of the time that a hash takes: one in eight. At 30 000
/// rounds that is a login every third of a millisecond, a bit longer than all else of one takes.
const SPREAD: u32 = 8;

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
    let mut courtesy = Courtesy::new();
    let may_go_on = || began.elapsed() < PATIENCE || !queue.has_other(kind);
    // Rounds until the next lane may begin.
    let mut apart = load(queue, &mut batch, first);
    loop {
        // Lanes that begin one after the other also end so, and whoever needs no hash does not come
        // behind a whole batch of logins that are answered at once.
        if apart == 0
            && batch.free() > 0
            && may_go_on()
            && let Some(job) = queue.more(kind)
        {
            apart = load(queue, &mut batch, job);
        }
        apart = apart.saturating_sub(ROUNDS);
        if batch.is_empty() {
            return;
        }
        let together = batch.len();
        for done in batch.advance(ROUNDS) {
            let Begun { job, at } = done.tag;
            let ended = job.task.end(&done.output);
            job.finish(ended, at, together);
        }
        courtesy.let_others_in();
        batch.retain(|begun| !begun.job.is_unwanted());
    }
}

/// Puts a job into a free lane. Gives the rounds after which the next may begin: when more wait than
/// find a lane, as many as spread the lanes over a part of the time that a hash takes.
fn load<W: Word>(queue: &Queue, batch: &mut Batch<Begun, W>, job: Job) -> u32 {
    let at = Instant::now();
    let Some(Pbkdf2Input { password, salt, rounds, length }) = job.task.pbkdf2() else {
        // The parameters cannot be followed: to do it says so.
        let done = job.task.run();
        job.finish(done, at, 1);
        return 0;
    };
    let lane = daemun_lanes::Job { password: &password, salt: &salt, rounds, length };
    if batch.load(lane, Begun { job, at }).is_err() {
        tracing::error!("a hash found no lane and was not computed");
    }
    let lanes = batch.len() + batch.free();
    if queue.waiting() < lanes {
        return 0;
    }
    let steps = u32::try_from(lanes).unwrap_or(u32::MAX).saturating_mul(SPREAD);
    rounds.checked_div(steps).unwrap_or_default()
}
