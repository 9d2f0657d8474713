//! Page numbers, the same above and below a list.

use super::icon::Icon;
use maud::{Markup, html};

/// Pages shown on either side of the current one; the first and the last are always there.
const AROUND: u64 = 1;

/// Where a list of several pages stands.
#[derive(Debug, Clone, Copy)]
pub struct Pages<'a> {
    /// From 1.
    pub page: u64,
    pub pages: u64,
    /// The rest of the query, as « q=dupont », without the page; may be empty.
    pub query: &'a str,
}

/// Which of the two a list has; screen readers hear it in the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Above,
    Below,
}

impl Pages<'_> {
    fn href(&self, page: u64) -> String {
        if self.query.is_empty() { format!("?page={page}") } else { format!("?{}&page={page}", self.query) }
    }

    /// The pages that are named, in order; `None` where some are left out.
    fn shown(&self) -> Vec<Option<u64>> {
        let near = self.page.saturating_sub(AROUND).max(1)..=(self.page + AROUND).min(self.pages);
        let mut shown = Vec::new();
        let mut last = 0;
        for page in [1].into_iter().chain(near).chain([self.pages]) {
            if page <= last {
                continue;
            }
            match page - last {
                1 => {}
                // A gap of one page is that page's own place.
                2 => shown.push(Some(page - 1)),
                _ => shown.push(None),
            }
            shown.push(Some(page));
            last = page;
        }
        shown
    }

    /// The numbers as links; nothing for a single page.
    pub fn links(&self, place: Place) -> Markup {
        if self.pages < 2 {
            return html! {};
        }
        let name = if place == Place::Above { "Pages, en haut de la liste" } else { "Pages, en bas de la liste" };
        html! {
            nav.pages aria-label=(name) {
                p { "page " (self.page) " sur " (self.pages) }
                ul {
                    @if self.page > 1 {
                        li { a rel="prev" href=(self.href(self.page - 1)) { (Icon::Previous) span.quiet { "Précédente" } } }
                    }
                    @for page in self.shown() {
                        li {
                            @match page {
                                None => span.gap { "…" },
                                Some(page) if page == self.page => {
                                    a href=(self.href(page)) aria-current="page" aria-label={ "Page " (page) } { (page) }
                                }
                                Some(page) => a href=(self.href(page)) aria-label={ "Page " (page) } { (page) },
                            }
                        }
                    }
                    @if self.page < self.pages {
                        li { a rel="next" href=(self.href(self.page + 1)) { span.quiet { "Suivante" } (Icon::Next) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_and_the_neighbours_are_named() {
        let shown = |page, pages| Pages { page, pages, query: "" }.shown();
        assert_eq!(shown(1, 2), [Some(1), Some(2)]);
        assert_eq!(shown(3, 5), [1, 2, 3, 4, 5].map(Some));
        assert_eq!(shown(1, 20), [Some(1), Some(2), None, Some(20)]);
        assert_eq!(shown(10, 20), [Some(1), None, Some(9), Some(10), Some(11), None, Some(20)]);
        assert_eq!(shown(20, 20), [Some(1), None, Some(19), Some(20)]);
    }
}
