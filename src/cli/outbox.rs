//! `outbox`: what waits to leave the house, and what did not arrive.

use super::{Outcome, open_existing, print};
use crate::base::french;
use crate::base::time::moment_short;
use crate::notices::{State, outbox};
use crate::server::Settings;

/// Lines shown; the screens have all of it.
const LINES_MAX: usize = 1000;

pub(super) fn outbox(settings: &Settings, all: bool) -> Outcome {
    let open = open_existing(settings)?;
    let house = &open.house;
    let wanted: &[State] = if all { &State::ALL } else { &[State::Waiting, State::Failed, State::GivenUp] };
    let (figures, letters) = house.store.read(|tx| {
        let mut letters = Vec::new();
        for state in wanted {
            let pages = outbox::page(tx, Some(*state), "", 1)?.pages;
            for page in 1..=pages.min((LINES_MAX as u64).div_ceil(outbox::PAGE_ROWS)) {
                letters.extend(outbox::page(tx, Some(*state), "", page)?.rows);
            }
        }
        Ok((outbox::figures(tx)?, letters))
    })?;
    let mut out = String::new();
    for letter in letters.iter().take(LINES_MAX) {
        let said = letter.attempts.last().map_or("", |attempt| attempt.said.as_str());
        out.push_str(&format!(
            "{:>6}  {}  {:6}  {:10}  {:30}  {said}\n",
            letter.id,
            moment_short(letter.written.local(house.zone)),
            letter.way.label(),
            letter.state.label(),
            letter.to,
        ));
    }
    out.push_str(&format!(
        "{} en attente, {} envoyés, {} en échec, {} abandonnés, {} annulés.\n",
        french::grouped(figures.waiting),
        french::grouped(figures.sent),
        french::grouped(figures.failed),
        french::grouped(figures.given_up),
        french::grouped(figures.cancelled),
    ));
    print(&out)
}
