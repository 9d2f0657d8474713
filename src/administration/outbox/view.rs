//! The screens of the outbox and of its servers.

use crate::base::time::moment_short;
use crate::base::{Instant, Phone, Zone, french, limits};
use crate::error::Problems;
use crate::http::Form;
use crate::notices::letter::Words;
use crate::notices::outbox::Figures;
use crate::notices::settings::{Mail, Protection, Sms};
use crate::notices::{Letter, State, Way, telephone};
use crate::ui::form::{Choice, Weight, link, post, search as search_box, submit};
use crate::ui::pagination::{Pages, Place};
use crate::ui::table::{self, facts, or_dash};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// The list of letters.
#[derive(Debug, Clone, Copy)]
pub struct OutboxPage<'a> {
    pub figures: Figures,
    /// Only those in this state.
    pub state: Option<State>,
    pub query: &'a str,
    pub rows: &'a [Letter],
    pub total: u64,
    pub page: u64,
    pub pages: u64,
    pub mail_is_set: bool,
    pub sms_is_set: bool,
    pub zone: Zone,
}

fn count_of(figures: &Figures, state: State) -> u64 {
    match state {
        State::Waiting => figures.waiting,
        State::Sent => figures.sent,
        State::Failed => figures.failed,
        State::GivenUp => figures.given_up,
        State::Cancelled => figures.cancelled,
    }
}

/// What waits, what left, what failed.
pub fn outbox(page: &OutboxPage<'_>) -> Markup {
    let query = Form::from_iter(
        [("etat", page.state.map_or("", State::word)), ("q", page.query)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty()),
    )
    .encoded();
    let pages = Pages { page: page.page, pages: page.pages, query: &query };
    let columns = [
        table::text("N°"),
        table::text("Écrit le"),
        table::text("Par"),
        table::text("À"),
        table::text("Objet"),
        table::text("État"),
        table::figures("Essais"),
    ];
    let rows: Vec<Vec<Markup>> = page.rows.iter().map(|letter| cells(page, letter)).collect();
    html! {
        div.head {
            h1 { "Courrier" }
            (search_box("/administration/courrier", page.query, "Adresse, numéro, objet"))
        }
        @if !page.mail_is_set {
            div.flash.notice role="status" {
                (Icon::Notice)
                p { "Aucun serveur de courrier n’est réglé : les e-mails attendent ici, où vous pouvez les lire." }
                (link(Weight::Plain, Icon::Settings, "Régler le serveur", "/administration/serveur-de-courrier"))
            }
        }
        p.buttons {
            (link(Weight::Plain, Icon::Mail, "Serveur de courrier", "/administration/serveur-de-courrier"))
            (link(Weight::Plain, Icon::Sms, if page.sms_is_set { "Passerelle SMS" } else { "Passerelle SMS : pas encore réglée" },
                "/administration/passerelle-sms"))
            (link(Weight::Plain, Icon::Send, "Webhooks", "/administration/webhooks"))
        }
        nav.filters aria-label="État" {
            ul {
                li { a href="/administration/courrier" aria-current=[page.state.is_none().then_some("page")] { "tous" } }
                @for state in State::ALL {
                    li {
                        a href={ "/administration/courrier?etat=" (state.word()) } aria-current=[(page.state == Some(state)).then_some("page")] {
                            (state.label()) " " b.count { (french::grouped(count_of(&page.figures, state))) }
                        }
                    }
                }
            }
        }
        @if rows.is_empty() {
            div.empty {
                (Icon::Mail)
                p {
                    @if !page.query.is_empty() { "Aucun courrier ne correspond à « " bdi { (page.query) } " »." }
                    @else if let Some(state) = page.state { "Aucun courrier dans l’état « " (state.label()) " »." }
                    @else { "Rien n’est encore parti d’ici, ni par e-mail ni par SMS." }
                }
            }
        } @else {
            div.tools { (pages.links(Place::Above)) }
            (table::table(&caption(page), &columns, &rows))
            div.tools.below { (pages.links(Place::Below)) }
        }
    }
}

