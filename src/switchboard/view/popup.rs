//! The pages of the call pop-up: which abonné is meant where that is not plain, and how to tie a telephone system to us.

use super::lines;
use crate::base::Phone;
use crate::error::Problems;
use crate::http::Form;
use crate::people::tokens::Right;
use crate::subscribers::Subscriber;
use crate::switchboard::ringing::EXTENSION_CHARS_MAX;
use crate::ui::form::{Weight, search as search_box, submit};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// A call whose abonné has to be chosen or looked for.
#[derive(Debug, Clone)]
pub struct PopupPage<'a> {
    pub to: &'a Phone,
    pub from: &'a Phone,
    /// Those who share the line; none when nobody has it.
    pub candidates: Vec<Candidate<'a>>,
}

/// An abonné that may be meant.
#[derive(Debug, Clone)]
pub struct Candidate<'a> {
    pub href: String,
    pub subscriber: &'a Subscriber,
    /// The caller's name, where it is among the abonné's contacts.
    pub caller: &'a str,
}

/// « Pour qui est cet appel ? », or a line that nobody has.
pub fn popup(page: &PopupPage<'_>) -> Markup {
    html! {
        @if page.candidates.is_empty() {
            div.head {
                h1 { "Ligne inconnue" }
                (search_box("/standard", "", "Nom, métier, ville ou ligne"))
            }
            div.empty {
                (Icon::Phone)
                p {
                    @if page.to.is_empty() { "L’appel ne dit pas quelle ligne sonne." }
                    @else { "Aucun de vos abonnés n’a la ligne " b.phone { bdi { (page.to.shown()) } } "." }
                    " Cherchez l’abonné par son nom ; un administrateur ajoute la ligne à sa fiche."
                }
                @if !page.from.is_empty() { p { "Appel de " b.phone { bdi { (page.from.shown()) } } "." } }
                p { a href="/standard/telephone" { "Vérifier le réglage du téléphone" } }
            }
        } @else {
            div.head { h1 { "Pour qui est cet appel ?" } }
            p.hint {
                "Plusieurs abonnés répondent à " b.phone { bdi { (page.to.shown()) } } "."
                @if !page.from.is_empty() { " Appel de " b.phone { bdi { (page.from.shown()) } } "." }
            }
            ul.found #choix {
                @for one in &page.candidates {
                    li {
                        a href=(one.href) {
                            b { bdi { (one.subscriber.name) } }
                            @if !one.subscriber.trade.is_empty() { span.soft { (one.subscriber.trade) } }
                            @if !one.caller.is_empty() { span.tag { "connaît " bdi { (one.caller) } } }
                        }
                        " " span.soft { (lines(&one.subscriber.lines)) }
                    }
                }
            }
        }
    }
}

/// One telephone system: what to paste where, and where that is documented.
struct System {
    name: &'static str,
    steps: &'static str,
    /// What stands after the site; empty where the system can't open a page by itself.
    query: &'static str,
    source: &'static str,
}

/// Variables as each maker's documentation names them; `source` says which.
const SYSTEMS: [System; 5] = [
    System {
        name: "Wildix",
        steps: "Collaboration → Réglages → Personnel → Popup URL / App, appel entrant, événement « Ringing ». Donnez à chaque ligne d’abonné une étiquette d’appel (« tag ») à son nom dans le plan de numérotation : c’est elle qui part dans « vers ».",
        query: "/standard/appel?vers={TAGS}&de={CALLERNUM}",
        source: "documentation de Wildix, « How to set up web application integration via Popup URL » : variables {CALLERNUM}, {CALLERNAME}, {USERNUM}, {TAGS}.",
    },
    System {
        name: "3CX",
        steps: "Client web → Réglages → Intégration : adresse à ouvrir à l’arrivée d’un appel. Nommez chaque règle entrante ou file du nom de l’abonné : 3CX le place devant le nom de l’appelant.",
        query: "/standard/appel?vers=%CallerDisplayName%&de=%CallerNumber%",
        source: "noms de variables d’usage chez 3CX ; ils ont changé d’une version à l’autre : comparez avec l’aide affichée à côté du champ de votre version.",
    },
    System {
        name: "Yealink",
        steps: "Fonctions → Action URL → Incoming call. Le poste demande cette adresse lui-même et n’ouvre pas de page sur l’ordinateur : il faut qu’un logiciel du poste de travail la reçoive et l’ouvre dans le navigateur. Un compte SIP par ligne d’abonné, pour que $local soit la ligne.",
        query: "/standard/appel?vers=$local&de=$remote",
        source: "guides d’administration de Yealink, « Action URL » : $local et $remote sont des adresses SIP, comprises telles quelles.",
    },
    System {
        name: "Asterisk",
        steps: "Dans le plan de numérotation, là où la ligne de l’abonné arrive. SendURL passe l’adresse aux téléphones logiciels qui savent l’ouvrir ; ${EXTEN} est le numéro appelé.",
        query: "/standard/appel?vers=${EXTEN}&de=${CALLERID(num)}",
        source: "documentation d’Asterisk, application SendURL, fonctions CALLERID et URIENCODE.",
    },
    System {
        name: "Linphone",
        steps: "Linphone pour ordinateur n’ouvre pas d’adresse à l’arrivée d’un appel. Gardez cette page ouverte et collez le numéro ci-dessus, ou cherchez l’abonné au standard (touche « / »). Les numéros affichés ici se composent d’un clic avec Linphone.",
        query: "",
        source: "suivi public des demandes de Linphone pour ordinateur : il reçoit des adresses « tel: » et « sip: », il n’en émet pas.",
    },
];

