//! The screens of one's own account and of persons in administration.

use super::data::{self, LONGEST, NOW, ago};
use super::pages::{HOUSE, Pages, administrator, client, nothing, problems};
use permanence::administration::person::view as person;
use permanence::api::document;
use permanence::api::tokens::view::{self as tokens, AllPage, MadePage, TokensPage};
use permanence::base::time::DAY_MS;
use permanence::base::{PersonId, Zone};
use permanence::dav::screens::view as screens;
use permanence::http::Form;
use permanence::people::Person;
use permanence::people::account::view as account;
use permanence::people::factor::view as factor;
use permanence::people::feeds::Feed;
use permanence::people::links::view as links;
use permanence::people::links::{Link, Use};
use permanence::people::model::{Opening, Session};
use permanence::people::tokens::{Right, Token};
use permanence::people::view as people;
use permanence::ui::Frame;
use permanence::ui::frame::Advice;

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

fn session(agent: &str, from: &str, opened_by: Opening, minutes: i64) -> Session {
    Session {
        person: PersonId(4),
        started: NOW.plus_ms(-3 * DAY_MS),
        last_used: ago(minutes),
        remembered: opened_by == Opening::Password,
        subscriber: None,
        agent: agent.into(),
        from: from.into(),
        opened_by,
        confirmed: None,
    }
}

fn link(name: &str, last_use: Option<Use>) -> Link {
    Link { person: PersonId(4), name: name.into(), made: NOW.plus_ms(-40 * DAY_MS), last_use }
}

fn sessions() -> Vec<Session> {
    vec![
        session(FIREFOX, "192.168.1.20", Opening::Password, 0),
        session(IPHONE, "2a01:e0a:123:4560::1f", Opening::Link(7), 25),
        session("", "127.0.0.1", Opening::Bookmark, 600),
    ]
}

pub fn push(pages: &mut Pages) {
    own(pages);
    access_tokens(pages);
    subscriptions(pages);
    links_and_bookmark(pages);
    second_factor(pages);
    administration(pages);
}

fn own(pages: &mut Pages) {
    let (empty, none) = nothing();
    let all = sessions();
    let links = [
        (7, link("Tablette du cabinet", Some(Use { at: ago(25), agent: IPHONE.into(), from: "10.0.0.7".into() }))),
        (8, link(LONGEST, None)),
    ];
    let part = links::LinksPart {
        links: &links,
        zone: Zone::PARIS,
        unique: "17",
        second_factor: true,
        form: &empty,
        problems: &none,
    };
    let row =
        |place: usize, link| account::SessionRow { id: place as u64, session: &all[place], link, own: place == 0 };
    let page = account::AccountPage {
        login: "martin",
        name: "Dr Martin",
        email: "",
        role: "client",
        sessions: vec![row(0, None), row(1, Some("Tablette du cabinet")), row(2, None)],
        zone: Zone::PARIS,
        links: Some(part),
        factor: Some((NOW.plus_ms(-9 * DAY_MS), 8)),
        factor_required: false,
        form: &empty,
        problems: &none,
    };
    let in_frame = |page: &account::AccountPage<'_>| {
        let frame = Frame { scripts: &["password"], ..client("Mon compte", 65, 9) };
        frame.page(&account::account(page)).into_string()
    };
    pages.push(("account", in_frame(&page)));
    let bare = account::AccountPage {
        sessions: vec![row(0, None)],
        links: None,
        factor: None,
        factor_required: true,
        role: "secrétaire",
        ..page.clone()
    };
    pages.push(("account-bare", in_frame(&bare)));
    let wrong = problems(&[
        ("nouveau2", "Les deux saisies du mot de passe diffèrent."),
        ("nom-du-lien", "Donnez un nom à ce lien, par exemple celui de l’appareil où il servira."),
    ]);
    let part = links::LinksPart { links: &[], second_factor: false, problems: &wrong, ..part };
    pages.push(("account-wrong", in_frame(&account::AccountPage { problems: &wrong, links: Some(part), ..page })));

    let fields = [("nom-du-lien".to_owned(), "Tablette".to_owned())];
    let confirm = account::ConfirmPage {
        action: "/mon-compte/liens",
        fields: &fields,
        login: "martin",
        form: &empty,
        problems: &none,
    };
    let show = |page: &account::ConfirmPage<'_>| {
        let frame = Frame { scripts: &["password"], ..client("Confirmez votre mot de passe", 65, 9) };
        frame.page(&account::confirm(page)).into_string()
    };
    pages.push(("confirm", show(&confirm)));
    let wrong = problems(&[("confirmation", "Ce n’est pas votre mot de passe.")]);
    pages.push(("confirm-wrong", show(&account::ConfirmPage { problems: &wrong, ..confirm })));
}

