//! Data files of a size: abonnés with the same number of messages each, half pending and half archived.

use permanence::base::{Instant, Phone, SubscriberId, Zone};
use permanence::messages::model::{Caller, Kind, NewMessage};
use permanence::messages::store::By;
use permanence::messages::{archive, store as messages};
use permanence::people::model::{Assignment, NewPerson, Role};
use permanence::people::{passwords, store as people};
use permanence::server::{Settings, open};
use permanence::store::medium::{MakeMedium, Medium};
use permanence::store::{Options, Store};
use permanence::subscribers::model::NewSubscriber;
use permanence::subscribers::store as subscribers;
use redb::StorageBackend;
use redb::backends::FileBackend;
use std::path::{Path, PathBuf};

/// Words people look for, common and rare, beginnings and telephones.
pub const QUERIES: [&str; 10] = [
    "dupont",
    "rappeler",
    "ordonnance marie",
    "06 39 98",
    "lefe",
    "dossier 1200",
    "certificat sport",
    "e",
    "rue des lilas",
    "introuvable",
];

const NAMES: [&str; 24] = [
    "Dupont", "Lefèvre", "Œuvrard", "Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois",
    "Moreau", "Laurent", "Simon", "Michel", "Garcia", "David", "Bertrand", "Roux", "Vincent", "Fournier", "Morel",
    "Girard", "André",
];
const FIRST_NAMES: [&str; 12] =
    ["Marie", "Jean-Luc", "Noé", "Chloé", "Émile", "Inès", "Paul", "Zoé", "Hervé", "Agnès", "Loïc", "Béatrice"];
const TEXTS: [&str; 10] = [
    "Souhaite être rappelée avant 18 h au sujet de ses résultats de prise de sang.",
    "Demande un certificat de sport pour son fils, match samedi matin.",
    "Ne pourra pas venir demain, demande à déplacer le rendez-vous à la semaine prochaine.",
    "Renouvellement d’ordonnance, passera la chercher rue des Lilas en fin de journée.",
    "Conteste la facture, veut parler à la personne qui suit son dossier.",
    "La pharmacie ne lit pas la dernière ligne de l’ordonnance, merci de rappeler.",
    "Fièvre depuis trois jours, demande s’il faut venir ou attendre.",
    "Audience reportée, le greffe attend les conclusions avant vendredi.",
    "Fuite sous l’évier de la cuisine, l’eau est coupée, rappeler dès que possible.",
    "Remercie pour la visite d’hier, tout va mieux, ne rappeler que si nécessaire.",
];

const STEP: u64 = 2000;

/// A client `banc` of the first abonné, a secretary of all; made once and kept for the next run.
pub fn data(folder: &Path, abonnes: u64, total: u64) -> PathBuf {
    let folder = folder.to_owned();
    if folder.join("complete").exists() {
        return folder;
    }
    let _ = std::fs::remove_dir_all(&folder);
    let started = std::time::Instant::now();
    let opened = open(&settings(&folder)).expect("the folder opens");
    let store = &opened.house.store;
    let now: Instant = chrono::Utc::now().into();
    let hash = passwords::hash(crate::process::PASSWORD).expect("a hash");
    store
        .write(|tx| {
            for number in 1..=abonnes {
                subscribers::add(tx, NewSubscriber::named(format!("Abonné {number}")))?;
            }
            for (login, role) in [
                ("banc", Role::Client { subscribers: vec![SubscriberId(1)] }),
                ("banc-secretaire", Role::Secretary { answers_for: Assignment::All }),
            ] {
                let mut person = NewPerson::checked(login, login, "banc@example.org", role)?;
                person.password.clone_from(&hash);
                people::add(tx, person, now)?;
            }
            Ok(())
        })
        .expect("abonnés and persons");
    let each = total / abonnes;
    for number in 1..=abonnes {
        let subscriber = SubscriberId(number);
        for step in (0..each).step_by(STEP as usize) {
            let until = (step + STEP).min(each);
            store
                .write(|tx| {
                    let mut old = Vec::new();
                    for place in step..until {
                        let taken = messages::take(
                            tx,
                            subscriber,
                            message(number * 7919 + place, now.plus_ms((place as i64 - each as i64) * 600_000)),
                        )?;
                        if place < each / 2 {
                            old.push(taken.number);
                        }
                    }
                    let by = By { person: permanence::base::PersonId(1), name: "banc" };
                    archive::archive(tx, subscriber, &old, by, now)?;
                    // Reading is recorded at the first look; what is measured is the looks after it.
                    let numbers: Vec<_> = (step + 1..=until).map(permanence::base::MessageNumber).collect();
                    if number == 1 { messages::mark_read(tx, subscriber, &numbers, by, now) } else { Ok(()) }
                })
                .expect("messages are taken");
        }
    }
    let bytes = store.file_bytes();
    drop(opened);
    std::fs::write(folder.join("complete"), "").expect("a mark");
    println!("{total} messages generated in {:.0} s, {:.0} MB", started.elapsed().as_secs_f64(), bytes as f64 / 1e6);
    folder
}

