//! Letters on their way out of the program.

use std::path::PathBuf;

use daemun_testkit::program::{Home, Server, free_port};
use daemun_testkit::smtp::MailServer;
use daemun_testkit::waiting::{wait_for, wait_until};

use super::{PASSWORD, reset};
use crate::Tested;

/// A home whose wiki sends its letters so.
fn home(settings: &[(&str, &str)]) -> anyhow::Result<Home> {
    let mut home = Home::new()?;
    home.set("DAEMUN_SITE_NAME", "Test Wiki");
    for (name, value) in settings {
        home.set(name, value);
    }
    home.add_account("William", PASSWORD)?;
    home.sql("UPDATE user SET user_email = 'william@example.org'")?;
    Ok(home)
}

fn smtp(server: &MailServer) -> Vec<(&'static str, String)> {
    vec![
        ("DAEMUN_MAIL_TRANSPORT", "smtp".to_owned()),
        ("DAEMUN_MAIL_SMTP_PORT", server.port().to_string()),
        ("DAEMUN_MAIL_FROM", "wiki@example.org".to_owned()),
    ]
}

fn home_by(settings: &[(&str, String)]) -> anyhow::Result<Home> {
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    home(&settings)
}

fn ask(server: &Server) -> Tested {
    let answer = reset(&mut server.visitor(), &[("user", "William")])?;
    assert_eq!(answer.text_at("/resetpassword/status"), "success", "{}", answer.body());
    Ok(())
}

/// The temporary password in a letter opens the door.
fn let_in(server: &Server, text: &str) -> Tested {
    let rest = text.split_once("Temporary password:").expect(text).1;
    let temporary = rest.split_whitespace().next().expect("a password");
    let answer = server.visitor().log_in("William", temporary)?;
    assert_eq!((answer.status(), answer.message_code()), ("UI", "resetpass-temp-emailed"));
    assert!(!server.log().contains(temporary), "the log tells no password");
    Ok(())
}

#[test]
fn a_letter_goes_to_a_mail_server() -> Tested {
    let mails = MailServer::plain()?;
    let home = home_by(&smtp(&mails))?;
    let server = home.serve()?;
    ask(&server)?;
    let mail = mails.take()?;
    assert!(mail.commands.iter().any(|c| c.starts_with("MAIL FROM:<wiki@example.org>")));
    assert!(mail.commands.iter().any(|c| c.starts_with("RCPT TO:<william@example.org>")));
    assert_eq!(mail.header("From"), "\"Test Wiki\" <wiki@example.org>");
    assert_eq!(mail.header("To"), "william@example.org");
    assert_eq!(mail.header("Subject"), "New password for Test Wiki");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.header("Message-ID").ends_with("@example.org>"), "{}", mail.data);
    assert!(!mail.header("Date").is_empty());
    let_in(&server, &mail.text())?;
    wait_until("a line of the log", || Ok(server.log().contains("a letter was sent")))?;
    Ok(())
}

#[test]
fn a_korean_letter_arrives_as_it_was_written() -> Tested {
    let mails = MailServer::plain()?;
    let mut home = home_by(&smtp(&mails))?;
    home.set("DAEMUN_SITE_LANGUAGE", "ko");
    home.set("DAEMUN_SITE_NAME", "시험 위키");
    let server = home.serve()?;
    ask(&server)?;
    let mail = mails.take()?;
    assert!(mail.data.is_ascii(), "any mail server can carry it");
    assert!(mail.header("Subject").starts_with("=?utf-8?b?"), "{}", mail.data);
    assert!(mail.text().contains("임시 비밀번호:"), "{}", mail.text());
    Ok(())
}

