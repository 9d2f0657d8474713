//! An abonné's own journal on screen.

use crate::base::time::moment_short;
use crate::base::{Instant, Zone};
use crate::ui::Icon;
use crate::ui::form::{Weight, post, submit};
use crate::ui::pagination::{Pages, Place};
use crate::ui::table::{self, or_dash};
use maud::{Markup, html};

/// A page of it.
#[derive(Debug, Clone)]
pub struct OwnJournalPage<'a> {
    pub lines: Vec<Line<'a>>,
    pub page: u64,
    pub pages: u64,
    pub zone: Zone,
    /// Whether administrators may « Voir comme ».
    pub looks: bool,
}

/// One line: identifiers, never content.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    pub at: Instant,
    /// A login; empty for what the server did by itself.
    pub who: &'a str,
    pub action: &'a str,
    pub object: &'a str,
}

/// Who did what with this abonné's data, and the permission to look.
pub fn own_journal(page: &OwnJournalPage<'_>) -> Markup {
    let columns = [table::text("Quand"), table::text("Qui"), table::text("Action"), table::text("Objet")];
    let rows: Vec<Vec<Markup>> = page
        .lines
        .iter()
        .map(|line| {
            vec![
                html! { time { (moment_short(line.at.local(page.zone))) } },
                html! { @if line.who.is_empty() { "le serveur" } @else { (line.who) } },
                html! { (line.action) },
                or_dash(line.object),
            ]
        })
        .collect();
    let pages = Pages { page: page.page, pages: page.pages, query: "" };
    html! {
        div.head { h1 { "Journal" } }
        p.hint { "Qui a consulté, changé, exporté ou effacé quelque chose chez vous, et quand. Le journal est gardé 12 mois ; il ne contient ni texte ni nom de contact." }
        section.add aria-labelledby="titre-regard" {
            h2 #titre-regard { "Voir vos écrans" }
            @if page.looks {
                p { "Pour vous aider, un administrateur du secrétariat peut voir vos écrans (« Voir comme »), sans rien pouvoir y changer. Chaque fois s’inscrit ici." }
                (post("/journal/regard", &[("permis", "non")], &submit(Weight::Plain, Icon::Padlock, "Ne plus le permettre")))
            } @else {
                p { "Vous ne permettez pas aux administrateurs du secrétariat de voir vos écrans (« Voir comme »)." }
                (post("/journal/regard", &[("permis", "oui")], &submit(Weight::Plain, Icon::Eye, "Le permettre")))
            }
        }
        @if rows.is_empty() {
            div.empty { (Icon::Journal) p { "Rien ne s’est encore passé." } }
        } @else {
            div.tools { (pages.links(Place::Above)) }
            (table::table("Le plus récent d’abord", &columns, &rows))
            div.tools.below { (pages.links(Place::Below)) }
        }
    }
}
