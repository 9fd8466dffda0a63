//! What a configuration makes of its sources.

mod mail;
mod openid;
mod problems;
mod secret;

use std::collections::HashSet;
use std::path::PathBuf;

use daemun_auth::policy::{Check, Rule};
use daemun_auth::settings::{MainAccountLogin, RememberMe, ThrottleRule};
use daemun_mediawiki::cookie::SameSite;
use daemun_mediawiki::password::{HashSpec, Pbkdf2Algo};

use super::*;

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn sources(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Sources {
    let path = PathBuf::from("daemun.toml");
    Sources {
        file: Some(FileText { path, text: file.to_owned() }),
        environment: pairs(environment),
        flags: pairs(flags),
    }
}

fn built(sources: &Sources) -> Config {
    Config::build(sources).unwrap().0
}

fn of_file(file: &str) -> Config {
    built(&sources(file, &[], &[]))
}

fn problems(sources: &Sources) -> Vec<String> {
    Config::build(sources).err().unwrap().problems
}

fn problem_of_file(file: &str) -> String {
    let problems = problems(&sources(file, &[], &[]));
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].clone()
}

#[test]
fn without_any_source_the_defaults_hold() {
    let config = built(&Sources::default());
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.site.server, "http://127.0.0.1:8080");
    assert_eq!(config.site.api_url(), "http://127.0.0.1:8080/w/api.php");
    assert_eq!(config.site.name, "Daemun");
    assert_eq!(config.store.data_folder, PathBuf::from("data"));
    assert_eq!((config.store.name.as_str(), config.store.wiki_id.as_str()), ("wiki", "wiki"));
    assert_eq!(config.settings.cookies.prefix, "wiki");
    let spec = HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha512, rounds: 210_000, length: 64 };
    assert_eq!(config.settings.password_default, spec);
    assert_eq!(config.hashing.places, 1024);
    assert!(config.hashing.workers >= 1);
    assert!(!config.public_url_given && config.file.is_none());
    assert!(config.settings.password_reset_url.starts_with("http://127.0.0.1:8080/w/index.php"));
}

#[test]
fn the_defaults_are_those_of_auth_but_for_the_hash_and_the_pace_of_refusals() {
    let ours = built(&Sources::default()).settings;
    let mut theirs = Settings::defaults("wiki", SecretKey::new(vec![0; 32]));
    theirs.password_default = ours.password_default;
    assert_eq!(ours.refusal_step.as_millis(), 50);
    theirs.refusal_step = ours.refusal_step;
    theirs.password_reset_url.clone_from(&ours.password_reset_url);
    theirs.names = ours.names.clone();
    theirs.openid = ours.openid.clone();
    assert!(ours.openid.providers.is_empty());
    theirs.rights.add_second_factors();
    theirs.rights.add_private_log();
    theirs.second_factor.issuer.clone_from(&ours.second_factor.issuer);
    assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
}

#[test]
fn who_may_read_the_log_of_logins_goes_with_it() {
    let right = |toml: &str, group: &str| {
        built(&sources(toml, &[], &[])).settings.rights.group_has(group, "checkuser")
    };
    assert!(right("", "checkuser") && !right("", "sysop"));
    assert!(!right("login-log.enabled = false", "checkuser"));
    assert!(right("groups.sysop = { checkuser = true }", "sysop"));
    let rest = "[login-log]\nbots = false\nmax-age = 86400";
    let log = built(&sources(rest, &[], &[])).settings.private_log;
    assert_eq!((log.logins, log.bot_logins, log.max_age), (true, false, 86_400));
}

#[test]
fn a_key_for_second_factors_is_sixty_four_digits_and_their_rights_go_with_them() {
    let config = built(&sources("second-factor.enabled = false", &[], &[]));
    assert!(!config.settings.rights.group_has("user", "oathauth-enable"));
    let key = format!("second-factor.secret-key = '{}'", "aB".repeat(32));
    let config = built(&sources(&key, &[], &[]));
    assert!(config.settings.second_factor.secret_key.is_some());
    assert!(config.settings.rights.group_has("user", "oathauth-enable"));
    let taken = "groups.user = { oathauth-enable = false }";
    let config = built(&sources(taken, &[], &[]));
    assert!(!config.settings.rights.group_has("user", "oathauth-enable"));
}

