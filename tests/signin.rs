//! Coming in and going out (guide, « Authentification »; product, section 3).

use crate::support::{self, PASSWORD, office};

#[test]
fn the_home_page_names_the_house_and_opens_on_the_form() {
    let office = office();
    let mut browser = office.stranger();
    let home = browser.get("/");
    assert_eq!(home.status, 200);
    assert!(home.text().contains("Accès clients"));
    assert!(home.attributes("a", "href").contains(&"/connexion".to_owned()));
    let form = browser.get("/connexion");
    assert!(form.text().contains("Mémoriser le mot de passe"));
    let fields: Vec<String> = form.attributes("input", "name");
    for field in ["identifiant", "pass", "memoriser"] {
        assert!(fields.contains(&field.to_owned()), "{field} among {fields:?}");
    }
}

#[test]
fn each_role_arrives_at_its_first_page() {
    let office = office();
    for (login, first) in [("martin", "/messages"), ("aline", "/standard"), ("admin", "/administration")] {
        let mut browser = office.stranger();
        let answer = browser.post("/connexion", &[("identifiant", login), ("pass", PASSWORD)]);
        assert_eq!((answer.status, answer.header("location")), (303, Some(first)), "{login}");
        let home = browser.get("/");
        assert_eq!((home.status, home.header("location")), (303, Some(first)));
        assert_eq!(browser.get(first).status, 200);
    }
}

#[test]
fn the_cookie_is_a_token_that_scripts_and_other_sites_cannot_use() {
    let office = office();
    let form = [("identifiant", "martin"), ("pass", PASSWORD)];
    let cookie = office.stranger().post("/connexion", &form).header("set-cookie").unwrap().to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Max-Age") && !cookie.contains("Expires"), "it ends with the browser: {cookie}");
    let token = cookie.split(['=', ';']).nth(1).unwrap();
    assert!(token.len() * 6 >= 128, "at least 128 bits: {token}");
    let data = std::fs::read(office.data_folder().join("permanence.redb")).unwrap();
    assert!(!data.windows(token.len()).any(|bytes| bytes == token.as_bytes()), "the server keeps a hash only");

    let remembered = [("identifiant", "martin"), ("pass", PASSWORD), ("memoriser", "1")];
    let cookie = office.stranger().post("/connexion", &remembered).header("set-cookie").unwrap().to_owned();
    assert!(cookie.contains("Max-Age="), "{cookie}");
}

#[test]
fn a_session_ends_after_twelve_hours_without_use_or_thirty_days_when_remembered() {
    let office = office();
    let mut browser = office.signed_in("martin");
    office.let_pass_s(11 * 3600);
    assert_eq!(browser.get("/messages").status, 200);
    office.let_pass_s(11 * 3600);
    assert_eq!(browser.get("/messages").status, 200, "each use counts");
    office.let_pass_s(13 * 3600);
    assert_eq!(browser.get("/messages").header("location"), Some("/connexion?retour=%2Fmessages"));

    let mut browser = office.stranger();
    browser.post("/connexion", &[("identifiant", "martin"), ("pass", PASSWORD), ("memoriser", "1")]);
    office.let_pass_days(29);
    assert_eq!(browser.get("/messages").status, 200);
    office.let_pass_days(31);
    assert_eq!(browser.get("/messages").status, 303);
}

#[test]
fn asking_for_news_does_not_keep_a_session_alive() {
    let office = office();
    let mut browser = office.signed_in("martin");
    for _ in 0..13 {
        office.let_pass_s(3600);
        browser.get("/messages/etat?depuis=x");
    }
    assert_eq!(browser.get("/messages/etat?depuis=x").status, 401);
    assert_eq!(browser.get("/messages").status, 303);
}

#[test]
fn signing_out_ends_the_session_itself() {
    let office = office();
    let mut browser = office.signed_in("martin");
    let kept = browser.clone();
    let out = browser.post("/deconnexion", &[]);
    assert_eq!(out.status, 303);
    let mut old = kept;
    assert_eq!(old.get("/messages").status, 303, "the old cookie is worth nothing");
}

#[test]
fn a_session_survives_a_restart() {
    let mut office = office();
    let mut browser = office.signed_in("martin");
    office.restart();
    browser.address = office.address();
    assert_eq!(browser.get("/messages").status, 200);
}

