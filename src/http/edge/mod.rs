//! Interim door.
use std::io::{self, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;
pub struct Settings {
    pub listen: Vec<SocketAddr>,
    pub inside: PathBuf,
    pub inside_connections: usize,
    pub public_name: Option<String>,
    pub trusted_proxies: Vec<IpAddr>,
    pub body_bytes_max: fn(method: &str, path: &str) -> u64,
}
pub struct Edge {
    addresses: Vec<SocketAddr>,
    stop: std::sync::Arc<std::sync::atomic::AtomicBool>,
    threads: Vec<std::thread::JoinHandle<()>>,
}
impl Edge {
    pub fn start(settings: Settings) -> io::Result<Edge> {
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let mut addresses = vec![];
        let mut threads = vec![];
        for a in settings.listen {
            let l = TcpListener::bind(a)?;
            addresses.push(l.local_addr()?);
            let inside = settings.inside.clone();
            let stop = stop.clone();
            threads.push(std::thread::spawn(move || {
                for c in l.incoming() {
                    if stop.load(std::sync::atomic::Ordering::SeqCst) {
                        return;
                    }
                    if let Ok(c) = c {
                        let inside = inside.clone();
                        std::thread::spawn(move || {
                            let _ = pipe(c, &inside);
                        });
                    }
                }
            }));
        }
        Ok(Edge { addresses, stop, threads })
    }
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }
    pub fn stop(self, _grace: Duration) {
        self.stop.store(true, std::sync::atomic::Ordering::SeqCst);
        for a in &self.addresses {
            let _ = TcpStream::connect(a);
        }
        for t in self.threads {
            let _ = t.join();
        }
    }
}
fn pipe(mut c: TcpStream, inside: &std::path::Path) -> io::Result<()> {
    let mut u = UnixStream::connect(inside)?;
    let (mut c2, mut u2) = (c.try_clone()?, u.try_clone()?);
    let t = std::thread::spawn(move || {
        let mut b = [0; 65536];
        while let Ok(n) = u2.read(&mut b) {
            if n == 0 || c2.write_all(&b[..n]).is_err() {
                break;
            }
        }
        let _ = c2.shutdown(Shutdown::Both);
    });
    let mut b = [0; 65536];
    loop {
        let n = c.read(&mut b)?;
        if n == 0 {
            break;
        }
        u.write_all(&b[..n])?;
    }
    let _ = u.shutdown(Shutdown::Write);
    let _ = t.join();
    Ok(())
}
