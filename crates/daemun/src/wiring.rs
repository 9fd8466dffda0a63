//! Putting the house together: configuration, store, authentication, API, listener.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use daemun_action_api::Api;
use daemun_auth::hashing::Hasher;
use daemun_auth::passwords::Decoys;
use daemun_auth::private_log::PrivateLog;
use daemun_auth::providers::openid_connect::LONGEST;
use daemun_auth::{AuthManager, Background, Clock, Environment, Random, Sessions};
use daemun_store::Store;
use tokio::net::TcpListener;

use crate::accounts;
use crate::config::{Config, url_of};
use crate::mail;
use crate::observe::{self, Observer};
use crate::serve_banner::{Banner, quoted};
use crate::server::Threads;
use crate::yielding::YieldingThreads;
use crate::{fetch, server, siteverify};

/// How often what has expired is cleared away, and the mix of password hashes looked at again.
const HOUSEKEEPING: Duration = Duration::from_secs(300);
/// Rows cleared away at a time, so that nobody waits long for the writer.
const SWEEP: u32 = 1000;
/// How long letters under way may take when the server stops.
const MAIL_GRACE: Duration = Duration::from_secs(8);
/// How long writing the last logins down may take then.
const LOG_GRACE: Duration = Duration::from_secs(2);
/// Stored passwords that stand for the mix of all.
const SAMPLES: u32 = 1000;

/// Serves by a configuration until the process is asked to stop.
///
/// # Errors
/// When something that is needed cannot be had: the port, the data, the secret key.
pub async fn serve(mut config: Config) -> anyhow::Result<()> {
    server::raise_file_limit();
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!("cannot listen on {} (setting `listen`): is another daemun running?", config.listen)
    })?;
    let listen = listener.local_addr().context("the listener has no address")?;
    if !config.public_url_given {
        config.set_public_url(&url_of(listen));
    }
    let metrics = match config.metrics_listen {
        Some(address) => Some(TcpListener::bind(address).await.with_context(|| {
            format!("cannot listen on {address} (setting `metrics-listen`): is it taken?")
        })?),
        None => None,
    };
    let mut environment = environment(&config).await?;
    let counts_from = metrics.as_ref().map(|_| environment.clock.now().0);
    let observer = Observer::new(config.site.language.clone(), counts_from);
    environment.hasher = observer.measure(environment.hasher);
    // All threads are there before a password is made that is shown once.
    let threads = Threads::start()?;
    let logins = YieldingThreads::start()?;
    let administrator = accounts::create_first_administrator(&environment)
        .await
        .context("cannot make the first administrator")?;
    let mut config = config;
    config.site.database.1 = environment.store.engine_version().await?;
    let api = api(&config, environment.clone())?.hashing_in(logins.handle());
    let banner = Banner {
        listen,
        api_url: &api.site.api_url(),
        metrics: metrics.as_ref().and_then(|listener| listener.local_addr().ok()),
        data: &config.store.data_folder,
        config_file: config.file.as_deref(),
        program: &program(&config),
        first_administrator: administrator.as_ref().map(|a| (a.name.as_str(), a.password.reveal())),
    };
    let stop = stop_asked_for();
    // Whoever started it may have closed the terminal: that is no reason not to serve.
    let _reader_gone = writeln!(std::io::stdout().lock(), "{}", banner.text());
    let mut beside = tokio::task::JoinSet::new();
    beside.spawn(keep_house(environment.clone(), observer.clone()));
    if let Some(listener) = metrics {
        beside.spawn(observe::serve(listener, observer.clone(), environment.clone()));
    }
    server::serve_observed(listener, threads, api, observer, stop).await;
    beside.shutdown().await;
    if !environment.mailer.finish(MAIL_GRACE).await {
        tracing::warn!("some letters were not sent in time and are lost");
    }
    if !environment.private_log.finish(LOG_GRACE).await {
        tracing::warn!("the last logins were not written to the log of logins in time");
    }
    environment.store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// How commands find what this server serves: the program as it was called, with the data folder
