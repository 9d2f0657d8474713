//! The page of the notices.

use crate::base::time::{date_in_words_without_weekday, minute_of_day};
use crate::base::{Phone, french};
use crate::messages::model::Kind;
use crate::notices::wishes::{BySms, Rhythm, Wishes};
use crate::ui::Icon;
use crate::ui::table::{facts, or_dash};
use maud::{Markup, html};

/// What an abonné is told, where and when.
#[derive(Debug, Clone, Copy)]
pub struct ToldPage<'a> {
    pub wishes: &'a Wishes,
    pub house_name: &'a str,
    pub house_phone: &'a Phone,
}

const DAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

/// The page.
pub fn told(page: &ToldPage<'_>) -> Markup {
    let wishes = page.wishes;
    let nobody = wishes.addresses.is_empty() && wishes.numbers.is_empty();
    html! {
        div.head { h1 { "Avis par e-mail et SMS" } }
        @if nobody || wishes.kinds.is_empty() {
            div.empty { (Icon::Bell) p { "Vos messages ne vous sont annoncés ni par e-mail ni par SMS : vous les trouvez ici." } }
        } @else {
            (facts(&[
                ("À ces adresses", lines(wishes.addresses.iter().cloned())),
                ("À ces numéros", lines(wishes.numbers.iter().map(Phone::shown))),
                ("Quels messages", html! { (kinds(wishes)) }),
                ("Par SMS", html! {
                    @match wishes.by_sms { BySms::All => "tous", BySms::Pressing => "les urgents et les bips seulement" }
                }),
                ("Quand", html! { (when(wishes)) }),
                ("À quelles heures", html! { (hours(wishes)) }),
                ("Contenu", html! {
                    @match &wishes.content {
                        None => "L’avis dit qu’un message vous attend, sans plus.",
                        Some(consent) => {
                            "L’avis contient le texte du message, comme " bdi { (consent.asked_by) } " l’a demandé par écrit le "
                            (date_in_words_without_weekday(consent.asked_on.date())) "."
                        }
                    }
                }),
            ]))
        }
        p.hint {
            "Pour changer ou arrêter ces avis, adressez-vous à " bdi { (page.house_name) }
            @if !page.house_phone.is_empty() { " (" span.phone { (page.house_phone.shown()) } ")" }
            "."
        }
    }
}

fn lines(all: impl Iterator<Item = String>) -> Markup {
    let all: Vec<String> = all.collect();
    html! {
        @if all.is_empty() { (or_dash("")) }
        @for (place, one) in all.iter().enumerate() { @if place > 0 { br; } bdi { (one) } }
    }
}

fn kinds(wishes: &Wishes) -> String {
    let chosen: Vec<&str> = Kind::ALL
        .into_iter()
        .filter(|kind| wishes.kinds.iter().any(|word| word == kind.word()))
        .map(Kind::label)
        .collect();
    if chosen.len() == Kind::ALL.len() { "tous".into() } else { chosen.join(", ") }
}

fn when(wishes: &Wishes) -> String {
    let others = match wishes.rhythm {
        Rhythm::AtOnce => return "aussitôt".into(),
        Rhythm::Grouped { minutes } => {
            format!("regroupés toutes les {}", french::count(u64::from(minutes), "minute", "minutes"))
        }
        Rhythm::Digest { minute } => format!("une fois par jour, à {}", minute_of_day(minute)),
    };
    format!("les urgents et les bips aussitôt, les autres {others}")
}

fn hours(wishes: &Wishes) -> String {
    let days: Vec<&str> = DAYS.iter().zip(wishes.days).filter(|(_, on)| *on).map(|(day, _)| *day).collect();
    let days = if days.len() == 7 { "tous les jours".to_owned() } else { days.join(", ") };
    let hours = if wishes.from == wishes.to {
        String::new()
    } else {
        format!(", de {} à {}", minute_of_day(wishes.from), minute_of_day(wishes.to))
    };
    let urgent = if wishes.urgent_always && (wishes.from != wishes.to || days != "tous les jours") {
        " ; les urgents et les bips à toute heure"
    } else {
        ""
    };
    format!("{days}{hours}{urgent}")
}
