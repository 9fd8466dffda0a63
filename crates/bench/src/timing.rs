//! Whether refused logins can be told apart by the time they take.
//!
//! Each kind of refusal is compared to a wrong password by a Mann–Whitney test. Two kinds count as
//! told apart when chance alone would show such a difference once in ten thousand runs, and the
//! medians differ by more than a hundredth.

use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::http::{Connection, Place, cookies_of, form, member};
use crate::statistics::{Rounds, short};
use crate::wiki;

/// The arguments.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Options {
    /// Refused logins of each kind
    #[arg(long, default_value_t = 400)]
    each: u64,
}

/// Attempts before the first that counts.
const WARM_UP: u64 = 20;
/// A probability below which a difference is no chance.
const CHANCE: f64 = 0.0001;
/// A difference of medians that a client across a network might see.
const VISIBLE: f64 = 0.01;

/// A refusal: what it is called, and the body of the attempt with this number.
struct Kind {
    name: &'static str,
    body: fn(u64, &str) -> String,
}

const KINDS: [Kind; 6] = [
    Kind { name: "wrong password", body: |n, token| person(&account(n, 0), token) },
    Kind { name: "unknown user", body: |n, token| person(&format!("Nobody {n}"), token) },
    Kind { name: "blocked user", body: |n, token| person(&account(n, 1), token) },
    Kind { name: "pending temporary password", body: |n, token| person(&account(n, 2), token) },
    Kind {
        name: "bot login, no such application",
        body: |n, token| bot(&format!("{}@nosuch", account(n, 3)), token),
    },
    Kind {
        name: "bot login, unknown user",
        body: |n, token| bot(&format!("Nobody {n}@tool"), token),
    },
];

/// Accounts are taken from so many groups, so that no throttle is met.
const GROUPS: u64 = 4;

fn account(number: u64, group: u64) -> String {
    format!("Account {}", number * GROUPS + group + 1)
}

fn person(name: &str, token: &str) -> String {
    form(&[
        ("action", "clientlogin"),
        ("username", name),
        ("password", "Not-the-password-1"),
        ("logintoken", token),
        ("loginreturnurl", "http://localhost/"),
        ("format", "json"),
    ])
}

fn bot(name: &str, token: &str) -> String {
    form(&[
        ("action", "login"),
        ("lgname", name),
        ("lgpassword", "0123456789abcdefghijklmnopqrstuv"),
        ("lgtoken", token),
        ("format", "json"),
    ])
}

impl Options {
    pub(crate) fn run(self) -> Result<()> {
        let attempts = self.each + WARM_UP;
        let home = wiki::home(attempts * GROUPS)?;
        home.sql(&setting(attempts))?;
        let server = home.serve()?;
        let place = wiki::place(&server);
        let times = measure(&place, attempts)?;
        let (reference, others) = times.split_first().context("a kind")?;
        println!("{} refused logins of each kind, in turn; medians in ms\n", self.each);
        println!("  {:32} {}", KINDS.first().map_or("", |kind| kind.name), median(reference));
        let mut apart = Vec::new();
        for (kind, times) in KINDS.iter().skip(1).zip(others) {
            let chance = mann_whitney(reference, times);
            let difference = median_of(times) / median_of(reference) - 1.0;
            let told = chance < CHANCE && difference.abs() > VISIBLE;
            let verdict = if told { "told apart" } else { "alike" };
            println!(
                "  {:32} {}  {:+.1} %, p = {chance:.4}  {verdict}",
                kind.name,
                median(times),
                difference * 100.0
            );
            apart.extend(told.then_some(kind.name));
        }
        ensure!(apart.is_empty(), "told apart from a wrong password: {}", apart.join(", "));
        Ok(())
    }
}

