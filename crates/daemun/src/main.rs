//! The program `daemun`.

use std::process::ExitCode;

use clap::Parser;
use daemun::commands::Cli;
use daemun::config::ConfigError;
use daemun::logging;

/// A request makes many small things that live as long as it does. Taking memory for them and giving
/// it back is a good part of its work, and takes half as long with this as with the system's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            // Chained with `: ` the causes make one sentence.
            eprintln!("daemun: {error:#}");
            let is_configuration = error.downcast_ref::<ConfigError>().is_some();
            if is_configuration { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    logging::start(&cli.log_settings(), cli.log_level());
    // A server's connections and logins have threads of their own.
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(cli.run())
}
