//! The administrator's screens: state of the house, abonnés, persons, journal.

use crate::backup::store::{Outcome, Run};
use crate::base::time::moment_short;
use crate::base::{Instant, PersonId, Phone, Zone, french, limits};
use crate::error::Problems;
use crate::fax;
use crate::house::Work;
use crate::http::Form;
use crate::people::Person;
use crate::subscribers::Subscriber;
use crate::ui::form::{Weight, link, post, submit, submit_about};
use crate::ui::table::{self, facts, or_dash};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// How the house is, and how it calls itself.
#[derive(Debug, Clone)]
pub struct StatePage<'a> {
    pub version: &'a str,
    /// Seconds since the server was started.
    pub up_s: u64,
    pub data_bytes: u64,
    pub journal_bytes: u64,
    /// Faxes and documents, files of their own.
    pub papers_bytes: u64,
    /// The fax mailbox, if there is one.
    pub mailbox: Option<&'a fax::mailbox::State>,
    /// What the disk still has; `None` where the system won't say.
    pub free_bytes: Option<u64>,
    /// When the night's erasure last ran, and how many messages it took.
    pub last_expiry: Option<(Instant, u64)>,
    /// The last night's kits could not all be made.
    pub kits_failed: bool,
    /// The last backup, good or not.
    pub last_backup: Option<&'a (Instant, Run)>,
    /// The recurring works by name, and how each went.
    pub works: &'a [(String, Work)],
    /// The last failures with their references.
    pub errors: Vec<(Instant, &'a str)>,
    pub subscribers: u64,
    pub persons: u64,
    pub pending: u64,
    pub archived: u64,
    pub sessions: u64,
    pub zone: Zone,
    pub https: super::encryption::Https,
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
        div.head {
            h1 { "État de la maison" }
            (link(Weight::Plain, Icon::Settings, "Apparence et usages", "/administration/apparence"))
            (link(Weight::Plain, Icon::Export, "Dossiers", "/administration/dossiers"))
        }
        div.beside.uneven {
            section aria-labelledby="etat" {
                h2 #etat { "En ce moment" }
                (facts(&[
                    ("Version", html! { (page.version) }),
                    ("En service depuis", html! { (duration(page.up_s)) }),
                    ("Taille des données", html! { (french::size(page.data_bytes)) ", et " (french::size(page.journal_bytes)) " de journal" }),
                    ("Fax et documents", html! { (french::size(page.papers_bytes)) }),
                    ("Boîte de fax", html! {
                        a href="/administration/boite-de-fax" {
                            @match page.mailbox {
                                None => "aucune",
                                Some(fax::mailbox::State { failure: Some(_), .. }) => { span.problem { (Icon::Urgent) "relève en échec" } }
                                Some(fax::mailbox::State { succeeded: Some(at), .. }) => { "relevée le " (moment_short(at.local(page.zone))) }
                                Some(_) => "pas encore relevée",
                            }
                        }
                    }),
                    ("Place libre", free(page.free_bytes)),
                    ("Dernier effacement", html! {
                        @match page.last_expiry {
                            Some((at, count)) => {
                                "Le " (moment_short(at.local(page.zone))) " : "
                                (french::count(count, "message supprimé", "messages supprimés"))
                            }
                            None => "Pas encore",
                        }
                    }),
                    ("Dernière sauvegarde", last_backup(page)),
                    ("Kits de secours", html! {
                        a href="/administration/kits" { (if page.kits_failed { "échec la nuit dernière" } else { "qui les reçoit, et où" }) }
                    }),
                    ("Preuves de transmission", html! { a href="/administration/preuves" { "la clé qui les signe" } }),
                    ("Abonnés", html! { a href="/administration/abonnes" { (french::grouped(page.subscribers)) } }),
                    ("Comptes", html! { a href="/administration/personnes" { (french::grouped(page.persons)) } }),
                    ("Sessions ouvertes", html! { (french::grouped(page.sessions)) }),
                    ("Messages en attente", html! { (french::grouped(page.pending)) }),
                    ("Messages archivés", html! { (french::grouped(page.archived)) }),
                ]))
            }
            (works(page))
            (super::encryption::section(&page.https))
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

fn last_backup(page: &StatePage<'_>) -> Markup {
    html! {
        a href="/administration/sauvegardes" {
            @match page.last_backup {
                Some((begun, _)) => { "Le " (moment_short(begun.local(page.zone))) }
                None => "Pas encore",
            }
        }
        @match page.last_backup.map(|(_, run)| &run.outcome) {
            Some(Outcome::Good(good)) => { ", " (french::size(good.bytes)) ", relue" }
            Some(Outcome::Failed(_)) => { " " span.problem { (Icon::Urgent) "échec" } }
            None => "",
        }
    }
}

/// Less free than this is said in red: the store keeps 8 MB for itself, and a night's rewrite needs the file's own size.
const FREE_BYTES_LOW: u64 = 500_000_000;

fn free(bytes: Option<u64>) -> Markup {
    match bytes {
        Some(bytes) if bytes < FREE_BYTES_LOW => {
            html! { span.problem { (Icon::Urgent) (french::size(bytes)) " : libérez de la place" } }
        }
        Some(bytes) => html! { (french::size(bytes)) },
        None => html! { "inconnue" },
    }
}

/// « 3 jours et 4 h », « 12 min ».
fn duration(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) => format!("{hours} h {minutes:02}"),
        _ => format!("{} et {hours} h", french::count(days, "jour", "jours")),
    }
}

