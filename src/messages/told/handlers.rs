//! What the address of the notices does.

use super::view::{self, ToldPage};
use crate::error::Result;
use crate::house::{self, House};
use crate::http::{Answer, Request};
use crate::notices::wishes;
use crate::subscribers::Desk;
use crate::subscribers::view::{Rubric, frame};

/// `GET /avis`.
pub fn show(house: &House, _: &Request, desk: &Desk) -> Result<Answer> {
    let (wishes, secretariat) = house.store.read(|tx| Ok((wishes::of(tx, desk.id())?, house::secretariat(tx)?)))?;
    let content =
        view::told(&ToldPage { wishes: &wishes, house_name: &secretariat.name, house_phone: &secretariat.phone });
    Ok(Answer::page(200, frame(desk, &secretariat, "Avis", Rubric::None).page(&content).into_string()))
}
