//! Every screen in every state worth looking at, with a name.

use super::data::{self, LONGEST, NOW, ago, day};
use permanence::administration::encryption::Https;
use permanence::administration::view as administration;
use permanence::base::{PersonId, Phone, Zone};
use permanence::error::Problems;
use permanence::house::Work;
use permanence::http::Form;
use permanence::http::edge::tls::board::{Failure, Known, Source};
use permanence::http::edge::tls::x509::Facts;
use permanence::messages::model::{Kind, Message, State};
use permanence::messages::view::{
    self as messages, Around, Hit, List, ListPage, MessagePage, Owner, PrintPage, Row, SearchPage,
};
use permanence::people::view as people;
use permanence::ui::error::{self, ErrorPage, Typed};
use permanence::ui::frame::{Banner, Flash, FlashKind, Live, NavItem, SubscriberChoice, Undo, Who};
use permanence::ui::paper::Paper;
use permanence::ui::{Frame, Icon};

pub type Pages = Vec<(&'static str, String)>;

pub fn all() -> Pages {
    let mut pages = Vec::new();
    public(&mut pages);
    super::people::push(&mut pages);
    lists(&mut pages);
    one_message(&mut pages);
    searches(&mut pages);
    paper(&mut pages);
    super::switchboard::add(&mut pages);
    house(&mut pages);
    super::administration::pages(&mut pages);
    super::backups::pages(&mut pages);
    super::proofs::pages(&mut pages);
    super::continuity::pages(&mut pages);
    failures(&mut pages);
    super::contacts::all(&mut pages);
    super::agenda_rules::pages(&mut pages);
    super::diary::pages(&mut pages);
    super::exports::pages(&mut pages);
    super::notices::all(&mut pages);
    super::reminders::all(&mut pages);
    super::help::pages(&mut pages);
    super::fax::add(&mut pages);
    super::folders::pages(&mut pages);
    pages
}

pub fn nothing() -> (Form, Problems) {
    (Form::default(), Problems::default())
}

pub fn problems(list: &[(&'static str, &str)]) -> Problems {
    let mut problems = Problems::default();
    for (field, sentence) in list {
        problems.add(field, *sentence);
    }
    problems
}

pub const HOUSE: &str = "Secrétariat des Tilleuls";

fn public(pages: &mut Pages) {
    let frame = |title| Frame { scripts: &["password"], ..Frame::new(HOUSE, title) };
    let home = people::HomePage {
        house_name: HOUSE,
        phone: &Phone::read("01 40 50 60 00"),
        hours: "Du lundi au vendredi, de 8 h à 19 h\nLe samedi, de 9 h à 12 h",
        closed: &["le vendredi 25 décembre 2026".into(), format!("du lundi 4 au vendredi 8 janvier 2027 : {LONGEST}")],
    };
    pages.push(("home", Frame::new(HOUSE, HOUSE).page(&people::home(&home)).into_string()));
    let bare = people::HomePage { house_name: LONGEST, phone: &Phone::default(), hours: "", closed: &[] };
    pages.push(("home-bare", Frame::new(LONGEST, LONGEST).page(&people::home(&bare)).into_string()));

    let (empty, none) = nothing();
    let sign_in = people::SignInPage {
        form: &empty,
        problem: None,
        wait_s: None,
        notice: None,
        back: "",
        resume: None,
        forgotten_href: None,
    };
    let show = |page: &people::SignInPage<'_>| frame("Connexion").page(&people::sign_in(page)).into_string();
    pages.push(("sign-in", show(&sign_in)));
    let typed = Form::from_iter([("identifiant", "martin"), ("memoriser", "1")]);
    let refused = people::SignInPage {
        form: &typed,
        problem: Some("Identifiant ou mot de passe incorrect."),
        forgotten_href: Some("/mot-de-passe-oublie"),
        ..sign_in.clone()
    };
    pages.push(("sign-in-refused", show(&refused)));
    pages.push(("sign-in-wait", show(&people::SignInPage { form: &typed, wait_s: Some(12), ..sign_in.clone() })));
    let interrupted = people::SignInPage {
        notice: Some("Votre session est terminée : reconnectez-vous."),
        back: "/standard/abonnes/3",
        resume: Some(people::Resume { to: "/standard/abonnes/3/messages", body: "texte=Bonjour%20%22a%22&unique=7" }),
        ..sign_in
    };
    pages.push(("sign-in-interrupted", show(&interrupted)));
    let fields = [("texte".to_owned(), "Rappeler\n« demain »".to_owned()), ("unique".to_owned(), "7".to_owned())];
    let resume = people::ResumePage { action: "/standard/abonnes/3/messages", fields: &fields };
    pages.push(("resume", frame("Reprendre").page(&people::resume(&resume)).into_string()));

    let set_up = people::SetUpPage { token: "jeton", form: &empty, problems: &none };
    pages.push(("set-up", frame("Installation").page(&people::set_up(&set_up)).into_string()));
    let wrong = problems(&[
        (
            "identifiant",
            "Un identifiant se compose de lettres, de chiffres, de points et de tirets, sans espace (64 au plus).",
        ),
        ("pass", "Ce mot de passe est trop court : 12 caractères au moins."),
    ]);
    let typed = Form::from_iter([("identifiant", "Anne Marie"), ("nom", "Anne-Marie")]);
    let set_up = people::SetUpPage { token: "jeton", form: &typed, problems: &wrong };
    pages.push(("set-up-wrong", frame("Installation").page(&people::set_up(&set_up)).into_string()));
    pages.push(("set-up-used", frame("Installation").page(&people::set_up_used()).into_string()));
}

/// The frame of Dr Martin's screens; `current` is the place in the left column, 9 for none.
pub fn client(title: &str, count: u64, current: usize) -> Frame<'_> {
    let item = |place: usize, label, icon, href: &str, count| NavItem {
        label,
        icon,
        href: href.into(),
        current: place == current,
        count,
    };
    Frame {
        house_name: HOUSE,
        title,
        title_count: count,
        subscriber_name: Some("Cabinet Martin"),
        person: Some(Who { name: "Dr Martin", role: "client" }),
        nav: vec![
            item(0, "Vos messages", Icon::Information, "/messages", Some(count)),
            item(1, "Vos archives", Icon::Archive, "/archives", None),
            item(2, "Contacts", Icon::Contacts, "/contacts", None),
            item(3, "Consignes", Icon::Instructions, "/consignes", None),
        ],
        live: Some(Live { state_href: "/messages/etat".into(), version: "71", urgent: 1 }),
        scripts: &["live", "ticks"],
        ..Frame::default()
    }
}

/// Aline at the Cabinet Martin's screens.
pub fn secretary(title: &str, count: u64, current: usize) -> Frame<'_> {
    let mut frame = client(title, count, current);
    frame.person = Some(Who { name: "Aline", role: "secrétaire" });
    for item in &mut frame.nav {
        item.href = format!("/standard/abonnes/1{}", item.href);
        item.label = match item.label {
            "Vos messages" => "Messages",
            "Vos archives" => "Archives",
            other => other,
        };
    }
    frame.banner = Some(Banner {
        subscriber_name: "Cabinet Martin",
        about: "Médecin généraliste, Créteil".into(),
        back_label: "Le standard",
        back_href: "/standard".into(),
    });
    frame
}

pub const CLIENT: Around<'_> = Around { base: "", zone: Zone::PARIS, clients_called: "patient", words: &[] };

/// Rows with all the links they may have.
fn rows<'m>(messages: &'m [Message]) -> Vec<Row<'m>> {
    let row = |message: &'m Message| Row {
        new: matches!(message, Message { state: State::Pending, read: None, .. }),
        erased_on: match message.state {
            State::Pending => None,
            State::Archived { at } => Some(at.plus_ms(60 * 24 * 3_600_000).local(Zone::PARIS).date()),
        },
        contact_href: (message.kind == Kind::Appointment).then(|| "/contacts/5".into()),
        map_href: (!message.caller.address.is_empty())
            .then(|| "https://www.openstreetmap.org/search?query=12%20bis%20rue%20des%20Trois-Fr%C3%A8res".into()),
        papers: if message.fax.is_some() { &data::PAPERS } else { &[] },
        ..Row::plain(message)
    };
    messages.iter().map(row).collect()
}

