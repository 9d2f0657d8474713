//! Every line of the routes × every member of the cast → the status that the guard promises; every number of an address or a
//! form exchanged for another abonné's; every method; every foreign page. A new route, place or form without a row fails.

use crate::support::browser::{Browser, Page};
use crate::support::{LEFEVRE, MARTIN, Office, PASSWORD, office};
use permanence::http::Method;
use permanence::routes::{ROUTES, Route};
use std::collections::BTreeMap;

/// Who knocks. `basile` answers for Cabinet Martin alone; `expired` has slept through twelve hours; `dismissed` was a
/// secretary this morning; `forger` has made a session up.
const CAST: [&str; 9] = ["stranger", "martin", "lefevre", "aline", "basile", "admin", "expired", "dismissed", "forger"];

/// What stands in a pattern's places: a thing of Cabinet Martin, and one that only Maître Lefèvre has.
const PLACES: &[(&str, &str, &str)] = &[
    ("{abonne}", "1", "2"),
    ("{message}", "1", "7"),
    ("{contact}", "1", "7"),
    ("{autre}", "2", "7"),
    ("{absence}", "1", "2"),
    ("{rendez-vous}", "1", "7"),
    ("{envoi}", "0123456789abcdef", "fedcba9876543210"),
    ("{consigne}", "1", "2"),
    ("{modele}", "1", "2"),
    ("{personne}", "2", "999"),
    ("{courrier}", "1", "999"),
    ("{appel}", "1", "2"),
    ("{webhook}", "1", "999"),
    ("{suppression}", "1", "99"),
    ("{token}", "un-jeton-inconnu", "un-autre-jeton"),
    ("{chapitre}", "agenda", "rien"),
    ("{digest}", "0000000000000000", "1111111111111111"),
    ("{name..}", "app.css", "autre.css"),
    ("{name}", "style.css", "autre.css"),
    ("{fax}", "1", "2"),
    ("{vue}", "1.png", "9.png"),
    ("{chemin..}", "agendas/1/", "agendas/2/"),
];

