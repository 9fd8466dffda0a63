//! The connection that writes a SQLite file: transactions that are shared, and their thread.
//!
//! A transaction is handed to a thread that may wait for the file, and those that come meanwhile
//! share the next one, so that its end is paid for once. To wake that thread and to be woken by it
//! costs a lone login more than the transaction itself, though. So a thread that may wait
//! ([`wait_for_files_here`]) does it on the spot while nobody else writes.

use std::cell::Cell;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::connection::{BUSY, Connection, Durability, Purpose};
use super::part::{Part, part};
use super::worker::{Answer, End, start};
use crate::error::StoreError;

/// Something for the thread to do.
enum Job {
    /// Work for the connection.
    Work(Box<dyn FnOnce(&Connection) + Send>),
    /// Work inside of a transaction, which others may share.
    Part(Box<dyn Part>),
    /// As `Part`, for the next transaction that somebody waits for, or for one of its own after
    /// [`PUT_OFF`].
    Later(Box<dyn Part>),
    /// To see after [`PUT_OFF`] whether something that was put off is still there.
    Watch,
    /// To end.
    End,
}

/// Most parts of one transaction: whoever came first waits for all of them.
const PARTS: usize = 32;

/// How long work that nobody waits for is put off, for a transaction that it can share.
const PUT_OFF: Duration = Duration::from_millis(20);

thread_local! {
    static WAITS: Cell<bool> = const { Cell::new(false) };
}

/// Tells that the calling thread may wait for files, as no other requests depend on it than such
/// as write anyway. Transactions of `objectcache` are done there while nobody else writes.
pub fn wait_for_files_here() {
    WAITS.set(true);
}

/// The writing connection and its thread, which ends when all is done.
pub(super) struct Writer {
    jobs: Sender<Job>,
    desk: Arc<Desk>,
    /// Whether commits do not wait for the disk.
    quick: bool,
    end: tokio::sync::Mutex<Option<End>>,
}

/// Where the thread and whoever does without it meet.
struct Desk {
    /// Jobs for the thread that are neither done nor put off yet.
    waiting: AtomicUsize,
    /// `None` once closed.
    pen: Mutex<Option<Pen>>,
}

/// What it takes to write.
struct Pen {
    connection: Connection,
    /// Work that nobody waits for.
    put_off: Vec<Box<dyn Part>>,
    /// Whether the thread will look after it.
    watched: bool,
}

impl Writer {
    pub(super) fn start(path: &Path, durability: Durability) -> Result<Self, StoreError> {
        let connection = Connection::open(path, Purpose::Write(durability), BUSY)?;
        connection.touch()?;
        let pen = Pen { connection, put_off: Vec::new(), watched: false };
        let desk = Arc::new(Desk { waiting: AtomicUsize::new(0), pen: Mutex::new(Some(pen)) });
        let (jobs, queue) = channel::<Job>();
        let thread = Thread { desk: Arc::clone(&desk), queue, watch_until: None };
        let end = start(path, move || {
            yield_to_readers();
            thread.run();
        })?;
        Ok(Self { jobs, desk, quick: durability == Durability::Process, end: Some(end).into() })
    }

    /// Hands work over, and gives what will bring its answer. It is done in the order in which it
    /// came, and to its end, whether or not somebody waits for the answer.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<T> {
        let (sender, answer) = oneshot::channel();
        self.hand_over(Job::Work(Box::new(move |connection| {
            let _nobody_waits = sender.send(work(connection));
        })));
        Answer::new(answer)
    }

    /// As [`Self::ask`], in a transaction. What several ask for at the same time shares one; each
    /// part is kept or undone by itself.
    pub(super) fn transact<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<T> {
        let (sender, answer) = oneshot::channel();
        let part = part(work, move |done| {
            let _nobody_waits = sender.send(done);
        });
        if let Some(part) = self.on_the_spot(part) {
            self.hand_over(Job::Part(part));
        }
        Answer::new(answer)
    }

    /// As [`Self::transact`], some time soon and with nobody who waits: `ended` is told. What is
    /// handed over later is done after it.
    pub(super) fn transact_later<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
        ended: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        let part = part(work, ended);
        let mut free = self.desk.free();
        match free.as_deref_mut() {
            Some(Some(pen)) if pen.put_off.len() < PARTS => {
                pen.put_off.push(part);
                if !std::mem::replace(&mut pen.watched, true) {
                    // Not one that counts: nothing has to wait until it is seen.
                    let _too_late = self.jobs.send(Job::Watch);
                }
            }
            _ => self.hand_over(Job::Later(part)),
        }
    }

    /// Does a part at once (but for waiting for the disk), or gives it back: where the calling thread may not wait, where somebody
    /// else writes, and where another process holds the lock.
    fn on_the_spot(&self, part: Box<dyn Part>) -> Option<Box<dyn Part>> {
        if !self.quick || !WAITS.get() {
            return Some(part);
        }
        match self.desk.free().as_deref_mut() {
            Some(Some(pen)) if pen.connection.begin_at_once().is_ok() => {
                pen.transact(Ok(()), part, || None);
                if Connection::has_left_much() {
                    self.hand_over(Job::Work(Box::new(Connection::checkpoint)));
                }
                None
            }
            _ => Some(part),
        }
    }

    fn hand_over(&self, job: Job) {
        self.desk.waiting.fetch_add(1, Ordering::AcqRel);
        // Where the thread is gone, so is the sender of the answer.
        let _too_late = self.jobs.send(job);
    }

    /// Closes the connection, after what was asked before.
    pub(super) async fn close(&self) {
        if let Some(end) = self.end.lock().await.take() {
            self.hand_over(Job::End);
            end.wait().await;
        }
    }
}

