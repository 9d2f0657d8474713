//! Devices: which are signed in, how they are signed out, and how one that is known keeps its own allowance (product,
//! sections 3 and 11).

use crate::support::{Browser, Office, PASSWORD, office};

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0";
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
    Version/18.0 Mobile/15E148 Safari/604.1";

fn sign_in_with(office: &Office, login: &str, agent: &str) -> Browser {
    let mut browser = office.stranger();
    let body = format!("identifiant={login}&pass={}", PASSWORD.replace(' ', "+"));
    let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("User-Agent", agent)];
    assert_eq!(browser.send("POST", "/connexion", &headers, Some(body.as_bytes())).status, 303);
    browser
}

/// What « Mon compte » says of each device.
fn devices(browser: &mut Browser) -> Vec<String> {
    let page = browser.get("/mon-compte");
    assert_eq!(page.status, 200);
    page.all("section[aria-labelledby=sessions] tbody tr")
}

#[test]
fn ones_devices_are_named_and_signed_out_one_by_one_or_all_others_at_once() {
    let office = office();
    let mut telephone = sign_in_with(&office, "martin", SAFARI);
    office.let_pass_s(3600);
    let mut desk = sign_in_with(&office, "martin", FIREFOX);
    let mut third = sign_in_with(&office, "martin", "curl/8");
    let mut lefevre = office.signed_in("lefevre");

    let seen = devices(&mut desk);
    assert_eq!(seen.len(), 3, "one's own and nobody else's: {seen:?}");
    let own = seen.iter().find(|row| row.contains("Firefox sur Windows")).unwrap();
    assert!(
        own.contains("en ce moment") && own.contains("cet ordinateur") && own.contains("24/11/2026 à 11:00"),
        "{own}"
    );
    let away = seen.iter().find(|row| row.contains("Safari sur iPhone")).unwrap();
    assert!(away.contains("24/11/2026 à 10:00") && !away.contains("en ce moment"), "{away}");
    assert!(seen.iter().any(|row| row.contains("Appareil inconnu")));

    let page = desk.get("/mon-compte");
    let id = page.attributes("tr:has(time) input[name=session]", "value");
    // Somebody else's click touches nothing.
    for id in &id {
        assert_eq!(lefevre.post("/mon-compte/sessions/fin", &[("session", id)]).status, 303);
    }
    assert_eq!(telephone.get("/messages").status, 200);
    let row = page.html();
    let at = row.find("Safari sur iPhone").unwrap();
    let value = row[at..].split("name=\"session\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(desk.post("/mon-compte/sessions/fin", &[("session", &value)]).status, 303);
    assert_eq!(telephone.get("/messages").status, 303, "signed out at the next request");
    assert_eq!(third.get("/messages").status, 200);
    assert_eq!(desk.post("/mon-compte/sessions/fin", &[("toutes", "1")]).status, 303);
    assert_eq!((third.get("/messages").status, desk.get("/messages").status), (303, 200));
    assert_eq!(devices(&mut desk).len(), 1);
    assert_eq!(desk.post("/mon-compte/sessions/fin", &[("session", "pas un nombre")]).status, 404);
}

#[test]
fn even_a_busy_session_ends_one_day() {
    let office = office();
    let mut browser = office.signed_in("aline");
    // 62 times eleven and a half hours are a few hours less than thirty days.
    for _ in 0..62 {
        office.let_pass_s(11 * 3600 + 1800);
        assert_eq!(browser.get("/standard").status, 200);
    }
    office.let_pass_s(11 * 3600);
    assert_eq!(browser.get("/standard").status, 303, "thirty days are enough");
}

#[test]
fn a_session_planted_before_sign_in_is_worth_nothing_after() {
    let office = office();
    let mut thief = office.signed_in("lefevre");
    let planted = thief.cookies["session"].clone();
    let mut victim = office.stranger();
    victim.cookies.insert("session".into(), planted.clone());
    victim.post("/connexion", &[("identifiant", "martin"), ("pass", PASSWORD)]);
    assert_ne!(victim.cookies["session"], planted);
    assert_eq!(victim.get("/messages").status, 200);
    assert_eq!(thief.get("/messages").status, 303, "the old session of that browser ended");
}

#[test]
fn a_known_device_is_not_held_up_by_strangers() {
    let office = office();
    let mut martin = office.signed_in("martin");
    assert!(martin.cookies.contains_key("appareil"), "{:?}", martin.cookies.keys());
    martin.post("/deconnexion", &[]);
    let mut lefevre = office.signed_in("lefevre");
    lefevre.post("/deconnexion", &[]);

    // A stranger on the same network makes everybody else there wait.
    let mut stranger = office.stranger();
    for _ in 0..30 {
        stranger.post("/connexion", &[("identifiant", "martin"), ("pass", "encore un essai")]);
        office.let_pass_s(30);
    }
    stranger.post("/connexion", &[("identifiant", "martin"), ("pass", "encore un essai")]);
    let right = [("identifiant", "martin"), ("pass", PASSWORD)];
    assert_eq!(office.stranger().post("/connexion", &right).status, 429);
    // The device of somebody else is no help; her own is.
    assert_eq!(lefevre.post("/connexion", &right).status, 429);
    assert_eq!(martin.post("/connexion", &right).status, 303);

    // What a known device guesses is slowed too.
    martin.post("/deconnexion", &[]);
    let guesses = (0..10).map(|_| martin.post("/connexion", &[("identifiant", "martin"), ("pass", "deviné")]).status);
    assert!(guesses.last() == Some(429));
}

#[test]
fn a_shared_device_is_known_for_each_of_its_persons() {
    let office = office();
    let mut shared = office.stranger();
    for login in ["aline", "basile"] {
        assert_eq!(shared.post("/connexion", &[("identifiant", login), ("pass", PASSWORD)]).status, 303);
        assert_eq!(shared.post("/deconnexion", &[]).status, 303);
    }
    let mut stranger = office.stranger();
    for login in ["aline", "basile"] {
        for _ in 0..6 {
            stranger.post("/connexion", &[("identifiant", login), ("pass", "encore un essai")]);
        }
        let right = [("identifiant", login), ("pass", PASSWORD)];
        assert_eq!(stranger.post("/connexion", &right).status, 429);
        assert_eq!(shared.post("/connexion", &right).status, 303, "{login}");
    }
}

#[test]
fn a_flood_of_invented_logins_does_not_fill_the_disk() {
    use permanence::people::guesses::{self, Proof, Try};
    let office = office();
    let house = office.house();
    let flood = |from: u32| {
        house
            .store
            .write(|tx| {
                for number in from..from + 4000 {
                    let login = format!("inconnu{number}");
                    let address = std::net::Ipv4Addr::from(0x0a00_0000 + number).into();
                    let tried = Try { proof: Proof::Password, login: &login, from: address, device: None };
                    guesses::failed(tx, &tried, office.now())?;
                }
                Ok(())
            })
            .unwrap();
    };
    // An account under attack from one network, with a long wait ahead.
    let mut stranger = office.stranger();
    for _ in 0..7 {
        stranger.post("/connexion", &[("identifiant", "martin"), ("pass", "encore un essai")]);
        office.let_pass_s(5);
    }
    for round in 0..6 {
        flood(round * 4000);
    }
    assert!(house.store.read(guesses::count).unwrap() <= 20_003);
    let waiting = (0..3).map(|_| stranger.post("/connexion", &[("identifiant", "martin"), ("pass", "encore")]).status);
    assert!(waiting.last() == Some(429), "the flood pushes out itself and not the count of an account under attack");
}

#[test]
fn changed_rights_hold_at_the_next_request_and_end_every_session() {
    let office = office();
    let mut basile = office.signed_in("basile");
    let mut admin = office.signed_in("admin");
    assert_eq!(basile.get("/standard/abonnes/1").status, 200);
    let page = admin.get("/administration/personnes/5");
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("basile") && page.text().contains("1 appareil"), "{}", page.text());

    // A new name changes no rights.
    let action = "/administration/personnes/5";
    let named = admin.submit(&page, action, &[("nom", "Basile Durand")]);
    assert_eq!(named.status, 303, "{}", named.text());
    assert_eq!(basile.get("/standard").status, 200);
    assert!(basile.get("/mon-compte").text().contains("Basile Durand"));

    // Another abonné does.
    let moved = [("nom", "Basile"), ("role", "secretaire"), ("abonne", "2")];
    assert_eq!(admin.post(action, &moved).status, 303);
    assert_eq!(basile.get("/standard").status, 303);
    let mut basile = office.signed_in("basile");
    assert_eq!(basile.get("/standard/abonnes/1").status, 404);
    assert_eq!(basile.get("/standard/abonnes/2").status, 200);

    // What is wrong comes back with what was typed.
    let refused = admin.post(action, &[("nom", ""), ("role", "client"), ("email", "basile@example.org")]);
    assert_eq!(refused.status, 422);
    assert_eq!(refused.attributes("input[name=email]", "value"), ["basile@example.org"]);

    // An administrator ends somebody's sessions, and can't take the key from herself.
    assert_eq!(admin.post("/administration/personnes/5/sessions/fin", &[]).status, 303);
    assert_eq!(basile.get("/standard").status, 303);
    assert_eq!(
        admin.post("/administration/personnes/6", &[("nom", "Camille"), ("role", "client"), ("abonne", "1")]).status,
        303
    );
    assert_eq!(admin.get("/administration").status, 200, "the role stays");
    assert_eq!(admin.post("/administration/personnes/6/sessions/fin", &[]).status, 403);
    let journal = admin.get("/administration/journal").text();
    assert!(journal.contains("droits modifiés") && journal.contains("sessions fermées"), "{journal}");
}

