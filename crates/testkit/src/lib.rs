//! Worlds for tests: accounts, clocks, servers, transcripts, real clients.

pub mod clients;
pub mod demo;
pub mod dice;
pub mod mail;
pub mod openid_provider;
pub mod oracle;
pub mod oracle_link;
pub mod program;
pub mod real_wiki;
pub mod smtp;
pub mod transcripts;
pub mod visitor;
pub mod waiting;
pub mod world;
