//! The outbox, its servers, what abonnés are told; and the forgotten password.

use super::data::{self, LONGEST, ago, day};
use super::pages::{Pages, administrator, client, nothing, problems};
use permanence::administration::outbox::view as outbox;
use permanence::administration::webhooks::view::{self as webhooks, MadePage, WebhooksPage};
use permanence::administration::wishes::view as wishes;
use permanence::base::{LetterId, MessageNumber, Phone, SubscriberId, Zone};
use permanence::error::Problems;
use permanence::http::Form;
use permanence::messages::told::view as told;
use permanence::notices::hooks::{Hook, Kind};
use permanence::notices::letter::{Attempt, Body, Item, Purpose, Receipt, Sender};
use permanence::notices::outbox::Figures;
use permanence::notices::settings::{Gateway, Mail, Protection, Sms};
use permanence::notices::wishes::{BySms, Consent, Rhythm, Wishes};
use permanence::notices::{Letter, State, Way};
use permanence::people::forgotten::view as forgotten;
use permanence::ui::Frame;

pub fn all(pages: &mut Pages) {
    letters(pages);
    servers(pages);
    abonne(pages);
    forgotten_password(pages);
    hooks(pages);
}

/// Webhooks: none, all states with the longest words, a form that comes back, a secret shown once.
fn hooks(pages: &mut Pages) {
    let abonnes = data::subscribers();
    let hook = |name: &str, address: &str, kinds: &[Kind]| Hook {
        name: name.into(),
        address: address.into(),
        subscribers: vec![SubscriberId(1), SubscriberId(2)],
        kinds: kinds.to_vec(),
        content: None,
        local: false,
        secret: Vec::new(),
        made: ago(5000),
        made_by: "Camille".into(),
        last_sent: Some(ago(3)),
        failing: None,
        stopped: None,
    };
    let plain = hook("Logiciel du cabinet", "https://logiciel.exemple.fr/permanence", &[Kind::MessageCreated]);
    let failing =
        Hook { failing: Some(ago(90)), last_sent: None, ..hook("Facturation", "http://192.168.1.20/p", &Kind::ALL) };
    let long = hook(LONGEST, &format!("https://exemple.fr/{}", "tres-long-".repeat(20)), &Kind::ALL);
    let stopped = Hook { stopped: Some(ago(10)), content: Some((ago(4000), LONGEST.into())), ..long };
    let all = [(1, plain), (2, failing), (3, stopped)];
    let mut show = |name, hooks: &[(u64, Hook)], form: &Form, problems: &Problems| {
        let page = WebhooksPage { hooks, abonnes: &abonnes, zone: Zone::PARIS, unique: "0", form, problems };
        pages.push((name, administrator("Webhooks", 4).page(&webhooks::webhooks(&page)).into_string()));
    };
    let (empty, none) = nothing();
    show("webhooks-0", &[], &empty, &none);
    show("webhooks", &all, &empty, &none);
    let typed =
        Form::from_iter([("nom", LONGEST), ("adresse", "http://exemple.fr"), ("abonne", "1"), ("avec-contenu", "1")]);
    let wrong = problems(&[
        ("nom", "Ce nom dépasse 60 caractères."),
        ("adresse", "Il faut « https » : « http » ne va que vers le réseau local, s’il est permis."),
        ("evenement", "Choisissez au moins un événement."),
    ]);
    show("webhooks-wrong", &[], &typed, &wrong);
    let made = MadePage { id: 1, name: LONGEST, secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=" };
    let frame = Frame { scripts: &["copy"], ..administrator("Secret du webhook", 4) };
    pages.push(("webhook-made", frame.page(&webhooks::made(&made)).into_string()));
}

fn letter(id: u64, way: Way, to: &str, state: State) -> Letter {
    let item = |number, urgent, content: &str| Item { number: MessageNumber(number), urgent, content: content.into() };
    Letter {
        id: LetterId(id),
        way,
        to: to.into(),
        purpose: Purpose::Announcement,
        subscriber: Some(SubscriberId(1)),
        body: Body::Announcement {
            subscriber_name: "Cabinet Martin".into(),
            items: vec![
                item(412, true, "Mme DUPONT Marie\n06 39 98 12 34\nToux depuis trois jours."),
                item(411, false, ""),
            ],
        },
        written: ago(12),
        due: ago(-4),
        expires: None,
        state,
        since: ago(11),
        attempts: vec![Attempt { at: ago(11), said: "450 4.7.1 Greylisted, try again later".into() }],
        tries: 1,
        message_id: "abc.1".into(),
        receipt: None,
    }
}

fn letters(pages: &mut Pages) {
    let longest =
        format!("{}@{}.example", LONGEST.to_lowercase().replace('ä', "a"), LONGEST.to_lowercase().replace('ä', "a"));
    let mut lost = letter(3, Way::Sms, "+33639981234", State::Sent);
    lost.receipt = Some(Receipt { at: ago(2), delivered: false, said: "status=UNDELIV".into() });
    let mut arrived = letter(2, Way::Sms, "+33639985678", State::Sent);
    arrived.receipt = Some(Receipt { at: ago(2), delivered: true, said: "status=DELIVRD".into() });
    let rows = [
        letter(6, Way::Mail, "cabinet@example.net", State::Waiting),
        letter(5, Way::Mail, &longest, State::Failed),
        letter(4, Way::Mail, "cabinet@example.net", State::GivenUp),
        lost.clone(),
        arrived,
        letter(1, Way::Mail, "cabinet@example.net", State::Cancelled),
    ];
    let figures = Figures { waiting: 1, sent: 2, failed: 1, given_up: 1, cancelled: 1, oldest_due: None };
    let page = outbox::OutboxPage {
        figures,
        state: None,
        query: "",
        rows: &rows,
        total: 1_312,
        page: 2,
        pages: 27,
        mail_is_set: true,
        sms_is_set: true,
        zone: Zone::PARIS,
    };
    let show = |page: &outbox::OutboxPage<'_>| administrator("Courrier", 9).page(&outbox::outbox(page)).into_string();
    pages.push(("outbox", show(&page)));
    let none = outbox::OutboxPage {
        figures: Figures::default(),
        rows: &[],
        total: 0,
        page: 1,
        pages: 1,
        mail_is_set: false,
        sms_is_set: false,
        ..page
    };
    pages.push(("outbox-0", show(&none)));
    pages
        .push(("outbox-failed-0", show(&outbox::OutboxPage { state: Some(State::Failed), mail_is_set: true, ..none })));
    pages.push(("outbox-search-0", show(&outbox::OutboxPage { query: "<i>rien</i>", mail_is_set: true, ..none })));
    let sender = Sender { name: "Accueil & Compagnie", site: "https://agenda.example.org", from: "a@example.org" };
    let mut one = |name, letter: &Letter| {
        let words = letter.words(sender);
        let page = outbox::LetterPage {
            letter,
            words: words.as_ref(),
            subscriber_name: Some("Cabinet Martin"),
            zone: Zone::PARIS,
        };
        pages.push((name, administrator("Courrier n° 6", 9).page(&outbox::letter(&page)).into_string()));
    };
    one("letter", &rows[0]);
    one("letter-sms-lost", &lost);
    one("letter-erased", &Letter { body: Body::Erased, to: longest, attempts: Vec::new(), ..rows[1].clone() });
}

fn servers(pages: &mut Pages) {
    let (_, none) = nothing();
    let mail = Mail {
        host: "smtp.example.org".into(),
        port: 587,
        protection: Protection::StartTls,
        login: "aline".into(),
        password: "jamais montré".into(),
        from: "secretariat@example.org".into(),
        from_name: "Accueil & Compagnie".into(),
        reply_to: String::new(),
        site: "https://agenda.example.org".into(),
    };
    let form = outbox::mail_form(&mail);
    let page = outbox::MailPage {
        is_set: true,
        fixed: false,
        has_password: true,
        own_email: "camille@example.net",
        form: &form,
        problems: &none,
    };
    let show =
        |page: &outbox::MailPage<'_>| administrator("Serveur de courrier", 9).page(&outbox::mail(page)).into_string();
    pages.push(("mail-server", show(&page)));
    pages.push(("mail-server-fixed", show(&outbox::MailPage { fixed: true, is_set: false, ..page })));
    let blank = outbox::blank_mail_form("Accueil & Compagnie", "http://localhost:8080");
    let first = outbox::MailPage { is_set: false, has_password: false, own_email: "", form: &blank, ..page };
    pages.push(("mail-server-first", show(&first)));
    let wrong = problems(&[
        ("serveur", "Indiquez le nom du serveur, par exemple « smtp.exemple.fr »."),
        ("protection", "Sans protection, le courrier passerait en clair sur le réseau."),
    ]);
    pages.push(("mail-server-wrong", show(&outbox::MailPage { problems: &wrong, ..first })));
    let wrong = problems(&[("email", "Cette adresse e-mail n’est pas complète.")]);
    pages.push(("mail-server-trial-wrong", show(&outbox::MailPage { problems: &wrong, ..page })));

    let sms = Sms::Http(Gateway {
        address: "https://api.example.org/sms".into(),
        headers: "X-Api-Key: jamais montrée".into(),
        body: "{\"to\":\"{numero}\",\"text\":\"{texte}\"}".into(),
        accepted: "OK".into(),
        delivered: "status=DELIVRD".into(),
        lost: "status=UNDELIV".into(),
    });
    let form = outbox::sms_form(Some(&sms));
    let page = outbox::SmsPage { is_set: true, has_headers: true, site: &mail.site, form: &form, problems: &none };
    let show = |page: &outbox::SmsPage<'_>| administrator("Passerelle SMS", 9).page(&outbox::sms(page)).into_string();
    pages.push(("sms-gateway", show(&page)));
    let blank = outbox::sms_form(None);
    let first = outbox::SmsPage { is_set: false, has_headers: false, site: "", form: &blank, ..page };
    pages.push(("sms-gateway-first", show(&first)));
    let wrong = problems(&[("passerelle", "Une adresse commence par https:// (ou http://) et n’a pas d’espace.")]);
    pages.push(("sms-gateway-wrong", show(&outbox::SmsPage { problems: &wrong, ..first })));
    let wrong = problems(&[("numero", "Indiquez un numéro complet, par exemple 06 12 34 56 78.")]);
    pages.push(("sms-gateway-trial-wrong", show(&outbox::SmsPage { problems: &wrong, ..page })));
}

fn abonne(pages: &mut Pages) {
    let (_, none) = nothing();
    let subscriber = data::subscriber(1, "Cabinet Martin", "Médecin généraliste", "Créteil", &["01 99 00 10 10"]);
    let full = Wishes {
        addresses: vec!["cabinet@example.net".into(), format!("{}@example.net", LONGEST.to_lowercase())],
        numbers: vec![Phone::read("06 39 98 12 34")],
        by_sms: BySms::Pressing,
        kinds: vec!["message".into(), "sms".into(), "visite".into()],
        rhythm: Rhythm::Grouped { minutes: 30 },
        from: 8 * 60,
        to: 19 * 60 + 30,
        days: [true, true, true, true, true, false, false],
        urgent_always: true,
        content: Some(Consent { asked_on: day(2026, 11, 3).into(), asked_by: "Dr Hélène Martin".into() }),
    };
    let show = |wishes: &Wishes, problems, sms_is_set| {
        let form = wishes::form_of(wishes);
        let page =
            wishes::WishesPage { subscriber: &subscriber, mail_is_set: sms_is_set, sms_is_set, form: &form, problems };
        administrator("Avis", 1).page(&wishes::wishes(&page)).into_string()
    };
    pages.push(("wishes", show(&full, &none, true)));
    pages.push(("wishes-0", show(&Wishes::default(), &none, false)));
    let wrong = problems(&[
        ("adresses", "« cabinet » n’est pas une adresse e-mail complète."),
        ("type", "Cochez au moins un type de message à annoncer."),
        ("jour", "Cochez au moins un jour."),
        ("minutes", "On regroupe de 1 à 240 minutes."),
        ("demande-par", "Indiquez qui l’a demandé par écrit."),
    ]);
    pages.push(("wishes-wrong", show(&full, &wrong, true)));
    let phone = Phone::read("01 99 00 40 40");
    let mut told_page = |name, wishes: &Wishes| {
        let page = told::ToldPage { wishes, house_name: "Accueil & Compagnie", house_phone: &phone };
        pages.push((name, client("Avis", 65, 9).page(&told::told(&page)).into_string()));
    };
    told_page("told", &full);
    told_page("told-0", &Wishes::default());
    told_page("told-digest", &Wishes { rhythm: Rhythm::Digest { minute: 450 }, content: None, from: 0, to: 0, ..full });
}

fn forgotten_password(pages: &mut Pages) {
    let (empty, none) = nothing();
    let page = forgotten::ForgottenPage { form: &empty, problems: &none, asked: false, wait_s: None };
    let show = |page: &forgotten::ForgottenPage<'_>| {
        Frame::new("Accueil & Compagnie", "Mot de passe oublié").page(&forgotten::forgotten(page)).into_string()
    };
    pages.push(("forgotten", show(&page)));
    pages.push(("forgotten-asked", show(&forgotten::ForgottenPage { asked: true, ..page })));
    pages.push(("forgotten-wait", show(&forgotten::ForgottenPage { wait_s: Some(1_800), ..page })));
    let typed = Form::from_iter([("identifiant", LONGEST), ("email", "<martin>")]);
    let wrong = problems(&[("email", "Cette adresse e-mail n’est pas complète.")]);
    pages.push(("forgotten-wrong", show(&forgotten::ForgottenPage { form: &typed, problems: &wrong, ..page })));
    let choice = |problems| {
        let content = forgotten::choice(&forgotten::ChoicePage { login: "martin", problems });
        Frame::new("Accueil & Compagnie", "Nouveau mot de passe").page(&content).into_string()
    };
    pages.push(("new-password", choice(&none)));
    let wrong = problems(&[("nouveau", "Ce mot de passe compte 5 caractères ; il en faut au moins 12.")]);
    pages.push(("new-password-wrong", choice(&wrong)));
}
