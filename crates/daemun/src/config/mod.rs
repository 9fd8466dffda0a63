//! The configuration: what `daemun.toml`, the environment and flags say, and what follows.
//!
//! Every key is declared once, in [`keys`]. A value passes from its `sources` through its
//! `kind` into `values`, and from there into the [`Config`] that the rest of the program
//! reads.

mod captcha;
mod draft;
mod groups;
mod key;
pub mod keys;
mod kind;
mod openid;
mod policy;
mod problem;
mod secret;
mod show;
mod sources;
#[cfg(test)]
mod tests;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;

use daemun_action_api::Site;
use daemun_auth::hashing::HashingOptions;
use daemun_auth::settings::SecretKey;
use daemun_auth::{Random, Settings};
use daemun_store::StoreOptions;

pub use key::Key;
pub use problem::{ConfigError, nearest};
pub use show::{reference, show, show_json};
pub use sources::args::{ConfigArgs, NoConfigArgs};
pub use sources::{FILE_NAME, FileText, Sources};
pub use values::{Source, Values};

use crate::mail::MailConfig;
use draft::Draft;
use key::Given;

/// What the program goes by.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where operators find metrics and health, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
    /// Rules of authentication.
    pub settings: Settings,
    /// What the API says of the wiki.
    pub site: Site,
    /// Where the data is.
    pub store: StoreOptions,
    /// How mail is sent.
    pub mail: MailConfig,
    /// The service for password work.
    pub hashing: HashingOptions,
    /// The file that was read, if any.
    pub file: Option<PathBuf>,
    /// Whether `public-url` was set. When it was not and `listen` names port 0, the address is
    /// known only once the port is bound: then [`Config::set_public_url`] corrects it.
    pub public_url_given: bool,
}

/// What became of the secret key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretState {
    /// It is a value of the configuration.
    Given,
    /// It was read from this file.
    Read(PathBuf),
    /// This file is to be made at the first start.
    Absent(PathBuf),
}

impl Config {
    /// Reads everything, and makes the secret key's file when it is absent.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn load(sources: &Sources, random: &Random) -> Result<Self, ConfigError> {
        let (mut config, values) = Self::build(sources)?;
        config.settings.secret_key = secret::read_or_create(&values, random)?;
        Ok(config)
    }

    /// As [`Self::load`], but makes nothing: where there is no secret key yet, a random one stands
    /// in for it that is never kept. For looking, not for serving.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn inspect(
        sources: &Sources,
        random: &Random,
    ) -> Result<(Self, Values, SecretState), ConfigError> {
        let (mut config, values) = Self::build(sources)?;
        let (key, state) = secret::read(&values)?;
        config.settings.secret_key =
            key.unwrap_or_else(|| SecretKey::new(random.bytes::<32>().to_vec()));
        Ok((config, values, state))
    }

    /// The values in force, all of them good.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn values(sources: &Sources) -> Result<Values, ConfigError> {
        Self::build(sources).map(|(_, values)| values)
    }

    fn build(sources: &Sources) -> Result<(Self, Values), ConfigError> {
        let (values, mut problems) = Values::gather(sources);
        let mut draft = Draft::new();
        for key in keys::all() {
            let Some((value, source)) = values.get(key.name) else { continue };
            let Err(refusals) = (key.apply)(&mut draft, &Given(value)) else { continue };
            for refusal in refusals.0 {
                let given = refusal.given.unwrap_or_else(|| value.to_string());
                problems.push(values::wrong(key, source, &refusal.path, &refusal.allowed, &given));
            }
        }
        let mut config = draft.finish(&mut problems);
        if !problems.is_empty() {
            return Err(ConfigError { problems });
        }
        config.file = sources.file.as_ref().map(|file| file.path.clone());
        config.public_url_given = values.is_given("public-url");
        Ok((config, values))
    }

    /// Sets the address that people open, and what is built from it.
    pub fn set_public_url(&mut self, url: &str) {
        self.site.server = url.trim_end_matches('/').to_owned();
        self.settings.password_reset_url = self.site.password_reset_url();
        self.settings.openid.return_url = self.site.openid_return_url();
    }
}

/// The address under which a person can open what listens here. An address that means "all" is no
/// place to go to: `localhost` is.
pub fn url_of(listen: SocketAddr) -> String {
    let host = match listen.ip() {
        ip if ip.is_unspecified() => "localhost".to_owned(),
        std::net::IpAddr::V6(ip) => format!("[{ip}]"),
        std::net::IpAddr::V4(ip) => ip.to_string(),
    };
    match listen.port() {
        80 => format!("http://{host}"),
        port => format!("http://{host}:{port}"),
    }
}
