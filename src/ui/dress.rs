//! What the house wears: its own sheet of styles and its logo, on every page that is made while it is put on.
//!
//! A page is a function of what it shows; whose colours it wears is the same for all of them, and is said once a request by
//! `app` instead of being carried through every view. Nothing of it outlives the request.

use maud::{Markup, html};
use std::cell::RefCell;

/// Addresses of the house's own; the default wears what Permanence does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dress {
    pub style: Option<String>,
    pub logo: Option<Picture>,
}

/// A picture with its size in pixels, so that a page does not jump when it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub address: String,
    pub width: u32,
    pub height: u32,
}

thread_local! {
    static WORN: RefCell<Dress> = RefCell::default();
}

/// Makes something while the house wears this.
pub fn wearing<T>(dress: Dress, make: impl FnOnce() -> T) -> T {
    struct Restore(Dress);
    impl Drop for Restore {
        fn drop(&mut self) {
            WORN.replace(std::mem::take(&mut self.0));
        }
    }
    let _restore = Restore(WORN.replace(dress));
    make()
}

/// The sheet of the house's own colours.
pub(super) fn style() -> Option<String> {
    WORN.with_borrow(|dress| dress.style.clone())
}

/// The logo, or nothing. The house's name always stands beside it.
pub fn logo() -> Markup {
    let picture = WORN.with_borrow(|dress| dress.logo.clone());
    html! {
        @if let Some(picture) = picture {
            img.logo src=(picture.address) width=(picture.width) height=(picture.height) alt="";
        }
    }
}

/// Whether there is a logo.
pub(super) fn has_logo() -> bool {
    WORN.with_borrow(|dress| dress.logo.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_worn_is_taken_off_even_by_a_panic() {
        let dress = Dress { style: Some("/assets/maison/0/style.css".into()), logo: None };
        let page = || crate::ui::Frame::new("Maison", "Accueil").page(&html! {}).into_string();
        assert!(wearing(dress.clone(), page).contains("/assets/maison/0/style.css"));
        assert!(!page().contains("/assets/maison/"));
        let panics = std::panic::catch_unwind(|| wearing(dress, || panic!("a page")));
        assert!(panics.is_err() && !page().contains("/assets/maison/"));
    }
}
