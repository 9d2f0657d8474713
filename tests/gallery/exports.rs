//! The three steps of an export in every state worth looking at.

use super::data::{self, LONGEST, day};
use super::pages::{Pages, client, nothing, problems, secretary};
use permanence::exports::Order;
use permanence::exports::model::{Asked, Field, Format, Scope, Type};
use permanence::exports::rows::Counts;
use permanence::exports::view::{self, ChoosePage, ListPage, WaitPage};
use permanence::http::Form;
use permanence::messages::model::Message;

fn order(messages: &[Message], asked: Asked) -> Order {
    let mut counts = Counts::default();
    messages.iter().for_each(|message| counts.add(Type::of(message.kind)));
    Order { subscriber: data::martin(), asked, counts, today: day(2026, 11, 24) }
}

fn everything() -> Asked {
    Asked {
        types: Type::ALL.to_vec(),
        scope: Scope::Period { from: day(2026, 11, 1), to: day(2026, 11, 24) },
        fields: Field::ALL.to_vec(),
    }
}

pub fn pages(pages: &mut Pages) {
    let (empty, none) = nothing();
    let choose = |page: &ChoosePage<'_>| {
        let mut frame = client("Exporter", 65, 9);
        frame.scripts = &["export-fields"];
        frame.page(&view::choose(page)).into_string()
    };
    let form = everything().query();
    let first = ChoosePage {
        base: "",
        form: &form,
        problems: &none,
        fields: &Field::ALL,
        moved: None,
        clients_called: "patient",
    };
    pages.push(("export", choose(&first)));
    let some = [Field::LastName, Field::Text, Field::Date, Field::State];
    let moved =
        ChoosePage { form: &form, fields: &some, moved: Some((Field::Text, true)), clients_called: LONGEST, ..first };
    pages.push(("export-moved", choose(&moved)));
    let wrong = problems(&[
        ("au", "Le dernier jour vient avant le premier : échangez les deux dates."),
        ("type", "Cochez au moins un type d’appels."),
        ("champ", "Cochez au moins un champ."),
    ]);
    let typed = Form::from_iter([("perimetre", "periode"), ("du", "2026-11-24"), ("au", "2026-11-01")]);
    pages.push(("export-wrong", choose(&ChoosePage { form: &typed, problems: &wrong, fields: &[], ..first })));
    pages.push(("export-bare", choose(&ChoosePage { form: &empty, fields: &[], ..first })));

    let messages = data::messages(12);
    let whole = order(&messages, everything());
    let query = whole.asked.query().encoded();
    let list = ListPage { base: "", order: &whole, query: &query, messages: &messages, page: 2, pages: 7 };
    let show = |page: &ListPage<'_>| client("Liste des appels", 65, 9).page(&view::list(page)).into_string();
    pages.push(("export-list", show(&list)));
    let difficult = data::difficult();
    let few = Asked {
        types: vec![Type::Messages],
        scope: Scope::Pending,
        fields: vec![Field::Text, Field::LastName, Field::Phone, Field::NewPatient],
    };
    let narrow = order(&difficult, few);
    let page = ListPage { order: &narrow, messages: &difficult, page: 1, pages: 1, ..list };
    let page = ListPage { base: "/standard/abonnes/1", ..page };
    pages.push(("export-list-secretary", secretary("Liste des appels", 65, 9).page(&view::list(&page)).into_string()));
    let nobody = order(&[], everything());
    pages.push(("export-list-0", show(&ListPage { order: &nobody, messages: &[], page: 1, pages: 1, ..list })));
    let wait = |format, ahead| {
        let page = WaitPage { base: "", query: &query, format, ahead };
        client("En attente", 65, 9).page(&view::wait(&page)).into_string()
    };
    pages.push(("export-wait", wait(Format::Excel, 0)));
    pages.push(("export-wait-behind", wait(Format::Word, 3)));
}
