//! A `PostgreSQL` server of a test's own, in a temporary folder, on loopback and a Unix socket.
//!
//! The binaries are Debian's (`/usr/lib/postgresql`); run by root, the server runs as `postgres` or `nobody`. A watchdog
//! reads a pipe that only this process holds open, and stops the server and removes its folder when the pipe ends: also
//! when the test panics or is killed. Unit tests and the tests of the whole program both use this file.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "each test file uses the part that it needs, and this is how a test fails"
)]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The role that campaigns log in with, and its password.
pub const ROLE: &str = "protest";
pub const PASSWORD: &str = "made up";
/// The role of who runs the server; it gets in by the Unix socket alone.
const KEEPER: &str = "keeper";

/// What is asked for besides the usual.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Lines of postgresql.conf; a later one wins.
    pub settings: Vec<String>,
    /// TLS with a certificate for this name.
    pub tls_name: Option<String>,
    /// The data on a disk of its own with so many KiB (tmpfs in a mount namespace); there the server starts again by
    /// itself whenever it ends.
    pub disk: Option<usize>,
    /// The data where temporary files lie, and not in memory: for what is measured.
    pub on_disk: bool,
}

pub struct Cluster {
    pub port: u16,
    folder: PathBuf,
    programs: PathBuf,
    wanted: Wanted,
    databases: AtomicUsize,
    watchdog: Child,
}

/// Says that a test leaves something out since a server cannot be had; where all are demanded, that is a failure.
pub fn leave_out(server: &str, why: &str) {
    assert!(std::env::var_os("PROTEST_REAL_SERVERS").is_none(), "{server}: {why}");
    println!("left out: {server}: {why}");
}

/// Waits for the end of its input, which is the end of the test, and cleans up after it.
const WATCHDOG: &str = r#"
cat >/dev/null
rm -f "$1/mounted" "$1/prepared"
for signal in QUIT QUIT KILL; do
    pid=$(head -n 1 "$1/own/pid" 2>/dev/null) || break
    kill -s "$signal" "$pid" 2>/dev/null || break
    tries=0
    while kill -0 "$pid" 2>/dev/null && [ $tries -lt 30 ]; do sleep 0.1; tries=$((tries + 1)); done
done
holder=$(cat "$1/own/holder" 2>/dev/null) && kill -KILL "$holder" 2>/dev/null
rm -rf "$1"
"#;

/// The data on a disk of its own: the namespace lives as long as this, and starts the server again until it is over.
const ON_A_DISK: &str = r#"
mount -t tmpfs -o size="$SIZE",mode=0777 tmpfs "$FOLDER/disk" || exit 99
touch "$FOLDER/mounted"
while [ -e "$FOLDER/mounted" ] && [ ! -e "$FOLDER/prepared" ]; do sleep 0.02; done
while [ -e "$FOLDER/prepared" ]; do
    "$@"
    sleep 0.1
done
"#;

