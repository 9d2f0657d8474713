//! Strips and tiles of a page, decompressed into rows of packed samples. Each gives as many bytes as it has place for and no
//! more, whatever it says it holds.

use super::directory::{Directory, tag};
use crate::decode::fax::{self, Coding, Decoded};
use crate::decode::picture;
use crate::decode::raster::{measured, row_bytes};
use crate::decode::{Read, Refusal};
use std::borrow::Cow;
use std::io::Read as _;

/// A page's size and what one of its points takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub width: usize,
    pub height: usize,
    /// Bits of one sample.
    pub bits: usize,
    /// Samples of one point.
    pub samples: usize,
}

impl Shape {
    fn row_bytes(self) -> usize {
        row_bytes(self.width, self.bits * self.samples)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compression {
    None,
    Fax(Coding),
    Lzw,
    Deflate,
    PackBits,
    Jpeg,
}

/// Where a page's parts are, and how they are packed.
pub(super) struct Chunks<'a> {
    file: &'a [u8],
    shape: Shape,
    compression: Compression,
    /// Bytes have their first point at the lowest bit.
    reversed: bool,
    /// Each sample is told by its difference from the one before.
    differences: bool,
    jpeg_tables: &'a [u8],
    /// The size of one part, and how many there are side by side.
    width: usize,
    height: usize,
    across: usize,
    places: Vec<(usize, usize)>,
}

/// A page's rows as its samples are packed.
pub(super) struct Packed {
    pub rows: Vec<u8>,
    pub damaged: usize,
    /// Rows from the top that could be read without a gap.
    pub read: usize,
    /// Whether what was read ends as it should.
    pub whole: bool,
}

impl<'a> Chunks<'a> {
    pub(super) fn of(file: &'a [u8], directory: &Directory<'a>) -> Read<Chunks<'a>> {
        let number = |tag: u16, usual: usize| directory.number(tag).map_or(usual, |number| number as usize);
        let shape = Shape {
            width: number(tag::WIDTH, 0),
            height: number(tag::HEIGHT, 0),
            bits: number(tag::BITS, 1),
            samples: number(tag::SAMPLES, 1),
        };
        if !matches!(shape.bits, 1 | 2 | 4 | 8 | 16) || !(1..=8).contains(&shape.samples) {
            return Err(Refusal::Unsupported);
        }
        measured(shape.width, shape.height, shape.bits * shape.samples)?;
        let compression = compression(number(tag::COMPRESSION, 1), number(tag::T4_OPTIONS, 0))?;
        if matches!(compression, Compression::Fax(_)) && (shape.bits, shape.samples) != (1, 1) {
            return Err(Refusal::Damaged);
        }
        // Planes apart are for prepress.
        if shape.samples > 1 && number(tag::PLANES, 1) != 1 {
            return Err(Refusal::Unsupported);
        }
        let differences = match number(tag::PREDICTOR, 1) {
            2 if matches!(compression, Compression::Lzw | Compression::Deflate) => true,
            3 => return Err(Refusal::Unsupported),
            _ => false,
        };
        if differences && shape.bits != 8 {
            return Err(Refusal::Unsupported);
        }
        let (width, height, offsets, counts) = match directory.number(tag::TILE_WIDTH) {
            Some(width) => (width as usize, number(tag::TILE_HEIGHT, 0), tag::TILE_OFFSETS, tag::TILE_COUNTS),
            None => {
                let rows = number(tag::ROWS_PER_STRIP, shape.height).clamp(1, shape.height);
                (shape.width, rows, tag::STRIP_OFFSETS, tag::STRIP_COUNTS)
            }
        };
        // Tiles are whole bytes wide, sixteen points at the least (TIFF 6.0, section 15), and no tile hides a giant.
        let tiled = width != shape.width;
        if tiled && !width.is_multiple_of(16) {
            return Err(Refusal::Damaged);
        }
        measured(width, height, shape.bits * shape.samples)?;
        let across = shape.width.div_ceil(width);
        let wanted = across * shape.height.div_ceil(height);
        let mut offsets = directory.numbers(offsets);
        offsets.truncate(wanted);
        let counts = directory.numbers(counts);
        let places = offsets.iter().enumerate().map(|(place, offset)| {
            // Where a count is missing, a part goes on to the next one.
            let count = counts.get(place).map(|count| *count as usize).filter(|count| *count > 0);
            let until = offsets.get(place + 1).filter(|next| *next > offset).map_or(file.len(), |next| *next as usize);
            let start = *offset as usize;
            (start, count.unwrap_or_else(|| until.saturating_sub(start)))
        });
        let places: Vec<(usize, usize)> = places.collect();
        if places.is_empty() {
            return Err(Refusal::Damaged);
        }
        Ok(Chunks {
            file,
            shape,
            compression,
            reversed: number(tag::FILL_ORDER, 1) == 2,
            differences,
            jpeg_tables: directory.bytes(tag::JPEG_TABLES).unwrap_or_default(),
            width,
            height,
            across,
            places,
        })
    }

