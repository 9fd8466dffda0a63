//! Letters as files in a folder: for trying things out, and for another program to fetch.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use daemun_auth::mail::MailError;

use super::failed;

/// The folder.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    /// Whether it can take letters. One that is absent is made by the first letter.
    pub(super) fn probe(&self) -> Result<(), MailError> {
        match fs::metadata(&self.0) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(self.failed(&error)),
            Ok(metadata) if !metadata.is_dir() || metadata.permissions().readonly() => {
                Err(MailError(format!("the folder {} cannot be written", self.0.display())))
            }
            Ok(_) => Ok(()),
        }
    }

    /// Makes it where it is absent, for its owner alone: letters hold passwords.
    fn prepare(&self) -> Result<(), MailError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0).map_err(|error| self.failed(&error))
    }

    /// Puts a letter into it, whole or not at all.
    pub(super) fn keep(&self, name: &str, letter: &[u8]) -> Result<(), MailError> {
        self.prepare()?;
        let unfinished = self.0.join(format!(".{name}"));
        write(&unfinished, letter)
            .and_then(|()| fs::rename(&unfinished, self.0.join(name)))
            .map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &std::io::Error) -> MailError {
        failed(&format!("the folder {} took no letter", self.0.display()), error)
    }
}

fn write(path: &Path, letter: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(letter)
}
