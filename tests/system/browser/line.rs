//! The line between the scenarios and the worlds: a request in JSON, an answer in JSON, each on a
//! line of its own, over a socket on this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};

use super::asked::Asked;
use super::stage::Stage;

/// Waits for whoever calls, with a stage for each; answers the port.
pub(super) fn listen() -> anyhow::Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        for caller in listener.incoming().flatten() {
            std::thread::spawn(move || {
                // Who hangs up has all they wanted.
                let _hung_up = serve(&caller);
            });
        }
    });
    Ok(port)
}

fn serve(caller: &TcpStream) -> anyhow::Result<()> {
    let mut stage = Stage::default();
    let mut answers = caller;
    for line in BufReader::new(caller).lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let done = serde_json::from_value(request.clone())
            .map_err(anyhow::Error::from)
            .and_then(|asked: Asked| stage.answer(asked));
        let mut answer = match done {
            Ok(value) => json!({ "is": value }),
            Err(error) => json!({ "error": format!("{error:#}") }),
        };
        answer["call"] = request["call"].clone();
        answers.write_all(format!("{answer}\n").as_bytes())?;
    }
    Ok(())
}
