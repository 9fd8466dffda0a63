//! `daemun check` tries the providers.

use daemun_testkit::program::Home;

use super::*;
use crate::Tested;

#[test]
fn check_says_of_each_provider_whether_it_can_be_used() -> Tested {
    let provider = TestProvider::start()?;
    let home = Home::new()?;
    let section = |name: &str, issuer: &str| {
        format!("[openid.{name}]\nissuer = \"{issuer}\"\nclient-id = \"wiki\"\n")
    };
    let file = section("good", provider.issuer()) + &section("gone", "http://127.0.0.1:9");
    std::fs::write(home.path().join("daemun.toml"), file)?;
    let said = home.run(&["check"])?;
    let page = "http://127.0.0.1:8080/wiki/Special:OpenIDConnectReturn/good";
    assert!(
        said.stdout
            .contains(&format!("✓ OpenID:         good: reached; its redirect URI is {page}")),
        "{}",
        said.stdout
    );
    assert!(said.stdout.contains("✗ OpenID:         gone: the provider cannot be reached"));
    assert_eq!(said.code(), Some(1));
    Ok(())
}
