//! What the screens of reminders show. Pure.

use super::settings::LEAD_FIELDS;
use crate::base::{Phone, time};
use crate::contacts::consent::{Consent, Consents};
use crate::error::Problems;
use crate::http::Form;
use crate::notices::invitation::with_link;
use crate::notices::telephone;
use crate::reminders::text::{self, PLACES, Values};
use crate::ui::form::{Weight, link, post, submit};
use crate::ui::table::facts;
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// Whom previews speak of.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    pub values: &'a Values,
    /// `None`: the house has told nobody its address.
    pub link: Option<&'a str>,
}

/// « Rappels ».
#[derive(Debug, Clone, Copy)]
pub struct SettingsPage<'a> {
    pub base: &'a str,
    pub clients_called: &'a str,
    pub mail_is_set: bool,
    pub sms_is_set: bool,
    pub sample: Sample<'a>,
    /// `actif`, `par-email`, `par-sms`, `confirmation`, `quand-1` and `heure-1` to 3, `lieu`, `texte-rappel`,
    /// `texte-confirmation`, `annulation`.
    pub form: &'a Form,
    pub problems: &'a Problems,
}

const MOMENTS: [(&str, &str); 12] = [
    ("", "—"),
    ("j0", "le jour même"),
    ("j1", "la veille"),
    ("j2", "2 jours avant"),
    ("j3", "3 jours avant"),
    ("j7", "une semaine avant"),
    ("h1", "1 heure avant"),
    ("h2", "2 heures avant"),
    ("h3", "3 heures avant"),
    ("h4", "4 heures avant"),
    ("h24", "24 heures avant"),
    ("h48", "48 heures avant"),
];

const DELAYS: [(&str, &str); 7] = [
    ("", "Jamais : il faut téléphoner"),
    ("0", "Jusqu’au début"),
    ("2", "Jusqu’à 2 heures avant"),
    ("6", "Jusqu’à 6 heures avant"),
    ("12", "Jusqu’à 12 heures avant"),
    ("24", "Jusqu’à 24 heures avant"),
    ("48", "Jusqu’à 48 heures avant"),
];

pub fn settings(page: &SettingsPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        div.head { h1 { "Rappels" } }
        (crate::agenda::setup::view::tabs(page.base, "rappels"))
        p.hint {
            "Vos " (page.clients_called) "s reçoivent la confirmation et le rappel de leurs rendez-vous : le jour, l’heure et le lieu, jamais le motif. "
            "Rien ne part sans l’accord noté sur la fiche du contact et « Rappel » coché dans la fenêtre du rendez-vous, ni entre 20 heures et 8 heures ; la confirmation par e-mail seule part aussitôt, à toute heure."
        }
        (servers(page))
        form.week-form method="post" action={ (page.base) "/agenda/rappels" } {
            (fields.summary())
            (fields.tick("actif", "Envoyer des confirmations et des rappels"))
            div.ticks #par-email-groupe {
                (fields.tick("par-email", "Par e-mail"))
                (fields.tick("par-sms", "Par SMS"))
            }
            (fields.text("lieu", "Lieu").class("wide").hint("Tel qu’il se lit dans une phrase : « au 12, rue Colette à Créteil, 2e étage ».").chars_max(crate::base::limits::LINE_CHARS_MAX))
            (fields.tick("confirmation", "Confirmer chaque rendez-vous dès qu’il est pris"))
            @for (place, (when, at)) in LEAD_FIELDS.into_iter().enumerate() {
                @let (label, hour) = (format!("Rappel {}", place + 1), format!("Heure du rappel {}", place + 1));
                div.row {
                    (fields.select(when, &label, &MOMENTS))
                    (fields.time(at, &hour).class("short").hint("Pour un rappel compté en jours."))
                }
            }
            (words(page, "texte-rappel", "Texte du rappel"))
            (words(page, "texte-confirmation", "Texte de la confirmation"))
            details {
                summary { "Les mots entre accolades" }
                dl.facts { @for (name, means) in PLACES { div { dt { code { "{" (name) "}" } } dd { (means) } } } }
            }
            (fields.select("annulation", "Annulation par le lien", &DELAYS).hint("Le rendez-vous annulé libère le créneau et laisse un message."))
            (submit(Weight::Main, Icon::Check, "Enregistrer"))
        }
    }
}

