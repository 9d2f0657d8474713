//! The codes of fax machines: ITU-T T.4 (group 3, one- and two-dimensional) and T.6 (group 4), into black and white rows. Pure.
//!
//! A damaged line of group 3 ends where the next one begins: it repeats the line above, and where lines refer to those above
//! them, so do all that follow until one stands for itself, as on a fax machine. Group 4 has no such marks: what was read
//! until then is kept.

use super::raster::{Bits, ends, row_bytes};
use std::sync::OnceLock;

/// T.4, table 2: runs of 0 to 63 points.
const WHITE: &str = "\
00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101 \
101010 101011 0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010 00000011 00011010 \
00011011 00010010 00010011 00010100 00010101 00010110 00010111 00101000 00101001 00101010 00101011 00101100 00101101 00000100 00000101 00001010 \
00001011 01010010 01010011 01010100 01010101 00100100 00100101 01011000 01011001 01011010 01011011 01001010 01001011 00110010 00110011 00110100";
const BLACK: &str = "\
0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111 000011000 \
0000010111 0000011000 0000001000 00001100111 00001101000 00001101100 00000110111 00000101000 00000010111 00000011000 000011001010 000011001011 000011001100 000011001101 000001101000 000001101001 \
000001101010 000001101011 000011010010 000011010011 000011010100 000011010101 000011010110 000011010111 000001101100 000001101101 000011011010 000011011011 000001010100 000001010101 000001010110 000001010111 \
000001100100 000001100101 000001010010 000001010011 000000100100 000000110111 000000111000 000000100111 000000101000 000001011000 000001011001 000000101011 000000101100 000001011010 000001100110 000001100111";
/// T.4, table 3a: runs of 64, 128, … 1728 points, which another code completes.
const WHITE_LONG: &str = "\
11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 011001101 011010010 011010011 \
011010100 011010101 011010110 011010111 011011000 011011001 011011010 011011011 010011000 010011001 010011010 011000 010011011";
const BLACK_LONG: &str = "\
0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100 0000001101101 \
0000001001010 0000001001011 0000001001100 0000001001101 0000001110010 0000001110011 0000001110100 0000001110101 0000001110110 \
0000001110111 0000001010010 0000001010011 0000001010100 0000001010101 0000001011010 0000001011011 0000001100100 0000001100101";
/// T.4, table 3b: 1792, 1856, … 2560 points of either colour.
const LONGEST: &str = "\
00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110 000000010111 \
000000011100 000000011101 000000011110 000000011111";

/// The longest code.
const CODE_BITS: usize = 13;
/// From this on a run goes on with another code.
const LONG: u16 = 64;

/// For each 13 bits that may come: the run they begin with, and the bits of its code (0: no code).
type Table = Box<[(u16, u8)]>;

fn tables() -> &'static [Table; 2] {
    static TABLES: OnceLock<[Table; 2]> = OnceLock::new();
    TABLES.get_or_init(|| [table(WHITE, WHITE_LONG), table(BLACK, BLACK_LONG)])
}

fn table(short: &str, long: &str) -> Table {
    let mut table = vec![(0, 0); 1 << CODE_BITS].into_boxed_slice();
    let short = short.split_whitespace().zip(0u16..);
    let long = long.split_whitespace().chain(LONGEST.split_whitespace()).zip((1u16..).map(|place| place * LONG));
    for (code, run) in short.chain(long) {
        let open = CODE_BITS - code.len();
        let first = usize::from_str_radix(code, 2).unwrap_or_default() << open;
        table[first..first + (1 << open)].fill((run, code.len() as u8));
    }
    table
}

/// How a page is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// Runs of each line alone, no marks between lines; each begins at a byte, or at two.
    Runs { align_bits: usize },
    /// Marks between lines; with `two_dimensional`, some lines refer to the one above.
    Group3 { two_dimensional: bool },
    /// Each line refers to the one above, no marks.
    Group4,
}

