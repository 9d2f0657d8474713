//! Spreadsheets' files as offices hand them over: which encoding, which separator, on which line a row begins; and cells
//! that no spreadsheet takes for formulas.

use super::fold;
use std::borrow::Cow;

/// A row longer than this is a quote that was never closed.
pub const ROW_BYTES_MAX: usize = 64 * 1024;

/// The text of a file: UTF-16 and UTF-8 by their marks, UTF-8 without one, else Windows-1252 (WHATWG Encoding Standard),
/// which has a character for every byte.
pub fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xff, 0xfe, rest @ ..] => return utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => return utf_16(rest, u16::from_be_bytes),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
    }
}

/// The name of the encoding that `decoded` takes a file to have.
pub fn encoding(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "UTF-16",
        _ if std::str::from_utf8(bytes).is_ok() => "UTF-8",
        _ => "Windows-1252",
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    char::decode_utf16(units.iter().map(|two| unit(*two))).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// The likeliest of « ; », « , » and tab: the one the header has most of.
pub fn delimiter(header: &str) -> u8 {
    let count = |delimiter: u8| header.bytes().filter(|byte| *byte == delimiter).count();
    [b';', b'\t', b','].into_iter().max_by_key(|delimiter| (count(*delimiter), *delimiter == b';')).unwrap_or(b';')
}

/// A column's name folded, its words apart by one space: « Né(e) le » as « ne e le ».
pub fn column_name(name: &str) -> String {
    let folded = fold::fold(name);
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Counts lines up to a byte, going forward only; csv counts records begun inside of quotes differently.
pub struct LineCounter<'t> {
    text: &'t str,
    place: usize,
    line: u64,
}

impl LineCounter<'_> {
    pub fn new(text: &str) -> LineCounter<'_> {
        LineCounter { text, place: 0, line: 1 }
    }

    pub fn at(&mut self, byte: usize) -> u64 {
        let bytes = self.text.as_bytes();
        // The reader stands before the line break that ended the row before.
        let mut byte = byte.min(bytes.len());
        while bytes.get(byte).is_some_and(|next| matches!(next, b'\r' | b'\n')) {
            byte += 1;
        }
        if byte > self.place {
            self.line += bytes[self.place..byte].iter().filter(|next| **next == b'\n').count() as u64;
            self.place = byte;
        }
        self.line
    }
}

/// First characters by which spreadsheets know a formula, or that hide one (OWASP, CSV Injection).
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// A cell that no spreadsheet computes: an apostrophe before what looks like a formula. A telephone number « +32 475… »
/// computes to nothing and stays as it is.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    let mut letters = cell.chars();
    let dangerous = match letters.next() {
        Some('+') => !letters.all(|c| c.is_ascii_digit() || c == ' ') || cell.len() < 2,
        Some('\'') => letters.next().is_some_and(|next| next == '\'' || FORMULA.contains(&next)),
        Some(first) => FORMULA.contains(&first),
        None => false,
    };
    if dangerous { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// A cell as it was before `harmless`.
pub fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA) || rest.starts_with('\'') => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_in_the_encodings_of_french_offices() {
        for bytes in [
            "Né(e) – œuf €".as_bytes().to_vec(),
            [b"\xef\xbb\xbf", "Né(e) – œuf €".as_bytes()].concat(),
            b"N\xe9(e) \x96 \x9cuf \x80".to_vec(),
            [vec![0xff, 0xfe], "Né(e) – œuf €".encode_utf16().flat_map(u16::to_le_bytes).collect()].concat(),
            [vec![0xfe, 0xff], "Né(e) – œuf €".encode_utf16().flat_map(u16::to_be_bytes).collect()].concat(),
        ] {
            assert_eq!(decoded(&bytes), "Né(e) – œuf €", "{}", encoding(&bytes));
        }
        assert_eq!(column_name(" Né(e) le : "), "ne e le");
    }

    #[test]
    fn formulas_are_made_harmless_and_read_back() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2", "'-2"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("\t=1", "'\t=1"),
            ("+33612345678", "+33612345678"),
            ("+32 475 12 34 56", "+32 475 12 34 56"),
            ("l’été", "l’été"),
            ("'été", "'été"),
            ("'=1", "''=1"),
            ("''", "'''"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), written);
            assert_eq!(plain(&harmless(cell)), cell);
        }
    }
}
