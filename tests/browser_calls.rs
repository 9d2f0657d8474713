//! Twenty calls in a row at the console, with the keyboard alone in a real browser; keystrokes are counted.

use crate::support::screen::Screen;
use crate::support::{LEFEVRE, MARTIN, PASSWORD, office};
use permanence::base::Phone;
use serde_json::json;

/// Counts what the hands do besides typing what was heard.
struct Hands {
    screen: Screen,
    keys: u32,
}

impl Hands {
    fn press(&mut self, key: &str) {
        self.keys += 1;
        self.screen.press(key);
    }

    fn send(&mut self) {
        self.keys += 1;
        for kind in ["keyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": "Enter", "windowsVirtualKeyCode": 13, "modifiers": 2 });
            self.screen.ask("Input.dispatchKeyEvent", event);
        }
    }

    /// The words of the call itself cost what they cost.
    fn say(&mut self, text: &str) {
        self.screen.write(text);
    }

    fn focused(&mut self, name: &str) {
        self.screen.wait_for(&format!("document.activeElement.name === '{name}'"));
    }
}

#[test]
fn twenty_calls_by_keyboard_alone_take_few_keys() {
    let office = office();
    for (id, name, line) in
        [(MARTIN, "Cabinet Martin", "01 40 50 60 70"), (LEFEVRE, "Maître Lefèvre", "01 42 00 11 22")]
    {
        let new = permanence::subscribers::model::NewSubscriber::named(name);
        let new = permanence::subscribers::model::NewSubscriber { lines: vec![Phone::read(line)], ..new };
        let store = &office.house().store;
        store.write(|tx| permanence::subscribers::store::change(tx, id, new, true)).expect("its line");
    }
    office.contact(MARTIN, "Dupont", "Marie", |card| {
        card.phones =
            vec![permanence::contacts::model::PhoneLine { word: String::new(), phone: Phone::read("06 12 34 56 78") }];
    });
    let mut screen = Screen::open();
    screen.go(office.address(), "/connexion");
    screen.value("document.querySelector('[name=identifiant]').focus()");
    screen.write("aline");
    screen.value("document.querySelector('[name=pass]').focus()");
    screen.write(PASSWORD);
    screen.press("Enter");
    screen.wait_for("location.pathname === '/standard' && document.readyState === 'complete'");
    let mut hands = Hands { screen, keys: 0 };

    let started = std::time::Instant::now();
    // Ten calls that no telephone system announces: the abonné is searched by three letters.
    for call in 1..=10 {
        let (letters, number) = if call % 2 == 0 { ("mart", 1) } else { ("lef", 2) };
        if call > 1 {
            hands.press("/");
        }
        hands.screen.wait_for("location.pathname === '/standard' && document.readyState === 'complete'");
        hands.focused("q");
        hands.keys += letters.len() as u32;
        hands.say(letters);
        hands.screen.wait_for(&format!("document.getElementById('liste').dataset.query === '{letters}'"));
        hands.press("Enter");
        hands.screen.wait_for(&format!(
            "location.pathname === '/standard/abonnes/{number}' && document.readyState === 'complete'"
        ));
        hands.focused("nom");
        hands.say(&format!("Appelant {call}"));
        for _ in 0..2 {
            hands.press("Tab");
        }
        hands.say("06 39 98 12 34");
        for _ in 0..2 {
            hands.press("Tab");
        }
        hands.focused("texte");
        hands.say("Souhaite être rappelé.");
        hands.send();
        hands.screen.wait_for("location.search.startsWith('?pris=') && document.readyState === 'complete'");
    }
    let searched = f64::from(hands.keys) / 10.0;
    let waited = started.elapsed().as_secs_f64() / 10.0;
    println!("searched by hand: {searched} keys a call besides its words, {waited:.2} s of waiting for pages");
    assert!(searched <= 11.0, "{searched} keys a call besides its words");

    // Ten that the telephone system announces, by a caller who is known: nothing but the text is left to type.
    hands.keys = 0;
    let started = std::time::Instant::now();
    for call in 11..=20 {
        let called = "/standard/appel?vers=%2B33140506070&de=0612345678";
        hands.screen.ask("Page.navigate", json!({ "url": format!("http://{}{called}", office.address()) }));
        hands.screen.wait_for("location.search.startsWith('?de=') && document.readyState === 'complete'");
        hands.focused("texte");
        hands.screen.wait_for("document.querySelector('[name=nom]').value === 'Dupont'");
        hands.say(&format!("Appel {call} de quelqu’un de connu."));
        hands.send();
        hands.screen.wait_for("location.search.startsWith('?pris=') && document.readyState === 'complete'");
    }
    let announced = f64::from(hands.keys) / 10.0;
    let waited = started.elapsed().as_secs_f64() / 10.0;
    println!("announced: {announced} keys a call besides its words, {waited:.2} s of waiting for pages");
    assert!(announced <= 1.0, "{announced} keys a call besides its words");
    assert_eq!(hands.screen.complaints, Vec::<String>::new());

    let of = |login: &str| office.signed_in(login).get("/messages").text();
    let (martin, lefevre) = (of("martin"), of("lefevre"));
    assert!(martin.contains("Vous avez 15 messages") && lefevre.contains("Vous avez 5 messages"), "{martin} {lefevre}");
    for call in 1..=10 {
        let (own, other) = if call % 2 == 0 { (&martin, &lefevre) } else { (&lefevre, &martin) };
        let name = format!("APPELANT {call} ");
        assert!(own.contains(&name) && !other.contains(&name), "{name}");
    }
    assert_eq!(martin.matches("DUPONT Marie").count(), 10);
}
