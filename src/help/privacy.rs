//! The chapter for the data-protection officer: what is kept, where, how long, who sees it, and what the law calls it.
//!
//! Facts, with the text that each comes from; what depends on the house is said to depend on it.

use crate::base::{limits, time};
use crate::notices::outbox;
use crate::people::{devices, sessions};
use crate::store::uploads;
use crate::ui::table;
use crate::{journal, switchboard};
use maud::{Markup, html};

fn days(ms: i64) -> String {
    format!("{} jours", ms / time::DAY_MS)
}

pub(super) fn data() -> Markup {
    html! {
        p { "Cette page aide à remplir un registre des traitements (article 30 du RGPD), une convention de sous-traitance (article 28) ou une analyse
            d’impact (article 35). Elle décrit ce que fait le logiciel ; elle ne remplace pas un conseil juridique." }
        h2 #roles { "Qui est responsable" }
        p { "D’ordinaire, chaque abonné est responsable du traitement des appels qu’il reçoit, et le secrétariat est son sous-traitant. Le
            secrétariat est responsable des comptes de ses secrétaires et de son journal. Le logiciel n’envoie rien à ses auteurs, ni à
            personne : aucune page ne charge quoi que ce soit d’un autre site." }
        h2 #durees { "Ce qui est gardé, et combien de temps" }
        (kept())
        p { "« Effacé » veut dire effacé des octets du fichier, la nuit qui suit. Une sauvegarde garde ce qu’elle contenait jusqu’à ce
            qu’elle soit elle-même enlevée : avec 12 sauvegardes de mois, un an au plus. Réglez ce nombre si c’est trop." }
        h2 #acces { "Qui voit quoi" }
        ul {
            li { strong { "Une personne de l’abonné" } " : ce qui est à ses abonnés, et rien d’autre. Ce qui est à un autre n’existe pas pour elle." }
            li { strong { "Une secrétaire" } " : les abonnés dont elle répond ; tous, ou ceux que l’administrateur a choisis." }
            li { strong { "Un administrateur" } " : les comptes, les réglages, les compteurs et le journal ; les messages d’un abonné seulement par
                « Voir comme », une heure au plus, sans rien changer, inscrit au journal, et si l’abonné ne l’a pas interdit." }
            li { strong { "Qui a la main sur la machine" } " peut lire le fichier de données, qui n’est pas chiffré : chiffrez le disque, et donnez
                l’accès à la machine à peu de personnes." }
        }
        h2 #droits { "Droits des personnes" }
        ul {
            li { strong { "Accès et portabilité" } " : la recherche trouve tout ce qui concerne un nom ou un numéro ; les fiches s’exportent en vCard
                et CSV, les appels en Excel, Word et CSV." }
            li { strong { "Rectification" } " : une fiche et un rendez-vous se corrigent, avec leur historique ; un message, dans les minutes qui
                suivent, puis par un nouveau message." }
            li { strong { "Effacement" } " : une fiche se supprime ; un message archivé s’efface à son terme ; un abonné entier se supprime, avec un
                certificat." }
        }
        h2 #securite { "Mesures de sécurité (article 32)" }
        ul {
            li { "Mots de passe : " (limits::PASSWORD_CHARS_MIN) " caractères au moins, les plus courants refusés, gardés par leur empreinte Argon2id ;
                essais ralentis ; second facteur possible pour tous, exigible des secrétaires et administrateurs (CNIL, délibération n° 2022-100 du
                21 juillet 2022 sur les mots de passe)." }
            li { "Journal des connexions, des consultations, des changements, des exports et des effacements, sans contenu, gardé 12 mois, à part
                des données (CNIL, délibération n° 2021-122 du 14 octobre 2021 sur la journalisation : de six mois à un an)." }
            li { "HTTPS, fichiers venus d’ailleurs décodés dans un processus sans accès à rien, sauvegardes vérifiées et chiffrables, effacement
                jusque dans le fichier." }
            li { "E-mails et SMS ne sont pas confidentiels : ils disent qu’un message attend, et son contenu seulement si l’abonné l’a demandé par
                écrit. Les rappels de rendez-vous disent l’heure et le lieu, jamais le motif." }
            li { "Ce qui quitte le serveur à la demande de quelqu’un ne s’y efface plus : une " a href="/aide/preuves" { "preuve de transmission" } " contient
                le message ; un " a href="/aide/secours" { "kit de secours" } ", les rendez-vous de huit jours, sans motif ni note. Le journal dit qui les a
                pris. Un kit ne part par e-mail que sur demande écrite, et le courrier l’oublie dès qu’il est parti." }
        }
        h2 #sante { "Données de santé" }
        p { "Un message pris pour un médecin (« fièvre depuis trois jours »), un motif de rendez-vous, et souvent le seul fait d’avoir rendez-vous
            chez un spécialiste, sont des données concernant la santé (articles 4, 15°, et 9 du RGPD), couvertes par le secret professionnel (articles
            L. 1110-4 du code de la santé publique et 226-13 du code pénal), auquel le secrétariat est tenu avec le praticien." }
        p { "Qui héberge, pour le compte d’un professionnel de santé, des données de santé recueillies à l’occasion d’activités de prévention, de
            diagnostic ou de soins doit être certifié « hébergeur de données de santé » (articles L. 1111-8 et R. 1111-8-8 et suivants du code de la
            santé publique ; référentiel de l’arrêté du 26 avril 2024). Un praticien qui héberge lui-même ses propres données ne l’est pas
            pour autrui. Donc :" }
        ul {
            li { "Un secrétariat qui répond pour des soignants fait tourner Permanence chez un hébergeur certifié HDS pour les activités qu’il lui
                confie, ou fait examiner par un conseil si son organisation en dispense." }
            li { "Les sauvegardes copiées ailleurs contiennent les mêmes données : même exigence, chiffrées ou non." }
            li { "Installer ce logiciel ne donne aucune certification." }
        }
        p { "Le référentiel de la CNIL pour les cabinets médicaux et paramédicaux (délibération n° 2020-081 du 18 juin 2020) sert de repère : le dossier
            du patient s’y garde vingt ans, dont cinq en base active, chez le praticien. Les messages du secrétariat ne sont pas ce dossier : ce
            qui doit y entrer s’y recopie, et le reste s’efface après " (limits::RETENTION_DAYS) " jours d’archives." }
        h2 #violation { "En cas de violation de données" }
        ol {
            li { "Déconnectez les sessions, changez les mots de passe, fermez les liens personnels (page de chaque compte)." }
            li { "Le journal dit quel compte a vu ou exporté quoi, quand, depuis quelle adresse ; il s’exporte." }
            li { "Le sous-traitant prévient ses abonnés dans les meilleurs délais ; le responsable, la CNIL sous 72 heures s’il y a un
                risque (articles 33 et 34)." }
        }
    }
}

/// The register's table; durations come from the code that erases.
fn kept() -> Markup {
    let columns = [table::text("Quoi"), table::text("Où"), table::text("Combien de temps"), table::text("Qui le voit")];
    let archives = format!(
        "tant qu’il attend ; puis {} jours après l’archivage ({} à {}, par abonné)",
        limits::RETENTION_DAYS,
        limits::RETENTION_DAYS_MIN,
        limits::RETENTION_DAYS_MAX
    );
    let sessions = format!(
        "{} ; {} si le mot de passe est mémorisé",
        days(sessions::LONGEST_MS),
        days(sessions::LONGEST_REMEMBERED_MS)
    );
    let rows: [(&str, &str, String, &str); 10] = [
        (
            "Message : appelant, coordonnées, texte, historique, réponses",
            "fichier de données",
            archives,
            "abonné, ses secrétaires",
        ),
        ("Fax : pages et original", "fichier de données", "comme son message".into(), "abonné, ses secrétaires"),
        (
            "Fiche contact",
            "fichier de données",
            "jusqu’à sa suppression, ou celle de l’abonné".into(),
            "abonné, ses secrétaires",
        ),
        ("Rendez-vous", "fichier de données", "jusqu’à la suppression de l’abonné".into(), "abonné, ses secrétaires"),
        (
            "Compte : nom, e-mail, empreinte du mot de passe, secret du second facteur",
            "fichier de données",
            "jusqu’à sa suppression".into(),
            "la personne, administrateurs",
        ),
        (
            "Session et appareil : navigateur, adresse réseau",
            "fichier de données",
            format!("{sessions} ; appareils reconnus {}", days(devices::KEPT_MS)),
            "la personne, administrateurs",
        ),
        (
            "E-mails et SMS envoyés",
            "fichier de données",
            format!("{} ; leur texte part avec le message", days(outbox::KEPT_MS)),
            "administrateurs",
        ),
        ("Fichier importé, avant son aperçu", "dossier de données", days(uploads::KEPT_MS), "qui l’a envoyé"),
        ("Brouillon d’appel", "fichier de données", days(switchboard::drafts::KEPT_MS), "la secrétaire"),
        (
            "Journal : qui, quoi, quand, depuis où",
            "fichier à part",
            days(journal::KEPT_MS),
            "administrateurs ; l’abonné, pour le sien",
        ),
    ];
    let rows: Vec<Vec<Markup>> = rows
        .into_iter()
        .map(|(what, place, time, who)| vec![html! { (what) }, html! { (place) }, html! { (time) }, html! { (who) }])
        .collect();
    table::table("Registre des données", &columns, &rows)
}
