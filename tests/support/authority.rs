//! An authority that gives certificates: Pebble, the test server of Let's Encrypt, with a resolver of its own for which every
//! name is this machine; and somebody between it and us who loses, refuses or adds what a story needs.

use super::tls::{self, Authority};
use permanence::http::acme;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);
/// The name that certificates are for.
pub const NAME: &str = "agenda.exemple.fr";

/// A port that nobody has.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

/// Where Pebble listens and knocks.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    pub authority: u16,
    pub management: u16,
    /// Where it looks for pages, and for handshakes.
    pub page: u16,
    pub handshake: u16,
}

impl Ports {
    pub fn free() -> Ports {
        Ports { authority: free_port(), management: free_port(), page: free_port(), handshake: free_port() }
    }
}

/// Pebble and its resolver; both end with it.
pub struct Pebble {
    processes: [Child; 2],
    management: u16,
    own: Authority,
}

impl Pebble {
    /// Starts both and waits until Pebble answers. Certificates last so many seconds.
    pub fn start(folder: &Path, own: Authority, ports: Ports, life_s: u64) -> Pebble {
        let files = own.issue(folder, 90);
        let config = serde_json::json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{}", ports.authority),
            "managementListenAddress": format!("127.0.0.1:{}", ports.management),
            "certificate": files.certificate,
            "privateKey": files.key,
            "httpPort": ports.page,
            "tlsPort": ports.handshake,
            "certificateValidityPeriod": life_s,
        } });
        let path = folder.join("pebble.json");
        std::fs::write(&path, config.to_string()).expect("the configuration is written");
        let resolver = format!("127.0.0.1:{}", free_port());
        let names = Command::new("pebble-challtestsrv")
            .args(["-dns01", &resolver, "-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv6", ""])
            .args(["-defaultIPv4", "127.0.0.1", "-management", &format!("127.0.0.1:{}", free_port())])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pebble-challtestsrv runs (apt-get install pebble)");
        let log = std::fs::File::create(folder.join("pebble.log")).expect("a log");
        let pebble = Command::new("pebble")
            .args(["-strict", "-dnsserver", &resolver, "-config"])
            .arg(&path)
            .env("PEBBLE_VA_NOSLEEP", "1")
            // It refuses one number in twenty to see whether clients ask again: stories that count would count those too.
            .env("PEBBLE_WFE_NONCEREJECT", "0")
            .stdout(log.try_clone().expect("a descriptor"))
            .stderr(log)
            .spawn()
            .expect("pebble runs (apt-get install pebble)");
        let started = Pebble { processes: [pebble, names], management: ports.management, own };
        let end = Instant::now() + PATIENCE;
        while [ports.authority, ports.management].iter().any(|port| TcpStream::connect(("127.0.0.1", *port)).is_err()) {
            assert!(Instant::now() < end, "{}", std::fs::read_to_string(folder.join("pebble.log")).unwrap_or_default());
            std::thread::sleep(Duration::from_millis(20));
        }
        started
    }

    /// The root that signs for whoever signs certificates; another one after each start.
    pub fn root(&self) -> CertificateDer<'static> {
        let client = self.own.client(rustls::ALL_VERSIONS, &["http/1.1"]);
        let mut stream =
            tls::connect(SocketAddr::from(([127, 0, 0, 1], self.management)), &client).expect("it answers");
        let asked = "GET /roots/0 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let page = tls::exchange(&mut stream, asked.as_bytes());
        CertificateDer::from_pem_slice(&page.bytes).expect("a root")
    }

    /// The authority goes down.
    pub fn end(self) {}
}

impl Drop for Pebble {
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// What an office must know to ask an authority on this port.
pub fn settings(data: &Path, trusted: PathBuf, port: u16) -> acme::Settings {
    acme::Settings {
        name: NAME.into(),
        directory: format!("https://localhost:{port}/dir"),
        email: Some("camille@exemple.fr".into()),
        trusted: Some(trusted),
        folder: data.join("certificates"),
        pause: Duration::from_millis(200),
    }
}

/// A request as who stands between sees it.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
}

/// What becomes of it.
pub enum Fate {
    /// It is passed on, and its answer passed back.
    Passed,
    /// It is passed on, and something else passed back; the answer may be looked at.
    Answered(Box<dyn FnOnce(Vec<u8>) -> Vec<u8>>),
    /// It is answered here.
    Kept(Vec<u8>),
}

/// Who stands between an office and an authority.
pub struct Between {
    pub port: u16,
    pub seen: Arc<Mutex<Vec<Asked>>>,
}

impl Between {
    /// Listens on a free port before the authority on `behind`; lives as long as the test.
    pub fn start(
        own: &Authority,
        folder: &Path,
        behind: u16,
        mut fate: impl FnMut(&Asked) -> Fate + Send + 'static,
    ) -> Between {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its port").port();
        let (pair, _) = permanence::http::edge::tls::certificate::read(&own.issue(folder, 90)).expect("a pair");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let shown = rustls::sign::SingleCertAndKey::from(pair);
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(shown));
        let (config, client) = (Arc::new(config), own.client(rustls::ALL_VERSIONS, &["http/1.1"]));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let session = ServerConnection::new(Arc::clone(&config)).expect("a session");
                let mut stream = BufReader::new(StreamOwned::new(session, socket));
                // One request a connection: the answers that pass say so.
                let Some((asked, raw)) = read(&mut stream) else { continue };
                noted.lock().expect("the list").push(asked.clone());
                let behind = SocketAddr::from(([127, 0, 0, 1], behind));
                let pass = |raw: &[u8]| {
                    let Ok(mut authority) = tls::connect(behind, &client) else { return Vec::new() };
                    let _ = authority.write_all(raw);
                    let mut answer = Vec::new();
                    let _ = authority.read_to_end(&mut answer);
                    answer
                };
                let answer = match fate(&asked) {
                    Fate::Passed => pass(&raw),
                    Fate::Answered(change) => change(pass(&raw)),
                    Fate::Kept(answer) => answer,
                };
                let stream = stream.get_mut();
                let _ = stream.write_all(&answer);
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        });
        Between { port, seen }
    }

    /// How often a path was asked for by a method.
    pub fn count(&self, method: &str, path: &str) -> usize {
        let seen = self.seen.lock().expect("the list");
        seen.iter().filter(|asked| asked.method == method && asked.path.starts_with(path)).count()
    }
}

/// A whole request, which asks for the connection to end after it.
fn read(stream: &mut impl BufRead) -> Option<(Asked, Vec<u8>)> {
    let mut raw = String::new();
    stream.read_line(&mut raw).ok().filter(|count| *count > 0)?;
    let mut words = raw.split(' ');
    let asked = Asked { method: words.next()?.to_owned(), path: words.next()?.to_owned() };
    raw.push_str("Connection: close\r\n");
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let (name, value) = line.split_once(':').unwrap_or(("", ""));
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
        if !name.eq_ignore_ascii_case("connection") {
            raw.push_str(&line);
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut raw = raw.into_bytes();
    let head = raw.len();
    raw.resize(head + length, 0);
    stream.read_exact(&mut raw[head..]).ok()?;
    Some((asked, raw))
}
