//! What the screens show. Pure.

use crate::agenda::feed::{AHEAD_DAYS, PAST_DAYS};
use crate::base::time::moment_short;
use crate::base::{Instant, SubscriberId, Zone, french};
use crate::error::Problems;
use crate::http::Form;
use crate::people::agent::{device_in_words, place_in_words};
use crate::people::feeds::{FEEDS_MAX, Feed, NAME_CHARS_MAX};
use crate::people::tokens::Token;
use crate::subscribers::Subscriber;
use crate::ui::form::{Weight, hidden, link, post, submit, submit_about};
use crate::ui::once::shown_once;
use crate::ui::table::{self, facts};
use crate::ui::{Fields, Icon};
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
    /// Passwords of devices.
    pub passwords: &'a [(u64, Token)],
    pub now: Instant,
}

/// `/mon-compte/calendriers`.
pub fn own(page: &OwnPage<'_>) -> Markup {
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Mon compte", "/mon-compte")) }
        div.head { h1 { "Agenda et contacts sur vos appareils" } }
        (Fields::new(page.feeds.form, page.feeds.problems).summary())
        (passwords(page))
        (feeds(&page.feeds, "Changer de mot de passe révoque tous vos abonnements."))
    }
}

fn passwords(page: &OwnPage<'_>) -> Markup {
    let columns = [
        table::text("Appareil"),
        table::text("Abonnés"),
        table::text("Droits"),
        table::text("Dernière utilisation"),
        table::text("Action"),
    ];
    let rows: Vec<Vec<Markup>> = page.passwords.iter().map(|(id, token)| password_cells(page, *id, token)).collect();
    html! {
        section.panel aria-labelledby="appareils" {
            h2 #appareils { "Synchroniser un appareil" }
            p { "Le calendrier et le carnet d’adresses d’un téléphone ou de Thunderbird lisent et écrivent ici (CalDAV, CardDAV), avec votre identifiant et un mot de passe fait pour cet appareil seul." }
            @if rows.is_empty() {
                p.none-yet { "Aucun appareil pour l’instant." }
            } @else {
                (table::table(&french::count(rows.len() as u64, "appareil", "appareils"), &columns, &rows))
            }
            (new_password(page))
            p.hint { "Changer de mot de passe révoque tous ces mots de passe. " a href="/aide/appareils" { "Régler un iPhone, un Android, Thunderbird" } }
        }
    }
}

fn new_password(page: &OwnPage<'_>) -> Markup {
    let part = &page.feeds;
    let fields = Fields::new(part.form, part.problems);
    let ticked: Vec<&str> = part.form.all("appareil-abonne").collect();
    let fresh = part.form.find("nom-de-l-appareil").is_none();
    let ticks = |name: &str| fresh || part.form.ticked(name);
    html! {
        form method="post" action="/mon-compte/calendriers/mots-de-passe" {
            (hidden("unique", part.unique))
            (fields.text("nom-de-l-appareil", "Nom de l’appareil").hint("Par exemple « iPhone du Dr Martin ».").required().chars_max(NAME_CHARS_MAX))
            @match part.choices {
                [only] => (hidden("appareil-abonne", &only.id.to_string())),
                several => fieldset.choices #appareil-abonne {
                    legend { "Pour quels abonnés" }
                    div { @for one in several {
                        @let value = one.id.to_string();
                        @let id = format!("appareil-abonne-{value}");
                        div.tick {
                            input type="checkbox" id=(id) name="appareil-abonne" value=(value) checked[ticked.contains(&value.as_str())];
                            label for=(id) { bdi { (one.name) } }
                        }
                    } }
                    (problem(part, "appareil-abonne"))
                },
            }
            fieldset.choices {
                legend { "Ce qu’il synchronise" }
                (fields.tick_value("avec-agenda", "1", "L’agenda", ticks("avec-agenda")))
                (fields.tick_value("avec-contacts", "1", "Les contacts", ticks("avec-contacts")))
                (problem(part, "avec-agenda"))
            }
            (fields.tick_value("ecrire", "1", "Il peut aussi écrire : prendre, déplacer, annuler, modifier une fiche", ticks("ecrire")))
            (submit(Weight::Plain, Icon::Plus, "Créer un mot de passe"))
        }
    }
}

fn problem(part: &FeedsPart<'_>, field: &str) -> Markup {
    html! { @if let Some(sentence) = part.problems.of(field) { p.problem { (Icon::Urgent) (sentence) } } }
}

