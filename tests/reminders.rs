//! What contacts are told of their appointments: once, in time, with their consent, and what they answer by their link.
//! Mails go through a real server (aiosmtpd), entries for calendars through a reader that is not ours (icalendar).

use crate::support::mail::{Gateway, MailServer, until};
use crate::support::{Browser, LEFEVRE, MARTIN, Office, office};
use permanence::agenda::appointments;
use permanence::agenda::model::{Actor, Fold, Minute, NewAppointment, Place, UndoToken};
use permanence::agenda::undo;
use permanence::base::{AppointmentId, ContactId, Phone};
use permanence::contacts::consent;
use permanence::contacts::model::{By, PhoneLine};
use permanence::notices::{Letter, State, outbox};
use permanence::reminders::meetings;
use permanence::subscribers::{Side, store as subscribers};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

const SITE: &str = "https://agenda.example.org";

/// The house has a mail server and an address.
fn use_server(office: &Office, server: &MailServer) {
    let port = server.port.to_string();
    let form = [
        ("serveur", "127.0.0.1"),
        ("port", port.as_str()),
        ("protection", "aucune"),
        ("expediteur", "secretariat@example.org"),
        ("nom-expediteur", "Accueil & Cœur"),
        ("adresse", SITE),
    ];
    let saved = office.signed_in("admin").post("/administration/serveur-de-courrier", &form);
    assert_eq!(saved.status, 303, "{}", saved.text());
}

/// The settings as a practice would have them, with some changed.
fn settings(changed: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut form = vec![
        ("actif", "1"),
        ("par-email", "1"),
        ("par-sms", "1"),
        ("confirmation", "1"),
        ("quand-1", "j1"),
        ("heure-1", "18:00"),
        ("quand-2", "h2"),
        ("heure-2", ""),
        ("quand-3", ""),
        ("heure-3", ""),
        ("lieu", "au 12, rue Colette à Créteil"),
        ("texte-rappel", "Bonjour {nom}, rappel : {date} à {heure}, {lieu}. Répondre : {lien}"),
        ("texte-confirmation", "Bonjour {nom}, c’est noté : {date} à {heure}, {lieu}. Annuler : {lien}"),
        ("annulation", "24"),
    ];
    form.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    form.extend(changed.iter().filter(|(_, value)| *value != "-"));
    form
}

fn turn_on(office: &Office, changed: &[(&'static str, &'static str)]) {
    let saved = office.signed_in("martin").post("/agenda/rappels", &settings(changed));
    assert_eq!(saved.status, 303, "{}", saved.text());
}

fn card(office: &Office, first: &str, email: &str) -> ContactId {
    office.contact(MARTIN, "Dupont", first, |new| {
        new.civility = "Mme".into();
        new.email = email.into();
        new.phones = vec![
            PhoneLine { word: "domicile".into(), phone: Phone::read("01 99 00 12 34") },
            PhoneLine { word: String::new(), phone: Phone::read("06 39 98 12 34") },
        ];
    })
}

/// Aline books by the window of a slot, « Rappel » ticked as said; the appointment's number.
fn book(office: &Office, contact: ContactId, date: &str, time: &str, ticks: &[&str]) -> u64 {
    let contact = contact.to_string();
    let mut form = vec![
        ("date", date),
        ("heure", time),
        ("duree", "15"),
        ("nom", "Dupont"),
        ("prenom", "Marie"),
        ("motif", "Suspicion de rougeole"),
        ("contact", contact.as_str()),
    ];
    form.extend(ticks.iter().map(|tick| (*tick, "1")));
    let mut aline = office.signed_in("aline");
    let booked = aline.post("/standard/abonnes/1/agenda/rendez-vous", &form);
    assert_eq!(booked.status, 303, "{}", booked.text());
    let all = office.house().store.read(|tx| appointments::coming(tx, MARTIN, office.now())).unwrap();
    all.iter().map(|one| one.id.0).max().unwrap()
}

