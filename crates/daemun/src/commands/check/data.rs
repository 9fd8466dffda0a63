//! The data folder, the secret key, the database.

use std::fs;
use std::path::Path;

use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::Store;

use super::{Line, Named, tables};
use crate::config::{Config, SecretState};

pub(super) fn folder(config: &Config) -> Line {
    let path = &config.store.data_folder;
    let place = path.display();
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Line::Skipped(format!("{place} is not there yet: the first start makes it"));
        }
        Err(error) => {
            return Line::Bad(
                format!("{place}: {error}"),
                "let the user that daemun runs as reach it".to_owned(),
            );
        }
    };
    if !metadata.is_dir() {
        let advice = "name another folder with `data`, or move what is there".to_owned();
        return Line::Bad(format!("{place} is no folder"), advice);
    }
    if metadata.permissions().readonly() {
        return Line::Bad(format!("{place} cannot be written"), format!("chmod u+w {place}"));
    }
    // Password hashes lie there. A group may be meant to read them, such as a web server's.
    match mode(&metadata) {
        Some(mode) if mode & 0o007 != 0 => Line::Bad(
            format!("every user of this machine can enter {place} (mode {:03o})", mode & 0o777),
            format!("chmod o= {place}"),
        ),
        _ => Line::Good(format!("{place}")),
    }
}

pub(super) fn secret(state: &SecretState) -> Line {
    match state {
        SecretState::Given => Line::Good("from the configuration".to_owned()),
        SecretState::Absent(path) => {
            let place = path.display();
            Line::Skipped(format!("{place} is not there yet: the first start makes it"))
        }
        SecretState::Read(path) => private_file(path),
    }
}

fn private_file(path: &Path) -> Line {
    let place = path.display();
    match fs::metadata(path).ok().and_then(|metadata| mode(&metadata)) {
        Some(mode) if mode & 0o077 != 0 => Line::Bad(
            format!("others can read {place} (mode {:03o})", mode & 0o777),
            format!("chmod 600 {place}; if somebody may have read it, remove it to get a new one"),
        ),
        _ => Line::Good(format!("{place}")),
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no modes")]
fn mode(metadata: &fs::Metadata) -> Option<u32> {
    Some(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()))
}

#[cfg(not(unix))]
fn mode(_: &fs::Metadata) -> Option<u32> {
    None
}

/// Tries the database and answers when the newest account was made.
pub(super) async fn database(config: &Config, lines: &mut Vec<Named>) -> Option<Timestamp> {
    let file = config.store.data_folder.join(format!("{}.sqlite", config.store.name));
    if !file.exists() {
        let place = file.display();
        let said = format!("{place} is not there yet: the first start makes it");
        lines.push(("database", Line::Skipped(said)));
        return None;
    }
    let store = match Store::open(&config.store).await {
        Ok(store) => store,
        Err(error) => {
            let said = format!("{:#}", anyhow::Error::new(error));
            let advice = "is it a database, and may daemun's user write it and its folder?";
            lines.push(("database", Line::Bad(said, advice.to_owned())));
            return None;
        }
    };
    for line in store.check().await {
        lines.push((
            line.part,
            if line.good {
                Line::Good(line.text)
            } else {
                let advice = "restore it from a backup, or update the wiki that it belongs to";
                Line::Bad(line.text, advice.to_owned())
            },
        ));
    }
    tables::of_features(&store, &config.settings, lines).await;
    if let Ok(0) = store.accounts.count().await {
        let said = "none yet: `daemun serve` makes an administrator, `daemun user add` others";
        lines.push(("people", Line::Skipped(said.to_owned())));
    }
    let newest = store.log.list("newusers", 1).await.ok().and_then(|log| log.into_iter().next());
    store.close().await;
    newest.map(|entry| entry.timestamp)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_that_others_can_read_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        fs::write(&path, "x").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(secret(&SecretState::Read(path.clone())), Line::Bad(..)));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(secret(&SecretState::Read(path)), Line::Good(_)));
    }
}
