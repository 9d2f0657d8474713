//! What the addresses of the backups do.

use super::view::{self, BackupsPage};
use crate::administration::handlers::{Rubric, flash, frame, note, page};
use crate::backup::{keep, store};
use crate::error::Result;
use crate::house::{self, House};
use crate::http::{Answer, Request};
use crate::journal::Action;
use crate::people::Administrator;
use crate::ui::frame::Live;

/// Runs that the page lists.
const RUNS_SHOWN: usize = 10;

/// `GET /administration/sauvegardes`.
pub fn show(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let (secretariat, runs) = house.store.read(|tx| Ok((house::secretariat(tx)?, store::last(tx, RUNS_SHOWN)?)))?;
    let settings = &house.backups.settings;
    // A folder that can't be read is a state to show, not a page that breaks.
    let files = keep::all(&house.backups.folder);
    let under_way = house.backups.under_way();
    let content = view::backups(&BackupsPage {
        folder: &house.backups.folder.display().to_string(),
        files: files.as_deref().unwrap_or_default(),
        readable: files.is_ok(),
        runs: &runs,
        under_way,
        kept: settings.kept,
        encrypted: settings.recipient.is_some(),
        copied: !settings.command.is_empty(),
        time: house.expiry_time,
        zone: house.zone,
    });
    let version = view::version(under_way, &runs);
    let mut frame = frame(admin, &secretariat, "Sauvegardes", Rubric::State);
    frame.flash = flash(request, "La sauvegarde commence ; cette page dira quand elle est faite.");
    frame.live = Some(Live { state_href: "/administration/sauvegardes/etat".into(), version: &version, urgent: 0 });
    Ok(page(200, &frame, &content))
}

/// `GET /administration/sauvegardes/etat?depuis=`: whether one has begun or ended.
pub fn state(house: &House, request: &Request, _: &Administrator) -> Result<Answer> {
    let runs = house.store.read(|tx| store::last(tx, 1))?;
    let version = view::version(house.backups.under_way(), &runs);
    if request.query.get("depuis") == version {
        return Ok(Answer::status(204).with("Cache-Control", "no-store"));
    }
    Ok(Answer::json(200, format!("{{\"version\":\"{version}\",\"pending\":0,\"urgent\":0}}")))
}

/// `POST /administration/sauvegardes`: one more, now.
pub fn make(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    if house.backups.under_way().is_none() {
        house.backups.ask();
        note(house, request, admin, Action::BackupAsked, String::new());
    }
    Ok(Answer::see_other("/administration/sauvegardes?fait"))
}
