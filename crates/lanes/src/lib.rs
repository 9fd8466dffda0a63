//! Many PBKDF2 at once (RFC 8018 §5.2), with HMAC-SHA512 or HMAC-SHA256, in the lanes of the
//! processor's vectors.
//!
//! ```
//! use daemun_lanes::{Job, Sha512Batch, Width};
//!
//! let mut batch = Sha512Batch::new(Width::best());
//! let job = Job { password: b"password", salt: b"salt", rounds: 2, length: 64 };
//! assert!(batch.load(job, "who asked").is_ok());
//! while !batch.is_empty() {
//!     for done in batch.advance(1000) {
//!         assert_eq!((done.tag, done.output.len()), ("who asked", 64));
//!     }
//! }
//! ```
//!
//! No clock, no I/O, no randomness, and nothing that depends on a secret but values: neither a
//! branch nor an address does.

mod batch;
mod chain;
mod hmac;
#[cfg(target_arch = "x86_64")]
#[macro_use]
mod kernel;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod width;
mod word;

pub use batch::{Batch, Done, Job, Sha256Batch, Sha512Batch};
pub use width::Width;
pub use word::Word;