/// The fields of each form that hold numbers of things, so that they can be exchanged for another abonné's.
const FORMS: &[(&str, &[&str])] = &[
    ("/connexion", &[]),
    ("/deconnexion", &[]),
    ("/rendez-vous/{token}/confirmation", &[]),
    ("/rendez-vous/{token}/annulation", &[]),
    ("/rendez-vous/{token}/arret", &[]),
    ("/agenda/rappels", &[]),
    ("/agenda/rendez-vous/{rendez-vous}/lien/revocation", &[]),
    ("/contacts/{contact}/rappels", &[]),
    ("/standard/abonnes/{abonne}/agenda/rappels", &[]),
    ("/standard/abonnes/{abonne}/agenda/rendez-vous/{rendez-vous}/lien/revocation", &[]),
    ("/standard/abonnes/{abonne}/contacts/{contact}/rappels", &[]),
    ("/sms/recu/{token}", &[]),
    ("/installation/{token}", &[]),
    ("/connexion/code", &[]),
    ("/mon-compte", &[]),
    ("/mon-compte/sessions/fin", &[]),
    ("/mon-compte/telechargement", &["abonne"]),
    ("/mon-compte/liens", &[]),
    ("/mon-compte/liens/revocation", &[]),
    ("/mon-compte/favori", &[]),
    ("/mon-compte/jetons", &["abonne"]),
    ("/mon-compte/jetons/revocation", &[]),
    ("/mon-compte/calendriers", &["abonne"]),
    ("/mon-compte/calendriers/revocation", &[]),
    ("/mon-compte/calendriers/mots-de-passe", &["appareil-abonne"]),
    ("/mon-compte/calendriers/mots-de-passe/revocation", &[]),
    ("/standard/abonnes/{abonne}/calendriers", &[]),
    ("/standard/abonnes/{abonne}/calendriers/revocation", &[]),
    ("/administration/abonnes/{abonne}/calendriers", &[]),
    ("/administration/abonnes/{abonne}/calendriers/revocation", &[]),
    ("/mon-compte/second-facteur", &[]),
    ("/mon-compte/second-facteur/cle", &[]),
    ("/mon-compte/second-facteur/codes", &[]),
    ("/mon-compte/second-facteur/arret", &[]),
    ("/abonne", &["abonne"]),
    ("/messages/archivage", &["message"]),
    ("/messages/remise-en-attente", &["message"]),
    ("/messages/{message}/remise-en-attente", &[]),
    ("/messages/{message}/reponses", &[]),
    ("/contacts", &[]),
    ("/contacts/import", &[]),
    ("/contacts/import/{envoi}", &[]),
    ("/contacts/{contact}/modification", &[]),
    ("/contacts/{contact}/premiere-visite", &[]),
    ("/contacts/{contact}/suppression", &[]),
    ("/contacts/{contact}/fusion/{autre}", &[]),
    ("/contacts/{contact}/separation", &[]),
    ("/messages/{message}/fiche", &["contact"]),
    ("/standard/abonnes/{abonne}/contacts", &[]),
    ("/standard/abonnes/{abonne}/contacts/import", &[]),
    ("/standard/abonnes/{abonne}/contacts/import/{envoi}", &[]),
    ("/standard/abonnes/{abonne}/contacts/{contact}/modification", &[]),
    ("/standard/abonnes/{abonne}/contacts/{contact}/premiere-visite", &[]),
    ("/standard/abonnes/{abonne}/contacts/{contact}/suppression", &[]),
    ("/standard/abonnes/{abonne}/contacts/{contact}/fusion/{autre}", &[]),
    ("/standard/abonnes/{abonne}/contacts/{contact}/separation", &[]),
    ("/standard/abonnes/{abonne}/messages/{message}/fiche", &["contact"]),
    ("/consignes", &["remplace"]),
    ("/consignes/{consigne}/retrait", &[]),
    ("/consignes/{consigne}/retablissement", &[]),
    ("/disponibilite", &[]),
    ("/fiche", &[]),
    ("/standard/abonnes/{abonne}/consignes", &["remplace"]),
    ("/standard/abonnes/{abonne}/consignes/{consigne}/retrait", &[]),
    ("/administration/abonnes/{abonne}/consignes", &["remplace"]),
    ("/administration/abonnes/{abonne}/consignes/{consigne}/retrait", &[]),
    ("/administration/abonnes/{abonne}/consignes/{consigne}/retablissement", &[]),
    ("/administration/abonnes/{abonne}/disponibilite", &[]),
    ("/administration/abonnes/{abonne}/fiche", &[]),
    ("/standard/abonnes/{abonne}/consignes/{consigne}/retablissement", &[]),
    ("/standard/abonnes/{abonne}/disponibilite", &[]),
    ("/standard/abonnes/{abonne}/fiche", &[]),
    ("/standard/abonnes/{abonne}/messages", &["contact", "consigne", "piece"]),
    ("/standard/abonnes/{abonne}/documents", &["piece"]),
    ("/standard/abonnes/{abonne}/messages/{message}/reponses/traitement", &[]),
    ("/standard/abonnes/{abonne}/courriers/{courrier}", &[]),
    ("/standard/abonnes/{abonne}/messages/{message}/attente", &[]),
    ("/standard/abonnes/{abonne}/fax", &[]),
    ("/standard/fax/{fax}/attribution", &["abonne"]),
    ("/standard/fax/{fax}/attente", &[]),
    ("/standard/fax/{fax}/suppression", &[]),
    ("/standard/telephone", &[]),
    ("/standard/appels/{appel}/prise", &[]),
    ("/standard/modeles", &[]),
    ("/standard/modeles/{modele}/suppression", &[]),
    ("/standard/abonnes/{abonne}/brouillon", &[]),
    ("/standard/abonnes/{abonne}/modeles", &["modele"]),
    ("/standard/abonnes/{abonne}/modeles/{modele}/suppression", &[]),
    ("/standard/abonnes/{abonne}/messages/{message}/appels", &[]),
    ("/standard/abonnes/{abonne}/messages/{message}/correction", &[]),
    ("/standard/abonnes/{abonne}/messages/{message}/transfert", &["vers"]),
    ("/standard/abonnes/{abonne}/messages/{message}/remise", &["secretaire"]),
    ("/agenda/semaine-type", &[]),
    ("/agenda/semaine-type/suppression", &[]),
    ("/agenda/semaine-type/repetitions", &["numero"]),
    ("/agenda/absences", &[]),
    ("/agenda/absences/annulation", &["jeton"]),
    ("/agenda/absences/{absence}/suppression", &[]),
    ("/agenda/reglages", &[]),
    ("/agenda/reglages/dates", &[]),
    ("/agenda/import", &[]),
    ("/agenda/import/{envoi}", &[]),
    ("/standard/abonnes/{abonne}/agenda/semaine-type", &[]),
    ("/standard/abonnes/{abonne}/agenda/semaine-type/suppression", &[]),
    ("/standard/abonnes/{abonne}/agenda/semaine-type/repetitions", &["numero"]),
    ("/standard/abonnes/{abonne}/agenda/absences", &[]),
    ("/standard/abonnes/{abonne}/agenda/absences/annulation", &["jeton"]),
    ("/standard/abonnes/{abonne}/agenda/absences/{absence}/suppression", &[]),
    ("/standard/abonnes/{abonne}/agenda/reglages", &[]),
    ("/standard/abonnes/{abonne}/agenda/reglages/dates", &[]),
    ("/standard/abonnes/{abonne}/agenda/import", &[]),
    ("/standard/abonnes/{abonne}/agenda/import/{envoi}", &[]),
    ("/agenda/creneaux", &[]),
    ("/agenda/annulations", &["jeton"]),
    ("/agenda/creneau", &[]),
    ("/agenda/rendez-vous", &["contact"]),
    ("/agenda/rendez-vous/{rendez-vous}", &["contact"]),
    ("/agenda/rendez-vous/{rendez-vous}/deplacement", &[]),
    ("/agenda/rendez-vous/{rendez-vous}/annulation", &[]),
    ("/standard/abonnes/{abonne}/agenda/creneaux", &[]),
    ("/standard/abonnes/{abonne}/agenda/annulations", &["jeton"]),
    ("/standard/abonnes/{abonne}/agenda/creneau", &[]),
    ("/standard/abonnes/{abonne}/agenda/rendez-vous", &["contact"]),
    ("/standard/abonnes/{abonne}/agenda/rendez-vous/{rendez-vous}", &["contact"]),
    ("/standard/abonnes/{abonne}/agenda/rendez-vous/{rendez-vous}/deplacement", &[]),
    ("/standard/abonnes/{abonne}/agenda/rendez-vous/{rendez-vous}/annulation", &[]),
    ("/administration/maison", &[]),
    ("/administration/sauvegardes", &[]),
    ("/administration/preuves", &[]),
    ("/administration/abonnes/{abonne}/kit", &[]),
    ("/administration/abonnes", &[]),
    ("/administration/abonnes/{abonne}", &[]),
    ("/administration/abonnes/{abonne}/vue", &[]),
    ("/administration/apparence", &[]),
    ("/administration/apparence/logo", &[]),
    ("/administration/apparence/logo/suppression", &[]),
    ("/administration/usages", &[]),
    ("/administration/fermetures", &[]),
    ("/administration/fermetures/suppression", &[]),
    ("/administration/vue/fin", &[]),
    ("/administration/abonnes/{abonne}/telechargement", &[]),
    ("/administration/dossiers", &[]),
    ("/administration/dossiers/reprise", &[]),
    ("/administration/dossiers/reprise/{envoi}", &[]),
    ("/administration/abonnes/{abonne}/suppression", &[]),
    ("/administration/personnes/{personne}/telechargement", &[]),
    ("/administration/personnes/{personne}/suppression", &[]),
    ("/journal/regard", &[]),
    ("/administration/abonnes/{abonne}/avis", &[]),
    ("/mot-de-passe-oublie", &[]),
    ("/nouveau-mot-de-passe", &[]),
    ("/administration/courrier/{courrier}/renvoi", &[]),
    ("/administration/courrier/{courrier}/annulation", &[]),
    ("/administration/webhooks", &["abonne"]),
    ("/administration/jetons/revocation", &[]),
    ("/administration/webhooks/{webhook}/essai", &[]),
    ("/administration/webhooks/{webhook}/reprise", &[]),
    ("/administration/webhooks/{webhook}/revocation", &[]),
    ("/administration/serveur-de-courrier", &[]),
    ("/administration/serveur-de-courrier/retrait", &[]),
    ("/administration/serveur-de-courrier/essai", &[]),
    ("/administration/passerelle-sms", &[]),
    ("/administration/passerelle-sms/retrait", &[]),
    ("/administration/passerelle-sms/essai", &[]),
    ("/administration/boite-de-fax", &[]),
    ("/administration/boite-de-fax/retrait", &[]),
    ("/administration/boite-de-fax/essai", &[]),
    ("/administration/boite-de-fax/regles", &["abonne"]),
    ("/administration/boite-de-fax/regles/suppression", &["abonne"]),
    ("/administration/personnes", &["abonne"]),
    ("/administration/securite", &[]),
    ("/administration/personnes/{personne}", &["abonne"]),
    ("/administration/personnes/{personne}/mot-de-passe", &[]),
    ("/administration/personnes/{personne}/sessions/fin", &[]),
    ("/administration/personnes/{personne}/liens/revocation", &[]),
    ("/administration/personnes/{personne}/second-facteur/remise-a-zero", &[]),
    ("/administration/personnes/{personne}/desactivation", &[]),
    ("/administration/personnes/{personne}/reactivation", &[]),
];

