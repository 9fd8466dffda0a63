//! Somebody at a terminal: a pseudo-terminal on whose other end the test sits.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use daemun_testkit::program::Home;
use daemun_testkit::waiting::{wait_for, wait_until};
use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

/// A program at a terminal.
pub(super) struct Terminal {
    child: Child,
    keys: File,
    screen: Arc<Mutex<Vec<u8>>>,
    /// How much of it was looked at.
    seen: usize,
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _over = self.child.kill();
        let _over = self.child.wait();
    }
}

impl Terminal {
    /// Starts `daemun` at a terminal of its own; `None` where there is no `setsid`, which gives it one.
    pub(super) fn start(home: &Home, args: &[&str]) -> anyhow::Result<Option<Self>> {
        if Command::new("setsid").arg("--version").output().is_err() {
            eprintln!("SKIPPED what happens at a terminal: there is no setsid here");
            return Ok(None);
        }
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?.into_string()?;
        let no_control = i32::try_from(OFlags::NOCTTY.bits())?;
        let mut options = File::options();
        let slave = options.read(true).write(true).custom_flags(no_control).open(name)?;
        let asked = home.command(args)?;
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait"]).arg(asked.get_program()).args(asked.get_args());
        command.current_dir(home.path());
        for (name, value) in asked.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.stdin(Stdio::from(slave.try_clone()?)).stdout(slave.try_clone()?).stderr(slave);
        let child = command.spawn()?;
        // The test must not hold the program's end, or never sees its end.
        drop(command);
        let keys = File::from(master);
        let screen = Arc::new(Mutex::new(Vec::new()));
        let (mut reading, told) = (keys.try_clone()?, Arc::clone(&screen));
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reading.read(&mut bytes) {
                told.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend_from_slice(&bytes[..count]);
            }
        });
        Ok(Some(Self { child, keys, screen, seen: 0 }))
    }

    /// All that has been on the screen.
    pub(super) fn screen(&self) -> String {
        let screen = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&screen).into_owned()
    }

    /// Waits until this is on the screen, after what was waited for before.
    pub(super) fn sees(&mut self, text: &str) -> anyhow::Result<()> {
        let seen = self.seen;
        let place = wait_for(text, || {
            let screen = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
            let rest = &screen[seen..];
            Ok(rest.windows(text.len()).position(|at| at == text.as_bytes()))
        });
        self.seen += place.with_context(|| self.screen())? + text.len();
        Ok(())
    }

    /// Types a line.
    pub(super) fn types(&mut self, line: &str) -> anyhow::Result<()> {
        Ok(self.keys.write_all(format!("{line}\n").as_bytes())?)
    }

    /// Types a line once the terminal shows nothing of what is typed.
    pub(super) fn types_hidden(&mut self, line: &str) -> anyhow::Result<()> {
        wait_until("the terminal to hide what is typed", || {
            Ok(!tcgetattr(&self.keys)?.local_modes.contains(LocalModes::ECHO))
        })?;
        self.types(line)
    }

    /// Waits for the program's end.
    pub(super) fn ends(mut self) -> anyhow::Result<(ExitStatus, String)> {
        let status = wait_for("the end of the program", || Ok(self.child.try_wait()?))?;
        Ok((status, self.screen()))
    }
}
