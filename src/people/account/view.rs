//! The screens of « Mon compte ».

use crate::base::time::moment_short;
use crate::base::{Instant, Zone, french};
use crate::error::Problems;
use crate::http::Form;
use crate::people::agent::{device_in_words, place_in_words};
use crate::people::factor::RECOVERY_CODES;
use crate::people::links::view::{LinksPart, links};
use crate::people::model::{Opening, Session};
use crate::people::view::PASSWORD_HINT;
use crate::ui::form::{Weight, link, post, submit, submit_about, typed_again};
use crate::ui::table::{self, facts};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// One's own account.
#[derive(Debug, Clone)]
pub struct AccountPage<'a> {
    pub login: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    /// « client ».
    pub role: &'a str,
    pub sessions: Vec<SessionRow<'a>>,
    pub zone: Zone,
    /// For clients.
    pub links: Option<LinksPart<'a>>,
    /// Since when there is a second factor, and how many recovery codes are left.
    pub factor: Option<(Instant, usize)>,
    pub factor_required: bool,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// A signed-in device.
#[derive(Debug, Clone, Copy)]
pub struct SessionRow<'a> {
    pub id: u64,
    pub session: &'a Session,
    /// The name of the personal link that opened it.
    pub link: Option<&'a str>,
    /// The one that looks at this page.
    pub own: bool,
}

/// Who one is, one's password, devices, links, second factor.
pub fn account(page: &AccountPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        div.head { h1 { "Mon compte" } }
        (fields.summary())
        div.beside {
            section aria-labelledby="qui" {
                h2 #qui { "Qui vous êtes" }
                (facts(&[
                    ("Nom", html! { bdi { (page.name) } }),
                    ("Identifiant", html! { (page.login) }),
                    ("E-mail", table::or_dash(page.email)),
                    ("Rôle", html! { (page.role) }),
                ]))
                p.hint { "Pour corriger ces indications, adressez-vous à votre secrétariat." }
                @if page.role == "client" { p.links { a href="/journal" { (Icon::Journal) "Journal : qui a fait quoi avec vos données" } }
                    p.links { a href="/mon-compte/telechargement" { (Icon::Export) "Tout télécharger : vos messages, contacts, agenda et fax" } } }
                // Who has personal links is a client.
                p { a href="/mon-compte/calendriers" { "Agenda et contacts sur vos appareils" } }
                p { a href="/mon-compte/jetons" { "Jetons d’accès pour d’autres logiciels" } }
                @if page.links.is_some() { p { a href="/avis" { "Les avis que vous recevez par e-mail et SMS" } } }
                (factor(page))
            }
            section aria-labelledby="mot-de-passe" {
                h2 #mot-de-passe { "Changer de mot de passe" }
                form method="post" action="/mon-compte" {
                    // Password managers tell accounts apart by it.
                    (hidden_login(page.login))
                    (fields.password("actuel", "Mot de passe actuel").autocomplete("current-password").required())
                    (fields.password("nouveau", "Nouveau mot de passe").hint(PASSWORD_HINT).autocomplete("new-password").required())
                    (fields.password("nouveau2", "Nouveau mot de passe, encore une fois").autocomplete("new-password").required())
                    (submit(Weight::Main, Icon::Key, "Changer le mot de passe"))
                    p.hint {
                        "Vos autres appareils devront se reconnecter"
                        @if page.links.is_some() { ", vos liens personnels et" } @else { ", et" }
                        " vos jetons d’accès et abonnements seront révoqués"
                        "."
                    }
                }
            }
        }
        (sessions(&page.sessions, page.zone))
        @if let Some(part) = &page.links { (links(part)) }
    }
}

