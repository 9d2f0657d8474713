//! The card's screens: what a secretary reads while she speaks, and « Consignes », where both sides write it.

use super::model::{
    Card, INSTRUCTION_CHARS_MAX, Instruction, QuickChoice, Standing, URGENT_FIELDS, Unavailable, UrgentCall,
};
use crate::base::time::{moment_short, time_short};
use crate::base::{Instant, Phone, Zone, french, limits};
use crate::error::Problems;
use crate::http::Form;
use crate::ui::form::{Weight, hidden, link, post, submit, submit_about, submit_as};
use crate::ui::{Fields, Icon};
use chrono::NaiveDate;
use maud::{Markup, html};

/// What a secretary has before her eyes.
#[derive(Debug, Clone)]
pub struct CardView<'a> {
    pub base: &'a str,
    pub name: &'a str,
    pub card: &'a Card,
    pub unavailable: Option<&'a Unavailable>,
    /// Those that count today or later, in their order.
    pub instructions: &'a [Instruction],
    pub now: Instant,
    pub zone: Zone,
    /// The id of the form that remembers which instructions were on screen.
    pub form_id: &'a str,
}

impl CardView<'_> {
    fn today(&self) -> NaiveDate {
        self.now.local(self.zone).date()
    }
}

/// What to say first, and whether the abonné can be reached.
pub fn greeting(view: &CardView<'_>) -> Markup {
    html! {
        p.greeting { "« " bdi { (view.card.greeting_for(view.name)) } " »" }
        (availability(view.unavailable, view.zone, view.now))
    }
}

/// « Disponible » or « Indisponible jusqu’à … » by icon and word.
pub fn availability(unavailable: Option<&Unavailable>, zone: Zone, now: Instant) -> Markup {
    html! {
        @match unavailable {
            Some(one) => p.availability.away {
                (Icon::Clock) b { (one.sentence(zone, now)) }
                @if !one.reason.is_empty() { span { ": " bdi { (one.reason) } } }
            },
            None => p.availability { (Icon::Check) "Disponible" },
        }
    }
}

/// Instructions, whom to call, fees and ways in.
pub fn aside(view: &CardView<'_>) -> Markup {
    let shown = || view.instructions.iter().filter(|one| one.standing(view.today()) != Standing::ToCome);
    html! {
        @if shown().next().is_none() {
            p.hint { "Aucune consigne aujourd’hui." }
        } @else {
            ol.instructions {
                @for one in shown() {
                    li class=[(one.standing(view.today()) == Standing::Today).then_some("today")] {
                        (hidden_in(view.form_id, "consigne", one.id))
                        p.text dir="auto" { (one.text) }
                        p.hint { (about(one, view.zone)) }
                    }
                }
            }
        }
        @if !view.card.urgent_calls.is_empty() {
            h3 { "En cas d’urgence, appeler" }
            (urgent_calls(&view.card.urgent_calls))
        }
        @for (title, text) in [("Tarifs", &view.card.fees), ("Accès", &view.card.access)] {
            @if !text.is_empty() {
                h3 { (title) }
                p.text dir="auto" { (text) }
            }
        }
        p.buttons { (link(Weight::Plain, Icon::Instructions, "Modifier les consignes", &format!("{}/consignes", view.base))) }
    }
}

/// A hidden value that goes with a form elsewhere on the page: this part of it is drawn anew while the form is typed in.
fn hidden_in(form_id: &str, name: &str, value: u64) -> Markup {
    html! { input type="hidden" form=(form_id) name=(name) value=(value); }
}

/// The people to call, in their order.
pub fn urgent_calls(calls: &[UrgentCall]) -> Markup {
    html! {
        ol.urgent-calls {
            @for call in calls {
                li {
                    @if !call.name.is_empty() { b { bdi { (call.name) } } " " }
                    (phone_link(&call.phone))
                    @if !call.hours.is_empty() { " " span.soft { (call.hours) } }
                }
            }
        }
    }
}

/// A number that a click dials.
pub fn phone_link(phone: &Phone) -> Markup {
    html! {
        @match phone.dialled() {
            Some(number) => a.phone href={ "tel:" (number) } { (phone.shown()) },
            None => span.phone { (phone.shown()) },
        }
    }
}