#[test]
fn a_wrong_password_keeps_the_login_and_says_the_same_for_everybody() {
    let office = office();
    let known = office.stranger().post("/connexion", &[("identifiant", "martin"), ("pass", "pas le bon mot")]);
    let unknown = office.stranger().post("/connexion", &[("identifiant", "personne"), ("pass", "pas le bon mot")]);
    let closed = office.stranger().post("/connexion", &[("identifiant", "partie"), ("pass", PASSWORD)]);
    assert_eq!((known.status, unknown.status, closed.status), (422, 422, 422));
    assert_eq!(known.attributes("input[name=identifiant]", "value"), ["martin"]);
    assert_eq!(known.text().replace("martin", "personne"), unknown.text());
    assert_eq!(closed.text().replace("partie", "personne"), unknown.text());
    assert!(!known.html().contains("pas le bon mot"));
}

#[test]
fn guesses_are_slowed_and_never_shut_anybody_out() {
    let office = office();
    let guess = |browser: &mut support::Browser| {
        browser.post("/connexion", &[("identifiant", "martin"), ("pass", "encore un essai")])
    };
    let mut stranger = office.stranger();
    let mut refused = 0;
    while guess(&mut stranger).status == 422 {
        refused += 1;
        assert!(refused < 10, "a guesser is slowed before ten tries");
    }
    let waiting = guess(&mut stranger);
    assert_eq!(waiting.status, 429);
    let seconds: i64 = waiting.header("retry-after").unwrap().parse().unwrap();
    assert!(waiting.text().contains(&format!("{seconds} seconde")), "{}", waiting.text());
    let even_right = stranger.post("/connexion", &[("identifiant", "martin"), ("pass", PASSWORD)]);
    assert_eq!(even_right.status, 429, "the wait holds whatever is typed");
    office.let_pass_s(seconds);
    let right = stranger.post("/connexion", &[("identifiant", "martin"), ("pass", PASSWORD)]);
    assert_eq!(right.status, 303, "after the wait the right password works");
}

#[test]
fn the_bookmark_of_2010_signs_a_client_in_and_leaves_no_trace() {
    let office = office();
    let mut browser = office.stranger();
    let bookmark = format!("/?identifiant=martin&pass={}", PASSWORD.replace(' ', "+"));
    let answer = browser.get(&bookmark);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/messages")));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(!answer.html().contains(PASSWORD));
    assert_eq!(browser.get("/messages").status, 200);

    for login in ["aline", "admin"] {
        let mut browser = office.stranger();
        let answer = browser.get(&format!("/?identifiant={login}&pass={}", PASSWORD.replace(' ', "+")));
        assert_eq!((answer.status, answer.header("location")), (303, Some("/connexion")), "never for {login}");
        assert!(answer.header("set-cookie").is_none());
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    }
    let wrong = office.stranger().get("/?identifiant=martin&pass=faux");
    assert_eq!((wrong.status, wrong.header("location")), (303, Some("/connexion")));
}

#[test]
fn who_was_sent_to_sign_in_comes_back_and_nowhere_else() {
    let office = office();
    office.messages(support::MARTIN, 60);
    let mut browser = office.stranger();
    let sent = browser.get("/messages?page=2");
    assert_eq!(sent.header("location"), Some("/connexion?retour=%2Fmessages%3Fpage%3D2"));
    let form = browser.follow(sent);
    let back = browser.submit(&form, "/connexion", &[("identifiant", "martin"), ("pass", PASSWORD)]);
    assert_eq!(back.header("location"), Some("/messages?page=2"));

    for elsewhere in
        ["https://mechant.example/", "//mechant.example/", "/\\mechant.example", "javascript:alert(1)", "/\tx"]
    {
        let mut browser = office.stranger();
        let fields = [("identifiant", "martin"), ("pass", PASSWORD), ("retour", elsewhere)];
        assert_eq!(browser.post("/connexion", &fields).header("location"), Some("/messages"), "{elsewhere}");
    }
}

#[test]
fn what_was_typed_survives_the_end_of_a_session() {
    let office = office();
    let mut browser = office.signed_in("aline");
    let page = browser.get("/standard/abonnes/1");
    office.let_pass_s(13 * 3600);
    let lost = browser.submit(
        &page,
        "/standard/abonnes/1/messages",
        &[("nom", "Vasseur"), ("texte", "Ne doit pas se perdre : « œuf » & <b>.")],
    );
    assert_eq!(lost.status, 401);
    assert!(lost.text().contains("Mémoriser le mot de passe"), "the sign-in form itself: {}", lost.text());
    let back = browser.submit(&lost, "/connexion", &[("identifiant", "aline"), ("pass", PASSWORD)]);
    assert_eq!(back.status, 200, "{}", back.text());
    let sent = browser.submit(&back, "/standard/abonnes/1/messages", &[]);
    assert_eq!(sent.status, 303, "{}", sent.text());
    let seen = office.signed_in("martin").get("/messages");
    assert!(seen.text().contains("Ne doit pas se perdre : « œuf » & <b>."), "{}", seen.text());
}

