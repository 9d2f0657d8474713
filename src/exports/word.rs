//! Calls for Word: a titled document, a table per type whose header row comes again on each page, A4 lying, page numbers.
//!
//! `docx-rs` makes the document with one row a table as a pattern, whose cells hold marks; a real row is the pattern with
//! texts in their place, and goes into the zip as it is read.

use super::Order;
use super::model::Type;
use super::package::{Package, Zip, escaped, missing};
use super::rows;
use crate::base::french;
use crate::base::time::date_in_words;
use crate::error::{Error, Result};
use crate::store::Read;
use docx_rs::{
    AlignmentType, Docx, Footer, Header, NumPages, PageMargin, PageNum, PageOrientationType, Paragraph, Run, RunFonts,
    Shading, Style, StyleType, Table, TableCell, TableCellMargins, TableLayoutType, TableRow, WidthType,
};
use std::io::{Cursor, Write};
use std::ops::ControlFlow;

/// A4 lying and its margins, in twentieths of a point.
const PAGE: (u32, u32) = (16_838, 11_906);
const MARGIN: i32 = 567;
/// What a table may take of it.
const TABLE_WIDTH: usize = 16_838 - 2 * 567;
/// Stands in the pattern where a text comes; no text of ours holds it.
const MARK: char = '\u{f8ff}';
/// Rows go to the zip by so many bytes.
const PIECE_BYTES: usize = 32 * 1024;

pub(super) fn write(tx: &Read, order: &Order, out: &mut impl Write) -> Result<()> {
    let mut pattern = Cursor::new(Vec::new());
    document(order).pack(&mut pattern).map_err(|cause| Error::Internal(Box::new(cause)))?;
    Package::read(pattern.get_ref())?.write(out, |name, text, zip| {
        if name != "word/document.xml" {
            return Ok(false);
        }
        body(tx, order, &without_ids(text), zip)?;
        Ok(true)
    })
}

/// Half points of a letter: the more columns, the smaller.
fn size(columns: usize) -> usize {
    match columns {
        0..=7 => 18,
        8..=12 => 15,
        _ => 12,
    }
}

fn document(order: &Order) -> Docx {
    let day = order.today.format("%Y-%m-%dT00:00:00Z").to_string();
    let title = format!("Appels de {}", order.subscriber.name);
    let counted = french::count(order.counts.all(), "appel", "appels");
    let mut document = Docx::new()
        .created_at(&day)
        .updated_at(&day)
        .default_fonts(RunFonts::new().ascii("Arial").hi_ansi("Arial").cs("Arial"))
        .default_size(18)
        .add_style(Style::new("Title", StyleType::Paragraph).name("Title").size(32).bold())
        .add_style(Style::new("Heading1", StyleType::Paragraph).name("heading 1").size(24).bold().outline_lvl(0))
        .page_size(PAGE.0, PAGE.1)
        .page_orient(PageOrientationType::Landscape)
        .page_margin(PageMargin::new().top(850).bottom(850).left(MARGIN).right(MARGIN).header(400).footer(400))
        .header(Header::new().add_paragraph(small(&format!("{} · {}", order.subscriber.name, order.in_words()))))
        .footer(Footer::new().add_paragraph(pages(order)))
        .add_paragraph(Paragraph::new().style("Title").add_run(Run::new().add_text(title)))
        .add_paragraph(Paragraph::new().add_run(Run::new().add_text(format!("{counted} {}", order.in_words()))));
    for one in &order.asked.types {
        let (singular, plural) = one.counted();
        let heading = match order.counts.of(*one) {
            0 => format!("{} : aucun", one.title()),
            count => format!("{} : {}", one.title(), french::count(count, singular, plural)),
        };
        let heading = Paragraph::new().style("Heading1").keep_next(true).add_run(Run::new().add_text(heading));
        document = document.add_paragraph(heading).add_table(table(order));
    }
    // After a table Word wants a paragraph.
    document.add_paragraph(Paragraph::new())
}

fn small(text: &str) -> Paragraph {
    Paragraph::new().size(14).add_run(Run::new().size(14).add_text(text))
}

