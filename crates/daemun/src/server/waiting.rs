//! Connections on which nothing comes.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Since when a connection waits for the head of a request. hyper has a limit of its own for that,
/// which makes and drops a timer for each request; here there is one for the connection.
#[derive(Debug)]
pub(super) struct Waiting(AtomicI64);

/// While a request is answered.
const BUSY: i64 = i64::MIN;

impl Waiting {
    /// A connection that was just opened.
    pub(super) fn new() -> Self {
        Self(AtomicI64::new(now()))
    }

    /// The head of a request is there.
    pub(super) fn end(&self) {
        self.0.store(BUSY, Ordering::Relaxed);
    }

    /// The request is answered.
    pub(super) fn begin(&self) {
        self.0.store(now(), Ordering::Relaxed);
    }

    /// Resolves when nothing came for so long.
    pub(super) async fn lasts(&self, limit: Duration) {
        let limit = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
        loop {
            let left = match self.0.load(Ordering::Relaxed) {
                BUSY => limit,
                since => since.saturating_add(limit).saturating_sub(now()),
            };
            if left <= 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(left.unsigned_abs())).await;
        }
    }
}

/// Milliseconds of a clock that is cheap to read and a few of them late.
fn now() -> i64 {
    #[cfg(target_os = "linux")]
    let time = clock_gettime(ClockId::MonotonicCoarse);
    #[cfg(not(target_os = "linux"))]
    let time = clock_gettime(ClockId::Monotonic);
    time.tv_sec.saturating_mul(1000).saturating_add(time.tv_nsec / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_millis(100);

    async fn is_over_within(waiting: &Waiting, time: Duration) -> bool {
        tokio::time::timeout(time, waiting.lasts(LIMIT)).await.is_ok()
    }

    #[tokio::test]
    async fn a_connection_on_which_nothing_comes_is_given_up() {
        let waiting = Waiting::new();
        assert!(!is_over_within(&waiting, LIMIT / 2).await);
        assert!(is_over_within(&waiting, LIMIT * 5).await);
    }

    #[tokio::test]
    async fn while_a_request_is_answered_nobody_waits() {
        let waiting = Waiting::new();
        waiting.end();
        assert!(!is_over_within(&waiting, LIMIT * 3).await);
        waiting.begin();
        assert!(!is_over_within(&waiting, LIMIT / 2).await);
        assert!(is_over_within(&waiting, LIMIT * 5).await);
    }
}
