//! The child's side: confines itself, reads the file from its standard input, writes frames to its standard output.

use super::{FILE_BYTES_MAX, Kind, PAGES_MAX, Page, Read, Refusal, Remark, Summary};
use super::{frames, jail, pdf, picture, tiff};
use std::io::{self, Read as _, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What is asked of the child.
#[derive(Debug, Clone, Copy)]
pub enum Task {
    /// Every page, to be read.
    Pages,
    /// One picture that fits into this width and height.
    Picture(u32, u32),
}

/// Does the task and says how it ended; whether that could be said. Nothing but the standard streams is used, and after the
/// first step nothing else can be.
pub fn run(task: Task) -> bool {
    jail::enter();
    let mut bytes = Vec::new();
    if io::stdin().lock().take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).is_err() {
        return false;
    }
    let mut out = io::stdout().lock();
    let mut desk = Desk { out: &mut out, pages: 0, remarks: Vec::new() };
    // A decoder that panics has met a file that is not what it says.
    let end = catch_unwind(AssertUnwindSafe(|| decode(task, bytes, &mut desk))).unwrap_or(Err(Refusal::Damaged));
    let end = end.map(|kind| Summary { kind, pages: desk.pages, remarks: std::mem::take(&mut desk.remarks) });
    frames::say_end(&mut out, &end).is_ok()
}

fn decode(task: Task, bytes: Vec<u8>, desk: &mut Desk) -> Read<Kind> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Refusal::TooHeavy);
    }
    let kind = Kind::of(&bytes).ok_or(Refusal::UnknownKind)?;
    match (task, kind) {
        (Task::Picture(width, height), Kind::Png | Kind::Jpeg) => {
            desk.hand_over(&picture::fitted(&bytes, kind, width as usize, height as usize)?)?;
        }
        (Task::Picture(..), _) => return Err(Refusal::UnknownKind),
        (Task::Pages, Kind::Tiff) => tiff::pages(&bytes, desk)?,
        (Task::Pages, Kind::Pdf) => pdf::pages(bytes, desk)?,
        (Task::Pages, Kind::Png | Kind::Jpeg) => desk.page(picture::sheet(&bytes, kind)?)?,
    }
    Ok(kind)
}

/// Where finished pages go.
pub(super) struct Desk<'a> {
    out: &'a mut dyn Write,
    pages: u32,
    remarks: Vec<Remark>,
}

impl Desk<'_> {
    /// The number of the page that comes next, from 1.
    pub(super) fn next_page(&self) -> u32 {
        self.pages + 1
    }

    pub(super) fn remark(&mut self, remark: Remark) {
        self.remarks.push(remark);
    }

    pub(super) fn page(&mut self, sheet: super::raster::Sheet) -> Read<()> {
        if self.pages as usize >= PAGES_MAX {
            return Err(Refusal::TooManyPages);
        }
        self.hand_over(&super::page::draw(sheet)?)
    }

    fn hand_over(&mut self, page: &Page) -> Read<()> {
        self.pages += 1;
        // A parent that does not listen any more has its reasons.
        frames::say_page(&mut self.out, page).map_err(|_| Refusal::TooDemanding)
    }
}
