//! Contact cards by CardDAV (RFC 6352): vdirsyncer keeps them in step, vobject reads them.

use crate::dav::{Device, device};
use crate::support::outside::{Pair, python};
use crate::support::{MARTIN, Office, office};
use permanence::base::Phone;
use permanence::contacts::model::PhoneLine;

const BOOK: &str = "/dav/contacts/1/";

fn telephone(office: &Office) -> Device {
    device(office, "martin", "1", &["avec-agenda", "avec-contacts", "ecrire"])
}

/// What vobject sees in a card.
fn card(text: &str) -> serde_json::Value {
    let program = "import sys, json, vobject\n\
        card = vobject.readOne(sys.stdin.buffer.read().decode())\n\
        card.validate()\n\
        print(json.dumps({'name': str(card.fn.value), 'family': card.n.value.family, 'given': card.n.value.given,\n\
        'tel': [str(t.value) for t in card.contents.get('tel', [])], 'email': [str(e.value) for e in card.contents.get('email', [])],\n\
        'photo': len(card.contents.get('photo', [])), 'uid': str(card.uid.value)}))";
    python("python", program, &[], text)
}

fn sent(uid: &str, name: &str, more: &str) -> String {
    let (last, first) = name.split_once(' ').unwrap();
    format!("BEGIN:VCARD\nVERSION:3.0\nUID:{uid}\nN:{last};{first};;;\nFN:{first} {last}\n{more}END:VCARD\n")
        .replace('\n', "\r\n")
}

fn storage(office: &Office, device: &Device) -> String {
    let (login, password) = (&device.login, &device.password);
    format!(
        "type = \"carddav\"\nurl = \"http://{}{BOOK}\"\nusername = \"{login}\"\npassword = \"{password}\"",
        office.address()
    )
}

#[test]
fn vdirsyncer_keeps_contacts_in_step_both_ways() {
    let office = office();
    office.contact(MARTIN, "Dupont", "Marie", |card| {
        card.email = "marie@example.net".into();
        card.phones = vec![PhoneLine { word: "portable".into(), phone: Phone::read("06 39 98 12 34") }];
    });
    let device = telephone(&office);
    let pair = Pair::new(&storage(&office, &device), ".vcf");
    pair.sync();
    let files = pair.files();
    assert_eq!(files.len(), 1);
    let read = card(&files[0].1);
    assert_eq!((&read["family"], &read["given"]), (&"Dupont".into(), &"Marie".into()));
    assert_eq!((&read["tel"][0], &read["email"][0]), (&"+33639981234".into(), &"marie@example.net".into()));

    pair.write("essai.vcf", &sent("essai", "Roux Anne", "TEL;TYPE=CELL:06 39 98 77 77\n"));
    pair.sync();
    let list = office.signed_in("martin").get("/contacts").text();
    assert!(list.contains("ROUX Anne") && list.contains("06 39 98 77 77"), "{list}");
    let mut martin = office.signed_in("martin");
    let page = martin.get("/contacts/1/modification");
    assert_eq!(martin.submit(&page, "/contacts/1/modification", &[("prenom", "Marion")]).status, 303);
    pair.sync();
    assert!(pair.files().iter().any(|(_, text)| text.contains("Marion")), "{:?}", pair.files());
    let (path, _) = pair.files().into_iter().find(|(_, text)| text.contains("Roux")).unwrap();
    std::fs::remove_file(path).unwrap();
    pair.sync();
    let list = office.signed_in("martin").get("/contacts").text();
    assert!(!list.contains("ROUX") && list.contains("DUPONT Marion"), "{list}");
}

#[test]
fn a_picture_and_a_second_address_outlive_a_change_on_screen() {
    let office = office();
    let mut device = telephone(&office);
    let path = format!("{BOOK}a.vcf");
    let more = "EMAIL:un@example.net\nitem1.EMAIL:deux@example.net\nitem1.X-ABLabel:école\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\n\
        item2.TEL:01 99 00 55 66\nitem2.X-ABLabel:fille\n";
    let text = sent("a", "Roux Anne", more);
    let made = device.put(&path, &[("If-None-Match", "*")], &text);
    assert_eq!(made.status, 201, "{}", made.html());
    assert_eq!(device.get(&path).html(), text, "word for word");
    let mut martin = office.signed_in("martin");
    let page = martin.get("/contacts/1/modification");
    assert_eq!(martin.submit(&page, "/contacts/1/modification", &[("ville", "Créteil")]).status, 303);
    let changed = device.get(&path).html();
    let read = card(&changed);
    assert_eq!((&read["photo"], &read["uid"]), (&1.into(), &"a".into()), "{changed}");
    assert_eq!(read["email"], serde_json::json!(["un@example.net", "deux@example.net"]));
    assert_eq!(read["tel"], serde_json::json!(["+33199005566"]));
    assert!(changed.contains("Créteil") && changed.contains("école") && changed.contains("fille"), "{changed}");
    // Sent again by a telephone that saw the card before: it is told.
    let tag = made.header("etag").unwrap().to_owned();
    assert_eq!(device.put(&path, &[("If-Match", &tag)], &text).status, 412);
}

