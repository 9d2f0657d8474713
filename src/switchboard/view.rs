//! The switchboard's screens: abonnés at a glance, and the card beside which a call is taken.

pub mod after;
pub mod agendas;
pub mod popup;
pub mod ringing;
pub mod templates;
pub mod waiting;

use crate::agenda::view::{Beside, beside};
use crate::base::time::moment_short;
use crate::base::{Instant, Phone, Zone, french, limits};
use crate::contacts::model::Contact;
use crate::contacts::view::CIVILITIES;
use crate::error::Problems;
use crate::fax::model::Fax;
use crate::fax::view::{self as fax, ACCEPT};
use crate::http::Form;
use crate::messages::model::{Kind, Message};
use crate::messages::view::{Around, icon};
use crate::subscribers::Subscriber;
use crate::subscribers::card::Unavailable;
use crate::subscribers::card::view::{self as card, CardView, availability};
use crate::switchboard::templates::Offered;
use crate::ui::form::{Choice, Weight, hidden, link, search as search_box};
use crate::ui::table::{self, or_dash};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};
use waiting::WaitingPage;

/// The console.
#[derive(Debug, Clone)]
pub struct ConsolePage<'a> {
    /// What the abonnés were searched for; empty shows all.
    pub query: &'a str,
    pub subscribers: Vec<SubscriberLine<'a>>,
    pub waiting: WaitingPage<'a>,
    pub zone: Zone,
    pub now: Instant,
}

/// An abonné at a glance.
#[derive(Debug, Clone, Copy)]
pub struct SubscriberLine<'a> {
    pub subscriber: &'a Subscriber,
    pub pending: u64,
    pub urgent: u64,
    /// When the oldest message came that the abonné has not seen.
    pub oldest_unread: Option<Instant>,
    pub unavailable: Option<&'a Unavailable>,
}

/// All abonnés a secretary answers for, and what waits for her.
pub fn console(page: &ConsolePage<'_>) -> Markup {
    html! {
        div.head {
            h1 { "Le standard" }
            (search_box("/standard", page.query, "Nom, métier, ville ou ligne"))
            p.hint {
                kbd { "/" } " cherche, " kbd { "↓" } " descend, " kbd { "Entrée" } " ouvre. "
                a href="/standard/telephone" { "Relier le téléphone" } ", " a href="/standard/modeles" { "Modèles de texte" } ", "
                a href="/standard/kit" { "Kit de secours" }
            }
        }
        div #attente data-live { (waiting::block(&page.waiting)) }
        section aria-labelledby="abonnes" {
            h2 #abonnes {
                @if page.query.is_empty() { "Abonnés" }
                @else { (french::count(page.subscribers.len() as u64, "abonné trouvé", "abonnés trouvés")) }
            }
            div #liste data-live data-query=(page.query) {
                @if page.subscribers.is_empty() {
                    div.empty {
                        (Icon::Search)
                        p {
                            @if page.query.is_empty() { "Aucun abonné ne vous est confié pour l’instant." }
                            @else { "Aucun abonné ne correspond à « " bdi { (page.query) } " »." }
                        }
                    }
                } @else {
                    (table::table("Les abonnés et ce qui les attend", &[
                        table::text("Abonné"), table::text("Métier"), table::text("Ville"), table::text("Lignes"),
                        table::figures("En attente"), table::figures("Urgents"), table::text("Non lu depuis"),
                    ], &page.subscribers.iter().map(|line| subscriber_cells(page, line)).collect::<Vec<_>>()))
                }
            }
        }
        section aria-labelledby="partout" {
            h2 #partout { "Chercher dans tous les messages" }
            form.search method="get" action="/standard/recherche" {
                label.quiet for="partout-q" { "Nom, téléphone ou mots du message" }
                input id="partout-q" name="q" type="search" placeholder="Nom, téléphone ou mots du message" autocomplete="off" spellcheck="false";
                button.button { (Icon::Search) span { "Chercher" } }
            }
        }
    }
}

fn subscriber_cells(page: &ConsolePage<'_>, line: &SubscriberLine<'_>) -> Vec<Markup> {
    let subscriber = line.subscriber;
    let base = format!("/standard/abonnes/{}", subscriber.id);
    vec![
        html! {
            a href=(base) { bdi { (subscriber.name) } }
            @if let Some(one) = line.unavailable { (availability(Some(one), subscriber.zone, page.now)) }
        },
        or_dash(&subscriber.trade),
        or_dash(&subscriber.town),
        lines(&subscriber.lines),
        html! {
            @if line.pending == 0 { span.none { "0" } }
            @else { a href={ (base) "/messages" } { (french::grouped(line.pending)) span.quiet { " en attente" } } }
        },
        html! {
            @if line.urgent == 0 { span.none { "0" } }
            @else { span.urgent { (Icon::Urgent) (french::grouped(line.urgent)) } }
        },
        match line.oldest_unread {
            Some(at) => html! { time { (moment_short(at.local(page.zone))) } },
            None => or_dash(""),
        },
    ]
}

