//! PDF, one page at a time.

use super::child::Desk;
use super::raster::{Points, Raster, Sheet, Turn};
use super::{PAGES_MAX, Read, Refusal};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

/// Points of our page for one of the PDF's (72 an inch): 200 an inch, as a fine fax has.
const SCALE: f32 = 200.0 / 72.0;
/// The longest side and the whole of a page as drawn: A3 at that scale.
const SIDE_MAX: f32 = 4700.0;
const POINTS_MAX: f32 = 8_000_000.0;

pub(super) fn pages(bytes: Vec<u8>, desk: &mut Desk) -> Read<()> {
    let pdf = Pdf::new(bytes).map_err(|cause| match cause {
        LoadPdfError::Decryption(_) => Refusal::Encrypted,
        LoadPdfError::Invalid => Refusal::Damaged,
    })?;
    let pages = pdf.pages();
    match pages.len() {
        0 => return Err(Refusal::NoPage),
        count if count > PAGES_MAX => return Err(Refusal::TooManyPages),
        _ => {}
    }
    let settings = InterpreterSettings::default();
    for page in pages.iter() {
        let (width, height) = page.render_dimensions();
        if !(width.is_finite() && height.is_finite() && width >= 1.0 && height >= 1.0) {
            return Err(Refusal::Damaged);
        }
        let scale = SCALE.min(SIDE_MAX / width.max(height)).min((POINTS_MAX / (width * height)).sqrt());
        // Of its own for each page, so that a long file takes no more memory than a short one.
        let cache = RenderCache::new();
        let pixmap = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let drawn = render(page, &cache, &settings, &RenderSettings::default(), &pixmap);
        let (width, height) = (usize::from(drawn.width()), usize::from(drawn.height()));
        if width == 0 || height == 0 {
            return Err(Refusal::Damaged);
        }
        let coloured = drawn.data().iter().any(|point| point.r != point.g || point.g != point.b);
        let points = drawn.data().iter();
        let (depth, bytes) = match coloured {
            true => (3, points.flat_map(|point| [point.r, point.g, point.b]).collect()),
            false => (1, points.map(|point| point.r).collect()),
        };
        drop(drawn);
        let raster = Raster::Points(Points { width, height, depth, bytes });
        desk.page(Sheet { raster, resolution: (1.0, 1.0), turn: Turn::NONE })?;
    }
    Ok(())
}
