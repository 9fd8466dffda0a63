//! Worlds for tests: accounts, clocks, servers, transcripts, real clients.

pub mod clients;
pub mod oracle;
pub mod transcripts;
