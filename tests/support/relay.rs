//! A relay on loopback that records what it accepts, and misbehaves as its script says.
//!
//! It is bounded: it serves threads of its own, and stops listening when it is dropped.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What the relay does at one point of one letter's transaction.
#[derive(Clone, Debug)]
pub enum Act {
    /// Answers this instead.
    Say(&'static str),
    /// Closes the connection without an answer.
    Close,
    /// Answers, and resets the connection although more was sent.
    SayAndReset(&'static str),
    /// Answers nothing for this long.
    Stall(Duration),
}

/// Where in a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum At {
    /// Before the first command of a connection.
    Greeting,
    Mail,
    Rcpt,
    Data,
    /// Within the body, before its dot was read.
    Body,
    Dot,
}

/// A message that the relay took responsibility for.
#[derive(Clone, Debug)]
pub struct Accepted {
    pub to: String,
    pub data: String,
    /// When its dot was answered.
    pub at: Instant,
}

#[derive(Default)]
struct Book {
    accepted: Mutex<Vec<Accepted>>,
    commands: Mutex<Vec<String>>,
    connections: AtomicUsize,
    letters: AtomicUsize,
    stop: AtomicBool,
}

/// The script and the offer of a relay.
#[derive(Clone, Default)]
pub struct Script {
    pub pipelining: bool,
    /// What happens at the n-th letter (from 1) that gets to this point.
    pub acts: HashMap<(At, usize), Act>,
    /// What happens at every letter at this point.
    pub always: HashMap<At, Act>,
    /// What is answered at this point to letters whose recipient has this in it.
    pub to: Vec<(At, &'static str, &'static str)>,
    /// The connection is closed before this letter's MAIL is answered, on every connection.
    pub closes_after: Option<usize>,
    /// How long it thinks before it answers a letter.
    pub thinks: Duration,
}

pub struct FakeRelay {
    pub url: String,
    book: Arc<Book>,
}

impl FakeRelay {
    pub fn start(script: Script) -> FakeRelay {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let book = Arc::new(Book::default());
        let served = Arc::clone(&book);
        std::thread::spawn(move || {
            while !served.stop.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((socket, _)) => {
                        let (book, script) = (Arc::clone(&served), script.clone());
                        book.connections.fetch_add(1, Ordering::Relaxed);
                        std::thread::spawn(move || drop(serve(socket, &book, &script)));
                    }
                    Err(_) => std::thread::sleep(Duration::from_millis(2)),
                }
            }
        });
        FakeRelay { url, book }
    }

    pub fn accepted(&self) -> Vec<Accepted> {
        self.book.accepted.lock().unwrap().clone()
    }

    /// How often each Message-ID was accepted.
    pub fn by_message_id(&self) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        for message in self.accepted() {
            let line = message.data.lines().find(|line| line.starts_with("Message-ID: ")).unwrap().to_owned();
            *counts.entry(line).or_default() += 1;
        }
        counts
    }

    pub fn commands(&self) -> Vec<String> {
        self.book.commands.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.book.connections.load(Ordering::Relaxed)
    }
}

impl Drop for FakeRelay {
    fn drop(&mut self) {
        self.book.stop.store(true, Ordering::Relaxed);
    }
}

