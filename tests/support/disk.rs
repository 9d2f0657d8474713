//! A disk in memory that fails as disks do: power cuts that lose or tear what was not synced, syncs and writes that fail,
//! no room left. One a thread at a time; everything follows from a seed.

use permanence::store::medium::Medium;
use redb::StorageBackend;
use std::cell::RefCell;
use std::io;
use std::sync::{Arc, Mutex};

/// What fails, once so many writes, syncs and changes of length have passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Everything fails from here on; what was not synced is lost in parts, some of it torn.
    PowerCut,
    /// So many syncs fail, and what they should have brought to the disk is gone.
    Sync(u32),
    /// So many writes fail, half done.
    Write(u32),
    /// So many times there is no room to grow.
    NoRoom(u32),
    /// So many changes of any kind are refused: the disk was made read-only.
    ReadOnly(u32),
}

enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

#[derive(Default)]
struct State {
    /// What is on the plates for sure.
    synced: Vec<u8>,
    /// What reads show.
    shown: Vec<u8>,
    pending: Vec<Change>,
    fault: Option<(u64, Fault)>,
    passed: u64,
    cut: bool,
    struck: bool,
    chance: Chance,
}

/// The disk.
#[derive(Clone, Default)]
pub struct Disk(Arc<Mutex<State>>);

/// Numbers that follow from a seed (splitmix64, by Sebastiano Vigna, public domain).
#[derive(Debug, Clone, Default)]
pub struct Chance(pub u64);

impl Chance {
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, most: u64) -> u64 {
        self.draw() % most
    }
}

thread_local! {
    static DISK: RefCell<Option<Disk>> = const { RefCell::new(None) };
}

/// Makes stores opened by this thread lie on a disk.
pub fn insert(disk: &Disk) {
    DISK.with(|place| *place.borrow_mut() = Some(disk.clone()));
}

/// The medium of `store::Options`: the disk that this thread has inserted.
pub fn medium(_: std::fs::File) -> io::Result<Medium> {
    let disk = DISK.with(|place| place.borrow().clone()).expect("a disk was inserted");
    Ok(Medium::new(disk))
}

const SECTOR: usize = 512;

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Length(length) => bytes.resize(*length as usize, 0),
        Change::Write(offset, data) => {
            let (from, to) = (*offset as usize, *offset as usize + data.len());
            if bytes.len() < to {
                bytes.resize(to, 0);
            }
            bytes[from..to].copy_from_slice(data);
        }
    }
}

impl Disk {
    pub fn holding(bytes: &[u8]) -> Disk {
        let disk = Disk::default();
        {
            let mut state = disk.0.lock().unwrap();
            state.synced = bytes.to_vec();
            state.shown = bytes.to_vec();
        }
        disk
    }

    /// Lets something fail after so many changes more.
    pub fn fail(&self, after: u64, fault: Fault, seed: u64) {
        let mut state = self.0.lock().unwrap();
        state.fault = Some((state.passed + after, fault));
        state.chance = Chance(seed);
        state.struck = false;
    }

    /// Whether the fault has come.
    pub fn has_struck(&self) -> bool {
        self.0.lock().unwrap().struck
    }

    pub fn is_cut(&self) -> bool {
        self.0.lock().unwrap().cut
    }

    /// What there is after the power went: all that was synced, and of the rest some, in any order, some of it torn.
    pub fn after_power_cut(&self) -> Vec<u8> {
        let mut state = self.0.lock().unwrap();
        let mut bytes = state.synced.clone();
        let pending = std::mem::take(&mut state.pending);
        for change in &pending {
            match (state.chance.below(4), change) {
                (0, _) => {}
                (1, Change::Write(offset, data)) => {
                    // Each sector arrives or does not.
                    for (place, sector) in data.chunks(SECTOR).enumerate() {
                        if state.chance.below(2) == 0 {
                            apply(&mut bytes, &Change::Write(offset + (place * SECTOR) as u64, sector.to_vec()));
                        }
                    }
                }
                _ => apply(&mut bytes, change),
            }
        }
        bytes
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().shown.clone()
    }
}

impl State {
    /// Counts a change; the error with which it fails, if it does.
    fn pass(&mut self, is: fn(&Fault) -> bool) -> io::Result<()> {
        if self.cut {
            return Err(io::Error::from_raw_os_error(libc_eio()));
        }
        self.passed += 1;
        let Some((at, fault)) = &mut self.fault else { return Ok(()) };
        if self.passed < *at || !(is(fault) || *fault == Fault::PowerCut) {
            return Ok(());
        }
        self.struck = true;
        let kind = match fault {
            Fault::PowerCut => {
                self.cut = true;
                return Err(io::Error::from_raw_os_error(libc_eio()));
            }
            Fault::Sync(left) | Fault::Write(left) | Fault::NoRoom(left) | Fault::ReadOnly(left) if *left == 0 => {
                return Ok(());
            }
            Fault::Sync(left) | Fault::Write(left) => {
                *left -= 1;
                return Err(io::Error::from_raw_os_error(libc_eio()));
            }
            Fault::NoRoom(left) => {
                *left -= 1;
                io::ErrorKind::StorageFull
            }
            Fault::ReadOnly(left) => {
                *left -= 1;
                io::ErrorKind::ReadOnlyFilesystem
            }
        };
        Err(kind.into())
    }
}

/// EIO of Linux.
fn libc_eio() -> i32 {
    5
}

impl std::fmt::Debug for Disk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a disk in memory")
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().shown.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.0.lock().unwrap();
        if state.cut {
            return Err(io::Error::from_raw_os_error(libc_eio()));
        }
        let from = offset as usize;
        let bytes = state.shown.get(from..from + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(bytes);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        let grows = len > state.shown.len() as u64;
        state.pass(if grows {
            |fault| matches!(fault, Fault::NoRoom(_) | Fault::ReadOnly(_))
        } else {
            |fault| matches!(fault, Fault::ReadOnly(_))
        })?;
        let change = Change::Length(len);
        apply(&mut state.shown, &change);
        state.pending.push(change);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        if let Err(cause) = state.pass(|fault| matches!(fault, Fault::Sync(_))) {
            if !state.cut {
                // What could not be brought to the disk is dropped, as several file systems do.
                state.pending.clear();
                state.shown = state.synced.clone();
            }
            return Err(cause);
        }
        let pending = std::mem::take(&mut state.pending);
        for change in &pending {
            apply(&mut state.synced, change);
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        let passed = state.pass(|fault| matches!(fault, Fault::Write(_) | Fault::ReadOnly(_)));
        let torn = matches!(state.fault, Some((_, Fault::Write(_)))) || state.cut;
        let whole = match &passed {
            Ok(()) => data.len(),
            Err(_) if torn => data.len() / 2,
            Err(_) => 0,
        };
        if whole > 0 {
            let change = Change::Write(offset, data[..whole].to_vec());
            apply(&mut state.shown, &change);
            state.pending.push(change);
        }
        passed
    }
}
