//! The screens around a call: console, card and form, instructions, pop-up.

use super::data::{self, LONGEST, NOW, ago, day};
use super::pages::{Pages, client, desk_frame, nothing, problems, secretary};
use permanence::base::{PersonId, Phone, Zone};
use permanence::http::Form;
use permanence::subscribers::Subscriber;
use permanence::subscribers::card::model::{Ended, quick_choices};
use permanence::subscribers::card::view::{self as card, CardView, InstructionsPage, Typed};
use permanence::subscribers::card::{Card, Instruction, Unavailable, UrgentCall};
use permanence::switchboard::view as switchboard;
use permanence::switchboard::view::popup::{self, Candidate, PopupPage};
use permanence::ui::Frame;
use permanence::ui::frame::{Flash, FlashKind, Undo};

pub fn add(pages: &mut Pages) {
    console(pages);
    call(pages);
    instructions(pages);
    pop_up(pages);
}

fn away() -> Unavailable {
    Unavailable {
        since: ago(30),
        until: Some(NOW.plus_ms(4 * 3_600_000)),
        reason: "en visite à domicile".into(),
        who: "Dr Martin".into(),
        person: Some(PersonId(4)),
    }
}

fn instruction(id: u64, text: &str, from: Option<u32>, to: Option<u32>) -> Instruction {
    let of_november = |date| day(2026, 11, date).into();
    Instruction {
        id,
        text: text.into(),
        from: from.map(of_november),
        to: to.map(of_november),
        written: ago(2000),
        who: "Dr Martin".into(),
        person: Some(PersonId(4)),
        replaces: None,
        ended: None,
    }
}

pub fn several_instructions() -> Vec<Instruction> {
    vec![
        instruction(7, "Aucun rendez-vous cet après-midi : formation.\nProposer jeudi.", Some(24), Some(24)),
        instruction(2, "Demander toujours la date de naissance <b>et</b> un numéro où rappeler.", None, None),
        instruction(3, &format!("Dire {LONGEST}."), None, None),
        instruction(9, "Cabinet fermé.", Some(28), Some(30)),
    ]
}

fn full_card() -> Card {
    let call = |name: &str, phone, hours: &str| UrgentCall {
        name: name.into(),
        phone: Phone::read(phone),
        hours: hours.into(),
    };
    Card {
        greeting: "Cabinet du Docteur Martin, bonjour".into(),
        urgent_calls: vec![
            call("Dr Martin, portable", "06 39 98 10 10", "de 8 h à 20 h"),
            call(LONGEST, "+44 1248 712345", LONGEST),
            call("SAMU", "15", ""),
        ],
        fees: "Consultation 30 €, carte bancaire acceptée.".into(),
        access: "12, avenue du Général-de-Gaulle.\n1er étage, interphone « Martin ».".into(),
        revision: 3,
        ..Card::default()
    }
}

pub fn card_view<'a>(
    card: &'a Card,
    unavailable: Option<&'a Unavailable>,
    instructions: &'a [Instruction],
) -> CardView<'a> {
    CardView {
        base: "/standard/abonnes/1",
        name: "Cabinet Martin",
        card,
        unavailable,
        instructions,
        now: NOW,
        zone: Zone::PARIS,
        form_id: switchboard::CALL_FORM,
    }
}

