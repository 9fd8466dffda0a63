//! A wiki of one test's own, in this process: its clock is set, its randomness is repeated, its
//! rows can be looked at.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use daemun::server::Threads;
use daemun_action_api::{Api, Site};
use daemun_auth::hashing::{Hasher, HashingOptions};
use daemun_auth::mail::Mailer;
use daemun_auth::passwords::Decoys;
use daemun_auth::private_log::PrivateLog;
use daemun_auth::providers::Providers;
use daemun_auth::settings::SecretKey;
use daemun_auth::{AuthManager, Background, Clock, Environment, Random, Sessions, Settings};
use daemun_mediawiki::ip::Range;
use daemun_mediawiki::password::{HashSpec, Pbkdf2Algo};
use daemun_mediawiki::session_record::SessionRecord;
use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::{BotPassword, NewAccount, Store, StoreOptions};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::visitor::Visitor;

/// The time at which every world begins.
pub const BEGINNING: Timestamp = Timestamp(1_795_325_407);

/// Rows of a query, each column as text.
pub type Rows = Vec<Vec<Option<String>>>;

/// A wiki of one test's own.
pub struct World {
    runtime: Runtime,
    /// The rules in force, the store, the queue for password work.
    pub environment: Environment,
    site: Site,
    origin: String,
    extend: fn(&mut Providers),
    clock: Arc<AtomicI64>,
    _folder: TempDir,
}

/// What a test may have otherwise.
pub struct Rules {
    /// Rules of authentication. Passwords are hashed cheaply.
    pub settings: Settings,
    /// What the API says of the wiki. This machine counts as a proxy, so that visitors can come
    /// from any address.
    pub site: Site,
    /// Threads that hash passwords.
    pub hash_workers: usize,
    /// Attempts that may wait for them.
    pub hash_queue: usize,
    /// What is changed of the providers.
    pub extend: fn(&mut Providers),
    /// Who sends letters; nobody, unless the test says otherwise.
    pub mailer: Mailer,
}

/// Counts hashes of passwords.
#[derive(Clone, Debug, Default)]
pub struct HashCount(Arc<AtomicUsize>);

impl HashCount {
    /// Those since it was asked last.
    pub fn take(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}

/// PBKDF2 as MediaWiki has it, with so many rounds.
pub fn pbkdf2(rounds: u32) -> HashSpec {
    HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha512, rounds, length: 64 }
}

impl World {
    /// A world with MediaWiki's rules.
    pub fn new() -> Result<Self> {
        Self::with(|_| {})
    }

