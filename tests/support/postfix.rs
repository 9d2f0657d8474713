//! A mail server of others: Debian's Postfix, unpacked and not installed, on a free port of the loopback and a folder of its own.

use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Sizes of a mail that it takes at most, as its EHLO says (RFC 1870).
const SIZE_MAX: u32 = 20_000;

pub struct Postfix {
    child: Child,
    pub port: u16,
    folder: tempfile::TempDir,
}

impl Postfix {
    /// Starts it with a certificate, by which alone it takes mails (RFC 3207), for everybody at `example.org` but `refuse` (550)
    /// and `gris` (450).
    pub fn start(certificate: &Path, key: &Path) -> Postfix {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).expect("others may enter");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr()).expect("a port").port();
        let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/root/usr");
        let root = path.metadata().expect("its owner").uid() == 0;
        for part in ["conf", "data", "mail", "queue"] {
            std::fs::create_dir(path.join(part)).expect("a folder");
        }
        for part in ["active", "bounce", "corrupt", "defer", "deferred", "hold", "incoming", "pid", "private", "public"]
        {
            std::fs::create_dir(path.join("queue").join(part)).expect("a folder");
        }
        let conf = path.join("conf");
        std::fs::write(conf.join("main.cf"), settings(path, &programs, certificate, key)).expect("its settings");
        std::fs::write(conf.join("master.cf"), services(port)).expect("its services");
        let privileged = |program: &str| {
            let mut command = if root { Command::new(program) } else { Command::new("sudo") };
            if !root {
                command.args(["-n", "env"]);
                command.arg(format!("MAIL_CONFIG={}", conf.display()));
                command.arg(format!("LD_LIBRARY_PATH={}", programs.join("lib/postfix").display()));
                command.arg(program);
            }
            command
        };
        for (user, parts) in [("daemon", "queue data"), ("nobody", "mail")] {
            let mut given = privileged("chown");
            given.arg("-R").arg(user).args(parts.split(' ').map(|part| path.join(part)));
            assert!(given.status().expect("chown runs").success());
        }
        let given = privileged("chown").arg("root").arg(path.join("queue")).arg(path.join("queue/pid")).status();
        assert!(given.expect("chown runs").success());
        let child = privileged(&programs.join("lib/postfix/sbin/master").display().to_string())
            .args(["-d", "-c"])
            .arg(&conf)
            .env("MAIL_CONFIG", &conf)
            .env("LD_LIBRARY_PATH", programs.join("lib/postfix"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("master of Postfix runs (tests/run lays it out)");
        let end = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "Postfix never listens");
            std::thread::sleep(Duration::from_millis(50));
        }
        Postfix { child, port, folder }
    }

    /// What it has delivered so far.
    pub fn delivered(&self) -> Vec<PathBuf> {
        let Ok(files) = std::fs::read_dir(self.folder.path().join("mail/tous/new")) else { return Vec::new() };
        files.map(|file| file.expect("a file").path()).collect()
    }

    /// A folder that others may read, beside its own.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // SAFETY: the signal goes to the child that this value started and has not waited for; it ends its own children.
        unsafe { libc::kill(self.child.id() as i32, libc::SIGTERM) };
        let _ = self.child.wait();
    }
}

fn settings(path: &Path, programs: &Path, certificate: &Path, key: &Path) -> String {
    let (shown, programs) = (path.display(), programs.display());
    let (certificate, key) = (certificate.display(), key.display());
    format!(
        "compatibility_level = 3.6\nqueue_directory = {shown}/queue\ndata_directory = {shown}/data\n\
         daemon_directory = {programs}/lib/postfix/sbin\ncommand_directory = {programs}/sbin\n\
         shlib_directory = {programs}/lib/postfix\nimport_environment = MAIL_CONFIG LD_LIBRARY_PATH\n\
         mail_owner = daemon\nsetgid_group = mail\ndefault_privs = nobody\nmyhostname = postfix.example\n\
         mydestination =\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nalias_maps =\nlocal_recipient_maps =\n\
         virtual_mailbox_domains = example.org\nvirtual_mailbox_base = {shown}/mail\n\
         virtual_mailbox_maps = static:tous/\nvirtual_minimum_uid = 1\nvirtual_uid_maps = static:65534\n\
         virtual_gid_maps = static:65534\nvirtual_mailbox_limit = 0\nmessage_size_limit = {SIZE_MAX}\n\
         smtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = {certificate}\nsmtpd_tls_key_file = {key}\n\
         smtpd_recipient_restrictions = check_recipient_access inline:{{ {{refuse@example.org = 550 5.1.1 Boite inconnue}} \
         {{gris@example.org = 450 4.7.1 Liste grise}} }}, reject_unauth_destination\n"
    )
}

fn services(port: u16) -> String {
    let mut text =
        format!("127.0.0.1:{port} inet n - n - - smtpd\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n");
    text.push_str(
        "rewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\ndefer unix - - n - 0 bounce\n",
    );
    text.push_str("trace unix - - n - 0 bounce\nerror unix - - n - - error\nretry unix - - n - - error\n");
    text.push_str("virtual unix - n n - - virtual\nanvil unix - - n - 1 anvil\ntlsmgr unix - - n 1000? 1 tlsmgr\n");
    text
}
