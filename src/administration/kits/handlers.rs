//! What the addresses of kits do for an administrator.

use super::view::{self, KitsPage, WishPage};
use crate::administration::handlers::{Rubric, flash, frame, note, page};
use crate::base::SubscriberId;
use crate::continuity::store::{self, Wish};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::notices::wishes::Consent;
use crate::people::Administrator;
use crate::subscribers::store as subscribers;

/// `GET /administration/kits`.
pub fn list(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let (secretariat, night, wishes) = house.store.read(|tx| {
        let mut wishes = Vec::new();
        for subscriber in subscribers::all(tx)? {
            wishes.push((store::wish(tx, subscriber.id)?, subscriber));
        }
        Ok((house::secretariat(tx)?, store::night(tx)?, wishes))
    })?;
    let folder = house.kits.as_ref().map(|folder| folder.display().to_string());
    let content = view::kits(&KitsPage {
        folder: folder.as_deref(),
        night: night.as_ref(),
        subscribers: wishes.iter().map(|(wish, subscriber)| (subscriber, wish.as_ref())).collect(),
        time: house.expiry_time,
        zone: house.zone,
    });
    let mut frame = frame(admin, &secretariat, "Kits de secours", Rubric::State);
    frame.flash = flash(request, "C’est enregistré.");
    Ok(page(200, &frame, &content))
}

/// `GET /administration/abonnes/3/kit`.
pub fn show(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: SubscriberId = request.part(0)?;
    let wish = house.store.read(|tx| store::wish(tx, id))?;
    show_form(house, request, admin, 200, &view::form_of(wish.as_ref()), &Problems::default())
}

fn show_form(
    house: &House,
    request: &Request,
    admin: &Administrator,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let id: SubscriberId = request.part(0)?;
    let (subscriber, secretariat) = house
        .store
        .read(|tx| Ok((subscribers::subscriber(tx, id)?.ok_or(Error::NotFound)?, house::secretariat(tx)?)))?;
    let content = view::wish(&WishPage { subscriber: &subscriber, form, problems });
    let mut frame = frame(admin, &secretariat, "Kit de secours", Rubric::Subscribers);
    frame.flash = flash(request, "C’est enregistré.");
    Ok(page(status, &frame, &content))
}

/// `POST /administration/abonnes/3/kit`.
pub fn change(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: SubscriberId = request.part(0)?;
    house.store.read(|tx| subscribers::subscriber(tx, id))?.ok_or(Error::NotFound)?;
    match read(&request.form) {
        Ok(wish) => {
            house.store.write(|tx| store::set_wish(tx, id, wish.as_ref()))?;
            note(house, request, admin, Action::KitWishChanged, format!("abonné {id}"));
            Ok(Answer::see_other(format!("/administration/abonnes/{id}/kit?fait")))
        }
        Err(Error::Invalid(problems)) => show_form(house, request, admin, 422, &request.form, &problems),
        Err(other) => Err(other),
    }
}

/// The wish as the form says it; `None` where nothing is to be sent.
fn read(form: &Form) -> Result<Option<Wish>> {
    if !form.ticked("envoyer") {
        return Ok(None);
    }
    let mut problems = Problems::default();
    let wish = Wish {
        addresses: form.get("adresses").split(['\n', ',', ';']).map(str::to_owned).collect(),
        consent: Consent::read(form, &mut problems),
    };
    problems.and(wish.checked()).map(Some)
}
