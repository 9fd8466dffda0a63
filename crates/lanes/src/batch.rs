//! Jobs that are worked on at once.

use std::fmt;

use zeroize::Zeroizing;

use crate::chain::Chain;
use crate::width::Width;
use crate::word::Word;

/// What is to be derived. Password and salt are needed only while a batch is loaded.
#[derive(Clone, Copy)]
pub struct Job<'j> {
    /// The password, any bytes.
    pub password: &'j [u8],
    /// The salt, any bytes.
    pub salt: &'j [u8],
    /// Rounds of HMAC for each digest's length of output. Zero counts as one.
    pub rounds: u32,
    /// Bytes of output, at most 2³² − 1 digests. Whoever takes it from a stranger bounds it.
    pub length: usize,
}

/// A job's end.
pub struct Done<T> {
    /// What the job was loaded with.
    pub tag: T,
    /// The derived bytes.
    pub output: Zeroizing<Vec<u8>>,
}

/// A batch of PBKDF2-HMAC-SHA512, with a tag of any type for each job.
pub type Sha512Batch<T> = Batch<T, u64>;

/// A batch of PBKDF2-HMAC-SHA256, which has twice as many lanes.
pub type Sha256Batch<T> = Batch<T, u32>;

/// As many jobs as there are lanes, each at its own place in its own number of rounds. A lane is
/// free for the next job as soon as one is done. Named by the word of the hash.
pub struct Batch<T, W: Word> {
    width: Width,
    lanes: Vec<Lane<T, W>>,
}

struct Lane<T, W: Word> {
    tag: T,
    /// In a box, so that moving the lane leaves no secret behind.
    chain: Box<Chain<W>>,
    salt: Vec<u8>,
    rounds: u32,
    length: usize,
    /// Number of the block of output that is being made, from 1.
    block: u32,
    /// Rounds that this block still needs.
    left: u32,
    output: Zeroizing<Vec<u8>>,
}

impl<T, W: Word> Batch<T, W> {
    /// An empty batch.
    pub fn new(width: Width) -> Self {
        Self { width, lanes: Vec::with_capacity(W::lanes(width)) }
    }

    /// Its width.
    pub fn width(&self) -> Width {
        self.width
    }

    /// Jobs in it.
    pub fn len(&self) -> usize {
        self.lanes.len()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// Lanes without a job.
    pub fn free(&self) -> usize {
        W::lanes(self.width).saturating_sub(self.len())
    }

    /// Gives a job to a free lane, with whatever is to be known when it is done.
    ///
    /// # Errors
    /// The tag where no lane is free.
    pub fn load(&mut self, job: Job<'_>, tag: T) -> Result<(), T> {
        if self.free() == 0 {
            return Err(tag);
        }
        self.lanes.push(Lane::new(job, tag));
        Ok(())
    }

    /// Gives up the jobs whose tag says so.
    pub fn retain(&mut self, mut is_wanted: impl FnMut(&T) -> bool) {
        self.lanes.retain(|lane| is_wanted(&lane.tag));
    }

    /// Works until some lane has made a digest's length of output, but no more than `most_rounds` (at least
    /// one) of each lane. Gives the jobs that are done; there may be none.
    pub fn advance(&mut self, most_rounds: u32) -> Vec<Done<T>> {
        let least = self.lanes.iter().map(|lane| lane.left).min().unwrap_or(0);
        let rounds = least.min(most_rounds.max(1));
        if rounds > 0 {
            W::run(self.width, self.lanes.iter_mut().map(|lane| &mut *lane.chain), rounds);
        }
        for lane in &mut self.lanes {
            lane.left = lane.left.saturating_sub(rounds);
            if lane.left == 0 {
                lane.end_block();
            }
        }
        let done = self.lanes.extract_if(.., |lane| lane.output.len() == lane.length);
        done.map(|lane| Done { tag: lane.tag, output: lane.output }).collect()
    }
}

impl<T, W: Word> fmt::Debug for Batch<T, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("width", &self.width).field("len", &self.len()).finish()
    }
}

impl<T, W: Word> Lane<T, W> {
    fn new(job: Job<'_>, tag: T) -> Self {
        let mut lane = Self {
            tag,
            chain: Chain::new(job.password),
            salt: job.salt.to_vec(),
            rounds: job.rounds,
            length: job.length,
            block: 0,
            left: 0,
            output: Zeroizing::new(Vec::with_capacity(job.length)),
        };
        lane.begin_block();
        lane
    }

    fn begin_block(&mut self) {
        self.block = self.block.wrapping_add(1);
        self.chain.begin(&self.salt, self.block);
        self.left = self.rounds.saturating_sub(1);
    }

    fn end_block(&mut self) {
        let mut bytes = Zeroizing::new(vec![0; size_of::<[W; 8]>()]);
        W::write(&self.chain.sum, &mut bytes);
        let missing = self.length.saturating_sub(self.output.len());
        self.output.extend(bytes.iter().take(missing));
        if self.output.len() < self.length {
            self.begin_block();
        }
    }
}