fn letters(office: &Office, id: u64) -> Vec<Letter> {
    let found = office.house().store.read(|tx| meetings::letters_of(tx, MARTIN, AppointmentId(id))).unwrap();
    found.into_iter().map(|(_, letter)| letter).collect()
}

fn waiting(office: &Office, id: u64) -> usize {
    letters(office, id).iter().filter(|letter| letter.state == State::Waiting).count()
}

/// The path that a mail's or an SMS's link leads to.
fn link(text: &str) -> String {
    let start = text.find(&format!("{SITE}/rendez-vous/")).unwrap_or_else(|| panic!("no link in {text}"));
    let path = text[start + SITE.len()..].split(|c: char| c.is_whitespace() || c == '"').next().unwrap();
    path.trim_end_matches('.').to_owned()
}

/// What the reader of calendars sees in the entry of a mail.
fn entry(mail: &Value) -> Value {
    let program = "import sys, json, icalendar\n\
        calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())\n\
        event = calendar.walk('VEVENT')[0]\n\
        assert not calendar.errors and not event.errors\n\
        print(json.dumps({'method': str(calendar['METHOD']), 'uid': str(event['UID']), 'sequence': int(event['SEQUENCE']),\n\
        'start': event['DTSTART'].dt.isoformat(), 'end': event['DTEND'].dt.isoformat(), 'status': str(event['STATUS']),\n\
        'place': str(event['LOCATION']), 'summary': str(event['SUMMARY']), 'organizer': str(event['ORGANIZER']),\n\
        'attendee': str(event['ATTENDEE']), 'lines': max(len(l) for l in sys.argv[1:] or [''])}))";
    let calendars = mail["calendars"].as_array().expect("its entries");
    assert_eq!(calendars.len(), 2, "an alternative and a file: {mail}");
    assert_eq!(calendars[0]["text"], calendars[1]["text"]);
    let text = calendars[0]["text"].as_str().unwrap();
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "RFC 5545, 3.1: {text}");
    let mut child = Command::new("python3")
        .args(["-c", program])
        .env("PYTHONPATH", Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/python"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs");
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "icalendar refuses {text}");
    let entry: Value = serde_json::from_slice(&output.stdout).unwrap();
    let kind = calendars[0]["kind"].as_str().unwrap();
    assert!(
        kind.contains(&format!("method=\"{}\"", entry["method"].as_str().unwrap())) || kind.contains("method="),
        "{kind}"
    );
    entry
}

fn subject(mail: &Value) -> &str {
    mail["headers"]["subject"].as_str().unwrap()
}

