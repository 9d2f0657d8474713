//! The interface for other software (product, section 13): tokens, what each opens, and what is read and written by it.

use crate::doors::two_practices;
use crate::support::browser::Page;
use crate::support::{Browser, MARTIN, Office, office};
use permanence::api::OPERATIONS;
use permanence::base::FaxId;
use permanence::http::Method;
use permanence::people::tokens::Right;
use serde_json::{Value, json};

/// Another program, with its token.
pub struct Software {
    pub browser: Browser,
    pub token: String,
}

impl Software {
    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Page {
        let bearer = format!("Bearer {}", self.token);
        let mut all = vec![("Authorization", bearer.as_str())];
        all.extend(headers);
        let text = body.map(Value::to_string);
        if text.is_some() {
            all.push(("Content-Type", "application/json"));
        }
        self.browser.send(method, path, &all, text.as_deref().map(str::as_bytes))
    }

    pub fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, &[], None)
    }

    /// A form with a file, as programs send it (RFC 7578).
    pub fn bring(&mut self, path: &str, name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> Page {
        let bearer = format!("Bearer {}", self.token);
        let mut body = Vec::new();
        for (field, value) in fields {
            let part = format!("--limite\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--limite\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--limite--\r\n");
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "multipart/form-data; boundary=limite")];
        self.browser.send("POST", path, &headers, Some(&body))
    }

    pub fn post(&mut self, path: &str, body: Value) -> Page {
        self.send("POST", path, &[], Some(&body))
    }
}

pub fn said(page: &Page) -> Value {
    serde_json::from_slice(&page.bytes).unwrap_or_else(|_| panic!("{}: {}", page.status, page.html()))
}

/// Makes a token on the page, as its person does.
pub fn software(office: &Office, login: &str, name: &str, abonnes: &[&str], rights: &[&str]) -> Software {
    let mut person = office.signed_in(login);
    let page = person.get("/mon-compte/jetons");
    let mut fields = vec![("nom-du-jeton", name), ("duree", "90")];
    fields.extend(abonnes.iter().map(|id| ("abonne", *id)));
    fields.extend(rights.iter().map(|right| ("droit", *right)));
    let made = person.submit(&page, "/mon-compte/jetons", &fields);
    assert_eq!(made.status, 200, "{}", made.text());
    let token = made.all("code.once").remove(0);
    // Another machine than the person's: no cookie, and no page that it comes from.
    Software { browser: Browser { origin: None, ..office.stranger() }, token }
}

pub const ALL_RIGHTS: [&str; 10] = [
    "messages-lecture",
    "messages-ecriture",
    "contacts-lecture",
    "contacts-ecriture",
    "agenda-lecture",
    "agenda-ecriture",
    "consignes-lecture",
    "compteurs-lecture",
    "appels",
    "fax-ecriture",
];

#[test]
fn a_token_is_shown_once_used_and_revoked() {
    let office = office();
    let mut program = software(&office, "martin", "Logiciel du cabinet", &["1"], &["messages-lecture"]);
    let token = program.token.clone();
    assert!(token.strip_prefix("perm_").unwrap().len() * 6 >= 128, "{token}");
    let mut martin = office.signed_in("martin");
    let seen = martin.get("/mon-compte/jetons");
    assert!(!seen.html().contains(&token) && seen.text().contains("Jamais utilisé"), "{}", seen.text());
    let data = std::fs::read(office.data_folder().join("permanence.redb")).unwrap();
    assert!(!data.windows(token.len()).any(|bytes| bytes == token.as_bytes()), "the server keeps a hash only");

    assert_eq!(program.get("/api/v1/abonnes/1/messages").status, 200);
    let seen = martin.get("/mon-compte/jetons");
    assert!(seen.text().contains("24/11/2026 à 10:00"), "{}", seen.text());
    let id = seen.attributes("input[name=jeton]", "value").remove(0);
    let revocation = "/mon-compte/jetons/revocation";
    assert_eq!(office.signed_in("lefevre").post(revocation, &[("jeton", &id)]).status, 404);
    assert_eq!(program.get("/api/v1/abonnes/1/messages").status, 200);
    assert_eq!(martin.submit(&seen, revocation, &[]).status, 303);
    let refused = program.get("/api/v1/abonnes/1/messages");
    assert_eq!(refused.status, 401, "out at the next request");
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    assert!(refused.header("www-authenticate").unwrap().contains("invalid_token"));
    let journal = office.signed_in("admin").get("/administration/journal").text();
    assert!(journal.contains("jeton d’accès créé") && journal.contains("jeton d’accès révoqué"), "{journal}");
    assert!(!journal.contains(&token));
}

