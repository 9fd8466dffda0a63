//! What is measured of password work.

use daemun_auth::hashing::{HashOutcome, Measured};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper ends of the buckets for hashes and the wait for them, in seconds.
const TIMES: [f64; 10] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 15.0];

/// The same for how many are computed together.
const WIDTHS: [f64; 4] = [1.0, 2.0, 4.0, 8.0];

/// Counters of hashes; clones count in the same place.
#[derive(Clone)]
pub(super) struct Hashes {
    done: Family<Labels, Counter>,
    waits: Histogram,
    durations: Histogram,
    widths: Histogram,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    algorithm: &'static str,
    outcome: &'static str,
}

impl Default for Hashes {
    fn default() -> Self {
        Self {
            done: Family::default(),
            waits: Histogram::new(TIMES),
            durations: Histogram::new(TIMES),
            widths: Histogram::new(WIDTHS),
        }
    }
}

impl Hashes {
    pub(super) fn register(&self, all: &mut Registry) {
        all.register("daemun_hashes", "Hashes computed", self.done.clone());
        all.register_with_unit(
            "daemun_hash_wait",
            "Wait of a hash for a thread",
            Unit::Seconds,
            self.waits.clone(),
        );
        all.register_with_unit(
            "daemun_hash_duration",
            "Computing a hash",
            Unit::Seconds,
            self.durations.clone(),
        );
        all.register(
            "daemun_hash_batch",
            "Hashes that were computed together with one at its end, itself included",
            self.widths.clone(),
        );
    }

    pub(super) fn count(&self, hash: &Measured) {
        let outcome = match hash.outcome {
            HashOutcome::Fits => "fits",
            HashOutcome::Differs => "differs",
            HashOutcome::Made => "made",
            HashOutcome::Failed => "failed",
        };
        self.done.get_or_create(&Labels { algorithm: hash.algorithm, outcome }).inc();
        self.waits.observe(hash.waited.as_secs_f64());
        self.durations.observe(hash.took.as_secs_f64());
        self.widths.observe(f64::from(u32::try_from(hash.together).unwrap_or(u32::MAX)));
    }
}