/// What the number of one field would be at Maître Lefèvre's.
fn field_of_other(field: &str) -> &'static str {
    match field {
        "abonne" | "vers" | "appareil-abonne" => "2",
        // Somebody who does not answer for the abonné.
        "secretaire" => "1",
        "message" | "contact" => "7",
        "jeton" | "piece" => "2",
        "numero" => "1",
        "remplace" | "consigne" | "modele" => "2",
        other => panic!("say what the field « {other} » would name at the other abonné’s"),
    }
}

fn filled(pattern: &str, of_other: &str) -> String {
    let mut path = pattern.to_owned();
    for (place, own, other) in PLACES {
        path = path.replace(place, if *place == of_other { other } else { own });
    }
    assert!(!path.contains('{'), "say in PLACES what stands in {path}");
    path
}

pub fn example(pattern: &str) -> String {
    filled(pattern, "")
}

/// Two abonnés with things of their own: Cabinet Martin has messages and contacts 1 to 3, absence 1 and appointment 1, Maître
/// Lefèvre messages, contacts and appointments 1 to 7, absences 1 and 2 and a repeated change of a slot.
pub fn two_practices() -> Office {
    let office = office();
    office.messages(MARTIN, 3);
    office.messages(LEFEVRE, 7);
    for (subscriber, count) in [(MARTIN, 3), (LEFEVRE, 7)] {
        for number in 1..=count {
            office.contact(subscriber, "Dupont", &format!("Appel numéro {number}"), |_| ());
        }
    }
    office.absence(MARTIN, "2027-02-01");
    office.absence(LEFEVRE, "2027-02-08");
    office.absence(LEFEVRE, "2027-02-15");
    office.unworked_each_week(LEFEVRE, "2026-11-26");
    office.appointment(MARTIN, "2026-11-27", "09:00", 15, "Roux");
    for day in 1..=7 {
        office.appointment(LEFEVRE, &format!("2026-12-0{day}"), "09:00", 15, "Lefèvre");
    }
    office.fax(Some(MARTIN), 1, 1);
    office.fax(Some(LEFEVRE), 1, 2);
    office.instruction(MARTIN, "Demander la date de naissance.");
    office.instruction(LEFEVRE, "Ne jamais confirmer qui est client.");
    office.instruction(LEFEVRE, "Noter le numéro de dossier.");
    office
}

