//! The frame around every screen: head, skip link, bar, left column (a bar at the foot on a telephone), what the last
//! action did, and the live state. A sheet is the same without any of it, for paper.

use super::form::{Weight, hidden, submit};
use super::{Icon, assets, dress};
use maud::{DOCTYPE, Markup, html};

/// What stands around a page's own content.
#[derive(Debug, Clone, Default)]
pub struct Frame<'a> {
    /// The secretariat's name.
    pub house_name: &'a str,
    /// « Vos messages »: the tab's title begins with it.
    pub title: &'a str,
    /// « (3) » before the title; 0 shows none.
    pub title_count: u64,
    /// Whose screen it is; the tab's title ends with it, or with the secretariat's name.
    pub subscriber_name: Option<&'a str>,
    /// Who is signed in; nobody on the public pages.
    pub person: Option<Who<'a>>,
    pub nav: Vec<NavItem<'a>>,
    /// For a secretary at an abonné's screens.
    pub banner: Option<Banner<'a>>,
    /// « Voir comme »: the abonné whose screens an administrator only looks at.
    pub look: Option<&'a str>,
    /// For a client of several abonnés.
    pub choice: Option<SubscriberChoice<'a>>,
    pub flash: Option<Flash<'a>>,
    /// Said gently, with a way to follow it.
    pub advice: Option<Advice<'a>>,
    pub live: Option<Live<'a>>,
    /// A sheet of colours that is only tried.
    pub preview: Option<&'a str>,
    /// Sheets of `assets/sheets` that this page alone wears, by name, without « .css ».
    pub sheets: &'a [&'a str],
    /// Modules of `assets/js` by name, without « .js ».
    pub scripts: &'a [&'a str],
}

#[derive(Debug, Clone, Copy)]
pub struct Who<'a> {
    pub name: &'a str,
    /// « secrétaire ».
    pub role: &'a str,
}

#[derive(Debug, Clone)]
pub struct NavItem<'a> {
    pub label: &'a str,
    pub icon: Icon,
    pub href: String,
    pub current: bool,
    /// Shown when there is something to count.
    pub count: Option<u64>,
}

/// The abonné's name, always in sight while somebody else works at its screens.
#[derive(Debug, Clone)]
pub struct Banner<'a> {
    pub subscriber_name: &'a str,
    /// « Médecin généraliste, Créteil »; may be empty.
    pub about: String,
    pub back_label: &'a str,
    pub back_href: String,
}

/// The abonnés that one person may look at (form to `/abonne`).
#[derive(Debug, Clone)]
pub struct SubscriberChoice<'a> {
    pub options: Vec<(String, &'a str)>,
    pub current: String,
}

/// What the last action did.
#[derive(Debug, Clone)]
pub struct Flash<'a> {
    pub kind: FlashKind,
    pub sentence: &'a str,
    pub undo: Option<Undo>,
}

/// Something better to do, and where.
#[derive(Debug, Clone, Copy)]
pub struct Advice<'a> {
    pub sentence: &'a str,
    pub label: &'a str,
    pub href: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlashKind {
    Done,
    Notice,
    Problem,
}

/// What « Annuler » posts.
#[derive(Debug, Clone)]
pub struct Undo {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

/// Where a page asks whether anything changed.
#[derive(Debug, Clone)]
pub struct Live<'a> {
    /// The address without its query: `/messages/etat`.
    pub state_href: String,
    /// What the page shows; goes back as `depuis`.
    pub version: &'a str,
    /// Urgent messages that the page knows of; more of them later are worth a sound.
    pub urgent: u64,
}

