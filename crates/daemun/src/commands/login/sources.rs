//! Where answers come from when nobody is asked: arguments, commands, standard input. Secrets are
//! never arguments, which every user of the machine can read.

use std::io::BufRead;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use clap::Args;
use daemun_client::Field;
use zeroize::Zeroizing;

/// More than the longest password that any policy would take.
const MOST_BYTES: usize = 64 * 1024;

/// Where answers come from.
#[derive(Args)]
pub(super) struct SourceArgs {
    /// The name of the account
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Read secrets from standard input: the first line is the password, each further line answers
    /// what the wiki asks for next
    #[arg(long)]
    password_stdin: bool,
    /// Read the password from what this command prints
    #[arg(long, value_name = "COMMAND", conflicts_with = "password_stdin")]
    password_command: Option<String>,
    /// Answer a field that is no secret
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    field: Vec<(String, String)>,
    /// Answer a field with what a command prints, such as OATHToken='oathtool --totp -b …'
    #[arg(long, value_name = "NAME=COMMAND", value_parser = pair)]
    field_command: Vec<(String, String)>,
    /// Stay logged in, where the wiki offers it
    #[arg(long)]
    remember: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = pair.ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// The answers that are left. Each is used once: a password that the wiki wants changed is not the
/// answer to what the new one shall be.
pub(super) struct Sources {
    values: Vec<(String, String)>,
    commands: Vec<(String, String)>,
    remember: bool,
    reads_lines: bool,
}

impl SourceArgs {
    /// The name of the account, where it was given.
    pub(super) fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    pub(super) fn sources(&self) -> Sources {
        let mut values = self.field.clone();
        values.extend(self.user.clone().map(|user| ("username".to_owned(), user)));
        let mut commands = self.field_command.clone();
        let password = self.password_command.clone();
        commands.extend(password.map(|command| ("password".to_owned(), command)));
        Sources { values, commands, remember: self.remember, reads_lines: self.password_stdin }
    }
}

impl Sources {
    /// The answer to a field; `None` where nothing was given for it. Lines of standard input go to
    /// fields that must be answered.
    pub(super) fn answer(
        &mut self,
        field: &Field,
        is_needed: bool,
    ) -> anyhow::Result<Option<Zeroizing<String>>> {
        let name = field.name.as_str();
        if let Some(value) = take(&mut self.values, name) {
            if field.sensitive {
                bail!("{name} is a secret: give it with --field-command or on standard input");
            }
            return Ok(Some(Zeroizing::new(value)));
        }
        if let Some(command) = take(&mut self.commands, name) {
            return run(&command).map(Some);
        }
        if name == "rememberMe" && self.remember {
            return Ok(Some(Zeroizing::new("1".to_owned())));
        }
        if is_needed { self.line() } else { Ok(None) }
    }

    /// Whether something is left for this field.
    pub(super) fn has(&self, name: &str) -> bool {
        let known = |list: &[(String, String)]| list.iter().any(|(field, _)| field == name);
        known(&self.values) || known(&self.commands)
    }

    /// Whether this very value was given.
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(known, given)| known == name && given == value)
    }

    /// Gives up what was given for a field.
    pub(super) fn forget(&mut self, name: &str) {
        self.values.retain(|(known, _)| known != name);
    }

    /// The next line of standard input, if it is read.
    fn line(&mut self) -> anyhow::Result<Option<Zeroizing<String>>> {
        if !self.reads_lines {
            return Ok(None);
        }
        let line = next_line(std::io::stdin().lock())?;
        self.reads_lines = line.is_some();
        Ok(line)
    }
}

fn take(list: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let at = list.iter().position(|(known, _)| known == name)?;
    Some(list.swap_remove(at).1)
}

/// A line without its end; `None` when there is none any more.
pub(super) fn next_line(mut input: impl BufRead) -> anyhow::Result<Option<Zeroizing<String>>> {
    let mut line = Zeroizing::new(String::new());
    let mut limited = std::io::Read::take(&mut input, MOST_BYTES as u64);
    if limited.read_line(&mut line).context("cannot read standard input")? == 0 {
        return Ok(None);
    }
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(Some(line))
}

fn run(command: &str) -> anyhow::Result<Zeroizing<String>> {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).stdin(Stdio::inherit()).stderr(Stdio::inherit());
    let output = shell.output().with_context(|| format!("cannot run {command}"))?;
    let printed = Zeroizing::new(output.stdout);
    if !output.status.success() {
        bail!("the command {command} ended with {}", output.status);
    }
    let line = next_line(printed.as_slice())?.filter(|line| !line.is_empty());
    line.with_context(|| format!("the command {command} printed nothing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_one_after_the_other_until_there_are_none() {
        let mut input: &[u8] = b"right horse \r\n\nlast";
        let mut next = || next_line(&mut input).unwrap().map(|line| line.to_string());
        assert_eq!(next().as_deref(), Some("right horse "));
        assert_eq!(next().as_deref(), Some(""));
        assert_eq!(next().as_deref(), Some("last"));
        assert_eq!(next(), None);
    }

    #[test]
    fn what_a_command_prints_is_an_answer_and_its_failure_is_told() {
        assert_eq!(run("echo ' a b'; echo c").unwrap().as_str(), " a b");
        assert!(run("exit 3").is_err() && run("true").is_err());
    }
}
