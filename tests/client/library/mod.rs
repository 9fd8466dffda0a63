//! The library against daemun.

mod as_a_bot;
mod as_a_person;
mod finding;

use daemun_client::{Agent, Answers, Wiki};

/// Who asks, in these tests.
pub(crate) fn agent() -> Agent {
    Agent::new("daemun-tests/1", "https://example.org/tests").unwrap()
}

/// The wiki at this address.
pub(crate) async fn wiki(url: &str) -> anyhow::Result<Wiki> {
    Ok(Wiki::new(url, agent()).await?)
}

/// Name and password.
pub(crate) fn name_and_password(name: &str, password: &str) -> Answers {
    Answers::new().with("username", name).with("password", password)
}
