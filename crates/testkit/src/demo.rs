//! `daemun demo` as a process: an account for every way a login can go.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use daemun_mediawiki::second_factor::{TotpSecret, window_of};
use daemun_mediawiki::timestamp::Timestamp;
use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::program::executable;

/// A demo that does not outlive the test.
pub struct Demo {
    process: Child,
    said: Value,
    folder: TempDir,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _over = self.process.kill();
        let _over = self.process.wait();
    }
}

impl Demo {
    /// Starts one on a free port and waits for what it has to say.
    pub fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut process = Command::new(executable()?)
            .args(["demo", "--port", "0", "--json"])
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("a pipe")?).read_line(&mut line)?;
        let said = serde_json::from_str(&line).with_context(|| line.clone())?;
        Ok(Self { process, said, folder })
    }

    /// One that was started in another way and says nothing of itself; it ends with this.
    pub fn of(process: Child) -> Result<Self> {
        Ok(Self { process, said: Value::Null, folder: tempfile::tempdir()? })
    }

    /// Where it listens.
    pub fn url(&self) -> Result<&str> {
        self.said.get("url").and_then(Value::as_str).context("the demo's address")
    }

    /// The ways that a login can go, by their names.
    pub fn flows(&self) -> Result<&Map<String, Value>> {
        self.said.get("flows").and_then(Value::as_object).context("the demo's flows")
    }

    /// What to log in with: the value of a field of a flow, such as `username` of `plain`.
    pub fn field(&self, flow: &str, name: &str) -> Result<&str> {
        let value = self.said.pointer(&format!("/flows/{flow}/with/{name}"));
        value.and_then(Value::as_str).with_context(|| format!("no {name} of {flow}"))
    }

    /// What else a flow needs, such as `totp-secret` of `two-factor`.
    pub fn secret(&self, flow: &str, name: &str) -> Result<&str> {
        let value = self.said.pointer(&format!("/flows/{flow}/secrets/{name}"));
        value.and_then(Value::as_str).with_context(|| format!("no {name} of {flow}"))
    }

    /// The process itself.
    pub fn process(&mut self) -> &mut Child {
        &mut self.process
    }

    /// The folder that its files are in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// The code that an authenticator app shows for a secret at present.
#[expect(clippy::disallowed_methods, reason = "programs under test read the same clock")]
pub fn totp(secret: &str) -> Result<String> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    let now = Timestamp(i64::try_from(since.as_secs())?);
    let secret = TotpSecret::from_base32(secret).context("a secret in Base32")?;
    Ok(format!("{:06}", secret.code(window_of(now))))
}