#[test]
fn a_booking_is_confirmed_moved_and_cancelled_in_the_contacts_own_calendar() {
    let (office, server) = (office(), MailServer::start(&[]));
    use_server(&office, &server);
    turn_on(&office, &[]);
    let marie = card(&office, "Marie", "marie@example.net");
    let id = book(&office, marie, "2026-11-27", "09:15", &["rappel-email"]);
    assert_eq!(server.rest().len(), 0, "a slip of the fingers can be taken back for two minutes");
    office.let_pass_s(121);
    let mail = server.mail();
    assert_eq!(
        (mail["to"].as_str(), subject(&mail)),
        (Some("marie@example.net"), "Rendez-vous le vendredi 27 novembre 2026 à 09:15")
    );
    let text = mail["text"].as_str().unwrap().to_owned();
    assert!(
        text.starts_with(
            "Bonjour Mme DUPONT Marie, c'est noté : vendredi 27 novembre 2026 à 09:15, au 12, rue Colette"
        ) || text.starts_with(
            "Bonjour Mme DUPONT Marie, c’est noté : vendredi 27 novembre 2026 à 09:15, au 12, rue Colette"
        ),
        "{text}"
    );
    assert!(!mail.to_string().contains("ougeole"), "never a reason");
    let path = link(&text);
    assert_eq!(mail["headers"]["list-unsubscribe"], format!("<{SITE}{path}>"), "RFC 2369");
    let first = entry(&mail);
    assert_eq!((first["method"].as_str(), first["sequence"].as_u64()), (Some("REQUEST"), Some(0)));
    assert_eq!(
        (first["start"].as_str(), first["end"].as_str()),
        (Some("2026-11-27T08:15:00+00:00"), Some("2026-11-27T08:30:00+00:00"))
    );
    assert_eq!(first["place"], "au 12, rue Colette à Créteil");
    assert_eq!(
        (first["organizer"].as_str(), first["attendee"].as_str()),
        (Some("mailto:secretariat@example.org"), Some("mailto:marie@example.net"))
    );
    assert_eq!(first["summary"], "Rendez-vous");

    // Moved before it comes near: one mail, the same entry of the calendar.
    until("the first is noted", || letters(&office, id)[0].state == State::Sent);
    let moved = office
        .signed_in("aline")
        .post(&format!("/standard/abonnes/1/agenda/rendez-vous/{id}/deplacement"), &[("vers", "2026-11-30T10:30")]);
    assert_eq!(moved.status, 303, "{}", moved.text());
    office.let_pass_s(121);
    let mail = server.mail();
    assert_eq!(subject(&mail), "Rendez-vous déplacé au lundi 30 novembre 2026 à 10:30");
    let second = entry(&mail);
    assert_eq!((second["uid"].as_str(), second["sequence"].as_u64()), (first["uid"].as_str(), Some(1)));
    assert_eq!(second["start"], "2026-11-30T09:30:00+00:00");
    until("the second is noted", || letters(&office, id).iter().all(|letter| letter.state == State::Sent));

    let cancelled =
        office.signed_in("aline").post(&format!("/standard/abonnes/1/agenda/rendez-vous/{id}/annulation"), &[]);
    assert_eq!(cancelled.status, 303);
    office.let_pass_s(121);
    let mail = server.mail();
    assert_eq!(subject(&mail), "Rendez-vous annulé : lundi 30 novembre 2026 à 10:30");
    let third = entry(&mail);
    assert_eq!((third["method"].as_str(), third["status"].as_str()), (Some("CANCEL"), Some("CANCELLED")));
    assert_eq!((third["uid"].as_str(), third["sequence"].as_u64()), (first["uid"].as_str(), Some(2)));
    office.let_pass_days(8);
    office.house().alarm.ring();
    assert_eq!(server.rest().len(), 0, "no reminder of what is no more");
}

#[test]
fn a_reminder_that_does_not_arrive_is_named_as_one() {
    let (office, server) = (office(), MailServer::start(&[]));
    use_server(&office, &server);
    let gateway =
        Gateway::start(&["HTTP/1.1 400 Bad Request\r\nContent-Length: 7\r\nConnection: close\r\n\r\ninconnu"]);
    let address = format!("http://127.0.0.1:{}/sms?to={{numero}}&text={{texte}}", gateway.port);
    let set = [("voie", "passerelle"), ("passerelle", address.as_str())];
    assert_eq!(office.signed_in("admin").post("/administration/passerelle-sms", &set).status, 303);
    turn_on(&office, &[("confirmation", "-")]);
    let marie = card(&office, "Marie", "marie@example.net");
    book(&office, marie, "2026-11-25", "09:15", &["rappel-sms"]);
    office.let_pass_s(8 * 3600 + 300);
    office.house().alarm.ring();
    gateway.request();
    until("the switchboard has it", || {
        office.signed_in("aline").get("/standard/attente").text().contains("Rappel non remis (SMS)")
    });
    let failed = office.signed_in("admin").get("/administration/courrier?etat=echec").text();
    assert!(failed.contains("rappel de rendez-vous") && failed.contains("06 39 98 12 34"), "{failed}");
}

