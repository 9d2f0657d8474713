//! CSV as a French Excel opens it by double click: UTF-8 with a mark, « ; », CRLF; and nothing that it would run.

use super::sheet::harmless;
use std::io::{self, Write};

/// The mark at the beginning of a file, by which Excel knows UTF-8.
pub const MARK: &str = "\u{feff}";

/// Bytes of a table's rows that go out together.
const BUFFER_BYTES: usize = 32 * 1024;

/// A table being written, its mark first.
pub struct Table<W: Write>(csv::Writer<W>);

impl<W: Write> Table<W> {
    /// Begins with the mark.
    pub fn new(mut out: W) -> io::Result<Table<W>> {
        out.write_all(MARK.as_bytes())?;
        Ok(Table(writer(out, BUFFER_BYTES)))
    }

    /// One row.
    pub fn row<C: AsRef<str>>(&mut self, cells: &[C]) -> io::Result<()> {
        for cell in cells {
            self.cell(cell.as_ref())?;
        }
        self.end_row()
    }

    /// The next cell of a row; what a spreadsheet would take for a formula is made harmless.
    pub fn cell(&mut self, cell: &str) -> io::Result<()> {
        Ok(self.0.write_field(harmless(cell).as_bytes())?)
    }

    pub fn end_row(&mut self) -> io::Result<()> {
        Ok(self.0.write_record(None::<&[u8]>)?)
    }

    /// Hands over what is left.
    pub fn end(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes one row of a table that shares its writer with other things.
pub fn row<C: AsRef<str>>(out: &mut impl Write, cells: &[C]) -> io::Result<()> {
    let mut table = Table(writer(out, 256));
    table.row(cells)?;
    table.end()
}

/// RFC 4180 with the separator of French systems.
fn writer<W: Write>(out: W, buffer_bytes: usize) -> csv::Writer<W> {
    csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .buffer_capacity(buffer_bytes)
        .flexible(true)
        .from_writer(out)
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
            ["Dupont; Marie", "dit « \"Titi\" »", "'=1+1", "+33639981234", "'-5", "'@x", "deux\nlignes", ""]
        );
    }
}