    pub(super) fn shape(&self) -> Shape {
        self.shape
    }

    /// All parts in their places; those that are missing or broken stay as paper does, from there on nothing is believed.
    pub(super) fn decoded(&self) -> Read<Packed> {
        let row = self.shape.row_bytes();
        let mut packed = Packed { rows: vec![0; row * self.shape.height], damaged: 0, read: 0, whole: false };
        let (mut read, mut gap) = (0, false);
        for (number, (start, length)) in self.places.iter().enumerate() {
            let (left, top) = (number % self.across * self.width, number / self.across * self.height);
            // A strip holds no row beyond the page; a tile does.
            let rows_here = (self.shape.height - top).min(self.height);
            let data = self.file.get(*start..).unwrap_or_default();
            let data = data.get(..*length).unwrap_or(data);
            let part = self.part(data, if self.across > 1 { self.height } else { rows_here })?;
            packed.damaged += part.damaged;
            self.lay(&part.rows, left, top, rows_here.min(part.read), &mut packed.rows);
            gap |= part.read < rows_here && !part.whole;
            if !gap {
                read = top + rows_here;
                packed.whole = part.whole;
            } else {
                read = read.max(top + part.read.min(rows_here));
                break;
            }
        }
        packed.read = read;
        packed.whole &= !gap;
        Ok(packed)
    }

    fn lay(&self, part: &[u8], left: usize, top: usize, count: usize, rows: &mut [u8]) {
        let (row, own) = (self.shape.row_bytes(), row_bytes(self.width, self.shape.bits * self.shape.samples));
        let start = row_bytes(left, self.shape.bits * self.shape.samples);
        let length = own.min(row.saturating_sub(start));
        for (number, line) in part.chunks_exact(own).take(count).enumerate() {
            let place = (top + number) * row + start;
            rows[place..place + length].copy_from_slice(&line[..length]);
        }
    }

    /// One part, `height` rows of it at the most.
    fn part(&self, data: &[u8], height: usize) -> Read<Packed> {
        let samples = self.shape.samples;
        let row = row_bytes(self.width, self.shape.bits * samples);
        let data: Cow<[u8]> =
            if self.reversed { data.iter().map(|byte| byte.reverse_bits()).collect() } else { Cow::Borrowed(data) };
        let most = row * height;
        let mut rows = match self.compression {
            Compression::Fax(coding) => {
                let decoded = tried(coding, &data, self.width, height);
                let (damaged, read, whole) = (decoded.damaged, decoded.read, decoded.whole);
                return Ok(Packed { rows: decoded.bits.rows, damaged, read, whole });
            }
            Compression::None => data.get(..most).unwrap_or(&data).to_vec(),
            Compression::PackBits => unpacked(&data, most),
            Compression::Lzw => lzw(&data, most),
            Compression::Deflate => inflated(&data, most),
            Compression::Jpeg => picture::jpeg_part(self.jpeg_tables, &data, self.width, height, samples)?,
        };
        let read = rows.len() / row;
        rows.resize(most, 0);
        if self.differences {
            for line in rows.chunks_exact_mut(row) {
                for place in samples..line.len() {
                    line[place] = line[place].wrapping_add(line[place - samples]);
                }
            }
        }
        Ok(Packed { rows, damaged: 0, read, whole: read == height })
    }
}