impl Desk {
    fn pen(&self) -> MutexGuard<'_, Option<Pen>> {
        self.pen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pen, if nobody has it and nobody waits for it.
    fn free(&self) -> Option<MutexGuard<'_, Option<Pen>>> {
        let pen = self.pen.try_lock().ok()?;
        (self.waiting.load(Ordering::Acquire) == 0).then_some(pen)
    }

    /// That a job is done, or has its place among what is put off.
    fn done(&self) {
        self.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Pen {
    /// Does what was put off in a transaction of its own.
    fn catch_up(&mut self) {
        if let Some(last) = self.put_off.pop() {
            let begun = self.connection.begin();
            self.transact(begun, last, || None);
        }
    }

    /// Does what was put off, then a part, then `more` in a transaction that has begun, and ends it.
    ///
    /// Parts fail seldom, so nothing is prepared for that: where one does, all is undone and done
    /// again, each part so that it can be undone by itself.
    fn transact(
        &mut self,
        begun: Result<(), StoreError>,
        part: Box<dyn Part>,
        more: impl FnMut() -> Option<Box<dyn Part>>,
    ) {
        let mut parts = std::mem::take(&mut self.put_off);
        parts.push(part);
        let mut all_well = begun.is_ok();
        for part in &mut parts {
            all_well = all_well && part.run(&self.connection);
        }
        // Where it could not begin, all who waited meanwhile are told so.
        for mut part in std::iter::from_fn(more) {
            all_well = all_well && part.run(&self.connection);
            parts.push(part);
        }
        let committed = begun.and_then(|()| {
            if all_well {
                return self.connection.commit();
            }
            self.connection.roll_back();
            if parts.len() == 1 {
                return Ok(());
            }
            self.connection.begin()?;
            parts.iter_mut().for_each(|part| part.run_apart(&self.connection));
            self.connection.commit()
        });
        // Nothing is left to undo where all went well.
        self.connection.roll_back();
        parts.into_iter().for_each(|part| part.tell(&committed));
    }
}

/// What the thread has.
struct Thread {
    desk: Arc<Desk>,
    queue: Receiver<Job>,
    /// When to look whether something is put off still.
    watch_until: Option<Instant>,
}

impl Thread {
    fn run(mut self) {
        let desk = Arc::clone(&self.desk);
        let mut held = None;
        while let Some(job) = held.take().or_else(|| self.wait()) {
            if matches!(job, Job::Watch) {
                self.watch();
                continue;
            }
            let mut pen = desk.pen();
            let Some(pen) = &mut *pen else { break };
            match job {
                Job::Part(part) => held = self.share(pen, part),
                Job::Later(part) => {
                    pen.put_off.push(part);
                    pen.watched = true;
                    self.watch();
                    if pen.put_off.len() >= PARTS {
                        pen.catch_up();
                    }
                }
                Job::Work(work) => {
                    pen.catch_up();
                    work(&pen.connection);
                }
                Job::End | Job::Watch => break,
            }
            if Connection::has_left_much() {
                pen.connection.checkpoint();
            }
            desk.done();
        }
        if let Some(mut pen) = desk.pen().take() {
            pen.catch_up();
        }
    }

    fn watch(&mut self) {
        self.watch_until.get_or_insert_with(|| Instant::now() + PUT_OFF);
    }

    /// The next job. Does what was put off when none comes in time.
    fn wait(&mut self) -> Option<Job> {
        while let Some(until) = self.watch_until {
            match self.queue.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Err(RecvTimeoutError::Timeout) => {
                    self.watch_until = None;
                    let mut pen = self.desk.pen();
                    let pen = pen.as_mut()?;
                    pen.watched = false;
                    pen.catch_up();
                }
                next => return next.ok(),
            }
        }
        self.queue.recv().ok()
    }

    /// Does a part and those that wait behind it in one transaction; gives what else was taken from
    /// the queue.
    fn share(&self, pen: &mut Pen, first: Box<dyn Part>) -> Option<Job> {
        let begun = pen.connection.begin();
        let mut next = None;
        let mut left = PARTS;
        pen.transact(begun, first, || {
            left = left.checked_sub(1)?;
            match self.queue.try_recv().ok()? {
                Job::Part(part) | Job::Later(part) => {
                    self.desk.done();
                    Some(part)
                }
                other => {
                    next = Some(other);
                    None
                }
            }
        });
        next
    }
}

