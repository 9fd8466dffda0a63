//! `daemun demo`: a server on a temporary folder with an account ready for every way a login can go,
//! for authors of clients and for their tests.

mod accounts;
mod flows;
mod openid;
pub mod openid_core;
mod page;

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use daemun_auth::{Clock, Random};
use tokio::net::TcpListener;

use crate::config::{Config, FileText, Sources, url_of};
use crate::observe::Observer;
use crate::server::Threads;
use crate::yielding::YieldingThreads;
use crate::{server, wiring};
use openid::Provider;
use page::Page;

/// The configuration.
const CONFIG: &str = include_str!("demo.toml");

/// How the demo is shown where it is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A table for people.
    Table,
    /// One line of JSON for programs.
    Json,
}

/// Serves the demo until the process is asked to stop; then all that it made is gone.
///
/// # Errors
/// When the port is taken or no temporary folder can be made.
pub async fn run(port: u16, shown: Shown) -> anyhow::Result<()> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .await
        .with_context(|| format!("cannot listen on port {port}: try --port 0"))?;
    let url = url_of(listener.local_addr().context("the listener has no address")?);
    let folder = tempfile::Builder::new()
        .prefix("daemun-demo-")
        .tempdir()
        .context("cannot make a temporary folder")?;
    let issuer = Provider::start(Clock::system(), Random::system())
        .await
        .context("cannot start the OpenID provider")?;
    let config = config(&url, folder.path(), &issuer)?;
    let environment = wiring::environment(&config).await?;
    let threads = Threads::start()?;
    let logins = YieldingThreads::start()?;
    let accounts =
        accounts::make(&environment, &issuer).await.context("cannot make the accounts")?;
    let api = wiring::api(&config, environment.clone())?.hashing_in(logins.handle());
    let flows = flows::all(&accounts, environment.clock.now());
    let text = match shown {
        Shown::Table => flows::table(&url, &api.site.api_url(), &flows),
        Shown::Json => flows::json(&url, &api.site.api_url(), &flows)?,
    };
    let page = Page::new(api.site.clone(), environment.clone(), accounts);
    let observer = Observer::new(config.site.language.clone(), None);
    let stop = wiring::stop_asked_for();
    let _reader_gone = write!(std::io::stdout().lock(), "{text}");
    let front: server::Front = Arc::new(move |request| page.answer(request));
    server::serve_with_front(listener, threads, api, observer, stop, Some(front)).await;
    environment.store.close().await;
    folder.close().context("cannot remove the temporary folder")
}

fn config(url: &str, folder: &Path, issuer: &str) -> anyhow::Result<Config> {
    let openid = format!(
        "\n[openid.demo]\nissuer = \"{issuer}\"\nclient-id = \"{}\"\nlabel = \"Demo ID\"\n",
        openid::CLIENT_ID
    );
    let flags = [("data", folder.display().to_string()), ("public-url", url.to_owned())];
    let sources = Sources {
        flags: flags.map(|(key, value)| (key.to_owned(), value)).to_vec(),
        environment: Vec::new(),
        file: Some(FileText { path: "demo.toml".into(), text: format!("{CONFIG}{openid}") }),
    };
    Ok(Config::load(&sources, &Random::system())?)
}
