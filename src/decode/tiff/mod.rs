//! TIFF 6.0 and its fax profiles (RFC 2301, TIFF class F): pages one after another. A reader of our own, for what fax
//! machines and their services write is not what libraries of pictures expect: missing counts, marks and ends.

mod chunks;
pub(super) mod directory;
mod points;

use super::child::Desk;
use super::raster::{Raster, Sheet, Turn, measured};
use super::{Read, Refusal, Remark};
use chunks::Chunks;
use directory::{Directories, Directory, tag};

/// Group 3 and 4 machines print so many points a line; their resolution is known even when the file does not say it.
const FAX_WIDTHS: [usize; 3] = [1728, 2048, 2432];
/// Points an inch of the fine resolution.
const FAX_FINE: (f64, f64) = (204.0, 196.0);

/// Hands over every page of a file.
pub(super) fn pages(file: &[u8], desk: &mut Desk) -> Read<()> {
    let directories = Directories::of(file)?;
    let mut read = 0;
    let mut lost = 0;
    for directory in directories {
        let directory = match directory {
            Ok(directory) => directory,
            // The file ends before the page that should follow: those before it are good.
            Err(_) if read > 0 => {
                desk.remark(Remark::LostRest);
                break;
            }
            Err(refusal) => return Err(refusal),
        };
        // A smaller copy of a page that comes besides (TIFF 6.0, NewSubfileType).
        if directory.number(tag::NEW_SUBFILE_TYPE).unwrap_or(0) & 1 == 1 {
            continue;
        }
        let page = desk.next_page();
        match sheet(file, &directory, page, desk) {
            Ok(sheet) => {
                desk.page(sheet)?;
                read += 1;
            }
            Err(Refusal::Damaged) => lost += 1,
            Err(refusal) => return Err(refusal),
        }
    }
    match (read, lost) {
        (0, 0) => Err(Refusal::NoPage),
        (0, _) => Err(Refusal::Damaged),
        (_, 0) => Ok(()),
        _ => {
            desk.remark(Remark::LostPages { pages: lost });
            Ok(())
        }
    }
}

fn sheet(file: &[u8], directory: &Directory, page: u32, desk: &mut Desk) -> Read<Sheet> {
    let chunks = Chunks::of(file, directory)?;
    let shape = chunks.shape();
    measured(shape.width, shape.height, shape.bits * shape.samples)?;
    let packed = chunks.decoded()?;
    // Where a mark was damaged, two lines have become one: a few missing ones have been told of already.
    let broken_off = shape.height - packed.read > packed.damaged && !packed.whole;
    if broken_off && packed.read == 0 {
        return Err(Refusal::Damaged);
    }
    let raster = points::raster(directory, shape, packed.rows)?;
    if packed.damaged > 0 {
        desk.remark(Remark::DamagedLines { page, lines: packed.damaged as u32 });
    }
    if broken_off {
        desk.remark(Remark::BrokenOff { page, read: packed.read as u32, of: shape.height as u32 });
    }
    let resolution = resolution(directory, &raster);
    let turn = Turn::of(directory.number(tag::ORIENTATION).unwrap_or(1));
    Ok(Sheet { raster, resolution, turn })
}

/// Points across and down the same length; the unit cancels out.
fn resolution(directory: &Directory, raster: &Raster) -> (f64, f64) {
    let said = directory.ratio(tag::X_RESOLUTION).zip(directory.ratio(tag::Y_RESOLUTION));
    match (said, raster) {
        (Some((across, down)), _) if across > 0.0 && down > 0.0 => (across, down),
        (_, Raster::Bits(bits)) if FAX_WIDTHS.contains(&bits.width) => FAX_FINE,
        _ => (1.0, 1.0),
    }
}
