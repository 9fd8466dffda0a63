//! Shapes of HTTP that servers and proxies read differently, and methods that nobody asked for.

use std::io::{Read, Write};
use std::net::TcpStream;

use daemun_testkit::program::{Home, Server};

use super::{MODEST, PATIENCE, assert_log_in, exchange, peak_memory, promptly, show, statuses};
use crate::Tested;

/// A request that must not be answered where it is hidden in another.
const HIDDEN: &str =
    "GET /w/api.php?action=query&meta=siteinfo&format=json HTTP/1.1\r\nHost: x\r\n\r\n";

fn served(deed: impl FnOnce(&Server) -> Tested) -> Tested {
    let home = Home::new()?;
    home.add_account("William", "William-pass-1!")?;
    let server = home.serve()?;
    deed(&server)?;
    assert_log_in(server.visitor(), "William", "William-pass-1!")
}

#[test]
fn no_request_is_hidden_in_another() -> Tested {
    let chunked = format!("0\r\n\r\n{HIDDEN}");
    let length = chunked.len();
    served(|server| {
        for (what, head, body) in [
            (
                "both lengths",
                format!("Content-Length: {length}\r\nTransfer-Encoding: chunked"),
                &chunked,
            ),
            (
                "both, the other way",
                format!("Transfer-Encoding: chunked\r\nContent-Length: {length}"),
                &chunked,
            ),
            ("two lengths", format!("Content-Length: 0\r\nContent-Length: {length}"), &chunked),
            ("a list of lengths", format!("Content-Length: 0, {length}"), &chunked),
            ("a length with a sign", format!("Content-Length: +{length}"), &chunked),
            ("a length beyond all", "Content-Length: 99999999999999999999".to_owned(), &chunked),
            (
                "chunked twice",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity".to_owned(),
                &chunked,
            ),
            ("not chunked at last", "Transfer-Encoding: chunked, gzip".to_owned(), &chunked),
            ("chunked in other words", "Transfer-Encoding: xchunked".to_owned(), &chunked),
            ("a space before the colon", "Transfer-Encoding : chunked".to_owned(), &chunked),
            ("a folded header", format!("X: y\r\n Content-Length: {length}"), &chunked),
        ] {
            let bytes = format!("POST /w/api.php HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n{body}");
            let answer = exchange(server.address(), bytes.as_bytes(), true)?;
            let statuses = statuses(&answer);
            assert!(
                statuses.iter().all(|status| (200..500).contains(status)),
                "{what}: {statuses:?}"
            );
            assert!(statuses.len() <= 1, "{what}: {}", show(&answer));
            let text = String::from_utf8_lossy(&answer);
            assert!(!text.contains("\"generator\""), "{what}: {}", show(&answer));
        }
        Ok(())
    })
}

