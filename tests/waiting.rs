//! What waits for the secretariat, and what becomes of a message after it was taken (product, section 10).

use crate::support::{LEFEVRE, MARTIN, Office, office};

fn take(office: &Office, login: &str, fields: &[(&str, &str)]) {
    let mut browser = office.signed_in(login);
    let page = browser.get("/standard/abonnes/1");
    let sent = browser.submit(&page, "/standard/abonnes/1/messages", fields);
    assert_eq!(sent.status, 303, "{}", sent.text());
}

fn handle(office: &Office, login: &str, message: u64, what: &str, gesture: &str) -> crate::support::browser::Page {
    let target = format!("/standard/abonnes/1/messages/{message}/attente");
    office.signed_in(login).post(&target, &[("quoi", what), ("geste", gesture)])
}

fn waiting(office: &Office, login: &str) -> String {
    office.signed_in(login).get("/standard/attente").text()
}

#[test]
fn an_urgent_message_nobody_reads_comes_back_with_whom_to_call() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let page = martin.get("/consignes");
    martin.submit(
        &page,
        "/fiche",
        &[
            ("delai-urgence", "10"),
            ("urgence-nom-1", "Portable"),
            ("urgence-telephone-1", "06 39 98 10 10"),
            ("urgence-nom-2", "Remplaçante"),
            ("urgence-telephone-2", "06 39 98 10 11"),
        ],
    );
    take(&office, "aline", &[("texte", "Douleur dans la poitrine."), ("urgent", "1")]);
    office.let_pass_s(9 * 60);
    assert!(waiting(&office, "aline").contains("Rien n’attend"), "its ten minutes are not over");
    office.let_pass_s(60);
    let page = office.signed_in("aline").get("/standard");
    assert!(page.text().contains("Urgent non lu depuis 10:00"), "{}", page.text());
    let next =
        |office: &Office| office.signed_in("aline").get("/standard/attente").attributes("input[name=numero]", "value");
    assert_eq!(next(&office), ["+33639981010"]);

    let calls = "/standard/abonnes/1/messages/1/appels";
    office.let_pass_s(22 * 60);
    office.signed_in("aline").post(calls, &[("numero", "+33639981010"), ("resultat", "sans-reponse")]);
    let text = waiting(&office, "basile");
    assert!(text.contains("Appelé le 06 39 98 10 10 par Aline à 10:32 , sans réponse"), "{text}");
    assert_eq!(next(&office), ["+33639981011"], "the next number");
    office.signed_in("basile").post(calls, &[("numero", "+33639981011"), ("resultat", "joint")]);
    assert!(waiting(&office, "aline").contains("Rien n’attend"), "somebody was reached");
    let history = office.signed_in("martin").get("/messages/1").text();
    for expected in ["appel à l’abonné, sans réponse", "abonné prévenu par téléphone", "06 39 98 10 11", "par Basile"]
    {
        assert!(history.contains(expected), "{expected} in {history}");
    }
}

#[test]
fn an_urgent_message_that_is_read_waits_no_more() {
    let office = office();
    take(&office, "aline", &[("texte", "Vite."), ("urgent", "1")]);
    office.let_pass_s(15 * 60);
    assert!(waiting(&office, "aline").contains("Urgent non lu"), "fifteen minutes is the usual time");
    office.signed_in("martin").get("/messages");
    assert!(waiting(&office, "aline").contains("Rien n’attend"));
}

