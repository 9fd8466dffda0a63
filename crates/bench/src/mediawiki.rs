//! A real MediaWiki with nginx and php-fpm, set up in a folder of its own and on loopback only.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use daemun_testkit::program::free_port;
use daemun_testkit::real_wiki::{self, PROGRAM, run};
use tempfile::TempDir;

use crate::http::{Connection, Place};
use crate::wiki;

/// Debian's packages that are needed.
const PACKAGES: &str =
    "mediawiki nginx-light php-fpm php-sqlite3 php-apcu php-mbstring php-xml php-intl";

/// The wiki, running.
pub(crate) struct MediaWiki {
    pub(crate) place: Place,
    /// nginx, php-fpm and what they are, for the remark.
    pub(crate) what: String,
    children: Vec<Child>,
    _folder: TempDir,
}

impl Drop for MediaWiki {
    fn drop(&mut self) {
        for child in &mut self.children {
            // Asked rather than killed: both have processes of their own to end.
            let id = child.id().to_string();
            let _asked = Command::new("kill").args(["-TERM", &id]).status();
            let _over = child.wait();
        }
    }
}

/// What is missing to run it; `None` when all is there.
pub(crate) fn missing() -> Option<String> {
    let there = real_wiki::is_installed() && fpm().is_ok() && Path::new("/usr/sbin/nginx").exists();
    (!there).then(|| format!("a real MediaWiki needs Debian's packages {PACKAGES}"))
}

fn fpm() -> Result<PathBuf> {
    let programs = fs::read_dir("/usr/sbin")?.flatten().map(|entry| entry.path());
    let mut found = programs.filter(|path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("php-fpm"))
    });
    found.next().context("php-fpm")
}

impl MediaWiki {
    /// Installs a wiki with so many accounts and starts it.
    pub(crate) fn start(accounts: u64) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().to_str().context("a folder")?;
        let address = format!("127.0.0.1:{}", free_port()?);
        real_wiki::install(folder.path(), &address, SETTINGS)?;
        real_wiki::sql(folder.path(), &wiki::rows(accounts, crate::hashing::ROUNDS)?)?;
        let children = vec![start_fpm(path)?, start_nginx(path, &address)?];
        let place = Place { address, path: "/w/api.php".to_owned() };
        let started = Self { place, what: versions()?, children, _folder: folder };
        started.wait()?;
        Ok(started)
    }

    fn wait(&self) -> Result<()> {
        let begun = Instant::now();
        let request = self.place.get(wiki::TOKEN, "");
        loop {
            let asked = Connection::open(&self.place.address);
            match asked.and_then(|mut connection| connection.text(&request)) {
                Ok(answer) if answer.contains("logintoken") => return Ok(()),
                other if begun.elapsed() > Duration::from_secs(30) => {
                    anyhow::bail!("MediaWiki does not answer: {other:?}")
                }
                _ => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }
}

/// What an operator who cares for speed would set.
const SETTINGS: &str = "\n$wgMainCacheType = CACHE_ACCEL;\n$wgJobRunRate = 0;\n";

fn start_fpm(path: &str) -> Result<Child> {
    let workers = crate::hashing::processors() * 4;
    fs::write(
        format!("{path}/fpm.conf"),
        format!(
            "[global]\nerror_log = {path}/fpm.log\ndaemonize = no\n[wiki]\nuser = root\n\
             listen = {path}/fpm.sock\npm = static\npm.max_children = {workers}\n\
             env[MW_CONFIG_FILE] = {path}/LocalSettings.php\n\
             php_admin_value[opcache.enable] = 1\n\
             php_admin_value[opcache.validate_timestamps] = 0\n"
        ),
    )?;
    let mut command = Command::new(fpm()?);
    command.args(["-R", "-F", "-y", &format!("{path}/fpm.conf")]);
    Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
}

fn start_nginx(path: &str, address: &str) -> Result<Child> {
    fs::write(
        format!("{path}/nginx.conf"),
        format!(
            "user root;\ndaemon off;\nworker_processes auto;\npid {path}/nginx.pid;\n\
             error_log {path}/nginx.log;\nevents {{}}\nhttp {{\n access_log off;\n\
             keepalive_requests 1000000;\n client_body_temp_path {path}/body;\n\
             fastcgi_temp_path {path}/fastcgi;\n proxy_temp_path {path}/proxy;\n\
             uwsgi_temp_path {path}/uwsgi;\n scgi_temp_path {path}/scgi;\n\
             upstream fpm {{ server unix:{path}/fpm.sock; keepalive 8; }}\n\
             server {{\n  listen {address};\n  location = /w/api.php {{\n\
             include /etc/nginx/fastcgi_params;\n   fastcgi_pass fpm;\n   fastcgi_keep_conn on;\n\
             fastcgi_param SCRIPT_FILENAME {PROGRAM}/api.php;\n  }}\n }}\n}}\n"
        ),
    )?;
    let mut command = Command::new("/usr/sbin/nginx");
    command.args(["-c", &format!("{path}/nginx.conf")]);
    Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
}

fn versions() -> Result<String> {
    let version = real_wiki::version().unwrap_or_else(|_| "of an unknown version".to_owned());
    let php = run(Command::new("php").args(["-r", "echo PHP_VERSION;"]))?;
    Ok(format!("MediaWiki {version} with nginx, php-fpm {php}, opcache, APCu and SQLite"))
}
