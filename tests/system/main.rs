//! The whole system, seen from outside.
//!
//! Files are named for what somebody does. Most tests talk over HTTP to a wiki of their own
//! (`World`, with a clock that is set, or `Home`, the program as a process).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests may fail loudly"
)]

mod addresses;
mod administering;
mod any_order;
mod asking_about_accounts;
mod asking_about_pages;
mod asking_about_passwords;
mod browser;
mod captchas;
mod changing_credentials;
mod clients;
mod command_line;
mod crash;
mod creating_accounts;
mod crowd;
mod demo;
mod documentation;
mod documents;
mod ending_sessions;
mod explaining;
mod forms;
mod front;
mod hostile;
mod logging_in;
mod mailing;
mod managing;
mod moving;
mod observing;
mod openid;
mod page_weight;
mod pages;
mod pages_creating_accounts;
mod pages_frame;
mod pages_signing_in;
mod passwords;
mod recorded;
mod sandbox;
mod second_factors;
mod securing;
mod sessions;
mod sessions_of_bots;
mod starting;
mod texts;
mod throttling;

/// What a test ends with.
type Tested = anyhow::Result<()>;
