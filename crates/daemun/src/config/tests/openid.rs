//! `[openid.NAME]`.

use super::*;

const GOOD: &str = "[openid.example]\nissuer = 'https://id.example'\nclient-id = 'wiki'\n";

#[test]
fn a_section_is_a_provider() {
    let config = of_file(&format!(
        "{GOOD}client-secret = 's3cret'\nscopes = ['openid', 'groups']\nlabel = 'Example'\n\
         name-claim = 'nick'\ncreate-accounts = true\nmap-by-email = true\nmap-by-name = true\n\
         group-claim = 'realm.roles'\ngroups = {{ editor = ['a', 'b'] }}\n\
         return-hosts = ['app.example']\n"
    ));
    let [provider] = config.settings.openid.providers.as_slice() else { panic!() };
    assert_eq!((provider.name.as_str(), provider.label.as_str()), ("example", "Example"));
    assert_eq!(
        (provider.issuer.as_str(), provider.client_id.as_str()),
        ("https://id.example", "wiki")
    );
    assert_eq!(provider.client_secret.as_ref().unwrap().as_str(), "s3cret");
    assert_eq!(provider.scopes, ["openid", "groups"]);
    assert_eq!(provider.groups, [("editor".to_owned(), vec!["a".to_owned(), "b".to_owned()])]);
    assert!(provider.creates_accounts && provider.maps_by_email && provider.maps_by_name);
    assert_eq!(provider.return_hosts, ["app.example"]);
    assert!(config.settings.confirm_link, "linking is asked for");
    let page = "http://127.0.0.1:8080/wiki/Special:OpenIDConnectReturn";
    assert_eq!(config.settings.openid.redirect_uri(provider), page);
}

#[test]
fn what_is_dangerous_is_off_until_somebody_says_so() {
    let config = of_file(GOOD);
    let [provider] = config.settings.openid.providers.as_slice() else { panic!() };
    assert!(!provider.creates_accounts && !provider.maps_by_email && !provider.maps_by_name);
    assert!(provider.groups.is_empty() && provider.return_hosts.is_empty());
    assert_eq!(provider.name_claim, "preferred_username");
}

#[test]
fn a_secret_may_be_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, "from a file\n").unwrap();
    let config = of_file(&format!("{GOOD}client-secret-file = '{}'\n", path.display()));
    let secret = config.settings.openid.providers[0].client_secret.as_ref().unwrap();
    assert_eq!(secret.as_str(), "from a file");
    std::fs::remove_file(&path).unwrap();
    let file = format!("{GOOD}client-secret-file = '{}'\n", path.display());
    assert!(problem_of_file(&file).contains("a file that can be read"));
}

#[test]
fn an_unknown_key_names_the_nearest_and_no_problem_repeats_a_secret() {
    for (line, told) in [
        ("client-secert = 's3cret'", "did you mean `client-secret`?"),
        ("client-secret = ['s3cret']", "`openid.example.client-secret` must be a text in quotes"),
        ("scopes = ['profile']", "`openid.example.scopes` must be a list of scopes with"),
        ("groups = { user = ['a'] }", "`openid.example.groups` must be a table"),
        ("return-hosts = ['https://x/']", "`openid.example.return-hosts` must be a list of hosts"),
    ] {
        let problem = problem_of_file(&format!("{GOOD}{line}\n"));
        assert!(problem.contains(told), "{problem}");
        assert!(!problem.contains("s3cret"), "{problem}");
    }
}

#[test]
fn an_issuer_is_encrypted_or_on_this_machine() {
    for bad in ["http://id.example", "id.example", "https://id.example/?x", "ftp://x"] {
        let file = format!("[openid.a]\nissuer = '{bad}'\nclient-id = 'wiki'\n");
        assert!(problem_of_file(&file).contains("`openid.a.issuer` must be an https address"));
    }
    of_file("[openid.a]\nissuer = 'http://127.0.0.1:9'\nclient-id = 'wiki'\n");
    assert!(
        problem_of_file("[openid.a]\nclient-id = 'x'\n")
            .contains("`openid.a.issuer` must be given")
    );
}

#[test]
fn several_providers_have_a_return_page_each_and_the_secrets_are_not_shown() {
    let file = format!(
        "{GOOD}client-secret = 's3cret'\n[openid.other]\nissuer = 'https://o.example'\n\
         client-id = 'wiki'\n"
    );
    let openid = of_file(&file).settings.openid;
    let uris: Vec<String> = openid.providers.iter().map(|p| openid.redirect_uri(p)).collect();
    let page = "http://127.0.0.1:8080/wiki/Special:OpenIDConnectReturn";
    assert_eq!(uris, [format!("{page}/example"), format!("{page}/other")]);
    let values = Config::values(&sources(&file, &[], &[])).unwrap();
    assert!(!show(&values).contains("s3cret"));
    assert!(!show_json(&values).to_string().contains("s3cret"));
    assert!(!format!("{openid:?}").contains("s3cret"));
    let twice = file.replace("o.example", "id.example");
    assert!(problem_of_file(&twice).contains("one that no other section has"));
}
