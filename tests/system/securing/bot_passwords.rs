//! `Special:BotPasswords`.

use std::process::Command;

use super::*;
use crate::Tested;

/// Where the form of one bot password is.
fn of(app: &str) -> String {
    format!("/w/index.php?title=Special:BotPasswords&{}", encode(&[("wpappId", app)]))
}

/// Makes a bot password; the page that shows it.
fn make(visitor: &mut Visitor, app: &str, fields: Params<'_>) -> Result<Answer> {
    let form = open(visitor, &of(app))?;
    let mut all = vec![("op", "create")];
    all.extend(fields);
    send_form(visitor, &form, &of(app), &all)
}

fn row(world: &World, column: &str) -> Result<String> {
    world.value(&format!("SELECT {column} FROM bot_passwords"))
}

#[test]
fn a_password_made_on_the_page_logs_a_program_in_both_ways() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut person = signed_in(&world, "William")?;
    let begun = submit(&mut person, BOTS, &[("op", "new"), ("wpappId", "my tool")])?;
    assert_eq!(begun.reply.status, 302, "{}", begun.body());
    let target = begun.header("location").expect("a target");
    assert!(target.ends_with(&of("my_tool")), "{target}");
    let made = make(&mut person, "my_tool", &[("wpgrants-editpage", "1")])?;
    let (login, password) = (text_of(&made, "bot-login")?, text_of(&made, "bot-password")?);
    assert_eq!((login.as_str(), password.len()), ("William@my_tool", 32));
    let (name, legacy) = (text_of(&made, "legacy-login")?, text_of(&made, "legacy-password")?);
    for (name, password) in [(&login, &password), (&name, &legacy)] {
        let mut program = world.visitor();
        assert_eq!(program.log_in_bot(name, password)?.result(), "Success");
        let rights = program.user_info("rights")?["rights"].to_string();
        assert!(rights.contains("\"edit\"") && !rights.contains("\"move\""), "{rights}");
    }
    assert_eq!(row(&world, "bp_grants")?, r#"["basic","editpage"]"#);
    assert_eq!(row(&world, "bp_restrictions")?, r#"{"IPAddresses":["0.0.0.0/0","::/0"]}"#);
    let list = open(&mut person, BOTS)?;
    assert!(list.body().contains(">my_tool</a>"), "{}", list.body());
    assert!(!list.body().contains(&password), "it is shown once");
    Ok(())
}

#[test]
fn the_page_reads_in_korean_under_its_korean_name() -> Tested {
    let world = world()?;
    world.add_account("윌리엄", PASSWORD)?;
    let mut person = signed_in(&world, "윌리엄")?;
    let path = "/wiki/%ED%8A%B9%EC%88%98:%EB%B4%87%EB%B9%84%EB%B0%80%EB%B2%88%ED%98%B8?uselang=ko";
    let list = open(&mut person, path)?;
    assert!(list.body().contains("등록한 봇 비밀번호가 없습니다."), "{}", list.body());
    let form = open(&mut person, &format!("{}&uselang=ko", of("도구")))?;
    assert!(form.body().contains("이미 있는 문서 편집하기"), "{}", form.body());
    let made =
        send_form(&mut person, &form, &format!("{}&uselang=ko", of("도구")), &[("op", "create")])?;
    assert!(made.body().contains("지금만 표시됩니다"), "{}", made.body());
    let (login, password) = (text_of(&made, "bot-login")?, text_of(&made, "bot-password")?);
    assert_eq!(login, "윌리엄@도구");
    assert_eq!(world.visitor().log_in_bot(&login, &password)?.result(), "Success");
    Ok(())
}

#[test]
fn the_lines_for_curl_log_in() -> Tested {
    let world = world()?;
    world.add_account("O'Neil", PASSWORD)?;
    let mut person = signed_in(&world, "O'Neil")?;
    let made = make(&mut person, "a'b", &[])?;
    let folder = tempfile::tempdir()?;
    let mut shell = Command::new("sh");
    let output =
        shell.current_dir(folder.path()).arg("-c").arg(text_of(&made, "curl")?).output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("\"Success\""), "{said} {}", String::from_utf8_lossy(&output.stderr));
    let password = text_of(&made, "bot-password")?;
    let line = format!(r"('O\'Neil', BotPassword('a\'b', '{password}'))");
    assert_eq!(text_of(&made, "pywikibot")?, line);
    Ok(())
}

