//! The window of a slot: « Rendez-vous » (what shall show on the agenda) and « Paramètres » (the slot itself). A page of its
//! own; scripts show the same inside a dialog.

use super::history::{Change, changes};
use super::{View, agenda_href, clock, moment_in_words, phone, slot_value};
use crate::agenda::model::{Appointment, FreeTime, Kind};
use crate::agenda::reminding::view::{self as reminding, Told};
use crate::base::french;
use crate::error::Problems;
use crate::http::Form;
use crate::ui::Icon;
use crate::ui::form::{Choice, Fields, Weight, hidden, link};
use chrono::NaiveDate;
use maud::{Markup, html};

/// How often, by the words of forms.
const RHYTHMS: [(&str, &str); 3] = [
    ("semaine", "Chaque semaine"),
    ("quinzaine", "Toutes les deux semaines"),
    ("mois", "Chaque mois, le même jour de la semaine"),
];

/// What the window shows.
#[derive(Debug, Clone)]
pub struct WindowPage<'a> {
    pub base: &'a str,
    pub clients_called: &'a str,
    pub view: View,
    /// Whose agenda it is, for a secretary.
    pub owner: Option<&'a str>,
    pub date: NaiveDate,
    pub from: u16,
    pub to: u16,
    /// « libre », « visite », « non travaillé », or the name of who has it.
    pub state: &'a str,
    /// The one that is changed here; `None` for a new one.
    pub appointment: Option<&'a Appointment>,
    /// What was typed, or what stands.
    pub form: &'a Form,
    pub problems: &'a Problems,
    pub unique: &'a str,
    /// The chosen card, with where it is.
    pub card: Option<(&'a str, String)>,
    pub held_by: Option<&'a str>,
    pub conflict: Option<Conflict<'a>>,
    /// Absences over the time, to be read before the second click.
    pub absences: Vec<&'a str>,
    pub series: Option<Series>,
    pub settings: &'a Form,
    pub settings_problems: &'a Problems,
    /// Whether the settings came back wrong: they come first then.
    pub settings_first: bool,
    /// What stands in the way of reminders, and what was sent.
    pub told: Told,
    pub changes: Vec<Change>,
    /// For scripts: renews « en cours de saisie » and says when the slot was taken.
    pub state_href: String,
}

/// A time that somebody else has, with what is free near it.
#[derive(Debug, Clone)]
pub struct Conflict<'a> {
    pub sentence: &'a str,
    /// « DUPONT Marie, 09:15 – 09:30 ».
    pub holders: Vec<String>,
    pub nearest: Vec<FreeTime>,
    pub can_force: bool,
}

/// The dates of a repetition, before anything is written.
#[derive(Debug, Clone)]
pub struct Series {
    pub occurrences: Vec<Occurrence>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct Occurrence {
    pub date: NaiveDate,
    pub from: u16,
    pub chosen: bool,
    /// « pris : DUPONT Marie »; `None` when nothing stands in the way.
    pub obstacle: Option<String>,
    /// It can't be had, whatever one wants.
    pub impossible: bool,
}

/// The window's content, without its frame.
pub fn window(page: &WindowPage<'_>) -> Markup {
    let moment = moment_in_words(page.date, page.from);
    html! {
        section.window data-window-content data-window-of=(slot_value(page.date, page.from)) {
            header.head {
                h1 {
                    @match page.appointment {
                        Some(kept) => { (kept.label()) },
                        None => "Nouveau rendez-vous",
                    }
                }
                a.button data-close href=(agenda_href(page.base, page.date, page.view)) { (Icon::Previous) @if page.view == View::Team { "Agendas" } @else if page.view == View::Call { "Appel" } @else { "Agenda" } }
            }
            div.moment { (Icon::Clock) p {
                    @if let Some(owner) = page.owner { b { bdi { (owner) } } " · " }
                    b { (moment) } " – " (clock(page.to)) @if page.appointment.is_none() { " · " (page.state) }
                }
            }
            div #creneau-etat role="status" {
                slot-watch.hold data-href=(page.state_href) {
                    @if let Some(name) = page.held_by { "En cours de saisie par " (name) "." }
                }
            }
            slot-tabs.tabs aria-label="Onglets" {
                a href="#rendez-vous" aria-current=[(!page.settings_first).then_some("true")] { "Rendez-vous" }
                a href="#parametres" aria-current=[page.settings_first.then_some("true")] { "Paramètres" }
            }
            section.tab #rendez-vous aria-label="Rendez-vous" { (appointment_tab(page)) }
            section.tab #parametres aria-label="Paramètres" { (settings_tab(page)) }
        }
    }
}

