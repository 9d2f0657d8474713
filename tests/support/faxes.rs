//! Faxes for stories: small pages drawn here, so that each is another file; and waiting until they are read.

use super::Office;
use permanence::base::{FaxId, SubscriberId};
use permanence::fax::model::{About, Fax, State, Way};
use permanence::fax::receive::{Arrival, Received, receive};
use permanence::fax::store;
use std::time::{Duration, Instant};

/// Pages of the drawn faxes, in pixels.
pub const WIDTH: u32 = 480;
pub const HEIGHT: u32 = 640;

/// A TIFF of so many black-and-white pages without compression (TIFF 6.0, section 3), little-endian. `seed` makes it another
/// file; page n bears n black bars.
pub fn tiff(pages: u32, seed: u8) -> Vec<u8> {
    let row = WIDTH as usize / 8;
    let mut out = b"II*\0\0\0\0\0".to_vec();
    let mut link = 4;
    for page in 1..=pages {
        let strip = out.len() as u32;
        for y in 0..HEIGHT {
            let bar = y / 24;
            let black = bar % 2 == 1 && bar / 2 < page;
            let mut line = vec![if black { 0xff } else { 0 }; row];
            line[0] = if y == 0 { seed } else { 0 };
            line[row - 1] = 0;
            out.extend(line);
        }
        let directory = out.len() as u32;
        out[link..link + 4].copy_from_slice(&directory.to_le_bytes());
        let bytes = HEIGHT * row as u32;
        let entries: [(u16, u32); 9] = [
            (256, WIDTH),
            (257, HEIGHT),
            (258, 1),
            (259, 1),
            (262, 0),
            (273, strip),
            (277, 1),
            (278, HEIGHT),
            (279, bytes),
        ];
        out.extend((entries.len() as u16).to_le_bytes());
        for (tag, value) in entries {
            out.extend(tag.to_le_bytes());
            out.extend(4u16.to_le_bytes());
            out.extend(1u32.to_le_bytes());
            out.extend(value.to_le_bytes());
        }
        link = out.len();
        out.extend(0u32.to_le_bytes());
    }
    out
}

impl Office {
    /// A fax that came by the watched folder and has been read, through the room's own door: the stage, not the play.
    pub fn fax(&self, subscriber: Option<SubscriberId>, pages: u32, seed: u8) -> Fax {
        let bytes = tiff(pages, seed);
        let arrival = Arrival {
            bytes: &bytes,
            name: "scan.tif",
            way: Way::Folder,
            by: None,
            subscriber,
            about: About::default(),
        };
        match receive(self.house(), arrival, self.now()).expect("it is received") {
            Received::New(number) => self.read_fax(number),
            other => panic!("{other:?}"),
        }
    }

    /// Waits until a fax has been read or refused.
    pub fn read_fax(&self, number: FaxId) -> Fax {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let fax = self.house().store.read(|tx| store::fax(tx, number)).expect("a look").expect("a fax");
            if fax.state != State::Coming {
                return fax;
            }
            assert!(Instant::now() < end, "fax {number} is never read");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The fax that was received last.
    pub fn last_fax(&self, subscriber: SubscriberId) -> Option<Fax> {
        let latest = self.house().store.read(|tx| store::latest(tx, subscriber, 1)).expect("a look");
        latest.into_iter().next()
    }
}
