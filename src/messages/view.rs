//! « Vos messages » and « Vos archives »: the lists. One message, its paper version and searches are beside.
//!
//! Secretaries see the same screens with their own `base` and the abonné's name in the sentences.

mod concerning;
mod message;
mod print;
mod row;
mod search;

pub use concerning::{Concerning, concerning};
pub use message::{MessagePage, Work, message, message_on_paper, recipient};
pub use print::{PrintPage, print};
pub use row::{Around, Row, icon};
pub use search::{Hit, SearchPage, search};

use crate::base::french;
use crate::ui::Icon;
use crate::ui::form::{Weight, hidden, link, search as search_box};
use crate::ui::pagination::{Pages, Place};
use maud::{Markup, html};

/// Which of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    Pending,
    Archived,
}

/// Whose messages they are, from where one sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner<'a> {
    /// The abonné reads its own.
    You,
    /// The secretariat looks at them: « Cabinet Martin ».
    Named(&'a str),
}

/// A page of pending or archived messages.
#[derive(Debug, Clone)]
pub struct ListPage<'a> {
    pub base: &'a str,
    pub around: Around<'a>,
    pub list: List,
    pub owner: Owner<'a>,
    /// Messages in the whole list.
    pub total: u64,
    pub rows: Vec<Row<'a>>,
    pub page: u64,
    pub pages: u64,
    pub can_archive: bool,
    pub can_restore: bool,
    /// `?cocher=tout`: every box comes ticked, for browsers without JavaScript.
    pub all_ticked: bool,
    /// « Cochez au moins un message. »
    pub problem: Option<&'a str>,
    pub retention_days: u32,
    pub export_href: Option<&'a str>,
}

/// « Vous avez 65 messages », « Cabinet Martin a 23 messages archivés ».
pub fn heading(list: List, owner: Owner<'_>, total: u64) -> String {
    let counted = |singular, plural| french::count(total, singular, plural);
    match (list, owner, total) {
        (List::Pending, Owner::You, 0) => "Aucun message en attente".to_owned(),
        (List::Archived, Owner::You, 0) => "Aucun message archivé".to_owned(),
        (List::Pending, Owner::Named(name), 0) => format!("{name} n’a aucun message en attente"),
        (List::Archived, Owner::Named(name), 0) => format!("{name} n’a aucun message archivé"),
        (List::Pending, Owner::You, _) => format!("Vous avez {}", counted("message", "messages")),
        (List::Archived, Owner::You, _) => format!("Vous avez {}", counted("message archivé", "messages archivés")),
        (List::Pending, Owner::Named(name), _) => {
            format!("{name} a {}", counted("message en attente", "messages en attente"))
        }
        (List::Archived, Owner::Named(name), _) => {
            format!("{name} a {}", counted("message archivé", "messages archivés"))
        }
    }
}

/// The list's content, without its frame.
pub fn list(page: &ListPage<'_>) -> Markup {
    let pages = Pages { page: page.page, pages: page.pages, query: "" };
    let address = match page.list {
        List::Pending => format!("{}/messages", page.base),
        List::Archived => format!("{}/archives", page.base),
    };
    html! {
        div.head {
            h1 #titre data-live { (heading(page.list, page.owner, page.total)) }
            (search_box(&address, "", "Chercher un message"))
        }
        @if let Some(problem) = page.problem {
            div.flash.problem role="alert" { (Icon::Urgent) p { (problem) } }
        }
        div #liste data-live {
            @if page.rows.is_empty() {
                (empty(page))
            } @else if page.can_archive && page.list == List::Pending {
                form.list method="post" action={ (page.base) "/messages/archivage" } data-ticks {
                    (hidden("page", &page.page.to_string()))
                    div.tools { (archive_tools(page)) (pages.links(Place::Above)) }
                    (table(page))
                    div.tools.below { (archive_tools(page)) (pages.links(Place::Below)) }
                }
            } @else if page.can_restore && page.list == List::Archived {
                // One form for all rows: each button says by its own address which message it means.
                form.list method="post" action={ (page.base) "/archives" } {
                    (hidden("page", &page.page.to_string()))
                    (listed(page, &pages))
                }
            } @else {
                div.list { (listed(page, &pages)) }
            }
        }
        p.links {
            a href={ (address) "/imprimable" @if page.page > 1 { "?page=" (page.page) } } { (Icon::Print) "Version imprimable" }
            @if let Some(href) = page.export_href { (link(Weight::Plain, Icon::Export, "Exporter", href)) }
        }
    }
}

