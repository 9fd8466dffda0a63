//! Servers that mean no good, or are none: whatever they answer, a login ends, soon, with a clear
//! error, and what is secret went to nobody else.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use daemun_client::{Answers, Builder, Dialogue, Error, Limits, Step, Wiki};

use crate::Tested;
use crate::library::{agent, name_and_password};

/// Answers requests, given as their first line and body.
type Answering = dyn Fn(&str, &str, &mut TcpStream) -> std::io::Result<()> + Send + Sync;

/// A server, and all requests that it was sent, whole.
struct Server {
    origin: String,
    heard: Arc<Mutex<String>>,
}

impl Server {
    fn start(
        answer: impl Fn(&str, &str, &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let origin = format!("http://{}", listener.local_addr()?);
        let heard = Arc::new(Mutex::new(String::new()));
        let (told, answer): (_, Arc<Answering>) = (Arc::clone(&heard), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (told, answer) = (Arc::clone(&told), Arc::clone(&answer));
                std::thread::spawn(move || hear(stream, &told, &*answer));
            }
        });
        Ok(Self { origin, heard })
    }

    fn api(&self) -> String {
        format!("{}/w/api.php", self.origin)
    }

    fn heard(&self) -> String {
        self.heard.lock().unwrap().clone()
    }
}

fn hear(mut stream: TcpStream, told: &Mutex<String>, answer: &Answering) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8_lossy(&body).into_owned();
    told.lock().unwrap().push_str(&format!("{head}\n{body}\n"));
    answer(head.lines().next()?, &body, &mut stream).ok()
}

fn reply(stream: &mut TcpStream, kind: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}");
    let cookie = "Set-Cookie: wiki_session=a-secret-cookie; path=/; HttpOnly";
    stream.write_all(format!("{head}\r\n{cookie}\r\nConnection: close\r\n\r\n{body}").as_bytes())
}

fn json(stream: &mut TcpStream, body: &str) -> std::io::Result<()> {
    reply(stream, "application/json", body)
}

const TOKEN: &str = r#"{"query":{"tokens":{"logintoken":"0123+\\","csrftoken":"0123+\\"}}}"#;
const FIELDS: &str = r#"{"query":{"authmanagerinfo":{"canauthenticatenow":true,"requests":[{"id":"P","required":"required","fields":{"username":{"type":"string"},"password":{"type":"password","sensitive":true}}}]}}}"#;

/// A wiki that is one up to the point where `action=clientlogin` is posted.
fn until_login(
    last: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static,
) -> anyhow::Result<Server> {
    Server::start(move |line, body, stream| {
        if line.contains("meta=tokens") {
            json(stream, TOKEN)
        } else if line.contains("authmanagerinfo") {
            json(stream, FIELDS)
        } else if body.contains("action=clientlogin") {
            last(stream)
        } else {
            json(stream, "{}")
        }
    })
}

/// Short bounds, so that nobody waits.
fn limits() -> Limits {
    Limits {
        request: Duration::from_millis(1500),
        answer: 200_000,
        page: 100_000,
        retries: 1,
        wait: Duration::from_secs(2),
        steps: 10,
        ..Limits::default()
    }
}

async fn connect(url: &str) -> Result<Wiki, Error> {
    Builder::new(agent()).limits(limits()).connect(url).await
}

async fn log_in(server: &Server) -> Result<Dialogue, Error> {
    let mut login = connect(&server.api()).await?.begin().await?;
    login.answer(&name_and_password("William", "a-secret-password")).await?;
    Ok(login)
}

#[tokio::test]
async fn questions_without_end_are_ended() -> Tested {
    let server = until_login(|stream| {
        json(
            stream,
            r#"{"clientlogin":{"status":"UI","message":"More!","requests":[{"id":"X","required":"required","fields":{"x":{"type":"string"}}}]}}"#,
        )
    })?;
    let mut login = log_in(&server).await?;
    let mut steps = 0;
    let error = loop {
        match login.answer(&Answers::new().with("x", "1")).await {
            Ok(_) => steps += 1,
            Err(error) => break error,
        }
        assert!(steps < 50);
    };
    assert!(matches!(error, Error::TooManySteps { steps: 10 }), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_huge_answer_is_not_taken_in() -> Tested {
    let server = until_login(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"x\":\"")?;
        loop {
            stream.write_all(&[b'x'; 65_536])?;
        }
    })?;
    let error = log_in(&server).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { bytes: 200_000, .. }), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_huge_page_is_read_no_further_than_its_head() -> Tested {
    let server = Server::start(|line, _, stream| {
        if line.contains("api.php?") {
            return json(stream, TOKEN);
        }
        stream.write_all(
            b"HTTP/1.1 200 OK\r\n\r\n<link rel=EditURI href='/elsewhere/api.php?action=rsd'>",
        )?;
        loop {
            stream.write_all(&[b' '; 65_536])?;
        }
    })?;
    let wiki = connect(&server.origin).await?;
    assert_eq!(wiki.api().path(), "/elsewhere/api.php");
    Ok(())
}

