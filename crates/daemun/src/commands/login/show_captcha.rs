//! Shows a captcha at the terminal and asks for its answer.

use std::io::Write;

use anyhow::Context;
use daemun_client::{Captcha, Challenge, Image};
use daemun_messages::{Message, Param};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::fill::Filling;
use super::terminal::Terminal;
use super::{browser, picture};

/// Asks for the answer to a captcha. Who says nothing to a picture is shown it in a window.
pub(super) fn ask(
    filling: &Filling<'_>,
    terminal: &Terminal<'_>,
    captcha: &Captcha,
    label: &str,
) -> anyhow::Result<Zeroizing<String>> {
    if !captcha.why.is_empty() {
        eprintln!("{}", captcha.why);
    }
    match &captcha.challenge {
        Challenge::Question(question) => {
            eprintln!("{question}");
            terminal.insist(label, false)
        }
        Challenge::Image(image) => {
            // The file goes away when the answer is there.
            let mut shown_elsewhere = None;
            if !show(filling, image)? {
                shown_elsewhere = Some(show_as_file(filling, image)?);
            }
            let hint = filling.words.say(&Message::new("daemun-login-captcha-window"));
            let said = terminal.ask(&format!("{label} ({hint})"))?;
            if !said.is_empty() {
                return Ok(said);
            }
            if shown_elsewhere.is_none() {
                shown_elsewhere = Some(show_as_file(filling, image)?);
            }
            let said = terminal.insist(label, false);
            drop(shown_elsewhere);
            said
        }
        _ => {
            let message = filling.words.say(&Message::new("daemun-login-captcha-service"));
            anyhow::bail!(message)
        }
    }
}

/// Shows a picture in the terminal, if it can.
fn show(filling: &Filling<'_>, image: &Image) -> anyhow::Result<bool> {
    let how = filling.pictures.unwrap_or_else(picture::How::of_this_terminal);
    let Some(drawn) = picture::draw(how, image) else { return Ok(false) };
    let mut out = std::io::stderr().lock();
    out.write_all(drawn.as_bytes())
        .and_then(|()| out.flush())
        .context("cannot write to the terminal")?;
    Ok(true)
}

/// Opens a picture in a window, or says where it is.
fn show_as_file(filling: &Filling<'_>, image: &Image) -> anyhow::Result<tempfile::NamedTempFile> {
    let ending = image.mime.strip_prefix("image/").unwrap_or_default();
    let known = ["png", "jpeg", "gif", "webp"].contains(&ending);
    let mut file = tempfile::Builder::new()
        .prefix("captcha-")
        .suffix(if known { format!(".{ending}") } else { ".png".to_owned() }.as_str())
        .tempfile()
        .context("cannot keep the captcha's picture")?;
    file.write_all(&image.bytes).context("cannot keep the captcha's picture")?;
    if !(filling.opens_windows && browser::open(file.path())) {
        let path = Param::plaintext(file.path().display().to_string());
        filling.words.note(&Message::new("daemun-login-captcha-file").with(path));
    }
    Ok(file)
}

/// A captcha for programs.
pub(super) fn as_json(captcha: &Captcha) -> Value {
    match &captcha.challenge {
        Challenge::Question(question) => json!({"question": question}),
        Challenge::Image(image) => json!({"image": image.url.as_str(), "type": image.mime}),
        Challenge::Service { kind, key } => json!({"service": kind, "key": key}),
        _ => Value::Null,
    }
}