fn lines(lines: &[Phone]) -> Markup {
    html! {
        @if lines.is_empty() { (or_dash("")) }
        @for (place, line) in lines.iter().enumerate() { @if place > 0 { ", " } span.phone { (line.shown()) } }
    }
}

/// An abonné's card with the call form.
#[derive(Debug, Clone)]
pub struct CallPage<'a> {
    pub subscriber: &'a Subscriber,
    pub pending: u64,
    pub archived: u64,
    /// What was typed.
    pub form: &'a Form,
    pub problems: &'a Problems,
    /// The contact cards that bear the caller's number.
    pub callers: &'a [Contact],
    /// One-time number: the form counts once, however often it is sent.
    pub unique: &'a str,
    /// The last messages, newest first.
    pub recent: Vec<&'a Message>,
    pub card: CardView<'a>,
    /// The agenda beside the form.
    pub beside: Beside<'a>,
    /// Documents that were brought for this call.
    pub papers: &'a [Fax],
    /// Models of text that the form offers.
    pub templates: &'a [Offered],
    /// When the draft was kept that the form shows.
    pub draft: Option<String>,
    /// Other calls half taken: where they are, and what tells them apart.
    pub drafts: Vec<(String, String)>,
    /// The field that takes the focus; empty after a call was sent, so that « / » leads to the next.
    pub focus: &'a str,
}

/// The id of the call form: the instructions on screen go with it from where they are shown.
pub const CALL_FORM: &str = "appel-form";

/// Take a call: the form in the order in which one hears things, beside the abonné's last messages.
pub fn call(page: &CallPage<'_>) -> Markup {
    let subscriber = page.subscriber;
    let base = format!("/standard/abonnes/{}", subscriber.id);
    let pending = french::count(page.pending, "message en attente", "messages en attente");
    let archived = french::count(page.archived, "archivé", "archivés");
    html! {
        div.head.card {
            h1 { bdi { (subscriber.name) } }
            div.greet #accueil data-live { (card::greeting(&page.card)) }
        }
        nav.tabs aria-label="Sur cette page" {
            a href="#message" { (Icon::Phone) "Message" }
            a href="#fiche" { (Icon::Instructions) "Consignes" }
            a href="#agenda" { (Icon::Calendar) "Agenda" }
            a href="#derniers" { (Icon::Information) "Derniers messages" }
        }
        div.desk {
            section.call #message aria-labelledby="appel" {
                h2 #appel { "Prendre un message" }
                (call_form(page, &base))
            }
            section.agenda-beside #agenda aria-labelledby="agenda-titre" {
                h2 #agenda-titre { "Agenda" }
                div #agenda-du-jour data-live { (beside(&page.beside)) }
            }
            section.card-beside #fiche aria-labelledby="consignes" {
                h2 #consignes { "Consignes" }
                div #consignes-affichees data-live { (card::aside(&page.card)) }
                @if !subscriber.lines.is_empty() { p.lines { (Icon::Phone) (lines(&subscriber.lines)) } }
            }
            section.recent #derniers aria-labelledby="derniers-titre" {
                h2 #derniers-titre { "Derniers messages" }
                div #derniers-messages data-live { (recent(page, &base)) }
                p.buttons {
                    (link(Weight::Plain, Icon::Information, &pending, &format!("{base}/messages")))
                    (link(Weight::Plain, Icon::Archive, &archived, &format!("{base}/archives")))
                    (link(Weight::Plain, Icon::Fax, "Déposer un fax", &format!("{base}/fax")))
                }
            }
        }
    }
}

