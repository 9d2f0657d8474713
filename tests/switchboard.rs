//! The switchboard: the card beside the call, the pop-up address, what waits (product, section 10).

use crate::support::{LEFEVRE, MARTIN, Office, office};
use permanence::base::{Phone, SubscriberId};
use permanence::subscribers::model::NewSubscriber;
use permanence::subscribers::store as subscribers;

/// Gives an abonné its lines, as an administrator does.
fn with_lines(office: &Office, id: SubscriberId, name: &str, lines: &[&str]) {
    let new =
        NewSubscriber { lines: lines.iter().map(|line| Phone::read(line)).collect(), ..NewSubscriber::named(name) };
    office.house().store.write(|tx| subscribers::change(tx, id, new, true)).expect("the lines are set");
}

#[test]
fn the_card_says_what_to_say_know_and_do_and_the_message_remembers_it() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let page = martin.get("/consignes");
    assert!(page.text().contains("Aucune consigne"), "{}", page.text());
    let card = [
        ("accueil", "Cabinet du Docteur Martin, bonjour"),
        ("urgence-nom-1", "Portable"),
        ("urgence-telephone-1", "06 39 98 10 10"),
        ("urgence-heures-1", "jusqu’à 20 h"),
        ("urgence-nom-2", "SAMU"),
        ("urgence-telephone-2", "15"),
        ("delai-urgence", "10"),
        ("tarifs", "Consultation 30 €"),
        ("acces", "1er étage, interphone Martin"),
    ];
    assert_eq!(martin.submit(&page, "/fiche", &card).status, 303);
    for (text, from, to) in [
        ("Demander la date de naissance.", "", ""),
        ("Aucun rendez-vous aujourd’hui.", "2026-11-24", "2026-11-24"),
        ("Cabinet fermé à Noël.", "2026-12-24", "2026-12-26"),
    ] {
        let page = martin.get("/consignes");
        let sent = martin.submit(&page, "/consignes", &[("texte", text), ("du", from), ("au", to)]);
        assert_eq!(sent.status, 303, "{text}");
    }

    let mut aline = office.signed_in("aline");
    let page = aline.get("/standard/abonnes/1");
    let text = page.text();
    for expected in [
        "Cabinet du Docteur Martin, bonjour",
        "Disponible",
        "Portable",
        "jusqu’à 20 h",
        "Consultation 30 €",
        "1er étage",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert_eq!(
        page.all(".card-beside .instructions .text"),
        ["Aucun rendez-vous aujourd’hui.", "Demander la date de naissance."]
    );
    assert!(page.all(".card-beside .instructions .hint")[1].contains("par Dr Martin"), "author and date");
    assert_eq!(page.attributes(".urgent-calls a", "href"), ["tel:+33639981010", "tel:15"]);
    let ids = page.attributes("input[form=appel-form][name=consigne]", "value");
    assert_eq!(ids, ["2", "1"]);

    let named: Vec<(&str, &str)> =
        [("texte", "Rappeler.")].into_iter().chain(ids.iter().map(|id| ("consigne", id.as_str()))).collect();
    aline.submit(&page, "/standard/abonnes/1/messages", &named);
    // The abonné rewrites the instruction: the message still says which words were on screen.
    let edited = martin.get("/consignes?modifier=1");
    assert_eq!(edited.attributes("form[action='/consignes'] input[name=remplace]", "value"), ["1"]);
    martin.submit(&edited, "/consignes", &[("texte", "Demander aussi le numéro de sécurité sociale.")]);
    let card = aline.get("/standard/abonnes/1").all(".card-beside .instructions .text");
    assert_eq!(card, ["Aucun rendez-vous aujourd’hui.", "Demander aussi le numéro de sécurité sociale."]);
    for (login, address) in [("aline", "/standard/abonnes/1/messages/1"), ("martin", "/messages/1")] {
        let seen = office.signed_in(login).get(address).text();
        assert!(seen.contains("Consignes affichées pendant l’appel"), "{seen}");
        assert!(seen.contains("Demander la date de naissance.") && !seen.contains("sécurité sociale"), "{seen}");
    }
    assert!(
        office.signed_in("martin").get("/consignes").all(".past .hint").join(" ").contains("remplacée par Dr Martin")
    );
}

