//! Icons: our own drawings, on one grid of 24 with one stroke, kept in one sprite. A word always stands beside an icon.

use super::assets;
use maud::Render;

macro_rules! icons {
    ($($(#[$doc:meta])* $icon:ident = $name:literal,)+) => {
        /// A drawing of `assets/icons`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon {
            $($(#[$doc])* $icon,)+
        }

        impl Icon {
            pub const ALL: &'static [Icon] = &[$(Icon::$icon),+];

            /// The file's name, and the symbol's in the sprite.
            pub fn name(self) -> &'static str {
                match self {
                    $(Icon::$icon => $name,)+
                }
            }
        }
    };
}

icons! {
    /// A message of kind information.
    Information = "information",
    /// A message of kind bip/SMS.
    Sms = "sms",
    /// A message of kind rendez-vous.
    Appointment = "appointment",
    /// A message of kind visite.
    Visit = "visit",
    /// A message of kind fax.
    Fax = "fax",
    Urgent = "urgent",
    Archive = "archive",
    Restore = "restore",
    Print = "print",
    Export = "export",
    Search = "search",
    Calendar = "calendar",
    Contacts = "contacts",
    /// Consignes.
    Instructions = "instructions",
    Help = "help",
    SignOut = "sign-out",
    /// Blocks a slot of the agenda.
    Padlock = "padlock",
    /// Frees a slot, or makes it unworked.
    Bin = "bin",
    /// The blue arrow: makes a slot worked again.
    Arrow = "arrow",
    Phone = "phone",
    Map = "map",
    Mail = "mail",
    Answer = "answer",
    Check = "check",
    Cross = "cross",
    Plus = "plus",
    Settings = "settings",
    User = "user",
    Clock = "clock",
    Sound = "sound",
    Bell = "bell",
    /// The switchboard.
    Headset = "headset",
    Journal = "journal",
    /// What was done, by month.
    Counters = "counters",
    Previous = "previous",
    Next = "next",
    Eye = "eye",
    Send = "send",
    /// A circled « i ».
    Notice = "notice",
    /// Administration, abonnés.
    Office = "office",
    Key = "key",
    /// The house's own: a line, and the lamp that says somebody is on it.
    Mark = "mark",
}

impl Render for Icon {
    fn render_to(&self, out: &mut String) {
        // Written by hand: a page of messages bears some three hundred of them.
        out.push_str("<svg class=\"i\" aria-hidden=\"true\"><use href=\"");
        out.push_str(assets::sprite());
        out.push_str(self.name());
        out.push_str("\"></use></svg>");
    }
}
