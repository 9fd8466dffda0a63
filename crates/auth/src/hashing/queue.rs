//! Work that waits: by kind, and in turn for all who wait.

use std::collections::{HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::Asker;
use super::job::{Job, Kind};

/// The queue. Its length is bounded by the places that those who push must hold.
pub(super) struct Queue {
    state: Mutex<State>,
    wake: Condvar,
    memory_kib: u32,
}

#[derive(Default)]
struct State {
    sha512: Line,
    sha256: Line,
    alone: Line,
    /// Threads without work.
    idle: usize,
    /// Memory of what is being done.
    memory_kib: u32,
    closed: bool,
}

/// Work of one kind. Askers take turns.
#[derive(Default)]
struct Line {
    by_asker: HashMap<Asker, VecDeque<Job>>,
    turns: VecDeque<Asker>,
    length: usize,
}

impl Line {
    fn push(&mut self, job: Job) {
        let own = self.by_asker.entry(job.asker.clone()).or_default();
        if own.is_empty() {
            self.turns.push_back(job.asker.clone());
        }
        own.push_back(job);
        self.length += 1;
    }

    fn first(&self) -> Option<&Job> {
        self.by_asker.get(self.turns.front()?)?.front()
    }

    fn pop(&mut self) -> Option<Job> {
        let asker = self.turns.pop_front()?;
        let own = self.by_asker.get_mut(&asker)?;
        let job = own.pop_front();
        if own.is_empty() {
            self.by_asker.remove(&asker);
        } else {
            self.turns.push_back(asker);
        }
        self.length = self.length.saturating_sub(usize::from(job.is_some()));
        job
    }
}

impl State {
    fn line(&mut self, kind: Kind) -> &mut Line {
        match kind {
            Kind::Sha512 => &mut self.sha512,
            Kind::Sha256 => &mut self.sha256,
            Kind::Alone => &mut self.alone,
        }
    }

    /// The next of a kind for which there is memory and somebody who waits.
    fn pop(&mut self, kind: Kind, most_kib: u32) -> Option<Job> {
        loop {
            let first = self.line(kind).first()?;
            let (unwanted, needed) = (first.is_unwanted(), first.task.memory_kib());
            let memory = self.memory_kib.saturating_add(needed);
            if !unwanted && memory > most_kib {
                return None;
            }
            let job = self.line(kind).pop()?;
            if !unwanted {
                self.memory_kib = memory;
                return Some(job);
            }
        }
    }
}

impl Queue {
    /// An empty one; what is done at a time may take so much memory.
    pub(super) fn new(memory_kib: u32) -> Self {
        Self { state: Mutex::default(), wake: Condvar::new(), memory_kib }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// Jobs that no thread has taken.
    pub(super) fn waiting(&self) -> usize {
        let state = self.lock();
        state.sha512.length + state.sha256.length + state.alone.length
    }

    pub(super) fn push(&self, job: Job) {
        let kind = job.task.kind();
        self.lock().line(kind).push(job);
        self.wake.notify_one();
    }

    /// Waits for work; of another kind than the `last` if there is any, so that none is put off
    /// for ever. `None` when there will be no more.
    pub(super) fn next(&self, last: Kind) -> Option<(Kind, Job)> {
        let mut state = self.lock();
        loop {
            let others = Kind::ALL.into_iter().filter(|kind| *kind != last);
            for kind in others.chain([last]) {
                if let Some(job) = state.pop(kind, self.memory_kib) {
                    return Some((kind, job));
                }
            }
            if state.closed {
                return None;
            }
            state.idle += 1;
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle = state.idle.saturating_sub(1);
        }
    }

    /// More work of a kind for a thread that is at it, unless another thread has nothing to do.
    pub(super) fn more(&self, kind: Kind) -> Option<Job> {
        let mut state = self.lock();
        if state.idle > 0 { None } else { state.pop(kind, self.memory_kib) }
    }

    /// Whether work of another kind waits.
    pub(super) fn has_other(&self, kind: Kind) -> bool {
        let mut state = self.lock();
        Kind::ALL.into_iter().any(|other| other != kind && state.line(other).length > 0)
    }

    /// Memory is free again.
    pub(super) fn give_back(&self, memory_kib: u32) {
        if memory_kib > 0 {
            let mut state = self.lock();
            state.memory_kib = state.memory_kib.saturating_sub(memory_kib);
            self.wake.notify_all();
        }
    }

    /// No more will come.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_all();
    }
}