impl<'a> Frame<'a> {
    /// A public page: nobody is signed in, nothing to navigate.
    pub fn new(house_name: &'a str, title: &'a str) -> Frame<'a> {
        Frame { house_name, title, ..Frame::default() }
    }

    /// « (3) Vos messages · Cabinet Martin ».
    pub fn title_in_full(&self) -> String {
        let mut full = String::new();
        if self.title_count > 0 {
            full.push_str(&format!("({}) ", self.title_count));
        }
        full.push_str(self.title);
        let owner = self.subscriber_name.unwrap_or(self.house_name);
        if owner != self.title {
            full.push_str(" · ");
            full.push_str(owner);
        }
        full
    }

    /// The whole page around its content.
    pub fn page(&self, content: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="fr" {
                (head(&self.title_in_full(), self.scripts, self.sheets, self.preview, self.person.is_some()))
                body class=[(!self.nav.is_empty()).then_some("with-nav")] {
                    a.skip href="#contenu" { "Aller au contenu" }
                    (self.bar())
                    @if !self.nav.is_empty() { (self.column()) }
                    main #contenu tabindex="-1" {
                        @if let Some(banner) = &self.banner { (banner.show()) }
                        @if let Some(name) = self.look { (look(name)) }
                        @if let Some(flash) = &self.flash { (flash.show()) }
                        @if let Some(advice) = &self.advice { (advice.show()) }
                        (content)
                    }
                }
            }
        }
    }

    fn bar(&self) -> Markup {
        html! {
            header.bar {
                a.house href="/" {
                    @if dress::has_logo() { (dress::logo()) } @else { (Icon::Mark) }
                    span { (self.house_name) }
                }
                @if let Some(choice) = &self.choice { (choice.show()) }
                @if let Some(live) = &self.live { (live.show()) }
                @if let Some(who) = &self.person {
                    a.who href="/mon-compte" { (Icon::User) span { b { (who.name) } small { (who.role) } } span.quiet { " : mon compte" } }
                    form method="post" action="/deconnexion" { button.out { (Icon::SignOut) span { "Déconnexion" } } }
                }
            }
        }
    }

    fn column(&self) -> Markup {
        html! {
            nav.column aria-label="Rubriques" {
                ul {
                    @for (place, item) in self.nav.iter().enumerate() {
                        li {
                            a href=(item.href) aria-current=[item.current.then_some("page")] {
                                (item.icon)
                                span { (item.label) }
                                @if let Some(count) = item.count {
                                    // Empty when nothing waits; the live page fills it in.
                                    b.count id={ "compte-" (place) } data-live { @if count > 0 { (count) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A page for paper: its content alone.
pub fn sheet(title: &str, scripts: &[&str], content: &Markup) -> Markup {
    sheet_styled(title, scripts, &[], content)
}

/// The same with sheets of `assets/sheets` of its own.
pub fn sheet_styled(title: &str, scripts: &[&str], sheets: &[&str], content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="fr" {
            (head(title, scripts, sheets, None, true))
            body.sheet { main #contenu { (dress::logo()) (content) } }
        }
    }
}

/// `signed_in`: the page shows what only one person may see, and must be gone when that person is.
fn head(title: &str, scripts: &[&str], sheets: &[&str], preview: Option<&str>, signed_in: bool) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            title { (title) }
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            // Telephone numbers are links of ours where they are numbers; a guess of the browser's would add others.
            meta name="format-detection" content="telephone=no";
            meta name="robots" content="noindex, nofollow";
            link rel="icon" type="image/svg+xml" href=(assets::address("favicon.svg"));
            link rel="stylesheet" href=(assets::address("app.css"));
            @for name in sheets { link rel="stylesheet" href=(assets::address(&format!("sheets/{name}.css"))); }
            @if let Some(style) = dress::style() { link rel="stylesheet" href=(style); }
            @if let Some(preview) = preview { link rel="stylesheet" href=(preview) data-preview; }
            @let live = signed_in.then_some("live");
            @for script in live.iter().chain(scripts) {
                script type="module" src=(assets::address(&format!("js/{script}.js"))) {}
            }
        }
    }
}

impl Banner<'_> {
    fn show(&self) -> Markup {
        html! {
            p.banner {
                (Icon::Headset)
                span { "Vous travaillez pour " strong { (self.subscriber_name) }
                    @if !self.about.is_empty() { span.soft { " — " (self.about) } } }
                a href=(self.back_href) { (Icon::Previous) (self.back_label) }
            }
        }
    }
}

/// Always in sight while somebody looks at another's screens, with the way out.
fn look(subscriber_name: &str) -> Markup {
    html! {
        div.banner.look role="note" {
            (Icon::Eye)
            span { "Vous voyez les écrans de " strong { (subscriber_name) } span.soft { " — rien ne peut y être changé" } }
            form method="post" action="/administration/vue/fin" { (submit(Weight::Plain, Icon::Cross, "Terminer")) }
        }
    }
}

impl SubscriberChoice<'_> {
    fn show(&self) -> Markup {
        html! {
            form.choice method="post" action="/abonne" {
                label.quiet for="abonne" { "Abonné affiché" }
                select id="abonne" name="abonne" autocomplete="off" {
                    @for (value, label) in &self.options {
                        option value=(value) selected[*value == self.current] { (label) }
                    }
                }
                button { "Afficher" }
            }
        }
    }
}

impl Flash<'_> {
    fn show(&self) -> Markup {
        let (class, icon, role) = match self.kind {
            FlashKind::Done => ("flash done", Icon::Check, "status"),
            FlashKind::Notice => ("flash notice", Icon::Notice, "status"),
            FlashKind::Problem => ("flash problem", Icon::Urgent, "alert"),
        };
        html! {
            div class=(class) role=(role) {
                (icon)
                p { (self.sentence) }
                @if let Some(undo) = &self.undo {
                    form method="post" action=(undo.action) {
                        @for (name, value) in &undo.fields { (hidden(name, value)) }
                        (submit(Weight::Plain, Icon::Restore, "Annuler"))
                    }
                }
            }
        }
    }
}

impl Advice<'_> {
    fn show(&self) -> Markup {
        html! {
            div.flash.notice role="status" {
                (Icon::Notice)
                p { (self.sentence) " " a href=(self.href) { (self.label) } }
            }
        }
    }
}

impl Live<'_> {
    /// Empty without JavaScript; `live.js` puts its line and its button here.
    fn show(&self) -> Markup {
        html! {
            div.live data-live-state=(self.state_href) data-version=(self.version) data-urgent=(self.urgent) {
                p role="status" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_says_how_many_what_and_whose() {
        let mut frame = Frame::new("Secrétariat Aline", "Vos messages");
        assert_eq!(frame.title_in_full(), "Vos messages · Secrétariat Aline");
        frame.title_count = 3;
        frame.subscriber_name = Some("Cabinet Martin");
        assert_eq!(frame.title_in_full(), "(3) Vos messages · Cabinet Martin");
        assert_eq!(Frame::new("Maison", "Maison").title_in_full(), "Maison");
    }
}
