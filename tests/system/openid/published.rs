//! Against a published provider, unmodified: npm's `oidc-provider`. What it can be made to do is
//! here; slow and lying providers are ours.

use daemun_testkit::clients::{OIDC_PROVIDER, OidcProvider};
use daemun_testkit::program::{Home, Server, free_port};

use super::*;
use crate::Tested;

/// The program at a port that it keeps, and the provider that knows it by that.
struct Published {
    home: Home,
    port: u16,
    provider: OidcProvider,
}

impl Published {
    /// `None` where published programs are not wanted, or something is missing, which is said.
    fn new() -> Result<Option<Self>> {
        if std::env::var("DAEMUN_TEST_CLIENTS").is_err() {
            eprintln!("SKIPPED {OIDC_PROVIDER}: set DAEMUN_TEST_CLIENTS=1 to install and run it");
            return Ok(None);
        }
        let mut home = Home::new()?;
        let port = free_port()?;
        home.set("DAEMUN_PUBLIC_URL", &format!("http://127.0.0.1:{port}"));
        let cache = std::env::var_os("DAEMUN_CLIENTS_CACHE").map(std::path::PathBuf::from);
        let cache = cache.unwrap_or_else(|| std::env::temp_dir().join("daemun-testkit-clients"));
        let redirect = format!("http://127.0.0.1:{port}/wiki/Special:OpenIDConnectReturn");
        match OidcProvider::start(&cache, "wiki", "a secret", &redirect)? {
            Ok(provider) => Ok(Some(Self { home, port, provider })),
            Err(missing) => {
                eprintln!("SKIPPED {OIDC_PROVIDER}: {missing} IS MISSING HERE");
                Ok(None)
            }
        }
    }

    /// Starts the program, which makes accounts for those it does not know or does not.
    fn serve(&self, creates_accounts: bool) -> Result<Server> {
        std::fs::write(
            self.home.path().join("daemun.toml"),
            format!(
                "listen = \"127.0.0.1:{}\"\n[openid.npm]\nissuer = \"{}\"\nclient-id = \"wiki\"\n\
                 client-secret = \"a secret\"\ncreate-accounts = {creates_accounts}\n",
                self.port,
                self.provider.issuer()
            ),
        )?;
        Server::start(self.home.command(&["serve"])?)
    }
}

/// The browser comes back to the wiki and goes on to the client: what that is given.
fn relayed(client: &mut Visitor, back: &url::Url) -> Result<HashMap<String, String>> {
    let on = open(client, back)?;
    let location = on.header("location").with_context(|| on.body())?;
    Ok(fields(&url::Url::parse(&location)?))
}

fn ended(answer: &Answer) -> (String, String) {
    (answer.status().to_owned(), answer.message_code().to_owned())
}

fn failed(code: &str) -> (String, String) {
    ("FAIL".to_owned(), code.to_owned())
}

#[test]
fn a_published_provider_signs_people_in() -> Tested {
    let Some(published) = Published::new()? else { return Ok(()) };
    let server = published.serve(true)?;
    for _ in 0..2 {
        let mut client = server.visitor();
        let back = published.provider.sign_in(&begin(&mut client)?)?;
        let redirect = "/wiki/Special:OpenIDConnectReturn";
        assert!(back.as_str().starts_with(&format!("{}{redirect}", server.origin())), "{back}");
        let told = relayed(&mut client, &back)?;
        let answer = client.go_on(&[("code", &told["code"]), ("state", &told["state"])])?;
        assert_eq!(answer.status(), "PASS", "{}\n{}", answer.body(), server.log());
        assert_eq!(answer.text_at("/clientlogin/username"), "Maria");
    }
    Ok(())
}

#[test]
fn whoever_says_no_at_a_published_provider_is_not_in_and_may_think_again() -> Tested {
    let Some(published) = Published::new()? else { return Ok(()) };
    let server = published.serve(true)?;
    let mut client = server.visitor();
    let back = published.provider.deny(&begin(&mut client)?)?;
    let told = relayed(&mut client, &back)?;
    assert_eq!(told["error"], "access_denied");
    assert!(!told.contains_key("code"));
    assert_eq!(ended(&client.go_on(&[])?), failed("daemun-openid-denied"));
    assert_eq!(client.whoami()?, None);
    let back = published.provider.sign_in(&begin(&mut client)?)?;
    let told = relayed(&mut client, &back)?;
    let answer = client.go_on(&[("code", &told["code"]), ("state", &told["state"])])?;
    assert_eq!(answer.status(), "PASS", "{}\n{}", answer.body(), server.log());
    Ok(())
}