#[test]
fn a_mail_server_may_want_encryption() -> Tested {
    let mails = MailServer::with_starttls()?;
    let mut settings = smtp(&mails);
    settings.push(("DAEMUN_MAIL_SMTP_TLS", "starttls".to_owned()));
    let mut home = home_by(&settings)?;
    let refused = home.run(&["mail", "test", "bob@example.org"])?;
    assert_eq!(refused.code(), Some(1), "nobody vouches for its certificate");
    assert!(refused.stderr.contains("certificate"), "{}", refused.stderr);
    let file = home.path().join("ca.pem");
    std::fs::write(&file, mails.certificate())?;
    home.set("DAEMUN_MAIL_SMTP_CA_FILE", "ca.pem");
    home.set("DAEMUN_MAIL_SMTP_USER", "wiki");
    std::fs::write(home.path().join("password"), "of the wiki\n")?;
    home.set("DAEMUN_MAIL_SMTP_PASSWORD_FILE", "password");
    let said = home.run(&["mail", "test", "bob@example.org"])?.well()?;
    assert_eq!(
        said,
        format!(
            "A letter to bob@example.org was taken by the mail server localhost:{}.\n",
            mails.port()
        )
    );
    let mail = mails.take()?;
    assert!(mail.encrypted);
    // \0wiki\0of the wiki
    assert!(mail.commands.contains(&"AUTH PLAIN AHdpa2kAb2YgdGhlIHdpa2k=".to_owned()));
    assert_eq!(mail.header("Subject"), "A test letter from Test Wiki");
    let check = home.run(&["check", "--listen", "127.0.0.1:0"])?.stdout;
    assert!(check.contains("✓ mail:           the mail server localhost:"), "{check}");
    Ok(())
}

#[test]
fn a_mail_server_may_be_encrypted_from_the_first_byte() -> Tested {
    let mails = MailServer::with_tls()?;
    let mut settings = smtp(&mails);
    settings.push(("DAEMUN_MAIL_SMTP_TLS", "tls".to_owned()));
    let mut home = home_by(&settings)?;
    let try_out = |home: &Home| home.run(&["mail", "test", "bob@example.org"]);
    // Nobody vouches for its certificate; then it is another's; then it is for another name.
    let unknown = try_out(&home)?;
    assert_eq!(unknown.code(), Some(1));
    assert!(unknown.stderr.contains("mail.smtp.ca-file"), "{}", unknown.stderr);
    let file = home.path().join("ca.pem");
    home.set("DAEMUN_MAIL_SMTP_CA_FILE", "ca.pem");
    std::fs::write(&file, MailServer::plain()?.certificate())?;
    let other = try_out(&home)?;
    assert!(other.stderr.contains("certificate"), "{}", other.stderr);
    std::fs::write(&file, mails.certificate())?;
    home.set("DAEMUN_MAIL_SMTP_HOST", "127.0.0.1");
    let misnamed = try_out(&home)?;
    assert!(misnamed.stderr.contains("for another name"), "{}", misnamed.stderr);
    home.set("DAEMUN_MAIL_SMTP_HOST", "localhost");
    try_out(&home)?.well()?;
    let mail = mails.take()?;
    assert!(mail.encrypted);
    assert_eq!(mail.header("Subject"), "A test letter from Test Wiki");
    // And the letters of a running server go the same way.
    let server = home.serve()?;
    ask(&server)?;
    let mail = mails.take()?;
    assert!(mail.encrypted);
    let_in(&server, &mail.text())?;
    // Who takes the one kind for the other is told which it is.
    let plain = MailServer::plain()?;
    home.set("DAEMUN_MAIL_SMTP_PORT", &plain.port().to_string());
    let not_at_once = try_out(&home)?;
    assert_eq!(not_at_once.code(), Some(1));
    assert!(not_at_once.stderr.contains("may have to be \"starttls\""), "{}", not_at_once.stderr);
    home.set("DAEMUN_MAIL_SMTP_TLS", "starttls");
    let never = try_out(&home)?;
    assert_eq!(never.code(), Some(1));
    assert!(never.stderr.contains("STARTTLS"), "{}", never.stderr);
    Ok(())
}

