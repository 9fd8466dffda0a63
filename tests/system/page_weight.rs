//! No page is heavy: what a browser must fetch for one is little, in bytes and in requests.

use std::collections::BTreeSet;
use std::path::Path;

use daemun_auth::providers::captcha::settings::CaptchaKind;
use daemun_store::{LogEntry, PrivateEvent};
use daemun_testkit::mail::Letters;
use daemun_testkit::visitor::Visitor;
use daemun_testkit::world::World;

use crate::Tested;

/// Bytes of all answers of a page together, headers included.
const MOST_BYTES: usize = 60_000;
/// The page and what it needs: style sheet, script, image. What only led to it is not counted.
const MOST_REQUESTS: usize = 3;
const PASSWORD: &str = "right horse 1";

/// Every kind of title, by its name in `titles.rs`, with titles to open.
const PAGES: &[(&str, &[&str])] = &[
    ("AccountSecurity", &["Special:AccountSecurity"]),
    ("ApiHelp", &["Special:ApiHelp", "Special:ApiHelp/clientlogin", "Special:ApiHelp/query"]),
    ("ApiSandbox", &["Special:ApiSandbox"]),
    ("BotPasswords", &["Special:BotPasswords", "Special:BotPasswords/new"]),
    ("Captcha", &["Special:Captcha/image", "Special:Captcha/text"]),
    ("ChangeEmail", &["Special:ChangeEmail"]),
    ("ChangePassword", &["Special:ChangePassword"]),
    ("ConfirmEmail", &["Special:ConfirmEmail", "Special:ConfirmEmail/0123456789abcdef"]),
    ("CreateAccount", &["Special:CreateAccount"]),
    (
        "Credentials",
        &["Special:ChangeCredentials", "Special:RemoveCredentials", "Special:UnlinkAccounts"],
    ),
    ("LinkAccounts", &["Special:LinkAccounts"]),
    ("ListUsers", &["Special:ListUsers", "Special:ListUsers/sysop"]),
    ("Log", &["Special:Log", "Special:Log/checkuser-private-event"]),
    ("OpenIdReturn", &["Special:OpenIDConnectReturn"]),
    ("Other", &["Main Page", "Nothing here"]),
    ("PasswordReset", &["Special:PasswordReset"]),
    ("Preferences", &["Special:Preferences"]),
    ("UserLogin", &["Special:UserLogin"]),
    ("UserLogout", &["Special:UserLogout"]),
];

/// The variants of `Title`, read from its source, so that no new page is forgotten here.
fn kinds() -> anyhow::Result<BTreeSet<String>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/pages/src/titles.rs");
    let source = std::fs::read_to_string(source)?;
    let (_, body) = source.split_once("enum Title {").expect("the titles");
    let (body, _) = body.split_once("\n}").expect("their end");
    let lines = body.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    let names = lines.map(|line| line.split(['(', ',', ' ', '{']).next().unwrap_or_default());
    Ok(names.filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// A wiki where pages have much to show: lists are full, mail and captchas are on.
fn world() -> anyhow::Result<World> {
    let letters = Letters::default();
    let world = World::with(|rules| {
        rules.mailer = letters.mailer();
        rules.settings.captcha.kind = Some(CaptchaKind::Image { text_alternative: true });
        rules.settings.rights.add_second_factors();
        rules.settings.rights.add_private_log();
    })?;
    let mut events = Vec::new();
    for number in 0..60 {
        let name = format!("위키백과 사용자 {number:02}");
        world.add_account(&name, PASSWORD)?;
        let entry = LogEntry {
            kind: "newusers".to_owned(),
            action: "create2".to_owned(),
            performer_id: 0,
            performer_name: "관리자".to_owned(),
            namespace: 2,
            title: name.replace(' ', "_"),
            comment: "편집 모임에서 함께 만든 계정입니다".to_owned(),
            params: "a:0:{}".to_owned(),
            timestamp: world.now(),
        };
        world.run(world.store().log.add(&entry))?;
        events.push(PrivateEvent {
            action: "login-failure".to_owned(),
            target: name,
            performer: None,
            params: "a:0:{}".to_owned(),
            address: "2001:db8::1".parse()?,
            agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)".into(),
            timestamp: world.now(),
        });
    }
    world.run(world.store().private_events.add(&events))?;
    Ok(world)
}

