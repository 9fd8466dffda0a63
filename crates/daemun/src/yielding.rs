//! Threads that yield to those of all other requests.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::available_parallelism;

use anyhow::Context;
use daemun_auth::hashing::yield_to_others;
use tokio::runtime::{Builder, Handle, Runtime};

/// Where requests run that may have a password hashed. As long as a hash takes, nobody notices that
/// all else of such a request waits for others, too; and these do not notice a flood of them.
pub(crate) struct YieldingThreads {
    handle: Handle,
    /// There until the end.
    runtime: Option<Runtime>,
}

impl YieldingThreads {
    /// One for four processors.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        // Fewer than processors: they are not to be woken for each other, and what they do takes a
        // small part of the time of a hash.
        builder.worker_threads(available_parallelism().map_or(1, |count| count.get().div_ceil(4)));
        let runtime = builder.enable_all().thread_name("logins").on_thread_start(|| {
            yield_to_others();
            daemun_store::wait_for_files_here();
        });
        // Where the system gives no threads, tokio says so with a panic.
        let runtime = catch_unwind(AssertUnwindSafe(|| runtime.build()));
        let runtime = runtime
            .unwrap_or_else(|_panic| Err(io::Error::other("the system gives no more")))
            .context("cannot start the threads for logins")?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    /// Where to have work done.
    pub(crate) fn handle(&self) -> Handle {
        self.handle.clone()
    }
}

impl Drop for YieldingThreads {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // To wait for its threads is forbidden in a thread of another runtime.
            runtime.shutdown_background();
        }
    }
}