/// Makes the calling thread one that yields to those that only read: what writes most is a flood of
/// logins, which has its hashes to wait for anyway. Less so than hashes do (`nice` 10), since others
/// wait for the lock that it holds.
fn yield_to_readers() {
    #[cfg(target_os = "linux")]
    let _best_effort = rustix::process::nice(5);
}

#[cfg(test)]
mod tests {
    use std::thread::{self, ThreadId};

    use super::*;

    fn writer(durability: Durability) -> (tempfile::TempDir, Writer) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        std::fs::write(&path, b"").unwrap();
        let writer = Writer::start(&path, durability).unwrap();
        (folder, writer)
    }

    fn where_it_is_done(writer: &Writer) -> Answer<ThreadId> {
        writer.transact(|connection| {
            connection.run("table", "CREATE TABLE IF NOT EXISTS one (n)", &[])?;
            Ok(thread::current().id())
        })
    }

    /// Does it on a thread of its own that may wait for files; this thread's id and the answer.
    fn where_one_may_wait<T: Send>(work: impl FnOnce() -> T + Send) -> (ThreadId, T) {
        thread::scope(|scope| {
            let thread = scope.spawn(|| {
                wait_for_files_here();
                (thread::current().id(), work())
            });
            thread.join().unwrap()
        })
    }

    #[tokio::test]
    async fn a_thread_that_may_wait_does_a_transaction_itself() {
        let (_folder, writer) = writer(Durability::Process);
        let (here, answer) = where_one_may_wait(|| where_it_is_done(&writer));
        assert_eq!(answer.get().await.unwrap(), here);
        let elsewhere = where_it_is_done(&writer).get().await.unwrap();
        assert_ne!(elsewhere, thread::current().id(), "nobody said that this thread may");
    }

    #[tokio::test]
    async fn what_waits_for_the_disk_is_left_to_the_writers_thread() {
        let (_folder, writer) = writer(Durability::Full);
        let (here, answer) = where_one_may_wait(|| where_it_is_done(&writer));
        assert_ne!(answer.get().await.unwrap(), here);
    }

    #[tokio::test]
    async fn what_was_asked_before_is_done_before() {
        let (_folder, writer) = writer(Durability::Process);
        let (_here, order) = where_one_may_wait(|| {
            // So that there is something on its way.
            let slow = writer.ask(|_| {
                thread::sleep(Duration::from_millis(50));
                Ok(Instant::now())
            });
            (slow, writer.transact(|_| Ok(Instant::now())))
        });
        assert!(order.0.get().await.unwrap() <= order.1.get().await.unwrap());

        let (seen, sees) = std::sync::mpsc::channel();
        let (_here, answer) = where_one_may_wait(|| {
            writer.transact_later(|_| Ok(()), move |done| seen.send(done.is_ok()).unwrap());
            writer.transact(move |_| Ok(()))
        });
        answer.get().await.unwrap();
        assert_eq!(sees.try_recv(), Ok(true), "it was put off until then");
    }

    #[tokio::test]
    async fn where_another_process_writes_the_writers_thread_waits_for_it() {
        let (folder, writer) = writer(Durability::Process);
        let other = rusqlite::Connection::open(folder.path().join("a.sqlite")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (here, answer) = where_one_may_wait(|| where_it_is_done(&writer));
        other.execute_batch("COMMIT").unwrap();
        assert_ne!(answer.get().await.unwrap(), here);
    }

    #[tokio::test]
    async fn a_long_log_is_brought_into_its_file() {
        let (folder, writer) = writer(Durability::Process);
        let grown = || std::fs::metadata(folder.path().join("a.sqlite")).unwrap().len();
        let insert = |megabytes: u64| {
            let text = format!("INSERT INTO one VALUES (zeroblob({megabytes} * 1000000))");
            writer.transact(move |connection| connection.run("one", &text, &[]))
        };
        where_it_is_done(&writer).get().await.unwrap();
        insert(8).get().await.unwrap();
        assert!(grown() < 1_000_000, "it is short yet");
        let (_here, answer) = where_one_may_wait(|| insert(26));
        answer.get().await.unwrap();
        // What comes next is done after it.
        where_it_is_done(&writer).get().await.unwrap();
        assert!(grown() > 33_000_000);
        insert(34).get().await.unwrap();
        where_it_is_done(&writer).get().await.unwrap();
        assert!(grown() > 67_000_000, "so it is after a transaction of the writer's thread");
    }

    #[tokio::test]
    async fn what_fails_alone_leaves_nothing_and_the_next_is_done() {
        let (_folder, writer) = writer(Durability::Process);
        where_it_is_done(&writer).get().await.unwrap();
        let insert_and = |then: &'static str| {
            writer.transact(move |connection| {
                connection.run("one", "INSERT INTO one VALUES (1)", &[])?;
                connection.run("n", then, &[])
            })
        };
        assert!(insert_and("SELECT nothing").get().await.is_err());
        let count = insert_and("SELECT COUNT(*) FROM one").get().await.unwrap();
        assert_eq!(count.rows.first().unwrap().int(0).unwrap(), 1);
    }
}
