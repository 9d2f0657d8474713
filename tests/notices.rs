//! What leaves the house: by a real mail server (aiosmtpd) and a gateway that the stories start.

use crate::support::mail::{Gateway, MailServer, until};
use crate::support::{Browser, MARTIN, Office, office};
use permanence::base::LetterId;
use permanence::messages::model::Kind;
use permanence::notices::letter::{NewLetter, Purpose};
use permanence::notices::{Letter, State, outbox};

/// An administrator tells the house its mail server.
fn use_server(office: &Office, server: &MailServer) -> Browser {
    let mut admin = office.signed_in("admin");
    let port = server.port.to_string();
    let saved = admin.post("/administration/serveur-de-courrier", &server_form(&port));
    assert_eq!(saved.status, 303, "{}", saved.text());
    admin
}

fn server_form(port: &str) -> [(&str, &str); 8] {
    [
        ("serveur", "127.0.0.1"),
        ("port", port),
        ("protection", "aucune"),
        ("compte", ""),
        ("expediteur", "secretariat@example.org"),
        ("nom-expediteur", "Accueil & Cœur"),
        ("reponse", "reponses@example.org"),
        ("adresse", "https://agenda.example.org"),
    ]
}

fn write_to(office: &Office, to: &str) -> LetterId {
    let letter = NewLetter::mail(to, Purpose::Test, "Été à Noël", "Bonjour,\n.\n.suite\n« fin »", office.now());
    office.house().store.write(|tx| outbox::put(tx, letter, office.now())).unwrap().id
}

fn letter(office: &Office, id: LetterId) -> Letter {
    office.house().store.read(|tx| outbox::letter(tx, id)).unwrap()
}

fn until_tried(office: &Office, id: LetterId, times: u32) -> Letter {
    until("it is tried", || letter(office, id).tries >= times);
    letter(office, id)
}

#[test]
fn a_trial_mail_arrives_and_the_servers_answer_is_shown() {
    let (office, server) = (office(), MailServer::start(&[]));
    let mut admin = use_server(&office, &server);
    let sent = admin.post("/administration/serveur-de-courrier/essai", &[("email", "camille@example.net")]);
    let address = sent.header("location").unwrap().to_owned();
    let mail = server.mail();
    assert_eq!(
        (mail["sender"].as_str(), mail["to"].as_str()),
        (Some("secretariat@example.org"), Some("camille@example.net"))
    );
    let headers = &mail["headers"];
    assert_eq!(headers["subject"], "Essai du serveur de courrier");
    assert_eq!(headers["from"], "Accueil & Cœur <secretariat@example.org>");
    assert_eq!(headers["reply-to"], "reponses@example.org");
    assert_eq!(headers["auto-submitted"], "auto-generated", "RFC 3834");
    assert!(headers["message-id"].as_str().unwrap().ends_with("@example.org>"));
    for body in ["text", "html"] {
        assert!(mail[body].as_str().unwrap().contains("éèêàçœ, « entre guillemets »"), "{body}: {mail}");
    }
    until("its page says so", || {
        let page = admin.clone().get(&address).text();
        page.contains("envoyé") && page.contains("250 2.0.0 Accepte sous le numero 1")
    });
    let listed = admin.get("/administration/courrier?q=camille").text();
    assert!(listed.contains("1 courrier") && listed.contains("camille@example.net"), "{listed}");
    // A wrong address is said before anything is sent.
    let refused = admin.post("/administration/serveur-de-courrier/essai", &[("email", "camille")]);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("pas complète"), "{}", refused.text());
}

