//! A bot password that was made or changed; a new password is shown this once.

use daemun_messages::{Message, Param};
use daemun_store::Account;
use serde::Serialize;
use zeroize::Zeroizing;

use super::{NAME, TITLE, snippets};
use crate::page::Visit;
use crate::view::{Template, View, template};

/// What was made.
#[derive(Serialize)]
pub(crate) struct Made {
    #[serde(skip)]
    title: Message,
    said: Message,
    /// The new password and how to use it.
    password: Option<Shown>,
    list: String,
}

/// A password in the forms in which it is used.
#[derive(Serialize)]
struct Shown {
    login: String,
    password: Zeroizing<String>,
    account: String,
    /// `app@password`.
    legacy: Zeroizing<String>,
    curl: Zeroizing<String>,
    pywikibot: Zeroizing<String>,
}

impl Made {
    /// For this bot password; the keys are those of the title and of what is said.
    pub(super) fn new(
        visit: &Visit<'_>,
        account: &Account,
        app: &str,
        (title, said): (&'static str, &'static str),
        password: Option<Zeroizing<String>>,
    ) -> Self {
        let (app, name) = (app, account.name.as_str());
        Self {
            title: Message::new(title),
            said: Message::new(said).with(Param::plaintext(app)).with(Param::plaintext(name)),
            password: password
                .map(|password| shown(&visit.api.site.api_url(), name, app, password)),
            list: visit.addresses.page(TITLE, &[]),
        }
    }
}

fn shown(api: &str, account: &str, app: &str, password: Zeroizing<String>) -> Shown {
    let login = format!("{account}@{app}");
    Shown {
        curl: snippets::curl(api, &login, &password),
        pywikibot: snippets::pywikibot(account, app, &password),
        legacy: Zeroizing::new(format!("{app}@{}", password.as_str())),
        login,
        account: account.to_owned(),
        password,
    }
}

impl View for Made {
    const TEMPLATE: Template = template!("bot_password_made.html");

    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> Message {
        self.title.clone()
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let password = Zeroizing::new("0123456789abcdefghijklmnopqrstuv".to_owned());
        let sample = |title, said, password| Self {
            title: Message::new(title),
            said: Message::new(said).with("tool").with("Alice"),
            password,
            list: "/wiki/Special:BotPasswords".to_owned(),
        };
        let new = shown("http://localhost/w/api.php", "Alice", "tool", password);
        vec![
            sample("botpasswords-created-title", "botpasswords-created-body", Some(new)),
            sample("botpasswords-updated-title", "botpasswords-updated-body", None),
        ]
    }
}
