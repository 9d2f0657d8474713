//! Personal links, and the way to them from the bookmark of 2010 (product, section 3).

use crate::support::{Browser, Office, PASSWORD, office};

/// Makes a link; its path, `/acces/TOKEN`.
fn link_of(browser: &mut Browser, name: &str) -> String {
    let page = browser.get("/mon-compte");
    let made = browser.submit(&page, "/mon-compte/liens", &[("nom-du-lien", name)]);
    assert_eq!(made.status, 200, "{}", made.text());
    let address = made.all("code.once").remove(0);
    address[address.find("/acces/").unwrap()..].to_owned()
}

fn links(office: &Office) -> Vec<String> {
    office.signed_in("martin").get("/mon-compte").all("section[aria-labelledby=liens] tbody tr")
}

#[test]
fn a_link_is_shown_once_signs_in_and_says_when_it_was_used() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let path = link_of(&mut martin, "Tablette du cabinet");
    let token = path.strip_prefix("/acces/").unwrap();
    assert!(token.len() * 6 >= 128, "at least 128 bits: {token}");
    assert!(!martin.get("/mon-compte").html().contains(token), "shown once");
    let seen = links(&office);
    assert!(seen[0].contains("Tablette du cabinet") && seen[0].contains("Jamais utilisé"), "{seen:?}");
    let data = std::fs::read(office.data_folder().join("permanence.redb")).unwrap();
    assert!(!data.windows(token.len()).any(|bytes| bytes == token.as_bytes()), "the server keeps a hash only");

    office.let_pass_s(300);
    let mut tablet = office.stranger();
    let opened = tablet.get_with(&path, &[("User-Agent", "Mozilla/5.0 (iPad; CPU OS 18_0) AppleWebKit Safari/604.1")]);
    assert_eq!((opened.status, opened.header("location")), (303, Some("/messages")), "the address bar loses the token");
    assert_eq!(opened.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(opened.header("cache-control"), Some("no-store"));
    assert!(!opened.header("set-cookie").unwrap().contains("Max-Age"), "it ends with the browser");
    assert_eq!(tablet.get("/messages").status, 200);
    let seen = links(&office);
    assert!(seen[0].contains("24/11/2026 à 10:05") && seen[0].contains("Safari sur iPad"), "{seen:?}");
    let devices = tablet.get("/mon-compte").text();
    assert!(devices.contains("par le lien « Tablette du cabinet »"), "{devices}");
    let journal = office.signed_in("admin").get("/administration/journal").text();
    assert!(journal.contains("lien personnel créé") && journal.contains("connexion par lien personnel"), "{journal}");
    assert!(!journal.contains(token));
}

#[test]
fn a_revoked_link_opens_nothing_and_ends_what_it_opened() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let path = link_of(&mut martin, "Ordinateur perdu");
    let mut lost = office.stranger();
    assert_eq!(lost.get(&path).status, 303);
    let page = martin.get("/mon-compte");
    let id = page.attributes("input[name=lien]", "value").remove(0);
    assert_eq!(office.signed_in("lefevre").post("/mon-compte/liens/revocation", &[("lien", &id)]).status, 404);
    assert_eq!(lost.get("/messages").status, 200);
    assert_eq!(martin.submit(&page, "/mon-compte/liens/revocation", &[]).status, 303);
    assert_eq!(lost.get("/messages").status, 303, "signed out at the next request");
    let again = lost.get(&path);
    assert_eq!(again.status, 404);
    assert!(again.text().contains("révoqué"), "{}", again.text());
}

#[test]
fn a_link_is_for_one_device_at_a_time_and_reopening_it_changes_nothing() {
    let office = office();
    let path = link_of(&mut office.signed_in("martin"), "Tablette");
    let mut tablet = office.stranger();
    tablet.get(&path);
    let session = tablet.cookies["session"].clone();
    assert_eq!(tablet.get(&path).header("location"), Some("/messages"));
    assert_eq!(tablet.cookies["session"], session, "the same session goes on");
    let mut copy = office.stranger();
    copy.get(&path);
    assert_eq!((copy.get("/messages").status, tablet.get("/messages").status), (200, 303));
}

