//! Connections in, answers out: the listener, routing, limits of time, and a stop that lets
//! requests in flight finish.

mod stalling;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use daemun_action_api::Api;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use stalling::Stalling;

/// How long somebody may take to send the head of a request, and to be idle between two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a request may take altogether, its body included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// How long somebody may take to read a part of an answer.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long requests in flight may go on after the stop was asked for.
const GRACE: Duration = Duration::from_secs(20);
/// Connections open at a time; more wait to be accepted.
const MOST_CONNECTIONS: usize = 4096;
/// Longest head of a request, in bytes.
const MOST_HEAD: usize = 64 * 1024;

/// Serves until `stop` resolves, then finishes what was begun.
///
/// # Errors
/// Never at present: what fails on one connection ends that connection.
pub async fn serve(
    listener: TcpListener,
    api: Api,
    stop: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let api = Arc::new(api);
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, peer, place)) = accepted else { continue };
        let api = Arc::clone(&api);
        let service = service_fn(move |request| answer(Arc::clone(&api), request, peer));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .title_case_headers(true)
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(MOST_HEAD)
            .serve_connection(TokioIo::new(Stalling::new(stream, WRITE_TIMEOUT)), service);
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "a connection broke off");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
    Ok(())
}

/// The next connection, when there is room for one.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
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
    api: Arc<Api>,
    request: Request<Incoming>,
    peer: SocketAddr,
) -> Result<Response<Body>, Infallible> {
    let request = request.map(Body::new);
    let work = route(&api, request, peer);
    Ok(match tokio::time::timeout(REQUEST_TIMEOUT, work).await {
        Ok(response) => response,
        Err(_) => plain(StatusCode::REQUEST_TIMEOUT, "The request took too long.\n"),
    })
}

async fn route(api: &Api, request: Request<Body>, peer: SocketAddr) -> Response<Body> {
    let path = request.uri().path();
    let script = path.strip_prefix(api.site.script_path.as_str());
    if script.is_some_and(|rest| rest == "/api.php" || rest.starts_with("/api.php/")) {
        return api.answer(request, peer.ip()).await;
    }
    if path == "/" {
        let text = format!("daemun speaks MediaWiki's API at {}\n", api.site.api_url());
        return plain(StatusCode::OK, &text);
    }
    if let Ok(page) = daemun_pages::answer(api, request, peer.ip()).await {
        return page;
    }
    plain(
        StatusCode::NOT_FOUND,
        &format!("Nothing is here. The API is at {}\n", api.site.api_url()),
    )
}

fn plain(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(text.to_owned()));
    *response.status_mut() = status;
    let kind = header::HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
