//! The pages of kits, and a kit itself.

use super::data::{LONGEST, NOW, ago, day, subscribers};
use super::pages::{Pages, administrator, client, nothing, problems, secretary};
use permanence::administration::kits::view::{self as administration, KitsPage, WishPage, form_of};
use permanence::base::Zone;
use permanence::base::time::Day;
use permanence::continuity::model::{HouseWords, Kit, KitDay, KitPerson, KitRow, Part};
use permanence::continuity::page;
use permanence::continuity::store::{Night, Wish};
use permanence::continuity::view::{self, ConsolePage, KitPage};
use permanence::http::Form;
use permanence::notices::wishes::Consent;

fn wish() -> Wish {
    Wish {
        addresses: vec!["cabinet@example.net".into(), format!("{}@example.net", &LONGEST[..60])],
        consent: Consent { asked_on: Day::from(day(2026, 11, 20)), asked_by: "Dr Hélène Martin".into() },
    }
}

/// One abonné with a full day, and one that knows nothing.
fn kit() -> Kit {
    let row = |when: &str, who: &str, phone: &str, what: &str| KitRow {
        when: when.into(),
        who: who.into(),
        phone: phone.into(),
        what: what.into(),
    };
    let full = Part {
        name: "Cabinet Martin".into(),
        about: "Médecin généraliste, Créteil".into(),
        lines: vec!["01 40 50 60 70".into()],
        greeting: "Cabinet du Docteur Martin, bonjour".into(),
        unavailable: "Indisponible jusqu’à 14:00 : visites".into(),
        instructions: vec![
            ("Demander la date de naissance.\nToujours.".into(), "permanente".into()),
            (LONGEST.into(), "le 24/11/2026".into()),
        ],
        urgent: vec![
            ["Dr Martin".into(), "06 39 98 00 01".into(), "de 8 h à 20 h".into()],
            [String::new(), "15".into(), String::new()],
        ],
        fees: "Consultation 30 €".into(),
        access: "Deuxième étage <gauche>".into(),
        days: vec![
            KitDay {
                date: day(2026, 11, 24),
                remarks: vec![],
                rows: vec![
                    row("09:00 (15 min)", "VASSEUR Inès", "06 39 98 12 34", "consultation, première fois"),
                    row("depuis 23:30 (600 min)", LONGEST, "", &format!("visite : {LONGEST}")),
                    row("10:00 (15 min)", "Rendez-vous pris", "", ""),
                ],
            },
            KitDay { date: day(2026, 11, 25), remarks: vec!["Absence : congés".into()], rows: vec![] },
        ],
        people: vec![
            KitPerson {
                name: "VASSEUR Inès".into(),
                phones: vec!["portable 06 39 98 12 34".into(), "+32 475 12 34 56".into()],
            },
            KitPerson { name: "مريم".into(), phones: vec![] },
        ],
    };
    let bare = Part { name: LONGEST.into(), greeting: "Bonjour".into(), ..Part::default() };
    Kit {
        title: "Le standard".into(),
        made: NOW.local(Zone::PARIS),
        house: HouseWords {
            name: "Accueil & Compagnie".into(),
            phone: "01 40 50 60 00".into(),
            hours: "Du lundi au vendredi, de 8 h à 19 h".into(),
            closed: vec!["le vendredi 25 décembre 2026 : Noël".into()],
        },
        parts: vec![full, bare],
    }
}

/// A file that has nobody to ask for a style bears its own, as no page of ours may.
fn unstyled(kit: &Kit) -> String {
    let html = page::html(kit);
    let (before, rest) = html.split_once("<style>").unwrap();
    format!("{before}{}", rest.split_once("</style>").unwrap().1)
}

pub fn pages(pages: &mut Pages) {
    let wish = wish();
    let page = KitPage { base: "", of_client: true, subscriber_name: "Cabinet Martin", wish: None };
    let framed = |page: &KitPage<'_>| client("Kit de secours", 65, 9).page(&view::kit(page)).into_string();
    pages.push(("kit", framed(&page)));
    pages.push(("kit-mailed", framed(&KitPage { wish: Some(&wish), ..page })));
    let other = KitPage { base: "/standard/abonnes/3", of_client: false, ..page };
    pages.push(("kit-secretary", secretary("Kit de secours", 65, 9).page(&view::kit(&other)).into_string()));
    let console = view::console(&ConsolePage { subscribers: 12 });
    pages.push(("kit-console", secretary("Kit de secours du standard", 0, 9).page(&console).into_string()));
    pages.push(("kit-file", unstyled(&kit())));
    pages.push(("kit-file-0", unstyled(&Kit { title: LONGEST.into(), ..Kit::default() })));

    let all = subscribers();
    let night = Night { at: ago(425), mailed: 1, files: 12, failure: String::new() };
    let failed = Night {
        failure: "Le dossier /media/secours : il n’y a pas de dossier de ce nom, ou son disque n’est pas là.".into(),
        files: 0,
        ..night.clone()
    };
    let show =
        |page: &KitsPage<'_>| administrator("Kits de secours", 0).page(&administration::kits(page)).into_string();
    let kits = KitsPage {
        folder: Some("/media/secours"),
        night: Some(&night),
        subscribers: all.iter().enumerate().map(|(place, one)| (one, (place == 0).then_some(&wish))).collect(),
        time: chrono::NaiveTime::from_hms_opt(3, 0, 0).unwrap(),
        zone: Zone::PARIS,
    };
    pages.push(("kits", show(&kits)));
    pages.push(("kits-failed", show(&KitsPage { night: Some(&failed), ..kits.clone() })));
    pages.push(("kits-0", show(&KitsPage { folder: None, night: None, subscribers: Vec::new(), ..kits })));
    let (_, none) = nothing();
    let form = |form: &Form, problems| {
        let page = WishPage { subscriber: &all[0], form, problems };
        administrator("Kit de secours", 1).page(&administration::wish(&page)).into_string()
    };
    pages.push(("kit-wish", form(&form_of(Some(&wish)), &none)));
    pages.push(("kit-wish-0", form(&form_of(None), &none)));
    let wrong = problems(&[
        ("adresses", "« cabinet » n’est pas une adresse e-mail complète."),
        ("demande-le", "Indiquez la date de la demande écrite, par exemple 24/11/2026."),
        ("demande-par", "Indiquez qui l’a demandé par écrit."),
    ]);
    pages.push(("kit-wish-wrong", form(&Form::from_iter([("envoyer", "1"), ("adresses", "cabinet")]), &wrong)));
}
