//! A server that speaks MediaWiki's login API: command line, configuration, wiring.

pub mod accounts;
pub mod commands;
pub mod config;
pub mod demo;
pub mod fetch;
pub mod logging;
pub mod observe;
pub mod serve_banner;
pub mod server;
pub mod siteverify;
pub mod wiring;
