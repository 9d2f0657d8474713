//! The screens around a call: console, card and form, instructions, pop-up.

use super::data::{self, LONGEST, NOW, ago, day};
use super::diary;
use super::pages::{Pages, client, desk_frame, nothing, problems, secretary};
use maud::html;
use permanence::agenda::model::{FreeTime, Minute};
use permanence::agenda::view::{Beside, Member, TeamGrid};
use permanence::base::calls::{Call, Post};
use permanence::base::{ContactId, LetterId, MessageNumber, PersonId, Phone, SubscriberId, Zone};
use permanence::error::Problems;
use permanence::http::Form;
use permanence::messages::waiting::{Claim, Handed, Item, Tried, Why};
use permanence::notices::letter::{self, Attempt, Body, Letter, Purpose, Way};
use permanence::subscribers::Subscriber;
use permanence::subscribers::card::model::{Ended, quick_choices};
use permanence::subscribers::card::view::{self as card, CardView, InstructionsPage, Typed};
use permanence::subscribers::card::{Card, Instruction, Unavailable, UrgentCall};
use permanence::switchboard::call;
use permanence::switchboard::failed::Failure;
use permanence::switchboard::ringing;
use permanence::switchboard::templates::{Offered, Template};
use permanence::switchboard::view as switchboard;
use permanence::switchboard::view::after::{self, CorrectionPage, TransferPage};
use permanence::switchboard::view::agendas::{self, AgendasPage, Found, FreePage, Preset};
use permanence::switchboard::view::popup::{self, Candidate, PopupPage, TelephonePage};
use permanence::switchboard::view::ringing::{self as rings, Ringing, RingingPage};
use permanence::switchboard::view::templates::{self, TemplatesPage};
use permanence::switchboard::view::waiting::{self, WaitingPage};
use permanence::switchboard::waiting::Waits;
use permanence::ui::Frame;
use permanence::ui::frame::{Flash, FlashKind, Undo, sheet};

pub fn add(pages: &mut Pages) {
    console(pages);
    call(pages);
    instructions(pages);
    pop_up(pages);
    rings(pages);
    after(pages);
    templates_pages(pages);
    side_by_side(pages);
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
    let waits = Waits { items: items(), failures: not_arrived(), ..Waits::default() };
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
    let waiting = WaitingPage { waits: &waits, person: PersonId(2), now: NOW, zone: Zone::PARIS, back: "/standard" };
    let page = switchboard::ConsolePage {
        query: "",
        subscribers: lines,
        waiting: waiting.clone(),
        zone: Zone::PARIS,
        now: NOW,
    };
    let show = |page: &switchboard::ConsolePage<'_>| {
        let frame = Frame { scripts: &["live", "console"], ..desk_frame("Le standard") };
        frame.page(&switchboard::console(page)).into_string()
    };
    pages.push(("standard", show(&page)));
    let none = WaitingPage { waits: &Waits::default(), back: "/standard/attente", ..waiting.clone() };
    let nothing = switchboard::ConsolePage { query: "dupont", subscribers: Vec::new(), waiting: none.clone(), ..page };
    pages.push(("standard-0", show(&nothing)));
    let show = |page: &WaitingPage<'_>| desk_frame("En attente").page(&waiting::page(page)).into_string();
    pages.push(("waiting", show(&WaitingPage { back: "/standard/attente", ..waiting })));
    pages.push(("waiting-0", show(&none)));
}

/// One of each kind, taken and not, with the longest words.
fn items() -> Vec<Item> {
    let subscribers = data::subscribers();
    let mut messages = data::messages(3);
    messages.append(&mut data::difficult());
    let item = |place: usize, why, at| Item {
        subscriber: subscribers[place % 5].clone(),
        message: messages[place].clone(),
        why,
        at,
        claim: None,
        handed: None,
        answer: String::new(),
        tried: Vec::new(),
        card: full_card(),
    };
    let claim = |person, name: &str| Some(Claim { at: ago(3), person: PersonId(person), name: name.into() });
    let tried = |reached| Tried { at: ago(9), who: "Aline".into(), phone: Phone::read("06 39 98 10 10"), reached };
    let handed = Handed {
        at: ago(50),
        from: "Chloé".into(),
        to: PersonId(2),
        to_name: "Aline".into(),
        note: "Rappeler après 14 h, pas avant.".into(),
    };
    vec![
        Item { tried: vec![tried(false)], claim: claim(3, "Basile"), ..item(0, Why::Urgent, ago(40)) },
        Item { card: Card::default(), ..item(3, Why::Urgent, ago(3000)) },
        item(1, Why::Promise, ago(5)),
        Item { claim: claim(2, "Aline"), ..item(2, Why::Promise, ago(-125)) },
        Item { handed: Some(handed), ..item(4, Why::Handed, ago(50)) },
        Item { answer: "Donnez-lui rendez-vous jeudi à 9 h 15.\nMerci !".into(), ..item(5, Why::Answer, ago(20)) },
        Item { answer: LONGEST.repeat(3), claim: claim(3, LONGEST), ..item(6, Why::Answer, ago(1)) },
    ]
}

