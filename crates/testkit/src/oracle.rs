//! The wikis that the transcripts were recorded on, as ours: the same rows, the same settings, the
//! same switches.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use daemun::server::Threads;
use daemun_action_api::{Api, Site};
use daemun_auth::hashing::{Hasher, HashingOptions};
use daemun_auth::passwords::Decoys;
use daemun_auth::private_log::PrivateLog;
use daemun_auth::providers::Providers;
use daemun_auth::providers::captcha::settings::{CaptchaKind, Question};
use daemun_auth::providers::openid_connect::{LONGEST, OpenIdProvider};
use daemun_auth::settings::{SecretKey, ThrottleRule};
use daemun_auth::{AuthManager, Background, Clock, Environment, Random, Sessions, Settings};
use daemun_mediawiki::cookie::SameSite;
use daemun_mediawiki::ip::Range;
use daemun_mediawiki::second_factor::FactorKey;
use daemun_store::{Store, StoreOptions};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::mail::Letters;
use crate::oracle_link::OracleLink;
use crate::transcripts::{Cell, Table, Wiki, read_world, to_sqlite};

/// Reasons of blocks, which the recorded rows refer to by number.
const COMMENT: &str = "INSERT INTO comment (comment_id, comment_hash, comment_text) VALUES (2, 0, 'Vandalism [[Main Page|test]]')";

/// Ours in the place of the recorded wikis.
pub struct Oracle {
    runtime: Runtime,
    store: Store,
    hasher: Hasher,
    world: Vec<Table>,
    origins: Mutex<HashMap<(String, Vec<String>), String>>,
    _folder: TempDir,
}

impl Oracle {
    /// Wikis with the rows of this `world.json`.
    ///
    /// # Errors
    /// When it cannot be read, or no database can be made.
    pub fn new(world: &Path) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .context("starting tokio")?;
        let folder = tempfile::tempdir().context("making a folder for the database")?;
        let options = StoreOptions {
            data_folder: folder.path().to_owned(),
            name: "wiki".to_owned(),
            wiki_id: "wiki".to_owned(),
            table_prefix: String::new(),
        };
        let store = runtime.block_on(Store::open(&options))?;
        Ok(Self {
            runtime,
            store,
            hasher: Hasher::start(HashingOptions::new(2, 64))?,
            world: read_world(world)?,
            origins: Mutex::default(),
            _folder: folder,
        })
    }

    fn start(&self, kind: &str, switches: &[String]) -> Result<String> {
        let listener = self.runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
        let origin = format!("http://{}", listener.local_addr()?);
        let mut site = Site::at(&origin, "wiki145");
        site.name = "Oracle Wiki".to_owned();
        site.article_path = "/w/index.php?title=$1".to_owned();
        site.trusted_proxies = Range::parse("127.0.0.1").into_iter().collect();
        let mut settings = settings(&site);
        match kind {
            // What these wikis have besides is still to come; what they share with the plain one
            // must be equal already.
            "base" | "link" => settings.second_factor.enabled = false,
            "oidc" => {
                settings.second_factor.enabled = false;
                openid(&mut settings, &site);
            }
            "captcha" => {
                settings.second_factor.enabled = false;
                ask_about_korea(&mut settings);
            }
            "oath" | "oathfix" => settings.rights.add_second_factors(),
            "combined" => {
                settings.rights.add_second_factors();
                ask_about_korea(&mut settings);
                openid(&mut settings, &site);
            }
            "private" => {
                settings.second_factor.enabled = false;
                for right in ["read", "edit", "createaccount"] {
                    settings.rights.set("*", right, false);
                }
            }
            other => bail!("a wiki of the kind {other} is not there yet"),
        }
        for switch in switches {
            apply(switch, &mut settings, &mut site)?;
        }
        let environment = Environment {
            store: self.store.clone(),
            settings: Arc::new(settings),
            hasher: self.hasher.clone(),
            clock: Clock::system(),
            random: Random::system(),
            decoys: Decoys::default(),
            // Recorded where mail was on.
            mailer: Letters::default().mailer(),
            private_log: PrivateLog::off(),
            background: Background::of(&self.runtime),
        };
        let sessions = Sessions::new(environment.clone());
        let mut providers = Providers::standard();
        providers = daemun::fetch::with_openid(providers, &environment.settings, LONGEST)?;
        if kind == "link" {
            providers.primary.push(Box::new(OracleLink::new(&origin)));
        }
        let manager = AuthManager::new(sessions, environment, providers);
        let api = Api::new(site, manager);
        let threads = Threads::start()?;
        self.runtime.spawn(daemun::server::serve(listener, threads, api, std::future::pending()));
        Ok(origin)
    }

    fn run(&self, sql: &str) -> Result<()> {
        self.runtime
            .block_on(self.store.execute_for_tests(sql))
            .with_context(|| format!("running {}", sql.chars().take(200).collect::<String>()))?;
        Ok(())
    }
}

