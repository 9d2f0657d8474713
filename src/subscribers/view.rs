//! The frame around the screens of one abonné, the same for its clients, for its secretaries and for administrators.

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
    let instructions =
        || item("Consignes", Icon::Instructions, format!("{base}/consignes"), Rubric::Instructions, None);
    let of_calls = |of_messages, of_archives| {
        [
            item(of_messages, Icon::Information, format!("{base}/messages"), Rubric::Messages, Some(messages)),
            item(of_archives, Icon::Archive, format!("{base}/archives"), Rubric::Archives, None),
            item("Agenda", Icon::Calendar, format!("{base}/agenda"), Rubric::Agenda, None),
            item("Contacts", Icon::Contacts, format!("{base}/contacts"), Rubric::Contacts, None),
            instructions(),
            item("Exporter", Icon::Export, format!("{base}/export"), Rubric::Export, None),
        ]
    };
    let back = match desk.side() {
        Side::Subscriber => {
            nav.extend(of_calls("Vos messages", "Vos archives"));
            None
        }
        Side::Secretariat => {
            nav.push(item("Prendre un appel", Icon::Phone, base.clone(), Rubric::Call, None));
            nav.extend(of_calls("Messages", "Archives"));
            Some(("Le standard", "/standard".to_owned()))
        }
        // What an abonné received is not an administrator's to see.
        Side::Administration => {
            nav.push(item("Abonnés", Icon::Office, "/administration/abonnes".to_owned(), Rubric::None, None));
            nav.push(instructions());
            Some(("L’abonné", base.clone()))
        }
    };
    nav.push(NavItem { label: "Aide", icon: Icon::Help, href: "/aide".into(), current: false, count: None });
    let subscriber = desk.subscriber();
    let person = &desk.who().person;
    let about = [subscriber.trade.as_str(), subscriber.town.as_str()];
    Frame {
        house_name: &secretariat.name,
        title,
        title_count: if desk.side() == Side::Administration { 0 } else { messages },
        subscriber_name: Some(&subscriber.name),
        person: Some(Who { name: &person.name, role: person.role.label() }),
        nav,
        banner: back.map(|(back_label, back_href)| Banner {
            subscriber_name: &subscriber.name,
            about: about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
            back_label,
            back_href,
        }),
        look: desk.looks_only().then_some(subscriber.name.as_str()),
        choice: (desk.choices().len() > 1).then(|| SubscriberChoice {
            options: desk.choices().iter().map(|one| (one.id.to_string(), one.name.as_str())).collect(),
            current: subscriber.id.to_string(),
        }),
        ..Frame::default()
    }
}