#[test]
fn each_answer_of_the_server_means_what_the_standard_says() {
    let (office, server) = (office(), MailServer::start(&[]));
    use_server(&office, &server);
    let [refused, full, over, grey, cut] =
        ["refuse", "plein", "comble", "gris", "coupe"].map(|name| write_to(&office, &format!("{name}@example.net")));
    let after_one = |id| until_tried(&office, id, 1);
    let refused = after_one(refused);
    assert_eq!(refused.state, State::Failed, "a 5xx is for good");
    assert_eq!(refused.attempts[0].said, "550 5.1.1 Boite inconnue ici");
    assert_eq!(after_one(full).state, State::Waiting, "a 4xx is for later");
    assert_eq!(after_one(over).state, State::Waiting, "a full mailbox empties");
    assert_eq!(after_one(grey).state, State::Waiting);
    assert_eq!(after_one(cut).state, State::Waiting);
    // RFC 5321, 4.5.4.1, asks for growing delays: the first is a minute, a fifth more or less.
    let due = letter(&office, grey).due.ms_since(office.now());
    assert!((48_000..=72_000).contains(&due), "{due}");
    office.let_pass_s(73);
    let mail = server.mail();
    assert_eq!(mail["to"], "coupe@example.net", "the connection lost in DATA");
    assert!(mail["text"].as_str().unwrap().replace("\r\n", "\n").contains("Bonjour,\n.\n.suite\n« fin »"), "{mail}");
    assert_eq!(
        mail["headers"]["message-id"].as_str().unwrap(),
        format!("<{}@example.org>", letter(&office, cut).message_id)
    );
    assert_eq!(until_tried(&office, grey, 2).state, State::Waiting);
    office.let_pass_s(145);
    assert_eq!(server.mail()["to"], "gris@example.net");
    until("the grey one is sent", || letter(&office, grey).state == State::Sent);
    // A day of « later » is enough: given up, in sight of everybody.
    office.let_pass_s(24 * 3600);
    until("given up", || letter(&office, full).state == State::GivenUp);
    let mut admin = office.signed_in("admin");
    assert!(admin.get("/administration/courrier?etat=abandonne").text().contains("plein@example.net"));
    assert!(admin.get(&format!("/administration/courrier/{full}")).text().contains("452 4.2.2 Boite pleine"));
}

#[test]
fn a_slow_recipient_holds_nobody_up() {
    let (office, server) = (office(), MailServer::start(&[]));
    for _ in 0..4 {
        write_to(&office, "lent@lent.example");
    }
    for count in 0..20 {
        write_to(&office, &format!("vite{count}@example.net"));
    }
    use_server(&office, &server);
    let first: Vec<String> = (0..20).map(|_| server.mail()["to"].as_str().unwrap().to_owned()).collect();
    let quick = first.iter().filter(|to| to.starts_with("vite")).count();
    assert!(quick >= 19, "the quick ones do not wait for the slow: {first:?}");
}

#[test]
fn a_server_that_is_away_is_waited_for() {
    let office = office();
    let port = MailServer::start(&[]).port;
    let mut admin = office.signed_in("admin");
    let port = port.to_string();
    assert_eq!(admin.post("/administration/serveur-de-courrier", &server_form(&port)).status, 303);
    let ids: Vec<LetterId> = (0..5).map(|count| write_to(&office, &format!("n{count}@example.net"))).collect();
    until("one was tried", || ids.iter().any(|id| letter(&office, *id).tries > 0));
    let tried = ids.iter().find(|id| letter(&office, **id).tries > 0).unwrap();
    let page = admin.get(&format!("/administration/courrier/{tried}")).text();
    assert!(page.contains("Le serveur de courrier ne répond pas") && page.contains("en attente"), "{page}");
    let server = MailServer::start(&["--port", &port]);
    office.let_pass_s(400);
    for _ in &ids {
        server.mail();
    }
    until("all are sent", || ids.iter().all(|id| letter(&office, *id).state == State::Sent));
}

#[test]
fn without_a_server_mails_wait_to_be_read() {
    let office = office();
    let id = write_to(&office, "camille@example.net");
    let mut admin = office.signed_in("admin");
    let list = admin.get("/administration/courrier").text();
    assert!(list.contains("Aucun serveur de courrier n’est réglé") && list.contains("camille@example.net"), "{list}");
    let page = admin.get(&format!("/administration/courrier/{id}")).text();
    assert!(page.contains("Été à Noël") && page.contains("« fin »") && page.contains("Pas encore essayé"), "{page}");
    assert!(admin.get("/administration/journal").text().contains(&format!("courrier {id}")), "who opened it is known");
    assert_eq!(admin.post(&format!("/administration/courrier/{id}/annulation"), &[]).status, 303);
    assert_eq!(letter(&office, id).state, State::Cancelled);
    let server = MailServer::start(&[]);
    use_server(&office, &server);
    assert_eq!(server.rest().len(), 0, "what is cancelled stays here");
    assert_eq!(admin.post(&format!("/administration/courrier/{id}/renvoi"), &[]).status, 303);
    assert_eq!(server.mail()["to"], "camille@example.net");
    until("it is sent", || letter(&office, id).state == State::Sent);
    let late = admin.post(&format!("/administration/courrier/{id}/annulation"), &[]);
    assert_eq!(late.status, 409);
    assert!(late.text().contains("n’attend plus"), "{}", late.text());
}

