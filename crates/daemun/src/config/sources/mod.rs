//! Where values come from: flags, the environment, `daemun.toml`.

pub(super) mod args;
pub(super) mod file;

use std::path::{Path, PathBuf};

use super::problem::ConfigError;

/// The file that is read when nobody names another.
pub const FILE_NAME: &str = "daemun.toml";

/// All that was said, unread. Flags are stronger than the environment, which is stronger than the
/// file.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Keys and texts.
    pub flags: Vec<(String, String)>,
    /// Variables whose names begin with `DAEMUN_`.
    pub environment: Vec<(String, String)>,
    /// The file, if there is one.
    pub file: Option<FileText>,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct FileText {
    /// Where it is.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

impl Sources {
    /// Those of this process. `config` is the file that a flag named.
    ///
    /// # Errors
    /// When a file that was named cannot be read.
    pub fn of_process(
        flags: Vec<(String, String)>,
        config: Option<&Path>,
    ) -> Result<Self, ConfigError> {
        let mut environment: Vec<(String, String)> = std::env::vars_os()
            .map(|(name, value)| {
                (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
            })
            .filter(|(name, _)| name.starts_with("DAEMUN_"))
            .collect();
        environment.sort();
        let named = config.map(Path::to_owned).or_else(|| {
            environment
                .iter()
                .find(|(name, path)| name == "DAEMUN_CONFIG" && !path.is_empty())
                .map(|(_, path)| PathBuf::from(path))
        });
        let (path, is_named) = match named {
            Some(path) => (path, true),
            None => (PathBuf::from(FILE_NAME), false),
        };
        let file = match std::fs::read_to_string(&path) {
            Ok(text) => Some(FileText { path, text }),
            Err(error) if !is_named && error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                return Err(ConfigError::one(format!("cannot read {}: {error}", path.display())));
            }
        };
        Ok(Self { flags, environment, file })
    }
}
