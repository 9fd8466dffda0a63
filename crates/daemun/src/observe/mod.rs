//! What the server tells of its work: a line a request, logins as events, explanations for authors
//! of clients, metrics, readiness.
//!
//! The API leaves a [`Record`] of each request; everything told is made of it here, at the edge.

mod hashes;
mod health;
mod lines;
mod listener;
mod metrics;
mod private_log;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::header::{HeaderValue, USER_AGENT};
use axum::http::{Method, Request, Response, Uri};
use daemun_action_api::Record;
use daemun_auth::hashing::{HashObserver, Hasher};
use daemun_auth::private_log::PrivateLog;
use daemun_messages::Language;
use hyper::body::Body as _;

pub(crate) use health::Probe;
use health::Readiness;
pub use listener::serve;
use metrics::Metrics;

/// Who watches requests and tells of them. Cheap to clone. By default it only writes to the log.
#[derive(Clone, Default)]
pub struct Observer(Arc<Inner>);

struct Inner {
    metrics: Option<Metrics>,
    readiness: Readiness,
    language: Language,
}

impl Default for Inner {
    fn default() -> Self {
        Self { metrics: None, readiness: Readiness::default(), language: Language::EN }
    }
}

impl Observer {
    /// Tells in this language; counts from this moment on (seconds since 1970), if at all.
    pub fn new(language: Language, counts_from: Option<i64>) -> Self {
        let metrics = counts_from.map(Metrics::new);
        Self(Arc::new(Inner { metrics, language, ..Inner::default() }))
    }

    /// Begins to watch a request.
    pub(crate) fn watch<B>(&self, request: &Request<B>, address: IpAddr) -> Watch {
        Watch {
            observer: self.clone(),
            begun: Instant::now(),
            method: request.method().clone(),
            uri: request.uri().clone(),
            agent: request.headers().get(USER_AGENT).cloned(),
            address,
            is_over: false,
        }
    }

    /// Counts a connection as open until what is answered is dropped.
    pub(crate) fn connection(&self) -> Connection {
        if let Some(metrics) = &self.0.metrics {
            metrics.connections.inc();
        }
        Connection(self.clone())
    }

    /// The same queue for password work, its hashes measured.
    #[must_use]
    pub fn measure(&self, hasher: Hasher) -> Hasher {
        let Some(metrics) = &self.0.metrics else { return hasher };
        let metrics = metrics.hashes.clone();
        let observer: HashObserver = Arc::new(move |hash| metrics.count(hash));
        hasher.observed_by(observer)
    }

    /// Counts a failure of the store outside requests.
    pub fn store_failed(&self) {
        if let Some(metrics) = &self.0.metrics {
            metrics.store_errors.inc();
        }
    }

    /// Tells of a login that was given up under way: the client went away or took too long.
    pub(crate) fn abandoned(&self, record: &Record) {
        if let Some(metrics) = &self.0.metrics {
            metrics.count_login(record);
        }
        lines::login(record, None);
    }

    /// Whether anybody counts.
    pub fn counts(&self) -> bool {
        self.0.metrics.is_some()
    }

    /// Notes how many sessions there are.
    pub fn sessions(&self, count: u64) {
        if let Some(metrics) = &self.0.metrics {
            metrics.sessions.set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    /// The server takes no more requests; those in flight go on.
    pub fn stopping(&self) {
        self.0.readiness.stop();
    }
}

/// An open connection.
pub(crate) struct Connection(Observer);

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(metrics) = &self.0.0.metrics {
            metrics.connections.dec();
        }
    }
}

/// A request under way. Dropped before its end it tells that the client went away.
pub(crate) struct Watch {
    observer: Observer,
    begun: Instant,
    method: Method,
    uri: Uri,
    agent: Option<HeaderValue>,
    address: IpAddr,
    is_over: bool,
}

impl Watch {
    /// When the request has taken so long.
    pub(crate) fn ends_at(&self, limit: Duration) -> tokio::time::Instant {
        (self.begun + limit).into()
    }

    /// The request was answered. What it was of a login goes into this log, too.
    pub(crate) fn end(
        mut self,
        response: &Response<Body>,
        record: Option<Record>,
        log: &PrivateLog,
    ) {
        self.is_over = true;
        if let Some(record) = &record {
            private_log::note(log, record, self.agent.as_ref());
        }
        let bytes = response.body().size_hint().exact();
        self.tell(Some(response.status().as_u16()), bytes, record);
    }

    fn tell(&self, status: Option<u16>, bytes: Option<u64>, record: Option<Record>) {
        let took = self.begun.elapsed();
        let record = record.unwrap_or_else(|| Record::of(self.address));
        if let Some(metrics) = &self.observer.0.metrics {
            metrics.count(status, &record, took);
        }
        let path = self.uri.path();
        if Probe::of(path).is_none() {
            lines::request(self.method.as_str(), path, status, bytes, &record, took);
        }
        lines::login(&record, Some(took));
        lines::explanation(&record, &self.observer.0.language);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.is_over {
            self.tell(None, None, None);
        }
    }
}