    /// A world with other rules.
    pub fn with(tweak: impl FnOnce(&mut Rules)) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .context("starting tokio")?;
        let folder = tempfile::tempdir().context("making a folder for the data")?;
        let options = StoreOptions {
            data_folder: folder.path().join("data"),
            name: "wiki".to_owned(),
            wiki_id: "wiki".to_owned(),
            table_prefix: String::new(),
        };
        let store = runtime.block_on(Store::open(&options))?;
        let clock = Arc::new(AtomicI64::new(BEGINNING.0));
        let mut rules = rules();
        tweak(&mut rules);
        rules.settings.names.titles.namespaces = rules.site.namespaces();
        let hasher = Hasher::start(HashingOptions::new(rules.hash_workers, rules.hash_queue))?;
        let time = Arc::clone(&clock);
        let settings = Arc::new(rules.settings);
        let clock_of_all = Clock::from_fn(move || Timestamp(time.load(Ordering::SeqCst)));
        let background = Background::of(&runtime);
        let environment = Environment {
            private_log: PrivateLog::start(&store, &settings, &clock_of_all, &background),
            store,
            settings,
            hasher,
            clock: clock_of_all,
            random: repeatable(),
            decoys: Decoys::default(),
            mailer: rules.mailer,
            background,
        };
        let mut world = Self {
            runtime,
            environment,
            site: rules.site,
            origin: String::new(),
            extend: rules.extend,
            clock,
            _folder: folder,
        };
        world.origin = world.serve(world.environment.clone(), world.site.clone())?;
        Ok(world)
    }

    /// Another server beside the first: same store, same clock, same queue, other rules. Nothing
    /// else is shared, so with no change this is what a restart leaves.
    pub fn another_server(&self, tweak: impl FnOnce(&mut Settings, &mut Site)) -> Result<String> {
        let (mut settings, mut site) = ((*self.environment.settings).clone(), self.site.clone());
        tweak(&mut settings, &mut site);
        settings.names.titles.namespaces = site.namespaces();
        let environment = Environment { settings: Arc::new(settings), ..self.environment.clone() };
        self.serve(environment, site)
    }

    /// Another server for the same wiki at the same address, as stands behind a load balancer or
    /// in the place of one that was stopped; answers where it listens itself.
    pub fn server_behind_the_same_address(&self) -> Result<String> {
        let (environment, site) = (self.environment.clone(), self.site.clone());
        self.serve_as(environment, site, Some(&self.origin))
    }

    fn serve(&self, environment: Environment, site: Site) -> Result<String> {
        self.serve_as(environment, site, None)
    }

    /// Serves what people know by `address`, or else by where it listens.
    fn serve_as(
        &self,
        mut environment: Environment,
        mut site: Site,
        address: Option<&str>,
    ) -> Result<String> {
        let listener = self.runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
        let origin = format!("http://{}", listener.local_addr()?);
        site.server = address.unwrap_or(&origin).to_owned();
        environment.mailer = environment.mailer.in_the_name_of(daemun::mail::sender(&site));
        let api = extended(environment, site, self.extend)?;
        let threads = Threads::start()?;
        self.runtime.spawn(daemun::server::serve(listener, threads, api, std::future::pending()));
        Ok(origin)
    }

    /// Starts a server whose hashes are counted: visitors who come from now on come to it.
    pub fn count_hashes(&mut self) -> Result<HashCount> {
        let count = HashCount::default();
        let counted = Arc::clone(&count.0);
        let hasher = self.environment.hasher.clone().observed_by(Arc::new(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
        }));
        self.environment.hasher = hasher;
        self.origin = self.serve(self.environment.clone(), self.site.clone())?;
        Ok(count)
    }

    /// The API without a server before it.
    pub fn api(&self) -> Api {
        api(self.environment.clone(), self.site.clone(), Providers::standard())
    }

    /// The manager of a server of this world, to be spoken to without HTTP.
    pub fn manager(&self) -> Result<AuthManager> {
        let (environment, mut site) = (self.environment.clone(), self.site.clone());
        site.server.clone_from(&self.origin);
        Ok(extended(environment, site, self.extend)?.manager)
    }

    /// Where the server is.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Somebody new.
    pub fn visitor(&self) -> Visitor {
        Visitor::at(&self.origin)
    }

    /// Runs something of the store's to its end.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// What is remembered.
    pub fn store(&self) -> &Store {
        &self.environment.store
    }

    /// The time in this world.
    pub fn now(&self) -> Timestamp {
        self.environment.clock.now()
    }

    /// Lets so many seconds pass.
    pub fn pass_seconds(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Lets so many minutes pass.
    pub fn pass_minutes(&self, minutes: i64) {
        self.pass_seconds(minutes * 60);
    }

    /// An account with this password, hashed as the rules say; answers its id.
    pub fn add_account(&self, name: &str, password: &str) -> Result<u64> {
        self.add_account_with(name, password, |_| {})
    }

    /// As [`Self::add_account`], with more to it.
    pub fn add_account_with(
        &self,
        name: &str,
        password: &str,
        tweak: impl FnOnce(&mut NewAccount),
    ) -> Result<u64> {
        let mut account = NewAccount {
            name: name.to_owned(),
            password: self.hash(password)?,
            token: self.environment.random.hex32(),
            registration: self.now(),
            ..NewAccount::default()
        };
        tweak(&mut account);
        self.run(self.store().accounts.add(&account, None)).with_context(|| name.to_owned())
    }

    /// An account whose row holds this in `user_password`.
    pub fn add_account_hashed(&self, name: &str, stored: &str) -> Result<u64> {
        self.add_account_with(name, "", |account| stored.clone_into(&mut account.password))
    }

    /// A password as the rules say it is stored.
    pub fn hash(&self, password: &str) -> Result<String> {
        let spec = self.environment.settings.password_default;
        Ok(spec.hash(password.as_bytes(), &self.environment.random.bytes())?)
    }

    /// A bot password that may do anything from anywhere; answers the password.
    pub fn add_bot_password(&self, user_id: u64, app: &str) -> Result<String> {
        self.add_bot_password_with(user_id, app, |_| {})
    }

    /// As [`Self::add_bot_password`], with more to it.
    pub fn add_bot_password_with(
        &self,
        user_id: u64,
        app: &str,
        tweak: impl FnOnce(&mut BotPassword),
    ) -> Result<String> {
        let password = self.environment.random.password(32);
        let mut bot = BotPassword {
            user_id,
            app_id: app.to_owned(),
            password: self.hash(&password)?,
            token: self.environment.random.hex32(),
            restrictions: r#"{"IPAddresses":["0.0.0.0/0","::/0"]}"#.to_owned(),
            grants: r#"["basic","highvolume","editpage"]"#.to_owned(),
        };
        tweak(&mut bot);
        self.run(self.store().bot_passwords.insert_or_replace(&bot))?;
        Ok(password)
    }

    /// Runs SQL on the accounts' file.
    pub fn sql(&self, sql: &str) -> Result<Rows> {
        self.run(self.store().execute_for_tests(sql)).with_context(|| sql.to_owned())
    }

    /// Runs SQL on the file of sessions and counters.
    pub fn cache_sql(&self, sql: &str) -> Result<Rows> {
        self.run(self.store().execute_on_cache_for_tests(sql)).with_context(|| sql.to_owned())
    }

    /// The first column of the first row; empty for NULL.
    pub fn value(&self, sql: &str) -> Result<String> {
        let rows = self.sql(sql)?;
        let row = rows.into_iter().next().with_context(|| format!("no row: {sql}"))?;
        Ok(row.into_iter().next().flatten().unwrap_or_default())
    }

    /// The ids of all sessions that have a record.
    pub fn recorded_sessions(&self) -> Result<Vec<String>> {
        let rows = self.cache_sql(
            "SELECT substr(keyname, 16) FROM objectcache \
             WHERE substr(keyname, 1, 15) = 'wiki:MWSession:' ORDER BY keyname",
        )?;
        Ok(rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect())
    }

    /// The living record of a session. What only marks a dead id is none.
    pub fn session_record(&self, id: &str) -> Result<Option<SessionRecord>> {
        let stored = self.run(self.store().sessions.get(id, self.now()))?;
        Ok(stored.and_then(|stored| SessionRecord::parse(&stored.value).ok()))
    }

    /// The ids of all sessions that live.
    pub fn living_sessions(&self) -> Result<Vec<String>> {
        let mut living = Vec::new();
        for id in self.recorded_sessions()? {
            if self.session_record(&id)?.is_some() {
                living.push(id);
            }
        }
        Ok(living)
    }

    /// The count of a throttle by its whole key.
    pub fn counter(&self, key: &str) -> Result<u32> {
        Ok(self.run(self.store().counters.get(key, self.now()))?)
    }

    /// How many counters of throttles there are.
    pub fn counters(&self) -> Result<usize> {
        let sql = "SELECT keyname FROM objectcache WHERE keyname LIKE '%throttler%'";
        Ok(self.cache_sql(sql)?.len())
    }
}