fn caption(page: &OutboxPage<'_>) -> String {
    format!("{}, les plus récents d’abord", french::count(page.total, "courrier", "courriers"))
}

fn cells(page: &OutboxPage<'_>, letter: &Letter) -> Vec<Markup> {
    vec![
        html! { a href={ "/administration/courrier/" (letter.id) } { (letter.id) } },
        html! { (moment(letter.written, page.zone)) },
        html! { (letter.way.label()) },
        html! { bdi { (recipient(letter)) } },
        html! { (letter.purpose.label()) },
        state(letter),
        html! { (letter.tries) },
    ]
}

fn moment(at: Instant, zone: Zone) -> Markup {
    html! { time { (moment_short(at.local(zone))) } }
}

fn recipient(letter: &Letter) -> String {
    match letter.way {
        Way::Mail | Way::Hook => letter.to.clone(),
        Way::Sms => Phone::read(&letter.to).shown(),
    }
}

fn state(letter: &Letter) -> Markup {
    html! {
        @match (letter.state, &letter.receipt) {
            (_, Some(receipt)) if receipt.delivered => span.tag { (Icon::Check) "remis" },
            (_, Some(_)) => span.urgent { (Icon::Urgent) "non remis" },
            (State::Failed | State::GivenUp, None) => span.urgent { (Icon::Urgent) (letter.state.label()) },
            (State::Sent, None) => span.tag { (Icon::Check) (letter.state.label()) },
            (State::Waiting, None) => span.tag { (Icon::Clock) (letter.state.label()) },
            (State::Cancelled, None) => span.tag.soft { (letter.state.label()) },
        }
    }
}

/// One letter.
#[derive(Debug, Clone, Copy)]
pub struct LetterPage<'a> {
    pub letter: &'a Letter,
    /// `None` when they have been erased.
    pub words: Option<&'a Words>,
    pub subscriber_name: Option<&'a str>,
    pub zone: Zone,
}

/// What a letter's page was made from.
pub fn version(letter: &Letter) -> String {
    let receipt = letter.receipt.as_ref().map_or(0, |receipt| 1 + u8::from(receipt.delivered));
    format!("{}-{}-{receipt}", letter.state.word(), letter.tries)
}

/// A letter with its words, its tries and what the other side said.
pub fn letter(page: &LetterPage<'_>) -> Markup {
    let letter = page.letter;
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Tout le courrier", "/administration/courrier")) }
        div.head { h1 { "Courrier n° " (letter.id) } }
        div.beside {
            section aria-labelledby="lettre" {
                h2 #lettre { "Ce qui est écrit" }
                @match page.words {
                    Some(words) => {
                        @if !words.subject.is_empty() { p { b dir="auto" { (words.subject) } } }
                        p.text.letter dir="auto" { (words.text) }
                        @if letter.way == Way::Sms { p.hint { (telephone::length_in_words(&words.text)) } }
                    }
                    None => p.hint { "Le texte a été effacé : il contenait un mot de passe, ou son message a été supprimé." },
                }
            }
            section aria-labelledby="parcours" {
                h2 #parcours { "Son parcours" }
                div #parcours-etat data-live { (journey(page)) }
            }
        }
    }
}

fn journey(page: &LetterPage<'_>) -> Markup {
    let letter = page.letter;
    let base = format!("/administration/courrier/{}", letter.id);
    html! {
        (facts(&[
            ("État", state(letter)),
            ("Par", html! { (letter.way.label()) }),
            ("À", html! { bdi { (recipient(letter)) } }),
            ("Objet", html! { (letter.purpose.label()) }),
            ("Abonné", page.subscriber_name.map_or_else(|| or_dash(""), |name| html! { bdi { (name) } })),
            ("Écrit le", moment(letter.written, page.zone)),
            ("Prochain essai", if letter.state == State::Waiting { moment(letter.due, page.zone) } else { or_dash("") }),
        ]))
        @if letter.attempts.is_empty() {
            p.hint { "Pas encore essayé." }
        } @else {
            ol.attempts {
                @for attempt in &letter.attempts {
                    li { (moment(attempt.at, page.zone)) " " span dir="auto" { (attempt.said) } }
                }
                @if let Some(receipt) = &letter.receipt {
                    li { (moment(receipt.at, page.zone)) " " span dir="auto" { "accusé : " (receipt.said) } }
                }
            }
        }
        div.buttons {
            @if letter.state == State::Waiting {
                (post(&format!("{base}/annulation"), &[], &submit(Weight::Grave, Icon::Cross, "Annuler l’envoi")))
            }
            @if page.words.is_some() {
                @let label = if letter.state == State::Waiting { "Essayer maintenant" } else { "Envoyer de nouveau" };
                (post(&format!("{base}/renvoi"), &[], &submit(Weight::Plain, Icon::Send, label)))
            }
        }
    }
}