/// What is missing for anything to leave.
fn servers(page: &SettingsPage<'_>) -> Markup {
    html! {
        @if !page.mail_is_set {
            p.hint { (Icon::Notice) "Le secrétariat n’a pas encore réglé de serveur de courrier : les e-mails attendent." }
        }
        @if !page.sms_is_set {
            p.hint { (Icon::Notice) "Le secrétariat n’a pas de passerelle SMS : aucun SMS ne part." }
        }
    }
}

/// A text with its preview, which `reminders.js` keeps up with what is typed.
fn words(page: &SettingsPage<'_>, name: &str, label: &str) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    let values = page.sample.values;
    let shown = telephone::plain(&with_link(&text::filled(page.form.get(name), values), page.sample.link));
    html! {
        (fields.area(name, label, 4).chars_max(crate::reminders::settings::TEXT_CHARS_MAX).required())
        reminder-preview data-of=(name) data-place="lieu" data-link=[page.sample.link]
            data-nom=(values.name) data-prenom=(values.first_name) data-date=(values.date) data-heure=(values.hour)
            data-abonne=(values.subscriber) data-telephone=(values.phone) {
            p.hint { "Aperçu pour un contact inventé :" }
            p.text { (shown) }
            p.hint { (telephone::length_in_words(&shown)) }
        }
    }
}

/// What an appointment's window says of reminders.
#[derive(Debug, Clone, Default)]
pub struct Told {
    pub on: bool,
    pub obstacle: Option<&'static str>,
    /// « 24/11/2026 10:02 ».
    pub confirmed: Option<String>,
    pub revocable: bool,
    pub said: Vec<Said>,
}

/// One line of what was sent.
#[derive(Debug, Clone)]
pub struct Said {
    pub when: String,
    pub what: String,
    pub to: String,
    /// The other side's own words.
    pub detail: String,
}

/// Beside the boxes of the window.
pub fn hint(base: &str, told: &Told) -> Markup {
    html! {
        p.hint {
            @if !told.on { "Les rappels sont arrêtés pour cet agenda : " a href={ (base) "/agenda/rappels" } { "les régler" } "." }
            @else if let Some(obstacle) = told.obstacle { (obstacle) }
            @else { "Cocher note sur la fiche que le contact est d’accord." }
        }
    }
}

/// What was sent about the appointment, and what the contact answered.
pub fn journey(base: &str, appointment: crate::base::AppointmentId, told: &Told) -> Markup {
    html! {
        @if let Some(confirmed) = &told.confirmed {
            p { (Icon::Check) "Le contact a confirmé le " (confirmed) "." }
        }
        @if !told.said.is_empty() {
            details.history {
                summary { "Rappels : ce qui a été envoyé" }
                ol {
                    @for line in &told.said {
                        li {
                            time { (line.when) } " " b { (line.what) }
                            @if !line.to.is_empty() { " (" bdi { (line.to) } ")" }
                            @if !line.detail.is_empty() { " : " span dir="auto" { (line.detail) } }
                        }
                    }
                }
                @if told.revocable {
                    (post(&format!("{base}/agenda/rendez-vous/{appointment}/lien/revocation"), &[],
                        &submit(Weight::Grave, Icon::Cross, "Révoquer le lien envoyé")))
                }
            }
        }
    }
}

/// On a contact's card.
#[derive(Debug, Clone, Copy)]
pub struct AgreementOf<'a> {
    pub base: &'a str,
    pub contact: crate::base::ContactId,
    pub zone: crate::base::Zone,
    pub agreed: &'a Consents,
}

/// What the person agrees to, since when, and who took it down.
pub fn agreement(page: &AgreementOf<'_>) -> Markup {
    let since = |consent: &Consent| {
        format!("d’accord, noté le {} par {}", time::moment_short(consent.at.local(page.zone)), consent.by)
    };
    let state =
        |consent: &Option<Consent>| html! { (consent.as_ref().map_or_else(|| "pas d’accord noté".to_owned(), since)) };
    let mut form = Form::default();
    for (name, consent) in [("accord-email", &page.agreed.by_email), ("accord-sms", &page.agreed.by_sms)] {
        if consent.is_some() {
            form.push(name, "1");
        }
    }
    let none = Problems::default();
    let fields = Fields::new(&form, &none);
    html! {
        (facts(&[("Par e-mail", state(&page.agreed.by_email)), ("Par SMS", state(&page.agreed.by_sms))]))
        details {
            summary { "Changer l’accord" }
            form method="post" action={ (page.base) "/contacts/" (page.contact) "/rappels" } {
                (fields.tick("accord-email", "La personne accepte d’être prévenue par e-mail"))
                (fields.tick("accord-sms", "La personne accepte d’être prévenue par SMS"))
                (submit(Weight::Plain, Icon::Check, "Enregistrer l’accord"))
            }
        }
    }
}