/// What was read of a page or a part of it.
#[derive(Debug)]
pub(super) struct Decoded {
    pub bits: Bits,
    /// Lines that repeat the one above because they were damaged.
    pub damaged: usize,
    /// Lines that were read or repeated; the rest is white.
    pub read: usize,
    /// Whether it ends as it should, be it before its last line.
    pub whole: bool,
}

/// Decodes `height` lines of `width` points.
pub(super) fn decode(coding: Coding, data: &[u8], width: usize, height: usize) -> Decoded {
    let mut page = Lines::new(width, height);
    match coding {
        Coding::Runs { align_bits } => unmarked(data, &mut page, align_bits),
        Coding::Group3 { two_dimensional } => match end_of_line(data, 0) {
            Some(first) => marked(data, first, two_dimensional, &mut page),
            None => unmarked(data, &mut page, 1),
        },
        Coding::Group4 => group4(data, &mut page),
    }
    page.done()
}

/// Something that no encoder writes.
struct Bad;

/// Bits from the left of each byte, between two places.
struct BitReader<'a> {
    data: &'a [u8],
    place: usize,
    end: usize,
}

impl BitReader<'_> {
    /// The next bits without taking them, at most 24; zeros beyond the end.
    fn peek(&self, count: usize) -> usize {
        let first = self.place / 8;
        let byte = |place: usize| self.data.get(first + place).map_or(0, |byte| usize::from(*byte));
        let four = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
        let bits = (four >> (32 - count - self.place % 8)) & ((1 << count) - 1);
        let left = self.end.saturating_sub(self.place);
        if left >= count { bits } else { bits & !((1 << (count - left)) - 1) }
    }

    fn take(&mut self, count: usize) -> Result<(), Bad> {
        self.place += count;
        if self.place > self.end { Err(Bad) } else { Ok(()) }
    }

    /// The length of a run of one colour.
    fn run(&mut self, black: bool, most: usize) -> Result<usize, Bad> {
        let table = &tables()[usize::from(black)];
        let mut sum = 0;
        loop {
            let (run, bits) = table[self.peek(CODE_BITS)];
            if bits == 0 {
                return Err(Bad);
            }
            self.take(usize::from(bits))?;
            sum += usize::from(run);
            if sum > most {
                return Err(Bad);
            }
            if run < LONG {
                return Ok(sum);
            }
        }
    }
}

/// A line as the places where its colour changes, white before the first; strictly growing, all within the line.
type Changes = Vec<usize>;

fn change(line: &mut Changes, place: usize, width: usize) {
    // A run of no points is no change: two in one place undo each other.
    if line.last() == Some(&place) {
        line.pop();
    } else if place < width {
        line.push(place);
    }
}

/// A line that stands for itself.
fn one_dimensional(bits: &mut BitReader, width: usize, line: &mut Changes) -> Result<(), Bad> {
    line.clear();
    let (mut place, mut black) = (0, false);
    while place < width {
        place += bits.run(black, width - place)?;
        change(line, place, width);
        black = !black;
    }
    Ok(())
}