#[test]
fn odd_forms_of_http_are_answered_or_let_go() -> Tested {
    served(|server| {
        let long = "x".repeat(60_000);
        let many = "X-Header: y\r\n".repeat(90);
        let too_many = "X-Header: y\r\n".repeat(5000);
        let cookies = "c=1; ".repeat(5000);
        for (what, bytes, expected) in [
            ("HTTP/0.9", "GET /w/api.php\r\n".to_owned(), None),
            ("HTTP/1.0", "GET /w/api.php?action=query HTTP/1.0\r\n\r\n".to_owned(), Some(200)),
            ("HTTP/1.2", "GET / HTTP/1.2\r\nHost: x\r\n\r\n".to_owned(), None),
            ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), None),
            ("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}".to_owned(), None),
            ("bare line ends", "GET / HTTP/1.1\nHost: x\nConnection: close\n\n".to_owned(), None),
            ("a whole address", "GET http://evil.example/w/api.php?action=query HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(), Some(200)),
            ("no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(), None),
            ("two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n".to_owned(), None),
            ("a NUL in a header", "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n".to_owned(), None),
            ("a header without a name", "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n".to_owned(), None),
            ("a long header", format!("GET / HTTP/1.1\r\nHost: x\r\nX: {long}\r\nConnection: close\r\n\r\n"), None),
            ("ninety headers", format!("GET / HTTP/1.1\r\nHost: x\r\n{many}Connection: close\r\n\r\n"), Some(200)),
            ("thousands of headers", format!("GET / HTTP/1.1\r\nHost: x\r\n{too_many}\r\n"), None),
            ("thousands of cookies", format!("GET /w/api.php?action=query HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n"), Some(200)),
            ("a long address", format!("GET /w/api.php?{long} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), None),
            ("a range", "GET /w/api.php?action=query HTTP/1.1\r\nHost: x\r\nRange: bytes=0-0,1-,-1,5-2\r\nConnection: close\r\n\r\n".to_owned(), Some(200)),
            ("an upgrade", "GET /w/api.php?action=query HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n".to_owned(), Some(200)),
            ("a websocket", "GET /w/api.php?action=query HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n".to_owned(), Some(200)),
            ("an endless chunk", "POST /w/api.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx".to_owned(), None),
            ("a negative chunk", "POST /w/api.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n".to_owned(), None),
            ("long chunk extensions", format!("POST /w/api.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;{long}\r\nx\r\n0\r\n\r\n"), None),
            ("many trailers", format!("POST /w/api.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n{too_many}\r\n"), None),
            ("a length that is too long", "POST /w/api.php HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\naction=query".to_owned(), None),
        ] {
            let answer = promptly(what, || exchange(server.address(), bytes.as_bytes(), expected.is_none()))?;
            let status = statuses(&answer).first().copied();
            assert!(status.is_none_or(|status| (200..500).contains(&status)), "{what}: {status:?}");
            if expected.is_some() {
                assert_eq!(status, expected, "{what}: {}", show(&answer));
            }
        }
        Ok(())
    })
}

#[test]
fn every_method_is_answered_on_every_path() -> Tested {
    served(|server| {
        let secret = "X-Secret: do-not-echo";
        for method in
            ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "CONNECT", "X", "post"]
        {
            for path in [
                "/",
                "/w/api.php",
                "/w/api.php/",
                "/w/api.php/x%00?y=%0d%0aSet-Cookie:z",
                "//",
                "/..%2f",
                "/wiki/Special:UserLogin",
                "/w/index.php?title=Special:UserLogin&returnto=%0d%0aSet-Cookie:z",
                "*",
                "x:80",
            ] {
                let bytes = format!(
                    "{method} {path} HTTP/1.1\r\nHost: x\r\n{secret}\r\nConnection: close\r\n\r\n"
                );
                let answer = exchange(server.address(), bytes.as_bytes(), false)?;
                let statuses = statuses(&answer);
                assert!(
                    statuses.iter().all(|status| (200..500).contains(status)),
                    "{bytes}: {statuses:?}"
                );
                let text = String::from_utf8_lossy(&answer);
                assert!(!text.contains("do-not-echo"), "{bytes}: {text}");
                assert!(!text.contains("\nSet-Cookie:z"), "{bytes}: {text}");
            }
        }
        Ok(())
    })
}

#[test]
fn a_thousand_requests_in_one_go_are_all_answered() -> Tested {
    served(|server| {
        let one = "GET /w/api.php?action=query&meta=tokens&format=json HTTP/1.1\r\nHost: x\r\n";
        let mut stream = TcpStream::connect(server.address())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let all = format!("{}{one}Connection: close\r\n\r\n", format!("{one}\r\n").repeat(999));
        let mut writing = stream.try_clone()?;
        let writer = std::thread::spawn(move || writing.write_all(all.as_bytes()));
        let mut answers = Vec::new();
        stream.read_to_end(&mut answers)?;
        writer.join().unwrap()?;
        let statuses = statuses(&answers);
        assert_eq!((statuses.len(), statuses.iter().all(|status| *status == 200)), (1000, true));
        Ok(())
    })
}

#[test]
fn who_asks_before_sending_a_body_is_told_to_go_on() -> Tested {
    served(|server| {
        let mut stream = TcpStream::connect(server.address())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let body = "action=query&format=json";
        write!(
            stream,
            "POST /w/api.php HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
            body.len()
        )?;
        let mut heard = [0; 12];
        stream.read_exact(&mut heard)?;
        assert_eq!(&heard, b"HTTP/1.1 100");
        stream.write_all(body.as_bytes())?;
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest)?;
        assert_eq!(statuses(&rest), [200], "{}", show(&rest));
        Ok(())
    })
}

#[test]
fn a_compressed_body_is_never_unpacked() -> Tested {
    served(|server| {
        // Deflate of a long run of zeros is mostly zeros itself.
        let body = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xec, 0xc1][..], &[0; 2000]].concat();
        for encoding in ["gzip", "deflate", "br", "zstd", "gzip, gzip, gzip"] {
            let mut bytes = format!(
                "POST /w/api.php HTTP/1.1\r\nHost: x\r\nContent-Encoding: {encoding}\r\nContent-Type: \
                 application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            )
            .into_bytes();
            bytes.extend_from_slice(&body);
            let answer = promptly(encoding, || exchange(server.address(), &bytes, false))?;
            let status = statuses(&answer).first().copied();
            assert!(status.is_some_and(|status| (200..500).contains(&status)), "{status:?}");
        }
        assert!(peak_memory(server.id()) < MODEST, "{} MiB", peak_memory(server.id()));
        Ok(())
    })
}

#[test]
fn a_head_that_is_too_long_is_refused() -> Tested {
    served(|server| {
        let long = format!("GET /w/api.php?x={} HTTP/1.1\r\nHost: x\r\n\r\n", "y".repeat(200_000));
        let many = "GET /w/api.php HTTP/1.1\r\n".to_owned() + &"X: y\r\n".repeat(5000) + "\r\n";
        for head in [long, many] {
            let answer = exchange(server.address(), head.as_bytes(), true)?;
            let status = statuses(&answer).first().copied();
            assert!(status.is_none_or(|status| (400..500).contains(&status)), "{status:?}");
        }
        Ok(())
    })
}
