//! KDE's libmediawiki: a driver in C++ that is compiled here against what the system has.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::install::{Installed, once};
use super::process::output;

/// Where distributions put what belongs to KDE's frameworks.
const HEADERS: &str = "/usr/include/KF5";

/// The driver, compiled in `CACHE/kde` from this source file.
pub(super) fn compiled(cache: &Path, name: &str, source: &str) -> Result<Installed> {
    let missing = || Ok(Installed::Missing("g++, pkg-config and libkf5mediawiki-dev".to_owned()));
    let headers = Path::new(HEADERS);
    if !headers.join("MediaWiki/login.h").exists() || !runs("g++", &["--version"]) {
        return missing();
    }
    let mut asked = Command::new("pkg-config");
    asked.args(["--cflags", "--libs", "Qt5Network"]);
    let Some(qt) = output(asked, "").ok().filter(|qt| qt.success) else { return missing() };
    let folder = std::path::absolute(cache)?.join("kde");
    let program = folder.join("kde_login");
    let failed = once(&folder, &[source], |folder| {
        let file = folder.join(name);
        std::fs::write(&file, source).with_context(|| file.display().to_string())?;
        let mut compile = Command::new("g++");
        compile.args(["-fPIC", "-o"]).arg(&program).arg(file);
        for library in ["MediaWiki", "KCoreAddons"] {
            compile.arg("-I").arg(headers.join(library));
        }
        compile.args(qt.stdout.split_whitespace()).args(["-lKF5MediaWiki", "-lKF5CoreAddons"]);
        Ok(vec![compile])
    })?;
    // All that it needs is there, so it is the driver that is wrong.
    if let Some(why) = failed {
        bail!("{why}");
    }
    Ok(Installed::Here { program: program.into(), folder })
}

fn runs(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments);
    output(command, "").is_ok_and(|tried| tried.success)
}
