//! The second factor: codes by the clock, recovery codes, and the house that requires it (product, section 3). Codes come
//! from `oathtool` (RFC 6238), the picture is read by `zbarimg`: two programs that know nothing of ours.

use crate::support::{Browser, Office, PASSWORD, office};
use permanence::base::Instant;
use std::process::Command;

/// The code that a telephone shows at a moment.
fn code_at(secret: &str, now: Instant) -> String {
    let output = Command::new("oathtool")
        .args(["--totp", "--base32", "--now", &now.rfc3339().replace('T', " ").replace('Z', " UTC"), secret])
        .output()
        .expect("oathtool runs (apt-get install oathtool)");
    let code = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    assert_eq!(code.len(), 6, "{}", String::from_utf8_lossy(&output.stderr));
    code
}

struct Telephone {
    secret: String,
    recovery: Vec<String>,
}

/// Switches the second factor on from « Mon compte ».
fn enrol(office: &Office, browser: &mut Browser) -> Telephone {
    let page = browser.get("/mon-compte/second-facteur");
    assert_eq!(page.status, 200, "{}", page.text());
    let begun = browser.submit(&page, "/mon-compte/second-facteur/cle", &[]);
    let page = browser.follow(begun);
    let secret = page.all("code.once").remove(0).replace(' ', "");
    let code = code_at(&secret, office.now());
    let on = browser.submit(&page, "/mon-compte/second-facteur", &[("code", &code)]);
    assert_eq!(on.status, 200, "{}", on.text());
    let recovery = on.all("ol.codes li");
    assert_eq!(recovery.len(), 10);
    // The next code is of another step.
    office.let_pass_s(60);
    Telephone { secret, recovery }
}

fn password_step(browser: &mut Browser, login: &str) -> crate::support::browser::Page {
    browser.post("/connexion", &[("identifiant", login), ("pass", PASSWORD)])
}

#[test]
fn the_picture_says_the_key_to_a_telephone() {
    let office = office();
    let mut martin = office.signed_in("martin");
    martin.post("/mon-compte/second-facteur/cle", &[]);
    let page = martin.get("/mon-compte/second-facteur");
    let secret = page.all("code.once").remove(0).replace(' ', "");
    let size: usize = page.attributes("svg.qr", "viewBox")[0].split(' ').nth(2).unwrap().parse().unwrap();
    let dark = page.attributes("svg.qr path[fill='#000']", "d").remove(0);

    // As a screen draws it, eight pixels a module.
    let scale = 8;
    let mut pixels = vec![255u8; size * size * scale * scale];
    for run in dark.split('M').skip(1) {
        let (x, rest) = run.split_once(' ').unwrap();
        let (y, rest) = rest.split_once('h').unwrap();
        let length: usize = rest.split_once('v').unwrap().0.parse().unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        for row in y * scale..(y + 1) * scale {
            pixels[row * size * scale + x * scale..][..length * scale].fill(0);
        }
    }
    let picture = tempfile::NamedTempFile::with_suffix(".pgm").unwrap();
    let mut bytes = format!("P5 {0} {0} 255\n", size * scale).into_bytes();
    bytes.extend_from_slice(&pixels);
    std::fs::write(picture.path(), bytes).unwrap();
    let read = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(picture.path()).output();
    let read = String::from_utf8(read.expect("zbarimg runs (apt-get install zbar-tools)").stdout).unwrap();
    assert_eq!(
        read.trim(),
        format!("otpauth://totp/Permanence:martin?secret={secret}&issuer=Permanence&algorithm=SHA1&digits=6&period=30")
    );
}

#[test]
fn a_code_is_asked_after_the_password_and_each_passes_once() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let mut elsewhere = office.signed_in("martin");
    let telephone = enrol(&office, &mut martin);
    assert_eq!(martin.get("/messages").status, 200, "this device goes on");
    assert_eq!(elsewhere.get("/messages").status, 303, "others have to show a code");

    let mut browser = office.stranger();
    let step = password_step(&mut browser, "martin");
    assert_eq!(step.status, 200);
    assert!(step.text().contains("Code de connexion"));
    assert_eq!(browser.get("/messages").status, 303, "half way in is not in");
    let wrong = browser.submit(&step, "/connexion/code", &[("code", "000000")]);
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    let code = code_at(&telephone.secret, office.now());
    let entered = browser.submit(&step, "/connexion/code", &[("code", &format!("{} {}", &code[..3], &code[3..]))]);
    assert_eq!((entered.status, entered.header("location")), (303, Some("/messages")));
    assert_eq!(browser.get("/messages").status, 200);

    let mut thief = office.stranger();
    let step = password_step(&mut thief, "martin");
    assert_eq!(thief.submit(&step, "/connexion/code", &[("code", &code)]).status, 422, "a code passes once");
    // The clock of a telephone may be a step off, no more.
    office.let_pass_s(120);
    for (off_s, status) in [(90, 422), (-90, 422), (30, 303)] {
        let mut browser = office.stranger();
        let step = password_step(&mut browser, "martin");
        let code = code_at(&telephone.secret, office.now().plus_ms(off_s * 1000));
        assert_eq!(browser.submit(&step, "/connexion/code", &[("code", &code)]).status, status, "{off_s} s off");
    }
    let data = std::fs::read(office.data_folder().join("permanence.redb")).unwrap();
    assert!(!data.windows(11).any(|bytes| bytes == telephone.recovery[0].as_bytes()), "recovery codes are hashes");
}