/// An SMS whose network says no, taken by another; a mail to a very long address.
fn not_arrived() -> Vec<Failure> {
    let letter = |id, way, to: &str, said: &str| Letter {
        id: LetterId(id),
        way,
        to: to.into(),
        purpose: Purpose::Announcement,
        subscriber: Some(SubscriberId(1)),
        body: Body::Announcement {
            subscriber_name: "Cabinet Martin".into(),
            items: vec![letter::Item { number: MessageNumber(412), urgent: true, content: String::new() }],
        },
        written: ago(90),
        due: ago(80),
        expires: None,
        state: letter::State::Failed,
        since: ago(12),
        attempts: vec![Attempt { at: ago(12), said: said.into() }],
        tries: 1,
        message_id: "a".into(),
        receipt: None,
    };
    let claim = Some(Claim { at: ago(3), person: PersonId(3), name: "Basile".into() });
    let one = |subscriber, letter, claim| Failure { subscriber, letter, claim };
    let long = format!("{LONGEST}@example.org");
    let said = "550 5.1.1 <b>Mailbox unavailable</b>";
    vec![
        one(data::martin(), letter(7, Way::Sms, "+33639981010", "numéro inconnu"), claim),
        one(data::martin(), letter(6, Way::Mail, &long, said), None),
        one(
            data::martin(),
            Letter { purpose: Purpose::Reminder, ..letter(5, Way::Sms, "+33639981010", "numéro inconnu") },
            None,
        ),
    ]
}

fn after(pages: &mut Pages) {
    let (empty, none) = nothing();
    let (messages, subscribers, persons) = (data::messages(1), data::subscribers(), data::persons());
    let href = "/standard/abonnes/1/messages/412";
    let taken = call::as_form(&messages[0]);
    let page = CorrectionPage {
        href,
        message: &messages[0],
        clients_called: "patient",
        until: ago(-2).local(Zone::PARIS),
        form: &taken,
        problems: &none,
    };
    let show = |page: &CorrectionPage<'_>| {
        secretary("Corriger le message n° 412", 65, 0).page(&after::correction(page)).into_string()
    };
    pages.push(("correction", show(&page)));
    let wrong =
        problems(&[("texte", "Ce message est vide : indiquez au moins un nom, un téléphone, un objet ou un texte.")]);
    pages.push(("correction-wrong", show(&CorrectionPage { form: &empty, problems: &wrong, ..page })));
    let page = TransferPage {
        href,
        message: &messages[0],
        abonnes: &subscribers[1..],
        secretaries: &persons[1..3],
        unique: "8418",
        form: &empty,
        problems: &none,
    };
    let show = |page: &TransferPage<'_>| {
        secretary("Transférer le message n° 412", 65, 0).page(&after::transfer(page)).into_string()
    };
    pages.push(("transfer", show(&page)));
    let wrong = problems(&[("vers", "Choisissez l’abonné à qui ce message est destiné.")]);
    pages.push(("transfer-wrong", show(&TransferPage { problems: &wrong, ..page.clone() })));
    pages.push(("transfer-nobody", show(&TransferPage { abonnes: &[], secretaries: &[], ..page })));
}

