//! Calls told by the telephone system (product, sections 10 and 13): seen on the console at once, taken by one, kept nowhere.

use crate::api::{Software, said, software};
use crate::support::screen::{Screen, sign_in};
use crate::support::{Browser, LEFEVRE, MARTIN, Office, office};
use serde_json::{Value, json};

const SIGNAL: &str = "/api/v1/appels";

fn ready() -> Office {
    let office = office();
    office.line(MARTIN, "01 40 50 60 70");
    office.line(LEFEVRE, "01 42 00 11 22");
    office.contact(MARTIN, "Dupont", "Marie", |card| {
        let phone = permanence::base::Phone::read("06 39 98 12 34");
        card.phones = vec![permanence::contacts::model::PhoneLine { word: String::new(), phone }];
    });
    office
}

fn system(office: &Office) -> Software {
    software(office, "aline", "Standard téléphonique", &["1", "2"], &["appels"])
}

fn call(stage: &str, more: Value) -> Value {
    let mut body = json!({ "etat": stage, "appel": "1764.42", "vers": "0140506070", "de": "+33639981234" });
    for (name, value) in more.as_object().expect("members") {
        body[name] = value.clone();
    }
    body
}

/// What a console shows of calls.
fn rings(browser: &mut Browser) -> String {
    browser.get("/standard/appels/etat").text()
}

