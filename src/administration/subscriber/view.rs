//! The screens of abonnés: the list, a new one, one of them.

use super::super::view::active;
use crate::base::time::moment_short;
use crate::base::{Instant, Phone, Zone, french, limits};
use crate::error::Problems;
use crate::http::Form;
use crate::subscribers::Subscriber;
use crate::ui::form::{Weight, hidden, link, post, search as search_box, submit};
use crate::ui::pagination::{Pages, Place};
use crate::ui::table::{self, facts, or_dash};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// An abonné with its counts; never what its messages say.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub subscriber: &'a Subscriber,
    pub pending: u64,
    pub archived: u64,
    pub last_message: Option<Instant>,
}

/// The abonnés that a search finds, or all.
#[derive(Debug, Clone)]
pub struct ListPage<'a> {
    pub query: &'a str,
    pub rows: Vec<Row<'a>>,
    /// In the whole list.
    pub total: u64,
    pub page: u64,
    pub pages: u64,
}

/// The table of abonnés.
pub fn list(page: &ListPage<'_>) -> Markup {
    let columns = [
        table::text("Nom"),
        table::text("Métier"),
        table::text("Ville"),
        table::text("Lignes"),
        table::text("État"),
        table::figures("En attente"),
        table::figures("Archivés"),
        table::text("Dernier message"),
    ];
    let rows: Vec<Vec<Markup>> = page.rows.iter().map(cells).collect();
    let query = if page.query.is_empty() { String::new() } else { Form::from_iter([("q", page.query)]).encoded() };
    let pages = Pages { page: page.page, pages: page.pages, query: &query };
    html! {
        div.head {
            h1 { "Abonnés" }
            (search_box("/administration/abonnes", page.query, "Nom, métier, ville ou ligne"))
            (link(Weight::Main, Icon::Plus, "Ajouter un abonné", "/administration/abonnes/nouveau"))
        }
        @if rows.is_empty() {
            div.empty {
                (Icon::Office)
                @if page.query.is_empty() {
                    p { "Aucun abonné pour l’instant." }
                    (link(Weight::Plain, Icon::Plus, "Ajouter le premier", "/administration/abonnes/nouveau"))
                } @else {
                    p { "Aucun abonné ne correspond à « " bdi { (page.query) } " »." }
                    (link(Weight::Plain, Icon::Previous, "Tous les abonnés", "/administration/abonnes"))
                }
            }
        } @else {
            div.tools { (pages.links(Place::Above)) }
            (table::table(&french::count(page.total, "abonné", "abonnés"), &columns, &rows))
            div.tools.below { (pages.links(Place::Below)) }
        }
        p.links { a href="/administration/suppressions" { (Icon::Bin) "Suppressions et certificats" } }
    }
}

fn cells(row: &Row<'_>) -> Vec<Markup> {
    let subscriber = row.subscriber;
    vec![
        html! { a href={ "/administration/abonnes/" (subscriber.id) } { bdi { (subscriber.name) } } },
        or_dash(&subscriber.trade),
        or_dash(&subscriber.town),
        lines(&subscriber.lines),
        active(subscriber.active),
        html! { (french::grouped(row.pending)) },
        html! { (french::grouped(row.archived)) },
        last(row),
    ]
}

fn lines(lines: &[Phone]) -> Markup {
    html! {
        @if lines.is_empty() { (or_dash("")) }
        @for (place, line) in lines.iter().enumerate() { @if place > 0 { br; } span.phone { (line.shown()) } }
    }
}

fn last(row: &Row<'_>) -> Markup {
    match row.last_message {
        Some(at) => html! { time { (moment_short(at.local(row.subscriber.zone))) } },
        None => or_dash(""),
    }
}