#[test]
fn the_password_is_asked_again_before_what_matters_most_and_nothing_typed_is_lost() {
    let office = office();
    let mut admin = office.signed_in("admin");
    office.let_pass_s(11 * 60);
    let typed = [
        ("identifiant", "nouveau"),
        ("nom", "Zoé « la » <neuve>"),
        ("role", "secretaire"),
        ("abonne", "1"),
        ("abonne", "2"),
    ];
    let action = "/administration/personnes";
    let asked = admin.post(action, &typed);
    assert_eq!(asked.status, 403);
    assert!(asked.text().contains("Confirmez votre mot de passe"), "{}", asked.text());
    let wrong = admin.submit(&asked, action, &[("confirmation", "pas le bon")]);
    assert_eq!(wrong.status, 422);
    assert!(!wrong.html().contains("pas le bon"));
    let done = admin.submit(&wrong, action, &[("confirmation", PASSWORD)]);
    assert_eq!(done.status, 200, "the slip with the first password: {}", done.text());
    let list = admin.get(action).text();
    assert!(list.contains("Zoé « la » <neuve>"), "{list}");
    // A moment later it is not asked for again.
    assert_eq!(admin.post("/administration/personnes/5/desactivation", &[]).status, 303);
    // Who may not come in is not asked either.
    let mut martin = office.signed_in("martin");
    office.let_pass_s(11 * 60);
    assert_eq!(martin.post(action, &typed).status, 404);
    // A stolen session does not guess it.
    let mut thief = admin;
    office.let_pass_s(3600);
    let guesses = (0..8).map(|_| thief.post(action, &[("identifiant", "x"), ("confirmation", "deviné")]).status);
    assert!(guesses.last() == Some(429));
}
