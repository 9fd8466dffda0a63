//! The log: to standard error, for people at a terminal, as JSON lines for everything else.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::ConfigError;

/// The variable that filters the log.
pub const VARIABLE: &str = "DAEMUN_LOG";

/// Begins to log what `DAEMUN_LOG` asks for, or else what `level` does.
///
/// # Errors
/// When the variable is no filter.
pub fn start(level: &str) -> Result<(), ConfigError> {
    let asked = std::env::var(VARIABLE).unwrap_or_default();
    let asked = if asked.trim().is_empty() { level } else { asked.trim() };
    let filter = EnvFilter::try_new(asked).map_err(|error| {
        ConfigError::one(format!(
            "{VARIABLE} is {asked:?}: it must be a filter such as `info` or `warn,daemun=debug` ({error})"
        ))
    })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process, as in tests, keeps the first.
    let _started_before = if std::io::stderr().is_terminal() {
        builder.try_init()
    } else {
        builder.json().flatten_event(true).try_init()
    };
    Ok(())
}