/// Fax programs are often wrong about the order of their bits and the dimensions of their codes: where too much
/// can't be read as the file says, the other ways are tried, and the best is taken.
fn tried(coding: Coding, data: &[u8], width: usize, height: usize) -> Decoded {
    let good = |decoded: &Decoded| decoded.read - decoded.damaged;
    let said = fax::decode(coding, data, width, height);
    if said.whole && 10 * said.damaged <= height {
        return said;
    }
    let reversed: Vec<u8> = data.iter().map(|byte| byte.reverse_bits()).collect();
    let mut others = vec![(coding, &reversed[..])];
    if let Coding::Group3 { two_dimensional } = coding {
        let other = Coding::Group3 { two_dimensional: !two_dimensional };
        others.extend([(other, data), (other, &reversed[..])]);
    }
    let others = others.into_iter().map(|(coding, data)| fax::decode(coding, data, width, height));
    others.fold(said, |best, other| if good(&other) > good(&best) { other } else { best })
}

fn compression(number: usize, t4_options: usize) -> Read<Compression> {
    Ok(match number {
        1 => Compression::None,
        2 => Compression::Fax(Coding::Runs { align_bits: 8 }),
        3 => Compression::Fax(Coding::Group3 { two_dimensional: t4_options & 1 == 1 }),
        4 => Compression::Fax(Coding::Group4),
        5 => Compression::Lzw,
        7 => Compression::Jpeg,
        8 | 32946 => Compression::Deflate,
        32771 => Compression::Fax(Coding::Runs { align_bits: 16 }),
        32773 => Compression::PackBits,
        _ => return Err(Refusal::Unsupported),
    })
}

/// TIFF 6.0, section 9.
fn unpacked(data: &[u8], most: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(most.min(1 << 20));
    let mut rest = data;
    while let [head, after @ ..] = rest
        && out.len() < most
    {
        match i8::from_le_bytes([*head]) {
            -128 => rest = after,
            run @ -127..0 => {
                let Some(byte) = after.first() else { break };
                out.extend(std::iter::repeat_n(*byte, 1 + usize::from(run.unsigned_abs())));
                rest = &after[1..];
            }
            run => {
                let count = (run as usize + 1).min(after.len());
                out.extend_from_slice(&after[..count]);
                rest = &after[count..];
            }
        }
    }
    out.truncate(most);
    out
}

fn inflated(data: &[u8], most: usize) -> Vec<u8> {
    let mut out = Vec::new();
    // What came before an error is kept.
    let _ = flate2::read::ZlibDecoder::new(data).take(most as u64).read_to_end(&mut out);
    out
}

/// TIFF 6.0, section 13: codes of 9 to 12 bits from the left, each growing one code early.
fn lzw(data: &[u8], most: usize) -> Vec<u8> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    const CODES_MAX: usize = 4096;
    let mut out: Vec<u8> = Vec::with_capacity(most.min(1 << 20));
    // Each code as the place in `out` where its bytes stand, and how many they are.
    let mut codes: Vec<(usize, usize)> = Vec::with_capacity(CODES_MAX);
    let mut last: Option<(usize, usize)> = None;
    let (mut bits, mut held, mut size) = (0usize, 0, 9);
    let mut bytes = data.iter();
    while out.len() < most {
        while held < size {
            let Some(byte) = bytes.next() else { return out };
            bits = (bits << 8 | usize::from(*byte)) & 0xff_ffff;
            held += 8;
        }
        held -= size;
        let code = bits >> held & ((1 << size) - 1);
        match code {
            CLEAR => {
                codes.clear();
                (last, size) = (None, 9);
                continue;
            }
            END => break,
            _ => {}
        }
        let start = out.len();
        if code < CLEAR {
            out.push(code as u8);
        } else if let Some((from, length)) = codes.get(code - 258).copied() {
            for place in from..from + length {
                out.push(out[place]);
            }
        } else if let Some((from, length)) = last.filter(|_| code - 258 == codes.len()) {
            for place in from..from + length {
                out.push(out[place]);
            }
            out.push(out[from]);
        } else {
            return out;
        }
        if let Some((from, length)) = last
            && codes.len() + 258 < CODES_MAX
        {
            // The last code and the first byte of this one stand side by side already.
            codes.push((from, length + 1));
        }
        last = Some((start, out.len() - start));
        size = match codes.len() + 258 + 1 {
            0..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
    }
    out.truncate(most);
    out
}
