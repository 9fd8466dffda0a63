//! Against a published provider, unmodified: npm's `oidc-provider`.

use daemun_testkit::clients::{OIDC_PROVIDER, OidcProvider};
use daemun_testkit::program::{Home, free_port};

use super::*;
use crate::Tested;

#[test]
fn a_published_provider_signs_people_in() -> Tested {
    if std::env::var("DAEMUN_TEST_CLIENTS").is_err() {
        eprintln!("SKIPPED {OIDC_PROVIDER}: set DAEMUN_TEST_CLIENTS=1 to install and run it");
        return Ok(());
    }
    let mut home = Home::new()?;
    let port = free_port()?;
    home.set("DAEMUN_PUBLIC_URL", &format!("http://127.0.0.1:{port}"));
    let cache = std::env::var_os("DAEMUN_CLIENTS_CACHE").map(std::path::PathBuf::from);
    let cache = cache.unwrap_or_else(|| std::env::temp_dir().join("daemun-testkit-clients"));
    let redirect = format!("http://127.0.0.1:{port}/wiki/Special:OpenIDConnectReturn");
    let provider = match OidcProvider::start(&cache, "wiki", "a secret", &redirect)? {
        Ok(provider) => provider,
        Err(missing) => {
            eprintln!("SKIPPED {OIDC_PROVIDER}: {missing} IS MISSING HERE");
            return Ok(());
        }
    };
    std::fs::write(
        home.path().join("daemun.toml"),
        format!(
            "listen = \"127.0.0.1:{port}\"\n[openid.npm]\nissuer = \"{}\"\nclient-id = \"wiki\"\n\
             client-secret = \"a secret\"\ncreate-accounts = true\n",
            provider.issuer()
        ),
    )?;
    let server = daemun_testkit::program::Server::start(home.command(&["serve"])?)?;
    for _ in 0..2 {
        let mut client = server.visitor();
        let target = begin(&mut client)?;
        let back = provider.sign_in(&target)?;
        assert!(back.as_str().starts_with(&redirect), "{back}");
        let on = open(&mut client, &back)?;
        let told = fields(&url::Url::parse(&on.header("location").context("sent on")?)?);
        let answer = client.go_on(&[("code", &told["code"]), ("state", &told["state"])])?;
        assert_eq!(answer.status(), "PASS", "{}\n{}", answer.body(), server.log());
        assert_eq!(answer.text_at("/clientlogin/username"), "Maria");
    }
    Ok(())
}