fn appointment_tab(page: &WindowPage<'_>) -> Markup {
    html! {
        @if let Some(kept) = page.appointment { (standing(page, kept)) }
        @if !page.appointment.is_some_and(|kept| kept.blocked && page.form.is_empty()) { (form(page)) }
        @if let Some(kept) = page.appointment { (reminding::journey(page.base, kept.id, &page.told)) }
        @if !page.changes.is_empty() {
            details.history {
                summary { "Historique : qui a changé quoi" }
                (changes(&page.changes))
            }
        }
    }
}

/// What is done to an appointment as a whole.
fn standing(page: &WindowPage<'_>, kept: &Appointment) -> Markup {
    html! {
        p.buttons {
            @if !kept.phone.is_empty() { (phone(&kept.phone)) }
            (link(Weight::Plain, Icon::Calendar, "Déplacer", &format!("{}&deplacer={}", agenda_href(page.base, kept.day(), page.view.alone()), kept.id)))
            a.button.grave data-window data-cancel href={ (page.base) "/agenda/rendez-vous/" (kept.id) "/annulation?vue=" (page.view.word()) } {
                (Icon::Bin) "Annuler le rendez-vous"
            }
            @if let Some(contact) = kept.contact {
                (link(Weight::Plain, Icon::Contacts, "Fiche contact", &format!("{}/contacts/{contact}", page.base)))
            }
            @if let Some(message) = kept.message {
                (link(Weight::Plain, Icon::Information, "Message", &format!("{}/messages/{message}", page.base)))
            }
        }
        @if kept.series.is_some() { p.hint { "Ce rendez-vous fait partie d’une série ; ce qui change ici ne change que lui." } }
    }
}

fn form(page: &WindowPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    let new = page.appointment.is_none();
    let action = match page.appointment {
        Some(kept) => format!("{}/agenda/rendez-vous/{}", page.base, kept.id),
        None => format!("{}/agenda/rendez-vous", page.base),
    };
    let has_card = page.card.is_some();
    html! {
        form.appointment-form method="post" action=(action) data-in-place {
            // What Enter presses: the first button of the form.
            button.quiet tabindex="-1" aria-hidden="true" { "Enregistrer" }
            (fields.summary())
            (trouble(page))
            (hidden("unique", page.unique))
            (hidden("vue", page.view.word()))
            @if let Some(kept) = page.appointment { (hidden("version", &kept.version.to_string())) }
            (hidden("contact", page.form.get("contact")))
            div.card-choice {
                button.button name="etape" value="contacts" { (Icon::Contacts) "Voir la liste des contacts" }
                p #fiche-choisie {
                    @if let Some((name, href)) = &page.card {
                        "Fiche : " a href=(href) { (name) } " "
                        button.button.small name="etape" value="sans-fiche" { "Sans fiche" span.quiet { " : ne plus lier ce rendez-vous à " (name) } }
                    }
                }
            }
            contact-field.row data-source={ (page.base) "/agenda/contacts" } {
                (fields.text("nom", "Nom").autofocus())
                (fields.text("prenom", "Prénom"))
                (fields.phone("telephone", "Téléphone"))
            }
            @if !has_card { (fields.tick("fiche", "Créer une fiche contact avec ces informations")) }
            div.row {
                (fields.text("motif", "Motif").class("wide"))
                (fields.number("duree", "Durée (minutes)").class("short"))
            }
            (fields.tick("nouveau-patient", &format!("Nouveau {}", page.clients_called)))
            @let kinds = [
                Choice { value: Kind::Consultation.word(), label: "Consultation", icon: Some(Icon::Appointment), access_key: None },
                Choice { value: Kind::Visit.word(), label: "Visite", icon: Some(Icon::Visit), access_key: None },
            ];
            (fields.radios("type", "Consultation ou visite", &kinds, Kind::Consultation.word(), &html! {}))
            div.only-visit { (fields.text("adresse", "Adresse de la visite")) }
            details.more open[more_is_filled(page)] {
                summary { "Autre heure, note, rappel, répétition" }
                @if new {
                    div.row {
                        (fields.date("date", "Date").class("short"))
                        (fields.time("heure", "Heure").class("short"))
                    }
                }
                (fields.area("note", "Note privée", 2).hint("Pour le secrétariat et l’abonné seulement."))
                div.ticks {
                    (fields.tick("rappel-email", "Rappel par e-mail"))
                    (fields.tick("rappel-sms", "Rappel par SMS"))
                }
                (reminding::hint(page.base, &page.told))
                @if new {
                    div.row {
                        (fields.select("rythme", "Répéter", &RHYTHMS))
                        (fields.number("fois", "Nombre de rendez-vous en tout").class("short"))
                    }
                    p.hint { "Vide ou 1 : une seule fois. Chaque date qui pose problème est montrée avant que rien ne soit écrit." }
                }
            }
            @if let Some(series) = &page.series { (dates(series)) }
            @else {
                div.buttons {
                    button.button.main { (Icon::Check) @if new { "Enregistrer le rendez-vous" } @else { "Enregistrer" } }
                }
            }
        }
    }
}

