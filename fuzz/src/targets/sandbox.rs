//! What `Special:ApiSandbox` takes from a stranger, and the requests that it makes of it.
//!
//! An input is a query; with a second line it is posted, and that line is the body.

use std::net::{IpAddr, Ipv4Addr};

use axum::body::Body;
use axum::http::{Method, Request, Uri, header};
use daemun_action_api::Api;
use daemun_testkit::world::World;
use http_body_util::BodyExt;

use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "sandbox",
    run,
    words: &[
        "&module=",
        "&request=",
        "&step=continue",
        "&after=UI",
        "&after=PASS",
        "&secrets=",
        "&given=",
        "&live=1",
        "&keep=1",
        "&get-token=1",
        "&show=form",
        "&uselang=ko",
        "&p-action=",
        "&p-action=clientlogin",
        "&p-action=createaccount",
        "&p-action=changeauthenticationdata",
        "&p-action=checktoken",
        "&p-action=query",
        "&p-meta%7C0=",
        "&p-list=allusers|users",
        "&p-format=jsonfm",
        "&p-type=csrf",
        "&p-logincontinue=1",
        "&p-loginreturnurl=",
        "&p-loginmergerequestfields=1",
        "&p-lgpassword=x",
        "&p-code=x",
        "query+userinfo",
        "%26",
        "%3D",
        "%257C",
        "%0A",
        "%27",
        "%22",
        "%3C%2Fcode%3E",
        "%E2%80%A8",
        "[]",
        "p-",
        "__proto__",
    ],
    longest: 2048,
};

/// What is typed into the field of a password.
const SECRET: &str = "correcthorsebatterystaple";

thread_local! {
    static WIKI: Wiki = Wiki::new();
}

struct Wiki {
    world: World,
    api: Api,
    /// How many scripts every such page has.
    scripts: usize,
}

impl Wiki {
    fn new() -> Self {
        let world = World::new().expect("a world");
        let api = world.api();
        let mut wiki = Self { world, api, scripts: 0 };
        wiki.scripts = wiki.page("", None).expect("a page").matches("<script").count();
        wiki
    }

    /// The page; nothing where the address is none.
    fn page(&self, query: &str, body: Option<&[u8]>) -> Option<String> {
        let uri = Uri::try_from(format!("/wiki/Special:ApiSandbox?{query}")).ok()?;
        let mut request = Request::new(Body::from(body.unwrap_or_default().to_vec()));
        *request.uri_mut() = uri;
        if body.is_some() {
            *request.method_mut() = Method::POST;
            let form = header::HeaderValue::from_static("application/x-www-form-urlencoded");
            request.headers_mut().insert(header::CONTENT_TYPE, form);
        }
        let answer = daemun_pages::answer(&self.api, request, IpAddr::V4(Ipv4Addr::LOCALHOST));
        let (answer, _) = self.world.run(answer).ok()?;
        let (parts, body) = answer.into_parts();
        let body = self.world.run(body.collect()).expect("a body in memory").to_bytes();
        let body = String::from_utf8(body.to_vec()).expect("pages are UTF-8");
        assert!(parts.status.is_success(), "{}: {body}", parts.status);
        // The path names the page, whatever title is sent.
        assert!(body.contains("id=\"sandbox-run\""), "{body}");
        Some(body)
    }

    fn check(&self, query: &str, body: Option<&[u8]>) {
        let Some(page) = self.page(query, body) else { return };
        assert_eq!(page.matches("<script").count(), self.scripts, "{page}");
        let made = Made::on(&page);
        made.check_programs(&page);

        // The address of a request leads to that request.
        let again = format!("request={}", encoded(&made.fragment));
        let again = self.page(&again, None).expect("a page");
        assert_eq!(Made::on(&again), made);

        // A secret that stood in an address is nowhere; one that was posted is where it is sent
        // from, and in no request that is shown.
        let secret = format!("p-lgpassword={SECRET}");
        match body {
            None => {
                let page = self.page(&format!("{query}&{secret}"), None).expect("a page");
                assert!(!page.contains(SECRET), "{page}");
            }
            Some(body) => {
                let body = [body, b"&", secret.as_bytes()].concat();
                let page = self.page(query, Some(&body)).expect("a page");
                let made = Made::on(&page);
                assert!(made.params.iter().all(|(_, value)| value != SECRET), "{made:?}");
                for id in ["url", "curl", "python", "javascript"] {
                    assert!(!program(&page, id).contains(SECRET), "{id}: {page}");
                }
                assert!(page.matches(SECRET).count() <= 1, "{page}");
            }
        }
    }
}

/// A request that a page shows.
#[derive(Debug, PartialEq, Eq)]
struct Made {
    /// As an address has it.
    fragment: String,
    params: Vec<(String, String)>,
}