#[test]
fn no_text_begins_a_header_of_its_own() {
    let (office, server) = (office(), MailServer::start(&[]));
    let mut admin = office.signed_in("admin");
    let port = server.port.to_string();
    let mut form = server_form(&port);
    form[5].1 = "Nom\r\nBcc: espion@example.net";
    assert_eq!(admin.post("/administration/serveur-de-courrier", &form).status, 303);
    let evil = "Objet\r\nBcc: espion@example.net\r\n\r\ncorps";
    let new = NewLetter::mail("camille@example.net", Purpose::Test, evil, "a\r\n.\r\nMAIL FROM:<x@y.fr>", office.now());
    office.house().store.write(|tx| outbox::put(tx, new, office.now())).unwrap();
    let mail = server.mail();
    assert_eq!(mail["headers"]["subject"], "Objet Bcc: espion@example.net corps");
    let names: Vec<&str> = mail["names"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    assert!(!names.contains(&"bcc"), "{names:?}");
    assert_eq!(mail["text"].as_str().unwrap().replace("\r\n", "\n").trim_end(), "a\n.\nMAIL FROM:<x@y.fr>");
    let strange =
        NewLetter::mail("a@example.net>\r\nRCPT TO:<espion@example.net", Purpose::Test, "x", "x", office.now());
    let id = office.house().store.write(|tx| outbox::put(tx, strange, office.now())).unwrap().id;
    assert_eq!(until_tried(&office, id, 1).state, State::Failed);
    assert_eq!(server.rest().len(), 0);
    for (field, value) in [("serveur", "mail example"), ("port", "0"), ("protection", "aucune"), ("adresse", "agenda")]
    {
        let mut form = server_form(&port);
        form[0].1 = "smtp.example.org";
        form.iter_mut().find(|(name, _)| *name == field).unwrap().1 = value;
        assert_eq!(admin.post("/administration/serveur-de-courrier", &form).status, 422, "{field}={value}");
    }
}

#[test]
fn a_password_goes_in_and_never_comes_out() {
    let office = office();
    let mut admin = office.signed_in("admin");
    let form = |secret: &'static str, server: &'static str| {
        let mut form = server_form("465").to_vec();
        form[0].1 = server;
        form[2].1 = "tls";
        form[3].1 = "aline";
        form.push(("secret", secret));
        form
    };
    assert_eq!(admin.post("/administration/serveur-de-courrier", &form("", "smtp.example.org")).status, 422);
    assert_eq!(
        admin.post("/administration/serveur-de-courrier", &form("s3cr3t-du-mail", "smtp.example.org")).status,
        303
    );
    assert!(!admin.get("/administration/serveur-de-courrier").html().contains("s3cr3t"));
    assert_eq!(admin.post("/administration/serveur-de-courrier", &form("", "smtp.example.org")).status, 303, "kept");
    let elsewhere = admin.post("/administration/serveur-de-courrier", &form("", "smtp.example.com"));
    assert_eq!(elsewhere.status, 422, "it does not follow to another server");
    assert!(!elsewhere.html().contains("s3cr3t"));
}

/// An administrator says what Cabinet Martin is told.
fn wish(office: &Office, fields: &[(&str, &str)]) {
    let mut form = vec![
        ("adresses", "cabinet@example.net"),
        ("type", "message"),
        ("type", "sms"),
        ("type", "visite"),
        ("rythme", "aussitot"),
        ("urgents", "1"),
    ];
    form.extend(["1", "2", "3", "4", "5", "6", "7"].map(|day| ("jour", day)));
    form.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    form.extend(fields);
    let saved = office.signed_in("admin").post("/administration/abonnes/1/avis", &form);
    assert_eq!(saved.status, 303, "{}", saved.text());
}

fn take(office: &Office, fields: &[(&str, &str)]) {
    let taken = office.signed_in("aline").post("/standard/abonnes/1/messages", fields);
    assert_eq!(taken.status, 303, "{}", taken.text());
}

#[test]
fn a_message_is_announced_and_its_history_says_so() {
    let (office, server) = (office(), MailServer::start(&[]));
    use_server(&office, &server);
    wish(&office, &[]);
    take(&office, &[("nom", "Dupont"), ("texte", "Confidence de patient."), ("urgent", "1")]);
    let mail = server.mail();
    assert_eq!(mail["headers"]["subject"], "Un message urgent vous attend");
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains("https://agenda.example.org/messages/1") && text.contains("Cabinet Martin"), "{text}");
    assert!(!mail.to_string().contains("onfidence") && !mail.to_string().to_lowercase().contains("dupont"), "{mail}");
    assert_eq!(mail["headers"]["list-unsubscribe"], "<https://agenda.example.org/avis>");
    assert!(mail["html"].as_str().unwrap().contains("<a href=\"https://agenda.example.org/messages/1\">"));
    let shows = |page: String| page.contains("transmis par e-mail ( cabinet@example.net )");
    until("both sides see it", || shows(office.signed_in("aline").get("/standard/abonnes/1/messages/1").text()));
    assert!(shows(office.signed_in("martin").get("/messages/1").text()));
    // A kind that nobody wants to be told of.
    take(&office, &[("type", "fax"), ("texte", "Fax")]);
    assert_eq!(server.rest().len(), 0);
    let told = office.signed_in("martin").get("/avis").text();
    assert!(told.contains("cabinet@example.net") && told.contains("aussitôt"), "{told}");
    assert!(office.signed_in("lefevre").get("/avis").text().contains("ni par e-mail ni par SMS"));
}