fn factor(page: &AccountPage<'_>) -> Markup {
    html! {
        h3 { "Second facteur" }
        @match page.factor {
            Some((since, left)) => {
                p {
                    span.tag { "activé" } " depuis le " (moment_short(since.local(page.zone))) ". "
                    (french::count(left as u64, "code de secours", "codes de secours")) " sur " (RECOVERY_CODES) "."
                }
                p { (link(Weight::Plain, Icon::Padlock, "Gérer le second facteur", "/mon-compte/second-facteur")) }
            }
            None => {
                p { "Un code de votre téléphone s’ajoute au mot de passe : qui vous l’a pris n’entre pas." }
                @if page.factor_required { p { strong { "Votre secrétariat le demande pour ce compte." } } }
                p { (link(Weight::Plain, Icon::Padlock, "Activer le second facteur", "/mon-compte/second-facteur")) }
            }
        }
    }
}

fn sessions(rows: &[SessionRow<'_>], zone: Zone) -> Markup {
    let columns = [
        table::text("Appareil"),
        table::text("Lieu"),
        table::text("Connecté le"),
        table::text("Dernière utilisation"),
        table::text("Action"),
    ];
    let cells: Vec<Vec<Markup>> = rows.iter().map(|row| session_cells(row, zone)).collect();
    html! {
        section.panel aria-labelledby="sessions" {
            h2 #sessions { "Vos appareils connectés" }
            (table::table(&french::count(rows.len() as u64, "appareil", "appareils"), &columns, &cells))
            @if rows.len() > 1 {
                (post("/mon-compte/sessions/fin", &[("toutes", "1")],
                    &submit(Weight::Grave, Icon::SignOut, "Déconnecter tous les autres appareils")))
            }
            p.hint { "Vous ne reconnaissez pas un appareil ? Déconnectez-le, puis changez de mot de passe." }
        }
    }
}

fn session_cells(row: &SessionRow<'_>, zone: Zone) -> Vec<Markup> {
    let session = row.session;
    let device = device_in_words(&session.agent);
    vec![
        html! {
            (device)
            @if row.own { ", " strong { "en ce moment" } }
            @match session.opened_by {
                Opening::Link(_) => @if let Some(name) = row.link { br; span.soft { "par le lien « " bdi { (name) } " »" } },
                Opening::Bookmark => { br; span.soft { "par l’ancien favori" } },
                Opening::Password => @if session.remembered { br; span.soft { "mot de passe mémorisé" } },
            }
        },
        html! { (place_in_words(&session.from)) },
        html! { time { (moment_short(session.started.local(zone))) } },
        html! { @if row.own { "en ce moment" } @else { time { (moment_short(session.last_used.local(zone))) } } },
        html! {
            @if row.own {
                span.none { "cet appareil" }
            } @else {
                (post("/mon-compte/sessions/fin", &[("session", &format!("{:016x}", row.id))],
                    &submit_about(Weight::Grave, Icon::SignOut, "Déconnecter", &device)))
            }
        },
    ]
}

fn hidden_login(login: &str) -> Markup {
    html! { input type="text" name="identifiant" value=(login) autocomplete="username" readonly hidden aria-label="Identifiant"; }
}

/// The password asked again.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmPage<'a> {
    /// Where the interrupted form goes on.
    pub action: &'a str,
    pub fields: &'a [(String, String)],
    pub login: &'a str,
    pub form: &'a Form,
    /// Of the field `confirmation`.
    pub problems: &'a Problems,
}

/// The form that asks, with the interrupted one inside.
pub fn confirm(page: &ConfirmPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        div.narrow {
            h1 { "Confirmez votre mot de passe" }
            p { "Ce que vous demandez touche à la sécurité des comptes : votre mot de passe est redemandé, au cas où quelqu’un d’autre serait devant votre écran. Votre demande continue aussitôt." }
            form method="post" action=(page.action) {
                (fields.summary())
                (typed_again(page.fields))
                (login_beside(page.login))
                (fields.password("confirmation", "Mot de passe").autocomplete("current-password").required().autofocus())
                (submit(Weight::Main, Icon::Key, "Continuer"))
            }
            p { (link(Weight::Plain, Icon::Previous, "Ne rien changer", "/")) }
        }
    }
}

/// For password managers; without a name, so that it is not part of the form that goes on.
fn login_beside(login: &str) -> Markup {
    html! { input type="text" value=(login) autocomplete="username" readonly hidden aria-label="Identifiant"; }
}
