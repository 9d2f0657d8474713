//! The screens of tokens.

use crate::base::time::moment_short;
use crate::base::{Instant, SubscriberId, Zone, french};
use crate::error::Problems;
use crate::http::Form;
use crate::people::Person;
use crate::people::agent::place_in_words;
use crate::people::tokens::{NAME_CHARS_MAX, Right, TOKENS_MAX, Token};
use crate::subscribers::Subscriber;
use crate::ui::form::{Weight, hidden, link, post, submit, submit_about};
use crate::ui::once::shown_once;
use crate::ui::{Fields, Icon, table};
use maud::{Markup, html};

const DURATIONS: [(&str, &str); 4] =
    [("90", "90 jours"), ("30", "30 jours"), ("365", "Un an"), ("sans", "Jusqu’à sa révocation")];

/// One's own tokens.
#[derive(Debug, Clone, Copy)]
pub struct TokensPage<'a> {
    pub tokens: &'a [(u64, Token)],
    /// Those that a new token may be given for.
    pub subscribers: &'a [Subscriber],
    pub zone: Zone,
    pub now: Instant,
    pub unique: &'a str,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// The list of tokens and the form that makes one.
pub fn tokens(page: &TokensPage<'_>) -> Markup {
    let columns = [
        table::text("Nom"),
        table::text("Abonnés"),
        table::text("Droits"),
        table::text("Fin"),
        table::text("Dernière utilisation"),
        table::text("Action"),
    ];
    let rows: Vec<Vec<Markup>> = page.tokens.iter().map(|(id, token)| cells(page, *id, token)).collect();
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Mon compte", "/mon-compte")) }
        div.head { h1 { "Jetons d’accès" } }
        p { "Un jeton laisse un autre logiciel lire ou écrire à votre place, dans les limites choisies ici. " a href="/api" { "Ce que l’interface permet" } }
        section.panel aria-labelledby="jetons" {
            h2 #jetons { "Vos jetons" }
            @if rows.is_empty() {
                p.none-yet { "Aucun jeton pour l’instant." }
            } @else {
                (table::table(&french::count(rows.len() as u64, "jeton", "jetons"), &columns, &rows))
            }
            p.hint { "Changer de mot de passe révoque tous vos jetons." }
        }
        @if page.tokens.len() < TOKENS_MAX {
            (new_token(page))
        } @else {
            p.hint { "Vingt jetons au plus : révoquez-en un pour en créer un autre." }
        }
    }
}

fn new_token(page: &TokensPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    let ticked: Vec<&str> = page.form.all("abonne").collect();
    let rights: Vec<&str> = page.form.all("droit").collect();
    let only = page.subscribers.len() == 1;
    html! {
        section.panel aria-labelledby="nouveau" {
            h2 #nouveau { "Nouveau jeton" }
            form method="post" action="/mon-compte/jetons" {
                (fields.summary())
                (hidden("unique", page.unique))
                (fields.text("nom-du-jeton", "Nom du jeton").hint("Le logiciel qui s’en servira, par exemple « Standard téléphonique ».")
                    .required().chars_max(NAME_CHARS_MAX))
                fieldset.choices #abonne {
                    legend { "Pour quels abonnés" }
                    div { @for subscriber in page.subscribers {
                        @let id = subscriber.id.to_string();
                        (choice("abonne", &id, &subscriber.name, only || ticked.contains(&id.as_str())))
                    } }
                    (problem(page, "abonne"))
                }
                fieldset.choices #droit {
                    legend { "Avec quels droits" }
                    @for right in Right::ALL {
                        (choice("droit", right.word(), right.label(), rights.contains(&right.word())))
                    }
                    (problem(page, "droit"))
                }
                (fields.select("duree", "Durée", &DURATIONS).hint("Un jeton oublié ne doit pas ouvrir pour toujours."))
                (submit(Weight::Main, Icon::Plus, "Créer un jeton"))
            }
        }
    }
}

fn choice(name: &str, value: &str, label: &str, ticked: bool) -> Markup {
    let id = format!("{name}-{value}");
    html! {
        div.tick {
            input type="checkbox" id=(id) name=(name) value=(value) checked[ticked];
            label for=(id) { bdi { (label) } }
        }
    }
}

fn problem(page: &TokensPage<'_>, field: &str) -> Markup {
    html! { @if let Some(sentence) = page.problems.of(field) { p.problem { (Icon::Urgent) (sentence) } } }
}