#[test]
fn a_flag_is_stronger_than_the_environment_and_that_than_the_file() {
    let file = "listen = '127.0.0.1:1'\ndata = 'of the file'\nhash-queue = 1\n";
    let environment = [("DAEMUN_LISTEN", "127.0.0.1:2"), ("DAEMUN_DATA", "of the environment")];
    let config = built(&sources(file, &environment, &[("listen", "127.0.0.1:3")]));
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.store.data_folder, PathBuf::from("of the environment"));
    assert_eq!(config.hashing.places, 1);
    assert_eq!(config.file, Some(PathBuf::from("daemun.toml")));
}

#[test]
fn variables_are_keys_in_capitals() {
    let names: Vec<String> = keys::all().map(Key::variable).collect();
    assert!(names.contains(&"DAEMUN_COOKIE_SAME_SITE".to_owned()));
    // No two keys have the same variable, and none is one of the others.
    let mut all: HashSet<&str> = names.iter().map(String::as_str).collect();
    all.extend(values::OTHER_VARIABLES);
    assert_eq!(all.len(), names.len() + values::OTHER_VARIABLES.len());
    let config = built(&sources(
        "",
        &[
            ("DAEMUN_COOKIE_SAME_SITE", "Lax"),
            ("DAEMUN_COOKIE_SECURE", "true"),
            ("DAEMUN_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
            ("DAEMUN_BOT_PASSWORDS", "false"),
            ("DAEMUN_SESSION_LIFETIME", "60"),
            ("DAEMUN_GROUPS", "{ staff = { edit = true } }"),
            ("DAEMUN_THROTTLE_PASSWORD", "[]"),
            ("DAEMUN_LOG", "debug"),
            ("DAEMUN_CONFIG", "daemun.toml"),
        ],
        &[],
    ));
    assert_eq!(config.settings.cookies.same_site, Some(SameSite::Lax));
    assert_eq!(config.settings.cookies.secure, Some(true));
    assert_eq!(config.site.trusted_proxies.len(), 2);
    assert!(!config.settings.enable_bot_passwords);
    assert_eq!(config.settings.session_lifetime, 60);
    assert!(config.settings.rights.group_has("staff", "edit"));
    assert!(config.settings.password_attempt_throttle.is_empty());
}

#[test]
fn every_key_can_be_said_in_a_file() {
    let file = r#"
        listen = "[::1]:80"
        public-url = "https://wiki.example.org/"
        data = "/var/lib/daemun"
        script-path = ""
        article-path = "/$1"
        main-page = "대문"
        wiki-id = "한국"
        authentication-token-version = "2"
        session-lifetime = 600
        remember-me = "never"
        main-account-login = "abort"
        read-only = "moving"
        cors-domains = ["*.example.org"]
        show-hostnames = true
        [database]
        engine = "sqlite"
        name = "kowiki"
        table-prefix = "mw_"
        [site]
        name = "위키"
        language = "ko"
        [cookie]
        domain = ".example.org"
        secure = false
        expiration = 0
        [auto-confirm]
        age = 345600
        count = 10
        [throttle]
        password = [{ count = 3, seconds = 60 }]
        [password]
        default = "argon2id"
        argon2id.memory = 65536
    "#;
    let config = of_file(file);
    assert_eq!(config.site.server, "https://wiki.example.org");
    assert_eq!(config.site.api_url(), "https://wiki.example.org/api.php");
    assert!(config.public_url_given);
    let url = &config.settings.password_reset_url;
    assert!(url.starts_with("https://wiki.example.org/index.php?"), "{url}");
    assert_eq!(config.site.wiki_id, "한국");
    assert_eq!(config.store.wiki_id, "한국");
    assert_eq!(config.settings.wiki_id, "한국");
    assert_eq!(config.settings.cookies.prefix, "kowiki_mw_");
    assert_eq!(config.settings.cookies.secure, Some(false));
    assert_eq!(config.settings.authentication_token_version.as_deref(), Some("2"));
    assert_eq!(config.settings.remember_me, RememberMe::Never);
    assert_eq!(config.settings.main_account_login, MainAccountLogin::Abort);
    assert_eq!(config.settings.read_only.as_deref(), Some("moving"));
    assert!(config.site.host_name.is_some());
    assert_eq!(config.settings.rights.auto_confirm_count, 10);
    let rule = ThrottleRule { count: 3, seconds: 60 };
    assert_eq!(config.settings.password_attempt_throttle, [rule]);
    let spec = HashSpec::Argon2id { memory_kib: 65_536, time: 2, lanes: 1 };
    assert_eq!(config.settings.password_default, spec);
    let names = &config.settings.names;
    for (name, number) in [("위키토론", 5), ("사용자", 2)] {
        assert_eq!(names.titles.namespaces.number(name), Some(number), "{name}");
    }
}

#[test]
fn the_wiki_id_follows_the_database() {
    let config = of_file("database.name = 'a'\ndatabase.table-prefix = 'b_'");
    assert_eq!(config.store.wiki_id, "a-b_");
    assert_eq!(config.settings.cookies.prefix, "a_b_");
}

#[test]
fn an_address_that_means_all_is_opened_as_localhost() {
    assert_eq!(url_of("0.0.0.0:8080".parse().unwrap()), "http://localhost:8080");
    assert_eq!(url_of("[::]:80".parse().unwrap()), "http://localhost");
    assert_eq!(url_of("[::1]:8080".parse().unwrap()), "http://[::1]:8080");
}

#[test]
fn groups_gain_and_lose_rights_on_top_of_the_defaults() {
    let config = of_file(
        "[groups.'*']\ncreateaccount = false\n[groups.staff]\nblock = true\n[groups.new]\n",
    );
    let rights = &config.settings.rights;
    assert!(!rights.group_has("*", "createaccount") && rights.group_has("*", "read"));
    assert!(rights.group_has("staff", "block"));
    assert!(rights.explicit_groups().any(|group| group == "new"));
    assert!(rights.group_has("sysop", "block"));
}

#[test]
fn policies_change_only_what_they_say() {
    let config = of_file(
        "[password-policy.default]\nMinimalPasswordLength = 12\nPasswordNotInCommonList = false\n\
         [password-policy.groups.sysop]\nMinimalPasswordLength = { value = 16, force-change = true }\n\
         [password-policy.groups.staff]\nMinimumPasswordLengthToLogin = 1\n",
    );
    let policy = &config.settings.password_policy;
    let rule = |value, suggest_change, force_change| Rule { value, suggest_change, force_change };
    assert_eq!(policy.default[&Check::MinimalPasswordLength], rule(12, true, false));
    assert_eq!(policy.default[&Check::PasswordNotInCommonList].value, 0);
    assert_eq!(policy.default[&Check::MaximalPasswordLength].value, 4096);
    assert_eq!(policy.groups["sysop"][&Check::MinimalPasswordLength], rule(16, false, true));
    assert_eq!(policy.groups["staff"].len(), 1);
    assert_eq!(policy.groups["bot"][&Check::MinimalPasswordLength].value, 10);
}

#[test]
fn what_is_shown_can_be_read_again() {
    let file =
        "[groups.staff]\nedit = true\n[password-policy.groups.sysop]\nMinimalPasswordLength = 16\n";
    let values = Config::values(&sources(file, &[("DAEMUN_SITE_NAME", "A \"b\"")], &[])).unwrap();
    let shown = show(&values);
    assert!(shown.contains("# daemun.toml:1\n") && shown.contains("# DAEMUN_SITE_NAME\n"));
    let again = of_file(&shown);
    assert_eq!(again.site.name, "A \"b\"");
    assert!(again.settings.rights.group_has("staff", "edit"));
    assert_eq!(
        again.settings.password_policy.groups["sysop"][&Check::MinimalPasswordLength].value,
        16
    );
}

#[test]
fn the_reference_tells_of_every_key() {
    let reference = reference();
    for key in keys::all() {
        assert!(reference.contains(&format!("### `{}`", key.name)), "{}", key.name);
        assert!(reference.contains(&key.variable()));
        assert!(key.doc.ends_with('.') && key.doc.starts_with(char::is_uppercase), "{}", key.name);
        if let Some(setting) = key.mediawiki {
            for setting in setting.split(", ") {
                let page = setting.split('[').next().unwrap();
                let link = format!("[`{setting}`](https://www.mediawiki.org/wiki/Manual:{page})");
                assert!(reference.contains(&link), "{setting}");
                assert!(page.chars().skip(1).all(|c| c.is_alphanumeric() || c == '_'), "{page}");
            }
        }
        // A flag is its key's name, so that must be one.
        assert!(!key.flag || !key.name.contains('.'));
    }
}

#[test]
fn every_default_is_of_its_keys_kind() {
    let (values, problems) = Values::gather(&Sources::default());
    assert!(problems.is_empty());
    for key in keys::all() {
        if let Some((value, _)) = values.get(key.name) {
            assert!(key.kind.accept(value.clone()).is_ok(), "{} = {value}", key.name);
        }
    }
}
