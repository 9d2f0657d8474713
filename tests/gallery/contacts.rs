//! The screens of contacts in every state worth looking at.

use super::data::{self, LONGEST, NOW, ago, day};
use super::pages::{Pages, client, nothing, problems, secretary};
use permanence::base::{ContactId, Phone, Zone};
use permanence::contacts::duplicates::{Likeness, Why};
use permanence::contacts::import::plan::{self, Doubles, Fate};
use permanence::contacts::merge::Merge;
use permanence::contacts::model::{Contact, Event, NewContact, PhoneLine, What};
use permanence::contacts::view::{
    self, CardPage, ChoosePage, ComparePage, FormPage, ListPage, PreviewPage, RemovePage, Section, UploadPage,
};
use permanence::http::Form;
use permanence::messages::view::{Concerning, MessagePage, Row, concerning, message};
use permanence::switchboard::view as switchboard;
use permanence::ui::paper::Paper;

pub fn contact(id: u64, civility: &str, last_name: &str, first_name: &str, phones: &[(&str, &str)]) -> Contact {
    let line = |(word, phone): &(&str, &str)| PhoneLine { word: (*word).into(), phone: Phone::read(phone) };
    let new = NewContact {
        civility: civility.into(),
        last_name: last_name.into(),
        first_name: first_name.into(),
        phones: phones.iter().map(line).collect(),
        ..NewContact::default()
    };
    new.into_contact(ContactId(id), 3)
}

fn marie() -> Contact {
    Contact {
        birth: Some(day(1962, 5, 13).into()),
        address: "12 bis, rue des Trois-Frères-Barthélemy".into(),
        postal_code: "94000".into(),
        town: "Créteil".into(),
        email: "marie.dupont@example.org".into(),
        notes: "Code de l’immeuble 45B2, 3e étage à gauche.\nPréfère l’après-midi.".into(),
        new_patient: true,
        ..contact(5, "Mme", "Dupont", "Marie", &[("portable", "06 39 98 12 34"), ("fille, le soir", "01 99 00 55 66")])
    }
}

fn twin() -> Contact {
    Contact {
        birth: Some(day(1962, 5, 13).into()),
        town: "Maisons-Alfort".into(),
        notes: "Tiers payant.".into(),
        ..contact(9, "Mme", "Dupond", "Marie", &[("", "06 39 98 12 34")])
    }
}

fn longest() -> Contact {
    Contact {
        address: format!("1234, rue {LONGEST}, escalier 14, 27e étage"),
        town: LONGEST.into(),
        email: format!("{}@{}.example.org", "adresse".repeat(8), "sous-domaine".repeat(4)),
        notes: format!("<b>{LONGEST}</b> {}", "Longue note qui dit tout puis le redit. ".repeat(20)),
        birth: Some(day(2026, 3, 1).into()),
        ..contact(
            123_456,
            "Monseigneur",
            LONGEST,
            "Anne-Sophie-Marie-Charlotte",
            &[("résidence secondaire, l’été seulement", "+44 1248 712345"), ("<script>", "poste 204")],
        )
    }
}

fn directory() -> Vec<Contact> {
    vec![
        contact(3, "M.", "d’Artagnan", "Charles", &[("", "01 99 00 11 22")]),
        marie(),
        longest(),
        contact(7, "", "محمد", "عبد الرحمن", &[("محمول", "+212 661 23 45 67")]),
        contact(8, "M.", "王", "小明", &[]),
    ]
}

fn list<'a>(rows: &'a [Contact], total: u64, query: &'a str) -> ListPage<'a> {
    ListPage {
        base: "",
        clients_called: "patient",
        query,
        query_encoded: if query.is_empty() { "" } else { "q=dup" },
        rows,
        total,
        page: 1,
        pages: total.div_ceil(50).max(1),
    }
}

pub fn all(pages: &mut Pages) {
    lists(pages);
    imports(pages);
    cards(pages);
    forms(pages);
    merges(pages);
    ties(pages);
}

fn lists(pages: &mut Pages) {
    let rows = directory();
    let show = |page: &ListPage<'_>| client("Contacts", 65, 2).page(&view::list(page)).into_string();
    pages.push(("contacts", show(&list(&rows, 2_000, ""))));
    pages.push(("contacts-0", show(&list(&[], 0, ""))));
    pages.push(("contacts-found", show(&list(&rows[1..2], 1, "dup"))));
    pages.push(("contacts-found-0", show(&list(&[], 0, &format!("<b>{LONGEST}")))));
    let desk = ListPage { base: "/standard/abonnes/1", ..list(&rows, 5, "") };
    pages.push(("contacts-export", client("Exporter", 65, 2).page(&view::export("", 2_000)).into_string()));
    pages.push(("contacts-secretary", secretary("Contacts", 65, 2).page(&view::list(&desk)).into_string()));
}

