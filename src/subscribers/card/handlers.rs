//! What the addresses of cards, instructions and availability do, the same at the abonné's own screens and at the
//! switchboard's.

use super::model::{Card, NewInstruction, URGENT_FIELDS, Unavailable, UrgentCall, quick_choices, until};
use super::store::{self, By};
use super::view::{self, InstructionsPage, Typed};
use crate::base::text::clean_line;
use crate::base::time::date_short;
use crate::base::{Phone, limits};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::people::once;
use crate::subscribers::view::{Rubric, frame};
use crate::subscribers::{Desk, Side};
use crate::ui::frame::{Flash, FlashKind, Live, Undo};

/// Instructions of the past that the page shows.
const OVER_MAX: usize = 100;

/// A form that has to come back, and what is wrong with it.
enum Back<'a> {
    Nothing,
    Availability(&'a Form, Problems),
    Instruction(&'a Form, Problems),
    Card(&'a Form, Problems),
}

/// `GET /consignes`.
pub fn instructions(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    show(house, request, desk, 200, Back::Nothing)
}

fn show(house: &House, request: &Request, desk: &Desk, status: u16, back: Back<'_>) -> Result<Answer> {
    let version = house.store.live().version(desk.id().0).to_string();
    let subscriber = desk.subscriber();
    let (local, id) = (request.now.local(subscriber.zone), desk.id());
    let (card, unavailable, open, over, secretariat) = house.store.read(|tx| {
        let card = store::card(tx, id)?;
        let unavailable = store::unavailable(tx, id, request.now)?;
        let open = store::open(tx, id, local.date())?;
        let over = store::over(tx, id, local.date(), OVER_MAX)?;
        Ok((card, unavailable, open, over, house::secretariat(tx)?))
    })?;
    let edited = request.query.find("modifier").and_then(|number| number.parse::<u64>().ok());
    let mut filled =
        edited.and_then(|number| open.iter().find(|one| one.id == number)).map_or_else(Form::default, |one| {
            let day = |day: Option<crate::base::time::Day>| day.map(|day| day.date().to_string()).unwrap_or_default();
            Form::from_iter([
                ("remplace", one.id.to_string()),
                ("texte", one.text.clone()),
                ("du", day(one.from)),
                ("au", day(one.to)),
            ])
        });
    let (nothing, none, mut of_card) = (Form::default(), Problems::default(), card_as_form(&card));
    let (mut absence, mut wrong) = (nothing.clone(), [none.clone(), none.clone(), none]);
    match back {
        Back::Nothing => {}
        Back::Availability(form, problems) => (absence, wrong[0]) = (form.clone(), problems),
        Back::Instruction(form, problems) => (filled, wrong[1]) = (form.clone(), problems),
        Back::Card(form, problems) => (of_card, wrong[2]) = (form.clone(), problems),
    }
    let (base, unique, choices) = (desk.base(), once::number()?, quick_choices(local));
    let content = view::instructions(&InstructionsPage {
        base: &base,
        own: desk.side() == Side::Subscriber,
        name: &subscriber.name,
        now: request.now,
        zone: subscriber.zone,
        unavailable: unavailable.as_ref(),
        choices: &choices,
        open: &open,
        over: &over,
        unique: if once::read(filled.get("unique")).is_some() { filled.get("unique") } else { &unique },
        availability: Typed { form: &absence, problems: &wrong[0] },
        instruction: Typed { form: &filled, problems: &wrong[1] },
        card: Typed { form: &of_card, problems: &wrong[2] },
    });
    let mut frame = frame(desk, &secretariat, "Consignes", Rubric::Instructions);
    let state_href = format!("{base}/messages/etat");
    // What keeps the page up to date counts messages, which are no administrator's to see.
    frame.live = (desk.side() != Side::Administration).then(|| Live {
        state_href,
        version: &version,
        urgent: desk.waiting().urgent,
    });
    frame.flash = flash(request, &base);
    Ok(Answer::page(status, frame.page(&content).into_string()))
}

/// What the last action did, from the address it led to.
fn flash<'a>(request: &Request, base: &str) -> Option<Flash<'a>> {
    let done = |sentence, undo| Some(Flash { kind: FlashKind::Done, sentence, undo });
    let undo = |number: u64| Undo { action: format!("{base}/consignes/{number}/retablissement"), fields: Vec::new() };
    let query = &request.query;
    if let Some(number) = query.find("retiree") {
        return done("Consigne retirée.", number.parse().ok().map(undo));
    }
    match query.find("fait") {
        Some("consigne") => done("Consigne enregistrée : le standard la voit déjà.", None),
        Some("retablie") => done("Consigne rétablie.", None),
        Some("disponibilite") => done("Disponibilité enregistrée : le standard la voit déjà.", None),
        Some("fiche") => done("Fiche enregistrée.", None),
        _ => None,
    }
}

fn card_as_form(card: &Card) -> Form {
    let mut form = Form::from_iter([
        ("revision", card.revision.to_string()),
        ("accueil", card.greeting.clone()),
        ("delai-urgence", card.urgent_after_min.to_string()),
        ("tarifs", card.fees.clone()),
        ("acces", card.access.clone()),
    ]);
    for (call, (name, phone, hours)) in card.urgent_calls.iter().zip(URGENT_FIELDS) {
        form.push(name, call.name.as_str());
        form.push(phone, call.phone.shown());
        form.push(hours, call.hours.as_str());
    }
    form
}

fn by(desk: &Desk) -> By<'_> {
    By { person: desk.who().person.id, name: &desk.who().person.name }
}

fn note(house: &House, request: &Request, desk: &Desk, action: Action, object: impl Into<String>) {
    house.journal.note(desk.entry(request.now, action).object(object).from(request.client));
}

/// `POST /consignes`: a new instruction, or one in place of another.
pub fn write(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let form = &request.form;
    let today = request.now.local(desk.subscriber().zone).date();
    let new = match NewInstruction::read(form.get("texte"), form.get("du"), form.get("au"), today) {
        Ok(new) => new,
        Err(Error::Invalid(problems)) => {
            return show(house, request, desk, 422, Back::Instruction(form, problems));
        }
        Err(other) => return Err(other),
    };
    let replaces = match form.get("remplace") {
        "" => None,
        number => Some(number.parse::<u64>().map_err(|_| Error::NotFound)?),
    };
    let (unique, person) = (once::read(form.get("unique")), desk.who().person.id);
    let address = format!("{}/consignes?fait=consigne", desk.base());
    let written = house.store.write(|tx| {
        if once::done(tx, person, unique)?.is_some() {
            return Ok(None);
        }
        let one = store::write(tx, desk.id(), new, replaces, by(desk), request.now)?;
        once::note(tx, person, unique, request.now, &address)?;
        Ok(Some(one.id))
    });
    let written = match written {
        Ok(written) => written,
        Err(Error::Conflict(sentence)) => {
            // Nothing typed is lost: sent again, it is a new instruction beside the other's.
            let mut problems = Problems::default();
            problems.add(
                "texte",
                format!("{sentence} Votre texte est encore là : enregistrez-le comme une nouvelle consigne si besoin."),
            );
            let kept = Form::from_iter(form.iter().filter(|(name, _)| *name != "remplace"));
            return show(house, request, desk, 422, Back::Instruction(&kept, problems));
        }
        Err(other) => return Err(other),
    };
    if let Some(id) = written {
        note(house, request, desk, Action::InstructionsChanged, format!("consigne {id}"));
    }
    Ok(Answer::see_other(address))
}

/// `POST /consignes/4/retrait`.
pub fn remove(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let id: u64 = request.part(0)?;
    house.store.write(|tx| store::remove(tx, desk.id(), id, by(desk), request.now))?;
    note(house, request, desk, Action::InstructionsChanged, format!("consigne {id} retirée"));
    Ok(Answer::see_other(format!("{}/consignes?retiree={id}", desk.base())))
}

/// `POST /consignes/4/retablissement`: « Annuler » after « Retirer ».
pub fn bring_back(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let id: u64 = request.part(0)?;
    house.store.write(|tx| store::bring_back(tx, desk.id(), id))?;
    note(house, request, desk, Action::InstructionsChanged, format!("consigne {id} rétablie"));
    Ok(Answer::see_other(format!("{}/consignes?fait=retablie", desk.base())))
}

/// `POST /disponibilite`: « Indisponible jusqu’à … » or « Disponible », by the button that was pressed.
pub fn set_availability(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let form = &request.form;
    let zone = desk.subscriber().zone;
    let mut reason = form.get("motif").to_owned();
    clean_line(&mut reason);
    let read = match form.get("jusqu-a") {
        "" => Err(Error::invalid("date", "Choisissez jusqu’à quand.")),
        _ if reason.chars().count() > limits::LINE_CHARS_MAX => {
            Err(Error::invalid("motif", format!("Le motif dépasse {} caractères.", limits::LINE_CHARS_MAX)))
        }
        "disponible" => Ok(None),
        word => until(word, form.get("date"), form.get("heure"), request.now, zone).map(|until| {
            let (who, person) = (desk.who().person.name.clone(), Some(desk.who().person.id));
            Some(Unavailable { since: request.now, until, reason, who, person })
        }),
    };
    let unavailable = match read {
        Ok(unavailable) => unavailable,
        Err(Error::Invalid(problems)) => {
            return show(house, request, desk, 422, Back::Availability(form, problems));
        }
        Err(other) => return Err(other),
    };
    house.store.write(|tx| store::set_unavailable(tx, desk.id(), unavailable.as_ref()))?;
    let object = match unavailable.as_ref().map(|one| one.until) {
        None => "disponible".into(),
        Some(None) => "indisponible".into(),
        Some(Some(until)) => format!("indisponible jusqu’au {}", date_short(until.local(zone).date())),
    };
    note(house, request, desk, Action::AvailabilityChanged, object);
    Ok(Answer::see_other(format!("{}/consignes?fait=disponibilite", desk.base())))
}

/// `POST /fiche`: greeting, whom to call, fees, ways in.
pub fn change_card(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let form = &request.form;
    let text = |name: &str| form.get(name).to_owned();
    let card = Card {
        greeting: text("accueil"),
        urgent_calls: URGENT_FIELDS
            .iter()
            .map(|(name, phone, hours)| UrgentCall {
                name: text(name),
                phone: Phone::read(form.get(phone)),
                hours: text(hours),
            })
            .collect(),
        // What is no number is as wrong as zero.
        urgent_after_min: form.get("delai-urgence").trim().parse().unwrap_or(0),
        fees: text("tarifs"),
        access: text("acces"),
        revision: 0,
    };
    let seen = form.get("revision").parse().ok();
    let written = card.checked().and_then(|card| house.store.write(|tx| store::change_card(tx, desk.id(), card, seen)));
    match written {
        Ok(()) => {}
        Err(Error::Invalid(problems)) => return show(house, request, desk, 422, Back::Card(form, problems)),
        Err(Error::Conflict(sentence)) => {
            let mut problems = Problems::default();
            problems.add("accueil", sentence);
            let revision = house.store.read(|tx| store::card(tx, desk.id()))?.revision.to_string();
            let kept = form.iter().map(|(name, value)| (name, if name == "revision" { &revision } else { value }));
            let kept = Form::from_iter(kept);
            return show(house, request, desk, 422, Back::Card(&kept, problems));
        }
        Err(other) => return Err(other),
    }
    note(house, request, desk, Action::CardChanged, "fiche");
    Ok(Answer::see_other(format!("{}/consignes?fait=fiche", desk.base())))
}