/// Serves one connection; an error is the end of it.
fn serve(socket: TcpStream, book: &Book, script: &Script) -> std::io::Result<()> {
    socket.set_nonblocking(false)?;
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(Duration::from_secs(60)))?;
    // Read in small pieces, so that what was sent behind a body can be left unread.
    let mut reader = BufReader::with_capacity(32, socket.try_clone()?);
    let mut writer = socket.try_clone()?;
    match act(script, At::Greeting, book.connections.load(Ordering::Relaxed)) {
        None => writer.write_all(b"220 relay.example.org ESMTP\r\n")?,
        Some(Act::Say(answer)) => writer.write_all(format!("{answer}\r\n").as_bytes())?,
        Some(Act::Stall(time)) => {
            std::thread::sleep(time);
            return Ok(());
        }
        Some(Act::Close | Act::SayAndReset(_)) => return Ok(()),
    }
    let mut to = String::new();
    let mut number = 0;
    let mut on_this_connection = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        book.commands.lock().unwrap().push(line.trim_end().to_owned());
        let verb = line.split([' ', '\r']).next().unwrap_or_default().to_ascii_uppercase();
        let (at, good) = match verb.as_str() {
            "EHLO" => {
                let offer = if script.pipelining {
                    "250-relay.example.org\r\n250 PIPELINING\r\n"
                } else {
                    "250 relay.example.org\r\n"
                };
                writer.write_all(offer.as_bytes())?;
                continue;
            }
            "MAIL" => {
                if script.closes_after == Some(on_this_connection) {
                    return Ok(());
                }
                on_this_connection += 1;
                number = book.letters.fetch_add(1, Ordering::Relaxed) + 1;
                to.clear();
                (At::Mail, "250 2.1.0 Ok")
            }
            "RCPT" => {
                line.trim_end().clone_into(&mut to);
                (At::Rcpt, "250 2.1.5 Ok")
            }
            "DATA" => (At::Data, "354 go on"),
            "RSET" => {
                writer.write_all(b"250 2.0.0 Ok\r\n")?;
                continue;
            }
            "QUIT" => {
                writer.write_all(b"221 2.0.0 Bye\r\n")?;
                return Ok(());
            }
            _ => {
                writer.write_all(b"500 5.5.2 unknown\r\n")?;
                continue;
            }
        };
        let answer = match act_to(script, at, number, &to) {
            None => good,
            Some(Act::Say(answer)) => answer,
            Some(Act::Close) => return Ok(()),
            Some(Act::SayAndReset(answer)) => return reset(&mut writer, answer),
            Some(Act::Stall(time)) => {
                std::thread::sleep(time);
                return Ok(());
            }
        };
        writer.write_all(format!("{answer}\r\n").as_bytes())?;
        if answer.starts_with("421") {
            return Ok(());
        }
        if at == At::Data
            && answer.starts_with("354")
            && !body(&mut reader, &mut writer, book, script, &to, number)?
        {
            return Ok(());
        }
    }
}

/// Reads a body and answers its dot; whether the connection goes on.
fn body(
    reader: &mut BufReader<TcpStream>,
    writer: &mut TcpStream,
    book: &Book,
    script: &Script,
    to: &str,
    number: usize,
) -> std::io::Result<bool> {
    if matches!(act(script, At::Body, number), Some(Act::Close)) {
        let mut some = [0; 10];
        reader.read_exact(&mut some)?;
        return Ok(false);
    }
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(false);
        }
        if line == ".\r\n" {
            break;
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
    std::thread::sleep(script.thinks);
    let accept = || {
        book.accepted.lock().unwrap().push(Accepted {
            to: to.to_owned(),
            data: data.clone(),
            at: Instant::now(),
        });
    };
    match act_to(script, At::Dot, number, to) {
        None => {
            accept();
            writer.write_all(b"250 2.0.0 Ok: queued\r\n")?;
        }
        Some(Act::Say(answer)) => {
            if answer.starts_with('2') {
                accept();
            }
            writer.write_all(format!("{answer}\r\n").as_bytes())?;
            return Ok(!answer.starts_with("421"));
        }
        Some(Act::Close) => {
            accept();
            return Ok(false);
        }
        Some(Act::SayAndReset(answer)) => {
            accept();
            reset(writer, answer)?;
            return Ok(false);
        }
        Some(Act::Stall(time)) => {
            accept();
            std::thread::sleep(time);
            return Ok(false);
        }
    }
    Ok(true)
}

fn act(script: &Script, at: At, number: usize) -> Option<Act> {
    script.acts.get(&(at, number)).or_else(|| script.always.get(&at)).cloned()
}

fn act_to(script: &Script, at: At, number: usize, to: &str) -> Option<Act> {
    let to_this = script.to.iter().find(|(point, part, _)| *point == at && to.contains(part));
    to_this.map(|(_, _, answer)| Act::Say(answer)).or_else(|| act(script, at, number))
}

/// Answers, and closes with what was sent behind unread: the kernel then resets the connection.
fn reset(writer: &mut TcpStream, answer: &str) -> std::io::Result<()> {
    // Time for the next envelope to arrive, so that it is left unread.
    std::thread::sleep(Duration::from_millis(30));
    writer.write_all(format!("{answer}\r\n").as_bytes())
}
