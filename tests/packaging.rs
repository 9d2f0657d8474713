//! What is installed: the Debian package from its first page to its purge, on this very machine behind a layer that is thrown
//! away; the unit and how little it may do; the container's contents, alone, read-only, as a user of no rights.

use crate::support::Browser;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_permanence");
const UNIT: &str = "packaging/systemd/permanence.service";

/// `systemd-analyze security`, in tenths: 0 is locked up, 100 open to all.
const EXPOSURE_TENTHS_MAX: &str = "15";

/// A shell of root in mounts of its own: what it mounts is seen nowhere else and gone when it ends.
struct Shell {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Shell {
    fn open() -> Shell {
        // SAFETY: asks for a number.
        let root = unsafe { libc::geteuid() } == 0;
        let mut command = if root { Command::new("unshare") } else { Command::new("sudo") };
        command.args(if root { &[][..] } else { &["-n", "unshare"] });
        command.args(["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("unshare runs (as root, or through sudo)");
        let (input, output) = (child.stdin.take().expect("its input"), child.stdout.take().expect("its output"));
        Shell { child, input, output: BufReader::new(output) }
    }

    /// Runs a script to its end: what it said, and its exit code.
    fn run(&mut self, script: &str) -> (String, i32) {
        let end = "--fin-de-la-commande--";
        writeln!(self.input, "( {script}\n) 2>&1 </dev/null; code=$?; echo; echo {end} $code")
            .expect("the shell takes a command");
        let mut said = String::new();
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).expect("text") > 0, "the shell has ended: {said}");
            if let Some(code) = line.strip_prefix(end) {
                return (said, code.trim().parse().expect("a code"));
            }
            said.push_str(&line);
        }
    }

