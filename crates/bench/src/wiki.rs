//! The server that is measured: the program as people run it, on rows that were written in bulk.

use anyhow::{Context, Result, ensure};
use daemun_testkit::program::{Home, Server};

use crate::hashing::{self, PASSWORD, ROUNDS};
use crate::http::{Connection, Place, cookies_of, form, member};

/// The accounts' ids begin after this.
const OFFSET: u64 = 100;

/// Asks for a token for a login.
pub(crate) const TOKEN: &str = "action=query&meta=tokens&type=login&format=json&formatversion=2";
/// Asks who is in.
pub(crate) const USERINFO: &str = "action=query&meta=userinfo&format=json&formatversion=2";

/// A folder with so many accounts, `Account 1` and on, all with the same password.
pub(crate) fn home(accounts: u64) -> Result<Home> {
    home_of(accounts, ROUNDS)
}

/// The same with so many rounds of PBKDF2.
pub(crate) fn home_of(accounts: u64, rounds: u32) -> Result<Home> {
    let mut home = Home::new()?;
    home.set("DAEMUN_PASSWORD_PBKDF2_ROUNDS", &rounds.to_string());
    // What it is compared to writes no log either.
    home.set("DAEMUN_LOG", "warn");
    home.sql(&rows(accounts, rounds)?)?;
    Ok(home)
}

/// Their rows, as SQL. Their ids leave room for those that an installer makes.
pub(crate) fn rows(accounts: u64, rounds: u32) -> Result<String> {
    let numbers = format!(
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers \
         WHERE n < {accounts}) "
    );
    let stored = hashing::stored(rounds)?;
    Ok(format!(
        "{numbers} INSERT INTO user (user_id, user_name, user_password, user_newpassword, \
         user_email, user_touched, user_token, user_registration, user_editcount) \
         SELECT {OFFSET} + n, 'Account ' || n, '{stored}', '', '', '20260101000000', \
         printf('%032x', n), '20260101000000', 0 FROM numbers; \
         {numbers} INSERT INTO actor (actor_id, actor_user, actor_name) \
         SELECT {OFFSET} + n, {OFFSET} + n, 'Account ' || n FROM numbers"
    ))
}

/// Where a server's API is.
pub(crate) fn place(server: &Server) -> Place {
    Place { address: server.address().to_owned(), path: "/w/api.php".to_owned() }
}

/// The cookies of a session and the token for a login in it.
fn token(connection: &mut Connection, place: &Place) -> Result<(String, String)> {
    let answer = connection.text(&place.get(TOKEN, ""))?;
    let token = member(&answer, "logintoken").with_context(|| answer.clone())?;
    Ok((cookies_of(&answer), token.replace("\\\\", "\\")))
}

/// The body of a login.
pub(crate) fn login_body(name: &str, token: &str) -> String {
    form(&[
        ("action", "clientlogin"),
        ("username", name),
        ("password", PASSWORD),
        ("logintoken", token),
        ("loginreturnurl", "http://localhost/"),
        ("format", "json"),
        ("formatversion", "2"),
    ])
}

/// A login, to be sent once.
fn login(connection: &mut Connection, place: &Place, number: u64) -> Result<Vec<u8>> {
    let (cookies, token) = token(connection, place)?;
    Ok(place.post(&login_body(&format!("Account {number}"), &token), &cookies))
}

/// Logins of so many accounts, taken in turn.
pub(crate) fn logins(place: &Place, count: u64, accounts: u64) -> Result<Vec<Vec<u8>>> {
    let mut connection = Connection::open(&place.address)?;
    // A number that has no divisor in common with any number of accounts asked for: all are met.
    (0..count).map(|n| login(&mut connection, place, n * 7919 % accounts + 1)).collect()
}

/// What every login that went well says.
pub(crate) const PASS: &str = "\"status\":\"PASS\"";

/// The cookies of a session that an account is in.
pub(crate) fn session(place: &Place, number: u64) -> Result<String> {
    let mut connection = Connection::open(&place.address)?;
    let request = login(&mut connection, place, number)?;
    let answer = connection.text(&request)?;
    ensure!(answer.contains(PASS), "no login: {answer}");
    Ok(cookies_of(&answer))
}
