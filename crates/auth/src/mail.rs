//! Letters: what is written, and the mailer that has them carried after the answer has gone out.
//!
//! How a letter travels is the program's to say ([`MailTransport`]). Nobody who asks for something
//! waits for a mail server, and none of what a letter says is ever logged.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use daemun_messages::{Format, Language, Message};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroizing;

use crate::error::AuthError;
use crate::settings::ThrottleRule;

/// Pieces of work that may wait, each for a letter or a few.
const ROOM: u32 = 256;
/// Letters that are carried at a time.
const CARRIERS: usize = 4;
/// How long one letter may take.
const LONGEST: Duration = Duration::from_secs(30);

/// What is decided about mail. Each field names MediaWiki's setting.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// Whether holders of new accounts are asked to confirm their address
    /// (`$wgEmailAuthentication`).
    pub confirm_addresses: bool,
    /// Seconds for which the link to do so is good (`$wgUserEmailConfirmationTokenExpiry`).
    pub confirmation_expiry: i64,
    /// Whether a login from a place that is new for the account asks for a code sent by mail (the
    /// extension EmailAuth).
    pub login_codes: bool,
    /// Whether a password can be reset by the account's name (`$wgPasswordResetRoutes`).
    pub reset_by_name: bool,
    /// Whether it can by the address.
    pub reset_by_address: bool,
    /// Seconds that must pass between two temporary passwords of one account
    /// (`$wgPasswordReminderResendTime`, which is in hours).
    pub reset_interval: i64,
    /// How often somebody at one address may ask for one (`$wgRateLimits['mailpassword']`).
    pub reset_throttle: Vec<ThrottleRule>,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            confirm_addresses: true,
            confirmation_expiry: 7 * 86_400,
            login_codes: false,
            reset_by_name: true,
            reset_by_address: true,
            reset_interval: 86_400,
            reset_throttle: vec![ThrottleRule { count: 5, seconds: 3600 }],
        }
    }
}

/// A letter of plain text. What it says is wiped from memory when it is dropped.
pub struct Letter {
    /// The address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Lines of text.
    pub text: Zeroizing<String>,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Letter(…)")
    }
}

/// Why a letter was not carried: a sentence without anything that the letter says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MailError(pub String);

/// What carries letters.
#[async_trait]
pub trait MailTransport: Send + Sync {
    /// Carries one.
    ///
    /// # Errors
    /// When it was not taken.
    async fn send(&self, letter: &Letter) -> Result<(), MailError>;
}

/// What letters say of the wiki.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The wiki's name.
    pub wiki: String,
    /// The address of its main page.
    pub main_page: String,
    /// Where an address is confirmed; `$1` stands for the token.
    pub confirmation: String,
    /// The language of those who prefer none.
    pub language: Language,
}

impl Default for Sender {
    fn default() -> Self {
        Self {
            wiki: String::new(),
            main_page: String::new(),
            confirmation: "$1".to_owned(),
            language: Language::EN,
        }
    }
}

/// Has letters carried. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    post: Option<Arc<Post>>,
    sender: Arc<Sender>,
}

struct Post {
    transport: Box<dyn MailTransport>,
    room: Arc<Semaphore>,
    carriers: Semaphore,
}

/// Room for one piece of work that ends in letters.
#[derive(Debug)]
pub struct Room {
    _permit: OwnedSemaphorePermit,
}

impl Mailer {
    /// A wiki without mail.
    pub fn off() -> Self {
        Self { post: None, sender: Arc::default() }
    }

    /// Letters go this way.
    pub fn by(transport: impl MailTransport + 'static) -> Self {
        let room = usize::try_from(ROOM).unwrap_or(Semaphore::MAX_PERMITS);
        let post = Post {
            transport: Box::new(transport),
            room: Arc::new(Semaphore::new(room)),
            carriers: Semaphore::new(CARRIERS),
        };
        Self { post: Some(Arc::new(post)), sender: Arc::default() }
    }

    /// The same mailer, writing in the name of this wiki.
    #[must_use]
    pub fn in_the_name_of(mut self, sender: Sender) -> Self {
        self.sender = Arc::new(sender);
        self
    }

    /// Whether the wiki has mail at all (`$wgEnableEmail`).
    pub fn is_on(&self) -> bool {
        self.post.is_some()
    }

