//! New accounts: a password by mail, an address to confirm.

use daemun_testkit::visitor::{Answer, Params, Visitor, encode};
use daemun_testkit::world::World;

use super::{PASSWORD, add, settle, world_with};
use crate::{Tested, forms};

/// Makes an account.
fn create(visitor: &mut Visitor, fields: Params<'_>) -> anyhow::Result<Answer> {
    let token = visitor.token("createaccount")?;
    let mut params = vec![
        ("action", "createaccount"),
        ("createreturnurl", "http://localhost/"),
        ("createtoken", token.as_str()),
    ];
    params.extend(fields);
    visitor.post(&params)
}

fn status(answer: &Answer) -> (&str, &str) {
    (answer.text_at("/createaccount/status"), answer.text_at("/createaccount/messagecode"))
}

fn signed_in(world: &World) -> anyhow::Result<Visitor> {
    let mut visitor = world.visitor();
    assert_eq!(visitor.log_in("Admin", PASSWORD)?.status(), "PASS");
    Ok(visitor)
}

const BY_MAIL: &[(&str, &str)] = &[
    ("username", "New user"),
    ("email", "new@example.org"),
    ("realname", ""),
    ("reason", "a colleague"),
    ("mailpassword", "1"),
];

#[test]
fn an_account_for_somebody_else_is_handed_over_by_mail() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    add(&world, "Admin", "admin@example.org")?;
    let mut admin = signed_in(&world)?;
    let answer = create(&mut admin, BY_MAIL)?;
    assert_eq!(status(&answer), ("PASS", ""), "{}", answer.body());
    let letter = letters.take()?;
    assert_eq!(letter.to, "new@example.org");
    assert!(letter.text.starts_with("Admin has made an account at Test Wiki"), "{}", letter.text);
    let temporary = letter.after("Temporary password:")?.to_owned();
    let rows = world.sql("SELECT log_type, log_action FROM logging")?;
    assert_eq!(rows, [[Some("newusers".to_owned()), Some("byemail".to_owned())]]);
    assert_eq!(world.value("SELECT user_password FROM user WHERE user_id = 2")?, "");
    // The plain password is nowhere: not in the accounts, not in the sessions.
    for table in ["user", "logging", "comment", "user_properties"] {
        let rows = format!("{:?}", world.sql(&format!("SELECT * FROM \"{table}\""))?);
        assert!(!rows.contains(&temporary), "{table}");
    }
    let rows = format!("{:?}", world.cache_sql("SELECT * FROM objectcache")?);
    assert!(!rows.contains(&temporary));
    let mut visitor = world.visitor();
    let answer = visitor.log_in("New user", &temporary)?;
    assert_eq!((answer.status(), answer.message_code()), ("UI", "resetpass-temp-emailed"));
    assert_eq!(visitor.go_on(&[("password", PASSWORD), ("retype", PASSWORD)])?.status(), "PASS");
    Ok(())
}

#[test]
fn a_password_is_mailed_only_where_there_is_mail_and_an_address() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    add(&world, "Admin", "admin@example.org")?;
    let mut admin = signed_in(&world)?;
    let without = [
        ("username", "New user"),
        ("email", ""),
        ("realname", ""),
        ("reason", ""),
        ("mailpassword", "1"),
    ];
    assert_eq!(status(&create(&mut admin, &without)?), ("FAIL", "noemailcreate"));
    // Nobody who is not in can have passwords mailed to others.
    let answer = create(&mut world.visitor(), BY_MAIL)?;
    assert_eq!(status(&answer), ("FAIL", "authmanager-create-no-primary"));
    settle(&world);
    assert_eq!(letters.all(), []);
    let off = World::new()?;
    off.add_account("Admin", PASSWORD)?;
    assert_eq!(status(&create(&mut signed_in(&off)?, BY_MAIL)?), ("FAIL", "emaildisabled"));
    Ok(())
}

const BY_ONESELF: &[(&str, &str)] = &[
    ("username", "William"),
    ("password", PASSWORD),
    ("retype", PASSWORD),
    ("email", "william@example.org"),
    ("realname", ""),
];

/// The path of the link in a letter.
fn link(world: &World, text: &str) -> String {
    let line = text.lines().find(|line| line.contains("ConfirmEmail/")).expect("a link");
    line.strip_prefix(world.origin()).expect("on this wiki").to_owned()
}

fn open(visitor: &mut Visitor, path: &str) -> anyhow::Result<Answer> {
    visitor.send_to("GET", path, None, &[])
}

fn confirmed(world: &World) -> anyhow::Result<String> {
    world.value("SELECT user_email_authenticated FROM user WHERE user_name = 'William'")
}