#[test]
fn a_message_that_could_not_be_announced_is_listed() {
    let (office, server) = (office(), MailServer::start(&[]));
    use_server(&office, &server);
    wish(&office, &[("adresses", "refuse@example.net")]);
    take(&office, &[("texte", "À rappeler")]);
    until("it is in the history", || {
        office.signed_in("martin").get("/messages/1").text().contains("e-mail : échec ( refuse@example.net )")
    });
    let failed = office.house().store.read(|tx| outbox::failures(tx, |id| id == MARTIN)).unwrap();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].attempts[0].said, "550 5.1.1 Boite inconnue ici");

    // The switchboard sees it, one secretary takes it, and only she settles it.
    let (mut aline, mut basile) = (office.signed_in("aline"), office.signed_in("basile"));
    let action = format!("/standard/abonnes/1/courriers/{}", failed[0].id);
    let waits = aline.get("/standard/attente").text();
    for part in ["E-mail non remis", "refuse@example.net", "550 5.1.1 Boite inconnue ici", "message n° 1"] {
        assert!(waits.contains(part), "« {part} » in {waits}");
    }
    assert_eq!(aline.post(&action, &[("geste", "prendre")]).status, 303);
    assert!(basile.get("/standard").text().contains("pris par Aline"));
    for gesture in ["prendre", "regle"] {
        assert_eq!(basile.post(&action, &[("geste", gesture)]).status, 409, "{gesture}");
    }
    let at_another = action.replace("/1/", "/2/");
    assert_eq!(aline.post(&at_another, &[("geste", "regle")]).status, 404);
    assert_eq!(basile.post(&action, &[("geste", "reprendre")]).status, 303);
    assert_eq!(basile.post(&action, &[("geste", "regle")]).status, 303);
    assert!(!aline.get("/standard/attente").text().contains("non remis"));
    let late = aline.post(&action, &[("geste", "regle")]);
    assert!(late.status == 409 && late.text().contains("quelqu’un vient de s’en occuper"), "{}", late.text());
}

