//! What the child says to its parent: a letter, a length, so many bytes. The parent believes none of it unchecked.

use super::{PAGE_BYTES_MAX, Page, Refusal, Summary, THUMB_BYTES_MAX};
use std::io::{self, Write};

/// The longest that a frame may be: a page, its thumbnail and their sizes.
pub(super) const FRAME_BYTES_MAX: usize = PAGE_BYTES_MAX + THUMB_BYTES_MAX + 64;
/// Letter and length.
pub(super) const HEAD_BYTES: usize = 5;

/// One thing said.
#[derive(Debug)]
pub(super) enum Frame {
    Page(Page),
    Done(Summary),
    Refused(Refusal),
}

fn frame(out: &mut impl Write, letter: u8, parts: &[&[u8]]) -> io::Result<()> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    out.write_all(&[letter])?;
    out.write_all(&(length as u32).to_le_bytes())?;
    parts.iter().try_for_each(|part| out.write_all(part))?;
    out.flush()
}

pub(super) fn say_page(out: &mut impl Write, page: &Page) -> io::Result<()> {
    let sizes = [page.width, page.height, page.png.len() as u32].map(u32::to_le_bytes).concat();
    frame(out, b'P', &[&sizes, &page.png, &page.thumb])
}

pub(super) fn say_end(out: &mut impl Write, end: &Result<Summary, Refusal>) -> io::Result<()> {
    let (letter, bytes) = match end {
        Ok(summary) => (b'D', postcard::to_allocvec(summary)),
        Err(refusal) => (b'R', postcard::to_allocvec(refusal)),
    };
    frame(out, letter, &[&bytes.map_err(io::Error::other)?])
}

/// The letter and the length that a frame begins with; `None` if no frame of ours does.
pub(super) fn head(bytes: [u8; HEAD_BYTES]) -> Option<(u8, usize)> {
    let [letter, length @ ..] = bytes;
    let length = u32::from_le_bytes(length) as usize;
    (length <= FRAME_BYTES_MAX).then_some((letter, length))
}

/// A whole frame; `None` if it is none of ours.
pub(super) fn parse(letter: u8, bytes: &[u8]) -> Option<Frame> {
    match letter {
        b'P' => page(bytes).map(Frame::Page),
        b'D' => postcard::from_bytes(bytes).ok().map(Frame::Done),
        b'R' => postcard::from_bytes(bytes).ok().map(Frame::Refused),
        _ => None,
    }
}

fn page(bytes: &[u8]) -> Option<Page> {
    let number =
        |place: usize| -> Option<u32> { Some(u32::from_le_bytes(bytes.get(place..place + 4)?.try_into().ok()?)) };
    let (width, height) = (number(0)?, number(4)?);
    let (png, thumb) = bytes.get(12..)?.split_at_checked(number(8)? as usize)?;
    let fits = png.len() <= PAGE_BYTES_MAX && thumb.len() <= THUMB_BYTES_MAX;
    // A picture has no thumbnail.
    let drawn = png_size(png)? == (width, height) && (thumb.is_empty() || png_size(thumb).is_some());
    (fits && drawn).then(|| Page { width, height, png: png.to_vec(), thumb: thumb.to_vec() })
}

/// The size that a PNG says it has (PNG specification, 11.2.2).
fn png_size(png: &[u8]) -> Option<(u32, u32)> {
    let rest = png.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    let side = |place: usize| -> Option<u32> { Some(u32::from_be_bytes(rest.get(place..place + 4)?.try_into().ok()?)) };
    Some((side(0)?, side(4)?))
}
