//! nginx, Apache and Caddy before Permanence, each set up by the file of `packaging/proxies` that people copy: real ones, with
//! HTTPS, the browser's own address, what it claims of others refused, files of 25 MB, and pages that keep themselves up to date.

use crate::support::crowd::connect_from;
use crate::support::tls::{Authority, NAME, Stream, over};
use crate::support::{MARTIN, Office, PASSWORD, browser::Page, office_set};
use permanence::journal::{Action, Filter};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Starting a proxy takes some tenths of a second.
const PATIENCE: Duration = Duration::from_secs(20);

/// The name in the samples.
const SAMPLE_NAME: &str = "agenda.exemple.fr";

/// A proxy of the network before an office that trusts it.
struct Front {
    office: Office,
    authority: Authority,
    proxy: Child,
    clear: SocketAddr,
    secure: SocketAddr,
    folder: tempfile::TempDir,
}

impl Drop for Front {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.proxy.id().to_string()).status();
        let _ = self.proxy.wait();
    }
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
}

/// Puts the sample with our ports, name and certificate into the place that `write` gives it, and starts the proxy there.
fn front(
    sample: &str,
    put: impl FnOnce(&Path, String) -> Command,
    ports: fn(&str, SocketAddr, SocketAddr) -> String,
) -> Front {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().expect("a folder"));
    let files = authority.issue(folder.path(), 90);
    let (clear, secure) = (free(), free());
    let office = office_set(|settings| {
        settings.trusted_proxies = vec!["127.0.0.1".parse().expect("an address")];
        settings.public_name = Some(format!("{NAME}:{}", secure.port()));
    });
    let sample = std::fs::read_to_string(format!("packaging/proxies/{sample}")).expect("the sample");
    let live = format!("/etc/letsencrypt/live/{SAMPLE_NAME}");
    let text = ports(&sample, clear, secure)
        .replace(&format!("{live}/fullchain.pem"), &files.certificate.display().to_string())
        .replace(&format!("{live}/privkey.pem"), &files.key.display().to_string())
        .replace("127.0.0.1:8080", &office.address().to_string())
        .replace(SAMPLE_NAME, NAME);
    let proxy =
        put(folder.path(), text).stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("the proxy is installed");
    let front = Front { office, authority, proxy, clear, secure, folder };
    let end = Instant::now() + PATIENCE;
    while TcpStream::connect(secure).is_err() || TcpStream::connect(clear).is_err() {
        assert!(Instant::now() < end, "the proxy does not listen");
        std::thread::sleep(Duration::from_millis(50));
    }
    front
}

fn nginx() -> Front {
    let put = |folder: &Path, text: String| {
        let at = folder.display();
        // What nginx.conf holds on Debian around a site; all that is written goes to our folder.
        let whole = format!(
            "daemon off; worker_processes 1; pid {at}/nginx.pid; error_log {at}/error.log; {}\nevents {{ }}\nhttp {{\n\
             access_log off; client_body_temp_path {at}/body; proxy_temp_path {at}/proxy; fastcgi_temp_path {at}/fastcgi; \
             uwsgi_temp_path {at}/uwsgi; scgi_temp_path {at}/scgi;\n{text}\n}}\n",
            if is_root() { "user root;" } else { "" }
        );
        std::fs::write(folder.join("nginx.conf"), whole).expect("it is written");
        let mut command = command("nginx");
        command.arg("-p").arg(folder).arg("-c").arg(folder.join("nginx.conf")).arg("-e").arg(folder.join("error.log"));
        command
    };
    front("nginx.conf", put, |sample, clear, secure| {
        sample
            .replace("    listen [::]:80;\n", "")
            .replace("    listen [::]:443 ssl http2;\n", "")
            .replace("listen 80;", &format!("listen {clear};"))
            .replace("listen 443 ssl http2;", &format!("listen {secure} ssl http2;"))
    })
}