/// How long other servers may take to answer: less than in earnest, so that nobody waits.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The API with all that the settings and the test ask for.
fn extended(environment: Environment, site: Site, extend: fn(&mut Providers)) -> Result<Api> {
    let mut settings = (*environment.settings).clone();
    settings.openid.return_url = site.openid_return_url();
    let providers = daemun::siteverify::providers(&settings)?;
    let mut providers = daemun::fetch::with_openid(providers, &settings, PATIENCE)?;
    extend(&mut providers);
    let environment = Environment { settings: Arc::new(settings), ..environment };
    Ok(api(environment, site, providers))
}

fn api(environment: Environment, site: Site, providers: Providers) -> Api {
    let sessions = Sessions::new(environment.clone());
    Api::new(site, AuthManager::new(sessions, environment, providers))
}

fn rules() -> Rules {
    let mut site = Site::at("http://localhost", "wiki");
    site.trusted_proxies = Range::parse("127.0.0.1").into_iter().collect();
    let key = SecretKey::new(b"the secret of a world, for tests only".to_vec());
    let mut settings = Settings::defaults("wiki", key);
    settings.password_default = pbkdf2(10);
    let mailer = Mailer::off();
    Rules { settings, site, hash_workers: 2, hash_queue: 512, extend: |_| {}, mailer }
}

/// The same bytes in every run: SplitMix64 over a counter.
fn repeatable() -> Random {
    let count = AtomicU64::new(0);
    Random::from_fn(move |bytes| {
        for chunk in bytes.chunks_mut(8) {
            let state = count.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let drawn = (mixed ^ (mixed >> 31)).to_le_bytes();
            for (to, from) in chunk.iter_mut().zip(drawn) {
                *to = from;
            }
        }
    })
}
