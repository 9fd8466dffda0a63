//! A server that speaks MediaWiki's login API: command line, configuration, wiring.

pub mod accounts;
pub mod commands;
pub mod config;
pub mod demo;
pub mod fetch;
mod https;
pub mod logging;
pub mod mail;
pub mod observe;
pub mod serve_banner;
pub mod server;
pub mod siteverify;
pub mod wiring;
mod yielding;
