//! The viewer: thumbnails, one page to be read, all of them for paper. Everything works by links; `fax.js` adds keys and swipes.

use crate::base::Zone;
use crate::base::time::{date_in_words, time_short};
use crate::fax::model::{Fax, Size, State, Turned, page_name};
use crate::ui::Icon;
use crate::ui::form::{Weight, link};
use maud::{Markup, html};

/// A fax being looked at.
#[derive(Debug, Clone)]
pub struct FaxPage<'a> {
    pub fax: &'a Fax,
    /// Its own address.
    pub href: String,
    /// The page that is shown to be read; `None` shows thumbnails.
    pub page: Option<usize>,
    pub turned: Turned,
    pub message_href: Option<String>,
    pub zone: Zone,
}

impl FaxPage<'_> {
    fn address(&self, page: Option<usize>, turned: &Turned) -> String {
        let query = [
            page.map(|page| format!("page={page}")),
            Some(turned.in_address()).filter(|turned| !turned.is_empty()).map(|turned| format!("tourne={turned}")),
        ];
        let query: Vec<String> = query.into_iter().flatten().collect();
        if query.is_empty() { self.href.clone() } else { format!("{}?{}", self.href, query.join("&")) }
    }

    fn count(&self) -> usize {
        self.fax.pages().len()
    }

    /// « Page 2 sur 3 ».
    fn name_of(&self, place: usize) -> String {
        format!("Page {place} sur {}", self.count())
    }

    /// A page's picture, turned as the address says: an SVG around it has the turned page's own sides.
    fn picture(&self, place: usize, size: Size, folder: &str) -> Markup {
        let src = format!("{}/{folder}/{}", self.href, page_name(place));
        let Size { width, height } = size;
        let (turned, label) = (self.turned.of(place), self.name_of(place));
        let (view, transform) = match turned {
            90 => (format!("0 0 {height} {width}"), format!("translate({height} 0) rotate(90)")),
            180 => (format!("0 0 {width} {height}"), format!("translate({width} {height}) rotate(180)")),
            270 => (format!("0 0 {height} {width}"), format!("translate(0 {width}) rotate(270)")),
            _ => {
                return html! { img src=(src) width=(width) height=(height) alt=(label) loading="lazy" decoding="async"; };
            }
        };
        html! {
            svg.sheet viewBox=(view) role="img" aria-label={ (label) ", tournée" } {
                image href=(src) width=(width) height=(height) transform=(transform) {}
            }
        }
    }
}

/// The fax, in whatever state it is.
pub fn fax(page: &FaxPage<'_>) -> Markup {
    let fax = page.fax;
    html! {
        @if let Some(href) = &page.message_href {
            p.back { (link(Weight::Plain, Icon::Previous, "Le message", href)) }
        }
        div.head {
            h1 { (fax.title()) }
            p.hint { (received(page)) }
        }
        div #fax data-live { (content(page)) }
    }
}

/// « Reçu le mardi 24 novembre 2026 à 10:00, par e-mail : scan.pdf ».
fn received(page: &FaxPage<'_>) -> Markup {
    let local = page.fax.received.local(page.zone);
    html! {
        time datetime=(local.format("%Y-%m-%dT%H:%M")) { "Le " (date_in_words(local.date())) " à " (time_short(local)) }
        ", " (page.fax.way.in_words())
        @if !page.fax.by_name.is_empty() { " (" bdi { (page.fax.by_name) } ")" }
        " : «\u{a0}" bdi { (page.fax.name) } "\u{a0}»"
    }
}

