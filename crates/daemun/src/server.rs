//! Connections in, answers out: the listener, routing, limits of time, and a stop that lets
//! requests in flight finish.

mod stalling;
mod threads;
mod turns;
mod waiting;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use daemun_action_api::{Api, Record, http};
use daemun_mediawiki::ip;
use daemun_messages::Message;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use crate::observe::{Observer, Probe};
pub(crate) use stalling::Stalling;
pub use threads::Threads;
use turns::Turns;
use waiting::Waiting;

/// How long somebody may take to send the head of a request, and to be idle between two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a request may take altogether, its body included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// How long somebody may take to read a part of an answer.
pub(crate) const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long requests in flight may go on after the stop was asked for.
const GRACE: Duration = Duration::from_secs(20);
/// Connections open at a time; more wait to be accepted.
const MOST_CONNECTIONS: usize = 4096;
/// Longest head of a request, in bytes.
const MOST_HEAD: usize = 64 * 1024;

/// Serves until `stop` resolves, then finishes what was begun. What fails on one connection
/// ends that connection.
pub async fn serve(
    listener: TcpListener,
    threads: Threads,
    api: Api,
    stop: impl Future<Output = ()>,
) {
    serve_observed(listener, threads, api, Observer::default(), stop).await;
}

/// As [`serve`], watched by somebody.
pub async fn serve_observed(
    listener: TcpListener,
    threads: Threads,
    api: Api,
    observer: Observer,
    stop: impl Future<Output = ()>,
) {
    serve_with_front(listener, threads, api, observer, stop, None).await;
}

/// Answers what comes before the wiki, such as a page of its own at `/`; `None` leaves a request to
/// the wiki.
pub type Front = Arc<dyn Fn(&Request<Body>) -> Option<Response<Body>> + Send + Sync>;

/// As [`serve_observed`], with something before it.
pub async fn serve_with_front(
    listener: TcpListener,
    threads: Threads,
    api: Api,
    observer: Observer,
    stop: impl Future<Output = ()>,
    front: Option<Front>,
) {
    let teller = observer.clone();
    let api = Arc::new(api.abandoned_to(Arc::new(move |record| teller.abandoned(&record))));
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut conversations = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &places) => accepted,
            Some(_ended) = conversations.join_next() => continue,
        };
        let Some((stream, peer, place)) = accepted else { continue };
        let conversation = Arc::new(Conversation {
            api: Arc::clone(&api),
            observer: observer.clone(),
            front: front.clone(),
            peer,
            waiting: Waiting::new(),
            turns: Turns::default(),
        });
        let watcher = connections.watcher();
        threads.serve(stream, &mut conversations, async move |stream| {
            let open = conversation.observer.connection();
            if let Err(error) = converse(stream, conversation, watcher).await {
                tracing::debug!(%peer, %error, "a connection broke off");
            }
            drop((place, open));
        });
    }
    observer.stopping();
    drop(listener);
    if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
        // Those that are left end with `conversations`.
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

/// A connection, as its requests see it.
struct Conversation {
    api: Arc<Api>,
    observer: Observer,
    front: Option<Front>,
    peer: SocketAddr,
    waiting: Waiting,
    turns: Turns,
}

/// Answers what comes over a connection, until it is closed.
async fn converse(
    stream: TcpStream,
    conversation: Arc<Conversation>,
    watcher: Watcher,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let stream = Stalling::new(stream, WRITE_TIMEOUT);
    let shared = Arc::clone(&conversation);
    let connection = http1::Builder::new()
        .title_case_headers(true)
        // `Waiting` does that.
        .header_read_timeout(None)
        // Head and body are short: one piece costs less than a list of two.
        .writev(false)
        .max_buf_size(MOST_HEAD)
        .serve_connection(
            TokioIo::new(stream),
            service_fn(move |request| answer(Arc::clone(&shared), request)),
        );
    tokio::select! {
        biased;
        over = conversation.turns.drive(watcher.watch(connection)) => Ok(over?),
        () = conversation.waiting.lasts(HEAD_TIMEOUT) => Ok(()),
    }
}

/// Lets the process have as many files open as the system allows it, since each connection is one:
/// many systems give a program 1024 to begin with, fewer than are let in here.
pub fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Nofile).maximum;
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::debug!(%error, "the limit of open files stays as it is");
    }
}

/// The next connection, when there is room for one.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Answers are small and whole: waiting for more to send only delays them.
            let _best_effort = stream.set_nodelay(true);
            Some((stream, peer, place))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            // Out of file descriptors, most likely: give others time to close.
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

async fn answer(
    conversation: Arc<Conversation>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let Conversation { api, observer, front, peer, waiting, turns } = &*conversation;
    waiting.end();
    turns.take().await;
    let (address, _) = http::origin(&api.site, request.headers(), ip::unmap(peer.ip()));
    let watch = observer.watch(&request, address);
    let private_log = &api.manager.environment().private_log;
    let request = request.map(Body::new);
    if let Some(response) = front.as_ref().and_then(|front| front(&request)) {
        watch.end(&response, None, private_log);
        waiting.begin();
        return Ok(response);
    }
    // Pinned here, or the whole of it would be moved into the limit of time and from there again.
    let work = pin!(route(api, observer, request, (*peer, address)));
    let (response, record) =
        match tokio::time::timeout_at(watch.ends_at(REQUEST_TIMEOUT), work).await {
            Ok(answered) => answered,
            Err(_) => (plain(StatusCode::REQUEST_TIMEOUT, "The request took too long.\n"), None),
        };
    watch.end(&response, record, private_log);
    waiting.begin();
    Ok(response)
}

/// The answer, and what the API knows of the request.
async fn route(
    api: &Api,
    observer: &Observer,
    request: Request<Body>,
    (peer, address): (SocketAddr, IpAddr),
) -> (Response<Body>, Option<Record>) {
    let path = request.uri().path();
    let script = path.strip_prefix(api.site.script_path.as_str());
    if script.is_some_and(|rest| rest == "/api.php" || rest.starts_with("/api.php/")) {
        let (response, record) = api.answer_with_record(request, peer.ip()).await;
        return (response, Some(record));
    }
    if path == "/" {
        let text = format!("daemun speaks MediaWiki's API at {}\n", api.site.api_url());
        return (plain(StatusCode::OK, &text), None);
    }
    if let Some(probe) = Probe::of(path) {
        let store = &api.manager.environment().store;
        return (Box::pin(observer.probe(probe, store, false)).await, None);
    }
    let is_script = path.ends_with(".php");
    if let Ok((page, record)) = page(api, request, peer.ip()).await {
        return (page, Some(record));
    }
    let url = api.site.api_url();
    let text = format!("Nothing is here. The API is at {url}\n");
    let mut record = Record::of(address);
    if api.site.explains && is_script {
        record.explanation = Some(Message::new("daemun-explain-wrong-path").with(url));
    }
    (plain(StatusCode::NOT_FOUND, &text), Some(record))
}

/// A page's answer, or the request where it is for no page.
async fn page(
    api: &Api,
    request: Request<Body>,
    peer: IpAddr,
) -> Result<(Response<Body>, Record), Request<Body>> {
    // On the heap, or every request to the API would carry the room that a page needs.
    if request.method() != Method::POST {
        return Box::pin(daemun_pages::answer(api, request, peer)).await;
    }
    let its_own = api.clone();
    let work = async move { daemun_pages::answer(&its_own, request, peer).await };
    api.beside(Box::pin(work)).await
}

/// An answer of plain text.
pub(crate) fn plain(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(text.to_owned()));
    *response.status_mut() = status;
    let kind = header::HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