/// What a guard promises to each, before the handler says anything of its own.
enum Promise {
    /// Not let in.
    Refused(u16),
    /// The handler answers: anything but what only a guard says.
    Passed,
}

fn promise(guard: &str, who: &str, post: bool, quiet: bool, own_subscriber: bool) -> Promise {
    use Promise::{Passed, Refused};
    let signed_out = matches!(who, "stranger" | "expired" | "dismissed" | "forger");
    match guard {
        "open" => Passed,
        // No cookie opens the interface, whoever's it is; tests/api.rs knocks with tokens.
        "software" | "dav" => Refused(401),
        _ if signed_out => Refused(if post || quiet { 401 } else { 303 }),
        "signed-in" => Passed,
        "client" if matches!(who, "martin" | "lefevre") => Passed,
        "secretary" if matches!(who, "aline" | "basile") => Passed,
        "secretary-at" if who == "aline" || (who == "basile" && own_subscriber) => Passed,
        "administrator" | "administrator-at" if who == "admin" => Passed,
        _ => Refused(404),
    }
}

/// Somebody of the cast who passes a guard, at Cabinet Martin where there is a choice.
pub fn who_passes(guard: &str) -> &'static str {
    match guard {
        "open" | "signed-in" | "client" | "software" | "dav" => "martin",
        "secretary" | "secretary-at" => "basile",
        "administrator" | "administrator-at" => "admin",
        other => panic!("nobody passes « {other} »"),
    }
}