#[test]
fn a_call_shows_with_its_caller_and_goes_when_it_is_hung_up() {
    let office = ready();
    let mut system = system(&office);
    let (mut aline, mut basile) = (office.signed_in("aline"), office.signed_in("basile"));
    assert_eq!(aline.get("/standard").count("#appels li"), 0);
    let rung = system.post(SIGNAL, call("sonne", json!({})));
    assert_eq!(rung.status, 200, "{}", rung.html());
    assert_eq!(said(&rung)["abonnes"], json!([{ "numero": 1, "nom": "Cabinet Martin" }]));
    assert_eq!(said(&rung)["jusque"], "2026-11-24T10:01:00+01:00");
    for browser in [&mut aline, &mut basile] {
        let page = browser.get("/standard");
        let shown = page.all("#appels li").join(" ");
        for part in ["Cabinet Martin", "06 39 98 12 34", "DUPONT Marie", "sonne", "Je prends"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    }
    // The system says it again, as systems do.
    assert_eq!(system.post(SIGNAL, call("sonne", json!({}))).status, 200);
    assert_eq!(aline.get("/standard").count("#appels li"), 1);
    let card = aline.get("/standard").attributes("#appels a", "href").remove(0);
    let card = aline.get(&card);
    assert!(card.text().contains("Ce numéro est connu") && card.text().contains("DUPONT Marie"), "{}", card.text());
    assert_eq!(card.attributes("input[name=telephone]", "value"), ["06 39 98 12 34"]);
    assert_eq!(card.count("#appels li"), 1, "it still rings beside the form");

    let ended = system.post(SIGNAL, json!({ "etat": "raccroche", "appel": "1764.42" }));
    assert_eq!((ended.status, &said(&ended)["jusque"]), (200, &Value::Null));
    assert_eq!(aline.get("/standard").count("#appels li"), 0);
    assert_eq!(system.post(SIGNAL, json!({ "etat": "raccroche", "appel": "1764.42" })).status, 200, "again");
}

#[test]
fn who_takes_it_is_seen_by_the_others_and_only_one_has_it() {
    let office = ready();
    let mut system = system(&office);
    let (mut aline, mut basile) = (office.signed_in("aline"), office.signed_in("basile"));
    assert_eq!(aline.post("/standard/telephone", &[("poste", "204")]).status, 303);
    let rung = system.post(SIGNAL, call("sonne", json!({ "poste": "204" })));
    assert_eq!(rung.status, 200, "{}", rung.html());
    assert!(rings(&mut aline).contains("sonne à votre poste") && rings(&mut basile).contains("sonne : Aline"));

    let page = basile.get("/standard");
    let take = page.attributes("#appels form", "action").remove(0);
    let taken = basile.submit(&page, &take, &[]);
    assert_eq!((taken.status, taken.header("location")), (303, Some("/standard/abonnes/1?de=%2B33639981234")));
    assert!(rings(&mut aline).contains("pris : Basile"), "{}", rings(&mut aline));
    let late = aline.post(&take, &[("geste", "prendre")]);
    assert!(late.status == 409 && late.text().contains("Cet appel est déjà pris : Basile."), "{}", late.text());
    // What is another's she can't give back; Basile can.
    aline.post(&take, &[("geste", "rendre")]);
    assert!(rings(&mut aline).contains("pris : Basile"));
    basile.post(&take, &[("geste", "rendre")]);
    assert!(rings(&mut aline).contains("sonne à votre poste"));

    // The telephone itself says who answered, by extension or login.
    system.post(SIGNAL, call("decroche", json!({ "poste": "204" })));
    assert!(rings(&mut basile).contains("pris : Aline") && rings(&mut aline).contains("pris par vous"));
    system.post(SIGNAL, call("decroche", json!({ "poste": "basile" })));
    assert!(rings(&mut aline).contains("pris : Basile"));
    system.post(SIGNAL, call("decroche", json!({ "poste": "318" })));
    assert!(rings(&mut aline).contains("pris : poste 318"));
    // Basile sits down where Aline sat.
    assert_eq!(basile.post("/standard/telephone", &[("poste", "204")]).status, 303);
    system.post(SIGNAL, call("decroche", json!({ "poste": "204" })));
    assert!(rings(&mut aline).contains("pris : Basile"));
    let wrong = basile.post("/standard/telephone", &[("poste", "un poste au nom beaucoup trop long")]);
    assert!(wrong.status == 422 && wrong.html().contains("un poste au nom beaucoup trop long"));
}

#[test]
fn a_call_of_which_nothing_more_is_heard_goes_after_a_minute() {
    let office = ready();
    let mut system = system(&office);
    let mut aline = office.signed_in("aline");
    system.post(SIGNAL, call("sonne", json!({})));
    let version = aline.get("/standard").attributes("#appels", "data-version").remove(0);
    let asked = format!("/standard/appels/etat?depuis={version}");
    assert_eq!(aline.get(&asked).status, 204, "nothing new");
    office.let_pass_s(59);
    assert_eq!(aline.get(&asked).status, 204);
    office.let_pass_s(1);
    let gone = aline.get(&asked);
    assert_eq!((gone.status, gone.count("li")), (200, 0), "{}", gone.html());
    // Neither the journal nor the data file has a number of it.
    let journal = office.signed_in("admin").get("/administration/journal").text();
    assert!(journal.contains("appel signalé") && !journal.contains("98 12 34") && !journal.contains("639981234"));
}

#[test]
fn calls_are_for_those_who_answer_for_the_abonné_alone() {
    let office = ready();
    let mut system = system(&office);
    let mut basile = office.signed_in("basile");
    let rung = system.post(SIGNAL, call("sonne", json!({ "vers": "01 42 00 11 22" })));
    assert_eq!(said(&rung)["abonnes"][0]["numero"], 2);
    assert!(
        !rings(&mut basile).contains("Lefèvre") && rings(&mut office.signed_in("aline")).contains("Maître Lefèvre")
    );
    let take = office.signed_in("aline").get("/standard").attributes("#appels form", "action").remove(0);
    let refused = basile.post(&take, &[("geste", "prendre")]);
    assert!(refused.status == 409 && refused.text().contains("ne sonne plus"), "as one that has ended");
    assert_eq!(office.signed_in("martin").get("/standard/appels/etat").status, 404);

    // A token of one abonné knows no line of another, whatever the call is called.
    let mut narrow = software(&office, "aline", "Autre", &["1"], &["appels"]);
    assert_eq!(narrow.post(SIGNAL, call("sonne", json!({ "vers": "0142001122" }))).status, 404);
    assert_eq!(narrow.post(SIGNAL, json!({ "etat": "decroche", "appel": "1764.42" })).status, 404);
    narrow.post(SIGNAL, json!({ "etat": "raccroche", "appel": "1764.42" }));
    assert!(rings(&mut office.signed_in("aline")).contains("Maître Lefèvre"), "another’s call rings on");
    assert_eq!(narrow.post(SIGNAL, call("sonne", json!({ "vers": "0199999999" }))).status, 404, "nobody’s line");
    assert_eq!(narrow.post(SIGNAL, json!({ "etat": "sonne" })).status, 422);
    let mut reader = software(&office, "aline", "Lecteur", &["1"], &["messages-lecture"]);
    assert_eq!(reader.post(SIGNAL, call("sonne", json!({}))).status, 403);
    let mut client = software(&office, "martin", "Cabinet", &["1"], &["appels"]);
    assert_eq!(client.post(SIGNAL, call("sonne", json!({}))).status, 403);
}

#[test]
fn the_console_shows_a_call_without_reloading() {
    let office = ready();
    let mut system = system(&office);
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "aline", "/standard");
    screen.value("window.here = true");
    screen.wait_for("document.readyState === 'complete' && document.getElementById('appels')");
    system.post(SIGNAL, call("sonne", json!({})));
    screen.wait_for("document.querySelector('#appels li')?.innerText.includes('DUPONT Marie')");
    assert_eq!(screen.value("window.here"), json!(true), "the page is the same");
    office.let_pass_s(60);
    screen.wait_for("!document.querySelector('#appels li')");
    assert!(screen.complaints.is_empty(), "{:?}", screen.complaints);
}
