//! Replays recorded conversations with a real MediaWiki and compares the replies.
//!
//! `format` reads the files, `send` and `wire` make the requests, `client` keeps the cookies,
//! `compare` finds what differs and `report` tells it. `tests/transcripts/FORMAT.md` says what is equal.

mod client;
mod compare;
mod format;
mod json;
mod phpvalue;
mod replay;
mod report;
mod send;
mod sqlite;
mod totp;
mod tree;
mod values;
mod waiting;
mod wire;
mod world;
mod xml;

pub use client::{Jar, SetCookie};
pub use compare::compare;
pub use format::{Body, Case, Encoding, Expect, Field, Place, Send, Step, read_cases};
pub use replay::{Wiki, replay, run};
pub use report::{Difference, Lists, Outcome, Report};
pub use sqlite::to_sqlite;
pub use totp::code_of;
pub use values::Memory;
pub use waiting::CaseList;
pub use wire::{Reply, Request, exchange};
pub use world::{Cell, Table, parse_world, read_world};