fn history() -> Vec<Event> {
    let event = |minutes, who: &str, what| Event { at: ago(minutes), who: who.into(), person: None, what };
    vec![
        event(90_000, "", What::Imported),
        event(300, "Aline", What::Changed),
        event(20, LONGEST, What::MergedFrom(ContactId(9))),
    ]
}

fn cards(pages: &mut Pages) {
    let (contact, other, history) = (marie(), longest(), history());
    let messages = data::messages(3);
    let section = |messages| {
        let content = concerning(&Concerning { base: "", zone: Zone::PARIS, contact: &contact, messages, total: 31 });
        Section { id: "messages-de-la-fiche", heading: "Messages", content }
    };
    let merges = [Merge { at: ago(20), before: marie(), revision: 3, merged: twin() }];
    let (some, none) = ([section(&messages)], [section(&[])]);
    let page = CardPage {
        base: "",
        zone: Zone::PARIS,
        clients_called: "patient",
        today: day(2026, 11, 24),
        contact: &contact,
        map_href: Some("https://www.openstreetmap.org/search?query=12%20bis"),
        history: &history,
        merges: &merges,
        below: &some,
    };
    let show = |page: &CardPage<'_>| client("Fiche", 65, 2).page(&view::card(page)).into_string();
    pages.push(("contact", show(&page)));
    let full = page.clone();
    let difficult = CardPage { contact: &other, merges: &[], ..page.clone() };
    pages.push(("contact-difficult", show(&difficult)));
    let bare = contact_bare();
    let bare = CardPage { contact: &bare, history: &history[..1], merges: &[], below: &none, map_href: None, ..page };
    pages.push(("contact-bare", show(&bare)));
    let paper = Paper { owner: "Cabinet Martin", what: "DUPONT Marie", printed: NOW.local(Zone::PARIS) };
    pages.push(("print-contact", paper.sheet(&view::card_on_paper(&full)).into_string()));
    let remove = view::remove(&RemovePage { base: "", contact: &contact });
    pages.push(("contact-remove", client("Supprimer", 65, 2).page(&remove).into_string()));
}

fn contact_bare() -> Contact {
    contact(4, "", "Neuf", "", &[])
}

fn forms(pages: &mut Pages) {
    let (empty, none) = nothing();
    let page = FormPage {
        base: "",
        clients_called: "patient",
        heading: "Nouvelle fiche",
        action: "/contacts",
        back: ("Tous les contacts", "/contacts"),
        form: &empty,
        problems: &none,
        notice: None,
        likenesses: &[],
        unique: "8415",
        except: None,
    };
    let show = |page: &FormPage<'_>| client("Nouvelle fiche", 65, 2).page(&view::form(page)).into_string();
    pages.push(("contact-new", show(&page)));
    let filled = permanence::contacts::form::filled(&marie());
    let likenesses =
        [Likeness { contact: twin(), why: Why::Phone }, Likeness { contact: longest(), why: Why::NameAndBirth }];
    pages.push(("contact-double", show(&FormPage { form: &filled, likenesses: &likenesses, ..page })));
    let typed = Form::from_iter([("civilite", "Lord"), ("nom", ""), ("naissance", "31/02/1962"), ("email", "sans")]);
    let wrong = problems(&[
        ("naissance", "Cette date n’existe pas ou n’est pas complète ; par exemple 13/05/1962."),
        ("email", "Cette adresse e-mail n’est pas complète : il y faut un « @ » et un nom de domaine."),
        ("nom", "Indiquez un nom ou un prénom : c’est sous lui que la fiche se retrouve."),
    ]);
    pages.push(("contact-wrong", show(&FormPage { form: &typed, problems: &wrong, ..page })));
    let changed = FormPage {
        heading: "Modifier la fiche de Mme DUPONT Marie",
        action: "/contacts/5/modification",
        back: ("La fiche", "/contacts/5"),
        form: &filled,
        notice: Some("Cette fiche a été modifiée entre-temps par quelqu’un d’autre."),
        except: Some(ContactId(5)),
        ..page
    };
    pages.push(("contact-changed-meanwhile", show(&changed)));
}