/// where that is not the usual one.
fn program(config: &Config) -> String {
    let called = std::env::args().next().unwrap_or_else(|| "daemun".to_owned());
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let word = |text: &str| if plain(text) { text.to_owned() } else { quoted(text) };
    let folder = config.store.data_folder.to_string_lossy();
    if config.file.is_some() || folder == "data" {
        return word(&called);
    }
    format!("{} --data {}", word(&called), word(&folder))
}

/// Opens the store and gathers what decisions need.
///
/// # Errors
/// When the store cannot be opened.
pub async fn environment(config: &Config) -> anyhow::Result<Environment> {
    let folder = config.store.data_folder.display();
    let store = Store::open(&config.store)
        .await
        .with_context(|| format!("cannot open the data in {folder}"))?;
    let decoys = Decoys::default();
    decoys.learn(&store.accounts.password_samples(SAMPLES).await?);
    let (clock, random) = (Clock::system(), Random::system());
    let (settings, background) = (Arc::new(config.settings.clone()), Background::here());
    Ok(Environment {
        private_log: PrivateLog::start(&store, &settings, &clock, &background),
        store,
        settings,
        hasher: Hasher::start(config.hashing).context("cannot start the threads for hashes")?,
        mailer: mail::mailer(config, clock.clone(), random.clone())?,
        background,
        clock,
        random,
        decoys,
    })
}

/// The API over an environment.
///
/// # Errors
/// When what providers need cannot be had.
pub fn api(config: &Config, mut environment: Environment) -> anyhow::Result<Api> {
    environment.mailer = environment.mailer.in_the_name_of(mail::sender(&config.site));
    let sessions = Sessions::new(environment.clone());
    let providers = siteverify::providers(&environment.settings)?;
    let providers = fetch::with_openid(providers, &environment.settings, LONGEST)?;
    let manager = AuthManager::new(sessions, environment, providers);
    Ok(Api::new(config.site.clone(), manager))
}

async fn keep_house(environment: Environment, observer: Observer) {
    let mut clock = tokio::time::interval(HOUSEKEEPING);
    loop {
        clock.tick().await;
        if let Err(error) = housekeeping(&environment, &observer).await {
            observer.store_failed();
            tracing::warn!(%error, "housekeeping failed; it will be tried again");
        }
    }
}

async fn housekeeping(environment: &Environment, observer: &Observer) -> anyhow::Result<()> {
    let now = environment.clock.now();
    while environment.store.sweep(now, SWEEP).await? >= u64::from(SWEEP) {
        tokio::task::yield_now().await;
    }
    if environment.private_log.is_on() {
        let before = now.plus(-environment.settings.private_log.max_age);
        while environment.store.private_events.prune(before, SWEEP).await? >= u64::from(SWEEP) {
            tokio::task::yield_now().await;
        }
    }
    environment.decoys.learn(&environment.store.accounts.password_samples(SAMPLES).await?);
    if observer.counts() {
        observer.sessions(environment.store.sessions.count(now).await?);
    }
    Ok(())
}

/// Resolves when the process is asked to stop: Ctrl-C, or `SIGTERM` from a service manager. It is
/// listened for from the call on, so call it before anybody is told that the server is there.
pub(crate) fn stop_asked_for() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let signals = {
        use tokio::signal::unix::{SignalKind, signal};
        [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| {
            signal(kind)
                .inspect_err(|error| tracing::warn!(%error, "a signal to stop cannot be caught"))
                .ok()
        })
    };
    async move {
        #[cfg(unix)]
        {
            let [interrupt, terminate] = signals.map(|signal| async {
                match signal {
                    Some(mut signal) => drop(signal.recv().await),
                    None => std::future::pending().await,
                }
            });
            tokio::select! {
                () = interrupt => {}
                () = terminate => {}
            }
        }
        #[cfg(not(unix))]
        let _stopped = tokio::signal::ctrl_c().await;
        tracing::info!("stopping: requests in flight are finished first");
    }
}
