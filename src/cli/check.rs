//! `check`: every page of the files, every row of every table, every list that finds something, every fax's files.

use super::{Failure, Outcome, open_existing, print};
use crate::backup::{parts, restore};
use crate::server::Settings;
use crate::store::Store;
use crate::store::folder::DataFolder;
use crate::{agenda, fax, messages};

/// One process alone reads all of the files: it may have more cache than a server.
const CACHE_BYTES: usize = 128 * 1024 * 1024;

pub(super) fn check(settings: &Settings) -> Outcome {
    check_pages(settings)?;
    let open = open_existing(&Settings { cache_bytes: settings.cache_bytes.max(CACHE_BYTES), ..settings.clone() })?;
    let mut out = String::new();
    let mut bad = 0;
    for report in open.house.store.check_rows()?.into_iter().chain(open.house.journal.check_rows()?) {
        bad += report.undecodable;
        out.push_str(&format!("{:32} {:>10} lignes", report.name, report.rows));
        if report.undecodable > 0 {
            out.push_str(&format!(", dont {} illisibles", report.undecodable));
        }
        out.push('\n');
    }
    let sentences = open.house.store.read(|tx| {
        let mut sentences = messages::check::counts(tx)?;
        sentences.extend(agenda::check::indexes(tx)?);
        sentences.extend(fax::check::papers(tx, &open.house.papers)?);
        Ok(sentences)
    })?;
    for sentence in &sentences {
        out.push_str(&format!("{sentence}\n"));
    }
    out.push_str(if bad == 0 && sentences.is_empty() { "Tout est en ordre.\n" } else { "" });
    print(&out)?;
    if bad > 0 || !sentences.is_empty() {
        return Err(Failure::Refused("les données ont des défauts, listés ci-dessus".into()));
    }
    Ok(())
}

/// The files as redb sees them, before anything reads them.
fn check_pages(settings: &Settings) -> Outcome {
    let folder = DataFolder::take(&settings.folder)?;
    restore::finish(folder.path())?;
    for name in [parts::DATA, parts::JOURNAL] {
        let path = settings.folder.join(name);
        if !path.exists() {
            return Err(Failure::Refused(format!(
                "il n’y a pas de données de Permanence dans {}",
                settings.folder.display()
            )));
        }
        if !Store::check_pages(&path, settings.cache_bytes.max(CACHE_BYTES))? {
            return Err(Failure::Refused(format!(
                "le fichier {} était abîmé ; ce qui pouvait être réparé l’a été : relancez la vérification, et reprenez une sauvegarde si elle échoue encore",
                path.display()
            )));
        }
    }
    Ok(())
}