/// A line told by what differs from the one above (T.4, 4.2; T.6, 2.2).
fn two_dimensional(bits: &mut BitReader, width: usize, above: &Changes, line: &mut Changes) -> Result<(), Bad> {
    line.clear();
    // The place reached is before the first point at the start: a change at 0 counts then.
    let (mut start, mut place, mut black, mut next) = (true, 0, false, 0);
    while place < width {
        while next > 0 && above.get(next - 1).is_none_or(|change| *change > place) {
            next -= 1;
        }
        if (next % 2 == 1) != black {
            next += 1;
        }
        while above.get(next).is_some_and(|change| *change < place || (*change == place && !start)) {
            next += 2;
        }
        let below = *above.get(next).unwrap_or(&width);
        let peeked = bits.peek(7);
        let (length, moved): (usize, Option<isize>) = match peeked {
            _ if peeked >> 6 == 0b1 => (1, Some(0)),
            _ if peeked >> 4 == 0b011 => (3, Some(1)),
            _ if peeked >> 4 == 0b010 => (3, Some(-1)),
            _ if peeked >> 4 == 0b001 => (3, None),
            _ if peeked >> 3 == 0b0001 => {
                bits.take(4)?;
                place = *above.get(next + 1).unwrap_or(&width);
                start = false;
                continue;
            }
            _ if peeked >> 1 == 0b00_0011 => (6, Some(2)),
            _ if peeked >> 1 == 0b00_0010 => (6, Some(-2)),
            0b000_0011 => (7, Some(3)),
            0b000_0010 => (7, Some(-3)),
            _ => return Err(Bad),
        };
        bits.take(length)?;
        start = false;
        if let Some(moved) = moved {
            let reached =
                below.checked_add_signed(moved).filter(|reached| (place..=width).contains(reached)).ok_or(Bad)?;
            // Only at the left edge may a change lie where we already are.
            if reached == place && place > 0 {
                return Err(Bad);
            }
            place = reached;
            change(line, place, width);
            black = !black;
        } else {
            for colour in [black, !black] {
                place += bits.run(colour, width - place)?;
                change(line, place, width);
            }
        }
    }
    Ok(())
}

/// The lines of a page as they come.
struct Lines {
    bits: Bits,
    wanted: usize,
    read: usize,
    damaged: usize,
    ended: bool,
    above: Changes,
    line: Changes,
}

impl Lines {
    fn new(width: usize, height: usize) -> Lines {
        let (above, line) = (Vec::new(), Vec::new());
        Lines { bits: Bits::white(width, height), wanted: height, read: 0, damaged: 0, ended: false, above, line }
    }

    fn full(&self) -> bool {
        self.read >= self.wanted
    }

    /// The line just read is the next of the page.
    fn keep(&mut self) {
        if self.full() {
            return;
        }
        std::mem::swap(&mut self.above, &mut self.line);
        self.paint();
    }

    /// The next of the page is like the one above.
    fn repeat(&mut self) {
        if !self.full() {
            self.damaged += 1;
            self.paint();
        }
    }

    fn paint(&mut self) {
        let bytes = row_bytes(self.bits.width, 1);
        let row = &mut self.bits.rows[self.read * bytes..(self.read + 1) * bytes];
        for pair in self.above.chunks(2) {
            blacken(row, pair[0], *pair.get(1).unwrap_or(&self.bits.width));
        }
        self.read += 1;
    }

    fn done(self) -> Decoded {
        let whole = self.ended || self.full();
        Decoded { bits: self.bits, damaged: self.damaged, read: self.read, whole }
    }
}

fn blacken(row: &mut [u8], from: usize, to: usize) {
    if from >= to {
        return;
    }
    let ((first, head), (last, tail)) = ends(from, to);
    if first == last {
        row[first] |= head & tail;
    } else {
        row[first] |= head;
        row[first + 1..last].fill(0xff);
        row[last] |= tail;
    }
}

/// Where the mark after this place begins, and where it ends: eleven zeros at least, then a one. No code holds it.
fn end_of_line(data: &[u8], from: usize) -> Option<(usize, usize)> {
    const ZEROS: usize = 11;
    let mut zeros = 0;
    let mut place = from;
    while place < data.len() * 8 {
        let byte = data[place / 8];
        if place.is_multiple_of(8) && byte == 0 {
            zeros += 8;
            place += 8;
            continue;
        }
        if byte & (0x80 >> (place % 8)) == 0 {
            zeros += 1;
        } else if zeros >= ZEROS {
            return Some((place - ZEROS, place + 1));
        } else {
            zeros = 0;
        }
        place += 1;
    }
    None
}