fn call_form(page: &CallPage<'_>, base: &str) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        form.call-form #(CALL_FORM) method="post" action={ (base) "/messages" } data-call-form={ (page.subscriber.id) }
            data-draft-href={ (base) "/brouillon" } data-once {
            (fields.summary())
            (hidden("unique", page.unique))
            div.callers #appelant aria-live="polite" data-callers={ (base) "/contacts/appelant" } {
                (callers(base, page.callers, page.form.get("contact")))
            }
            (call_fields(&fields, &page.subscriber.clients_called, page.focus))
            (models(page, base))
            (documents(page, base, &fields))
            div.row.promise {
                (fields.time("rappel-heure", "Rappel promis à").access_key('p').class("short"))
                (fields.date("rappel-date", "le (vide : aujourd’hui)"))
            }
            div.buttons {
                button.button.main accesskey="s" { (Icon::Send) "Envoyer le message " kbd aria-hidden="true" { "S" } }
                button.button name="suite" value="classer" accesskey="c" { (Icon::Archive) "Envoyer et classer " kbd aria-hidden="true" { "C" } }
                // `call-form.js` says here whether a draft is kept.
                p.hint data-draft role="status" { @if let Some(at) = &page.draft { "Brouillon de " (at) " retrouvé." } }
                @if page.draft.is_some() {
                    button.button name="effacer" value="1" formaction={ (base) "/brouillon" } { (Icon::Bin) "Effacer le brouillon" }
                }
            }
            @if !page.drafts.is_empty() {
                p.hint {
                    "Autres brouillons : "
                    @for (place, (href, about)) in page.drafts.iter().enumerate() { @if place > 0 { ", " } a href=(href) { bdi { (about) } } }
                }
            }
            p.hint { "Alt + lettre (Alt + Maj + lettre dans Firefox) mène au champ ; Ctrl + Entrée envoie. « Classer » envoie pour information, déjà archivé." }
        }
    }
}

