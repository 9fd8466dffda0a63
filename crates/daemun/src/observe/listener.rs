//! The listener for operators: metrics, health, readiness. It is a port of its own, so that the
//! world does not see it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{Method, Request, Response, StatusCode};
use daemun_auth::Environment;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::Observer;
use super::health::Probe;
use crate::server::{Stalling, WRITE_TIMEOUT, plain};

/// Connections open at a time.
const MOST_CONNECTIONS: usize = 64;
/// How long a connection may go on altogether.
const LONGEST: Duration = Duration::from_secs(300);
/// How long somebody may take to send a request, and to be idle between two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Serves until it is dropped.
pub async fn serve(listener: TcpListener, observer: Observer, environment: Environment) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection for metrics could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (observer, environment) = (observer.clone(), environment.clone());
        let answer = move |request| {
            let (observer, environment) = (observer.clone(), environment.clone());
            async move { answer(&observer, &environment, &request).await }
        };
        tokio::spawn(async move {
            let connection = converse(stream, WRITE_TIMEOUT, answer);
            let _broken_off = tokio::time::timeout(LONGEST, connection).await;
            drop(place);
        });
    }
}

/// Answers what comes over a connection, until it is closed or nobody takes an answer for as long
/// as this.
async fn converse<A: Future<Output = Response<Body>>>(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    write_limit: Duration,
    answer: impl Fn(Request<Incoming>) -> A,
) -> hyper::Result<()> {
    let service = service_fn(|request| {
        let answering = answer(request);
        async move { Ok::<_, Infallible>(answering.await) }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(Stalling::new(stream, write_limit)), service)
        .await
}

async fn answer(
    observer: &Observer,
    environment: &Environment,
    request: &Request<Incoming>,
) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD.\n");
    }
    let path = request.uri().path();
    if let Some(probe) = Probe::of(path) {
        return observer.probe(probe, &environment.store, true).await;
    }
    match &observer.0.metrics {
        Some(metrics) if path == "/metrics" => match metrics.text(environment.hasher.load()) {
            Ok(text) => {
                let mut response = Response::new(Body::from(text));
                let kind = HeaderValue::from_static(OPENMETRICS);
                response.headers_mut().insert(CONTENT_TYPE, kind);
                response
            }
            Err(error) => {
                tracing::error!(%error, "the metrics could not be written");
                plain(StatusCode::INTERNAL_SERVER_ERROR, "The metrics could not be written.\n")
            }
        },
        _ => plain(StatusCode::NOT_FOUND, "Here are /metrics, /healthz and /readyz.\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;

    #[tokio::test]
    async fn a_client_that_does_not_read_is_given_up() {
        let (ours, mut theirs) = tokio::io::duplex(64);
        theirs.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let answer = async |_| Response::new(Body::from("x".repeat(1024)));
        let connection = converse(ours, Duration::from_millis(50), answer);
        let ended = tokio::time::timeout(Duration::from_secs(5), connection).await;
        assert!(ended.unwrap().is_err());
    }
}