fn settings(site: &Site) -> Settings {
    let key = SecretKey::new(b"the secret of the oracle, for tests only".to_vec());
    let mut settings = Settings::defaults("wiki", key);
    settings.authentication_token_version = Some("1".to_owned());
    settings.reauthentication.by_bots = true;
    settings.password_reset_url = site.password_reset_url();
    settings.names.titles.namespaces = site.namespaces();
    settings
}

/// One provider with a button; nobody answers at its address.
fn openid(settings: &mut Settings, site: &Site) {
    let mut provider = OpenIdProvider::new("oracle", "https://id.oracle.invalid", "wiki");
    "Log in with Oracle ID".clone_into(&mut provider.label);
    provider.creates_accounts = true;
    settings.openid.providers.push(provider);
    settings.openid.return_url = site.openid_return_url();
    settings.openid.without_linking = true;
    settings.rights.set("*", "autocreateaccount", true);
}

/// The captcha of the recorded wikis.
fn ask_about_korea(settings: &mut Settings) {
    let question = Question {
        text: "What is the capital of Korea?".to_owned(),
        answers: vec!["Seoul".to_owned(), "서울".to_owned()],
    };
    settings.captcha.kind = Some(CaptchaKind::Question);
    settings.captcha.questions = vec![question];
}

/// The switches of `tests/transcripts/FORMAT.md`.
fn apply(switch: &str, settings: &mut Settings, site: &mut Site) -> Result<()> {
    match switch {
        "nothrottle" => {
            settings.password_attempt_throttle.clear();
            settings.second_factor.attempt_throttle.clear();
        }
        "oathsecretkey" => {
            settings.second_factor.secret_key = FactorKey::from_hex(&"ab".repeat(32));
        }
        "blockdisableslogin" => settings.block_disables_login = true,
        "nobotpasswords" => settings.enable_bot_passwords = false,
        "readonly" => settings.read_only = Some("Oracle is read-only for a test".to_owned()),
        "lowcreatethrottle" => {
            settings.account_creation_throttle = vec![ThrottleRule { count: 1, seconds: 86_400 }];
        }
        "confirmlink" => settings.confirm_link = true,
        "nocreate" => settings.rights.set("*", "createaccount", false),
        "cors" => site.cors_domains = vec!["trusted.example".to_owned()],
        "samesite" => settings.cookies.same_site = Some(SameSite::None),
        "loginattempt-always" => settings.captcha.triggers.login_attempt = true,
        other => bail!("the switch {other} is not there yet"),
    }
    Ok(())
}

impl Wiki for Oracle {
    fn reset(&self, _kind: &str) -> Result<()> {
        // The installer's count: it makes the main page, which is one edit.
        let mut sql = String::from(
            "DELETE FROM comment; DELETE FROM logging; DELETE FROM user_former_groups; \
             DELETE FROM user_properties; DELETE FROM sqlite_sequence; \
             UPDATE site_stats SET ss_users = 1, ss_total_pages = 1, ss_total_edits = 1;",
        );
        for table in &self.world {
            sql.push_str(&format!("DELETE FROM \"{}\";", table.name));
        }
        for table in &self.world {
            for row in &table.rows {
                let (columns, values): (Vec<_>, Vec<_>) = row
                    .iter()
                    .map(|(column, cell)| (format!("\"{column}\""), literal(cell)))
                    .unzip();
                sql.push_str(&format!(
                    "INSERT INTO \"{}\" ({}) VALUES ({});",
                    table.name,
                    columns.join(","),
                    values.join(",")
                ));
            }
        }
        sql.push_str(COMMENT);
        sql.push(';');
        let ago = |seconds: i64| {
            daemun_mediawiki::timestamp::Timestamp(self.now()).plus(-seconds).to_mw()
        };
        let (day, hour) = (ago(86_400), ago(3600));
        sql.push_str(&format!(
            "UPDATE user SET user_password_expires = '{day}' WHERE user_name = 'CarolSoft';\
             UPDATE user SET user_newpass_time = '{hour}' WHERE user_name = 'CarolTemp';"
        ));
        self.run(&sql)?;
        self.runtime.block_on(self.store.execute_on_cache_for_tests(
            "DELETE FROM objectcache; DELETE FROM daemun_session_index;",
        ))?;
        Ok(())
    }

    fn origin(&self, kind: &str, settings: &[String]) -> Result<String> {
        let mut switches = settings.to_vec();
        switches.sort();
        let key = (kind.to_owned(), switches.clone());
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(origin) = origins.get(&key) {
            return Ok(origin.clone());
        }
        let origin = self.start(kind, &switches)?;
        origins.insert(key, origin.clone());
        Ok(origin)
    }

    fn sql(&self, statement: &str) -> Result<()> {
        self.run(&to_sqlite(statement)?)
    }
}

fn literal(cell: &Cell) -> String {
    match cell {
        Cell::Null => "NULL".to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Text(text) if text.contains('\0') => hex(text.as_bytes()),
        Cell::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Cell::Bytes(bytes) => hex(bytes),
    }
}

fn hex(bytes: &[u8]) -> String {
    format!("x'{}'", daemun_mediawiki::session_id::hex(bytes))
}
