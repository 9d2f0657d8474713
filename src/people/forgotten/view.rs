//! The page that asks for the mail, and the one on which a new password is chosen.

use crate::error::Problems;
use crate::http::Form;
use crate::people::view::{PASSWORD_HINT, wait_sentence};
use crate::ui::form::{Weight, link, submit};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// Asking for the mail.
#[derive(Debug, Clone, Copy)]
pub struct ForgottenPage<'a> {
    /// `identifiant`, `email`.
    pub form: &'a Form,
    pub problems: &'a Problems,
    /// Asked: what is said is the same whether there is such an account or not.
    pub asked: bool,
    /// Seconds to wait after asking too often.
    pub wait_s: Option<i64>,
}

/// « Mot de passe oublié ? » (guide of 2010).
pub fn forgotten(page: &ForgottenPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        div.narrow {
            h1 { "Mot de passe oublié ?" }
            @if let Some(seconds) = page.wait_s {
                div.flash.problem role="alert" { (Icon::Clock) p { (wait_sentence(seconds)) } }
            }
            @if page.asked {
                div.flash.done role="status" {
                    (Icon::Mail)
                    p { "Si cet identifiant et cette adresse e-mail vont ensemble, un courrier électronique vous est envoyé." }
                }
                p { "Il contient un mot de passe qui sert une seule fois, dans l’heure. Votre mot de passe actuel reste valable tant que vous ne vous en êtes pas servi." }
                p.hint { "Rien ne vient ? Regardez parmi les courriers indésirables, ou appelez votre secrétariat : il peut vous donner un nouveau mot de passe." }
                p { (link(Weight::Main, Icon::Key, "Se connecter", "/connexion")) }
            } @else {
                p { "Indiquez votre identifiant et l’adresse e-mail que votre secrétariat connaît : un mot de passe provisoire vous y est envoyé." }
                form method="post" action="/mot-de-passe-oublie" {
                    (fields.summary())
                    (fields.login("identifiant", "Identifiant").autocomplete("username").required().autofocus())
                    (fields.email("email", "Adresse e-mail").autocomplete("email").required())
                    (submit(Weight::Main, Icon::Send, "Envoyer"))
                }
                p { (link(Weight::Plain, Icon::Previous, "Retour à la connexion", "/connexion")) }
            }
        }
    }
}

/// Choosing a password after a temporary one.
#[derive(Debug, Clone, Copy)]
pub struct ChoicePage<'a> {
    pub login: &'a str,
    pub problems: &'a Problems,
}

/// The form that stands before everything else.
pub fn choice(page: &ChoicePage<'_>) -> Markup {
    let form = Form::default();
    let fields = Fields::new(&form, page.problems);
    html! {
        div.narrow {
            h1 { "Choisissez un nouveau mot de passe" }
            p { "Vous vous êtes connecté·e avec un mot de passe provisoire, qui ne servira plus. Choisissez le vôtre pour continuer ; l’ancien n’est plus valable, et vos autres appareils devront se reconnecter." }
            form method="post" action=(super::CHOICE) {
                (fields.summary())
                // Password managers tell accounts apart by it.
                input type="text" name="identifiant" value=(page.login) autocomplete="username" readonly hidden aria-label="Identifiant";
                (fields.password("nouveau", "Nouveau mot de passe").hint(PASSWORD_HINT).autocomplete("new-password").required().autofocus())
                (fields.password("nouveau2", "Nouveau mot de passe, encore une fois").autocomplete("new-password").required())
                (submit(Weight::Main, Icon::Key, "Enregistrer le mot de passe"))
            }
        }
    }
}
