//! Letters: forgotten passwords, accounts for others, addresses to confirm, codes at a login.

mod confirming;
mod login_codes;
mod pages;
mod resetting;
mod sending;

use std::time::Duration;

use daemun_testkit::mail::Letters;
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::world::{Rules, World};

const PASSWORD: &str = "a good Passphrase 7";

/// A wiki with mail, and its letter box.
fn world_with(tweak: impl FnOnce(&mut Rules)) -> anyhow::Result<(World, Letters)> {
    let letters = Letters::default();
    let world = World::with(|rules| {
        rules.mailer = letters.mailer();
        rules.site.name = "Test Wiki".to_owned();
        tweak(rules);
    })?;
    Ok((world, letters))
}

/// An account whose address is confirmed.
fn add(world: &World, name: &str, email: &str) -> anyhow::Result<u64> {
    world.add_account_with(name, PASSWORD, |account| {
        email.clone_into(&mut account.email);
        account.email_authenticated = Some(account.registration);
    })
}

/// Waits until all is done that was begun in the background.
fn settle(world: &World) {
    assert!(world.run(world.environment.mailer.finish(Duration::from_secs(30))), "it is done");
}

/// Asks for a new password.
fn reset(visitor: &mut Visitor, who: &[(&str, &str)]) -> anyhow::Result<Answer> {
    let token = visitor.token("csrf")?;
    let mut params = vec![("action", "resetpassword"), ("token", token.as_str())];
    params.extend(who);
    visitor.post(&params)
}
