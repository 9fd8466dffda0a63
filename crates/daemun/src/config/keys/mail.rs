//! Mail: how it is sent, and what is done by it.

use std::path::PathBuf;

use daemun_mediawiki::email;
use toml::Value;

use super::passwords::throttle_rules;
use super::server::some;
use crate::config::key::Default::{Absent, Computed, Is};
use crate::config::key::{Key, key};
use crate::config::kind::Kind;
use crate::mail::{Hidden, Tls, Way};

const YEARS: i64 = 3_153_600_000;

pub(super) const KEYS: &[Key] = &[
    key(
        "mail.transport",
        Kind::Word(&["none", "smtp", "sendmail", "file"]),
        Is("\"none\""),
        "How mail is sent: to a mail server, to a command, or as files into a folder. `none`: not \
         at all, and what needs mail is refused.",
        |draft, given| {
            draft.config.mail.transport = match given.text() {
                "smtp" => Way::Smtp,
                "sendmail" => Way::Sendmail,
                "file" => Way::File,
                _ => Way::None,
            };
            Ok(())
        },
    )
    .mediawiki("$wgEnableEmail"),
    key(
        "mail.from",
        Kind::Text,
        Absent(
            "`wiki` at the host of `public-url`, or at `localhost` where that is a bare address",
        ),
        "The address that mail comes from.",
        |draft, given| {
            if !email::is_valid(given.text()) {
                return Err("an address, such as \"wiki@example.org\"".into());
            }
            given.text().clone_into(&mut draft.config.mail.from);
            Ok(())
        },
    )
    .mediawiki("$wgPasswordSender"),
    key(
        "mail.smtp.host",
        Kind::Text,
        Is("\"localhost\""),
        "The mail server's name.",
        |draft, given| {
            some(given.text(), "a host's name")?.clone_into(&mut draft.config.mail.smtp.host);
            Ok(())
        },
    )
    .mediawiki("$wgSMTP"),
    key(
        "mail.smtp.port",
        Kind::Whole(1, 65_535),
        Absent("25, or 587 with `starttls`, or 465 with `tls`"),
        "Its port.",
        |draft, given| {
            draft.config.mail.smtp.port = Some(given.number());
            Ok(())
        },
    )
    .mediawiki("$wgSMTP"),
    key(
        "mail.smtp.tls",
        Kind::Word(&["none", "starttls", "tls"]),
        Computed("`none` where `mail.smtp.host` is `localhost`, else `starttls`", |values| {
            let is_here = values.text("mail.smtp.host") == "localhost";
            Value::String(if is_here { "none" } else { "starttls" }.to_owned())
        }),
        "Whether the conversation is encrypted: `starttls` after its beginning, `tls` from its \
         beginning. The server's certificate must be one that this system trusts.",
        |draft, given| {
            draft.config.mail.smtp.tls = match given.text() {
                "none" => Tls::None,
                "tls" => Tls::Implicit,
                _ => Tls::StartTls,
            };
            Ok(())
        },
    ),
    key(
        "mail.smtp.user",
        Kind::Text,
        Is("\"\""),
        "Who logs in to the mail server; empty: nobody.",
        |draft, given| {
            given.text().clone_into(&mut draft.config.mail.smtp.user);
            Ok(())
        },
    )
    .mediawiki("$wgSMTP"),
    key("mail.smtp.password", Kind::Text, Is("\"\""), "With which password.", |draft, given| {
        draft.config.mail.smtp.password = Hidden::new(given.text());
        Ok(())
    })
    .mediawiki("$wgSMTP")
    .secret(),
    key(
        "mail.smtp.password-file",
        Kind::Text,
        Absent("`mail.smtp.password` is the password"),
        "A file that holds the password, in place of the value.",
        |draft, given| {
            draft.config.mail.smtp.password_file = given.some_text().map(PathBuf::from);
            Ok(())
        },
    ),
    key(
        "mail.smtp.ca-file",
        Kind::Text,
        Absent("only the system's"),
        "A file with a certificate in PEM that is trusted beside the system's.",
        |draft, given| {
            draft.config.mail.smtp.ca_file = given.some_text().map(PathBuf::from);
            Ok(())
        },
    ),
    key(
        "mail.sendmail",
        Kind::Text,
        Is("\"/usr/sbin/sendmail\""),
        "The program for `sendmail`, called as `PROGRAM -i -f FROM -- TO` with the letter on its \
         standard input.",
        |draft, given| {
            draft.config.mail.sendmail = PathBuf::from(some(given.text(), "a program")?);
            Ok(())
        },
    ),
    key(
        "mail.folder",
        Kind::Text,
        Computed("`mail` in the data folder", |values| {
            let path = PathBuf::from(values.text("data")).join("mail");
            Value::String(path.to_string_lossy().into_owned())
        }),
        "The folder for `file`: each letter becomes a file that ends with `.eml`, for its owner \
         alone to read. Nothing is ever removed there.",
        |draft, given| {
            draft.config.mail.folder = PathBuf::from(some(given.text(), "a folder")?);
            Ok(())
        },
    ),
    key(
        "mail.confirm-addresses",
        Kind::Flag,
        Is("true"),
        "Whether holders of new accounts are sent a link that confirms their address.",
        |draft, given| {
            draft.config.settings.mail.confirm_addresses = given.flag();
            Ok(())
        },
    )
    .mediawiki("$wgEmailAuthentication"),
    key(
        "mail.confirmation-expiry",
        Kind::Whole(60, YEARS),
        Is("604800"),
        "Seconds for which that link is good.",
        |draft, given| {
            draft.config.settings.mail.confirmation_expiry = given.whole();
            Ok(())
        },
    )
    .mediawiki("$wgUserEmailConfirmationTokenExpiry"),
    key(
        "mail.login-codes",
        Kind::Flag,
        Is("false"),
        "Whether a login from a network that is new for the account asks for six digits sent by \
         mail, where the address is confirmed and the account has no second factor. MediaWiki does \
         so with the extension EmailAuth. Such a login is not possible with `action=login`.",
        |draft, given| {
            draft.config.settings.mail.login_codes = given.flag();
            Ok(())
        },
    ),
    key(
        "password-reset.routes",
        Kind::Texts,
        Is("[\"username\", \"email\"]"),
        "By what a password can be reset; an empty list: not at all.",
        |draft, given| {
            let routes = given.texts();
            if routes.iter().any(|route| !matches!(*route, "username" | "email")) {
                return Err("a list of \"username\" and \"email\", either or none".into());
            }
            let mail = &mut draft.config.settings.mail;
            mail.reset_by_name = routes.contains(&"username");
            mail.reset_by_address = routes.contains(&"email");
            Ok(())
        },
    )
    .mediawiki("$wgPasswordResetRoutes"),
    key(
        "password-reset.interval",
        Kind::Whole(0, YEARS),
        Is("86400"),
        "Seconds that must pass before an account is sent another temporary password; in \
         MediaWiki's setting hours.",
        |draft, given| {
            draft.config.settings.mail.reset_interval = given.whole();
            Ok(())
        },
    )
    .mediawiki("$wgPasswordReminderResendTime"),
    key(
        "password-reset.throttle",
        Kind::Tables("[{ count = 5, seconds = 3600 }]"),
        Is("[{ count = 5, seconds = 3600 }]"),
        "How many temporary passwords may be asked for from one address; every rule must hold. \
         Who asks for more gets the usual answer, and nothing is sent.",
        |draft, given| {
            draft.config.settings.mail.reset_throttle = throttle_rules(given)?;
            Ok(())
        },
    )
    .mediawiki("$wgRateLimits"),
];