fn cells(page: &TokensPage<'_>, id: u64, token: &Token) -> Vec<Markup> {
    let shown = format!("{id:016x}");
    let button = submit_about(Weight::Grave, Icon::Cross, "Révoquer", &token.name);
    let mut cells = vec![html! { bdi { (token.name) } }];
    cells.extend(facts(page.subscribers, page.zone, page.now, token));
    cells.push(post("/mon-compte/jetons/revocation", &[("jeton", &shown)], &button));
    cells
}

/// What one wants to know of a token: abonnés, rights, end, last use.
fn facts(subscribers: &[Subscriber], zone: Zone, now: Instant, token: &Token) -> [Markup; 4] {
    let name = |id: &SubscriberId| subscribers.iter().find(|one| one.id == *id).map(|one| one.name.as_str());
    let names: Vec<&str> = token.subscribers.iter().filter_map(name).collect();
    [
        html! { @for (place, name) in names.iter().enumerate() { @if place > 0 { ", " } bdi { (name) } } @if names.is_empty() { "aucun" } },
        html! { @for (place, right) in token.rights.iter().enumerate() { @if place > 0 { br; } (right.label()) } },
        html! {
            @match token.ends {
                Some(_) if token.has_ended(now) => span.tag { "expiré" },
                Some(ends) => time { (moment_short(ends.local(zone))) },
                None => "à sa révocation",
            }
        },
        html! {
            @match &token.last_use {
                Some(last) => { time { (moment_short(last.at.local(zone))) } br; (place_in_words(&last.from)) }
                None => "Jamais utilisé",
            }
        },
    ]
}

/// Everybody's tokens.
#[derive(Debug, Clone, Copy)]
pub struct AllPage<'a> {
    pub tokens: &'a [(u64, Token, Person)],
    pub subscribers: &'a [Subscriber],
    pub zone: Zone,
    pub now: Instant,
}

/// The tokens of the house, for an administrator: whose, what each opens, and a way to end it.
pub fn of_all(page: &AllPage<'_>) -> Markup {
    let columns = [
        table::text("Nom"),
        table::text("Compte"),
        table::text("Abonnés"),
        table::text("Droits"),
        table::text("Fin"),
        table::text("Dernière utilisation"),
        table::text("Action"),
    ];
    let row = |(id, token, person): &(u64, Token, Person)| {
        let (shown, owner) = (format!("{id:016x}"), person.id.to_string());
        let button = submit_about(Weight::Grave, Icon::Cross, "Révoquer", &token.name);
        let mut cells = vec![
            html! { bdi { (token.name) } },
            html! {
                a href={ "/administration/personnes/" (owner) } { bdi { (person.name) } }
                @if !person.active { " " span.tag.soft { "désactivé" } }
            },
        ];
        cells.extend(facts(page.subscribers, page.zone, page.now, token));
        cells.push(post("/administration/jetons/revocation", &[("jeton", &shown), ("personne", &owner)], &button));
        cells
    };
    let rows: Vec<Vec<Markup>> = page.tokens.iter().map(row).collect();
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Comptes", "/administration/personnes")) }
        div.head { h1 { "Jetons d’accès" } }
        p { "Ce par quoi d’autres logiciels lisent et écrivent, à la place des personnes qui les ont créés sous « Mon compte ». " a href="/api" { "Ce que l’interface permet" } }
        @if rows.is_empty() {
            div.empty { (Icon::Settings) p { "Personne n’a créé de jeton d’accès." } }
        } @else {
            (table::table(&french::count(rows.len() as u64, "jeton", "jetons"), &columns, &rows))
            p.hint { "Un jeton révoqué n’ouvre plus rien à la demande suivante." }
        }
    }
}

/// A token, shown once.
#[derive(Debug, Clone, Copy)]
pub struct MadePage<'a> {
    pub name: &'a str,
    pub token: &'a str,
}

/// The token in full, and how it is used.
pub fn made(page: &MadePage<'_>) -> Markup {
    html! {
        (shown_once(
            "Ce jeton n’est montré qu’une fois : enregistrez-le maintenant dans le logiciel qui s’en servira.",
            "Votre jeton",
            page.name,
            page.token,
        ))
        p { "Le logiciel l’envoie avec chaque demande, dans l’en-tête " code { "Authorization: Bearer" } " suivi du jeton." }
        p.hint { "Qui possède ce jeton agit à votre place dans ses limites : ne l’envoyez à personne. Vous pouvez le révoquer à tout moment." }
        p.back { (link(Weight::Plain, Icon::Previous, "Jetons d’accès", "/mon-compte/jetons")) }
    }
}