/// « Relier le téléphone ».
#[derive(Debug, Clone, Copy)]
pub struct TelephonePage<'a> {
    /// « https://agenda.example.fr ».
    pub site: &'a str,
    /// One line of each abonné.
    pub lines: &'a [(String, Phone)],
    /// Where she sits.
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// « Relier le téléphone »: try it, then copy it.
pub fn telephone(page: &TelephonePage<'_>) -> Markup {
    html! {
        div.head { h1 { "Relier le téléphone" } }
        p.hint {
            "Tout système téléphonique qui sait ouvrir une adresse affiche l’abonné à l’arrivée de l’appel : « vers » est la ligne qui sonne (ou le nom de l’abonné), « de » le numéro de l’appelant, dans n’importe quelle notation."
        }
        section.add aria-labelledby="essai" {
            h2 #essai { "Essayer" }
            form method="get" action="/standard/appel" {
                div.row {
                    div.field {
                        label for="vers" { "Ligne appelée" }
                        input id="vers" name="vers" type="tel" inputmode="tel" autocomplete="off" list="lignes"
                            value=[page.lines.first().map(|(_, line)| line.shown())];
                    }
                    div.field {
                        label for="de" { "Numéro de l’appelant" }
                        input id="de" name="de" type="tel" inputmode="tel" autocomplete="off" value="06 39 98 12 34";
                    }
                }
                datalist id="lignes" { @for (name, line) in page.lines { option value=(line.shown()) { (name) } } }
                button.button.main { (Icon::Phone) "Faire sonner" }
            }
        }
        (extension(page))
        (signalling(page.site))
        @for system in &SYSTEMS {
            section.add aria-label=(system.name) {
                h2 { (system.name) }
                p { (system.steps) }
                @if !system.query.is_empty() { p { code.copy { (page.site) (system.query) } } }
                p.hint { "Source : " (system.source) }
            }
        }
    }
}

fn extension(page: &TelephonePage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        section.add aria-labelledby="votre-poste" {
            h2 #votre-poste { "Votre poste" }
            form method="post" action="/standard/telephone" {
                (fields.summary())
                (fields.text("poste", "Poste").class("short").chars_max(EXTENSION_CHARS_MAX)
                    .hint("Le numéro interne du téléphone devant vous, par exemple 204 : les collègues voient alors que vous répondez. Il passe de l’une à l’autre quand une autre s’y assied."))
                (submit(Weight::Plain, Icon::Check, "Noter mon poste"))
            }
        }
    }
}

/// Calls told by the system itself, for consoles that stay open.
fn signalling(site: &str) -> Markup {
    let curl = format!(
        "curl {site}/api/v1/appels -H 'Authorization: Bearer perm_…' -H 'Content-Type: application/json' \\\n  -d '{{\"etat\":\"sonne\",\"appel\":\"1764.42\",\"vers\":\"0140506070\",\"de\":\"0639981234\"}}'"
    );
    let ask = format!(
        "curl -s -m 3 {site}/api/v1/appels -H 'Authorization: Bearer perm_…' -H 'Content-Type: application/json'"
    );
    // What a caller may write in a name or number reaches no shell: FILTER lets digits pass and nothing else.
    let asterisk = format!(
        "[lignes]\nexten => _X.,1,System({ask} -d '{{\"etat\":\"sonne\",\"appel\":\"${{UNIQUEID}}\",\"vers\":\"${{EXTEN}}\",\"de\":\"${{FILTER(0-9,${{CALLERID(num)}})}}\"}}' &)\n same => n,Queue(standard)\nexten => h,1,System({ask} -d '{{\"etat\":\"raccroche\",\"appel\":\"${{UNIQUEID}}\"}}' &)"
    );
    html! {
        section.add aria-labelledby="signaler" {
            h2 #signaler { "Montrer les appels au standard" }
            p {
                "Un système téléphonique qui sait envoyer une demande HTTP signale chaque appel lui-même : il se montre en moins d’une seconde au standard de toutes celles qui répondent pour l’abonné, avec l’appelant s’il est connu. « Je prends » le réserve, et les autres voient qui l’a pris."
            }
            ul {
                li { code { "etat" } " : " code { "sonne" } ", puis " code { "decroche" } " quand quelqu’un répond, et " code { "raccroche" } " à la fin." }
                li { code { "appel" } " : le nom de l’appel chez vous, qui lie les trois ; " code { "vers" } " : la ligne ; " code { "de" } " : l’appelant ; " code { "poste" } " : le poste ou l’identifiant de qui répond." }
                li { "Un appel disparaît quand il est raccroché, ou une minute après la dernière nouvelle. Rien n’en est gardé, sauf une ligne du journal, sans numéro." }
                li { "Le jeton se crée sous « Mon compte », « Jetons d’accès », avec le droit « " (Right::SignalCalls.label()) " » seul." }
            }
            h3 { "Essayer avec curl" }
            pre.code tabindex="0" aria-label="Exemple avec curl" { code { (curl) } }
            h3 { "Plan de numérotation d’Asterisk" }
            pre.code tabindex="0" aria-label="Exemple pour Asterisk" { code { (asterisk) } }
            p.hint { "Tous les champs : " a href="/api#signalerAppel" { "l’interface pour d’autres logiciels" } "." }
        }
    }
}