impl Made {
    fn on(page: &str) -> Self {
        let fragment = between(page, " data-fragment=\"", "\"");
        let hidden = between(page, "<div id=\"sandbox-hidden\">", "</div>");
        let params: Vec<(String, String)> = hidden
            .split("<input")
            .skip(1)
            .map(|tag| (between(tag, " name=\"", "\""), between(tag, " value=\"", "\"")))
            .map(|(name, value)| (unescaped(name), unescaped(value)))
            .collect();
        let fragment = unescaped(fragment);
        // Another reader of addresses reads just that.
        let read: Vec<_> = form_urlencoded::parse(fragment.as_bytes()).into_owned().collect();
        assert_eq!(read, params, "{fragment}");
        for (place, (name, _)) in params.iter().enumerate() {
            let before = params.get(..place).unwrap_or_default();
            assert!(!name.is_empty() && before.iter().all(|(known, _)| known != name), "{name:?}");
        }
        Self { fragment, params }
    }

    /// Programs hold the parameters as a shell, Python and JavaScript read them.
    fn check_programs(&self, page: &str) {
        assert!(program(page, "url").contains(&self.fragment));
        let python = program(page, "python");
        let fields = python.rsplit_once("={\n").expect("fields").1;
        let mut lines = fields.lines();
        let shell = program(page, "curl");
        let words = shell_words(&shell);
        let call = words.iter().rposition(|word| word == "curl").expect("a call");
        let mut words = words.into_iter().skip(call).skip_while(|word| word != DATA);
        let javascript = program(page, "javascript");
        for (name, value) in &self.params {
            let line = lines.next().expect("a line for each");
            assert_eq!(python_item(line), (name.clone(), value.clone()), "{python}");
            assert_eq!(words.next().as_deref(), Some(DATA), "{shell}");
            assert_eq!(words.next(), Some(format!("{name}={value}")), "{shell}");
            let item = (name.clone(), value.clone());
            let is_there = javascript.lines().any(|line| script_item(line).as_ref() == Some(&item));
            assert!(is_there, "{name}: {javascript}");
        }
    }
}

/// `    "name": "value",` by JSON's reader: what is written is JSON, too.
fn python_item(line: &str) -> (String, String) {
    let object = format!("{{{}}}", line.trim_end_matches(','));
    let read: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&object).unwrap_or_else(|error| panic!("{error}: {object}"));
    let (name, value) = read.into_iter().next().expect("one member");
    (name, value.as_str().expect("a text").to_owned())
}

/// The same of JavaScript, where plain names have no quotes; nothing for other lines.
fn script_item(line: &str) -> Option<(String, String)> {
    let line = line.strip_prefix("  ")?.strip_suffix(',')?;
    if line.starts_with('"') {
        let object = format!("{{{line}}}");
        let read: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&object).ok()?;
        let (name, value) = read.into_iter().next()?;
        return Some((name, value.as_str()?.to_owned()));
    }
    let (name, value) = line.split_once(": ")?;
    Some((name.to_owned(), serde_json::from_str(value).ok()?))
}

/// What stands before each parameter.
const DATA: &str = "--data-urlencode";

/// The words that a shell reads, by its rules of quoting; what it would put in their place stays.
fn shell_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = None::<String>;
    let mut characters = text.chars();
    let mut is_quoted = false;
    while let Some(c) = characters.next() {
        match c {
            '#' if word.is_none() && !is_quoted => {
                let _comment = characters.by_ref().find(|c| *c == '\n');
            }
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            '\'' if !is_quoted => {
                let word = word.get_or_insert_default();
                word.extend(characters.by_ref().take_while(|c| *c != '\''));
            }
            '\\' => match characters.next() {
                Some('\n') => {}
                escaped => word.get_or_insert_default().extend(escaped),
            },
            ' ' | '\n' if !is_quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

fn program(page: &str, id: &str) -> String {
    unescaped(between(page, &format!("<code id=\"code-{id}\" dir=\"ltr\">"), "</code>"))
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let behind = text.split_once(from).unwrap_or_else(|| panic!("no {from} in {text}")).1;
    behind.split_once(to).unwrap_or_else(|| panic!("no {to} in {behind}")).0
}

/// Text out of HTML.
fn unescaped(html: &str) -> String {
    assert!(!html.contains(['<', '>']), "{html}");
    let marks = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#039;", "'"),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    marks.into_iter().fold(html.to_owned(), |text, (mark, c)| text.replace(mark, c))
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn run(bytes: &[u8]) {
    let (query, body) = match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => (bytes.get(..end).unwrap_or_default(), bytes.get(end + 1..)),
        None => (bytes, None),
    };
    // What no address may hold a client sends encoded.
    let plain = |byte: &u8| byte.is_ascii_graphic() && !b"\"<>#\\^`{}".contains(byte);
    let query: String = query
        .iter()
        .map(
            |byte| if plain(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") },
        )
        .collect();
    WIKI.with(|wiki| wiki.check(&query, body));
}
