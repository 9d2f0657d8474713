//! The administrator's screens: state of the house, abonnés, persons, journal.

use crate::base::time::moment_short;
use crate::base::{Instant, PersonId, Phone, Zone, french, limits};
use crate::error::Problems;
use crate::http::Form;
use crate::people::Person;
use crate::subscribers::Subscriber;
use crate::ui::form::{Weight, link, post, search as search_box, submit, submit_about};
use crate::ui::pagination::{Pages, Place};
use crate::ui::table::{self, facts, or_dash};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// How the house is, and how it calls itself.
#[derive(Debug, Clone)]
pub struct StatePage<'a> {
    pub version: &'a str,
    pub data_bytes: u64,
    /// When the night's erasure last ran, and how many messages it took.
    pub last_expiry: Option<(Instant, u64)>,
    pub subscribers: u64,
    pub persons: u64,
    pub pending: u64,
    pub archived: u64,
    pub sessions: u64,
    pub zone: Zone,
    /// `favoris`, `facteur-secretaires`, `facteur-administrateurs`.
    pub security: &'a Form,
    /// `nom`, `telephone`, `horaires`.
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// The state of the house and the secretariat's own card.
pub fn state(page: &StatePage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        div.head { h1 { "État de la maison" } }
        div.beside {
            section aria-labelledby="etat" {
                h2 #etat { "En ce moment" }
                (facts(&[
                    ("Version", html! { (page.version) }),
                    ("Taille des données", html! { (french::size(page.data_bytes)) }),
                    ("Dernier effacement", html! {
                        @match page.last_expiry {
                            Some((at, count)) => {
                                "Le " (moment_short(at.local(page.zone))) " : "
                                (french::count(count, "message supprimé", "messages supprimés"))
                            }
                            None => "Pas encore",
                        }
                    }),
                    ("Abonnés", html! { a href="/administration/abonnes" { (french::grouped(page.subscribers)) } }),
                    ("Comptes", html! { a href="/administration/personnes" { (french::grouped(page.persons)) } }),
                    ("Sessions ouvertes", html! { (french::grouped(page.sessions)) }),
                    ("Messages en attente", html! { (french::grouped(page.pending)) }),
                    ("Messages archivés", html! { (french::grouped(page.archived)) }),
                ]))
            }
            section aria-labelledby="maison" {
                h2 #maison { "Le secrétariat" }
                p.hint { "Ces indications figurent sur la page d’accueil." }
                form method="post" action="/administration/maison" {
                    (fields.summary())
                    (fields.text("nom", "Nom").required().chars_max(limits::NAME_CHARS_MAX))
                    (fields.phone("telephone", "Téléphone").chars_max(limits::PHONE_CHARS_MAX))
                    (fields.area("horaires", "Horaires", 3).hint("Par exemple « Du lundi au vendredi, de 8 h à 19 h »."))
                    (submit(Weight::Main, Icon::Check, "Enregistrer"))
                }
            }
            (super::person::view::security(page.security))
        }
    }
}

/// An abonné with its counts.
#[derive(Debug, Clone, Copy)]
pub struct SubscriberRow<'a> {
    pub subscriber: &'a Subscriber,
    pub pending: u64,
    pub archived: u64,
}

/// All abonnés, with a form for one more.
#[derive(Debug, Clone)]
pub struct SubscribersPage<'a> {
    pub rows: Vec<SubscriberRow<'a>>,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// The table of abonnés and the form that adds one.
pub fn subscribers(page: &SubscribersPage<'_>) -> Markup {
    let columns = [
        table::text("Nom"),
        table::text("Métier"),
        table::text("Ville"),
        table::text("Fuseau"),
        table::figures("Conservation"),
        table::text("État"),
        table::figures("En attente"),
        table::figures("Archivés"),
    ];
    let rows: Vec<Vec<Markup>> = page.rows.iter().map(subscriber_cells).collect();
    html! {
        div.head {
            h1 { "Abonnés" }
            (link(Weight::Plain, Icon::Plus, "Ajouter un abonné", "#ajouter"))
        }
        @if rows.is_empty() {
            div.empty { (Icon::Office) p { "Aucun abonné pour l’instant : ajoutez le premier ci-dessous." } }
        } @else {
            (table::table(&french::count(rows.len() as u64, "abonné", "abonnés"), &columns, &rows))
        }
        section.add aria-labelledby="ajouter" {
            h2 #ajouter { "Ajouter un abonné" }
            form method="post" action="/administration/abonnes" {
                (subscriber_fields(Fields::new(page.form, page.problems)))
                (submit(Weight::Main, Icon::Plus, "Ajouter l’abonné"))
            }
        }
    }
}

fn subscriber_cells(row: &SubscriberRow<'_>) -> Vec<Markup> {
    let subscriber = row.subscriber;
    vec![
        html! { a href={ "/administration/abonnes/" (subscriber.id) } { bdi { (subscriber.name) } } },
        or_dash(&subscriber.trade),
        or_dash(&subscriber.town),
        html! { (zone_name(subscriber.zone)) },
        html! { (subscriber.retention_days) " jours" },
        active(subscriber.active),
        html! { (french::grouped(row.pending)) },
        html! { (french::grouped(row.archived)) },
    ]
}