fn password_cells(page: &OwnPage<'_>, id: u64, token: &Token) -> Vec<Markup> {
    let zone = page.feeds.zone;
    let name = |id: &SubscriberId| page.feeds.choices.iter().find(|one| one.id == *id).map(|one| one.name.as_str());
    let names: Vec<&str> = token.subscribers.iter().filter_map(name).collect();
    vec![
        html! { bdi { (token.name) } @if token.has_ended(page.now) { " " span.tag { "expiré" } } },
        html! { @for (place, name) in names.iter().enumerate() { @if place > 0 { ", " } bdi { (name) } } @if names.is_empty() { "aucun" } },
        html! { @for (place, right) in token.rights.iter().enumerate() { @if place > 0 { br; } (right.label()) } },
        html! {
            @match &token.last_use {
                Some(last) => {
                    time { (moment_short(last.at.local(zone))) } br;
                    (device_in_words(&last.agent)) ", " (place_in_words(&last.from))
                }
                None => "Jamais utilisé",
            }
        },
        post(
            "/mon-compte/calendriers/mots-de-passe/revocation",
            &[("mot-de-passe", &format!("{id:016x}"))],
            &submit_about(Weight::Grave, Icon::Cross, "Révoquer", &token.name),
        ),
    ]
}

/// A device's password, shown once.
#[derive(Debug, Clone, Copy)]
pub struct PasswordPage<'a> {
    pub name: &'a str,
    pub login: &'a str,
    pub password: &'a str,
    /// « agenda.exemple.fr ».
    pub host: &'a str,
    /// The same as a whole address.
    pub address: &'a str,
    /// Whether this page came by HTTPS.
    pub encrypted: bool,
}

/// The password in full, and where it goes.
pub fn password_made(page: &PasswordPage<'_>) -> Markup {
    html! {
        (shown_once(
            "Ce mot de passe n’est montré qu’une fois : tapez-le ou collez-le maintenant dans l’appareil.",
            "Le mot de passe de",
            page.name,
            page.password,
        ))
        (facts(&[
            ("Serveur", html! { (page.host) }),
            ("Adresse complète", html! { (page.address) }),
            ("Identifiant", html! { (page.login) }),
            ("Mot de passe", html! { "celui ci-dessus, avec ou sans les tirets" }),
        ]))
        @if !page.encrypted {
            div.flash.problem role="alert" { (Icon::Urgent) p { "Cette page est venue en clair : sans HTTPS, un appareil d’un autre réseau sera refusé, à moins que l’administrateur ne l’ait permis." } }
        }
        (devices())
        p.hint { "Qui possède ce mot de passe agit à votre place dans ses limites : ne l’envoyez à personne. Vous pouvez le révoquer à tout moment." }
        p.back { (link(Weight::Plain, Icon::Previous, "Vos appareils", "/mon-compte/calendriers")) }
    }
}

/// What to do on each device; the guide says the same.
pub fn devices() -> Markup {
    html! {
        ol.steps {
            li { strong { "iPhone, iPad. " } "Réglages › Apps › Calendrier › Comptes › Ajouter un compte › Autre › « Ajouter un compte CalDAV » : serveur, identifiant, mot de passe. De même pour les contacts, avec « Ajouter un compte CardDAV »." }
            li { strong { "Android. " } "Application DAVx⁵ : « Se connecter avec une URL et un nom d’utilisateur », avec l’adresse complète ; puis cochez l’agenda et le carnet. Ils paraissent dans les applications Agenda et Contacts du téléphone." }
            li { strong { "Thunderbird. " } "Nouvel agenda › Sur le réseau : identifiant et adresse complète. Carnets d’adresses › Nouveau › Carnet CardDAV : de même." }
            li { strong { "Mac. " } "Calendrier › Ajouter un compte › Autre compte CalDAV › Manuel ; Contacts › Ajouter un compte › Autre › CardDAV." }
        }
    }
}

/// `…/calendriers`, at an abonné's desk.
pub fn of_subscriber(part: &FeedsPart<'_>) -> Markup {
    html! {
        div.head { h1 { "Abonnements de calendrier" } }
        (Fields::new(part.form, part.problems).summary())
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
        (shown_once(
            "Cette adresse n’est montrée qu’une fois : enregistrez-la maintenant dans l’appareil où elle servira.",
            "Votre abonnement",
            page.name,
            page.address,
        ))
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
