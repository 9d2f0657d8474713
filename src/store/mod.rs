//! The data file: one redb database behind `read` and `write`, and nothing else that knows redb.
//!
//! - `write` is one durable transaction: it commits when its closure says `Ok`, and leaves no trace otherwise.
//! - Nothing slow belongs inside it: there is one writer at a time.
//! - After an input/output error (full or failing disk) redb refuses to go on; the store reopens the file by itself.
//! - `live` counts changes per topic in memory, so that open pages can ask « anything new? » without a read.
//! - `rewrite` makes the file anew without what was erased, while the office goes on.
//! - `backup` writes its rows as one stream, while the office goes on, and makes a file of such a stream.
//!
//! Never here: what the bytes mean. Rooms own their tables; `schema.rs` lists them.

pub mod backup;
pub mod carried;
pub mod check;
pub mod folder;
mod lineage;
pub mod live;
pub mod medium;
pub mod papers;
pub mod postings;
mod rewrite;
pub mod shelf;
mod table;
pub mod uploads;

pub use live::{Live, Version};
pub use table::{AnyTable, Collection, Direction, Opened, Reads, Record};

use crate::error::{Error, Result};
use redb::{Database, Durability, ReadTransaction, ReadableDatabase, WriteTransaction};
use std::cell::{Cell, RefCell};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// The disk keeps this much for what must still be written when people may write no more: sessions, erasure, the system.
const DISK_RESERVE_BYTES: u64 = 8 * 1024 * 1024;

/// Said to whoever wanted to write while there was no room.
const DISK_FULL: &str = "Le disque du serveur est plein : rien n’a été enregistré, et ce que vous avez saisi est encore là. \
    Prévenez la personne qui s’occupe du serveur, puis réessayez.";

/// Said when the disk refuses to write for another reason.
const DISK_FAILS: &str = "Le disque du serveur refuse d’écrire : rien n’a été enregistré, et ce que vous avez saisi est \
    encore là. Prévenez la personne qui s’occupe du serveur, puis réessayez.";

/// Every table of a file, and how older files become current ones.
pub struct Schema {
    /// A room's tables each.
    pub tables: &'static [&'static [&'static dyn AnyTable]],
    /// The step at place n makes version n + 1 out of version n; a new file starts at their count.
    pub migrations: &'static [Migration],
}

impl Schema {
    /// Every table, those of the store itself last.
    pub fn all(&self) -> impl Iterator<Item = &'static dyn AnyTable> {
        self.tables.iter().copied().flatten().copied().chain(std::iter::once(&FACTS as &'static dyn AnyTable))
    }
}

/// One step of a schema.
pub struct Migration {
    /// A sentence for the log.
    pub what: &'static str,
    pub step: fn(&Write<'_>) -> Result<()>,
}

/// Settings of a store.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub cache_bytes: usize,
    pub medium: medium::MakeMedium,
}

impl Options {
    /// A file on the disk, with a cache of this size.
    pub fn cached(cache_bytes: usize) -> Options {
        Options { cache_bytes, medium: medium::Medium::file }
    }
}

/// Facts about the file that the store itself keeps: `schema` (its version), `erased` (rows erased since the last rewrite),
/// and what `lineage` says of the program that wrote it.
pub(crate) static FACTS: Collection<&'static str, u64> = Collection::new("store.facts");

thread_local! {
    /// Whether this thread may only look.
    static LOOKING: Cell<bool> = const { Cell::new(false) };
}

/// An open data file.
pub struct Store {
    path: PathBuf,
    schema: &'static Schema,
    options: Options,
    /// `None` only while the file is being reopened after an error.
    database: RwLock<Option<Arc<Database>>>,
    /// Held through each write; a rewrite under way listens here to which rows change.
    writer: Mutex<Writer>,
    live: Live,
    /// How often the file was opened anew: who reads for long lets go of it then.
    openings: AtomicU64,
}

#[derive(Default)]
struct Writer {
    /// Table and key of every row touched since a rewrite took its snapshot.
    recording: Option<Vec<(&'static str, Vec<u8>)>>,
}

/// A look at the data as it was at one moment.
pub struct Read {
    transaction: ReadTransaction,
    /// Open as long as somebody reads: a file that is swapped or reopened meanwhile ends with its last reader. After the
    /// transaction, for fields end in their order.
    _database: Arc<Database>,
}

/// One durable change under way.
pub struct Write<'s> {
    transaction: WriteTransaction,
    touched: RefCell<Vec<(&'static str, Vec<u8>)>>,
    recording: bool,
    topics: RefCell<Vec<u64>>,
    live: &'s Live,
}

impl Store {
    /// Opens a data file, making it if it is not there, and brings it to the current schema.
    /// What a rewrite that was cut short left beside it is removed.
    pub fn open(path: &Path, schema: &'static Schema, options: Options) -> Result<Store> {
        let _ = std::fs::remove_file(rewrite::unfinished(path));
        let database = open_database(path, options)?;
        let store = Store {
            path: path.to_owned(),
            schema,
            options,
            database: RwLock::new(Some(Arc::new(database))),
            writer: Mutex::default(),
            live: Live::new()?,
            openings: AtomicU64::new(0),
        };
        store.migrate()?;
        Ok(store)
    }

