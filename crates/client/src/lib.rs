//! Logs in to MediaWiki, as [API:Login](https://www.mediawiki.org/wiki/API:Login) describes it.
//!
//! - [`Wiki`] is a wiki that one talks to: it finds `api.php`, keeps the session, asks and posts.
//! - [`Wiki::login_bot`] is `action=login`, for programs that nobody sits at.
//! - [`Wiki::begin`] is `action=clientlogin`, for people: a [`Dialogue`] of [`Step`]s.
//! - [`Builder::oauth2`] and [`Builder::oauth1`] are for those who have a token and need no login.
//!
//! Every [`Error`] says in its text what to do next.

mod address;
mod agent;
mod answers;
mod bot;
mod builder;
mod call;
mod captcha;
mod clock;
mod dialogue;
mod discovery;
mod error;
mod form;
mod html;
mod http;
mod identity;
mod jar;
mod limits;
mod oauth;
mod params;
mod step;
mod token;
mod wiki;

pub use agent::Agent;
pub use answers::Answers;
pub use bot::{LoggedIn, Refusal, RefusalKind};
pub use builder::Builder;
pub use captcha::{Captcha, Challenge, Image};
pub use dialogue::{Dialogue, Purpose};
pub use error::Error;
pub use form::{Field, FieldKind, Form, Request, Required};
pub use identity::{Block, Identity};
pub use limits::Limits;
pub use oauth::{Consumer, Grant};
pub use step::{Failed, Passed, Redirect, Restart, Step};
pub use wiki::Wiki;