#[test]
fn two_at_once_with_the_same_code_are_one_too_many() {
    let office = office();
    let telephone = enrol(&office, &mut office.signed_in("martin"));
    let code = code_at(&telephone.secret, office.now());
    let standing = [(); 6].map(|()| {
        let mut browser = office.stranger();
        let step = password_step(&mut browser, "martin");
        (browser, step)
    });
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries = standing.map(|(mut browser, step)| {
            let code = &code;
            scope.spawn(move || browser.submit(&step, "/connexion/code", &[("code", code)]).status)
        });
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 303 | 422 | 429)), "{statuses:?}");
}

#[test]
fn where_one_was_going_and_what_one_had_typed_survive_the_second_step() {
    let office = office();
    office.messages(crate::support::MARTIN, 60);
    let mut martin = office.signed_in("martin");
    let telephone = enrol(&office, &mut martin);
    let mut browser = office.stranger();
    let form = browser.get("/connexion?retour=%2Fmessages%3Fpage%3D2");
    let remembered = [("identifiant", "martin"), ("pass", PASSWORD), ("memoriser", "1")];
    let step = browser.submit(&form, "/connexion", &remembered);
    let entered = browser.submit(&step, "/connexion/code", &[("code", &code_at(&telephone.secret, office.now()))]);
    assert_eq!(entered.header("location"), Some("/messages?page=2"));
    let cookies: Vec<&str> =
        entered.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_str()).collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("session=") && cookie.contains("Max-Age")), "{cookies:?}");

    office.let_pass_days(31);
    let lost = browser.post("/messages/3/reponses", &[("reponse", "Ne doit pas se perdre.")]);
    assert_eq!(lost.status, 401);
    let step = browser.submit(&lost, "/connexion", &[("identifiant", "martin"), ("pass", PASSWORD)]);
    let back = browser.submit(&step, "/connexion/code", &[("code", &code_at(&telephone.secret, office.now()))]);
    assert_eq!(back.status, 200, "{}", back.text());
    assert_eq!(browser.submit(&back, "/messages/3/reponses", &[]).status, 303);
    assert!(browser.get("/messages/3").text().contains("Ne doit pas se perdre."));
}

#[test]
fn bookmarks_and_links_stand_in_for_the_password_and_not_for_the_code() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let telephone = enrol(&office, &mut martin);
    let page = martin.get("/mon-compte");
    let made = martin.submit(&page, "/mon-compte/liens", &[("nom-du-lien", "Tablette")]);
    let address = made.all("code.once").remove(0);
    let link = address[address.find("/acces/").unwrap()..].to_owned();
    let bookmark = format!("/?identifiant=martin&pass={}", PASSWORD.replace(' ', "+"));
    for path in [bookmark, link] {
        let mut browser = office.stranger();
        let opened = browser.get(&path);
        assert_eq!((opened.status, opened.header("location")), (303, Some("/connexion/code")), "{path}");
        assert_eq!(browser.get("/messages").status, 303);
        let page = browser.get("/connexion/code");
        office.let_pass_s(60);
        let entered = browser.submit(&page, "/connexion/code", &[("code", &code_at(&telephone.secret, office.now()))]);
        assert_eq!(entered.header("location"), Some("/messages"));
        assert_eq!(browser.get("/messages").status, 200);
    }
}