impl Cluster {
    /// One for all tests of this process that want nothing special; nothing where there is no `PostgreSQL`.
    pub fn shared() -> Option<&'static Cluster> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED.get_or_init(|| Cluster::start(&Wanted::default())).as_ref()
    }

    /// Starts one; nothing where there is no `PostgreSQL`, and where one is demanded that is a failure.
    pub fn start(wanted: &Wanted) -> Option<Cluster> {
        match Cluster::try_to_start(wanted) {
            Ok(cluster) => Some(cluster),
            Err(why) => {
                leave_out("PostgreSQL", &why);
                None
            }
        }
    }

    fn try_to_start(wanted: &Wanted) -> Result<Cluster, String> {
        let programs = programs().ok_or("it is not there; install the package postgresql")?;
        let mut place = tempfile::Builder::new();
        place.prefix("protest-pg-");
        // In memory, where a kill loses as little as on a disk, and where nobody else's writes are waited for.
        let memory = Path::new("/dev/shm");
        let folder =
            if wanted.on_disk || !memory.is_dir() { place.tempdir() } else { place.tempdir_in(memory) };
        let folder = folder.unwrap().keep();
        // The server runs as another user than root, and must get at its files.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let mut watchdog = Command::new("sh");
        watchdog.args(["-c", WATCHDOG, "sh"]).arg(&folder).process_group(0);
        let watchdog = watchdog.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let cluster = Cluster {
            port: TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port(),
            folder,
            programs,
            wanted: wanted.clone(),
            databases: AtomicUsize::new(0),
            watchdog: watchdog.unwrap(),
        };
        for name in ["socket", "disk", "own"] {
            let path = cluster.folder.join(name);
            fs::create_dir(&path).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
        }
        if wanted.disk.is_some() {
            run(Command::new("unshare").args(["--mount", "true"]))
                .map_err(|_| "a disk of its own is root's")?;
            cluster.spawn();
            cluster.wait_for("its disk", || cluster.folder.join("mounted").exists())?;
        }
        cluster.make_data()?;
        if wanted.disk.is_some() {
            fs::write(cluster.folder.join("prepared"), "").unwrap();
        } else {
            cluster.spawn();
        }
        cluster.wait_until_it_answers()?;
        let role = format!("CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'");
        cluster.try_sql("postgres", &role)?;
        Ok(cluster)
    }

    /// A new database that the role owns.
    pub fn database(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("campaign{number}");
        self.sql("postgres", &format!("CREATE DATABASE {name} OWNER {ROLE}"));
        name
    }

    /// The URL of a database, over loopback.
    pub fn url(&self, database: &str) -> String {
        format!("postgresql://{ROLE}@127.0.0.1:{}/{database}", self.port)
    }

    /// The URL of the database DATABASE, over loopback and in TLS, at a server of this name.
    pub fn tls_url(&self, name: &str) -> String {
        let authority = self.authority();
        format!("postgresql://{ROLE}@{name}:{}/DATABASE?sslrootcert={}", self.port, authority.display())
    }

    /// Waits until the server goes by a setting.
    pub fn wait_for_setting(&self, setting: &str, value: &str) {
        let is_so = || self.try_sql("postgres", &format!("SHOW {setting}")).is_ok_and(|now| now == value);
        self.wait_for(setting, is_so).unwrap();
    }

    /// The URL of a database, over the Unix socket.
    pub fn socket_url(&self, database: &str) -> String {
        let folder = self.folder.join("socket");
        format!("postgresql://{ROLE}@:{}/{database}?host={}", self.port, folder.display())
    }

    /// The authority's certificate, where it speaks TLS.
    pub fn authority(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// What the keeper's SQL answers, a row a line.
    #[track_caller]
    pub fn sql(&self, database: &str, text: &str) -> String {
        self.try_sql(database, text).unwrap()
    }

    pub fn try_sql(&self, database: &str, text: &str) -> Result<String, String> {
        let mut psql = self.keepers("psql");
        psql.args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", text]);
        run(&mut psql)
    }

    /// What a dump of the database holds, to be restored.
    pub fn dump(&self, database: &str) -> String {
        run(self.keepers("pg_dump").args(["--create", "--clean", database])).unwrap()
    }

    /// Puts a dump in the place of its database, whoever is connected.
    pub fn restore(&self, database: &str, dump: &str) {
        self.sql("postgres", &format!("DROP DATABASE {database} WITH (FORCE)"));
        let file = self.folder.join("own/dump.sql");
        fs::write(&file, dump.replace(&format!("DROP DATABASE {database};"), "")).unwrap();
        let mut psql = self.keepers("psql");
        run(psql.args(["-qX", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-f"]).arg(file)).unwrap();
    }

    /// `kill -9` of the server with all its processes.
    pub fn kill(&self) {
        let pid = self.pid().unwrap_or_default();
        // Gone first, so that the watchdog never takes another's process for this one.
        let _ = fs::remove_file(self.folder.join("own/pid"));
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        let mut kill = Command::new("kill");
        kill.arg("-9").arg(&pid).args(children.split_whitespace());
        let _ = kill.stderr(Stdio::null()).status();
        let gone = |pid: &str| !Path::new("/proc").join(pid).exists() || is_a_zombie(pid);
        let all_gone = || gone(&pid) && children.split_whitespace().all(gone);
        self.wait_for("its end", all_gone).unwrap();
    }

    /// Starts it again on the same data, and waits until it has recovered.
    pub fn start_again(&self) {
        if self.wanted.disk.is_none() {
            self.spawn();
        }
        self.wait_until_it_answers().unwrap();
    }

    /// Puts the data as they lie at this moment aside: the server is stopped for it, and started again.
    pub fn keep_a_copy(&self) {
        self.stop();
        let _ = fs::remove_dir_all(self.folder.join("copy"));
        run(Command::new("cp").arg("-a").arg(self.data()).arg(self.folder.join("copy"))).unwrap();
        self.start_again();
    }

    /// Puts the copy in the place of the data, as a restored backup.
    pub fn restore_the_copy(&self) {
        self.stop();
        fs::remove_dir_all(self.data()).unwrap();
        run(Command::new("cp").arg("-a").arg(self.folder.join("copy")).arg(self.data())).unwrap();
        self.start_again();
    }

    /// Stops it in good order.
    pub fn stop(&self) {
        let pid = self.pid().unwrap_or_default();
        let _ = Command::new("kill").args(["-s", "INT", &pid]).status();
        self.wait_for("its end", || !Path::new("/proc").join(&pid).exists() || is_a_zombie(&pid)).unwrap();
    }

    /// Fills the server's own disk to the last byte.
    pub fn fill_the_disk(&self) {
        let file = fs::File::create(self.filler()).unwrap();
        let mut chunk = vec![0; 1 << 20];
        while !chunk.is_empty() {
            if std::io::Write::write_all(&mut &file, &chunk).is_err() {
                chunk.truncate(chunk.len() / 4);
            }
        }
    }

    /// Makes room on it again.
    pub fn free_the_disk(&self) {
        let _ = fs::remove_file(self.filler());
    }

    /// What it has said lately.
    pub fn log(&self) -> String {
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    /// Seen by way of who holds the disk: the server may have ended.
    fn filler(&self) -> PathBuf {
        self.seen(&self.folder.join("disk/filler"))
    }

    fn data(&self) -> PathBuf {
        self.folder.join(if self.wanted.disk.is_some() { "disk/data" } else { "own/data" })
    }

    fn pid(&self) -> Option<String> {
        let pid = fs::read_to_string(self.folder.join("own/pid")).ok()?;
        Some(pid.lines().next()?.to_owned())
    }

    /// Where one of `PostgreSQL`'s programs is.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// A program of `PostgreSQL`'s, as the keeper.
    fn keepers(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.arg("-h").arg(self.folder.join("socket"));
        command.args(["-p", &self.port.to_string(), "-U", KEEPER]).env("PGCONNECT_TIMEOUT", "20");
        command
    }

    fn make_data(&self) -> Result<(), String> {
        let mut initdb = as_an_ordinary_user(&self.programs.join("initdb"));
        initdb.arg("-D").arg(self.data()).args(["-U", KEEPER, "--no-locale", "-E", "UTF8"]);
        initdb.args(["--no-sync", "--wal-segsize=1", "--no-instructions"]);
        let mut initdb = match self.holder() {
            Some(holder) => inside(&holder, &initdb),
            None => initdb,
        };
        run(initdb.current_dir("/"))?;
        self.configure();
        Ok(())
    }

    fn configure(&self) {
        let folder = self.folder.display();
        let mut text = format!(
            "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = '{folder}/socket'\n\
             unix_socket_permissions = 0777\nexternal_pid_file = '{folder}/own/pid'\nmax_connections = 60\n\
             shared_buffers = 16MB\nmin_wal_size = 4MB\nmax_wal_size = 32MB\npassword_encryption = 'scram-sha-256'\n",
            self.port
        );
        let mut host = "host";
        if let Some(name) = &self.wanted.tls_name {
            let authority = authority_and_certificate(name);
            fs::write(self.authority(), authority.0).unwrap();
            for (file, pem) in [("server.crt", authority.1), ("server.key", authority.2)] {
                let path = self.folder.join("own").join(file);
                fs::write(&path, pem).unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
                if let Some(user) = user_to_become() {
                    run(Command::new("chown").arg(user).arg(&path)).unwrap();
                }
                let key = if file == "server.crt" { "ssl_cert_file" } else { "ssl_key_file" };
                text_line(&mut text, &format!("{key} = '{}'", path.display()));
            }
            text_line(&mut text, "ssl = on");
            host = "hostssl";
        }
        for line in &self.wanted.settings {
            text_line(&mut text, line);
        }
        let conf = fs::read_to_string(self.seen(&self.data()).join("postgresql.conf")).unwrap();
        fs::write(self.seen(&self.data()).join("postgresql.conf"), conf + &text).unwrap();
        let who = format!(
            "local all {KEEPER} trust\nlocal all all scram-sha-256\n{host} all all 127.0.0.1/32 scram-sha-256\n\
             {host} all all samenet scram-sha-256\n"
        );
        fs::write(self.seen(&self.data()).join("pg_hba.conf"), who).unwrap();
    }

    /// A path as it is seen from here, where it lies on a disk of its own.
    fn seen(&self, path: &Path) -> PathBuf {
        match self.holder() {
            Some(holder) => {
                PathBuf::from(format!("/proc/{holder}/root")).join(path.strip_prefix("/").unwrap())
            }
            None => path.to_owned(),
        }
    }

    /// Who holds the disk's namespace.
    fn holder(&self) -> Option<String> {
        fs::read_to_string(self.folder.join("own/holder")).ok()
    }

    fn spawn(&self) {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.folder.join("log")).unwrap();
        let mut postgres = as_an_ordinary_user(&self.programs.join("postgres"));
        postgres.arg("-D").arg(self.data());
        if let Some(size) = self.wanted.disk {
            let mut held = Command::new("unshare");
            held.args(["--mount", "sh", "-c", ON_A_DISK, "sh"]).arg(postgres.get_program());
            held.args(postgres.get_args()).env("SIZE", format!("{size}k")).env("FOLDER", &self.folder);
            postgres = held;
        }
        // In a group of its own: a Ctrl-C at the terminal is for the test, and the watchdog does the rest.
        postgres.current_dir("/").process_group(0).stdin(Stdio::null());
        let child = postgres.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        if self.wanted.disk.is_some() {
            fs::write(self.folder.join("own/holder"), child.id().to_string()).unwrap();
        }
        // Nobody waits for it but this thread, which ends with it.
        std::thread::spawn(move || {
            let mut child = child;
            drop(child.wait());
        });
    }

    fn wait_until_it_answers(&self) -> Result<(), String> {
        self.wait_for("an answer", || self.try_sql("postgres", "SELECT 1").is_ok())
    }

    fn wait_for(&self, what: &str, is_so: impl Fn() -> bool) -> Result<(), String> {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !is_so() {
            if Instant::now() > deadline {
                return Err(format!("waited a minute for {what}: {}", self.log()));
            }
            std::thread::sleep(Duration::from_millis(40));
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

fn text_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// The newest release that Debian's packages have put here, or the one that is on the path.
fn programs() -> Option<PathBuf> {
    let releases = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut releases: Vec<PathBuf> = releases.map(|release| release.path().join("bin")).collect();
    let number =
        |path: &PathBuf| -> Option<u32> { path.parent()?.file_name()?.to_string_lossy().parse().ok() };
    releases.sort_by_key(|path| number(path).unwrap_or_default());
    let path = std::env::var_os("PATH").unwrap_or_default();
    releases.reverse();
    releases.extend(std::env::split_paths(&path));
    releases.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// The user whom root becomes, since `PostgreSQL` refuses to be run by root.
fn user_to_become() -> Option<&'static str> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let is_there = users.lines().any(|line| line.starts_with("postgres:"));
    Some(if is_there { "postgres" } else { "nobody" })
}

fn as_an_ordinary_user(program: &Path) -> Command {
    let Some(user) = user_to_become() else { return Command::new(program) };
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={user}"), "--clear-groups", "--inh-caps=-all"]).arg(program);
    command
}

/// The same command in the mount namespace that `holder` lives in.
fn inside(holder: &str, command: &Command) -> Command {
    let mut entered = Command::new("nsenter");
    entered.args(["-t", holder, "--mount"]).arg(command.get_program()).args(command.get_args());
    entered
}

fn is_a_zombie(pid: &str) -> bool {
    let stat = fs::read_to_string(Path::new("/proc").join(pid).join("stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|state| state.starts_with('Z'))
}

fn run(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// An authority that signs for a name: another one each time, called alike.
pub fn authority_for(name: &str) -> rcgen::CertifiedIssuer<'static, rcgen::KeyPair> {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(DnType::CommonName, format!("Authority for {name}"));
    CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap()
}

/// An authority, and a certificate for a name that it has signed, with its key.
fn authority_and_certificate(name: &str) -> (String, String, String) {
    let authority = authority_for(name);
    let key = rcgen::KeyPair::generate().unwrap();
    let leaf = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    (authority.pem(), leaf.signed_by(&key, &authority).unwrap().pem(), key.serialize_pem())
}
