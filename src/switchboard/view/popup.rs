//! The pages of the call pop-up: which abonné is meant where that is not plain, and how to tie a telephone system to us.

use super::lines;
use crate::base::Phone;
use crate::subscribers::Subscriber;
use crate::ui::Icon;
use crate::ui::form::search as search_box;
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

/// « Relier le téléphone »: try it, then copy it.
pub fn telephone(site: &str, numbers: &[(String, Phone)]) -> Markup {
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
                            value=[numbers.first().map(|(_, line)| line.shown())];
                    }
                    div.field {
                        label for="de" { "Numéro de l’appelant" }
                        input id="de" name="de" type="tel" inputmode="tel" autocomplete="off" value="06 39 98 12 34";
                    }
                }
                datalist id="lignes" { @for (name, line) in numbers { option value=(line.shown()) { (name) } } }
                button.button.main { (Icon::Phone) "Faire sonner" }
            }
        }
        @for system in &SYSTEMS {
            section.add aria-label=(system.name) {
                h2 { (system.name) }
                p { (system.steps) }
                @if !system.query.is_empty() { p { code.copy { (site) (system.query) } } }
                p.hint { "Source : " (system.source) }
            }
        }
    }
}
