//! A page as the server keeps it: upright, with square points, light enough to be turned over at once.

use super::raster::{Bits, Points, Raster, Sheet, fitting, row_bytes};
use super::{PAGE_BYTES_MAX, Page, Read, Refusal, THUMB_BYTES_MAX};

/// The widest that black and white is kept as it is: a fax machine's widest line.
const BITS_WIDTH_MAX: usize = 2432;
/// Grey and colour are read as well at 150 points an inch (A4, either way round).
const READING: (usize, usize) = (1240, 1754);
/// Smaller than this nothing can be read.
const READING_MIN: usize = 700;
/// What a page should weigh; what does not by its nature, such as a photograph, is drawn smaller down to the least.
const PAGE_BYTES: usize = 100_000;
const THUMB: (usize, usize) = (220, 311);
/// Thirty of them fit into 200 KB.
const THUMB_BYTES: usize = 6_500;
const COLOURS_MAX: usize = 256;

pub(super) fn draw(sheet: Sheet) -> Read<Page> {
    let raster = plain(sheet.raster.squared(sheet.resolution).turned(sheet.turn));
    let thumb = thumbnail(&raster)?;
    let (width, height, png) = read(raster)?;
    if png.len() > PAGE_BYTES_MAX || thumb.len() > THUMB_BYTES_MAX {
        return Err(Refusal::PageTooLarge);
    }
    Ok(Page { width: width as u32, height: height as u32, png, thumb })
}

/// What a page is by its looks: colours that are none become grey, grey that is none black and white.
fn plain(raster: Raster) -> Raster {
    let Raster::Points(points) = raster else { return raster };
    let points = if points.depth == 3 && is_colourless(&points) { grey(&points) } else { points };
    if points.depth == 1 && points.width <= BITS_WIDTH_MAX && !has_grey_areas(&points) {
        return Raster::Bits(bits(&points));
    }
    Raster::Points(points)
}

/// A scanner's white is never quite white: a point in a thousand must be clearly coloured.
fn is_colourless(points: &Points) -> bool {
    const CLEARLY: u8 = 48;
    let coloured = points.bytes.chunks_exact(3).filter(|point| {
        let (least, most) = (point.iter().min().unwrap_or(&0), point.iter().max().unwrap_or(&0));
        most - least > CLEARLY
    });
    coloured.count() * 2000 <= points.width * points.height
}

/// ITU-R BT.601.
fn grey(points: &Points) -> Points {
    let bytes = points.bytes.chunks_exact(3).map(|point| {
        ((u32::from(point[0]) * 299 + u32::from(point[1]) * 587 + u32::from(point[2]) * 114) / 1000) as u8
    });
    Points { width: points.width, height: points.height, depth: 1, bytes: bytes.collect() }
}

/// Whether grey is more than the edges of letters: three points by three of nearly the same grey, here and there.
fn has_grey_areas(points: &Points) -> bool {
    const MIDDLE: std::ops::RangeInclusive<u8> = 24..=246;
    const NEARLY: u8 = 12;
    let (width, height) = (points.width, points.height);
    let mut areas = 0;
    for top in (0..height.saturating_sub(2)).step_by(3) {
        for left in (0..width.saturating_sub(2)).step_by(3) {
            let (mut least, mut most) = (255u8, 0u8);
            for row in top..top + 3 {
                for grey in &points.bytes[row * width + left..row * width + left + 3] {
                    least = least.min(*grey);
                    most = most.max(*grey);
                }
            }
            areas += usize::from(MIDDLE.contains(&least) && MIDDLE.contains(&most) && most - least <= NEARLY);
        }
    }
    areas * 9 * 1000 > width * height
}

fn bits(points: &Points) -> Bits {
    const BLACK_BELOW: u8 = 150;
    let mut bits = Bits::white(points.width, points.height);
    let bytes = row_bytes(points.width, 1);
    for (row, line) in points.bytes.chunks_exact(points.width).enumerate() {
        for (column, grey) in line.iter().enumerate() {
            if *grey < BLACK_BELOW {
                bits.rows[row * bytes + column / 8] |= 0x80 >> (column % 8);
            }
        }
    }
    bits
}

/// The page to be read: its size and its PNG.
fn read(raster: Raster) -> Read<(usize, usize, Vec<u8>)> {
    let size = raster.size();
    match raster {
        Raster::Bits(bits) if bits.width <= BITS_WIDTH_MAX => Ok((bits.width, bits.height, bits_encoded(&bits)?)),
        raster => {
            let mut most = if size.0 > size.1 { (READING.1, READING.1) } else { (READING.0, 4 * READING.1) };
            loop {
                let (width, height) = fitting(size, most);
                let points = raster.reduced(width, height);
                let png = if points.depth == 1 { grey_encoded(&points, 4)? } else { colour_encoded(&points)? };
                if png.len() <= 4 * PAGE_BYTES || most.0 * 3 / 4 < READING_MIN {
                    return Ok((width, height, png));
                }
                most = (most.0 * 3 / 4, most.1 * 3 / 4);
            }
        }
    }
}

fn thumbnail(raster: &Raster) -> Read<Vec<u8>> {
    let mut most = THUMB;
    for grey_bits in [4, 2, 2, 1] {
        let (width, height) = fitting(raster.size(), most);
        let points = raster.reduced(width, height);
        let png = if points.depth == 1 { grey_encoded(&points, grey_bits)? } else { colour_encoded(&points)? };
        if png.len() <= THUMB_BYTES {
            return Ok(png);
        }
        if grey_bits == 2 || points.depth == 3 {
            most = (most.0 * 3 / 4, most.1 * 3 / 4);
        }
    }
    let (width, height) = fitting(raster.size(), most);
    grey_encoded(&flattened(raster.reduced(width, height)), 1)
}

