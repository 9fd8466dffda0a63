//! `daemun check`: everything against the live deployment, a line each, with advice.

mod data;
mod mail;
mod network;
mod openid;
mod tables;

use std::fmt::Write;
use std::time::{Duration, Instant};

use daemun_auth::{Clock, Random, Settings};
use daemun_mediawiki::timestamp::Timestamp;

use crate::config::{Config, ConfigArgs};

/// The arguments: those of the configuration are all there are.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  daemun check
  daemun check --config /etc/daemun.toml && systemctl restart daemun

Changes nothing. Exit code 1 if something is wrong, 2 if the configuration is.")]
pub(super) struct Check {}

/// All lines.
pub(super) struct Report {
    pub(super) text: String,
    pub(super) good: bool,
}

/// What came of trying one part.
#[derive(Debug, PartialEq)]
enum Line {
    Good(String),
    /// What is wrong, and what to do.
    Bad(String, String),
    /// Not tried, and why.
    Skipped(String),
}

type Named = (&'static str, Line);

pub(super) async fn run(args: &ConfigArgs) -> anyhow::Result<Report> {
    let random = Random::system();
    let sources = args.sources()?;
    let (config, _, secret) = Config::inspect(&sources, &random)?;
    let mut lines: Vec<Named> = vec![("configuration", configuration(&config))];
    lines.push(("data folder", data::folder(&config)));
    lines.push(("secret key", data::secret(&secret)));
    let newest = data::database(&config, &mut lines).await;
    network::server(&config, &mut lines).await;
    openid::providers(&config, &mut lines).await;
    lines.push(("mail", mail::mail(&config).await));
    lines.push(("clock", clock(Clock::system().now(), newest)));
    let (settings, salt) = (config.settings, random.bytes());
    let hashed = tokio::task::spawn_blocking(move || time_hash(&settings, salt)).await?;
    lines.push(("password hash", hash_speed(hashed)));
    Ok(render(&lines))
}

fn render(lines: &[Named]) -> Report {
    let mut text = String::new();
    for (part, line) in lines {
        let (mark, said) = match line {
            Line::Good(said) => ('✓', said),
            Line::Bad(said, _) => ('✗', said),
            Line::Skipped(said) => ('–', said),
        };
        let _ = writeln!(text, "{mark} {:<16}{said}", format!("{part}:"));
        if let Line::Bad(_, advice) = line {
            let _ = writeln!(text, "  {:<16}{advice}", "");
        }
    }
    Report { text, good: !lines.iter().any(|(_, line)| matches!(line, Line::Bad(..))) }
}

fn configuration(config: &Config) -> Line {
    Line::Good(match &config.file {
        Some(path) => format!("{} can be used", path.display()),
        None => "no daemun.toml: defaults, and what the environment says".to_owned(),
    })
}

/// The first second of 2026: no clock that goes right shows less.
const NOT_BEFORE: Timestamp = Timestamp(1_767_225_600);

fn clock(now: Timestamp, newest: Option<Timestamp>) -> Line {
    let advice = || "sessions, throttles and one-time codes go by it: run an NTP client".to_owned();
    if now < NOT_BEFORE {
        return Line::Bad(format!("it shows {now}, which is past"), advice());
    }
    match newest.filter(|newest| *newest > now.plus(60)) {
        Some(newest) => {
            Line::Bad(format!("it shows {now}, but an account was made at {newest}"), advice())
        }
        None => Line::Good(format!("it shows {now}")),
    }
}

fn time_hash(settings: &Settings, salt: [u8; 16]) -> Result<Duration, String> {
    let begin = Instant::now();
    let hashed = settings.password_default.hash(b"how long does this take?", &salt);
    hashed.map(|_| begin.elapsed()).map_err(|error| error.to_string())
}

fn hash_speed(took: Result<Duration, String>) -> Line {
    match took {
        Err(error) => Line::Bad(error, "change `password.…` in the configuration".to_owned()),
        Ok(took) if took > Duration::from_millis(1000) => Line::Bad(
            format!("{} ms: every login takes as long and more", took.as_millis()),
            "lower the parameters of `password.…`, or take a faster machine".to_owned(),
        ),
        Ok(took) => Line::Good(format!("{:.1} ms on one core", took.as_secs_f64() * 1000.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_line_makes_the_whole_bad_and_brings_its_advice() {
        let lines = [
            ("clock", Line::Good("right".to_owned())),
            ("port", Line::Bad("taken".to_owned(), "free it".to_owned())),
            ("public URL", Line::Skipped("no server".to_owned())),
        ];
        let report = render(&lines);
        assert!(!report.good);
        assert_eq!(
            report.text,
            "✓ clock:          right\n✗ port:           taken\n                  free it\n\
             – public URL:     no server\n"
        );
    }

    #[test]
    fn a_clock_behind_its_own_accounts_is_wrong() {
        let now = NOT_BEFORE.plus(1000);
        assert!(matches!(clock(now, None), Line::Good(_)));
        assert!(matches!(clock(now, Some(now)), Line::Good(_)));
        assert!(matches!(clock(now, Some(now.plus(3600))), Line::Bad(..)));
        assert!(matches!(clock(Timestamp(0), None), Line::Bad(..)));
    }

    #[test]
    fn a_hash_of_more_than_a_second_is_too_slow() {
        assert!(matches!(hash_speed(Ok(Duration::from_millis(50))), Line::Good(_)));
        assert!(matches!(hash_speed(Ok(Duration::from_secs(2))), Line::Bad(..)));
        assert!(matches!(hash_speed(Err("no memory".to_owned())), Line::Bad(..)));
    }
}
