//! The mail server and the SMS gateway: chosen here, tried out here. Passwords and keys go in and never come out again.

use super::view::{self, MailPage, SmsPage};
use crate::administration::handlers::{Rubric, flash, frame, note, page};
use crate::base::text::looks_like_email;
use crate::base::{Phone, limits};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::notices::letter::{NewLetter, Purpose};
use crate::notices::outbox;
use crate::notices::settings::{self, Gateway, Mail, Protection, Sms, is_mobile_or_other};
use crate::people::Administrator;

const MAIL: &str = "/administration/serveur-de-courrier";
const SMS: &str = "/administration/passerelle-sms";

/// `GET /administration/serveur-de-courrier`.
pub fn mail(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let (mail, secretariat) = house.store.read(|tx| Ok((settings::mail(tx)?, house::secretariat(tx)?)))?;
    let form = match house.mail.as_ref().or(mail.as_ref()) {
        Some(mail) => view::mail_form(mail),
        None => view::blank_mail_form(&secretariat.name, &site_of(request)),
    };
    show_mail(house, request, admin, 200, &form, &Problems::default())
}

/// The address under which this browser came, as a first guess.
fn site_of(request: &Request) -> String {
    let scheme = if request.https { "https" } else { "http" };
    format!("{scheme}://{}", request.header("host").unwrap_or_default())
}

fn show_mail(
    house: &House,
    request: &Request,
    admin: &Administrator,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let (kept, secretariat) = house.store.read(|tx| Ok((settings::mail(tx)?, house::secretariat(tx)?)))?;
    let content = view::mail(&MailPage {
        is_set: kept.is_some(),
        fixed: house.mail.is_some(),
        has_password: kept.is_some_and(|mail| !mail.password.is_empty()),
        own_email: &admin.who().person.email,
        form,
        problems,
    });
    let mut frame = frame(admin, &secretariat, "Serveur de courrier", Rubric::Outbox);
    frame.scripts = &["password"];
    frame.flash = flash(request, "C’est enregistré.");
    Ok(page(status, &frame, &content))
}

/// `POST /administration/serveur-de-courrier`.
pub fn change_mail(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let form = &request.form;
    let before = house.store.read(settings::mail)?;
    let text = |name: &str| form.get(name).to_owned();
    let protection = Protection::from_word(form.get("protection"));
    let typed = form.get("secret");
    // An empty field keeps the password that goes with the same account on the same server; to another it must not go.
    let kept =
        before.filter(|before| before.host == form.get("serveur").trim() && before.login == form.get("compte").trim());
    let mail = Mail {
        host: text("serveur"),
        port: form.get("port").trim().parse().unwrap_or(0),
        protection: protection.unwrap_or(Protection::StartTls),
        login: text("compte"),
        password: if typed.is_empty() {
            kept.map(|before| before.password).unwrap_or_default()
        } else {
            typed.to_owned()
        },
        from: text("expediteur"),
        from_name: text("nom-expediteur"),
        reply_to: text("reponse"),
        site: text("adresse"),
    };
    match mail.checked() {
        Ok(mail) => {
            house.store.write(|tx| settings::set_mail(tx, &mail))?;
            note(house, request, admin, Action::HouseChanged, "serveur de courrier".into());
            Ok(Answer::see_other(format!("{MAIL}?fait")))
        }
        Err(Error::Invalid(problems)) => show_mail(house, request, admin, 422, form, &problems),
        Err(other) => Err(other),
    }
}

/// `POST /administration/serveur-de-courrier/retrait`: mails wait from now on, to be read on screen.
pub fn remove_mail(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    house.store.write(settings::remove_mail)?;
    note(house, request, admin, Action::HouseChanged, "serveur de courrier retiré".into());
    Ok(Answer::see_other(format!("{MAIL}?fait")))
}

/// `POST /administration/serveur-de-courrier/essai`: « Envoyer un essai »; the letter's page shows the server's answer.
pub fn try_mail(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let to = request.form.get("email").trim();
    if !looks_like_email(to) || to.len() > limits::EMAIL_CHARS_MAX {
        let mut problems = Problems::default();
        problems.add("email", "Cette adresse e-mail n’est pas complète : il y faut un « @ » et un nom de domaine.");
        let mail = house.store.read(settings::mail)?;
        let mut form = house.mail.as_ref().or(mail.as_ref()).map(view::mail_form).unwrap_or_default();
        form.push("email", to);
        return show_mail(house, request, admin, 422, &form, &problems);
    }
    let secretariat = house.store.read(house::secretariat)?;
    let text = format!(
        "Bonjour,\n\nCe courrier est un essai : s’il vous est parvenu, le serveur de courrier est bien réglé. \
         Voici quelques lettres accentuées : éèêàçœ, « entre guillemets ».\n\nCordialement,\n{}",
        secretariat.name
    );
    let letter = NewLetter::mail(to, Purpose::Test, "Essai du serveur de courrier", &text, request.now);
    let letter = house.store.write(|tx| outbox::put(tx, letter, request.now))?;
    note(house, request, admin, Action::LetterTried, format!("courrier {}", letter.id));
    Ok(Answer::see_other(format!("/administration/courrier/{}", letter.id)))
}