fn call(pages: &mut Pages) {
    let (empty, none) = nothing();
    let subscriber = data::martin();
    let recent = data::messages(6);
    let templates = models();
    let kept = diary::appointments();
    let wednesday = diary::column(day(2026, 11, 25), &kept, 9 * 60 + 20);
    let free_at = |date, hour, kind| FreeTime { date, start: Minute::at(hour, 15), minutes: 15, kind, start_utc: NOW };
    let free = [
        free_at(day(2026, 11, 24), 11, permanence::agenda::model::Kind::Consultation),
        free_at(day(2026, 11, 25), 9, permanence::agenda::model::Kind::Visit),
    ];
    let (full, bare, away, all) = (full_card(), Card::default(), away(), several_instructions());
    let page = switchboard::CallPage {
        papers: &[],
        subscriber: &subscriber,
        pending: 65,
        archived: 23,
        form: &empty,
        problems: &none,
        callers: &[],
        unique: "8414",
        recent: recent.iter().collect(),
        card: card_view(&full, None, &all),
        beside: Beside {
            base: "/standard/abonnes/1",
            clients_called: "patient",
            today: day(2026, 11, 24),
            day: wednesday,
            free: &free,
            contact: None,
        },
        templates: &templates,
        draft: None,
        drafts: Vec::new(),
        focus: "nom",
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
            beside: Beside {
                day: diary::idle(day(2026, 11, 24)),
                free: &[],
                contact: Some(ContactId(5)),
                ..page.beside.clone()
            },
            templates: &[],
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
    let papers = super::fax::documents();
    let refused =
        problems(&[("document", "« radio.pdf » n’est pas encore joint : choisissez-le de nouveau, puis « Joindre ».")]);
    let with_papers = switchboard::CallPage { papers: &papers, problems: &refused, ..page.clone() };
    pages.push(("call-documents", show(&with_papers)));
    pages.push(("call-wrong", show(&switchboard::CallPage { form: &typed, problems: &wrong, ..page.clone() })));
    let draft = switchboard::CallPage {
        draft: Some("10:02".into()),
        drafts: vec![("/standard/abonnes/1?brouillon=1".into(), "09:58 Dupont".into()), ("/x".into(), LONGEST.into())],
        focus: "texte",
        ..page.clone()
    };
    pages.push(("call-draft", show(&draft)));
    let mut frame = framed(66);
    frame.flash =
        Some(Flash { kind: FlashKind::Done, sentence: "Message n° 413 enregistré pour Cabinet Martin.", undo: None });
    pages.push(("call-taken", frame.page(&switchboard::call(&page)).into_string()));
}

fn side_by_side(pages: &mut Pages) {
    let (empty, none) = nothing();
    let (all, kept) = (data::subscribers(), diary::appointments());
    let wednesday = day(2026, 11, 25);
    let member = |place: usize, base, clock| Member {
        id: all[place].id,
        name: &all[place].name,
        base,
        clients_called: "patient",
        clock,
        in_front: place == 0,
    };
    let mut away = diary::idle(wednesday);
    away.absence = Some(LONGEST.into());
    let grid = TeamGrid {
        date: wednesday,
        members: vec![
            member(0, "/standard/abonnes/1", None),
            member(1, "/standard/abonnes/2", None),
            member(3, "/standard/abonnes/4", Some("heure locale (Indian/Reunion)")),
        ],
        days: vec![diary::column(wednesday, &kept, 560), diary::column(wednesday, &[], 560), away],
        hours: (480, 1140),
        now: Some(560),
        paper: false,
    };
    let form = Form::from_iter([("duree", "15"), ("type", "consultation"), ("du", "2026-11-25")]);
    let ticked = [SubscriberId(1), SubscriberId(2), SubscriberId(4)];
    let page = AgendasPage {
        date: wednesday,
        today: wednesday,
        query: "abonne=1&abonne=2&abonne=4",
        grid: Some(grid.clone()),
        all: &all,
        ticked: &ticked,
        problems: &none,
        presets: vec![Preset { names: format!("Cabinet Martin, {LONGEST}"), query: "abonne=1&abonne=5".into() }],
        whole: Some((4, "abonne=1&abonne=2&abonne=3&abonne=4".into())),
        finder: &form,
    };
    let framed = |title| Frame { scripts: &["live", "agenda-window", "agenda-keys"], ..secretary(title, 3, 0) };
    let show = |page: &AgendasPage<'_>| framed("Agendas").page(&agendas::page(page)).into_string();
    pages.push(("agendas", show(&page)));
    let nobody = AgendasPage { query: "", grid: None, ticked: &[], presets: Vec::new(), whole: None, ..page.clone() };
    pages.push(("agendas-none-chosen", show(&nobody)));
    pages.push(("agendas-nobody", show(&AgendasPage { all: &[], ..nobody })));
    let wrong = problems(&[("", "Cochez 8 abonnés au plus : les colonnes seraient illisibles au-delà.")]);
    pages.push(("agendas-too-many", show(&AgendasPage { problems: &wrong, ..page })));
    let paper = |grid: Option<&TeamGrid<'_>>| {
        sheet("Agendas", &["print"], &agendas::paper(grid, wednesday, NOW.local(Zone::PARIS))).into_string()
    };
    pages.push(("agendas-print", paper(Some(&TeamGrid { paper: true, ..grid }))));
    pages.push(("agendas-print-0", paper(None)));

    let found = |place: usize, hour, kind, local| Found {
        owner: &all[place],
        free: FreeTime { date: wednesday, start: Minute::at(hour, 15), minutes: 15, kind, start_utc: NOW },
        local,
    };
    use permanence::agenda::model::Kind::{Consultation, Visit};
    let times = vec![found(0, 9, Consultation, None), found(3, 10, Visit, Some("Indian/Reunion"))];
    let page = FreePage {
        form: &form,
        problems: &none,
        shown: &all[..4],
        query: "abonne=1&abonne=2",
        found: Some(times),
        minutes: 15,
    };
    let show = |page: &FreePage<'_>| framed("Premier créneau").page(&agendas::free(page)).into_string();
    pages.push(("first-free", show(&page)));
    pages.push(("first-free-0", show(&FreePage { found: Some(Vec::new()), ..page.clone() })));
    pages.push(("first-free-nobody", show(&FreePage { shown: &[], form: &empty, found: None, ..page.clone() })));
    let wrong = problems(&[("duree", "Indiquez la durée en minutes, par exemple 15.")]);
    pages.push(("first-free-wrong", show(&FreePage { problems: &wrong, found: None, ..page })));
}

