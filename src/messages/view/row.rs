//! One message as a row: number and kind, date and time, what it says, and a place for what can be done with it.
//! The same for pending, archived and found messages; a page has fifty of them, so nothing in it is there twice.

use crate::base::time::{date_in_words, date_with_weekday, time_short};
use crate::base::{Zone, fold, french};
use crate::messages::model::{AppointmentNote, Kind, Message, State};
use crate::messages::papers::{Paper, Stage};
use crate::ui::Icon;
use chrono::{NaiveDate, NaiveTime};
use maud::{Markup, PreEscaped, Render, html};

/// A message with what only its reader's side knows of it.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    pub message: &'a Message,
    /// The abonné has not seen it before: « nouveau ».
    pub new: bool,
    /// For archived ones: the date in whose night it is erased.
    pub erased_on: Option<NaiveDate>,
    pub contact_href: Option<String>,
    /// The address on the contact's card, for a message that has none itself.
    pub card_address: Option<String>,
    /// An outside map of the address.
    pub map_href: Option<String>,
    /// Faxes and documents that hang on it.
    pub papers: &'a [Paper],
}

impl<'a> Row<'a> {
    /// A row without links to anything else.
    pub fn plain(message: &'a Message) -> Row<'a> {
        Row {
            message,
            new: false,
            erased_on: None,
            contact_href: None,
            card_address: None,
            map_href: None,
            papers: &[],
        }
    }
}

/// What all rows of a page share.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// What stands before « /messages » in addresses: empty for clients.
    pub base: &'a str,
    pub zone: Zone,
    /// How the abonné's clients are called: « patient ».
    pub clients_called: &'a str,
    /// Folded words to mark; empty outside of searches.
    pub words: &'a [String],
}

/// The icon of a kind.
pub fn icon(kind: Kind) -> Icon {
    match kind {
        Kind::Information => Icon::Information,
        Kind::Sms => Icon::Sms,
        Kind::Appointment => Icon::Appointment,
        Kind::Visit => Icon::Visit,
        Kind::Fax => Icon::Fax,
    }
}

impl Around<'_> {
    pub fn href(&self, message: &Message) -> String {
        format!("{}/messages/{}", self.base, message.number)
    }

    /// The first three cells: number and kind, date and time, what it says.
    pub(super) fn cells(&self, row: &Row<'_>, about: &Markup) -> Markup {
        let message = row.message;
        html! {
            th.no scope="row" role="rowheader" {
                a href=(self.href(message)) { "n°\u{a0}" (message.number) }
                @if row.new { span.new { "nouveau" } }
                (kind(message))
            }
            td.when role="cell" { (self.when(message)) }
            td.what role="cell" {
                div.says { (self.says(row, true)) }
                p.foot {
                    (about)
                    @if !message.taken_by.is_empty() { span { "Pris par " bdi { (message.taken_by) } } }
                    @if let Some(date) = row.erased_on { span { "Sera supprimé le " (date_in_words(date)) } }
                    a href=(self.href(message)) {
                        @match message.answers {
                            0 => "Historique et réponses",
                            answers => { (french::count(u64::from(answers), "réponse", "réponses")) span.quiet { " et historique" } }
                        }
                        span.quiet { " du n° " (message.number) }
                    }
                }
            }
        }
    }

    /// Time and date of reception.
    pub(super) fn when(&self, message: &Message) -> Markup {
        let local = message.received.local(self.zone);
        html! {
            time datetime=(local.format("%Y-%m-%dT%H:%M")) {
                b { (time_short(local)) } " " span { (date_with_weekday(local.date())) }
            }
        }
    }

    /// Everything that was noted. `linked` is false on paper, where a link leads nowhere.
    pub(super) fn says(&self, row: &Row<'_>, linked: bool) -> Markup {
        let Message { caller, subject, text, appointment, .. } = row.message;
        let name = caller.name();
        let own_address = caller.postal_address();
        let address =
            if own_address.is_empty() { row.card_address.as_deref().unwrap_or_default() } else { &own_address };
        html! {
            @if !(name.is_empty() && caller.phone.is_empty() && caller.email.is_empty() && address.is_empty()) {
                p.who {
                    @if !name.is_empty() {
                        b dir="auto" {
                            @match row.contact_href.as_deref().filter(|_| linked) {
                                Some(href) => a href=(href) { (self.marked(&name)) },
                                None => (self.marked(&name)),
                            }
                        }
                    }
                    @if !caller.phone.is_empty() {
                        @match caller.phone.dialled().filter(|_| linked) {
                            Some(number) => a.phone href={ "tel:" (number) } { (caller.phone.shown()) },
                            None => span.phone { (self.marked(&caller.phone.shown())) },
                        }
                    }
                    @if !caller.email.is_empty() {
                        @if linked { a href={ "mailto:" (mail_address(&caller.email)) } { (self.marked(&caller.email)) } }
                        @else { span { (caller.email) } }
                    }
                    @if !address.is_empty() {
                        span.address dir="auto" {
                            (self.marked(address))
                            @if let Some(href) = row.map_href.as_deref().filter(|_| linked) {
                                " " a href=(href) target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer" {
                                    "plan" span.quiet { " de l’adresse, nouvel onglet" }
                                }
                            }
                        }
                    }
                }
            }
            @if let Some(note) = appointment { (self.appointment(row.message, note, linked)) }
            @if !subject.is_empty() { p.subject dir="auto" { (self.marked(subject)) } }
            @if !text.is_empty() { p.text dir="auto" { (self.marked(text)) } }
            @for paper in row.papers { p.paper { (self.paper(paper, linked)) } }
        }
    }

    /// « Voir le fax, 3 pages »: the link in the message's body (guide of 2010).
    fn paper(&self, paper: &Paper, linked: bool) -> Markup {
        let href = format!("{}/fax/{}", self.base, paper.number);
        let (what, named) = if paper.name.is_empty() {
            ("le fax", Markup::default())
        } else {
            ("le document", html! { " « " bdi { (paper.name) } " »" })
        };
        html! {
            @match (paper.stage, linked) {
                (Stage::Ready { pages }, true) => {
                    a href=(href) { (Icon::Fax) "Voir " (what) (named) }
                    ", " (french::count(u64::from(pages), "page", "pages"))
                }
                (Stage::Ready { pages }, false) => {
                    "Avec " (what) (named) " : " (french::count(u64::from(pages), "page", "pages"))
                }
                (Stage::Coming, true) => { a href=(href) { (Icon::Fax) "Voir " (what) (named) } ", en cours de lecture" }
                (Stage::Coming, false) => { "Avec " (what) (named) }
                (Stage::Refused, _) => {
                    span.problem { (Icon::Urgent) "Un fichier joint" (named) " n’a pas pu être lu" }
                    @if linked { " : " a href=(href) { "pourquoi" span.quiet { ", fax n° " (paper.number) } } }
                }
            }
        }
    }

    fn appointment(&self, message: &Message, note: &AppointmentNote, linked: bool) -> Markup {
        let kind = message.kind;
        let time =
            note.minute.and_then(|minute| NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minute) * 60, 0));
        html! {
            p.appointment {
                b {
                    (if kind == Kind::Visit { "Visite" } else { "Rendez-vous" })
                    @if let Some(day) = note.day { " le " (date_in_words(day.date())) }
                    @if let Some(time) = time { " à " (time.format("%H:%M")) }
                }
                @if !note.reason.is_empty() { span { "Motif : " bdi { (self.marked(&note.reason)) } } }
                @if note.new_patient { span.tag { "Nouveau " (self.clients_called) } }
                @if let Some(id) = message.appointment_id.filter(|_| linked) {
                    a href={ (self.base) "/agenda/rendez-vous/" (id) } { "Voir dans l’agenda" }
                }
            }
        }
    }

    /// A text with the words that were looked for marked where they begin a word of it.
    pub(super) fn marked<'t>(&'t self, text: &'t str) -> Marked<'t> {
        Marked { text, words: self.words }
    }
}

