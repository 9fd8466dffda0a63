//! `daemun mail test`.

use anyhow::{Context, bail};
use daemun_auth::mail::{MailTransport, Mailer};
use daemun_auth::{Clock, Random};
use daemun_mediawiki::email;
use daemun_messages::{Message, Param};

use crate::config::Config;
use crate::mail::{Post, sender};

/// To whom.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  daemun mail test william@example.org")]
pub(in crate::commands) struct Test {
    /// The address
    address: String,
}

impl Test {
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<String> {
        let to = &self.address;
        if !email::is_valid(to) {
            bail!("{to:?} is no e-mail address");
        }
        let Some(post) = Post::of(config, Clock::system(), Random::system())? else {
            bail!("mail is off: set `mail.transport` to smtp, sendmail or file");
        };
        let sender = sender(&config.site);
        let subject =
            Message::new("daemun-mail-test-subject").with(Param::plaintext(&*sender.wiki));
        let text = Message::new("daemun-mail-test-text")
            .with(Param::plaintext(&*sender.wiki))
            .with(sender.main_page.as_str());
        let writer = Mailer::off().in_the_name_of(sender);
        let letter = writer.letter(to, &writer.language(None), &subject, &text);
        post.send(&letter).await.context("the letter was not sent")?;
        Ok(format!("A letter to {to} was taken by {}.\n", post.place()))
    }
}
