//! The log: to standard error, as lines for people or as JSON for everything else.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// What the configuration says of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogSettings {
    /// What is logged; `None` is left to the command.
    pub filter: Option<String>,
    /// In which form; `None` depends on who reads.
    pub format: Option<LogFormat>,
}

/// The form of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// A JSON object.
    Json,
}

impl LogFormat {
    /// The words of the configuration.
    pub const WORDS: &[&str] = &["text", "json"];

    /// The form of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Whether a text says what to log.
pub fn is_filter(text: &str) -> bool {
    EnvFilter::try_new(text).is_ok()
}

/// Begins to log what the settings say, or else what `level` does. A filter that is none counts as
/// absent: whoever reads the configuration refuses it.
pub fn start(settings: &LogSettings, level: &str) {
    let asked = settings.filter.as_deref().filter(|text| is_filter(text)).unwrap_or(level);
    let is_terminal = std::io::stderr().is_terminal();
    let format =
        settings.format.unwrap_or(if is_terminal { LogFormat::Text } else { LogFormat::Json });
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(asked))
        .with_ansi(is_terminal)
        .with_writer(std::io::stderr)
        // That a line could not be written (a full disk, a reader that is gone) would be told where
        // it could not be written, and failing again is a panic in the midst of a request.
        .log_internal_errors(false);
    // A second start in one process, as in tests, keeps the first.
    let _started_before = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}
