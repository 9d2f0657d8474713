//! The screens of faxes in every state worth looking at.

use super::data::{LONGEST, NOW, ago};
use super::pages::{Pages, administrator, client, nothing, problems, secretary};
use maud::Markup;
use permanence::administration::mailbox::view::{self, MailboxPage};
use permanence::base::{FaxId, MessageNumber, PersonId, Phone, SubscriberId, Zone};
use permanence::decode::Kind;
use permanence::error::Problems;
use permanence::fax::mailbox::State as Found;
use permanence::fax::mailbox::{Field, Mailbox, Rule};
use permanence::fax::model::{About, Fax, Size, State, Turned, Way};
use permanence::fax::view::{
    ArrivalsPage, AttributionPage, FaxPage, RemovalPage, arrivals, attribution, block, fax, print, removal,
};
use permanence::messages::waiting::Claim;
use permanence::notices::settings::Protection;
use permanence::subscribers::Subscriber;
use permanence::ui::Frame;
use permanence::ui::frame::sheet_styled;

fn one(number: u64, way: Way, state: State) -> Fax {
    Fax {
        number: FaxId(number),
        key: "0".repeat(32),
        name: "scan 0012.tif".into(),
        received: ago(12),
        way,
        by_name: if way == Way::Upload { "Aline".into() } else { String::new() },
        by: None,
        subscriber: Some(SubscriberId(1)),
        message: Some(MessageNumber(12)),
        about: About::default(),
        kind: Some(Kind::Tiff),
        digest: 1,
        bytes: 120_000,
        state,
    }
}

fn ready(pages: usize, remarks: &[&str]) -> State {
    let size = Size { width: 1240, height: 1754 };
    State::Ready { pages: vec![size; pages], remarks: remarks.iter().map(|one| (*one).to_owned()).collect() }
}

/// Documents that were brought for a call: read, coming, and one that can't be read.
pub fn documents() -> Vec<Fax> {
    let one = |number, name: &str, state| Fax { name: name.into(), message: None, ..one(number, Way::Document, state) };
    vec![
        one(21, "ordonnance.pdf", ready(2, &[])),
        one(22, &format!("<b>{LONGEST}</b>.jpg"), State::Coming),
        one(23, "lettre.docx", State::Refused { why: "Ce fichier n’est pas un fax.".into() }),
    ]
}

fn looked_at<'a>(fax: &'a Fax, page: Option<usize>, turned: &str) -> FaxPage<'a> {
    FaxPage {
        fax,
        href: format!("/fax/{}", fax.number),
        page,
        turned: Turned::read(turned, fax.pages().len()),
        message_href: fax.message.map(|number| format!("/messages/{number}")),
        zone: Zone::PARIS,
    }
}

fn worn(frame: Frame<'_>, content: &Markup) -> String {
    Frame { scripts: &["fax"], sheets: &["fax"], ..frame }.page(content).into_string()
}