/// A block of each account of the second group, a temporary password of each of the third.
fn setting(attempts: u64) -> String {
    let last = attempts * GROUPS;
    format!(
        "INSERT INTO block_target (bt_user, bt_auto, bt_count) \
         SELECT user_id, 0, 1 FROM user WHERE user_id - 100 <= {last} AND (user_id - 101) % {GROUPS} = 1; \
         INSERT INTO comment (comment_hash, comment_text) VALUES (0, 'timing'); \
         INSERT INTO block (bl_target, bl_by_actor, bl_reason_id, bl_timestamp, bl_expiry, bl_sitewide) \
         SELECT bt_id, (SELECT MIN(actor_id) FROM actor), (SELECT MAX(comment_id) FROM comment), \
         '20260101000000', 'infinity', 1 FROM block_target; \
         UPDATE user SET user_newpassword = user_password, user_newpass_time = '20991231235959' \
         WHERE (user_id - 101) % {GROUPS} = 2;"
    )
}

/// Seconds of each attempt, by kind.
fn measure(place: &Place, attempts: u64) -> Result<Vec<Vec<f64>>> {
    let mut connection = Connection::open(&place.address)?;
    let answer = connection.text(&place.get(wiki::TOKEN, ""))?;
    let token = member(&answer, "logintoken").context("a token")?.replace("\\\\", "\\");
    let cookies = cookies_of(&answer);
    let mut times = vec![Vec::new(); KINDS.len()];
    for attempt in 0..attempts {
        for step in 0..KINDS.len() {
            // Another order each time, so that no kind always follows the same one.
            let index = (step * 5 + usize::try_from(attempt)?) % KINDS.len();
            let (Some(kind), Some(times)) = (KINDS.get(index), times.get_mut(index)) else {
                continue;
            };
            let request = place.post(&(kind.body)(attempt, &token), &cookies);
            let begun = Instant::now();
            let answer = connection.text(&request)?;
            let took = begun.elapsed().as_secs_f64();
            let refused = answer.contains("wrongpassword") || answer.contains("\"Failed\"");
            ensure!(refused, "{} was not refused: {answer}", kind.name);
            if attempt >= WARM_UP {
                times.push(took);
            }
        }
    }
    Ok(times)
}

fn median_of(times: &[f64]) -> f64 {
    Rounds::new(times.iter().copied()).median()
}

fn median(times: &[f64]) -> String {
    short(median_of(times) * 1000.0)
}

/// The probability that two samples of one distribution differ as much as these: two-sided, by the
/// normal approximation, which is close for samples of more than twenty.
fn mann_whitney(a: &[f64], b: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> =
        a.iter().map(|v| (*v, true)).chain(b.iter().map(|v| (*v, false))).collect();
    all.sort_by(|(x, _), (y, _)| x.total_cmp(y));
    let ranks: f64 =
        all.iter().enumerate().filter(|(_, (_, of_a))| *of_a).map(|(i, _)| i as f64 + 1.0).sum();
    let (n, m) = (a.len() as f64, b.len() as f64);
    let u = ranks - n * (n + 1.0) / 2.0;
    let z = (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// The complementary error function, to seven digits (Abramowitz and Stegun 7.1.26).
fn erfc(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let sum = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592]
        .into_iter()
        .fold(0.0, |sum, factor| (sum + factor) * t);
    sum * (-x * x).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_one_distribution_are_alike_and_others_are_not() {
        let even: Vec<f64> = (0..200).map(|n| f64::from(n * 37 % 101)).collect();
        let odd: Vec<f64> = (0..200).map(|n| f64::from(n * 53 % 101)).collect();
        let more: Vec<f64> = odd.iter().map(|value| value + 30.0).collect();
        assert!(mann_whitney(&even, &odd) > 0.1);
        assert!(mann_whitney(&even, &more) < CHANCE);
    }

    #[test]
    fn the_error_function_has_its_known_values() {
        for (x, y) in [(0.0, 1.0), (1.0, 0.157_299_2), (2.0, 0.004_677_7)] {
            assert!((erfc(x) - y).abs() < 1e-6, "{x}");
        }
    }
}
