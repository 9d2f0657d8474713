//! The chapter of how much of everything there may be: every number printed from the constant that holds it.

use crate::agenda::model::{APPOINTMENT_MINUTES_MAX, SLOT_MINUTES_MAX, SLOT_MINUTES_MIN, YEARS_AHEAD_MAX};
use crate::agenda::{find, ics, import as agenda_import, objects as agenda_objects, recurrence};
use crate::base::{french, limits, time};
use crate::contacts::model::PHONES_MAX;
use crate::contacts::{import as contacts_import, objects as contacts_objects};
use crate::http::edge::limits as edge;
use crate::messages::{correct, handlers::NUMBERS_MAX, import as messages_import};
use crate::people::{feeds, forgotten, links, sessions, tokens};
use crate::store::shelf;
use crate::ui::table;
use maud::{Markup, html};

/// What, how much of it, and what happens beyond.
struct Limit(&'static str, String, &'static str);

/// The chapter.
pub fn table() -> Markup {
    html! {
        p { "Chaque chose a une limite, pour que personne ne puisse épuiser la mémoire, le disque ou la patience des autres. Au-delà, une
            phrase dit ce qui se passe, et ce qui était saisi est encore là." }
        @for (heading, rows) in [
            ("Se connecter", signing_in()), ("Messages", messages()), ("Contacts et agenda", records()), ("Fichiers", files()),
            ("Réseau", network()),
        ] {
            (section(heading, &rows))
        }
    }
}

fn section(heading: &str, rows: &[Limit]) -> Markup {
    let columns = [table::text("Quoi"), table::text("Limite"), table::text("Au-delà")];
    let rows: Vec<Vec<Markup>> = rows
        .iter()
        .map(|Limit(what, most, beyond)| vec![html! { (what) }, html! { (most) }, html! { (beyond) }])
        .collect();
    table::table(heading, &columns, &rows)
}

fn hours(ms: i64) -> String {
    french::count((ms / time::HOUR_MS) as u64, "heure", "heures")
}

fn days(ms: i64) -> String {
    french::count((ms / time::DAY_MS) as u64, "jour", "jours")
}

fn characters(most: usize) -> String {
    french::count(most as u64, "caractère", "caractères")
}

const REFUSED: &str = "Le formulaire revient avec ce qui a été saisi et la raison.";

fn signing_in() -> Vec<Limit> {
    vec![
        Limit("Mot de passe", format!("de {} à {} caractères", limits::PASSWORD_CHARS_MIN, limits::PASSWORD_CHARS_MAX), REFUSED),
        Limit("Session sans utilisation", format!("{} ; {} si le mot de passe est mémorisé", hours(sessions::IDLE_MS), days(sessions::IDLE_REMEMBERED_MS)),
            "Il faut se reconnecter ; ce qui était saisi est gardé."),
        Limit("Session en tout", format!("{} ; {} si le mot de passe est mémorisé", days(sessions::LONGEST_MS), days(sessions::LONGEST_REMEMBERED_MS)),
            "Il faut se reconnecter."),
        Limit("Appareils connectés d’une personne", sessions::PER_PERSON_MAX.to_string(), "La session la plus ancienne prend fin."),
        Limit("Liens personnels", links::LINKS_MAX.to_string(), "Il faut d’abord en révoquer un."),
        Limit("Abonnements de calendrier", format!("{} d’une personne, {} d’un abonné", feeds::FEEDS_MAX, feeds::FEEDS_MAX), "Il faut d’abord en révoquer un."),
        Limit("Mots de passe d’appareils et jetons", tokens::TOKENS_MAX.to_string(), "Il faut d’abord en révoquer un."),
        Limit("Un rendez-vous envoyé par un appareil", format!("{} ko", agenda_objects::OBJECT_BYTES_MAX / 1024), "Il est refusé, et l’appareil dit pourquoi."),
        Limit("Une fiche contact envoyée par un appareil", format!("{} ko", contacts_objects::OBJECT_BYTES_MAX / 1024), "Elle est refusée, et l’appareil dit pourquoi."),
        Limit("Changements gardés pour la synchronisation", shelf::KEPT.to_string(), "Un appareil absent plus longtemps relit tout."),
        Limit("Mots de passe faux", "4 sans attente, puis une attente qui double : jusqu’à 15 minutes pour un compte depuis un même réseau, 8 secondes pour le compte depuis ailleurs".into(),
            "La page dit combien de secondes attendre ; personne n’est enfermé dehors par un autre."),
        Limit("Courriers « Mot de passe Agenda Web »", format!("{} par heure pour un compte, {} demandes par heure depuis un même réseau", forgotten::MAILS_AN_HOUR, forgotten::ASKS_AN_HOUR),
            "L’écran répond de la même façon ; rien ne part."),
        Limit("Mot de passe provisoire", hours(forgotten::VALID_MS), "Il n’ouvre plus rien ; l’ancien reste valable."),
    ]
}

fn messages() -> Vec<Limit> {
    vec![
        Limit("Messages par page", limits::PAGE_ROWS.to_string(), "Les suivants sont sur les autres pages."),
        Limit("Texte d’un message", characters(limits::TEXT_CHARS_MAX), REFUSED),
        Limit("Nom, prénom", characters(limits::NAME_CHARS_MAX), REFUSED),
        Limit("Objet, adresse, ville", characters(limits::LINE_CHARS_MAX), REFUSED),
        Limit("Messages archivés d’un geste", NUMBERS_MAX.to_string(), "Une phrase le dit, rien n’est archivé."),
        Limit(
            "Correction d’un message pris",
            format!("{} minutes", correct::CORRECTABLE_MS / time::MINUTE_MS),
            "Écrire un nouveau message.",
        ),
        Limit(
            "Archives",
            format!(
                "{} jours d’ordinaire, de {} à {} au choix",
                limits::RETENTION_DAYS,
                limits::RETENTION_DAYS_MIN,
                limits::RETENTION_DAYS_MAX
            ),
            "Effacées la nuit qui suit.",
        ),
        Limit("Mots d’une recherche", limits::QUERY_WORDS_MAX.to_string(), "Les suivants ne comptent pas."),
        Limit(
            "Reprise d’un fichier CSV d’appels",
            french::size(messages_import::FILE_BYTES_MAX),
            "Le fichier est refusé, rien n’est écrit.",
        ),
    ]
}

fn records() -> Vec<Limit> {
    vec![
        Limit("Téléphones d’une fiche", PHONES_MAX.to_string(), REFUSED),
        Limit(
            "Fiches d’un import",
            french::grouped(contacts_import::ROWS_MAX as u64),
            "Le fichier est refusé, rien n’est écrit.",
        ),
        Limit("Durée d’un créneau", format!("de {SLOT_MINUTES_MIN} à {SLOT_MINUTES_MAX} minutes"), REFUSED),
        Limit("Durée d’un rendez-vous", format!("{} heures", APPOINTMENT_MINUTES_MAX / 60), REFUSED),
        Limit("Rendez-vous d’une série", recurrence::TIMES_MAX.to_string(), REFUSED),
        Limit("Rendez-vous à venir", format!("dans {YEARS_AHEAD_MAX} ans au plus"), REFUSED),
        Limit(
            "« Trouver un créneau »",
            format!("{} jours à partir de la date", find::DAYS_MAX),
            "La page dit qu’il n’y a rien de libre jusque-là.",
        ),
        Limit(
            "Fichier d’agenda (iCalendar)",
            format!(
                "{}, {} événements",
                french::size(agenda_import::FILE_BYTES_MAX),
                french::grouped(ics::EVENTS_MAX as u64)
            ),
            "Le fichier est refusé, rien n’est écrit.",
        ),
    ]
}

fn files() -> Vec<Limit> {
    vec![
        Limit(
            "Fichier envoyé (fax, import, logo)",
            french::size(limits::UPLOAD_BYTES_MAX),
            "Refusé dès l’annonce de sa taille (413).",
        ),
        Limit("Formulaire sans fichier", french::size(limits::FORM_BYTES_MAX), "Refusé (413)."),
        Limit(
            "Fichiers en cours d’envoi, ensemble",
            french::size(edge::BODIES_SPOOLED_BYTES_MAX),
            "Les suivants attendent leur tour (503, réessayer).",
        ),
    ]
}

fn network() -> Vec<Limit> {
    vec![
        Limit(
            "Connexions ouvertes",
            french::grouped(edge::CONNECTIONS_MAX as u64),
            "Celle qui attend depuis le plus longtemps sans rien demander cède sa place.",
        ),
        Limit(
            "Connexions d’une même adresse",
            edge::CONNECTIONS_PER_ADDRESS_MAX.to_string(),
            "La plus ancienne de cette adresse cède sa place.",
        ),
        Limit(
            "En-tête d’une demande",
            format!("{}, {} lignes", french::size(edge::HEAD_BYTES_MAX as u64), edge::HEAD_LINES_MAX),
            "Refusée (431).",
        ),
        Limit("Adresse d’une page", french::size(edge::TARGET_BYTES_MAX as u64), "Refusée (414)."),
        Limit(
            "Temps pour envoyer un en-tête",
            format!("{} s", edge::HEAD_TIME_MAX.as_secs()),
            "La connexion est fermée (408).",
        ),
        Limit("Connexion silencieuse", format!("{} s", edge::IDLE_TIME_MAX.as_secs()), "Elle est fermée."),
        Limit(
            "Débit le plus lent d’un envoi",
            format!("{} par seconde en moyenne", french::size(edge::BODY_BYTES_PER_S_MIN)),
            "L’envoi est abandonné (408).",
        ),
        Limit(
            "Lecteur qui ne prend plus rien",
            format!("{} s", edge::STALLED_TIME_MAX.as_secs()),
            "La connexion est fermée.",
        ),
        Limit(
            "Demandes en attente",
            edge::WAITING_REQUESTS_MAX.to_string(),
            "Les suivantes reçoivent 503, et l’heure de réessayer.",
        ),
    ]
}
