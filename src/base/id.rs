//! Numbers that name things, one type each, so that one can't stand for another.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();
            /// Takes plain decimal digits without a sign or leading zero, as our addresses write them.
            fn from_str(text: &str) -> Result<Self, ()> {
                if text.is_empty() || text.starts_with('0') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(());
                }
                text.parse().map($name).map_err(|_| ())
            }
        }
    };
}

id!(
    /// An abonné: a practice or a firm.
    SubscriberId
);
id!(
    /// Somebody who signs in.
    PersonId
);
id!(
    /// A message's number, per abonné from 1, never used again.
    MessageNumber
);
id!(
    /// A contact card, numbered per abonné from 1, never used again.
    ContactId
);
id!(
    /// An appointment, numbered per abonné from 1, never used again.
    AppointmentId
);
id!(
    /// A letter of the outbox.
    LetterId
);
id!(
    /// A fax or document, numbered for the whole house, never used again.
    FaxId
);
