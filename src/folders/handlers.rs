//! What the addresses of folders do.

use super::view::{self, FoldersPage, OwnPage};
use super::write::{self, Order};
use crate::administration::handlers::{Rubric, frame, note, page};
use crate::administration::removal::store::note_download;
use crate::base::turns::{Seat, Turn};
use crate::base::{Instant, PersonId, SubscriberId};
use crate::error::{Error, Result};
use crate::exports::stream;
use crate::house::{self, House};
use crate::http::{Answer, Request};
use crate::journal::{Action, Entry};
use crate::people::account::handlers as account;
use crate::people::{Administrator, Role, SignedIn, store as people};
use crate::subscribers::store as subscribers;

/// `GET /administration/dossiers`: everything out, everything in.
pub fn folders(house: &House, _: &Request, admin: &Administrator) -> Result<Answer> {
    show_folders(house, admin, 200, None)
}

fn show_folders(house: &House, admin: &Administrator, status: u16, problem: Option<&str>) -> Result<Answer> {
    let (all, secretariat) = house.store.read(|tx| Ok((subscribers::all(tx)?, house::secretariat(tx)?)))?;
    let papers_bytes = house.store.read(crate::fax::store::bytes)?;
    let content =
        view::folders(&FoldersPage { subscribers: &all, bytes: house.store.file_bytes() + papers_bytes, problem });
    Ok(page(status, &frame(admin, &secretariat, "Dossiers", Rubric::Subscribers), &content))
}

/// `POST /administration/dossiers`: the whole house.
pub fn of_house(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let seat = seat(house, admin.who().person.id, "maison", request.now)?;
    let order = Order::of_house(house, request.now)?;
    note(house, request, admin, Action::Downloaded, "maison entière".into());
    deliver(house, seat, order)
}

/// `POST /administration/abonnes/3/telechargement`: one abonné, and a note of it for the page that deletes.
pub fn of_subscriber(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: SubscriberId = request.part(0)?;
    let person = &admin.who().person;
    let seat = seat(house, person.id, &format!("abonné {id}"), request.now)?;
    let order = Order::of_subscriber(house, id, request.now)?;
    house.store.write(|tx| note_download(tx, id, person, request.now))?;
    let entry = Entry::new(request.now, Action::Downloaded).by(person.id, &person.login).about(id);
    house.journal.note(entry.from(request.client));
    deliver(house, seat, order)
}

/// `POST /administration/personnes/4/telechargement`: the account and what the journal says of it.
pub fn of_person(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: PersonId = request.part(0)?;
    house.store.read(|tx| people::person(tx, id))?.ok_or(Error::NotFound)?;
    let mut bytes = Vec::new();
    write::person(house, id, &mut bytes)?;
    note(house, request, admin, Action::Downloaded, format!("compte {id}"));
    let date = request.now.local(house.zone).date();
    let mut answer = Answer::download("application/zip", &format!("compte-{id}-{date}.zip"));
    answer.body = crate::http::Body::Bytes(bytes.into());
    Ok(answer)
}

/// `GET /mon-compte/telechargement`: a client's own abonnés.
pub fn own(house: &House, _: &Request, who: &SignedIn) -> Result<Answer> {
    let Role::Client { subscribers: own } = &who.person.role else { return Err(Error::NotFound) };
    let (all, secretariat) = house.store.read(|tx| {
        let mut all = Vec::new();
        for id in own {
            all.extend(subscribers::subscriber(tx, *id)?.filter(|one| one.active));
        }
        Ok((all, house::secretariat(tx)?))
    })?;
    let frame = account::frame(who, &secretariat.name, "Tout télécharger");
    Ok(account::page(200, &frame, &view::own(&OwnPage { subscribers: &all })))
}

/// `POST /mon-compte/telechargement`: « Tout télécharger », by the abonné itself.
pub fn own_download(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    let Role::Client { subscribers: own } = &who.person.role else { return Err(Error::NotFound) };
    let asked = request.form.get("abonne").parse::<SubscriberId>().ok();
    let id = asked.filter(|id| own.contains(id)).ok_or(Error::NotFound)?;
    house.store.read(|tx| subscribers::subscriber(tx, id))?.filter(|one| one.active).ok_or(Error::NotFound)?;
    let seat = seat(house, who.person.id, &format!("abonné {id}"), request.now)?;
    let order = Order::of_subscriber(house, id, request.now)?;
    let entry = Entry::new(request.now, Action::Downloaded).by(who.person.id, &who.person.login).about(id);
    house.journal.note(entry.from(request.client));
    deliver(house, seat, order)
}

/// A folder is made like any export: two at a time in a house.
fn seat(house: &House, person: PersonId, what: &str, now: Instant) -> Result<Seat> {
    match house.exports.ask(person, what, now) {
        Turn::Seat(seat) => Ok(seat),
        Turn::Wait { .. } => {
            let sentence = "D’autres fichiers sont en préparation : réessayez dans un instant.";
            Err(Error::Unavailable { sentence: sentence.into(), retry_s: 10 })
        }
    }
}

fn deliver(house: &House, seat: Seat, order: Order) -> Result<Answer> {
    let data = house.store.snapshot()?;
    let mut answer = Answer::download("application/zip", &order.file_name);
    answer.body = stream::body(seat, move |out| order.write(&data, out))?;
    Ok(answer)
}