#[test]
fn an_instruction_removed_by_mistake_comes_back() {
    let office = office();
    office.instruction(MARTIN, "Ne pas donner le portable.");
    let mut aline = office.signed_in("aline");
    let removed = aline.post("/standard/abonnes/1/consignes/1/retrait", &[]);
    let page = aline.follow(removed);
    assert!(page.text().contains("Consigne retirée.") && page.text().contains("Aucune consigne"), "{}", page.text());
    let again = aline.post("/standard/abonnes/1/consignes/1/retrait", &[]);
    assert_eq!(again.status, 409, "somebody removed it before");
    let undone = aline.submit(&page, "/standard/abonnes/1/consignes/1/retablissement", &[]);
    assert!(aline.follow(undone).text().contains("1 consigne en cours"));
}

#[test]
fn two_who_write_at_once_lose_nothing() {
    let office = office();
    office.instruction(MARTIN, "Première version.");
    let (mut aline, mut martin) = (office.signed_in("aline"), office.signed_in("martin"));
    let hers = aline.get("/standard/abonnes/1/consignes?modifier=1");
    let his = martin.get("/consignes?modifier=1");
    assert_eq!(aline.submit(&hers, "/standard/abonnes/1/consignes", &[("texte", "La version d’Aline.")]).status, 303);
    let second = martin.submit(&his, "/consignes", &[("texte", "La version du docteur.")]);
    assert_eq!(second.status, 422);
    assert!(second.text().contains("vient d’être modifiée par Aline"), "{}", second.text());
    assert!(second.all("textarea[name=texte]").join("").contains("La version du docteur."));

    let (card_of_aline, card_of_martin) = (aline.get("/standard/abonnes/1/consignes"), martin.get("/consignes"));
    let greeting = |text: &'static str| [("accueil", text)];
    assert_eq!(aline.submit(&card_of_aline, "/standard/abonnes/1/fiche", &greeting("Bonjour d’Aline")).status, 303);
    let late = martin.submit(&card_of_martin, "/fiche", &greeting("Bonjour du docteur"));
    assert_eq!(late.status, 422);
    assert!(late.text().contains("modifiée entre-temps"), "{}", late.text());
    assert_eq!(late.attributes("input[name=accueil]", "value"), ["Bonjour du docteur"]);
    assert_eq!(martin.submit(&late, "/fiche", &[]).status, 303, "a second time is meant");
}

#[test]
fn what_can_not_be_an_instruction_or_a_card_comes_back() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let long = "x".repeat(1001);
    for (fields, sentence) in [
        (vec![("texte", " ")], "Écrivez la consigne"),
        (vec![("texte", long.as_str())], "1001 caractères"),
        (vec![("texte", "ok"), ("au", "2026-11-23")], "Cette date est passée"),
        (vec![("texte", "ok"), ("du", "2026-12-02"), ("au", "2026-12-01")], "La fin vient avant le début"),
        (vec![("texte", "ok"), ("du", "demain")], "Cette date n’existe pas"),
    ] {
        let page = martin.get("/consignes");
        let refused = martin.submit(&page, "/consignes", &fields);
        assert_eq!(refused.status, 422, "{sentence}");
        assert!(refused.text().contains(sentence), "{sentence}: {}", refused.text());
    }
    for (field, value, sentence) in [
        ("delai-urgence", "0", "de 1 à 1440 minutes"),
        ("delai-urgence", "un quart d’heure", "de 1 à 1440 minutes"),
        ("urgence-nom-1", "Portable", "Indiquez le numéro"),
        ("urgence-telephone-1", "poste du fond", "ne peut pas être composé"),
    ] {
        let page = martin.get("/consignes");
        let refused = martin.submit(&page, "/fiche", &[(field, value)]);
        assert_eq!(refused.status, 422, "{field} {value}");
        assert!(refused.text().contains(sentence), "{sentence}: {}", refused.text());
        assert_eq!(refused.attributes(&format!("input[name={field}]"), "value"), [value]);
    }
}

