//! What a browser does to keep people safe, on every page there is: the policy holds, nothing is asked elsewhere, nothing is
//! left behind, nothing is framed.

use crate::doors::{example, two_practices, who_passes};
use crate::support::screen::{DESK, Screen, TELEPHONE};
use crate::support::{MARTIN, Office, PASSWORD, office};
use permanence::http::Method;
use permanence::routes::ROUTES;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};

fn sign_in(screen: &mut Screen, office: &Office, login: &str) {
    screen.ask("Network.clearBrowserCookies", serde_json::json!({}));
    screen.go(office.address(), "/connexion");
    enter(screen, login);
}

fn enter(screen: &mut Screen, login: &str) {
    screen.value("document.querySelector('[name=identifiant]').focus()");
    screen.write(login);
    screen.value("document.querySelector('[name=pass]').focus()");
    screen.write(PASSWORD);
    screen.press("Enter");
    screen.wait_for("location.pathname !== '/connexion' && document.readyState === 'complete'");
}

/// No inline code, no error of a script, no request to anybody else, nothing wider than a telephone, on any page.
#[test]
fn every_page_keeps_the_policy_and_asks_nobody_else() {
    let office = two_practices();
    let origin = format!("http://{}", office.address());
    let mut screen = Screen::open();
    let witness = "window.breaches = []; addEventListener('securitypolicyviolation',
        event => breaches.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));";
    screen.ask("Page.addScriptToEvaluateOnNewDocument", serde_json::json!({ "source": witness }));
    let mut wrong = Vec::new();
    let mut seen = 0;
    for guard in ["open", "client", "signed-in", "secretary", "secretary-at", "administrator", "administrator-at"] {
        let mut plain = office.stranger();
        if guard == "open" {
            screen.ask("Network.clearBrowserCookies", serde_json::json!({}));
        } else {
            sign_in(&mut screen, &office, who_passes(guard));
            plain = office.signed_in(who_passes(guard));
        }
        let pages = ROUTES.iter().filter(|route| route.method == Method::Get && !route.quiet);
        for route in pages.filter(|route| route.door.guard() == guard) {
            let target = example(route.pattern);
            // A download is no page: browsers save it, and never run what is in it.
            let answer = plain.get(&target);
            let disposition = answer.header("content-disposition").unwrap_or_default();
            let page = answer.header("content-type") == Some("text/html; charset=utf-8");
            if answer.status == 200 && (!page || disposition.starts_with("attachment")) {
                let harmless = disposition.starts_with("attachment")
                    || answer.header("content-type") == Some("text/css; charset=utf-8");
                if !harmless {
                    wrong.push(format!("{target} is neither a page nor a download: {:?}", answer.headers));
                }
                continue;
            }
            screen.complaints.clear();
            screen.asked.clear();
            screen.size(DESK, false);
            screen.wander(&format!("{origin}{target}"));
            for breach in screen.value("breaches").as_array().into_iter().flatten() {
                wrong.push(format!("{target} breaks the policy: {breach}"));
            }
            // An answer 404 is itself an entry of the console.
            for complaint in
                screen.complaints.iter().filter(|complaint| !complaint.contains("the server responded with"))
            {
                wrong.push(format!("{target}: {complaint}"));
            }
            // Chromium draws the calendar of a date field from addresses of its own.
            for url in screen
                .asked
                .iter()
                .filter(|url| !url.starts_with(&origin) && *url != "about:blank" && !url.starts_with("data:"))
            {
                wrong.push(format!("{target} asks elsewhere: {url}"));
            }
            if screen.value("document.documentElement.lang === 'fr' && document.title !== '' && document.querySelectorAll('h1').length === 1") != true {
                wrong.push(format!("{target} has no language, no title, or not one heading"));
            }
            screen.size(TELEPHONE, true);
            let wide = screen.value("document.documentElement.scrollWidth - innerWidth");
            if wide.as_i64() > Some(0) {
                wrong.push(format!("{target} is {wide} px too wide for a telephone"));
            }
            seen += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 15, "{seen} pages");
}

/// Text that looks like code stays text, and the policy would stop it if it did not.
#[test]
fn what_looks_like_code_is_shown_as_text() {
    let office = office();
    let hostile =
        "<script>window.taken = 1</script><img src=x onerror='window.taken = 2'><svg onload='window.taken = 3'>";
    office.message_with(MARTIN, |message| {
        message.text = hostile.into();
        message.subject = hostile.into();
        message.caller.last_name = "\"><script>window.taken = 4</script>".into();
        message.caller.address = "javascript:window.taken=5".into();
        message.caller.email = String::new();
    });
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "martin");
    for target in ["/messages", "/messages/1", "/messages/imprimable", "/messages?q=%3Cscript%3Ealert(1)%3C/script%3E"]
    {
        screen.go(office.address(), target);
        assert_eq!(screen.value("window.taken ?? null"), serde_json::Value::Null, "{target}");
        assert_eq!(screen.value("document.querySelectorAll('main script, main img, main svg[onload]').length"), 0);
        assert_eq!(screen.value("document.querySelectorAll('a[href^=\"javascript:\"]').length"), 0);
    }
    assert_eq!(screen.complaints, Vec::<String>::new());
}

