//! A real browser with a screen: headless Chromium, spoken to by the DevTools protocol.

use super::{Office, PASSWORD};
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tungstenite::{Message, WebSocket};

const PATIENCE: Duration = Duration::from_secs(20);

/// One tab of a browser of its own.
pub struct Screen {
    child: Child,
    socket: WebSocket<TcpStream>,
    session: String,
    next: u64,
    /// What the console complained of: errors, exceptions, breaches of the policy.
    pub complaints: Vec<String>,
    /// Every address that was asked for, whatever answered.
    pub asked: Vec<String>,
    _profile: tempfile::TempDir,
}

/// A width in CSS pixels, as a telephone or a desk has it.
pub const TELEPHONE: (u32, u32) = (360, 740);
pub const DESK: (u32, u32) = (1280, 800);

impl Screen {
    pub fn open() -> Screen {
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let child = Command::new("chromium")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-dev-shm-usage",
            ])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio"])
            // A name that is not the loopback's own: browsers trust it as little as any plain HTTP.
            .arg("--host-resolver-rules=MAP agenda.test 127.0.0.1")
            .args(["--remote-debugging-port=0", "--remote-allow-origins=*"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromium runs (apt-get install chromium)");
        let port_file = profile.path().join("DevToolsActivePort");
        let (port, path) = until("chromium's port", || {
            let text = std::fs::read_to_string(&port_file).ok()?;
            let (port, path) = text.split_once('\n')?;
            Some((port.trim().parse::<u16>().ok()?, path.trim().to_owned()))
        });
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("chromium listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        let (socket, _) = tungstenite::client(format!("ws://127.0.0.1:{port}{path}"), stream).expect("a handshake");
        let mut screen = Screen {
            child,
            socket,
            session: String::new(),
            next: 0,
            complaints: Vec::new(),
            asked: Vec::new(),
            _profile: profile,
        };
        let target = screen.ask("Target.createTarget", json!({ "url": "about:blank" }));
        let attached = screen.ask("Target.attachToTarget", json!({ "targetId": target["targetId"], "flatten": true }));
        screen.session = attached["sessionId"].as_str().expect("a session").to_owned();
        for domain in ["Page", "Runtime", "Log", "Network"] {
            screen.ask(&format!("{domain}.enable"), json!({}));
        }
        screen.size(DESK, false);
        screen
    }

    /// One command; its result.
    pub fn ask(&mut self, method: &str, parameters: Value) -> Value {
        self.try_ask(method, parameters).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// One command; its result, or what the browser has against it.
    fn try_ask(&mut self, method: &str, parameters: Value) -> Result<Value, Value> {
        self.next += 1;
        let id = self.next;
        let mut command = json!({ "id": id, "method": method, "params": parameters });
        if !self.session.is_empty() {
            command["sessionId"] = json!(self.session);
        }
        self.socket.send(Message::text(command.to_string())).expect("chromium takes a command");
        loop {
            let answer = self.next_message();
            if answer["id"] == json!(id) {
                return answer.get("error").map_or_else(|| Ok(answer["result"].clone()), |error| Err(error.clone()));
            }
        }
    }

    fn next_message(&mut self) -> Value {
        let message = self.socket.read().expect("chromium answers");
        let event: Value = serde_json::from_str(message.to_text().unwrap_or("null")).unwrap_or(Value::Null);
        match event["method"].as_str() {
            Some("Network.requestWillBeSent") => {
                self.asked.extend(event["params"]["request"]["url"].as_str().map(str::to_owned));
            }
            Some("Runtime.exceptionThrown") => {
                self.complaints.push(event["params"]["exceptionDetails"].to_string());
            }
            Some("Log.entryAdded") if event["params"]["entry"]["level"] == "error" => {
                self.complaints.push(event["params"]["entry"].to_string());
            }
            Some("Runtime.consoleAPICalled") if event["params"]["type"] == "error" => {
                self.complaints.push(event["params"]["args"].to_string());
            }
            _ => {}
        }
        event
    }

    /// The size of the window, and whether the person prefers dark.
    pub fn size(&mut self, (width, height): (u32, u32), dark: bool) {
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 }),
        );
        let scheme = if dark { "dark" } else { "light" };
        self.ask(
            "Emulation.setEmulatedMedia",
            json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
        );
    }

    /// Goes to an address and waits for the page to be whole.
    pub fn go(&mut self, address: SocketAddr, target: &str) {
        self.go_in(&format!("http://{address}"), target);
    }

    /// The same at a site under another name.
    pub fn go_in(&mut self, site: &str, target: &str) {
        self.ask("Page.navigate", json!({ "url": format!("{site}{target}") }));
        self.wait_for(&format!(
            "location.pathname + location.search === {} && document.readyState === 'complete'",
            json!(target.split('#').next())
        ));
    }

    /// Goes to an address and waits for whatever page that leads to.
    pub fn wander(&mut self, url: &str) {
        self.ask("Page.navigate", json!({ "url": "about:blank" }));
        self.wait_for("location.href === 'about:blank'");
        self.ask("Page.navigate", json!({ "url": url }));
        self.wait_for("location.href !== 'about:blank' && document.readyState === 'complete'");
    }

    /// The value of an expression; promises are awaited. Null where the expression itself leaves the page.
    pub fn value(&mut self, expression: &str) -> Value {
        let Some(answer) = self.evaluate(
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true }),
        ) else {
            return Value::Null;
        };
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub fn wait_for(&mut self, expression: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            // In the middle of a navigation there may be no page to ask.
            let answer = self.evaluate(
                json!({ "expression": format!("(() => {{ try {{ return Boolean({expression}); }} catch {{ return false; }} }})()"), "returnByValue": true }),
            );
            if answer.is_some_and(|answer| answer["result"]["value"] == json!(true)) {
                return;
            }
            assert!(Instant::now() < end, "never true: {expression}");
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// All that the page says, once there is a page to ask.
    pub fn text(&mut self) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(text) = self.value("document.body?.innerText").as_str() {
                return text.to_owned();
            }
            assert!(Instant::now() < end, "no page to read");
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// None when the page was left before it could answer.
    fn evaluate(&mut self, parameters: Value) -> Option<Value> {
        match self.try_ask("Runtime.evaluate", parameters) {
            Ok(answer) => Some(answer),
            Err(error) if error["message"].as_str().is_some_and(|said| said.contains("navigated or closed")) => None,
            Err(error) => panic!("Runtime.evaluate: {error}"),
        }
    }

    /// A key of the keyboard, by its DOM name: « Tab », « Enter », « Space », « a ».
    pub fn press(&mut self, key: &str) {
        let (name, code, text) = match key {
            "Tab" => ("Tab", 9, ""),
            "Enter" => ("Enter", 13, "\r"),
            "Space" => (" ", 32, " "),
            "Escape" => (key, 27, ""),
            "End" => (key, 35, ""),
            "Home" => (key, 36, ""),
            "ArrowLeft" => (key, 37, ""),
            "ArrowUp" => (key, 38, ""),
            "ArrowRight" => (key, 39, ""),
            "ArrowDown" => (key, 40, ""),
            other => (other, other.chars().next().map_or(0, |c| c.to_ascii_uppercase() as u32), other),
        };
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({ "type": kind, "key": name, "windowsVirtualKeyCode": code });
            if kind == "keyDown" && !text.is_empty() {
                event["text"] = json!(text);
            }
            self.ask("Input.dispatchKeyEvent", event);
        }
    }

    /// Types into what has the focus.
    pub fn write(&mut self, text: &str) {
        self.ask("Input.insertText", json!({ "text": text }));
    }

    /// The page as a PNG, for people to look at.
    pub fn picture(&mut self, path: &Path) {
        use std::io::Write;
        let answer = self.ask("Page.captureScreenshot", json!({ "format": "png" }));
        let coded = answer["data"].as_str().expect("a picture");
        let mut file = std::fs::File::create(path).expect("a file");
        file.write_all(&from_base64(coded)).expect("the picture is written");
    }

    /// A window of this size as a lossy WebP of that one, small enough for the guide.
    pub fn picture_webp(&mut self, (width, height): (u32, u32), of: (u32, u32)) -> Vec<u8> {
        let scale = f64::from(of.0) / f64::from(width);
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": scale });
        let answer = self.ask("Page.captureScreenshot", json!({ "format": "webp", "quality": 72, "clip": clip }));
        from_base64(answer["data"].as_str().expect("a picture"))
    }

    /// Scripts off, as some people have it.
    pub fn without_scripts(&mut self) {
        self.ask("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn until<T>(what: &str, mut ready: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(value) = ready() {
            return value;
        }
        assert!(Instant::now() < end, "{what} never came");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// RFC 4648, section 4.
pub fn from_base64(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut word, mut bits) = (0u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        word = word << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((word >> bits) as u8);
        }
    }
    out
}

/// Signs somebody in by the form and waits for the first page.
pub fn sign_in(screen: &mut Screen, office: &Office, login: &str, first: &str) {
    sign_in_at(screen, office.address(), login, first);
}

/// The same at a server that is a process of its own.
pub fn sign_in_at(screen: &mut Screen, address: SocketAddr, login: &str, first: &str) {
    screen.go(address, "/connexion");
    screen.value("document.querySelector('[name=identifiant]').focus()");
    screen.write(login);
    screen.value("document.querySelector('[name=pass]').focus()");
    screen.write(PASSWORD);
    screen.press("Enter");
    screen.wait_for(&format!("location.pathname === '{first}' && document.readyState === 'complete'"));
}
