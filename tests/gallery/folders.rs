//! The screens of folders: everything out, everything in.

use super::data;
use super::pages::{HOUSE, Pages, administrator};
use permanence::folders::view::{self, FoldersPage, OwnPage};
use permanence::ui::Frame;

pub fn pages(pages: &mut Pages) {
    let all = data::subscribers();
    let show = |page: &FoldersPage<'_>| administrator("Dossiers", 1).page(&view::folders(page)).into_string();
    let page = FoldersPage { subscribers: &all, bytes: 1_312_000_000, problem: None };
    pages.push(("folders", show(&page)));
    pages.push(("folders-none", show(&FoldersPage { subscribers: &[], bytes: 4_200_000, ..page })));
    let frame = Frame::new(HOUSE, "Tout télécharger");
    let own = frame.page(&view::own(&OwnPage { subscribers: &all }));
    pages.push(("folders-own", own.into_string()));
}
