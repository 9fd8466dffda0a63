//! What the API is compared to: an axum handler that sends the same bytes whatever is asked.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use futures_util::FutureExt;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What to answer.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Options {
    /// A file that holds an answer, headers and body
    #[arg(long)]
    answer: PathBuf,
}

impl Options {
    pub(crate) fn run(self) -> Result<()> {
        let (headers, body) = parts(&std::fs::read(&self.answer)?)?;
        let answer = move || {
            let answer = (headers.clone(), body.clone());
            async move { answer }
        };
        let router = Router::new().fallback(answer);
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
            serve(listener, router).await
        })
    }
}

/// What `axum::serve` does, but that names of headers are written as the API writes them: it lets
/// nobody choose that.
async fn serve(listener: TcpListener, router: Router) -> Result<()> {
    // As there, each connection is told of a stop, which never comes here.
    let (stop, _running) = watch::channel(());
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(router.clone());
        let stop = stop.clone();
        tokio::spawn(async move {
            let mut builder = auto::Builder::new(TokioExecutor::new());
            builder.http1().title_case_headers(true);
            let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
            let mut connection = pin!(connection);
            let mut stopped = pin!(stop.closed().fuse());
            loop {
                tokio::select! {
                    // Whoever closes the connection ends it.
                    _over = connection.as_mut() => break,
                    () = &mut stopped => connection.as_mut().graceful_shutdown(),
                }
            }
        });
    }
}

/// The headers that a handler sets, and the body.
fn parts(answer: &[u8]) -> Result<(HeaderMap, axum::body::Bytes)> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Response::new(&mut headers);
    let head = match parsed.parse(answer)? {
        httparse::Status::Complete(head) => head,
        httparse::Status::Partial => anyhow::bail!("half an answer"),
    };
    let mut map = HeaderMap::new();
    for header in parsed.headers.iter() {
        let name = HeaderName::from_bytes(header.name.as_bytes())?;
        // Those two are hyper's.
        if name != "date" && name != "content-length" {
            map.append(name, HeaderValue::from_bytes(header.value)?);
        }
    }
    let body = answer.get(head..).context("a body")?.to_vec();
    Ok((map, body.into()))
}

/// The handler as a process.
pub(crate) struct Bare {
    child: Child,
    pub(crate) address: String,
    _answer: tempfile::TempPath,
}

impl Bare {
    pub(crate) fn start(answer: &[u8]) -> Result<Self> {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(answer)?;
        let path = file.into_temp_path();
        let mut child = Command::new(std::env::current_exe()?)
            .args(["bare", "--answer"])
            .arg::<&Path>(path.as_ref())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        BufReader::new(child.stdout.take().context("a pipe")?).read_line(&mut address)?;
        Ok(Self { child, address: address.trim().to_owned(), _answer: path })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _over = self.child.kill();
        let _over = self.child.wait();
    }
}
