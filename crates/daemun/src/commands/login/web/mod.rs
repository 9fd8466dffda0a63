//! `daemun login --web`: the dialogue as a page of this machine, each step a form.

mod page;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use daemun_auth::Random;
use daemun_client::{Answers, Challenge, Dialogue, Error, FieldKind, Step};
use daemun_messages::{Message, Param};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Notify};

use super::Login;
use super::browser;
use super::outcome::Outcome;
use super::place::PlaceArgs;
use super::words::{Words, of_error};

/// Most bytes that a form may send.
const MOST_BYTES: usize = 64 * 1024;
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// What the page shows.
struct Web {
    words: Words,
    place: PlaceArgs,
    /// `http://127.0.0.1:PORT`
    origin: String,
    /// The path of the page, which cannot be guessed.
    path: String,
    stage: Mutex<Stage>,
    seen: Notify,
}

/// How far it has come.
struct Stage {
    dialogue: Option<Dialogue>,
    /// The address of the wiki.
    wiki: String,
    /// What went wrong at last.
    problem: Option<String>,
    done: Option<(String, String, PathBuf)>,
}

/// Shows the page until somebody is in.
pub(super) async fn run(login: &Login, words: &Words) -> anyhow::Result<Outcome> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.context("cannot listen on this machine")?;
    let origin = format!("http://{}", listener.local_addr()?);
    let path = format!("/{}", Random::system().hex32());
    let wiki = login.wiki.clone().unwrap_or_default();
    let web = Arc::new(Web {
        words: words.clone(),
        place: login.place.clone(),
        origin: origin.clone(),
        path: path.clone(),
        stage: Mutex::new(Stage { dialogue: None, wiki: wiki.clone(), problem: None, done: None }),
        seen: Notify::new(),
    });
    if !wiki.is_empty() {
        web.begin(&wiki).await;
    }
    let address = format!("{origin}{path}/");
    words.note(&Message::new("daemun-login-web-at").with(Param::plaintext(&address)));
    if !login.no_browser {
        browser::open(&address);
    }
    let at = |part: &str| format!("{path}/{part}");
    let pages = Router::new()
        .route(&at(""), get(show))
        .route(&at("style.css"), get(style))
        .route(&at("captcha"), get(captcha))
        .route(&at("return"), get(returned))
        .route(&at("wiki"), post(wiki_chosen))
        .route(&at("answer"), post(answer))
        .route(&at("again"), post(again))
        .route(&at("link"), post(link))
        .route(&at("create"), post(create))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(from_fn_with_state(Arc::clone(&web), guard))
        .with_state(Arc::clone(&web));
    let watched = Arc::clone(&web);
    let ended = async move {
        tokio::select! {
            () = watched.seen.notified() => {}
            () = crate::wiring::stop_asked_for() => {}
        }
    };
    axum::serve(listener, pages).with_graceful_shutdown(ended).await?;
    let stage = web.stage.lock().await;
    Ok(match &stage.done {
        Some((username, api, file)) => Outcome::LoggedIn {
            username: username.clone(),
            api: api.clone(),
            file: Some(file.clone()),
        },
        None => Outcome::Refused {
            code: "daemun-login-failed".to_owned(),
            reason: stage.problem.clone().unwrap_or_default(),
        },
    })
}

impl Web {
    /// Whether a request is the page's own: to no other name of this machine, from no other page.
    fn is_own(&self, headers: &HeaderMap) -> bool {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let host = header(header::HOST).map(|host| format!("http://{host}"));
        let foreign = header(header::ORIGIN).is_some_and(|origin| origin != self.origin);
        host.as_deref() == Some(&self.origin) && !foreign
    }

    fn home(&self) -> Response {
        Redirect::to(&format!("{}/", self.path)).into_response()
    }

    /// Finds a wiki and begins to log in there.
    async fn begin(&self, address: &str) {
        let mut stage = self.stage.lock().await;
        address.clone_into(&mut stage.wiki);
        let begun = async {
            let wiki = self.place.connect(address, &self.words).await?;
            wiki.begin_returning_to(&format!("{}{}/return", self.origin, self.path)).await
        };
        match begun.await {
            Ok(dialogue) => (stage.dialogue, stage.problem) = (Some(dialogue), None),
            Err(error) => stage.problem = Some(self.words.say(&of_error(&error))),
        }
    }

