//! Flags for keys, made from the table of keys.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::Sources;
use crate::config::keys;
use crate::config::kind::Kind;
use crate::config::problem::ConfigError;

/// What the command line says of the configuration. Every command takes it.
#[derive(Clone, Debug, Default)]
pub struct ConfigArgs {
    file: Option<PathBuf>,
    flags: Vec<(String, String)>,
}

impl ConfigArgs {
    /// All sources of this process.
    ///
    /// # Errors
    /// When a file that was named cannot be read.
    pub fn sources(&self) -> Result<Sources, ConfigError> {
        Sources::of_process(self.flags.clone(), self.file.as_deref())
    }

    /// A flag that was given, for a command that takes none.
    pub fn given(&self) -> Option<String> {
        let file = self.file.as_ref().map(|_| "--config".to_owned());
        file.or_else(|| Some(format!("--{}", self.flags.first()?.0.replace('.', "-"))))
    }
}

/// The same for a command that has a configuration of its own: its help is silent about them.
#[derive(Clone, Debug, Default)]
pub struct NoConfigArgs(ConfigArgs);

impl NoConfigArgs {
    /// A flag that was given all the same.
    pub fn given(&self) -> Option<String> {
        self.0.given()
    }
}

impl Args for NoConfigArgs {
    fn augment_args(command: Command) -> Command {
        ConfigArgs::augment_args(command).mut_args(|arg| match arg.is_global_set() {
            true => arg.hide(true),
            false => arg,
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for NoConfigArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        ConfigArgs::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

const HEADING: &str = "Configuration";

impl Args for ConfigArgs {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new("config")
            .long("config")
            .value_name("FILE")
            .help("The file to read [default: daemun.toml if there is one]")
            .value_parser(clap::value_parser!(PathBuf))
            .global(true)
            .help_heading(HEADING);
        let flags = keys::all().filter(|key| key.flag).map(|key| {
            let arg = Arg::new(key.name)
                .long(key.flag_name())
                .value_name("VALUE")
                .help(key.doc)
                .global(true)
                .help_heading(HEADING);
            match key.kind {
                // `--explain` alone says yes; `--explain=false` takes back what the file says.
                Kind::Flag => {
                    arg.num_args(0..=1).require_equals(true).default_missing_value("true")
                }
                _ => arg,
            }
        });
        command.arg(file).args(flags)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ConfigArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flags = keys::all()
            .filter(|key| key.flag)
            .filter_map(|key| {
                Some((key.name.to_owned(), matches.get_one::<String>(key.name)?.clone()))
            })
            .collect();
        Ok(Self { file: matches.get_one("config").cloned(), flags })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