/// The mail server.
#[derive(Debug, Clone, Copy)]
pub struct MailPage<'a> {
    pub is_set: bool,
    /// The configuration names it: this screen can't.
    pub fixed: bool,
    pub has_password: bool,
    pub own_email: &'a str,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// The settings as the form's values; the password never.
pub fn mail_form(mail: &Mail) -> Form {
    Form::from_iter([
        ("serveur", mail.host.clone()),
        ("port", mail.port.to_string()),
        ("protection", mail.protection.word().to_owned()),
        ("compte", mail.login.clone()),
        ("expediteur", mail.from.clone()),
        ("nom-expediteur", mail.from_name.clone()),
        ("reponse", mail.reply_to.clone()),
        ("adresse", mail.site.clone()),
    ])
}

/// What stands in the form before anything was chosen.
pub fn blank_mail_form(house_name: &str, site: &str) -> Form {
    Form::from_iter([
        ("port", "587".to_owned()),
        ("protection", "starttls".to_owned()),
        ("nom-expediteur", house_name.to_owned()),
        ("adresse", site.to_owned()),
    ])
}

/// The form of the mail server, and the one that tries it out.
pub fn mail(page: &MailPage<'_>) -> Markup {
    let own = page.problems.of("email").is_none();
    let none = Problems::default();
    let fields = Fields::new(page.form, if own { page.problems } else { &none });
    let protections: Vec<(&str, &str)> = Protection::ALL.iter().map(|(_, word, label)| (*word, *label)).collect();
    let secret_hint = if page.has_password {
        "Déjà enregistré : laissez vide pour le garder."
    } else {
        "Celui de ce compte de messagerie."
    };
    let mut trial = Form::default();
    trial.push("email", page.form.find("email").unwrap_or(page.own_email));
    let trial = Fields::new(&trial, if own { &none } else { page.problems });
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Tout le courrier", "/administration/courrier")) }
        div.head { h1 { "Serveur de courrier" } }
        div.beside {
            section aria-labelledby="serveur-titre" {
                h2 #serveur-titre { "Par où partent les e-mails" }
                @if page.fixed {
                    p.hint { "Ce serveur est fixé par la configuration (« permanence config ») ; il se change là." }
                    (facts(&[
                        ("Serveur", html! { (page.form.get("serveur")) " : " (page.form.get("port")) }),
                        ("Compte", or_dash(page.form.get("compte"))),
                        ("Expéditeur", html! { bdi { (page.form.get("expediteur")) } }),
                        ("Adresse publique", or_dash(page.form.get("adresse"))),
                    ]))
                } @else {
                    form method="post" action="/administration/serveur-de-courrier" {
                        (fields.summary())
                        div.row {
                            (fields.login("serveur", "Serveur").hint("Par exemple « smtp.exemple.fr ».").required())
                            (fields.number("port", "Port").hint("587 d’ordinaire.").class("short").required())
                        }
                        (fields.select("protection", "Protection", &protections).hint("Le certificat du serveur est vérifié."))
                        div.row {
                            (fields.login("compte", "Compte").hint("Vide si le serveur n’en demande pas."))
                            (fields.password("secret", "Mot de passe").hint(secret_hint).autocomplete("off"))
                        }
                        div.row {
                            (fields.email("expediteur", "Adresse de l’expéditeur").hint("Par exemple « secretariat@exemple.fr ».").required())
                            (fields.text("nom-expediteur", "Nom de l’expéditeur").hint("Signe aussi les avis."))
                        }
                        (fields.email("reponse", "Réponses à").hint("Vide : à l’expéditeur."))
                        (fields.login("adresse", "Adresse publique de ce serveur").hint("Les liens des avis commencent ainsi. Vide : pas de lien."))
                        (submit(Weight::Main, Icon::Check, "Enregistrer"))
                    }
                    @if page.is_set {
                        (post("/administration/serveur-de-courrier/retrait", &[], &submit(Weight::Grave, Icon::Bin, "Retirer ce serveur")))
                    }
                }
            }
            section aria-labelledby="essai-titre" {
                h2 #essai-titre { "Envoyer un essai" }
                @if page.is_set || page.fixed {
                    form method="post" action="/administration/serveur-de-courrier/essai" {
                        (trial.summary())
                        (trial.email("email", "À quelle adresse").hint("La page suivante montre la réponse du serveur.").required())
                        (submit(Weight::Plain, Icon::Send, "Envoyer un essai"))
                    }
                } @else {
                    p.hint { "Enregistrez d’abord le serveur." }
                }
            }
        }
    }
}

