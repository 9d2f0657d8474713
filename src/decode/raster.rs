//! Points in rows, as decoders leave them, and what is done to all of them alike: turned, made square, made smaller. Pure.

use super::{Read, Refusal};

/// A black and white page; beyond it a roll of ten metres, or somebody who wants our memory.
const BITS_MAX: usize = 120_000_000;
/// A grey or coloured page: A3 at 400 points an inch, or what a good camera takes.
const POINTS_MAX: usize = 40_000_000;
pub(super) const SIDE_MAX: usize = 40_000;

/// Eight points a byte, from the left, whole bytes a row; 1 is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bits {
    pub width: usize,
    pub height: usize,
    pub rows: Vec<u8>,
}

/// A byte a point, or three (red, green, blue); 255 is white.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Points {
    pub width: usize,
    pub height: usize,
    /// Bytes a point: 1 or 3.
    pub depth: usize,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Raster {
    Bits(Bits),
    Points(Points),
}

/// How a page lies in its file (TIFF 6.0, Orientation; Exif has the same numbers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn {
    mirrored: bool,
    quarters: u8,
}

impl Turn {
    pub(super) const NONE: Turn = Turn { mirrored: false, quarters: 0 };

    pub(super) fn of(orientation: u64) -> Turn {
        // Mirrored left to right first, then turned clockwise by so many quarters.
        let (mirrored, quarters) = match orientation {
            2 => (true, 0),
            3 => (false, 2),
            4 => (true, 2),
            5 => (true, 3),
            6 => (false, 1),
            7 => (true, 1),
            8 => (false, 3),
            _ => (false, 0),
        };
        Turn { mirrored, quarters }
    }
}

/// A page as it comes out of its file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sheet {
    pub raster: Raster,
    /// Points across and down the same length.
    pub resolution: (f64, f64),
    pub turn: Turn,
}

/// Bytes that a row of so many points of `bits` bits takes.
pub(super) fn row_bytes(width: usize, bits: usize) -> usize {
    (width * bits).div_ceil(8)
}

/// Whether a page of this size is taken at all.
pub(super) fn measured(width: usize, height: usize, bits_a_point: usize) -> Read<()> {
    if width == 0 || height == 0 {
        return Err(Refusal::Damaged);
    }
    let most = if bits_a_point == 1 { BITS_MAX } else { POINTS_MAX };
    let fits = width <= SIDE_MAX && height <= SIDE_MAX && width * height <= most;
    if fits { Ok(()) } else { Err(Refusal::PageTooLarge) }
}

impl Bits {
    pub(super) fn white(width: usize, height: usize) -> Bits {
        Bits { width, height, rows: vec![0; row_bytes(width, 1) * height] }
    }

    pub(super) fn row(&self, row: usize) -> &[u8] {
        let bytes = row_bytes(self.width, 1);
        &self.rows[row * bytes..(row + 1) * bytes]
    }

    pub(super) fn black(&self, column: usize, row: usize) -> bool {
        self.row(row)[column / 8] & (0x80 >> (column % 8)) != 0
    }

    fn made(width: usize, height: usize, black: impl Fn(usize, usize) -> bool) -> Bits {
        let mut bits = Bits::white(width, height);
        let bytes = row_bytes(width, 1);
        for row in 0..height {
            for column in 0..width {
                if black(column, row) {
                    bits.rows[row * bytes + column / 8] |= 0x80 >> (column % 8);
                }
            }
        }
        bits
    }
}

impl Points {
    pub(super) fn at(&self, column: usize, row: usize) -> &[u8] {
        let start = (row * self.width + column) * self.depth;
        &self.bytes[start..start + self.depth]
    }

    fn made<'a>(&'a self, width: usize, height: usize, from: impl Fn(usize, usize) -> &'a [u8]) -> Points {
        let mut bytes = Vec::with_capacity(width * height * self.depth);
        for row in 0..height {
            for column in 0..width {
                bytes.extend_from_slice(from(column, row));
            }
        }
        Points { width, height, depth: self.depth, bytes }
    }
}

impl Raster {
    pub(super) fn size(&self) -> (usize, usize) {
        match self {
            Raster::Bits(bits) => (bits.width, bits.height),
            Raster::Points(points) => (points.width, points.height),
        }
    }

    /// Upright and unmirrored.
    pub(super) fn turned(self, turn: Turn) -> Raster {
        if turn == Turn::NONE {
            return self;
        }
        let (width, height) = self.size();
        let (new_width, new_height) = if turn.quarters % 2 == 1 { (height, width) } else { (width, height) };
        // Where a point of the new page was in the old one.
        let from = move |column: usize, row: usize| {
            let (column, row) = match turn.quarters {
                1 => (row, height - 1 - column),
                2 => (width - 1 - column, height - 1 - row),
                3 => (width - 1 - row, column),
                _ => (column, row),
            };
            (if turn.mirrored { width - 1 - column } else { column }, row)
        };
        match self {
            Raster::Bits(bits) => Raster::Bits(Bits::made(new_width, new_height, |column, row| {
                let (column, row) = from(column, row);
                bits.black(column, row)
            })),
            Raster::Points(points) => Raster::Points(points.made(new_width, new_height, |column, row| {
                let (column, row) = from(column, row);
                points.at(column, row)
            })),
        }
    }

