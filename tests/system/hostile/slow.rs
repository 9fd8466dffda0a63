//! Those who take their time: heads and bodies by the byte, answers that nobody reads.

use std::io::Write;
use std::net::TcpStream;

use daemun_testkit::program::{Home, Server};

use super::{MODEST, PATIENCE, assert_log_in, peak_memory, promptly};
use crate::Tested;

fn connect(server: &Server) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(server.address())?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

#[test]
fn hundreds_who_never_finish_keep_nobody_waiting() -> Tested {
    let home = Home::new()?;
    home.add_account("William", "William-pass-1!")?;
    let server = home.serve()?;
    let beginnings = [
        "",
        "G",
        "GET /w/api.php?action=query HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        "POST /w/api.php HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\nContent-Type: \
         application/x-www-form-urlencoded\r\n\r\na=",
        "POST /w/api.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: \
         application/x-www-form-urlencoded\r\n\r\nfffff\r\na=",
        "POST /w/api.php HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\nContent-Type: \
         multipart/form-data; boundary=x\r\n\r\n--x\r\n",
    ];
    let mut slow = Vec::new();
    for number in 0..420 {
        let mut stream = connect(&server)?;
        stream.write_all(beginnings[number % beginnings.len()].as_bytes())?;
        slow.push(stream);
    }
    for _ in 0..5 {
        assert_log_in(server.visitor(), "William", "William-pass-1!")?;
        // Each goes on a little: nobody is idle.
        slow.retain_mut(|stream| stream.write_all(b"y").is_ok());
    }
    assert!(slow.len() > 400, "they are still there: {}", slow.len());
    assert!(peak_memory(server.id()) < MODEST, "{} MiB", peak_memory(server.id()));
    Ok(())
}

#[test]
fn who_sends_a_short_body_in_chunks_does_not_wait_for_long_ones() -> Tested {
    let home = Home::new()?;
    let server = home.serve()?;
    // Enough to take all the room that there is for long bodies.
    let mut long = Vec::new();
    for _ in 0..40 {
        let mut stream = connect(&server)?;
        let head = "POST /w/api.php HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n";
        stream.write_all(head.as_bytes())?;
        stream.write_all(&[b'x'; 20_000])?;
        long.push(stream);
    }
    let short = "POST /w/api.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: \
                 application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n\
                 18\r\naction=query&format=json\r\n0\r\n\r\n";
    let answer =
        promptly("a short body", || super::exchange(server.address(), short.as_bytes(), false))?;
    assert_eq!(super::statuses(&answer), [200]);
    Ok(())
}

#[test]
fn those_who_never_read_keep_nobody_waiting_and_cost_little() -> Tested {
    let home = Home::new()?;
    home.add_account("William", "William-pass-1!")?;
    let server = home.serve()?;
    let request = "GET /w/api.php?action=paraminfo&modules=main|query%2Buserinfo|login&format=json \
                   HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut deaf = Vec::new();
    for _ in 0..40 {
        let stream = connect(&server)?;
        stream.set_nonblocking(true)?;
        let mut writing = &stream;
        // As much as it takes without an answer being read.
        for _ in 0..500 {
            if writing.write_all(request.as_bytes()).is_err() {
                break;
            }
        }
        deaf.push(stream);
    }
    for _ in 0..5 {
        assert_log_in(server.visitor(), "William", "William-pass-1!")?;
    }
    assert!(peak_memory(server.id()) < MODEST, "{} MiB", peak_memory(server.id()));
    drop(deaf);
    Ok(())
}

/// The program where no more files than this may be open: `-n` for good, `-Sn` until it asks for
/// more.
fn with_few_files(home: &Home, limit: &str) -> anyhow::Result<Server> {
    let script = format!("ulimit {limit}; exec \"$0\" \"$@\"");
    Server::start(home.command_by(&script, &["serve", "--listen", "127.0.0.1:0"])?)
}

#[test]
fn it_takes_as_many_connections_as_the_system_allows() -> Tested {
    let home = Home::new()?;
    home.add_account("William", "William-pass-1!")?;
    let server = with_few_files(&home, "-Sn 64")?;
    let mut idle = Vec::new();
    for _ in 0..100 {
        idle.push(connect(&server)?);
    }
    assert_log_in(server.visitor(), "William", "William-pass-1!")?;
    drop(idle);
    Ok(())
}

#[test]
fn more_connections_than_the_system_allows_are_survived() -> Tested {
    let home = Home::new()?;
    home.add_account("William", "William-pass-1!")?;
    let server = with_few_files(&home, "-n 128")?;
    let mut idle = Vec::new();
    for _ in 0..200 {
        idle.push(connect(&server)?);
    }
    drop(idle);
    assert_log_in(server.visitor(), "William", "William-pass-1!")
}