/// Documents that go with the message: each is brought by itself and kept, whatever becomes of the form.
fn documents(page: &CallPage<'_>, base: &str, fields: &Fields<'_>) -> Markup {
    let problem = fields.problems.of("document");
    let action = format!("{base}/documents");
    html! {
        div class={ "field papers" @if problem.is_some() { " wrong" } } {
            label for="document" { "Joindre un document " span.hint { "(PDF ou image)" } }
            @if let Some(problem) = problem { p.problem #document-erreur { (Icon::Urgent) (problem) } }
            div.row {
                input #document name="document" type="file" multiple accept=(ACCEPT) data-attach
                    aria-describedby=[problem.map(|_| "document-erreur")] aria-invalid=[problem.map(|_| "true")];
                button.button name="joindre" value="1" formaction=(action) formenctype="multipart/form-data" { (Icon::Plus) "Joindre" }
            }
            @if !page.papers.is_empty() {
                ul {
                    @for paper in page.papers {
                        @let number = paper.number.to_string();
                        li {
                            (hidden("piece", &number))
                            a href={ (base) "/fax/" (number) } target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer" { bdi { (paper.name) } span.quiet { ", nouvel onglet" } }
                            " " (fax::state(paper)) " "
                            button.button name="retirer" value=(number) formaction=(action) formenctype="multipart/form-data" {
                                (Icon::Bin) span { "Retirer" span.quiet { " : " (paper.name) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Models of text: `call-form.js` puts one in at once, the button does by the server.
fn models(page: &CallPage<'_>, base: &str) -> Markup {
    html! {
        div.models {
            @if !page.templates.is_empty() {
                label for="modele" { "Modèle " kbd aria-hidden="true" { "L" } }
                select id="modele" name="modele" accesskey="l" autocomplete="off" {
                    option value="" { "—" }
                    @for one in page.templates {
                        option value=(one.word()) data-text=(one.template.text) { (one.template.name) }
                    }
                }
                button.button name="inserer" value="1" { (Icon::Plus) "Insérer" }
            }
            a href={ (base) "/modeles" } { "Modèles de texte" }
        }
    }
}

/// What one hears on the telephone, in that order: for a new message, and for one being corrected.
fn call_fields(fields: &Fields<'_>, clients_called: &str, focus: &str) -> Markup {
    let kinds = Kind::ALL.map(|kind| Choice {
        value: kind.word(),
        label: kind.label(),
        icon: Some(icon(kind)),
        access_key: Some(match kind {
            Kind::Information => 'i',
            Kind::Sms => 'b',
            Kind::Appointment => 'r',
            Kind::Visit => 'v',
            Kind::Fax => 'f',
        }),
    });
    let urgent = html! {
        div.tick {
            input type="checkbox" id="urgent" name="urgent" value="1" accesskey="u" checked[fields.form.ticked("urgent")];
            label for="urgent" { (Icon::Urgent) " Urgent " kbd aria-hidden="true" { "U" } }
        }
    };
    let new_client = format!("Nouveau {clients_called}");
    html! {
        (fields.radios("type", "Type d’appel et urgence", &kinds, Kind::Information.word(), &urgent))
        div.row {
            (fields.select("civilite", "Civilité", &CIVILITIES).class("short"))
            (fields.text("nom", "Nom").access_key('n').chars_max(limits::NAME_CHARS_MAX).autofocus_if(focus == "nom"))
            (fields.text("prenom", "Prénom").chars_max(limits::NAME_CHARS_MAX))
            (fields.phone("telephone", "Téléphone").access_key('t').chars_max(limits::PHONE_CHARS_MAX))
        }
        fieldset.booking {
            legend { "Rendez-vous ou visite" }
            div.row {
                (fields.date("date-rdv", "Date").access_key('d'))
                (fields.time("heure-rdv", "Heure").class("short"))
                (fields.text("motif", "Motif").access_key('m').chars_max(limits::LINE_CHARS_MAX))
                (fields.tick("nouveau-patient", &new_client))
            }
        }
        (fields.text("objet", "Objet").access_key('o').chars_max(limits::LINE_CHARS_MAX))
        (fields.area("texte", "Texte", 4).access_key('x').chars_max(limits::TEXT_CHARS_MAX).autofocus_if(focus == "texte"))
        div.row.more {
            (fields.text("adresse", "Adresse").access_key('a').class("wide").chars_max(limits::LINE_CHARS_MAX))
            (fields.text("code-postal", "Code postal").class("short").chars_max(limits::POSTAL_CODE_CHARS_MAX))
            (fields.text("ville", "Ville").chars_max(limits::LINE_CHARS_MAX))
            (fields.email("email", "E-mail").access_key('e').chars_max(limits::EMAIL_CHARS_MAX))
        }
    }
}

/// Whose number it is: `caller.js` fills the form from the card that is chosen; without it the chosen card fills what was
/// left empty when the form is sent.
pub fn callers(base: &str, contacts: &[Contact], chosen: &str) -> Markup {
    html! {
        @if !contacts.is_empty() {
            fieldset.caller {
                legend { "Ce numéro est connu" }
                div.chips {
                    @for contact in contacts {
                        @let id = contact.id.to_string();
                        span.chip {
                            input type="radio" name="contact" id={ "contact-" (id) } value=(id)
                                checked[chosen == id || (chosen.is_empty() && contacts.len() == 1)]
                                data-civilite=(contact.civility) data-nom=(contact.last_name) data-prenom=(contact.first_name)
                                data-adresse=(contact.address) data-code-postal=(contact.postal_code)
                                data-ville=(contact.town) data-email=(contact.email);
                            label for={ "contact-" (id) } {
                                span {
                                    bdi { (contact.name()) }
                                    @if !contact.town.is_empty() { ", " bdi { (contact.town) } }
                                }
                            }
                            a href={ (base) "/contacts/" (id) } target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer" {
                                "fiche" span.quiet { " de " (contact.name()) ", nouvel onglet" }
                            }
                        }
                    }
                    span.chip {
                        input type="radio" name="contact" id="contact-aucun" value="aucun" checked[chosen == "aucun"];
                        label for="contact-aucun" { "Quelqu’un d’autre" }
                    }
                }
            }
        }
    }
}

fn recent(page: &CallPage<'_>, base: &str) -> Markup {
    let around =
        Around { base, zone: page.subscriber.zone, clients_called: &page.subscriber.clients_called, words: &[] };
    html! {
        @if page.recent.is_empty() {
            p.hint { "Aucun message pour l’instant." }
        } @else {
            ol.recent {
                @for message in &page.recent {
                    li class=[message.urgent.then_some("urgent")] {
                        p {
                            a href=(around.href(message)) { "n° " (message.number) }
                            " " time { (moment_short(message.received.local(around.zone))) }
                            " " span.kind { (icon(message.kind)) (message.kind.label()) }
                            @if message.urgent { " " span.urgent { (Icon::Urgent) "Urgent" } }
                            @if message.read.is_some() { " " span.tag.soft { "lu" } }
                            @if !message.is_pending() { " " span.tag.soft { "archivé" } }
                        }
                        @let name = message.caller.name();
                        @if !name.is_empty() || !message.caller.phone.is_empty() {
                            p { b dir="auto" { (name) } " " span.phone { (message.caller.phone.shown()) } }
                        }
                        @if !message.subject.is_empty() { p.subject dir="auto" { (message.subject) } }
                        @if !message.text.is_empty() { p.text.short dir="auto" { (message.text) } }
                    }
                }
            }
        }
    }
}
