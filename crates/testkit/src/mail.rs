//! A letter box: what a wiki sends, kept to be read.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use daemun_auth::mail::{Letter, MailError, MailTransport, Mailer};

use crate::waiting::wait_for;

/// A letter that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// To whom.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

impl Received {
    /// What stands behind these words, up to the end of the line or a blank.
    ///
    /// # Errors
    /// When it says no such thing.
    pub fn after(&self, words: &str) -> Result<&str> {
        let rest = self.text.split_once(words).map(|(_, rest)| rest.trim_start());
        let word = rest.and_then(|rest| rest.split_whitespace().next());
        word.with_context(|| format!("no {words:?} in {}", self.text))
    }
}

/// The letter box. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Letters(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    letters: Vec<Received>,
    broken: bool,
    slow: bool,
}

impl Letters {
    /// A mailer whose letters come here.
    pub fn mailer(&self) -> Mailer {
        Mailer::by(self.clone())
    }

    /// From now on no letter is taken, or is again.
    pub fn break_down(&self, broken: bool) {
        self.kept(|kept| kept.broken = broken);
    }

    /// From now on letters are taken, but that is never said.
    pub fn fall_asleep(&self) {
        self.kept(|kept| kept.slow = true);
    }

    /// All letters so far.
    pub fn all(&self) -> Vec<Received> {
        self.kept(|kept| kept.letters.clone())
    }

    /// Takes the only letter out of the box, once it has come.
    ///
    /// # Errors
    /// When none comes, or several have.
    pub fn take(&self) -> Result<Received> {
        let letters = wait_for("a letter", || {
            Ok(Some(self.kept(|kept| std::mem::take(&mut kept.letters))).filter(|l| !l.is_empty()))
        })?;
        let count = letters.len();
        match <[Received; 1]>::try_from(letters) {
            Ok([letter]) => Ok(letter),
            Err(_) => bail!("{count} letters came"),
        }
    }

    /// Takes all letters out of the box, once so many have come.
    ///
    /// # Errors
    /// When they do not come, or more have.
    pub fn take_all(&self, count: usize) -> Result<Vec<Received>> {
        let letters = wait_for("letters", || {
            let come = self.kept(|kept| kept.letters.len() >= count);
            Ok(come.then(|| self.kept(|kept| std::mem::take(&mut kept.letters))))
        })?;
        anyhow::ensure!(letters.len() == count, "{} letters came", letters.len());
        Ok(letters)
    }

    fn kept<T>(&self, work: impl FnOnce(&mut Kept) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl MailTransport for Letters {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        if self.kept(|kept| kept.broken) {
            return Err(MailError("the letter box is broken".to_owned()));
        }
        self.kept(|kept| {
            kept.letters.push(Received {
                to: letter.to.clone(),
                subject: letter.subject.clone(),
                text: letter.text.to_string(),
            });
        });
        if self.kept(|kept| kept.slow) {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}
