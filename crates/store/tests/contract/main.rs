//! What every engine must do. Each test gets a fresh store from [`world`]; an engine that is to
//! follow runs the same functions.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy allows these in test functions, but not in the helpers of an integration test"
)]

mod accounts;
mod blocks;
mod bot_passwords;
mod concurrency;
mod counters;
mod factors;
mod files;
mod foreign_rows;
mod log;
mod mail;
mod openid_links;
mod private_events;
mod schema;
mod sessions;
mod world;
