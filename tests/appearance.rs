//! The house's own colours, and what is usual in it (product, section 11; WCAG 2.2, 1.4.3).

use crate::support::screen::Screen;
use crate::support::{MARTIN, PASSWORD, office};

fn styles(page: &crate::support::browser::Page) -> Vec<String> {
    let all = page.attributes("link[rel=stylesheet]", "href");
    // A room's own sheet lays out; it bears no colour.
    all.into_iter().filter(|href| !href.contains("/sheets/")).collect()
}

#[test]
fn a_colour_that_cannot_be_read_is_refused_and_the_nearest_that_can_is_offered() {
    let office = office();
    let mut admin = office.signed_in("admin");
    // Yellow on white: 1.42 (the W3C's own failure F83 names such pairs); a stranger to contrast gets a way out.
    let refused = admin.post("/administration/apparence", &[("accent", "autre"), ("couleur", "#ffd400")]);
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(text.contains("trop claire pour être lue") && text.contains("il faut 4,5:1"), "{text}");
    let nearest = refused.attributes("#verdict a", "href")[0].replace("?accent=%23", "#");
    assert_eq!(styles(&office.stranger().get("/")).len(), 1, "nothing was adopted");
    let taken = admin.post("/administration/apparence", &[("accent", "autre"), ("couleur", &nearest)]);
    assert_eq!(taken.status, 303, "what is offered is taken: {nearest}");
    for wrong in ["", "rouge", "#12345", "<script>"] {
        let refused = admin.post("/administration/apparence", &[("accent", "autre"), ("couleur", wrong)]);
        assert_eq!(refused.status, 422, "{wrong}");
    }
}

#[test]
fn an_adopted_colour_is_worn_by_every_page_and_its_sheet_is_kept_for_good() {
    let office = office();
    let mut martin = office.signed_in("martin");
    assert_eq!(styles(&martin.get("/messages")).len(), 1);
    let mut admin = office.signed_in("admin");
    assert_eq!(admin.post("/administration/apparence", &[("accent", "#1d4f91")]).status, 303);
    // The page of messages was finished and kept before: it must not be worn out.
    let all =
        [office.stranger().get("/"), office.stranger().get("/connexion"), martin.get("/messages"), martin.get("/rien")];
    for page in &all {
        let sheets = styles(page);
        assert_eq!(sheets.len(), 2, "{sheets:?}");
        assert!(sheets[1].starts_with("/assets/maison/") && sheets[1].ends_with("/style.css"), "{sheets:?}");
    }
    let address = styles(&all[0])[1].clone();
    let sheet = office.stranger().get(&address);
    assert_eq!(sheet.header("content-type"), Some("text/css; charset=utf-8"));
    assert!(sheet.header("cache-control").unwrap().contains("immutable"));
    assert!(sheet.html().contains("--petrol: light-dark(#1d4f91,"), "{}", sheet.html());
    assert_eq!(office.stranger().get("/assets/maison/0000000000000000/style.css").status, 404);
    // Back to Permanence's own: no sheet at all.
    admin.post("/administration/apparence", &[("accent", "#0a5563")]);
    assert_eq!(styles(&martin.get("/messages")).len(), 1);
    assert_eq!(office.stranger().get(&address).status, 404);
}

#[test]
fn a_colour_is_seen_before_it_is_adopted() {
    let office = office();
    let mut screen = Screen::open();
    crate::support::screen::sign_in(&mut screen, &office, "admin", "/administration");
    screen.go(office.address(), "/administration/apparence");
    let ground = "getComputedStyle(document.querySelector('#couleurs .button.main')).backgroundColor";
    assert_eq!(screen.value(ground), "rgb(10, 85, 99)");
    screen.value("window.witness = true; document.getElementById('accent-6a2c8a').click()");
    screen.wait_for(&format!("{ground} === 'rgb(106, 44, 138)'"));
    assert_eq!(screen.value("window.witness"), true, "without a page of its own");
    screen.value("document.getElementById('couleur').focus()");
    screen.write("#ffd400");
    screen.wait_for("document.getElementById('verdict').innerText.includes('Trop claire')");
    assert_eq!(screen.complaints, Vec::<String>::new());
    // Without JavaScript the button does the same by a page of its own, and nothing is adopted by looking.
    let mut admin = office.signed_in("admin");
    let page = admin.get("/administration/apparence?accent=%236a2c8a");
    assert!(page.text().contains("rien n’est encore adopté"));
    assert!(styles(&page).last().unwrap().starts_with("/administration/apparence/apercu.css?accent="));
    assert_eq!(styles(&admin.get("/administration")).len(), 1);
}