    /// The wiki in whose name it writes.
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// The language to write in to somebody who prefers this one, if any.
    pub fn language(&self, preferred: Option<&str>) -> Language {
        let preferred = preferred.and_then(Language::sanitise);
        preferred.unwrap_or_else(|| self.sender.language.clone())
    }

    /// A letter in a language.
    pub fn letter(
        &self,
        to: &str,
        language: &Language,
        subject: &Message,
        text: &Message,
    ) -> Letter {
        let plain = |message| daemun_messages::text(message, language, Format::Plain);
        Letter { to: to.to_owned(), subject: plain(subject), text: Zeroizing::new(plain(text)) }
    }

    /// Takes room for a piece of work.
    ///
    /// # Errors
    /// [`AuthError::Busy`] where too much waits already.
    pub fn room(&self) -> Result<Option<Room>, AuthError> {
        let Some(post) = &self.post else { return Ok(None) };
        let permit = Arc::clone(&post.room).try_acquire_owned().map_err(|_| AuthError::Busy)?;
        Ok(Some(Room { _permit: permit }))
    }

    /// Has a letter carried after the answer has gone out; `kind` and `user` say in the log which
    /// it was.
    pub fn send_later(&self, kind: &'static str, user: u64, letter: Letter) {
        let room = match self.room() {
            Ok(Some(room)) => room,
            Ok(None) => return,
            Err(_) => {
                tracing::warn!(
                    target: "daemun::mail", kind, user,
                    "a letter was dropped: too many wait to be sent"
                );
                return;
            }
        };
        let mailer = self.clone();
        tokio::spawn(async move {
            mailer.send(kind, user, letter).await;
            drop(room);
        });
    }

    /// Has a letter carried and answers whether it was. For work that nobody waits for.
    pub async fn send(&self, kind: &'static str, user: u64, letter: Letter) -> bool {
        let Some(post) = &self.post else { return false };
        let Ok(_carrier) = post.carriers.acquire().await else { return false };
        let carried = tokio::time::timeout(LONGEST, post.transport.send(&letter)).await;
        match carried {
            Ok(Ok(())) => {
                tracing::info!(target: "daemun::mail", kind, user, "a letter was sent");
                true
            }
            Ok(Err(error)) => {
                tracing::warn!(target: "daemun::mail", kind, user, %error, "a letter was not sent");
                false
            }
            Err(_) => {
                let error = "it took too long";
                tracing::warn!(target: "daemun::mail", kind, user, error, "a letter was not sent");
                false
            }
        }
    }

    /// Waits until all that was begun is done, but not longer than this; whether it is.
    pub async fn finish(&self, patience: Duration) -> bool {
        let Some(post) = &self.post else { return true };
        tokio::time::timeout(patience, post.room.acquire_many(ROOM)).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    struct Bag(Arc<Mutex<Vec<String>>>);

    #[async_trait]
    impl MailTransport for Bag {
        async fn send(&self, letter: &Letter) -> Result<(), MailError> {
            tokio::task::yield_now().await;
            self.0.lock().unwrap().push(letter.to.clone());
            Ok(())
        }
    }

    fn letter(to: &str) -> Letter {
        let text = Zeroizing::new("a secret".to_owned());
        Letter { to: to.to_owned(), subject: String::new(), text }
    }

    #[tokio::test]
    async fn letters_are_sent_in_the_background_and_waited_for_at_the_end() {
        let bag = Arc::default();
        let mailer = Mailer::by(Bag(Arc::clone(&bag)));
        for number in 0..20 {
            mailer.send_later("test", 1, letter(&format!("{number}@example.org")));
        }
        assert!(bag.lock().unwrap().is_empty(), "nobody waited");
        assert!(mailer.finish(Duration::from_secs(5)).await);
        assert_eq!(bag.lock().unwrap().len(), 20);
    }

    #[tokio::test]
    async fn what_finds_no_room_is_refused() {
        let mailer = Mailer::by(Bag(Arc::default()));
        let taken: Vec<_> = (0..ROOM).map(|_| mailer.room().unwrap()).collect();
        assert!(matches!(mailer.room(), Err(AuthError::Busy)));
        drop(taken);
        assert!(mailer.room().unwrap().is_some());
    }

    #[test]
    fn a_letter_does_not_show_what_it_says() {
        assert!(!format!("{:?}", letter("w@example.org")).contains("secret"));
    }
}
