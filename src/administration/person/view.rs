//! The screen of one person, and the rules of signing in.

use crate::administration::view::{ROLES, active, subscriber_choices};
use crate::base::time::moment_short;
use crate::base::{Instant, Zone, french, limits};
use crate::error::Problems;
use crate::house::{Secretariat, Security};
use crate::http::Form;
use crate::people::agent::{device_in_words, place_in_words};
use crate::people::model::Session;
use crate::people::{Assignment, Person, Role};
use crate::subscribers::Subscriber;
use crate::ui::form::{Weight, link, post, submit};
use crate::ui::table;
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// Everything about one person's account.
#[derive(Debug, Clone)]
pub struct PersonPage<'a> {
    pub person: &'a Person,
    /// One's own: no role to take away, no sessions to end.
    pub own: bool,
    pub subscribers: Vec<&'a Subscriber>,
    /// Living ones, the last used first.
    pub sessions: Vec<&'a Session>,
    pub links: usize,
    pub factor_since: Option<Instant>,
    /// Whether the bookmark of 2010 works for anybody.
    pub bookmarks: bool,
    pub zone: Zone,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// A person as the values of the form.
pub fn person_form(person: &Person) -> Form {
    let (role, of): (&str, &[_]) = match &person.role {
        Role::Client { subscribers } => ("client", subscribers),
        Role::Secretary { answers_for: Assignment::Some(some) } => ("secretaire", some),
        Role::Secretary { answers_for: Assignment::All } => ("secretaire", &[]),
        Role::Administrator => ("administrateur", &[]),
    };
    let mut form = Form::from_iter([("nom", person.name.as_str()), ("email", &person.email), ("role", role)]);
    for subscriber in of {
        form.push("abonne", subscriber.to_string());
    }
    if person.bookmark {
        form.push("favori", "1");
    }
    form
}

/// The card, the devices, the second factor.
pub fn person(page: &PersonPage<'_>) -> Markup {
    let person = page.person;
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Tous les comptes", "/administration/personnes")) }
        div.head { h1 { bdi { (person.name) } } p { (person.login) " " (active(person.active)) } }
        (card(page))
        (devices(page))
        @if !page.own {
            (factor(page))
            p.links { (link(Weight::Plain, Icon::Bin, "Télécharger ou supprimer ce compte", &format!("/administration/personnes/{}/suppression", person.id))) }
        }
    }
}

fn card(page: &PersonPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    let ticked: Vec<&str> = page.form.all("abonne").collect();
    html! {
        section.panel aria-labelledby="compte" {
            h2 #compte { "Le compte" }
            form method="post" action={ "/administration/personnes/" (page.person.id) } {
                (fields.summary())
                div.row {
                    (fields.text("nom", "Nom affiché").required().chars_max(limits::NAME_CHARS_MAX))
                    (fields.email("email", "E-mail").hint("Facultatif.").chars_max(limits::EMAIL_CHARS_MAX))
                    @if !page.own {
                        (fields.select("role", "Rôle", &ROLES).hint("Ce que ce compte peut voir et faire."))
                    }
                }
                @if !page.own { (subscriber_choices(&page.subscribers, &ticked)) }
                (fields.tick("favori", "L’ancien favori (identifiant et mot de passe dans l’adresse) fonctionne pour ce compte"))
                p.hint {
                    "Il ne fonctionne que pour les clients."
                    @if !page.bookmarks { " Il est fermé pour tous en ce moment." }
                }
                (submit(Weight::Main, Icon::Check, "Enregistrer"))
                @if !page.own { p.hint { "Changer le rôle ou les abonnés déconnecte la personne partout : elle se reconnecte avec ses nouveaux droits." } }
            }
        }
    }
}

fn devices(page: &PersonPage<'_>) -> Markup {
    let base = format!("/administration/personnes/{}", page.person.id);
    let columns =
        [table::text("Appareil"), table::text("Lieu"), table::text("Connecté le"), table::text("Dernière utilisation")];
    let rows: Vec<Vec<Markup>> = page
        .sessions
        .iter()
        .map(|session| {
            vec![
                html! { (device_in_words(&session.agent)) },
                html! { (place_in_words(&session.from)) },
                html! { time { (moment_short(session.started.local(page.zone))) } },
                html! { time { (moment_short(session.last_used.local(page.zone))) } },
            ]
        })
        .collect();
    html! {
        section.panel aria-labelledby="appareils" {
            h2 #appareils { "Appareils connectés" }
            @if rows.is_empty() {
                p { "Aucun en ce moment." }
            } @else {
                (table::table(&french::count(rows.len() as u64, "appareil", "appareils"), &columns, &rows))
                @if page.own {
                    p.hint { "Les vôtres se gèrent sous « Mon compte »." }
                } @else {
                    (post(&format!("{base}/sessions/fin"), &[], &submit(Weight::Grave, Icon::SignOut, "Déconnecter partout")))
                }
            }
            @if page.links > 0 && !page.own {
                p { (french::count(page.links as u64, "lien personnel", "liens personnels")) "." }
                (post(&format!("{base}/liens/revocation"), &[], &submit(Weight::Grave, Icon::Cross, "Révoquer ses liens personnels")))
            }
        }
    }
}

fn factor(page: &PersonPage<'_>) -> Markup {
    html! {
        section.panel aria-labelledby="facteur" {
            h2 #facteur { "Second facteur" }
            @match page.factor_since {
                None => p { "Pas activé." },
                Some(since) => {
                    p { "Activé depuis le " (moment_short(since.local(page.zone))) "." }
                    (post(&format!("/administration/personnes/{}/second-facteur/remise-a-zero", page.person.id), &[],
                        &submit(Weight::Grave, Icon::Restore, "Remettre à zéro")))
                    p.hint { "Pour un téléphone perdu ou changé. Assurez-vous de parler à la bonne personne : ensuite le mot de passe seul suffit. Elle sera déconnectée partout." }
                }
            }
        }
    }
}

/// The rules of signing in as the values of the form.
pub fn security_form(secretariat: &Secretariat, security: Security) -> Form {
    let mut form = Form::default();
    for (name, yes) in [
        ("favoris", secretariat.bookmarks),
        ("facteur-secretaires", security.factor_of_secretaries),
        ("facteur-administrateurs", security.factor_of_administrators),
    ] {
        if yes {
            form.push(name, "1");
        }
    }
    form
}

/// How people sign in, as a part of the state of the house.
pub fn security(form: &Form) -> Markup {
    let none = Problems::default();
    let fields = Fields::new(form, &none);
    html! {
        section aria-labelledby="securite" {
            h2 #securite { "Connexion" }
            form method="post" action="/administration/securite" {
                (fields.tick("favoris", "Les anciens favoris (identifiant et mot de passe dans l’adresse) fonctionnent pour les clients"))
                (fields.tick("facteur-secretaires", "Un second facteur est exigé des secrétaires"))
                (fields.tick("facteur-administrateurs", "Un second facteur est exigé des administrateurs"))
                p.hint { "Qui doit en avoir un l’active à sa prochaine page, avant toute autre chose. Vous aussi." }
                (submit(Weight::Main, Icon::Check, "Enregistrer les règles"))
            }
        }
    }
}