/// The zones of France; names as people know them.
const ZONES: [(&str, &str); 11] = [
    ("Europe/Paris", "Métropole"),
    ("America/Guadeloupe", "Guadeloupe"),
    ("America/Martinique", "Martinique"),
    ("America/Cayenne", "Guyane"),
    ("Indian/Reunion", "La Réunion"),
    ("Indian/Mayotte", "Mayotte"),
    ("America/Miquelon", "Saint-Pierre-et-Miquelon"),
    ("Pacific/Noumea", "Nouvelle-Calédonie"),
    ("Pacific/Tahiti", "Tahiti"),
    ("Pacific/Wallis", "Wallis-et-Futuna"),
    ("Pacific/Marquesas", "Îles Marquises"),
];

/// « Guadeloupe »; the zone's own name for one that came by another way.
fn zone_name(zone: Zone) -> &'static str {
    ZONES.iter().find(|(zone_of_form, _)| *zone_of_form == zone.name()).map_or(zone.name(), |(_, name)| name)
}

/// A new abonné.
#[derive(Debug, Clone, Copy)]
pub struct NewPage<'a> {
    /// Values and words of the models.
    pub choices: &'a [(String, String)],
    /// `modele` is what the values come from.
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// The choice of a model, and the form that it fills in.
pub fn new(page: &NewPage<'_>) -> Markup {
    let choices: Vec<(&str, &str)> =
        page.choices.iter().map(|(value, label)| (value.as_str(), label.as_str())).collect();
    let none = Problems::default();
    let model = Fields::new(page.form, &none).prefixed("choix-");
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Tous les abonnés", "/administration/abonnes")) }
        div.head { h1 { "Ajouter un abonné" } }
        section.add aria-labelledby="titre-modele" {
            h2 #titre-modele { "Partir d’un modèle" }
            form.inline method="get" action="/administration/abonnes/nouveau" {
                (model.select("modele", "Modèle", &choices)
                    .hint("Un métier, ou un autre abonné : ses réglages et son agenda type sont repris, ni ses messages ni ses contacts."))
                (submit(Weight::Plain, Icon::Next, "Reprendre ce modèle"))
            }
        }
        section.add aria-labelledby="titre-reglages" {
            h2 #titre-reglages { "Ses réglages" }
            form method="post" action="/administration/abonnes" {
                (hidden("modele", page.form.get("modele")))
                (settings(Fields::new(page.form, page.problems)))
                (submit(Weight::Main, Icon::Plus, "Ajouter l’abonné"))
            }
        }
    }
}

fn settings(fields: Fields<'_>) -> Markup {
    html! {
        (fields.summary())
        div.row {
            (fields.text("nom", "Nom").hint("Tel qu’on l’annonce au téléphone.").required().chars_max(limits::NAME_CHARS_MAX))
            (fields.text("metier", "Métier").hint("Par exemple « Médecin généraliste ».").chars_max(limits::NAME_CHARS_MAX))
            (fields.text("ville", "Ville").hint("Du cabinet ou de l’entreprise.").chars_max(limits::NAME_CHARS_MAX))
        }
        div.row {
            (fields.area("lignes", "Lignes téléphoniques", 3).hint("Une par ligne : les numéros qui sonnent au secrétariat."))
            (fields.text("appellation", "Ses clients s’appellent").hint("Au singulier : « patient », « client »…"))
            (fields.number("conservation", "Conservation des archives (jours)").hint("De 7 à 365 jours ; 60 d’ordinaire.").class("short"))
            (fields.select("fuseau", "Fuseau horaire", &ZONES).hint("Celui de ses rendez-vous."))
        }
    }
}

/// A person of an abonné.
#[derive(Debug, Clone, Copy)]
pub struct PersonOf<'a> {
    pub login: &'a str,
    pub name: &'a str,
    pub active: bool,
}

/// One abonné: its settings, and what can be done about it.
#[derive(Debug, Clone)]
pub struct SubscriberPage<'a> {
    pub row: Row<'a>,
    pub persons: Vec<PersonOf<'a>>,
    /// Whether the abonné lets administrators « Voir comme ».
    pub may_look: bool,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// The form with an abonné's settings (`actif` is a box), and what surrounds it.