fn subscriptions(pages: &mut Pages) {
    let (empty, none) = nothing();
    let subscribers = data::subscribers();
    let feed = |name: &str, busy, last_use| Feed {
        subscriber: subscribers[0].id,
        person: Some(PersonId(4)),
        made_by: "Dr Martin".into(),
        name: name.into(),
        busy,
        made: NOW.plus_ms(-40 * DAY_MS),
        last_use,
    };
    let used = Some(Use { at: ago(25), agent: IPHONE.into(), from: "10.0.0.7".into() });
    let all = [(7, feed("Téléphone du Dr Martin", false, used)), (8, feed(LONGEST, true, None))];
    let part = screens::FeedsPart {
        action: "/mon-compte/calendriers",
        feeds: &all,
        choices: &subscribers,
        zone: Zone::PARIS,
        unique: "00112233445566778899aabbccddeeff",
        form: &empty,
        problems: &none,
    };
    let device = |name: &str, rights: &[Right], last_use| Token {
        person: PersonId(4),
        name: name.into(),
        subscribers: vec![subscribers[0].id],
        rights: rights.to_vec(),
        made: NOW.plus_ms(-40 * DAY_MS),
        ends: None,
        last_use,
    };
    let both = [Right::ReadAgenda, Right::WriteAgenda, Right::ReadContacts, Right::WriteContacts];
    let used = Some(Use { at: ago(7), agent: IPHONE.into(), from: "2a01:e0a:123:4560::1f".into() });
    let passwords =
        [(3, device("iPhone du Dr Martin", &both, used)), (4, device(LONGEST, &[Right::ReadContacts], None))];
    let show = |feeds: screens::FeedsPart<'_>| {
        let passwords = if feeds.feeds.is_empty() { &[] } else { &passwords[..] };
        let page = screens::OwnPage { feeds, passwords, now: NOW };
        client("Agenda et contacts sur vos appareils", 65, 9).page(&screens::own(&page)).into_string()
    };
    pages.push(("feeds", show(part)));
    pages.push(("feeds-none", show(screens::FeedsPart { feeds: &[], choices: &subscribers[..1], ..part })));
    let wrong = problems(&[
        ("nom-du-calendrier", "Donnez un nom, par exemple celui de l’appareil."),
        ("abonne", "Choisissez un abonné."),
        ("nom-de-l-appareil", "Donnez un nom, par exemple celui de l’appareil."),
        ("appareil-abonne", "Choisissez au moins un abonné."),
        ("avec-agenda", "Choisissez l’agenda, les contacts, ou les deux."),
    ]);
    pages.push(("feeds-wrong", show(screens::FeedsPart { problems: &wrong, ..part })));
    let at_desk = screens::of_subscriber(&part);
    pages.push(("feeds-desk", client("Abonnements de calendrier", 65, 9).page(&at_desk).into_string()));
    for (name, encrypted) in [("device-password", true), ("device-password-clear", false)] {
        let made = screens::PasswordPage {
            name: LONGEST,
            login: "martin",
            password: "abcd-efgh-ijkl-mnop-qrst-uvwx-yz",
            host: "tilleuls.example.org",
            address: "https://tilleuls.example.org/dav/",
            encrypted,
        };
        let frame = Frame { scripts: &["copy"], ..client("Votre mot de passe d’application", 65, 9) };
        pages.push((name, frame.page(&screens::password_made(&made)).into_string()));
    }
    let made = screens::MadePage {
        name: LONGEST,
        busy: true,
        address: "https://tilleuls.example.org/calendrier/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics",
        webcal: "webcal://tilleuls.example.org/calendrier/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics",
        back: "/mon-compte/calendriers",
    };
    let frame = Frame { scripts: &["copy"], ..client("Votre abonnement", 65, 9) };
    pages.push(("feed-made", frame.page(&screens::made(&made)).into_string()));
}

