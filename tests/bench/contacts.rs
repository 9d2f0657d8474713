//! 100,000 contacts of one abonné, looked for letter by letter as a secretary types.

use crate::process::Served;
use crate::{quantile, time};
use permanence::base::{Instant, Phone, SubscriberId};
use permanence::contacts::model::{By, NewContact, PhoneLine, What};
use permanence::contacts::store;
use permanence::people::model::{NewPerson, Role};
use permanence::people::{passwords, store as people};
use permanence::server::open;
use permanence::subscribers::model::NewSubscriber;
use permanence::subscribers::store as subscribers;
use std::path::{Path, PathBuf};

const CARDS: u64 = 100_000;
const STEP: u64 = 1_000;

/// What is typed, one letter after the other: names in both orders, common and rare, numbers, towns, dates, nobody.
const TYPED: [&str; 12] = [
    "dupont marie",
    "ma du",
    "lefevre-oeuvrard",
    "v",
    "zoé",
    "06 39 98 12 34",
    "+33639981234",
    "saint-denis",
    "créteil martin",
    "13/05/1962",
    "bert jea cret",
    "introuvable",
];

/// Syllables make some 20,000 different last names, distributed as in no country.
const SYLLABLES: [&str; 28] = [
    "ma", "du", "le", "ber", "mar", "tin", "pont", "fe", "vre", "nar", "rou", "vin", "cent", "gar", "ci", "si", "mon",
    "za", "dro", "bla", "chet", "ne", "to", "ri", "qu", "yv", "wal", "ö",
];
const FIRST_NAMES: [&str; 12] =
    ["Marie", "Jean-Luc", "Noé", "Chloé", "Émile", "Inès", "Paul", "Zoé", "Hervé", "Agnès", "Loïc", "Béatrice"];
const TOWNS: [&str; 6] = ["Créteil", "Saint-Denis", "Villejuif", "Mâcon", "Pau", "Maisons-Alfort"];

fn card(place: u64) -> NewContact {
    let mixed = place.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let pick = |list: &[&'static str], shift: u32| list[(mixed >> shift) as usize % list.len()];
    let last = match mixed % 40 {
        0 => "Dupont".to_owned(),
        1 => "Lefèvre-Œuvrard".to_owned(),
        2 => "Martin".to_owned(),
        _ => format!("{}{}{}", pick(&SYLLABLES, 7), pick(&SYLLABLES, 17), pick(&SYLLABLES, 27)),
    };
    let mobile = Phone::read(&format!("06{:08}", mixed >> 13 & 0x5f5_e0ff));
    NewContact {
        last_name: last,
        first_name: pick(&FIRST_NAMES, 37).into(),
        birth: chrono::NaiveDate::from_ymd_opt(1930 + (mixed >> 9) as i32 % 90, 1 + (mixed >> 21) as u32 % 12, 13)
            .map(Into::into),
        town: pick(&TOWNS, 43).into(),
        postal_code: format!("{:05}", mixed % 95_000),
        phones: vec![PhoneLine { word: "portable".into(), phone: mobile }],
        ..NewContact::default()
    }
}

fn data(folder: &Path) -> PathBuf {
    let folder = folder.to_owned();
    if folder.join("complete").exists() {
        return folder;
    }
    let _ = std::fs::remove_dir_all(&folder);
    let started = std::time::Instant::now();
    let opened = open(&crate::generate::settings(&folder)).expect("the folder opens");
    let data = &opened.house.store;
    let now: Instant = chrono::Utc::now().into();
    let hash = passwords::hash(crate::process::PASSWORD).expect("a hash");
    data.write(|tx| {
        subscribers::add(tx, NewSubscriber::named("Cabinet"))?;
        let mut person = NewPerson::checked("banc", "banc", "", Role::Client { subscribers: vec![SubscriberId(1)] })?;
        person.password.clone_from(&hash);
        people::add(tx, person, now).map(drop)
    })
    .expect("an abonné and a person");
    let by = By { person: None, name: "" };
    for step in 0..CARDS / STEP {
        let cards = (step * STEP..(step + 1) * STEP).map(card).collect();
        data.write(|tx| store::add_all(tx, SubscriberId(1), cards, by, now, What::Imported)).expect("cards");
    }
    let bytes = data.file_bytes();
    drop(opened);
    std::fs::write(folder.join("complete"), "").expect("a mark");
    println!("{CARDS} contacts generated in {:.0} s, {:.0} MB", started.elapsed().as_secs_f64(), bytes as f64 / 1e6);
    folder
}

/// Every letter of every search asks the server, as `find.js` does.
pub fn figures(folder: &Path) {
    println!("\n== 100,000 contacts, a keystroke each ==");
    let served = Served::start(&data(&folder.join("contacts")));
    let mut browser = served.sign_in("banc");
    let mut times = Vec::new();
    let mut worst = (0.0, String::new());
    for _ in 0..5 {
        for typed in TYPED {
            let letters: Vec<char> = typed.chars().collect();
            for end in 1..=letters.len() {
                let query: permanence::http::Form =
                    [("q", letters[..end].iter().collect::<String>())].into_iter().collect();
                let target = format!("/contacts/recherche?{}", query.encoded());
                let took = time(|| browser.get(&target).bytes.len());
                if took > worst.0 {
                    worst = (took, query.get("q").to_owned());
                }
                times.push(took);
            }
        }
    }
    let (half, most) = (quantile(&mut times, 0.5), quantile(&mut times, 0.99));
    println!("rows per keystroke       p50 {half:.1} ms, p99 {most:.1} ms of {}", times.len());
    println!("slowest                  {:.1} ms for « {} »", worst.0, worst.1);
    let mut pages: Vec<f64> =
        (0..100).map(|page| time(|| browser.get(&format!("/contacts?page={}", page * 20)))).collect();
    println!(
        "a page of the list       p50 {:.1} ms, p99 {:.1} ms",
        quantile(&mut pages, 0.5),
        quantile(&mut pages, 0.99)
    );
}