#[test]
fn messages_are_gathered_and_the_urgent_ones_are_not() {
    let (office, server) = (office(), MailServer::start(&[]));
    use_server(&office, &server);
    wish(&office, &[("rythme", "groupes"), ("minutes", "30")]);
    for text in ["Un", "Deux", "Trois"] {
        take(&office, &[("texte", text)]);
        office.let_pass_s(300);
    }
    assert_eq!(server.rest().len(), 0, "they wait together");
    take(&office, &[("texte", "Vite"), ("urgent", "1")]);
    assert_eq!(server.mail()["headers"]["subject"], "Un message urgent vous attend");
    // What the abonné has seen meanwhile needs no announcement any more.
    office.signed_in("martin").get("/messages/2");
    office.let_pass_s(1000);
    let mail = server.mail();
    assert_eq!(mail["headers"]["subject"], "2 messages vous attendent");
    assert!(mail["text"].as_str().unwrap().contains("https://agenda.example.org/messages\n".trim_end()), "{mail}");
    // The next group begins anew; read before its time, nothing leaves at all.
    take(&office, &[("texte", "Quatre")]);
    office.signed_in("martin").get("/messages");
    office.let_pass_s(3600);
    assert_eq!(server.rest().len(), 0);
}

#[test]
fn the_content_leaves_only_when_somebody_asked_in_writing() {
    let (office, server) = (office(), MailServer::start(&[]));
    use_server(&office, &server);
    let mut admin = office.signed_in("admin");
    let form = [("adresses", "cabinet@example.net"), ("type", "message"), ("jour", "2"), ("avec-texte", "1")];
    let refused = admin.post("/administration/abonnes/1/avis", &form);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("la date de la demande écrite") && refused.text().contains("qui l’a demandé"));
    wish(&office, &[("avec-texte", "1"), ("demande-le", "03/11/2026"), ("demande-par", "Dr Hélène Martin")]);
    take(
        &office,
        &[("civilite", "Mme"), ("nom", "Dupont"), ("telephone", "0639981234"), ("texte", "Toux depuis 3 jours.")],
    );
    let text = server.mail()["text"].as_str().unwrap().replace("\r\n", "\n");
    assert!(text.contains("Mme DUPONT\n06 39 98 12 34\nToux depuis 3 jours."), "{text}");
    let told = office.signed_in("martin").get("/avis").text();
    assert!(told.contains("comme Dr Hélène Martin l’a demandé par écrit le 3 novembre 2026"), "{told}");
    // It goes with its message: archived, and its period over.
    let id = office.house().store.read(|tx| outbox::page(tx, None, "", 1)).unwrap().rows[0].id;
    until("it is sent", || letter(&office, id).state == State::Sent);
    let page = |office: &Office| office.signed_in("admin").get(&format!("/administration/courrier/{id}")).text();
    assert!(page(&office).contains("Toux depuis"));
    office.signed_in("martin").post("/messages/archivage", &[("message", "1")]);
    let later = office.now().plus_ms(62 * 24 * 3_600_000);
    permanence::messages::expiry::run(office.house(), later, || false, |_| Ok(())).unwrap();
    assert!(page(&office).contains("Le texte a été effacé"), "{}", page(&office));
}

#[test]
fn hours_and_days_are_the_abonnes_own() {
    let (office, server) = (office(), MailServer::start(&[]));
    use_server(&office, &server);
    // It is Tuesday, 10:00; the abonné is told from 14:00 on, and on weekdays.
    wish(&office, &[("de", "14:00"), ("a", "18:00")]);
    take(&office, &[("texte", "Attend")]);
    assert_eq!(server.rest().len(), 0);
    office.let_pass_s(4 * 3600);
    assert_eq!(server.mail()["headers"]["subject"], "Un message vous attend");
    for (field, value) in [("de", "25:00"), ("minutes", "0"), ("adresses", "cabinet"), ("numeros", "12")] {
        let mut form = vec![
            ("adresses", "a@example.net"),
            ("type", "message"),
            ("jour", "1"),
            ("rythme", "groupes"),
            ("minutes", "5"),
        ];
        form.retain(|(name, _)| *name != field);
        form.push((field, value));
        let refused = office.signed_in("admin").post("/administration/abonnes/1/avis", &form);
        assert_eq!(refused.status, 422, "{field}={value}");
        assert_eq!(refused.attributes(&format!("#{field}"), "aria-invalid"), ["true"], "{field}");
    }
}

