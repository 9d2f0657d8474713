//! `import FILE`: a folder of another house, or what another software left, as on screen: checked, shown, then written whole
//! or not at all.

use super::import::read_file;
use super::{Failure, Outcome, print};
use crate::base::{Instant, french};
use crate::error::Error;
use crate::folders::bring::{self, Fate, Plan, in_words};
use crate::folders::elsewhere::{self, BadRow, Parcel};
use crate::folders::read::Folder;
use crate::server::{self, Settings};
use crate::store::folder::in_french;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::Path;

pub(super) fn import(settings: &Settings, path: &Path, dry_run: bool, skip_bad: bool) -> Outcome {
    let refused = |why: &dyn std::fmt::Display| Failure::Refused(format!("{} : {why}", path.display()));
    let mut file = File::open(path).map_err(|cause| refused(&in_french(&cause)))?;
    let mut first = [0; 2];
    let is_zip = file.read_exact(&mut first).is_ok() && first == *b"PK";
    let opened = if is_zip { Folder::open(file) } else { Err(Error::NotFound) };
    let mut folder = match opened {
        Ok(folder) => folder,
        // Other software's; a zip that is neither is none of ours, and says why.
        Err(why) => {
            let bytes = read_file(path, elsewhere::FILE_BYTES_MAX)?;
            let today = Instant::from(chrono::Utc::now()).local(settings.zone).date();
            let parcel = match elsewhere::easy::read(&bytes, settings.zone, today) {
                Some(Ok(parcel)) => parcel,
                _ if is_zip => return Err(refused(&why)),
                _ => elsewhere::read(&bytes, &[], settings.zone, today).map_err(|why| refused(&why))?,
            };
            return other_software(settings, path, &parcel, dry_run, skip_bad);
        }
    };
    let accounts = folder.accounts().map_err(|why| refused(&why))?;
    let open = server::open(settings)?;
    let house = &open.house;
    let plan = house.store.read(|tx| bring::plan(tx, &folder.manifest, &accounts))?;
    print(&preview(&plan))?;
    if dry_run {
        return print("Essai seulement : rien n’a été écrit.\n");
    }
    let brought = match bring::write(house, &mut folder, None, chrono::Utc::now().into()) {
        Ok(brought) => brought,
        Err(Error::Invalid(problems)) => return Err(refused(&Error::Invalid(problems))),
        Err(other) => return Err(other.into()),
    };
    let subscribers = french::count(brought.subscribers.len() as u64, "abonné repris", "abonnés repris");
    print(&format!("{subscribers}, {}.\n", french::count(brought.accounts, "compte à ouvrir", "comptes à ouvrir")))
}

/// What another software left.
fn other_software(settings: &Settings, path: &Path, parcel: &Parcel, dry_run: bool, skip_bad: bool) -> Outcome {
    if let Some(problem) = &parcel.problem {
        return Err(Failure::Refused(format!("{} : {problem}", path.display())));
    }
    let open = server::open(settings)?;
    let house = &open.house;
    let now = Instant::from(chrono::Utc::now());
    let shares = house.store.read(|tx| elsewhere::plan(tx, parcel, now))?;
    let bad: Vec<&BadRow> = parcel.bad.iter().chain(shares.iter().flat_map(|share| &share.conflicts)).collect();
    let mut out = String::new();
    for share in &shares {
        let here = share.known.map_or("nouveau".to_owned(), |id| format!("abonné n° {id}"));
        let already = french::count(share.already, "ligne déjà là", "lignes déjà là");
        let _ = writeln!(out, "{} : {} ({here}, {already})", share.name, share.in_words());
    }
    for row in bad.iter().take(elsewhere::LISTED_MAX) {
        let _ = writeln!(out, "{} : {}", row.place, row.reasons.join(" "));
    }
    for sentence in &parcel.left_out {
        let _ = writeln!(out, "Laissé de côté : {sentence}");
    }
    print(&out)?;
    if !bad.is_empty() && !skip_bad {
        let sentence = "des lignes ne peuvent pas être reprises : rien n’a été importé ; corrigez le fichier, ou ajoutez --skip-bad";
        return Err(Failure::Refused(sentence.into()));
    }
    if dry_run {
        return print("Essai seulement : rien n’a été écrit.\n");
    }
    let written = elsewhere::write(house, parcel, None, now)?;
    print(&format!(
        "{}.\n",
        french::count(written.len() as u64, "abonné repris ou complété", "abonnés repris ou complétés")
    ))
}

fn preview(plan: &Plan) -> String {
    let mut out = String::new();
    for (part, fate) in &plan.parts {
        let fate = match fate {
            Fate::New(name) if *name == part.nom => "nouveau".to_owned(),
            Fate::New(name) => format!("nouveau, sous le nom « {name} »"),
            Fate::Known(id) => format!("déjà repris, abonné n° {id}"),
        };
        let _ = writeln!(out, "{} : {} ({fate})", part.nom, in_words(part));
    }
    for (account, login) in &plan.accounts {
        let _ = writeln!(out, "Compte « {login} » : {}, {}", account.nom, account.role.label());
    }
    if plan.with_house {
        out.push_str("Les réglages du secrétariat viennent aussi : il n’y a encore personne ici.\n");
    }
    out
}
