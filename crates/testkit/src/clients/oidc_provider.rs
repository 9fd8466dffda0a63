//! npm's `oidc-provider`, as a process on this machine.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use url::Url;

use super::install::Installed;
use super::node;
use crate::transcripts::{Request, SetCookie, exchange};

/// The pinned version.
pub const OIDC_PROVIDER: &str = "oidc-provider@9.13.3";

const SCRIPT: &str = include_str!("drivers/oidc_provider.mjs");

/// A running provider; it ends when it is dropped.
pub struct OidcProvider {
    process: Child,
    issuer: String,
    /// Kept open: to write where nobody reads any more would end it.
    _stdout: BufReader<ChildStdout>,
    _home: tempfile::TempDir,
}

impl OidcProvider {
    /// Installs it below `cache` (once) and starts it with one client. `Err` within: what is
    /// missing here.
    pub fn start(
        cache: &Path,
        client: &str,
        secret: &str,
        redirect: &str,
    ) -> Result<std::result::Result<Self, String>> {
        let (program, folder) = match node::with_package(cache, "oidc-provider", OIDC_PROVIDER)? {
            Installed::Here { program, folder } => (program, folder),
            Installed::Missing(what) => return Ok(Err(what)),
        };
        let home = tempfile::tempdir()?;
        let script = home.path().join("oidc_provider.mjs");
        std::fs::write(&script, SCRIPT)?;
        let mut process = Command::new(program)
            .arg(&script)
            .args([client, secret, redirect])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        let stdout = process.stdout.take().context("a pipe")?;
        let mut lines = BufReader::new(stdout);
        while lines.read_line(&mut line)? > 0 {
            if let Some(port) = line.trim().strip_prefix("port ") {
                let issuer = format!("http://127.0.0.1:{port}");
                return Ok(Ok(Self { process, issuer, _stdout: lines, _home: home }));
            }
            line.clear();
        }
        let _over = process.kill();
        bail!("oidc-provider ended with {}", process.wait()?);
    }

    /// Its identity.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Maria signs in at this address; answers where the browser is sent in the end.
    pub fn sign_in(&self, target: &str) -> Result<Url> {
        self.browse(target, "maria-1")
    }

    /// Somebody else does, whom the wiki does not know.
    pub fn sign_in_nora(&self, target: &str) -> Result<Url> {
        self.browse(target, "nora-1")
    }

    /// The person says no.
    pub fn deny(&self, target: &str) -> Result<Url> {
        self.browse(target, "nobody")
    }

    /// Ends it: from now on nobody answers at its address.
    pub fn stop(&mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// What a browser goes through; `person` tells the driver who sits before it.
    fn browse(&self, target: &str, person: &str) -> Result<Url> {
        let mut cookies: Vec<Cookie> = Vec::new();
        let mut url = Url::parse(target)?;
        for _ in 0..10 {
            let path = url.path().to_owned();
            let sent = cookies.iter().filter(|cookie| path.starts_with(&cookie.path));
            let sent: Vec<String> = sent.map(|c| format!("{}={}", c.name, c.value)).collect();
            let request = Request {
                method: "GET".to_owned(),
                target: format!("{path}?{}", url.query().unwrap_or_default()),
                headers: vec![
                    ("Cookie".to_owned(), sent.join("; ")),
                    ("X-Person".to_owned(), person.to_owned()),
                ],
                body: None,
            };
            let reply = exchange(&self.issuer, &request)?;
            for line in reply.headers_named("set-cookie") {
                let Cookie { name, value, path } = Cookie::parse(line);
                cookies.retain(|known| (&known.name, &known.path) != (&name, &path));
                // It takes cookies away by emptying them.
                if !value.is_empty() {
                    cookies.push(Cookie { name, value, path });
                }
            }
            let location = reply.header("location");
            let location = location.with_context(|| format!("no way on from {url}"))?;
            url = url.join(&location)?;
            if url.origin().ascii_serialization() != self.issuer {
                return Ok(url);
            }
        }
        bail!("it leads nowhere: {url}")
    }
}

/// A cookie as browsers know it: the provider has several of one name with different paths.
struct Cookie {
    name: String,
    value: String,
    path: String,
}

impl Cookie {
    fn parse(line: &str) -> Self {
        let SetCookie { name, value, attributes } = SetCookie::parse(line);
        let path = attributes.into_iter().find(|(name, _)| name == "path");
        let path = path.and_then(|(_, path)| path).unwrap_or_else(|| "/".to_owned());
        Self { name, value, path }
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        let _over = self.process.kill();
        let _over = self.process.wait();
    }
}
