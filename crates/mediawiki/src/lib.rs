//! MediaWiki's formats as pure functions: no I/O, no clock, no randomness of their own.

pub mod bot_password;
pub mod cookie;
pub mod email;
pub mod ip;
pub mod password;
pub mod php;
pub mod second_factor;
pub mod session_id;
pub mod session_record;
pub mod timestamp;
pub mod title;
pub mod token;
pub mod user_token;
pub mod username;
