//! What the addresses of kits do.

use super::model::{Format, Kit};
use super::store;
use super::view::{self, ConsolePage, KitPage};
use super::{gather, work};
use crate::base::fold;
use crate::error::Result;
use crate::house::{self, House};
use crate::http::answer::Body;
use crate::http::{Answer, Request};
use crate::journal::{Action, Entry};
use crate::people::Secretary;
use crate::subscribers::view::{Rubric, frame};
use crate::subscribers::{Desk, Side, store as subscribers};
use crate::ui::frame::Who;
use crate::ui::{Frame, Icon};

/// `GET /kit`: what it is, and its two files.
pub fn page(house: &House, _: &Request, desk: &Desk) -> Result<Answer> {
    let (wish, secretariat) = house.store.read(|tx| Ok((store::wish(tx, desk.id())?, house::secretariat(tx)?)))?;
    let base = desk.base();
    let content = view::kit(&KitPage {
        base: &base,
        of_client: desk.side() == Side::Subscriber,
        subscriber_name: &desk.subscriber().name,
        wish: wish.as_ref(),
    });
    Ok(Answer::page(200, frame(desk, &secretariat, "Kit de secours", Rubric::None).page(&content).into_string()))
}

/// `GET /kit/kit.html`.
pub fn html(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    download(house, request, desk, Format::Html)
}

/// `GET /kit/kit.pdf`.
pub fn pdf(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    download(house, request, desk, Format::Pdf)
}

fn download(house: &House, request: &Request, desk: &Desk, format: Format) -> Result<Answer> {
    let kit = house.store.read(|tx| gather::of_subscriber(tx, desk.subscriber(), request.now))?;
    house.journal.note(desk.entry(request.now, Action::KitTaken).from(request.client));
    Ok(answer(&kit, format))
}

/// A kit to keep. It goes as a download only: its style is its own, and a page of ours would refuse that.
fn answer(kit: &Kit, format: Format) -> Answer {
    let name = format!("kit-{}-{}.{}", fold::words(&kit.title).join("-"), kit.made.date(), format.extension());
    let mut answer = Answer::download(format.media_type(), &name);
    answer.body = Body::Bytes(work::file(kit, format).into());
    answer
}

/// `GET /standard/kit`.
pub fn console(house: &House, _: &Request, secretary: &Secretary) -> Result<Answer> {
    let (of, secretariat) =
        house.store.read(|tx| Ok((subscribers::answered_by(tx, secretary.answers_for())?, house::secretariat(tx)?)))?;
    let content = view::console(&ConsolePage { subscribers: of.iter().filter(|one| one.active).count() as u64 });
    let person = &secretary.who().person;
    let item = |label, icon, href: &str| crate::ui::frame::NavItem {
        label,
        icon,
        href: href.into(),
        current: false,
        count: None,
    };
    let frame = Frame {
        person: Some(Who { name: &person.name, role: person.role.label() }),
        nav: vec![
            item("Le standard", Icon::Headset, "/standard"),
            item("Agendas", Icon::Calendar, "/standard/agendas"),
            item("Aide", Icon::Help, "/aide"),
        ],
        ..Frame::new(&secretariat.name, "Kit de secours du standard")
    };
    Ok(Answer::page(200, frame.page(&content).into_string()))
}

/// `GET /standard/kit.html`.
pub fn console_html(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    console_download(house, request, secretary, Format::Html)
}

/// `GET /standard/kit.pdf`.
pub fn console_pdf(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    console_download(house, request, secretary, Format::Pdf)
}

/// Of those she answers for, and nobody else.
fn console_download(house: &House, request: &Request, secretary: &Secretary, format: Format) -> Result<Answer> {
    let kit = house.store.read(|tx| {
        let of = subscribers::answered_by(tx, secretary.answers_for())?;
        gather::of_console(tx, house, &of, request.now)
    })?;
    let person = &secretary.who().person;
    let entry = Entry::new(request.now, Action::KitTaken).by(person.id, &person.login).object("standard");
    house.journal.note(entry.from(request.client));
    Ok(answer(&kit, format))
}