/// The cast at the doors of one office. Signing in is slow on purpose: each keeps the session of the door before, unless
/// what was done there ended it.
struct Cast<'o> {
    office: &'o Office,
    jars: BTreeMap<&'static str, Browser>,
}

impl Cast<'_> {
    fn at(office: &Office) -> Cast<'_> {
        Cast { office, jars: BTreeMap::new() }
    }

    fn browser(&mut self, who: &'static str) -> Browser {
        if let Some(before) = self.jars.get(who) {
            let mut browser = before.clone();
            let outside = matches!(who, "stranger" | "expired" | "dismissed" | "forger");
            if outside || browser.get("/mon-compte").status == 200 {
                return browser;
            }
        }
        let browser = self.fresh(who);
        self.jars.insert(who, browser.clone());
        browser
    }

    fn fresh(&self, who: &str) -> Browser {
        let office = self.office;
        match who {
            "stranger" => office.stranger(),
            "forger" => {
                let mut browser = office.stranger();
                browser.cookies.insert("session".into(), "A".repeat(43));
                browser
            }
            "expired" => {
                let browser = office.signed_in("aline");
                office.let_pass_s(13 * 3600);
                browser
            }
            "dismissed" => {
                let browser = office.signed_in("aline");
                office.set_active("aline", false);
                browser
            }
            login => office.signed_in(login),
        }
    }
}

fn knock(browser: &mut Browser, route: &Route, path: &str) -> Page {
    match (route.method, route.door.guard()) {
        (Method::Post, "software") => {
            browser.send("POST", path, &[("Content-Type", "application/json")], Some(b"{\"x\":1}"))
        }
        (Method::Post, _) => browser.post(path, &[("x", "1")]),
        _ => browser.get(path),
    }
}

/// What forms are sent to. Other software sends none, and has no cookie that a foreign page could use.
fn posts() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.method == Method::Post && route.door.guard() != "software")
}

fn check_headers(page: &Page, what: &str) {
    let policy = page.header("content-security-policy").unwrap_or_else(|| panic!("{what} has no policy"));
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{what}: {policy}");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{what}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(page.header(name), Some(value), "{name} of {what}");
    }
    let referrer = page.header("referrer-policy");
    assert!(matches!(referrer, Some("same-origin" | "no-referrer")), "{what}: {referrer:?}");
    assert!(page.header("permissions-policy").is_some() && page.header("server").is_none(), "{what}");
    let cached = page.header("cache-control");
    let immutable = cached.is_some_and(|value| value.contains("immutable")) && what.contains("/assets/");
    assert!(immutable || cached.is_some_and(|value| value.contains("no-store")), "{what}: {cached:?}");
    if page.header("content-type").is_some_and(|kind| kind.starts_with("text/")) {
        assert!(page.header("content-type").is_some_and(|kind| kind.contains("charset=utf-8")), "{what}");
    }
}

#[test]
fn every_door_opens_to_whom_its_guard_says_and_to_nobody_else() {
    for who in CAST {
        let office = two_practices();
        let mut cast = Cast::at(&office);
        let mut at_door = |route: &Route, path: &str, own: bool| {
            let mut browser = cast.browser(who);
            let page = knock(&mut browser, route, path);
            check_headers(&page, &format!("{who} at {path}"));
            let post = route.method == Method::Post;
            match promise(route.door.guard(), who, post, route.quiet, own) {
                Promise::Refused(status) => {
                    assert_eq!(page.status, status, "{who} at {:?} {path}", route.method);
                    let text = page.text();
                    let nothing = ["Appel numéro", "DUPONT", "Cabinet Martin", "Maître Lefèvre"];
                    assert!(!nothing.iter().any(|one| text.contains(one)), "{who} at {path} sees: {text}");
                }
                Promise::Passed => {
                    assert_ne!(page.status, 500, "{who} at {path}: {}", page.text());
                    let sent_away = page.header("location").is_some_and(|to| to.starts_with("/connexion?retour"));
                    assert!(page.status != 401 && !sent_away, "{who} at {path}");
                }
            }
        };
        // What shuts people out comes last: nobody could knock after it.
        let (last, first): (Vec<&Route>, Vec<&Route>) =
            ROUTES.iter().partition(|route| route.pattern.contains("{personne}"));
        for route in first.into_iter().chain(last) {
            at_door(route, &example(route.pattern), true);
            if route.pattern.contains("{abonne}") {
                at_door(route, &filled(route.pattern, "{abonne}"), false);
            }
        }
    }
}

