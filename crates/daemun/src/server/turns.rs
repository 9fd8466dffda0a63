//! Connections that share a thread take turns.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a connection may begin with a request. hyper answers up to sixteen that came in one piece
/// before others have their turn, which is long for those who sent one.
#[derive(Debug, Default)]
pub(super) struct Turns(AtomicBool);

impl Turns {
    /// Drives a connection. Each time that it is polled it has a turn.
    pub(super) async fn drive<T>(&self, connection: impl Future<Output = T>) -> T {
        let mut connection = pin!(connection);
        std::future::poll_fn(|cx| {
            self.0.store(true, Ordering::Relaxed);
            connection.as_mut().poll(cx)
        })
        .await
    }

    /// Takes the turn, or waits until others had theirs. To be awaited within the connection that
    /// [`Turns::drive`] drives, once at a time.
    pub(super) async fn take(&self) {
        while !self.0.swap(false, Ordering::Relaxed) {
            tokio::task::yield_now().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::task::JoinSet;

    use super::*;

    #[tokio::test]
    async fn who_has_sent_one_request_does_not_wait_for_all_of_another() {
        let answered = Arc::new(Mutex::new(Vec::new()));
        let mut connections = JoinSet::new();
        for (name, requests) in [("many", 4), ("two", 2), ("one", 1)] {
            let answered = Arc::clone(&answered);
            connections.spawn(async move {
                let turns = Turns::default();
                let conversation = async {
                    for _ in 0..requests {
                        turns.take().await;
                        answered.lock().unwrap().push(name);
                    }
                };
                turns.drive(conversation).await;
            });
        }
        connections.join_all().await;
        let answered = answered.lock().unwrap();
        let rounds = [0..3, 3..5, 5..7].map(|round| {
            let mut names = answered[round].to_vec();
            names.sort_unstable();
            names
        });
        assert_eq!(rounds, [vec!["many", "one", "two"], vec!["many", "two"], vec!["many", "many"]]);
    }
}
