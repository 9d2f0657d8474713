//! What the addresses of one person do.

use super::view::{self, PersonPage};
use crate::administration::handlers::{Rubric, another, flash, frame, note, page, read_role};
use crate::base::PersonId;
use crate::error::{Error, Problems, Result};
use crate::house::{self, House, Secretariat, Security};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::people::model::NewPerson;
use crate::people::{Administrator, Person, factor, links, sessions, store as people};
use crate::subscribers::store as subscribers;

/// `GET /administration/personnes/4`.
pub fn person(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let person = named(house, request)?;
    show(house, request, admin, 200, &person, &view::person_form(&person), &Problems::default())
}

fn named(house: &House, request: &Request) -> Result<Person> {
    let id: PersonId = request.part(0)?;
    house.store.read(|tx| people::person(tx, id))?.ok_or(Error::NotFound)
}

fn show(
    house: &House,
    request: &Request,
    admin: &Administrator,
    status: u16,
    person: &Person,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let (secretariat, all, sessions, links, factor) = house.store.read(|tx| {
        Ok((
            house::secretariat(tx)?,
            subscribers::all(tx)?,
            sessions::of(tx, person.id, request.now)?,
            links::of(tx, person.id)?.len(),
            factor::of(tx, person.id)?,
        ))
    })?;
    let content = view::person(&PersonPage {
        person,
        own: person.id == admin.who().person.id,
        subscribers: all.iter().filter(|subscriber| subscriber.active).collect(),
        sessions: sessions.iter().map(|found| &found.session).collect(),
        links,
        factor_since: factor.map(|factor| factor.since),
        bookmarks: secretariat.bookmarks,
        zone: house.zone,
        form,
        problems,
    });
    let mut frame = frame(admin, &secretariat, &person.name, Rubric::Persons);
    frame.flash = flash(request, "C’est enregistré.");
    Ok(page(status, &frame, &content))
}

/// `POST /administration/personnes/4`: name, e-mail, role, abonnés, bookmark. Other rights end the person's sessions.
pub fn change_person(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let before = named(house, request)?;
    let form = &request.form;
    let own = before.id == admin.who().person.id;
    // Nobody takes the key from themself.
    let role = if own { Ok(before.role.clone()) } else { read_role(house, form) };
    let bookmark = form.ticked("favori");
    let changed = role
        .and_then(|role| NewPerson::checked(&before.login, form.get("nom"), form.get("email"), role))
        .and_then(|card| house.store.write(|tx| people::set_card(tx, before.id, card, bookmark)));
    match changed {
        Ok((_, rights_changed)) => {
            let action = if rights_changed { Action::RightsChanged } else { Action::PersonChanged };
            note(house, request, admin, action, format!("compte {}", before.id));
            if before.bookmark != bookmark {
                let how = if bookmark { "permis" } else { "interdit" };
                note(house, request, admin, Action::BookmarkSwitched, format!("compte {}, {how}", before.id));
            }
            Ok(Answer::see_other(format!("/administration/personnes/{}?fait", before.id)))
        }
        Err(Error::Invalid(problems)) => show(house, request, admin, 422, &before, form, &problems),
        Err(other) => Err(other),
    }
}

/// `POST /administration/personnes/4/sessions/fin`: signs somebody out everywhere.
pub fn end_sessions(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let person = another_person(house, request, admin)?;
    let ended = house.store.write_into_reserve(|tx| sessions::end_all(tx, person.id))?;
    let object = format!("compte {}, {}", person.id, sessions::counted(ended));
    note(house, request, admin, Action::SessionsEnded, object);
    Ok(Answer::see_other(format!("/administration/personnes/{}?fait", person.id)))
}

fn another_person(house: &House, request: &Request, admin: &Administrator) -> Result<Person> {
    another(request, admin)?;
    named(house, request)
}

/// `POST /administration/personnes/4/liens/revocation`: all personal links, and what they opened.
pub fn revoke_links(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let person = another_person(house, request, admin)?;
    let revoked = house.store.write_into_reserve(|tx| {
        sessions::end_where(tx, person.id, |found| found.is_by_link())?;
        links::revoke_all(tx, person.id)
    })?;
    let links = crate::base::french::count(revoked, "lien", "liens");
    note(house, request, admin, Action::LinkRevoked, format!("compte {}, {links}", person.id));
    Ok(Answer::see_other(format!("/administration/personnes/{}?fait", person.id)))
}

/// `POST /administration/personnes/4/second-facteur/remise-a-zero`: for a telephone that is lost.
pub fn reset_factor(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let person = another_person(house, request, admin)?;
    if house.store.write(|tx| factor::reset(tx, person.id))? {
        note(house, request, admin, Action::SecondFactorOff, format!("compte {}", person.id));
    }
    Ok(Answer::see_other(format!("/administration/personnes/{}?fait", person.id)))
}

/// `POST /administration/securite`: how people sign in to this house.
pub fn change_security(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let form = &request.form;
    let security = Security {
        factor_of_secretaries: form.ticked("facteur-secretaires"),
        factor_of_administrators: form.ticked("facteur-administrateurs"),
    };
    let bookmarks = form.ticked("favoris");
    house.store.write(|tx| {
        house::set_security(tx, &security)?;
        let before = house::secretariat(tx)?;
        house::set_secretariat(tx, &Secretariat { bookmarks, ..before })
    })?;
    let yes_no = |yes: bool| if yes { "oui" } else { "non" };
    let object = format!(
        "favoris {}, second facteur des secrétaires {}, des administrateurs {}",
        yes_no(bookmarks),
        yes_no(security.factor_of_secretaries),
        yes_no(security.factor_of_administrators)
    );
    note(house, request, admin, Action::SecurityChanged, object);
    Ok(Answer::see_other("/administration?fait"))
}