pub(super) fn active(active: bool) -> Markup {
    html! { @if active { span.tag { "actif" } } @else { span.tag.soft { "désactivé" } } }
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

fn subscriber_fields(fields: Fields<'_>) -> Markup {
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

/// One abonné's settings.
#[derive(Debug, Clone, Copy)]
pub struct SubscriberPage<'a> {
    pub subscriber: &'a Subscriber,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// The form with an abonné's settings; `actif` is a box.
pub fn subscriber(page: &SubscriberPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Tous les abonnés", "/administration/abonnes")) }
        div.head { h1 { bdi { (page.subscriber.name) } } p { (active(page.subscriber.active)) } }
        form method="post" action={ "/administration/abonnes/" (page.subscriber.id) } {
            (subscriber_fields(fields))
            (fields.tick("actif", "Actif : ses clients peuvent se connecter et le standard prend ses appels"))
            (submit(Weight::Main, Icon::Check, "Enregistrer"))
        }
    }
}

/// The settings of an abonné as the form's values.
pub fn subscriber_form(subscriber: &Subscriber) -> Form {
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

/// All persons, with a form for one more.
#[derive(Debug, Clone)]
pub struct PersonsPage<'a> {
    pub rows: Vec<PersonRow<'a>>,
    /// Every abonné, for the boxes of the form.
    pub subscribers: Vec<&'a Subscriber>,
    pub form: &'a Form,
    pub problems: &'a Problems,
    /// Nobody shuts out themself.
    pub own: PersonId,
}

/// A person with whom she is here for.
#[derive(Debug, Clone)]
pub struct PersonRow<'a> {
    pub person: &'a Person,
    /// Names of abonnés; empty for « tous ».
    pub of: Vec<&'a str>,
}

/// What the `role` field sends.
pub(super) const ROLES: [(&str, &str); 3] =
    [("client", "Client d’un abonné"), ("secretaire", "Secrétaire"), ("administrateur", "Administrateur")];

/// The table of persons and the form that adds one.
pub fn persons(page: &PersonsPage<'_>) -> Markup {
    let columns = [
        table::text("Identifiant"),
        table::text("Nom"),
        table::text("Rôle"),
        table::text("Abonnés"),
        table::text("État"),
        table::text("Actions"),
    ];
    let rows: Vec<Vec<Markup>> = page.rows.iter().map(|row| person_cells(row, page.own)).collect();
    let fields = Fields::new(page.form, page.problems);
    let ticked: Vec<&str> = page.form.all("abonne").collect();
    html! {
        div.head {
            h1 { "Comptes" }
            (link(Weight::Plain, Icon::Plus, "Ajouter un compte", "#ajouter"))
        }
        (table::table(&french::count(rows.len() as u64, "compte", "comptes"), &columns, &rows))
        section.add aria-labelledby="ajouter" {
            h2 #ajouter { "Ajouter un compte" }
            form method="post" action="/administration/personnes" {
                (fields.summary())
                div.row {
                    (fields.login("identifiant", "Identifiant").hint("Pour se connecter : lettres, chiffres, points, tirets.")
                        .required().chars_max(limits::LOGIN_CHARS_MAX))
                    (fields.text("nom", "Nom affiché").hint("Par exemple « Aline » ou « Dr Martin ».")
                        .required().chars_max(limits::NAME_CHARS_MAX))
                    (fields.email("email", "E-mail").hint("Facultatif.").chars_max(limits::EMAIL_CHARS_MAX))
                    (fields.select("role", "Rôle", &ROLES).hint("Ce que ce compte peut voir et faire."))
                }
                (subscriber_choices(&page.subscribers, &ticked))
                (submit(Weight::Main, Icon::Plus, "Ajouter le compte"))
                p.hint { "Un premier mot de passe est tiré au sort et montré une seule fois, à imprimer." }
            }
        }
    }
}

/// A box for each abonné.
pub(super) fn subscriber_choices(subscribers: &[&Subscriber], ticked: &[&str]) -> Markup {
    html! {
        fieldset.choices {
            legend { "Abonnés" }
            p.hint { "Pour un client : les siens. Pour une secrétaire : ceux dont elle répond ; aucune case cochée signifie tous." }
            div {
                @for subscriber in subscribers {
                    @let value = subscriber.id.to_string();
                    // « 1 » alone would be taken for a plain box.
                    @let id = format!("abonne-{value}");
                    div.tick {
                        input type="checkbox" id=(id) name="abonne" value=(value) checked[ticked.contains(&value.as_str())];
                        label for=(id) { bdi { (subscriber.name) } }
                    }
                }
            }
        }
    }
}

