//! Directories of a TIFF: which values each page has. Every count and place is checked against the file.

use crate::decode::{PAGES_MAX, Read, Refusal};
use std::collections::BTreeMap;

/// The tags that are read (TIFF 6.0, appendix A).
pub(super) mod tag {
    pub const NEW_SUBFILE_TYPE: u16 = 254;
    pub const WIDTH: u16 = 256;
    pub const HEIGHT: u16 = 257;
    pub const BITS: u16 = 258;
    pub const COMPRESSION: u16 = 259;
    pub const PHOTOMETRIC: u16 = 262;
    pub const FILL_ORDER: u16 = 266;
    pub const STRIP_OFFSETS: u16 = 273;
    pub const ORIENTATION: u16 = 274;
    pub const SAMPLES: u16 = 277;
    pub const ROWS_PER_STRIP: u16 = 278;
    pub const STRIP_COUNTS: u16 = 279;
    pub const X_RESOLUTION: u16 = 282;
    pub const Y_RESOLUTION: u16 = 283;
    pub const PLANES: u16 = 284;
    pub const T4_OPTIONS: u16 = 292;
    pub const PREDICTOR: u16 = 317;
    pub const COLOUR_MAP: u16 = 320;
    pub const TILE_WIDTH: u16 = 322;
    pub const TILE_HEIGHT: u16 = 323;
    pub const TILE_OFFSETS: u16 = 324;
    pub const TILE_COUNTS: u16 = 325;
    pub const JPEG_TABLES: u16 = 347;
}

/// Values of one tag: a page of 40,000 strips of one line, or a colour map of 16 bits.
const VALUES_MAX: usize = 200_000;
/// Pages and smaller copies of them; a chain that is longer goes round in a circle, or is no fax.
const DIRECTORIES_MAX: usize = 4 * PAGES_MAX;

/// Whether the lowest byte comes first.
#[derive(Clone, Copy)]
struct Order {
    little: bool,
}

impl Order {
    fn number(self, bytes: &[u8]) -> u64 {
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        if self.little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) }
    }
}

/// The directories of a file, one after another.
pub(super) struct Directories<'a> {
    file: &'a [u8],
    order: Order,
    next: usize,
    seen: Vec<usize>,
}

impl<'a> Directories<'a> {
    pub(super) fn of(file: &'a [u8]) -> Read<Directories<'a>> {
        let order = Order { little: file.starts_with(b"II") };
        let first = order.number(file.get(4..8).ok_or(Refusal::Damaged)?) as usize;
        Ok(Directories { file, order, next: first, seen: Vec::new() })
    }

    fn read(&mut self) -> Read<Directory<'a>> {
        const ENTRY_BYTES: usize = 12;
        if self.seen.contains(&self.next) || self.seen.len() >= DIRECTORIES_MAX {
            return Err(Refusal::Damaged);
        }
        self.seen.push(self.next);
        let rest = self.file.get(self.next..).ok_or(Refusal::Damaged)?;
        let count = self.order.number(rest.get(..2).ok_or(Refusal::Damaged)?) as usize;
        let entries = rest.get(2..2 + count * ENTRY_BYTES).ok_or(Refusal::Damaged)?;
        let mut directory = Directory { file: self.file, order: self.order, entries: BTreeMap::new() };
        for entry in entries.chunks_exact(ENTRY_BYTES) {
            let number = |from: usize, to: usize| self.order.number(&entry[from..to]);
            let (kind, values) = (number(2, 4) as u16, number(4, 8) as usize);
            directory.entries.entry(number(0, 2) as u16).or_insert((kind, values, &entry[8..12]));
        }
        // Some programs forget to say that nothing follows.
        let after = 2 + count * ENTRY_BYTES;
        self.next = rest.get(after..after + 4).map_or(0, |bytes| self.order.number(bytes) as usize);
        Ok(directory)
    }
}

impl<'a> Iterator for Directories<'a> {
    type Item = Read<Directory<'a>>;

    fn next(&mut self) -> Option<Read<Directory<'a>>> {
        if self.next == 0 {
            return None;
        }
        let read = self.read();
        if read.is_err() {
            self.next = 0;
        }
        Some(read)
    }
}

/// What one page says of itself.
pub(super) struct Directory<'a> {
    file: &'a [u8],
    order: Order,
    /// By tag: the type of its values, how many, and the values or their place.
    entries: BTreeMap<u16, (u16, usize, &'a [u8])>,
}

impl<'a> Directory<'a> {
    /// The bytes of a tag's values, and those that one takes.
    fn values(&self, tag: u16) -> Option<(&'a [u8], usize)> {
        let (kind, count, inline) = *self.entries.get(&tag)?;
        let size = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 => 4,
            5 | 10 | 12 => 8,
            _ => return None,
        };
        let length = count.min(VALUES_MAX) * size;
        let bytes = if length <= inline.len() {
            &inline[..length]
        } else {
            let place = self.order.number(inline) as usize;
            // A list that the file cuts short still has its beginning.
            let rest = self.file.get(place..)?;
            rest.get(..length).unwrap_or(rest)
        };
        Some((bytes, size))
    }

    pub(super) fn numbers(&self, tag: u16) -> Vec<u64> {
        let Some((bytes, size)) = self.values(tag) else { return Vec::new() };
        bytes.chunks_exact(size).map(|value| self.order.number(value)).collect()
    }

    pub(super) fn number(&self, tag: u16) -> Option<u64> {
        let (bytes, size) = self.values(tag)?;
        bytes.get(..size).map(|value| self.order.number(value))
    }

    pub(super) fn bytes(&self, tag: u16) -> Option<&'a [u8]> {
        self.values(tag).map(|(bytes, _)| bytes)
    }

    /// A value made of two numbers.
    pub(super) fn ratio(&self, tag: u16) -> Option<f64> {
        let (bytes, size) = self.values(tag)?;
        if size != 8 {
            return self.number(tag).map(|whole| whole as f64);
        }
        let (above, below) = bytes.get(..8)?.split_at(4);
        let (above, below) = (self.order.number(above) as f64, self.order.number(below) as f64);
        (below > 0.0).then(|| above / below)
    }

    /// Whether numbers of two bytes have the lowest first.
    pub(super) fn is_little(&self) -> bool {
        self.order.little
    }
}

/// The orientation that a camera noted in its Exif data, which is a TIFF of its own.
pub(in crate::decode) fn exif_orientation(exif: &[u8]) -> u64 {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let first = Directories::of(exif).ok().and_then(|mut all| all.next()).and_then(Result::ok);
    first.and_then(|directory| directory.number(tag::ORIENTATION)).unwrap_or(1)
}
