//! The screen of the fax mailbox.

use crate::base::Zone;
use crate::base::time::moment_short;
use crate::error::Problems;
use crate::fax::mailbox::{Field, Mailbox, State};
use crate::http::Form;
use crate::notices::settings::Protection;
use crate::subscribers::Subscriber;
use crate::ui::form::{Weight, link, post, submit, submit_about};
use crate::ui::table::facts;
use crate::ui::{Fields, Icon, table};
use maud::{Markup, html};

const HERE: &str = "/administration/boite-de-fax";
const PROTECTIONS: [(&str, &str); 2] =
    [("tls", "TLS (port 993 d’ordinaire)"), ("aucune", "Aucune : seulement vers cette machine")];

/// The mailbox, how it was found, and its rules.
#[derive(Debug, Clone, Copy)]
pub struct MailboxPage<'a> {
    pub kept: Option<&'a Mailbox>,
    pub state: &'a State,
    pub abonnes: &'a [Subscriber],
    pub zone: Zone,
    /// The settings, and the rule being added.
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// The settings as the form's values; the password never.
pub fn form_of(mailbox: &Mailbox) -> Form {
    Form::from_iter([
        ("serveur", mailbox.host.clone()),
        ("port", mailbox.port.to_string()),
        ("protection", if mailbox.protection == Protection::None { "aucune" } else { "tls" }.to_owned()),
        ("compte", mailbox.login.clone()),
        ("dossier", mailbox.folder.clone()),
        ("dossier-traites", mailbox.done_folder.clone()),
        ("minutes", mailbox.every_minutes.to_string()),
    ])
}

/// What stands in the form before anything was chosen.
pub fn blank_form() -> Form {
    Form::from_iter([("port", "993"), ("protection", "tls"), ("dossier", "INBOX"), ("minutes", "5")])
}

pub fn mailbox(page: &MailboxPage<'_>) -> Markup {
    let of_rule = ["champ", "contient", "abonne"].iter().any(|field| page.problems.of(field).is_some());
    let none = Problems::default();
    let fields = Fields::new(page.form, if of_rule { &none } else { page.problems });
    let secret_hint =
        if page.kept.is_some() { "Déjà enregistré : laissez vide pour le garder." } else { "Celui de ce compte." };
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "La maison", "/administration")) }
        div.head { h1 { "Boîte de fax" } }
        p.hint { "Beaucoup de services de fax livrent ce qu’ils reçoivent par e-mail, en PDF ou TIFF. Permanence relève cette boîte et en fait des messages." }
        div.beside {
            section aria-labelledby="boite" {
                h2 #boite { "La boîte à relever" }
                form method="post" action=(HERE) {
                    (fields.summary())
                    div.row {
                        (fields.login("serveur", "Serveur IMAP").hint("Par exemple « imap.exemple.fr ».").required())
                        (fields.number("port", "Port").hint("993 d’ordinaire.").class("short").required())
                    }
                    (fields.select("protection", "Protection", &PROTECTIONS).hint("Le certificat du serveur est vérifié."))
                    div.row {
                        (fields.login("compte", "Compte").required())
                        (fields.password("secret", "Mot de passe").hint(secret_hint).autocomplete("off"))
                    }
                    div.row {
                        (fields.login("dossier", "Dossier relevé"))
                        (fields.login("dossier-traites", "Ranger ensuite dans").hint("Vide : l’e-mail reste, marqué comme lu."))
                        (fields.number("minutes", "Toutes les (minutes)").class("short").required())
                    }
                    (submit(Weight::Main, Icon::Check, "Enregistrer et essayer"))
                }
                @if page.kept.is_some() {
                    (post(&format!("{HERE}/retrait"), &[], &submit(Weight::Grave, Icon::Bin, "Ne plus relever cette boîte")))
                }
            }
            section aria-labelledby="releve" {
                h2 #releve { "Dernière relève" }
                @match page.kept {
                    None => p.hint { "Aucune boîte n’est réglée." },
                    Some(_) => (found(page)),
                }
            }
            @if let Some(kept) = page.kept { (rules(page, kept, if of_rule { page.problems } else { &none })) }
        }
    }
}

