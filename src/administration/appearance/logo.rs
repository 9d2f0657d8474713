//! A picture that somebody sent, made into one of our own: decoded within limits, made smaller, encoded anew. Pure.

use crate::house::appearance::{self, Logo};
use std::io::Cursor;

/// What a logo may weigh as it comes.
pub(super) const BYTES_MAX: usize = 4 * 1024 * 1024;
/// The pixels of a photograph of 2010; beyond it somebody wants our memory.
const PIXELS_MAX: usize = 8_000_000;
const SIDE_MAX: usize = 8_000;
/// The size it is kept at: twice what is shown, for sharp screens.
const WIDTH_MAX: usize = 480;
const HEIGHT_MAX: usize = 160;

/// Red, green, blue and how opaque, row by row.
struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 4]>,
}

/// The logo to keep, or a sentence that says why not. What a file is, its first bytes say, not its name.
pub(super) fn read(bytes: &[u8]) -> Result<(Logo, Vec<u8>), String> {
    if bytes.len() > BYTES_MAX {
        return Err("Cette image dépasse 4 Mo : réduisez-la d’abord.".into());
    }
    let picture = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(bytes)
    } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        jpeg(bytes)
    } else {
        return Err("Envoyez une image PNG ou JPEG ; les autres formats, SVG compris, ne sont pas acceptés.".into());
    };
    let picture = picture.ok_or("Cette image est abîmée ou trop grande (8 millions de points au plus).")?;
    let kept = smaller(&picture);
    let encoded = encode(&kept).ok_or("Cette image ne peut pas être redessinée.")?;
    let logo = Logo { digest: appearance::digest(&encoded), width: kept.width as u32, height: kept.height as u32 };
    Ok((logo, encoded))
}

fn fits(width: usize, height: usize) -> bool {
    (1..=SIDE_MAX).contains(&width) && (1..=SIDE_MAX).contains(&height) && width * height <= PIXELS_MAX
}

fn png(bytes: &[u8]) -> Option<Picture> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: 4 * PIXELS_MAX });
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    if !fits(width, height) {
        return None;
    }
    let mut raw = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut raw).ok()?;
    let raw = raw.get(..frame.buffer_size())?;
    let pixels: Vec<[u8; 4]> = match frame.color_type {
        png::ColorType::Grayscale => raw.iter().map(|grey| [*grey, *grey, *grey, 255]).collect(),
        png::ColorType::GrayscaleAlpha => raw.chunks_exact(2).map(|two| [two[0], two[0], two[0], two[1]]).collect(),
        png::ColorType::Rgb => raw.chunks_exact(3).map(|three| [three[0], three[1], three[2], 255]).collect(),
        png::ColorType::Rgba => raw.chunks_exact(4).map(|four| [four[0], four[1], four[2], four[3]]).collect(),
        png::ColorType::Indexed => return None,
    };
    (pixels.len() == width * height).then_some(Picture { width, height, pixels })
}

fn jpeg(bytes: &[u8]) -> Option<Picture> {
    use zune_jpeg::JpegDecoder;
    use zune_jpeg::zune_core::bytestream::ZCursor;
    use zune_jpeg::zune_core::colorspace::ColorSpace;
    use zune_jpeg::zune_core::options::DecoderOptions;
    let options = DecoderOptions::default()
        .set_max_width(SIDE_MAX)
        .set_max_height(SIDE_MAX)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().ok()?;
    let (width, height) = decoder.dimensions()?;
    if !fits(width, height) {
        return None;
    }
    let raw = decoder.decode().ok()?;
    let pixels: Vec<[u8; 4]> = raw.chunks_exact(3).map(|three| [three[0], three[1], three[2], 255]).collect();
    (pixels.len() == width * height).then_some(Picture { width, height, pixels })
}

/// Fits a picture into what is kept: each new point is the mean of those it stands for, weighed by how opaque they are.
fn smaller(picture: &Picture) -> Picture {
    let scale = (WIDTH_MAX as f64 / picture.width as f64).min(HEIGHT_MAX as f64 / picture.height as f64).min(1.0);
    let side = |length: usize| ((length as f64 * scale).round() as usize).max(1);
    let (width, height) = (side(picture.width), side(picture.height));
    let mut pixels = Vec::with_capacity(width * height);
    for row in 0..height {
        let (top, bottom) = span(row, height, picture.height);
        for column in 0..width {
            let (left, right) = span(column, width, picture.width);
            pixels.push(mean(picture, left..right, top..bottom));
        }
    }
    Picture { width, height, pixels }
}

/// The old places that a new one stands for; at least one.
fn span(place: usize, new: usize, old: usize) -> (usize, usize) {
    let start = place * old / new;
    (start, ((place + 1) * old / new).max(start + 1))
}

fn mean(picture: &Picture, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> [u8; 4] {
    let mut sums = [0u64; 4];
    let mut count = 0u64;
    for row in rows {
        for column in columns.clone() {
            let Some([red, green, blue, opaque]) = picture.pixels.get(row * picture.width + column) else { continue };
            let opaque = u64::from(*opaque);
            for (sum, channel) in sums.iter_mut().zip([red, green, blue]) {
                *sum += u64::from(*channel) * opaque;
            }
            sums[3] += opaque;
            count += 1;
        }
    }
    let opaque = sums[3];
    let channel = |sum: u64| sum.checked_div(opaque).unwrap_or(0).min(255) as u8;
    [channel(sums[0]), channel(sums[1]), channel(sums[2]), opaque.checked_div(count).unwrap_or(0).min(255) as u8]
}

fn encode(picture: &Picture) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, picture.width as u32, picture.height as u32);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().ok()?.write_image_data(&picture.pixels.concat()).ok()?;
    Some(out)
}
