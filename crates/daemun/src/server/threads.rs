//! The threads that serve connections.

use std::future::Future;
use std::io;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// One thread a processor, each with a runtime of its own. A connection stays with the thread that
/// got it: requests are so short that handing them from thread to thread, as a common runtime does,
/// would be a good part of the work. They end when this is dropped.
pub(super) struct Threads {
    threads: Vec<Thread>,
    given: usize,
}

struct Thread {
    runtime: Handle,
    /// The thread runs as long as this is there.
    _running: oneshot::Sender<()>,
}

impl Threads {
    /// Starts them.
    ///
    /// # Errors
    /// When the system gives no more threads or files.
    pub(super) fn start() -> io::Result<Self> {
        let count = thread::available_parallelism().map_or(1, usize::from);
        let threads = (0..count).map(|_| Thread::start()).collect::<io::Result<_>>()?;
        Ok(Self { threads, given: 0 })
    }

    /// Gives work to the thread whose turn it is.
    pub(super) fn give(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        self.given = self.given.wrapping_add(1);
        let turn = self.given.checked_rem(self.threads.len()).unwrap_or_default();
        if let Some(thread) = self.threads.get(turn) {
            thread.runtime.spawn(work);
        }
    }
}

impl Thread {
    fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (running, over) = oneshot::channel::<()>();
        thread::Builder::new().name("connections".to_owned()).spawn(move || {
            let _nobody_sends = runtime.block_on(over);
        })?;
        Ok(Self { runtime: handle, _running: running })
    }
}