/// Whether something is folded away that somebody filled in.
fn more_is_filled(page: &WindowPage<'_>) -> bool {
    let form = page.form;
    ["note", "rappel-email", "rappel-sms", "fois"].iter().any(|name| !form.get(name).is_empty())
        || page.problems.iter().any(|problem| ["date", "heure", "note", "fois"].contains(&problem.field))
}

/// What stands against the booking, with the ways out beside it.
fn trouble(page: &WindowPage<'_>) -> Markup {
    html! {
        @if let Some(conflict) = &page.conflict {
            div.summary role="alert" tabindex="-1" autofocus {
                p.title { (Icon::Urgent) (conflict.sentence) }
                @for holder in &conflict.holders { p { (holder) } }
                div.nearest { (nearest(conflict)) }
                @if conflict.can_force {
                    p.buttons { button.button.grave name="forcer" value="1" { (Icon::Urgent) "Forcer le rendez-vous" } }
                }
            }
        }
        @if !page.absences.is_empty() {
            div.summary role="alert" tabindex="-1" autofocus {
                p.title { (Icon::Urgent) "Une absence couvre ce créneau" }
                @for absence in &page.absences { p { (absence) } }
                p.buttons { button.button.grave name="averti" value="1" { (Icon::Check) "Enregistrer quand même" } }
            }
        }
    }
}

/// Free times as buttons of the form that they stand in.
pub(super) fn nearest(conflict: &Conflict<'_>) -> Markup {
    html! {
        @if conflict.nearest.is_empty() {
            p { "Aucun créneau libre de cette durée n’est proche." }
        } @else {
            p { "Rien de ce que vous avez saisi n’est perdu. Les créneaux libres les plus proches :" }
            p.buttons {
                @for free in &conflict.nearest {
                    button.button name="vers" value=(slot_value(free.date, free.start.0)) {
                        (Icon::Check) (moment_in_words(free.date, free.start.0))
                    }
                }
            }
        }
    }
}

fn dates(series: &Series) -> Markup {
    let free = series.occurrences.iter().filter(|one| one.obstacle.is_none()).count() as u64;
    let taken = series.occurrences.len() as u64 - free;
    html! {
        fieldset.series tabindex="-1" {
            legend { "Dates de la répétition" }
            p role="status" {
                (french::count(free, "date libre", "dates libres"))
                @if taken > 0 { ", " (french::count(taken, "date à vérifier", "dates à vérifier")) }
                ". Rien n’est encore enregistré."
            }
            ul {
                @for one in &series.occurrences {
                    @let value = slot_value(one.date, one.from);
                    li {
                        div.tick {
                            input type="checkbox" id={ "date-" (value) } name="occurrence" value=(value)
                                checked[one.chosen] disabled[one.impossible];
                            label for={ "date-" (value) } {
                                (moment_in_words(one.date, one.from))
                                @if let Some(why) = &one.obstacle { " : " b.problem { (why) } }
                            }
                        }
                    }
                }
            }
            div.buttons {
                button.button.main name="etape" value="serie" { (Icon::Check) "Enregistrer les dates cochées" }
            }
        }
    }
}

fn settings_tab(page: &WindowPage<'_>) -> Markup {
    let fields = Fields::new(page.settings, page.settings_problems).prefixed("p-");
    let choice = |value, label, icon| Choice { value, label, icon, access_key: None };
    html! {
        form.settings-form method="post" action={ (page.base) "/agenda/creneau" } data-in-place {
            (fields.summary())
            (hidden("date", &page.date.to_string()))
            (hidden("heure", &clock(page.from)))
            (hidden("fin", &clock(page.to)))
            (hidden("vue", page.view.word()))
            (fields.radios("ouverture", "Ce créneau est", &[
                choice("consultation", "Travaillé (consultation)", Some(Icon::Appointment)),
                choice("visite", "Travaillé (visite)", Some(Icon::Visit)),
                choice("non-travaille", "Non travaillé", Some(Icon::Bin)),
            ], "consultation", &html! {}))
            div.row {
                (fields.time("de", "De").class("short"))
                (fields.time("a", "À").class("short"))
                (fields.number("duree-creneau", "Durée d’un créneau (minutes)").class("short"))
            }
            (fields.radios("portee", "Pour quels jours", &[
                choice("jour", "Ce jour seulement", None),
                choice("toujours", "Tous les mêmes jours de la semaine, à partir de ce jour", None),
                choice("jusqu-au", "Tous les mêmes jours, jusqu’au", None),
            ], "jour", &html! {}))
            (fields.date("jusqu-au", "Jusqu’au").class("short").hint("Pour le dernier choix seulement."))
            div.buttons { button.button.main { (Icon::Check) "Enregistrer les paramètres" } }
        }
        p.links { a href={ (page.base) "/agenda/historique?date=" (page.date) "&heure=" (clock(page.from)) } { (Icon::Journal) "Historique de ce créneau" } }
    }
}
