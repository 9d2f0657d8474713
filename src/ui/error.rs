//! Pages for when something did not go as it should: what happened, what to do, a way out. Nothing typed is lost.

use super::Icon;
use super::form::{Weight, link, submit, typed_again, typed_shown};
use maud::{Markup, html};

/// A failure that has a page of its own.
#[derive(Debug, Clone, Default)]
pub struct ErrorPage<'a> {
    /// Shown small: people read it out on the telephone.
    pub status: u16,
    /// « Cette page n’existe pas. »
    pub sentence: &'a str,
    pub happened: &'a str,
    pub to_do: &'a str,
    pub way_out: Option<(&'a str, &'a str)>,
    /// The number under which the log knows it.
    pub reference: Option<&'a str>,
    /// What was typed, so that it can be sent again or copied.
    pub typed: Option<Typed<'a>>,
}

/// A form that could not be kept.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a> {
    /// Where it was sent and will be sent again.
    pub action: &'a str,
    pub fields: &'a [(String, String)],
}

/// The page's content.
pub fn page(error: &ErrorPage<'_>) -> Markup {
    html! {
        article.narrow.error {
            p.status { "Erreur " (error.status) }
            h1 { (error.sentence) }
            @if !error.happened.is_empty() { p { (error.happened) } }
            @if !error.to_do.is_empty() { p { (error.to_do) } }
            @if let Some(typed) = &error.typed { (again(typed)) }
            @if let Some((label, href)) = error.way_out {
                p { (link(Weight::Plain, Icon::Previous, label, href)) }
            }
            @if let Some(reference) = error.reference {
                p.hint { "Si cela se répète, donnez ce numéro au secrétariat : " b { (reference) } }
            }
        }
    }
}

/// The disk is full: nothing was kept, and everything typed stands here until it can be.
pub fn disk_full<'a>(typed: Option<Typed<'a>>, way_out: (&'a str, &'a str)) -> ErrorPage<'a> {
    ErrorPage {
        status: 503,
        sentence: "Il n’y a plus de place pour enregistrer.",
        happened: "Le disque du serveur est plein : rien n’a été enregistré, et rien de ce qui l’était déjà n’est perdu.",
        to_do: if typed.is_some() {
            "Prévenez l’administrateur, qui doit libérer de la place, puis réessayez. Ce que vous aviez saisi est \
             ci-dessous : vous pouvez aussi le copier."
        } else {
            "Prévenez l’administrateur, qui doit libérer de la place, puis réessayez."
        },
        way_out: Some(way_out),
        reference: None,
        typed,
    }
}

fn again(typed: &Typed<'_>) -> Markup {
    html! {
        section.typed {
            h2 { "Ce que vous aviez saisi" }
            (typed_shown(typed.fields))
            form method="post" action=(typed.action) {
                (typed_again(typed.fields))
                (submit(Weight::Main, Icon::Restore, "Réessayer"))
            }
        }
    }
}