fn merges(pages: &mut Pages) {
    let (contact, twin, longest) = (marie(), twin(), longest());
    let likenesses = [Likeness { contact: twin.clone(), why: Why::Phone }];
    let found = [longest.clone()];
    let page = ChoosePage { base: "", contact: &contact, likenesses: &likenesses, query: "don", found: &found };
    let show = |page: &ChoosePage<'_>| client("Fusionner", 65, 2).page(&view::choose(page)).into_string();
    pages.push(("contact-merge-choose", show(&page)));
    pages.push(("contact-merge-choose-0", show(&ChoosePage { likenesses: &[], found: &[], ..page })));
    let (empty, _) = nothing();
    let compare = ComparePage { base: "", kept: &contact, gone: &twin, form: &empty, notice: None };
    let show = |page: &ComparePage<'_>| client("Fusionner", 65, 2).page(&view::compare(page)).into_string();
    pages.push(("contact-merge", show(&compare)));
    let chosen = Form::from_iter([("nom", "autre"), ("adresse", "autre")]);
    let notice = Some("L’une des deux fiches a été modifiée entre-temps : vérifiez le résultat.");
    pages.push(("contact-merge-again", show(&ComparePage { gone: &longest, form: &chosen, notice, ..compare })));
}

fn imports(pages: &mut Pages) {
    let show = |title, content| client(title, 65, 2).page(&content).into_string();
    let upload = UploadPage { base: "", problem: None };
    pages.push(("contacts-import", show("Importer des contacts", view::upload(&upload))));
    let wrong = UploadPage { problem: Some("Choisissez un fichier, puis envoyez-le."), ..upload };
    pages.push(("contacts-import-wrong", show("Importer des contacts", view::upload(&wrong))));
    let sheet = format!(
        "Civ.;NOM;Prénom;Né(e) le;Portable;Ville;Obs.;{LONGEST}\nMme;DUPONT;Marie;13/05/1962;06 39 98 12 34;Créteil;;<b>x\n\
         ;Dupont;Marie;13/05/1962;06 39 98 12 34;;;\n;Durand;Luc;31/02/1962;;;;\n;{LONGEST};Zoé;;06 39 98 12 36;{LONGEST};;"
    );
    let today = day(2026, 11, 24);
    let read = |bytes: &[u8]| permanence::contacts::import::read(bytes, &[], today).unwrap();
    let file = read(sheet.as_bytes());
    let fates = [Fate::New, Fate::DoubleOfRow { place: 0, why: Why::NameAndBirth }, Fate::New];
    let page = PreviewPage {
        base: "",
        name: "contacts du cabinet.csv",
        mark: "0123456789abcdef",
        file: &file,
        fates: &fates,
        counts: plan::counts(&fates),
        doubles: Doubles::Skip,
    };
    pages.push(("contacts-import-preview", show("Aperçu de l’import", view::preview(&page))));
    let cards = read(b"BEGIN:VCARD\nVERSION:4.0\nN:Dupont;Marie;;;\nEND:VCARD\n");
    let fates = [Fate::Known(ContactId(5))];
    let known = PreviewPage { name: LONGEST, file: &cards, fates: &fates, counts: plan::counts(&fates), ..page };
    pages.push(("contacts-import-known", show("Aperçu de l’import", view::preview(&known))));
    let nothing = read(b"a;b\n1;2\n");
    let none = PreviewPage { file: &nothing, fates: &[], counts: plan::counts(&[]), ..page };
    pages.push(("contacts-import-unnamed", show("Aperçu de l’import", view::preview(&none))));
}

/// A message whose caller has a card or could have one, and a caller recognised by number.
fn ties(pages: &mut Pages) {
    let (empty, none) = nothing();
    let messages = data::messages(1);
    let (known, history) = ([marie(), twin()], data::history());
    let page = MessagePage {
        base: "",
        around: super::pages::CLIENT,
        row: Row::plain(&messages[0]),
        history: &history[..1],
        tied: false,
        candidates: &known,
        shown: &[],
        work: Default::default(),
        can_archive: true,
        can_restore: true,
        can_answer: true,
        can_handle_answers: false,
        unique: "8416",
        form: &empty,
        problems: &none,
    };
    pages.push(("message-untied", client("Message n° 412", 65, 0).page(&message(&page)).into_string()));
    let subscriber = data::martin();
    let typed = Form::from_iter([("telephone", "06 39 98 12 34")]);
    let bare = permanence::subscribers::card::Card::default();
    let call = switchboard::CallPage {
        papers: &[],
        subscriber: &subscriber,
        pending: 65,
        archived: 23,
        form: &typed,
        problems: &none,
        callers: &known,
        unique: "8417",
        recent: Vec::new(),
        card: super::switchboard::card_view(&bare, None, &[]),
        beside: permanence::agenda::view::Beside {
            base: "/standard/abonnes/1",
            clients_called: "patient",
            today: data::day(2026, 11, 24),
            day: super::diary::idle(data::day(2026, 11, 24)),
            free: &[],
            contact: None,
        },
        templates: &[],
        draft: None,
        drafts: Vec::new(),
        focus: "texte",
    };
    pages.push((
        "call-recognised",
        secretary("Prendre un message", 65, 9).page(&switchboard::call(&call)).into_string(),
    ));
}
