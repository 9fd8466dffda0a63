//! The load: prepared requests over connections that stay open, from a process of its own.
//!
//! One thread and one `epoll`; an answer is only cut from the stream and looked at for a piece of
//! text. With `--pause-micros` there is one connection which blocks, for latencies at a low rate.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hdrhistogram::Histogram;
use memchr::memmem::Finder;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use serde::{Deserialize, Serialize};

use crate::http::{Connection, length_of_answer};
use crate::process;

/// What to send where.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Options {
    /// Host and port
    #[arg(long)]
    address: String,
    /// The requests, as a JSON list of texts
    #[arg(long)]
    requests: PathBuf,
    /// Send each request once; otherwise they are sent again and again
    #[arg(long)]
    once: bool,
    /// Text that every right answer holds
    #[arg(long)]
    expect: String,
    /// Connections open at a time
    #[arg(long, default_value_t = 1)]
    connections: usize,
    /// Seconds after which no more is sent
    #[arg(long)]
    seconds: f64,
    /// Wait so long after each answer, on one connection
    #[arg(long)]
    pause_micros: Option<u64>,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// Right answers.
    pub(crate) answers: u64,
    /// From the first request to the last answer.
    pub(crate) seconds: f64,
    /// CPU of the load itself.
    pub(crate) cpu_seconds: f64,
    /// Microseconds from request to answer: half of all were faster.
    pub(crate) p50: f64,
    /// 95 of 100 were faster.
    pub(crate) p95: f64,
    /// 99 of 100 were faster.
    pub(crate) p99: f64,
}

impl Outcome {
    pub(crate) fn rate(&self) -> f64 {
        self.answers as f64 / self.seconds
    }
}

impl Options {
    pub(crate) fn run(self) -> Result<()> {
        let requests: Vec<String> = serde_json::from_slice(&std::fs::read(&self.requests)?)?;
        let mut work = Work {
            expect: Finder::new(&self.expect).into_owned(),
            once: self.once,
            left: requests.into_iter().map(String::into_bytes).collect(),
            latencies: Histogram::new(3)?,
            until: Instant::now() + Duration::from_secs_f64(self.seconds),
        };
        let (begun, cpu) = (Instant::now(), process::own_cpu());
        match self.pause_micros {
            Some(pause) => work.one_by_one(&self.address, Duration::from_micros(pause))?,
            None => work.flood(&self.address, self.connections)?,
        }
        let micros = |quantile| work.latencies.value_at_quantile(quantile) as f64 / 1000.0;
        let outcome = Outcome {
            answers: work.latencies.len(),
            seconds: begun.elapsed().as_secs_f64(),
            cpu_seconds: (process::own_cpu() - cpu).as_secs_f64(),
            p50: micros(0.5),
            p95: micros(0.95),
            p99: micros(0.99),
        };
        println!("{}", serde_json::to_string(&outcome)?);
        Ok(())
    }
}

struct Work {
    expect: Finder<'static>,
    once: bool,
    left: VecDeque<Vec<u8>>,
    /// In nanoseconds.
    latencies: Histogram<u64>,
    until: Instant,
}

impl Work {
    /// The next request, as long as there is time and one.
    fn next(&mut self) -> Option<Vec<u8>> {
        if Instant::now() >= self.until {
            return None;
        }
        let next = self.left.pop_front()?;
        if !self.once {
            // At once, so that few requests keep many connections busy.
            self.left.push_back(next.clone());
        }
        Some(next)
    }

    fn done(&mut self, answer: &[u8], begun: Instant) -> Result<()> {
        let nanos = u64::try_from(begun.elapsed().as_nanos())?;
        if self.expect.find(answer).is_none() {
            bail!("an answer is wrong:\n{}", String::from_utf8_lossy(answer));
        }
        self.latencies.record(nanos)?;
        Ok(())
    }

    fn one_by_one(&mut self, address: &str, pause: Duration) -> Result<()> {
        let mut connection = Connection::open(address)?;
        while let Some(request) = self.next() {
            std::thread::sleep(pause);
            let begun = Instant::now();
            let answer = connection.ask(&request)?.to_vec();
            self.done(&answer, begun)?;
        }
        Ok(())
    }