fn list(list: List, rows: Vec<Row<'_>>, total: u64) -> ListPage<'_> {
    ListPage {
        base: "",
        around: CLIENT,
        list,
        owner: Owner::You,
        total,
        rows,
        page: 1,
        pages: total.div_ceil(50).max(1),
        can_archive: true,
        can_restore: true,
        all_ticked: false,
        problem: None,
        retention_days: 60,
        export_href: None,
    }
}

fn lists(pages: &mut Pages) {
    let pending =
        |total, page: &ListPage<'_>| client("Vos messages", total, 0).page(&messages::list(page)).into_string();
    let full = data::messages(50);
    let page = ListPage { export_href: Some("/export"), ..list(List::Pending, rows(&full), 65) };
    pages.push(("messages-65", pending(65, &page)));
    pages.push(("messages-0", pending(0, &list(List::Pending, Vec::new(), 0))));
    pages.push(("messages-1", pending(1, &list(List::Pending, rows(&full[1..2]), 1))));
    let difficult = data::difficult();
    let page = ListPage {
        page: 7,
        pages: 25,
        all_ticked: true,
        problem: Some("Cochez au moins un message, puis archivez."),
        ..list(List::Pending, rows(&difficult), 1248)
    };
    let mut frame = client("Vos messages", 1248, 0);
    frame.house_name = LONGEST;
    frame.person = Some(Who { name: LONGEST, role: "client" });
    frame.choice = Some(SubscriberChoice {
        options: vec![("1".into(), "Cabinet Martin"), ("2".into(), LONGEST)],
        current: "2".into(),
    });
    pages.push(("messages-difficult", frame.page(&messages::list(&page)).into_string()));

    let mut frame = client("Vos messages", 62, 0);
    frame.flash = Some(Flash {
        kind: FlashKind::Done,
        sentence: "3 messages archivés.",
        undo: Some(Undo {
            action: "/messages/remise-en-attente".into(),
            fields: [412, 411, 410].map(|number| ("message".into(), number.to_string())).to_vec(),
        }),
    });
    pages.push((
        "messages-archived-some",
        frame.page(&messages::list(&list(List::Pending, rows(&full[3..9]), 6))).into_string(),
    ));

    let around = Around { base: "/standard/abonnes/1", ..CLIENT };
    let page = ListPage {
        base: "/standard/abonnes/1",
        around,
        owner: Owner::Named("Cabinet Martin"),
        can_archive: false,
        can_restore: false,
        ..list(List::Pending, rows(&full[..6]), 65)
    };
    pages.push(("messages-secretary", secretary("Messages", 65, 0).page(&messages::list(&page)).into_string()));
    let page = ListPage { owner: Owner::Named("Cabinet Martin"), ..list(List::Pending, Vec::new(), 0) };
    pages.push(("messages-secretary-0", secretary("Messages", 0, 0).page(&messages::list(&page)).into_string()));

    let kept = data::archived(23);
    let archives = |page: &ListPage<'_>| client("Vos archives", 65, 1).page(&messages::list(page)).into_string();
    pages.push(("archives-23", archives(&list(List::Archived, rows(&kept), 23))));
    pages.push(("archives-0", archives(&list(List::Archived, Vec::new(), 0))));
}

fn one_message(pages: &mut Pages) {
    let (empty, none) = nothing();
    let all = data::messages(8);
    let history = data::history();
    let shown = super::switchboard::several_instructions()[..2].to_vec();
    let page = MessagePage {
        base: "",
        around: CLIENT,
        row: rows(&all[..1]).remove(0),
        history: &history,
        tied: true,
        candidates: &[],
        shown: &shown,
        work: messages::Work::default(),
        can_archive: true,
        can_restore: true,
        can_answer: true,
        can_handle_answers: false,
        unique: "8413",
        form: &empty,
        problems: &none,
    };
    let show = |frame: Frame<'_>, page: &MessagePage<'_>| frame.page(&messages::message(page)).into_string();
    pages.push(("message", show(client("Message n° 412", 65, 0), &page)));
    pages.push((
        "message-fresh",
        show(
            client("Message n° 411", 65, 0),
            &MessagePage { row: rows(&all[1..2]).remove(0), history: &history[..1], shown: &[], ..page.clone() },
        ),
    ));
    let typed = Form::from_iter([("reponse", "  ")]);
    let wrong =
        problems(&[("reponse", "Cette réponse est vide : écrivez ce que le secrétariat doit savoir ou faire.")]);
    pages.push((
        "message-wrong",
        show(client("Message n° 412", 65, 0), &MessagePage { form: &typed, problems: &wrong, ..page.clone() }),
    ));
    let difficult = data::difficult();
    let mut archived = difficult[0].clone();
    archived.state = State::Archived { at: ago(60) };
    let rows_of_one = [archived];
    pages.push((
        "message-difficult",
        show(client("Message n° 123456", 65, 1), &MessagePage { row: rows(&rows_of_one).remove(0), ..page.clone() }),
    ));
    let paper = Paper { owner: "Cabinet Martin", what: "Message n° 412", printed: NOW.local(Zone::PARIS) };
    pages.push(("print-message", paper.sheet(&messages::message_on_paper(&page)).into_string()));
    let difficult = MessagePage { row: rows(&rows_of_one).remove(0), ..page.clone() };
    let paper = Paper { owner: LONGEST, ..paper };
    pages.push(("print-message-difficult", paper.sheet(&messages::message_on_paper(&difficult)).into_string()));
    let desk = MessagePage {
        base: "/standard/abonnes/1",
        around: Around { base: "/standard/abonnes/1", ..CLIENT },
        can_archive: false,
        can_restore: false,
        can_answer: false,
        can_handle_answers: true,
        work: messages::Work { correctable: true, transferable: true, promised: Some(ago(-300)) },
        ..page
    };
    pages.push(("message-secretary", show(secretary("Message n° 412", 65, 0), &desk)));
}

fn searches(pages: &mut Pages) {
    let mut found = data::messages(4);
    found[2].state = State::Archived { at: ago(600) };
    let words = ["lefevr".to_owned(), "rappel".to_owned()];
    let around = Around { words: &words, ..CLIENT };
    let hits = |named: Option<&'static str>| -> Vec<Hit<'_>> {
        rows(&found).into_iter().map(|row| Hit { around, row, subscriber_name: named }).collect()
    };
    let page = SearchPage {
        action: "/messages",
        query: "Lefèvr rappel & \"x\"",
        hits: hits(None),
        total: 104,
        cut: true,
        page: 2,
        pages: 3,
        back: ("Tous les messages", "/messages"),
    };
    pages.push(("search", client("Recherche", 65, 0).page(&messages::search(&page)).into_string()));
    let page = SearchPage { hits: Vec::new(), total: 0, page: 1, pages: 1, query: LONGEST, ..page };
    pages.push(("search-0", client("Recherche", 65, 0).page(&messages::search(&page)).into_string()));
    let page = SearchPage {
        action: "/standard/recherche",
        query: "rappel",
        hits: hits(Some("Cabinet Martin")),
        total: 4,
        cut: false,
        page: 1,
        pages: 1,
        back: ("Le standard", "/standard"),
    };
    pages.push(("search-switchboard", desk_frame("Recherche").page(&messages::search(&page)).into_string()));
}

fn paper(pages: &mut Pages) {
    let full = data::messages(50);
    let page = PrintPage {
        around: CLIENT,
        list: List::Pending,
        subscriber_name: "Cabinet Martin",
        rows: rows(&full),
        total: 65,
        page: 1,
        pages: 2,
        printed: NOW.local(Zone::PARIS),
    };
    let show = |page: &PrintPage<'_>| messages::print(page).into_string();
    pages.push(("print", show(&page)));
    let difficult = data::difficult();
    pages.push((
        "print-difficult",
        show(&PrintPage { rows: rows(&difficult), total: 4, pages: 1, list: List::Archived, ..page.clone() }),
    ));
    pages.push(("print-0", show(&PrintPage { rows: Vec::new(), total: 0, pages: 1, ..page })));
}

/// Aline at the switchboard itself.
pub(super) fn desk_frame(title: &str) -> Frame<'_> {
    Frame {
        house_name: HOUSE,
        title,
        person: Some(Who { name: "Aline", role: "secrétaire" }),
        nav: vec![NavItem {
            label: "Le standard",
            icon: Icon::Headset,
            href: "/standard".into(),
            current: true,
            count: Some(2),
        }],
        live: Some(Live { state_href: "/standard/etat".into(), version: "9", urgent: 0 }),
        scripts: &["live"],
        ..Frame::default()
    }
}