fn models() -> Vec<Offered> {
    let model = |scope, id, name: &str, text: &str| Offered {
        scope,
        id,
        template: Template { name: name.into(), text: text.into() },
    };
    vec![
        model(1, 1, "Rappel", "Rappeler entre … et … au sujet de …"),
        model(1, 2, LONGEST, "<b>Texte</b> \"entre guillemets\"\nsur deux lignes."),
        model(0, 1, "Colis", "Un colis est arrivé pour …"),
    ]
}

fn templates_pages(pages: &mut Pages) {
    let (empty, none) = nothing();
    let models = models();
    let page = TemplatesPage {
        base: "/standard/modeles",
        abonne: None,
        templates: &models[2..],
        unique: "8419",
        form: &empty,
        problems: &none,
    };
    let show = |frame: Frame<'_>, page: &TemplatesPage<'_>| frame.page(&templates::page(page)).into_string();
    let house = || Frame { live: None, ..desk_frame("Modèles de texte") };
    pages.push(("templates", show(house(), &page)));
    pages.push(("templates-0", show(house(), &TemplatesPage { templates: &[], ..page.clone() })));
    let typed = Form::from_iter([("numero", "2"), ("nom", ""), ("texte", LONGEST)]);
    let wrong = problems(&[("nom", "Donnez un nom court à ce modèle : c’est lui qu’on choisit.")]);
    let own = TemplatesPage {
        base: "/standard/abonnes/1/modeles",
        abonne: Some("Cabinet Martin"),
        templates: &models[..2],
        form: &typed,
        problems: &wrong,
        ..page
    };
    pages.push(("templates-wrong", show(secretary("Modèles de texte", 65, 9), &own)));
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
    let show = |form: &Form, problems: &Problems| {
        let page = TelephonePage { site: "https://agenda.example.fr", lines: &lines, form, problems };
        let frame = Frame { live: None, scripts: &[], sheets: ringing::SHEETS, ..desk_frame("Relier le téléphone") };
        frame.page(&popup::telephone(&page)).into_string()
    };
    let (empty, none) = nothing();
    pages.push(("telephone", show(&empty, &none)));
    let typed = Form::from_iter([("poste", LONGEST)]);
    pages.push(("telephone-wrong", show(&typed, &problems(&[("poste", "Un poste compte 20 caractères au plus.")]))));
}

/// Ringing for all, at her own telephone, taken by her and by others, with the longest words.
fn rings(pages: &mut Pages) {
    let post = |person: u64, name: &str| Some(Post { person: Some(PersonId(person)), name: name.into() });
    let line = |number: u64, from: &str, names: &[&str], callers: &[&str], rings_at, taken| Ringing {
        call: Call {
            number,
            key: format!("{number}"),
            subscribers: vec![SubscriberId(1)],
            line: Phone::read("01 40 50 60 70"),
            from: Phone::read(from),
            since: NOW,
            until: NOW.plus_ms(60_000),
            rings_at,
            taken,
        },
        href: "/standard/abonnes/1?de=%2B33639981234".into(),
        names: names.iter().map(|name| (*name).into()).collect(),
        callers: callers.iter().map(|name| (*name).into()).collect(),
    };
    let lines = [
        line(1, "06 39 98 12 34", &["Cabinet Martin"], &["Mme DUPONT Marie"], None, None),
        line(2, "", &["Cabinet Martin", LONGEST], &[], post(2, "Aline"), None),
        line(3, "+44 1248 712345", &["Cabinet Martin"], &[LONGEST], post(7, "Basile"), None),
        line(4, "06 39 98 12 35", &["Cabinet Martin"], &[], None, post(2, "Aline")),
        line(5, "06 39 98 12 36", &[LONGEST], &[], None, post(7, LONGEST)),
    ];
    let show = |lines: &[Ringing], beside| {
        let page = RingingPage { lines, person: PersonId(2), zone: Zone::PARIS, version: "0-0~0", beside };
        let content = html! { (rings::block(&page)) div.head { h1 { "Le standard" } } };
        let frame = Frame { scripts: &["console", "ringing"], sheets: ringing::SHEETS, ..desk_frame("Le standard") };
        frame.page(&content).into_string()
    };
    pages.push(("ringing", show(&lines, false)));
    pages.push(("ringing-beside", show(&lines[..1], true)));
    pages.push(("ringing-0", show(&[], false)));
}