/// Kind by icon and word, urgent besides.
pub(super) fn kind(message: &Message) -> Markup {
    html! {
        span.kind { (icon(message.kind)) (message.kind.label()) }
        @if message.urgent { span.urgent { (Icon::Urgent) "Urgent" } }
    }
}

/// « en attente » or « archivé ».
pub(super) fn state(message: &Message) -> Markup {
    html! {
        @match message.state {
            State::Pending => span.tag { "en attente" },
            State::Archived { .. } => span.tag.soft { "archivé" },
        }
    }
}

/// An address fit for a `mailto:` link: what would begin a query or a second recipient is escaped.
fn mail_address(email: &str) -> String {
    crate::http::form::encode(email).replace("%40", "@")
}

/// A text in which some words are marked.
pub(super) struct Marked<'t> {
    text: &'t str,
    words: &'t [String],
}

impl Render for Marked<'_> {
    fn render_to(&self, out: &mut String) {
        if self.words.is_empty() {
            self.text.render_to(out);
            return;
        }
        let mut rest = self.text;
        while let Some(start) = rest.find(char::is_alphanumeric) {
            let (before, from_word) = rest.split_at(start);
            let (word, after) =
                from_word.split_at(from_word.find(|c: char| !c.is_alphanumeric()).unwrap_or(from_word.len()));
            before.render_to(out);
            let folded = fold::fold(word);
            if self.words.iter().any(|sought| folded.starts_with(sought.as_str())) {
                PreEscaped("<mark>").render_to(out);
                word.render_to(out);
                PreEscaped("</mark>").render_to(out);
            } else {
                word.render_to(out);
            }
            rest = after;
        }
        rest.render_to(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_were_looked_for_are_marked_whatever_their_accents() {
        let words = ["lefev".to_owned(), "0".to_owned()];
        let marked = Marked { text: "Maître Lefèvre-Œuvrard <b>06", words: &words };
        assert_eq!(marked.render().into_string(), "Maître <mark>Lefèvre</mark>-Œuvrard &lt;b&gt;<mark>06</mark>");
        let plain = Marked { text: "a < b", words: &[] };
        assert_eq!(plain.render().into_string(), "a &lt; b");
    }

    #[test]
    fn an_e_mail_address_can_not_bring_a_second_recipient() {
        assert_eq!(mail_address("a@b.fr?bcc=c@d.fr"), "a@b.fr%3Fbcc%3Dc@d.fr");
    }
}