#[test]
fn a_mail_server_that_is_down_holds_nobody_up() -> Tested {
    let port = free_port()?.to_string();
    let home = home(&[("DAEMUN_MAIL_TRANSPORT", "smtp"), ("DAEMUN_MAIL_SMTP_PORT", &port)])?;
    let server = home.serve()?;
    ask(&server)?;
    let line = wait_for("a line of the log", || {
        let log = server.log();
        Ok(log.lines().find(|line| line.contains("a letter was not sent")).map(str::to_owned))
    })?;
    assert!(line.contains(&format!("localhost:{port}")), "{line}");
    assert!(line.contains("daemun::mail") && line.contains("password-reset"), "{line}");
    assert!(!line.contains("emporary password"), "{line}");
    server.visitor_of("William", PASSWORD)?;
    let said = home.run(&["mail", "test", "bob@example.org"])?;
    assert_eq!(said.code(), Some(1));
    assert!(said.stderr.contains("the letter was not sent: the mail server localhost:"));
    let check = home.run(&["check", "--listen", server.address()])?.stdout;
    assert!(
        check.contains(&format!("✗ mail:           the mail server localhost:{port}")),
        "{check}"
    );
    Ok(())
}

#[test]
fn a_letter_goes_to_a_command() -> Tested {
    let home = home(&[("DAEMUN_MAIL_TRANSPORT", "sendmail"), ("DAEMUN_MAIL_SENDMAIL", "./post")])?;
    let script = home.path().join("post");
    std::fs::write(
        &script,
        "#!/bin/sh\necho \"$@\" > args\ncat > unfinished\nmv unfinished letter\n",
    )?;
    let run = std::process::Command::new("chmod").arg("+x").arg(&script).status()?;
    assert!(run.success());
    let server = home.serve()?;
    ask(&server)?;
    let letter =
        wait_for("a letter", || Ok(std::fs::read_to_string(home.path().join("letter")).ok()))?;
    let args = std::fs::read_to_string(home.path().join("args"))?;
    assert_eq!(args.trim(), "-i -f wiki@localhost -- william@example.org");
    let_in(&server, &letter)?;
    std::fs::write(&script, "#!/bin/sh\ncat > /dev/null\necho 'no such box' >&2\nexit 1\n")?;
    let said = home.run(&["mail", "test", "bob@example.org"])?;
    assert!(said.stderr.contains("./post took no letter: "), "{}", said.stderr);
    assert!(said.stderr.contains("no such box"), "{}", said.stderr);
    Ok(())
}

/// The letters in a folder.
fn letters(home: &Home) -> Vec<PathBuf> {
    let folder = std::fs::read_dir(home.data().join("mail"));
    let files = folder.into_iter().flatten().flatten().map(|entry| entry.path());
    files.filter(|path| path.extension().is_some_and(|end| end == "eml")).collect()
}

#[test]
fn a_letter_goes_into_a_folder_that_others_cannot_read() -> Tested {
    let home = home(&[("DAEMUN_MAIL_TRANSPORT", "file")])?;
    let check = home.run(&["check", "--listen", "127.0.0.1:0"])?.stdout;
    assert!(check.contains("✓ mail:           the folder data/mail takes letters"), "{check}");
    assert!(!home.data().join("mail").exists(), "a check makes nothing");
    let server = home.serve()?;
    ask(&server)?;
    let path = wait_for("a letter", || Ok(letters(&home).pop()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
        let folder = path.parent().expect("a folder");
        assert_eq!(std::fs::metadata(folder)?.permissions().mode() & 0o777, 0o700);
    }
    let_in(&server, &std::fs::read_to_string(path)?)
}

#[test]
fn a_server_that_stops_sends_first_what_it_was_about_to_send() -> Tested {
    let home = home(&[("DAEMUN_MAIL_TRANSPORT", "file")])?;
    let server = home.serve()?;
    ask(&server)?;
    assert!(server.stop()?.success());
    assert_eq!(letters(&home).len(), 1);
    Ok(())
}

#[test]
fn who_tries_out_a_wiki_without_mail_is_told_so() -> Tested {
    let home = home(&[])?;
    let said = home.run(&["mail", "test", "bob@example.org"])?;
    assert_eq!(said.code(), Some(1));
    assert!(said.stderr.contains("mail is off: set `mail.transport`"), "{}", said.stderr);
    let wrong = home.run(&["mail", "test", "bob"])?;
    assert!(wrong.stderr.contains("\"bob\" is no e-mail address"), "{}", wrong.stderr);
    Ok(())
}
