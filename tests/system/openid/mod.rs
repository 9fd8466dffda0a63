//! Signing in by OpenID Connect, with a provider on this machine.

mod accounts;
mod checking;
mod explaining;
mod leaving;
mod linking;
mod lying;
mod making;
mod pages;
mod published;
mod returning;
mod signing_in;
mod walking;

use std::collections::HashMap;

use anyhow::{Context, Result};
use daemun_auth::manager::AuthManager;
use daemun_auth::providers::openid_connect::OpenIdProvider;
use daemun_auth::session::{RequestOrigin, Session};
use daemun_mediawiki::cookie::CookieJar;
use daemun_store::OpenIdLink;
use daemun_testkit::openid_provider::{Person, TestProvider};
use daemun_testkit::visitor::{Answer, Visitor, encode};
use daemun_testkit::world::{Rules, World};
use serde_json::{Map, Value, json};

/// Where the client wants the browser to go.
const RETURN: &str = "https://app.example/return?x=1";
const PASSWORD: &str = "William-pass-1!";

/// A wiki and a provider.
struct Setup {
    provider: TestProvider,
    world: World,
}

impl Setup {
    fn new() -> Result<Self> {
        Self::with(|_| {})
    }

    fn with(tweak: impl FnOnce(&mut OpenIdProvider)) -> Result<Self> {
        Self::with_rules(tweak, |_| {})
    }

    fn with_rules(
        tweak: impl FnOnce(&mut OpenIdProvider),
        rules: impl FnOnce(&mut Rules),
    ) -> Result<Self> {
        let provider = TestProvider::start()?;
        let mut settings = provider.settings("example");
        tweak(&mut settings);
        let world = World::with(|all| {
            all.settings.openid.providers = vec![settings];
            all.settings.confirm_link = true;
            // A test may sign in often.
            all.settings.password_attempt_throttle.clear();
            rules(all);
        })?;
        Ok(Self { provider, world })
    }

    /// An account that is linked to this subject.
    fn linked(&self, name: &str, subject: &str) -> Result<u64> {
        let id = self.world.add_account(name, PASSWORD)?;
        let link =
            OpenIdLink { issuer: self.provider.issuer().to_owned(), subject: subject.to_owned() };
        self.world.run(self.world.store().openid_links.add(id, &link))?;
        Ok(id)
    }

    /// All links: account and subject.
    fn links(&self) -> Result<Vec<(String, String)>> {
        let rows = self.world.sql(
            "SELECT user_name, oidc_subject FROM openid_connect \
             JOIN user ON user_id = oidc_user ORDER BY user_name",
        )?;
        let text = |cell: Option<String>| cell.unwrap_or_default();
        let pair = |row: Vec<Option<String>>| {
            let mut cells = row.into_iter();
            (text(cells.next().flatten()), text(cells.next().flatten()))
        };
        Ok(rows.into_iter().map(pair).collect())
    }

    /// Signs somebody in, the code relayed by the client, and answers how it ended.
    fn sign_in(&self, client: &mut Visitor, person: &Person) -> Result<Answer> {
        let target = begin(client)?;
        let back = fields(&self.provider.sign_in(&target, person)?);
        client.go_on(&[("code", &back["code"]), ("state", &back["state"])])
    }
}

/// Presses the button; answers where the person is sent.
fn begin(client: &mut Visitor) -> Result<String> {
    let answer = press(client, 0, RETURN, &[])?;
    let target = answer.text_at("/clientlogin/redirecttarget").to_owned();
    anyhow::ensure!(answer.status() == "REDIRECT" && !target.is_empty(), "{}", answer.body());
    Ok(target)
}

fn press(
    client: &mut Visitor,
    button: usize,
    return_url: &str,
    more: &[(&str, &str)],
) -> Result<Answer> {
    let token = client.token("login")?;
    let button = format!("pluggableauthlogin{button}");
    let mut params = vec![
        ("action", "clientlogin"),
        ("loginreturnurl", return_url),
        ("logintoken", &token),
        (&button, "1"),
    ];
    params.extend(more);
    client.post(&params)
}

/// The fields of an address' query.
fn fields(url: &url::Url) -> HashMap<String, String> {
    url.query_pairs().into_owned().collect()
}

/// A browser opens an address of the wiki.
fn open(browser: &mut Visitor, url: &url::Url) -> Result<Answer> {
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    browser.send_to("GET", &target, None, &[])
}

/// Sends the form of a page with all that is hidden in it.
fn submit(browser: &mut Visitor, page: &Answer) -> Result<Answer> {
    let html = page.body();
    let action = between(&html, "action=\"", "\"").context("a form")?.replace("&amp;", "&");
    let hidden: Vec<(String, String)> = html
        .split("<input type=\"hidden\" ")
        .skip(1)
        .filter_map(|rest| {
            let name = between(rest, "name=\"", "\"")?;
            Some((name.to_owned(), between(rest, "value=\"", "\"")?.replace("&#43;", "+")))
        })
        .collect();
    let pairs: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    browser.send_to("POST", &action, Some(encode(&pairs).as_bytes()), &form)
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(inner, _)| inner)
}

fn maria() -> Person {
    Person::new("maria-1", &json!({"preferred_username": "Maria", "name": "Maria M."}))
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// The visitor's session as the manager sees it.
fn session(setup: &Setup, manager: &AuthManager, visitor: &Visitor) -> Result<Session> {
    let names = ["wiki_session", "wikiUserID", "wikiUserName"];
    let cookies: Vec<String> =
        names.iter().filter_map(|name| Some(format!("{name}={}", visitor.cookie(name)?))).collect();
    let cookies = CookieJar::parse(cookies.join("; ").as_bytes());
    let address = std::net::IpAddr::from([127, 0, 0, 1]);
    let origin = RequestOrigin { cookies: &cookies, address, secure: false, agent: "" };
    Ok(setup.world.run(manager.sessions().load(origin))?)
}