/// The SMS gateway.
#[derive(Debug, Clone, Copy)]
pub struct SmsPage<'a> {
    pub is_set: bool,
    pub has_headers: bool,
    /// The house's public address; receipts need one.
    pub site: &'a str,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// What stands in the form.
pub fn sms_form(sms: Option<&Sms>) -> Form {
    let mut form = match sms {
        None => Form::from_iter([("voie", "passerelle")]),
        Some(Sms::Http(gateway)) => Form::from_iter([
            ("voie", "passerelle"),
            ("passerelle", &gateway.address),
            ("corps", &gateway.body),
            ("accepte", &gateway.accepted),
            ("remis", &gateway.delivered),
            ("perdu", &gateway.lost),
        ]),
        Some(Sms::Mail { to, subject }) => {
            Form::from_iter([("voie", "courrier"), ("destinataire", to.as_str()), ("objet", subject.as_str())])
        }
    };
    form.push("essai", "Essai de la passerelle SMS : ce message vous est bien parvenu.");
    form
}

/// A gateway as its own documentation says that it is asked (November 2026).
struct Preset {
    name: &'static str,
    address: &'static str,
    headers: &'static str,
    body: &'static str,
    accepted: &'static str,
}

const PRESETS: [Preset; 3] = [
    Preset {
        name: "OVHcloud (http2sms)",
        address: "https://www.ovh.com/cgi-bin/sms/http2sms.cgi?account=sms-xx11111-1&login=LOGIN&password=MOTDEPASSE&from=EXPEDITEUR&to={numero}&message={texte}&noStop=1",
        headers: "",
        body: "",
        accepted: "OK",
    },
    Preset {
        name: "smsmode",
        address: "https://rest.smsmode.com/sms/v1/messages",
        headers: "X-Api-Key: CLÉ",
        body: "{\"recipient\":{\"to\":\"{numero}\"},\"body\":{\"text\":\"{texte}\"},\"refClient\":\"{reference}\"}",
        accepted: "",
    },
    Preset {
        name: "Brevo",
        address: "https://api.brevo.com/v3/transactionalSMS/send",
        headers: "api-key: CLÉ",
        body: "{\"sender\":\"EXPEDITEUR\",\"recipient\":\"{numero}\",\"content\":\"{texte}\",\"type\":\"transactional\"}",
        accepted: "",
    },
];

