//! What the page writes down as a program does what it says.

use std::process::Command;

use anyhow::Context as _;
use daemun_testkit::visitor::Visitor;
use daemun_testkit::world::World;
use serde_json::Value;

use super::{between, submit, unescaped};
use crate::Tested;

/// The ways in which a request is written as a program, with the program that runs it.
const WAYS: [(&str, &str, &[&str]); 3] = [
    ("curl", "bash", &["-ec"]),
    ("python", "python3", &["-c"]),
    ("javascript", "node", &["--input-type=module", "-e"]),
];

/// Whether this machine can run programs of a way.
fn can_run(way: &str) -> bool {
    let (program, args): (&str, &[&str]) = match way {
        "curl" => ("bash", &["-c", "curl --version"]),
        "python" => ("python3", &["-c", "import requests"]),
        _ => ("node", &["-e", "new Headers().getSetCookie()"]),
    };
    let output = Command::new(program).args(args).output();
    output.is_ok_and(|output| output.status.success())
}

/// What the programs for a request print, each as JSON; `secrets` are in their environment.
fn run(
    visitor: &mut Visitor,
    request: &str,
    secrets: &[(&str, &str)],
) -> anyhow::Result<Vec<(&'static str, Value)>> {
    let page = submit(visitor, &[("request", request)])?.body();
    let mut printed = Vec::new();
    for (way, program, args) in WAYS {
        if !can_run(way) {
            eprintln!("SKIPPED {way}: {program} or what it needs is missing here");
            continue;
        }
        let mark = format!("<code id=\"code-{way}\" dir=\"ltr\">");
        let code = unescaped(between(&page, &mark, "</code>").context("a program")?);
        for (_, secret) in secrets {
            assert!(!code.contains(secret), "{way} has a secret: {code}");
        }
        let mut command = Command::new(program);
        command.args(args).arg(&code).envs(secrets.iter().copied());
        let output = command.output().with_context(|| format!("start {program}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let json = serde_json::from_str(&text).with_context(|| {
            let errors = String::from_utf8_lossy(&output.stderr);
            format!("{way} printed {text}\n{errors}\n{code}")
        })?;
        printed.push((way, json));
    }
    Ok(printed)
}

#[test]
fn programs_that_only_read_print_what_the_api_answers() -> Tested {
    let world = World::new()?;
    world.add_account("O'Neill", "right horse 1")?;
    let mut visitor = world.visitor();
    let requests = [
        "action=query&meta=siteinfo&siprop=general|namespaces&format=json&formatversion=2",
        "action=query&list=users&ususers=O'Neill|\"Q\" \\ $x `y` 한&format=json&formatversion=2",
        "action=paraminfo&modules=query%2Btokens&format=json&formatversion=2",
    ];
    for request in requests {
        let target = format!("/w/api.php?{}", request.replace('+', "%2B").replace(' ', "%20"));
        let target = target.replace('"', "%22").replace('\\', "%5C").replace('`', "%60");
        let target = target.replace('한', "%ED%95%9C").replace('|', "%7C");
        let mut expected = visitor.send_to("GET", &target, None, &[])?.json;
        forget_time(&mut expected);
        assert!(expected.get("error").is_none(), "{expected}");
        for (way, mut answer) in run(&mut visitor, request, &[])? {
            forget_time(&mut answer);
            assert_eq!(answer, expected, "{way}: {request}");
        }
    }
    Ok(())
}

/// What differs between two answers to one question.
fn forget_time(answer: &mut Value) {
    if let Some(time) = answer.pointer_mut("/query/general/time") {
        *time = Value::Null;
    }
}

#[test]
fn programs_that_log_in_fetch_their_token_and_read_secrets_elsewhere() -> Tested {
    let world = World::new()?;
    let id = world.add_account("Alice", "right 'horse' \"1\"")?;
    let password = world.add_bot_password(id, "tool")?;
    let mut visitor = world.visitor();
    let by_bot = "action=login&lgname=Alice@tool&format=json&formatversion=2";
    for (way, answer) in run(&mut visitor, by_bot, &[("LGPASSWORD", &password)])? {
        assert_eq!(answer["login"]["result"], "Success", "{way}: {answer}");
    }
    let by_person = "action=clientlogin&username=Alice&loginreturnurl=http://a.example/\
                     &format=json&formatversion=2";
    let secrets = [("PASSWORD", "right 'horse' \"1\"")];
    for (way, answer) in run(&mut visitor, by_person, &secrets)? {
        assert_eq!(answer["clientlogin"]["status"], "PASS", "{way}: {answer}");
    }
    Ok(())
}
