//! « Mot de passe oublié ? » (guide of 2010): a mail with a temporary password, and nothing for strangers to learn.

use crate::support::mail::MailServer;
use crate::support::{Office, PASSWORD, office};
use permanence::notices::{Letter, State, outbox};
use permanence::people::model::NewPerson;
use permanence::people::{Role, store as people};

const NEW: &str = "un tout nouveau mot de passe";

/// Cabinet Martin's second account, with an e-mail address.
fn office_with_nina() -> Office {
    let office = office();
    let store = &office.house().store;
    store
        .write(|tx| {
            let role = Role::Client { subscribers: vec![crate::support::MARTIN] };
            let mut person = NewPerson::checked("nina", "Nina Martin", "Nina@Example.net", role)?;
            person.password = crate::support::password_hash();
            people::add(tx, person, office.now()).map(drop)
        })
        .unwrap();
    office
}

fn letters(office: &Office) -> Vec<Letter> {
    office.house().store.read(|tx| outbox::page(tx, None, "", 1)).unwrap().rows
}

/// Reads the mail that waits, as an administrator without a mail server does.
fn mailed_password(office: &Office) -> String {
    let id = letters(office)[0].id;
    let page = office.signed_in("admin").get(&format!("/administration/courrier/{id}"));
    let text = page.all("p.letter")[0].clone();
    let words: Vec<&str> = text.split_whitespace().collect();
    let place = words.iter().rposition(|word| *word == "passe").unwrap();
    let start = text.find("Votre mot de passe : ").unwrap() + "Votre mot de passe : ".len();
    assert!(place > 0);
    text[start..].split_whitespace().next().unwrap().to_owned()
}

#[test]
fn the_guides_mail_comes_and_lets_in_once() {
    let office = office_with_nina();
    let server = MailServer::start(&[]);
    let mut admin = office.signed_in("admin");
    let port = server.port.to_string();
    let form = [
        ("serveur", "127.0.0.1"),
        ("port", &*port),
        ("protection", "aucune"),
        ("expediteur", "secretariat@example.org"),
        ("nom-expediteur", "Accueil"),
    ];
    assert_eq!(admin.post("/administration/serveur-de-courrier", &form).status, 303);
    let elsewhere = office.signed_in("nina");
    let mut nina = office.stranger();
    let sign_in = nina.get("/connexion");
    assert!(sign_in.text().contains("Mot de passe oublié ?"));
    assert!(sign_in.attributes("a", "href").contains(&"/mot-de-passe-oublie".to_owned()));
    let page = nina.get("/mot-de-passe-oublie");
    assert!(page.all("button").contains(&"Envoyer".to_owned()), "the guide's button");
    let asked = nina.submit(&page, "/mot-de-passe-oublie", &[("identifiant", "Nina"), ("email", "nina@example.net")]);
    assert!(nina.follow(asked).text().contains("un courrier électronique vous est envoyé"));
    let mail = server.mail();
    assert_eq!(mail["headers"]["subject"], "Mot de passe Agenda Web");
    assert_eq!(mail["to"], "Nina@Example.net");
    let text = mail["text"].as_str().unwrap().replace("\r\n", "\n");
    // Guide of 2010: these lines, in this order.
    let mut rest = text.as_str();
    for line in [
        "Bonjour,\n",
        "Vous avez demandé la récupération du mot de passe de votre agenda Web, le voici :\n",
        "Votre identifiant : nina\n",
        "Votre mot de passe : ",
        "Cordialement,\n",
        "votre service client",
    ] {
        let place = rest.find(line).unwrap_or_else(|| panic!("« {line} » follows in:\n{text}"));
        rest = &rest[place + line.len()..];
    }
    let start = text.find("Votre mot de passe : ").unwrap() + "Votre mot de passe : ".len();
    let temporary = text[start..].lines().next().unwrap().trim().to_owned();
    // Sent: its text is gone from the house.
    crate::support::mail::until("it is noted as sent", || letters(&office)[0].state == State::Sent);
    let id = letters(&office)[0].id;
    assert!(!admin.get(&format!("/administration/courrier/{id}")).html().contains(&temporary));
    // The old password is valid until the temporary one is used.
    assert_eq!(office.stranger().post("/connexion", &[("identifiant", "nina"), ("pass", PASSWORD)]).status, 303);
    let entered = nina.post("/connexion", &[("identifiant", "nina"), ("pass", &temporary)]);
    assert_eq!(entered.status, 303, "{}", entered.text());
    // Nothing opens before a new one is chosen, on any page; the other device is out.
    for path in ["/messages", "/mon-compte", "/archives"] {
        assert_eq!(nina.get(path).header("location"), Some("/nouveau-mot-de-passe"), "{path}");
    }
    assert_eq!(nina.get("/messages/etat").status, 401);
    assert!(elsewhere.clone().get("/messages").header("location").unwrap().starts_with("/connexion"));
    for (login, pass) in [("nina", PASSWORD), ("nina", temporary.as_str())] {
        let refused = office.stranger().post("/connexion", &[("identifiant", login), ("pass", pass)]);
        assert_eq!(refused.status, 422, "neither the old one nor the temporary one again");
    }
    let page = nina.get("/nouveau-mot-de-passe");
    assert!(page.text().contains("Choisissez un nouveau mot de passe"), "{}", page.text());
    assert_eq!(nina.post("/nouveau-mot-de-passe", &[("nouveau", "court"), ("nouveau2", "court")]).status, 422);
    let chosen = nina.post("/nouveau-mot-de-passe", &[("nouveau", NEW), ("nouveau2", NEW)]);
    assert_eq!((chosen.status, chosen.header("location")), (303, Some("/messages")));
    assert_eq!(nina.get("/messages").status, 200);
    assert_eq!(office.stranger().post("/connexion", &[("identifiant", "nina"), ("pass", NEW)]).status, 303);
}

