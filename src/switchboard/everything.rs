//! What the switchboard adds when everything of an abonné is handed over.

use super::{drafts, templates};
use crate::administration::removal::download;
use crate::error::Result;
use crate::house::House;
use crate::http::{Answer, Request};
use crate::people::Administrator;

/// `POST /administration/abonnes/3/telechargement`: the administration's file, with models of text and calls half taken.
pub fn hand_over(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    download::subscriber(house, request, admin, &[templates::write_all, drafts::write_all])
}
