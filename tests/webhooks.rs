//! Webhooks: other software is told what happens, signed as the standard has it, and a dead address harms nobody.

use crate::api::{ALL_RIGHTS, software};
use crate::support::mail::{Gateway, until};
use crate::support::{Browser, LEFEVRE, MARTIN, Office, office, office_set};
use permanence::house::backups::Kept;
use serde_json::{Value, json};

const HERE: &str = "/administration/webhooks";
const TAKEN: &str = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
const BUSY: &str = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 7\r\nConnection: close\r\n\r\nplus la";
const GONE: &str = "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const ELSEWHERE: &str =
    "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

const EVENTS: [&str; 6] = [
    "message.created",
    "message.archived",
    "appointment.booked",
    "appointment.moved",
    "appointment.cancelled",
    "contact.changed",
];

/// An administrator makes a webhook; its secret.
fn listens(office: &Office, address: &str, events: &[&str], more: &[(&str, &str)]) -> String {
    let mut admin = office.signed_in("admin");
    let page = admin.get(HERE);
    let mut fields = vec![("nom", "Logiciel du cabinet"), ("adresse", address), ("abonne", "1"), ("reseau-local", "1")];
    fields.extend(events.iter().map(|event| ("evenement", *event)));
    fields.extend(more);
    let made = admin.submit(&page, HERE, &fields);
    assert_eq!(made.status, 200, "{}", made.text());
    let secret = made.all("code.once").remove(0);
    assert!(!admin.get(HERE).html().contains(&secret), "it is shown once");
    secret
}

fn at(gateway: &Gateway) -> String {
    format!("http://127.0.0.1:{}/permanence", gateway.port)
}

fn header<'a>(request: &'a str, name: &str) -> &'a str {
    let line = request.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")));
    line.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim())
}

fn body(request: &str) -> Value {
    serde_json::from_str(request.split_once("\r\n\r\n").expect("a body").1).expect("JSON")
}

/// What the library of the standard's makers says of a request, at the time of the office.
fn verified(office: &Office, secret: &str, request: &str) -> bool {
    let tools = concat!(env!("CARGO_MANIFEST_DIR"), "/target/test-tools/python");
    let script = r#"
import sys, json, datetime
import standardwebhooks.webhooks as w
secret, now, request = sys.argv[1], int(sys.argv[2]), sys.argv[3]
class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None): return datetime.datetime.fromtimestamp(now, tz=tz)
w.datetime = Clock
head, body = request.split("\r\n\r\n", 1)
headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
try:
    w.Webhook(secret).verify(body, headers)
except w.WebhookVerificationError as cause:
    print(cause); sys.exit(3)
"#;
    let now = (office.now().0 / 1000).to_string();
    let output = std::process::Command::new("python3")
        .env("PYTHONPATH", tools)
        .args(["-c", script, secret, &now, request])
        .output()
        .expect("python3");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(matches!(output.status.code(), Some(0 | 3)), "{said}");
    output.status.success()
}

fn take(office: &Office, text: &str) {
    let mut aline = office.signed_in("aline");
    let page = aline.get("/standard/abonnes/1?nouveau");
    let taken = aline.submit(&page, "/standard/abonnes/1/messages", &[("type", "message"), ("texte", text)]);
    assert_eq!(taken.status, 303, "{}", taken.text());
}