#[test]
fn availability_in_one_tap_shows_at_the_console_and_passes_by_itself() {
    let office = office();
    let (mut martin, mut aline) = (office.signed_in("martin"), office.signed_in("aline"));
    let page = martin.get("/consignes");
    // 10:00 in Paris: an hour, noon, evening, tomorrow.
    let offered = page.all("form[action='/disponibilite'] button").join(" ");
    for choice in ["1 h (11:00)", "ce midi (12:00)", "ce soir (18:00)", "demain matin (08:00)"] {
        assert!(offered.contains(choice), "{choice} in {offered}");
    }
    martin.submit(&page, "/disponibilite", &[("jusqu-a", "midi"), ("motif", "en visite")]);
    for address in ["/standard", "/standard/abonnes/1"] {
        let text = aline.get(address).text();
        assert!(text.contains("Indisponible jusqu’à 12:00 : en visite"), "{address}: {text}");
    }
    office.let_pass_s(2 * 3600);
    assert!(!aline.get("/standard").text().contains("Indisponible"), "noon has come");
    martin.post("/disponibilite", &[("jusqu-a", "date"), ("date", "2026-11-26"), ("heure", "14:30")]);
    assert!(aline.get("/standard").text().contains("Indisponible jusqu’au 26/11/2026 à 14:30"));
    aline.post("/standard/abonnes/1/disponibilite", &[("jusqu-a", "disponible")]);
    assert!(!aline.get("/standard").text().contains("Indisponible"));
    for fields in [vec![], vec![("jusqu-a", "date"), ("date", "2026-11-23")], vec![("jusqu-a", "date"), ("date", "")]] {
        assert_eq!(martin.post("/disponibilite", &fields).status, 422, "{fields:?}");
    }
    let journal = office.signed_in("admin").get("/administration/journal").text();
    assert!(journal.contains("disponibilité modifiée") && !journal.contains("en visite"), "{journal}");
}

#[test]
fn a_line_in_any_notation_opens_its_abonne_with_the_callers_number() {
    let office = office();
    with_lines(&office, MARTIN, "Cabinet Martin", &["01 40 50 60 70", "01 40 50 60 71"]);
    let mut aline = office.signed_in("aline");
    for to in [
        "0140506070",
        "+33140506071",
        "%2B33140506070",
        "0033140506070",
        "01%2040%2050%2060%2070",
        "sip:0140506070@pbx",
        "cabinet+martin",
    ] {
        let page = aline.get(&format!("/standard/appel?vers={to}&de=%2B33612345678"));
        assert_eq!(page.header("location"), Some("/standard/abonnes/1?de=%2B33612345678"), "{to}");
    }
    let page = aline.get("/standard/abonnes/1?de=%2B33612345678");
    assert_eq!(page.attributes("input[name=telephone]", "value"), ["06 12 34 56 78"]);
    let withheld = aline.get("/standard/appel?vers=0140506070&de=anonymous");
    assert_eq!(withheld.header("location"), Some("/standard/abonnes/1"));
}

#[test]
fn a_call_before_signing_in_is_not_lost() {
    let office = office();
    with_lines(&office, MARTIN, "Cabinet Martin", &["01 40 50 60 70"]);
    let mut stranger = office.stranger();
    let to_sign_in = stranger.get("/standard/appel?vers=0140506070&de=0612345678");
    let sign_in = stranger.follow(to_sign_in);
    let signed_in =
        stranger.submit(&sign_in, "/connexion", &[("identifiant", "aline"), ("pass", crate::support::PASSWORD)]);
    let page = stranger.follow(signed_in);
    assert_eq!(page.attributes("input[name=telephone]", "value"), ["06 12 34 56 78"], "{}", page.text());
    assert!(page.text().contains("Cabinet Martin"));
}