#[test]
fn codes_are_slowed_like_passwords_and_the_second_step_does_not_wait_for_ever() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let telephone = enrol(&office, &mut martin);
    let mut thief = office.stranger();
    let step = password_step(&mut thief, "martin");
    let mut tries = 0;
    while thief.submit(&step, "/connexion/code", &[("code", "123456")]).status == 422 {
        tries += 1;
        assert!(tries < 10, "a guesser of codes is slowed before ten tries");
    }
    let waiting = thief.submit(&step, "/connexion/code", &[("code", &code_at(&telephone.secret, office.now()))]);
    assert_eq!(waiting.status, 429, "{}", waiting.text());
    assert!(waiting.header("retry-after").is_some());
    // The owner's own device is not held up by that.
    martin.post("/deconnexion", &[]);
    let step = password_step(&mut martin, "martin");
    let entered = martin.submit(&step, "/connexion/code", &[("code", &code_at(&telephone.secret, office.now()))]);
    assert_eq!(entered.status, 303, "{}", entered.text());

    let mut late = office.stranger();
    let step = password_step(&mut late, "martin");
    office.let_pass_s(11 * 60);
    let gone = late.submit(&step, "/connexion/code", &[("code", &code_at(&telephone.secret, office.now()))]);
    assert_eq!(gone.status, 422);
    assert!(gone.text().contains("reprenez depuis le début"), "{}", gone.text());
    assert_eq!(office.stranger().get("/connexion/code").header("location"), Some("/connexion"));
}

#[test]
fn recovery_codes_open_once_each_and_are_made_anew() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let telephone = enrol(&office, &mut martin);
    let enter = |typed: &str| {
        let mut browser = office.stranger();
        let step = password_step(&mut browser, "martin");
        browser.submit(&step, "/connexion/code", &[("code", typed)]).status
    };
    let first = &telephone.recovery[0];
    assert_eq!(enter(&first.to_uppercase().replace('-', " ")), 303, "whatever stands between the letters");
    assert_eq!(enter(first), 422, "each opens once");
    assert!(martin.get("/mon-compte/second-facteur").text().contains("9 codes restants"));
    let page = martin.get("/mon-compte/second-facteur");
    let renewed = martin.submit(&page, "/mon-compte/second-facteur/codes", &[]);
    assert_eq!(renewed.status, 200, "{}", renewed.text());
    let new = renewed.all("ol.codes li");
    assert_eq!((enter(&telephone.recovery[1]), enter(&new[1])), (422, 303));
    let journal = office.signed_in("admin").get("/administration/journal").text();
    for line in ["second facteur activé", "code de secours utilisé", "codes de secours renouvelés"] {
        assert!(journal.contains(line), "{line}: {journal}");
    }
}

#[test]
fn switching_off_asks_for_the_password() {
    let office = office();
    let mut martin = office.signed_in("martin");
    enrol(&office, &mut martin);
    office.let_pass_s(11 * 60);
    let page = martin.get("/mon-compte/second-facteur");
    let asked = martin.submit(&page, "/mon-compte/second-facteur/arret", &[]);
    assert_eq!(asked.status, 403);
    let off = martin.submit(&asked, "/mon-compte/second-facteur/arret", &[("confirmation", PASSWORD)]);
    assert_eq!(off.status, 303, "{}", off.text());
    assert_eq!(martin.get("/messages").status, 200);
    office.signed_in("martin");
}

#[test]
fn who_must_have_one_is_led_there_and_can_do_nothing_else() {
    let office = office();
    let mut aline = office.signed_in("aline");
    let mut admin = office.signed_in("admin");
    let rules = [("favoris", "1"), ("facteur-secretaires", "1")];
    assert_eq!(admin.post("/administration/securite", &rules).status, 303);
    assert_eq!(admin.get("/administration").status, 200, "administrators need none");
    assert_eq!(office.signed_in("martin").get("/messages").status, 200);

    for path in ["/standard", "/standard/abonnes/1", "/standard/abonnes/1/messages", "/mon-compte"] {
        assert_eq!(aline.get(path).header("location"), Some("/mon-compte/second-facteur"), "{path}");
    }
    assert_eq!(aline.get("/standard/etat?depuis=x").status, 401);
    let action = "/standard/abonnes/1/messages";
    let held = aline.post(action, &[("nom", "Vasseur"), ("texte", "Ne doit pas se perdre.")]);
    assert_eq!(held.status, 403);
    assert!(held.text().contains("Second facteur demandé"));
    enrol(&office, &mut aline);
    assert_eq!(aline.submit(&held, action, &[]).status, 303, "what was typed goes out afterwards");
    assert_eq!(aline.get("/standard").status, 200);
    assert_eq!(aline.post("/mon-compte/second-facteur/arret", &[("confirmation", PASSWORD)]).status, 403);

    // A lost telephone: the administrator, and then she begins again.
    assert_eq!(admin.post("/administration/personnes/4/second-facteur/remise-a-zero", &[]).status, 303);
    assert_eq!(aline.get("/standard").header("location"), Some("/connexion?retour=%2Fstandard"));
    let mut aline = office.signed_in("aline");
    assert_eq!(aline.get("/standard").header("location"), Some("/mon-compte/second-facteur"));
    assert!(admin.get("/administration/journal").text().contains("second facteur désactivé"));
}
