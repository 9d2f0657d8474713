//! A file that is made by a thread of its own while it is sent: what waits between the two is bounded, so the maker goes no
//! faster than the edge takes, and ends when nobody takes any more.

use crate::base::turns::Seat;
use crate::error::{Error, Result};
use crate::http::Body;
use std::io::{self, BufWriter, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Bytes that go over at once.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces that may wait.
const PIECES_MAX: usize = 4;

/// What goes from the maker to the body.
enum Piece {
    Bytes(Vec<u8>),
    /// The file is whole.
    End,
}

/// Where the maker writes.
pub struct Pipe(SyncSender<Piece>);

/// A body from what `make` writes, on its own thread, which holds the seat until it has ended.
pub fn body(seat: Seat, make: impl FnOnce(&mut BufWriter<Pipe>) -> Result<()> + Send + 'static) -> Result<Body> {
    let (pieces, taken) = sync_channel(PIECES_MAX);
    std::thread::Builder::new().name("export".into()).spawn(move || {
        let _seat = seat;
        give_way();
        let mut out = BufWriter::with_capacity(PIECE_BYTES, Pipe(pieces.clone()));
        let made = make(&mut out).and_then(|()| Ok(out.flush()?));
        match made {
            Ok(()) => drop(pieces.send(Piece::End)),
            // Without an end the body breaks off, which its reader sees.
            Err(Error::Internal(cause)) if is_gone(&*cause) => log::debug!("an export was not waited for"),
            Err(cause) => log::error!("an export could not be made: {cause}"),
        }
    })?;
    Ok(Body::Stream(Box::new(Taken { pieces: taken, piece: Vec::new(), place: 0, ended: false })))
}

fn is_gone(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause.downcast_ref::<io::Error>().is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// Whoever looks at a page comes first: an export has the processors when nobody else wants them.
fn give_way() {
    const NICENESS: libc::c_int = 10;
    #[cfg(target_os = "linux")]
    // SAFETY: on Linux a niceness is a thread's own (setpriority(2), « C library/kernel differences »); 0 means the caller.
    unsafe {
        libc::setpriority(libc::PRIO_PROCESS, 0, NICENESS);
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.send(Piece::Bytes(bytes.to_vec())).map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the edge reads.
struct Taken {
    pieces: Receiver<Piece>,
    piece: Vec<u8>,
    place: usize,
    ended: bool,
}

impl Read for Taken {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.place == self.piece.len() && !self.ended {
            match self.pieces.recv() {
                Ok(Piece::Bytes(bytes)) => (self.piece, self.place) = (bytes, 0),
                Ok(Piece::End) => self.ended = true,
                Err(_) => return Err(io::Error::other("the export broke off")),
            }
        }
        let rest = self.piece.get(self.place..).unwrap_or_default();
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        self.place += count;
        Ok(count)
    }
}
