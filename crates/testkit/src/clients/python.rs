//! pywikibot, mwclient and requests in a virtual environment.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::install::{Installed, once};
use super::process::output;

/// The pinned versions.
pub const PYWIKIBOT: &str = "pywikibot==11.9.0";
pub const MWCLIENT: &str = "mwclient==0.11.0";
pub const REQUESTS: &str = "requests==2.34.2";

/// A Python with the pinned packages, in `CACHE/python`.
pub fn python(cache: &Path) -> Result<Installed> {
    let mut command = Command::new("python3");
    command.args(["-c", "import venv, ensurepip"]);
    if !output(command, "").is_ok_and(|tried| tried.success) {
        return Ok(Installed::Missing("python3 with venv".to_owned()));
    }
    let cache = std::path::absolute(cache)?;
    let folder = cache.join("python");
    let program = folder.join("bin").join("python");
    let packages = [PYWIKIBOT, MWCLIENT, REQUESTS];
    let missing = once(&folder, &packages, |folder| {
        let mut environment = Command::new("python3");
        environment.args(["-m", "venv"]).arg(folder);
        let mut install = Command::new(&program);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        install.args(packages);
        Ok(vec![environment, install])
    })?;
    Ok(match missing {
        Some(why) => Installed::Missing(format!("the Python packages: {why}")),
        None => Installed::Here { program: program.into(), folder },
    })
}
