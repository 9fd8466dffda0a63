//! What administrators do, on a store of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use daemun_auth::hashing::{Hasher, HashingOptions};
use daemun_auth::mail::Mailer;
use daemun_auth::passwords::Decoys;
use daemun_auth::private_log::PrivateLog;
use daemun_auth::settings::SecretKey;
use daemun_auth::{Background, Clock, Random, Settings};
use daemun_mediawiki::password::{HashSpec, Pbkdf2Algo, StoredPassword};
use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::{Holder, LogEntry, Store, StoreOptions};

use super::*;

const NOW: Timestamp = Timestamp(1_800_000_000);

struct World {
    environment: Environment,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = StoreOptions {
            data_folder: folder.path().to_owned(),
            name: "wiki".to_owned(),
            wiki_id: "wiki".to_owned(),
            table_prefix: String::new(),
        };
        let mut settings = Settings::defaults("wiki", SecretKey::new(vec![1; 32]));
        settings.password_default =
            HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha512, rounds: 10, length: 64 };
        // Different bytes at each draw, the same in each run.
        let drawn = AtomicU64::new(1);
        let random = Random::from_fn(move |bytes| {
            for byte in bytes {
                let next =
                    drawn.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                *byte = next.to_be_bytes()[0];
            }
        });
        let environment = Environment {
            store: Store::open(&options).await.unwrap(),
            settings: Arc::new(settings),
            hasher: Hasher::start(HashingOptions::new(1, 4)).unwrap(),
            clock: Clock::from_fn(|| NOW),
            random,
            decoys: Decoys::default(),
            mailer: Mailer::off(),
            private_log: PrivateLog::off(),
            background: Background::here(),
        };
        Self { environment, _folder: folder }
    }

    async fn user(&self, name: &str, groups: &[&str]) -> Account {
        let user = NewUser {
            name: name.to_owned(),
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            email: String::new(),
        };
        let (name, _) =
            create(&self.environment, user, &Password::new("right horse battery")).await.unwrap();
        self.find(&name).await
    }

    async fn find(&self, name: &str) -> Account {
        find(&self.environment, name).await.unwrap()
    }

    async fn log(&self, kind: &str) -> Vec<LogEntry> {
        self.environment.store.log.list(kind, 10).await.unwrap()
    }

    async fn session_of(&self, account: &Account) {
        let id = "s".repeat(32);
        let sessions = &self.environment.store.sessions;
        let holder = Holder { user: account.id, at: NOW, address: "192.0.2.7", agent: "" };
        sessions.put(&id, b"a:0:{}", NOW.plus(100), Some(holder)).await.unwrap();
    }
}

fn new(name: &str) -> NewUser {
    NewUser { name: name.to_owned(), ..NewUser::default() }
}

#[tokio::test]
async fn a_new_account_has_its_name_groups_hash_and_log_entry() {
    let world = World::new().await;
    let account = world.user("william the_bot", &["bot"]).await;
    assert_eq!(account.name, "William the bot");
    assert_eq!(account.groups[0].group, "bot");
    assert!(StoredPassword::parse(&account.password).verify(b"right horse battery"));
    assert_eq!(account.token.len(), 32);
    let log = world.log("newusers").await;
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].action.as_str(), log[0].title.as_str()), ("create", "William_the_bot"));
    assert_eq!((log[0].performer_id, log[0].namespace), (account.id, 2));
    assert_eq!(log[0].params, format!("a:1:{{s:9:\"4::userid\";i:{};}}", account.id));
}

#[tokio::test]
async fn names_that_nobody_can_have_are_refused() {
    let world = World::new().await;
    world.user("William", &[]).await;
    let password = Password::new("right horse battery");
    let error = async |name| create(&world.environment, new(name), &password).await.unwrap_err();
    assert!(matches!(error("a|b").await, AccountsError::BadName(_)));
    assert!(matches!(error("192.0.2.1").await, AccountsError::BadName(_)));
    assert!(matches!(error("Maintenance script").await, AccountsError::ReservedName(_)));
    assert!(matches!(error("a@b").await, AccountsError::ReservedName(_)));
    assert!(matches!(error("william").await, AccountsError::NameTaken(_)));
    assert!(matches!(
        find(&world.environment, "Nobody").await.unwrap_err(),
        AccountsError::NoSuchAccount(_)
    ));
}

#[tokio::test]
async fn the_policy_of_the_groups_is_told_in_the_wikis_words() {
    let world = World::new().await;
    let short = Password::new("ninechar!");
    create(&world.environment, new("Plain"), &short).await.unwrap();
    let sysop = NewUser { groups: vec!["sysop".to_owned()], ..new("Chief") };
    let error = create(&world.environment, sysop, &short).await.unwrap_err().to_string();
    assert!(error.contains("at least 10 characters"), "{error}");
    let empty = create(&world.environment, new("Empty"), &Password::new("")).await;
    assert!(matches!(empty, Err(AccountsError::Policy(_))));
}