#[test]
fn a_reminder_leaves_once_at_its_hour_by_each_way() {
    let (office, server) = (office(), MailServer::start(&[]));
    use_server(&office, &server);
    let gateway = Gateway::start(&["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"]);
    let address = format!("http://127.0.0.1:{}/sms?to={{numero}}&text={{texte}}", gateway.port);
    let saved = office.signed_in("admin").post(
        "/administration/passerelle-sms",
        &[("voie", "passerelle"), ("passerelle", &address), ("remis", "etat=ok"), ("perdu", "etat=ko")],
    );
    assert_eq!(saved.status, 303, "{}", saved.text());
    turn_on(&office, &[("confirmation", "-")]);
    let marie = card(&office, "Marie", "marie@example.net");
    // Wednesday 09:15: the eve at 18:00; « two hours before » would be at night, so the evening before at 20:00.
    let id = book(&office, marie, "2026-11-25", "09:15", &["rappel-email", "rappel-sms"]);
    office.let_pass_s(7 * 3600 + 3500);
    office.house().alarm.ring();
    assert_eq!((server.rest().len(), letters(&office, id).len()), (0, 0), "17:58");
    office.let_pass_s(200);
    office.house().alarm.ring();
    let mail = server.mail();
    assert_eq!(subject(&mail), "Rappel : rendez-vous le mercredi 25 novembre 2026 à 09:15");
    let request = gateway.request();
    assert!(
        request.starts_with("GET /sms?to=%2B33639981234&text=Bonjour%20Mme%20DUPONT%20Marie"),
        "the mobile, not the first number: {request}"
    );
    until("both are noted", || letters(&office, id).iter().all(|letter| letter.state == State::Sent));
    let mut office = office;
    office.restart();
    office.house().alarm.ring();
    office.let_pass_s(3600);
    office.house().alarm.ring();
    assert_eq!(server.rest().len(), 0, "a restart reminds nobody twice");
    office.let_pass_s(3600);
    office.house().alarm.ring();
    assert_eq!(
        subject(&server.mail()),
        "Rappel : rendez-vous le mercredi 25 novembre 2026 à 09:15",
        "the second, at 20:00"
    );
    gateway.request();
    until("all are noted", || letters(&office, id).iter().all(|letter| letter.state == State::Sent));
    assert_eq!(letters(&office, id).len(), 4);

    // Its window and the history of its message show each attempt, and the receipt of the telephone.
    let window = office.signed_in("martin").get(&format!("/agenda/rendez-vous/{id}")).text();
    assert!(window.contains("Rappel de rendez-vous par SMS, envoyé") && window.contains("06 39 98 12 34"), "{window}");
    assert!(window.contains("250 2.0.0 Accepte sous le numero 1"), "{window}");
    let history = office.signed_in("martin").get("/messages/1").text();
    assert!(history.contains("contact prévenu par e-mail ( marie@example.net )"), "{history}");
    // Over: what was said is erased, that it was sent is known.
    office.let_pass_s(14 * 3600);
    office.house().alarm.ring();
    until("it is erased", || letters(&office, id).iter().all(|letter| letter.words(nobody()).is_none()));
    assert_eq!(letters(&office, id).len(), 4);
}

fn nobody() -> permanence::notices::letter::Sender<'static> {
    permanence::notices::letter::Sender { name: "x", site: "", from: "" }
}