/// An administrator tells the house its gateway.
fn use_gateway(office: &Office, address: &str, body: &str) {
    let form = [
        ("voie", "passerelle"),
        ("passerelle", address),
        ("en-tetes", "X-Api-Key: cle-de-la-passerelle"),
        ("corps", body),
        ("accepte", "OK"),
        ("remis", "status=DELIVRD"),
        ("perdu", "status=UNDELIV, status=EXPIRED"),
    ];
    let mut admin = office.signed_in("admin");
    let saved = admin.post("/administration/passerelle-sms", &form);
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert!(!admin.get("/administration/passerelle-sms").html().contains("cle-de-la"), "the key never comes out");
}

#[test]
fn a_bip_goes_through_the_gateway_and_its_receipts_come_back() {
    let (office, server) = (office(), MailServer::start(&[]));
    use_server(&office, &server);
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nOK 17";
    let gateway = Gateway::start(Box::leak(Box::new([answer])));
    let body = r#"{"to":"{numero}","text":"{texte}","ref":"{reference}","dlr":"{recu}"}"#;
    use_gateway(&office, &format!("http://127.0.0.1:{}/sms", gateway.port), body);
    wish(&office, &[("adresses", ""), ("numeros", "06 39 98 12 34\n06 39 98 56 78"), ("par-sms", "pressants")]);
    take(&office, &[("type", "message"), ("texte", "Sans hâte")]);
    take(&office, &[("type", kind_word(Kind::Sms)), ("texte", "Rappelez la clinique")]);
    let mut receipts = Vec::new();
    for _ in 0..2 {
        let request = gateway.request();
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /sms HTTP/1.1") && head.contains("cle-de-la-passerelle"), "{head}");
        let sent: serde_json::Value = serde_json::from_str(body).unwrap();
        assert!(["+33639981234", "+33639985678"].contains(&sent["to"].as_str().unwrap()), "{sent}");
        let text = sent["text"].as_str().unwrap();
        assert!(
            text.contains("Un message vous attend") && text.contains("/messages/2") && !text.contains("clinique"),
            "{text}"
        );
        receipts.push(sent["dlr"].as_str().unwrap().replace("https://agenda.example.org", ""));
    }
    until("it is noted", || {
        office.signed_in("martin").get("/messages/2").text().matches("transmis par SMS").count() == 2
    });
    let counted = office.signed_in("admin").get("/administration/compteurs/compteurs.csv").html();
    let line = counted.lines().find(|line| line.starts_with("Cabinet Martin")).expect("its line");
    assert!(counted.contains(";SMS envoyés") && line.ends_with(";2"), "each SMS is paid for: {counted}");
    let mut stranger = office.stranger();
    assert_eq!(stranger.get(&format!("{}?status=BUFFERED", receipts[0])).status, 200);
    assert!(!office.signed_in("martin").get("/messages/2").text().contains("reçu par le téléphone"));
    assert_eq!(stranger.get(&format!("{}?status=DELIVRD", receipts[0])).status, 200);
    // The other comes as a form, as some gateways send them, from a machine that has no page of ours.
    let mut machine = Browser { origin: None, ..office.stranger() };
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(machine.send("POST", &receipts[1], &form, Some(b"id=7&status=undeliv")).status, 200);
    assert_eq!(machine.send("POST", &receipts[1], &[], None).status, 200, "says nothing, changes nothing");
    let unknown = "/sms/recu/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(machine.send("POST", unknown, &form, Some(b"status=DELIVRD")).status, 404);
    assert_eq!(stranger.get("/sms/recu/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA?status=DELIVRD").status, 404);
    let history = office.signed_in("martin").get("/messages/2").text();
    assert!(
        history.contains("SMS reçu par le téléphone ( 06 39") && history.contains("SMS : échec ( 06 39"),
        "{history}"
    );
    assert_eq!(office.house().store.read(|tx| outbox::failures(tx, |_| true)).unwrap().len(), 1);
}

fn kind_word(kind: Kind) -> &'static str {
    kind.word()
}