#[test]
fn what_is_no_address_is_told_at_its_field_and_nothing_is_made() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut person = signed_in(&world, "William")?;
    let wrong =
        [("wprestrictions", "203.0.113.0/24\nhome\n1.1.1.1-1.1.1.9"), ("wpgrants-oversight", "1")];
    let form = make(&mut person, "tool", &wrong)?;
    assert!(form.body().contains("home, 1.1.1.1-1.1.1.9"), "{}", form.body());
    assert!(form.body().contains("aria-invalid=\"true\""), "{}", form.body());
    let ticked = "name=\"wpgrants-oversight\" value=\"1\" checked";
    assert!(form.body().contains(ticked), "what was filled in stays: {}", form.body());
    assert_eq!(row(&world, "COUNT(*)")?, "0");
    let right =
        [("wprestrictions", "203.0.113.0/24\r\n\r\n::1"), ("wprestrictions-pages", "A b\nTalk:C")];
    let made = make(&mut person, "tool", &right)?;
    let password = text_of(&made, "bot-password")?;
    let stored = r#"{"IPAddresses":["203.0.113.0/24","::1"],"Pages":["A b","Talk:C"]}"#;
    assert_eq!(row(&world, "bp_restrictions")?, stored);
    let from = |address: &str| world.visitor().from_address(address);
    assert_eq!(from("203.0.113.9").log_in_bot("William@tool", &password)?.result(), "Success");
    assert_ne!(from("198.51.100.1").log_in_bot("William@tool", &password)?.result(), "Success");
    let form = open(&mut person, &of("tool"))?;
    assert!(form.body().contains("203.0.113.0/24\n::1</textarea>"), "{}", form.body());
    Ok(())
}

#[test]
fn saving_ends_a_bots_sessions_and_a_reset_gives_another_password() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut person = signed_in(&world, "William")?;
    let first = text_of(&make(&mut person, "tool", &[])?, "bot-password")?;
    let mut program = world.visitor();
    assert_eq!(program.log_in_bot("William@tool", &first)?.result(), "Success");
    let form = open(&mut person, &of("tool"))?;
    let grant = [("op", "update"), ("wpgrants-highvolume", "1")];
    let saved = send_form(&mut person, &form, &of("tool"), &grant)?;
    assert!(!saved.body().contains("id=\"bot-password\""), "{}", saved.body());
    assert_eq!(program.whoami()?, None, "its token is another");
    assert_eq!(program.log_in_bot("William@tool", &first)?.result(), "Success");
    let reset = [("op", "update"), ("wpresetPassword", "1")];
    let second = text_of(&send_form(&mut person, &form, &of("tool"), &reset)?, "bot-password")?;
    assert_ne!(world.visitor().log_in_bot("William@tool", &first)?.result(), "Success");
    assert_eq!(world.visitor().log_in_bot("William@tool", &second)?.result(), "Success");
    assert_eq!(row(&world, "bp_grants")?, r#"["basic"]"#, "what is not ticked is not granted");
    Ok(())
}

#[test]
fn a_deleted_bot_is_out_at_once() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut person = signed_in(&world, "William")?;
    let password = text_of(&make(&mut person, "tool", &[])?, "bot-password")?;
    let mut program = world.visitor();
    assert_eq!(program.log_in_bot("William@tool", &password)?.result(), "Success");
    let form = open(&mut person, &of("tool"))?;
    let said = send_form(&mut person, &form, &of("tool"), &[("op", "delete")])?;
    assert!(said.body().contains("has been deleted"), "{}", said.body());
    assert_eq!(program.whoami()?, None);
    assert_eq!(row(&world, "COUNT(*)")?, "0");
    Ok(())
}

