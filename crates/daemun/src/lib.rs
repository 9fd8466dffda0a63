//! A server that speaks MediaWiki's login API.

pub mod accounts;
pub mod config;
