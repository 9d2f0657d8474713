//! The public pages: home, sign-in and its second step, set-up.

use crate::base::Phone;
use crate::error::Problems;
use crate::http::Form;
use crate::ui::form::{Weight, hidden, link, submit, typed_again, typed_shown};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// The secretariat's home.
#[derive(Debug, Clone, Copy)]
pub struct HomePage<'a> {
    pub house_name: &'a str,
    pub phone: &'a Phone,
    /// « Du lundi au vendredi, de 8 h à 19 h »; lines are kept.
    pub hours: &'a str,
    /// Days on which nobody answers soon: « le vendredi 25 décembre 2026 ».
    pub closed: &'a [String],
}

/// Name, telephone, hours, and the guide's button.
pub fn home(page: &HomePage<'_>) -> Markup {
    html! {
        div.narrow.home {
            (crate::ui::dress::logo())
            h1 { (page.house_name) }
            p.lead { "Secrétariat téléphonique" }
            @if !page.phone.is_empty() {
                p.call {
                    (Icon::Phone)
                    @match page.phone.dialled() {
                        Some(number) => a href={ "tel:" (number) } { (page.phone.shown()) },
                        None => (page.phone.shown()),
                    }
                }
            }
            @if !page.hours.is_empty() { p.hours { (Icon::Clock) span.text { (page.hours) } } }
            @for closed in page.closed { p.hours { (Icon::Calendar) span { "Fermé " (closed) } } }
            p { a.button.main.large href="/connexion" { (Icon::Key) "Accès clients" } }
        }
    }
}

/// Sign-in.
#[derive(Debug, Clone)]
pub struct SignInPage<'a> {
    /// What was typed: `identifiant`, `memoriser`. The password is never sent back.
    pub form: &'a Form,
    /// « Identifiant ou mot de passe incorrect. »
    pub problem: Option<&'a str>,
    /// Seconds to wait after too many failures.
    pub wait_s: Option<i64>,
    /// « Votre session est terminée : reconnectez-vous. »
    pub notice: Option<&'a str>,
    /// Where to go afterwards; empty for the first page.
    pub back: &'a str,
    /// A form that came after the session had ended.
    pub resume: Option<Resume<'a>>,
    pub forgotten_href: Option<&'a str>,
}

/// What was typed before the session ended, carried through sign-in in the page itself.
#[derive(Debug, Clone, Copy)]
pub struct Resume<'a> {
    /// Where it was sent.
    pub to: &'a str,
    /// The body as it came.
    pub body: &'a str,
}

/// « Trop d’essais : réessayez dans 12 secondes. »
pub fn wait_sentence(seconds: i64) -> String {
    format!("Trop d’essais : réessayez dans {}.", crate::base::time::wait_in_words(seconds))
}

/// The sign-in form.
pub fn sign_in(page: &SignInPage<'_>) -> Markup {
    let none = Problems::default();
    let fields = Fields::new(page.form, &none);
    let known = !page.form.get("identifiant").is_empty();
    let login = fields.login("identifiant", "Identifiant").autocomplete("username");
    let password = fields.password("pass", "Mot de passe").autocomplete("current-password");
    html! {
        div.narrow.sign-in {
            h1 { "Connexion" }
            @if let Some(seconds) = page.wait_s {
                div.flash.problem role="alert" { (Icon::Clock) p { (wait_sentence(seconds)) } }
            } @else if let Some(problem) = page.problem {
                div.flash.problem role="alert" { (Icon::Urgent) p { (problem) } }
            }
            @if let Some(notice) = page.notice { div.flash.notice role="status" { (Icon::Notice) p { (notice) } } }
            @if page.resume.is_some() {
                div.flash.notice role="status" {
                    (Icon::Notice)
                    p { "Ce que vous aviez saisi est gardé : vous le retrouverez après la connexion." }
                }
            }
            form method="post" action="/connexion" {
                @if !page.back.is_empty() { (hidden("retour", page.back)) }
                @if let Some(resume) = page.resume {
                    (hidden("reprise", resume.body))
                    (hidden("reprise-vers", resume.to))
                }
                // Who comes back after a slip has the login already.
                (if known { login } else { login.autofocus() })
                (if known { password.autofocus() } else { password })
                (fields.tick("memoriser", "Mémoriser le mot de passe"))
                (submit(Weight::Main, Icon::Key, "Se connecter"))
            }
            @if let Some(href) = page.forgotten_href { p { a href=(href) { "Mot de passe oublié ?" } } }
            p.hint { "Votre identifiant et votre mot de passe vous sont délivrés par votre télé-secrétariat." }
        }
    }
}

/// After a sign-in that interrupted a form.
#[derive(Debug, Clone, Copy)]
pub struct ResumePage<'a> {
    pub action: &'a str,
    pub fields: &'a [(String, String)],
}