/// Lines with marks between them: each is read within its own two marks, so that no damage reaches further.
fn marked(data: &[u8], first: (usize, usize), tagged: bool, page: &mut Lines) {
    /// Six marks and nothing between them end a page (T.4, 4.1.4).
    const NOTHINGS_AT_END: usize = 5;
    let whole = data.len() * 8;
    // Some programs leave the first mark out.
    let (mut start, mut next, mut tag) = (0, Some(first), false);
    let (mut nothings, mut alone_only) = (0, false);
    while !page.full() {
        let end = next.map_or(whole, |(begin, _)| begin);
        let mut bits = BitReader { data, place: start, end };
        let own = if tag {
            let own = bits.peek(1) == 1;
            bits.place += 1;
            own
        } else {
            true
        };
        if blank(data, bits.place, end) {
            nothings += 1;
            if nothings >= NOTHINGS_AT_END {
                page.ended = true;
                return;
            }
        } else {
            // Nothing where a line should be was a line once.
            if page.read > 0 {
                (0..nothings).for_each(|_| page.repeat());
                alone_only |= tagged && nothings > 0;
            }
            nothings = 0;
            let read = if own {
                one_dimensional(&mut bits, page.bits.width, &mut page.line)
            } else if alone_only {
                Err(Bad)
            } else {
                two_dimensional(&mut bits, page.bits.width, &page.above, &mut page.line)
            };
            match read {
                Ok(()) if next.is_none() || rests(&mut bits) => {
                    page.keep();
                    alone_only = false;
                }
                // The file ends in the midst of a line: nothing is damaged, something is missing.
                Err(Bad) if next.is_none() => return,
                // With more codes than points, too, it is not the line that was sent.
                Ok(()) | Err(Bad) => {
                    page.repeat();
                    alone_only = tagged;
                }
            }
        }
        let Some((_, after)) = next else { return };
        (start, tag) = (after, tagged);
        next = end_of_line(data, after + usize::from(tagged));
    }
}

/// Whether nothing is left of a line that is complete, but for filling and the runs of no points that some encoders end with.
fn rests(bits: &mut BitReader) -> bool {
    for black in [true, false] {
        if blank(bits.data, bits.place, bits.end) {
            return true;
        }
        let place = bits.place;
        if bits.run(black, 0).is_err() {
            bits.place = place;
        }
    }
    blank(bits.data, bits.place, bits.end)
}

/// Whether there are only zeros between two places.
fn blank(data: &[u8], from: usize, to: usize) -> bool {
    (from..to).all(|place| data[place / 8] & (0x80 >> (place % 8)) == 0)
}

/// Lines one after another, each standing for itself.
fn unmarked(data: &[u8], page: &mut Lines, align_bits: usize) {
    let mut bits = BitReader { data, place: 0, end: data.len() * 8 };
    while !page.full() {
        bits.place = bits.place.next_multiple_of(align_bits);
        if one_dimensional(&mut bits, page.bits.width, &mut page.line).is_err() {
            return;
        }
        page.keep();
    }
}

fn group4(data: &[u8], page: &mut Lines) {
    /// Two marks end a page (T.6, 2.4.1.1).
    const END: usize = 0x00_1001;
    let mut bits = BitReader { data, place: 0, end: data.len() * 8 };
    while !page.full() {
        if bits.peek(24) == END {
            page.ended = true;
            return;
        }
        if two_dimensional(&mut bits, page.bits.width, &page.above, &mut page.line).is_err() {
            return;
        }
        page.keep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_begins_another_and_none_holds_the_mark() {
        for (short, long) in [(WHITE, WHITE_LONG), (BLACK, BLACK_LONG)] {
            let codes: Vec<&str> =
                short.split_whitespace().chain(long.split_whitespace()).chain(LONGEST.split_whitespace()).collect();
            assert_eq!(codes.len(), 64 + 27 + 13);
            for (place, code) in codes.iter().enumerate() {
                assert!(code.len() <= CODE_BITS && !code.contains("00000000000"), "{code}");
                assert!(
                    codes.iter().enumerate().all(|(other, begun)| other == place || !begun.starts_with(code)),
                    "{code}"
                );
            }
        }
    }
}
