//! What the addresses of the key do.

use super::view::{self, ProofKeysPage};
use crate::administration::handlers::{Rubric, flash, frame, note, page};
use crate::error::Result;
use crate::house::{self, House};
use crate::http::{Answer, Request};
use crate::journal::Action;
use crate::people::Administrator;
use crate::proofs::keys;

/// `GET /administration/preuves`.
pub fn show(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let (secretariat, keys) = house.store.read(|tx| Ok((house::secretariat(tx)?, keys::all(tx)?)))?;
    let content = view::keys(&ProofKeysPage { keys: &keys, zone: house.zone });
    let mut frame = frame(admin, &secretariat, "Preuves de transmission", Rubric::State);
    frame.flash = flash(request, "Les preuves sont désormais signées d’une nouvelle clé.");
    Ok(page(200, &frame, &content))
}

/// `POST /administration/preuves`: a new key.
pub fn renew(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    house.store.write(|tx| keys::renew(tx, request.now))?;
    note(house, request, admin, Action::ProofKeyRenewed, String::new());
    Ok(Answer::see_other("/administration/preuves?fait"))
}