#[test]
fn what_happens_is_told_by_its_number_and_signed() {
    let office = office();
    let gateway = Gateway::start(&[TAKEN]);
    let secret = listens(&office, &at(&gateway), &EVENTS, &[]);
    assert!(secret.starts_with("whsec_"), "{secret}");
    office.message(LEFEVRE, "Pas pour ce logiciel.");
    take(&office, "Rappeler Mme Dupont.");
    let request = gateway.request();
    assert!(request.starts_with("POST /permanence HTTP/1.1"), "{request}");
    assert!(verified(&office, &secret, &request), "{request}");
    assert!(!verified(&office, &secret, &request.replace("\"numero\":1", "\"numero\":2")), "a changed byte is found");
    assert!(!verified(&office, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &request), "another secret signs otherwise");
    assert_eq!(header(&request, "webhook-timestamp"), (office.now().0 / 1000).to_string());
    assert_eq!(
        body(&request),
        json!({
            "type": "message.created",
            "timestamp": "2026-11-24T09:00:00Z",
            "data": { "abonne": 1, "numero": 1, "adresse": "/api/v1/abonnes/1/messages/1" },
        })
    );
    assert!(!request.contains("Dupont"), "identifiers alone");

    let mut program = software(&office, "martin", "Cabinet", &["1"], &ALL_RIGHTS);
    let base = "/api/v1/abonnes/1";
    assert_eq!(program.post(&format!("{base}/messages/1/archivage"), json!({})).status, 200);
    let wanted = json!({ "date": "2026-11-27", "heure": "09:00", "duree": 15, "nom": "Roux" });
    assert_eq!(program.post(&format!("{base}/rendez-vous"), wanted).status, 201);
    let to = json!({ "date": "2026-11-30", "heure": "10:30" });
    assert_eq!(program.post(&format!("{base}/rendez-vous/1/deplacement"), to).status, 200);
    assert_eq!(program.post(&format!("{base}/rendez-vous/1/annulation"), json!({})).status, 200);
    assert_eq!(program.post(&format!("{base}/contacts"), json!({ "nom": "Dupont" })).status, 201);
    // They leave side by side, so in any order.
    let mut told: Vec<String> = (0..5)
        .map(|_| {
            let said = body(&gateway.request());
            format!("{} {}", said["type"].as_str().unwrap(), said["data"]["adresse"].as_str().unwrap())
        })
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            "appointment.booked /api/v1/abonnes/1/rendez-vous/1",
            "appointment.cancelled /api/v1/abonnes/1/rendez-vous/1",
            "appointment.moved /api/v1/abonnes/1/rendez-vous/1",
            "contact.changed /api/v1/abonnes/1/contacts/1",
            "message.archived /api/v1/abonnes/1/messages/1",
        ]
    );
    let journal = office.signed_in("admin").get("/administration/journal").text();
    assert!(journal.contains("webhook créé") && !journal.contains(&secret), "{journal}");
    assert!(!office.signed_in("aline").get("/standard").text().contains("non remis"));
}

#[test]
fn what_happened_is_said_itself_only_where_an_administrator_chose_so() {
    let office = office();
    let gateway = Gateway::start(&[TAKEN]);
    listens(&office, &at(&gateway), &["message.created"], &[("avec-contenu", "1")]);
    take(&office, "Rappeler Mme Dupont.");
    let said = body(&gateway.request());
    assert_eq!(said["data"]["contenu"]["texte"], "Rappeler Mme Dupont.");
    let page = office.signed_in("admin").get(HERE).text();
    assert!(page.contains("avec le contenu 24/11/2026 à 10:00 , Camille"), "who chose it, and when: {page}");
}

fn state(admin: &Browser) -> String {
    admin.clone().get(HERE).text()
}

#[test]
fn what_does_not_pass_comes_again_under_the_same_number() {
    let office = office();
    let gateway = Gateway::start(&[BUSY, TAKEN]);
    let secret = listens(&office, &at(&gateway), &["message.created"], &[]);
    take(&office, "Un.");
    let first = gateway.request();
    let admin = office.signed_in("admin");
    until("its failure shows", || state(&admin).contains("en échec depuis le 24/11/2026 à 10:00"));
    office.let_pass_s(90);
    let second = gateway.request();
    assert_eq!(header(&first, "webhook-id"), header(&second, "webhook-id"));
    assert_ne!(header(&first, "webhook-timestamp"), header(&second, "webhook-timestamp"));
    assert!(verified(&office, &secret, &second) && body(&first) == body(&second));
    until("it has passed", || state(&admin).contains("actif"));
    let letters = admin.clone().get("/administration/courrier?q=message.created").text();
    assert!(letters.contains("1 courrier") && letters.contains("webhook"), "{letters}");
}

#[test]
fn after_five_days_of_failures_an_address_is_called_no_more_and_the_administration_says_so() {
    let office = office_set(|settings| settings.backups.kept = Kept { days: 0, weeks: 0, months: 0 });
    let gateway = Gateway::start(&[BUSY, BUSY, TAKEN]);
    listens(&office, &at(&gateway), &["message.created"], &[]);
    take(&office, "Un.");
    gateway.request();
    let mut admin = office.signed_in("admin");
    until("it fails", || state(&admin).contains("en échec"));
    office.let_pass_days(5);
    // What waited is tried once more, and is the last.
    gateway.request();
    admin = office.signed_in("admin");
    until("it is stopped", || state(&admin).contains("arrêté"));
    let warned = admin.get("/administration").text();
    assert!(warned.contains("Le webhook « Logiciel du cabinet » ne répondait plus : il est arrêté."), "{warned}");
    take(&office, "Deux.");
    let resumed = admin.post(&format!("{HERE}/1/reprise"), &[]);
    assert_eq!(resumed.status, 303);
    take(&office, "Trois.");
    // Its host was left alone for a moment after the last failure.
    office.let_pass_s(60);
    assert_eq!(body(&gateway.request())["data"]["numero"], 3, "what came meanwhile is not told");
    assert!(!admin.get("/administration").text().contains("ne répondait plus"));
}

