//! What decides: the authentication manager, its providers, sessions, rights and policies.
//!
//! No HTTP and no SQL here. The vocabulary is MediaWiki's AuthManager's
//! (<https://www.mediawiki.org/wiki/Manual:SessionManager_and_AuthManager>).

pub mod address_change;
mod blocks;
pub mod bot_login;
pub mod bot_passwords;
pub mod confirmation;
pub mod creation;
pub mod environment;
pub mod error;
pub mod grants;
pub mod hashing;
pub mod log_access;
pub mod mail;
pub mod manager;
mod pace;
pub mod password_reset;
pub mod passwords;
pub mod policy;
pub mod private_log;
pub mod providers;
pub mod reason;
pub mod request;
pub mod response;
pub mod rights;
pub mod second_factor;
pub mod session;
pub mod settings;
pub mod throttle;
pub mod user;

pub use blocks::blocks_of;
pub use environment::{Background, Clock, Environment, Random};
pub use error::AuthError;
pub use manager::AuthManager;
pub use reason::Reason;
pub use session::{Session, Sessions};
pub use settings::Settings;
pub use user::User;