#[test]
fn a_name_that_is_there_or_can_be_none_is_refused() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut person = signed_in(&world, "William")?;
    for bad in ["", "  ", &"x".repeat(33), "a\nb"] {
        let answer = submit(&mut person, BOTS, &[("op", "new"), ("wpappId", bad)])?;
        assert_eq!(answer.reply.status, 200, "{bad:?}");
        assert!(answer.body().contains("aria-invalid"), "{bad:?}: {}", answer.body());
    }
    let first = text_of(&make(&mut person, "<i>tool</i>", &[])?, "bot-password")?;
    let form = open(&mut person, &of("<i>tool</i>"))?;
    assert!(!form.body().contains("<i>tool"), "{}", form.body());
    let again = send_form(&mut person, &form, &of("<i>tool</i>"), &[("op", "create")])?;
    assert!(again.body().contains("role=\"alert\""), "{}", again.body());
    let login = world.visitor().log_in_bot("William@<i>tool</i>", &first)?;
    assert_eq!(login.result(), "Success", "the first one stays");
    Ok(())
}

#[test]
fn without_the_persons_own_token_nothing_is_made_or_deleted() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    world.add_account("Carol", PASSWORD)?;
    let (mut person, mut other) = (signed_in(&world, "William")?, signed_in(&world, "Carol")?);
    make(&mut person, "tool", &[])?;
    let token = between(&open(&mut other, &of("tool"))?, "name=\"wpEditToken\" value=\"", "\"")?;
    for op in ["create", "update", "delete"] {
        for (app, path) in [("new", of("new")), ("tool", of("tool"))] {
            let with = |token: &str| vec![("wpEditToken", token.to_owned()), ("op", op.to_owned())];
            for fields in [vec![("op", op.to_owned())], with("+\\"), with(&token)] {
                let fields: Vec<(&str, &str)> =
                    fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let answer = submit(&mut person, &path, &fields)?;
                assert!(answer.body().contains("role=\"alert\""), "{op} {app}: {}", answer.body());
            }
        }
    }
    // A right token in the address is none.
    let own = between(&open(&mut person, &of("tool"))?, "name=\"wpEditToken\" value=\"", "\"")?;
    let path = format!("{}&{}", of("tool"), encode(&[("wpEditToken", &own), ("op", "delete")]));
    submit(&mut person, &path, &[])?;
    open(&mut person, &path)?;
    assert_eq!(row(&world, "group_concat(bp_app_id)")?, "tool");
    Ok(())
}

#[test]
fn only_somebody_who_logged_in_lately_sees_the_page() -> Tested {
    let world = world()?;
    let id = world.add_account("William", PASSWORD)?;
    let stranger = open(&mut world.visitor(), BOTS)?;
    assert_eq!(stranger.reply.status, 302);
    assert!(stranger.header("location").unwrap().contains("Special:UserLogin"));
    let password = world.add_bot_password(id, "tool")?;
    let mut program = world.visitor();
    program.log_in_bot("William@tool", &password)?;
    assert_eq!(open(&mut program, BOTS)?.reply.status, 302, "a program is nobody here");
    let mut person = signed_in(&world, "William")?;
    assert_eq!(open(&mut person, BOTS)?.reply.status, 200);
    world.pass_seconds(301);
    let later = open(&mut person, BOTS)?;
    assert_eq!(later.reply.status, 302);
    assert!(later.header("location").unwrap().contains("force=BotPasswords"));
    Ok(())
}

#[test]
fn after_a_change_of_the_own_password_the_page_says_which_need_a_reset() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut person = signed_in(&world, "William")?;
    make(&mut person, "tool", &[])?;
    world.sql("UPDATE bot_passwords SET bp_password = ''")?;
    let list = open(&mut person, BOTS)?;
    assert!(list.body().contains("must be reset"), "{}", list.body());
    let form = open(&mut person, &of("tool"))?;
    assert!(
        form.body().contains("name=\"wpresetPassword\" value=\"1\" checked"),
        "{}",
        form.body()
    );
    Ok(())
}

#[test]
fn where_bot_passwords_are_off_the_page_says_so() -> Tested {
    let world = World::with(|rules| rules.settings.enable_bot_passwords = false)?;
    world.add_account("William", PASSWORD)?;
    let answer = open(&mut signed_in(&world, "William")?, BOTS)?;
    assert!(answer.body().contains("Bot passwords are switched off."), "{}", answer.body());
    Ok(())
}