/// The works of the night and the hour, and what failed lately.
fn works(page: &StatePage<'_>) -> Markup {
    html! {
        section aria-labelledby="travaux" {
            h2 #travaux { "Travaux et incidents" }
            @if page.works.is_empty() { p.hint { "Aucun travail n’a encore été fait." } }
            dl.facts {
                @for (name, work) in page.works {
                    div {
                        dt { (work_name(name)) }
                        dd {
                            @match work.done {
                                Some(at) => { "le " (moment_short(at.local(page.zone))) }
                                None => "pas encore",
                            }
                            @if let Some((at, reference)) = &work.failed {
                                p.problem { (Icon::Urgent) "échec le " (moment_short(at.local(page.zone))) ", n° " (reference) }
                            }
                        }
                    }
                }
            }
            @if page.errors.is_empty() {
                p { "Aucun incident dans le journal." }
            } @else {
                h3 { "Derniers incidents" }
                ul {
                    @for (at, object) in &page.errors {
                        li { time { (moment_short(at.local(page.zone))) } " : n° " (object) }
                    }
                }
                p.hint { "Le numéro est celui que la page d’erreur a montré ; les journaux du serveur disent la cause." }
            }
        }
    }
}

/// A work as people call it.
fn work_name(name: &str) -> &str {
    match name {
        "expiry" => "Effacement à l’échéance",
        "journal" => "Journal de plus de 12 mois",
        "instructions" => "Consignes périmées",
        "sessions" => "Sessions, brouillons et restes",
        "outbox" => "Vieux courrier",
        "reminders" => "Rappels de rendez-vous",
        "kits" => "Kits de secours",
        "mailbox" => "Boîte de fax",
        "removals" => "Suppressions demandées",
        "backup" => "Sauvegarde",
        other => other,
    }
}

pub(super) fn active(active: bool) -> Markup {
    html! { @if active { span.tag { "actif" } } @else { span.tag.soft { "désactivé" } } }
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
    pub second_factor: bool,
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
            (link(Weight::Plain, Icon::Settings, "Jetons d’accès", "/administration/jetons"))
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
        html! { (active(person.active)) @if row.second_factor { " " span.tag { "second facteur" } } },
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
            (crate::ui::dress::logo())
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
