//! The threads that serve connections.

use std::io;
use std::sync::{Arc, mpsc};
use std::thread::{self, available_parallelism};

use anyhow::Context;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// One thread a processor, each with connections of its own. Threads that share them wake each other
/// whenever something comes, most often for nothing; a request to the API is too short for that.
pub struct Threads(Vec<Thread>);

struct Thread {
    runtime: Handle,
    /// Held here, and by each connection that it serves.
    load: Arc<()>,
    /// The thread ends when this is dropped.
    _until: oneshot::Sender<()>,
}

impl Threads {
    /// Starts one for each processor.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn start() -> anyhow::Result<Self> {
        Self::start_some(available_parallelism().map_or(1, usize::from))
            .context("cannot start the threads for connections")
    }

    fn start_some(count: usize) -> io::Result<Self> {
        (0..count).map(|_| Thread::start()).collect::<io::Result<Vec<_>>>().map(Self)
    }

    /// Has a connection served by the thread that has the fewest.
    pub(super) fn serve<F: Future<Output = ()> + Send>(
        &self,
        stream: TcpStream,
        conversations: &mut JoinSet<()>,
        serve: impl FnOnce(TcpStream) -> F + Send + 'static,
    ) {
        let load = |thread: &&Thread| Arc::strong_count(&thread.load);
        // There is one always.
        let Some(thread) = self.0.iter().min_by_key(load) else { return };
        let place = Arc::clone(&thread.load);
        let conversation = async move {
            // The runtime that accepted it is told of what comes; from here on the thread's own is.
            match stream.into_std().and_then(TcpStream::from_std) {
                Ok(stream) => serve(stream).await,
                Err(error) => tracing::warn!(%error, "a connection could not be served"),
            }
            drop(place);
        };
        conversations.spawn_on(conversation, &thread.runtime);
    }
}

impl Thread {
    fn start() -> io::Result<Self> {
        let (until, ended) = oneshot::channel();
        let (told, runtime) = mpsc::sync_channel(1);
        // A runtime is made where it is dropped: not every thread may drop one.
        thread::Builder::new().name("connections".to_owned()).spawn(move || {
            match Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => {
                    let _heard = told.send(Ok(runtime.handle().clone()));
                    let _dropped = runtime.block_on(ended);
                }
                Err(error) => drop(told.send(Err(error))),
            }
        })?;
        let runtime = runtime.recv().map_err(io::Error::other)??;
        Ok(Self { runtime, load: Arc::new(()), _until: until })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::thread::ThreadId;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// A connection, and the thread that serves it until the connection is dropped.
    async fn connect(threads: &Threads, conversations: &mut JoinSet<()>) -> (TcpStream, ThreadId) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let (told, thread) = oneshot::channel();
        let serve = async move |mut stream: TcpStream| {
            told.send(thread::current().id()).unwrap();
            let _closed = stream.read(&mut [0]).await;
            let _closed = stream.shutdown().await;
        };
        threads.serve(stream, conversations, serve);
        (client, thread.await.unwrap())
    }

    #[tokio::test]
    async fn each_thread_has_the_same_part_of_the_connections() {
        let threads = Threads::start_some(3).unwrap();
        let mut conversations = JoinSet::new();
        let mut open = HashMap::<_, Vec<_>>::new();
        for _ in 0..12 {
            let (client, thread) = connect(&threads, &mut conversations).await;
            open.entry(thread).or_default().push(client);
        }
        assert_eq!(open.values().map(Vec::len).collect::<Vec<_>>(), [4, 4, 4]);
        assert!(!open.contains_key(&thread::current().id()));
    }

    #[tokio::test]
    async fn a_new_connection_goes_where_others_have_ended() {
        let threads = Threads::start_some(2).unwrap();
        let mut conversations = JoinSet::new();
        let mut open = Vec::new();
        for _ in 0..6 {
            open.push(connect(&threads, &mut conversations).await);
        }
        let (_, freed) = open.pop().unwrap();
        conversations.join_next().await.unwrap().unwrap();
        let (_client, thread) = connect(&threads, &mut conversations).await;
        assert_eq!(thread, freed);
    }
}