/// Whatever a number names at the other abonné's, the answer is the one to a number that nobody has.
#[test]
fn every_number_of_an_address_exchanged_for_another_abonnes_is_not_there() {
    let office = two_practices();
    let heads = |page: &Page| {
        let mut heads = page.headers.clone();
        heads.retain(|(name, _)| name != "date");
        heads.sort();
        heads
    };
    let mut tried = 0;
    let mut cast = Cast::at(&office);
    for route in ROUTES.iter().filter(|route| route.pattern.contains('{')) {
        let guard = route.door.guard();
        if !matches!(guard, "client" | "secretary-at" | "administrator-at") {
            continue;
        }
        for (place, own, _) in PLACES.iter().filter(|(place, ..)| route.pattern.contains(place)) {
            // Every abonné is an administrator's to see.
            if (guard, *place) == ("administrator-at", "{abonne}") {
                continue;
            }
            let path = filled(route.pattern, place);
            let nobodys = route.pattern.replace(place, "987654");
            let nobodys = example(&nobodys);
            let mut browser = cast.browser(who_passes(guard));
            let (of_other, of_nobody) = (knock(&mut browser, route, &path), knock(&mut browser, route, &nobodys));
            assert_eq!(of_other.status, 404, "{path} (own: {own})");
            assert_eq!(of_other.html().replace(&path, &nobodys), of_nobody.html(), "{path} tells that it is there");
            assert_eq!(heads(&of_other), heads(&of_nobody), "{path}");
            tried += 1;
        }
    }
    assert!(tried > 10, "{tried}");
}

/// All that a person sees of her abonné, as text: pages without a place in their address, but for the journal of her looks.
fn all_that_is_seen(office: &Office, login: &str) -> Vec<(String, String)> {
    let mut browser = office.signed_in(login);
    ROUTES
        .iter()
        .filter(|route| route.method == Method::Get && !route.quiet && route.door.guard() == "client")
        .filter(|route| !route.pattern.contains('{') && route.pattern != "/journal")
        .map(|route| (route.pattern.to_owned(), browser.get(route.pattern).text()))
        .collect()
}

#[test]
fn every_number_of_a_form_exchanged_for_another_abonnes_touches_nothing() {
    let office = two_practices();
    // Seen once, so that « non lu » does not change by our looking.
    all_that_is_seen(&office, "lefevre");
    let before = all_that_is_seen(&office, "lefevre");
    let mut cast = Cast::at(&office);
    for route in posts() {
        let (_, fields) = FORMS
            .iter()
            .find(|(pattern, _)| *pattern == route.pattern)
            .unwrap_or_else(|| panic!("say in FORMS which fields of {} hold numbers", route.pattern));
        if !matches!(route.door.guard(), "client" | "secretary-at") || fields.is_empty() {
            continue;
        }
        let values: Vec<(&str, &str)> = fields.iter().map(|field| (*field, field_of_other(field))).collect();
        let page = cast.browser(who_passes(route.door.guard())).post(&example(route.pattern), &values);
        assert!(matches!(page.status, 303 | 404 | 409 | 422), "{}: {}", route.pattern, page.status);
        let shown = cast.browser("martin").follow(page).text();
        assert!(!shown.contains("Appel numéro 7") && !shown.contains("Lefèvre"), "{}: {shown}", route.pattern);
    }
    for (pattern, text) in all_that_is_seen(&office, "lefevre") {
        let then = before.iter().find(|(path, _)| *path == pattern).map(|(_, text)| text);
        assert_eq!(Some(&text), then, "{pattern} has changed");
    }
}

