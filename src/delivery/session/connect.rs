//! A connection to the relay: every address that its name has is tried, and a dead one does not use up the time.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::stream::TICK;
use crate::relay::{Host, SmtpRelay};

/// How long one address has the field to itself before the next is tried beside it (RFC 8305 §5).
const HEAD_START: Duration = Duration::from_millis(250);

/// Connects, in threads of their own: neither a look-up of the name nor the system's connecting can be called off.
pub(super) fn connect(
    relay: &SmtpRelay,
    timeout: Duration,
    give_up: &(dyn Fn() -> bool + Sync),
) -> io::Result<TcpStream> {
    let (tell, told) = mpsc::channel();
    let deadline = Instant::now() + timeout;
    let relay = relay.clone();
    std::thread::Builder::new().spawn(move || {
        // Who asked may have gone.
        let _ = tell.send(addresses(&relay).and_then(|addresses| first_of(&addresses, timeout)));
    })?;
    loop {
        match told.recv_timeout(TICK) {
            Ok(connected) => return connected,
            Err(RecvTimeoutError::Disconnected) => return Err(io::ErrorKind::NotConnected.into()),
            Err(RecvTimeoutError::Timeout) if give_up() => return Err(io::ErrorKind::Interrupted.into()),
            Err(RecvTimeoutError::Timeout) if Instant::now() > deadline => {
                return Err(io::ErrorKind::TimedOut.into());
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

fn addresses(relay: &SmtpRelay) -> io::Result<Vec<SocketAddr>> {
    Ok(match &relay.host {
        Host::Localhost => vec![
            (IpAddr::V4(Ipv4Addr::LOCALHOST), relay.port).into(),
            (IpAddr::V6(Ipv6Addr::LOCALHOST), relay.port).into(),
        ],
        Host::Address(address) => vec![(*address, relay.port).into()],
        Host::Name(name) => {
            let found = (name.as_str(), relay.port).to_socket_addrs();
            found.map_err(|_| io::Error::from(io::ErrorKind::NotFound))?.collect()
        }
    })
}

/// The first address that answers: each has a head start, and then the next is tried beside it.
fn first_of(addresses: &[SocketAddr], timeout: Duration) -> io::Result<TcpStream> {
    let deadline = Instant::now() + timeout;
    let (tell, told) = mpsc::channel();
    let mut waiting = addresses.iter().copied();
    let (mut under_way, mut failure) = (0_usize, io::Error::from(io::ErrorKind::NotFound));
    loop {
        let is_more = waiting.next().map(|address| {
            let tell = tell.clone();
            std::thread::Builder::new()
                .spawn(move || drop(tell.send(TcpStream::connect_timeout(&address, timeout))))
                .map(|_| under_way += 1)
        });
        if let Some(Err(error)) = is_more {
            return Err(error);
        }
        // The last one has all the time that is left.
        let left = deadline.saturating_duration_since(Instant::now());
        let patience = if waiting.len() > 0 { left.min(HEAD_START) } else { left };
        match told.recv_timeout(patience) {
            Ok(Ok(socket)) => {
                // Without it a letter waits 40 ms for the relay's delayed acknowledgement.
                socket.set_nodelay(true)?;
                return Ok(socket);
            }
            Ok(Err(error)) => {
                under_way -= 1;
                failure = error;
            }
            Err(_) if left.is_zero() => return Err(io::ErrorKind::TimedOut.into()),
            Err(_) => {}
        }
        if under_way == 0 && waiting.len() == 0 {
            return Err(failure);
        }
    }
}

pub(super) fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "it did not answer in time".to_owned(),
        io::ErrorKind::ConnectionRefused => "nothing listens there (connection refused)".to_owned(),
        io::ErrorKind::Interrupted => "the run ended before it answered".to_owned(),
        io::ErrorKind::NotFound => {
            "no address was found for this name: is it spelt right, and is this machine online?".to_owned()
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::first_of;
    use std::net::{SocketAddr, TcpListener};
    use std::time::Duration;

    #[test]
    fn an_address_where_nothing_listens_is_followed_by_the_next_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (dead, alive) = (TcpListener::bind("127.0.0.1:0").unwrap(), listener.local_addr().unwrap());
        let dead_address = dead.local_addr().unwrap();
        drop(dead);
        let found = first_of(&[dead_address, alive], Duration::from_secs(10)).unwrap();
        assert_eq!(found.peer_addr().unwrap().port(), port);
    }

    #[test]
    fn an_address_that_never_answers_leaves_the_next_its_time() {
        // A listener whose queue is full answers no further connection.
        let full = full_listener();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let alive = listener.local_addr().unwrap();
        let found = first_of(&[full.1, alive], Duration::from_secs(20)).unwrap();
        assert_eq!(found.peer_addr().unwrap(), alive);
    }

    /// An address in TEST-NET-1 (RFC 5737) would leave the machine; a full queue on loopback does not.
    fn full_listener() -> (Vec<std::net::TcpStream>, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut queue = Vec::new();
        // The queue of std's listener holds some hundreds; where the system answers all the same, the test is a no-op.
        while queue.len() < 6_000 {
            match std::net::TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
                Ok(socket) => queue.push(socket),
                Err(_) => break,
            }
        }
        std::mem::forget(listener);
        (queue, address)
    }
}
