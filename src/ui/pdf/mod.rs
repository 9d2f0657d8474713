//! Documents of A4 pages for what must be read without this server: headings, text and tables in Helvetica, which every reader
//! has, each page with its number; tagged, titled and in French for screen readers. The same content makes the same bytes.
//!
//! Never here: what a document says, a picture, a font file.

mod letters;
mod write;

pub use letters::Face;

use letters::{encode, wrap};

/// A4 in points, and the margin that any printer leaves.
const PAGE: (f32, f32) = (595.28, 841.89);
const MARGIN: f32 = 51.0;
/// Where text ends above the foot.
const BOTTOM: f32 = 62.0;
const ROOM: f32 = PAGE.0 - 2.0 * MARGIN;
/// Between the columns of a table.
const GUTTER: f32 = 9.0;

/// A document about to be written.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The reader's window shows it, and the foot of every page beside its number.
    title: String,
    author: String,
    made: chrono::NaiveDateTime,
    blocks: Vec<Block>,
    /// Some letter had to be written as its number.
    numbered: bool,
}

/// A file within the document.
#[derive(Debug, Clone, Copy)]
pub struct Attachment<'a> {
    pub name: &'a str,
    /// « application/json ».
    pub media_type: &'a str,
    pub about: &'a str,
    pub bytes: &'a [u8],
}

/// How a run of text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Look {
    face: Face,
    size: f32,
    grey: f32,
}

const BODY: Look = Look { face: Face::Plain, size: 9.5, grey: 0.0 };
const STRONG: Look = Look { face: Face::Bold, ..BODY };
const SMALL: Look = Look { size: 8.0, grey: 0.3, ..BODY };
const HEADING: Look = Look { face: Face::Bold, size: 12.0, grey: 0.0 };
const TITLE: Look = Look { face: Face::Bold, size: 17.0, grey: 0.0 };

impl Look {
    fn leading(self) -> f32 {
        self.size * 1.36
    }
}

/// What a piece of text is to a screen reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Title,
    Heading,
    Text,
    HeadCell,
    Cell,
}

#[derive(Debug, Clone)]
struct Piece {
    tag: Tag,
    look: Look,
    x: f32,
    lines: Vec<Vec<u8>>,
}

/// Pieces beside each other, and the space above them.
#[derive(Debug, Clone)]
struct Block {
    above: f32,
    pieces: Vec<Piece>,
    /// A row of a table; others are text of their own.
    row: bool,
    /// Stays with what follows it.
    leads: bool,
    /// Begins a page, whatever room there is.
    on_new_page: bool,
}

impl Document {
    /// An empty one. `author` is who made it, `made` when, by civil time of the reader.
    pub fn new(title: String, author: &str, made: chrono::NaiveDateTime) -> Document {
        Document { title, author: author.to_owned(), made, ..Document::default() }
    }

    pub fn heading_one(&mut self, text: &str) {
        self.text_as(Tag::Title, TITLE, 0.0, text);
    }

    pub fn heading(&mut self, text: &str) {
        self.text_as(Tag::Heading, HEADING, 13.0, text);
        if let Some(block) = self.blocks.last_mut() {
            block.leads = true;
        }
    }

    /// The same at the top of a page.
    pub fn heading_on_new_page(&mut self, text: &str) {
        self.heading(text);
        if let Some(block) = self.blocks.last_mut() {
            block.on_new_page = true;
        }
    }

    /// A paragraph; its line breaks are kept.
    pub fn text(&mut self, text: &str) {
        self.text_as(Tag::Text, BODY, 5.0, text);
    }

    pub fn strong(&mut self, text: &str) {
        self.text_as(Tag::Text, STRONG, 5.0, text);
    }

    /// What is said in passing.
    pub fn small(&mut self, text: &str) {
        self.text_as(Tag::Text, SMALL, 4.0, text);
    }

    /// The head of a table: how many parts of the width each column has, and what it is called.
    pub fn table_head(&mut self, columns: &[(u16, &str)]) {
        let cells: Vec<(u16, &str)> = columns.to_vec();
        self.row_as(Tag::HeadCell, Look { size: 8.0, ..STRONG }, 7.0, &cells);
        if let Some(block) = self.blocks.last_mut() {
            block.leads = true;
        }
    }

    /// A row of a table. The first cell is what the row is about.
    pub fn row(&mut self, cells: &[(u16, &str)]) {
        self.row_as(Tag::Cell, BODY, 3.5, cells);
    }

    /// Whether some letter so far had to be written as its number in Unicode.
    pub fn has_numbered_letters(&self) -> bool {
        self.numbered
    }

