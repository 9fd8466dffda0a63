//! Where passwords come from: the terminal, standard input, or chance. Never an argument, which
//! every user of the machine can read.

use std::io::BufRead;

use anyhow::{Context, bail};
use clap::Args;
use zeroize::Zeroizing;

use crate::accounts::Password;

/// More than the longest password that any policy would take.
const MOST_BYTES: u64 = 64 * 1024;

/// How the password is given.
#[derive(Args)]
pub(super) struct PasswordArgs {
    /// Read the password from the first line of standard input
    #[arg(long, conflicts_with = "generate")]
    password_stdin: bool,
    /// Generate a password and print it
    #[arg(long)]
    generate: bool,
}

/// A password and whether the person has yet to see it.
pub(super) struct Obtained {
    pub(super) password: Password,
    pub(super) is_new: bool,
}

impl PasswordArgs {
    /// Asks for the password, twice, unless it comes from elsewhere.
    pub(super) fn obtain(&self, generate: impl FnOnce() -> Password) -> anyhow::Result<Obtained> {
        if self.generate {
            return Ok(Obtained { password: generate(), is_new: true });
        }
        let typed = if self.password_stdin {
            first_line(std::io::stdin().lock())?
        } else {
            let no_terminal =
                "no terminal to ask for the password at: give --password-stdin or --generate";
            let first =
                Zeroizing::new(rpassword::prompt_password("Password: ").context(no_terminal)?);
            let again =
                Zeroizing::new(rpassword::prompt_password("Once more: ").context(no_terminal)?);
            if first != again {
                bail!("the two passwords are not the same: nothing was changed");
            }
            first
        };
        Ok(Obtained { password: Password::new(&typed), is_new: false })
    }
}

fn first_line(input: impl BufRead) -> anyhow::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    input.take(MOST_BYTES).read_line(&mut line).context("cannot read the password")?;
    if line.ends_with('\n') {
        line.pop();
        if line.ends_with('\r') {
            line.pop();
        }
    }
    if line.is_empty() {
        bail!("standard input gave no password");
    }
    Ok(line)
}

impl Obtained {
    /// A line that shows a generated password, or nothing.
    pub(super) fn reveal(&self) -> String {
        if self.is_new {
            format!("Password: {}\nIt is not shown again.\n", self.password.reveal())
        } else {
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_from_standard_input_ends_at_the_line() {
        let line = |text: &'static str| first_line(text.as_bytes()).unwrap().to_string();
        assert_eq!(line("right horse \r\nmore"), "right horse ");
        assert_eq!(line("no end of line"), "no end of line");
        assert!(first_line(&b"\n"[..]).is_err());
    }
}
