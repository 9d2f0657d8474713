//! « Rappels »: the same page for the abonné and for the secretariat at its desk.

use super::view::{self, Sample, SettingsPage};
use crate::agenda::appointments;
use crate::agenda::following;
use crate::agenda::model::Minute;
use crate::base::time;
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::notices::settings as servers;
use crate::reminders::meetings;
use crate::reminders::settings::{self, DAYS_MAX, HOURS_MAX, LEADS_MAX, Settings};
use crate::reminders::text::Values;
use crate::reminders::times::Lead;
use crate::subscribers::Desk;
use crate::subscribers::view::{Rubric, frame};
use crate::ui::frame::{Flash, FlashKind};
use chrono::Duration;

/// The fields of each reminder: when, and at what time.
pub(super) const LEAD_FIELDS: [(&str, &str); LEADS_MAX] =
    [("quand-1", "heure-1"), ("quand-2", "heure-2"), ("quand-3", "heure-3")];

/// `GET /agenda/rappels`.
pub fn show(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let kept = house.store.read(|tx| settings::of(tx, desk.id()))?;
    page(house, request, desk, 200, &form_of(&kept), &Problems::default())
}

/// `POST /agenda/rappels`.
pub fn change(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let new = match read(&request.form) {
        Ok(new) => new,
        Err(Error::Invalid(problems)) => return page(house, request, desk, 422, &request.form, &problems),
        Err(other) => return Err(other),
    };
    house.store.write(|tx| {
        let coming = appointments::coming(tx, desk.id(), request.now)?;
        let meetings: Vec<_> = coming.iter().map(following::meeting).collect();
        meetings::set(tx, desk.subscriber(), &new, &meetings, request.now)
    })?;
    house.alarm.ring();
    let entry = desk.entry(request.now, Action::AgendaRulesChanged).object("rappels");
    house.journal.note(entry.from(request.client));
    Ok(Answer::see_other(format!("{}/agenda/rappels?fait=1", desk.base())))
}

fn page(
    house: &House,
    request: &Request,
    desk: &Desk,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let (secretariat, mail, sms) = house.store.read(|tx| {
        let mail = match &house.mail {
            Some(fixed) => Some(fixed.clone()),
            None => servers::mail(tx)?,
        };
        Ok((house::secretariat(tx)?, mail, servers::sms(tx)?.is_some()))
    })?;
    let subscriber = desk.subscriber();
    let tomorrow = request.now.local(subscriber.zone).date() + Duration::days(1);
    let phone = subscriber.lines.first().unwrap_or(&secretariat.phone).shown();
    let values = Values {
        name: "Mme DUPONT Marie".into(),
        first_name: "Marie".into(),
        date: time::date_in_words(tomorrow),
        hour: "09:15".into(),
        place: form.get("lieu").trim().to_owned(),
        subscriber: subscriber.name.clone(),
        phone,
    };
    let site = mail.as_ref().map(|mail| mail.site.clone()).unwrap_or_default();
    let link = (!site.is_empty()).then(|| format!("{site}/rendez-vous/kZ3vQ0x7TnW5uYb2Lc8RdA"));
    let base = desk.base();
    let content = view::settings(&SettingsPage {
        base: &base,
        clients_called: &subscriber.clients_called,
        mail_is_set: mail.is_some(),
        sms_is_set: sms,
        sample: Sample { values: &values, link: link.as_deref() },
        form,
        problems,
    });
    let mut frame = frame(desk, &secretariat, "Rappels", Rubric::Agenda);
    frame.scripts = &["reminders"];
    let done = request.query.find("fait").is_some() && status == 200;
    frame.flash = done.then_some(Flash { kind: FlashKind::Done, sentence: "C’est enregistré.", undo: None });
    Ok(Answer::page(status, frame.page(&content).into_string()))
}

/// The settings as the form shows them.
pub(super) fn form_of(settings: &Settings) -> Form {
    let mut form = Form::default();
    for (name, set) in [
        ("actif", settings.on),
        ("par-email", settings.by_email),
        ("par-sms", settings.by_sms),
        ("confirmation", settings.confirmations),
    ] {
        if set {
            form.push(name, "1");
        }
    }
    for (place, (when, at)) in LEAD_FIELDS.into_iter().enumerate() {
        let (word, time) = match settings.leads.get(place) {
            Some(Lead::Days { days, minute }) => (format!("j{days}"), Minute(*minute).to_string()),
            Some(Lead::Hours { hours }) => (format!("h{hours}"), "18:00".to_owned()),
            None => (String::new(), "18:00".to_owned()),
        };
        form.push(when, word);
        form.push(at, time);
    }
    form.push("lieu", settings.place.clone());
    form.push("texte-rappel", settings.reminder.clone());
    form.push("texte-confirmation", settings.confirmation.clone());
    form.push("annulation", settings.cancel_hours.map(|hours| hours.to_string()).unwrap_or_default());
    form
}

fn read(form: &Form) -> Result<Settings> {
    let mut problems = Problems::default();
    let mut leads = Vec::new();
    for (when, at) in LEAD_FIELDS {
        let word = form.get(when);
        let number = |letter: char, most: u8| {
            word.strip_prefix(letter).and_then(|digits| digits.parse::<u8>().ok()).filter(|number| *number <= most)
        };
        let lead = match (number('j', DAYS_MAX), number('h', HOURS_MAX)) {
            (Some(days), _) => match Minute::read(form.get(at)).filter(|minute| *minute < Minute::END) {
                Some(minute) => Lead::Days { days, minute: minute.0 },
                None => {
                    problems.add(at, "Indiquez l’heure de ce rappel, par exemple 18:00.");
                    continue;
                }
            },
            (None, Some(hours)) if hours > 0 => Lead::Hours { hours },
            _ if word.is_empty() => continue,
            _ => {
                problems.add(when, "Choisissez l’un des moments proposés.");
                continue;
            }
        };
        if !leads.contains(&lead) {
            leads.push(lead);
        }
    }
    let typed = form.get("annulation").trim();
    let cancel_hours = typed.parse::<u16>().ok().filter(|hours| *hours <= 14 * 24);
    if cancel_hours.is_none() && !typed.is_empty() {
        problems.add("annulation", "Choisissez l’un des délais proposés.");
    }
    let settings = Settings {
        on: form.ticked("actif"),
        by_email: form.ticked("par-email"),
        by_sms: form.ticked("par-sms"),
        confirmations: form.ticked("confirmation"),
        leads,
        place: form.get("lieu").into(),
        reminder: form.get("texte-rappel").into(),
        confirmation: form.get("texte-confirmation").into(),
        cancel_hours,
    };
    problems.and(settings.checked())
}
