//! Counters, gauges and histograms, in the text format of OpenMetrics.
//!
//! Labels hold words of ours alone: names of modules that exist, outcomes, methods. What a client
//! sends never becomes one, so there is a bounded number of series.

use std::fmt::{self, Write};
use std::time::Duration;

use daemun_action_api::Record;
use daemun_auth::hashing::Load;

use super::hashes::Hashes;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

/// Upper ends of the buckets for requests, in seconds: most need a fraction of a millisecond,
/// logins as long as a hash and its queue.
const REQUEST_BUCKETS: [f64; 12] =
    [0.0002, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0, 15.0];

/// All there is to measure.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<ModuleLabels, Histogram, fn() -> Histogram>,
    logins: Family<LoginLabels, Counter>,
    places: Gauge,
    waiting: Gauge,
    pub(super) connections: Gauge,
    pub(super) hashes: Hashes,
    pub(super) store_errors: Counter,
    pub(super) sessions: Gauge,
}

/// A module by its path, `login` or `query+tokens`; nothing for what is not the API's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct ModuleName {
    action: Option<&'static str>,
    submodule: Option<&'static str>,
}

impl ModuleName {
    /// A query of several modules is a `query` and no more: else there would be a series for each
    /// mixture.
    fn of(record: &Record) -> Self {
        let submodule = match record.modules.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        Self { action: record.action, submodule }
    }
}

impl EncodeLabelValue for ModuleName {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), fmt::Error> {
        encoder.write_str(self.action.unwrap_or("none"))?;
        if let Some(submodule) = self.submodule {
            encoder.write_char('+')?;
            encoder.write_str(submodule)?;
        }
        Ok(())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ModuleLabels {
    module: ModuleName,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    module: ModuleName,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LoginLabels {
    method: &'static str,
    outcome: &'static str,
}

impl Metrics {
    pub(super) fn new(started: i64) -> Self {
        let metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(REQUEST_BUCKETS)),
            logins: Family::default(),
            places: Gauge::default(),
            waiting: Gauge::default(),
            connections: Gauge::default(),
            hashes: Hashes::default(),
            store_errors: Counter::default(),
            sessions: Gauge::default(),
        };
        metrics.registered(started)
    }

    fn registered(mut self, started: i64) -> Self {
        let start = Gauge::<i64>::default();
        start.set(started);
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        let all = &mut self.registry;
        all.register("daemun_build", "The program", build);
        all.register_with_unit("process_start_time", "Start of the process", Unit::Seconds, start);
        all.register("daemun_requests", "Requests answered", self.requests.clone());
        all.register_with_unit(
            "daemun_request_duration",
            "From the head of a request to its answer",
            Unit::Seconds,
            self.durations.clone(),
        );
        all.register("daemun_logins", "Steps of logins", self.logins.clone());
        all.register("daemun_connections", "Open connections", self.connections.clone());
        all.register(
            "daemun_hash_places",
            "Login attempts under way, bounded by hash-queue",
            self.places.clone(),
        );
        all.register("daemun_hash_waiting", "Hashes waiting for a thread", self.waiting.clone());
        self.hashes.register(all);
        all.register("daemun_store_errors", "Failures of the store", self.store_errors.clone());
        all.register(
            "daemun_sessions",
            "Sessions of accounts, counted every five minutes",
            self.sessions.clone(),
        );
        self
    }

    /// Counts a request that is over.
    pub(super) fn count(&self, status: Option<u16>, record: &Record, took: Duration) {
        let module = ModuleName::of(record);
        let outcome = outcome(status, record);
        self.requests.get_or_create(&RequestLabels { module, outcome }).inc();
        self.durations.get_or_create(&ModuleLabels { module }).observe(took.as_secs_f64());
        self.count_login(record);
        if record.failed_below {
            self.store_errors.inc();
        }
    }

    /// Counts the step of a login that a request was, if it was one.
    pub(super) fn count_login(&self, record: &Record) {
        if let Some(login) = &record.login {
            let (method, outcome) = (login.method.word(), login.outcome.word());
            self.logins.get_or_create(&LoginLabels { method, outcome }).inc();
        }
    }

    /// Everything as text.
    pub(super) fn text(&self, load: Load) -> Result<String, fmt::Error> {
        let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.places.set(whole(load.places));
        self.waiting.set(whole(load.waiting));
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// How a request ended: `ok`, `error` (an API error), `failed` (of ours), `refused` (by HTTP),
/// `gone` (the client went away).
fn outcome(status: Option<u16>, record: &Record) -> &'static str {
    match status {
        None => "gone",
        Some(_) if record.failed_below => "failed",
        Some(_) if record.error.is_some() => "error",
        Some(500..) => "failed",
        Some(400..) => "refused",
        Some(_) => "ok",
    }
}
