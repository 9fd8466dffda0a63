//! Runs a program with some text on its stdin, a limit of time, and nothing of its output lost.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Installing takes seconds, logging in less; a program that asks a person would take for ever.
const PATIENCE: Duration = Duration::from_secs(240);

/// What a program printed.
#[derive(Debug, Clone, Default)]
pub struct Output {
    pub success: bool,
    pub stdout: String,
    pub stderr: String,
}

impl Output {
    /// Both streams, for a report.
    pub fn all(&self) -> String {
        format!("--- stdout\n{}\n--- stderr\n{}", self.stdout.trim_end(), self.stderr.trim_end())
    }
}

/// Runs a program to its end. `Err` is one that could not be started or took too long.
pub fn output(mut command: Command, input: &str) -> Result<Output> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command.spawn().with_context(|| format!("start {name}"))?;
    let mut stdin = child.stdin.take().context("a pipe for stdin")?;
    let input = input.to_owned();
    // A program that ends without reading breaks the pipe, which is its right.
    std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let stdout = reader(child.stdout.take().context("a pipe for stdout")?);
    let stderr = reader(child.stderr.take().context("a pipe for stderr")?);
    let Ok(out) = stdout.recv_timeout(PATIENCE) else {
        child.kill()?;
        child.wait()?;
        let err = stderr.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
        bail!("{name} took more than {} s\n{err}", PATIENCE.as_secs());
    };
    let status = child.wait()?;
    let err = stderr.recv_timeout(PATIENCE).unwrap_or_default();
    Ok(Output { success: status.success(), stdout: out, stderr: err })
}

fn reader(mut pipe: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.read_to_end(&mut bytes);
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        if let Err(error) = read {
            text.push_str(&format!("\n({error})"));
        }
        // Nobody listens any more when the time was up.
        drop(sender.send(text));
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, input: &str) -> Output {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        output(command, input).unwrap()
    }

    #[test]
    fn a_program_is_given_its_input_and_both_outputs_are_kept() {
        let output = shell("cat; echo b >&2; exit 3", "a");
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("a", "b\n"));
        assert!(!output.success && output.all().contains("--- stderr\nb"));
    }

    #[test]
    fn a_program_that_does_not_read_is_no_error() {
        assert!(shell("exit 0", &"x".repeat(1_000_000)).success);
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        assert!(output(Command::new("daemun-no-such-program"), "").is_err());
    }
}
