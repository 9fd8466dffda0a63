//! The Action API (<https://www.mediawiki.org/wiki/API:Main_page>): how a request becomes
//! parameters, a module runs, and a result becomes an envelope in a format.
//!
//! The way of a request: [`http`] → [`params`] → [`main_module`] → a module in [`modules`] →
//! [`output`] → [`formats`].

mod beside;
pub mod call;
pub mod cors;
pub mod error;
mod explain;
pub mod formats;
pub mod help;
pub mod http;
pub mod main_module;
pub mod module;
pub mod modules;
pub mod output;
pub mod params;
pub mod record;
pub mod site;
pub mod skin;
pub mod value;

pub use call::Call;
pub use error::{ApiError, Failure};
pub use http::Api;
pub use record::Record;
pub use site::Site;
