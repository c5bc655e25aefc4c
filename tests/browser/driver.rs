//! A real Chromium, driven over `WebDriver`: HTTP and JSON through a socket, no more.
//!
//! Every browser has a folder of its own for its data, asks nobody for anything, and ends with its test.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// The key that moves on to the next field (`WebDriver` §17.4.2).
pub(crate) const TAB: &str = "\u{E004}";

/// What a browser is started with.
#[derive(Clone, Copy, Default)]
pub(crate) struct Wish<'a> {
    /// The languages that it asks for, such as `fr,en`.
    pub(crate) languages: Option<&'a str>,
}

/// A browser with one page.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    profile: TempDir,
    /// Where it saves files.
    pub(crate) downloads: TempDir,
}

impl Browser {
    /// A browser; nothing where the environment does not ask for one.
    pub(crate) fn start(wish: Wish<'_>) -> Option<Browser> {
        if std::env::var_os("PROTEST_REAL_SERVERS").is_none() {
            println!(
                "left out: what a browser makes of the pages; PROTEST_REAL_SERVERS=1 runs it, in Chromium"
            );
            return None;
        }
        Some(Browser::try_start(wish).unwrap_or_else(|why| panic!("no browser: {why}")))
    }

    fn try_start(wish: Wish<'_>) -> Result<Browser, String> {
        let missing = |program: &str, error: std::io::Error| format!("{program}: {error}");
        Command::new("chromium").arg("--version").output().map_err(|error| missing("chromium", error))?;
        // It takes any free port of IPv4 and then wants the same of IPv6, which another may have taken meanwhile.
        let started = || -> Result<Option<(Child, u16)>, String> {
            let mut driver = Command::new("chromedriver")
                .arg("--port=0")
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .map_err(|error| missing("chromedriver", error))?;
            let port = port_of(&mut driver);
            if port.is_none() {
                let _ = driver.kill();
                let _ = driver.wait();
            }
            Ok(port.map(|port| (driver, port)))
        };
        let mut found = None;
        for _ in 0..5 {
            found = started()?;
            if found.is_some() {
                break;
            }
        }
        let (driver, port) = found.ok_or("chromedriver names no port")?;
        let (profile, downloads) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let mut browser = Browser { driver, port, session: String::new(), profile, downloads };
        let folder = format!("--user-data-dir={}", browser.profile.path().display());
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-sync",
            "--no-first-run",
            "--no-default-browser-check",
            folder.as_str(),
        ];
        let mut preferences = json!({
            "download.default_directory": browser.downloads.path(),
            "download.prompt_for_download": false,
        });
        if let Some(languages) = wish.languages {
            preferences["intl.accept_languages"] = json!(languages);
        }
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "goog:chromeOptions": {"binary": "/usr/bin/chromium", "args": arguments, "prefs": preferences},
        }}});
        let made = browser.ask("POST", "/session", &wanted)?;
        made["sessionId"].as_str().ok_or("no session")?.clone_into(&mut browser.session);
        browser.cdp("Page.enable", &json!({}));
        // What the browser asked itself for while it started is none of the pages'.
        browser.requests();
        Ok(browser)
    }

    /// One request of the protocol.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let failed = |error: std::io::Error| error.to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).map_err(failed)?;
        stream.set_read_timeout(Some(Duration::from_secs(120))).map_err(failed)?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )
        .map_err(failed)?;
        let mut answer = BufReader::new(stream);
        let mut length = None;
        let mut line = String::new();
        loop {
            line.clear();
            answer.read_line(&mut line).map_err(failed)?;
            let field = line.trim_end().to_ascii_lowercase();
            if let Some(value) = field.strip_prefix("content-length:") {
                length = value.trim().parse().ok();
            }
            if field.is_empty() {
                break;
            }
        }
        let mut bytes = vec![0; length.ok_or("an answer without a length")?];
        answer.read_exact(&mut bytes).map_err(failed)?;
        let answer: Value = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        match answer["value"]["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", answer["value"]["message"])),
            None => Ok(answer["value"].clone()),
        }
    }

    #[track_caller]
    fn of_session(&self, method: &str, path: &str, body: &Value) -> Value {
        match self.ask(method, &format!("/session/{}{path}", self.session), body) {
            Ok(value) => value,
            Err(why) => panic!("{path}: {why}"),
        }
    }

    /// Opens a file of the machine.
    #[track_caller]
    pub(crate) fn open(&self, file: &std::path::Path) {
        self.of_session("POST", "/url", &json!({"url": format!("file://{}", file.display())}));
    }

    /// What a script in the page returns.
    #[track_caller]
    pub(crate) fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.of_session("POST", "/execute/sync", &json!({"script": script, "args": arguments}))
    }

    /// As [`run`](Self::run), for a script that answers through its last argument, a function.
    #[track_caller]
    pub(crate) fn run_async(&self, script: &str, arguments: &[Value]) -> Value {
        self.of_session("POST", "/execute/async", &json!({"script": script, "args": arguments}))
    }

    #[track_caller]
    fn element(&self, selector: &str) -> String {
        let found = self.of_session("POST", "/element", &json!({"using": "css selector", "value": selector}));
        found.as_object().and_then(|found| found.values().next()?.as_str()).unwrap().to_owned()
    }

    /// Types into a field, key by key.
    #[track_caller]
    pub(crate) fn type_into(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.of_session("POST", &format!("/element/{element}/value"), &json!({"text": text}));
    }

    /// Empties a field as a hand does.
    #[track_caller]
    pub(crate) fn clear(&self, selector: &str) {
        let element = self.element(selector);
        self.of_session("POST", &format!("/element/{element}/clear"), &json!({}));
    }

    #[track_caller]
    pub(crate) fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.of_session("POST", &format!("/element/{element}/click"), &json!({}));
    }

    /// Presses a key where the focus is.
    #[track_caller]
    pub(crate) fn press(&self, key: &str) {
        let keys = [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})];
        let actions = json!({"actions": [{"type": "key", "id": "keyboard", "actions": keys}]});
        self.of_session("POST", "/actions", &actions);
    }

    /// The text that an element holds, hidden or not.
    #[track_caller]
    pub(crate) fn text(&self, id: &str) -> String {
        let text = self.run("return document.getElementById(arguments[0]).textContent", &[json!(id)]);
        text.as_str().unwrap().to_owned()
    }

    /// An attribute as it stands in the page.
    #[track_caller]
    pub(crate) fn attribute(&self, id: &str, name: &str) -> Option<String> {
        let script = "return document.getElementById(arguments[0]).getAttribute(arguments[1])";
        self.run(script, &[json!(id), json!(name)]).as_str().map(str::to_owned)
    }

    /// A command of the browser's own protocol.
    #[track_caller]
    pub(crate) fn cdp(&self, command: &str, parameters: &Value) -> Value {
        self.of_session("POST", "/goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// As wide as a phone or a desk.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.cdp("Emulation.setDeviceMetricsOverride", &size);
    }

    /// In the colours of the day or of the night.
    pub(crate) fn colours(&self, scheme: &str) {
        let feature = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.cdp("Emulation.setEmulatedMedia", &feature);
    }

    /// What the browser has said since it was last asked: errors, refusals of the policy, words of scripts.
    pub(crate) fn said(&self) -> Vec<String> {
        let entries = self.of_session("POST", "/se/log", &json!({"type": "browser"}));
        entries.as_array().unwrap().iter().map(|entry| entry["message"].to_string()).collect()
    }

    /// The addresses that pages have asked for since the last look.
    pub(crate) fn requests(&self) -> Vec<String> {
        let entries = self.of_session("POST", "/se/log", &json!({"type": "performance"}));
        let messages = entries.as_array().unwrap().iter().filter_map(|entry| {
            let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let message = &message["message"];
            let is_request = message["method"] == "Network.requestWillBeSent";
            is_request.then(|| message["params"]["request"]["url"].as_str().unwrap().to_owned())
        });
        let messages = messages.filter(|url| !url.starts_with("chrome:"));
        messages.collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser ends with its session; the driver by itself does not.
        let _ = self.ask("DELETE", &format!("/session/{}", self.session), &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The port that the driver says it listens on.
fn port_of(driver: &mut Child) -> Option<u16> {
    let mut lines = BufReader::new(driver.stdout.take()?).lines();
    let said = lines.find_map(|line| {
        line.ok()?.split_once("started successfully on port ").map(|(_, port)| port.to_owned())
    });
    // What else it says is of no interest, but must be taken off its hands.
    std::thread::spawn(move || lines.for_each(drop));
    said?.trim_end_matches('.').parse().ok()
}