    /// Runs a look-up on one consistent state of the data.
    pub fn read<T>(&self, look: impl Fn(&Read) -> Result<T>) -> Result<T> {
        let answer = self.read_once(&look);
        match answer {
            Err(cause) if failed_storage(&cause) => {
                self.reopen()?;
                self.read_once(&look)
            }
            other => other,
        }
    }

    /// A look at this moment's state that a thread of its own may hold while it streams. Pages that are freed meanwhile stay
    /// until it ends: for work that goes on at the disk's pace, never at a reader's.
    pub fn snapshot(&self) -> Result<Read> {
        let database = self.database()?;
        Ok(Read { transaction: database.begin_read().map_err(internal)?, _database: database })
    }

    fn read_once<T>(&self, look: &impl Fn(&Read) -> Result<T>) -> Result<T> {
        look(&self.snapshot()?)
    }

    /// Makes one durable change, or none at all. When this returns `Ok`, it is on the disk.
    pub fn write<T>(&self, change: impl FnOnce(&Write<'_>) -> Result<T>) -> Result<T> {
        if self.disk_is_full() {
            return Err(Error::Unavailable { sentence: DISK_FULL.into(), retry_s: 60 });
        }
        self.write_into_reserve(change)
    }

    /// Runs something that must not change anything: on this thread every write is refused until it returns.
    pub fn without_writing<T>(&self, look: impl FnOnce() -> T) -> T {
        struct Restore(bool);
        impl Drop for Restore {
            fn drop(&mut self) {
                LOOKING.set(self.0);
            }
        }
        let _restore = Restore(LOOKING.replace(true));
        look()
    }

    /// As `write`, for what must go on when the disk is all but full: erasure above all.
    pub fn write_into_reserve<T>(&self, change: impl FnOnce(&Write<'_>) -> Result<T>) -> Result<T> {
        if LOOKING.get() {
            return Err(Error::Forbidden);
        }
        let mut writer = self.writer();
        let outcome = self.write_held(&mut writer, change);
        match outcome {
            Err(cause) if failed_storage(&cause) => {
                log::error!("the data file could not be written: {cause}");
                drop(writer);
                if let Err(cause) = self.reopen() {
                    log::error!("the data file could not be reopened yet: {cause}");
                }
                let sentence = if out_of_space(&cause) { DISK_FULL } else { DISK_FAILS };
                Err(Error::Unavailable { sentence: sentence.into(), retry_s: 60 })
            }
            other => other,
        }
    }

    fn write_held<T>(
        &self,
        writer: &mut MutexGuard<'_, Writer>,
        change: impl FnOnce(&Write<'_>) -> Result<T>,
    ) -> Result<T> {
        let database = self.database()?;
        let mut transaction = database.begin_write().map_err(internal)?;
        transaction.set_durability(Durability::Immediate).map_err(internal)?;
        // A start after a power cut must not scan the whole file.
        transaction.set_quick_repair(true);
        let write = Write {
            transaction,
            touched: RefCell::default(),
            recording: writer.recording.is_some(),
            topics: RefCell::default(),
            live: &self.live,
        };
        let answer = match change(&write) {
            Ok(answer) => answer,
            Err(cause) => {
                write.transaction.abort().map_err(internal)?;
                return Err(cause);
            }
        };
        let Write { transaction, touched, topics, live, .. } = write;
        transaction.commit().map_err(internal)?;
        if let Some(recording) = &mut writer.recording {
            recording.append(&mut touched.into_inner());
        }
        for topic in topics.into_inner() {
            live.bump(topic);
        }
        Ok(answer)
    }

    /// The counters of changes that open pages watch.
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// Bytes that the data file takes on the disk.
    pub fn file_bytes(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |facts| facts.len())
    }

    /// Bytes that the disk still has for us; `None` where the system won't say.
    pub fn free_bytes(&self) -> Option<u64> {
        free_bytes(&self.path)
    }

    /// An empty file beside the data that has lost its name already: nobody else opens it, and it ends with its descriptor.
    pub fn scratch_file(&self) -> Result<File> {
        use std::os::unix::fs::OpenOptionsExt;
        let name = format!("scratch-{}", crate::base::secret::reference());
        let path = self.path.with_file_name(name);
        let file = std::fs::OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        std::fs::remove_file(&path)?;
        Ok(file)
    }

    /// Whether a file of so many bytes, and all that is made of it, would leave too little on the disk for the house's work.
    pub fn has_room_for(&self, bytes: u64) -> bool {
        free_bytes(&self.path).is_none_or(|free| free >= DISK_RESERVE_BYTES.saturating_add(bytes.saturating_mul(2)))
    }

    /// Whether people may not write for want of room.
    pub fn disk_is_full(&self) -> bool {
        free_bytes(&self.path).is_some_and(|free| free < DISK_RESERVE_BYTES)
    }

    /// The open file. After a failed reopening whoever comes next, reader or writer, tries again.
    fn database(&self) -> Result<Arc<Database>> {
        let open = self.database.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(database) = open {
            return Ok(database);
        }
        let mut closed = self.database.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(database) = closed.as_ref() {
            return Ok(Arc::clone(database));
        }
        match open_database(&self.path, self.options) {
            Ok(database) => Ok(Arc::clone(closed.insert(Arc::new(database)))),
            Err(cause) => {
                log::error!("the data file could not be reopened yet: {cause}");
                Err(Error::Unavailable { sentence: DISK_FAILS.into(), retry_s: 60 })
            }
        }
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // A panic inside a write aborted its transaction; the recording is whole, since it is only appended to.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the file and opens it again: the only way on after redb has met an input/output error.
    fn reopen(&self) -> Result<()> {
        let mut database = self.database.write().unwrap_or_else(PoisonError::into_inner);
        // Readers still at work hold the old handle; the file stays locked until the last is done.
        self.openings.fetch_add(1, Ordering::AcqRel);
        database.take();
        *database = Some(Arc::new(open_database(&self.path, self.options)?));
        Ok(())
    }

    fn tables(&self) -> impl Iterator<Item = &'static dyn AnyTable> {
        self.schema.all()
    }

    /// What the file must be made of.
    pub fn schema(&self) -> &'static Schema {
        self.schema
    }

    fn migrate(&self) -> Result<()> {
        let current = self.schema.migrations.len() as u64;
        let database = self.database()?;
        let lineage = lineage::read(&database.begin_read().map_err(internal)?, self.schema)?;
        if lineage.newer {
            return Err(Error::internal(lineage::TOO_NEW));
        }
        if !lineage.complete {
            let transaction = database.begin_write().map_err(internal)?;
            for table in self.tables() {
                table.create(&transaction)?;
            }
            transaction.commit().map_err(internal)?;
        }
        let found = lineage.schema.unwrap_or(current);
        for (place, migration) in self.schema.migrations.iter().enumerate().skip(found as usize) {
            log::info!("data file: {}", migration.what);
            self.write_into_reserve(|tx| {
                (migration.step)(tx)?;
                FACTS.put(tx, "schema", &(place as u64 + 1))
            })?;
        }
        if lineage.stale {
            self.write_into_reserve(|tx| {
                FACTS.put(tx, "schema", &current)?;
                lineage::write(tx, self.schema)
            })?;
        }
        Ok(())
    }
}

impl Write<'_> {
    /// Tells open pages that something of this topic changed, once the change is on the disk.
    pub fn touch(&self, topic: u64) {
        let mut topics = self.topics.borrow_mut();
        if !topics.contains(&topic) {
            topics.push(topic);
        }
    }