    /// Runs a script that must go well.
    fn must(&mut self, script: &str) -> String {
        let (said, code) = self.run(script);
        assert_eq!(code, 0, "{script}\n{said}");
        said
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
}

/// The package of the binary under test, compressed quickly.
fn package(folder: &Path) -> PathBuf {
    let built = Command::new("packaging/debian/build")
        .arg(BINARY)
        .arg(folder)
        .env("DEB_COMPRESSION", "-Zgzip -z1")
        .output()
        .expect("the package is built");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    PathBuf::from(String::from_utf8_lossy(&built.stdout).trim().lines().last().expect("its path"))
}

/// The same package as a later version.
fn later(package: &Path, version: &str) -> PathBuf {
    let tree = package.with_extension("tree");
    let raw = Command::new("dpkg-deb").arg("-R").arg(package).arg(&tree).status().expect("dpkg-deb");
    assert!(raw.success());
    let control = tree.join("DEBIAN/control");
    let text = std::fs::read_to_string(&control).expect("the control file");
    let text: Vec<String> = text
        .lines()
        .map(|line| if line.starts_with("Version: ") { format!("Version: {version}") } else { line.to_owned() })
        .collect();
    std::fs::write(&control, text.join("\n") + "\n").expect("it is written");
    let path = package.with_file_name(format!("permanence_{version}.deb"));
    let built = Command::new("dpkg-deb")
        .args(["--root-owner-group", "-Zgzip", "-z1", "--build"])
        .arg(&tree)
        .arg(&path)
        .output()
        .expect("dpkg-deb");
    assert!(built.status.success());
    path
}

fn wait_for(address: SocketAddr) {
    let end = Instant::now() + Duration::from_secs(30);
    while std::net::TcpStream::connect(address).is_err() {
        assert!(Instant::now() < end, "nobody listens on {address}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Install, first page, upgrade, remove, purge; on the machine's own root with a layer above it.
#[test]
fn the_package_is_installed_upgraded_and_purged() {
    let folder = tempfile::tempdir().unwrap();
    let first = package(folder.path());
    let second = later(&first, "0.2.0-1");
    let mut shell = Shell::open();
    let at = folder.path().display();
    shell.must(&format!(
        "set -e; mkdir {at}/layer; mount -t tmpfs tmpfs {at}/layer; cd {at}/layer; mkdir up work root\n\
         mount -t overlay overlay -o lowerdir=/,upperdir=up,workdir=work root\n\
         mount -t proc proc root/proc; mount --rbind /dev root/dev; mount -t tmpfs tmpfs root/run; mount -t tmpfs tmpfs root/tmp\n\
         cp {first} root/tmp/first.deb; cp {second} root/tmp/second.deb",
        first = first.display(),
        second = second.display(),
    ));
    let inside = |script: &str| {
        let quoted = script.replace('\'', "'\\''");
        format!("DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 chroot {at}/layer/root sh -c '{quoted}'")
    };

    // Installed: a user without a shell, a folder of its own, settings for root and it alone, and the way to start it.
    let said = shell.must(&inside("dpkg --install /tmp/first.deb"));
    assert!(said.contains("systemd ne tourne pas ici") && said.contains("runuser -u permanence"), "{said}");
    let facts = shell.must(&inside(
        "getent passwd permanence; stat -c '%a %U %G %n' /var/lib/permanence /etc/permanence.toml /usr/bin/permanence; \
         zcat /usr/share/man/man1/permanence.1.gz | head -3; ls /usr/share/doc/permanence/proxies",
    ));
    for word in [
        "/usr/sbin/nologin",
        "700 permanence permanence /var/lib/permanence",
        "640 root permanence /etc/permanence.toml",
        "755 root root /usr/bin/permanence",
        ".TH",
        "Caddyfile",
        "apache.conf",
        "nginx.conf",
    ] {
        assert!(facts.contains(word), "{word}: {facts}");
    }

    // Started as it says, down to the first page.
    let address = free();
    let start = said.lines().find(|line| line.contains("runuser")).expect("a command").trim();
    let start = start.replace("env ", &format!("env PERMANENCE_LISTEN={address} "));
    shell.must(&inside(&format!("{start} >/tmp/said 2>/tmp/log & echo $! >/tmp/pid")));
    wait_for(address);
    let path = shell.must(&inside(
        "until grep -q Ctrl /tmp/said; do sleep 0.1; done; grep -o '/installation/.*' /tmp/said | head -1",
    ));
    let mut camille = Browser::new(address);
    let fields =
        [("identifiant", "camille"), ("nom", "Camille"), ("pass", "une longue phrase"), ("pass2", "une longue phrase")];
    assert_eq!(camille.post(path.trim(), &fields).header("location"), Some("/administration"));
    let health = shell.run(&inside(&format!("PERMANENCE_LISTEN={address} permanence health")));
    assert_eq!((health.0.trim(), health.1), ("ok", 0));

    // An upgrade touches nothing while somebody's own server still has the data open.
    shell.must(&inside("echo 'cache-mb = 8' >>/etc/permanence.toml"));
    let (said, code) = shell.run(&inside("dpkg --install /tmp/second.deb"));
    assert!(code != 0 && said.contains("rien n’est changé"), "{said}");
    assert_eq!(camille.get("/administration").status, 200);
    let end = "kill $(pgrep -u permanence -x permanence); while pgrep -u permanence -x permanence >/dev/null; do sleep 0.1; done";
    shell.must(&inside(end));

    // Upgraded: a copy first, then the same data, the administrator's settings, the next version.
    let said = shell.must(&inside("dpkg --install /tmp/second.deb"));
    assert!(said.contains("données copiées dans /var/lib/permanence/avant-mise-a-jour/0.1.0-1"), "{said}");
    shell.must(&inside(
        "cd /var/lib/permanence && cmp permanence.redb avant-mise-a-jour/0.1.0-1/permanence.redb && \
         [ $(stat -c %a%U avant-mise-a-jour) = 700permanence ] && grep -q 'cache-mb = 8' /etc/permanence.toml && \
         [ $(dpkg-query -W -f '${Version}' permanence) = 0.2.0-1 ]",
    ));
    shell.must(&inside(&format!("{start} >/tmp/said 2>/tmp/log &")));
    wait_for(address);
    assert_eq!(camille.get("/administration").status, 200, "the session is still good: it is the same data");
    shell.must(&inside(end));

    // Removed and purged with nobody to ask: what was entrusted stays.
    shell.must(&inside("dpkg --remove permanence"));
    shell.must(&inside(
        "[ ! -e /usr/bin/permanence ] && [ -e /var/lib/permanence/permanence.redb ] && [ -e /etc/permanence.toml ]",
    ));
    let said = shell.must(&inside("dpkg --purge permanence"));
    assert!(said.contains("les données restent dans /var/lib/permanence"), "{said}");
    shell.must(&inside("[ -e /var/lib/permanence/permanence.redb ] && [ ! -e /etc/permanence.toml ]"));

    // Found again, and purged by who says so.
    shell.must(&inside("dpkg --install /tmp/second.deb"));
    shell.must(&inside(&format!("{start} >/tmp/said 2>/tmp/log &")));
    wait_for(address);
    assert_eq!(camille.get("/administration").status, 200);
    shell.must(&inside(end));
    shell.must(&inside("echo 'permanence permanence/purge-data boolean true' | debconf-set-selections"));
    shell.must(&inside("dpkg --purge permanence && [ ! -e /var/lib/permanence ]"));
}

#[test]
fn lintian_has_nothing_against_the_package() {
    let folder = tempfile::tempdir().unwrap();
    let path = package(folder.path());
    let run = Command::new("lintian")
        .args(["--allow-root", "--fail-on", "error,warning", "--tag-display-limit", "0"])
        .arg(&path)
        .output()
        .expect("lintian runs (apt-get install lintian)");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn the_unit_locks_the_service_up() {
    let run = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager", "--threshold", EXPOSURE_TENTHS_MAX, UNIT])
        .output()
        .expect("systemd-analyze runs (apt-get install systemd)");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    // Each line of it has a reason above it, itself or with its neighbours.
    let text = std::fs::read_to_string(UNIT).unwrap();
    let service = text.split("[Service]").nth(1).and_then(|rest| rest.split("[Install]").next()).unwrap();
    assert!(service.matches("\n# ").count() >= 15, "reasons are given");
}

/// What the container holds starts alone: no file of the machine, nothing writable but its data, a user without rights.
#[test]
fn the_container_s_contents_run_alone() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    let laid = Command::new("packaging/container/rootfs").arg(BINARY).arg(&root).output().expect("bash");
    assert!(laid.status.success(), "{}", String::from_utf8_lossy(&laid.stderr));
    let address = free();
    let mut shell = Shell::open();
    let at = root.display();
    shell.must(&format!(
        "set -e; mount --bind {at} {at}; mount -o remount,ro,bind {at}; mount -t tmpfs -o uid=65532,gid=65532,mode=700 tmpfs {at}/var/lib/permanence"
    ));
    let inside = format!(
        "env -i PERMANENCE_DATA_DIR=/var/lib/permanence PERMANENCE_LISTEN={address} \
         /usr/sbin/chroot --userspec=65532:65532 --groups=65532 {at} /usr/bin/permanence"
    );
    shell.must(&format!(
        "{inside} serve >{}/said 2>&1 & echo $! >{}/pid",
        folder.path().display(),
        folder.path().display()
    ));
    wait_for(address);
    assert_eq!(Browser::new(address).get("/").status, 200);
    let health = shell.run(&format!("{inside} health"));
    assert_eq!((health.0.trim(), health.1), ("ok", 0));
    shell.must(&format!("kill $(cat {}/pid)", folder.path().display()));
    // What the image says of itself.
    let file = std::fs::read_to_string("packaging/container/Containerfile").unwrap();
    for word in ["FROM scratch", "USER 65532:65532", "HEALTHCHECK", "\"health\"", "STOPSIGNAL SIGTERM"] {
        assert!(file.contains(word), "{word}");
    }
}