    fn text_as(&mut self, tag: Tag, look: Look, above: f32, text: &str) {
        let piece = self.piece(tag, look, (0.0, ROOM), text);
        self.blocks.push(Block { above, pieces: vec![piece], row: false, leads: false, on_new_page: false });
    }

    fn row_as(&mut self, tag: Tag, look: Look, above: f32, cells: &[(u16, &str)]) {
        let parts: u16 = cells.iter().map(|(parts, _)| *parts).sum();
        let mut x = 0.0;
        let mut pieces = Vec::new();
        for (place, (own, text)) in cells.iter().enumerate() {
            let wide = ROOM * f32::from(*own) / f32::from(parts.max(1));
            let look = if place == 0 && tag == Tag::Cell { Look { face: Face::Bold, ..look } } else { look };
            pieces.push(self.piece(tag, look, (x, wide - GUTTER), text));
            x += wide;
        }
        self.blocks.push(Block { above, pieces, row: true, leads: false, on_new_page: false });
    }

    fn piece(&mut self, tag: Tag, look: Look, (x, room): (f32, f32), text: &str) -> Piece {
        let mut lines = Vec::new();
        for line in text.split('\n') {
            let (bytes, numbered) = encode(line.trim_end_matches('\r'));
            self.numbered |= numbered;
            lines.extend(wrap(&bytes, look.face, look.size, room));
        }
        Piece { tag, look, x: MARGIN + x, lines }
    }

    /// The document as bytes, with a file in it if there is one.
    pub fn bytes(&self, attachment: Option<&Attachment<'_>>) -> Vec<u8> {
        write::bytes(self, &self.laid_out(), attachment)
    }

    /// Every line at its place.
    fn laid_out(&self) -> Vec<Page> {
        let mut pages = vec![Page::default()];
        let mut y = PAGE.1 - MARGIN;
        for (place, block) in self.blocks.iter().enumerate() {
            let heights = |block: &Block| block.above + block.leading();
            // A heading goes on with the first line of what it heads.
            let wanted = heights(block)
                + self.blocks.get(place + 1).filter(|_| block.leads).map_or(0.0, |next| heights(next) + next.leading());
            let fresh = pages.last().is_none_or(|page| page.runs.is_empty());
            if !fresh && (block.on_new_page || y - wanted < BOTTOM) {
                pages.push(Page::default());
                y = PAGE.1 - MARGIN;
            } else if !fresh {
                y -= block.above;
            }
            let count = block.pieces.iter().map(|piece| piece.lines.len()).max().unwrap_or(0);
            let mut from = 0;
            while from < count {
                let fit = (((y - BOTTOM) / block.leading()).floor().max(1.0) as usize).min(count - from);
                for (cell, piece) in block.pieces.iter().enumerate() {
                    let lines: Vec<Vec<u8>> = piece.lines.iter().skip(from).take(fit).cloned().collect();
                    if !lines.is_empty() {
                        let run = Run { block: place, cell, x: piece.x, y, look: piece.look, lines };
                        pages.last_mut().expect("there is always a page").runs.push(run);
                    }
                }
                y -= block.leading() * fit as f32;
                from += fit;
                if from < count {
                    pages.push(Page::default());
                    y = PAGE.1 - MARGIN;
                }
            }
        }
        pages
    }
}

impl Block {
    /// The tallest line of its pieces.
    fn leading(&self) -> f32 {
        self.pieces.iter().map(|piece| piece.look.leading()).fold(0.0, f32::max)
    }
}

/// One page as it will be drawn.
#[derive(Debug, Clone, Default)]
struct Page {
    runs: Vec<Run>,
}

/// Lines of one piece on one page.
#[derive(Debug, Clone)]
struct Run {
    block: usize,
    cell: usize,
    x: f32,
    /// The top of its first line.
    y: f32,
    look: Look,
    lines: Vec<Vec<u8>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_goes_on_over_pages_and_a_heading_is_never_the_last_line() {
        let mut document = Document::default();
        document.heading_one("Titre");
        for number in 0..200 {
            document.heading(&format!("Partie {number}"));
            document.text("Une ligne.");
        }
        let pages = document.laid_out();
        assert!(pages.len() > 5);
        for page in &pages {
            let last = page.runs.last().unwrap();
            assert_ne!(document.blocks[last.block].pieces[0].tag, Tag::Heading);
            assert!(last.y - last.look.leading() * last.lines.len() as f32 >= BOTTOM - 0.1);
        }
        let mut long = Document::default();
        long.row(&[(1, "09:00"), (4, &"mot ".repeat(4000))]);
        assert!(long.laid_out().len() > 3, "a row that is taller than a page goes on");
    }
}
