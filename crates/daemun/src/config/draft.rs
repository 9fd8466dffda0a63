//! The configuration while keys are put into it, and what follows from several keys together.

use daemun_action_api::Site;
use daemun_auth::Settings;
use daemun_auth::hashing::HashingOptions;
use daemun_auth::settings::SecretKey;
use daemun_mediawiki::password::{HashSpec, Pbkdf2Algo};
use daemun_store::StoreOptions;

use super::{Config, captcha};
use crate::mail::MailConfig;

/// A [`Config`] in the making. Every key's default is applied too, so that nothing here stays as
/// it begins.
pub struct Draft {
    pub(super) config: Config,
    pub(super) hashing: Hashing,
    pub(super) captcha: captcha::Drafted,
}

/// How new passwords are hashed, method and parameters apart.
pub(super) struct Hashing {
    pub(super) method: String,
    pub(super) algorithm: Pbkdf2Algo,
    pub(super) rounds: u32,
    pub(super) length: usize,
    pub(super) memory: u32,
    pub(super) time: u32,
    pub(super) lanes: u32,
    pub(super) cost: u32,
}

impl Draft {
    pub(super) fn new() -> Self {
        Self {
            config: Config {
                listen: std::net::SocketAddr::from(([127, 0, 0, 1], 8080)),
                metrics_listen: None,
                settings: Settings::defaults("", SecretKey::new(Vec::new())),
                site: Site::at("", ""),
                store: StoreOptions {
                    data_folder: std::path::PathBuf::new(),
                    name: String::new(),
                    wiki_id: String::new(),
                    table_prefix: String::new(),
                },
                mail: MailConfig::default(),
                hashing: HashingOptions::new(1, 1),
                file: None,
                public_url_given: false,
            },
            hashing: Hashing {
                method: String::new(),
                algorithm: Pbkdf2Algo::Sha512,
                rounds: 0,
                length: 0,
                memory: 0,
                time: 0,
                lanes: 0,
                cost: 0,
            },
            captcha: captcha::Drafted::default(),
        }
    }

    /// What follows from several keys. Problems are sentences.
    pub(super) fn finish(mut self, problems: &mut Vec<String>) -> Config {
        let Hashing { algorithm, rounds, length, memory, time, lanes, cost, .. } = self.hashing;
        let settings = &mut self.config.settings;
        settings.password_default = match self.hashing.method.as_str() {
            "argon2id" => HashSpec::Argon2id { memory_kib: memory, time, lanes },
            "bcrypt" => HashSpec::Bcrypt { cost },
            _ => HashSpec::Pbkdf2 { algo: algorithm, rounds, length },
        };
        if memory < lanes.saturating_mul(8) {
            problems.push(format!(
                "`password.argon2id.memory` is {memory} and `password.argon2id.lanes` is {lanes}: \
                 there must be 8 KiB of memory for each lane"
            ));
        }
        let most = self.config.hashing.memory_kib;
        if memory > most {
            problems.push(format!(
                "`password.argon2id.memory` is {memory}, but `hash-memory` allows hashes {most} KiB"
            ));
        }
        self.captcha.finish(settings, problems);
        let site = &self.config.site;
        settings.password_reset_url = site.password_reset_url();
        settings.openid.return_url = site.openid_return_url();
        // Who comes from elsewhere and has an account here is asked whether they belong together.
        settings.confirm_link = !settings.openid.providers.is_empty();
        settings.captcha.page = site.captcha_page();
        settings.names.titles.namespaces = site.namespaces();
        self.config
    }
}