/// On the loopback, which browsers trust as they trust HTTPS (the answer to signing out then empties what they keep), and
/// under a name on plain HTTP, as on an office's own network.
#[test]
fn going_back_after_signing_out_shows_nothing() {
    let office = office();
    office.message(MARTIN, "Une chose que personne d’autre ne doit lire.");
    for host in ["127.0.0.1", "agenda.test"] {
        let site = format!("http://{host}:{}", office.address().port());
        let mut screen = Screen::open();
        screen.wander(&format!("{site}/connexion"));
        enter(&mut screen, "martin");
        screen.go_in(&site, "/messages/1");
        screen.go_in(&site, "/archives");
        screen.value("sessionStorage.setItem('brouillon:/essai', 'à moitié tapé')");
        screen.value("document.querySelector('form[action=\"/deconnexion\"]').requestSubmit()");
        screen.wait_for("location.pathname === '/connexion' && document.readyState === 'complete'");
        assert_eq!(screen.value("sessionStorage.length"), 0, "drafts go with who wrote them");
        for _ in 0..3 {
            screen.value("history.back()");
            screen.wait_for(
                "document.readyState === 'complete' && !document.documentElement.hidden && location.pathname === '/connexion'",
            );
            let shown = screen.text();
            assert!(!shown.contains("personne d’autre") && !shown.contains("Vos archives"), "{host}: {shown}");
        }
    }
}

#[test]
fn the_session_is_out_of_reach_of_scripts_and_of_other_sites() {
    let office = office();
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "martin");
    assert_eq!(screen.value("document.cookie"), "", "no script reads it");
    let cookies = screen.ask("Network.getCookies", serde_json::json!({}));
    for cookie in cookies["cookies"].as_array().unwrap() {
        assert_eq!(cookie["httpOnly"], true, "{cookie}");
        assert!(matches!(cookie["sameSite"].as_str(), Some("Lax" | "Strict")), "{cookie}");
        assert_eq!(cookie["path"], "/", "{cookie}");
        assert_eq!(cookie["domain"], "127.0.0.1", "of this host alone: {cookie}");
    }
}

/// A page of somebody else's, on another port: another origin.
fn foreign_page(html: String) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(20) {
            let Ok(mut stream) = stream else { return };
            let mut head = [0; 4096];
            let _ = stream.read(&mut head);
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{html}",
                html.len()
            );
        }
    });
    address
}

#[test]
fn no_other_site_frames_reads_or_posts_to_ours() {
    let office = office();
    office.message(MARTIN, "Confidentiel.");
    let ours = office.address();
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "martin");
    let foreign = foreign_page(format!(
        "<!doctype html><title>x</title><iframe id=cadre src='http://{ours}/messages'></iframe>
         <form id=envoi method=post action='http://{ours}/messages/archivage'><input name=message value=1></form>"
    ));
    screen.wander(&format!("http://{foreign}/"));
    screen.wait_for("document.getElementById('cadre') && document.readyState === 'complete'");
    let refused = screen.complaints.iter().any(|complaint| complaint.contains("frame-ancestors"));
    assert!(refused, "the frame stays empty: {:?}", screen.complaints);
    let read = screen.value(&format!(
        "fetch('http://{ours}/messages', {{ credentials: 'include' }}).then(answer => answer.text()).catch(() => 'refused')"
    ));
    assert_eq!(read, "refused");
    let opaque = screen.value(&format!(
        "new Promise(done => {{ const image = new Image(); image.onload = () => done('shown'); image.onerror = () => done('refused');
         image.src = 'http://{ours}/messages'; }})"
    ));
    assert_eq!(opaque, "refused");
    screen.value("document.getElementById('envoi').submit()");
    screen.wait_for(&format!("location.host === '{ours}' && document.readyState === 'complete'"));
    let shown = screen.value("document.body.innerText");
    assert!(shown.as_str().is_some_and(|shown| shown.contains("ne vient pas d’une de nos pages")), "{shown}");
    assert!(office.signed_in("martin").get("/messages").text().contains("Vous avez 1 message"));
}
