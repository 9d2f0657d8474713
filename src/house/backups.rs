//! Backups as the house knows them: where they go, how many stay, and whether one is being made. Making them is the work of
//! the room of that name, which stands higher.

use super::Alarm;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What the settings say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `None`: « sauvegardes » in the data folder.
    pub folder: Option<PathBuf>,
    pub kept: Kept,
    /// A public key of age; without one backups can be read by whoever holds them.
    pub recipient: Option<String>,
    /// The words of a command that gets each backup's path; none when empty.
    pub command: Vec<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { folder: None, kept: Kept::USUAL, recipient: None, command: Vec::new() }
    }
}

/// How many stay: the last one of so many days, weeks and months that have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub days: u32,
    pub weeks: u32,
    pub months: u32,
}

impl Kept {
    /// Product, section 14.
    pub const USUAL: Kept = Kept { days: 7, weeks: 4, months: 12 };

    /// Whether none is made by itself.
    pub fn is_nothing(self) -> bool {
        self.days + self.weeks + self.months == 0
    }
}

/// How a backup ended: its path, or a French sentence.
pub type Ended = Result<PathBuf, String>;

/// The house's backups while it is open.
pub struct Backups {
    pub settings: Settings,
    /// The folder that they go to, in full.
    pub folder: PathBuf,
    /// Wakes who makes them.
    pub alarm: Alarm,
    board: Mutex<Board>,
    news: Condvar,
}

#[derive(Debug, Clone, Default)]
struct Board {
    /// Somebody wants one now.
    asked: bool,
    /// Bytes so far of the one being made.
    under_way: Option<u64>,
    /// How many have ended since the house was opened, and how the last one did.
    ended: u64,
    last: Option<Ended>,
}

/// Where the asked one stands.
#[derive(Debug, Clone)]
pub enum Standing {
    Waiting,
    UnderWay(u64),
    Ended(Ended),
}

impl Backups {
    pub fn new(settings: Settings, folder: PathBuf) -> Backups {
        Backups { settings, folder, alarm: Alarm::default(), board: Mutex::default(), news: Condvar::new() }
    }

    /// Wants one now; by the number returned its end is told from that of an earlier one. Who asks while one is being made
    /// gets one that begins after it.
    pub fn ask(&self) -> u64 {
        let mut board = self.board();
        board.asked = true;
        let number = board.ended + 1 + u64::from(board.under_way.is_some());
        drop(board);
        self.alarm.ring();
        number
    }

    /// Waits for news of the one asked for, this long at most.
    pub fn follow(&self, number: u64, most: Duration) -> Standing {
        let board = self.board();
        let (board, _) = self
            .news
            .wait_timeout_while(board, most, |board| board.ended < number)
            .unwrap_or_else(PoisonError::into_inner);
        match (&board.last, board.under_way) {
            (Some(last), _) if board.ended >= number => Standing::Ended(last.clone()),
            (_, Some(bytes)) => Standing::UnderWay(bytes),
            _ => Standing::Waiting,
        }
    }

    /// Whether one is being made or waits to be: its bytes so far.
    pub fn under_way(&self) -> Option<u64> {
        let board = self.board();
        board.under_way.or(board.asked.then_some(0))
    }

    /// Takes the wish for one.
    pub fn take_wish(&self) -> bool {
        std::mem::take(&mut self.board().asked)
    }

    /// One begins.
    pub fn begin(&self) {
        self.board().under_way = Some(0);
    }

    /// So many bytes are written.
    pub fn advance(&self, bytes: u64) {
        self.board().under_way = Some(bytes);
    }

    /// It has ended.
    pub fn end(&self, ended: Ended) {
        let mut board = self.board();
        board.under_way = None;
        board.ended += 1;
        board.last = Some(ended);
        drop(board);
        self.news.notify_all();
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
