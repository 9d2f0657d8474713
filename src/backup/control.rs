//! The private socket by which a command on this machine asks the server that holds the data for a backup.
//!
//! It lies in the folder that only this user may enter, beside the socket between edge and workers: who can knock here could
//! read the data file itself. One line asks: `now` for a backup as at night, `stream` for its bytes, which whoever asked
//! writes where he may and the server perhaps may not.

use super::parts;
use crate::base::Instant;
use crate::error::{Error, Result};
use crate::house::House;
use crate::house::backups::Standing;
use crate::journal::{Action, Entry};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// In the private folder.
const NAME: &str = "control";
/// The private folder, or a link to it, as the data folder knows it.
pub const FOLDER: &str = "run";
/// Whoever knocks and says nothing is let go.
const PATIENCE: Duration = Duration::from_secs(10);
/// Whoever reads a stream so slowly holds a state of the data for no good.
const STALLED: Duration = Duration::from_secs(120);
/// How often somebody who waits hears how far it is.
const NEWS: Duration = Duration::from_millis(200);
const LINE_BYTES_MAX: u64 = 64;
/// In the journal, for a backup that goes where a command says.
pub const ELSEWHERE: &str = "vers un autre dossier";

/// The thread that listens.
pub struct Control {
    stopping: Arc<AtomicBool>,
    listener: UnixListener,
    thread: JoinHandle<()>,
}

impl Control {
    /// Listens in the private folder.
    pub fn start(
        house: Arc<House>,
        private_folder: &Path,
        now: impl Fn() -> Instant + Send + 'static,
    ) -> std::io::Result<Control> {
        let listener = UnixListener::bind(private_folder.join(NAME))?;
        let stopping = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopping);
        let heard = listener.try_clone()?;
        let thread = std::thread::Builder::new().name("control".into()).spawn(move || {
            for caller in heard.incoming() {
                if stop.load(Ordering::Acquire) {
                    return;
                }
                let answered = caller.map_err(Error::from).and_then(|caller| answer(&house, caller, now(), &stop));
                if let Err(cause) = answered {
                    log::warn!("control: {cause}");
                }
            }
        })?;
        Ok(Control { stopping, listener, thread })
    }

    pub fn stop(self) {
        self.stopping.store(true, Ordering::Release);
        // By the socket itself and not by its name: somebody may have swept the folder away.
        // SAFETY: the descriptor is this listener's own and open; shutdown(2) ends its accept(2) and touches no memory.
        unsafe { libc::shutdown(self.listener.as_raw_fd(), libc::SHUT_RDWR) };
        let _ = self.thread.join();
    }
}

fn answer(house: &House, caller: UnixStream, now: Instant, stop: &AtomicBool) -> Result<()> {
    caller.set_read_timeout(Some(PATIENCE))?;
    caller.set_write_timeout(Some(STALLED))?;
    let mut line = String::new();
    BufReader::new((&caller).take(LINE_BYTES_MAX)).read_line(&mut line)?;
    match line.trim_end() {
        "now" => follow(house, &caller, stop),
        "stream" => {
            let mut on_the_way = |_| match stop.load(Ordering::Acquire) {
                true => Err(Error::internal("le serveur s’arrête")),
                false => Ok(()),
            };
            parts::write(house, &caller, now, &mut on_the_way)?;
            house.journal.note(Entry::new(now, Action::BackupMade).object(ELSEWHERE));
            Ok(())
        }
        _ => Err(Error::internal("an unknown word")),
    }
}

fn follow(house: &House, mut caller: &UnixStream, stop: &AtomicBool) -> Result<()> {
    let number = house.backups.ask();
    while !stop.load(Ordering::Acquire) {
        match house.backups.follow(number, NEWS) {
            Standing::Waiting => writeln!(caller, "bytes 0")?,
            Standing::UnderWay(bytes) => writeln!(caller, "bytes {bytes}")?,
            Standing::Ended(Ok(path)) => return Ok(writeln!(caller, "made {}", path.display())?),
            Standing::Ended(Err(why)) => return Ok(writeln!(caller, "failed {why}")?),
        }
    }
    Ok(writeln!(caller, "failed le serveur s’arrête")?)
}

/// The server that holds a data folder, if one answers.
pub fn knock(data: &Path) -> Option<UnixStream> {
    // A path to a socket may hold 108 bytes: the link leads to a short one where the data folder's own is long.
    let folder = data.join(FOLDER).canonicalize().ok()?;
    UnixStream::connect(folder.join(NAME)).ok()
}

/// Asks the server for a backup as at night and waits for it. `heard` hears the bytes so far.
pub fn ask(mut server: UnixStream, heard: &mut dyn FnMut(u64)) -> Result<PathBuf> {
    writeln!(server, "now")?;
    for line in BufReader::new(server).lines() {
        let line = line?;
        match line.split_once(' ') {
            Some(("bytes", count)) => heard(count.parse().unwrap_or(0)),
            Some(("made", path)) => return Ok(path.into()),
            Some(("failed", why)) => return Err(Error::internal(why)),
            _ => {}
        }
    }
    Err(Error::internal("le serveur s’est arrêté avant la fin"))
}

/// Has the server send the bytes of a backup. Whether they are whole, their seal says.
pub fn stream(mut server: UnixStream, out: &mut dyn Write, heard: &mut dyn FnMut(u64)) -> Result<()> {
    writeln!(server, "stream")?;
    let mut buffer = vec![0; 256 * 1024];
    let mut bytes = 0;
    loop {
        match server.read(&mut buffer)? {
            0 => return Ok(()),
            count => out.write_all(buffer.get(..count).unwrap_or_default())?,
        }
        bytes += buffer.len() as u64;
        heard(bytes);
    }
}