#[test]
fn an_address_is_confirmed_by_a_button_and_not_by_opening_the_link() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    assert_eq!(status(&create(&mut world.visitor(), BY_ONESELF)?), ("PASS", ""));
    let letter = letters.take()?;
    assert_eq!(letter.to, "william@example.org");
    let path = link(&world, &letter.text);
    let token = path.rsplit_once('/').expect("a token").1;
    let stored = world.value("SELECT user_email_token FROM user")?;
    assert_eq!(stored.len(), 32);
    assert_ne!(stored, token, "only its digest is stored");
    let mut visitor = world.visitor();
    let page = open(&mut visitor, &path)?.body();
    assert!(page.contains("william@example.org") && page.contains("William"), "{page}");
    assert_eq!(confirmed(&world)?, "", "a scanner of mail opens links, too");
    let form = encode(&[("wpEditToken", "+\\")]);
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let said = visitor.send_to("POST", &path, Some(form.as_bytes()), &kind)?.body();
    assert!(said.contains("The address is confirmed."), "{said}");
    assert_eq!(confirmed(&world)?, world.now().to_mw());
    let again = open(&mut visitor, &path)?.body();
    assert!(again.contains("not good any more"), "{again}");
    Ok(())
}

#[test]
fn a_link_that_confirms_is_good_for_a_week() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    create(&mut world.visitor(), BY_ONESELF)?;
    let path = link(&world, &letters.take()?.text);
    world.pass_seconds(7 * 86_400);
    let page = open(&mut world.visitor(), &path)?.body();
    assert!(page.contains("not good any more"), "{page}");
    for wrong in ["/0123", "/0123456789abcdef0123456789abcdef"] {
        let page = open(&mut world.visitor(), &format!("/wiki/Special:ConfirmEmail{wrong}"))?;
        assert!(page.body().contains("not good any more"), "{wrong}");
    }
    Ok(())
}

#[test]
fn nobody_is_flooded_with_links() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    for number in 0..7 {
        let name = format!("William {number}");
        let mut fields = BY_ONESELF.to_vec();
        fields[0].1 = &name;
        assert_eq!(status(&create(&mut world.visitor(), &fields)?), ("PASS", ""));
    }
    settle(&world);
    assert_eq!(letters.all().len(), 5);
    Ok(())
}

#[test]
fn nobody_is_asked_to_confirm_where_the_wiki_does_not_want_it() -> Tested {
    let (world, letters) = world_with(|rules| rules.settings.mail.confirm_addresses = false)?;
    assert_eq!(status(&create(&mut world.visitor(), BY_ONESELF)?), ("PASS", ""));
    settle(&world);
    assert_eq!(letters.all(), []);
    Ok(())
}

#[test]
fn another_link_can_be_had_and_the_one_before_is_not_good_any_more() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    world.add_account_with("William", PASSWORD, |account| {
        account.email = "william@example.org".to_owned();
    })?;
    let mut visitor = world.visitor();
    visitor.log_in("William", PASSWORD)?;
    let mut links = Vec::new();
    for said in ["A link was sent to william@example.org", "링크를 보냈습니다"] {
        let language = if said.starts_with('A') { "en" } else { "ko" };
        let path = format!("/wiki/Special:ConfirmEmail?uselang={language}");
        let page = forms::open(&mut visitor, &path)?;
        assert!(page.body().contains("william@example.org"), "{}", page.body());
        let sent = forms::fill_in(&mut visitor, &page, &[])?;
        assert!(sent.body().contains(said), "{}", sent.body());
        links.push(link(&world, &letters.take()?.text));
    }
    let old = forms::open(&mut visitor, &links[0])?;
    assert!(old.body().contains("not good any more"), "{}", old.body());
    let page = forms::open(&mut visitor, &links[1])?;
    let done = forms::fill_in(&mut visitor, &page, &[])?;
    assert!(done.body().contains("The address is confirmed"), "{}", done.body());
    let after = forms::open(&mut visitor, "/wiki/Special:ConfirmEmail")?;
    assert!(after.body().contains("william@example.org is confirmed"), "{}", after.body());
    assert!(!after.body().contains("<form"), "{}", after.body());
    Ok(())
}

#[test]
fn nobody_has_more_links_sent_than_a_few_a_day() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    world.add_account_with("William", PASSWORD, |account| {
        account.email = "william@example.org".to_owned();
    })?;
    let mut visitor = world.visitor();
    visitor.log_in("William", PASSWORD)?;
    for time in 1..=6 {
        let page = forms::open(&mut visitor, "/wiki/Special:ConfirmEmail")?;
        let sent = forms::fill_in(&mut visitor, &page, &[])?;
        let is_refused = sent.body().contains("Many links were sent");
        assert_eq!(is_refused, time == 6, "{time}: {}", sent.body());
    }
    settle(&world);
    assert_eq!(letters.all().len(), 5);
    Ok(())
}