/// The settings of a folder that nobody serves.
pub fn settings(folder: &Path) -> Settings {
    Settings {
        program: crate::process::BINARY.into(),
        folder: folder.to_owned(),
        listen: Vec::new(),
        tls: None,
        acme: None,
        public_name: None,
        trusted_proxies: Vec::new(),
        cache_bytes: 256 << 20,
        workers: 0,
        expiry_time: chrono::NaiveTime::from_hms_opt(3, 0, 0).expect("a time"),
        zone: Zone::PARIS,
        mail: None,
        metrics: None,
        dav_in_clear: false,
        backups: Default::default(),
        fax_folder: None,
        kit_folder: None,
    }
}

/// Works on the data of a server that does not run.
pub fn with_house(folder: &Path, work: impl FnOnce(&permanence::house::House) -> permanence::error::Result<()>) {
    let opened = open(&settings(folder)).expect("the folder opens");
    work(&opened.house).expect("the work is done");
}

/// A plausible call; the same for the same seed.
fn message(seed: u64, received: Instant) -> NewMessage {
    let mixed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23);
    let pick = |list: &[&str], shift: u32| list[(mixed >> shift) as usize % list.len()].to_owned();
    NewMessage {
        received,
        kind: Kind::ALL[(mixed >> 3) as usize % 5],
        urgent: seed.is_multiple_of(97),
        caller: Caller {
            civility: if mixed & 1 == 0 { "Mme" } else { "M." }.into(),
            last_name: pick(&NAMES, 5),
            first_name: pick(&FIRST_NAMES, 11),
            address: format!("{}, rue des Lilas", mixed % 200),
            postal_code: format!("{:05}", mixed % 95_000),
            town: pick(&["Créteil", "Saint-Denis", "Villejuif", "Mâcon", "Pau"], 17),
            phone: Phone::read(&format!("063998{:04}", mixed % 10_000)),
            email: String::new(),
        },
        subject: pick(&["Rappel", "Ordonnance", "Résultats", "Facture", "Question"], 29),
        text: format!("{} Dossier {}.", pick(&TEXTS, 37), mixed % 100_000),
        appointment: None,
        taken_by: pick(&["Aline", "Basile", "Chloé"], 43),
        taken_by_person: None,
        contact: None,
        appointment_id: None,
    }
}

/// Messages taken one by one, each durable before the next.
pub fn writes_per_second(folder: &Path, medium: MakeMedium) -> f64 {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).expect("a folder");
    let options = Options { cache_bytes: 16 << 20, medium };
    let store = Store::open(&folder.join("permanence.redb"), &permanence::schema::SCHEMA, options).expect("it opens");
    store.write(|tx| subscribers::add(tx, NewSubscriber::named("Seul"))).expect("an abonné");
    let now: Instant = chrono::Utc::now().into();
    const WRITES: u64 = 100;
    let started = std::time::Instant::now();
    for place in 0..WRITES {
        store.write(|tx| messages::take(tx, SubscriberId(1), message(place, now))).expect("a message");
    }
    WRITES as f64 / started.elapsed().as_secs_f64()
}

/// A file whose every sync takes 10 ms longer than the disk's own.
#[derive(Debug)]
struct SlowToSync(FileBackend);

/// Makes a file that is slow to sync.
pub fn slow_to_sync(file: std::fs::File) -> std::io::Result<Medium> {
    let backend = FileBackend::new(file).map_err(|cause| std::io::Error::other(cause.to_string()))?;
    Ok(Medium::new(SlowToSync(backend)))
}

impl StorageBackend for SlowToSync {
    fn len(&self) -> Result<u64, std::io::Error> {
        self.0.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), std::io::Error> {
        self.0.read(offset, out)
    }
    fn set_len(&self, len: u64) -> Result<(), std::io::Error> {
        self.0.set_len(len)
    }
    fn sync_data(&self) -> Result<(), std::io::Error> {
        std::thread::sleep(std::time::Duration::from_millis(10));
        self.0.sync_data()
    }
    fn write(&self, offset: u64, data: &[u8]) -> Result<(), std::io::Error> {
        self.0.write(offset, data)
    }
}