#[test]
fn the_map_service_and_the_usual_retention_are_the_houses() {
    let office = office();
    office.message_with(MARTIN, |message| message.caller.town = "Créteil".into());
    let mut admin = office.signed_in("admin");
    let mut map = |service: &str| {
        let fields = [("carte", service), ("conservation", "90")];
        assert_eq!(admin.post("/administration/usages", &fields).status, 303);
        office.signed_in("martin").get("/messages").attributes("a[target=_blank]", "href")
    };
    assert_eq!(map("google"), ["https://www.google.com/maps/search/?api=1&query=Cr%C3%A9teil"]);
    assert_eq!(map("osm"), ["https://www.openstreetmap.org/search?query=Cr%C3%A9teil"]);
    assert_eq!(map("aucun"), Vec::<String>::new());
    let mut admin = office.signed_in("admin");
    let form = admin.get("/administration/abonnes/nouveau").form("/administration/abonnes");
    assert!(form.contains(&("conservation".into(), "90".into())), "{form:?}");
    let wrong = admin.post("/administration/usages", &[("carte", "ailleurs"), ("conservation", "3")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("La conservation va de 7 à 365 jours.") && !PASSWORD.is_empty());
}

#[test]
fn closed_days_are_said_on_the_home_page_a_month_before() {
    let office = office();
    let mut admin = office.signed_in("admin");
    let fields = [("du", "2026-12-23"), ("au", "2026-12-26"), ("motif", "Noël")];
    assert_eq!(admin.post("/administration/fermetures", &fields).status, 303);
    assert_eq!(admin.post("/administration/fermetures", &[("du", "2027-05-01")]).status, 303);
    let home = office.stranger().get("/").text();
    assert!(home.contains("Fermé du mercredi 23 décembre 2026 au samedi 26 décembre 2026 : Noël"), "{home}");
    assert!(!home.contains("2027"));
    for wrong in
        [[("du", ""), ("au", "")], [("du", "2026-12-25"), ("au", "2026-12-24")], [("du", "2020-01-01"), ("au", "")]]
    {
        assert_eq!(admin.post("/administration/fermetures", &wrong).status, 422, "{wrong:?}");
    }
    admin.post("/administration/fermetures/suppression", &[("du", "2026-12-23"), ("au", "2026-12-26")]);
    assert!(!office.stranger().get("/").text().contains("Fermé"));
}

// LOGO
/// A picture of 600 × 200 in two colours, half of it clear, by an encoder of another language.
fn pictures() -> [Vec<u8>; 2] {
    let png = std::process::Command::new("python3")
        .args([
            "-c",
            "import sys, zlib, struct\n\
             row = b'\\0' + bytes([200, 30, 40, 255]) * 300 + bytes([0, 0, 0, 0]) * 300\n\
             def chunk(kind, data): return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))\n\
             sys.stdout.buffer.write(b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 600, 200, 8, 6, 0, 0, 0))\n\
             + chunk(b'tEXt', b'Comment\\0secret-de-fabrication') + chunk(b'IDAT', zlib.compress(row * 200)) + chunk(b'IEND', b''))\n",
        ])
        .output()
        .expect("python3 is there");
    let bomb = {
        let mut bytes = png.stdout.clone();
        bytes[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        bytes
    };
    [png.stdout, bomb]
}

#[test]
fn a_logo_is_drawn_anew_in_small_and_shown_where_the_house_shows_itself() {
    let office = office();
    let [picture, bomb] = pictures();
    let mut admin = office.signed_in("admin");
    let upload = |admin: &mut crate::support::Browser, name: &str, bytes: &[u8]| {
        admin.upload("/administration/apparence/logo", "logo", name, bytes)
    };
    let script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    for (name, bytes) in [
        ("x.svg", &script[..]),
        ("x.png", &bomb[..]),
        ("x.png", &picture[..90]),
        ("x.png", b""),
        ("x.jpg", b"\xff\xd8\xff\xe0abc"),
    ] {
        let refused = upload(&mut admin, name, bytes);
        assert_eq!(refused.status, 422, "{name}: {}", refused.text());
        assert_eq!(refused.count("#logo-erreur"), 1);
    }
    assert_eq!(upload(&mut admin, "logo.png", &picture).status, 303);
    for page in [
        office.stranger().get("/"),
        office.stranger().get("/connexion"),
        office.signed_in("martin").get("/messages/imprimable"),
    ] {
        let address = page.attributes("img.logo", "src")[0].clone();
        assert_eq!(page.attributes("img.logo", "width")[0], "480", "twice what is shown, no more");
        let shown = office.stranger().get(&address);
        assert_eq!(shown.header("content-type"), Some("image/png"));
        assert!(shown.bytes.starts_with(b"\x89PNG"));
        let holds = |text: &str| shown.bytes.windows(text.len()).any(|bytes| bytes == text.as_bytes());
        assert!(!holds("secret-de-fabrication"), "what came along in the file is gone");
    }
    admin.post("/administration/apparence/logo/suppression", &[]);
    assert_eq!(office.stranger().get("/").count("img.logo"), 0);
}
