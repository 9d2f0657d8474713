//! The screens of the second factor.

use crate::base::time::moment_short;
use crate::base::{Instant, Zone, french};
use crate::error::Problems;
use crate::http::Form;
use crate::ui::form::{Weight, link, post, submit};
use crate::ui::qr::qr;
use crate::ui::table::facts;
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// On the way to a second factor.
#[derive(Debug, Clone, Copy)]
pub struct EnrolPage<'a> {
    /// What the QR code says, and the key to type; `None` before it is made.
    pub key: Option<(&'a str, &'a str)>,
    pub required: bool,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// What it is, then the key and the first code.
pub fn enrol(page: &EnrolPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        div.head { h1 { "Activer le second facteur" } }
        @if page.required {
            div.flash.notice role="status" {
                (Icon::Notice) p { "Votre secrétariat le demande pour ce compte : le reste s’ouvre ensuite." }
            }
        }
        @match page.key {
            None => {
                section.panel {
                    p { "À chaque connexion, après le mot de passe, vous taperez un code de six chiffres que votre téléphone montre et change toutes les trente secondes. Qui connaîtrait votre mot de passe n’entrerait pas." }
                    p { "Il vous faut une application de codes sur le téléphone (Aegis, FreeOTP, Google Authenticator, Microsoft Authenticator, ou celle de votre gestionnaire de mots de passe). Elle fonctionne sans réseau." }
                    (post("/mon-compte/second-facteur/cle", &[], &submit(Weight::Main, Icon::Padlock, "Commencer")))
                }
            }
            Some((uri, words)) => {
                div.beside {
                    section aria-labelledby="cle" {
                        h2 #cle { "1. La clé dans le téléphone" }
                        p { "Dans l’application, ajoutez un compte et visez ce carré avec l’appareil photo." }
                        (qr(uri, "QR code de la clé ; la même clé figure en toutes lettres ci-dessous"))
                        p { "Ou tapez cette clé (« basée sur l’heure ») :" }
                        p { code.once data-copy { (words) } }
                    }
                    section aria-labelledby="essai" {
                        h2 #essai { "2. Un premier code" }
                        form method="post" action="/mon-compte/second-facteur" {
                            (fields.summary())
                            (fields.number("code", "Code montré par l’application").hint("Six chiffres.").class("short")
                                .autocomplete("one-time-code").required().autofocus())
                            (submit(Weight::Main, Icon::Check, "Activer"))
                        }
                        p.hint { "Vos autres appareils devront se reconnecter, avec un code." }
                    }
                }
            }
        }
        p.back { (link(Weight::Plain, Icon::Previous, "Mon compte", "/mon-compte")) }
    }
}

/// A second factor at work.
#[derive(Debug, Clone, Copy)]
pub struct OnPage {
    pub since: Instant,
    pub zone: Zone,
    pub recovery_left: usize,
    /// Then it can't be switched off.
    pub required: bool,
}

/// Since when, and what can be done about it.
pub fn on(page: &OnPage) -> Markup {
    html! {
        div.head { h1 { "Second facteur" } }
        section.panel aria-labelledby="etat" {
            h2 #etat { "Activé" }
            (facts(&[
                ("Depuis le", html! { (moment_short(page.since.local(page.zone))) }),
                ("Codes de secours", html! { (french::count(page.recovery_left as u64, "code restant", "codes restants")) }),
            ]))
            @if page.recovery_left < 3 {
                p { strong { "Faites-en de nouveaux avant de manquer de codes de secours." } }
            }
            (post("/mon-compte/second-facteur/codes", &[], &submit(Weight::Plain, Icon::Print, "Nouveaux codes de secours")))
            p.hint { "Les anciens codes de secours ne vaudront plus rien." }
        }
        section.panel aria-labelledby="arret" {
            h2 #arret { "Changer de téléphone, ou arrêter" }
            @if page.required {
                p { "Votre secrétariat demande un second facteur pour ce compte : il ne peut pas être désactivé. Pour changer de téléphone, demandez à l’administrateur de le remettre à zéro." }
            } @else {
                p { "Pour changer de téléphone, désactivez, puis activez avec le nouveau." }
                (post("/mon-compte/second-facteur/arret", &[], &submit(Weight::Grave, Icon::Cross, "Désactiver le second facteur")))
            }
        }
        p.back { (link(Weight::Plain, Icon::Previous, "Mon compte", "/mon-compte")) }
    }
}

/// Recovery codes, shown once.
#[derive(Debug, Clone, Copy)]
pub struct RecoveryPage<'a> {
    pub house_name: &'a str,
    pub login: &'a str,
    pub codes: &'a [String],
    /// The second factor has just been switched on.
    pub first: bool,
}

/// The codes, to print and put away.
pub fn recovery(page: &RecoveryPage<'_>) -> Markup {
    html! {
        div.flash.notice role="status" {
            (Icon::Notice)
            p {
                @if page.first { "Le second facteur est activé. " }
                "Ces codes ne sont montrés qu’une fois : imprimez cette page ou notez-les maintenant."
            }
        }
        article.slip {
            h1 { "Vos codes de secours" }
            p { (page.house_name) ", identifiant " code { (page.login) } }
            p { "Sans le téléphone, tapez l’un de ces codes à la place des six chiffres. Chacun sert une seule fois." }
            ol.codes { @for code in page.codes { li { code { (code) } } } }
        }
        div.buttons {
            div data-print {}
            (link(Weight::Plain, Icon::Check, "Ils sont en lieu sûr", "/mon-compte"))
        }
    }
}