pub fn administrator(title: &str, current: usize) -> Frame<'_> {
    let item = |place: usize, label, icon, href: &str| NavItem {
        label,
        icon,
        href: href.into(),
        current: place == current,
        count: None,
    };
    Frame {
        house_name: HOUSE,
        title,
        person: Some(Who { name: "Dominique Petit", role: "administrateur" }),
        nav: vec![
            item(0, "La maison", Icon::Settings, "/administration"),
            item(1, "Abonnés", Icon::Office, "/administration/abonnes"),
            item(2, "Comptes", Icon::User, "/administration/personnes"),
            item(3, "Compteurs", Icon::Counters, "/administration/compteurs"),
            item(4, "Journal", Icon::Journal, "/administration/journal"),
        ],
        ..Frame::default()
    }
}

fn house(pages: &mut Pages) {
    let (empty, none) = nothing();
    let typed = Form::from_iter([
        ("nom", HOUSE),
        ("telephone", "01 40 50 60 00"),
        ("horaires", "Du lundi au vendredi, de 8 h à 19 h"),
    ]);
    let security = Form::from_iter([("favoris", "1"), ("facteur-administrateurs", "1")]);
    let works = [
        ("expiry".to_owned(), Work { done: Some(ago(425)), failed: None }),
        ("sessions".to_owned(), Work { done: Some(ago(90)), failed: Some((ago(30), "7f3a-91c2".into())) }),
        ("journal".to_owned(), Work { done: None, failed: Some((ago(425), "0c1d-77aa".into())) }),
    ];
    let backup = super::backups::runs().remove(0);
    let failure = Failure {
        at_s: ago(30).0 / 1000,
        sentence: "L’autorité n’a pas pu joindre agenda.exemple.fr par le port 80.".into(),
        advice: "Ouvrez le port 80 du pare-feu.".into(),
        again_s: Some(ago(-150).0 / 1000),
    };
    let certificate = Facts {
        names: vec!["agenda.exemple.fr".into()],
        issuer: "Let’s Encrypt, R11".into(),
        starts_s: ago(60 * 24 * 65).0 / 1000,
        ends_s: ago(-60 * 24 * 25).0 / 1000,
        ..Facts::default()
    };
    let known = Known {
        source: Source::Authority("agenda.exemple.fr".into()),
        certificate: Some(certificate.clone()),
        renewal_s: Some(ago(-150).0 / 1000),
        failure: Some(failure),
    };
    let found = permanence::fax::mailbox::State { succeeded: Some(ago(4)), ..Default::default() };
    let state = administration::StatePage {
        https: Https { known, encrypted: true, now: ago(0), zone: Zone::PARIS },
        security: &security,
        version: "0.1.0",
        up_s: 273_900,
        data_bytes: 12_400_000,
        papers_bytes: 412_300_000,
        mailbox: Some(&found),
        journal_bytes: 1_600_000,
        free_bytes: Some(187_000_000),
        last_expiry: Some((ago(425), 1)),
        kits_failed: false,
        last_backup: Some(&backup),
        works: &works,
        errors: vec![(ago(12), "7f3a-91c2"), (ago(425), "0c1d-77aa, travail « journal »")],
        subscribers: 6,
        persons: 5,
        pending: 1_317,
        archived: 23,
        sessions: 4,
        zone: Zone::PARIS,
        form: &typed,
        problems: &none,
    };
    pages.push((
        "administration",
        Frame { sheets: &["house"], ..administrator("La maison", 0) }
            .page(&administration::state(&state))
            .into_string(),
    ));
    let wrong = problems(&[("nom", "Indiquez le nom du secrétariat.")]);
    let ending = Facts { ends_s: ago(-60 * 24 * 5).0 / 1000, ..certificate };
    let known = Known { source: Source::Files, certificate: Some(ending), ..Known::default() };
    let state =
        administration::StatePage { https: Https { known, encrypted: true, now: ago(0), zone: Zone::PARIS }, ..state };
    pages.push((
        "administration-files",
        Frame { sheets: &["house"], ..administrator("La maison", 0) }
            .page(&administration::state(&state))
            .into_string(),
    ));
    let state = administration::StatePage {
        https: Https { known: Known::default(), encrypted: false, now: ago(0), zone: Zone::PARIS },
        last_expiry: None,
        kits_failed: false,
        last_backup: None,
        up_s: 45,
        free_bytes: None,
        works: &[],
        errors: Vec::new(),
        form: &empty,
        problems: &wrong,
        ..state
    };
    pages.push((
        "administration-wrong",
        Frame { sheets: &["house"], ..administrator("La maison", 0) }
            .page(&administration::state(&state))
            .into_string(),
    ));

    let subscribers = data::subscribers();
    let persons = data::persons();
    let of: [&[&str]; 5] = [&[], &[], &["Cabinet Martin", "Plomberie d’Artagnan"], &["Cabinet Martin"], &[]];
    let rows: Vec<_> = persons
        .iter()
        .zip(of)
        .map(|(person, of)| administration::PersonRow {
            person,
            of: of.to_vec(),
            second_factor: person.id == PersonId(1),
        })
        .collect();
    let page = administration::PersonsPage {
        rows,
        subscribers: subscribers.iter().collect(),
        form: &empty,
        problems: &none,
        own: PersonId(1),
    };
    let show = |page: &administration::PersonsPage<'_>| {
        administrator("Comptes", 2).page(&administration::persons(page)).into_string()
    };
    pages.push(("persons", show(&page)));
    let typed = Form::from_iter([
        ("identifiant", "aline"),
        ("nom", "Aline"),
        ("role", "secretaire"),
        ("abonne", "1"),
        ("abonne", "3"),
    ]);
    let wrong = problems(&[("identifiant", "Cet identifiant existe déjà.")]);
    pages.push(("persons-wrong", show(&administration::PersonsPage { form: &typed, problems: &wrong, ..page })));
    let slip = administration::SlipPage {
        house_name: HOUSE,
        house_phone: &Phone::read("0140506000"),
        address: "https://tilleuls.example.org/connexion",
        name: "Dr Martin",
        login: "martin",
        password: "rivage-tuile-cerf-89",
        new_person: true,
    };
    let frame = Frame { scripts: &["print"], ..administrator("Codes de connexion", 2) };
    pages.push(("slip", frame.page(&administration::slip(&slip)).into_string()));

    assert_eq!(NOW.local(Zone::PARIS).date(), day(2026, 11, 24));
}

