//! As much of HTTP as measuring needs: requests written beforehand, answers cut from the stream.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// How long an answer may take before the measurement is given up.
const PATIENCE: Duration = Duration::from_secs(60);
/// Most headers of an answer.
const HEADERS: usize = 64;

/// Where a server listens, and where its API is.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// `host:port`.
    pub(crate) address: String,
    /// The path of `api.php`.
    pub(crate) path: String,
}

impl Place {
    /// A GET request.
    pub(crate) fn get(&self, query: &str, cookies: &str) -> Vec<u8> {
        let Self { address, path } = self;
        format!("GET {path}?{query} HTTP/1.1\r\n{}\r\n", head(address, cookies)).into_bytes()
    }

    /// A POST request.
    pub(crate) fn post(&self, body: &str, cookies: &str) -> Vec<u8> {
        let Self { address, path } = self;
        format!(
            "POST {path} HTTP/1.1\r\n{}Content-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{body}",
            head(address, cookies),
            body.len()
        )
        .into_bytes()
    }
}

/// Fields as a body.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
    pairs.collect::<Vec<_>>().join("&")
}

fn head(address: &str, cookies: &str) -> String {
    let cookies = match cookies {
        "" => String::new(),
        cookies => format!("Cookie: {cookies}\r\n"),
    };
    format!("Host: {address}\r\nUser-Agent: daemun-bench\r\nAccept: */*\r\n{cookies}")
}

/// How many bytes at the beginning of `bytes` are an answer; `None` while it is not all there.
///
/// # Errors
/// When it is no HTTP.
pub(crate) fn length_of_answer(bytes: &[u8]) -> Result<Option<usize>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut answer = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = answer.parse(bytes).context("no HTTP")? else {
        return Ok(None);
    };
    for header in answer.headers.iter() {
        if header.name.eq_ignore_ascii_case("content-length") {
            let length: usize = std::str::from_utf8(header.value)?.trim().parse()?;
            return Ok((bytes.len() >= head + length).then_some(head + length));
        }
    }
    // Chunked, as nginx sends what PHP makes. Our answers hold no such line themselves.
    Ok(bytes.ends_with(b"\r\n0\r\n\r\n").then_some(bytes.len()))
}

/// A connection that sends one request at a time.
pub(crate) struct Connection {
    stream: TcpStream,
    input: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).with_context(|| address.to_owned())?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, input: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and waits for its answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.stream.write_all(request)?;
        self.input.clear();
        let mut part = [0; 16 * 1024];
        loop {
            let count = self.stream.read(&mut part)?;
            if count == 0 {
                bail!("the server closed the connection");
            }
            self.input.extend_from_slice(part.get(..count).unwrap_or_default());
            if let Some(length) = length_of_answer(&self.input)? {
                return self.input.get(..length).context("an answer");
            }
        }
    }

    /// The same as text.
    pub(crate) fn text(&mut self, request: &[u8]) -> Result<String> {
        Ok(String::from_utf8_lossy(self.ask(request)?).into_owned())
    }
}

/// The cookies that an answer sets and does not take away, as a `Cookie` header.
pub(crate) fn cookies_of(answer: &str) -> String {
    let set = answer.lines().filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let pair = value.split(';').next()?;
        let given = name.eq_ignore_ascii_case("set-cookie") && !pair.ends_with("=deleted");
        given.then_some(pair)
    });
    set.collect::<Vec<_>>().join("; ")
}

/// The text after `"name":"` in a body.
pub(crate) fn member<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    answer.split(&format!("\"{name}\":\"")).nth(1)?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let text = b"HTTP/1.1 200 OK\r\nContent-length: 2\r\n\r\nabHTTP";
        assert_eq!(length_of_answer(text).unwrap(), Some(text.len() - 4));
        assert_eq!(length_of_answer(&text[..text.len() - 5]).unwrap(), None);
        assert_eq!(length_of_answer(&text[..20]).unwrap(), None);
        assert!(length_of_answer(b"SSH-2.0\r\n").is_err());
    }

    #[test]
    fn a_chunked_answer_ends_with_its_last_chunk() {
        let text = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
        assert_eq!(length_of_answer(text).unwrap(), Some(text.len()));
        assert_eq!(length_of_answer(&text[..text.len() - 2]).unwrap(), None);
    }

    #[test]
    fn cookies_are_those_that_stay() {
        let answer = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1; path=/\r\nset-cookie: b=deleted; x\r\n\
                      Set-Cookie: c=2\r\n\r\n";
        assert_eq!(cookies_of(answer), "a=1; c=2");
    }
}