/// Where a contact's appointment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Open { may_cancel: bool },
    Confirmed { may_cancel: bool },
    Cancelled,
}

/// The contact's own page.
#[derive(Debug, Clone, Copy)]
pub struct InvitationPage<'a> {
    pub token: &'a str,
    pub date: &'a str,
    pub hour: &'a str,
    pub place: &'a str,
    pub phone: &'a Phone,
    pub standing: Standing,
    /// The question before it is cancelled.
    pub asks: bool,
    /// The contact has just said that it wants to hear no more.
    pub stopped: bool,
}

pub fn invitation(page: &InvitationPage<'_>) -> Markup {
    let own = format!("/rendez-vous/{}", page.token);
    html! {
        div.narrow {
            h1 { @if page.asks { "Annuler ce rendez-vous ?" } @else { "Votre rendez-vous" } }
            @if page.stopped {
                div.flash.done role="status" { (Icon::Check) p { "C’est noté : plus rien ne vous sera envoyé. Le rendez-vous reste pris." } }
            }
            @match page.standing {
                Standing::Cancelled => div.flash.notice role="status" { (Icon::Notice) p { "Ce rendez-vous est annulé." } },
                Standing::Confirmed { .. } if !page.asks => div.flash.done role="status" { (Icon::Check) p { "Vous avez confirmé ce rendez-vous." } },
                _ => {}
            }
            (facts(&[
                ("Jour", html! { (page.date) }),
                ("Heure", html! { (page.hour) }),
                ("Lieu", html! { span dir="auto" { (page.place) } }),
            ]))
            @match page.standing {
                Standing::Cancelled => {}
                _ if page.asks => div.buttons {
                    (post(&format!("{own}/annulation"), &[], &submit(Weight::Grave, Icon::Bin, "Oui, annuler ce rendez-vous")))
                    (link(Weight::Plain, Icon::Previous, "Non, le garder", &own))
                },
                Standing::Open { may_cancel } => (choices(&own, true, may_cancel)),
                Standing::Confirmed { may_cancel } => (choices(&own, false, may_cancel)),
            }
            (call(page))
            @if page.standing != Standing::Cancelled && !page.asks && !page.stopped {
                details {
                    summary { "Ne plus rien recevoir" }
                    p { "Le rendez-vous reste pris ; ni rappel ni confirmation ne vous sera plus envoyé." }
                    (post(&format!("{own}/arret"), &[], &submit(Weight::Plain, Icon::Cross, "Ne plus recevoir de rappels")))
                }
            }
        }
    }
}

fn choices(own: &str, can_confirm: bool, may_cancel: bool) -> Markup {
    html! {
        div.buttons {
            @if can_confirm { (post(&format!("{own}/confirmation"), &[], &submit(Weight::Main, Icon::Check, "Je confirme ma venue"))) }
            @if may_cancel { (link(Weight::Grave, Icon::Bin, "Annuler le rendez-vous", &format!("{own}/annulation"))) }
        }
        @if !may_cancel { p.hint { "Pour annuler ou déplacer, merci de téléphoner." } }
    }
}

fn call(page: &InvitationPage<'_>) -> Markup {
    html! {
        @if !page.phone.is_empty() && !page.asks {
            p { "Une question, un autre horaire : " (crate::agenda::view::phone(page.phone)) }
        }
    }
}

/// What an address shows that leads to no appointment (any more): the same for all.
pub fn no_invitation(phone: &str) -> Markup {
    html! {
        div.narrow {
            h1 { "Ce lien ne mène plus à un rendez-vous" }
            p { "Il est passé, ou le lien n’est plus valable." }
            @if !phone.is_empty() { p { "Pour prendre ou vérifier un rendez-vous : " (phone) } }
        }
    }
}