fn failures(pages: &mut Pages) {
    let show = |page: &ErrorPage<'_>| Frame::new(HOUSE, page.sentence).page(&error::page(page)).into_string();
    let not_found = ErrorPage {
        status: 404,
        sentence: "Cette page n’existe pas.",
        happened: "Rien ne se trouve à cette adresse, ou ce qui s’y trouvait a été effacé, ou ce n’est pas pour vous.",
        to_do: "Vérifiez l’adresse, ou repartez de l’accueil.",
        way_out: Some(("Revenir à l’accueil", "/")),
        ..ErrorPage::default()
    };
    pages.push(("error-404", show(&not_found)));
    let internal = ErrorPage {
        status: 500,
        sentence: "Quelque chose s’est mal passé chez nous.",
        happened: "Votre demande n’a pas abouti ; rien n’a été enregistré à moitié.",
        to_do: "Réessayez dans un instant.",
        way_out: Some(("Revenir à l’accueil", "/")),
        reference: Some("7F3A-91C2"),
        ..ErrorPage::default()
    };
    pages.push(("error-500", show(&internal)));
    let fields = [
        ("type", "message"),
        ("nom", LONGEST),
        ("code-postal", "94000"),
        ("texte", "Première ligne\n<b>deuxième</b> « ligne »"),
        ("pass", "jamais montré"),
        ("unique", "8414"),
        ("email", ""),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let typed = Typed { action: "/standard/abonnes/1/messages", fields: &fields };
    let full = error::disk_full(Some(typed), ("Revenir à l’accueil", "/"));
    let html = show(&full);
    assert!(!html.contains("jamais montré"));
    pages.push(("error-disk-full", html));
}
