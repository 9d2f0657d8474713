//! A mail server of others: Debian's Dovecot on a free port of the loopback, as an ordinary process on a folder of its own.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub const LOGIN: &str = "fax";
pub const PASSWORD: &str = "boite-a-fax-42";
/// Who mails belong to where the tests run as root, whom Dovecot gives no mail: « nobody ».
const NOBODY: u32 = 65534;

pub struct Dovecot {
    child: Child,
    pub address: SocketAddr,
    folder: tempfile::TempDir,
    delivered: u32,
}

impl Dovecot {
    /// Starts it with an empty mailbox and a folder « Traites », and waits until it greets.
    pub fn start() -> Dovecot {
        Dovecot::start_with("imap", "ssl = no\n")
    }

    /// As `start`, but by TLS from the first byte (RFC 8314), with this certificate.
    pub fn start_tls(certificate: &Path, key: &Path) -> Dovecot {
        let ssl = format!("ssl = required\nssl_cert = <{}\nssl_key = <{}\n", certificate.display(), key.display());
        Dovecot::start_with("imaps", &ssl)
    }

    fn start_with(listener: &str, ssl: &str) -> Dovecot {
        let folder = tempfile::tempdir().expect("a folder");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr()).expect("a port").port();
        let path = folder.path();
        let root = path.metadata().expect("its owner").uid() == 0;
        let own = |name: &str| {
            let said = Command::new("id").arg(name).output().expect("id runs");
            String::from_utf8_lossy(&said.stdout).trim().to_owned()
        };
        // As root Dovecot drops to users of its own; otherwise all of it is whoever runs the tests.
        let (uid, gid) = if root { (NOBODY.to_string(), NOBODY.to_string()) } else { (own("-u"), own("-g")) };
        let users = if root {
            String::new()
        } else {
            let (user, group) = (own("-un"), own("-gn"));
            format!("default_internal_user = {user}\ndefault_login_user = {user}\ndefault_internal_group = {group}\n")
        };
        let shown = path.display();
        let other = if listener == "imap" { "imaps" } else { "imap" };
        let settings = format!(
            "base_dir = {shown}/run\nlog_path = {shown}/log\nprotocols = imap\nlisten = 127.0.0.1\n{ssl}\
             disable_plaintext_auth = no\nmail_location = maildir:{shown}/mail\nfirst_valid_uid = 1\n{users}\
             passdb {{\n  driver = static\n  args = password={PASSWORD}\n}}\n\
             userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={shown}/mail\n}}\n\
             service imap-login {{\n  chroot =\n  inet_listener {listener} {{\n    port = {port}\n  }}\n  inet_listener {other} {{\n    port = 0\n  }}\n}}\n\
             service anvil {{\n  chroot =\n}}\nservice stats {{\n  chroot =\n}}\n"
        );
        std::fs::write(path.join("dovecot.conf"), settings).expect("its settings");
        for part in ["", ".Traites/"] {
            for place in ["cur", "new", "tmp"] {
                std::fs::create_dir_all(path.join("mail").join(part).join(place)).expect("a maildir");
            }
        }
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).expect("others may enter");
        if root {
            let mail = path.join("mail");
            let done = Command::new("chown").arg("-R").arg(format!("{uid}:{gid}")).arg(mail).status();
            assert!(done.expect("chown runs").success());
        }
        let child = Command::new("dovecot")
            .args(["-F", "-c"])
            .arg(path.join("dovecot.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("dovecot runs (apt-get install dovecot-imapd)");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let end = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(address).is_err() {
            let log = std::fs::read_to_string(path.join("log")).unwrap_or_default();
            assert!(Instant::now() < end, "dovecot never listens: {log}");
            std::thread::sleep(Duration::from_millis(50));
        }
        Dovecot { child, address, folder, delivered: 0 }
    }

    fn mail(&self) -> PathBuf {
        self.folder.path().join("mail")
    }

    /// Puts a mail into the mailbox, as a delivery agent does.
    pub fn deliver(&mut self, mail: &[u8]) {
        self.delivered += 1;
        let path = self.mail().join("new").join(format!("1795510800.M{}.test", self.delivered));
        let half = self.mail().join("tmp").join("half");
        std::fs::write(&half, mail).expect("a mail");
        std::fs::set_permissions(&half, PermissionsExt::from_mode(0o666)).expect("anybody may have it");
        std::fs::rename(half, path).expect("it is delivered");
    }

    /// Mails in the mailbox by their flags (« S » read, « F » flagged), as Maildir writes them in names.
    pub fn flags(&self) -> Vec<String> {
        flags(&self.mail())
    }

    /// The same of the folder « Traites ».
    pub fn moved(&self) -> usize {
        flags(&self.mail().join(".Traites")).len()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

fn flags(maildir: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for place in ["cur", "new"] {
        for entry in std::fs::read_dir(maildir.join(place)).expect("a maildir") {
            let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
            all.push(name.rsplit_once(":2,").map_or(String::new(), |(_, flags)| flags.to_owned()));
        }
    }
    all.sort();
    all
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // It ends its own processes when it is asked to.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}