fn console(pages: &mut Pages) {
    let subscribers = data::subscribers();
    let away = away();
    let mut waiting = data::messages(2);
    waiting.append(&mut data::difficult());
    let lines = subscribers
        .iter()
        .enumerate()
        .map(|(place, subscriber)| switchboard::SubscriberLine {
            subscriber,
            pending: [65, 0, 1, 1248, 3, 0][place],
            urgent: [2, 0, 0, 11, 0, 0][place],
            oldest_unread: [Some(ago(95)), None, Some(ago(7)), Some(ago(9000)), None, None][place],
            unavailable: (place == 1 || place == 3).then_some(&away),
        })
        .collect();
    let texts = ["Rappelée, elle passe à 17 h.", "Donnez-lui rendez-vous jeudi à 9 h 15.\nMerci !", &LONGEST.repeat(3)];
    let answers = texts
        .into_iter()
        .enumerate()
        .map(|(place, text)| switchboard::WaitingAnswer {
            subscriber: subscribers[place].id,
            subscriber_name: &subscribers[place].name,
            message: &waiting[place],
            at: ago(20 * place as i64),
            text,
        })
        .collect();
    let page = switchboard::ConsolePage { query: "", subscribers: lines, answers, zone: Zone::PARIS, now: NOW };
    let show = |page: &switchboard::ConsolePage<'_>| {
        let frame = Frame { scripts: &["live", "console"], ..desk_frame("Le standard") };
        frame.page(&switchboard::console(page)).into_string()
    };
    pages.push(("standard", show(&page)));
    let nothing = switchboard::ConsolePage { query: "dupont", subscribers: Vec::new(), answers: Vec::new(), ..page };
    pages.push(("standard-0", show(&nothing)));
}

fn call(pages: &mut Pages) {
    let (empty, none) = nothing();
    let subscriber = data::martin();
    let recent = data::messages(6);
    let (full, bare, away, all) = (full_card(), Card::default(), away(), several_instructions());
    let page = switchboard::CallPage {
        subscriber: &subscriber,
        pending: 65,
        archived: 23,
        form: &empty,
        problems: &none,
        callers: &[],
        unique: "8414",
        recent: recent.iter().collect(),
        card: card_view(&full, None, &all),
    };
    let framed = |count| Frame {
        scripts: &["live", "call-form", "caller", "console"],
        ..secretary("Prendre un message", count, 9)
    };
    let show = |page: &switchboard::CallPage<'_>| framed(65).page(&switchboard::call(page)).into_string();
    pages.push(("call", show(&page)));
    pages.push((
        "call-away",
        show(&switchboard::CallPage { card: card_view(&full, Some(&away), &all[1..]), ..page.clone() }),
    ));
    pages.push((
        "call-first",
        show(&switchboard::CallPage {
            recent: Vec::new(),
            pending: 0,
            archived: 0,
            card: card_view(&bare, None, &[]),
            ..page.clone()
        }),
    ));
    let typed = Form::from_iter([
        ("type", "rendez-vous"),
        ("urgent", "1"),
        ("civilite", "Lord"),
        ("nom", LONGEST),
        ("telephone", "06 12"),
        ("email", "sans arobase"),
        ("texte", "\nPremière ligne vide.\n<b>Deuxième</b>"),
        ("date-rdv", "2026-12-01"),
        ("nouveau-patient", "1"),
    ]);
    let wrong = problems(&[
        ("email", "Cette adresse e-mail n’est pas complète : il y faut un « @ » et un nom de domaine."),
        ("heure-rdv", "Indiquez une heure, par exemple 9:15."),
    ]);
    pages.push(("call-wrong", show(&switchboard::CallPage { form: &typed, problems: &wrong, ..page.clone() })));
    let mut frame = framed(66);
    frame.flash =
        Some(Flash { kind: FlashKind::Done, sentence: "Message n° 413 enregistré pour Cabinet Martin.", undo: None });
    pages.push(("call-taken", frame.page(&switchboard::call(&page)).into_string()));
}

