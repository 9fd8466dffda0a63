//! A real MediaWiki, from Debian's package, set up in a folder of its own and on loopback only.

mod people;
mod server;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

pub use people::{BOT_PASSWORD, NAMES, PASSWORD, TOTP_SECRET, name};
pub use server::{RealWiki, running};

/// Where Debian's package has the program.
pub const PROGRAM: &str = "/usr/share/mediawiki";
/// Debian's packages that a wiki with php's own server needs.
pub const PACKAGES: &str = "mediawiki php-cli php-sqlite3 php-mbstring php-xml php-intl";

/// Whether the program is there.
pub fn is_installed() -> bool {
    Path::new(PROGRAM).join("api.php").exists()
}

/// Installs a wiki in a folder: SQLite in `data`, `LocalSettings.php` with these settings at its
/// end. It will answer at `http://ADDRESS/w/api.php`.
///
/// # Errors
/// With what the installer says.
pub fn install(folder: &Path, address: &str, settings: &str) -> Result<()> {
    let path = folder.to_str().context("a folder that has a name")?;
    fs::create_dir_all(folder.join("data"))?;
    let arguments = [
        "--dbtype=sqlite".to_owned(),
        format!("--dbpath={path}/data"),
        "--dbname=wiki".to_owned(),
        format!("--confpath={path}"),
        "--scriptpath=/w".to_owned(),
        format!("--server=http://{address}"),
        "--pass=An-administrator-9!".to_owned(),
        "Wiki".to_owned(),
        "Administrator".to_owned(),
    ];
    // Debian's own settings, if any, must not stand in the way of a new wiki.
    maintain(folder, "install", &arguments.each_ref().map(String::as_str))?;
    let file = folder.join("LocalSettings.php");
    let mut text = fs::read_to_string(&file)?;
    text.push_str(settings);
    Ok(fs::write(file, text)?)
}

/// Runs one of the wiki's maintenance scripts.
///
/// # Errors
/// With what it says.
pub fn maintain(folder: &Path, script: &str, arguments: &[&str]) -> Result<String> {
    run(Command::new("php")
        .arg(format!("{PROGRAM}/maintenance/{script}.php"))
        .args(arguments)
        .env("MW_CONFIG_FILE", folder.join("LocalSettings.php")))
}

/// Runs SQL on the wiki's database.
///
/// # Errors
/// With what php says.
pub fn sql(folder: &Path, statements: &str) -> Result<String> {
    let database = format!("sqlite:{}/data/wiki.sqlite", folder.display());
    let script = "$db = new PDO($argv[1]); $db->setAttribute(PDO::ATTR_ERRMODE, \
                  PDO::ERRMODE_EXCEPTION); $db->exec($argv[2]);";
    run(Command::new("php").args(["-r", script]).args([&database, statements]))
}

/// The version of the program, such as `1.39.17`.
///
/// # Errors
/// When it is not there.
pub fn version() -> Result<String> {
    let defines = fs::read_to_string(format!("{PROGRAM}/includes/Defines.php"))?;
    let version = defines.split("'MW_VERSION', '").nth(1).and_then(|rest| rest.split('\'').next());
    Ok(version.context("a version in Defines.php")?.to_owned())
}

/// Runs a program to its end; answers what it printed.
///
/// # Errors
/// With what it said, when it failed.
pub fn run(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {said}{complained}");
    Ok(said)
}
