//! Days laid out as a table: one column a day, one row a time, cells that reach over several rows, and long stretches that
//! nobody works folded into one row. Pure arithmetic; what a cell looks like is beside, in `cell.rs`.

use super::cell::Cell;
use crate::agenda::model::DAY_MINUTES;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Minutes of a stretch without work from which it is folded into one row.
const FOLD_MINUTES_MIN: u16 = 60;
/// Minutes of unworked slots of one day, beside days at work, from which they are drawn as one block.
const BLOCK_MINUTES_MIN: u16 = 120;

/// A day as it is shown.
#[derive(Debug, Clone)]
pub struct Column<'a> {
    pub date: NaiveDate,
    /// A public holiday's name.
    pub holiday: Option<String>,
    /// « Congés », why the abonné is away; may be empty when no reason was given.
    pub absence: Option<String>,
    /// In order, without gap or overlap, over the whole day.
    pub cells: Vec<Cell<'a>>,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq)]
pub enum Line<'g, 'a> {
    /// Nobody works from here to there.
    Fold { from: u16, to: u16 },
    /// One place for each day.
    Row { from: u16, places: Vec<Place<'g, 'a>> },
}

/// What stands in a row under a day.
#[derive(Debug, Clone, PartialEq)]
pub enum Place<'g, 'a> {
    /// A cell that begins here (or whose visible part does) and reaches over so many rows.
    Cell { cell: &'g Cell<'a>, from: u16, rows: usize },
    /// Unworked slots drawn as one block.
    Block { from: u16, to: u16, rows: usize, past: bool },
    /// A cell from above reaches over this row.
    Covered,
}

/// The hours that are never folded, first and last minute: what an abonné wants to see whether it works then or not.
pub type Hours = (u16, u16);

/// The rows of a table of these days. With `hours`, idle time outside of them is folded; without, every time has its row.
pub fn lines<'g, 'a>(days: &'g [Column<'a>], hours: Option<Hours>) -> Vec<Line<'g, 'a>> {
    let (first_shown, last_shown) = hours.unwrap_or((0, DAY_MINUTES));
    let mut bounds: BTreeSet<u16> =
        days.iter().flat_map(|day| &day.cells).flat_map(|cell| [cell.from, cell.to]).collect();
    bounds.extend([first_shown, last_shown]);
    let bounds: Vec<u16> = bounds.into_iter().collect();
    let stretches: Vec<(u16, u16)> = bounds.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let idle = |from: u16| {
        !(first_shown..last_shown).contains(&from)
            && days.iter().all(|day| cell_at(day, from).is_none_or(Cell::is_plain))
    };
    let mut lines = Vec::new();
    let mut waiting = 0;
    let mut place = 0;
    while place < stretches.len() {
        let first = place;
        while place < stretches.len() && idle(stretches[place].0) {
            place += 1;
        }
        if place == first {
            place += 1;
            continue;
        }
        let (from, to) = (stretches[first].0, stretches[place - 1].1);
        if to - from >= FOLD_MINUTES_MIN {
            segment(days, &stretches[waiting..first], hours.is_some(), &mut lines);
            lines.push(Line::Fold { from, to });
            waiting = place;
        }
    }
    segment(days, &stretches[waiting..], hours.is_some(), &mut lines);
    lines
}

/// Rows without a fold between them.
fn segment<'g, 'a>(days: &'g [Column<'a>], stretches: &[(u16, u16)], folded: bool, lines: &mut Vec<Line<'g, 'a>>) {
    let Some(last) = stretches.last() else { return };
    let columns: Vec<Vec<Place<'g, 'a>>> = days
        .iter()
        .map(|day| {
            let mut column = vec![Place::Covered; stretches.len()];
            let mut row = 0;
            while row < stretches.len() {
                let from = stretches[row].0;
                let Some(cell) = cell_at(day, from) else {
                    row += 1;
                    continue;
                };
                // A day alone has room for every slot; beside others, idle hours need one cell.
                let block = if folded && days.len() > 1 { block_end(day, from, last.1) } else { None };
                let end = block.unwrap_or(cell.to);
                let end = end.min(last.1);
                let rows = stretches[row..].iter().take_while(|stretch| stretch.0 < end).count();
                column[row] = if end > cell.to {
                    Place::Block { from, to: end, rows, past: cell.past }
                } else {
                    Place::Cell { cell, from, rows }
                };
                row += rows;
            }
            column
        })
        .collect();
    for (row, (from, _)) in stretches.iter().enumerate() {
        let places = columns.iter().map(|column| column[row].clone()).collect();
        lines.push(Line::Row { from: *from, places });
    }
}

/// Where a block of unworked slots that begins here ends, if it is long enough to be one.
fn block_end(day: &Column<'_>, from: u16, most: u16) -> Option<u16> {
    let first = cell_at(day, from)?;
    let mut end = from;
    for cell in day.cells.iter().filter(|cell| cell.to > from) {
        // The past is dimmed, so a block is all past or not at all.
        if !cell.is_plain() || cell.past != first.past || cell.from >= most {
            break;
        }
        end = cell.to.min(most);
    }
    (end - from >= BLOCK_MINUTES_MIN && end > first.to).then_some(end)
}

