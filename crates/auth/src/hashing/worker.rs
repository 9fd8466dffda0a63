//! What a thread for hashing does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use daemun_lanes::{Sha256Batch, Sha512Batch};

use super::Width;
use super::job::{Job, Kind};
use super::lanes;
use super::queue::Queue;

/// Works until there will be no more.
pub(super) fn run(queue: &Queue, width: Width) {
    let mut last = Kind::Alone;
    while let Some((kind, job)) = queue.next(last) {
        last = kind;
        let memory = job.task.memory_kib();
        // A panic in a hash must not cost the thread; whoever waits sees the sender gone.
        let _outcome = catch_unwind(AssertUnwindSafe(|| match kind {
            Kind::Sha512 => lanes::run(queue, kind, Sha512Batch::new(width), job),
            Kind::Sha256 => lanes::run(queue, kind, Sha256Batch::new(width), job),
            Kind::Alone => alone(job),
        }));
        queue.give_back(memory);
    }
}

fn alone(job: Job) {
    let begun = Instant::now();
    let done = job.task.run();
    job.finish(done, begun, 1);
}
