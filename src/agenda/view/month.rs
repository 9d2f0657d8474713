//! The calendar of a month, to jump by: a table with week numbers, days with appointments marked by a count.

use super::{View, agenda_href, monday};
use crate::base::{french, time};
use crate::ui::Icon;
use chrono::{Datelike, Days, Months, NaiveDate};
use maud::{Markup, html};

/// A month around the date that is shown.
#[derive(Debug, Clone)]
pub struct Month {
    /// The date shown; its month is drawn.
    pub date: NaiveDate,
    pub today: NaiveDate,
    /// Days that have appointments, with their number.
    pub busy: Vec<(NaiveDate, u64)>,
    pub holidays: Vec<(NaiveDate, String)>,
}

impl Month {
    /// The Monday of the first week drawn.
    pub fn first(date: NaiveDate) -> NaiveDate {
        monday(date.with_day(1).unwrap_or(date))
    }

    /// The day after the last week drawn.
    pub fn end(date: NaiveDate) -> NaiveDate {
        let next = date.with_day(1).unwrap_or(date).checked_add_months(Months::new(1)).unwrap_or(date);
        let monday = monday(next);
        if monday == next { next } else { monday.checked_add_days(Days::new(7)).unwrap_or(next) }
    }

    /// `link` gives the address of a date.
    pub(super) fn show(&self, base: &str, view: View, moving: &str) -> Markup {
        let href = |date: NaiveDate, view: View| format!("{}{moving}", agenda_href(base, date, view));
        let words = time::date_in_words_without_weekday(self.date.with_day(2).unwrap_or(self.date));
        let title = words.split_once(' ').map_or(words.as_str(), |(_, month)| month).to_owned();
        let before = self.date.checked_sub_months(Months::new(1)).unwrap_or(self.date);
        let after = self.date.checked_add_months(Months::new(1)).unwrap_or(self.date);
        let mut weeks = Vec::new();
        let mut day = Month::first(self.date);
        while day < Month::end(self.date) {
            weeks.push(day);
            day = day.checked_add_days(Days::new(7)).unwrap_or(day);
        }
        html! {
            div.month {
                table {
                    caption {
                        a.icon href=(href(before, view)) aria-label="Mois précédent" { (Icon::Previous) }
                        span { (title) }
                        a.icon href=(href(after, view)) aria-label="Mois suivant" { (Icon::Next) }
                    }
                    thead {
                        tr {
                            th scope="col" { abbr title="Semaine" { "S." } }
                            @for (letter, name) in [("L", "lundi"), ("M", "mardi"), ("M", "mercredi"), ("J", "jeudi"), ("V", "vendredi"), ("S", "samedi"), ("D", "dimanche")] {
                                th scope="col" { abbr title=(name) { (letter) } }
                            }
                        }
                    }
                    tbody {
                        @for monday in weeks {
                            tr {
                                th scope="row" {
                                    a href=(href(monday, View::Week)) { span.quiet { "Semaine " } (monday.iso_week().week()) }
                                }
                                @for offset in 0..7 {
                                    @let day = monday.checked_add_days(Days::new(offset)).unwrap_or(monday);
                                    td { (self.day(day, &href(day, view))) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn day(&self, day: NaiveDate, href: &str) -> Markup {
        let busy = self.busy.iter().find(|(date, _)| *date == day).map_or(0, |(_, count)| *count);
        let holiday = self.holidays.iter().find(|(date, _)| *date == day).map(|(_, name)| name.as_str());
        let mut class = String::new();
        for (word, is) in [
            ("other", day.month() != self.date.month()),
            ("busy", busy > 0),
            ("holiday", holiday.is_some()),
            ("today", day == self.today),
        ] {
            if is {
                class.push_str(word);
                class.push(' ');
            }
        }
        html! {
            a class=[(!class.is_empty()).then(|| class.trim_end())] href=(href)
                aria-current=[(day == self.date).then_some("date")] title=[holiday] {
                (day.day())
                @if day == self.today { span.quiet { ", aujourd’hui" } }
                @if let Some(name) = holiday { span.quiet { ", " (name) } }
                @if busy > 0 { span.quiet { ", " (french::count(busy, "rendez-vous", "rendez-vous")) } }
            }
        }
    }
}
