//! Calls for Excel: a sheet per type with real dates and times, phones as text, a header that is frozen, filtered and
//! printed on each page, and columns as wide as what they hold.
//!
//! `rust_xlsxwriter` makes the workbook with one row a sheet as a pattern; the rows themselves go into the zip as they are
//! read. Its own mode for large files writes them to the disk first, so that the download would begin when they are all done.

use super::Order;
use super::model::{Field, Type};
use super::package::{Package, Zip, escaped, missing};
use super::rows::{self, Cell, Row};
use crate::error::{Error, Result};
use crate::store::Read;
use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use std::fmt::Write as _;
use std::io::Write;
use std::ops::ControlFlow;

/// Narrower than this a filter's button hides its header.
const WIDTH_CHARS_MIN: usize = 7;
/// A4 in Excel's own list of papers.
const A4: u8 = 9;
const MINUTES_A_DAY: f64 = 1440.0;
/// The height of a line in the usual letters, and the most that a row may have.
const LINE_POINTS: f64 = 15.0;
const ROW_POINTS_MAX: f64 = 409.0;
/// Rows go to the zip by so many bytes.
const PIECE_BYTES: usize = 32 * 1024;

pub(super) fn write(tx: &Read, order: &Order, out: &mut impl Write) -> Result<()> {
    let widths = widths(tx, order)?;
    let pattern = pattern(order, &widths).map_err(|cause| Error::Internal(Box::new(cause)))?;
    Package::read(&pattern)?.write(out, |name, text, zip| {
        let number = name.strip_prefix("xl/worksheets/sheet").and_then(|rest| rest.strip_suffix(".xml"));
        let place = number.and_then(|number| number.parse::<usize>().ok()).and_then(|number| number.checked_sub(1));
        let Some(one) = place.and_then(|place| order.asked.types.get(place)) else { return Ok(false) };
        sheet(tx, order, *one, &widths, text, zip)?;
        Ok(true)
    })
}

