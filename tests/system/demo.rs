//! Trying a client out on `daemun demo`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use daemun_testkit::demo::Demo;
use daemun_testkit::program::Home;
use daemun_testkit::visitor::Visitor;
use daemun_testkit::waiting::wait_for;
use serde_json::Value;

use crate::Tested;

fn visitor(demo: &Demo) -> anyhow::Result<Visitor> {
    Ok(Visitor::at(demo.url()?))
}

/// The page's command lines: those that all begin with, and those of each flow.
fn commands(demo: &Demo) -> anyhow::Result<(String, Vec<String>)> {
    let page = visitor(demo)?.send_to("GET", "/", None, &[])?.body();
    let mut blocks = page.split("<pre>").skip(1).map(|rest| {
        let text = rest.split("</pre>").next().unwrap_or_default();
        let plain = [("&quot;", "\""), ("&#039;", "'"), ("&#39;", "'"), ("&lt;", "<")];
        let text = plain.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
        text.replace("&gt;", ">").replace("&amp;", "&")
    });
    let prelude = blocks.next().context("a prelude")?;
    Ok((prelude, blocks.collect()))
}

#[test]
fn every_flow_of_the_demo_ends_as_it_says() -> Tested {
    let demo = Demo::start()?;
    let flows = demo.flows()?;
    assert!(flows.len() >= 12, "{flows:?}");
    let log_in = |flow: &str| {
        visitor(&demo)?.log_in(demo.field(flow, "username")?, demo.field(flow, "password")?)
    };
    for flow in ["plain", "korean"] {
        assert_eq!(log_in(flow)?.status(), "PASS", "{flow}");
    }
    assert_eq!(log_in("blocked")?.message_code(), "login-userblocked");
    assert_eq!(log_in("throttled")?.message_code(), "login-throttled");
    for (flow, code) in [("expired", "resetpass-expired"), ("temporary", "resetpass-temp-emailed")]
    {
        assert_eq!(log_in(flow)?.message_code(), code, "{flow}");
    }
    let (name, password) =
        (demo.field("bot-password", "lgname")?, demo.field("bot-password", "lgpassword")?);
    assert_eq!(visitor(&demo)?.log_in_bot(name, password)?.result(), "Success");
    let mut visitor = visitor(&demo)?;
    let flow = "two-factor";
    let first = visitor.log_in(demo.field(flow, "username")?, demo.field(flow, "password")?)?;
    assert_eq!(first.status(), "UI", "{}", first.body());
    let code = demo.field(flow, "OATHToken")?;
    let second = visitor.go_on(&[("OATHToken", code)])?;
    assert_eq!(second.status(), "PASS", "{}", second.body());
    Ok(())
}

#[test]
fn the_command_lines_of_the_demos_page_work_when_pasted() -> Tested {
    if !Path::new("/usr/bin/curl").exists() {
        eprintln!("skipped: there is no curl here");
        return Ok(());
    }
    let demo = Demo::start()?;
    let (prelude, flows) = commands(&demo)?;
    let home = Home::new()?;
    // In one shell, one after the other.
    let script = format!("{prelude}{}", flows.join("echo ----\n"));
    let output = Command::new("sh").arg("-c").arg(&script).current_dir(home.path()).output()?;
    let all = String::from_utf8(output.stdout)?;
    let mut ends = Vec::new();
    for said in all.split("----\n") {
        let last: Value = serde_json::from_str(said.trim().lines().last().unwrap_or_default())
            .with_context(|| format!("{script}\n{said}"))?;
        let word = ["/clientlogin/status", "/login/result"].map(|at| last.pointer(at));
        let word = word.into_iter().flatten().next().and_then(Value::as_str);
        ends.push(word.unwrap_or_else(|| panic!("{script}\n{said}")).to_owned());
    }
    let expected = [
        "PASS", "Success", "PASS", "PASS", "PASS", "PASS", "PASS", "PASS", "PASS", "FAIL", "FAIL",
        "PASS",
    ];
    assert_eq!(ends, expected);
    Ok(())
}

#[test]
fn the_terminal_shows_command_lines_that_work_when_pasted() -> Tested {
    if !Path::new("/usr/bin/curl").exists() {
        eprintln!("skipped: there is no curl here");
        return Ok(());
    }
    let home = Home::new()?;
    let mut command = home.command(&["demo", "--port", "0"])?;
    let process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = process.spawn()?;
    let mut lines = BufReader::new(process.stdout.take().context("a pipe")?).lines();
    let said: Vec<String> = lines
        .by_ref()
        .map_while(Result::ok)
        .take_while(|line| !line.contains("(Ctrl-C)"))
        .collect();
    // Held, so that it ends with the test.
    let _demo = Demo::of(process)?;
    let commands = |title: &str| {
        let after = said.iter().skip_while(|line| !line.starts_with(title)).skip(1);
        let block = after.skip_while(|line| line.is_empty());
        block.take_while(|line| !line.is_empty()).cloned().collect::<Vec<String>>().join("\n")
    };
    let prelude = commands("Paste these lines first");
    for (flow, end) in
        [("plain →", "PASS"), ("bot-password →", "Success"), ("two-factor →", "PASS")]
    {
        let script = format!("{prelude}\n{}\n", commands(flow));
        let output = Command::new("sh").arg("-c").arg(&script).current_dir(home.path()).output()?;
        let told = String::from_utf8(output.stdout)?;
        assert!(told.contains(&format!("\"{end}\"")), "{script}\n{told}");
    }
    let text = said.join("\n");
    assert!(text.contains("/#two-factor") && text.contains("username="), "{text}");
    Ok(())
}

#[test]
fn what_the_demo_fixes_itself_is_refused_and_not_offered() -> Tested {
    let home = Home::new()?;
    for (args, flag) in [
        (&["demo", "--explain=false"][..], "--explain"),
        (&["demo", "--port", "0", "--listen", "127.0.0.1:0"], "--listen"),
        (&["--data", "x", "demo"], "--data"),
        (&["demo", "--config", "x.toml"], "--config"),
    ] {
        let said = home.run(args)?;
        assert_eq!(said.code(), Some(2), "{args:?}: {said:?}");
        assert!(said.stderr.contains(flag) && said.stdout.is_empty(), "{args:?}: {said:?}");
    }
    let help = home.run(&["demo", "--help"])?.well()?;
    assert!(help.contains("--port <PORT>"), "{help}");
    for flag in ["--listen", "--explain", "--config", "--data", "Configuration"] {
        assert!(!help.contains(flag), "{flag}: {help}");
    }
    Ok(())
}

#[test]
fn the_page_is_there_in_korean_too() -> Tested {
    let demo = Demo::start()?;
    let page = visitor(&demo)?.send_to("GET", "/?uselang=ko", None, &[])?;
    assert_eq!(page.reply.status, 200);
    assert!(page.body().contains("2단계 인증"), "{}", page.body());
    Ok(())
}

#[test]
fn a_demo_that_is_stopped_ends_well_and_leaves_nothing() -> Tested {
    let mut demo = Demo::start()?;
    let id = demo.process().id().to_string();
    ensure!(Command::new("kill").args(["-TERM", &id]).status()?.success(), "no signal");
    let status = wait_for("the end of the demo", || Ok(demo.process().try_wait()?))?;
    assert_eq!(status.code(), Some(0));
    let left: Vec<_> = std::fs::read_dir(demo.folder())?.collect();
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}
