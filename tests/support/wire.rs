//! A wire to a server on loopback that takes its time, is cut at a request, or goes dead: a TCP proxy that knows as much
//! of `PostgreSQL`'s protocol as it needs to count requests.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

/// Where a request is when its wire is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// It never reaches the server.
    BeforeIt,
    /// The server has it, and its answer is lost.
    BeforeItsAnswer,
}

/// What happens on the wire.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// Half a round trip, each way.
    pub delay: Duration,
    /// The how-manieth request over all connections, counted from 1, that every connection is cut at.
    pub cut: Option<(usize, Cut)>,
    /// Whether new connections are taken after the cut.
    pub stays_cut: bool,
}

pub struct Wire {
    pub port: u16,
    book: Arc<Book>,
}

#[derive(Default)]
struct Book {
    requests: AtomicUsize,
    is_cut: AtomicBool,
    stop: AtomicBool,
}

impl Wire {
    /// From a port of its own to `port` of loopback.
    pub fn to(port: u16, manner: Manner) -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let own = listener.local_addr().unwrap().port();
        let book = Arc::new(Book::default());
        let kept = Arc::clone(&book);
        std::thread::spawn(move || {
            while !kept.stop.load(Ordering::Relaxed) {
                let Ok((near, _)) = listener.accept() else {
                    std::thread::sleep(Duration::from_millis(2));
                    continue;
                };
                let refuses = kept.is_cut.load(Ordering::SeqCst) && manner.stays_cut;
                let Some(far) = TcpStream::connect(("127.0.0.1", port)).ok().filter(|_| !refuses) else {
                    continue;
                };
                join(near, far, manner, &kept);
            }
        });
        Wire { port: own, book }
    }

    /// How many requests came.
    pub fn requests(&self) -> usize {
        self.book.requests.load(Ordering::SeqCst)
    }

    /// Whether it was cut.
    pub fn is_cut(&self) -> bool {
        self.book.is_cut.load(Ordering::SeqCst)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.book.stop.store(true, Ordering::Relaxed);
    }
}

fn join(near: TcpStream, far: TcpStream, manner: Manner, book: &Arc<Book>) {
    for socket in [&near, &far] {
        socket.set_nonblocking(false).unwrap();
        socket.set_nodelay(true).unwrap();
    }
    let cut = Arc::new(AtomicBool::new(false));
    let (to_far, to_near) = (later(&far, manner.delay), later(&near, manner.delay));
    let (mut answers, dead, kept) = (far.try_clone().unwrap(), Arc::clone(&cut), near.try_clone().unwrap());
    std::thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = answers.read(&mut buffer) {
            if dead.load(Ordering::SeqCst) || to_near.send(due(manner.delay, &buffer[..count])).is_err() {
                break;
            }
        }
        drop(to_near);
        if dead.load(Ordering::SeqCst) {
            let _ = kept.shutdown(Shutdown::Both);
        }
    });
    let (mut requests, book) = (near, Arc::clone(book));
    std::thread::spawn(move || {
        let mut framing = Framing::default();
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = requests.read(&mut buffer) {
            let came = framing.requests_in(&buffer[..count]);
            let before = book.requests.fetch_add(came, Ordering::SeqCst);
            let hit = manner.cut.filter(|(at, _)| (before + 1..=before + came).contains(at));
            if let Some((_, cut_where)) = hit {
                book.is_cut.store(true, Ordering::SeqCst);
                cut.store(true, Ordering::SeqCst);
                if cut_where == Cut::BeforeItsAnswer {
                    let _ = to_far.send(due(manner.delay, &buffer[..count]));
                }
                let _ = requests.shutdown(Shutdown::Both);
                break;
            }
            if to_far.send(due(manner.delay, &buffer[..count])).is_err() {
                break;
            }
        }
    });
}

fn due(delay: Duration, bytes: &[u8]) -> (Instant, Vec<u8>) {
    (Instant::now() + delay, bytes.to_vec())
}

/// Writes what it is given when the time has come; its end is the end of the line.
fn later(to: &TcpStream, _delay: Duration) -> mpsc::Sender<(Instant, Vec<u8>)> {
    let mut to = to.try_clone().unwrap();
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    std::thread::spawn(move || {
        for (due, bytes) in receiver {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
    sender
}

/// Counts requests: each ends with Sync (`S`), or is a simple Query (`Q`). The first message has no letter before its
/// length (`PostgreSQL`'s documentation, "Message Formats").
#[derive(Default)]
struct Framing {
    has_begun: bool,
    /// What is left of the message that is being passed on.
    left: usize,
    head: Vec<u8>,
}

impl Framing {
    fn requests_in(&mut self, mut bytes: &[u8]) -> usize {
        let mut requests = 0;
        while !bytes.is_empty() {
            if self.left > 0 {
                let taken = self.left.min(bytes.len());
                self.left -= taken;
                bytes = &bytes[taken..];
                continue;
            }
            self.head.push(bytes[0]);
            bytes = &bytes[1..];
            let letter = usize::from(self.has_begun);
            if self.head.len() < letter + 4 {
                continue;
            }
            let length = u32::from_be_bytes(self.head[letter..].try_into().unwrap());
            self.left = usize::try_from(length).unwrap().saturating_sub(4);
            requests += usize::from(self.has_begun && matches!(self.head[0], b'S' | b'Q'));
            // A request for TLS is answered before the real first message comes.
            self.has_begun |= length != 8;
            self.head.clear();
        }
        requests
    }
}