#[test]
fn a_contact_confirms_or_cancels_by_its_link_alone() {
    let (office, server) = (office(), MailServer::start(&[]));
    use_server(&office, &server);
    turn_on(&office, &[]);
    let marie = card(&office, "Marie", "marie@example.net");
    let id = book(&office, marie, "2026-11-27", "09:15", &["rappel-email"]);
    office.let_pass_s(121);
    let path = link(server.mail()["text"].as_str().unwrap());
    until("it is noted", || letters(&office, id)[0].state == State::Sent);
    let mut marie_herself = office.stranger();
    let page = marie_herself.get(&path);
    let text = page.text();
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
    assert!(
        text.contains("vendredi 27 novembre 2026") && text.contains("09:15") && text.contains("rue Colette"),
        "{text}"
    );
    assert!(
        !text.contains("DUPONT") && !text.contains("ougeole") && !text.contains("Martin"),
        "time and place only: {text}"
    );
    // Programs that look at the links of a mail ahead do nothing by it.
    for look in [path.clone(), format!("{path}/annulation")] {
        marie_herself.get(&look);
        marie_herself.head(&look);
    }
    assert_eq!(marie_herself.post(&format!("{path}/confirmation"), &[]).status, 303);
    assert!(marie_herself.get(&path).text().contains("Vous avez confirmé ce rendez-vous."));
    let window = office.signed_in("aline").get(&format!("/standard/abonnes/1/agenda/rendez-vous/{id}")).text();
    assert!(window.contains("Le contact a confirmé le 24/11/2026 à 10:02."), "{window}");
    assert!(marie_herself.get(&format!("{path}/annulation")).text().contains("Annuler ce rendez-vous ?"));
    assert_eq!(marie_herself.post(&format!("{path}/annulation"), &[]).status, 303);
    assert!(marie_herself.get(&path).text().contains("Ce rendez-vous est annulé."));
    assert_eq!(marie_herself.post(&format!("{path}/annulation"), &[]).status, 303, "twice is once");
    let list = office.signed_in("martin").get("/messages").text();
    assert!(
        list.contains("Le contact l’a annulé par le lien qu’il a reçu. Il était le vendredi 27 novembre 2026 à 09:15."),
        "{list}"
    );
    assert!(list.contains("Vous avez 2 messages"), "{list}");
    assert!(
        office
            .signed_in("admin")
            .get("/administration/journal")
            .text()
            .contains(&format!("rendez-vous {id}, par le contact"))
    );
    office.let_pass_s(121);
    assert_eq!(entry(&server.mail())["method"], "CANCEL", "out of the calendar");

    // The link of another appointment obeys « until 24 hours before », can be revoked, and ends with it.
    let id = book(&office, marie, "2026-11-25", "09:15", &["rappel-email"]);
    office.let_pass_s(121);
    let path = link(server.mail()["text"].as_str().unwrap());
    until("it is noted", || letters(&office, id)[0].state == State::Sent);
    let text = marie_herself.get(&path).text();
    assert!(
        text.contains("Pour annuler ou déplacer, merci de téléphoner.") && !text.contains("Annuler le rendez-vous"),
        "{text}"
    );
    marie_herself.post(&format!("{path}/annulation"), &[]);
    assert!(marie_herself.get(&path).text().contains("Je confirme ma venue"), "it stands");
    let revoked = office.signed_in("martin").post(&format!("/agenda/rendez-vous/{id}/lien/revocation"), &[]);
    assert_eq!(revoked.status, 303);
    let (gone, never) = (marie_herself.get(&path), marie_herself.get("/rendez-vous/jamais-donne"));
    assert_eq!((gone.status, gone.html()), (404, never.html()), "as if it had never been");
    assert_eq!(marie_herself.post(&format!("{path}/confirmation"), &[]).status, 404);
    let other = office.signed_in("lefevre").post(&format!("/agenda/rendez-vous/{id}/lien/revocation"), &[]);
    assert_eq!(other.status, 404);
}