#[tokio::test]
async fn unknown_groups_grants_and_addresses_are_refused_with_advice() {
    let world = World::new().await;
    let password = Password::new("right horse battery");
    let user = NewUser { groups: vec!["sysopp".to_owned()], ..new("A") };
    let error = create(&world.environment, user, &password).await.unwrap_err().to_string();
    assert_eq!(error, "there is no group \"sysopp\"; did you mean \"sysop\"?");
    // Implicit groups are nobody's to give.
    let user = NewUser { groups: vec!["user".to_owned()], ..new("A") };
    assert!(create(&world.environment, user, &password).await.is_err());
    for email in ["x", "@x", "a b@c", "a@b c", "a@"] {
        let user = NewUser { email: email.to_owned(), ..new("A") };
        let error = create(&world.environment, user, &password).await.unwrap_err();
        assert!(matches!(error, AccountsError::BadEmail(_)), "{email}");
    }
}

#[tokio::test]
async fn the_first_start_makes_an_administrator_and_the_second_none() {
    let world = World::new().await;
    let first = create_first_administrator(&world.environment).await.unwrap().unwrap();
    assert_eq!(first.name, "Admin");
    assert_eq!(first.password.reveal().len(), 20);
    let account = world.find("Admin").await;
    let groups: Vec<&str> = account.groups.iter().map(|m| m.group.as_str()).collect();
    assert_eq!(groups, ["bureaucrat", "interface-admin", "sysop"]);
    assert!(StoredPassword::parse(&account.password).verify(first.password.reveal().as_bytes()));
    assert!(create_first_administrator(&world.environment).await.unwrap().is_none());
}

#[tokio::test]
async fn a_generated_password_is_as_long_as_the_policy_asks() {
    let mut world = World::new().await;
    let mut settings = (*world.environment.settings).clone();
    let rule = daemun_auth::policy::Rule { value: 40, suggest_change: false, force_change: false };
    let check = daemun_auth::policy::Check::MinimalPasswordLength;
    settings.password_policy.default.insert(check, rule);
    world.environment.settings = Arc::new(settings);
    let password = generate_password(&world.environment, "William", &[]);
    assert_eq!(password.reveal().len(), 40);
}

#[tokio::test]
async fn a_new_password_ends_sessions_and_voids_bot_passwords() {
    let world = World::new().await;
    let account = world.user("William", &[]).await;
    world.session_of(&account).await;
    let bot = NewBotPassword { app: "tool".to_owned(), ..NewBotPassword::default() };
    add_bot_password(&world.environment, &account, &bot).await.unwrap();
    let password = Password::new("another horse!");
    let ended = set_password(&world.environment, &account, &password, true).await.unwrap();
    assert_eq!(ended, 1);
    let after = world.find("William").await;
    assert!(StoredPassword::parse(&after.password).verify(b"another horse!"));
    assert_ne!(after.token, account.token);
    let grace = world.environment.settings.password_expire_grace;
    assert!(NOW > after.password_expires.unwrap().plus(grace), "the change cannot be skipped");
    let bots = world.environment.store.bot_passwords.list(account.id).await.unwrap();
    assert_eq!(bots[0].password, "");
}

#[tokio::test]
async fn a_password_typed_in_parts_is_the_composed_one() {
    assert_eq!(Password::new("e\u{301}").reveal(), "é");
}

#[tokio::test]
async fn ending_sessions_removes_the_records_and_changes_the_token() {
    let world = World::new().await;
    let account = world.user("William", &[]).await;
    world.session_of(&account).await;
    assert_eq!(end_sessions(&world.environment, &account).await.unwrap(), 1);
    assert_ne!(world.find("William").await.token, account.token);
}

#[tokio::test]
async fn a_block_and_its_end_are_logged_as_mediawiki_does() {
    let world = World::new().await;
    let account = world.user("William", &[]).await;
    let expiry = Expiry::parse("7d", NOW).unwrap();
    block(&world.environment, &account, "runs wild", &expiry).await.unwrap();
    let found = world.environment.store.blocks.of_user(account.id, NOW).await.unwrap().remove(0);
    assert_eq!((found.reason.as_str(), found.by_name.as_str()), ("runs wild", MAINTENANCE_SCRIPT));
    assert_eq!(found.expiry, Some(NOW.plus(604_800)));
    assert!(found.sitewide && found.create_account);
    let again = block(&world.environment, &account, "x", &expiry).await;
    assert!(matches!(again, Err(AccountsError::AlreadyBlocked(_))));

    unblock(&world.environment, &account).await.unwrap();
    let again = unblock(&world.environment, &account).await;
    assert!(matches!(again, Err(AccountsError::NotBlocked(_))));
    let log = world.log("block").await;
    let actions: Vec<(&str, &str)> =
        log.iter().map(|entry| (entry.action.as_str(), entry.params.as_str())).collect();
    let params = "a:3:{s:11:\"5::duration\";s:6:\"7 days\";\
                  s:8:\"6::flags\";s:20:\"nocreate,noautoblock\";s:8:\"sitewide\";b:1;}";
    assert_eq!(actions, [("unblock", "a:0:{}"), ("block", params)]);
    assert_eq!(log[1].comment, "runs wild");
}