fn listed(page: &ListPage<'_>, pages: &Pages<'_>) -> Markup {
    html! {
        @if page.pages > 1 { div.tools { (pages.links(Place::Above)) } }
        (table(page))
        @if page.pages > 1 { div.tools.below { (pages.links(Place::Below)) } }
    }
}

/// The guide's two buttons. The first is a link that ticks on the server, until `ticks.js` makes a button of it.
fn archive_tools(page: &ListPage<'_>) -> Markup {
    html! {
        div.buttons {
            a.button data-tick-all href={ "?page=" (page.page) @if !page.all_ticked { "&cocher=tout" } } {
                (Icon::Check) "Cocher/Décocher Tout"
            }
            button.button.main { (Icon::Archive) "Archiver les messages cochés" }
        }
    }
}

fn table(page: &ListPage<'_>) -> Markup {
    let caption = match page.list {
        List::Pending => "Messages en attente, les urgents d’abord, puis du plus récent au plus ancien",
        List::Archived => "Messages archivés, le dernier archivé d’abord",
    };
    let ticks = page.can_archive && page.list == List::Pending;
    let restores = page.can_restore && page.list == List::Archived;
    html! {
        table.messages role="table" {
            caption.quiet { (caption) }
            (table_head(if ticks { Some("Cocher") } else if restores { Some("Action") } else { None }))
            tbody role="rowgroup" {
                @for row in &page.rows {
                    tr class=[row.message.urgent.then_some("urgent")] role="row" data-number=(row.message.number) {
                        (page.around.cells(row, &html! {}))
                        @if ticks {
                            td.tick role="cell" {
                                label {
                                    input type="checkbox" name="message" value=(row.message.number) checked[page.all_ticked]
                                        aria-label={ "Cocher le message n° " (row.message.number) };
                                }
                            }
                        } @else if restores {
                            td.act role="cell" {
                                button.button formaction={ (page.around.href(row.message)) "/remise-en-attente" } {
                                    (Icon::Restore) "Remettre en attente"
                                    span.quiet { " le message n° " (row.message.number) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The headers of a table of messages, with one more for what can be done with a row.
fn table_head(last: Option<&str>) -> Markup {
    html! {
        thead role="rowgroup" {
            tr role="row" {
                th scope="col" role="columnheader" { "N° et type" }
                th scope="col" role="columnheader" { "Reçu" }
                th scope="col" role="columnheader" { "Message" }
                @if let Some(last) = last { th scope="col" role="columnheader" { span.quiet { (last) } } }
            }
        }
    }
}

fn empty(page: &ListPage<'_>) -> Markup {
    html! {
        div.empty {
            @match page.list {
                List::Pending => {
                    (Icon::Check)
                    p {
                        @if page.owner == Owner::You { "Vous êtes à jour. Un nouveau message s’affichera ici de lui-même." }
                        @else { "Tout est lu et archivé." }
                    }
                }
                List::Archived => {
                    (Icon::Archive)
                    p { "Les messages archivés restent ici " (page.retention_days) " jours, puis sont supprimés." }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentences_of_the_guide_agree_in_number() {
        let yours = |list, total| heading(list, Owner::You, total);
        assert_eq!(yours(List::Pending, 65), "Vous avez 65 messages");
        assert_eq!(yours(List::Pending, 1), "Vous avez 1 message");
        assert_eq!(yours(List::Pending, 0), "Aucun message en attente");
        assert_eq!(yours(List::Archived, 23), "Vous avez 23 messages archivés");
        assert_eq!(yours(List::Archived, 1), "Vous avez 1 message archivé");
        assert_eq!(yours(List::Archived, 0), "Aucun message archivé");
        let named = |list, total| heading(list, Owner::Named("Cabinet Martin"), total);
        assert_eq!(named(List::Pending, 65), "Cabinet Martin a 65 messages en attente");
        assert_eq!(named(List::Pending, 0), "Cabinet Martin n’a aucun message en attente");
        assert_eq!(named(List::Archived, 1), "Cabinet Martin a 1 message archivé");
    }
}
