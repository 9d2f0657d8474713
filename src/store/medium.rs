//! What the bytes lie on: a file, unless a test puts something slower or less honest beneath.

use redb::backends::FileBackend;
use redb::{BackendError, StorageBackend};
use std::fs::File;
use std::io;
use std::ops::Bound;

/// Makes the storage of a data file out of its opened file.
pub type MakeMedium = fn(File) -> io::Result<Medium>;

/// A storage of any kind.
#[derive(Debug)]
pub struct Medium(Box<dyn StorageBackend>);

impl Medium {
    pub fn new(backend: impl StorageBackend) -> Medium {
        Medium(Box::new(backend))
    }

    /// The file itself.
    pub fn file(file: File) -> io::Result<Medium> {
        Ok(Medium::new(FileBackend::new(file).map_err(|cause| io::Error::other(cause.to_string()))?))
    }
}

type Bytes = Bound<u64>;

impl StorageBackend for Medium {
    fn len(&self) -> Result<u64, io::Error> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> Result<(), io::Error> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        self.0.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        self.0.write(offset, data)
    }

    fn close(&self) -> Result<(), io::Error> {
        self.0.close()
    }

    fn try_lock_range(&self, start: Bytes, end: Bytes) -> Result<bool, BackendError> {
        self.0.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bytes, end: Bytes) -> Result<bool, BackendError> {
        self.0.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bytes, end: Bytes) -> Result<(), BackendError> {
        self.0.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bytes, end: Bytes) -> Result<(), BackendError> {
        self.0.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bytes, end: Bytes) -> Result<(), BackendError> {
        self.0.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bytes, end: Bytes) -> Result<bool, BackendError> {
        self.0.query_lock_range(start, end)
    }
}
