//! HTTP/1.1 by hand: a request goes out byte for byte as the transcript says, and nothing is
//! followed, decoded or tidied on the way back.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use url::Url;

const PATIENCE: Duration = Duration::from_secs(60);

/// A request, ready to be written.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub method: String,
    /// Path and query, already encoded.
    pub target: String,
    /// In the order in which they are sent.
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
}

/// A reply as it came.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    pub status: u16,
    /// In order, names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// Every value of a header; the name in lower case.
    pub fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A header's values joined as one, if it is there at all.
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self.headers_named(name).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

/// Sends a request to an origin such as `http://127.0.0.1:8080` and reads the whole reply.
pub fn exchange(origin: &str, request: &Request) -> Result<Reply> {
    let url = Url::parse(origin).with_context(|| format!("origin {origin}"))?;
    if url.scheme() != "http" {
        bail!("origin {origin} is not plain http");
    }
    let host = url.host_str().context("an origin has a host")?;
    let port = url.port_or_known_default().unwrap_or(80);
    let address = (host, port).to_socket_addrs()?.next().context("the host has no address")?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)
        .with_context(|| format!("connect to {origin}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    let host = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    stream.write_all(&bytes(&host, request))?;
    let mut raw = Vec::new();
    let read = stream.read_to_end(&mut raw);
    let reply = parse(&raw, request.method == "HEAD");
    match (reply, read) {
        (Ok(reply), _) => Ok(reply),
        (Err(_), Err(error)) => Err(error).context("read the reply"),
        (Err(error), Ok(_)) => Err(error),
    }
}

fn bytes(host: &str, request: &Request) -> Vec<u8> {
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
    // Whoever wants to be wrong about it says so.
    if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        head.push_str(&format!("Host: {host}\r\n"));
    }
    for (name, value) in &request.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(body) = &request.body {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("Connection: close\r\n\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(request.body.as_deref().unwrap_or_default());
    bytes
}

fn parse(raw: &[u8], without_body: bool) -> Result<Reply> {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.context("the reply has no end of headers")?;
    let (head, body) = raw.split_at(end);
    let body = body.get(4..).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap_or_default();
    let status = status.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1));
    let status = status.and_then(|code| code.parse().ok()).context("no status line")?;
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers =
        headers.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    let mut reply = Reply { status, headers: headers.collect(), body: Vec::new() };
    if without_body {
        return Ok(reply);
    }
    let chunked = reply.header("transfer-encoding").is_some_and(|value| value == "chunked");
    reply.body = if chunked {
        unchunked(body)?
    } else if let Some(length) = reply.header("content-length") {
        let length: usize = length.parse().context("Content-Length")?;
        body.get(..length).context("the body is shorter than its Content-Length")?.to_vec()
    } else {
        body.to_vec()
    };
    Ok(reply)
}

fn unchunked(mut rest: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").context("a chunk's size")?;
        let (line, after) = rest.split_at(end);
        let line = String::from_utf8_lossy(line);
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).context("a chunk's size")?;
        if size == 0 {
            return Ok(body);
        }
        let chunk = after.get(2..2 + size).context("a chunk is cut short")?;
        body.extend_from_slice(chunk);
        rest = after.get(4 + size..).context("a chunk is cut short")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together() {
        let raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        assert_eq!(parse(raw, false).unwrap().body, b"abcde");
    }

    #[test]
    fn a_body_that_is_cut_short_is_an_error() {
        assert!(parse(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false).is_err());
        assert!(
            parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", false).is_err()
        );
    }

    #[test]
    fn headers_keep_their_order_and_their_repetitions() {
        let reply =
            parse(b"HTTP/1.0 301 Moved\r\nVary: a\r\nX: 1\r\nvary: b\r\n\r\n", true).unwrap();
        assert_eq!((reply.status, reply.header("vary").as_deref()), (301, Some("a, b")));
    }
}