#[test]
fn ones_own_password_is_changed_with_the_old_one_and_ends_other_sessions() {
    let office = office();
    let mut other_device = office.signed_in("martin");
    let mut browser = office.signed_in("martin");
    let page = browser.get("/mon-compte");
    let action = "/mon-compte";
    let new = "une autre longue phrase";
    for (fields, sentence) in [
        ([("actuel", "faux"), ("nouveau", new), ("nouveau2", new)], "actuel"),
        ([("actuel", PASSWORD), ("nouveau", "court"), ("nouveau2", "court")], "au moins 12"),
        ([("actuel", PASSWORD), ("nouveau", "motdepasse123"), ("nouveau2", "motdepasse123")], "premiers"),
        ([("actuel", PASSWORD), ("nouveau", new), ("nouveau2", "autre chose ici")], "deux"),
    ] {
        let refused = browser.submit(&page, action, &fields);
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(sentence), "{sentence}: {}", refused.text());
    }
    let changed = browser.submit(&page, action, &[("actuel", PASSWORD), ("nouveau", new), ("nouveau2", new)]);
    assert_eq!(changed.status, 303);
    assert_eq!(browser.get("/messages").status, 200, "this device goes on");
    assert_eq!(other_device.get("/messages").status, 303, "the others must sign in again");
    let old = office.stranger().post("/connexion", &[("identifiant", "martin"), ("pass", PASSWORD)]);
    assert_eq!(old.status, 422);
    let new = office.stranger().post("/connexion", &[("identifiant", "martin"), ("pass", new)]);
    assert_eq!(new.status, 303);
}

#[test]
fn the_first_administrator_is_made_once_at_the_address_of_the_set_up() {
    let office = support::empty_house();
    let address = format!("/installation/{}", office.house().set_up.token());
    let mut browser = office.stranger();
    assert_eq!(browser.get("/installation/un-autre-jeton").status, 404);
    let page = browser.get(&address);
    assert_eq!(page.status, 200);
    let short = [("identifiant", "camille"), ("nom", "Camille"), ("pass", "court"), ("pass2", "court")];
    let refused = browser.submit(&page, &address, &short);
    assert_eq!(refused.status, 422);
    assert_eq!(refused.attributes("input[name=identifiant]", "value"), ["camille"], "what was typed is still there");
    let fields = [("identifiant", "camille"), ("nom", "Camille"), ("pass", PASSWORD), ("pass2", PASSWORD)];
    let made = browser.submit(&page, &address, &fields);
    assert_eq!((made.status, made.header("location")), (303, Some("/administration")));
    assert_eq!(browser.get("/administration").status, 200);
    for again in [office.stranger().get(&address), office.stranger().post(&address, &fields)] {
        assert_eq!(again.status, 410);
        assert!(again.text().contains("déjà servi"), "{}", again.text());
    }
    assert_eq!(office.stranger().post("/connexion", &fields[..1]).status, 422);
}

#[test]
fn forms_of_other_sites_are_refused() {
    let office = office();
    let mut browser = office.signed_in("martin");
    browser.origin = Some("https://mechant.example".into());
    assert_eq!(browser.post("/messages/archivage", &[("message", "1")]).status, 403);
    browser.origin = None;
    assert_eq!(browser.post("/messages/archivage", &[("message", "1")]).status, 403);
}

#[test]
fn a_crowd_at_the_door_does_not_keep_others_from_their_work() {
    let office = office();
    office.messages(support::MARTIN, 3);
    let mut martin = office.signed_in("martin");
    std::thread::scope(|scope| {
        let knocking: Vec<_> = (0..120)
            .map(|number| {
                let mut browser = office.stranger();
                let login = format!("inconnu{number}");
                scope.spawn(move || browser.post("/connexion", &[("identifiant", &login), ("pass", "un essai")]).status)
            })
            .collect();
        let mut pages = 0;
        while knocking.iter().any(|knock| !knock.is_finished()) {
            assert_eq!(martin.get("/messages").status, 200);
            pages += 1;
        }
        assert!(pages > 10, "pages go on while passwords are checked: {pages}");
        for knock in knocking {
            let status = knock.join().unwrap();
            assert!(matches!(status, 422 | 429 | 503), "{status}");
        }
    });
}