#[test]
fn cards_are_found_by_words_and_written_in_the_version_asked_for() {
    let office = office();
    for (last, first) in [("Dupont", "Marie"), ("Roux", "Anne")] {
        office.contact(MARTIN, last, first, |card| {
            card.phones = vec![PhoneLine { word: "portable".into(), phone: Phone::read("06 39 98 12 34") }];
        });
    }
    let mut device = telephone(&office);
    let query = |device: &mut Device, test: &str, version: &str| {
        let body = format!(
            "<r:addressbook-query xmlns:d=\"DAV:\" xmlns:r=\"urn:ietf:params:xml:ns:carddav\"><d:prop><d:getetag/>\
            <r:address-data content-type=\"text/vcard\" version=\"{version}\"/></d:prop><r:filter>{test}</r:filter></r:addressbook-query>"
        );
        device.report(BOOK, &body)
    };
    let named =
        "<r:prop-filter name=\"FN\"><r:text-match match-type=\"starts-with\">dup</r:text-match></r:prop-filter>";
    let found = query(&mut device, named, "4.0").html();
    assert!(found.contains("VERSION:4.0") && found.contains("DUPONT Marie") && !found.contains("ROUX"), "{found}");
    let found = query(&mut device, "", "3.0").html();
    assert!(found.contains("VERSION:3.0") && found.contains("TEL;TYPE=CELL:+33639981234"), "{found}");
    assert_eq!(query(&mut device, "", "2.1").status, 403);
    let body = "<r:addressbook-multiget xmlns:d=\"DAV:\" xmlns:r=\"urn:ietf:params:xml:ns:carddav\"><d:prop><r:address-data/></d:prop>\
        <d:href>/dav/contacts/1/contact-2.vcf</d:href><d:href>/dav/contacts/2/contact-1.vcf</d:href></r:addressbook-multiget>";
    let found = device.report(BOOK, body).html();
    assert!(found.contains("ROUX Anne") && found.contains("404 Not Found"), "{found}");
}

#[test]
fn what_is_no_card_of_a_person_is_refused_and_what_is_erased_is_gone() {
    let office = office();
    let mut device = telephone(&office);
    let path = format!("{BOOK}g.vcf");
    for (text, says) in [
        (sent("g", "Équipe Rouge", "X-ADDRESSBOOKSERVER-KIND:group\n"), "groupes"),
        (sent("g", " ", ""), "nom"),
        ("bonjour".into(), "vCard"),
        (format!("{}{}", sent("g", "Un A", ""), sent("h", "Deux B", "")), "plusieurs"),
    ] {
        let refused = device.put(&path, &[], &text);
        assert_eq!(refused.status, 403, "{says}: {}", refused.html());
        assert!(refused.html().contains(says) && refused.html().contains("valid-address-data"), "{}", refused.html());
    }
    let secret = "Q2VjaSBlc3QgdW4gc2VjcmV0";
    let text = sent("g", "Roux Anne", &format!("PHOTO;ENCODING=b;TYPE=JPEG:{secret}\n"));
    assert_eq!(device.put(&path, &[], &text).status, 201);
    let mut martin = office.signed_in("martin");
    assert!(martin.get("/contacts").text().contains("ROUX Anne"));
    assert_eq!(device.ask("DELETE", &path, &[], "").status, 204);
    assert_eq!(device.get(&path).status, 404);
    let (changes, _) = device.sync(BOOK, "");
    assert_eq!(changes, []);
    let sent_rows = office.house().store.read(|tx| {
        use permanence::store::AnyTable;
        let tables = permanence::schema::SCHEMA.all();
        tables
            .filter(|table: &&dyn AnyTable| table.name() == "contacts.outside_sent")
            .map(|table| table.verify(tx))
            .collect::<Result<Vec<_>, _>>()
    });
    assert_eq!(sent_rows.unwrap()[0].rows, 0, "what was sent of it is erased with it");
}
