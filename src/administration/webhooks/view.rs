//! The screens of webhooks.

use crate::base::time::moment_short;
use crate::base::{Instant, Zone, french};
use crate::error::Problems;
use crate::http::Form;
use crate::notices::hooks::{ADDRESS_CHARS_MAX, Hook, Kind, NAME_CHARS_MAX};
use crate::subscribers::Subscriber;
use crate::ui::form::{Weight, hidden, link, post, submit, submit_about};
use crate::ui::once::shown_once;
use crate::ui::{Fields, Icon, table};
use maud::{Markup, html};

/// All webhooks, and the form that makes one.
#[derive(Debug, Clone, Copy)]
pub struct WebhooksPage<'a> {
    pub hooks: &'a [(u64, Hook)],
    pub abonnes: &'a [Subscriber],
    pub zone: Zone,
    pub unique: &'a str,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// « Webhooks ».
pub fn webhooks(page: &WebhooksPage<'_>) -> Markup {
    let columns = [
        table::text("Nom"),
        table::text("Abonnés"),
        table::text("Événements"),
        table::text("Dernier envoi"),
        table::text("État"),
        table::text("Actions"),
    ];
    let rows: Vec<Vec<Markup>> = page.hooks.iter().map(|(id, hook)| cells(page, *id, hook)).collect();
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Tout le courrier", "/administration/courrier")) }
        div.head { h1 { "Webhooks" } }
        p {
            "Un webhook prévient un autre logiciel de ce qui arrive, par une demande HTTP signée ("
            a href="https://www.standardwebhooks.com/" target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer" { "Standard Webhooks" span.quiet { ", nouvel onglet" } }
            "). Il donne le numéro et l’adresse de la chose dans " a href="/api" { "l’interface" } " ; le contenu seulement si vous le choisissez."
        }
        section.panel aria-labelledby="webhooks" {
            h2 #webhooks { "Les webhooks de la maison" }
            @if rows.is_empty() {
                p.none-yet { "Aucun webhook pour l’instant." }
            } @else {
                (table::table(&french::count(rows.len() as u64, "webhook", "webhooks"), &columns, &rows))
            }
            p.hint { "Ce qui ne passe pas est essayé de nouveau pendant un jour. Après cinq jours d’échecs, ou une réponse 410, l’adresse n’est plus appelée." }
        }
        (new_hook(page))
    }
}

fn new_hook(page: &WebhooksPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    let ticked: Vec<&str> = page.form.all("abonne").collect();
    let chosen: Vec<&str> = page.form.all("evenement").collect();
    html! {
        section.panel aria-labelledby="nouveau" {
            h2 #nouveau { "Nouveau webhook" }
            form method="post" action="/administration/webhooks" {
                (fields.summary())
                (hidden("unique", page.unique))
                (fields.text("nom", "Nom").hint("Le logiciel qui écoute, par exemple « Logiciel du cabinet ».").required().chars_max(NAME_CHARS_MAX))
                (fields.login("adresse", "Adresse").hint("Par exemple « https://logiciel.exemple.fr/permanence ». Les redirections ne sont pas suivies.")
                    .required().chars_max(ADDRESS_CHARS_MAX))
                (fields.tick("reseau-local", "Permettre une adresse de cette machine ou du réseau local, en http aussi"))
                fieldset.choices #abonne {
                    legend { "Pour quels abonnés" }
                    div { @for abonne in page.abonnes.iter().filter(|one| one.active) {
                        @let id = abonne.id.to_string();
                        (tick("abonne", &id, html! { bdi { (abonne.name) } }, ticked.contains(&id.as_str())))
                    } }
                    (problem(page, "abonne"))
                }
                fieldset.choices #evenement {
                    legend { "Pour quels événements" }
                    @for kind in Kind::ALL {
                        (tick("evenement", kind.word(), html! { (kind.label()) " " code { (kind.word()) } }, chosen.contains(&kind.word())))
                    }
                    (problem(page, "evenement"))
                }
                (fields.tick("avec-contenu", "Envoyer aussi le contenu (noms, téléphones, textes), et non le seul numéro"))
                p.hint { "Ce contenu quitte alors la maison à chaque événement : vérifiez que le contrat avec l’abonné le prévoit." }
                (submit(Weight::Main, Icon::Plus, "Créer le webhook"))
            }
        }
    }
}