/// « Exporté le mardi 24 novembre 2026 — page 1 sur 12 ».
fn pages(order: &Order) -> Paragraph {
    let text = |text: String| Run::new().add_text(text);
    Paragraph::new()
        .align(AlignmentType::Right)
        .add_run(text(format!("Exporté le {} — page ", date_in_words(order.today))))
        .add_page_num(PageNum::new())
        .add_run(text(" sur ".into()))
        .add_num_pages(NumPages::new())
}

/// The header's row, and the pattern of all others.
fn table(order: &Order) -> Table {
    let fields = &order.asked.fields;
    let size = size(fields.len());
    let shares: usize = fields.iter().map(|field| field.share()).sum();
    let widths: Vec<usize> = fields.iter().map(|field| TABLE_WIDTH * field.share() / shares.max(1)).collect();
    let cell = |width: usize, run: Run| {
        TableCell::new().width(width, WidthType::Dxa).add_paragraph(Paragraph::new().add_run(run.size(size)))
    };
    let headers = fields.iter().zip(&widths).map(|(field, width)| {
        let header = field.header(&order.subscriber.clients_called);
        cell(*width, Run::new().bold().add_text(header)).shading(Shading::new().fill("E4ECED"))
    });
    let marks = widths.iter().map(|width| cell(*width, Run::new().add_text(MARK)));
    Table::new(vec![TableRow::new(headers.collect()).cant_split(), TableRow::new(marks.collect()).cant_split()])
        .set_grid(widths.clone())
        .layout(TableLayoutType::Fixed)
        .width(widths.iter().sum(), WidthType::Dxa)
        .margins(TableCellMargins::new().margin(20, 50, 20, 50))
}

/// Paragraphs bear numbers that must be there once; a pattern's would be there in every row.
fn without_ids(text: &str) -> String {
    let mut rest = text;
    let mut out = String::with_capacity(text.len());
    const ID: &str = " w14:paraId=\"";
    while let Some(start) = rest.find(ID) {
        out.push_str(&rest[..start]);
        let after = &rest[start + ID.len()..];
        rest = after.find('"').map_or("", |end| &after[end + 1..]);
    }
    out.push_str(rest);
    out
}

/// The document's text with each pattern in it replaced by its rows.
fn body<W: Write>(tx: &Read, order: &Order, pattern: &str, zip: &mut Zip<W>) -> Result<()> {
    let mut rest = pattern;
    for one in &order.asked.types {
        let mark = rest.find(MARK).ok_or_else(|| missing("mark"))?;
        let start = rest[..mark].rfind("<w:tr>").ok_or_else(|| missing("row"))?;
        let end = start + rest[start..].find("</w:tr>").ok_or_else(|| missing("end of a row"))? + "</w:tr>".len();
        zip.write_all(repeated(&rest[..start])?.as_bytes())?;
        rows(tx, order, *one, &rest[start..end], zip)?;
        rest = &rest[end..];
    }
    Ok(zip.write_all(rest.as_bytes())?)
}

/// Marks the header's row, the last before the pattern, as one that comes again on each page, which `docx-rs` can't say.
fn repeated(before: &str) -> Result<String> {
    const WHOLE: &str = "<w:cantSplit />";
    let place = before.rfind(WHOLE).ok_or_else(|| missing("header"))? + WHOLE.len();
    Ok(format!("{}<w:tblHeader />{}", &before[..place], &before[place..]))
}

fn rows<W: Write>(tx: &Read, order: &Order, one: Type, pattern: &str, zip: &mut Zip<W>) -> Result<()> {
    let parts: Vec<&str> = pattern.split(MARK).collect();
    let mut piece = String::with_capacity(2 * PIECE_BYTES);
    rows::each(tx, &order.subscriber, &order.asked, Some(one), |row| {
        for (part, field) in parts.iter().zip(&order.asked.fields) {
            piece.push_str(part);
            text(&mut piece, &row.cell(*field).text());
        }
        piece.push_str(parts.last().copied().unwrap_or_default());
        if piece.len() >= PIECE_BYTES {
            zip.write_all(piece.as_bytes())?;
            piece.clear();
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(zip.write_all(piece.as_bytes())?)
}

/// A text within `<w:t>`; its line breaks are elements.
fn text(out: &mut String, text: &str) {
    for (place, line) in text.split('\n').enumerate() {
        if place > 0 {
            out.push_str("</w:t><w:br/><w:t xml:space=\"preserve\">");
        }
        escaped(out, line);
    }
}
