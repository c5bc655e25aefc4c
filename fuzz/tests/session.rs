//! A whole session with a relay that says anything: no letter counts as answered that the relay has not had to its end.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use protest_letter::workbench::parsers::relay::{self, Fate};
use protest_letter_fuzz::target;

target!(smtp_session, what_counts_as_answered_was_answered);

/// In an input: here the relay waits for the other side to say something.
const WAITS: u8 = 0;
/// So long the other side waits for the relay.
const PATIENCE: Duration = Duration::from_millis(20);
/// So long the relay waits, and then says no more: else each would wait for the other.
const SILENCE: Duration = Duration::from_millis(1);
const LETTERS: usize = 3;

/// What passed over a connection: what the relay had got before it said each of its pieces.
struct Passed {
    got: Vec<u8>,
    said: Vec<(usize, Vec<u8>)>,
}

fn what_counts_as_answered_was_answered(input: &[u8]) {
    let (ours, theirs) = UnixStream::pair().expect("a pair of sockets");
    let (fates, passed) = std::thread::scope(|scope| {
        let relay = scope.spawn(move || play(theirs, input));
        let fates = relay::session(TcpStream::from(OwnedFd::from(ours)), LETTERS, PATIENCE);
        (fates, relay.join().expect("the relay ends"))
    });
    let ends = ends(&passed.got);
    let mut letters = 0;
    for fate in fates {
        match fate {
            Fate::Answered(code) => {
                letters += 1;
                let end = ends.get(letters - 1).expect("a letter is answered that has arrived");
                let line_ends = format!("{code}");
                let answered = passed.said.iter().filter(|(got, _)| got >= end).any(|(_, piece)| {
                    piece.split(|byte| *byte == b'\n').any(|line| line.starts_with(line_ends.as_bytes()))
                });
                assert!(
                    answered,
                    "{code} was not said after the letter: {:?}",
                    String::from_utf8_lossy(input)
                );
            }
            // It ends the session: what came to the relay is no more than was begun.
            Fate::InDoubt => letters += 1,
            Fate::NotSent => {}
        }
    }
    assert!(ends.len() <= letters, "a letter has arrived that is said not to have been sent");
}

/// Says one piece after another, each once the other side has said something.
fn play(mut connection: UnixStream, input: &[u8]) -> Passed {
    let mut passed = Passed { got: Vec::new(), said: Vec::new() };
    connection.set_read_timeout(Some(SILENCE)).expect("a time is set");
    let mut buffer = [0; 16_384];
    for (nth, piece) in input.split(|byte| *byte == WAITS).enumerate() {
        if nth > 0 {
            match connection.read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(count) => passed.got.extend_from_slice(&buffer[..count]),
            }
        }
        passed.said.push((passed.got.len(), piece.to_vec()));
        if connection.write_all(piece).is_err() {
            break;
        }
    }
    // What is on its way is still to come.
    let _ = connection.shutdown(std::net::Shutdown::Write);
    let _ = connection.set_read_timeout(None);
    let _ = connection.read_to_end(&mut passed.got);
    passed
}

/// Where the letters end that a relay got.
fn ends(got: &[u8]) -> Vec<usize> {
    let end = b"\r\n.\r\n";
    got.windows(end.len())
        .enumerate()
        .filter(|(_, window)| window == end)
        .map(|(at, _)| at + end.len())
        .collect()
}