#[test]
fn who_says_that_it_is_gone_is_believed() {
    let office = office();
    let gateway = Gateway::start(&[GONE]);
    listens(&office, &at(&gateway), &["message.created"], &[]);
    take(&office, "Un.");
    gateway.request();
    let admin = office.signed_in("admin");
    until("it is stopped", || state(&admin).contains("arrêté"));
}

#[test]
fn a_dead_address_holds_nobody_up() {
    let office = office();
    // A port on which nobody listens, and one that takes every connection and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mute = format!("http://{}/", silent.local_addr().unwrap());
    listens(&office, &mute, &["message.created"], &[]);
    let gateway = Gateway::start(&[TAKEN]);
    listens(&office, &at(&gateway), &["message.created"], &[("nom", "Autre")]);
    office.messages(MARTIN, 30);
    let mut told: Vec<u64> = (0..30).map(|_| body(&gateway.request())["data"]["numero"].as_u64().unwrap()).collect();
    told.sort_unstable();
    assert_eq!(told, (1..=30).collect::<Vec<u64>>());
}

#[test]
fn a_trial_shows_the_answer_and_is_not_made_again() {
    let office = office();
    let gateway = Gateway::start(&[ELSEWHERE, TAKEN]);
    let secret = listens(&office, &at(&gateway), &["message.created"], &[]);
    let mut admin = office.signed_in("admin");
    let tried = admin.post(&format!("{HERE}/1/essai"), &[]).header("location").unwrap().to_owned();
    let request = gateway.request();
    assert!(verified(&office, &secret, &request));
    assert_eq!((&body(&request)["type"], &body(&request)["data"]), (&json!("webhook.test"), &json!({})));
    until("its answer shows", || {
        let page = admin.clone().get(&tried).text();
        page.contains("302 (les redirections ne sont pas suivies)") && page.contains("abandonné")
    });
    let again = admin.post(&format!("{HERE}/1/essai"), &[]).header("location").unwrap().to_owned();
    gateway.request();
    until("its answer shows", || admin.clone().get(&again).text().contains("204"));

    assert_eq!(admin.post(&format!("{HERE}/1/revocation"), &[]).status, 303);
    assert_eq!(admin.post(&format!("{HERE}/1/essai"), &[]).status, 404);
    take(&office, "Un.");
    let letters = admin.get("/administration/courrier").text();
    assert!(letters.contains("2 courriers"), "nothing more is written for it: {letters}");
}

#[test]
fn an_address_of_the_inner_network_is_not_called_unless_that_was_allowed() {
    let office = office();
    let mut admin = office.signed_in("admin");
    let page = admin.get(HERE);
    let mut refused = |address: &str| {
        let fields = [("nom", "X"), ("adresse", address), ("abonne", "1"), ("evenement", "message.created")];
        let answer = admin.submit(&page, HERE, &fields);
        assert!(answer.html().contains(&address.replace('&', "&amp;")), "what was typed stays");
        answer.status
    };
    for address in ["http://logiciel.example/", "https://127.0.0.1/", "https://[::1]/x", "https://10.0.0.7/", "x", ""] {
        assert_eq!(refused(address), 422, "{address}");
    }
    // A name says nothing of where it leads until it is asked: then the address is looked at that is connected to.
    let gateway = Gateway::start(&[TAKEN]);
    let address = format!("https://localhost:{}/", gateway.port);
    let fields = [("nom", "X"), ("adresse", address.as_str()), ("abonne", "1"), ("evenement", "message.created")];
    assert_eq!(admin.submit(&page, HERE, &fields).status, 200);
    let tried = admin.post(&format!("{HERE}/1/essai"), &[]).header("location").unwrap().to_owned();
    until("it was refused", || admin.clone().get(&tried).text().contains("n’ont pas le droit d’aller"));
    for login in ["martin", "aline"] {
        assert_eq!(office.signed_in(login).get(HERE).status, 404);
    }
}