    fn flood(&mut self, address: &str, count: usize) -> Result<()> {
        let address = address.parse()?;
        let mut poll = Poll::new()?;
        let mut lines = Vec::with_capacity(count);
        for number in 0..count {
            let mut stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            let interest = Interest::READABLE | Interest::WRITABLE;
            poll.registry().register(&mut stream, Token(number), interest)?;
            lines.push(Line::over(stream));
        }
        let mut events = Events::with_capacity(count.max(16));
        while lines.iter().any(|line| !line.finished) {
            poll.poll(&mut events, Some(Duration::from_secs(60)))?;
            if events.is_empty() {
                bail!("no answer for a minute");
            }
            for event in &events {
                let line = lines.get_mut(event.token().0).context("a connection")?;
                line.go_on(self)?;
            }
        }
        Ok(())
    }
}

/// A connection of the flood.
struct Line {
    stream: TcpStream,
    sending: Option<Sending>,
    part: Vec<u8>,
    input: Vec<u8>,
    finished: bool,
}

struct Sending {
    request: Vec<u8>,
    sent: usize,
    begun: Instant,
}

impl Line {
    fn over(stream: TcpStream) -> Self {
        let (part, input) = (vec![0; 16 * 1024], Vec::new());
        Self { stream, sending: None, part, input, finished: false }
    }

    /// Takes what has come, and sends the next request when the answer is whole.
    fn go_on(&mut self, work: &mut Work) -> Result<()> {
        if self.sending.is_some() {
            if !self.send()? || !self.receive()? {
                return Ok(());
            }
            if let Some(sending) = self.sending.take() {
                work.done(&self.input, sending.begun)?;
                self.input.clear();
            }
        }
        match work.next() {
            Some(request) => {
                self.sending = Some(Sending { request, sent: 0, begun: Instant::now() });
                self.send()?;
            }
            None => self.finished = true,
        }
        Ok(())
    }

    /// Whether the request is out.
    fn send(&mut self) -> Result<bool> {
        let Some(sending) = &mut self.sending else { return Ok(false) };
        while let Some(rest) = sending.request.get(sending.sent..).filter(|rest| !rest.is_empty()) {
            match self.stream.write(rest) {
                Ok(count) => sending.sent += count,
                Err(error) if waits(&error) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(true)
    }

    /// Whether the answer is in.
    fn receive(&mut self) -> Result<bool> {
        loop {
            match self.stream.read(&mut self.part) {
                Ok(0) => bail!("the server closed a connection"),
                Ok(n) => self.input.extend_from_slice(self.part.get(..n).unwrap_or_default()),
                Err(error) if waits(&error) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
            if length_of_answer(&self.input)?.is_some() {
                return Ok(true);
            }
        }
    }
}

fn waits(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted | ErrorKind::NotConnected)
}

/// A load to be sent by a process of its own.
pub(crate) struct Load<'a> {
    pub(crate) address: &'a str,
    pub(crate) requests: &'a [Vec<u8>],
    /// Each request once.
    pub(crate) once: bool,
    pub(crate) expect: &'a str,
    pub(crate) connections: usize,
    pub(crate) seconds: f64,
    /// For latencies: one connection, with this pause after each answer.
    pub(crate) pause: Option<Duration>,
}

/// A load under way.
pub(crate) struct Sender {
    child: std::process::Child,
    _requests: tempfile::TempPath,
}

impl Load<'_> {
    pub(crate) fn start(&self) -> Result<Sender> {
        let mut file = tempfile::NamedTempFile::new()?;
        let texts: Vec<&str> = self
            .requests
            .iter()
            .map(|request| std::str::from_utf8(request))
            .collect::<Result<_, _>>()?;
        serde_json::to_writer(file.as_file_mut(), &texts)?;
        let requests = file.into_temp_path();
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["load", "--address", self.address, "--expect", self.expect, "--requests"]);
        command.arg::<&Path>(requests.as_ref());
        command.args(["--connections", &self.connections.to_string()]);
        command.args(["--seconds", &self.seconds.to_string()]);
        if self.once {
            command.arg("--once");
        }
        if let Some(pause) = self.pause {
            command.args(["--pause-micros", &pause.as_micros().to_string()]);
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        Ok(Sender { child, _requests: requests })
    }

    pub(crate) fn send(&self) -> Result<Outcome> {
        self.start()?.finish()
    }
}

impl Sender {
    pub(crate) fn finish(self) -> Result<Outcome> {
        let output = self.child.wait_with_output()?;
        if !output.status.success() {
            bail!("the load failed: {}", output.status);
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}