#[test]
fn nothing_leaves_without_consent_or_against_it() {
    let (office, server) = (office(), MailServer::start(&[]));
    use_server(&office, &server);
    turn_on(&office, &[]);
    let marie = card(&office, "Marie", "marie@example.net");
    book(&office, marie, "2026-11-27", "09:15", &[]);
    office.let_pass_s(121);
    assert_eq!(server.rest().len(), 0, "« Rappel » was not ticked");
    assert!(office.signed_in("martin").get("/contacts/1").text().contains("pas d’accord noté"));
    // Who ticks it has asked; the card says since when, and by whom.
    let id = book(&office, marie, "2026-11-27", "09:30", &["rappel-email"]);
    let text = office.signed_in("martin").get("/contacts/1").text();
    assert!(text.contains("d’accord, noté le 24/11/2026 à 10:02 par Aline"), "{text}");
    // Taken back before the mail has left: it does not leave.
    assert_eq!(waiting(&office, id), 1);
    let refused = office.signed_in("martin").post("/contacts/1/rappels", &[("x", "1")]);
    assert_eq!(refused.status, 303);
    office
        .house()
        .store
        .write(|tx| {
            let by = By { person: None, name: "Aline" };
            assert!(!consent::set(tx, MARTIN, marie, (false, false), by, office.now())?, "it is taken back already");
            Ok(())
        })
        .unwrap();
    permanence::reminders::work::run(office.house(), office.now(), &|| false).unwrap();
    assert_eq!(waiting(&office, id), 0);
    office.let_pass_days(4);
    office.house().alarm.ring();
    assert_eq!(server.rest().len(), 0);
    // By its own link a contact stops all that, and the appointment stands.
    let paul = card(&office, "Paul", "paul@example.net");
    let id = book(&office, paul, "2026-12-03", "09:00", &["rappel-email"]);
    office.let_pass_s(121);
    let path = link(server.mail()["text"].as_str().unwrap());
    until("it is noted", || letters(&office, id)[0].state == State::Sent);
    let mut himself = office.stranger();
    assert_eq!(himself.post(&format!("{path}/arret"), &[]).status, 303);
    office.let_pass_days(4);
    office.house().alarm.ring();
    assert_eq!(server.rest().len(), 0);
    let text = office.signed_in("martin").get("/contacts/2").text();
    assert!(text.contains("accord pour les rappels retiré par le contact, par son lien"), "{text}");
}

#[test]
fn the_settings_refuse_what_nobody_could_read() {
    let office = office();
    let mut martin = office.signed_in("martin");
    assert!(martin.get("/agenda/rappels").text().contains("Envoyer des confirmations et des rappels"));
    assert_eq!(martin.get("/agenda/rappels").count("#actif[checked]"), 0, "off at first");
    let refused = martin.post("/agenda/rappels", &settings(&[("texte-rappel", "Le {date} à {heure} pour {motif}")]));
    let text = refused.text();
    assert_eq!(refused.status, 422);
    assert!(
        text.contains("« {motif} » n’existe pas ; les mots qui se remplacent sont {nom}, {prenom}, {date}"),
        "{text}"
    );
    assert!(refused.html().contains("pour {motif}"), "what was typed is kept");
    for (field, value, sentence) in [
        ("lieu", "-", "Indiquez le lieu"),
        ("texte-confirmation", "Bonjour {nom}", "{date} et {heure}"),
        ("heure-1", "18 heures", "Indiquez l’heure de ce rappel"),
        ("quand-2", "h99", "Choisissez l’un des moments proposés."),
        ("annulation", "mille", "Choisissez l’un des délais proposés."),
    ] {
        let refused = martin.post("/agenda/rappels", &settings(&[(field, value)]));
        assert_eq!(refused.status, 422, "{field}");
        assert!(refused.text().contains(sentence), "{field}: {}", refused.text());
    }
    let neither = martin.post("/agenda/rappels", &settings(&[("par-email", "-"), ("par-sms", "-")]));
    assert!(neither.text().contains("Cochez au moins une voie"));
    // The secretariat works on the same page, and only on those it answers for.
    let mut aline = office.signed_in("aline");
    assert_eq!(aline.post("/standard/abonnes/1/agenda/rappels", &settings(&[])).status, 303);
    let shown = martin.get("/agenda/rappels");
    assert_eq!(shown.count("#actif[checked]"), 1);
    let preview = shown.all("reminder-preview p.text");
    assert!(
        preview[0].starts_with("Bonjour Mme DUPONT Marie, rappel : mercredi 25 novembre 2026 à 09:15"),
        "{preview:?}"
    );
    assert!(
        preview[0].ends_with("au 12, rue Colette à Créteil."),
        "no address of the house, no sentence about it: {preview:?}"
    );
    assert_eq!(office.signed_in("basile").get("/standard/abonnes/2/agenda/rappels").status, 404);
}

