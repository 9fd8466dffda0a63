//! Whole requests, through the API and the store: no input is a fault of ours.
//!
//! An input is a conversation of up to four requests, parted by a line of `---`. A request is a
//! line of method and target, headers, an empty line and a body, all ending in `\n`. Cookies are
//! kept as a browser keeps them; `{login}`, `{csrf}` and `{create}` stand for tokens that were answered before.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, Uri, header};
use daemun_action_api::Api;
use daemun_mediawiki::php;
use daemun_testkit::world::World;
use http_body_util::BodyExt;

use super::text;
use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "requests",
    run,
    words: &[
        "\n---\n",
        "GET /w/api.php?",
        "POST /w/api.php\n",
        "OPTIONS",
        "HEAD",
        "{login}",
        "{csrf}",
        "Cookie: ",
        "Origin: ",
        "X-Forwarded-For: ",
        "Authorization: ",
        "Content-Type: application/x-www-form-urlencoded\n\n",
        "Content-Type: multipart/form-data; boundary=x\n\n",
        "action=login",
        "action=clientlogin",
        "action=logout",
        "action=query",
        "action=help",
        "action=paraminfo",
        "action=checktoken",
        "action=createaccount",
        "action=linkaccount",
        "action=unlinkaccount",
        "action=changeauthenticationdata",
        "action=removeauthenticationdata",
        "action=resetpassword",
        "action=validatepassword",
        "&format=json",
        "&format=xml",
        "&format=php",
        "&formatversion=2",
        "&errorformat=html",
        "&uselang=ko",
        "&meta=userinfo",
        "&meta=authmanagerinfo",
        "&meta=siteinfo",
        "&list=users",
        "&list=allusers",
        "&uiprop=*",
        "&siprop=",
        "&assert=user",
        "&origin=*",
        "&logincontinue=1",
        "&loginreturnurl=http://x/",
        "&loginpreservestate=1",
        "&createreturnurl=http://x/",
        "&createtoken={create}",
        "&createcontinue=1",
        "&createpreservestate=1",
        "&linktoken={csrf}",
        "&changeauthtoken={csrf}",
        "&changeauthrequest=",
        "&request=",
        "&user=William",
        "&email=",
        "&realname=",
        "&retype=",
        "&skipReset=1",
        "&OATHToken=",
        "&RecoveryCode=",
        "&newModule=recoverycodes",
        "&captchaId=",
        "&captchaWord=",
        "&code=",
        "&state=",
        "&pluggableauthlogin0=1",
        "&confirmedLinkIDs=",
        "&amirequestsfor=login-continue",
        "&amirequestsfor=create",
        "&amisecuritysensitiveoperation=",
        "&meta=oath",
        "&username=William",
        "&password=William-pass-1!",
        "&lgname=",
        "&lgpassword=",
        "&lgtoken={login}",
        "&logintoken={login}",
        "&token={csrf}",
        "&modules=",
        "&maxlag=-1",
        "&requestid=",
        "&callback=",
        "%1F",
        "%FF",
        "|",
        "William@tool",
    ],
    longest: 4096,
};

thread_local! {
    static WIKI: Wiki = Wiki::new();
}

/// A wiki with its API.
struct Wiki {
    world: World,
    api: Api,
    /// What no answer may show.
    secrets: Vec<String>,
    /// Puts the account back that may have got a new password.
    undo: String,
}

impl Wiki {
    fn new() -> Self {
        let world = World::with(|rules| {
            rules.settings.password_attempt_throttle.clear();
            rules.site.cors_domains = vec!["*.example".to_owned()];
        })
        .expect("a world");
        let william = world.add_account("William", "William-pass-1!").expect("an account");
        world
            .add_account_with("Frank", "Frank-pass-1!", |account| {
                account.password_expires = Some(account.registration.plus(-1000));
            })
            .expect("an account");
        // The fuzzer must be able to write it down.
        let password = "0123456789abcdefghijklmnopqrstuv";
        let hash = world.hash(password).expect("a hash");
        world
            .add_bot_password_with(william, "tool", |bot| bot.password = hash)
            .expect("a bot password");
        let mut secrets = Vec::new();
        for row in world.sql("SELECT user_token, user_password FROM user").expect("rows") {
            secrets.extend(row.into_iter().flatten().filter(|value| value.len() > 20));
        }
        assert_eq!(secrets.len(), 4, "a token and a hash of each account");
        let undo = world
            .value(
                "SELECT 'UPDATE user SET user_password = ''' || CAST(user_password AS TEXT) || \
                 ''', user_password_expires = ''' || CAST(user_password_expires AS TEXT) || \
                 ''', user_newpassword = '''', user_newpass_time = NULL \
                 WHERE user_name = ''Frank''' FROM user WHERE user_name = 'Frank'",
            )
            .expect("a row");
        let api = world.api();
        Self { world, api, secrets, undo }
    }