/// `GET /administration/passerelle-sms`.
pub fn sms(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let sms = house.store.read(settings::sms)?;
    show_sms(house, request, admin, 200, &view::sms_form(sms.as_ref()), &Problems::default())
}

fn show_sms(
    house: &House,
    request: &Request,
    admin: &Administrator,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let (kept, mail, secretariat) =
        house.store.read(|tx| Ok((settings::sms(tx)?, settings::mail(tx)?, house::secretariat(tx)?)))?;
    let site = house.mail.as_ref().or(mail.as_ref()).map_or("", |mail| mail.site.as_str());
    let content = view::sms(&SmsPage {
        is_set: kept.is_some(),
        has_headers: matches!(&kept, Some(Sms::Http(gateway)) if !gateway.headers.is_empty()),
        site,
        form,
        problems,
    });
    let mut frame = frame(admin, &secretariat, "Passerelle SMS", Rubric::Outbox);
    frame.scripts = &["sms"];
    frame.flash = flash(request, "C’est enregistré.");
    Ok(page(status, &frame, &content))
}

/// `POST /administration/passerelle-sms`.
pub fn change_sms(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let form = &request.form;
    let text = |name: &str| form.get(name).to_owned();
    let before = house.store.read(settings::sms)?;
    let sms = if form.get("voie") == "courrier" {
        Sms::Mail { to: text("destinataire"), subject: text("objet") }
    } else {
        // The headers hold the gateway's key: empty keeps them, as long as they go to the same machine.
        let kept = match before {
            Some(Sms::Http(before)) if host_of(&before.address) == host_of(form.get("passerelle")) => before.headers,
            _ => String::new(),
        };
        let typed = text("en-tetes");
        Sms::Http(Gateway {
            address: text("passerelle"),
            headers: if typed.trim().is_empty() { kept } else { typed },
            body: text("corps"),
            accepted: text("accepte"),
            delivered: text("remis"),
            lost: text("perdu"),
        })
    };
    match sms.checked() {
        Ok(sms) => {
            house.store.write(|tx| settings::set_sms(tx, &sms))?;
            note(house, request, admin, Action::HouseChanged, "passerelle SMS".into());
            Ok(Answer::see_other(format!("{SMS}?fait")))
        }
        Err(Error::Invalid(problems)) => show_sms(house, request, admin, 422, form, &problems),
        Err(other) => Err(other),
    }
}

/// « https://api.exemple.fr » of an address.
fn host_of(address: &str) -> String {
    address.trim().split('/').take(3).collect::<Vec<_>>().join("/")
}

/// `POST /administration/passerelle-sms/retrait`.
pub fn remove_sms(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    house.store.write(settings::remove_sms)?;
    note(house, request, admin, Action::HouseChanged, "passerelle SMS retirée".into());
    Ok(Answer::see_other(format!("{SMS}?fait")))
}

/// `POST /administration/passerelle-sms/essai`.
pub fn try_sms(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let number = Phone::read(request.form.get("numero"));
    let text = request.form.get("essai").trim();
    let mut problems = Problems::default();
    if !is_mobile_or_other(&number) {
        problems.add("numero", "Indiquez un numéro complet, par exemple 06 12 34 56 78.");
    }
    if text.is_empty() {
        problems.add("essai", "Écrivez un texte à envoyer.");
    }
    if text.chars().count() > limits::TEXT_CHARS_MAX {
        problems.add("essai", format!("Ce texte dépasse {} caractères.", limits::TEXT_CHARS_MAX));
    }
    if !problems.is_empty() {
        let sms = house.store.read(settings::sms)?;
        let mut form = view::sms_form(sms.as_ref()).without(&["numero", "essai"]);
        form.push("numero", request.form.get("numero"));
        form.push("essai", text);
        return show_sms(house, request, admin, 422, &form, &problems);
    }
    let letter = NewLetter::sms(number.kept(), Purpose::Test, text, request.now);
    let letter = house.store.write(|tx| outbox::put(tx, letter, request.now))?;
    note(house, request, admin, Action::LetterTried, format!("courrier {}", letter.id));
    Ok(Answer::see_other(format!("/administration/courrier/{}", letter.id)))
}
