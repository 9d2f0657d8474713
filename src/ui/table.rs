//! Plain tables: a caption, scoped headers, rows. Lists with an own shape (messages) write their own.

use maud::{Markup, PreEscaped, html};

/// A column's header.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    pub header: &'a str,
    /// Figures stand to the right.
    pub figures: bool,
}

/// A column of text.
pub fn text(header: &str) -> Column<'_> {
    Column { header, figures: false }
}

/// A column of figures.
pub fn figures(header: &str) -> Column<'_> {
    Column { header, figures: true }
}

/// A table whose rows have one cell a column. The first cell of a row names it for screen readers.
/// On a narrow screen each row becomes a block, and cells show their header (`data-header`) before them.
pub fn table(caption: &str, columns: &[Column<'_>], rows: &[Vec<Markup>]) -> Markup {
    html! {
        table.table role="table" {
            caption { (caption) }
            thead role="rowgroup" {
                tr role="row" {
                    @for column in columns {
                        th class=[column.figures.then_some("figures")] scope="col" role="columnheader" { (column.header) }
                    }
                }
            }
            tbody role="rowgroup" {
                @for row in rows {
                    tr role="row" {
                        @for (place, (cell, column)) in row.iter().zip(columns).enumerate() {
                            @if place == 0 {
                                th scope="row" role="rowheader" { (cell) }
                            } @else {
                                td class=[column.figures.then_some("figures")] role="cell" data-header=(column.header) { (cell) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Terms and what they stand for, two columns.
pub fn facts(facts: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts {
            @for (term, fact) in facts {
                div { dt { (term) } dd { (fact) } }
            }
        }
    }
}

/// A dash where there is nothing, so that a cell is seen to be empty and not forgotten.
pub fn or_dash(text: &str) -> Markup {
    if text.is_empty() {
        PreEscaped("<span class=\"none\">—</span>".to_owned())
    } else {
        html! { (text) }
    }
}