pub fn subscriber(page: &SubscriberPage<'_>) -> Markup {
    let subscriber = page.row.subscriber;
    let base = format!("/administration/abonnes/{}", subscriber.id);
    let fields = Fields::new(page.form, page.problems);
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Tous les abonnés", "/administration/abonnes")) }
        div.head { h1 { bdi { (subscriber.name) } } p { (active(subscriber.active)) } }
        p.buttons {
            (link(Weight::Plain, Icon::Instructions, "Fiche et consignes", &format!("/administration/abonnes/{}/consignes", subscriber.id)))
            (link(Weight::Plain, Icon::Calendar, "Abonnements de calendrier", &format!("/administration/abonnes/{}/calendriers", subscriber.id)))
            (link(Weight::Plain, Icon::Archive, "Kit de secours", &format!("/administration/abonnes/{}/kit", subscriber.id)))
            (link(Weight::Plain, Icon::Bell, "Avis par e-mail et SMS", &format!("/administration/abonnes/{}/avis", subscriber.id)))
        }
        div.beside.settled {
            section aria-labelledby="titre-reglages" {
                h2 #titre-reglages { "Réglages" }
                form method="post" action=(base) {
                    (settings(fields))
                    (fields.tick("actif", "Actif : ses clients peuvent se connecter et le standard prend ses appels"))
                    (submit(Weight::Main, Icon::Check, "Enregistrer"))
                }
            }
            section aria-labelledby="titre-moment" {
                h2 #titre-moment { "En ce moment" }
                (facts(&[
                    ("Numéro", html! { (subscriber.id) }),
                    ("Fuseau", html! { (zone_name(subscriber.zone)) }),
                    ("En attente", html! { (french::count(page.row.pending, "message", "messages")) }),
                    ("Archivés", html! { (french::count(page.row.archived, "message", "messages")) }),
                    ("Dernier message", last(&page.row)),
                    ("Comptes", persons(&page.persons)),
                ]))
                div.links {
                    (link(Weight::Plain, Icon::Counters, "Ses compteurs", &format!("/administration/compteurs?abonne={}", subscriber.id)))
                    (link(Weight::Plain, Icon::Bin, "Télécharger ou supprimer tout", &format!("{base}/suppression")))
                    (link(Weight::Plain, Icon::Journal, "Son journal", &format!("/administration/journal?abonne={}", subscriber.id)))
                }
            }
            section aria-labelledby="titre-vue" {
                h2 #titre-vue { "« Voir comme » cet abonné" }
                @if !subscriber.active {
                    p.hint { "Un abonné désactivé n’a pas d’écran à voir." }
                } @else if page.may_look {
                    p.hint { "Vous voyez ses écrans, sans rien pouvoir y changer, une heure au plus. Son journal et le vôtre disent quand et par qui." }
                    (post(&format!("{base}/vue"), &[], &submit(Weight::Plain, Icon::Eye, "Voir comme cet abonné")))
                } @else {
                    p { (Icon::Padlock) " L’abonné ne le permet pas. Il peut l’autoriser depuis son journal." }
                }
            }
        }
    }
}

fn persons(persons: &[PersonOf<'_>]) -> Markup {
    html! {
        @if persons.is_empty() { "aucun " a href="/administration/personnes#ajouter" { "Ajouter un compte" } }
        @for (place, person) in persons.iter().enumerate() {
            @if place > 0 { ", " }
            bdi { (person.name) } " (" (person.login) ")" @if !person.active { " — désactivé" }
        }
    }
}

/// The settings of an abonné as the form's values.
pub fn form_of(subscriber: &Subscriber) -> Form {
    let lines: Vec<String> = subscriber.lines.iter().map(Phone::shown).collect();
    let mut form = Form::from_iter([
        ("nom", subscriber.name.clone()),
        ("metier", subscriber.trade.clone()),
        ("ville", subscriber.town.clone()),
        ("lignes", lines.join("\n")),
        ("appellation", subscriber.clients_called.clone()),
        ("conservation", subscriber.retention_days.to_string()),
        ("fuseau", subscriber.zone.name().to_owned()),
    ]);
    if subscriber.active {
        form.push("actif", "1");
    }
    form
}
