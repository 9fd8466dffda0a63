//! Installs a set of pinned packages into a folder, once, whoever asks first.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::process::output;

/// Where an interpreter and its packages are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Installed {
    Here {
        program: OsString,
        /// The folder to start it in.
        folder: PathBuf,
    },
    /// Not here, and why.
    Missing(String),
}

/// Installs into `folder` unless a stamp says that these very `packages` are there already. Tests
/// of several processes wait for each other. `Some` is what is missing.
pub(super) fn once(
    folder: &Path,
    packages: &[&str],
    steps: impl FnOnce(&Path) -> Result<Vec<Command>>,
) -> Result<Option<String>> {
    let parent = folder.parent().context("a cache folder has a parent")?;
    std::fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    let lock = File::create(folder.with_extension("lock"))?;
    lock.lock()?;
    let stamp = folder.join("installed.txt");
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(None);
    }
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    for command in steps(folder)? {
        let line = format!("{command:?}");
        match output(command, "") {
            Ok(done) if done.success => {}
            Ok(failed) => return Ok(Some(format!("{line} failed:\n{}", failed.all()))),
            Err(error) => return Ok(Some(format!("{line}: {error:#}"))),
        }
    }
    std::fs::write(&stamp, wanted)?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(name: &str) -> impl FnOnce(&Path) -> Result<Vec<Command>> + use<'_> {
        move |folder| {
            let mut command = Command::new("touch");
            command.arg(folder.join(name));
            Ok(vec![command])
        }
    }

    #[test]
    fn packages_are_installed_once_and_again_when_the_pins_change() {
        let cache = tempfile::tempdir().unwrap();
        let folder = cache.path().join("deep/python");
        assert_eq!(once(&folder, &["a==1"], touch("one")).unwrap(), None);
        assert_eq!(once(&folder, &["a==1"], touch("two")).unwrap(), None);
        assert!(folder.join("one").exists() && !folder.join("two").exists());
        assert_eq!(once(&folder, &["a==2"], touch("two")).unwrap(), None);
        assert!(!folder.join("one").exists() && folder.join("two").exists());
    }

    #[test]
    fn an_installation_that_fails_is_missing_and_tried_again() {
        let cache = tempfile::tempdir().unwrap();
        let folder = cache.path().join("node");
        let fails = |_: &Path| Ok(vec![Command::new("false")]);
        assert!(once(&folder, &["a"], fails).unwrap().is_some());
        let absent = |_: &Path| Ok(vec![Command::new("daemun-no-such-program")]);
        assert!(once(&folder, &["a"], absent).unwrap().is_some());
        assert_eq!(once(&folder, &["a"], touch("x")).unwrap(), None);
    }
}
