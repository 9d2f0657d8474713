//! The pages of proofs.

use super::keys::{KnownKey, grouped};
use crate::base::time::{date_in_words, moment_short};
use crate::base::{MessageNumber, Zone, french};
use crate::ui::Icon;
use crate::ui::form::{Weight, link};
use crate::ui::table::facts;
use maud::{Markup, html};

/// What is offered under a message.
#[derive(Debug, Clone, Copy)]
pub struct ProofPage<'a> {
    pub base: &'a str,
    pub number: MessageNumber,
    pub steps: u64,
    /// Of the key that signs.
    pub fingerprint: &'a str,
}

pub fn proof(page: &ProofPage<'_>) -> Markup {
    let message = format!("{}/messages/{}", page.base, page.number);
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Le message", &message)) }
        div.head { h1 { "Preuve de transmission" } }
        section.panel aria-labelledby="fichiers" {
            h2 #fichiers { "Message n° " (page.number) }
            p { "Un fichier signé qui dit tout ce qui est arrivé à ce message, en "
                (french::count(page.steps, "étape", "étapes")) " à ce jour : quand et par qui il a été pris, avec quelles consignes à l’écran, où
                il a été envoyé et ce que le serveur a répondu, quand il a été lu, archivé, ce qui a été répondu." }
            div.buttons {
                a.button.main href={ (message) "/preuve.pdf" } download { (Icon::Print) "Télécharger le PDF" }
                a.button href={ (message) "/preuve.json" } download { (Icon::Export) "Télécharger le JSON" }
            }
            p.hint { "Le PDF se lit et s’imprime, et contient le JSON ; le JSON seul convient à un autre logiciel. Ces fichiers contiennent
                le texte du message : ne les confiez qu’à qui peut le lire." }
        }
        section.panel aria-labelledby="verifier" {
            h2 #verifier { "Vérifier" }
            p { "Un seul octet changé se remarque : " code { "permanence verify FICHIER --key EMPREINTE" } ". "
                a href="/preuves" { "La clé du secrétariat" } " et " a href="/aide/preuves" { "comment vérifier sans Permanence" } "." }
            (facts(&[("Empreinte de la clé", html! { code.fingerprint { (grouped(page.fingerprint)) } })]))
        }
    }
}

/// The house's keys, for anybody.
#[derive(Debug, Clone, Copy)]
pub struct KeysPage<'a> {
    pub house_name: &'a str,
    /// The one that signs now first.
    pub keys: &'a [KnownKey],
    pub zone: Zone,
}

pub fn public(page: &KeysPage<'_>) -> Markup {
    html! {
        div.head { h1 { "Vérifier une preuve" } }
        p { "Les preuves de transmission de " bdi { (page.house_name) } " sont signées (Ed25519). Comparez l’empreinte qu’une preuve
            affiche avec celle-ci, mieux encore avec celle que le secrétariat vous donne au téléphone ou par écrit." }
        @if page.keys.is_empty() { p { "Ce secrétariat n’a pas encore de clé." } }
        @for (place, key) in page.keys.iter().enumerate() { (one(key, place, page.zone)) }
        section.panel aria-labelledby="comment" {
            h2 #comment { "Comment" }
            p { "Avec le programme libre Permanence, sur n’importe quel ordinateur : "
                code { "permanence verify preuve.pdf --key EMPREINTE" } ". Il dit si le fichier est intact, ou quelle étape a été changée." }
            p { a href="/aide/preuves" { "Vérifier avec un autre programme" } " : comment le fichier est fait, octet par octet." }
        }
    }
}

fn one(key: &KnownKey, place: usize, zone: Zone) -> Markup {
    let day = |at: crate::base::Instant| date_in_words(at.local(zone).date());
    let id = format!("cle-{}", place + 1);
    html! {
        section.panel aria-labelledby=(id) {
            h2 id=(id) { (if key.ended.is_none() { "La clé d’aujourd’hui" } else { "Une clé d’autrefois" }) }
            p { @match key.ended {
                None => { "Depuis le " (day(key.made)) "." }
                Some(ended) => { "Du " (day(key.made)) " au " (moment_short(ended.local(zone))) ". Une preuve signée d’elle et datée d’après est fausse." }
            } }
            (facts(&[("Empreinte (SHA-256)", html! { code.fingerprint { (grouped(&key.public.fingerprint())) } })]))
            details {
                summary { "La clé publique (PEM)" }
                p.text { code { (key.public.pem().trim_end()) } }
            }
        }
    }
}
