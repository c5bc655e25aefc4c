//! A mail server of one's own: configured in a temporary folder, on a free port of loopback, stopped when dropped.

use std::fs;
use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The password of the log-in.
pub(crate) const PASSWORD: &str = "made up";

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Postfix,
    Exim,
    OpenSmtpd,
}

/// Where a server passes on what it takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Onward<'a> {
    /// To the relay at this URL.
    To(&'a str),
    /// It throws everything away (Postfix alone).
    #[allow(dead_code, reason = "for benches/sending.rs")]
    Nowhere,
}

/// A running server.
pub(crate) struct Server {
    pub(crate) url: String,
    /// The authority's certificate, where the server speaks TLS.
    pub(crate) authority: String,
    folder: TempDir,
    child: Child,
    /// OpenSMTPD has one spool on a machine, so there is one of it at a time.
    _alone: Option<MutexGuard<'static, ()>>,
}

static OPENSMTPD: Mutex<()> = Mutex::new(());

impl Server {
    /// Starts a server.
    pub(crate) fn start(kind: Kind, onward: Onward<'_>) -> Result<Server, String> {
        let sink = match onward {
            Onward::To(url) => url.rsplit(':').next().unwrap_or_default(),
            Onward::Nowhere => "",
        };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = TempDir::with_prefix("protest-").unwrap();
        // Servers drop their privileges, and must still get at their files.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut authority = String::new();
        let mut alone = None;
        let mut command = match kind {
            Kind::Postfix => postfix(folder.path(), port, sink)?,
            Kind::Exim => exim(folder.path(), port, sink, &mut authority)?,
            Kind::OpenSmtpd => {
                alone = Some(OPENSMTPD.lock().unwrap_or_else(PoisonError::into_inner));
                opensmtpd(folder.path(), port, sink)?
            }
        };
        let log = fs::File::create(folder.path().join("out.log")).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("it cannot be run: {error}"))?;
        let url = match kind {
            Kind::Exim => format!("smtp+starttls://aiko@localhost:{port}"),
            _ => format!("smtp://127.0.0.1:{port}"),
        };
        let server = Server { url, authority, folder, child, _alone: alone };
        server.wait_for_greeting(port)?;
        Ok(server)
    }

    /// What the server has said.
    pub(crate) fn log(&self) -> String {
        let logs = ["out.log", "mail.log", "mainlog", "paniclog"];
        logs.iter().filter_map(|name| fs::read_to_string(self.folder.path().join(name)).ok()).collect()
    }

    fn wait_for_greeting(&self, port: u16) -> Result<(), String> {
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            if let Ok(mut socket) = TcpStream::connect(("127.0.0.1", port)) {
                socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                let mut greeting = [0; 4];
                if socket.read_exact(&mut greeting).is_ok() && &greeting == b"220 " {
                    return Ok(());
                }
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(format!("it does not greet: {}", self.log()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The servers take their children along when they are asked to end; who does not listen is killed. Postfix's master is
        // no child of ours: the script that has started it may end before it.
        let master = fs::read_to_string(self.folder.path().join("queue/pid/master.pid")).unwrap_or_default();
        for id in [master.trim(), &self.child.id().to_string()].into_iter().filter(|id| !id.is_empty()) {
            let _ = Command::new("kill").arg(id).status();
        }
        let deadline = Instant::now() + Duration::from_secs(5);
        while Instant::now() < deadline && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn unpacked(program: &str) -> Result<PathBuf, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-servers").join(program);
    if path.exists() {
        Ok(path)
    } else {
        Err("it is not there; scripts/fetch_test_servers fetches it".to_owned())
    }
}

fn postfix(folder: &Path, port: u16, sink: &str) -> Result<Command, String> {
    let master = Path::new("/usr/lib/postfix/sbin/master");
    if !master.exists() {
        return Err("it is not there; install the package postfix".to_owned());
    }
    let here = folder.display();
    fs::create_dir(folder.join("conf")).unwrap();
    fs::create_dir(folder.join("data")).unwrap();
    let onward = match sink {
        "" => "default_transport = discard:".to_owned(),
        port => format!("relayhost = [127.0.0.1]:{port}"),
    };
    let main = format!(
        "compatibility_level = 3.6\nqueue_directory = {here}/queue\ndata_directory = {here}/data\n\
         maillog_file = {here}/mail.log\nmaillog_file_prefixes = /\nmyhostname = relay.example.org\n\
         mydestination =\nmynetworks = 127.0.0.0/8\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n\
         smtpd_relay_restrictions = permit_mynetworks, reject\nsmtpd_forbid_unauth_pipelining = yes\n\
         {onward}\nsmtp_dns_support_level = disabled\n\
         queue_run_delay = 2s\nminimal_backoff_time = 1s\nmaximal_backoff_time = 2s\ndelay_warning_time = 1s\nsmtp_tls_security_level = none\n"
    );
    fs::write(folder.join("conf/main.cf"), main).unwrap();
    let master_cf = format!(
        "127.0.0.1:{port} inet n - n - - smtpd\npickup unix n - n 60 1 pickup\ncleanup unix n - n - 0 cleanup\n\
         qmgr unix n - n 300 1 qmgr\nrewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\n\
         defer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\nflush unix n - n 1000? 0 flush\n\
         proxymap unix - - n - - proxymap\nsmtp unix - - n - - smtp\nrelay unix - - n - - smtp\n\
         error unix - - n - - error\ndiscard unix - - n - - discard\nretry unix - - n - - error\nanvil unix - - n - 1 anvil\n\
         scache unix - - n - 1 scache\nshowq unix n - n - - showq\npostlog unix-dgram n - n - 1 postlogd\n"
    );
    fs::write(folder.join("conf/master.cf"), master_cf).unwrap();
    let chown = Command::new("chown").arg("postfix").arg(folder.join("data")).status();
    if !chown.is_ok_and(|status| status.success()) {
        return Err("it can only be set up by root".to_owned());
    }
    fs::create_dir(folder.join("queue")).unwrap();
    let mut command = Command::new("postfix");
    command.arg("-c").arg(folder.join("conf")).arg("start-fg");
    Ok(command)
}

/// Exim, which takes nothing without STARTTLS and a log-in.
fn exim(folder: &Path, port: u16, sink: &str, authority: &mut String) -> Result<Command, String> {
    let program = unpacked("exim/usr/sbin/exim4")?;
    *authority = make_certificate(folder)?;
    let here = folder.display();
    let configuration = format!(
        "primary_hostname = relay.example.org\nspool_directory = {here}/spool\nlog_file_path = {here}/%slog\n\
         exim_path = {program}\nlocal_interfaces = 127.0.0.1\ndaemon_smtp_ports = {port}\n\
         pid_file_path = {here}/exim.pid\nexim_user = nobody\nexim_group = nogroup\nnever_users =\n\
         tls_advertise_hosts = *\ntls_certificate = {here}/cert.pem\ntls_privatekey = {here}/key.pem\n\
         auth_advertise_hosts = *\nhost_lookup =\nrfc1413_query_timeout = 0s\n\
         smtp_accept_queue_per_connection = 0\ndelay_warning = 1s\nacl_smtp_rcpt = known\nacl_smtp_data = known\nkeep_environment =\n\
         begin acl\nknown:\n  accept authenticated = *\n  deny\n\
         begin routers\nout:\n  driver = manualroute\n  domains = *\n  route_list = * 127.0.0.1\n  self = send\n\
         transport = out\n\
         begin transports\nout:\n  driver = smtp\n  port = {sink}\n  hosts_try_prdr =\n\
         begin retry\n* * F,1h,1s\n\
         begin authenticators\nplain:\n  driver = plaintext\n  public_name = PLAIN\n  server_prompts = :\n\
         server_advertise_condition = ${{if def:tls_in_cipher}}\n\
         server_condition = ${{if and {{{{eq{{$auth2}}{{aiko}}}}{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}\n\
         server_set_id = $auth2\n",
        program = program.display()
    );
    fs::create_dir(folder.join("spool")).unwrap();
    fs::write(folder.join("exim.conf"), configuration).unwrap();
    let chown = Command::new("chown").args(["-R", "nobody:nogroup"]).arg(folder).status();
    if !chown.is_ok_and(|status| status.success()) {
        return Err("it can only be set up by root".to_owned());
    }
    // Exim trusts no configuration that others may write.
    let _ = Command::new("chown").arg("root:root").arg(folder.join("exim.conf")).status();
    let mut command = Command::new(program);
    command.arg("-C").arg(folder.join("exim.conf")).args(["-bdf", "-q2s"]);
    Ok(command)
}

/// OpenSMTPD, in the clear: as Debian 12 has it, it cannot serve TLS (OpenSMTPD issues 1171 and 1239).
fn opensmtpd(folder: &Path, port: u16, sink: &str) -> Result<Command, String> {
    let program = unpacked("opensmtpd/usr/sbin/smtpd")?;
    let configuration = format!(
        "listen on 127.0.0.1 port {port} hostname relay.example.org\n\
         action \"out\" relay host smtp://127.0.0.1:{sink}\nmatch from any for any action \"out\"\n"
    );
    fs::write(folder.join("smtpd.conf"), configuration).unwrap();
    fs::set_permissions(folder.join("smtpd.conf"), fs::Permissions::from_mode(0o600)).unwrap();
    empty_queue();
    let mut command = Command::new(program);
    command.arg("-d").arg("-f").arg(folder.join("smtpd.conf"));
    Ok(command)
}

/// Takes out of OpenSMTPD's one queue what a test before left there to be tried again, and nothing else.
fn empty_queue() {
    let entries =
        |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    for message in entries(PathBuf::from("/var/spool/smtpd/queue")).flat_map(entries) {
        let is_ours = |file: PathBuf| {
            fs::read(file).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains("@embassy.example.org"))
        };
        if entries(message.clone()).any(is_ours) {
            let _ = fs::remove_dir_all(message);
        }
    }
}

/// A certificate for localhost, and the one of the authority that signed it. Made by openssl: rcgen makes no RSA keys,
/// and old servers know no others.
fn make_certificate(folder: &Path) -> Result<String, String> {
    fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    for line in [
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=Test -days 2",
        "req -newkey rsa:2048 -nodes -keyout key.pem -out leaf.csr -subj /CN=localhost",
        "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out cert.pem",
    ] {
        let output = Command::new("openssl").args(line.split(' ')).current_dir(folder).output();
        let output = output.map_err(|error| format!("openssl is needed: {error}"))?;
        if !output.status.success() {
            return Err(format!("openssl {line}: {}", String::from_utf8_lossy(&output.stderr)));
        }
    }
    Ok(fs::read_to_string(folder.join("ca.pem")).unwrap())
}
