//! What a search found, pending and archived together.

use super::row::{Around, Row, state};
use super::table_head;
use crate::base::french;
use crate::ui::Icon;
use crate::ui::form::{Weight, link, search as search_box};
use crate::ui::pagination::{Pages, Place};
use maud::{Markup, html};

/// A message that was found, with the abonné it belongs to where the search went over several.
#[derive(Debug, Clone)]
pub struct Hit<'a> {
    pub around: Around<'a>,
    pub row: Row<'a>,
    pub subscriber_name: Option<&'a str>,
}

/// A page of what was found.
#[derive(Debug, Clone)]
pub struct SearchPage<'a> {
    /// Where the search field asks: the page it stands on.
    pub action: &'a str,
    /// As typed.
    pub query: &'a str,
    pub hits: Vec<Hit<'a>>,
    pub total: u64,
    /// More words begin as was typed than were looked at.
    pub cut: bool,
    pub page: u64,
    pub pages: u64,
    /// « Tous les messages » and its address.
    pub back: (&'a str, &'a str),
}

/// The results' content, without its frame.
pub fn search(page: &SearchPage<'_>) -> Markup {
    let query = crate::http::Form::from_iter([("q", page.query)]).encoded();
    let pages = Pages { page: page.page, pages: page.pages, query: &query };
    html! {
        div.head {
            h1 {
                @match page.total {
                    0 => "Aucun message trouvé",
                    total => (french::count(total, "message trouvé", "messages trouvés")),
                }
            }
            (search_box(page.action, page.query, "Chercher un message"))
        }
        p.back { (link(Weight::Plain, Icon::Previous, page.back.0, page.back.1)) }
        @if page.cut { p.hint { "Beaucoup de mots commencent ainsi : tapez quelques lettres de plus pour être sûr de tout voir." } }
        @if page.hits.is_empty() {
            div.empty {
                (Icon::Search)
                p { "Rien ne correspond à « " bdi { (page.query) } " », ni parmi les messages en attente, ni dans les archives." }
                p.hint { "Accents et majuscules ne comptent pas ; un début de mot suffit ; un téléphone se cherche dans toute notation." }
            }
        } @else {
            div.list {
                @if page.pages > 1 { div.tools { (pages.links(Place::Above)) } }
                table.messages role="table" {
                    caption.quiet { "Messages trouvés, en attente et archivés" }
                    (table_head(None))
                    tbody role="rowgroup" {
                        @for hit in &page.hits {
                            tr class=[hit.row.message.urgent.then_some("urgent")] role="row" {
                                (hit.around.cells(&hit.row, &html! {
                                    (state(hit.row.message))
                                    @if let Some(name) = hit.subscriber_name { span { "Pour " b { bdi { (name) } } } }
                                }))
                            }
                        }
                    }
                }
                @if page.pages > 1 { div.tools.below { (pages.links(Place::Below)) } }
            }
        }
    }
}