#[tokio::test]
async fn the_command_line_acts_as_the_maintenance_script() {
    let world = World::new().await;
    let account = world.user("William", &["bot"]).await;
    let add = ["sysop".to_owned()];
    let groups =
        change_groups(&world.environment, &account, &add, &["bot".to_owned()]).await.unwrap();
    assert_eq!(groups, ["sysop"]);
    let script = world.find(MAINTENANCE_SCRIPT).await;
    assert_eq!((script.password.as_str(), script.token.as_str()), ("", "*** INVALID ***"));
    let log = world.log("rights").await;
    assert_eq!(log.len(), 1, "one entry for all changes");
    assert_eq!(
        (log[0].performer_id, log[0].performer_name.as_str()),
        (script.id, MAINTENANCE_SCRIPT)
    );
    assert_eq!(
        log[0].params,
        "a:4:{s:12:\"4::oldgroups\";a:1:{i:0;s:3:\"bot\";}s:12:\"5::newgroups\";a:1:{i:0;s:5:\"sysop\";}\
         s:11:\"oldmetadata\";a:1:{i:0;a:1:{s:6:\"expiry\";N;}}\
         s:11:\"newmetadata\";a:1:{i:0;a:1:{s:6:\"expiry\";N;}}}"
    );
    // Nothing to change is nothing to log.
    let account = world.find("William").await;
    change_groups(&world.environment, &account, &add, &[]).await.unwrap();
    assert_eq!(world.log("rights").await.len(), 1);
    let password = Password::new("right horse battery");
    let refused = set_password(&world.environment, &script, &password, false).await;
    assert!(matches!(refused, Err(AccountsError::SystemUser(_))));
}

#[tokio::test]
async fn a_bot_password_has_basic_and_works_from_anywhere_unless_said() {
    let world = World::new().await;
    let account = world.user("William", &[]).await;
    let bot = NewBotPassword { app: "tool".to_owned(), ..NewBotPassword::default() };
    let (_, secret) = add_bot_password(&world.environment, &account, &bot).await.unwrap();
    assert!(daemun_mediawiki::session_id::to_bytes(secret.reveal()).is_some(), "32 of [0-9a-v]");
    let stored =
        world.environment.store.bot_passwords.get(account.id, "tool").await.unwrap().unwrap();
    assert_eq!(stored.grants, "[\"basic\"]");
    assert_eq!(stored.restrictions, "{\"IPAddresses\":[\"0.0.0.0/0\",\"::/0\"]}");
    assert!(StoredPassword::parse(&stored.password).verify(secret.reveal().as_bytes()));
    let again = add_bot_password(&world.environment, &account, &bot).await;
    assert!(matches!(again, Err(AccountsError::AppTaken { .. })));
    remove_bot_password(&world.environment, &account, "tool").await.unwrap();
    let again = remove_bot_password(&world.environment, &account, "tool").await;
    assert!(matches!(again, Err(AccountsError::NoSuchApp { .. })));
}

#[tokio::test]
async fn a_bot_passwords_grants_and_ranges_are_checked() {
    let world = World::new().await;
    let account = world.user("William", &[]).await;
    let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let add = async |app: &str, grants: &[&str], ranges: &[&str]| {
        let app = app.to_owned();
        let bot = NewBotPassword { app, grants: words(grants), restrictions: words(ranges) };
        add_bot_password(&world.environment, &account, &bot).await
    };
    assert!(matches!(add("x", &["editpagee"], &[]).await, Err(AccountsError::NoSuchGrant { .. })));
    assert!(matches!(add("x", &[], &["home"]).await, Err(AccountsError::BadRange(_))));
    for app in ["", " x", &"x".repeat(33), "a\nb"] {
        assert!(matches!(add(app, &[], &[]).await, Err(AccountsError::BadApp)), "{app:?}");
    }
    add("x", &["editpage", "basic", "editpage"], &["203.0.113.0/24"]).await.unwrap();
    let stored = world.environment.store.bot_passwords.get(account.id, "x").await.unwrap().unwrap();
    assert_eq!(stored.grants, "[\"basic\",\"editpage\"]");
    assert_eq!(stored.restrictions, "{\"IPAddresses\":[\"203.0.113.0/24\"]}");
}