    /// Carries on a conversation and answers what was said, as far as it is one.
    fn converse(&self, input: &str) -> Vec<String> {
        if input.contains("Frank") {
            self.world.sql(&self.undo).expect("the account as it was");
        }
        let mut visitor = Visitor::default();
        let mut said = Vec::new();
        for request in input.split("\n---\n").take(4) {
            let Some(request) = visitor.request(request) else { break };
            let method = request.method().clone();
            let answer = self.api.answer(request, IpAddr::V4(Ipv4Addr::LOCALHOST));
            let answer = self.world.run(answer);
            said.push(self.check(answer, &method, &mut visitor));
        }
        said
    }

    fn check(&self, answer: Response<Body>, method: &Method, visitor: &mut Visitor) -> String {
        let (parts, body) = answer.into_parts();
        let body = self.world.run(body.collect()).expect("a body in memory").to_bytes();
        let body = String::from_utf8(body.to_vec()).expect("answers are UTF-8");
        assert!(parts.status.as_u16() < 500, "{}: {body}", parts.status);
        for secret in &self.secrets {
            assert!(!body.contains(secret), "a secret is told: {body}");
        }
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            visitor.keep(cookie.to_str().expect("cookies are ASCII"));
        }
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default();
        if body.is_empty() || !parts.status.is_success() || *method == Method::OPTIONS {
            return body;
        }
        if kind.starts_with("application/json") {
            let json: serde_json::Value =
                serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
            visitor.listen(&json);
        } else if kind.starts_with("text/html") {
            assert!(!body.contains("<script"), "{body}");
        } else if kind.starts_with("text/xml") {
            drop(roxmltree::Document::parse(&body).unwrap_or_else(|e| panic!("{e}: {body}")));
        } else if kind.starts_with("application/vnd.php.serialized") {
            drop(php::unserialize(body.as_bytes()).unwrap_or_else(|e| panic!("{e}: {body}")));
        }
        body
    }
}

/// Whoever sends the requests: cookies and tokens.
#[derive(Default)]
struct Visitor {
    cookies: BTreeMap<String, String>,
    login: String,
    csrf: String,
    create: String,
}

impl Visitor {
    fn request(&self, text: &str) -> Option<Request<Body>> {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let (method, target) = lines.next()?.split_once(' ')?;
        let fill = |text: &str| {
            let text = text.replace("{login}", &self.login).replace("{csrf}", &self.csrf);
            text.replace("{create}", &self.create)
        };
        let uri = Uri::try_from(fill(target)).ok()?;
        let mut request = Request::new(Body::from(fill(body)));
        *request.method_mut() = Method::from_bytes(method.as_bytes()).ok()?;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        for line in lines {
            let (name, value) = line.split_once(": ")?;
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).ok()?);
        }
        let all: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        if !all.is_empty() {
            headers.append(header::COOKIE, HeaderValue::from_str(&all.join("; ")).ok()?);
        }
        Some(request)
    }

    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap_or_default();
        let (name, value) = pair.split_once('=').expect("a cookie has a value");
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    fn listen(&mut self, json: &serde_json::Value) {
        let token = |name| {
            let token = json.pointer(name)?.as_str()?;
            Some(token.replace('+', "%2B").replace('\\', "%5C"))
        };
        self.login = token("/query/tokens/logintoken").unwrap_or(std::mem::take(&mut self.login));
        self.create =
            token("/query/tokens/createaccounttoken").unwrap_or(std::mem::take(&mut self.create));
        self.csrf = token("/query/tokens/csrftoken").unwrap_or(std::mem::take(&mut self.csrf));
    }
}

fn run(bytes: &[u8]) {
    let _said = WIKI.with(|wiki| wiki.converse(&text(bytes)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str) -> Vec<String> {
        let path = format!("{}/corpus/requests/{name}", env!("CARGO_MANIFEST_DIR"));
        let input = std::fs::read_to_string(path).unwrap();
        WIKI.with(|wiki| wiki.converse(&input))
    }

    #[test]
    fn the_conversations_of_the_corpus_get_where_they_should() {
        let said_ = said("clientlogin");
        assert!(said_[1].contains("\"status\":\"PASS\""), "{said_:?}");
        assert!(said_[2].contains("\"name\":\"William\""), "{said_:?}");
        assert_eq!(said_[3], "{}", "{said_:?}");
        for _ in 0..2 {
            let said_ = said("reset");
            assert!(said_[1].contains("\"status\":\"UI\""), "{said_:?}");
            assert!(said_[2].contains("\"status\":\"PASS\""), "{said_:?}");
        }
        let said_ = said("bot");
        assert!(said_[1].contains("result=\"Success\""), "{said_:?}");
        assert!(said_[2].contains("William"), "{said_:?}");
    }
}