#[test]
fn strangers_learn_nothing() {
    let office = office_with_nina();
    let mut answers = Vec::new();
    for (login, email) in [
        ("nina", "nina@example.net"),
        ("nina", "autre@example.net"),
        ("zoe-inventee", "nina@example.net"),
        ("martin", "martin@example.net"),
        ("partie", "denise@example.net"),
    ] {
        let mut browser = office.stranger();
        let answer = browser.post("/mot-de-passe-oublie", &[("identifiant", login), ("email", email)]);
        let mut heads = answer.headers.clone();
        heads.retain(|(name, _)| name != "date");
        let page = browser.follow(answer.clone()).html();
        answers.push((answer.status, heads, page));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "the same for all");
    let written = letters(&office);
    assert_eq!(written.len(), 1, "one mail, to the one whose two words go together");
    assert_eq!(written[0].to, "Nina@Example.net");
    assert!(!office.signed_in("admin").get("/administration/journal").text().contains("zoe-inventee"));
}

#[test]
fn a_temporary_password_ends_by_itself() {
    let office = office_with_nina();
    let ask = || {
        let form = [("identifiant", "nina"), ("email", "nina@example.net")];
        office.stranger().post("/mot-de-passe-oublie", &form).status
    };
    assert_eq!(ask(), 303);
    let first = mailed_password(&office);
    office.let_pass_s(60);
    assert_eq!(ask(), 303);
    let second = mailed_password(&office);
    let try_in = |pass: &str| office.stranger().post("/connexion", &[("identifiant", "nina"), ("pass", pass)]).status;
    assert_eq!(try_in(&first), 422, "the later one replaces it");
    // The bookmark of 2010 takes no temporary password: it would be spent on a page of an address bar.
    office.stranger().get(&format!("/?identifiant=nina&pass={second}"));
    office.let_pass_s(3600);
    assert_eq!(try_in(&second), 422, "an hour is over");
    assert_eq!(try_in(PASSWORD), 303, "and the old one was never touched");
}

#[test]
fn three_mails_an_hour_and_no_more() {
    let office = office_with_nina();
    let form = [("identifiant", "nina"), ("email", "nina@example.net")];
    for _ in 0..5 {
        assert_eq!(office.stranger().post("/mot-de-passe-oublie", &form).status, 303, "the same answer");
    }
    assert_eq!(letters(&office).len(), 3);
    for count in 0..15 {
        let login = format!("invente{count}");
        office.stranger().post("/mot-de-passe-oublie", &[("identifiant", &login), ("email", "a@example.net")]);
    }
    let slowed = office.stranger().post("/mot-de-passe-oublie", &form);
    assert_eq!(slowed.status, 429, "one network asks no more than so often");
    assert!(slowed.header("retry-after").is_some() && slowed.text().contains("réessayez dans"), "{}", slowed.text());
    office.let_pass_s(3601);
    assert_eq!(office.stranger().post("/mot-de-passe-oublie", &form).status, 303);
    assert_eq!(letters(&office).len(), 4);
}

#[test]
fn what_can_be_no_account_is_said_at_once() {
    let office = office();
    let mut browser = office.stranger();
    let page = browser.post("/mot-de-passe-oublie", &[("identifiant", ""), ("email", "nina")]);
    assert_eq!(page.status, 422);
    let text = page.text();
    assert!(text.contains("Indiquez l’identifiant") && text.contains("pas complète"), "{text}");
    assert_eq!(page.attributes("#email", "value"), ["nina"], "what was typed is still there");
}