fn instructions(pages: &mut Pages) {
    let (empty, none) = nothing();
    let (away, open) = (away(), several_instructions());
    let mut over = vec![
        instruction(1, "Ancienne consigne, remplacée.", None, None),
        instruction(4, "Fermé le 11 novembre.", Some(11), Some(11)),
    ];
    over[0].ended = Some(Ended { at: ago(900), who: "Aline".into(), replaced_by: Some(2) });
    let of_card = Form::from_iter([
        ("revision", "3"),
        ("accueil", "Cabinet du Docteur Martin, bonjour"),
        ("urgence-nom-1", "Dr Martin, portable"),
        ("urgence-telephone-1", "06 39 98 10 10"),
        ("delai-urgence", "15"),
    ]);
    let choices = quick_choices(NOW.local(Zone::PARIS));
    let typed = |form| Typed { form, problems: &none };
    let page = InstructionsPage {
        base: "",
        own: true,
        name: "Cabinet Martin",
        now: NOW,
        zone: Zone::PARIS,
        unavailable: Some(&away),
        choices: &choices,
        open: &open,
        over: &over,
        unique: "8415",
        availability: typed(&empty),
        instruction: typed(&empty),
        card: typed(&of_card),
    };
    let framed = |mut frame: Frame<'_>, page: &InstructionsPage<'_>, flash| {
        frame.scripts = &["live"];
        frame.flash = flash;
        frame.page(&card::instructions(page)).into_string()
    };
    let undo = Undo { action: "/consignes/5/retablissement".into(), fields: Vec::new() };
    let removed = Flash { kind: FlashKind::Done, sentence: "Consigne retirée.", undo: Some(undo) };
    pages.push(("instructions", framed(client("Consignes", 65, 3), &page, Some(removed))));
    let bare = InstructionsPage { unavailable: None, open: &[], over: &[], card: typed(&empty), ..page.clone() };
    pages.push(("instructions-0", framed(client("Consignes", 0, 3), &bare, None)));
    let wrong_texts = [
        problems(&[("date", "Ce moment est passé : choisissez une date ou une heure à venir.")]),
        problems(&[
            ("texte", "Cette consigne vient d’être modifiée par Aline."),
            ("au", "La fin vient avant le début."),
        ]),
        problems(&[("urgence-telephone-1", "Ce numéro ne peut pas être composé ; par exemple 06 12 34 56 78.")]),
    ];
    let edited = Form::from_iter([("remplace", "2"), ("texte", LONGEST), ("du", "2026-12-02"), ("au", "2026-12-01")]);
    let wrong = InstructionsPage {
        base: "/standard/abonnes/1",
        own: false,
        availability: Typed { form: &empty, problems: &wrong_texts[0] },
        instruction: Typed { form: &edited, problems: &wrong_texts[1] },
        card: Typed { form: &of_card, problems: &wrong_texts[2] },
        ..page
    };
    pages.push(("instructions-wrong", framed(secretary("Consignes", 65, 3), &wrong, None)));
}

fn pop_up(pages: &mut Pages) {
    let (to, from, none) = (Phone::read("01 40 50 60 70"), Phone::read("06 12 34 56 78"), Phone::NONE);
    let subscribers = data::subscribers();
    let candidates: Vec<Candidate<'_>> = subscribers[..4]
        .iter()
        .enumerate()
        .map(|(place, subscriber): (usize, &Subscriber)| Candidate {
            href: format!("/standard/abonnes/{}?de=%2B33612345678", subscriber.id),
            subscriber,
            caller: ["", "Mme DUPONT Marie", "", LONGEST][place],
        })
        .collect();
    let show = |title, page: &PopupPage<'_>| {
        let frame = Frame { scripts: &["console"], live: None, ..desk_frame(title) };
        frame.page(&popup::popup(page)).into_string()
    };
    pages.push(("pop-up-shared", show("Pour qui est cet appel ?", &PopupPage { to: &to, from: &from, candidates })));
    let unknown = PopupPage { to: &to, from: &from, candidates: Vec::new() };
    pages.push(("pop-up-unknown", show("Ligne inconnue", &unknown)));
    pages.push(("pop-up-nothing", show("Ligne inconnue", &PopupPage { to: &none, from: &none, ..unknown })));
    let lines = [("Cabinet Martin".to_owned(), to)];
    let page = popup::telephone("https://agenda.example.fr", &lines);
    pages.push((
        "telephone",
        Frame { live: None, scripts: &[], ..desk_frame("Relier le téléphone") }.page(&page).into_string(),
    ));
}
