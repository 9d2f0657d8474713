//! Bytes that wait: in memory while they are few, beyond that in a file without a name.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Read back from a file at a time.
const REFILL_BYTES: usize = 64 * 1024;

/// A queue of bytes.
#[derive(Debug, Default)]
pub struct Spool {
    memory: Vec<u8>,
    /// Bytes of `memory` that are gone already.
    taken: usize,
    file: Option<Rest>,
}

/// What did not fit into memory.
#[derive(Debug)]
struct Rest {
    file: File,
    read: u64,
    written: u64,
}

impl Spool {
    /// Bytes that wait in memory.
    pub fn held(&self) -> usize {
        self.memory.len() - self.taken
    }

    /// Bytes that wait in the file.
    pub fn spooled(&self) -> u64 {
        self.file.as_ref().map_or(0, |rest| rest.written - rest.read)
    }

    pub fn is_empty(&self) -> bool {
        self.held() == 0 && self.spooled() == 0
    }

    /// Adds bytes; those that `held_max` leaves no room for go to a file in `folder`.
    pub fn push(&mut self, bytes: &[u8], held_max: usize, folder: &Path) -> io::Result<()> {
        if self.file.is_none() && self.held() + bytes.len() <= held_max {
            if self.taken > 0 && self.taken >= self.held() {
                self.memory.drain(..self.taken);
                self.taken = 0;
            }
            self.memory.extend_from_slice(bytes);
            return Ok(());
        }
        let rest = match &mut self.file {
            Some(rest) => rest,
            None => self.file.insert(Rest { file: nameless(folder)?, read: 0, written: 0 }),
        };
        rest.file.seek(SeekFrom::Start(rest.written))?;
        rest.file.write_all(bytes)?;
        rest.written += bytes.len() as u64;
        Ok(())
    }

    /// What can be sent now: a run of bytes in memory, refilled from the file when it is used up.
    pub fn front(&mut self) -> io::Result<&[u8]> {
        if self.held() == 0
            && let Some(rest) = &mut self.file
        {
            let left = rest.written - rest.read;
            let size = usize::try_from(left).unwrap_or(usize::MAX).min(REFILL_BYTES);
            self.memory.resize(size, 0);
            self.taken = 0;
            rest.file.seek(SeekFrom::Start(rest.read))?;
            rest.file.read_exact(&mut self.memory)?;
            rest.read += size as u64;
            if rest.read == rest.written {
                self.file = None;
            }
        }
        Ok(&self.memory[self.taken..])
    }

    /// Some bytes of the front have gone.
    pub fn take(&mut self, count: usize) {
        self.taken += count;
        if self.is_empty() {
            // An idle connection must cost next to nothing.
            *self = Spool::default();
        }
    }
}

/// A file that has lost its name already: nobody else opens it, and it ends with its descriptor.
fn nameless(folder: &Path) -> io::Result<File> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let path = folder.join(format!("spool-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_as_they_went_in() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::default();
        let all: Vec<u8> = (0..300_000u32).map(|number| (number * 7) as u8).collect();
        for piece in all.chunks(7_001) {
            spool.push(piece, 20_000, folder.path()).unwrap();
        }
        assert!(spool.held() <= 20_000 && spool.spooled() > 270_000);
        let mut out = Vec::new();
        while !spool.is_empty() {
            let piece = spool.front().unwrap().to_vec();
            let count = piece.len().min(9_999);
            out.extend_from_slice(&piece[..count]);
            spool.take(count);
        }
        assert_eq!(out, all);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no file has a name");
    }
}
