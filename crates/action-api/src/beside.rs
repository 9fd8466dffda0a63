//! Requests that may have a password hashed, beside all others.

use std::panic::resume_unwind;

use tokio::runtime::Handle;
use tokio::task::JoinSet;

/// Where requests run that may have a password hashed: a runtime whose threads yield to those of
/// all other requests, or where they came in.
#[derive(Clone, Default)]
pub(crate) struct Beside(Option<Handle>);

impl Beside {
    pub(crate) fn on(runtime: Handle) -> Self {
        Self(Some(runtime))
    }

    /// Does a piece of work there. It ends where nobody waits for it any more.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> T {
        let Some(runtime) = &self.0 else { return work.await };
        let mut task = JoinSet::new();
        task.spawn_on(work, runtime);
        match task.join_next().await {
            Some(Ok(done)) => done,
            // As if it had been done here.
            Some(Err(error)) if error.is_panic() => resume_unwind(error.into_panic()),
            // The program stops, and its runtimes with it.
            Some(Err(_)) | None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::sync::oneshot;

    use super::*;

    fn other_runtime() -> tokio::runtime::Runtime {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(1).thread_name("beside").enable_all().build().unwrap()
    }

    async fn thread() -> Option<String> {
        std::thread::current().name().map(str::to_owned)
    }

    #[test]
    fn work_is_done_by_the_threads_of_the_other_runtime() {
        let (here, other) = (other_runtime(), other_runtime());
        let beside = Beside::on(other.handle().clone());
        assert_eq!(here.block_on(beside.run(thread())).as_deref(), Some("beside"));
        let nowhere_else = here.block_on(Beside::default().run(thread()));
        assert_ne!(nowhere_else.as_deref(), Some("beside"));
    }

    #[test]
    fn work_that_nobody_waits_for_ends() {
        let (here, other) = (other_runtime(), other_runtime());
        let beside = Beside::on(other.handle().clone());
        let (held, dropped) = oneshot::channel::<()>();
        let work = async move {
            let _held = held;
            std::future::pending::<()>().await;
        };
        here.block_on(async {
            let waited = tokio::time::timeout(Duration::from_millis(20), beside.run(work)).await;
            assert!(waited.is_err(), "it never ends by itself");
            assert!(dropped.await.is_err(), "it is dropped");
        });
    }

    #[test]
    fn a_panic_goes_on_where_it_is_waited_for() {
        let (here, other) = (other_runtime(), other_runtime());
        let beside = Arc::new(Beside::on(other.handle().clone()));
        let waits = Arc::clone(&beside);
        let failed = here.block_on(async {
            here.spawn(async move { waits.run(async { panic!("on purpose") }).await }).await
        });
        assert!(failed.unwrap_err().is_panic());
    }
}
