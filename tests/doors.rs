//! Every line of the routes × every member of the cast → the status that the guard promises. A new route without a row fails.

use crate::support::{MARTIN, Office, PASSWORD, office};
use permanence::http::Method;
use permanence::routes::ROUTES;

/// Who knocks.
const CAST: [&str; 7] = ["stranger", "martin", "lefevre", "aline", "basile", "admin", "expired"];

/// What stands in for a pattern's places: things of Cabinet Martin.
fn example(pattern: &str) -> String {
    pattern
        .replace("{abonne}", "1")
        .replace("{message}", "1")
        .replace("{personne}", "2")
        .replace("{token}", "un-jeton-inconnu")
        .replace("{digest}", "0000000000000000")
        .replace("{name..}", "app.css")
}

/// What a guard promises to each, before the handler says anything of its own.
enum Promise {
    /// Not let in.
    Refused(u16),
    /// The handler answers: anything but what only a guard says.
    Passed,
}

fn promise(guard: &str, who: &str, post: bool, quiet: bool, own_subscriber: bool) -> Promise {
    use Promise::{Passed, Refused};
    let signed_out = matches!(who, "stranger" | "expired");
    match guard {
        "open" => Passed,
        _ if signed_out => Refused(if post || quiet { 401 } else { 303 }),
        "signed-in" => Passed,
        "client" if matches!(who, "martin" | "lefevre") => Passed,
        "secretary" if matches!(who, "aline" | "basile") => Passed,
        "secretary-at" if who == "aline" || (who == "basile" && own_subscriber) => Passed,
        "administrator" if who == "admin" => Passed,
        _ => Refused(404),
    }
}

fn browser(office: &Office, who: &str) -> crate::support::Browser {
    match who {
        "stranger" => office.stranger(),
        "expired" => {
            let mut browser = office.stranger();
            browser.cookies.insert("session".into(), "A".repeat(43));
            browser
        }
        login => office.signed_in(login),
    }
}

#[test]
fn every_door_opens_to_whom_its_guard_says_and_to_nobody_else() {
    for who in CAST {
        let office = office();
        office.messages(MARTIN, 1);
        for route in ROUTES {
            // Signing out would end the walk; it has a story of its own.
            if route.pattern == "/deconnexion" {
                continue;
            }
            let mut browser = browser(&office, who);
            let path = example(route.pattern);
            let post = route.method == Method::Post;
            let page = if post { browser.post(&path, &[("x", "1")]) } else { browser.get(&path) };
            match promise(route.door.guard(), who, post, route.quiet, true) {
                Promise::Refused(status) => {
                    assert_eq!(page.status, status, "{who} at {:?} {path}", route.method);
                    let text = page.text();
                    assert!(!text.contains("Appel numéro") && !text.contains("DUPONT"), "{who} at {path} sees: {text}");
                }
                Promise::Passed => {
                    assert_ne!(page.status, 500, "{who} at {path}: {}", page.text());
                    assert_ne!(page.status, 401, "{who} at {path}");
                    let to_sign_in = page.header("location").is_some_and(|to| to.starts_with("/connexion?retour"));
                    assert!(!to_sign_in, "{who} at {path}");
                }
            }
            let other_method = if post { browser.get(&path) } else { browser.post(&path, &[]) };
            assert!(
                matches!(other_method.status, 200 | 303 | 401 | 404 | 405 | 410 | 422 | 429),
                "{who} at {path} by the other method: {}",
                other_method.status
            );
        }
    }
}

#[test]
fn the_other_abonnes_things_are_not_there() {
    let office = office();
    office.messages(MARTIN, 3);
    let mut lefevre = office.signed_in("lefevre");
    let mut basile = office.signed_in("basile");
    let mut nothing = office.signed_in("lefevre");
    let unknown = nothing.get("/messages/999");
    for number in 1..=3 {
        let page = lefevre.get(&format!("/messages/{number}"));
        assert_eq!((page.status, page.html()), (404, unknown.html()), "not even that it exists");
        assert_eq!(lefevre.post(&format!("/messages/{number}/reponses"), &[("reponse", "x")]).status, 404);
    }
    // Numbers of another abonné in a form of one's own touch nothing.
    lefevre.post("/messages/archivage", &[("message", "1"), ("message", "2")]);
    assert!(office.signed_in("martin").get("/messages").text().contains("Vous avez 3 messages"));
    for path in [
        "/standard/abonnes/2",
        "/standard/abonnes/2/messages",
        "/standard/abonnes/2/archives",
        "/standard/abonnes/2/messages/1",
        "/standard/abonnes/2/messages/etat",
        "/standard/abonnes/99",
    ] {
        assert_eq!(basile.get(path).status, 404, "{path}");
    }
    assert_eq!(basile.post("/standard/abonnes/2/messages", &[("texte", "x")]).status, 404);
    assert!(!basile.get("/standard").text().contains("Lefèvre"));
}

#[test]
fn who_is_shut_out_is_out_at_the_next_request() {
    let office = office();
    let mut martin = office.signed_in("martin");
    assert_eq!(martin.get("/messages").status, 200);
    let mut admin = office.signed_in("admin");
    assert_eq!(admin.post("/administration/personnes/1/desactivation", &[]).status, 303);
    assert_eq!(martin.get("/messages").status, 303);
    let refused = office.stranger().post("/connexion", &[("identifiant", "martin"), ("pass", PASSWORD)]);
    assert_eq!(refused.status, 422);
    assert_eq!(admin.post("/administration/personnes/1/reactivation", &[]).status, 303);
    office.signed_in("martin");
}

#[test]
fn wrong_methods_and_addresses_are_answered_plainly() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let wrong = martin.post("/messages", &[]);
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("GET, HEAD")));
    let wrong = martin.get("/messages/archivage");
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("POST")));
    assert_eq!(martin.send("DELETE", "/messages/1", &[], None).status, 405);
    for path in [
        "/nulle-part",
        "/messages/0",
        "/messages/01",
        "/messages/-1",
        "/messages/1e3",
        "/messages/18446744073709551616",
        "/Messages",
        "/messages/",
    ] {
        assert_eq!(martin.get(path).status, 404, "{path}");
    }
    let head = martin.head("/messages");
    assert_eq!((head.status, head.bytes.len()), (200, 0));
}

#[test]
fn every_answer_bears_the_headers_of_the_house() {
    let office = office();
    let mut martin = office.signed_in("martin");
    for path in ["/", "/connexion", "/messages", "/messages/999", "/sante", "/nulle-part"] {
        let page = martin.get(path);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"));
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(page.header(name), Some(value), "{name} at {path}");
        }
        assert!(page.header("permissions-policy").is_some());
        assert!(page.header("server").is_none());
    }
}