/// How it was found last.
fn found(page: &MailboxPage<'_>) -> Markup {
    let state = page.state;
    let moment = |at: Option<crate::base::Instant>| {
        at.map_or_else(|| "pas encore".to_owned(), |at| format!("le {}", moment_short(at.local(page.zone))))
    };
    html! {
        @if state.asked {
            p data-progress role="status" { (Icon::Clock) "Essai en cours… " a href=(HERE) { "Actualiser" } }
        } @else {
            @match &state.failure {
                Some(why) => div.flash.problem role="alert" { (Icon::Urgent) p { (why) " Nouvel essai plus tard, de lui-même." } },
                None if state.succeeded.is_some() => p { (Icon::Check) "La boîte se relève bien." },
                None => p.hint { "Elle n’a pas encore été relevée." },
            }
        }
        (facts(&[
            ("Dernier essai", html! { (moment(state.tried)) }),
            ("Dernière réussite", html! { (moment(state.succeeded)) }),
            ("Fax reçus ainsi", html! { (crate::base::french::grouped(state.taken)) }),
            ("Laissés dans la boîte", html! {
                (crate::base::french::grouped(state.left))
                @if state.left > 0 { p.hint { "Trop volumineux : ils y sont marqués d’un drapeau." } }
            }),
        ]))
        (post(&format!("{HERE}/essai"), &[], &submit(Weight::Plain, Icon::Restore, "Essayer")))
    }
}

/// Whose its mails are: the first rule that fits decides; without one a fax waits at the switchboard.
fn rules(page: &MailboxPage<'_>, kept: &Mailbox, problems: &Problems) -> Markup {
    let fields = Fields::new(page.form, problems).prefixed("regle-");
    let name = |id| page.abonnes.iter().find(|one| one.id == id).map_or("abonné supprimé", |one| one.name.as_str());
    let choices: Vec<(&str, &str)> = Field::ALL.iter().map(|field| (field.word(), field.label())).collect();
    let ids: Vec<(String, &str)> =
        page.abonnes.iter().filter(|one| one.active).map(|one| (one.id.to_string(), one.name.as_str())).collect();
    let mut abonnes = vec![("", "Choisissez…")];
    abonnes.extend(ids.iter().map(|(id, name)| (id.as_str(), *name)));
    let rows: Vec<Vec<Markup>> = kept
        .rules
        .iter()
        .map(|rule| {
            let id = rule.subscriber.to_string();
            vec![
                html! { (rule.field.label()) " contient « " bdi { (rule.contains) } " »" },
                html! { bdi { (name(rule.subscriber)) } },
                post(
                    &format!("{HERE}/regles/suppression"),
                    &[("champ", rule.field.word()), ("contient", &rule.contains), ("abonne", &id)],
                    &submit_about(Weight::Grave, Icon::Bin, "Retirer", &rule.contains),
                ),
            ]
        })
        .collect();
    html! {
        section aria-labelledby="regles" {
            h2 #regles { "À qui sont les fax" }
            p.hint { "La première règle qui convient décide ; sans règle, le fax attend au standard d’être attribué." }
            @if !rows.is_empty() {
                (table::table("Règles, dans leur ordre", &[table::text("Si"), table::text("Abonné"), table::text("Retirer")], &rows))
            }
            form method="post" action={ (HERE) "/regles" } {
                (fields.summary())
                div.row {
                    (fields.select("champ", "Si", &choices))
                    (fields.text("contient", "contient").hint("Par exemple le numéro de fax de l’abonné.").required())
                    (fields.select("abonne", "pour", &abonnes).required())
                }
                (submit(Weight::Plain, Icon::Plus, "Ajouter la règle"))
            }
        }
    }
}