pub fn add(pages: &mut Pages) {
    let three = one(7, Way::Upload, ready(3, &[]));
    let damaged =
        one(8, Way::Folder, ready(1, &["Page 1 : 3 lignes abîmées pendant la transmission répètent la précédente."]));
    let coming = one(9, Way::Mail, State::Coming);
    let refused = one(10, Way::Mail, State::Refused { why: "Ce fichier ne contient aucune page.".into() });
    let document = Fax { name: format!("<b>{LONGEST}</b>.pdf"), ..one(11, Way::Document, ready(200, &[])) };
    for (name, shown) in [
        ("fax-thumbs", looked_at(&three, None, "")),
        ("fax-page", looked_at(&three, Some(2), "")),
        ("fax-page-turned", looked_at(&three, Some(1), "1-90.3-180")),
        ("fax-single-damaged", looked_at(&damaged, Some(1), "")),
        ("fax-coming", looked_at(&coming, None, "")),
        ("fax-refused", looked_at(&refused, None, "")),
        ("fax-document-longest", looked_at(&document, None, "")),
    ] {
        pages.push((name, worn(client(&shown.fax.title(), 3, 0), &fax(&shown))));
    }
    let on_paper = sheet_styled("Fax n° 7", &["print"], &["fax"], &print(&looked_at(&three, None, "2-270")));
    pages.push(("fax-print", on_paper.into_string()));

    let base = "/standard/abonnes/1";
    let (none, no_problem) = nothing();
    let empty = ArrivalsPage { base, faxes: &[], zone: Zone::PARIS, form: &none, problems: &no_problem };
    pages.push(("fax-arrivals-empty", worn(secretary("Déposer un fax", 3, 9), &arrivals(&empty))));
    let all = [coming.clone(), three.clone(), refused.clone(), document.clone()];
    let wrong =
        problems(&[("fichier", "« vide.pdf » : Ce fichier est vide."), ("objet", "Ce texte dépasse 200 caractères.")]);
    let full = ArrivalsPage { faxes: &all, problems: &wrong, ..empty.clone() };
    pages.push(("fax-arrivals-wrong", worn(secretary("Déposer un fax", 3, 9), &arrivals(&full))));

    let about =
        About { name: LONGEST.into(), phone: Phone::default(), subject: "Fax de 01 99 00 11 22".into(), urgent: false };
    let lost = Fax { subscriber: None, message: None, about, ..one(12, Way::Mail, ready(2, &[])) };
    let claim = Claim { at: NOW, person: PersonId(5), name: "Basile".into() };
    let abonnes = [Subscriber::new(SubscriberId(1), "Cabinet Martin"), Subscriber::new(SubscriberId(2), LONGEST)];
    let shown = |fax| FaxPage { href: "/standard/fax/12".into(), message_href: None, ..looked_at(fax, None, "") };
    let asked = AttributionPage {
        shown: shown(&lost),
        claim: Some(&claim),
        person: PersonId(4),
        abonnes: &abonnes,
        form: &none,
        problems: &no_problem,
    };
    let unchosen = problems(&[("abonne", "Choisissez l’abonné à qui ce fax est destiné.")]);
    pages.push(("fax-attribution", worn(secretary("Fax n° 12", 3, 9), &attribution(&asked))));
    let again = AttributionPage { problems: &unchosen, claim: None, ..asked.clone() };
    pages.push(("fax-attribution-wrong", worn(secretary("Fax n° 12", 3, 9), &attribution(&again))));
    let aside = AttributionPage { shown: shown(&refused), ..asked };
    pages.push(("fax-aside", worn(secretary("Fax n° 10", 3, 9), &attribution(&aside))));
    pages.push((
        "fax-removal",
        worn(secretary("Supprimer un fax", 3, 9), &removal(&RemovalPage { fax: &lost, zone: Zone::PARIS })),
    ));
    let waiting = [(lost, Some(claim)), (refused, None)];
    let listed = maud::html! { h1 { "En attente" } (block(&waiting, PersonId(4), "/standard", Zone::PARIS)) };
    pages.push(("fax-waiting", worn(secretary("En attente", 3, 9), &listed)));
    mailbox(pages);
}

fn mailbox(pages: &mut Pages) {
    let shown = |page: &MailboxPage<'_>| administrator("Boîte de fax", 0).page(&view::mailbox(page)).into_string();
    let (form, none) = (view::blank_form(), Problems::default());
    let abonnes = [Subscriber::new(SubscriberId(1), "Cabinet Martin"), Subscriber::new(SubscriberId(2), LONGEST)];
    let state = Found::default();
    let empty =
        MailboxPage { kept: None, state: &state, abonnes: &abonnes, zone: Zone::PARIS, form: &form, problems: &none };
    pages.push(("mailbox-0", shown(&empty)));
    let rule = |field, contains: &str, id| Rule { field, contains: contains.into(), subscriber: SubscriberId(id) };
    let kept = Mailbox {
        host: "imap.example.org".into(),
        port: 993,
        protection: Protection::Tls,
        login: "fax@example.org".into(),
        password: "jamais montré".into(),
        folder: "INBOX".into(),
        done_folder: "Traités".into(),
        every_minutes: 5,
        rules: vec![
            rule(Field::Subject, "01 99 00 11 22", 1),
            rule(Field::From, &format!("<b>{LONGEST}"), 2),
            rule(Field::To, "parti", 9),
        ],
    };
    let form = view::form_of(&kept);
    let well = Found { tried: Some(ago(4)), succeeded: Some(ago(4)), taken: 1204, ..Found::default() };
    let full = MailboxPage { kept: Some(&kept), state: &well, form: &form, ..empty };
    pages.push(("mailbox", shown(&full)));
    let failed = Found {
        tried: Some(ago(2)),
        failure: Some("Le compte est refusé : [AUTHENTICATIONFAILED] Authentication failed.".into()),
        failures: 3,
        left: 2,
        ..Found::default()
    };
    let wrong = problems(&[("contient", "Indiquez de 3 à 200 caractères, par exemple un numéro de fax.")]);
    pages.push(("mailbox-failed", shown(&MailboxPage { state: &failed, problems: &wrong, ..full })));
    let asked = Found { asked: true, ..Found::default() };
    let refused = problems(&[("serveur", "Indiquez le nom du serveur, par exemple « imap.exemple.fr ».")]);
    pages.push(("mailbox-asked-wrong", shown(&MailboxPage { state: &asked, problems: &refused, ..full })));
}