#[test]
fn an_abonné_that_goes_and_one_that_stops_tell_nobody_anything() {
    let (office, server) = (office(), MailServer::start(&[]));
    turn_on(&office, &[]);
    let marie = card(&office, "Marie", "marie@example.net");
    let id = book(&office, marie, "2026-11-27", "09:15", &["rappel-email"]);
    assert_eq!(waiting(&office, id), 1);
    turn_on(&office, &[("actif", "-")]);
    assert_eq!(waiting(&office, id), 0, "stopped in the same write");
    turn_on(&office, &[]);
    // Merged meanwhile: the card that stays is told, under its own address.
    let other = office.contact(MARTIN, "Dupont", "Maria", |new| new.email = "maria@example.net".into());
    let merged = office.signed_in("martin").get(&format!("/contacts/{other}/fusion/{marie}"));
    let done =
        office.signed_in("martin").submit(&merged, &format!("/contacts/{other}/fusion/{marie}"), &[("email", "ici")]);
    assert_eq!(done.status, 303, "{}", done.text());
    use_server(&office, &server);
    office.let_pass_s(2 * 24 * 3600 + 8 * 3600 + 60);
    office.house().alarm.ring();
    let mail = server.mail();
    assert_eq!(subject(&mail), "Rappel : rendez-vous le vendredi 27 novembre 2026 à 09:15");
    assert_eq!(mail["to"], "maria@example.net");
    // The abonné goes while a letter waits.
    let id = book(&office, other, "2026-12-04", "09:15", &["rappel-email"]);
    assert_eq!(waiting(&office, id), 1);
    let mut admin = office.signed_in("admin");
    let begun =
        admin.post("/administration/abonnes/1/suppression", &[("nom", "cabinet martin"), ("sans-telechargement", "1")]);
    assert_eq!(begun.status, 303, "{}", begun.text());
    until("nothing of it waits", || {
        let figures = office.house().store.read(outbox::figures).unwrap();
        figures.waiting == 0
    });
    office.let_pass_days(10);
    assert_eq!(server.rest().len(), 0);
}

/// Somebody who books, moves, cancels and takes back without end.
struct Hand {
    state: u64,
}

impl Hand {
    /// A number below another (splitmix64, Steele and others 2014).
    fn below(&mut self, most: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % most
    }
}

/// Whatever is done to appointments, in whatever order, across restarts: each contact is told everything once, and what it
/// was told last is true.
#[test]
fn whatever_happens_nobody_is_told_twice_and_the_last_word_is_true() {
    for seed in [1, 2, 3] {
        hustle(seed);
    }
}