#[test]
fn a_call_back_is_promised_taken_and_done_by_one() {
    let office = office();
    take(&office, "aline", &[("nom", "Vasseur"), ("texte", "Rappeler."), ("rappel-heure", "15:00")]);
    assert!(waiting(&office, "basile").contains("Rappel promis à 15:00"));
    assert!(
        office
            .signed_in("martin")
            .get("/messages/1")
            .text()
            .contains("rappel promis par Aline pour le 24/11/2026 à 15:00")
    );
    assert_eq!(handle(&office, "aline", 1, "rappel", "prendre").status, 303);
    assert!(waiting(&office, "basile").contains("pris par Aline à 10:00"));
    let second = handle(&office, "basile", 1, "rappel", "prendre");
    assert_eq!(second.status, 409);
    assert!(second.text().contains("Déjà pris par Aline."), "{}", second.text());
    assert_eq!(handle(&office, "basile", 1, "rappel", "fait").status, 409, "it is Aline's to finish");
    assert_eq!(handle(&office, "basile", 1, "rappel", "reprendre").status, 303, "on purpose, it is not by chance");
    handle(&office, "aline", 1, "rappel", "rendre");
    assert!(waiting(&office, "aline").contains("pris par Basile"), "what is his she does not give back");
    handle(&office, "basile", 1, "rappel", "rendre");
    assert!(!waiting(&office, "aline").contains("pris par"));
    assert_eq!(handle(&office, "basile", 1, "rappel", "fait").status, 303);
    let late = handle(&office, "aline", 1, "rappel", "fait");
    assert!(late.status == 409 && late.text().contains("quelqu’un vient de s’en occuper"), "{}", late.text());
    assert!(waiting(&office, "aline").contains("Rien n’attend"));
    assert!(office.signed_in("martin").get("/messages/1").text().contains("rappel fait par Basile"));
}