#[test]
fn forged_states_and_codes_of_before_are_refused_with_a_published_provider() -> Tested {
    let Some(published) = Published::new()? else { return Ok(()) };
    let server = published.serve(true)?;
    // A state that was changed, one that was made up, and that of another client.
    let mut other = server.visitor();
    let others = fields(&published.provider.sign_in(&begin(&mut other)?)?);
    for forge in [|state: &str| state.chars().rev().collect(), |_: &str| "x".to_owned()] {
        let mut client = server.visitor();
        let back = fields(&published.provider.sign_in(&begin(&mut client)?)?);
        let answer = client.go_on(&[("code", &back["code"]), ("state", &forge(&back["state"]))])?;
        assert_eq!(ended(&answer), failed("daemun-openid-bad-state"), "{}", server.log());
    }
    let mut client = server.visitor();
    let back = fields(&published.provider.sign_in(&begin(&mut client)?)?);
    let answer = client.go_on(&[("code", &back["code"]), ("state", &others["state"])])?;
    assert_eq!(ended(&answer), failed("daemun-openid-bad-state"));

    // The other's own is still good, once.
    let relay = [("code", others["code"].as_str()), ("state", others["state"].as_str())];
    let answer = other.go_on(&relay)?;
    assert_eq!(answer.status(), "PASS", "{}\n{}", answer.body(), server.log());
    assert_eq!(ended(&other.go_on(&relay)?), failed("authmanager-authn-not-in-progress"));
    // In a dialogue of its own the used code is refused by the provider.
    let mut thief = server.visitor();
    let own = fields(&published.provider.sign_in(&begin(&mut thief)?)?);
    let answer = thief.go_on(&[("code", &others["code"]), ("state", &own["state"])])?;
    assert_eq!(ended(&answer), failed("daemun-openid-failed"), "{}", server.log());
    assert_eq!(thief.whoami()?, None);
    Ok(())
}

#[test]
fn whom_a_published_provider_knows_and_the_wiki_does_not_restarts() -> Tested {
    let Some(published) = Published::new()? else { return Ok(()) };
    let server = published.serve(false)?;
    let mut client = server.visitor();
    let back = fields(&published.provider.sign_in_nora(&begin(&mut client)?)?);
    let answer = client.go_on(&[("code", &back["code"]), ("state", &back["state"])])?;
    let restart = ("RESTART".to_owned(), "authmanager-authn-no-local-user-link".to_owned());
    assert_eq!(ended(&answer), restart, "{}\n{}", answer.body(), server.log());
    assert_eq!(answer.at("/clientlogin/canpreservestate"), true);
    let made = published.home.sql("SELECT user_name FROM user WHERE user_name = 'Nora'")?;
    assert!(made.is_empty());
    Ok(())
}

#[test]
fn a_published_provider_that_has_gone_lets_nobody_in_and_holds_nobody_up() -> Tested {
    let Some(mut published) = Published::new()? else { return Ok(()) };
    let server = published.serve(true)?;
    published.home.add_account("William", PASSWORD)?;
    let mut client = server.visitor();
    let back = fields(&published.provider.sign_in(&begin(&mut client)?)?);
    published.provider.stop()?;
    let answer = client.go_on(&[("code", &back["code"]), ("state", &back["state"])])?;
    assert_eq!(ended(&answer), failed("daemun-openid-unavailable"), "{}", server.log());
    assert!(server.stop()?.success());
    // One that starts now has never reached it.
    let server = published.serve(true)?;
    let mut client = server.visitor();
    let answer = press(&mut client, 0, RETURN, &[])?;
    assert_eq!(ended(&answer), failed("daemun-openid-unavailable"), "{}", server.log());
    assert_eq!(client.log_in("William", PASSWORD)?.status(), "PASS", "by password as always");
    Ok(())
}
