//! The secret key: from the configuration, or from a file that the first start makes.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use daemun_auth::Random;
use daemun_auth::settings::SecretKey;
use daemun_mediawiki::session_id::hex;
use zeroize::Zeroizing;

use super::SecretState;
use super::problem::ConfigError;
use super::values::Values;

/// Fewest bytes that are a secret.
pub(super) const LEAST: usize = 32;

/// The key, if there is one already.
pub(super) fn read(values: &Values) -> Result<(Option<SecretKey>, SecretState), ConfigError> {
    let given = values.text("secret-key");
    if !given.is_empty() {
        return Ok((Some(SecretKey::new(given.as_bytes().to_vec())), SecretState::Given));
    }
    let path = PathBuf::from(values.text("secret-key-file"));
    Ok(match read_file(&path)? {
        Some(key) => (Some(key), SecretState::Read(path)),
        None => (None, SecretState::Absent(path)),
    })
}

/// The key; made when there is none.
pub(super) fn read_or_create(values: &Values, random: &Random) -> Result<SecretKey, ConfigError> {
    match read(values)? {
        (Some(key), _) => Ok(key),
        (None, SecretState::Absent(path)) => create(&path, random),
        (None, _) => Err(ConfigError::one("there is no secret key")),
    }
}

fn read_file(path: &Path) -> Result<Option<SecretKey>, ConfigError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path, &error)),
    };
    let key = std::str::from_utf8(&bytes).ok().and_then(from_hex).unwrap_or_else(|| bytes.to_vec());
    if key.len() < LEAST {
        let place = path.display();
        return Err(ConfigError::one(format!(
            "the secret key in {place} has {} bytes: it must have {LEAST} or more; remove the file \
             to have a new one made, which ends all sessions",
            key.len()
        )));
    }
    Ok(Some(SecretKey::new(key)))
}

/// Makes the file with 32 random bytes in hexadecimal, readable by its owner alone. Of several
/// processes that start at once, one makes it and the others read it.
fn create(path: &Path, random: &Random) -> Result<SecretKey, ConfigError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_folder(folder).map_err(|error| failed("make the folder of", path, &error))?;
    }
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".{}", hex(&random.bytes::<8>())));
    let unfinished = PathBuf::from(unfinished);
    let text = Zeroizing::new(format!("{}\n", hex(&random.bytes::<32>())));
    let written = write_new(&unfinished, text.as_bytes())
        // A link is there whole or not at all, and never takes another's place.
        .and_then(|()| fs::hard_link(&unfinished, path));
    let _already_gone = fs::remove_file(&unfinished);
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(failed("make", path, &error))
        }
        _ => read_file(path)?
            .ok_or_else(|| ConfigError::one(format!("{} has gone again", path.display()))),
    }
}

fn make_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// 64 hexadecimal digits, with or without a line end.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim();
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    (0..32).map(|n| u8::from_str_radix(digits.get(2 * n..2 * n + 2)?, 16).ok()).collect()
}

fn failed(what: &str, path: &Path, error: &std::io::Error) -> ConfigError {
    ConfigError::one(format!("cannot {what} the secret key's file {}: {error}", path.display()))
}
