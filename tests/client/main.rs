//! Logging in to wikis, this one and others, with the library and with the command.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests may fail loudly"
)]

mod library;

/// What a test ends with.
type Tested = anyhow::Result<()>;
