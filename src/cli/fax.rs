//! `fax add`: faxes brought by another program or by hand, on the server's own machine.

use super::import::read_file;
use super::{Failure, Outcome, open_existing, print};
use crate::base::{FaxId, Instant, SubscriberId, limits};
use crate::error::Result;
use crate::fax::model::{About, State, Way};
use crate::fax::receive::{Arrival, Received, receive};
use crate::fax::{folder, reader, store};
use crate::house::House;
use crate::journal::{Action, Entry};
use crate::server::Settings;
use crate::store::folder::is_held;
use crate::subscribers::store as subscribers;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

pub(super) fn add(settings: &Settings, files: &[PathBuf], wanted: Option<&str>) -> Outcome {
    let mut read = Vec::with_capacity(files.len());
    for path in files {
        read.push((name_of(path), read_file(path, limits::UPLOAD_BYTES_MAX)?));
    }
    if is_held(&settings.folder) {
        for (name, bytes) in &read {
            folder::leave(&settings.folder, wanted, name, bytes)?;
        }
        return print(
            "Le serveur est en marche : il prendra ces fichiers dans quelques secondes. \
             S’il ne reconnaît pas l’abonné, ils attendront au standard.\n",
        );
    }
    let open = open_existing(settings)?;
    let house = &open.house;
    let subscriber = wanted.map(|wanted| find(house, wanted)).transpose()?;
    let now: Instant = chrono::Utc::now().into();
    let (mut out, mut refused) = (String::new(), 0);
    for (name, bytes) in &read {
        let about = About::default();
        let arrival = Arrival { bytes, name, way: Way::Command, by: None, subscriber, about };
        let received = receive(house, arrival, now)?;
        reader::read_all(house, &mut HashMap::new(), &|| false)?;
        let (sentence, bad) = outcome(house, &received)?;
        let _ = writeln!(out, "{name} : {sentence}");
        refused += usize::from(bad);
    }
    print(&out)?;
    if refused > 0 {
        return Err(Failure::Refused("tous les fichiers n’ont pas pu être pris, voir ci-dessus".into()));
    }
    Ok(())
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn find(house: &House, wanted: &str) -> std::result::Result<SubscriberId, Failure> {
    let all = house.store.read(subscribers::all)?;
    folder::named(&all, wanted).ok_or_else(|| {
        Failure::Refused(format!("aucun abonné ne s’appelle « {wanted} » ; « permanence subscriber list » les montre"))
    })
}

/// What became of one file, and whether it was refused.
fn outcome(house: &House, received: &Received) -> Result<(String, bool)> {
    let number = match received {
        Received::New(number) => *number,
        Received::Known(number) => return Ok((format!("déjà arrivé, fax n° {number}"), false)),
        Received::Refused(why) => return Ok((why.clone(), true)),
    };
    let Some(fax) = house.store.read(|tx| store::fax(tx, number))? else { return Ok((String::new(), true)) };
    Ok(match (&fax.state, fax.message) {
        (State::Refused { why }, _) => {
            let why = why.clone();
            forget(house, number)?;
            (why, true)
        }
        (_, Some(message)) => (format!("fax n° {number}, {}, message n° {message}", fax.page_count()), false),
        (_, None) => (format!("fax n° {number}, {}, à attribuer au standard", fax.page_count()), false),
    })
}

/// Whoever typed the command has been told: nobody at the switchboard needs to look at it.
fn forget(house: &House, number: FaxId) -> Result<()> {
    house.store.write(|tx| store::forget(tx, number))?;
    house.journal.note(Entry::new(chrono::Utc::now().into(), Action::FaxErased).object(format!("fax {number}")));
    store::sweep(house)
}