/// The form of the gateway, and the one that tries it out.
pub fn sms(page: &SmsPage<'_>) -> Markup {
    let of_trial = page.problems.of("numero").is_some() || page.problems.of("essai").is_some();
    let none = Problems::default();
    let fields = Fields::new(page.form, if of_trial { &none } else { page.problems });
    let trial = Fields::new(page.form, if of_trial { page.problems } else { &none });
    let ways = [
        Choice { value: "passerelle", label: "Par une passerelle HTTP", icon: Some(Icon::Sms), access_key: None },
        Choice { value: "courrier", label: "Par e-mail", icon: Some(Icon::Mail), access_key: None },
    ];
    let headers_hint = if page.has_headers {
        "Déjà enregistrés : laissez vide pour les garder."
    } else {
        "Un « Nom: valeur » par ligne ; la clé de la passerelle, le plus souvent."
    };
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Tout le courrier", "/administration/courrier")) }
        div.head { h1 { "Passerelle SMS" } }
        div.beside {
            section aria-labelledby="voie-titre" {
                h2 #voie-titre { "Par où partent les SMS" }
                form method="post" action="/administration/passerelle-sms" {
                    (fields.summary())
                    (fields.radios("voie", "Voie", &ways, "passerelle", &html! {}))
                    fieldset.group {
                        legend { "Passerelle HTTP" }
                        p.hint { "{numero} et {texte} y prennent leur place ; {reference} et {recu} aussi, si la passerelle les veut." }
                        (fields.login("passerelle", "Adresse").hint("Par exemple « https://api.exemple.fr/sms »."))
                        (fields.area("en-tetes", "En-têtes", 2).hint(headers_hint))
                        (fields.area("corps", "Corps de la requête", 4).hint("Vide : la requête est un GET, et tout est dans l’adresse."))
                        (fields.text("accepte", "La réponse d’un SMS accepté contient").hint("Vide : le code HTTP suffit."))
                        div.row {
                            (fields.text("remis", "Accusé d’un SMS remis").hint("Par exemple « status=DELIVRD »."))
                            (fields.text("perdu", "Accusé d’un SMS perdu").hint("Par exemple « status=UNDELIV »."))
                        }
                        p.hint {
                            @if page.site.is_empty() { "Les accusés demandent une adresse publique : voyez le serveur de courrier." }
                            @else { "La passerelle rend compte à l’adresse que {recu} lui donne : " (page.site) "/sms/recu/…" }
                        }
                    }
                    fieldset.group {
                        legend { "E-mail" }
                        (fields.email("destinataire", "Adresse de la passerelle").hint("Par exemple « {numero}@sms.exemple.fr »."))
                        (fields.text("objet", "Objet du courrier").hint("Souvent une clé ; vide si la passerelle n’en demande pas."))
                    }
                    (submit(Weight::Main, Icon::Check, "Enregistrer"))
                }
                @if page.is_set {
                    (post("/administration/passerelle-sms/retrait", &[], &submit(Weight::Grave, Icon::Bin, "Retirer cette passerelle")))
                }
            }
            section aria-labelledby="essai-titre" {
                h2 #essai-titre { "Envoyer un essai" }
                @if page.is_set {
                    form method="post" action="/administration/passerelle-sms/essai" {
                        (trial.summary())
                        (trial.phone("numero", "À quel numéro").required().chars_max(limits::PHONE_CHARS_MAX))
                        (trial.area("essai", "Texte", 3).required().class("sms-text"))
                        p.hint #essai-longueur data-sms-length="essai" { (telephone::length_in_words(&telephone::plain(page.form.get("essai")))) }
                        (submit(Weight::Plain, Icon::Send, "Envoyer un essai"))
                    }
                } @else {
                    p.hint { "Enregistrez d’abord la passerelle." }
                }
                h2 { "Quelques passerelles" }
                p.hint { "D’après leur documentation publique ; ce qui est en majuscules est à remplacer." }
                @for preset in &PRESETS {
                    details {
                        summary { (preset.name) }
                        (facts(&[
                            ("Adresse", html! { code { (preset.address) } }),
                            ("En-têtes", if preset.headers.is_empty() { or_dash("") } else { html! { code { (preset.headers) } } }),
                            ("Corps", if preset.body.is_empty() { or_dash("") } else { html! { code { (preset.body) } } }),
                            ("Réponse", or_dash(preset.accepted)),
                        ]))
                    }
                }
            }
        }
    }
}