    /// Notes that rows were erased whose bytes the file must lose: the night's rewrite sees to it.
    pub fn note_erased(&self, rows: u64) -> Result<()> {
        let so_far = FACTS.get(self, "erased")?.unwrap_or(0);
        FACTS.put(self, "erased", &(so_far + rows))
    }

    fn record(&self, table: &'static str, key: &[u8]) {
        if self.recording {
            self.touched.borrow_mut().push((table, key.to_owned()));
        }
    }
}

fn open_database(path: &Path, options: Options) -> Result<Database> {
    use std::os::unix::fs::OpenOptionsExt;
    let file =
        std::fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    let medium = (options.medium)(file)?;
    Database::builder().set_cache_size(options.cache_bytes).create_with_backend(medium).map_err(|cause| match cause {
        redb::DatabaseError::DatabaseAlreadyOpen => {
            Error::internal("un autre processus se sert déjà de ce fichier de données")
        }
        // Bytes that redb can't make sense of come as corruption, as a broken promise of the storage, or as an odd version.
        redb::DatabaseError::Storage(redb::StorageError::Corrupted(_)) | redb::DatabaseError::UpgradeRequired(_) => {
            damaged(path, &cause)
        }
        redb::DatabaseError::Storage(redb::StorageError::Io(ref io))
            if io.kind() == std::io::ErrorKind::InvalidData =>
        {
            damaged(path, &cause)
        }
        other => internal(other),
    })
}

fn damaged(path: &Path, cause: &redb::DatabaseError) -> Error {
    Error::internal(format!(
        "le fichier {} est abîmé, ou n’est pas un fichier de données de Permanence : reprenez une sauvegarde ({cause})",
        path.display()
    ))
}

/// Any error of redb as ours.
fn internal(cause: impl Into<redb::Error>) -> Error {
    Error::Internal(Box::new(cause.into()))
}

/// Whether the storage itself failed, so that the file must be reopened.
fn failed_storage(cause: &Error) -> bool {
    let Error::Internal(cause) = cause else { return false };
    matches!(
        cause.downcast_ref::<redb::Error>(),
        Some(redb::Error::Io(_) | redb::Error::PreviousIo | redb::Error::DatabaseClosed)
    )
}

fn out_of_space(cause: &Error) -> bool {
    let Error::Internal(cause) = cause else { return false };
    match cause.downcast_ref::<redb::Error>() {
        Some(redb::Error::Io(cause)) => matches!(
            cause.kind(),
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded | std::io::ErrorKind::FileTooLarge
        ),
        _ => false,
    }
}

/// Bytes that the file system of a path's folder still has for us; `None` where it won't say.
pub fn free_bytes(path: &Path) -> Option<u64> {
    use std::os::unix::ffi::OsStrExt;
    let folder = std::ffi::CString::new(path.parent()?.as_os_str().as_bytes()).ok()?;
    let mut facts = std::mem::MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: the path is NUL-terminated and `facts` has room for what the call writes.
    let facts = unsafe {
        if libc::statvfs(folder.as_ptr(), facts.as_mut_ptr()) != 0 {
            return None;
        }
        facts.assume_init()
    };
    Some(facts.f_bavail.saturating_mul(facts.f_frsize))
}

/// Makes the names in a folder durable: a rename is not, until the folder itself is synced.
pub fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder)?.sync_all()?;
    Ok(())
}
