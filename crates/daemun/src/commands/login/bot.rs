//! `action=login`, for bot passwords.

use daemun_client::{Field, FieldKind, Wiki};
use daemun_messages::Message;
use zeroize::Zeroizing;

use super::Login;
use super::fill::{Filling, as_json};
use super::outcome::Outcome;
use super::words::Words;

/// Logs in.
pub(super) async fn log_in(login: &Login, wiki: &Wiki, words: &Words) -> anyhow::Result<Outcome> {
    let mut filling = Filling::new(login, words);
    let field = |name: &str, label, sensitive| Field {
        name: name.to_owned(),
        kind: if sensitive { FieldKind::Password } else { FieldKind::Text },
        label: words.say(&Message::new(label)),
        help: String::new(),
        value: None,
        optional: false,
        sensitive,
    };
    let asked = [
        field("username", "daemun-login-bot-name", false),
        field("password", "daemun-login-bot-password", true),
    ];
    let given = login.bot.as_deref().or(login.sources.user());
    let mut said: Vec<Zeroizing<String>> =
        given.map(|name| Zeroizing::new(name.to_owned())).into_iter().collect();
    for field in asked.iter().skip(said.len()) {
        let answer = match (filling.sources.answer(field, true)?, &filling.terminal) {
            (Some(answer), _) => answer,
            (None, Some(terminal)) => terminal.insist(&field.label, field.sensitive)?,
            (None, None) => {
                let fields = as_json(std::slice::from_ref(field), None);
                return Ok(Outcome::Unanswered { fields, names: vec![field.name.clone()] });
            }
        };
        said.push(answer);
    }
    let [name, password] = said.as_slice() else { anyhow::bail!("name and password are two") };
    let who = wiki.login_bot(name, password).await?;
    Ok(Outcome::LoggedIn { username: who.name, api: wiki.api().to_string(), file: None })
}
