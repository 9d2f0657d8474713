//! The call pop-up address: what a telephone system knows of a call, in whatever notation it has, leads to the abonné whose
//! line rings.

use super::handlers::console_frame;
use super::ringing;
use super::view::popup::{self as view, Candidate, PopupPage, TelephonePage};
use crate::base::Phone;
use crate::contacts::store as contacts;
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::form::{decode, encode};
use crate::http::{Answer, Form, Request};
use crate::journal::{Action, Entry};
use crate::people::Secretary;
use crate::subscribers::{self, Subscriber};
use crate::ui::frame::{Flash, FlashKind};

/// What systems write where a caller withholds the number.
const WITHHELD: [&str; 12] = [
    "anonymous",
    "unknown",
    "restricted",
    "private",
    "privé",
    "prive",
    "masqué",
    "masque",
    "inconnu",
    "unavailable",
    "withheld",
    "undefined",
];

/// A number as a telephone system hands it over: any notation of people, `sip:` and `tel:` addresses, « Nom <sip:…@…> », a
/// « + » that became a space, digits with the country's but without « + ». Empty for withheld ones and for a variable that
/// the system did not know (« {CALLERNUM} »); what is no number is kept as it came.
pub fn number(raw: &str) -> Phone {
    let lost_plus = raw.starts_with(' ') && raw.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let mut text = raw.trim().to_owned();
    if let Some(inside) = text.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(inside, _)| inside) {
        text = inside.trim().to_owned();
    }
    // « %2B » within an address that was encoded once more.
    if let Some(decoded) = decode(&text, false) {
        text = decoded;
    }
    for scheme in ["sips:", "sip:", "tel:", "callto:"] {
        if text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)) {
            text = text[scheme.len()..].trim_start_matches('/').to_owned();
            break;
        }
    }
    let text = text.split(['@', ';', '?']).next().unwrap_or("").trim();
    if text.starts_with(['{', '$', '%', '[']) || WITHHELD.contains(&text.to_lowercase().as_str()) {
        return Phone::NONE;
    }
    let phone = if lost_plus { Phone::read(&format!("+{text}")) } else { Phone::read(text) };
    if phone.kept().starts_with('+') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return phone;
    }
    match text.len() {
        // Trunks that leave the zero away, and such that put the country before.
        9 if !text.starts_with('0') => Phone::read(&format!("0{text}")),
        11 if text.starts_with("33") => Phone::read(&format!("+{text}")),
        _ => phone,
    }
}

/// `GET /standard/appel?vers=…&de=…`: the abonné whose line rings, with the caller's number; a choice where several share the
/// line, a search where nobody has it. `vers` may be words too, where a system knows its queue's name and no number.
pub fn call(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let (to_typed, from) = (request.query.get("vers"), number(request.query.get("de")));
    let to = number(to_typed);
    let (found, secretariat) = house.store.read(|tx| {
        let all = subscribers::store::answered_by(tx, secretary.answers_for())?;
        let mut found: Vec<(Subscriber, Option<String>)> = Vec::new();
        for subscriber in all.into_iter().filter(|subscriber| is_meant(subscriber, &to)) {
            let caller = contacts::by_phone(tx, subscriber.id, &from)?;
            found.push((subscriber, caller.first().map(crate::contacts::model::Contact::name)));
        }
        Ok((found, house::secretariat(tx)?))
    })?;
    let address = |subscriber: &Subscriber| match from.is_empty() {
        true => format!("/standard/abonnes/{}", subscriber.id),
        false => format!("/standard/abonnes/{}?de={}", subscriber.id, encode(from.kept())),
    };
    if let [(subscriber, _)] = found.as_slice() {
        return Ok(Answer::see_other(address(subscriber)));
    }
    let content = view::popup(&PopupPage {
        to: &to,
        from: &from,
        candidates: found
            .iter()
            .map(|(subscriber, caller)| Candidate {
                href: address(subscriber),
                subscriber,
                caller: caller.as_deref().unwrap_or(""),
            })
            .collect(),
    });
    let title = if found.is_empty() { "Ligne inconnue" } else { "Pour qui est cet appel ?" };
    let mut frame = console_frame(&secretary.who().person, &secretariat, title, 0);
    frame.scripts = &["console"];
    Ok(Answer::page(200, frame.page(&content).into_string()))
}