#[test]
fn an_administrator_sees_everybodys_tokens_and_ends_any() {
    let office = office();
    let mut of_martin = software(&office, "martin", "Logiciel du cabinet", &["1"], &["messages-lecture"]);
    let mut of_aline = software(&office, "aline", "Standard", &["1", "2"], &["appels"]);
    let mut admin = office.signed_in("admin");
    let list = "/administration/jetons";
    let page = admin.get(list);
    for part in
        ["Logiciel du cabinet", "Dr Martin", "Lire les messages", "Standard", "Aline", "Maître Lefèvre", "2 jetons"]
    {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    assert!(!page.html().contains(&of_martin.token));
    let ids: Vec<(String, String)> = page
        .attributes("input[name=jeton]", "value")
        .into_iter()
        .zip(page.attributes("input[name=personne]", "value"))
        .collect();
    let (id, person) = ids.iter().find(|(_, person)| person == "1").expect("Dr Martin’s");
    let revocation = "/administration/jetons/revocation";
    let crossed = [("jeton", id.as_str()), ("personne", "4")];
    assert_eq!(admin.post(revocation, &crossed).status, 404, "an id belongs to its person");
    for login in ["martin", "aline"] {
        let mut other = office.signed_in(login);
        assert_eq!(other.get(list).status, 404);
        assert_eq!(other.post(revocation, &[("jeton", id), ("personne", person)]).status, 404);
    }
    assert_eq!(of_martin.get("/api/v1/jeton").status, 200);
    assert_eq!(admin.post(revocation, &[("jeton", id), ("personne", person)]).status, 303);
    assert_eq!((of_martin.get("/api/v1/jeton").status, of_aline.get("/api/v1/jeton").status), (401, 200));
    assert!(admin.get("/administration/journal").text().contains("jeton d’accès révoqué"));
}

#[test]
fn a_token_ends_by_itself_with_its_person_and_with_the_password() {
    let office = office();
    let mut program = software(&office, "martin", "Ancien", &["1"], &["messages-lecture"]);
    let mut of_basile = software(&office, "basile", "Console", &["1"], &["messages-lecture"]);
    assert_eq!(of_basile.get("/api/v1/jeton").status, 200);
    office.set_active("basile", false);
    assert_eq!(of_basile.get("/api/v1/jeton").status, 401);
    office.let_pass_s(89 * 24 * 3600);
    assert_eq!(program.get("/api/v1/jeton").status, 200);
    office.let_pass_s(2 * 24 * 3600);
    assert_eq!(program.get("/api/v1/jeton").status, 401, "after its 90 days");

    let mut program = software(&office, "martin", "Nouveau", &["1"], &["messages-lecture"]);
    assert_eq!(program.get("/api/v1/jeton").status, 200);
    let mut martin = office.signed_in("martin");
    let chosen = "une toute autre phrase";
    let fields = [("actuel", crate::support::PASSWORD), ("nouveau", chosen), ("nouveau2", chosen)];
    assert_eq!(martin.post("/mon-compte", &fields).status, 303);
    assert_eq!(program.get("/api/v1/jeton").status, 401, "who changes the password wants everybody else out");
}

#[test]
fn a_token_opens_no_page_and_a_cookie_opens_no_interface() {
    let office = office();
    let mut program = software(&office, "martin", "Logiciel", &["1"], &ALL_RIGHTS);
    for path in ["/messages", "/mon-compte", "/agenda", "/contacts"] {
        assert_eq!(program.get(path).status, 303, "{path} asks for a sign-in");
    }
    let mut martin = office.signed_in("martin");
    assert_eq!(martin.get("/api/v1/abonnes/1/messages").status, 401);
    let (token, path) = (program.token.clone(), "/api/v1/abonnes/1/messages");
    for value in [format!("Basic {token}"), token.clone(), format!("Bearer {token}x"), "Bearer ".into()] {
        assert_eq!(office.stranger().get_with(path, &[("Authorization", &value)]).status, 401, "{value}");
    }
    assert_eq!(office.stranger().get(&format!("{path}?access_token={token}")).status, 401, "never in an address");
}

fn at(pattern: &str, abonne: &str) -> String {
    let path = pattern.replace("{abonne}", abonne);
    ["{message}", "{contact}", "{rendez-vous}", "{fax}"].iter().fold(path, |path, place| path.replace(place, "1"))
}

/// The example of the document: what the operation takes.
fn example(document: &Value, pattern: &str) -> Value {
    document["paths"][pattern]["post"]["requestBody"]["content"]["application/json"]["example"].clone()
}

#[test]
fn each_right_opens_its_own_operations_and_another_abonnes_things_are_not_there() {
    let office = two_practices();
    office.line(MARTIN, "01 40 50 60 70");
    let document = said(&office.stranger().get("/api/v1/openapi.json"));
    for right in Right::ALL {
        // Each of its own, so that no name is taken twice.
        let mut program = software(&office, "aline", right.word(), &["1"], &[right.word()]);
        for operation in OPERATIONS.iter().filter(|operation| operation.right.is_some()) {
            let query: &str = match operation.name {
                "listerRendezVous" => "?du=2026-11-23&au=2026-11-29",
                "trouverCreneaux" => "?duree=15",
                _ => "",
            };
            let mut knock = |abonne: &str| {
                let path = format!("{}{query}", at(operation.pattern, abonne));
                if operation.takes_file() {
                    program.bring(&path, "page.pdf", b"%PDF-1.4 rien", &[])
                } else if operation.method == Method::Post {
                    program.post(&path, example(&document, operation.pattern))
                } else {
                    program.get(&path)
                }
            };
            let page = knock("1");
            let what = format!("{} with {}: {} {}", operation.name, right.word(), page.status, page.html());
            assert!(page.status < 500 && page.status != 401 && page.status != 404, "{what}");
            let lacking = page.header("www-authenticate").is_some_and(|value| value.contains("insufficient_scope"));
            assert_eq!(lacking, operation.right != Some(right), "{what}");
            assert_eq!(page.status == 403 && lacking, lacking, "{what}");
            let placed = operation.pattern.contains("{abonne}");
            for foreign in ["2", "99", "0", "x"].into_iter().filter(|_| placed) {
                let page = knock(foreign);
                assert_eq!(page.status, 404, "{} at {foreign}", operation.name);
                assert!(!page.html().contains("Lefèvre"), "{}", page.html());
            }
        }
    }
}

#[test]
fn a_token_does_no_more_than_its_person_may() {
    let office = two_practices();
    // A form may name what its person may not see.
    let mut basile = office.signed_in("basile");
    let page = basile.get("/mon-compte/jetons");
    let fields = [("nom-du-jeton", "x"), ("duree", "90"), ("abonne", "2"), ("droit", "messages-lecture")];
    assert_eq!(basile.submit(&page, "/mon-compte/jetons", &fields).status, 422);
    // And may lose the right to it later.
    let mut program = software(&office, "aline", "Console", &["1", "2"], &ALL_RIGHTS);
    assert_eq!(said(&program.get("/api/v1/abonnes"))["donnees"].as_array().unwrap().len(), 2);
    assert_eq!(program.get("/api/v1/abonnes/2/messages/7").status, 200);
    let mut admin = office.signed_in("admin");
    let aline = "/administration/personnes/4";
    let page = admin.get(aline);
    assert!(page.text().contains("aline"), "{}", page.text());
    assert_eq!(admin.submit(&page, aline, &[("abonne", "1")]).status, 303);
    assert_eq!(program.get("/api/v1/abonnes/2/messages/7").status, 404);
    assert_eq!(program.get("/api/v1/abonnes/1/messages/1").status, 200);
    // A client neither takes messages, nor does a secretary archive them.
    let mut client = software(&office, "martin", "Cabinet", &["1"], &ALL_RIGHTS);
    assert_eq!(client.post("/api/v1/abonnes/1/messages", json!({ "texte": "x" })).status, 403);
    assert_eq!(program.post("/api/v1/abonnes/1/messages/1/archivage", json!({})).status, 403);
}

#[test]
fn a_message_is_taken_once_however_often_it_is_sent_and_archived_by_the_abonne() {
    let office = office();
    let mut console = software(&office, "aline", "Standard", &["1"], &ALL_RIGHTS);
    let call = json!({ "nom": "Durand", "telephone": "06 39 98 12 34", "texte": "Rappeler ce soir.", "urgent": true });
    let path = "/api/v1/abonnes/1/messages";
    let first = console.send("POST", path, &[("Idempotency-Key", "appel-7")], Some(&call));
    assert_eq!(
        (first.status, first.header("location")),
        (201, Some("/api/v1/abonnes/1/messages/1")),
        "{}",
        first.html()
    );
    let again = console.send("POST", path, &[("Idempotency-Key", "appel-7")], Some(&call));
    assert_eq!((again.status, again.html()), (first.status, first.html()), "the same answer");
    let other = console.send("POST", path, &[("Idempotency-Key", "appel-7")], Some(&json!({ "texte": "autre" })));
    assert_eq!(other.status, 422);
    // A key is one token's own.
    let mut second = software(&office, "aline", "Autre standard", &["1"], &["messages-ecriture"]);
    assert_eq!(second.send("POST", path, &[("Idempotency-Key", "appel-7")], Some(&call)).status, 201);

    let message = said(&first);
    assert_eq!(message["telephone"], "+33639981234");
    assert_eq!((&message["urgent"], &message["etat"]), (&json!(true), &json!("en-attente")));
    assert_eq!(message["recu"], "2026-11-24T10:00:00+01:00");
    assert_eq!(message["historique"][0]["par"], "Aline (Standard)", "histories say which software it was");
    let page = office.signed_in("martin").get("/messages").text();
    assert!(page.contains("Vous avez 2 messages") && page.contains("Aline (Standard)"), "{page}");

    let mut cabinet = software(&office, "martin", "Cabinet", &["1"], &ALL_RIGHTS);
    let archived = cabinet.post(&format!("{path}/1/archivage"), json!({}));
    assert_eq!((archived.status, &said(&archived)["etat"]), (200, &json!("archive")));
    assert_eq!(said(&cabinet.get(&format!("{path}?etat=en-attente")))["donnees"].as_array().unwrap().len(), 1);
    let restored = cabinet.post(&format!("{path}/1/remise-en-attente"), json!({}));
    assert_eq!(said(&restored)["etat"], "en-attente");
    let answered = cabinet.post(&format!("{path}/1/reponses"), json!({ "reponse": "Je la rappelle." }));
    assert_eq!(answered.status, 201);
    assert!(office.signed_in("aline").get("/standard").text().contains("Réponse"), "the console has it");
}

#[test]
fn a_long_list_is_read_to_its_end_by_its_links() {
    let office = office();
    office.messages(MARTIN, 120);
    let mut program = software(&office, "martin", "Cabinet", &["1"], &["messages-lecture"]);
    let mut numbers = Vec::new();
    let mut path = "/api/v1/abonnes/1/messages?etat=en-attente".to_owned();
    for _ in 0..5 {
        let page = program.get(&path);
        assert_eq!(page.status, 200, "{}", page.html());
        numbers.extend(said(&page)["donnees"].as_array().unwrap().iter().map(|one| one["numero"].as_u64().unwrap()));
        let Some(link) = page.header("link") else { break };
        path = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap().to_owned();
    }
    assert_eq!(numbers, (1..=120).rev().collect::<Vec<u64>>());
}

#[test]
fn cards_are_read_to_the_last_while_others_are_made_and_go() {
    let office = office();
    for number in 1..=120 {
        // Names that sort the other way round than they came.
        office.contact(MARTIN, &format!("Nom{:03}", 500 - number), "", |_| ());
    }
    let mut program = software(&office, "martin", "Cabinet", &["1"], &ALL_RIGHTS);
    let mut numbers = Vec::new();
    let mut path = "/api/v1/abonnes/1/contacts".to_owned();
    for round in 0..5 {
        let page = program.get(&path);
        assert_eq!(page.status, 200, "{}", page.html());
        numbers.extend(said(&page)["donnees"].as_array().unwrap().iter().map(|one| one["numero"].as_u64().unwrap()));
        if round == 0 {
            office.contact(MARTIN, "Aaron", "", |_| ());
            let erased = program.post("/api/v1/abonnes/1/contacts/7/suppression", json!({}));
            assert_eq!((erased.status, erased.bytes.len()), (204, 0), "{}", erased.html());
        }
        let Some(link) = page.header("link") else { break };
        path = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap().to_owned();
    }
    assert_eq!(numbers, (1..=121).collect::<Vec<u64>>(), "each once, the new one too");
}

#[test]
fn a_card_is_erased_as_on_screen_once_and_not_under_somebodys_hands() {
    let office = office();
    let card = office.contact(MARTIN, "Dupont", "Marie", |_| ());
    let mut program = software(&office, "martin", "Cabinet", &["1"], &ALL_RIGHTS);
    let path = format!("/api/v1/abonnes/1/contacts/{card}");
    let tag = program.get(&path).header("etag").unwrap().to_owned();
    assert_eq!(program.post(&path, json!({ "nom": "Durand" })).status, 200);
    let (erasing, key) = (format!("{path}/suppression"), ("Idempotency-Key", "suppression-1"));
    assert_eq!(program.send("POST", &erasing, &[("If-Match", &tag)], None).status, 412);
    assert_eq!(program.send("POST", &erasing, &[key], None).status, 204);
    assert_eq!(program.send("POST", &erasing, &[key], None).status, 204, "the same answer");
    assert_eq!(program.post(&erasing, json!({})).status, 404);
    assert_eq!(
        (program.get(&path).status, office.signed_in("martin").get(&format!("/contacts/{card}")).status),
        (404, 404)
    );
    assert!(office.signed_in("admin").get("/administration/journal").text().contains("fiche contact supprimée"));
}

#[test]
fn a_fax_comes_in_by_the_interface_once_and_becomes_a_message() {
    let office = office();
    let mut console = software(&office, "aline", "Passerelle de fax", &["1"], &["fax-ecriture"]);
    let path = "/api/v1/abonnes/1/fax";
    let scan = crate::support::faxes::tiff(2, 1);
    let about = [("nom", "Pharmacie du Port"), ("telephone", "01 99 00 20 20"), ("urgent", "oui")];
    let brought = console.bring(path, "ordonnance.tif", &scan, &about);
    assert_eq!(
        (brought.status, brought.header("location")),
        (201, Some("/api/v1/abonnes/1/fax/1")),
        "{}",
        brought.html()
    );
    assert_eq!(said(&brought)["nom-du-fichier"], "ordonnance.tif");
    let again = console.bring(path, "ordonnance.tif", &scan, &about);
    assert_eq!((again.status, again.header("location")), (200, Some("/api/v1/abonnes/1/fax/1")), "nothing is doubled");
    office.read_fax(FaxId(1));
    let read = said(&console.get(&format!("{path}/1")));
    assert_eq!((&read["etat"], &read["pages"], &read["message"]), (&json!("lu"), &json!(2), &json!(1)), "{read}");
    let page = office.signed_in("martin").get("/messages").text();
    assert!(page.contains("PHARMACIE DU PORT") && page.contains("Aline (Passerelle de fax)"), "{page}");

    assert_eq!(console.post(path, json!({ "fichier": "x" })).status, 415);
    assert_eq!(console.bring(path, "vide.tif", b"", &[]).status, 422);
    assert_eq!(console.bring(path, "x.tif", &scan, &[("nom", &"x".repeat(1000))]).status, 422);
    assert_eq!(console.bring("/api/v1/abonnes/2/fax", "x.tif", &scan, &[]).status, 404);
    let odd = console.bring(path, "x.exe", b"MZ rien de lisible", &[]);
    assert_eq!(odd.status, 201);
    office.read_fax(FaxId(2));
    let refused = said(&console.get(&format!("{path}/2")));
    assert!(refused["etat"] == "refuse" && refused["refus"].as_str().is_some_and(|why| !why.is_empty()), "{refused}");
    let mut client = software(&office, "martin", "Cabinet", &["1"], &ALL_RIGHTS);
    assert_eq!(client.bring(path, "x.tif", &scan, &[]).status, 403);
}

/// What the edge itself refuses, before anybody looks at the token, is said to software in its own words (RFC 9457).
#[test]
fn what_the_door_refuses_is_a_problem_too() {
    let office = office();
    let host = office.address();
    let long = "x".repeat(5000);
    let headers = "X-Y: z\r\n".repeat(100);
    for (request, status) in [
        (format!("POST /api/v1/appels HTTP/1.1\r\nHost: {host}\r\nContent-Length: 99999999\r\n\r\n"), 413),
        (format!("POST /api/v1/appels HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 411),
        (format!("GET /api/v1/appels HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n"), 431),
        (format!("GET /api/v1/{long} HTTP/1.1\r\nHost: {host}\r\n\r\n"), 414),
        (format!("BREW /api/v1/appels HTTP/1.1\r\nHost: {host}\r\n\r\n"), 501),
        (format!("GET /api/v1/appels HTTP/1.1\r\nHost: {host}\r\nHost: autre\r\n\r\n"), 400),
    ] {
        let page = crate::support::browser::exchange(host, request.as_bytes());
        let kind = page.header("content-type");
        assert_eq!((page.status, kind), (status, Some("application/problem+json")), "{request:.60}");
        assert_eq!(said(&page)["status"], status, "{}", page.html());
        assert!(!said(&page)["detail"].as_str().unwrap().is_empty());
    }
    let page = crate::support::browser::exchange(host, b"BREW /messages HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "a person reads a page");
}

#[test]
fn what_has_not_changed_is_not_sent_again_and_what_has_is_not_overwritten() {
    let office = office();
    let mut program = software(&office, "martin", "Cabinet", &["1"], &ALL_RIGHTS);
    let contacts = "/api/v1/abonnes/1/contacts";
    let phones = json!([{ "telephone": "06 39 98 12 34", "usage": "portable" }]);
    let card = json!({ "nom": "Dupont", "prenom": "Marie", "naissance": "1962-05-13", "telephones": phones });
    let made = program.post(contacts, card.clone());
    assert_eq!(made.status, 201, "{}", made.html());
    assert_eq!(said(&made)["telephones"][0], json!({ "telephone": "+33639981234", "usage": "portable" }));
    assert_eq!(program.post(contacts, card.clone()).status, 409, "a card like it is there");
    let path = made.header("location").unwrap().to_owned();
    let tag = program.get(&path).header("etag").unwrap().to_owned();
    let known = program.send("GET", &path, &[("If-None-Match", &tag)], None);
    assert_eq!((known.status, known.bytes.len()), (304, 0));

    let changed = program.send("POST", &path, &[("If-Match", &tag)], Some(&json!({ "nom": "Dupond" })));
    assert_eq!((changed.status, &said(&changed)["nom"]), (200, &json!("Dupond")), "{}", changed.html());
    assert_eq!(said(&changed)["prenom"], Value::Null, "the whole card");
    let late = program.send("POST", &path, &[("If-Match", &tag)], Some(&json!({ "nom": "Durand" })));
    assert_eq!(late.status, 412, "{}", late.html());
    assert_eq!(program.send("GET", &path, &[("If-None-Match", &tag)], None).status, 200);
    assert_eq!(said(&program.get(&format!("{contacts}?q=dupo")))["donnees"].as_array().unwrap().len(), 1);
}

#[test]
fn an_appointment_is_booked_moved_and_cancelled_as_on_screen() {
    let office = office();
    let mut console = software(&office, "aline", "Standard", &["1"], &ALL_RIGHTS);
    let base = "/api/v1/abonnes/1/rendez-vous";
    let wanted = json!({ "date": "2026-11-27", "heure": "09:00", "duree": 15, "nom": "Roux", "motif": "Contrôle" });
    let booked = console.post(base, wanted.clone());
    assert_eq!(booked.status, 201, "{}", booked.html());
    let value = said(&booked);
    assert_eq!(
        (&value["debut"], &value["fin"]),
        (&json!("2026-11-27T09:00:00+01:00"), &json!("2026-11-27T09:15:00+01:00"))
    );
    assert_eq!(value["fuseau"], "Europe/Paris");
    let second = console.post(base, wanted);
    assert_eq!((second.status, &said(&second)["detail"]), (409, &json!("Ce créneau vient d’être pris.")));
    let mut martin = office.signed_in("martin");
    assert!(martin.get("/messages").text().contains("ROUX"), "the abonné has a message of it");
    assert!(martin.get("/agenda?date=2026-11-27").text().contains("ROUX"));

    let path = booked.header("location").unwrap().to_owned();
    let tag = booked.header("etag").unwrap().to_owned();
    let to = json!({ "date": "2026-11-30", "heure": "10:30" });
    let moved = console.send("POST", &format!("{path}/deplacement"), &[("If-Match", &tag)], Some(&to));
    assert_eq!((moved.status, &said(&moved)["debut"]), (200, &json!("2026-11-30T10:30:00+01:00")), "{}", moved.html());
    assert_eq!(console.send("POST", &format!("{path}/annulation"), &[("If-Match", &tag)], None).status, 412);
    let range = format!("{base}?du=2026-11-30&au=2026-11-30");
    assert_eq!(said(&console.get(&range))["donnees"].as_array().unwrap().len(), 1);
    let cancelled = console.post(&format!("{path}/annulation"), json!({}));
    assert_eq!((cancelled.status, &said(&cancelled)["annule"]), (200, &json!(true)));
    assert_eq!(said(&console.get(&range))["donnees"], json!([]));
    // 29 March 2026 had no 02:30, nor will 28 March 2027 have one.
    let skipped = json!({ "date": "2027-03-28", "heure": "02:30", "duree": 15 });
    assert_eq!(console.post(base, skipped).status, 422);
}

#[test]
fn what_is_wrong_is_said_member_by_member_and_changes_nothing() {
    let office = office();
    let mut console = software(&office, "aline", "Standard", &["1"], &ALL_RIGHTS);
    let path = "/api/v1/abonnes/1/messages";
    let wrong =
        console.post(path, json!({ "type": "bizarre", "email": "sans-arobase", "inconnu": 1, "urgent": "oui" }));
    assert_eq!((wrong.status, wrong.header("content-type")), (422, Some("application/problem+json")));
    let fields: Vec<String> =
        said(&wrong)["erreurs"].as_array().unwrap().iter().map(|one| one["champ"].as_str().unwrap().into()).collect();
    assert_eq!(fields, ["type", "urgent", ""], "{}", wrong.html());
    let empty = console.post(path, json!({}));
    assert_eq!((empty.status, &said(&empty)["erreurs"][0]["champ"]), (422, &json!("texte")));
    let bearer = format!("Bearer {}", console.token);
    for (kind, body, status) in [
        ("application/json", "{", 400),
        ("application/json", "[]", 400),
        ("application/x-www-form-urlencoded", "texte=x", 415),
        ("multipart/form-data; boundary=x", "--x--", 415),
    ] {
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", kind)];
        let page = console.browser.send("POST", path, &headers, Some(body.as_bytes()));
        assert_eq!((page.status, page.header("content-type")), (status, Some("application/problem+json")), "{kind}");
    }
    for path in ["/api/v1", "/api/v1/rien", "/api/v2/abonnes"] {
        let page = console.get(path);
        assert_eq!((page.status, page.header("content-type")), (404, Some("application/problem+json")), "{path}");
    }
    let page = console.send("DELETE", "/api/v1/abonnes/1/contacts/1", &[], None);
    assert_eq!((page.status, page.header("content-type")), (405, Some("application/problem+json")));
    for query in ["etat=bizarre", "avant=x", "avant=-1", "urgent=1"] {
        assert_eq!(console.get(&format!("{path}?{query}")).status, 422, "{query}");
    }
    assert!(office.signed_in("martin").get("/messages").text().contains("Aucun message"));
}

#[test]
fn a_token_that_asks_too_much_waits_and_no_other_does() {
    let office = office();
    let mut greedy = software(&office, "martin", "Gourmand", &["1"], &["messages-lecture"]);
    let mut other = software(&office, "martin", "Autre", &["1"], &["messages-lecture"]);
    let first = greedy.get("/api/v1/jeton");
    assert_eq!(first.header("ratelimit-policy"), Some("\"jeton\";q=1200;w=60"));
    assert_eq!(first.header("ratelimit"), Some("\"jeton\";r=1199;t=60"));
    for _ in 1..1200 {
        assert_eq!(greedy.get("/api/v1/jeton").status, 200);
    }
    let refused = greedy.get("/api/v1/jeton");
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("60")));
    assert_eq!(other.get("/api/v1/jeton").status, 200);
    office.let_pass_s(60);
    assert_eq!(greedy.get("/api/v1/jeton").status, 200);
}

/// Runs a program of Python with the tools that `tests/run` installs; what it says.
fn python(script: &str, arguments: &[&str]) -> String {
    let tools = concat!(env!("CARGO_MANIFEST_DIR"), "/target/test-tools/api");
    let mut command = std::process::Command::new("python3");
    // What they write for themselves stays with them.
    command.env("PYTHONPATH", tools).current_dir(tools).args(["-c", script]).args(arguments);
    let output = command.output().expect("python3");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn the_document_and_its_examples_are_valid() {
    let office = office();
    let address = format!("http://{}/api/v1/openapi.json", office.address());
    let script = r#"
import json, sys, urllib.request
from openapi_spec_validator import validate
from jsonschema import Draft202012Validator as V, FormatChecker
d = json.load(urllib.request.urlopen(sys.argv[1]))
validate(d)
n = 0
for path, item in d["paths"].items():
    for method, op in item.items():
        bodies = list(op["responses"].values()) + [op.get("requestBody", {})]
        contents = [b["content"]["application/json"] for b in bodies if "application/json" in b.get("content", {})]
        for c in contents:
            V(c["schema"], format_checker=FormatChecker()).validate(c["example"]); n += 1
print(n)
"#;
    let count: usize = python(script, &[&address]).trim().parse().unwrap();
    assert!(count >= OPERATIONS.len(), "{count}");
}

#[test]
fn a_fuzzer_that_reads_the_document_finds_nothing() {
    let office = two_practices();
    let address = format!("http://{}/api/v1/openapi.json", office.address());
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemathesis.toml");
    let script = "import sys; from schemathesis.cli import schemathesis; sys.argv[0] = 'schemathesis'; schemathesis()";
    for login in ["aline", "martin"] {
        let program = software(&office, login, "Essai", &["1"], &ALL_RIGHTS);
        let bearer = format!("Authorization: Bearer {}", program.token);
        python(script, &["--config-file", rules, "run", &address, "--header", &bearer, "--no-color"]);
    }
}

/// A list as software that takes gzip reads it, with its version and where it goes on.
fn zipped(program: &mut Software, path: &str) -> (Value, Vec<String>) {
    let page = program.send("GET", path, &[("Accept-Encoding", "gzip")], None);
    assert_eq!((page.status, page.header("content-encoding")), (200, Some("gzip")), "{path}");
    assert_eq!(page.header("content-type"), Some("application/json"));
    let value = serde_json::from_reader(flate2::read::GzDecoder::new(page.bytes.as_slice())).expect("JSON");
    (value, ["etag", "link"].map(|name| page.header(name).unwrap_or_default().to_owned()).to_vec())
}

#[test]
fn a_list_that_is_kept_is_the_list_and_old_as_soon_as_anything_changes() {
    let office = office();
    office.messages(MARTIN, 60);
    let mut program = software(&office, "aline", "Logiciel", &["1"], &["messages-lecture", "messages-ecriture"]);
    let mut blind = software(&office, "aline", "Autre", &["1"], &["contacts-lecture"]);
    let path = "/api/v1/abonnes/1/messages";
    let plain = program.get(path);
    let expected = [plain.header("etag").unwrap().to_owned(), plain.header("link").unwrap().to_owned()].to_vec();
    for _ in 0..3 {
        assert_eq!(zipped(&mut program, path), (said(&plain), expected.clone()));
    }
    let known = program.send("GET", path, &[("Accept-Encoding", "gzip"), ("If-None-Match", &expected[0])], None);
    assert_eq!((known.status, known.bytes.len()), (304, 0));
    let other = zipped(&mut program, &format!("{path}?avant=11"));
    assert_eq!(other.0["donnees"].as_array().unwrap().len(), 10, "another page is another list");
    assert_eq!(blind.send("GET", path, &[("Accept-Encoding", "gzip")], None).status, 403, "a token without the right");
    // By the interface, on screen, and where only the reading changed.
    let taken = program.post(path, json!({ "nom": "Vasseur", "texte": "Rappeler." }));
    assert_eq!(taken.status, 201, "{}", taken.html());
    let after = zipped(&mut program, path);
    assert_eq!(after.0["donnees"][0]["nom"], "Vasseur");
    assert_ne!(after.1[0], expected[0]);
    let mut martin = office.signed_in("martin");
    assert_eq!(martin.post("/messages/archivage", &[("message", "61")]).status, 303);
    assert_eq!(zipped(&mut program, path).0["donnees"][0]["etat"], "archive");
    assert_eq!(zipped(&mut program, path).0["donnees"][1]["lu"], Value::Null);
    martin.get("/messages");
    assert_ne!(zipped(&mut program, path).0["donnees"][1]["lu"], Value::Null, "read is news too");
}