fn apache() -> Front {
    let put = |folder: &Path, text: String| {
        let at = folder.display();
        let modules: String =
            ["mpm_event", "authz_core", "ssl", "proxy", "proxy_http", "headers", "alias", "socache_shmcb", "env"]
                .iter()
                .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
                .collect();
        let listen: String = ports_of(&text).iter().map(|port| format!("Listen 127.0.0.1:{port}\n")).collect();
        let user = if is_root() { "User www-data\nGroup www-data\n" } else { "" };
        let whole = format!(
            "ServerRoot {at}\nPidFile {at}/apache.pid\nDefaultRuntimeDir {at}\nErrorLog {at}/error.log\nServerName {NAME}\n\
             {modules}{user}{listen}{text}"
        );
        std::fs::write(folder.join("apache.conf"), whole).expect("it is written");
        let mut command = command("apache2");
        command.arg("-X").arg("-d").arg(folder).arg("-f").arg(folder.join("apache.conf"));
        command
    };
    front("apache.conf", put, |sample, clear, secure| {
        sample
            .replace("<VirtualHost *:80>", &format!("<VirtualHost *:{}>", clear.port()))
            .replace("<VirtualHost *:443>", &format!("<VirtualHost *:{}>", secure.port()))
    })
}

fn ports_of(text: &str) -> Vec<&str> {
    text.split("<VirtualHost *:").skip(1).filter_map(|rest| rest.split('>').next()).collect()
}

fn caddy() -> Front {
    let put = |folder: &Path, text: String| {
        std::fs::write(folder.join("Caddyfile"), text).expect("it is written");
        let mut command = command("caddy");
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(folder.join("Caddyfile"));
        command.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder).stderr(Stdio::null());
        command
    };
    front("Caddyfile", put, |sample, clear, secure| {
        // Without the Internet there is no authority to ask: the certificate is given.
        let live = format!("/etc/letsencrypt/live/{SAMPLE_NAME}");
        let ours = format!(
            "{{\n\tadmin off\n\tskip_install_trust\n\thttp_port {}\n\thttps_port {}\n}}\n",
            clear.port(),
            secure.port()
        );
        let site = format!("{SAMPLE_NAME} {{\n\ttls {live}/fullchain.pem {live}/privkey.pem\n");
        ours + &sample.replace(&format!("{SAMPLE_NAME} {{\n"), &site)
    })
}

/// A program of the system, or the one that `tests/run` laid down.
fn command(name: &str) -> Command {
    let here = [format!("target/test-tools/root/usr/sbin/{name}"), format!("target/test-tools/root/usr/bin/{name}")];
    let found = here.into_iter().find(|path| Path::new(path).exists());
    let found = found.or_else(|| Some(format!("/usr/sbin/{name}")).filter(|path| Path::new(path).exists()));
    Command::new(found.unwrap_or_else(|| name.to_owned()))
}

fn is_root() -> bool {
    // SAFETY: asks for a number.
    unsafe { libc::geteuid() == 0 }
}

impl Front {
    /// A browser of the network: not the proxy's own address.
    fn connect(&self) -> Stream {
        let socket = connect_from(1, 7, self.secure).expect("the proxy listens");
        over(socket, &self.authority.client(rustls::ALL_VERSIONS, &["http/1.1"])).expect("a handshake")
    }

    fn ask(&self, head: &str, body: &[u8]) -> Page {
        self.ask_of(&format!("{NAME}:{}", self.secure.port()), head, body)
    }

    fn ask_of(&self, host: &str, head: &str, body: &[u8]) -> Page {
        let mut stream = self.connect();
        let (line, rest) = head.split_once('\n').unwrap_or((head, ""));
        let rest: String = rest.lines().map(|line| format!("{line}\r\n")).collect();
        let head = format!(
            "{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{rest}Content-Length: {}\r\n\r\n",
            body.len()
        );
        // A refusal may come, and the door be closed, before all was sent.
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Page::parse(&bytes)
    }