#[test]
fn a_receipt_in_json_shows_in_the_messages_history() {
    let (office, server) = (office(), MailServer::start(&[]));
    use_server(&office, &server);
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nOK 17";
    let gateway = Gateway::start(Box::leak(Box::new([answer])));
    let body = r#"{"to":"{numero}","text":"{texte}","dlr":"{recu}"}"#;
    use_gateway(&office, &format!("http://127.0.0.1:{}/sms", gateway.port), body);
    wish(&office, &[("adresses", ""), ("numeros", "06 39 98 12 34"), ("par-sms", "pressants")]);
    take(&office, &[("type", kind_word(Kind::Sms)), ("texte", "Rappelez la clinique")]);
    let request = gateway.request();
    let sent: serde_json::Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    let receipt = sent["dlr"].as_str().unwrap().replace("https://agenda.example.org", "");
    let history = || office.signed_in("martin").get("/messages/1").text();
    until("it is noted", || history().contains("transmis par SMS"));
    let mut machine = Browser { origin: None, ..office.stranger() };
    let json = [("Content-Type", "application/json; charset=utf-8")];
    let report = br#"{"event":"dlr","results":[{"id":7,"status":"DELIVRD","error":null,"final":true}]}"#;
    assert_eq!(machine.send("POST", &receipt, &json, Some(report)).status, 200);
    assert!(history().contains("SMS reçu par le téléphone ( 06 39 98 12 34"), "{}", history());
    for nothing in [&b"{"[..], b"[]", b"\"DELIVRD\"", b"17"] {
        assert_eq!(machine.send("POST", &receipt, &json, Some(nothing)).status, 200);
    }
    assert!(history().contains("SMS reçu par le téléphone"), "and stays");
}

#[test]
fn a_gateway_that_refuses_is_believed() {
    let office = office();
    let unhappy = Box::leak(Box::new([
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nKO",
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 12\r\nConnection: close\r\n\r\nbad \"number\"",
    ]));
    let gateway = Gateway::start(unhappy);
    use_gateway(&office, &format!("http://127.0.0.1:{}/?to={{numero}}&m={{texte}}", gateway.port), "");
    let mut admin = office.signed_in("admin");
    let sent =
        admin.post("/administration/passerelle-sms/essai", &[("numero", "0639981234"), ("essai", "Été & « fin »")]);
    let address = sent.header("location").unwrap().to_owned();
    assert!(gateway.request().starts_with("GET /?to=%2B33639981234&m=%C3%89t%C3%A9%20%26%20%22fin%22 HTTP/1.1"));
    until("« KO » with a friendly status is no success", || {
        let page = admin.clone().get(&address).text();
        page.contains("200 KO") && page.contains("en attente")
    });
    office.let_pass_s(75);
    gateway.request();
    until("a 400 is for good", || {
        let page = admin.clone().get(&address).text();
        page.contains("400 bad \"number\"") && page.contains("échec")
    });
}

#[test]
fn sms_may_leave_by_mail() {
    let (office, server) = (office(), MailServer::start(&[]));
    let mut admin = use_server(&office, &server);
    let form = [("voie", "courrier"), ("destinataire", "{numero}@sms.example.org"), ("objet", "cle-17")];
    assert_eq!(admin.post("/administration/passerelle-sms", &form).status, 303);
    admin.post("/administration/passerelle-sms/essai", &[("numero", "0639981234"), ("essai", "Bonjour")]);
    let mail = server.mail();
    assert_eq!(mail["to"], "33639981234@sms.example.org");
    assert_eq!(
        (mail["headers"]["subject"].as_str(), mail["text"].as_str().map(str::trim_end)),
        (Some("cle-17"), Some("Bonjour"))
    );
}

#[test]
fn figures_for_monitors_are_shown_to_whom_the_settings_say() {
    assert_eq!(office().stranger().get("/metrics").status, 404, "nobody asked for them");
    let office = crate::support::office_set(|settings| settings.metrics = Some("jeton-de-seize-signes".into()));
    write_to(&office, "camille@example.net");
    office.let_pass_s(90);
    let mut monitor = office.stranger();
    assert_eq!(monitor.get("/metrics").status, 404);
    assert_eq!(monitor.get_with("/metrics", &[("Authorization", "Bearer autre")]).status, 404);
    let page = monitor.get_with("/metrics", &[("Authorization", "Bearer jeton-de-seize-signes")]);
    assert_eq!(page.status, 200);
    let text = String::from_utf8(page.bytes).unwrap();
    assert!(text.contains("permanence_outbox_letters{state=\"waiting\"} 1\n"), "{text}");
    assert!(text.contains("permanence_outbox_oldest_due_seconds 90\n"), "{text}");
    assert!(text.contains("# TYPE permanence_outbox_letters gauge\n"), "{text}");
}
