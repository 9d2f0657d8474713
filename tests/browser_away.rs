//! The server is away while somebody is in the middle of a form: the page says so, keeps all that was typed, and sends it once
//! the server is there again. A real browser, a real process that is killed.

use crate::support::command::Process;
use crate::support::screen::{Screen, sign_in_at};
use crate::support::{MARTIN, Office, office};
use serde_json::json;
use std::path::Path;

const TYPED: &str = "Tapé pendant la panne";

/// An office whose server is a process; what is needed is in its data.
fn house() -> Office {
    let mut office = office();
    office.message(MARTIN, "Rappeler.");
    office.contact(MARTIN, "Dupont", "Marie", |_| ());
    office.instruction(MARTIN, "Demander la date de naissance.");
    office.stop();
    office
}

/// A form that somebody is in the middle of: where, which field, which button, where it is found again.
struct Form {
    page: String,
    field: &'static str,
    button: &'static str,
    found: String,
}

const UNSENT: &str = "document.querySelector('[data-unsent]')?.textContent.includes('rien n’est parti')";

fn interrupted(screen: &mut Screen, process: Process, data: &Path, form: &Form) -> Process {
    let address = process.address;
    screen.go(address, &form.page);
    screen.wait_for(&format!("document.querySelector({})", json!(form.field)));
    process.kill();
    screen.value(&format!("document.querySelector({}).focus()", json!(form.field)));
    screen.write(TYPED);
    screen.value(&format!("document.querySelector({}).click()", json!(form.button)));
    screen.wait_for(UNSENT);
    let value = format!("document.querySelector({}).value", json!(form.field));
    assert_eq!(screen.value(&value), TYPED, "{}", form.page);
    let process = Process::start_at(address, &["serve"], data);
    // The next page is another document.
    screen.value(&format!("(window.sameDocument = true, document.querySelector({}).click())", json!(form.button)));
    screen.wait_for("!window.sameDocument && document.readyState === 'complete'");
    screen.go(address, &form.found);
    let typed = json!(TYPED).to_string().to_lowercase();
    screen.wait_for(&format!(
        "(document.body.innerText + [...document.querySelectorAll('input, textarea')].map((one) => one.value)).toLowerCase().includes({typed})"
    ));
    process
}

#[test]
fn what_is_typed_into_any_form_outlives_a_server_that_is_away() {
    let office = house();
    let data = office.data_folder();
    let mut process = Process::start(&["serve"], Some(data));
    let date = (chrono::Utc::now() + chrono::Duration::days(3)).date_naive();
    let plain = |page: &str, field, button, found: &str| Form { page: page.into(), field, button, found: found.into() };
    let forms: [(&str, &str, Vec<Form>); 3] = [
        (
            "martin",
            "/messages",
            vec![
                plain("/messages/1", "[name=reponse]", "form[action$='/reponses'] button", "/messages/1"),
                plain("/contacts/nouveau", "[name=nom]", "form[action='/contacts'] button.main", "/contacts"),
                plain(
                    "/contacts/1/modification",
                    "[name=ville]",
                    "form[action='/contacts/1/modification'] button.main",
                    "/contacts/1",
                ),
                plain("/consignes", "[name=texte]", "form[action='/consignes'] button.main", "/consignes"),
                plain(
                    &format!("/agenda/creneau?date={date}&heure=09:15"),
                    "[name=nom]",
                    "form[action^='/agenda/rendez-vous'] button.main",
                    &format!("/agenda/feuille?date={date}"),
                ),
            ],
        ),
        (
            "aline",
            "/standard",
            vec![plain(
                "/standard/abonnes/1",
                "[name=texte]",
                "form[data-call-form] button.main",
                "/standard/abonnes/1/messages",
            )],
        ),
        (
            "admin",
            "/administration",
            vec![
                plain(
                    "/administration",
                    "[name=horaires]",
                    "form[action='/administration/maison'] button.main",
                    "/administration",
                ),
                plain(
                    "/administration/abonnes/nouveau",
                    "[name=nom]",
                    "form[action='/administration/abonnes'] button.main",
                    "/administration/abonnes",
                ),
            ],
        ),
    ];
    for (login, first, forms) in forms {
        let mut screen = Screen::open();
        sign_in_at(&mut screen, process.address, login, first);
        for form in forms {
            process = interrupted(&mut screen, process, data, &form);
        }
    }
}

#[test]
fn the_window_of_a_slot_keeps_what_is_typed() {
    let office = house();
    let mut process = Process::start(&["serve"], Some(office.data_folder()));
    let date = (chrono::Utc::now() + chrono::Duration::days(3)).date_naive();
    let mut screen = Screen::open();
    sign_in_at(&mut screen, process.address, "martin", "/messages");
    let address = process.address;
    screen.go(address, &format!("/agenda?date={date}&vue=jour&tout=1"));
    screen.value("document.querySelector('a[data-window][href*=\"heure=09\"]').click()");
    screen.wait_for("document.querySelector('dialog[open] [name=nom]')");
    process.kill();
    screen.value("document.querySelector('dialog [name=nom]').focus()");
    screen.write(TYPED);
    screen.value("document.querySelector('dialog form[action*=\"rendez-vous\"] button.main').click()");
    screen.wait_for("document.body.innerText.includes('rien n’a été enregistré')");
    assert_eq!(screen.value("document.querySelector('dialog [name=nom]').value"), TYPED);
    process = Process::start_at(address, &["serve"], office.data_folder());
    screen.value("document.querySelector('dialog form[action*=\"rendez-vous\"] button.main').click()");
    screen.wait_for("!document.querySelector('dialog[open]')");
    screen.wait_for(&format!("document.body.innerText.includes({})", json!(TYPED.to_uppercase())));
    drop(process);
}

/// A page without a state of its own says so too, and a link does not lead away from what was typed.
#[test]
fn every_open_page_says_that_the_server_is_away_and_stays() {
    let office = house();
    let process = Process::start(&["serve"], Some(office.data_folder()));
    let address = process.address;
    let mut screen = Screen::open();
    sign_in_at(&mut screen, address, "martin", "/messages");
    screen.go(address, "/contacts/nouveau");
    process.kill();
    screen.value("document.querySelector('[name=nom]').focus()");
    screen.write(TYPED);
    screen.wait_for("document.querySelector('.live p')?.textContent.includes('Connexion perdue')");
    screen.value("document.querySelector('nav.column a').click()");
    assert_eq!(screen.value("location.pathname"), "/contacts/nouveau");
    let process = Process::start_at(address, &["serve"], office.data_folder());
    screen.wait_for("document.querySelector('.live p').textContent === ''");
    assert_eq!(screen.value("document.querySelector('[name=nom]').value"), TYPED);
    screen.value("document.querySelector('nav.column a').click()");
    screen.wait_for("location.pathname === '/messages'");
    drop(process);
}
