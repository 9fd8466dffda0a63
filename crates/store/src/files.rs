//! The folder and the files, readable by their owner alone: they hold password hashes and tokens.

use std::fs::{DirBuilder, OpenOptions};
use std::path::Path;

use crate::error::StoreError;

fn failed(path: &Path, source: std::io::Error) -> StoreError {
    StoreError::Files { path: path.to_owned(), source }
}

/// Makes the folder (mode 0700) and those above it when absent; one that exists keeps its mode.
pub(crate) fn folder(path: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| failed(path, error))
}

/// Makes the file (mode 0600) when absent. SQLite gives its `-wal` and `-shm` the mode of the file.
pub(crate) fn file(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed(path, error)),
    }
}
