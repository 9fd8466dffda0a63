//! mwn in a folder of its own.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::install::{Installed, once};
use super::process::output;

/// The pinned version.
pub const MWN: &str = "mwn@3.0.3";

/// A Node with mwn, in `CACHE/node`.
pub fn node(cache: &Path) -> Result<Installed> {
    with_package(cache, "node", MWN)
}

/// A Node with a pinned package, in a folder of this name below `cache`.
pub(super) fn with_package(cache: &Path, folder: &str, package: &'static str) -> Result<Installed> {
    if !runs("node") || !runs("npm") {
        return Ok(Installed::Missing("node and npm".to_owned()));
    }
    let folder = std::path::absolute(cache)?.join(folder);
    let missing = once(&folder, &[package], |folder| {
        // Without one, npm would install beside the next package.json above.
        std::fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
        let mut install = Command::new("npm");
        install.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact"]);
        install.arg(package).current_dir(folder);
        Ok(vec![install])
    })?;
    Ok(match missing {
        Some(why) => Installed::Missing(format!("{package}: {why}")),
        None => Installed::Here { program: "node".into(), folder },
    })
}

/// A Node of at least version 20, with the packages that the lock file in `pinned` names, in a
/// folder of this name below `cache`.
pub fn node_with_lock(cache: &Path, folder: &str, pinned: &Path) -> Result<Installed> {
    if !is_node_20() || !runs("npm") {
        return Ok(Installed::Missing("node 20 and npm".to_owned()));
    }
    let folder = std::path::absolute(cache)?.join(folder);
    let lock = std::fs::read_to_string(pinned.join("package-lock.json"))?;
    let missing = once(&folder, &[&lock], |folder| {
        for file in ["package.json", "package-lock.json"] {
            std::fs::copy(pinned.join(file), folder.join(file))?;
        }
        let mut install = Command::new("npm");
        install.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(folder);
        Ok(vec![install])
    })?;
    Ok(match missing {
        Some(why) => Installed::Missing(why),
        None => Installed::Here { program: "node".into(), folder },
    })
}

fn is_node_20() -> bool {
    let mut command = Command::new("node");
    command.args(["-e", "process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)"]);
    output(command, "").is_ok_and(|tried| tried.success)
}

/// The browser for tests: what `DAEMUN_CHROMIUM` names, or Debian's.
pub fn chromium() -> Option<OsString> {
    let named = std::env::var_os("DAEMUN_CHROMIUM");
    let program = named.unwrap_or_else(|| "/usr/bin/chromium".into());
    Path::new(&program).exists().then_some(program)
}

/// A Node without packages.
pub(super) fn plain(cache: &Path) -> Result<Installed> {
    if !runs("node") {
        return Ok(Installed::Missing("node".to_owned()));
    }
    std::fs::create_dir_all(cache)?;
    Ok(Installed::Here { program: "node".into(), folder: cache.to_path_buf() })
}

fn runs(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version");
    output(command, "").is_ok_and(|tried| tried.success)
}