#[test]
fn forms_of_foreign_pages_change_nothing() {
    // Gateways have no page of ours: one address, which is a secret itself.
    let foreign: Vec<&str> = posts().filter(|route| route.foreign).map(|route| route.pattern).collect();
    assert_eq!(foreign, ["/sms/recu/{token}"]);
    let office = two_practices();
    let form: [(&str, &str); 1] = [("Content-Type", "application/x-www-form-urlencoded")];
    let mut cast = Cast::at(&office);
    for route in posts().filter(|route| !route.foreign) {
        let path = example(route.pattern);
        let mut browser = cast.browser(who_passes(route.door.guard()));
        let ours = browser.origin.clone();
        let port = office.address().port();
        for (origin, site) in [
            (Some("https://ailleurs.example".to_owned()), None),
            (Some("https://ailleurs.example".to_owned()), Some("cross-site")),
            (Some(format!("http://127.0.0.1.ailleurs.example:{port}")), None),
            (Some(format!("http://127.0.0.1:{}", port ^ 1)), Some("same-site")),
            (Some("null".to_owned()), None),
            (Some("null".to_owned()), Some("cross-site")),
            (ours.clone(), Some("cross-site")),
            (ours.clone(), Some("same-site")),
            (None, Some("cross-site")),
            (None, None),
        ] {
            browser.origin = origin.clone();
            let mut headers = form.to_vec();
            headers.extend(site.map(|site| ("Sec-Fetch-Site", site)));
            let page = browser.send("POST", &path, &headers, Some(b"message=1&texte=x&nom=x"));
            assert_eq!(page.status, 403, "{path} from {origin:?}, {site:?}");
            // The page must not offer to send the foreign form again.
            assert_eq!(page.count("main form"), 0, "{path}");
        }
    }
    assert!(office.signed_in("martin").get("/messages").text().contains("Vous avez 4 messages"));
}

#[test]
fn other_methods_are_refused_at_every_door() {
    let office = two_practices();
    let mut stranger = office.stranger();
    let mut cast = Cast::at(&office);
    // Programs of calendars have methods of their own: tests/dav.rs.
    for route in ROUTES.iter().filter(|route| !route.door.takes_any_method()) {
        let path = example(route.pattern);
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
            let page = stranger.send(method, &path, &[], None);
            assert_eq!(page.status, 405, "{method} {path}");
            let allowed = page.header("allow").unwrap_or_default();
            assert!(allowed.contains("GET") || allowed.contains("POST"), "{method} {path}: {allowed}");
            assert!(page.headers.iter().all(|(name, _)| !name.starts_with("access-control-")), "{path}");
        }
        // TRACE would send cookies back in a body; CONNECT is for proxies.
        for method in ["TRACE", "CONNECT", "PROPFIND", "get"] {
            let page = stranger.send(method, &path, &[("X-Marke", "geheim")], None);
            assert!(matches!(page.status, 400 | 405 | 501), "{method} {path}: {}", page.status);
            assert!(!page.html().contains("geheim"), "{method} {path}");
        }
        if route.method == Method::Get {
            let mut browser = cast.browser(who_passes(route.door.guard()));
            let head = browser.head(&path);
            assert_eq!(head.bytes.len(), 0, "HEAD {path}");
            assert_eq!(head.status, browser.get(&path).status, "HEAD {path}");
        }
    }
}

/// An address to go back to may be anything; no answer leads, links or posts to another site.
#[test]
fn no_address_to_go_back_to_leads_elsewhere() {
    let office = two_practices();
    let hostile = [
        "//ailleurs.example/",
        "///ailleurs.example",
        "/\\ailleurs.example",
        "\\\\ailleurs.example",
        "https://ailleurs.example/",
        "https:ailleurs.example",
        "HTTPS://ailleurs.example",
        "javascript:alert(1)//ailleurs.example",
        "data:text/html,ailleurs.example",
        "/\t/ailleurs.example",
        "\t//ailleurs.example",
        "/\n//ailleurs.example",
        " //ailleurs.example",
        "@ailleurs.example",
        ".ailleurs.example",
        "/%0d%0aSet-Cookie:%20ailleurs.example",
        "/x\r\nLocation: https://ailleurs.example",
        "/;@ailleurs.example",
        "/..//ailleurs.example",
        "/.//ailleurs.example",
    ];
    const NAMES: [&str; 5] = ["retour", "reprise-vers", "vers", "page", "q"];
    let local = |address: &str| {
        let plain = address.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\');
        plain && address.starts_with('/') && !address.starts_with("//")
    };
    let mut cast = Cast::at(&office);
    for route in ROUTES.iter().filter(|route| !route.quiet) {
        let path = example(route.pattern);
        // A secretary's and an administrator's forms change things; signing in and the pages are what is meant.
        let signs_in = route.pattern == "/connexion";
        if route.method == Method::Post && !signs_in {
            continue;
        }
        let mut browser = cast.browser(who_passes(route.door.guard()));
        for address in hostile {
            let mut fields: Vec<(&str, &str)> = NAMES.iter().map(|name| (*name, address)).collect();
            let page = if signs_in && route.method == Method::Post {
                fields.extend([("identifiant", "martin"), ("pass", PASSWORD), ("reprise", "texte=x")]);
                office.stranger().post(&path, &fields)
            } else {
                let query: permanence::http::Form = fields.iter().copied().collect();
                browser.get(&format!("{path}?{}", query.encoded()))
            };
            if let Some(to) = page.header("location") {
                assert!(local(to), "{path} with {address:?} leads to {to:?}");
            }
            let leads = [("a[href]", "href"), ("form[action]", "action"), ("[formaction]", "formaction")];
            for to in leads.iter().flat_map(|(selector, name)| page.attributes(selector, name)) {
                let before_query = to.split('?').next().unwrap_or_default();
                assert!(local(&to) || !before_query.contains("ailleurs"), "{path} with {address:?} has a way to {to}");
            }
        }
    }
}