#[test]
fn a_line_that_nobody_has_and_one_that_two_have() {
    let office = office();
    let mut aline = office.signed_in("aline");
    let unknown = aline.get("/standard/appel?vers=0199001234&de=0612345678");
    assert_eq!(unknown.status, 200);
    for expected in ["Ligne inconnue", "01 99 00 12 34", "06 12 34 56 78"] {
        assert!(unknown.text().contains(expected), "{expected} in {}", unknown.text());
    }
    assert_eq!(unknown.count("form[action='/standard'] input[name=q]"), 1, "the search is offered");
    with_lines(&office, MARTIN, "Cabinet Martin", &["01 40 50 60 70"]);
    with_lines(&office, LEFEVRE, "Maître Lefèvre", &["01 40 50 60 70"]);
    let shared = aline.get("/standard/appel?vers=0140506070&de=0612345678");
    assert!(shared.text().contains("Pour qui est cet appel ?"), "{}", shared.text());
    let links = shared.attributes("#choix a", "href");
    assert_eq!(links, ["/standard/abonnes/1?de=%2B33612345678", "/standard/abonnes/2?de=%2B33612345678"]);
    // Basile answers for one of the two alone: for him the line is plain, and the other is not there.
    let his = office.signed_in("basile").get("/standard/appel?vers=0140506070&de=0612345678");
    assert_eq!(his.header("location"), Some("/standard/abonnes/1?de=%2B33612345678"));
    with_lines(&office, MARTIN, "Cabinet Martin", &[]);
    let hidden = office.signed_in("basile").get("/standard/appel?vers=0140506070").text();
    let nobodys = office.signed_in("basile").get("/standard/appel?vers=0140506079").text();
    assert_eq!(hidden.replace("60 70", "60 79"), nobodys, "a line of others is as unknown as any");
}

#[test]
fn the_console_finds_a_line_as_its_digits_are_typed() {
    let office = office();
    with_lines(&office, MARTIN, "Cabinet Martin", &["01 40 50 60 70"]);
    with_lines(&office, LEFEVRE, "Maître Lefèvre", &["01 42 00 11 22"]);
    let mut aline = office.signed_in("aline");
    for (typed, found) in [
        ("0140", "Cabinet Martin"),
        ("6070", "Cabinet Martin"),
        ("01+42", "Maître Lefèvre"),
        ("01+42+00+11+22", "Maître Lefèvre"),
        ("%2B33142001122", "Maître Lefèvre"),
    ] {
        let names = aline.get(&format!("/standard?q={typed}")).all("tbody th a");
        assert_eq!(names, [found], "{typed}");
    }
}

#[test]
fn the_telephone_page_offers_each_system_its_address() {
    let office = office();
    let page = office.signed_in("aline").get("/standard/telephone");
    let address = format!("http://{}/standard/appel?vers=", office.address());
    let codes = page.all("code.copy");
    assert!(codes.iter().all(|code| code.starts_with(&address)), "{codes:?}");
    for system in ["3CX", "Asterisk", "Linphone", "Yealink", "Wildix"] {
        assert!(page.text().contains(system), "{system}");
    }
    assert!(codes.iter().any(|code| code.ends_with("de={CALLERNUM}")), "{codes:?}");
}

/// The product's figure for the page that a ringing telephone opens.
#[test]
fn the_page_that_a_call_opens_stays_under_15_kb_compressed() {
    use std::io::Read;
    let office = office();
    office.messages(MARTIN, 60);
    for _ in 0..6 {
        office.instruction(MARTIN, &"Consigne détaillée qui explique quoi faire et à qui le dire. ".repeat(3));
    }
    let mut aline = office.signed_in("aline");
    let page = aline.get_with("/standard/abonnes/1?de=0612345678", &[("Accept-Encoding", "gzip")]);
    assert_eq!(page.header("content-encoding"), Some("gzip"));
    assert!(page.bytes.len() < 15_000, "{} bytes", page.bytes.len());
    let mut html = String::new();
    flate2::read::GzDecoder::new(page.bytes.as_slice()).read_to_string(&mut html).expect("it is gzip");
    assert!(html.contains("Cabinet Martin") && html.contains("Consigne détaillée"));
}

#[test]
fn the_agenda_stands_beside_the_form_with_what_is_free_next() {
    let office = office();
    let mut aline = office.signed_in("aline");
    office.appointment(MARTIN, "2026-11-24", "11:00", 15, "Roux");
    let text = aline.get("/standard/abonnes/1").text();
    assert!(text.contains("Prochains créneaux libres") && text.contains("11:00 : ROUX"), "{text}");
    assert!(text.contains("Ouvrir l’agenda"), "{text}");
    office.let_pass_s(2 * 3600);
    assert!(!aline.get("/standard/abonnes/1").text().contains("ROUX"), "what is over is over");
}
