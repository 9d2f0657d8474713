//! The frame around the screens of one abonné, the same for its clients and for its secretaries.

use super::desk::{Desk, Side};
use crate::house::Secretariat;
use crate::ui::Icon;
use crate::ui::frame::{Banner, Frame, NavItem, SubscriberChoice, Who};

/// Which entry of the left column a screen belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rubric {
    Messages,
    Archives,
    Contacts,
    Agenda,
    Instructions,
    Export,
    /// The call form of the switchboard.
    Call,
    None,
}

/// The frame of a desk's screen.
pub fn frame<'a>(desk: &'a Desk, secretariat: &'a Secretariat, title: &'a str, current: Rubric) -> Frame<'a> {
    let base = desk.base();
    let messages = desk.waiting().messages;
    let item =
        |label, icon, href: String, rubric, count| NavItem { label, icon, href, current: current == rubric, count };
    let mut nav = Vec::new();
    let (of_messages, of_archives) = match desk.side() {
        Side::Subscriber => ("Vos messages", "Vos archives"),
        Side::Secretariat => {
            nav.push(item("Prendre un appel", Icon::Phone, base.clone(), Rubric::Call, None));
            ("Messages", "Archives")
        }
    };
    nav.push(item(of_messages, Icon::Information, format!("{base}/messages"), Rubric::Messages, Some(messages)));
    nav.push(item(of_archives, Icon::Archive, format!("{base}/archives"), Rubric::Archives, None));
    nav.push(item("Agenda", Icon::Calendar, format!("{base}/agenda"), Rubric::Agenda, None));
    nav.push(item("Contacts", Icon::Contacts, format!("{base}/contacts"), Rubric::Contacts, None));
    nav.push(item("Consignes", Icon::Instructions, format!("{base}/consignes"), Rubric::Instructions, None));
    nav.push(item("Exporter", Icon::Export, format!("{base}/export"), Rubric::Export, None));
    nav.push(NavItem { label: "Aide", icon: Icon::Help, href: "/aide".into(), current: false, count: None });
    let subscriber = desk.subscriber();
    let person = &desk.who().person;
    let about = [subscriber.trade.as_str(), subscriber.town.as_str()];
    Frame {
        house_name: &secretariat.name,
        title,
        title_count: messages,
        subscriber_name: Some(&subscriber.name),
        person: Some(Who { name: &person.name, role: person.role.label() }),
        nav,
        banner: (desk.side() == Side::Secretariat).then(|| Banner {
            subscriber_name: &subscriber.name,
            about: about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
            back_label: "Le standard",
            back_href: "/standard",
        }),
        look: desk.looks_only().then_some(subscriber.name.as_str()),
        choice: (desk.choices().len() > 1).then(|| SubscriberChoice {
            options: desk.choices().iter().map(|one| (one.id.to_string(), one.name.as_str())).collect(),
            current: subscriber.id.to_string(),
        }),
        ..Frame::default()
    }
}
