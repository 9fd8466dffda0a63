//! The secret key is kept.

use super::*;

fn random() -> Random {
    Random::from_fn(|bytes| bytes.fill(7))
}

#[test]
fn the_secret_key_is_made_once_and_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new").display().to_string();
    let sources = sources("", &[("DAEMUN_DATA", &data)], &[]);
    let random = random();
    let (_, _, state) = Config::inspect(&sources, &random).unwrap();
    let path = folder.path().join("new/secret.key");
    assert_eq!(state, SecretState::Absent(path.clone()));
    assert!(!path.exists(), "looking makes nothing");
    let first = Config::load(&sources, &random).unwrap().settings.secret_key.derive("x");
    let other = Random::from_fn(|bytes| bytes.fill(9));
    let second = Config::load(&sources, &other).unwrap().settings.secret_key.derive("x");
    assert_eq!(first, second);
    assert_eq!(first, SecretKey::new(vec![7; 32]).derive("x"));
    assert_eq!(std::fs::read_dir(folder.path().join("new")).unwrap().count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode =
            |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }
    std::fs::write(&path, "short").unwrap();
    let error = Config::load(&sources, &random).err().unwrap().to_string();
    assert!(error.contains("has 5 bytes"), "{error}");
}

#[test]
fn a_secret_key_is_never_told() {
    let secret = "short-but-secret";
    let wrong = sources("", &[("DAEMUN_SECRET_KEY", secret)], &[]);
    let error = Config::load(&wrong, &random()).err().unwrap().to_string();
    assert!(error.contains("32 bytes") && !error.contains(secret), "{error}");
    let long = "a-secret-that-is-long-enough-to-be-one";
    let right = sources(&format!("secret-key = '{long}'"), &[], &[]);
    let (config, values, state) = Config::inspect(&right, &random()).unwrap();
    assert_eq!(state, SecretState::Given);
    for shown in [show(&values), show_json(&values).to_string(), format!("{config:?}")] {
        assert!(!shown.contains(long), "{shown}");
    }
    // The line of a broken file is not repeated either.
    let broken = problem_of_file(&format!("secret-key = \"{long}\nx"));
    assert!(!broken.contains(long), "{broken}");
    assert!(keys::all().all(|key| !(key.secret && key.flag)), "a flag can be read by everybody");
}
