//! The same thing so many times, for a count of instructions.
//!
//! The clock stands still and randomness repeats itself, so every run does the same. Between two
//! runs of different length lies nothing but the requests.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::{Context, Result, ensure};
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use daemun_action_api::Api;
use daemun_testkit::world::{World, pbkdf2};

use crate::http::{cookies_of, member};
use crate::{hashing, wiki};

/// What to do how often.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Options {
    what: What,
    times: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Ask for a token for a login
    Token,
    /// Ask who is in, with a session
    Userinfo,
    /// Ask for a token and log in; the hash has one round, so that the rest is what counts
    Login,
}

const NAME: &str = "William";

impl Options {
    pub(crate) fn run(self) -> Result<()> {
        let world = World::with(|rules| {
            rules.settings.password_default = pbkdf2(1);
            rules.hash_workers = 1;
        })?;
        world.add_account(NAME, hashing::PASSWORD)?;
        let bench = Bench { api: world.api(), world };
        let mut cookies = String::new();
        if self.what == What::Userinfo {
            cookies = bench.log_in()?;
        }
        for _ in 0..self.times {
            match self.what {
                What::Token => drop(bench.get(wiki::TOKEN, "")?),
                What::Userinfo => {
                    let answer = bench.get(wiki::USERINFO, &cookies)?;
                    ensure!(answer.contains(NAME), "nobody is in: {answer}");
                }
                What::Login => drop(bench.log_in()?),
            }
        }
        Ok(())
    }
}

struct Bench {
    api: Api,
    world: World,
}

impl Bench {
    fn ask(&self, request: Request<Body>) -> Result<String> {
        self.world.run(async {
            let response = self.api.answer(request, IpAddr::V4(Ipv4Addr::LOCALHOST)).await;
            text(response).await
        })
    }

    fn get(&self, query: &str, cookies: &str) -> Result<String> {
        let request = Request::get(format!("/w/api.php?{query}")).header(header::COOKIE, cookies);
        self.ask(request.body(Body::empty())?)
    }

    fn log_in(&self) -> Result<String> {
        let answer = self.get(wiki::TOKEN, "")?;
        let token = member(&answer, "logintoken").context("a token")?.replace("\\\\", "\\");
        let body = wiki::login_body(NAME, &token);
        let request = Request::post("/w/api.php")
            .header(header::COOKIE, cookies_of(&answer))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::CONTENT_LENGTH, body.len());
        let answer = self.ask(request.body(body.into())?)?;
        ensure!(answer.contains(wiki::PASS), "no login: {answer}");
        Ok(cookies_of(&answer))
    }
}

/// An answer as it would stand on the wire, without its first line.
async fn text(response: Response<Body>) -> Result<String> {
    let (parts, body) = response.into_parts();
    let headers = parts.headers.iter();
    let lines = headers.map(|(name, value)| Ok(format!("{name}: {}\n", value.to_str()?)));
    let mut text = lines.collect::<Result<String>>()?;
    text.push_str(std::str::from_utf8(&to_bytes(body, usize::MAX).await?)?);
    Ok(text)
}
