//! Logging in to wikis, this one and others, with the library and with the command.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests may fail loudly"
)]

mod command;
mod examples;
mod hostile;
mod library;
mod real_mediawiki;

/// What a test ends with.
type Tested = anyhow::Result<()>;
