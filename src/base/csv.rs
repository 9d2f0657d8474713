//! CSV as a French Excel opens it by double click: UTF-8 with a mark, « ; », CRLF; and nothing that it would run.

use std::borrow::Cow;
use std::io::{self, Write};

/// The mark at the beginning of a file, by which Excel knows UTF-8.
pub const MARK: &str = "\u{feff}";

/// Writes one row.
pub fn row<C: AsRef<str>>(out: &mut impl Write, cells: &[C]) -> io::Result<()> {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            out.write_all(b";")?;
        }
        out.write_all(quoted(&harmless(cell.as_ref())).as_bytes())?;
    }
    out.write_all(b"\r\n")
}

/// A text that a spreadsheet would take for a formula (OWASP, « CSV Injection ») gets an apostrophe before it; « +33… »
/// stays readable.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// RFC 4180, section 2, with the separator of French systems.
fn quoted(cell: &str) -> Cow<'_, str> {
    if cell.contains([';', '"', '\r', '\n', ',']) || cell.starts_with(' ') || cell.ends_with(' ') {
        Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_runs_and_everything_can_be_read_back() {
        let mut out = Vec::new();
        let cells = ["Dupont; Marie", "dit « \"Titi\" »", "=1+1", "+33639981234", "-5", "@x", "deux\nlignes", ""];
        row(&mut out, &cells).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.ends_with("\r\n"));
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').has_headers(false).from_reader(text.as_bytes());
        let back: Vec<String> = reader.records().next().unwrap().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(
            back,
            ["Dupont; Marie", "dit « \"Titi\" »", "'=1+1", "'+33639981234", "'-5", "'@x", "deux\nlignes", ""]
        );
    }
}