    /// The same page with square points: the coarser direction is drawn out, nothing is thrown away.
    /// `resolution` is across and down; what no fax machine would say is taken for square.
    pub(super) fn squared(self, (across, down): (f64, f64)) -> Raster {
        const SQUARE_ENOUGH: f64 = 0.01;
        const MOST: f64 = 5.0;
        let ratio = across / down;
        let believable = ratio.is_finite() && (1.0 / MOST..=MOST).contains(&ratio);
        if !believable || (ratio - 1.0).abs() < SQUARE_ENOUGH {
            return self;
        }
        let (width, height) = self.size();
        let drawn =
            |length: usize, by: f64| ((length as f64 * by).round() as usize).clamp(length, SIDE_MAX.max(length));
        let (new_width, new_height) =
            if ratio > 1.0 { (width, drawn(height, ratio)) } else { (drawn(width, 1.0 / ratio), height) };
        match self {
            Raster::Bits(bits) if new_width == width => {
                let mut rows = Vec::with_capacity(row_bytes(width, 1) * new_height);
                for row in 0..new_height {
                    rows.extend_from_slice(bits.row(row * height / new_height));
                }
                Raster::Bits(Bits { width, height: new_height, rows })
            }
            Raster::Bits(bits) => Raster::Bits(Bits::made(new_width, new_height, |column, row| {
                bits.black(column * width / new_width, row)
            })),
            Raster::Points(points) => Raster::Points(points.made(new_width, new_height, |column, row| {
                points.at(column * width / new_width, row * height / new_height)
            })),
        }
    }

    /// Made smaller: each new point is the mean of those it stands for. Grey where it was black and white.
    pub(super) fn reduced(&self, new_width: usize, new_height: usize) -> Points {
        let (width, height) = self.size();
        let depth = match self {
            Raster::Bits(_) => 1,
            Raster::Points(points) => points.depth,
        };
        let mut bytes = Vec::with_capacity(new_width * new_height * depth);
        let columns: Vec<(usize, usize)> = (0..new_width).map(|column| span(column, new_width, width)).collect();
        let mut sums = vec![0u32; new_width * depth];
        for row in 0..new_height {
            let (top, bottom) = span(row, new_height, height);
            sums.fill(0);
            for old in top..bottom {
                self.add_row(old, &columns, &mut sums);
            }
            for (place, sum) in sums.iter().enumerate() {
                let (left, right) = columns[place / depth];
                let count = ((right - left) * (bottom - top)) as u32;
                bytes.push((sum / count.max(1)).min(255) as u8);
            }
        }
        Points { width: new_width, height: new_height, depth, bytes }
    }

    fn add_row(&self, row: usize, columns: &[(usize, usize)], sums: &mut [u32]) {
        match self {
            Raster::Bits(bits) => {
                let line = bits.row(row);
                for (sum, (left, right)) in sums.iter_mut().zip(columns) {
                    *sum += (right - left - black_between(line, *left, *right)) as u32 * 255;
                }
            }
            Raster::Points(points) => {
                let stride = points.width * points.depth;
                let line = &points.bytes[row * stride..(row + 1) * stride];
                for (sums, (left, right)) in sums.chunks_exact_mut(points.depth).zip(columns) {
                    for point in line[left * points.depth..right * points.depth].chunks_exact(points.depth) {
                        for (sum, byte) in sums.iter_mut().zip(point) {
                            *sum += u32::from(*byte);
                        }
                    }
                }
            }
        }
    }
}

/// The black points of a row from one place to before another.
fn black_between(row: &[u8], from: usize, to: usize) -> usize {
    let ((first, head), (last, tail)) = ends(from, to);
    let black = |byte: u8| byte.count_ones() as usize;
    if first == last {
        return black(row[first] & head & tail);
    }
    black(row[first] & head)
        + row[first + 1..last].iter().map(|byte| black(*byte)).sum::<usize>()
        + black(row[last] & tail)
}

/// The first and last byte of some points of a row, and which of their bits belong to them. At least one point.
pub(super) fn ends(from: usize, to: usize) -> ((usize, u8), (usize, u8)) {
    let last = to - 1;
    ((from / 8, 0xff >> (from % 8)), (last / 8, 0xff << (7 - last % 8)))
}

/// The old places that a new one stands for; at least one.
fn span(place: usize, new: usize, old: usize) -> (usize, usize) {
    let start = place * old / new;
    (start, ((place + 1) * old / new).max(start + 1).min(old))
}

/// The largest size of the same shape that fits, never larger than it was.
pub(super) fn fitting((width, height): (usize, usize), (most_width, most_height): (usize, usize)) -> (usize, usize) {
    let scale = (most_width as f64 / width as f64).min(most_height as f64 / height as f64).min(1.0);
    let side = |length: usize| ((length as f64 * scale).round() as usize).max(1);
    (side(width), side(height))
}