    /// Everything that people rely on.
    fn try_all(&self) {
        let host = format!("{NAME}:{}", self.secure.port());
        let home = self.ask("GET /", b"");
        assert_eq!(home.status, 200, "{}", home.text());
        assert!(home.text().contains("Accès clients"));
        assert!(home.header("strict-transport-security").is_some(), "the scheme is known inside");
        // In clear: sent on, at the proxy already.
        let mut clear = connect_from(1, 7, self.clear).expect("the proxy listens");
        clear
            .write_all(format!("GET /messages HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n").as_bytes())
            .expect("sent");
        let mut bytes = Vec::new();
        let _ = clear.read_to_end(&mut bytes);
        let sent_on = Page::parse(&bytes);
        let to = sent_on.header("location").unwrap_or_default().to_owned();
        assert!(matches!(sent_on.status, 301 | 308) && to.starts_with("https://") && to.ends_with("/messages"), "{to}");
        // Whoever claims to be somebody else is still who the proxy saw.
        let form = format!("identifiant=martin&pass={}", PASSWORD.replace(' ', "+"));
        let signed_in = self.ask(
            &format!(
                "POST /connexion\nOrigin: https://{host}\nContent-Type: application/x-www-form-urlencoded\n\
                 X-Forwarded-For: 203.0.113.99\nX-Forwarded-Proto: http\nX-Real-IP: 203.0.113.99\n\
                 Forwarded: for=203.0.113.99;proto=http\nX-Permanence-Client: 203.0.113.99"
            ),
            form.as_bytes(),
        );
        assert_eq!(signed_in.status, 303, "{}", signed_in.text());
        let cookie =
            signed_in.headers.iter().find(|(name, value)| name == "set-cookie" && value.contains("__Host-session="));
        let cookie = cookie.map(|(_, value)| value.split(';').next().unwrap_or_default().to_owned());
        let cookie = cookie.expect("a cookie of HTTPS");
        let (lines, _) =
            self.office.house().journal.lines(&Filter::default(), 0, 20, |_| String::new()).expect("the journal");
        let entry = lines.iter().find(|entry| entry.action == Action::SignedIn).expect("the sign-in is in the journal");
        assert_eq!(entry.from.map(|from| from.to_string()).as_deref(), Some("127.0.1.7"));
        // Another name is not ours, whether the proxy says so or we do.
        let elsewhere = self.ask_of("ailleurs.example", "GET /", b"");
        assert!(elsewhere.status == 421 || elsewhere.bytes.is_empty(), "{}", elsewhere.text());
        // A large file passes, one that is too large meets our page or the proxy's.
        let upload = format!(
            "POST /contacts/import\nOrigin: https://{host}\nCookie: {cookie}\nContent-Type: multipart/form-data; boundary=b"
        );
        let mut body =
            b"--b\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"f.csv\"\r\n\r\nNom;Notes\r\n"
                .to_vec();
        while body.len() < 24_900_000 {
            body.extend_from_slice(format!("Dupont;{}\r\n", "x".repeat(990)).as_bytes());
        }
        body.extend_from_slice(b"\r\n--b--\r\n");
        let large = self.ask(&upload, &body);
        assert!(matches!(large.status, 303 | 422), "25 MB pass: {} {}", large.status, large.text());
        // What announces itself as too large is refused before it has come.
        let mut stream = self.connect();
        let head: String = upload.lines().skip(1).map(|line| format!("{line}\r\n")).collect();
        let head = format!("POST /contacts/import HTTP/1.1\r\nHost: {host}\r\n{head}Content-Length: 30000000\r\n\r\n");
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body[..20_000])).expect("sent");
        assert_eq!(one_answer(&mut stream).status, 413);
        // A page keeps itself up to date, over one connection.
        let mut stream = self.connect();
        let mut said = Vec::new();
        for round in 0..3 {
            if round == 2 {
                self.office.message(MARTIN, "Nouveau.");
            }
            let head = format!("GET /messages/etat?depuis=0 HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n");
            stream.write_all(head.as_bytes()).expect("sent");
            said.push(one_answer(&mut stream));
        }
        assert!(said.iter().all(|page| page.status == 200), "{said:?}");
        assert_eq!(said[0].html(), said[1].html());
        assert_ne!(said[1].html(), said[2].html(), "the news comes through");
        assert!(self.folder.path().exists());
    }
}

/// One answer of a connection that goes on: its head, and a body with its length or in chunks.
fn one_answer(stream: &mut impl Read) -> Page {
    let mut bytes = Vec::new();
    let mut byte = [0u8];
    let whole = |bytes: &[u8]| {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let page = Page::parse(bytes);
        let body = &bytes[end + 4..];
        match page.header("content-length") {
            Some(length) => (body.len() >= length.parse().ok()?).then_some(()),
            None => body.ends_with(b"0\r\n\r\n").then_some(()),
        }
    };
    while whole(&bytes).is_none() {
        stream.read_exact(&mut byte).expect("the answer comes whole");
        bytes.push(byte[0]);
    }
    Page::parse(&bytes)
}

#[test]
fn behind_nginx_as_the_sample_sets_it_up() {
    nginx().try_all();
}

#[test]
fn behind_apache_as_the_sample_sets_it_up() {
    apache().try_all();
}

#[test]
fn behind_caddy_as_the_sample_sets_it_up() {
    caddy().try_all();
}
