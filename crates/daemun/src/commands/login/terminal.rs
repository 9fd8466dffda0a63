//! Asking somebody at the terminal. Questions go to standard error, so that standard output holds
//! the outcome alone.

use std::io::{IsTerminal, Write};

use anyhow::Context;
use daemun_messages::{Message, Param};
use zeroize::Zeroizing;

use super::sources::next_line;
use super::words::Words;

/// How often a question is asked anew that was not answered.
const PATIENCE: usize = 5;

/// Somebody who can be asked.
pub(super) struct Terminal<'a> {
    words: &'a Words,
}

impl<'a> Terminal<'a> {
    /// The terminal, if there is one at both ends of the conversation.
    pub(super) fn new(words: &'a Words) -> Option<Self> {
        let is_there = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        is_there.then_some(Self { words })
    }

    /// Asks for a line, which may be empty.
    pub(super) fn ask(&self, label: &str) -> anyhow::Result<Zeroizing<String>> {
        eprint!("{label}: ");
        std::io::stderr().flush().context("cannot write to the terminal")?;
        let line = next_line(std::io::stdin().lock())?;
        line.with_context(|| self.words.say(&Message::new("daemun-login-no-more-input")))
    }

    /// Asks for a line that nobody sees.
    pub(super) fn ask_hidden(&self, label: &str) -> anyhow::Result<Zeroizing<String>> {
        let hidden = rpassword::prompt_password(format!("{label}: "));
        Ok(Zeroizing::new(hidden.context("cannot read from the terminal")?))
    }

    /// Asks until something is said.
    pub(super) fn insist(&self, label: &str, hidden: bool) -> anyhow::Result<Zeroizing<String>> {
        for _ in 0..PATIENCE {
            let said = if hidden { self.ask_hidden(label)? } else { self.ask(label)? };
            if !said.is_empty() {
                return Ok(said);
            }
            self.words.note(&Message::new("daemun-login-must-be-answered"));
        }
        anyhow::bail!(self.words.say(&Message::new("daemun-login-no-more-input")))
    }

    /// Asks yes or no; nothing said is no.
    pub(super) fn confirm(&self, label: &str) -> anyhow::Result<bool> {
        let said = self.ask(&format!("{label} [y/N]"))?;
        let said = said.trim().to_lowercase();
        Ok(matches!(said.as_str(), "y" | "yes" | "예" | "네" | "ㅛ"))
    }

    /// Lets somebody choose one of these by its number; nothing said is the first.
    pub(super) fn choose(&self, label: &str, choices: &[String]) -> anyhow::Result<usize> {
        let numbers = self.list(label, choices, "1")?;
        for _ in 0..PATIENCE {
            let said = self.ask(&numbers)?;
            let said = said.trim();
            let number = if said.is_empty() { Some(1) } else { said.parse::<usize>().ok() };
            if let Some(number) = number.filter(|number| (1..=choices.len()).contains(number)) {
                return Ok(number - 1);
            }
            self.say_range(choices.len());
        }
        anyhow::bail!(self.words.say(&Message::new("daemun-login-no-more-input")))
    }

    /// Lets somebody choose any of these; nothing said is none.
    pub(super) fn choose_any(&self, label: &str, choices: &[String]) -> anyhow::Result<Vec<usize>> {
        let numbers = self.list(label, choices, "")?;
        for _ in 0..PATIENCE {
            let said = self.ask(&numbers)?;
            let words: Vec<&str> = said.split([',', ' ']).filter(|word| !word.is_empty()).collect();
            let chosen: Option<Vec<usize>> = words
                .iter()
                .map(|word| {
                    let number = word.parse::<usize>().ok();
                    number.filter(|n| (1..=choices.len()).contains(n)).map(|n| n - 1)
                })
                .collect();
            if let Some(chosen) = chosen {
                return Ok(chosen);
            }
            self.say_range(choices.len());
        }
        anyhow::bail!(self.words.say(&Message::new("daemun-login-no-more-input")))
    }

    /// Shows choices; answers what to ask then.
    fn list(&self, label: &str, choices: &[String], default: &str) -> anyhow::Result<String> {
        eprintln!("{label}");
        for (at, choice) in choices.iter().enumerate() {
            eprintln!("  {}  {choice}", at + 1);
        }
        let key = if default.is_empty() { "daemun-login-numbers" } else { "daemun-login-number" };
        Ok(self.words.say(&Message::new(key)))
    }

    fn say_range(&self, last: usize) {
        let last = Param::Num(i64::try_from(last).unwrap_or(i64::MAX));
        self.words.note(&Message::new("daemun-login-out-of-range").with(last));
    }
}