/// Offers to send the interrupted form again.
pub fn resume(page: &ResumePage<'_>) -> Markup {
    html! {
        div.narrow {
            h1 { "Reprendre" }
            p { "Vous êtes de nouveau connecté·e. Ce que vous aviez saisi est là." }
            form method="post" action=(page.action) {
                (typed_shown(page.fields))
                (typed_again(page.fields))
                (submit(Weight::Main, Icon::Send, "Reprendre"))
            }
            p { (link(Weight::Plain, Icon::Previous, "Ne pas envoyer", "/")) }
        }
    }
}

/// The one-time page on which the first administrator is made.
#[derive(Debug, Clone, Copy)]
pub struct SetUpPage<'a> {
    pub token: &'a str,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// The set-up form.
pub fn set_up(page: &SetUpPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        div.narrow {
            h1 { "Installation de Permanence" }
            p { "Créez le premier compte : celui de l’administrateur, qui ajoutera ensuite les abonnés et les secrétaires." }
            form method="post" action={ "/installation/" (page.token) } {
                (fields.summary())
                (fields.login("identifiant", "Identifiant").hint("Pour vous connecter : lettres, chiffres, points et tirets.")
                    .autocomplete("username").required().autofocus())
                (fields.text("nom", "Nom affiché").hint("Par exemple « Aline » ou « Dominique Petit ».").autocomplete("name").required())
                (fields.password("pass", "Mot de passe").hint(PASSWORD_HINT).autocomplete("new-password").required())
                (fields.password("pass2", "Mot de passe, encore une fois").autocomplete("new-password").required())
                (submit(Weight::Main, Icon::Check, "Créer le compte"))
            }
        }
    }
}

/// The set-up address opens once.
pub fn set_up_used() -> Markup {
    html! {
        div.narrow {
            h1 { "Cette adresse a déjà servi" }
            p { "L’administrateur de cette installation existe déjà. Connectez-vous avec son identifiant, ou adressez-vous à lui." }
            p { (link(Weight::Main, Icon::Key, "Se connecter", "/connexion")) }
        }
    }
}

/// What makes a password acceptable, before it is refused; and that a password manager is welcome.
pub(super) const PASSWORD_HINT: &str = "12 caractères au moins. Une phrase que vous retenez vaut mieux que des signes \
    compliqués ; coller est permis, pour qu’un gestionnaire de mots de passe puisse le choisir et le retenir à votre place.";

/// The second step of signing in.
#[derive(Debug, Clone, Copy, Default)]
pub struct CodePage<'a> {
    /// The last code was not good.
    pub wrong: bool,
    /// Seconds to wait after too many failures.
    pub wait_s: Option<i64>,
    pub back: &'a str,
    pub resume: Option<Resume<'a>>,
}

/// The form that asks for a code.
pub fn code(page: &CodePage<'_>) -> Markup {
    let form = Form::default();
    let mut problems = Problems::default();
    if page.wrong {
        problems.add(
            "code",
            "Ce code n’est pas le bon, ou il a déjà servi. Attendez que votre téléphone en montre un autre.",
        );
    }
    let fields = Fields::new(&form, &problems);
    html! {
        div.narrow.sign-in {
            h1 { "Code de connexion" }
            @if let Some(seconds) = page.wait_s {
                div.flash.problem role="alert" { (Icon::Clock) p { (wait_sentence(seconds)) } }
            }
            p { "Ouvrez l’application de codes de votre téléphone et tapez les six chiffres qu’elle montre pour ce secrétariat." }
            form method="post" action="/connexion/code" {
                (fields.summary())
                @if !page.back.is_empty() { (hidden("retour", page.back)) }
                @if let Some(resume) = page.resume {
                    (hidden("reprise", resume.body))
                    (hidden("reprise-vers", resume.to))
                }
                (fields.login("code", "Code").hint("Téléphone perdu ? Tapez l’un de vos codes de secours.")
                    .autocomplete("one-time-code").required().autofocus())
                (submit(Weight::Main, Icon::Key, "Se connecter"))
            }
            p { (link(Weight::Plain, Icon::Previous, "Recommencer", "/connexion")) }
            p.hint { "Sans téléphone ni code de secours, adressez-vous à votre secrétariat." }
        }
    }
}

/// A form that came from somebody who must have a second factor first.
#[derive(Debug, Clone, Copy)]
pub struct EnrolFirstPage<'a> {
    pub action: &'a str,
    pub fields: &'a [(String, String)],
}

/// The way to the second factor in a tab of its own, and the form to send again afterwards.
pub fn enrol_first(page: &EnrolFirstPage<'_>) -> Markup {
    html! {
        div.narrow {
            h1 { "Second facteur demandé" }
            p { "Votre secrétariat demande désormais un code de votre téléphone en plus du mot de passe. Activez-le d’abord ; ce que vous aviez saisi reste sur cette page." }
            p {
                a.button.main href="/mon-compte/second-facteur" target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer" {
                    (Icon::Padlock) "Activer le second facteur (nouvel onglet)"
                }
            }
            form method="post" action=(page.action) {
                (typed_shown(page.fields))
                (typed_again(page.fields))
                (submit(Weight::Plain, Icon::Send, "C’est fait : envoyer"))
            }
        }
    }
}