fn person_cells(row: &PersonRow<'_>, own: PersonId) -> Vec<Markup> {
    let person = row.person;
    let base = format!("/administration/personnes/{}", person.id);
    vec![
        html! { a href=(base) { (person.login) } },
        html! { bdi { (person.name) } },
        html! { span.keep { (person.role.label()) } },
        html! {
            @match &person.role {
                crate::people::Role::Administrator => (or_dash("")),
                _ if row.of.is_empty() => "tous",
                _ => @for (place, name) in row.of.iter().enumerate() { @if place > 0 { ", " } bdi { (name) } },
            }
        },
        active(person.active),
        html! {
            @if person.id == own {
                span.none { "vous" }
            } @else {
                div.buttons {
                    (post(&format!("{base}/mot-de-passe"), &[], &submit_about(Weight::Plain, Icon::Key, "Nouveau mot de passe", &person.login)))
                    @if person.active {
                        (post(&format!("{base}/desactivation"), &[], &submit_about(Weight::Grave, Icon::Cross, "Désactiver", &person.login)))
                    } @else {
                        (post(&format!("{base}/reactivation"), &[], &submit_about(Weight::Plain, Icon::Check, "Réactiver", &person.login)))
                    }
                }
            }
        },
    ]
}

/// A first password, shown once.
#[derive(Debug, Clone, Copy)]
pub struct SlipPage<'a> {
    pub house_name: &'a str,
    pub house_phone: &'a Phone,
    /// Where to sign in, in full when the public name is known.
    pub address: &'a str,
    pub name: &'a str,
    pub login: &'a str,
    pub password: &'a str,
    /// False when an old password was replaced.
    pub new_person: bool,
}

/// The slip: to print and hand over.
pub fn slip(page: &SlipPage<'_>) -> Markup {
    html! {
        div.flash.notice role="status" {
            (Icon::Notice)
            p { "Ce mot de passe n’est montré qu’une fois : imprimez cette page ou notez-le maintenant." }
        }
        article.slip {
            h1 { (if page.new_person { "Vos codes de connexion" } else { "Votre nouveau mot de passe" }) }
            p { (page.house_name) @if !page.house_phone.is_empty() { ", " (page.house_phone.shown()) } }
            (facts(&[
                ("Pour", html! { bdi { (page.name) } }),
                ("Adresse", html! { (page.address) }),
                ("Identifiant", html! { code { (page.login) } }),
                ("Mot de passe", html! { code { (page.password) } }),
            ]))
            p.hint { "Choisissez votre propre mot de passe après la première connexion, sous « Mon compte »." }
        }
        div.buttons {
            div data-print {}
            (link(Weight::Plain, Icon::Previous, "Tous les comptes", "/administration/personnes"))
        }
    }
}

/// A page of the journal.
#[derive(Debug, Clone)]
pub struct JournalPage<'a> {
    pub query: &'a str,
    pub lines: Vec<JournalLine<'a>>,
    pub page: u64,
    pub pages: u64,
    pub zone: Zone,
}

/// One line: identifiers, never content.
#[derive(Debug, Clone)]
pub struct JournalLine<'a> {
    pub at: Instant,
    /// A login; empty for what the server did, or nobody known.
    pub who: &'a str,
    /// « messages archivés ».
    pub action: &'a str,
    /// An abonné's name.
    pub about: &'a str,
    /// « message 12 ».
    pub object: &'a str,
    /// A network address.
    pub from: String,
}

/// The journal as a table.
pub fn journal(page: &JournalPage<'_>) -> Markup {
    let query = if page.query.is_empty() { String::new() } else { Form::from_iter([("q", page.query)]).encoded() };
    let pages = Pages { page: page.page, pages: page.pages, query: &query };
    let columns = [
        table::text("Quand"),
        table::text("Qui"),
        table::text("Action"),
        table::text("Abonné"),
        table::text("Objet"),
        table::text("Depuis"),
    ];
    let rows: Vec<Vec<Markup>> = page
        .lines
        .iter()
        .map(|line| {
            let local = line.at.local(page.zone);
            vec![
                html! { time { (moment_short(local)) (local.format(":%S")) } },
                or_dash(line.who),
                html! { (line.action) },
                html! { @if line.about.is_empty() { (or_dash("")) } @else { bdi { (line.about) } } },
                or_dash(line.object),
                or_dash(&line.from),
            ]
        })
        .collect();
    html! {
        div.head {
            h1 { "Journal" }
            (search_box("/administration/journal", page.query, "Qui, action, abonné, adresse"))
        }
        @if rows.is_empty() {
            div.empty {
                (Icon::Journal)
                p {
                    @if page.query.is_empty() { "Le journal est vide." }
                    @else { "Rien dans le journal ne correspond à « " bdi { (page.query) } " »." }
                }
            }
        } @else {
            div.tools { (pages.links(Place::Above)) }
            (table::table("Qui a fait quoi, et quand ; le plus récent d’abord", &columns, &rows))
            div.tools.below { (pages.links(Place::Below)) }
        }
    }
}
