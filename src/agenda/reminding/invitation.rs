//! `/rendez-vous/JETON`: a contact's own page. It shows when and where, never whom or why; looking changes nothing, so that
//! programs which open links of mails ahead cancel nothing.

use super::view::{self, InvitationPage, Standing};
use crate::agenda::appointments;
use crate::base::{Instant, time};
use crate::error::{Error, Result};
use crate::house::{self, House};
use crate::http::{Answer, Request};
use crate::journal::{Action, Entry};
use crate::people::Visitor;
use crate::reminders::Watched;
use crate::reminders::links::{self, Whose};
use crate::reminders::settings::{self, Settings};
use crate::store::Reads;
use crate::subscribers::{Subscriber, store as subscribers};
use crate::ui::Frame;
use maud::Markup;

/// What a link leads to.
struct Invited {
    whose: Whose,
    watched: Watched,
    subscriber: Subscriber,
    settings: Settings,
}

impl Invited {
    fn find(tx: &impl Reads, request: &Request) -> Result<Invited> {
        let token: String = request.part(0)?;
        let (whose, watched) = links::find(tx, &token, request.now)?;
        let subscriber = subscribers::subscriber(tx, whose.subscriber)?.filter(|subscriber| subscriber.active);
        let subscriber = subscriber.ok_or(Error::NotFound)?;
        let settings = settings::of(tx, subscriber.id)?;
        Ok(Invited { whose, watched, subscriber, settings })
    }

    /// Whether the contact may still cancel by itself.
    fn may_cancel(&self, now: Instant) -> bool {
        let hours = self.settings.cancel_hours;
        hours.is_some_and(|hours| now < self.watched.start.plus_ms(-i64::from(hours) * time::HOUR_MS))
    }

    fn standing(&self, now: Instant) -> Standing {
        if self.watched.gone {
            Standing::Cancelled
        } else if self.watched.confirmed.is_some() {
            Standing::Confirmed { may_cancel: self.may_cancel(now) }
        } else {
            Standing::Open { may_cancel: self.may_cancel(now) }
        }
    }
}

/// `GET /rendez-vous/JETON`.
pub fn show(house: &House, request: &Request, _: &Visitor) -> Result<Answer> {
    page(house, request, false)
}

/// `GET /rendez-vous/JETON/annulation`: the question before it is cancelled.
pub fn cancel_form(house: &House, request: &Request, _: &Visitor) -> Result<Answer> {
    page(house, request, true)
}

fn page(house: &House, request: &Request, asks: bool) -> Result<Answer> {
    let token: String = request.part(0)?;
    let (invited, secretariat) = house.store.read(|tx| {
        let invited = match Invited::find(tx, request) {
            Ok(invited) => Some(invited),
            Err(Error::NotFound) => None,
            Err(other) => return Err(other),
        };
        Ok((invited, house::secretariat(tx)?))
    })?;
    let frame = |content: &Markup| Frame::new(&secretariat.name, "Votre rendez-vous").page(content).into_string();
    let Some(invited) = invited else {
        let phone = secretariat.phone.shown();
        return Ok(Answer::page(404, frame(&view::no_invitation(&phone))).with("Cache-Control", "no-store"));
    };
    let watched = &invited.watched;
    let place = if watched.visit { "À votre domicile" } else { invited.settings.place.as_str() };
    let line = invited.subscriber.lines.first().unwrap_or(&secretariat.phone);
    let standing = invited.standing(request.now);
    let asks =
        asks && matches!(standing, Standing::Open { may_cancel: true } | Standing::Confirmed { may_cancel: true });
    let content = view::invitation(&InvitationPage {
        token: &token,
        date: &time::date_in_words(watched.day.date()),
        hour: &time::minute_of_day(watched.minute),
        place,
        phone: line,
        standing,
        asks,
        stopped: request.query.find("arret").is_some(),
    });
    Ok(Answer::page(200, frame(&content)).with("Cache-Control", "no-store"))
}

/// `POST /rendez-vous/JETON/confirmation`.
pub fn confirm(house: &House, request: &Request, visitor: &Visitor) -> Result<Answer> {
    act(house, request, visitor, |invited| {
        let news = house.store.write(|tx| links::confirm(tx, invited.whose, request.now))?;
        if news {
            note(house, request, invited, Action::AppointmentChanged, "confirmé par le contact");
        }
        Ok("")
    })
}

/// `POST /rendez-vous/JETON/annulation`: frees the time, and leaves a message for the abonné.
pub fn cancel(house: &House, request: &Request, visitor: &Visitor) -> Result<Answer> {
    act(house, request, visitor, |invited| {
        if invited.watched.gone || !invited.may_cancel(request.now) {
            return Ok("");
        }
        let id = invited.whose.appointment;
        let cancelled =
            house.store.write(|tx| appointments::cancel_by_contact(tx, &invited.subscriber, id, request.now));
        match cancelled {
            Ok(_) => note(house, request, invited, Action::AppointmentCancelled, "par le contact"),
            // Somebody else was first: the page says that it is cancelled.
            Err(Error::NotFound) => {}
            Err(other) => return Err(other),
        }
        Ok("")
    })
}

/// `POST /rendez-vous/JETON/arret`: the contact wants to hear no more; the appointment stands.
pub fn stop(house: &House, request: &Request, visitor: &Visitor) -> Result<Answer> {
    act(house, request, visitor, |invited| {
        let card = house.store.write(|tx| links::stop(tx, invited.whose, request.now))?;
        if let Some(card) = card {
            note(house, request, invited, Action::ContactChanged, &format!("fiche {card} : plus de rappels"));
        }
        Ok("?arret=1")
    })
}

/// Does what a form asks for, and leads back to the page; a link that is no more leads there too, which says so.
fn act(
    house: &House,
    request: &Request,
    _: &Visitor,
    act: impl FnOnce(&Invited) -> Result<&'static str>,
) -> Result<Answer> {
    let token: String = request.part(0)?;
    let invited = match house.store.read(|tx| Invited::find(tx, request)) {
        Ok(invited) => invited,
        Err(Error::NotFound) => return page(house, request, false),
        Err(other) => return Err(other),
    };
    let query = act(&invited)?;
    Ok(Answer::see_other(format!("/rendez-vous/{token}{query}")))
}

fn note(house: &House, request: &Request, invited: &Invited, action: Action, what: &str) {
    let object = format!("rendez-vous {}, {what}", invited.whose.appointment);
    let entry = Entry::new(request.now, action).about(invited.subscriber.id).object(object);
    house.journal.note(entry.from(request.client));
}
