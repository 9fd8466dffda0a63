//! What there is to try, and the command lines that walk it.

use std::fmt::Write;

use serde_json::{Value, json};

use super::accounts::{self, Made, PASSWORD};
use crate::serve_banner::quoted;

/// What the keys of texts about flows begin with.
const TEXTS: &str = "daemun-demo-";

/// One way a login can go.
pub(super) struct Flow {
    /// The page's text about it; what follows [`TEXTS`] is its name, for programs.
    pub(super) about: &'static str,
    /// What to log in with: names of fields and values.
    pub(super) with: Vec<(&'static str, String)>,
    /// How it ends: the word of the API, for people and programs.
    pub(super) ends: &'static str,
    /// The command lines; they begin with those of [`prelude`].
    pub(super) commands: String,
}

impl Flow {
    /// Its name, for programs.
    pub(super) fn name(&self) -> &'static str {
        self.about.strip_prefix(TEXTS).unwrap_or(self.about)
    }
}

/// All of them.
pub(super) fn all(_api: &str, made: &Made) -> Vec<Flow> {
    let person = |about: &'static str, user: &str, ends| Flow {
        about,
        with: vec![("username", user.to_owned()), ("password", PASSWORD.to_owned())],
        ends,
        commands: begin(user, PASSWORD),
    };
    let new_password = "post -d action=clientlogin -d logincontinue=1 \\\n  \
         --data-urlencode \"logintoken=$(token)\" -d password=demo-password-2 -d retype=demo-password-2\n";
    let bot = format!("{}@{}", accounts::BOT, accounts::APP);
    let mut expired = person("daemun-demo-expired", accounts::EXPIRED, "UI, then PASS");
    expired.commands.push_str(new_password);
    let mut mailed = Flow {
        with: vec![
            ("username", accounts::MAILED.to_owned()),
            ("password", accounts::TEMPORARY.to_owned()),
        ],
        commands: begin(accounts::MAILED, accounts::TEMPORARY),
        ..person("daemun-demo-temporary", accounts::MAILED, "UI, then PASS")
    };
    mailed.commands.push_str(new_password);
    vec![
        person("daemun-demo-plain", accounts::PLAIN, "PASS"),
        Flow {
            about: "daemun-demo-bot-password",
            with: vec![("lgname", bot.clone()), ("lgpassword", made.bot_password.clone())],
            ends: "Success",
            commands: format!(
                "post -d action=login --data-urlencode \"lgtoken=$(token)\" \\\n  \
                 --data-urlencode {} --data-urlencode {}\n",
                quoted(&format!("lgname={bot}")),
                quoted(&format!("lgpassword={}", made.bot_password))
            ),
        },
        expired,
        mailed,
        person("daemun-demo-blocked", accounts::BLOCKED, "FAIL"),
        person("daemun-demo-throttled", accounts::THROTTLED, "FAIL"),
        person("daemun-demo-korean", accounts::KOREAN, "PASS"),
    ]
}

/// The first step of a login.
fn begin(user: &str, password: &str) -> String {
    format!(
        "post -d action=clientlogin -d loginreturnurl=http://localhost/ \\\n  \
         --data-urlencode \"logintoken=$(token)\" \\\n  \
         --data-urlencode {} --data-urlencode {}\n",
        quoted(&format!("username={user}")),
        quoted(&format!("password={password}"))
    )
}

/// What the command lines of every flow begin with: a jar for cookies, and two helpers.
pub(super) fn prelude(api: &str) -> String {
    format!(
        "API={}; rm -f demo.cookies\n\
         curl() {{ command curl -s -b demo.cookies -c demo.cookies \"$@\"; }}\n\
         token() {{ curl \"$API?action=query&meta=tokens&type=login&format=json\" | \
         sed 's/.*\"logintoken\":\"\\([0-9a-f]*\\).*/\\1+\\\\/'; }}\n\
         post() {{ curl \"$API\" -d format=json -d formatversion=2 \"$@\"; echo; }}\n",
        quoted(api)
    )
}

/// For programs: one line.
pub(super) fn json(url: &str, api: &str, flows: &[Flow]) -> anyhow::Result<String> {
    let flows: serde_json::Map<String, Value> = flows
        .iter()
        .map(|flow| {
            let with: serde_json::Map<String, Value> = flow
                .with
                .iter()
                .map(|(field, value)| ((*field).to_owned(), json!(value)))
                .collect();
            (flow.name().to_owned(), json!({"with": with, "ends": flow.ends}))
        })
        .collect();
    let all = json!({"url": url, "api": api, "flows": flows});
    Ok(format!("{}\n", serde_json::to_string(&all)?))
}

/// For people.
pub(super) fn table(url: &str, api: &str, flows: &[Flow]) -> String {
    let mut text = format!("daemun demo\n\n  Page:  {url}/\n  API:   {api}\n\n");
    let width = flows.iter().map(|flow| flow.name().len()).max().unwrap_or_default();
    for flow in flows {
        let with: Vec<String> =
            flow.with.iter().map(|(field, value)| format!("{field}={value}")).collect();
        let _ = writeln!(text, "  {:width$}  {}  →  {}", flow.name(), with.join("  "), flow.ends);
    }
    let _ = writeln!(
        text,
        "\nCommand lines for each are on the page. Why a login failed is told below.\n\
         All is gone when the demo ends (Ctrl-C).\n"
    );
    text
}