fn flattened(points: Points) -> Points {
    if points.depth == 1 { points } else { grey(&points) }
}

fn bits_encoded(bits: &Bits) -> Read<Vec<u8>> {
    // In a PNG of greys 0 is black; what hangs over at the end of a row is nobody's.
    let rows: Vec<u8> = bits.rows.iter().map(|byte| !byte).collect();
    encoded(bits.width, bits.height, png::ColorType::Grayscale, png::BitDepth::One, &rows, None)
}

/// Greys of so many bits: 1, 2 or 4.
fn grey_encoded(points: &Points, bits: usize) -> Read<Vec<u8>> {
    let most = (1u32 << bits) - 1;
    let values: Vec<u8> = points.bytes.iter().map(|grey| ((u32::from(*grey) * most + 127) / 255) as u8).collect();
    let depth = match bits {
        1 => png::BitDepth::One,
        2 => png::BitDepth::Two,
        _ => png::BitDepth::Four,
    };
    encoded(points.width, points.height, png::ColorType::Grayscale, depth, &packed(&values, points.width, bits), None)
}

/// Values of so many bits, side by side, whole bytes a row.
fn packed(values: &[u8], width: usize, bits: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(row_bytes(width, bits) * (values.len() / width.max(1)));
    for row in values.chunks_exact(width) {
        for some in row.chunks(8 / bits) {
            let byte =
                some.iter().enumerate().fold(0, |byte, (place, value)| byte | value << (8 - bits - place * bits));
            out.push(byte);
        }
    }
    out
}

/// Colours by a palette of the page's own.
fn colour_encoded(points: &Points) -> Read<Vec<u8>> {
    let palette = Palette::of(points);
    let values: Vec<u8> = points.bytes.chunks_exact(3).map(|point| palette.nearest[bin(point)]).collect();
    let colours = palette.colours.concat();
    encoded(points.width, points.height, png::ColorType::Indexed, png::BitDepth::Eight, &values, Some(colours))
}

/// Five bits of each colour: so many bins that can't be told apart by eye are one.
fn bin(point: &[u8]) -> usize {
    usize::from(point[0] >> 3) << 10 | usize::from(point[1] >> 3) << 5 | usize::from(point[2] >> 3)
}

struct Palette {
    colours: Vec<[u8; 3]>,
    /// For each bin the place of its colour.
    nearest: Vec<u8>,
}

impl Palette {
    /// Median cut (Heckbert 1982): the box with most points is halved along its longest side until there are enough.
    fn of(points: &Points) -> Palette {
        const BINS: usize = 1 << 15;
        let mut counts = vec![0u32; BINS];
        for point in points.bytes.chunks_exact(3) {
            counts[bin(point)] += 1;
        }
        let side = |bin: usize, which: usize| bin >> (10 - 5 * which) & 31;
        let used: Vec<usize> = (0..BINS).filter(|bin| counts[*bin] > 0).collect();
        let mut boxes = vec![used];
        while boxes.len() < COLOURS_MAX {
            let weight = |bins: &Vec<usize>| bins.iter().map(|bin| u64::from(counts[*bin])).sum::<u64>();
            let parted =
                boxes.iter().enumerate().filter(|(_, bins)| bins.len() > 1).max_by_key(|(_, bins)| weight(bins));
            let Some((place, _)) = parted else { break };
            let mut bins = boxes.swap_remove(place);
            let reach = |which: usize| {
                let places = bins.iter().map(|bin| side(*bin, which));
                places.clone().max().unwrap_or(0) - places.min().unwrap_or(0)
            };
            let longest = (0..3).max_by_key(|which| reach(*which)).unwrap_or(0);
            bins.sort_by_key(|bin| side(*bin, longest));
            let half = weight(&bins) / 2;
            let mut sum = 0;
            let cut = bins.iter().take_while(|bin| {
                sum += u64::from(counts[**bin]);
                sum <= half
            });
            let cut = cut.count().clamp(1, bins.len() - 1);
            let rest = bins.split_off(cut);
            boxes.push(bins);
            boxes.push(rest);
        }
        let mut palette = Palette { colours: Vec::with_capacity(boxes.len()), nearest: vec![0; BINS] };
        for (number, bins) in boxes.iter().enumerate() {
            let mut sums = [0u64; 4];
            for bin in bins {
                let count = u64::from(counts[*bin]);
                for (which, sum) in sums.iter_mut().take(3).enumerate() {
                    // 31 is white, not nearly white.
                    *sum += count * (side(*bin, which) as u64 * 255 / 31);
                }
                sums[3] += count;
                palette.nearest[*bin] = number as u8;
            }
            palette.colours.push([0, 1, 2].map(|which: usize| (sums[which] / sums[3].max(1)) as u8));
        }
        palette
    }
}

/// Ours alone goes in: no text, no profile, nothing of the file that came.
pub(super) fn encoded(
    width: usize,
    height: usize,
    colour: png::ColorType,
    depth: png::BitDepth,
    rows: &[u8],
    palette: Option<Vec<u8>>,
) -> Read<Vec<u8>> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width as u32, height as u32);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::High);
    // Below a byte a point, what a row has in common with the one above is found as well without a filter.
    let filter = if colour == png::ColorType::Rgba { png::Filter::Adaptive } else { png::Filter::NoFilter };
    encoder.set_filter(filter);
    if let Some(palette) = palette {
        encoder.set_palette(palette);
    }
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(rows));
    written.map_err(|_| Refusal::PageTooLarge)?;
    Ok(out)
}
