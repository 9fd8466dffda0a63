//! Captchas of services elsewhere, with a service of the test's own.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::Context;
use daemun_auth::providers::captcha::settings::CaptchaKind;
use daemun_auth::providers::captcha::token::{TokenService, TokenVendor};

use super::*;

/// Something that answers like `siteverify`.
pub(super) struct Service {
    address: SocketAddr,
    asked: Receiver<String>,
}

/// A service whose answers are made of the form that it is asked with.
pub(super) fn service_at(
    judge: impl Fn(&str) -> String + Send + 'static,
) -> anyhow::Result<Service> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (send, asked) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Ok((mut stream, form)) = read(stream) else { continue };
            let body = judge(&form);
            let _gone = send.send(form);
            let length = body.len();
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            let _hung_up = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    Ok(Service { address, asked })
}

/// A request's body.
fn read(mut stream: TcpStream) -> anyhow::Result<(TcpStream, String)> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head.split_once("content-length: ").context("a length")?.1;
            let length: usize = length.lines().next().unwrap_or_default().trim().parse()?;
            if body.len() >= length {
                return Ok((stream, body.to_owned()));
            }
        }
        let mut part = [0; 1024];
        let count = stream.read(&mut part)?;
        anyhow::ensure!(count > 0, "a whole request");
        bytes.extend_from_slice(&part[..count]);
    }
}

impl Service {
    pub(super) fn kind(&self) -> CaptchaKind {
        kind(TokenVendor::HCaptcha, &format!("http://{}/siteverify", self.address))
    }

    /// The form that it was asked with.
    pub(super) fn asked(&self) -> anyhow::Result<String> {
        Ok(self.asked.recv_timeout(Duration::from_secs(10))?)
    }
}

fn kind(vendor: TokenVendor, endpoint: &str) -> CaptchaKind {
    CaptchaKind::Token(TokenService {
        vendor,
        site_key: "the-site-key".to_owned(),
        secret: "the-secret".to_owned().into(),
        endpoint: endpoint.to_owned(),
        sends_address: true,
    })
}

fn send(world: &World, token: &str) -> anyhow::Result<Answer> {
    world.visitor().from_address(HERE).log_in_with("William", PASSWORD, &[("captchaWord", token)])
}

#[test]
fn each_service_is_asked_with_secret_token_and_address() -> Tested {
    for (vendor, kind_name, class, key) in [
        (
            TokenVendor::ReCaptcha,
            "recaptchanocaptcha",
            "MediaWiki\\Extension\\ConfirmEdit\\ReCaptchaNoCaptcha\\ReCaptchaNoCaptchaAuthenticationRequest",
            "renocaptcha",
        ),
        (
            TokenVendor::HCaptcha,
            "hcaptcha",
            "MediaWiki\\Extension\\ConfirmEdit\\hCaptcha\\HCaptchaAuthenticationRequest",
            "hcaptcha",
        ),
        (
            TokenVendor::Turnstile,
            "turnstile",
            "MediaWiki\\Extension\\ConfirmEdit\\Turnstile\\TurnstileAuthenticationRequest",
            "turnstile",
        ),
    ] {
        let service = service_at(|form| {
            let good = form.contains("secret=the-secret") && form.contains("response=good%26token");
            format!("{{\"success\":{good}}}")
        })?;
        let world =
            world_that_asks(kind(vendor, &format!("http://{}/siteverify", service.address)))?;
        let answer = world.visitor().get(&[
            ("action", "query"),
            ("meta", "authmanagerinfo"),
            ("amirequestsfor", "login"),
            ("amimessageformat", "raw"),
        ])?;
        let request = answer.at("/query/authmanagerinfo/requests/0");
        let expected = serde_json::json!({
            "id": "CaptchaAuthenticationRequest",
            "metadata": {
                "type": kind_name, "mime": "application/javascript", "key": "the-site-key",
            },
            "required": "required",
            "provider": {"key": "rawmessage", "params": [class]},
            "account": {"key": "rawmessage", "params": ["CaptchaAuthenticationRequest"]},
            "fields": {"captchaWord": {
                "type": "string",
                "label": {"key": format!("{key}-badlogin"), "params": []},
                "help": {"key": format!("{key}-help"), "params": []},
                "optional": false,
                "sensitive": false,
            }},
        });
        assert_eq!(request.to_string(), expected.to_string());
        assert_refused(&send(&world, "bad")?);
        assert_eq!(service.asked()?, "secret=the-secret&response=bad&remoteip=192.0.2.1");
        assert_refused(&world.visitor().log_in("William", PASSWORD)?);
        assert_eq!(send(&world, "good&token")?.status(), "PASS");
        assert!(world.living_sessions()?.len() == 1, "nothing is kept for those who come");
    }
    Ok(())
}

#[test]
fn a_refusal_with_a_reason_is_an_error_of_its_own() -> Tested {
    let refusal = r#"{"success":false,"error-codes":["invalid-input-secret"]}"#;
    let service = service_at(|_| refusal.to_owned())?;
    let world = world_that_asks(service.kind())?;
    let answer = send(&world, "token")?;
    assert_eq!((answer.status(), answer.message_code()), ("FAIL", "captcha-error"));
    assert!(answer.text_at("/clientlogin/message").contains("hcaptcha-api"), "{}", answer.body());
    Ok(())
}

#[test]
fn a_service_that_lies_breaks_nothing() -> Tested {
    let huge = format!("{{\"success\":true,\"x\":\"{}\"}}", "x".repeat(1 << 20));
    for body in [huge, "<html>".to_owned(), "[]".to_owned(), String::new()] {
        let service = service_at(move |_| body.clone())?;
        let world = world_that_asks(service.kind())?;
        let answer = send(&world, "token")?;
        assert_eq!((answer.status(), answer.message_code()), ("FAIL", "captcha-error"));
        assert!(answer.text_at("/clientlogin/message").contains("json"), "{}", answer.body());
    }
    Ok(())
}

#[test]
fn a_service_that_is_down_or_slow_is_not_waited_for_long() -> Tested {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let silent = format!("http://{}/", listener.local_addr()?);
    let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    for endpoint in [format!("http://{closed}/"), silent] {
        let world = world_that_asks(kind(TokenVendor::Turnstile, &endpoint))?;
        let begun = Instant::now();
        let answer = send(&world, "token")?;
        assert_eq!((answer.status(), answer.message_code()), ("FAIL", "captcha-error"));
        assert!(answer.text_at("/clientlogin/message").contains("http"), "{}", answer.body());
        assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    }
    Ok(())
}
