//! The page of backups.

use super::data::{LONGEST, ago};
use super::pages::{Pages, administrator};
use permanence::administration::backups::view::{self, BackupsPage};
use permanence::backup::model::Name;
use permanence::backup::store::{Copied, Good, Outcome, Run};
use permanence::base::{Instant, Zone};
use permanence::house::backups::Kept;
use std::path::PathBuf;

/// The last times: good, good but not copied, failed.
pub fn runs() -> Vec<(Instant, Run)> {
    let good = |copied| {
        let file = "permanence-2026-11-24-030004.sauvegarde".into();
        Outcome::Good(Good { file, bytes: 48_200_000, rows: 412_903, encrypted: true, copied })
    };
    let refused = format!("la commande « rclone » a échoué (code 7) : {LONGEST}");
    vec![
        (ago(425), Run { took_ms: 1_350, outcome: good(Copied::Done) }),
        (ago(1865), Run { took_ms: 192_000, outcome: good(Copied::Failed(refused)) }),
        (ago(3305), Run { took_ms: 40, outcome: Outcome::Failed("le disque est plein".into()) }),
        (ago(4745), Run { took_ms: 900, outcome: good(Copied::NotAsked) }),
    ]
}

pub fn pages(pages: &mut Pages) {
    let name = |minutes, encrypted| Name { at: ago(minutes).local(Zone::PARIS), encrypted };
    let file = |name: Name, bytes| (name, PathBuf::from("/srv").join(name.file_name()), bytes);
    let files = [file(name(425, true), 48_200_000), file(name(1865, true), 48_100_000), file(name(4745, false), 912)];
    let runs = runs();
    let page = BackupsPage {
        folder: "/var/lib/permanence/sauvegardes",
        files: &files,
        readable: true,
        runs: &runs,
        under_way: None,
        kept: Kept::USUAL,
        encrypted: true,
        copied: true,
        time: chrono::NaiveTime::from_hms_opt(3, 0, 0).unwrap(),
        zone: Zone::PARIS,
    };
    let show = |page: &BackupsPage<'_>| administrator("Sauvegardes", 0).page(&view::backups(page)).into_string();
    pages.push(("backups", show(&page)));
    let none = Kept { days: 0, weeks: 0, months: 0 };
    let empty = BackupsPage { files: &[], runs: &[], encrypted: false, copied: false, kept: none, ..page };
    pages.push(("backups-none", show(&empty)));
    let making = BackupsPage { under_way: Some(312_000_000), readable: false, files: &[], ..page };
    pages.push(("backups-making", show(&making)));
}
