//! A relay on loopback that plays a script: what it says to which command, the how-manieth time, and when it closes,
//! waits or says nothing. It is bounded, and stops listening when it is dropped.
//!
//! A rule a line: `VERB: reply` every time, `VERB#3: reply` the third time, `VERB#3+: reply` from then on, `VERB~text:
//! reply` where the command holds the text; later rules win. `greet` is the greeting, `DOT` the final dot, `LINE` a line
//! of a log-in, `idle: SECONDS reply` what is said unasked, `tls: implicit|starttls|1.0`. ` | ` divides the lines of a
//! reply; `<close>`, `<reset>`, `<silent>` and `<wait 0.2>` do as they say.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

struct Rule {
    verb: String,
    number: Option<usize>,
    and_more: bool,
    text: Option<String>,
    reply: String,
}

#[derive(Default)]
struct Script {
    rules: Vec<Rule>,
    tls: String,
    idle: Option<(f64, String)>,
    counts: Mutex<HashMap<String, usize>>,
}

impl Script {
    fn read(text: &str) -> Script {
        let mut script = Script::default();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let divider = if line.contains('~') { ": " } else { ":" };
            let (head, reply) = line.split_once(divider).unwrap();
            let reply = reply.trim().to_owned();
            match head {
                "tls" => script.tls = reply,
                "idle" => {
                    let (seconds, said) = reply.split_once(' ').unwrap();
                    script.idle = Some((seconds.parse().unwrap(), said.to_owned()));
                }
                _ => {
                    let (head, text) =
                        head.split_once('~').map_or((head, None), |(head, text)| (head, Some(text)));
                    let (verb, number) =
                        head.split_once('#').map_or((head, None), |(verb, n)| (verb, Some(n)));
                    script.rules.push(Rule {
                        verb: verb.to_owned(),
                        and_more: number.is_some_and(|number| number.ends_with('+')),
                        number: number.map(|number| number.trim_end_matches('+').parse().unwrap()),
                        text: text.map(str::to_lowercase),
                        reply,
                    });
                }
            }
        }
        script
    }

    fn reply(&self, verb: &str, line: &str) -> String {
        let number = {
            let mut counts = self.counts.lock().unwrap();
            let count = counts.entry(verb.to_owned()).or_default();
            *count += 1;
            *count
        };
        let line = line.to_lowercase();
        let fits = |rule: &&Rule| {
            rule.verb == verb
                && rule.number.is_none_or(|n| n == number || rule.and_more && number > n)
                && rule.text.as_ref().is_none_or(|text| line.contains(text))
        };
        self.rules.iter().rev().find(fits).map_or_else(|| usual(verb).to_owned(), |rule| rule.reply.clone())
    }
}

fn usual(verb: &str) -> &'static str {
    match verb {
        "greet" => "220 relay.example.org ESMTP",
        "EHLO" => "250-relay.example.org | 250-PIPELINING | 250 SIZE 10240000",
        "HELO" => "250 relay.example.org",
        "AUTH" | "LINE" => "235 2.7.0 ok",
        "MAIL" => "250 2.1.0 ok",
        "RCPT" => "250 2.1.5 ok",
        "DATA" => "354 end with a dot",
        "DOT" => "250 2.0.0 queued",
        "RSET" | "NOOP" => "250 2.0.0 ok",
        "QUIT" => "221 2.0.0 bye",
        "STARTTLS" => "220 2.0.0 go ahead",
        _ => "502 5.5.1 no such command",
    }
}

#[derive(Default)]
struct Book {
    /// The letters whose dot came, with whether the last reply to it began with 2.
    letters: Mutex<Vec<(String, bool)>>,
    lines: Mutex<Vec<String>>,
    connections: AtomicUsize,
    stop: AtomicBool,
}

/// A relay that is playing.
pub struct Played {
    pub port: u16,
    book: Arc<Book>,
}

impl Played {
    pub fn start(script: &str) -> Played {
        Played::with_tls(script, None)
    }

    pub fn with_tls(script: &str, tls: Option<Arc<ServerConfig>>) -> Played {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (script, book) = (Arc::new(Script::read(script)), Arc::new(Book::default()));
        let served = Arc::clone(&book);
        std::thread::spawn(move || {
            while !served.stop.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((socket, _)) => {
                        served.connections.fetch_add(1, Ordering::Relaxed);
                        let (script, book, tls) = (Arc::clone(&script), Arc::clone(&served), tls.clone());
                        std::thread::spawn(move || drop(serve(socket, &script, &book, tls)));
                    }
                    Err(_) => std::thread::sleep(Duration::from_millis(2)),
                }
            }
        });
        Played { port, book }
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The Message-IDs of the letters whose dot came, however it was answered.
    pub fn arrived(&self) -> Vec<String> {
        self.book.letters.lock().unwrap().iter().map(|(letter, _)| message_id(letter)).collect()
    }

    /// The letters that were taken, as they came.
    pub fn taken(&self) -> Vec<String> {
        let letters = self.book.letters.lock().unwrap();
        letters.iter().filter(|(_, taken)| *taken).map(|(letter, _)| letter.clone()).collect()
    }

    /// The command lines that came.
    pub fn lines(&self) -> Vec<String> {
        self.book.lines.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.book.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        self.book.stop.store(true, Ordering::Relaxed);
    }
}

pub fn message_id(letter: &str) -> String {
    let line = letter.lines().find(|line| line.starts_with("Message-ID: ")).unwrap_or_default();
    line.trim_start_matches("Message-ID: ").trim_matches(['<', '>']).to_owned()
}

