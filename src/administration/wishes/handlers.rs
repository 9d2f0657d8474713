//! What the address of an abonné's notices does.

use super::view::{self, WishesPage};
use crate::administration::handlers::{Rubric, flash, frame, note, page};
use crate::base::{Phone, SubscriberId, time};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::messages::model::Kind;
use crate::notices::settings;
use crate::notices::wishes::{self, BySms, Consent, Rhythm, Wishes};
use crate::people::Administrator;
use crate::subscribers::store as subscribers;

/// `GET /administration/abonnes/3/avis`.
pub fn show(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: SubscriberId = request.part(0)?;
    let wishes = house.store.read(|tx| wishes::of(tx, id))?;
    show_form(house, request, admin, 200, &view::form_of(&wishes), &Problems::default())
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
    let (subscriber, secretariat, mail, sms) = house.store.read(|tx| {
        let subscriber = subscribers::subscriber(tx, id)?.ok_or(Error::NotFound)?;
        let mail = house.mail.is_some() || settings::mail(tx)?.is_some();
        Ok((subscriber, house::secretariat(tx)?, mail, settings::sms(tx)?.is_some()))
    })?;
    let content =
        view::wishes(&WishesPage { subscriber: &subscriber, mail_is_set: mail, sms_is_set: sms, form, problems });
    let mut frame = frame(admin, &secretariat, "Avis", Rubric::Subscribers);
    frame.flash = flash(request, "C’est enregistré.");
    Ok(page(status, &frame, &content))
}

/// `POST /administration/abonnes/3/avis`.
pub fn change(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: SubscriberId = request.part(0)?;
    house.store.read(|tx| subscribers::subscriber(tx, id))?.ok_or(Error::NotFound)?;
    match read(&request.form) {
        Ok(wishes) => {
            house.store.write(|tx| wishes::set(tx, id, &wishes))?;
            note(house, request, admin, Action::WishesChanged, format!("abonné {id}"));
            Ok(Answer::see_other(format!("/administration/abonnes/{id}/avis?fait")))
        }
        Err(Error::Invalid(problems)) => show_form(house, request, admin, 422, &request.form, &problems),
        Err(other) => Err(other),
    }
}

/// The wishes as the form says them.
fn read(form: &Form) -> Result<Wishes> {
    let mut problems = Problems::default();
    let from = minute(form, "de", &mut problems);
    let to = minute(form, "a", &mut problems);
    let rhythm = match form.get("rythme") {
        "groupes" => Rhythm::Grouped { minutes: form.get("minutes").trim().parse().unwrap_or(0) },
        "matin" => Rhythm::Digest { minute: minute(form, "heure-matin", &mut problems) },
        _ => Rhythm::AtOnce,
    };
    let content = form.ticked("avec-texte").then(|| Consent::read(form, &mut problems));
    let days: Vec<&str> = form.all("jour").collect();
    let wishes = Wishes {
        addresses: form.get("adresses").split(['\n', ',', ';']).map(str::to_owned).collect(),
        numbers: form.get("numeros").split(['\n', ',', ';']).map(Phone::read).collect(),
        by_sms: if form.get("par-sms") == "tous" { BySms::All } else { BySms::Pressing },
        kinds: Kind::ALL
            .into_iter()
            .map(Kind::word)
            .filter(|word| form.all("type").any(|typed| typed == *word))
            .map(str::to_owned)
            .collect(),
        rhythm,
        from,
        to,
        days: std::array::from_fn(|day| days.contains(&(day + 1).to_string().as_str())),
        urgent_always: form.ticked("urgents"),
        content,
    };
    problems.and(wishes.checked())
}

/// A time of the day; empty is midnight.
fn minute(form: &Form, field: &'static str, problems: &mut Problems) -> u16 {
    use chrono::Timelike;
    let typed = form.get(field).trim();
    match time::parse_time(typed) {
        Some(clock) => (clock.hour() * 60 + clock.minute()) as u16,
        None => {
            if !typed.is_empty() || field == "heure-matin" {
                problems.add(field, "Cette heure n’est pas complète ; par exemple 08:30.");
            }
            0
        }
    }
}
