//! Reminders: an abonné's settings, what a window and a card say of them, and the contact's own page.

use super::data::{LONGEST, ago};
use super::pages::{HOUSE, Pages, client, nothing, problems};
use permanence::agenda::reminding::view::{
    self, AgreementOf, InvitationPage, Said, Sample, SettingsPage, Standing, Told,
};
use permanence::base::{AppointmentId, ContactId, Phone, Zone};
use permanence::contacts::consent::{Consent, Consents};
use permanence::http::Form;
use permanence::reminders::text::{self, Values};
use permanence::ui::Frame;

pub fn all(pages: &mut Pages) {
    settings(pages);
    window_and_card(pages);
    invitation(pages);
}

fn values(name: &str, place: &str) -> Values {
    Values {
        name: name.into(),
        first_name: "Marie".into(),
        date: "mercredi 25 novembre 2026".into(),
        hour: "09:15".into(),
        place: place.into(),
        subscriber: "Cabinet Martin".into(),
        phone: "01 40 50 60 70".into(),
    }
}

fn settings(pages: &mut Pages) {
    let (_, none) = nothing();
    let form = Form::from_iter([
        ("par-email", "1"),
        ("confirmation", "1"),
        ("quand-1", "j1"),
        ("heure-1", "18:00"),
        ("texte-rappel", text::REMINDER),
        ("texte-confirmation", text::CONFIRMATION),
        ("annulation", "24"),
    ]);
    let first = values("Mme DUPONT Marie", "");
    let page = SettingsPage {
        base: "",
        clients_called: "patient",
        mail_is_set: false,
        sms_is_set: false,
        sample: Sample { values: &first, link: None },
        form: &form,
        problems: &none,
    };
    let show = |page: &SettingsPage<'_>| {
        let frame = Frame { scripts: &["reminders"], ..client("Rappels", 65, 2) };
        frame.page(&view::settings(page)).into_string()
    };
    pages.push(("reminders-first", show(&page)));
    let longest = values(LONGEST, LONGEST);
    let typed = Form::from_iter([
        ("actif", "1"),
        ("par-sms", "1"),
        ("quand-1", "h2"),
        ("quand-2", "j7"),
        ("heure-2", "25:00"),
        ("lieu", LONGEST),
        ("texte-rappel", "Le {date} à {heure} pour {motif} <b>"),
        ("texte-confirmation", "{nom} {prenom} {date} {heure} {lieu} {abonne} {telephone} {lien}"),
    ]);
    let wrong = problems(&[
        ("heure-2", "Indiquez l’heure de ce rappel, par exemple 18:00."),
        ("texte-rappel", "« {motif} » n’existe pas."),
    ]);
    let link = "https://agenda.example.org/rendez-vous/kZ3vQ0x7TnW5uYb2Lc8RdA";
    pages.push((
        "reminders-wrong",
        show(&SettingsPage {
            mail_is_set: true,
            sms_is_set: true,
            sample: Sample { values: &longest, link: Some(link) },
            form: &typed,
            problems: &wrong,
            ..page
        }),
    ));
}

fn window_and_card(pages: &mut Pages) {
    let said = |what: &str, to: &str, detail: &str| Said {
        when: "24/11/2026 18:00".into(),
        what: what.into(),
        to: to.into(),
        detail: detail.into(),
    };
    let told = Told {
        on: true,
        obstacle: None,
        confirmed: Some("24/11/2026 18:12".into()),
        revocable: true,
        said: vec![
            said("Rappel de rendez-vous par e-mail, envoyé", &format!("{LONGEST}@example.org"), ""),
            said("essai", "", "250 2.0.0 <b>Ok</b>"),
            said("non remis", "", "status=UNDELIV"),
        ],
    };
    let content = maud::html! {
        h1 { "DUPONT Marie" }
        (view::journey("", AppointmentId(3), &told))
        (view::hint("", &told))
        (view::hint("", &Told { on: false, ..Told::default() }))
        (view::hint("", &Told { on: true, obstacle: Some("Sans fiche contact, rien ne part."), ..Told::default() }))
    };
    pages.push(("reminders-window", client("Rendez-vous", 65, 2).page(&content).into_string()));
    let agreed = Consents { by_email: Some(Consent { at: ago(9), by: LONGEST.into() }), by_sms: None };
    let page = AgreementOf { base: "", contact: ContactId(5), zone: Zone::PARIS, agreed: &agreed };
    let content = maud::html! { h1 { "DUPONT Marie" } (view::agreement(&page)) };
    pages.push(("reminders-card", client("DUPONT Marie", 65, 3).page(&content).into_string()));
}

fn invitation(pages: &mut Pages) {
    let phone = Phone::read("01 40 50 60 70");
    let page = InvitationPage {
        token: "kZ3vQ0x7TnW5uYb2Lc8RdA",
        date: "mercredi 25 novembre 2026",
        hour: "09:15",
        place: "au 12, rue Colette à Créteil",
        phone: &phone,
        standing: Standing::Open { may_cancel: true },
        asks: false,
        stopped: false,
    };
    let show =
        |page: &InvitationPage<'_>| Frame::new(HOUSE, "Votre rendez-vous").page(&view::invitation(page)).into_string();
    pages.push(("invitation", show(&page)));
    pages.push(("invitation-question", show(&InvitationPage { asks: true, ..page })));
    let confirmed = Standing::Confirmed { may_cancel: false };
    pages.push(("invitation-confirmed", show(&InvitationPage { standing: confirmed, stopped: true, ..page })));
    let none = Phone::default();
    let cancelled = InvitationPage { standing: Standing::Cancelled, place: LONGEST, phone: &none, ..page };
    pages.push(("invitation-cancelled", show(&cancelled)));
    let gone = view::no_invitation("01 40 50 60 70");
    pages.push(("invitation-unknown", Frame::new(HOUSE, "Votre rendez-vous").page(&gone).into_string()));
}
