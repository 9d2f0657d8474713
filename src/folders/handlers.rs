//! What the addresses of folders do.

use super::bring;
use super::elsewhere::table::{COLUMNS_MAX, Column};
use super::elsewhere::view::ParcelPage;
use super::elsewhere::{self, Parcel};
use super::read::Folder;
use super::view::{self, FoldersPage, OwnPage, PreviewPage};
use super::write::{Order, person};
use crate::administration::handlers::{Rubric, frame, note, page};
use crate::administration::removal::store::note_download;
use crate::base::turns::{Seat, Turn};
use crate::base::{Instant, PersonId, SubscriberId, french};
use crate::error::{Error, Result};
use crate::exports::stream;
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::{Action, Entry};
use crate::people::account::handlers as account;
use crate::people::{Administrator, Role, SignedIn, store as people};
use crate::store::uploads::{Kept, Place};
use crate::subscribers::store as subscribers;
use crate::ui::frame::{Flash, FlashKind};
use std::io::Cursor;

/// `GET /administration/dossiers`: everything out, everything in.
pub fn folders(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let done = request.query.find("repris").and_then(sentence);
    show_folders(house, admin, 200, None, done.as_deref())
}

/// « 2 abonnés et 3 comptes repris. », from the address that an import leads to.
fn sentence(figures: &str) -> Option<String> {
    let (subscribers, accounts) = figures.split_once('-')?;
    let (subscribers, accounts) = (subscribers.parse().ok()?, accounts.parse().ok()?);
    if subscribers == 0 {
        return Some("Tout ce que ce dossier contient était déjà là.".into());
    }
    let count = french::count(subscribers, "abonné repris", "abonnés repris");
    let accounts = match accounts {
        0 => String::new(),
        some => format!(", avec {} à ouvrir", french::count(some, "compte", "comptes")),
    };
    Some(format!("{count}{accounts}."))
}

fn show_folders(
    house: &House,
    admin: &Administrator,
    status: u16,
    problem: Option<&str>,
    done: Option<&str>,
) -> Result<Answer> {
    let (all, secretariat) = house.store.read(|tx| Ok((subscribers::all(tx)?, house::secretariat(tx)?)))?;
    let papers_bytes = house.store.read(crate::fax::store::bytes)?;
    let content =
        view::folders(&FoldersPage { subscribers: &all, bytes: house.store.file_bytes() + papers_bytes, problem });
    let mut frame = frame(admin, &secretariat, "Dossiers", Rubric::Subscribers);
    frame.flash = done.map(|sentence| Flash { kind: FlashKind::Done, sentence, undo: None });
    Ok(page(status, &frame, &content))
}

/// The file that an administrator brought.
fn place(admin: &Administrator) -> Place {
    // No abonné has this number: what a folder holds belongs to none of here yet.
    Place { person: admin.who().person.id, subscriber: SubscriberId(0), purpose: "dossier" }
}

/// `POST /administration/dossiers/reprise`: takes the file, writes nothing.
pub fn receive(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let Some(file) = request.files.find("fichier").filter(|file| !file.bytes.is_empty()) else {
        return show_folders(house, admin, 422, Some("Choisissez un fichier, puis envoyez-le."), None);
    };
    match open(house, file.bytes, &Form::default(), request.now) {
        Ok(_) => {}
        Err(Error::Invalid(problems)) => {
            return show_folders(house, admin, 422, Some(&Error::Invalid(problems).to_string()), None);
        }
        Err(other) => return Err(other),
    }
    let mark = house.uploads.keep(place(admin), file.name, file.bytes, request.now)?;
    Ok(Answer::see_other(format!("/administration/dossiers/reprise/{mark}")))
}

fn kept(house: &House, request: &Request, admin: &Administrator) -> Result<Kept> {
    let mark = request.parts.first().map(String::as_str).unwrap_or_default();
    house.uploads.find(place(admin), mark, request.now)?.ok_or(Error::NotFound)
}

/// What somebody brought.
enum Brought<'b> {
    Folder(Box<Folder<'b>>),
    Parcel(Box<Parcel>),
}

/// Opens a file, whatever it is; `form` says what a spreadsheet's columns are.
fn open<'b>(house: &House, bytes: &'b [u8], form: &Form, now: Instant) -> Result<Brought<'b>> {
    let today = now.local(house.zone).date();
    let chosen: Vec<Option<Column>> =
        (0..COLUMNS_MAX).map(|column| Column::from_word(form.get(&format!("colonne-{column}")))).collect();
    if !bytes.starts_with(b"PK") {
        return Ok(Brought::Parcel(Box::new(elsewhere::read(bytes, &chosen, house.zone, today)?)));
    }
    match Folder::open(Cursor::new(bytes)) {
        Ok(folder) => Ok(Brought::Folder(Box::new(folder))),
        // A zip of tables has no manifest.
        Err(why) => match elsewhere::easy::read(bytes, house.zone, today) {
            Some(Ok(parcel)) => Ok(Brought::Parcel(Box::new(parcel))),
            _ => Err(why),
        },
    }
}

/// `GET /administration/dossiers/reprise/{envoi}`: what would come of it.
pub fn preview(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let kept = kept(house, request, admin)?;
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = frame(admin, &secretariat, "Aperçu de la reprise", Rubric::Subscribers);
    frame.sheets = &["contact-work"];
    let (name, mark) = (kept.name.as_str(), kept.mark.as_str());
    let content = match open(house, &kept.bytes, &request.query, request.now)? {
        Brought::Folder(mut folder) => {
            let accounts = folder.accounts()?;
            let plan = house.store.read(|tx| bring::plan(tx, &folder.manifest, &accounts))?;
            view::preview(&PreviewPage { name, mark, manifest: &folder.manifest, plan: &plan, zone: house.zone })
        }
        Brought::Parcel(parcel) => {
            let shares = house.store.read(|tx| elsewhere::plan(tx, &parcel, request.now))?;
            elsewhere::view::preview(&ParcelPage { name, mark, parcel: &parcel, shares: &shares })
        }
    };
    Ok(page(200, &frame, &content))
}

/// `POST /administration/dossiers/reprise/{envoi}`: brings it in. Sent twice, the second finds the file used.
pub fn write(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let kept = kept(house, request, admin)?;
    let Some(taken) = house.uploads.take(&kept)? else { return Err(Error::NotFound) };
    let person = Some(&admin.who().person);
    let written = open(house, &kept.bytes, &request.form, request.now).and_then(|brought| match brought {
        Brought::Folder(mut folder) => {
            let brought = bring::write(house, &mut folder, person, request.now)?;
            Ok((brought.subscribers.len() as u64, brought.accounts))
        }
        Brought::Parcel(parcel) => {
            elsewhere::write(house, &parcel, person, request.now).map(|written| (written.len() as u64, 0))
        }
    });
    let (subscribers, accounts) = match written {
        Ok(figures) => figures,
        Err(cause) => {
            // Nothing came: the same file may be tried again.
            taken.give_back()?;
            return Err(cause);
        }
    };
    taken.used()?;
    Ok(Answer::see_other(format!("/administration/dossiers?repris={subscribers}-{accounts}")))
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
    person(house, id, &mut bytes)?;
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