/// « du 24/11/2026 au 27/11/2026, par Aline, le 20/11/2026 à 09:12 ».
fn about(one: &Instruction, zone: Zone) -> Markup {
    html! {
        (one.period())
        @if !one.who.is_empty() { ", par " bdi { (one.who) } }
        ", le " time { (moment_short(one.written.local(zone))) }
    }
}

/// The instructions that a message was taken under, as they were.
pub fn shown_with_message(instructions: &[Instruction], zone: Zone) -> Markup {
    html! {
        @if instructions.is_empty() {
            p.hint { "Aucune consigne n’était affichée." }
        } @else {
            ol.instructions {
                @for one in instructions {
                    li { p.text dir="auto" { (one.text) } p.hint { (about(one, zone)) } }
                }
            }
        }
    }
}

/// One of the page's forms as it was typed, when it has to come back.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a> {
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// « Consignes », for both sides.
#[derive(Debug, Clone)]
pub struct InstructionsPage<'a> {
    pub base: &'a str,
    /// The abonné's own screen, or the secretariat's.
    pub own: bool,
    pub name: &'a str,
    pub now: Instant,
    pub zone: Zone,
    pub unavailable: Option<&'a Unavailable>,
    pub choices: &'a [QuickChoice],
    pub open: &'a [Instruction],
    pub over: &'a [Instruction],
    /// One-time number of the form that writes an instruction.
    pub unique: &'a str,
    pub availability: Typed<'a>,
    pub instruction: Typed<'a>,
    pub card: Typed<'a>,
}