/// How wide each column is, in characters: as its widest cell, within reason.
fn widths(tx: &Read, order: &Order) -> Result<Vec<usize>> {
    let fields = &order.asked.fields;
    let mut widths = vec![0; fields.len()];
    rows::each(tx, &order.subscriber, &order.asked, None, |row| {
        for (width, field) in widths.iter_mut().zip(fields) {
            if *width < field.chars_max() {
                let chars = match row.cell(*field) {
                    Cell::Text(text) => text.lines().map(|line| line.chars().count()).max().unwrap_or(0),
                    Cell::Number(number) => number.to_string().len(),
                    Cell::Date(_) => 10,
                    Cell::Time(_) => 5,
                };
                *width = chars.max(*width);
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for (width, field) in widths.iter_mut().zip(fields) {
        // The header's own button needs three characters more.
        let header = field.header(&order.subscriber.clients_called).chars().count() + 3;
        *width = (*width).min(field.chars_max()).max(header).max(WIDTH_CHARS_MIN);
    }
    Ok(widths)
}

/// A workbook with its headers, and one row as a pattern on each sheet.
fn pattern(order: &Order, widths: &[usize]) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let title = format!("Appels de {} {}", order.subscriber.name, order.in_words());
    let made = order.today.and_hms_opt(0, 0, 0).unwrap_or_default();
    let made = rust_xlsxwriter::ExcelDateTime::from_timestamp(made.and_utc().timestamp())?;
    let properties = DocProperties::new().set_title(&title).set_creation_datetime(&made);
    workbook.set_properties(&properties);
    for one in &order.asked.types {
        let sheet = workbook.add_worksheet();
        sheet.set_name(one.title())?;
        fill(sheet, order, *one, widths)?;
    }
    workbook.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, order: &Order, one: Type, widths: &[usize]) -> std::result::Result<(), XlsxError> {
    let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_align(FormatAlign::Top);
    let plain = Format::new().set_align(FormatAlign::Top);
    for ((column, field), width) in (0u16..).zip(&order.asked.fields).zip(widths) {
        let header = field.header(&order.subscriber.clients_called);
        sheet.set_column_width(column, *width as f64 + 1.0)?;
        sheet.write_string_with_format(0, column, header, &head)?;
        let format = match field {
            Field::Number => plain.clone().set_num_format("0"),
            Field::Date | Field::AppointmentDate => plain.clone().set_num_format("dd/mm/yyyy"),
            Field::Time | Field::AppointmentTime => plain.clone().set_num_format("hh:mm"),
            Field::Phone | Field::PostalCode => plain.clone().set_num_format("@"),
            long if long.is_long() => plain.clone().set_text_wrap(),
            _ => plain.clone(),
        };
        sheet.write_blank(1, column, &format)?;
    }
    let columns = u16::try_from(order.asked.fields.len()).unwrap_or(u16::MAX);
    let rows = u32::try_from(order.counts.of(one)).unwrap_or(u32::MAX);
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, rows, columns - 1)?;
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    sheet.set_header(format!("&L{}&R{}", plain_header(&order.subscriber.name), one.title()));
    sheet.set_footer("&L&D&RPage &P / &N");
    Ok(())
}

/// « & » begins a command in a page's header.
fn plain_header(name: &str) -> String {
    name.chars().take(80).collect::<String>().replace('&', "&&")
}

/// A sheet: the pattern's row gives each column its style, and makes room for the rows.
fn sheet<W: Write>(
    tx: &Read,
    order: &Order,
    one: Type,
    widths: &[usize],
    pattern: &str,
    zip: &mut Zip<W>,
) -> Result<()> {
    let start = pattern.find("<row r=\"2\"").ok_or_else(|| missing("row"))?;
    let end = start + pattern[start..].find("</row>").ok_or_else(|| missing("end of a row"))? + "</row>".len();
    let styles = styles(&pattern[start..end], order.asked.fields.len())?;
    let letters: Vec<String> = (0..order.asked.fields.len()).map(letters).collect();
    zip.write_all(without_dimension(&pattern[..start]).as_bytes())?;
    let mut piece = String::with_capacity(2 * PIECE_BYTES);
    let mut number = 1u32;
    rows::each(tx, &order.subscriber, &order.asked, Some(one), |row| {
        number += 1;
        let _ = match lines(row, &order.asked.fields, widths) {
            0 | 1 => write!(piece, "<row r=\"{number}\">"),
            lines => {
                let points = (lines as f64 * LINE_POINTS).min(ROW_POINTS_MAX);
                write!(piece, "<row r=\"{number}\" ht=\"{points}\" customHeight=\"1\">")
            }
        };
        for ((field, style), letters) in order.asked.fields.iter().zip(&styles).zip(&letters) {
            cell(&mut piece, &row.cell(*field), style, letters, number);
        }
        piece.push_str("</row>");
        if piece.len() >= PIECE_BYTES {
            zip.write_all(piece.as_bytes())?;
            piece.clear();
        }
        Ok(ControlFlow::Continue(()))
    })?;
    zip.write_all(piece.as_bytes())?;
    Ok(zip.write_all(&pattern.as_bytes()[end..])?)
}

/// Lines that a row takes where its long cells are wrapped: LibreOffice does not fit the heights of such a file by itself.
fn lines(row: &Row<'_>, fields: &[Field], widths: &[usize]) -> usize {
    let long = fields.iter().zip(widths).filter(|(field, _)| field.is_long());
    long.map(|(field, width)| {
        let cell = row.cell(*field);
        let text = cell.text();
        text.lines().map(|line| line.chars().count().div_ceil(*width).max(1)).sum()
    })
    .max()
    .unwrap_or(1)
}

/// The pattern's own size, which some readers believe; without it they look.
fn without_dimension(head: &str) -> String {
    let Some(start) = head.find("<dimension") else { return head.to_owned() };
    let end = head[start..].find("/>").map_or(start, |end| start + end + 2);
    format!("{}{}", &head[..start], &head[end..])
}

/// The style of each cell of the pattern's row: « s="3" ».
fn styles(row: &str, columns: usize) -> Result<Vec<String>> {
    (0..columns)
        .map(|column| {
            let name = format!("r=\"{}2\" s=\"", letters(column));
            let start = row.find(&name).ok_or_else(|| missing("style"))? + name.len();
            let end = row[start..].find('"').ok_or_else(|| missing("style"))?;
            Ok(row[start..start + end].to_owned())
        })
        .collect()
}

/// « A » … « Z », « AA »: a column's name.
fn letters(column: usize) -> String {
    let letter = |place: usize| char::from(b'A' + (place % 26) as u8);
    match column / 26 {
        0 => letter(column).to_string(),
        more => format!("{}{}", letter(more - 1), letter(column)),
    }
}

fn cell(out: &mut String, cell: &Cell<'_>, style: &str, letters: &str, row: u32) {
    let _ = match cell {
        Cell::Text(text) if text.is_empty() => return,
        Cell::Text(text) => {
            let _ = write!(out, "<c r=\"{letters}{row}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
            escaped(out, &without_codes(text));
            out.push_str("</t></is></c>");
            return;
        }
        Cell::Number(number) => write!(out, "<c r=\"{letters}{row}\" s=\"{style}\"><v>{number}</v></c>"),
        Cell::Date(date) => write!(out, "<c r=\"{letters}{row}\" s=\"{style}\"><v>{}</v></c>", serial(*date)),
        Cell::Time(minute) => {
            write!(out, "<c r=\"{letters}{row}\" s=\"{style}\"><v>{}</v></c>", f64::from(*minute) / MINUTES_A_DAY)
        }
    };
}

/// Days since the last day of 1899, as Excel counts from March 1900 on.
fn serial(date: NaiveDate) -> i64 {
    let origin = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default();
    date.signed_duration_since(origin).num_days()
}

/// « _x0041_ » is a code for a character in Excel's texts (ECMA-376, 22.4.2.4); whoever typed that means the letters.
fn without_codes(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains("_x") { text.replace("_x", "_x005F_x").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_days_are_named_as_excel_does() {
        assert_eq!([0, 20, 25, 26, 51, 52].map(letters), ["A", "U", "Z", "AA", "AZ", "BA"]);
        // ECMA-376, 18.17.4.1: 1 March 1900 is 61, 1 January 2000 is 36526.
        for (date, days) in [((1900, 3, 1), 61), ((2000, 1, 1), 36_526)] {
            assert_eq!(serial(NaiveDate::from_ymd_opt(date.0, date.1, date.2).unwrap()), days);
        }
    }
}