#[tokio::test]
async fn an_answer_that_drips_is_given_up_in_time() -> Tested {
    let server = until_login(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")?;
        loop {
            stream.write_all(b" ")?;
            stream.flush()?;
            std::thread::sleep(Duration::from_millis(100));
        }
    })?;
    let begun = Instant::now();
    let error = log_in(&server).await.unwrap_err();
    assert!(matches!(error, Error::Slow { .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    Ok(())
}

#[tokio::test]
async fn values_of_wrong_types_are_told_or_passed_over() -> Tested {
    for (answer, is_failure) in [
        (r#"{"clientlogin":5}"#, false),
        (r#"{"clientlogin":{"status":["PASS"]}}"#, false),
        (r#"{"clientlogin":{"status":"PASSED"}}"#, false),
        (r#"{"clientlogin":[]}"#, false),
        (r"{}", false),
        (r#"{"clientlogin":{"status":"REDIRECT","redirecttarget":"javascript:alert(1)"}}"#, false),
        (r#"{"clientlogin":{"status":"FAIL","message":{},"messagecode":[1]}}"#, true),
    ] {
        let server = until_login(move |stream| json(stream, answer))?;
        match log_in(&server).await {
            Ok(login) => assert!(is_failure && matches!(login.step(), Step::Failed(_)), "{answer}"),
            Err(error) => {
                assert!(
                    !is_failure && matches!(error, Error::Unexpected { .. }),
                    "{answer}: {error}"
                );
            }
        }
    }
    let deep = "[".repeat(100_000);
    let server = until_login(move |stream| json(stream, &deep))?;
    let error = log_in(&server).await.unwrap_err();
    assert!(matches!(error, Error::NotJson { .. }), "{error}");
    Ok(())
}

#[tokio::test]
async fn html_in_the_place_of_json_is_told_with_its_words() -> Tested {
    let server = until_login(|stream| {
        let page = "<html><script>x</script><title>Hotel</title><p>Accept our \x1b[31mterms";
        reply(stream, "text/html", page)
    })?;
    let error = log_in(&server).await.unwrap_err().to_string();
    assert!(error.contains("Hotel Accept our") && !error.contains('\x1b'), "{error}");
    Ok(())
}

#[tokio::test]
async fn secrets_follow_no_redirect() -> Tested {
    let thief = Server::start(|_, _, stream| json(stream, TOKEN))?;
    for status in [301, 302, 303, 307, 308] {
        let target = format!("{}/w/api.php", thief.origin);
        let server = until_login(move |stream| {
            let head = format!("HTTP/1.1 {status} Go\r\nLocation: {target}\r\n");
            stream.write_all(format!("{head}Content-Length: 0\r\n\r\n").as_bytes())
        })?;
        let error = log_in(&server).await.unwrap_err();
        assert!(matches!(error, Error::Moved { .. }), "{status}: {error}");
    }
    assert_eq!(thief.heard(), "", "nothing at all went there");
    Ok(())
}

#[tokio::test]
async fn a_page_that_names_anothers_api_is_not_believed() -> Tested {
    let thief = Server::start(|_, _, stream| json(stream, TOKEN))?;
    let named = format!("{}/w/api.php", thief.origin);
    let page = format!("<link rel=\"EditURI\" href=\"{named}?action=rsd\">");
    let lying = Server::start(move |_, _, stream| reply(stream, "text/html", &page))?;
    let error = connect(&lying.origin).await.unwrap_err();
    assert!(matches!(error, Error::OtherHost { .. }), "{error}");
    let target = named.clone();
    let sending = Server::start(move |_, _, stream| {
        stream.write_all(
            format!("HTTP/1.1 302 Go\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n")
                .as_bytes(),
        )
    })?;
    for url in [sending.origin.clone(), sending.api()] {
        let error = connect(&url).await.unwrap_err();
        let cause = match &error {
            Error::NoApi { cause: Some(cause), .. } => cause,
            error => error,
        };
        assert!(matches!(cause, Error::OtherHost { .. }), "{url}: {error}");
    }
    assert_eq!(thief.heard(), "");
    Ok(())
}

#[tokio::test]
async fn a_captchas_image_is_fetched_from_the_wiki_alone_and_only_if_it_is_one() -> Tested {
    let thief = Server::start(|_, _, stream| json(stream, "{}"))?;
    for (place, has_gone) in
        [(format!("{}/x.png", thief.origin), false), ("/x.png".to_owned(), true)]
    {
        let form = format!(
            r#"{{"query":{{"authmanagerinfo":{{"canauthenticatenow":true,"requests":[{{"id":"CaptchaAuthenticationRequest","metadata":{{"type":"image","mime":"image/png"}},"required":"required","fields":{{"captchaId":{{"type":"hidden","value":"1"}},"captchaInfo":{{"type":"null","value":"{place}"}},"captchaWord":{{"type":"string"}}}}}}]}}}}}}"#
        );
        let server = Server::start(move |line, _, stream| match line {
            line if line.contains("authmanagerinfo") => json(stream, &form),
            line if line.contains("/x.png") => reply(stream, "text/html", "<script>"),
            _ => json(stream, TOKEN),
        })?;
        let error = connect(&server.api()).await?.begin().await.unwrap_err();
        assert!(matches!(error, Error::CaptchaImage { .. }), "{error}");
        let heard = server.heard();
        assert_eq!(heard.contains("GET /x.png"), has_gone, "{heard}");
    }
    assert_eq!(thief.heard(), "", "nor did the session's cookie go there");
    Ok(())
}

#[tokio::test]
async fn a_wiki_that_is_always_busy_is_asked_a_few_times_and_no_more() -> Tested {
    let server = until_login(|stream| {
        let head =
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 4\r\n\r\nbusy";
        stream.write_all(head.as_bytes())
    })?;
    let error = log_in(&server).await.unwrap_err();
    assert!(matches!(error, Error::Busy { .. }), "{error}");
    assert_eq!(server.heard().matches("action=clientlogin").count(), 2);
    // One that asks for more patience than there is, is not waited for.
    let server = until_login(|stream| {
        stream.write_all(b"HTTP/1.1 503 No\r\nRetry-After: 86400\r\nContent-Length: 0\r\n\r\n")
    })?;
    let begun = Instant::now();
    let error = log_in(&server).await.unwrap_err();
    assert!(matches!(error, Error::Busy { seconds: 86_400, .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(5));
    Ok(())
}

#[tokio::test]
async fn a_session_that_gets_lost_is_told_as_such() -> Tested {
    let server = until_login(|stream| {
        json(stream, r#"{"errors":[{"code":"badtoken","text":"Invalid CSRF token."}]}"#)
    })?;
    let error = log_in(&server).await.unwrap_err();
    assert!(matches!(error, Error::CookiesNotKept { .. }), "{error}");
    assert!(error.to_string().contains("proxy"), "{error}");
    let server = Server::start(|line, body, stream| match body {
        body if body.contains("action=login") => {
            json(stream, r#"{"login":{"result":"WrongToken"}}"#)
        }
        _ if line.contains("meta=tokens") => json(stream, TOKEN),
        _ => json(stream, "{}"),
    })?;
    let wiki = connect(&server.api()).await?;
    let error = wiki.login_bot("William@tool", "a-secret-password").await.unwrap_err();
    assert!(matches!(error, Error::CookiesNotKept { .. }), "{error}");
    assert_eq!(server.heard().matches("action=login").count(), 2, "once more with a new token");
    Ok(())
}

#[tokio::test]
async fn no_error_and_nothing_that_is_printed_holds_a_secret() -> Tested {
    let server = until_login(|stream| json(stream, r#"{"clientlogin":{"status":"FAIL"}}"#))?;
    let mut login = log_in(&server).await?;
    login.again().await?;
    let answers = name_and_password("William", "a-secret-password");
    for shown in [format!("{login:?}"), format!("{:?}", login.wiki()), format!("{answers:?}")] {
        assert!(!shown.contains("a-secret"), "{shown}");
    }
    let heard = server.heard();
    let queries =
        heard.lines().filter(|line| line.starts_with("GET ") || line.starts_with("POST "));
    for line in queries {
        assert!(!line.contains("a-secret"), "{line}");
    }
    assert!(heard.contains("daemun-tests/1 (https://example.org/tests)"), "{heard}");
    Ok(())
}

#[tokio::test]
async fn oauth_is_sent_with_every_call_and_no_cookie_beside_it() -> Tested {
    use daemun_client::{Consumer, Grant};
    let server = Server::start(|line, _, stream| match line {
        line if line.contains("badly") => json(
            stream,
            r#"{"errors":[{"code":"mwoauth-invalid-authorization","text":"Invalid signature"}]}"#,
        ),
        _ => json(stream, TOKEN),
    })?;
    let wiki = Builder::new(agent()).oauth2("a-token")?.connect(&server.api()).await?;
    wiki.get(&[("action", "query")]).await?;
    let heard = server.heard();
    let last = heard.split("GET ").last().unwrap().to_lowercase();
    assert!(
        last.contains("authorization: bearer a-token") && last.contains("assert=user"),
        "{last}"
    );
    assert!(!last.contains("cookie:"), "{last}");
    let part = |text: &str| format!("a-{text}").into();
    let consumer = Consumer { key: "a-key".into(), secret: part("consumer-secret") };
    let grant = Grant { token: "a-token".into(), secret: part("token-secret") };
    let wiki = Builder::new(agent()).oauth1(consumer, grant)?.connect(&server.api()).await?;
    wiki.post_with_token("csrf", &[("action", "edit"), ("text", "a b+c")]).await?;
    let heard = server.heard();
    let last = heard.split("POST ").last().unwrap();
    assert!(last.contains("oauth_signature_method=\"HMAC-SHA1\""), "{last}");
    assert!(!heard.contains("-secret\""), "{heard}");
    let error = wiki.get(&[("action", "query"), ("titles", "badly")]).await.unwrap_err();
    assert!(
        matches!(&error, Error::OAuth { text } if text.contains("Invalid signature")),
        "{error}"
    );
    let error = Builder::new(agent()).oauth2("a-token")?.connect("http://example.invalid/").await;
    assert!(error.is_err());
    Ok(())
}