#[test]
fn two_who_take_the_same_work_at_the_same_moment_are_told() {
    let office = office();
    take(&office, "aline", &[("texte", "Rappeler."), ("rappel-heure", "15:00")]);
    let browsers = [office.signed_in("aline"), office.signed_in("basile")];
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = browsers
            .into_iter()
            .map(|mut browser| {
                scope.spawn(move || {
                    let fields = [("quoi", "rappel"), ("geste", "prendre")];
                    browser.post("/standard/abonnes/1/messages/1/attente", &fields).status
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("it answers")).collect()
    });
    assert!(answers.contains(&303) && answers.contains(&409), "{answers:?}");
}

#[test]
fn a_promise_for_an_hour_that_has_passed_is_refused_and_nothing_is_lost() {
    let office = office();
    let mut aline = office.signed_in("aline");
    for (fields, sentence) in [
        ([("rappel-heure", "09:00"), ("rappel-date", "")], "Cette heure est passée"),
        ([("rappel-heure", ""), ("rappel-date", "2026-11-25")], "Indiquez l’heure"),
        ([("rappel-heure", "09:00"), ("rappel-date", "31/02/2026")], "Cette date n’existe pas"),
    ] {
        let page = aline.get("/standard/abonnes/1");
        let typed: Vec<(&str, &str)> = fields.into_iter().chain([("texte", "Rappeler demain.")]).collect();
        let refused = aline.submit(&page, "/standard/abonnes/1/messages", &typed);
        assert_eq!(refused.status, 422, "{sentence}");
        assert!(refused.text().contains(sentence), "{sentence}: {}", refused.text());
        assert!(refused.all("textarea[name=texte]").join("").contains("Rappeler demain."));
    }
    take(&office, "aline", &[("texte", "x"), ("rappel-heure", "09:00"), ("rappel-date", "2026-11-25")]);
    assert!(waiting(&office, "aline").contains("Rappel promis à 25/11/2026 à 09:00"));
}

#[test]
fn an_answer_waits_on_the_console_until_it_is_dealt_with() {
    let office = office();
    office.message(MARTIN, "Souhaite un rendez-vous.");
    office.message(LEFEVRE, "Autre cabinet.");
    office.signed_in("martin").post("/messages/1/reponses", &[("reponse", "Jeudi à 9 h 15.")]);
    office.signed_in("lefevre").post("/messages/1/reponses", &[("reponse", "Secret d’avocate.")]);
    let his = office.signed_in("basile").get("/standard").text();
    assert!(his.contains("Jeudi à 9 h 15.") && !his.contains("Secret"), "{his}");
    let mut aline = office.signed_in("aline");
    let page = aline.get("/standard");
    assert!(page.text().contains("En attente 2"), "{}", page.text());
    let done = aline.submit(&page, "/standard/abonnes/1/messages/1/attente", &[("geste", "fait")]);
    assert_eq!(done.header("location"), Some("/standard"));
    assert!(!aline.get("/standard").text().contains("Jeudi à 9 h 15."));
    assert!(office.signed_in("martin").get("/messages/1").text().contains("réponse traitée par le secrétariat"));
}

#[test]
fn a_slip_is_mended_within_five_minutes_and_both_sides_see_how() {
    let office = office();
    take(&office, "aline", &[("nom", "Vaseur"), ("telephone", "06 39 98 12 34"), ("texte", "Rappeler ce soir.")]);
    office.signed_in("martin").get("/messages");
    let mut aline = office.signed_in("aline");
    let address = "/standard/abonnes/1/messages/1/correction";
    let page = aline.get(address);
    assert_eq!(page.attributes("input[name=nom]", "value"), ["Vaseur"]);
    let nothing = aline.submit(&page, address, &[("nom", ""), ("telephone", ""), ("texte", " ")]);
    assert_eq!(nothing.status, 422);
    let mended = aline.submit(&page, address, &[("nom", "Vasseur"), ("telephone", "06 39 98 12 43"), ("urgent", "1")]);
    assert_eq!(mended.header("location"), Some("/standard/abonnes/1/messages/1"));
    for (login, target) in [("martin", "/messages/1"), ("aline", "/standard/abonnes/1/messages/1")] {
        let mut browser = office.signed_in(login);
        if login == "martin" {
            let list = browser.get("/messages").text();
            assert!(list.contains("nouveau") && list.contains("VASSEUR") && list.contains("Urgent"), "{list}");
        }
        let text = browser.get(target).text();
        for expected in [
            "corrigé par Aline",
            "téléphone : avant : 06 39 98 12 34 maintenant : 06 39 98 12 43",
            "urgent : avant : non maintenant : oui",
        ] {
            assert!(text.contains(expected), "{expected} in {text}");
        }
        assert!(!text.contains("objet :"), "only what changed");
    }
    let mut search = office.signed_in("martin");
    assert!(search.get("/messages?q=vasseur").text().contains("1 message trouvé"));
    assert!(!search.get("/messages?q=vaseur").text().contains("1 message trouvé"));
    assert!(aline.get("/standard/abonnes/1/messages/1").text().contains("Corriger"));

    office.let_pass_s(5 * 60 + 1);
    assert!(!aline.get("/standard/abonnes/1/messages/1").text().contains("Corriger"));
    let late = aline.submit(&page, address, &[("nom", "Autre")]);
    assert_eq!(late.status, 409);
    assert!(late.text().contains("dans les cinq minutes"), "{}", late.text());
    assert!(!office.signed_in("martin").get("/messages").text().contains("AUTRE"));
}

#[test]
fn a_message_for_information_is_sent_filed() {
    let office = office();
    take(&office, "aline", &[("texte", "Le colis est passé."), ("suite", "classer")]);
    let mut martin = office.signed_in("martin");
    assert!(martin.get("/messages").text().contains("Aucun message en attente"));
    assert!(martin.get("/archives").text().contains("Le colis est passé."));
    let history = martin.get("/messages/1").text();
    assert!(history.contains("archivé par Aline"), "{history}");
}

#[test]
fn a_message_under_the_wrong_name_leaves_nothing_behind_when_it_was_not_read() {
    let office = office();
    take(&office, "aline", &[("nom", "Secrète"), ("texte", "Pour l’avocate.")]);
    let mut aline = office.signed_in("aline");
    let page = aline.get("/standard/abonnes/1/messages/1/transfert");
    assert_eq!(aline.submit(&page, "/standard/abonnes/1/messages/1/transfert", &[("vers", "")]).status, 422);
    let moved = aline.submit(&page, "/standard/abonnes/1/messages/1/transfert", &[("vers", "2")]);
    assert_eq!(moved.header("location"), Some("/standard/abonnes/2/messages/1"));
    let again = aline.submit(&page, "/standard/abonnes/1/messages/1/transfert", &[("vers", "2")]);
    assert_eq!(again.header("location"), moved.header("location"), "sent twice it moves once");
    let mut martin = office.signed_in("martin");
    assert!(martin.get("/messages").text().contains("Aucun message en attente"));
    assert_eq!(martin.get("/messages/1").status, 404);
    assert!(!martin.get("/messages?q=secrete").text().contains("SECRÈTE"));
    let there = office.signed_in("lefevre").get("/messages/1").text();
    assert!(
        there.contains("SECRÈTE") && there.contains("transféré à cet abonné") && !there.contains("Cabinet Martin"),
        "{there}"
    );
    // The number is not given again.
    take(&office, "aline", &[("texte", "Le suivant.")]);
    assert_eq!(office.signed_in("martin").get("/messages/2").status, 200);
    // Basile does not answer for Maître Lefèvre: she is not there to send anything to.
    let his = office.signed_in("basile").post("/standard/abonnes/1/messages/2/transfert", &[("vers", "2")]);
    assert_eq!(his.status, 404);
}

#[test]
fn a_message_that_was_read_stays_archived_and_says_that_it_went() {
    let office = office();
    take(&office, "aline", &[("texte", "Pour l’avocate.")]);
    let mut martin = office.signed_in("martin");
    martin.get("/messages");
    office.signed_in("aline").post("/standard/abonnes/1/messages/1/transfert", &[("vers", "2")]);
    assert!(martin.get("/messages").text().contains("Aucun message en attente"));
    let here = martin.get("/messages/1").text();
    assert!(here.contains("transféré à son vrai destinataire") && !here.contains("Lefèvre"), "{here}");
}

#[test]
fn work_is_handed_over_with_a_word() {
    let office = office();
    take(&office, "aline", &[("texte", "À suivre.")]);
    let mut aline = office.signed_in("aline");
    let page = aline.get("/standard/abonnes/1/messages/1/transfert");
    let names = page.all("select[name=secretaire] option").join(" ");
    assert!(names.contains("Basile") && !names.contains("Denise") && !names.contains("Aline"), "{names}");
    let basile = page.attributes("select[name=secretaire] option", "value").pop().expect("Basile");
    let action = "/standard/abonnes/1/messages/1/remise";
    assert_eq!(aline.submit(&page, action, &[("secretaire", "")]).status, 422);
    aline.submit(&page, action, &[("secretaire", &basile), ("mot", "Rappeler après 14 h")]);
    let list = waiting(&office, "basile");
    assert!(list.contains("À reprendre par Basile ; demandé par Aline : Rappeler après 14 h"), "{list}");
    handle(&office, "basile", 1, "reprise", "fait");
    assert!(waiting(&office, "basile").contains("Rien n’attend"));
    assert!(aline.get("/standard/abonnes/1/messages/1").text().contains("repris et terminé par Basile"));
}

/// What waited under a message ends with it.
#[test]
fn an_erased_message_waits_no_more() {
    let office = office();
    take(&office, "aline", &[("texte", "Rappeler."), ("rappel-heure", "15:00")]);
    office.signed_in("martin").post("/messages/archivage", &[("message", "1")]);
    assert!(waiting(&office, "aline").contains("Rappel promis"), "a promise outlives a tick");
    office.let_pass_days(62);
    permanence::messages::expiry::run(office.house(), office.now(), || false, |_| Ok(())).expect("the night's work");
    assert_eq!(office.signed_in("martin").get("/messages/1").status, 404);
    assert!(waiting(&office, "aline").contains("Rien n’attend"));
}

#[test]
fn models_of_text_are_the_houses_and_the_abonnes_own() {
    let office = office();
    let mut aline = office.signed_in("aline");
    let page = aline.get("/standard/modeles");
    assert!(page.text().contains("Aucun modèle"), "{}", page.text());
    assert_eq!(aline.submit(&page, "/standard/modeles", &[("nom", ""), ("texte", "x")]).status, 422);
    aline.submit(&page, "/standard/modeles", &[("nom", "Colis"), ("texte", "Un colis est arrivé pour …")]);
    let own = aline.get("/standard/abonnes/1/modeles");
    aline.submit(&own, "/standard/abonnes/1/modeles", &[("nom", "Rappel"), ("texte", "Rappeler entre … et …")]);
    let offered = |address: &str| office.signed_in("aline").get(address).all("select[name=modele] option");
    assert_eq!(offered("/standard/abonnes/1"), ["—", "Rappel", "Colis"], "its own first");
    assert_eq!(offered("/standard/abonnes/2"), ["—", "Colis"]);
    // Without JavaScript the server puts the text in, after what was typed.
    let card = aline.get("/standard/abonnes/1");
    let typed = [("nom", "Vasseur"), ("texte", "Bonjour."), ("modele", "1-1"), ("inserer", "1")];
    let filled = aline.submit(&card, "/standard/abonnes/1/messages", &typed);
    assert_eq!(filled.status, 200);
    assert!(
        filled.all("textarea[name=texte]").join("").contains("Bonjour. Rappeler entre … et …"),
        "{}",
        filled.html()
    );
    assert_eq!(filled.attributes("input[name=nom]", "value"), ["Vasseur"]);
    assert!(office.signed_in("martin").get("/messages").text().contains("Aucun message"));
    let edited = aline.get("/standard/abonnes/1/modeles?modifier=1");
    aline.submit(&edited, "/standard/abonnes/1/modeles", &[("nom", "Rappel urgent")]);
    assert_eq!(offered("/standard/abonnes/1"), ["—", "Rappel urgent", "Colis"]);
    assert_eq!(aline.post("/standard/abonnes/1/modeles/1/suppression", &[]).status, 303);
    assert_eq!(aline.post("/standard/abonnes/1/modeles/1/suppression", &[]).status, 404);
    assert_eq!(offered("/standard/abonnes/1"), ["—", "Colis"]);
}

#[test]
fn drafts_are_kept_per_call_and_go_when_it_is_sent() {
    let office = office();
    let mut aline = office.signed_in("aline");
    let keep = |browser: &mut crate::support::Browser, page: &crate::support::browser::Page, name: &str| {
        let mut fields = page.form("/standard/abonnes/1/messages");
        fields.retain(|(field, _)| field != "nom");
        fields.push(("nom".into(), name.into()));
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let kept = browser.post("/standard/abonnes/1/brouillon", &pairs);
        assert_eq!(kept.status, 204);
    };
    let first = aline.get("/standard/abonnes/1");
    keep(&mut aline, &first, "Premier");
    office.let_pass_s(60);
    // Another call comes in before the first is sent.
    let second = aline.get("/standard/abonnes/1?de=0612345678");
    assert_eq!(second.attributes("input[name=nom]", "value"), [""]);
    assert!(second.text().contains("Autres brouillons : 10:00 Premier"), "{}", second.text());
    keep(&mut aline, &second, "Deuxième");
    let back = aline.get("/standard/abonnes/1");
    assert_eq!(back.attributes("input[name=nom]", "value"), ["Deuxième"]);
    assert!(back.text().contains("Brouillon de 10:01 retrouvé."), "{}", back.text());
    aline.submit(&back, "/standard/abonnes/1/messages", &[]);
    // What the page sends late does not bring it back.
    keep(&mut aline, &second, "Deuxième");
    let left = aline.get("/standard/abonnes/1");
    assert_eq!(left.attributes("input[name=nom]", "value"), ["Premier"]);
    let erased = aline.submit(&left, "/standard/abonnes/1/messages", &[]);
    assert_eq!(erased.status, 303);
    assert_eq!(aline.get("/standard/abonnes/1").attributes("input[name=nom]", "value"), [""]);
    assert!(office.signed_in("martin").get("/messages").text().contains("Vous avez 2 messages"));
}
