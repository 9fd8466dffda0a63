//! What a configuration says of mail.

use super::*;
use crate::mail::{Post, Tls, Way};
use daemun_auth::{Clock, Random};

fn post(config: &Config) -> anyhow::Result<Option<Post>> {
    Post::of(config, Clock::system(), Random::system())
}

#[test]
fn without_a_word_there_is_no_mail() {
    let config = of_file("");
    assert_eq!(config.mail.transport, Way::None);
    assert!(post(&config).unwrap().is_none());
    let mail = &config.settings.mail;
    assert!(mail.confirm_addresses && !mail.login_codes);
    assert!(mail.reset_by_name && mail.reset_by_address);
    assert_eq!((mail.reset_interval, mail.confirmation_expiry), (86_400, 604_800));
    assert_eq!(mail.reset_throttle, [ThrottleRule { count: 5, seconds: 3600 }]);
}

#[test]
fn a_mail_server_elsewhere_is_spoken_to_with_encryption() {
    let config = of_file("mail.transport = \"smtp\"");
    assert_eq!(config.mail.smtp.tls, Tls::None);
    assert_eq!(post(&config).unwrap().unwrap().place(), "the mail server localhost:25");
    let config = of_file("mail.transport = \"smtp\"\nmail.smtp.host = \"mail.example.org\"");
    assert_eq!(config.mail.smtp.tls, Tls::StartTls);
    assert_eq!(post(&config).unwrap().unwrap().place(), "the mail server mail.example.org:587");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let config = of_file(
        "mail.transport = \"smtp\"\nmail.smtp.user = \"w\"\nmail.smtp.password-file = \"none\"",
    );
    let error = format!("{:#}", post(&config).err().unwrap());
    assert!(error.starts_with("cannot read none (setting `mail.smtp.password-file`)"), "{error}");
}

#[test]
fn the_mail_servers_password_is_never_shown() {
    let sources = sources("mail.smtp.password = \"of the wiki\"", &[], &[]);
    let (config, values) = Config::build(&sources).unwrap();
    assert!(!format!("{config:?}").contains("of the wiki"));
    assert!(!show(&values).contains("of the wiki"));
    assert!(!show_json(&values).to_string().contains("of the wiki"));
}

#[test]
fn what_is_wrong_with_mail_is_said() {
    let said = problem_of_file("password-reset.routes = [\"post\"]");
    assert!(said.contains("a list of \"username\" and \"email\""), "{said}");
    let said = problem_of_file("mail.from = \"wiki\"");
    assert!(said.contains("an address, such as"), "{said}");
    let config = of_file("password-reset.routes = []");
    assert!(!config.settings.mail.reset_by_name && !config.settings.mail.reset_by_address);
}