fn links_and_bookmark(pages: &mut Pages) {
    let address = "https://tilleuls.example.org/acces/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let made = links::MadePage { name: "Tablette du cabinet", address };
    let frame = Frame { scripts: &["copy"], ..client("Votre lien personnel", 65, 9) };
    pages.push(("link-made", frame.page(&links::made(&made)).into_string()));
    let show = |wait| Frame::new(HOUSE, "Lien inconnu").page(&links::unknown(wait)).into_string();
    pages.push(("link-unknown", show(None)));
    pages.push(("link-wait", show(Some(16))));
    let page = links::BookmarkPage { open_for_all: true, open: true, unique: "18" };
    let show =
        |page: &links::BookmarkPage<'_>| client("Votre favori", 65, 9).page(&links::bookmark(page)).into_string();
    pages.push(("bookmark", show(&page)));
    pages.push(("bookmark-closed", show(&links::BookmarkPage { open_for_all: false, ..page })));
    let advice: Advice<'_> = permanence::people::links::ADVICE;
    let frame = Frame { advice: Some(advice), ..client("Vos messages", 0, 0) };
    pages.push(("advice", frame.page(&maud::html! { h1 { "Vos messages" } }).into_string()));
}

fn second_factor(pages: &mut Pages) {
    let (empty, none) = nothing();
    let code =
        |page: &people::CodePage<'_>| Frame::new(HOUSE, "Code de connexion").page(&people::code(page)).into_string();
    let asked = people::CodePage::default();
    pages.push(("code", code(&asked)));
    let resume = Some(people::Resume { to: "/standard/abonnes/3/messages", body: "texte=Bonjour" });
    pages.push(("code-wrong", code(&people::CodePage { wrong: true, back: "/archives", resume, ..asked })));
    pages.push(("code-wait", code(&people::CodePage { wait_s: Some(300), ..asked })));
    let fields = [("texte".to_owned(), "Rappeler\n« demain »".to_owned())];
    let first = people::EnrolFirstPage { action: "/standard/abonnes/3/messages", fields: &fields };
    pages.push((
        "enrol-first",
        Frame::new(HOUSE, "Second facteur demandé").page(&people::enrol_first(&first)).into_string(),
    ));

    let show = |page: &factor::EnrolPage<'_>| client("Second facteur", 65, 9).page(&factor::enrol(page)).into_string();
    let page = factor::EnrolPage { key: None, required: true, form: &empty, problems: &none };
    pages.push(("factor-start", show(&page)));
    let uri = "otpauth://totp/Tilleuls:martin?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tilleuls&algorithm=SHA1&digits=6&period=30";
    let key = Some((uri, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"));
    let wrong = problems(&[("code", "Un code se compose de six chiffres.")]);
    pages.push(("factor-key", show(&factor::EnrolPage { key, problems: &wrong, required: false, ..page })));
    let on = factor::OnPage { since: ago(90), zone: Zone::PARIS, recovery_left: 1, required: false };
    let show = |page: &factor::OnPage| client("Second facteur", 65, 9).page(&factor::on(page)).into_string();
    pages.push(("factor-on", show(&on)));
    pages.push(("factor-required", show(&factor::OnPage { recovery_left: 10, required: true, ..on })));
    let codes: Vec<String> = (0..10).map(|number| format!("abcd{number}-wxyz{number}")).collect();
    let page = factor::RecoveryPage { house_name: HOUSE, login: "martin", codes: &codes, first: true };
    let frame = Frame { scripts: &["print", "copy"], ..client("Codes de secours", 65, 9) };
    pages.push(("recovery-codes", frame.page(&factor::recovery(&page)).into_string()));
}

fn administration(pages: &mut Pages) {
    let none = nothing().1;
    let persons = data::persons();
    let subscribers = data::subscribers();
    let all = sessions();
    let form = person::person_form(&persons[3]);
    let page = person::PersonPage {
        person: &persons[3],
        own: false,
        subscribers: subscribers.iter().collect(),
        sessions: all.iter().collect(),
        links: 2,
        factor_since: Some(ago(9000)),
        bookmarks: false,
        zone: Zone::PARIS,
        form: &form,
        problems: &none,
    };
    let show =
        |page: &person::PersonPage<'_>| administrator(&page.person.name, 2).page(&person::person(page)).into_string();
    pages.push(("person", show(&page)));
    let form = person::person_form(&persons[0]);
    let own = person::PersonPage {
        person: &persons[0],
        own: true,
        links: 0,
        factor_since: None,
        form: &form,
        ..page.clone()
    };
    pages.push(("person-own", show(&own)));
    let wrong = problems(&[("nom", "Indiquez le nom affiché à l’écran, par exemple « Aline » ou « Dr Martin ».")]);
    let typed = Form::from_iter([("role", "secretaire"), ("abonne", "1"), ("email", "x")]);
    let page = person::PersonPage {
        person: &persons[4],
        sessions: Vec::new(),
        links: 0,
        factor_since: None,
        bookmarks: true,
        form: &typed,
        problems: &wrong,
        ..page
    };
    pages.push(("person-wrong", show(&page)));
}

fn access_tokens(pages: &mut Pages) {
    let (empty, none) = nothing();
    let subscribers = data::subscribers();
    let token = |name: &str, rights: &[Right], ends, last_use| Token {
        person: PersonId(4),
        name: name.into(),
        subscribers: vec![subscribers[0].id],
        rights: rights.to_vec(),
        made: NOW.plus_ms(-40 * DAY_MS),
        ends,
        last_use,
    };
    let used = Some(Use { at: ago(25), agent: "curl".into(), from: "10.0.0.7".into() });
    let all = [
        (
            7,
            token(
                "Logiciel du cabinet",
                &[Right::ReadMessages, Right::ReadAgenda],
                Some(NOW.plus_ms(50 * DAY_MS)),
                used,
            ),
        ),
        (8, token(LONGEST, &Right::ALL, None, None)),
        (9, token("Ancien", &[Right::ReadCounters], Some(NOW.plus_ms(-DAY_MS)), None)),
    ];
    let (zone, unique) = (Zone::PARIS, "00112233445566778899aabbccddeeff");
    let page =
        TokensPage { tokens: &all, subscribers: &subscribers, zone, now: NOW, unique, form: &empty, problems: &none };
    let show = |page: &TokensPage<'_>| client("Jetons d’accès", 65, 9).page(&tokens::tokens(page)).into_string();
    pages.push(("tokens", show(&page)));
    pages.push(("tokens-none", show(&TokensPage { tokens: &[], subscribers: &subscribers[..1], ..page })));
    let persons = data::persons();
    let everybodys: Vec<(u64, Token, Person)> =
        all.iter().zip(&persons).map(|((id, token), person)| (*id, token.clone(), person.clone())).collect();
    let mut show_all = |name, tokens: &[(u64, Token, Person)]| {
        let page = AllPage { tokens, subscribers: &subscribers, zone, now: NOW };
        pages.push((
            name,
            administrator("Jetons d’accès", 2).page(&permanence::api::tokens::view::of_all(&page)).into_string(),
        ));
    };
    show_all("tokens-all", &everybodys);
    show_all("tokens-all-0", &[]);
    let wrong = problems(&[
        ("nom-du-jeton", "Donnez un nom à ce jeton, par exemple celui du logiciel qui s’en servira."),
        ("abonne", "Choisissez au moins un abonné."),
        ("droit", "Choisissez au moins un droit."),
    ]);
    pages.push(("tokens-wrong", show(&TokensPage { problems: &wrong, ..page })));
    let made = MadePage { name: LONGEST, token: "perm_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCde" };
    pages.push(("token-made", client("Votre jeton d’accès", 65, 9).page(&tokens::made(&made)).into_string()));
    let frame = Frame::new(HOUSE, "L’interface pour d’autres logiciels");
    pages.push(("interface", frame.page(&document::readable()).into_string()));
}
