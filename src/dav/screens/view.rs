//! What the screens show. Pure.

use crate::agenda::feed::{AHEAD_DAYS, PAST_DAYS};
use crate::base::time::moment_short;
use crate::base::{Zone, french};
use crate::error::Problems;
use crate::http::Form;
use crate::people::agent::{device_in_words, place_in_words};
use crate::people::feeds::{FEEDS_MAX, Feed, NAME_CHARS_MAX};
use crate::subscribers::Subscriber;
use crate::ui::form::{Weight, hidden, link, post, submit, submit_about};
use crate::ui::{Fields, Icon, table};
use maud::{Markup, html};

/// Subscriptions, and the form that makes one.
#[derive(Debug, Clone, Copy)]
pub struct FeedsPart<'a> {
    /// Where the form goes.
    pub action: &'a str,
    pub feeds: &'a [(u64, Feed)],
    /// The abonnés that a new one may be for.
    pub choices: &'a [Subscriber],
    pub zone: Zone,
    pub unique: &'a str,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// One's own.
#[derive(Debug, Clone, Copy)]
pub struct OwnPage<'a> {
    pub feeds: FeedsPart<'a>,
}

/// `/mon-compte/calendriers`.
pub fn own(page: &OwnPage<'_>) -> Markup {
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Mon compte", "/mon-compte")) }
        div.head { h1 { "Agenda sur vos appareils" } }
        (feeds(&page.feeds, "Changer de mot de passe révoque tous vos abonnements."))
    }
}

/// `…/calendriers`, at an abonné's desk.
pub fn of_subscriber(part: &FeedsPart<'_>) -> Markup {
    html! {
        div.head { h1 { "Abonnements de calendrier" } }
        (feeds(part, "Les abonnements que les comptes de l’abonné ont faits eux-mêmes, sous « Mon compte », n’apparaissent pas ici."))
    }
}

fn feeds(part: &FeedsPart<'_>, hint: &str) -> Markup {
    let columns = [
        table::text("Nom"),
        table::text("Abonné"),
        table::text("Ce qu’il montre"),
        table::text("Créé"),
        table::text("Dernière utilisation"),
        table::text("Action"),
    ];
    let rows: Vec<Vec<Markup>> = part.feeds.iter().map(|(id, feed)| cells(part, *id, feed)).collect();
    html! {
        section.panel aria-labelledby="abonnements" {
            h2 #abonnements { "Abonnements" }
            p { "Un abonnement montre l’agenda, en lecture seule, dans le calendrier d’un téléphone ou d’un ordinateur, qui le relit de lui-même." }
            @if rows.is_empty() {
                p.none-yet { "Aucun abonnement pour l’instant." }
            } @else {
                (table::table(&french::count(rows.len() as u64, "abonnement", "abonnements"), &columns, &rows))
            }
            @if part.feeds.len() < FEEDS_MAX {
                (new_feed(part))
            } @else {
                @match part.problems.of("nom-du-calendrier") {
                    Some(sentence) => p.problem role="alert" { (Icon::Urgent) (sentence) },
                    None => p.hint { "Dix abonnements au plus : révoquez-en un pour en créer un autre." },
                }
            }
            p.hint { (hint) " Un abonnement porte sur les " (PAST_DAYS) " derniers jours et les " (AHEAD_DAYS) " suivants." }
        }
    }
}

fn new_feed(part: &FeedsPart<'_>) -> Markup {
    let fields = Fields::new(part.form, part.problems);
    let ids: Vec<String> = part.choices.iter().map(|one| one.id.to_string()).collect();
    let options: Vec<(&str, &str)> =
        ids.iter().map(String::as_str).zip(part.choices.iter().map(|one| one.name.as_str())).collect();
    html! {
        form method="post" action=(part.action) {
            (fields.summary())
            (hidden("unique", part.unique))
            (fields.text("nom-du-calendrier", "Nom du nouvel abonnement").hint("L’appareil où il servira, par exemple « Téléphone du Dr Martin ».")
                .required().chars_max(NAME_CHARS_MAX))
            @match options.as_slice() {
                [(only, _)] => (hidden("abonne", only)),
                several => (fields.select("abonne", "Abonné", several)),
            }
            (fields.tick("occupe", "Sans les noms : « Occupé » à la place de chaque rendez-vous"))
            (submit(Weight::Plain, Icon::Plus, "Créer un abonnement"))
        }
    }
}

fn cells(part: &FeedsPart<'_>, id: u64, feed: &Feed) -> Vec<Markup> {
    let name = part.choices.iter().find(|one| one.id == feed.subscriber).map_or("—", |one| one.name.as_str());
    vec![
        html! { bdi { (feed.name) } },
        html! { bdi { (name) } },
        html! { @if feed.busy { "« Occupé »" } @else { "Les noms" } },
        html! { time { (moment_short(feed.made.local(part.zone))) } br; span.soft { "par " bdi { (feed.made_by) } } },
        html! {
            @match &feed.last_use {
                Some(last) => {
                    time { (moment_short(last.at.local(part.zone))) } br;
                    (device_in_words(&last.agent)) ", " (place_in_words(&last.from))
                }
                None => "Jamais utilisé",
            }
        },
        post(
            &format!("{}/revocation", part.action),
            &[("abonnement", &format!("{id:016x}"))],
            &submit_about(Weight::Grave, Icon::Cross, "Révoquer", &feed.name),
        ),
    ]
}

/// A subscription's address, shown once.
#[derive(Debug, Clone, Copy)]
pub struct MadePage<'a> {
    pub name: &'a str,
    pub busy: bool,
    pub address: &'a str,
    /// The same for the programs that answer to `webcal:`.
    pub webcal: &'a str,
    pub back: &'a str,
}

/// The address in full, and where it goes.
pub fn made(page: &MadePage<'_>) -> Markup {
    html! {
        div.flash.notice role="status" {
            (Icon::Notice)
            p { "Cette adresse n’est montrée qu’une fois : enregistrez-la maintenant dans l’appareil où elle servira." }
        }
        article.slip {
            h1 { "Votre abonnement « " bdi { (page.name) } " »" }
            p { code.once data-copy { (page.address) } }
        }
        p { (link(Weight::Plain, Icon::Calendar, "Ouvrir dans le calendrier de cet appareil", page.webcal)) }
        ol.steps {
            li { strong { "iPhone, iPad : " } "Réglages › Calendrier › Comptes › Ajouter un compte › Autre › Ajouter un calendrier avec abonnement, puis collez l’adresse." }
            li { strong { "Android : " } "une application d’abonnement telle qu’ICSx⁵ ; ou Google Agenda sur ordinateur, « Autres agendas » › « À partir de l’URL », si le serveur se joint depuis Internet." }
            li { strong { "Thunderbird : " } "Nouvel agenda › Sur le réseau, sans nom d’utilisateur, puis collez l’adresse." }
            li { strong { "Outlook : " } "Ajouter un calendrier › S’abonner à partir du web." }
        }
        p.hint {
            "Qui possède cette adresse voit "
            @if page.busy { "quand l’abonné est occupé" } @else { "l’agenda et les noms" }
            " : ne l’envoyez à personne d’autre. Vous pouvez la révoquer à tout moment."
        }
        p.back { (link(Weight::Plain, Icon::Previous, "Les abonnements", page.back)) }
    }
}