    /// After a step: keeps what went wrong, and the session of who is in.
    fn settle(&self, stage: &mut Stage, done: Result<(), Error>) {
        stage.problem = done.err().map(|error| self.words.say(&of_error(&error)));
        let Some(dialogue) = &stage.dialogue else { return };
        if let Step::Passed(passed) = dialogue.step()
            && passed.logged_in
        {
            let api = dialogue.wiki().api().to_string();
            match self.place.save(dialogue.wiki()) {
                Ok(file) => stage.done = Some((passed.username.clone(), api, file)),
                Err(error) => stage.problem = Some(format!("{error:#}")),
            }
        }
    }
}

/// Lets only the page itself in: no other name of this machine, no other page's forms.
async fn guard(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    if !web.is_own(request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut response = next.run(request).await;
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn show(State(web): State<Arc<Web>>) -> Response {
    let stage = web.stage.lock().await;
    let page = page::of(&web.words, &stage);
    if stage.done.is_some() {
        web.seen.notify_one();
    }
    let headers =
        [(header::CONTENT_TYPE, "text/html; charset=UTF-8"), (header::CACHE_CONTROL, "no-store")];
    (headers, page).into_response()
}

async fn style() -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/css"), (header::CACHE_CONTROL, "private, max-age=3600")];
    (headers, page::STYLE).into_response()
}

async fn captcha(State(web): State<Arc<Web>>) -> Response {
    let stage = web.stage.lock().await;
    let step = stage.dialogue.as_ref().map(Dialogue::step);
    let Some(Step::Captcha { captcha, .. }) = step else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Challenge::Image(image) = &captcha.challenge else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // What the wiki calls an image is shown as one, or not at all.
    let headers = [
        (header::CONTENT_TYPE, image.mime.clone()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, image.bytes.clone()).into_response()
}

async fn wiki_chosen(State(web): State<Arc<Web>>, body: Bytes) -> Response {
    let given = url::form_urlencoded::parse(&body).find(|(name, _)| name == "wiki");
    let address = given.map(|(_, value)| value.into_owned()).unwrap_or_default();
    web.begin(&address).await;
    web.home()
}

async fn answer(State(web): State<Arc<Web>>, body: Bytes) -> Response {
    let mut stage = web.stage.lock().await;
    let Some(dialogue) = stage.dialogue.as_mut() else { return web.home() };
    let Some(form) = dialogue.form() else { return web.home() };
    let mut answers = Answers::new();
    for (name, value) in url::form_urlencoded::parse(&body) {
        let Some(field) = form.field(&name) else { continue };
        let several = matches!(field.kind, FieldKind::Multiselect(_));
        match answers.get(&name).map(str::to_owned) {
            Some(before) if several && !before.is_empty() => {
                answers.set(&name, &format!("{before}|{value}"));
            }
            _ if value.is_empty() && field.kind != FieldKind::Hidden && !several => {}
            _ => answers.set(&name, &value),
        }
    }
    let done = dialogue.answer(&answers).await.map(|_| ());
    web.settle(&mut stage, done);
    web.home()
}

async fn returned(State(web): State<Arc<Web>>, RawQuery(query): RawQuery) -> Response {
    let mut stage = web.stage.lock().await;
    if let Some(dialogue) = stage.dialogue.as_mut() {
        let done = dialogue.returned(&query.unwrap_or_default()).await.map(|_| ());
        web.settle(&mut stage, done);
    }
    web.home()
}

async fn again(State(web): State<Arc<Web>>) -> Response {
    let mut stage = web.stage.lock().await;
    if let Some(dialogue) = stage.dialogue.as_mut() {
        let done = dialogue.again().await.map(|_| ());
        web.settle(&mut stage, done);
    }
    web.home()
}

async fn link(State(web): State<Arc<Web>>) -> Response {
    let mut stage = web.stage.lock().await;
    if let Some(dialogue) = stage.dialogue.as_mut() {
        let done = dialogue.link().await.map(|_| ());
        web.settle(&mut stage, done);
    }
    web.home()
}

async fn create(State(web): State<Arc<Web>>) -> Response {
    let mut stage = web.stage.lock().await;
    if let Some(dialogue) = stage.dialogue.as_mut() {
        let done = dialogue.create().await.map(|_| ());
        web.settle(&mut stage, done);
    }
    web.home()
}