/// Somebody who is in, and may see everything.
fn administrator(world: &World) -> anyhow::Result<Visitor> {
    let id = world.add_account("Ann", PASSWORD)?;
    for group in ["sysop", "checkuser", "suppress"] {
        world.run(world.store().accounts.add_group(id, group, None, None))?;
    }
    let mut visitor = world.visitor();
    assert_eq!(visitor.log_in("Ann", PASSWORD)?.status(), "PASS");
    Ok(visitor)
}

/// What was fetched for a page.
#[derive(Default)]
struct Fetched {
    requests: Vec<String>,
    bytes: usize,
}

impl Fetched {
    /// Fetches something; answers its text and where it leads.
    fn get(
        &mut self,
        visitor: &mut Visitor,
        path: &str,
    ) -> anyhow::Result<(String, Option<String>)> {
        let answer = visitor.send_to("GET", path, None, &[])?;
        assert!(answer.reply.status < 500, "{path}: {}", answer.body());
        let headers = answer.reply.headers.iter();
        self.bytes += headers.map(|(name, value)| name.len() + value.len() + 4).sum::<usize>();
        self.bytes += answer.reply.body.len();
        self.requests.push(path.to_owned());
        let body = String::from_utf8_lossy(&answer.reply.body).into_owned();
        Ok((body, answer.header("location")))
    }

    /// A page, wherever it leads, with all that it needs.
    fn page(visitor: &mut Visitor, origin: &str, path: &str) -> anyhow::Result<Self> {
        let mut fetched = Self::default();
        let (mut html, mut target) = fetched.get(visitor, path)?;
        // An address that leads on is no page yet, but its bytes count.
        for _ in 0..3 {
            let Some(next) = target.take() else { break };
            let path = next.strip_prefix(origin).expect("on this wiki").to_owned();
            fetched.requests.clear();
            (html, target) = fetched.get(visitor, &path)?;
        }
        assert_eq!(target, None, "{path} leads on and on");
        for address in needed(&html) {
            fetched.get(visitor, &address)?;
        }
        Ok(fetched)
    }
}

/// The addresses that a browser fetches for a page by itself.
fn needed(html: &str) -> BTreeSet<String> {
    let mut addresses = BTreeSet::new();
    for (tag, attribute) in
        [("<link rel=\"stylesheet\"", "href"), ("<script", "src"), ("<img", "src")]
    {
        for rest in html.split(tag).skip(1) {
            let element = rest.split('>').next().unwrap_or_default();
            let Some((_, value)) = element.split_once(&format!("{attribute}=\"")) else { continue };
            let value = value.split('"').next().unwrap_or_default().replace("&amp;", "&");
            if !value.starts_with("data:") {
                addresses.insert(value);
            }
        }
    }
    addresses
}

#[test]
fn every_kind_of_page_is_weighed() -> Tested {
    let weighed: BTreeSet<String> = PAGES.iter().map(|(kind, _)| (*kind).to_owned()).collect();
    let forgotten: Vec<String> = kinds()?.difference(&weighed).cloned().collect();
    assert_eq!(forgotten, [] as [&str; 0], "put titles of each into PAGES");
    Ok(())
}

#[test]
fn no_page_is_heavier_than_60_kb_or_takes_more_than_three_requests() -> Tested {
    let world = world()?;
    let mut visitors = [("nobody", world.visitor()), ("Ann", administrator(&world)?)];
    let mut heavy = Vec::new();
    for (who, visitor) in &mut visitors {
        for title in PAGES.iter().flat_map(|(_, titles)| *titles) {
            for language in ["en", "ko"] {
                let query = [("title", *title), ("uselang", language), ("factors", "1")];
                let path = format!("/w/index.php?{}", daemun_testkit::visitor::encode(&query));
                let Fetched { requests, bytes } = Fetched::page(visitor, world.origin(), &path)?;
                let line = format!("{title} ({language}, {who}): {bytes} bytes in {requests:?}");
                if bytes > MOST_BYTES || requests.len() > MOST_REQUESTS {
                    heavy.push(line);
                }
            }
        }
    }
    assert!(heavy.is_empty(), "too heavy:\n{}", heavy.join("\n"));
    Ok(())
}
