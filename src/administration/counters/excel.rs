//! The counters as a workbook: real numbers, the head frozen and filtered, sums as formulas with their values.

use super::handlers::{figures, heads};
use crate::counters::Counts;
use crate::error::{Error, Result};
use rust_xlsxwriter::{Format, FormatBorder, Formula, Workbook, XlsxError};

pub(super) const CONTENT_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Characters of the widest name column.
const NAME_WIDTH_MAX: usize = 60;

/// One sheet with a row each, and their total.
pub(super) fn workbook(title: &str, first_head: &str, rows: &[(&str, &Counts)], total: &Counts) -> Result<Vec<u8>> {
    write(title, first_head, rows, total).map_err(|cause| Error::Internal(Box::new(cause)))
}

fn write(
    title: &str,
    first_head: &str,
    rows: &[(&str, &Counts)],
    total: &Counts,
) -> std::result::Result<Vec<u8>, XlsxError> {
    let bold = Format::new().set_bold();
    let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_text_wrap();
    let number = Format::new().set_num_format("#,##0");
    let sum = Format::new().set_bold().set_num_format("#,##0").set_border_top(FormatBorder::Thin);
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name(title)?;
    let heads = heads(first_head);
    for (column, text) in (0..).zip(&heads) {
        sheet.write_string_with_format(0, column, text.as_ref(), &head)?;
        sheet.set_column_width(column, if column == 0 { 20.0 } else { 13.0 })?;
    }
    let widest = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    sheet.set_column_width(0, widest.clamp(20, NAME_WIDTH_MAX) as f64)?;
    let last = u32::try_from(rows.len()).unwrap_or(u32::MAX - 1);
    for (row, (name, counts)) in (1..).zip(rows) {
        sheet.write_string(row, 0, *name)?;
        for (column, figure) in (1..).zip(figures(counts)) {
            sheet.write_number_with_format(row, column, figure as f64, &number)?;
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    if last > 0 {
        sheet.autofilter(0, 0, last, (heads.len() - 1) as u16)?;
    }
    sheet.write_string_with_format(last + 1, 0, "Total", &bold)?;
    for (column, figure) in (1u16..).zip(figures(total)) {
        if last == 0 {
            sheet.write_number_with_format(last + 1, column, figure as f64, &sum)?;
            continue;
        }
        let letter = char::from(b'A' + column as u8);
        let formula = Formula::new(format!("=SUM({letter}2:{letter}{})", last + 1)).set_result(figure.to_string());
        sheet.write_formula_with_format(last + 1, column, formula, &sum)?;
    }
    workbook.save_to_buffer()
}