fn hustle(seed: u64) {
    const PEOPLE: usize = 3;
    const STEPS: usize = 40;
    let (mut office, server) = (office(), MailServer::start(&[]));
    use_server(&office, &server);
    turn_on(&office, &[("par-sms", "-")]);
    let by = By { person: None, name: "Aline" };
    let cards: Vec<ContactId> = (0..PEOPLE)
        .map(|one| {
            let card = card(&office, &format!("Numéro {one}"), &format!("c{one}@example.net"));
            office.house().store.write(|tx| consent::set(tx, MARTIN, card, (true, false), by, office.now())).unwrap();
            card
        })
        .collect();
    let mut hand = Hand { state: seed };
    let mut ids: Vec<Option<AppointmentId>> = vec![None; PEOPLE];
    let mut undos: Vec<UndoToken> = Vec::new();
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let aline = Actor { person: None, name: "Aline", side: Side::Secretariat };
    for _ in 0..STEPS {
        let one = hand.below(PEOPLE as u64) as usize;
        let date = (office.now().local(permanence::base::Zone::PARIS).date())
            + chrono::Duration::days(1 + hand.below(4) as i64);
        let start = Minute::at(8 + hand.below(11) as u16, 15 * hand.below(4) as u16);
        let now = office.now();
        let done = office.house().store.write(|tx| {
            let subscriber = subscribers::subscriber(tx, MARTIN)?.unwrap();
            // Of what has begun nobody is told anything.
            let begun =
                |id| appointments::appointment(tx, MARTIN, id).is_ok_and(|one| one.start_utc.ms_since(now) < 180_000);
            if ids[one].is_some_and(begun) {
                return Ok(None);
            }
            Ok(match (hand.below(6), ids[one]) {
                (0..=1, None) => {
                    let new = NewAppointment {
                        last_name: "Dupont".into(),
                        contact: Some(cards[one]),
                        reminder_email: true,
                        ..NewAppointment::at(date, start, 15)
                    };
                    let booked = appointments::book(tx, &subscriber, new.checked()?, aline, now)?;
                    ids[one] = Some(booked.appointment.id);
                    Some(booked.undo)
                }
                (0..=2, Some(id)) => {
                    let to = Place::new(date, start, 15);
                    Some(appointments::move_to(tx, &subscriber, id, to, Fold::First, false, None, aline, now)?.undo)
                }
                (3, Some(id)) => Some(appointments::cancel(tx, &subscriber, id, None, aline, now)?.1),
                (4, _) => {
                    if let Some(token) = undos.pop() {
                        undo::undo(tx, &subscriber, token, aline, now)?;
                    }
                    None
                }
                _ => None,
            })
        });
        // A slot that is taken, an appointment that is no more: said, and nothing done.
        undos.extend(done.ok().flatten());
        if hand.below(8) == 0 {
            office.restart();
        }
        let pause = [0, 60, 130, 3600, 9 * 3600][hand.below(5) as usize];
        office.let_pass_s(pause);
        permanence::reminders::work::run(office.house(), office.now(), &|| false).unwrap();
        until("what is due has left", || {
            let figures = office.house().store.read(outbox::figures).unwrap();
            figures.oldest_due.is_none_or(|due| due > office.now())
        });
    }
    office.let_pass_s(131);
    until("the last words have left", || {
        let figures = office.house().store.read(outbox::figures).unwrap();
        figures.oldest_due.is_none_or(|due| due > office.now())
    });
    for mail in server.rest() {
        told.entry(mail["to"].as_str().unwrap().to_owned()).or_default().push(subject(&mail).to_owned());
    }
    let coming = office.house().store.read(|tx| appointments::coming(tx, MARTIN, office.now())).unwrap();
    for (one, id) in ids.iter().enumerate() {
        let words = told.remove(&format!("c{one}@example.net")).unwrap_or_default();
        let mut reminders = BTreeSet::new();
        for word in words.iter().filter(|word| word.starts_with("Rappel")) {
            reminders.insert(word);
        }
        let all = words.iter().filter(|word| word.starts_with("Rappel")).count();
        assert!(all <= 2 * reminders.len(), "seed {seed}: each of the two reminders of a time once: {words:?}");
        let spoken: Vec<&String> = words.iter().filter(|word| !word.starts_with("Rappel")).collect();
        assert!(spoken.windows(2).all(|pair| pair[0] != pair[1]), "seed {seed}: twice the same in a row: {words:?}");
        let Some(last) = words.last() else { continue };
        match coming.iter().find(|appointment| Some(appointment.id) == *id) {
            Some(stands) => {
                let moment = format!("{} à {}", permanence::base::time::date_in_words(stands.day()), stands.start);
                assert!(last.contains(&moment) && !last.contains("annulé"), "seed {seed}: {moment}: {words:?}");
            }
            None => {
                let of = |tx: &permanence::store::Read| appointments::appointment_or_cancelled(tx, MARTIN, id.unwrap());
                let over = office.house().store.read(of).unwrap().0.start_utc <= office.now();
                assert!(over || last.contains("annulé"), "seed {seed}: {words:?}");
            }
        }
    }
}

#[test]
fn the_other_abonnés_cards_are_not_there() {
    let office = office();
    let card = office.contact(LEFEVRE, "Dupont", "Marie", |_| ());
    let mut martin: Browser = office.signed_in("martin");
    assert_eq!(martin.post(&format!("/contacts/{card}/rappels"), &[("accord-sms", "1")]).status, 404);
}
