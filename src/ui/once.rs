//! What is shown once: a link, a token, a password, a secret, of which only a hash is kept.

use super::Icon;
use maud::{Markup, html};

/// The warning, then the thing itself under « What « name » », ready to be copied.
pub fn shown_once(warning: &str, what: &str, name: &str, value: &str) -> Markup {
    html! {
        div.flash.notice role="status" {
            (Icon::Notice)
            p { (warning) }
        }
        article.slip {
            h1 { (what) " « " bdi { (name) } " »" }
            p { code.once data-copy { (value) } }
        }
    }
}