/// The page's content, without its frame.
pub fn instructions(page: &InstructionsPage<'_>) -> Markup {
    html! {
        div.head { h1 { "Consignes" } }
        p.hint {
            @if page.own { "Ce que les secrétaires ont sous les yeux quand elles répondent pour vous. Tout changement s’affiche aussitôt au standard." }
            @else { "Ce qui s’affiche à côté du formulaire d’appel de cet abonné, chez toutes les secrétaires et chez lui." }
        }
        div.beside {
            section aria-labelledby="disponibilite" {
                h2 #disponibilite { "Disponibilité" }
                (availability_form(page))
            }
            section aria-labelledby="ecrire" {
                @let editing = !page.instruction.form.get("remplace").is_empty();
                h2 #ecrire { @if editing { "Modifier la consigne" } @else { "Nouvelle consigne" } }
                (instruction_form(page, editing))
            }
        }
        section.open-instructions aria-labelledby="consignes" {
            h2 #consignes { (heading(page.open.len())) }
            div #consignes-en-cours data-live { (open_list(page)) }
        }
        section.add aria-labelledby="fiche" {
            h2 #fiche { "Accueil, urgences, tarifs et accès" }
            (card_form(page))
        }
        @if !page.over.is_empty() {
            section aria-labelledby="passees" {
                details.past {
                    summary { h2 #passees { "Consignes passées" } }
                    ol.instructions {
                        @for one in page.over {
                            li {
                                p.text dir="auto" { (one.text) }
                                p.hint {
                                    (about(one, page.zone))
                                    @if let Some(ended) = &one.ended {
                                        (if ended.replaced_by.is_some() { ", remplacée par " } else { ", retirée par " })
                                        bdi { (ended.who) } ", le " time { (moment_short(ended.at.local(page.zone))) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn heading(count: usize) -> String {
    match count {
        0 => "Aucune consigne".into(),
        count => french::count(count as u64, "consigne en cours", "consignes en cours"),
    }
}

fn availability_form(page: &InstructionsPage<'_>) -> Markup {
    let fields = Fields::new(page.availability.form, page.availability.problems).prefixed("absence-");
    html! {
        div #etat-disponibilite data-live { (availability(page.unavailable, page.zone, page.now)) }
        form method="post" action={ (page.base) "/disponibilite" } {
            (fields.summary())
            @if page.unavailable.is_some() {
                (submit_as(Weight::Main, Icon::Check, "Disponible", "jusqu-a", "disponible"))
            }
            (fields.text("motif", "Motif (facultatif)").chars_max(limits::LINE_CHARS_MAX))
            p.label { "Indisponible jusqu’à…" }
            div.buttons {
                @for choice in page.choices {
                    @let label = format!("{} ({})", choice.label, time_short(choice.until));
                    (submit_as(Weight::Plain, Icon::Clock, &label, "jusqu-a", choice.word))
                }
                (submit_as(Weight::Plain, Icon::Clock, "nouvel ordre", "jusqu-a", "ordre"))
            }
            div.row {
                (fields.date("date", "Date").class("short"))
                (fields.time("heure", "Heure").class("short"))
                (submit_as(Weight::Plain, Icon::Clock, "jusqu’à cette date", "jusqu-a", "date"))
            }
        }
    }
}

fn instruction_form(page: &InstructionsPage<'_>, editing: bool) -> Markup {
    let fields = Fields::new(page.instruction.form, page.instruction.problems).prefixed("consigne-");
    html! {
        form method="post" action={ (page.base) "/consignes" } {
            (fields.summary())
            (hidden("unique", page.unique))
            @if editing { (hidden("remplace", page.instruction.form.get("remplace"))) }
            (fields.area("texte", "Consigne", 3).chars_max(INSTRUCTION_CHARS_MAX)
                .hint("Par exemple : « Ne donner aucun rendez-vous jeudi matin » ou « Demander toujours la date de naissance »."))
            div.row {
                (fields.date("du", "À partir du").hint("Vide : dès maintenant."))
                (fields.date("au", "Jusqu’au").hint("Vide : permanente."))
            }
            div.buttons {
                (submit(Weight::Main, Icon::Check, if editing { "Enregistrer la modification" } else { "Ajouter la consigne" }))
                @if editing { (link(Weight::Plain, Icon::Cross, "Ne rien changer", &format!("{}/consignes", page.base))) }
            }
        }
    }
}

fn open_list(page: &InstructionsPage<'_>) -> Markup {
    let today = page.now.local(page.zone).date();
    html! {
        @if page.open.is_empty() {
            div.empty {
                (Icon::Instructions)
                p { "Les secrétaires n’ont aucune consigne à suivre. Écrivez la première ci-dessus." }
            }
        } @else {
            ol.instructions {
                @for one in page.open {
                    @let standing = one.standing(today);
                    li class=[(standing == Standing::Today).then_some("today")] {
                        p.text dir="auto" { (one.text) }
                        p.hint {
                            @if standing == Standing::Today { b { "aujourd’hui" } ", " }
                            @if standing == Standing::ToCome { b { "à venir" } ", " }
                            (about(one, page.zone))
                        }
                        div.buttons {
                            a.button href={ (page.base) "/consignes?modifier=" (one.id) "#ecrire" } {
                                (Icon::Instructions) span { "Modifier" span.quiet { " : " (start_of(&one.text)) } }
                            }
                            (post(&format!("{}/consignes/{}/retrait", page.base, one.id), &[],
                                &submit_about(Weight::Grave, Icon::Bin, "Retirer", &start_of(&one.text))))
                        }
                    }
                }
            }
        }
    }
}

/// Enough of a text to tell it from others.
fn start_of(text: &str) -> String {
    let mut start: String = text.lines().next().unwrap_or("").chars().take(40).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}

fn card_form(page: &InstructionsPage<'_>) -> Markup {
    let fields = Fields::new(page.card.form, page.card.problems).prefixed("fiche-");
    let usual = format!("Vide : « {}, bonjour ».", page.name);
    html! {
        form method="post" action={ (page.base) "/fiche" } {
            (fields.summary())
            (hidden("revision", page.card.form.get("revision")))
            (fields.text("accueil", "Phrase d’accueil").hint(&usual).chars_max(limits::LINE_CHARS_MAX))
            fieldset.urgent-lines {
                legend { "Qui appeler en cas d’urgence, dans l’ordre" }
                @for (name, phone, hours) in URGENT_FIELDS {
                    div.row {
                        (fields.text(name, "Nom").chars_max(limits::NAME_CHARS_MAX))
                        (fields.phone(phone, "Téléphone").chars_max(limits::PHONE_CHARS_MAX))
                        (fields.text(hours, "Heures").chars_max(limits::NAME_CHARS_MAX))
                    }
                }
            }
            (fields.number("delai-urgence", "Message urgent non lu : alerter le secrétariat après (minutes)").class("short"))
            div.row {
                (fields.area("tarifs", "Tarifs", 3).chars_max(INSTRUCTION_CHARS_MAX))
                (fields.area("acces", "Accès : adresse, étage, stationnement…", 3).chars_max(INSTRUCTION_CHARS_MAX))
            }
            (submit(Weight::Main, Icon::Check, "Enregistrer la fiche"))
        }
    }
}
