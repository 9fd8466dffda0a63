//! The program itself, as a process: built once, run like anybody runs it.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::{Context, Result, bail};
use daemun_store::{Store, StoreOptions};
use tempfile::TempDir;

use crate::visitor::Visitor;
use crate::waiting::{wait_for, wait_until};
use crate::world::Rows;

/// The program, built with the profile and into the folder of the test that runs.
pub fn executable() -> Result<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| build().map_err(|error| format!("{error:#}")));
    built.clone().map_err(|error| anyhow::anyhow!("building daemun: {error}"))
}

fn build() -> Result<PathBuf> {
    // TARGET/PROFILE/deps/test-0123456789abcdef, or TARGET/PROFILE/program
    let test = std::env::current_exe()?;
    let mut folder = test.parent().context("the test's folder")?;
    if folder.ends_with("deps") {
        folder = folder.parent().context("the profile's folder")?;
    }
    let target = folder.parent().context("the target folder")?;
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") => "dev",
        Some(name) => name,
        None => bail!("the folder {} names no profile", folder.display()),
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
    let mut command = Command::new(cargo);
    // What cargo tells a test of its package would make build scripts run anew, here and again at
    // the next build from outside.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name.as_ref());
        }
    }
    let output = command
        .args(["build", "--quiet", "--package", "daemun", "--bin", "daemun", "--profile", profile])
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .context("starting cargo")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(folder.join(format!("daemun{}", std::env::consts::EXE_SUFFIX)))
}

/// A folder in which the program is run, with its data in `data`.
pub struct Home {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// How a command ended and what it said.
#[derive(Debug)]
pub struct Said {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    /// Its exit code; `None` when a signal ended it.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// The standard output of a command that must have succeeded.
    pub fn well(self) -> Result<String> {
        if !self.status.success() {
            bail!("{}:\n{}{}", self.status, self.stdout, self.stderr);
        }
        Ok(self.stdout)
    }
}

impl Home {
    /// An empty folder. Passwords are hashed cheaply.
    pub fn new() -> Result<Self> {
        let variables = vec![("DAEMUN_PASSWORD_PBKDF2_ROUNDS".to_owned(), "10".to_owned())];
        Ok(Self { folder: tempfile::tempdir()?, variables })
    }

    /// The folder itself, where `daemun.toml` is looked for.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// Sets a variable for everything that is run from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// The program with arguments, not started yet.
    pub fn command(&self, args: &[&str]) -> Result<Command> {
        Ok(self.prepared(Command::new(executable()?), args))
    }

    /// The same by way of a shell, which prepares what it likes and then does `exec "$0" "$@"`.
    pub fn command_by(&self, script: &str, args: &[&str]) -> Result<Command> {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).arg(executable()?);
        Ok(self.prepared(shell, args))
    }

    fn prepared(&self, mut command: Command, args: &[&str]) -> Command {
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("DAEMUN_") {
                command.env_remove(name);
            }
        }
        command.current_dir(self.path()).envs(self.variables.iter().cloned()).args(args);
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, args: &[&str]) -> Result<Said> {
        self.run_with(args, "")
    }

    /// Runs a command to its end, with this on its standard input.
    pub fn run_with(&self, args: &[&str], input: &str) -> Result<Said> {
        let mut command = self.command(args)?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let mut stdin = child.stdin.take().context("a pipe")?;
        // A command that does not read breaks the pipe, which is its right.
        let _not_read = stdin.write_all(input.as_bytes());
        drop(stdin);
        let (stdout, stderr) = (listen_to(child.stdout.take()), listen_to(child.stderr.take()));
        let mut running = Running(child);
        let status = running.wait(&format!("daemun {}", args.join(" ")))?;
        Ok(Said { status, stdout: stdout.whole()?, stderr: stderr.whole()? })
    }

    /// Makes an account with a password.
    pub fn add_account(&self, name: &str, password: &str) -> Result<()> {
        self.run_with(&["user", "add", name, "--password-stdin"], password)?.well()?;
        Ok(())
    }

    /// Makes a bot password and answers it.
    pub fn add_bot_password(&self, user: &str, app: &str, grants: &[&str]) -> Result<String> {
        let mut args = vec!["bot-password", "add", user, app];
        args.extend(grants.iter().flat_map(|grant| ["--grant", grant]));
        let said = self.run(&args)?.well()?;
        let password = said.split("lgpassword=").nth(1).and_then(|rest| rest.lines().next());
        Ok(password.with_context(|| format!("no password in {said}"))?.trim().to_owned())
    }

    /// Runs SQL on the accounts' file.
    pub fn sql(&self, sql: &str) -> Result<Rows> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let options = StoreOptions {
            data_folder: self.data(),
            name: "wiki".to_owned(),
            wiki_id: "wiki".to_owned(),
            table_prefix: String::new(),
        };
        runtime.block_on(async {
            let store = Store::open(&options).await?;
            let rows = store.execute_for_tests(sql).await.with_context(|| sql.to_owned());
            store.close().await;
            rows
        })
    }

    /// Starts a server on a free port and waits until it has said all.
    pub fn serve(&self) -> Result<Server> {
        Server::start(self.command(&["serve", "--listen", "127.0.0.1:0"])?)
    }
}

