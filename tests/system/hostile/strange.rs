//! Random requests, the same in every run: strange values, bytes, bodies, cookies, headers.

use daemun_action_api::main_module::MAIN;
use daemun_action_api::module::Group;
use daemun_action_api::modules::of_group;
use daemun_action_api::params::Param;
use daemun_auth::providers::captcha::settings::CaptchaKind;
use daemun_auth::second_factor;
use daemun_testkit::dice::Dice;
use daemun_testkit::mail::Letters;
use daemun_testkit::openid_provider::TestProvider;
use daemun_testkit::visitor::encode;
use daemun_testkit::world::World;

use super::{exchange, show, statuses};
use crate::Tested;

/// Sends raw bytes and reads to the end; answers the status, if there is an answer at all.
fn throw(world: &World, bytes: &[u8], is_http: bool) -> anyhow::Result<Option<u16>> {
    let address = world.origin().trim_start_matches("http://");
    // Where it is no HTTP the server would wait for the rest.
    Ok(statuses(&exchange(address, bytes, !is_http)?).first().copied())
}

/// Throws so many requests, each made by the dice; a proper one must still be answered after.
fn throw_many(
    seed: u64,
    count: usize,
    is_http: bool,
    mut request: impl FnMut(&mut Dice) -> Vec<u8>,
) -> Tested {
    let world = World::with(|rules| rules.settings.password_attempt_throttle.clear())?;
    throw_at(&world, seed, count, is_http, &mut request)
}

fn throw_at(
    world: &World,
    seed: u64,
    count: usize,
    is_http: bool,
    request: &mut dyn FnMut(&mut Dice) -> Vec<u8>,
) -> Tested {
    world.add_account("William", "William-pass-1!")?;
    let mut dice = Dice::new(seed);
    let mut answered = 0;
    for number in 0..count {
        let bytes = request(&mut dice);
        match throw(world, &bytes, is_http)? {
            Some(status) => {
                answered += 1;
                assert!((200..500).contains(&status), "{number}: {status} for {}", show(&bytes));
            }
            None => assert!(!is_http, "{number}: no answer to {}", show(&bytes)),
        }
    }
    assert!(answered > 0, "not a single answer");
    assert_eq!(world.visitor().log_in("William", "William-pass-1!")?.status(), "PASS");
    Ok(())
}

