//! `import contacts FILE`: the same reading and planning as on screen, for an abonné named on the command line.

use super::import::read_file;
use super::{Failure, Outcome, print};
use crate::base::french;
use crate::contacts::import::plan::{self, Doubles};
use crate::contacts::import::{self, FILE_BYTES_MAX, File};
use crate::contacts::model::By;
use crate::journal::{Action, Entry};
use crate::server::{self, Settings};
use crate::subscribers::{Subscriber, store as subscribers};
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write as _;
use std::path::Path;

/// Cards written at once.
const STEP: usize = 250;
/// Bad rows that are listed.
const BAD_ROWS_SHOWN: usize = 50;

/// What the command line wishes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wishes<'a> {
    pub subscriber: &'a str,
    pub doubles: Doubles,
    pub dry_run: bool,
    pub skip_bad: bool,
}

pub(super) fn import(settings: &Settings, path: &Path, wishes: Wishes<'_>) -> Outcome {
    let bytes = read_file(path, FILE_BYTES_MAX)?;
    let open = server::open(settings)?;
    let house = &open.house;
    let subscriber = house.store.read(|tx| subscribers::by_name(tx, wishes.subscriber))?;
    let Some(subscriber) = subscriber else {
        return Err(Failure::Refused(format!("l’abonné « {} » n’existe pas", wishes.subscriber)));
    };
    let now: crate::base::Instant = chrono::Utc::now().into();
    let today = now.local(subscriber.zone).date();
    let file =
        import::read(&bytes, &[], today).map_err(|why| Failure::Refused(format!("{} : {why}", path.display())))?;
    let fates = house.store.read(|tx| plan::fates(tx, subscriber.id, &file.rows))?;
    print(&preview(&subscriber, &file, plan::counts(&fates)))?;
    if !file.bad.is_empty() && !wishes.skip_bad {
        return Err(Failure::Refused(
            "des lignes ne peuvent pas être reprises : rien n’a été importé ; corrigez le fichier, ou ajoutez --skip-bad".into(),
        ));
    }
    if wishes.dry_run {
        return print("Essai seulement : rien n’a été écrit.\n");
    }
    let work = plan::work(file.rows, &fates, wishes.doubles);
    let style = ProgressStyle::with_template("{bar:40} {pos} / {len}").unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(work.len() as u64).with_style(style);
    let by = By { person: None, name: "" };
    let (mut added, mut completed) = (0, 0);
    for step in work.steps(STEP) {
        bar.inc(step.len() as u64);
        let (more, fuller) = house.store.write(|tx| plan::write(tx, subscriber.id, step, by, now))?;
        added += more;
        completed += fuller;
    }
    bar.finish_and_clear();
    if added + completed > 0 {
        let object = french::count(added + completed, "fiche", "fiches");
        house.journal.note(Entry::new(now, Action::Imported).about(subscriber.id).object(object));
    }
    let taken = french::count(added, "fiche reprise", "fiches reprises");
    print(&format!("{taken}, {}.\n", french::count(completed, "complétée", "complétées")))
}

/// What is in the file, and what is wrong with it.
fn preview(subscriber: &Subscriber, file: &File, counts: plan::Counts) -> String {
    let mut out = String::new();
    for column in file.table.iter().flat_map(|table| &table.columns) {
        if column.column == import::columns::Column::Ignored {
            let _ = writeln!(out, "Colonne inconnue, laissée de côté : « {} »", column.name);
        }
    }
    let _ = writeln!(
        out,
        "{} : {}, {}, {} déjà là à l’identique",
        subscriber.name,
        french::count(counts.new, "nouvelle fiche", "nouvelles fiches"),
        french::count(counts.doubles, "doublon", "doublons"),
        french::grouped(counts.known),
    );
    for bad in file.bad.iter().take(BAD_ROWS_SHOWN) {
        let _ = writeln!(out, "Ligne {} : {}", bad.line, bad.reasons.join(" "));
    }
    if file.bad.len() > BAD_ROWS_SHOWN {
        let more = (file.bad.len() - BAD_ROWS_SHOWN) as u64;
        let _ = writeln!(out, "… et {} de plus.", french::count(more, "ligne incorrecte", "lignes incorrectes"));
    }
    out
}