fn cell_at<'g, 'a>(day: &'g Column<'a>, minute: u16) -> Option<&'g Cell<'a>> {
    day.cells.iter().find(|cell| cell.from <= minute && minute < cell.to)
}

#[cfg(test)]
mod tests {
    use super::super::cell::Ground;
    use super::*;

    fn cell(from: u16, to: u16, ground: Ground) -> Cell<'static> {
        Cell { from, to, ground, past: false, changed: false, taken: Vec::new(), held_by: None }
    }

    fn column(cells: Vec<Cell<'static>>) -> Column<'static> {
        Column { date: NaiveDate::default(), holiday: None, absence: None, cells }
    }

    fn shape(lines: &[Line<'_, '_>]) -> Vec<String> {
        let place = |place: &Place<'_, '_>| match place {
            Place::Cell { from, rows, .. } => format!("{from}×{rows}"),
            Place::Block { from, to, rows, .. } => format!("[{from}-{to}×{rows}]"),
            Place::Covered => ".".into(),
        };
        lines
            .iter()
            .map(|line| match line {
                Line::Fold { from, to } => format!("fold {from}-{to}"),
                Line::Row { from, places } => {
                    format!("{from}: {}", places.iter().map(place).collect::<Vec<_>>().join(" "))
                }
            })
            .collect()
    }

    #[test]
    fn a_day_folds_its_nights_and_keeps_its_slots() {
        let day = column(vec![
            cell(0, 480, Ground::Unworked),
            cell(480, 495, Ground::Free),
            cell(495, 510, Ground::Free),
            cell(510, 540, Ground::Unworked),
            cell(540, 555, Ground::Free),
            cell(555, 1440, Ground::Unworked),
        ]);
        let days = [day];
        let folded = lines(&days, Some((480, 540)));
        assert_eq!(
            shape(&folded),
            ["fold 0-480", "480: 480×1", "495: 495×1", "510: 510×1", "540: 540×1", "fold 555-1440"]
        );
        assert_eq!(shape(&lines(&days, None)).len(), 6, "each of the six slots has its row");
    }

    #[test]
    fn a_week_of_different_lengths_shares_its_rows() {
        let short = column(vec![
            cell(0, 480, Ground::Unworked),
            cell(480, 495, Ground::Free),
            cell(495, 510, Ground::Free),
            cell(510, 720, Ground::Free),
            cell(720, 1440, Ground::Unworked),
        ]);
        let long = column(vec![
            cell(0, 480, Ground::Unworked),
            cell(480, 510, Ground::Visit),
            cell(510, 720, Ground::Unworked),
            cell(720, 1440, Ground::Unworked),
        ]);
        let away = column(vec![
            cell(0, 480, Ground::Unworked),
            cell(480, 600, Ground::Unworked),
            cell(600, 1440, Ground::Unworked),
        ]);
        let days = [short, long, away];
        assert_eq!(
            shape(&lines(&days, Some((480, 720)))),
            [
                "fold 0-480",
                "480: 480×1 480×2 [480-720×4]",
                "495: 495×1 . .",
                "510: 510×2 510×2 .",
                "600: . . .",
                "fold 720-1440"
            ]
        );
    }

    #[test]
    fn every_minute_of_every_day_is_in_one_place() {
        // Three days of odd lengths, so that rows never agree; folded and unfolded must both cover 24 hours.
        let days: Vec<Column<'static>> = [7_u16, 45, 130]
            .iter()
            .map(|length| {
                let mut cells = Vec::new();
                let mut from = 0;
                while from < 1440 {
                    let to = (from + length).min(1440);
                    let ground = if (480..720).contains(&from) { Ground::Free } else { Ground::Unworked };
                    cells.push(cell(from, to, ground));
                    from = to;
                }
                column(cells)
            })
            .collect();
        for hours in [Some((480, 700)), None] {
            let lines = lines(&days, hours);
            for day in 0..3 {
                let mut at = 0;
                let mut left = 0;
                for line in &lines {
                    match line {
                        Line::Fold { from, to } => {
                            // What a fold cuts off from the cell before it, it shows itself.
                            assert!(left == 0 && *from <= at, "{from}: a fold begins where the rows before it end");
                            at = *to;
                        }
                        Line::Row { from, places } => match &places[day] {
                            Place::Covered => {
                                assert!(left > 0, "{from}: covered by nothing");
                                left -= 1;
                            }
                            Place::Cell { cell, from, rows } => {
                                assert_eq!((*from, left), (at, 0));
                                (at, left) = (cell.to, rows - 1);
                            }
                            Place::Block { from, to, rows, .. } => {
                                assert_eq!((*from, left), (at, 0));
                                (at, left) = (*to, rows - 1);
                            }
                        },
                    }
                }
                assert_eq!(at, 1440, "day {day}");
            }
        }
    }
}