/// Shared with the page on which a fax is attributed.
pub(super) fn content(page: &FaxPage<'_>) -> Markup {
    match &page.fax.state {
        State::Coming => html! {
            div.empty {
                (Icon::Fax)
                p { "Ses pages sont en cours de lecture ; elles s’affichent ici dès qu’elles sont prêtes." }
                (link(Weight::Plain, Icon::Restore, "Actualiser", &page.href))
            }
        },
        State::Refused { why } => html! {
            div.flash.problem { (Icon::Urgent) p { (why) } }
            @if page.fax.way.is_unattended() { div.buttons { (original(page)) } }
        },
        State::Ready { pages, remarks } => html! {
            @for remark in remarks { div.flash.notice { (Icon::Notice) p { (remark) } } }
            @match page.page {
                Some(place) => (reading(page, place, pages)),
                None => {
                    (tools(page))
                    (thumbs(page, pages))
                }
            }
        },
    }
}

fn original(page: &FaxPage<'_>) -> Markup {
    link(Weight::Plain, Icon::Export, "Original", &format!("{}/original", page.href))
}

fn print_href(page: &FaxPage<'_>) -> String {
    let turned = page.turned.in_address();
    let query = if turned.is_empty() { String::new() } else { format!("?tourne={turned}") };
    format!("{}/imprimable{query}", page.href)
}

fn tools(page: &FaxPage<'_>) -> Markup {
    html! {
        div.buttons.fax-tools {
            a.button href=(print_href(page)) data-key="p" { (Icon::Print) "Imprimer" }
            (original(page))
        }
    }
}

fn thumbs(page: &FaxPage<'_>, pages: &[Size]) -> Markup {
    html! {
        ol.fax-thumbs aria-label="Pages" {
            @for (index, size) in pages.iter().enumerate() {
                @let place = index + 1;
                li {
                    a href=(page.address(Some(place), &page.turned)) aria-current=[(page.page == Some(place)).then_some("page")] {
                        (page.picture(place, *size, "vignettes"))
                        span { (place) }
                    }
                }
            }
        }
    }
}

/// One page to be read, with the ways to its neighbours.
fn reading(page: &FaxPage<'_>, place: usize, pages: &[Size]) -> Markup {
    let last = pages.len();
    let to = |place: usize| page.address(Some(place), &page.turned);
    html! {
        nav.fax-tools.buttons aria-label="Page" {
            @if last > 1 {
                @if place > 1 { a.button href=(to(place - 1)) rel="prev" data-key="ArrowLeft" { (Icon::Previous) "Précédente" } }
                @if place < last { a.button href=(to(place + 1)) rel="next" data-key="ArrowRight" { "Suivante" (Icon::Next) } }
                a.quiet href=(to(1)) data-key="Home" tabindex="-1" { "Première page" }
                a.quiet href=(to(last)) data-key="End" tabindex="-1" { "Dernière page" }
            }
            a.button href=(page.address(Some(place), &page.turned.further(place))) data-key="r" { (Icon::Restore) "Tourner" }
            @if last > 1 { a.button href=(page.address(None, &page.turned)) data-key="Escape" { (Icon::Fax) "Toutes les pages" } }
            a.button href=(print_href(page)) data-key="p" { (Icon::Print) "Imprimer" }
            (original(page))
        }
        @if let Some(size) = pages.get(place - 1) {
            figure.fax-page data-swipe {
                (page.picture(place, *size, "pages"))
                figcaption role="status" { (page.name_of(place)) }
            }
        }
        @if last > 1 { (thumbs(page, pages)) }
        p.hint.fax-keys { kbd { "←" } " " kbd { "→" } " page, " kbd { "R" } " tourne, " kbd { "P" } " imprime" }
    }
}

/// Every page on a sheet of its own.
pub fn print(page: &FaxPage<'_>) -> Markup {
    html! {
        div.tools { h1 { (page.fax.title()) } p data-print { a href=(page.href) { "Retour au fax" } } }
        @for (index, size) in page.fax.pages().iter().enumerate() {
            figure.fax-sheet { (page.picture(index + 1, *size, "pages")) }
        }
        @if page.fax.pages().is_empty() { p { "Ce fax n’a pas de page à imprimer." } }
    }
}