fn with_body(head: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut bytes =
        format!("{head}Content-Length: {length}\r\nConnection: close\r\n\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A value for which a parameter was not made.
pub(super) fn strange(dice: &mut Dice) -> String {
    let long = "x".repeat(dice.below(20_000));
    let bars = "|".repeat(dice.below(2000));
    let random = String::from_utf8_lossy(&dice.bytes(200)).into_owned();
    let choices = [
        "",
        "0",
        "-1",
        "99999999999999999999999",
        "-9223372036854775808",
        "1e9",
        "\0",
        "\u{1f}",
        "\u{1f}\u{1f}a\u{1f}",
        "|",
        "*",
        "[]",
        "{{PLURAL:$1|{{GENDER:$2|}}}}",
        "$1 $99 {{int:",
        "<script>",
        "'; DROP TABLE user; --",
        "..\\../%2e%2e",
        "+\\",
        "User:\u{202e}x#y",
        "한글\u{1112}\u{1161}\u{11ab}",
        "https://[::1",
        "127.0.0.1/8",
        "query+*",
        "\u{10ffff}\u{feff}\u{fffe}",
        &long,
        &bars,
        &random,
    ];
    dice.of(&choices).to_owned()
}

/// Names of parameters as clients write them.
pub(super) fn names() -> Vec<String> {
    let mut names: Vec<String> = MAIN.params.iter().map(|param| param.name.to_owned()).collect();
    for group in [Group::Action, Group::Meta, Group::List, Group::Prop, Group::Format] {
        for module in of_group(group) {
            let full = |param: &Param| format!("{}{}", module.prefix, param.name);
            names.extend(module.all_params().iter().map(full));
        }
    }
    for field in FIELDS {
        names.push(field.to_owned());
    }
    names
}

/// Fields of dialogues and of pages, which no module declares.
const FIELDS: [&str; 32] = [
    "username",
    "password",
    "retype",
    "rememberMe",
    "skipReset",
    "meta",
    "list",
    "email",
    "realname",
    "reason",
    "mailpassword",
    "captchaId",
    "captchaWord",
    "OATHToken",
    "RecoveryCode",
    "newModule",
    "token",
    "code",
    "state",
    "error",
    "iss",
    "pluggableauthlogin0",
    "confirmedLinkIDs",
    "linkOk",
    "logout_token",
    "title",
    "returnto",
    "returntoquery",
    "wpLoginToken",
    "wpCreateaccountToken",
    "wpName",
    "wpPassword",
];

/// What is answered beside the API.
pub(super) const PATHS: [&str; 12] = [
    "/w/rest.php/pluggableauth/v1/logout",
    "/wiki/Special:OpenIDConnectReturn",
    "/wiki/Special:OpenIDConnectReturn/example",
    "/wiki/Special:Captcha/image",
    "/wiki/Special:Captcha/text",
    "/wiki/Special:Captcha/%00",
    "/wiki/Special:ConfirmEmail",
    "/wiki/Special:ConfirmEmail/0123456789abcdef0123456789abcdef",
    "/wiki/Special:CreateAccount",
    "/wiki/Special:UserLogin",
    "/wiki/Special:UserLogout",
    "/w/index.php",
];

/// A request to a page, with strange fields.
pub(super) fn to_page(dice: &mut Dice, names: &[String]) -> Vec<u8> {
    let mut pairs = Vec::new();
    for _ in 0..dice.below(6) {
        let name = match dice.below(2) {
            0 => dice.of(&FIELDS).to_owned(),
            _ => names[dice.below(names.len())].clone(),
        };
        pairs.push((name, strange(dice)));
    }
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let (path, body) = (dice.of(&PATHS), encode(&pairs));
    let mark = if path.contains('?') { '&' } else { '?' };
    if body.len() < 8000 && dice.below(2) == 0 {
        let method = dice.of(&["GET", "GET", "HEAD", "OPTIONS", "DELETE"]);
        return with_body(&format!("{method} {path}{mark}{body} HTTP/1.1\r\nHost: x\r\n"), b"");
    }
    let kind = dice.of(&["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]);
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n");
    with_body(&head, body.as_bytes())
}

/// A wiki on which all is switched on that can be asked.
fn rich_world() -> anyhow::Result<(World, TestProvider)> {
    let provider = TestProvider::start()?;
    let settings = provider.settings("example");
    let world = World::with(|rules| {
        rules.mailer = Letters::default().mailer();
        let all = &mut rules.settings;
        all.password_attempt_throttle.clear();
        all.mail.login_codes = true;
        all.openid.providers = vec![settings];
        all.confirm_link = true;
        all.captcha.kind = Some(CaptchaKind::Image { text_alternative: true });
        all.captcha.triggers.create_account = true;
        all.rights.add_second_factors();
    })?;
    let id = world.add_account("Tina", "Tina-pass-1!")?;
    let account = world.run(world.store().accounts.by_id(id, world.now()))?.expect("an account");
    world.run(second_factor::enrol(&world.environment, &account))?;
    Ok((world, provider))
}

#[test]
fn strange_values_of_known_parameters_are_answered() -> Tested {
    let names = names();
    let actions: Vec<&str> = of_group(Group::Action).iter().map(|module| module.name).collect();
    let formats: Vec<&str> = of_group(Group::Format).iter().map(|module| module.name).collect();
    throw_many(1, 500, true, |dice| {
        let mut pairs = vec![
            ("action".to_owned(), dice.of(&actions).to_owned()),
            ("format".to_owned(), dice.of(&formats).to_owned()),
        ];
        for _ in 0..=dice.below(6) {
            let name = names[dice.below(names.len())].clone();
            pairs.push((name, strange(dice)));
        }
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let body = encode(&pairs);
        if body.len() < 8000 && dice.below(2) == 0 {
            with_body(&format!("GET /w/api.php?{body} HTTP/1.1\r\nHost: x\r\n"), b"")
        } else {
            let head = "POST /w/api.php HTTP/1.1\r\nHost: x\r\nContent-Type: \
                        application/x-www-form-urlencoded\r\n";
            with_body(head, body.as_bytes())
        }
    })
}

#[test]
fn strange_values_are_answered_where_everything_is_switched_on() -> Tested {
    let (world, _provider) = rich_world()?;
    let names = names();
    let actions: Vec<&str> = of_group(Group::Action).iter().map(|module| module.name).collect();
    let mut token = world.visitor();
    let token = token.token("login")?;
    throw_at(&world, 6, 200, true, &mut |dice| {
        // The asking ones most often, and now and then with a token that is one.
        let action = match dice.below(2) {
            0 => dice.of(&["clientlogin", "createaccount", "linkaccount", "resetpassword"]),
            _ => dice.of(&actions),
        };
        let mut pairs = vec![
            ("action".to_owned(), action.to_owned()),
            ("format".to_owned(), "json".to_owned()),
            ("logintoken".to_owned(), token.clone()),
        ];
        for _ in 0..=dice.below(8) {
            let name = match dice.below(2) {
                0 => dice.of(&FIELDS).to_owned(),
                _ => names[dice.below(names.len())].clone(),
            };
            pairs.push((name, strange(dice)));
        }
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let head = "POST /w/api.php HTTP/1.1\r\nHost: x\r\nContent-Type: \
                    application/x-www-form-urlencoded\r\n";
        with_body(head, encode(&pairs).as_bytes())
    })
}

#[test]
fn strange_requests_to_pages_are_answered() -> Tested {
    let names = names();
    let (rich, _provider) = rich_world()?;
    for world in [rich, World::new()?] {
        throw_at(&world, 7, 150, true, &mut |dice| to_page(dice, &names))?;
    }
    Ok(())
}

#[test]
fn strange_bytes_in_the_address_are_answered() -> Tested {
    throw_many(2, 200, false, |dice| {
        let mut head = b"GET /w/api.php?action=query&format=json&".to_vec();
        let mut query = dice.line(300);
        query.retain(|byte| *byte != b' ');
        head.extend(query);
        head.extend(b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        head
    })
}

#[test]
fn strange_bodies_are_answered() -> Tested {
    throw_many(3, 200, true, |dice| {
        let kind = dice.of(&[
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=utf-16",
            "multipart/form-data; boundary=x",
            "multipart/form-data; boundary=",
            "multipart/form-data",
            "application/json",
            "text/plain",
            ";;;",
        ]);
        let mut body = Vec::new();
        for _ in 0..dice.below(6) {
            let part: &[u8] = dice.of(&[
                b"--x\r\n".as_slice(),
                b"Content-Disposition: form-data; name=\"action\"\r\n\r\n".as_slice(),
                b"Content-Disposition: form-data; name=\"\xff\"; filename=\"\0\"\r\n\r\n"
                    .as_slice(),
                b"action=login&lgname=%".as_slice(),
                b"&%5B%5D[]=&=&&&a[b][c]=1".as_slice(),
                b"\r\n--x--\r\n".as_slice(),
            ]);
            body.extend_from_slice(part);
            body.extend(dice.bytes(300));
        }
        let target = dice.of(&["/w/api.php", "/w/api.php?action=clientlogin&format=json"]);
        with_body(&format!("POST {target} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"), &body)
    })
}

#[test]
fn strange_cookies_and_headers_are_answered() -> Tested {
    let header_names = [
        "Cookie",
        "Origin",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "Content-Type",
        "Access-Control-Request-Method",
        "Access-Control-Request-Headers",
        "Promise-Non-Write-API-Action",
        "Treat-as-Untrusted",
        "If-Modified-Since",
        "Authorization",
        "User-Agent",
        "Accept-Language",
        "Range",
        "Expect",
    ];
    throw_many(4, 300, false, |dice| {
        let method = dice.of(&["GET", "POST", "HEAD", "OPTIONS", "DELETE"]);
        let query = dice.of(&[
            "action=query&meta=userinfo|tokens&type=*",
            "action=login&lgname=a&lgpassword=b&lgtoken=c",
            "action=query&origin=https://x&crossorigin=",
        ]);
        let mut bytes =
            format!("{method} /w/api.php?{query}&format=json HTTP/1.1\r\nHost: x\r\n").into_bytes();
        for _ in 0..=dice.below(4) {
            bytes.extend(format!("{}: ", dice.of(&header_names)).bytes());
            let cookie = dice.of(&["", "wiki_session=", "wikiUserID=", "wiki_BPsession=", ";=;,"]);
            bytes.extend(cookie.bytes());
            bytes.extend(dice.line(400));
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"Connection: close\r\n\r\n");
        bytes
    })
}

#[test]
fn what_is_no_http_is_let_go() -> Tested {
    throw_many(5, 200, false, |dice| {
        let mut bytes = match dice.below(5) {
            0 => b"GET /w/api.php HTTP/1.1\r\n".to_vec(),
            1 => b"POST /w/api.php HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nshort".to_vec(),
            2 => b"POST /w/api.php HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n"
                .to_vec(),
            3 => b"GET http://[/w/api.php HTTP/9.9\r\n\r\n".to_vec(),
            _ => b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_vec(),
        };
        bytes.extend(dice.bytes(200));
        bytes
    })
}