#[test]
fn links_end_with_the_password_with_the_account_and_with_the_role() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let path = link_of(&mut martin, "Tablette");
    let page = martin.get("/mon-compte");
    assert!(page.text().contains("Changer de mot de passe révoque tous vos liens"), "{}", page.text());
    let new = "une autre longue phrase";
    martin.submit(&page, "/mon-compte", &[("actuel", PASSWORD), ("nouveau", new), ("nouveau2", new)]);
    assert_eq!(office.stranger().get(&path).status, 404);

    let path = link_of(&mut martin, "Tablette");
    let mut admin = office.signed_in("admin");
    assert_eq!(admin.post("/administration/personnes/1/desactivation", &[]).status, 303);
    assert_eq!(office.stranger().get(&path).status, 404);
    assert_eq!(admin.post("/administration/personnes/1/reactivation", &[]).status, 303);
    assert_eq!(office.stranger().get(&path).status, 303);
    assert_eq!(admin.post("/administration/personnes/1", &[("nom", "Martin"), ("role", "secretaire")]).status, 303);
    assert_eq!(office.stranger().get(&path).status, 404);
}

#[test]
fn links_are_for_clients_and_there_are_ten_at_most() {
    let office = office();
    for login in ["aline", "admin"] {
        let mut browser = office.signed_in(login);
        assert!(!browser.get("/mon-compte").text().contains("Liens personnels"));
        assert_eq!(browser.post("/mon-compte/liens", &[("nom-du-lien", "x")]).status, 404);
        assert_eq!(browser.get("/mon-compte/favori").status, 404);
    }
    let mut martin = office.signed_in("martin");
    let unnamed = martin.post("/mon-compte/liens", &[("nom-du-lien", " ")]);
    assert_eq!(unnamed.status, 422);
    assert!(unnamed.text().contains("Donnez un nom à ce lien"));
    // Sent twice by a double click, one form makes one link.
    let page = martin.get("/mon-compte");
    martin.submit(&page, "/mon-compte/liens", &[("nom-du-lien", "Double")]);
    assert_eq!(martin.submit(&page, "/mon-compte/liens", &[("nom-du-lien", "Double")]).status, 303);
    assert_eq!(links(&office).len(), 1);
    for number in 1..10 {
        link_of(&mut martin, &format!("Appareil {number}"));
    }
    let one_more = martin.post("/mon-compte/liens", &[("nom-du-lien", "Onzième")]);
    assert_eq!(one_more.status, 422);
    assert_eq!(links(&office).len(), 10);
}

#[test]
fn unknown_links_are_slowed_and_good_ones_are_not_held_up() {
    let office = office();
    let path = link_of(&mut office.signed_in("martin"), "Tablette");
    let mut stranger = office.stranger();
    let mut statuses: Vec<u16> =
        (0..20).map(|number| stranger.get(&format!("/acces/deviner{number}")).status).collect();
    statuses.dedup();
    assert_eq!(statuses, [404, 429]);
    assert_eq!(office.stranger().get(&path).status, 303);
}

#[test]
fn another_sites_page_does_not_put_somebody_else_in_ones_place() {
    let office = office();
    let path = link_of(&mut office.signed_in("lefevre"), "Piège");
    let mut martin = office.signed_in("martin");
    martin.get_with(&path, &[("Sec-Fetch-Site", "cross-site")]);
    assert!(martin.get("/mon-compte").text().contains("Dr Martin"));
}