#[test]
fn the_other_abonnes_things_are_not_there() {
    let office = office();
    office.messages(MARTIN, 3);
    let mut lefevre = office.signed_in("lefevre");
    let mut basile = office.signed_in("basile");
    let mut nothing = office.signed_in("lefevre");
    let unknown = nothing.get("/messages/999");
    for number in 1..=3 {
        let page = lefevre.get(&format!("/messages/{number}"));
        assert_eq!((page.status, page.html()), (404, unknown.html()), "not even that it exists");
        assert_eq!(lefevre.post(&format!("/messages/{number}/reponses"), &[("reponse", "x")]).status, 404);
    }
    // Numbers of another abonné in a form of one's own touch nothing.
    lefevre.post("/messages/archivage", &[("message", "1"), ("message", "2")]);
    assert!(office.signed_in("martin").get("/messages").text().contains("Vous avez 3 messages"));
    for path in [
        "/standard/abonnes/2",
        "/standard/abonnes/2/messages",
        "/standard/abonnes/2/archives",
        "/standard/abonnes/2/messages/1",
        "/standard/abonnes/2/messages/etat",
        "/standard/abonnes/99",
    ] {
        assert_eq!(basile.get(path).status, 404, "{path}");
    }
    assert_eq!(basile.post("/standard/abonnes/2/messages", &[("texte", "x")]).status, 404);
    assert!(!basile.get("/standard").text().contains("Lefèvre"));
}

#[test]
fn who_is_shut_out_is_out_at_the_next_request() {
    let office = office();
    let mut martin = office.signed_in("martin");
    assert_eq!(martin.get("/messages").status, 200);
    let mut admin = office.signed_in("admin");
    assert_eq!(admin.post("/administration/personnes/1/desactivation", &[]).status, 303);
    assert_eq!(martin.get("/messages").status, 303);
    let refused = office.stranger().post("/connexion", &[("identifiant", "martin"), ("pass", PASSWORD)]);
    assert_eq!(refused.status, 422);
    assert_eq!(admin.post("/administration/personnes/1/reactivation", &[]).status, 303);
    office.signed_in("martin");
}

#[test]
fn wrong_methods_and_addresses_are_answered_plainly() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let wrong = martin.post("/messages", &[]);
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("GET, HEAD")));
    let wrong = martin.get("/messages/archivage");
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("POST")));
    assert_eq!(martin.send("DELETE", "/messages/1", &[], None).status, 405);
    for path in [
        "/nulle-part",
        "/messages/0",
        "/messages/01",
        "/messages/-1",
        "/messages/1e3",
        "/messages/18446744073709551616",
        "/Messages",
        "/messages/",
    ] {
        assert_eq!(martin.get(path).status, 404, "{path}");
    }
    let head = martin.head("/messages");
    assert_eq!((head.status, head.bytes.len()), (200, 0));
}

#[test]
fn every_answer_bears_the_headers_of_the_house() {
    let office = office();
    let mut martin = office.signed_in("martin");
    for path in ["/", "/connexion", "/messages", "/messages/999", "/sante", "/nulle-part"] {
        let page = martin.get(path);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"));
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(page.header(name), Some(value), "{name} at {path}");
        }
        assert!(page.header("permissions-policy").is_some());
        assert!(page.header("server").is_none());
    }
}
