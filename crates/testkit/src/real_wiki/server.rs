//! Starts and stops the wiki that clients are tried against. It outlives the program that starts it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::{PROGRAM, install, is_installed, people, run};
use crate::program::free_port;

/// The wiki that clients are tried against.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RealWiki {
    /// Where it answers: `/w/api.php` and `/w/index.php` below this. Its captchas are questions.
    pub origin: String,
    /// The same wiki, whose captchas are sums.
    pub with_sums: String,
    processes: Vec<u32>,
}

/// What is known of a running wiki.
const FACTS: &str = "wiki.json";

/// The wiki, if it is up: set up in `oracle` below the target folder of the test that asks.
pub fn running() -> Option<RealWiki> {
    let here = std::env::current_exe().ok()?;
    // TARGET/PROFILE/deps/test
    let target = here.parent()?.parent()?.parent()?;
    RealWiki::at(&target.join("oracle"))
}

impl RealWiki {
    /// The wiki in this folder, if it is up.
    pub fn at(folder: &Path) -> Option<Self> {
        let facts = fs::read_to_string(folder.join(FACTS)).ok()?;
        let wiki: Self = serde_json::from_str(&facts).ok()?;
        wiki.answers().then_some(wiki)
    }

    /// Sets up a wiki in this folder, unless there is one, and starts it, unless it runs.
    ///
    /// # Errors
    /// When the program is not there, or with what it says.
    pub fn up(folder: &Path) -> Result<Self> {
        if let Some(wiki) = Self::at(folder) {
            return Ok(wiki);
        }
        if !is_installed() {
            bail!(
                "there is no MediaWiki in {PROGRAM}: install Debian's packages {}",
                super::PACKAGES
            );
        }
        let folder = std::path::absolute(folder)?;
        // A wiki knows its own address: another port is another wiki, and what tests did to the old
        // one is forgotten.
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(folder.join("pages"))?;
        let address = format!("127.0.0.1:{}", free_port()?);
        install(&folder, &address, people::SETTINGS)?;
        people::make(&folder)?;
        std::os::unix::fs::symlink(PROGRAM, folder.join("pages/w"))?;
        let sums = format!("127.0.0.1:{}", free_port()?);
        let processes = vec![serve(&folder, &address, "question")?, serve(&folder, &sums, "sum")?];
        let wiki = Self {
            origin: format!("http://{address}"),
            with_sums: format!("http://{sums}"),
            processes,
        };
        wiki.wait()?;
        fs::write(folder.join(FACTS), serde_json::to_string_pretty(&wiki)?)?;
        Ok(wiki)
    }

    /// Stops the wiki in this folder; answers whether there was one.
    ///
    /// # Errors
    /// When it cannot be stopped.
    pub fn down(folder: &Path) -> Result<bool> {
        let facts: PathBuf = folder.join(FACTS);
        let Ok(text) = fs::read_to_string(&facts) else { return Ok(false) };
        let wiki: Self = serde_json::from_str(&text)?;
        // An id may be somebody else's by now: only what answers as the wiki is stopped.
        let runs = wiki.answers();
        if runs {
            for id in wiki.processes {
                // With the processes that it started itself.
                run(Command::new("kill").args(["-TERM", "--", &format!("-{id}")]))?;
            }
        }
        fs::remove_file(facts)?;
        Ok(runs)
    }

    fn answers(&self) -> bool {
        [&self.origin, &self.with_sums]
            .into_iter()
            .all(|origin| gives_tokens(origin).unwrap_or(false))
    }

    fn wait(&self) -> Result<()> {
        let begun = Instant::now();
        while !self.answers() {
            if begun.elapsed() > Duration::from_secs(60) {
                bail!("the wiki at {} does not answer", self.origin);
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }
}

fn gives_tokens(origin: &str) -> Result<bool> {
    let host = origin.strip_prefix("http://").context("an origin")?;
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let path = "/w/api.php?action=query&meta=tokens&type=login&format=json";
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.contains("logintoken"))
}

/// php's own server, with a few processes; answers the id of the first.
fn serve(folder: &Path, address: &str, captcha: &str) -> Result<u32> {
    let log = fs::File::create(folder.join(format!("php-{captcha}.log")))?;
    let mut command = Command::new("php");
    command
        .args(["-d", "opcache.enable=1", "-d", "opcache.enable_cli=1", "-S", address, "-t"])
        .arg(folder.join("pages"))
        .env("MW_CONFIG_FILE", folder.join("LocalSettings.php"))
        .env("REAL_WIKI_CAPTCHA", captcha)
        .env("PHP_CLI_SERVER_WORKERS", "3")
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    // Not to end with the terminal's other programs.
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    Ok(command.spawn().context("starting php")?.id())
}