fn tick(name: &str, value: &str, label: Markup, ticked: bool) -> Markup {
    let id = format!("{name}-{value}");
    html! {
        div.tick {
            input type="checkbox" id=(id) name=(name) value=(value) checked[ticked];
            label for=(id) { (label) }
        }
    }
}

fn problem(page: &WebhooksPage<'_>, field: &str) -> Markup {
    html! { @if let Some(sentence) = page.problems.of(field) { p.problem { (Icon::Urgent) (sentence) } } }
}

fn cells(page: &WebhooksPage<'_>, id: u64, hook: &Hook) -> Vec<Markup> {
    let base = format!("/administration/webhooks/{id}");
    let moment = |at: Instant| html! { time { (moment_short(at.local(page.zone))) } };
    let names = hook.subscribers.iter().filter_map(|id| page.abonnes.iter().find(|one| one.id == *id));
    vec![
        html! {
            bdi { (hook.name) } br; span.soft { bdi { (hook.address) } }
            @if let Some((at, who)) = &hook.content { br; span.tag { "avec le contenu" } " " span.soft { (moment(*at)) ", " bdi { (who) } } }
        },
        html! { @for (place, one) in names.enumerate() { @if place > 0 { ", " } bdi { (one.name) } } },
        html! { @for (place, kind) in hook.kinds.iter().enumerate() { @if place > 0 { br; } (kind.label()) } },
        hook.last_sent.map_or_else(|| html! { "Jamais" }, moment),
        html! {
            @match (hook.stopped, hook.failing) {
                (Some(at), _) => { span.urgent { (Icon::Urgent) "arrêté" } " " (moment(at)) }
                (None, Some(at)) => { span.urgent { (Icon::Urgent) "en échec" } " depuis le " (moment(at)) }
                (None, None) => span.tag { (Icon::Check) "actif" },
            }
        },
        html! {
            div.buttons {
                (post(&format!("{base}/essai"), &[], &submit_about(Weight::Plain, Icon::Send, "Envoyer un essai", &hook.name)))
                @if hook.stopped.is_some() {
                    (post(&format!("{base}/reprise"), &[], &submit_about(Weight::Plain, Icon::Restore, "Reprendre", &hook.name)))
                }
                (post(&format!("{base}/revocation"), &[], &submit_about(Weight::Grave, Icon::Cross, "Révoquer", &hook.name)))
            }
        },
    ]
}

/// A webhook that was just made.
#[derive(Debug, Clone, Copy)]
pub struct MadePage<'a> {
    pub id: u64,
    pub name: &'a str,
    pub secret: &'a str,
}

/// The secret, shown once, and what it is for.
pub fn made(page: &MadePage<'_>) -> Markup {
    html! {
        (shown_once(
            "Ce secret n’est montré qu’une fois : enregistrez-le maintenant dans le logiciel qui écoute.",
            "Secret du webhook",
            page.name,
            page.secret,
        ))
        p {
            "Chaque demande porte " code { "webhook-id" } ", " code { "webhook-timestamp" } " et " code { "webhook-signature" }
            ". Le logiciel vérifie la signature avec ce secret, écarte ce qui a plus de cinq minutes, et répond 2xx en moins de quinze secondes ; le même " code { "webhook-id" } " peut venir deux fois."
        }
        div.buttons {
            (post(&format!("/administration/webhooks/{}/essai", page.id), &[], &submit(Weight::Main, Icon::Send, "Envoyer un essai")))
            (link(Weight::Plain, Icon::Previous, "Les webhooks", "/administration/webhooks"))
        }
    }
}