#[test]
fn who_comes_by_the_old_bookmark_is_told_of_the_better_one_and_may_close_it() {
    let office = office();
    let bookmark = format!("/?identifiant=martin&pass={}", PASSWORD.replace(' ', "+"));
    let mut martin = office.stranger();
    assert_eq!(martin.get(&bookmark).header("location"), Some("/messages"));
    let first = martin.get_with("/messages", &[("Accept-Encoding", "gzip")]);
    assert_eq!(first.status, 200);
    let page = martin.get("/messages");
    assert!(page.attributes("main a", "href").contains(&"/mon-compte/favori".to_owned()), "{}", page.text());
    office.let_pass_s(180);
    assert!(!martin.get("/messages").text().contains("Remplacer mon favori"), "said once, gently");
    assert!(!office.signed_in("martin").get("/messages").text().contains("Remplacer mon favori"));

    let explained = martin.get("/mon-compte/favori");
    assert!(explained.text().contains("collez-la à la place"), "{}", explained.text());
    let asked = martin.post("/mon-compte/favori", &[("x", "1")]);
    assert_eq!(asked.status, 403, "the bookmark is no recent password");
    let closed = martin.submit(&asked, "/mon-compte/favori", &[("confirmation", PASSWORD)]);
    assert_eq!(closed.status, 303, "{}", closed.text());
    assert_eq!(office.stranger().get(&bookmark).header("location"), Some("/connexion"));
}

#[test]
fn the_administrator_closes_the_old_bookmark_for_one_or_for_all() {
    let office = office();
    let opens = |login: &str| {
        let bookmark = format!("/?identifiant={login}&pass={}", PASSWORD.replace(' ', "+"));
        let answer = office.stranger().get(&bookmark);
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        answer.header("location") == Some("/messages")
    };
    let mut admin = office.signed_in("admin");
    let page = admin.get("/administration/personnes/1");
    let mut fields = page.form("/administration/personnes/1");
    fields.retain(|(name, _)| name != "favori");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(admin.post("/administration/personnes/1", &fields).status, 303);
    assert_eq!((opens("martin"), opens("lefevre")), (false, true));
    assert_eq!(admin.post("/administration/securite", &[("x", "1")]).status, 303);
    assert_eq!((opens("martin"), opens("lefevre")), (false, false));
    office.signed_in("martin");
    assert_eq!(admin.post("/administration/securite", &[("favoris", "1")]).status, 303);
    assert_eq!((opens("martin"), opens("lefevre")), (false, true));
    let journal = admin.get("/administration/journal").text();
    assert!(
        journal.contains("règles de connexion modifiées") && journal.contains("ancien favori permis ou interdit"),
        "{journal}"
    );
}

#[test]
fn a_link_is_copied_by_a_click_and_the_telephone_shows_it_whole() {
    use crate::support::screen::{Screen, TELEPHONE};
    let office = office();
    let mut screen = Screen::open();
    screen.size(TELEPHONE, false);
    let origin = format!("http://{}", office.address());
    let permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"];
    screen.ask("Browser.grantPermissions", serde_json::json!({ "origin": origin, "permissions": permissions }));
    screen.go(office.address(), "/connexion");
    screen.value(&format!(
        "document.querySelector('[name=identifiant]').value = 'martin'; document.querySelector('[name=pass]').value = {}; \
         document.querySelector('form').requestSubmit()",
        serde_json::json!(PASSWORD)
    ));
    screen.wait_for("location.pathname === '/messages' && document.readyState === 'complete'");
    screen.go(office.address(), "/mon-compte");
    screen.value("document.querySelector('[name=nom-du-lien]').value = 'Téléphone'; document.querySelector('[name=nom-du-lien]').form.requestSubmit()");
    screen.wait_for("document.querySelector('code.once + button')");
    assert_eq!(screen.value("document.documentElement.scrollWidth <= innerWidth"), true);
    screen.value("document.querySelector('code.once + button').click()");
    screen.wait_for("document.body.innerText.includes('Copié')");
    let copied = screen.value("navigator.clipboard.readText()");
    assert_eq!(copied, screen.value("document.querySelector('code.once').textContent"));
    assert!(copied.as_str().unwrap().starts_with(&format!("{origin}/acces/")), "{copied}");
    assert_eq!(screen.complaints, Vec::<String>::new());
}