/// A process that does not outlive the test.
struct Running(Child);

impl Running {
    fn wait(&mut self, what: &str) -> Result<ExitStatus> {
        wait_for(&format!("the end of {what}"), || Ok(self.0.try_wait()?))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _over = self.0.kill();
        let _over = self.0.wait();
    }
}

/// A server as a process.
pub struct Server {
    process: Running,
    origin: String,
    stdout: Heard,
    stderr: Heard,
}

impl Server {
    /// Starts a prepared `daemun serve`.
    pub fn start(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let (stdout, stderr) = (listen_to(child.stdout.take()), listen_to(child.stderr.take()));
        let mut process = Running(child);
        let port = wait_for("the server's banner", || {
            let text = stdout.text();
            // The last line of the banner.
            if text.contains("daemun check") {
                return Ok(text.split("daemun listens on 127.0.0.1:").nth(1).map(first_number));
            }
            if let Some(status) = process.0.try_wait()? {
                bail!("the server ended with {status}:\n{}", stderr.whole()?);
            }
            Ok(None)
        })?;
        Ok(Self { process, origin: format!("http://127.0.0.1:{port}"), stdout, stderr })
    }

    /// Where it listens.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Its host and port.
    pub fn address(&self) -> &str {
        self.origin.trim_start_matches("http://")
    }

    /// What it has printed so far.
    pub fn banner(&self) -> String {
        self.stdout.text()
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.stderr.text()
    }

    /// Somebody new.
    pub fn visitor(&self) -> Visitor {
        Visitor::at(&self.origin)
    }

    /// Somebody who has logged in.
    pub fn visitor_of(&self, name: &str, password: &str) -> Result<Visitor> {
        let mut visitor = self.visitor();
        let answer = visitor.log_in(name, password)?;
        if answer.status() != "PASS" {
            bail!("{name} could not log in: {}", answer.body());
        }
        Ok(visitor)
    }

    /// The process's id.
    pub fn id(&self) -> u32 {
        self.process.0.id()
    }

    /// Ends it without warning, as a failing machine does.
    pub fn kill(mut self) -> Result<()> {
        self.process.0.kill()?;
        self.process.0.wait()?;
        Ok(())
    }

    /// Sends a signal: `TERM`, `INT`.
    pub fn signal(&self, name: &str) -> Result<()> {
        let status =
            Command::new("sh").args(["-c", &format!("kill -{name} {}", self.id())]).status()?;
        if !status.success() {
            bail!("kill -{name}: {status}");
        }
        Ok(())
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        self.process.wait("the server")
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(mut self) -> Result<ExitStatus> {
        self.signal("TERM")?;
        self.wait()
    }
}

/// What a process says, while it says it.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<(Vec<u8>, bool)>>);

impl Heard {
    fn text(&self) -> String {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&heard.0).into_owned()
    }

    /// Everything, once the pipe is closed.
    fn whole(&self) -> Result<String> {
        wait_until("the end of what a process says", || {
            Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).1)
        })?;
        Ok(self.text())
    }
}

fn listen_to(pipe: Option<impl Read + Send + 'static>) -> Heard {
    let heard = Heard::default();
    let told = heard.clone();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        if let Some(mut pipe) = pipe {
            while let Ok(count @ 1..) = pipe.read(&mut bytes) {
                let more = bytes.get(..count).unwrap_or_default();
                told.0.lock().unwrap_or_else(PoisonError::into_inner).0.extend_from_slice(more);
            }
        }
        told.0.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
    });
    heard
}

fn first_number(text: &str) -> String {
    text.chars().take_while(char::is_ascii_digit).collect()
}

/// A port that is free at this moment.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
