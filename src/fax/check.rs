//! `permanence check`: whether every fax has its files, and they are what was kept.

use super::model::{self, Fax, State};
use super::store::{self, FAXES};
use crate::base::secret;
use crate::error::Result;
use crate::store::papers::{ORIGINAL, Papers};
use crate::store::{Direction, Reads};
use std::ops::ControlFlow;

/// What is missing or changed, a French sentence each; nothing when all is well.
pub fn papers(tx: &impl Reads, papers: &Papers) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let mut bytes = 0;
    FAXES.each(tx, 0.., Direction::Ascending, |_, fax| {
        bytes += fax.bytes;
        if let Some(fault) = fault(&fax, papers) {
            wrong.push(format!("Fax n° {} : {fault}", fax.number));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    if bytes != store::bytes(tx)? {
        wrong.push(format!("La place des fax ne correspond pas : {} octets comptés pour {bytes}.", store::bytes(tx)?));
    }
    Ok(wrong)
}

fn fault(fax: &Fax, papers: &Papers) -> Option<String> {
    // What somebody brought and was told is no fax leaves its sentence alone.
    if matches!(fax.state, State::Refused { .. }) && fax.bytes == 0 {
        return None;
    }
    match papers.read(&fax.key, ORIGINAL) {
        Err(_) => return Some("le fichier d’origine manque.".into()),
        Ok(original) if secret::digest128(&original) != fax.digest => {
            return Some("le fichier d’origine n’est plus celui qui est arrivé.".into());
        }
        Ok(_) => {}
    }
    for place in 1..=fax.pages().len() {
        for name in [model::page_name(place), model::thumb_name(place)] {
            if papers.open(&fax.key, &name).is_ok_and(|(_, bytes)| bytes > 0) {
                continue;
            }
            return Some(format!("la page {place} ou sa vignette manque."));
        }
    }
    None
}
