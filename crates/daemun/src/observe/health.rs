//! Whether the process answers, and whether it can be given work.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use daemun_store::Store;

use super::Observer;
use crate::server::plain;

/// How long the store may take for one small read.
const PATIENCE: Duration = Duration::from_secs(2);

/// What can be asked about health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Probe {
    /// `/healthz`: does the process answer?
    Health,
    /// `/readyz`: can it be given work?
    Readiness,
}

impl Probe {
    /// The probe at a path.
    pub(crate) fn of(path: &str) -> Option<Self> {
        match path {
            "/healthz" => Some(Self::Health),
            "/readyz" => Some(Self::Readiness),
            _ => None,
        }
    }
}

#[derive(Default)]
pub(super) struct Readiness {
    stopping: AtomicBool,
}

impl Readiness {
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
    }

    async fn obstacle(&self, store: &Store) -> Option<String> {
        if self.stopping.load(Ordering::Acquire) {
            return Some("the server is stopping".to_owned());
        }
        match tokio::time::timeout(PATIENCE, store.answers()).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(format!("the store fails: {error}")),
            Err(_) => Some(format!("the store does not answer within {} s", PATIENCE.as_secs())),
        }
    }
}

impl Observer {
    /// Answers a probe. The reason why the server is not ready is for its operators alone, not for
    /// everybody who can reach it.
    pub(crate) async fn probe(
        &self,
        probe: Probe,
        store: &Store,
        for_operators: bool,
    ) -> Response<Body> {
        let obstacle = match probe {
            Probe::Health => None,
            Probe::Readiness => self.0.readiness.obstacle(store).await,
        };
        match obstacle {
            None => plain(StatusCode::OK, "ok\n"),
            Some(why) if for_operators => {
                plain(StatusCode::SERVICE_UNAVAILABLE, &format!("not ready: {why}\n"))
            }
            Some(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
        }
    }
}
