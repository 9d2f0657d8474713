//! « Voir comme »: begun and ended here; the screens themselves are the abonné's own.

use crate::base::SubscriberId;
use crate::error::Result;
use crate::house::House;
use crate::http::{Answer, Request};
use crate::journal::{Action, Entry};
use crate::people::Administrator;
use crate::subscribers::look;

/// `POST /administration/abonnes/3/vue`.
pub fn begin(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: SubscriberId = request.part(0)?;
    let before = house.store.write(|tx| look::begin(tx, admin.who(), id, request.now))?;
    if let Some(before) = before {
        house.journal.note(before.end_entry(request.now).from(request.client));
    }
    let person = &admin.who().person;
    let entry = Entry::new(request.now, Action::LookBegun).by(person.id, &person.login).about(id);
    house.journal.note(entry.from(request.client));
    Ok(Answer::see_other("/messages"))
}

/// `POST /administration/vue/fin`: back to the abonné's settings; to all of them when the look had ended by itself.
pub fn end(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let ended = house.store.write(|tx| look::end(tx, admin.who()))?;
    let Some(look) = ended else { return Ok(Answer::see_other("/administration/abonnes")) };
    house.journal.note(look.end_entry(request.now).from(request.client));
    Ok(Answer::see_other(format!("/administration/abonnes/{}", look.subscriber)))
}
