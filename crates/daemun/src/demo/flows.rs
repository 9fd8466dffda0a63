//! What there is to try, and the command lines that walk it.

use std::fmt::Write;

use daemun_mediawiki::second_factor::window_of;
use daemun_mediawiki::timestamp::Timestamp;
use serde_json::{Value, json};

use super::accounts::{self, Made, PASSWORD};
use super::openid;
use crate::serve_banner::quoted;

/// What the keys of texts about flows begin with.
const TEXTS: &str = "daemun-demo-";

/// One way a login can go.
pub(super) struct Flow {
    /// The page's text about it; what follows [`TEXTS`] is its name, for programs.
    pub(super) about: &'static str,
    /// What to log in with: names of fields and values.
    pub(super) with: Vec<(&'static str, String)>,
    /// What else one may need, such as the secret behind a code.
    pub(super) secrets: Vec<(&'static str, String)>,
    /// How it ends: the word of the API, for people and programs.
    pub(super) ends: &'static str,
    /// The command lines, to be pasted after those of [`prelude`].
    pub(super) commands: String,
}

impl Flow {
    /// Its name, for programs.
    pub(super) fn name(&self) -> &'static str {
        self.about.strip_prefix(TEXTS).unwrap_or(self.about)
    }
}

/// All of them.
pub(super) fn all(made: &Made, now: Timestamp) -> Vec<Flow> {
    let person = |about: &'static str, user: &str, ends| Flow {
        about,
        with: vec![("username", user.to_owned()), ("password", PASSWORD.to_owned())],
        secrets: Vec::new(),
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
    let flows = [
        person("daemun-demo-plain", accounts::PLAIN, "PASS"),
        Flow {
            about: "daemun-demo-bot-password",
            with: vec![("lgname", bot.clone()), ("lgpassword", made.bot_password.clone())],
            secrets: Vec::new(),
            ends: "Success",
            commands: format!(
                "post -d action=login --data-urlencode \"lgtoken=$(token)\" \\\n  \
                 --data-urlencode {} --data-urlencode {}\n",
                quoted(&format!("lgname={bot}")),
                quoted(&format!("lgpassword={}", made.bot_password))
            ),
        },
        two_factor(
            person("daemun-demo-two-factor", accounts::TWO_FACTOR, "UI, then PASS"),
            made,
            now,
        ),
        recovery(person("daemun-demo-recovery-code", accounts::RECOVERY, "UI, then PASS"), made),
        expired,
        mailed,
        captcha(person("daemun-demo-captcha", accounts::CAPTCHA, "FAIL until it is answered")),
        openid(
            person("daemun-demo-openid", accounts::LINKED, "REDIRECT, then PASS"),
            openid::LINKED,
        ),
        restart(person(
            "daemun-demo-openid-unlinked",
            accounts::UNLINKED,
            "REDIRECT, RESTART, UI, then PASS",
        )),
        person("daemun-demo-blocked", accounts::BLOCKED, "FAIL"),
        person("daemun-demo-throttled", accounts::THROTTLED, "FAIL"),
        person("daemun-demo-korean", accounts::KOREAN, "PASS"),
    ];
    flows.into_iter().map(anew).collect()
}

/// Without the cookies of what was tried before: a session of the bot refuses all other logins.
fn anew(flow: Flow) -> Flow {
    Flow { commands: format!("rm -f demo.cookies\n{}", flow.commands), ..flow }
}

/// The second step asks for the code that an authenticator app shows.
fn two_factor(flow: Flow, made: &Made, now: Timestamp) -> Flow {
    let code = format!("{:06}", made.secret.code(window_of(now)));
    let mut flow = Flow {
        secrets: vec![
            ("totp-secret", made.secret.to_base32().to_string()),
            ("otpauth", made.otpauth.clone()),
        ],
        ..flow
    };
    flow.commands.push_str(&go_on(&format!("OATHToken={code}")));
    flow.with.push(("OATHToken", code));
    flow
}

/// The second step takes a recovery code as well, each once.
fn recovery(flow: Flow, made: &Made) -> Flow {
    let code = made.recovery_codes.first().cloned().unwrap_or_default();
    let mut flow =
        Flow { secrets: vec![("recovery-codes", made.recovery_codes.join(" "))], ..flow };
    flow.commands.push_str(&go_on("newModule=recoverycodes"));
    flow.commands.push_str(&go_on(&format!("RecoveryCode={code}")));
    flow.with.push(("RecoveryCode", code));
    flow
}

/// After wrong passwords even the right one is refused until a captcha is answered.
fn captcha(flow: Flow) -> Flow {
    let wrong = begin(accounts::CAPTCHA, "wrong");
    let right = begin(accounts::CAPTCHA, PASSWORD);
    let ask = "ID=$(curl \"$API?action=query&meta=authmanagerinfo&amirequestsfor=login&format=json\" | \\\n  \
               sed 's/.*\"captchaId\":{\"type\":\"hidden\",\"value\":\"\\([0-9]*\\).*/\\1/')\n";
    let answered = right.trim_end().to_owned()
        + " \\\n  -d \"captchaId=$ID\" --data-urlencode 'captchaWord=Seoul'\n";
    let mut flow = flow;
    flow.with.push(("captchaWord", "Seoul".to_owned()));
    flow.commands =
        format!("for i in 1 2 3; do {}; done\n{right}{ask}{answered}", wrong.trim_end());
    flow
}

/// Away to the OpenID provider, there as somebody, and back.
fn openid(flow: Flow, subject: &str) -> Flow {
    let commands = format!(
        "TARGET=$(post -d action=clientlogin -d loginreturnurl=http://localhost/ \\\n  \
         --data-urlencode \"logintoken=$(token)\" -d pluggableauthlogin0=1 | \\\n  \
         sed 's/.*\"redirecttarget\":\"\\([^\"]*\\)\".*/\\1/')\n\
         BACK=$(curl -o /dev/null -w '%{{redirect_url}}' \"$TARGET&as={subject}\")\n\
         BACK=$(curl -o /dev/null -w '%{{redirect_url}}' \"$BACK\")\n\
         post -d action=clientlogin -d logincontinue=1 \\\n  \
         --data-urlencode \"logintoken=$(token)\" -d \"${{BACK#*\\?}}\"\n"
    );
    Flow { with: vec![("pluggableauthlogin0", "1".to_owned())], commands, ..flow }
}

/// The same as somebody who has no account linked: a login with one of here may link it. The link
/// is declined, so that the flow can be walked again.
fn restart(flow: Flow) -> Flow {
    let log_in = begin(accounts::UNLINKED, PASSWORD).trim_end().to_owned()
        + " \\\n  -d loginpreservestate=1\n";
    let with = flow.with.clone();
    let mut flow = openid(flow, openid::UNLINKED);
    flow.with.extend(with);
    flow.commands.push_str(&log_in);
    flow.commands.push_str(&go_on("confirmedLinkIDs="));
    flow
}

/// A further step.
fn go_on(field: &str) -> String {
    format!(
        "post -d action=clientlogin -d logincontinue=1 \\\n  \
         --data-urlencode \"logintoken=$(token)\" --data-urlencode {}\n",
        quoted(field)
    )
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

/// What is pasted before the command lines of any flow: where the API is, and three helpers.
pub(super) fn prelude(api: &str) -> String {
    format!(
        "API={}\n\
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
            let secrets: serde_json::Map<String, Value> = flow
                .secrets
                .iter()
                .map(|(name, value)| ((*name).to_owned(), json!(value)))
                .collect();
            (flow.name().to_owned(), json!({"with": with, "secrets": secrets, "ends": flow.ends}))
        })
        .collect();
    let all = json!({"url": url, "api": api, "flows": flows});
    Ok(format!("{}\n", serde_json::to_string(&all)?))
}

/// For people: first the command lines, then the table, which so is on the screen.
pub(super) fn table(url: &str, api: &str, flows: &[Flow]) -> String {
    let mut text = String::from("Paste these lines first, then those of what you want to try:\n\n");
    for line in prelude(api).lines() {
        let _ = writeln!(text, "  {line}");
    }
    for flow in flows {
        let _ = writeln!(text, "\n{} → {}", flow.name(), flow.ends);
        for line in flow.commands.lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    let _ = writeln!(text, "\ndaemun demo\n\n  Page:  {url}/\n  API:   {api}\n");
    let width = flows.iter().map(|flow| flow.name().len()).max().unwrap_or_default();
    for flow in flows {
        let with: Vec<String> =
            flow.with.iter().map(|(field, value)| format!("{field}={value}")).collect();
        let _ = writeln!(text, "  {:width$}  {}  →  {}", flow.name(), with.join("  "), flow.ends);
    }
    let _ = writeln!(
        text,
        "\nCommand lines for each stand above, and on the page with the codes of the moment: \
         {url}/#two-factor\nWhy a login failed is told below. All is gone when the demo ends \
         (Ctrl-C).\n"
    );
    text
}
