//! PNG and JPEG, as pages and as pictures (logos). Sizes are checked before the first point is decoded.

use super::raster::{Points, Raster, Sheet, Turn, fitting, measured};
use super::tiff::directory::exif_orientation;
use super::{Kind, Page, Read, Refusal};
use std::io::Cursor;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// What the PNG decoder may take beside the points themselves.
const PNG_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Points as their file has them.
struct Picture {
    width: usize,
    height: usize,
    /// Bytes a point: grey, grey and how opaque; red, green and blue, these and how opaque.
    depth: usize,
    bytes: Vec<u8>,
    /// Points a metre, across and down.
    resolution: (f64, f64),
}

impl Picture {
    fn of(points: Points) -> Picture {
        let Points { width, height, depth, bytes } = points;
        Picture { width, height, depth, bytes, resolution: (1.0, 1.0) }
    }

    /// Red, green, blue and how opaque.
    fn at(&self, place: usize) -> [u8; 4] {
        match self.bytes[place * self.depth..(place + 1) * self.depth] {
            [grey] => [grey, grey, grey, 255],
            [grey, opaque] => [grey, grey, grey, opaque],
            [red, green, blue] => [red, green, blue, 255],
            [red, green, blue, opaque, ..] => [red, green, blue, opaque],
            [] => [255; 4],
        }
    }
}

/// A picture as one page, on white paper.
pub(super) fn sheet(bytes: &[u8], kind: Kind) -> Read<Sheet> {
    if kind == Kind::Jpeg {
        let (points, turn) = jpeg(bytes)?;
        return Ok(Sheet { raster: Raster::Points(points), resolution: (1.0, 1.0), turn });
    }
    let picture = png(bytes)?;
    let depth = if picture.depth < 3 { 1 } else { 3 };
    let mut points = Vec::with_capacity(picture.width * picture.height * depth);
    for place in 0..picture.width * picture.height {
        let [red, green, blue, opaque] = picture.at(place);
        let on_white = |colour: u8| 255 - ((255 - u32::from(colour)) * u32::from(opaque) / 255) as u8;
        points.extend([red, green, blue].into_iter().take(depth).map(on_white));
    }
    let points = Points { width: picture.width, height: picture.height, depth, bytes: points };
    Ok(Sheet { raster: Raster::Points(points), resolution: picture.resolution, turn: Turn::NONE })
}

/// A picture drawn anew within a size, transparency and all.
pub(super) fn fitted(bytes: &[u8], kind: Kind, most_width: usize, most_height: usize) -> Read<Page> {
    let picture = match kind {
        Kind::Jpeg => {
            let (points, turn) = jpeg(bytes)?;
            let Raster::Points(points) = Raster::Points(points).turned(turn) else { return Err(Refusal::Damaged) };
            Picture::of(points)
        }
        _ => png(bytes)?,
    };
    let (width, height) = fitting((picture.width, picture.height), (most_width.max(1), most_height.max(1)));
    let mut out = Vec::with_capacity(width * height * 4);
    for row in 0..height {
        for column in 0..width {
            out.extend(mean(&picture, span(column, width, picture.width), span(row, height, picture.height)));
        }
    }
    let png = super::page::encoded(width, height, png::ColorType::Rgba, png::BitDepth::Eight, &out, None)?;
    Ok(Page { width: width as u32, height: height as u32, png, thumb: Vec::new() })
}

fn span(place: usize, new: usize, old: usize) -> std::ops::Range<usize> {
    let start = place * old / new;
    start..((place + 1) * old / new).max(start + 1).min(old)
}

/// The mean of some points, weighed by how opaque they are.
fn mean(picture: &Picture, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> [u8; 4] {
    let mut sums = [0u64; 4];
    let mut count = 0u64;
    for row in rows {
        for column in columns.clone() {
            let [red, green, blue, opaque] = picture.at(row * picture.width + column);
            let opaque = u64::from(opaque);
            for (sum, channel) in sums.iter_mut().zip([red, green, blue]) {
                *sum += u64::from(channel) * opaque;
            }
            sums[3] += opaque;
            count += 1;
        }
    }
    let opaque = sums[3];
    let channel = |sum: u64| sum.checked_div(opaque).unwrap_or(0).min(255) as u8;
    [channel(sums[0]), channel(sums[1]), channel(sums[2]), opaque.checked_div(count).unwrap_or(0).min(255) as u8]
}

fn png(bytes: &[u8]) -> Read<Picture> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: PNG_BYTES_MAX });
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(why)?;
    let info = reader.info();
    let (width, height) = (info.width as usize, info.height as usize);
    let resolution = info.pixel_dims.map_or((1.0, 1.0), |dims| (f64::from(dims.xppu), f64::from(dims.yppu)));
    measured(width, height, 8)?;
    let mut raw = vec![0; reader.output_buffer_size().ok_or(Refusal::PageTooLarge)?];
    let frame = reader.next_frame(&mut raw).map_err(why)?;
    raw.truncate(frame.buffer_size());
    let depth = frame.color_type.samples();
    if raw.len() != width * height * depth || frame.color_type == png::ColorType::Indexed {
        return Err(Refusal::Damaged);
    }
    Ok(Picture { width, height, depth, bytes: raw, resolution })
}

fn why(cause: png::DecodingError) -> Refusal {
    match cause {
        png::DecodingError::LimitsExceeded => Refusal::TooDemanding,
        _ => Refusal::Damaged,
    }
}

/// The points of a JPEG, one or three bytes each, and how the camera was held.
fn jpeg(bytes: &[u8]) -> Read<(Points, Turn)> {
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), jpeg_options());
    decoder.decode_headers().map_err(refused)?;
    let (width, height) = decoder.dimensions().ok_or(Refusal::Damaged)?;
    measured(width, height, 8)?;
    let grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let depth = if grey { 1 } else { 3 };
    decoder.set_options(jpeg_options().jpeg_set_out_colorspace(if grey { ColorSpace::Luma } else { ColorSpace::RGB }));
    let bytes = decoder.decode().map_err(refused)?;
    if bytes.len() != width * height * depth {
        return Err(Refusal::Damaged);
    }
    let turn = decoder.exif().map_or(Turn::NONE, |exif| Turn::of(exif_orientation(exif)));
    Ok((Points { width, height, depth, bytes }, turn))
}

fn jpeg_options() -> DecoderOptions {
    let most = super::raster::SIDE_MAX;
    DecoderOptions::default().set_max_width(most).set_max_height(most)
}

fn refused(cause: DecodeErrors) -> Refusal {
    match cause {
        DecodeErrors::LargeDimensions(_) => Refusal::PageTooLarge,
        _ => Refusal::Damaged,
    }
}

/// A strip or tile of a TIFF, whose tables stand apart (TIFF technical note 2).
pub(super) fn jpeg_part(tables: &[u8], data: &[u8], width: usize, height: usize, samples: usize) -> Read<Vec<u8>> {
    let mut whole = Vec::with_capacity(tables.len() + data.len());
    match (tables.strip_suffix(&[0xff, 0xd9]), data.strip_prefix(&[0xff, 0xd8])) {
        (Some(tables), Some(data)) => {
            whole.extend_from_slice(tables);
            whole.extend_from_slice(data);
        }
        _ => whole.extend_from_slice(data),
    }
    let (points, _) = jpeg(&whole)?;
    // A tile is whole; a strip has fewer rows than it could.
    let fits = points.width == width && points.height <= height && points.depth == samples;
    if fits { Ok(points.bytes) } else { Err(Refusal::Damaged) }
}
