//! What the tables hold: encrypted, old, and of kinds that are not known.

use daemun_mediawiki::second_factor::{FactorKey, TotpSecret};
use daemun_testkit::visitor::Visitor;
use daemun_testkit::world::World;

use super::{PASSWORD, Wiki, assert_asked_again, assert_in, key};
use crate::Tested;

#[test]
fn rows_are_encrypted_where_there_is_a_key_and_lost_without_it() -> Tested {
    let wiki = Wiki::with(|rules| rules.settings.second_factor.secret_key = key())?;
    for kind in ["totp", "recoverycodes"] {
        let row = wiki.row(kind)?;
        assert!(row.contains("\"nonce\":"), "{row}");
        assert!(!row.contains(wiki.secret.to_base32().as_str()) && !row.contains(&wiki.codes[0]));
    }
    assert_in(&wiki.enter(&wiki.code(0))?);
    assert_in(&wiki.enter(&wiki.codes[0])?);
    assert_asked_again(&wiki.enter(&wiki.codes[0])?, "oathauth-login-failed");
    for other in [None, FactorKey::from_hex(&"00".repeat(32))] {
        let elsewhere =
            wiki.world.another_server(|settings, _| settings.second_factor.secret_key = other)?;
        let mut visitor = Visitor::at(&elsewhere);
        let answer = visitor.log_in("William", PASSWORD)?;
        assert_eq!(answer.error(), "internal_api_error_UnexpectedValueException");
        assert_eq!(visitor.whoami()?, None);
    }
    Ok(())
}

#[test]
fn plain_rows_are_encrypted_when_they_are_used_once_there_is_a_key() -> Tested {
    let wiki = Wiki::new()?;
    let with_key = wiki.world.another_server(|settings, _| {
        settings.second_factor.secret_key = key();
    })?;
    for (code, kind) in [(wiki.code(0), "totp"), (wiki.codes[0].clone(), "recoverycodes")] {
        assert!(!wiki.row(kind)?.contains("\"nonce\":"));
        let mut visitor = Visitor::at(&with_key);
        visitor.log_in("William", PASSWORD)?;
        assert_in(&visitor.go_on(&[("OATHToken", &code)])?);
        assert!(wiki.row(kind)?.contains("\"nonce\":"), "{kind}");
    }
    let mut visitor = Visitor::at(&with_key);
    visitor.log_in("William", PASSWORD)?;
    assert_in(&visitor.go_on(&[("OATHToken", &wiki.code(1))])?);
    Ok(())
}

#[test]
fn keys_of_old_wikis_are_good_with_their_recovery_codes() -> Tested {
    for tokens in [r#"["AAAABBBBCCCCDDDD","EEEEFFFFGGGGHHHH"]"#, r#""AAAABBBBCCCCDDDD,EEEE""#] {
        let world = World::new()?;
        let id = world.add_account("William", PASSWORD)?;
        let secret = TotpSecret::new([7; 26]);
        let wiki = Wiki { world, id, secret, codes: Vec::new() };
        let secret = wiki.secret.to_base32();
        let data =
            format!(r#"{{"keys":[{{"secret":"{}","scratch_tokens":{tokens}}}]}}"#, secret.as_str());
        wiki.world.sql(&format!(
            "DROP TABLE oathauth_devices; DROP TABLE oathauth_types; \
             CREATE TABLE oathauth_users (id INTEGER NOT NULL, module VARCHAR(255) NOT NULL, \
             data BLOB DEFAULT NULL, PRIMARY KEY(id)); \
             INSERT INTO oathauth_users VALUES ({}, 'totp', '{data}')",
            wiki.id
        ))?;
        let answer = wiki.world.visitor().log_in("William", PASSWORD)?;
        assert_asked_again(&answer, "oathauth-auth-ui");
        assert_eq!(answer.at("/clientlogin/requests").as_array().unwrap().len(), 1);
        assert_in(&wiki.enter(&wiki.code(0))?);
        assert_asked_again(&wiki.enter(&wiki.code(0))?, "oathauth-login-failed");
        assert_in(&wiki.enter("AAAA BBBB CCCC DDDD")?);
        assert_asked_again(&wiki.enter("AAAABBBBCCCCDDDD")?, "oathauth-login-failed");
        let stored = wiki.world.sql("SELECT data FROM oathauth_users")?[0][0].clone().unwrap();
        assert!(!stored.contains("AAAA") && stored.contains("EEEE"), "{stored}");
    }
    Ok(())
}

#[test]
fn scratch_tokens_that_were_left_in_a_new_row_are_not_codes() -> Tested {
    let wiki = Wiki::new()?;
    wiki.world.sql("DELETE FROM oathauth_devices")?;
    let data = format!(
        r#"{{"secret":"{}","scratch_tokens":["AAAABBBBCCCCDDDD"]}}"#,
        wiki.secret.to_base32().as_str()
    );
    wiki.world.sql(&format!(
        "INSERT INTO oathauth_devices (oad_user, oad_type, oad_data) VALUES ({}, \
         (SELECT oat_id FROM oathauth_types WHERE oat_name = 'totp'), '{data}')",
        wiki.id
    ))?;
    assert_asked_again(&wiki.enter("AAAABBBBCCCCDDDD")?, "oathauth-login-failed");
    assert_in(&wiki.enter(&wiki.code(0))?);
    Ok(())
}

#[test]
fn a_factor_of_an_unknown_kind_is_left_alone_and_never_lets_in_without() -> Tested {
    let wiki = Wiki::new()?;
    wiki.world.sql(&format!(
        "INSERT INTO oathauth_types (oat_name) VALUES ('webauthn'); \
         INSERT INTO oathauth_devices (oad_user, oad_type, oad_data) VALUES ({}, \
         (SELECT oat_id FROM oathauth_types WHERE oat_name = 'webauthn'), '{{\"counter\":7}}')",
        wiki.id
    ))?;
    assert_in(&wiki.enter(&wiki.code(0))?);
    wiki.world.sql(
        "DELETE FROM oathauth_devices WHERE oad_type <> \
         (SELECT oat_id FROM oathauth_types WHERE oat_name = 'webauthn')",
    )?;
    let mut visitor = wiki.world.visitor();
    let answer = visitor.log_in("William", PASSWORD)?;
    assert_eq!(answer.error(), "internal_api_error_InvalidArgumentException");
    assert_eq!(visitor.whoami()?, None);
    assert_eq!(wiki.row("webauthn")?, "{\"counter\":7}");
    // A type that is not there is no way around it either.
    wiki.world.sql("DELETE FROM oathauth_types")?;
    let answer = wiki.world.visitor().log_in("William", PASSWORD)?;
    assert_eq!(answer.error(), "internal_api_error_InvalidArgumentException");
    Ok(())
}