trait Line: Read + Write {}
impl<T: Read + Write> Line for T {}

struct Connection<'s> {
    line: Box<dyn Line + 's>,
    socket: TcpStream,
    buffer: Vec<u8>,
    script: &'s Script,
    book: &'s Book,
    in_body: bool,
}

fn end<T>() -> std::io::Result<T> {
    Err(ErrorKind::UnexpectedEof.into())
}

fn serve(
    socket: TcpStream,
    script: &Script,
    book: &Book,
    tls: Option<Arc<ServerConfig>>,
) -> std::io::Result<()> {
    socket.set_nonblocking(false)?;
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(Duration::from_secs(60)))?;
    let secured = |socket: TcpStream| {
        let server = ServerConnection::new(tls.clone().unwrap()).unwrap();
        Box::new(StreamOwned::new(server, socket))
    };
    if script.tls == "1.0" {
        // An alert of TLS 1.0: protocol_version, fatal (RFC 5246 §7.2.2).
        (&socket).read_exact(&mut [0; 5])?;
        (&socket).write_all(&[0x15, 3, 1, 0, 2, 2, 70])?;
        return Ok(());
    }
    let line: Box<dyn Line> =
        if script.tls == "implicit" { secured(socket.try_clone()?) } else { Box::new(socket.try_clone()?) };
    let mut connection = Connection { line, socket, buffer: Vec::new(), script, book, in_body: false };
    connection.say(&script.reply("greet", ""))?;
    let (mut in_login, mut mail, mut rcpt) = (false, false, false);
    loop {
        let command = connection.command()?;
        book.lines.lock().unwrap().push(command.clone());
        let verb = command.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let verb = if in_login { "LINE".to_owned() } else { verb };
        let mut reply = script.reply(&verb, &command);
        // As real relays do: nothing after a refused MAIL or RCPT is taken.
        if verb == "RCPT" && !mail {
            "503 5.5.1 need MAIL command".clone_into(&mut reply);
        }
        if verb == "DATA" && !rcpt {
            "554 5.5.1 no valid recipients".clone_into(&mut reply);
        }
        let first = reply.rsplit("> ").next().unwrap_or_default().to_owned();
        let good = first.starts_with(['2', '3']);
        match verb.as_str() {
            "EHLO" | "HELO" | "RSET" => (mail, rcpt) = (false, false),
            "MAIL" => (mail, rcpt) = (good, false),
            "RCPT" => rcpt |= good,
            _ => {}
        }
        connection.say(&reply)?;
        in_login = first.starts_with("334");
        match verb.as_str() {
            "STARTTLS" if first.starts_with("220") => {
                connection.line = secured(connection.socket.try_clone()?);
                connection.buffer.clear();
            }
            "DATA" if reply.contains("354") => {
                connection.body()?;
                (mail, rcpt) = (false, false);
            }
            "QUIT" => return Ok(()),
            _ => {}
        }
    }
}

impl Connection<'_> {
    fn say(&mut self, reply: &str) -> std::io::Result<()> {
        let acts = ["<close>", "<reset>", "<silent>", "<wait "];
        let mut rest = reply;
        while !rest.is_empty() {
            let at = acts.iter().filter_map(|act| rest.find(act)).min().unwrap_or(rest.len());
            let (said, after) = rest.split_at(at);
            for line in said.split(" | ").map(str::trim).filter(|line| !line.is_empty()) {
                self.line.write_all(format!("{line}\r\n").as_bytes())?;
                self.line.flush()?;
            }
            let Some((act, after)) = after.split_once('>') else { return Ok(()) };
            match act {
                "<close" => return end(),
                "<reset" => {
                    // What is still unread when it closes makes the system reset the connection.
                    self.socket.set_read_timeout(Some(Duration::from_millis(200)))?;
                    let _ = self.socket.peek(&mut [0; 8]);
                    return end();
                }
                "<silent" => {
                    while !self.book.stop.load(Ordering::Relaxed) {
                        std::thread::sleep(Duration::from_millis(50));
                    }
                    return end();
                }
                wait => {
                    let seconds = wait.trim_start_matches("<wait ").parse().unwrap();
                    std::thread::sleep(Duration::from_secs_f64(seconds));
                }
            }
            rest = after;
        }
        Ok(())
    }

    fn command(&mut self) -> std::io::Result<String> {
        loop {
            if let Some(at) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=at).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            let idle = self.script.idle.as_ref().filter(|_| !self.in_body);
            if let Some((seconds, _)) = idle {
                self.socket.set_read_timeout(Some(Duration::from_secs_f64(*seconds)))?;
            }
            let mut some = [0; 4096];
            match self.line.read(&mut some) {
                Ok(0) => return end(),
                Ok(count) => self.buffer.extend_from_slice(&some[..count]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    let Some((_, said)) = idle.cloned() else { return Err(error) };
                    self.say(&said)?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn body(&mut self) -> std::io::Result<()> {
        self.in_body = true;
        let mut letter = String::new();
        loop {
            let line = self.command()?;
            if line == "." {
                break;
            }
            letter.push_str(line.strip_prefix('.').unwrap_or(&line));
            letter.push('\n');
        }
        self.in_body = false;
        let reply = self.script.reply("DOT", &letter);
        let taken = reply.rsplit("> ").next().unwrap_or_default().starts_with('2');
        self.book.letters.lock().unwrap().push((letter, taken));
        self.say(&reply)
    }
}