/// Whether a line is this abonné's; for what is no number, whether its words are.
pub(super) fn is_meant(subscriber: &Subscriber, to: &Phone) -> bool {
    if to.is_empty() {
        return false;
    }
    subscriber.lines.contains(to) || (to.dialled().is_none() && subscriber.fits(to.kept()))
}

/// `GET /standard/telephone`: the address to try out, and to copy into a telephone system; where she sits.
pub fn telephone(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let person = secretary.who().person.id;
    let extension = house.store.read(|tx| ringing::extension(tx, person))?;
    let form = Form::from_iter([("poste", extension)]);
    show_telephone(house, request, secretary, 200, &form, &Problems::default())
}

fn show_telephone(
    house: &House,
    request: &Request,
    secretary: &Secretary,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let (lines, secretariat) = house.store.read(|tx| {
        let all = subscribers::store::answered_by(tx, secretary.answers_for())?;
        let lines: Vec<(String, Phone)> = all
            .iter()
            .filter_map(|subscriber| Some((subscriber.name.clone(), subscriber.lines.first()?.clone())))
            .collect();
        Ok((lines, house::secretariat(tx)?))
    })?;
    let scheme = if request.https { "https" } else { "http" };
    let site = format!("{scheme}://{}", request.header("host").unwrap_or("localhost"));
    let content = view::telephone(&TelephonePage { site: &site, lines: &lines, form, problems });
    let mut frame = console_frame(&secretary.who().person, &secretariat, "Relier le téléphone", 0);
    frame.sheets = ringing::SHEETS;
    let sentence = "Votre poste est noté.";
    frame.flash = request.query.find("note").map(|_| Flash { kind: FlashKind::Done, sentence, undo: None });
    Ok(Answer::page(status, frame.page(&content).into_string()))
}

/// `POST /standard/telephone`: at which extension she sits.
pub fn sit_down(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let extension = match ringing::read_extension(request.form.get("poste")) {
        Ok(extension) => extension,
        Err(Error::Invalid(problems)) => {
            return show_telephone(house, request, secretary, 422, &request.form, &problems);
        }
        Err(other) => return Err(other),
    };
    let person = &secretary.who().person;
    house.store.write(|tx| ringing::sit_at(tx, person.id, &extension))?;
    let entry = Entry::new(request.now, Action::PersonChanged).by(person.id, &person.login).object("poste");
    house.journal.note(entry.from(request.client));
    Ok(Answer::see_other("/standard/telephone?note"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notations of RFC 3966 and RFC 3261, of trunks and of queries that took « + » for a space.
    #[test]
    fn every_notation_of_a_line_is_the_same_line() {
        for raw in [
            "0140506070",
            "01 40 50 60 70",
            "01.40.50.60.70",
            "+33140506070",
            " 33140506070",
            "0033140506070",
            "33140506070",
            "140506070",
            "%2B33140506070",
            "sip:0140506070@pbx.example.fr",
            "SIP:+33140506070@10.0.0.1:5060;user=phone",
            "sips:%2B33140506070@pbx.example.fr",
            "tel:+33-1-40-50-60-70",
            "tel:+33140506070;phone-context=example.fr",
            "\"Accueil\" <sip:0140506070@pbx.example.fr>",
        ] {
            assert_eq!(number(raw).kept(), "+33140506070", "{raw}");
        }
        assert_eq!(number(" 32475123456").kept(), "+32475123456");
        assert_eq!(number("204").kept(), "204");
        assert_eq!(number("Cabinet Martin").kept(), "Cabinet Martin");
    }

    #[test]
    fn withheld_numbers_and_unknown_variables_are_none() {
        for raw in [
            "",
            "anonymous",
            "Anonymous",
            "sip:anonymous@anonymous.invalid",
            "masqué",
            "{CALLERNUM}",
            "$remote",
            "%CallerNumber%",
        ] {
            assert!(number(raw).is_empty(), "{raw}");
        }
    }
}
