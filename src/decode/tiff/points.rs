//! Packed samples as points, by what their numbers mean (TIFF 6.0, PhotometricInterpretation).

use super::chunks::Shape;
use super::directory::{Directory, tag};
use crate::decode::raster::{Bits, Points, Raster, row_bytes};
use crate::decode::{Read, Refusal};

const WHITE_IS_ZERO: u64 = 0;
const BLACK_IS_ZERO: u64 = 1;
const RGB: u64 = 2;
const PALETTE: u64 = 3;
const CMYK: u64 = 5;
/// As JPEG has it; its decoder makes red, green and blue of it.
const YCBCR: u64 = 6;
const COMPRESSION_JPEG: u64 = 7;

pub(super) fn raster(directory: &Directory, shape: Shape, mut rows: Vec<u8>) -> Read<Raster> {
    // Fax programs often forget it: black on white.
    let meaning = directory.number(tag::PHOTOMETRIC).unwrap_or(WHITE_IS_ZERO);
    let Shape { width, height, bits, samples } = shape;
    if (bits, samples) == (1, 1) && meaning <= BLACK_IS_ZERO {
        if meaning == BLACK_IS_ZERO {
            rows.iter_mut().for_each(|byte| *byte = !*byte);
        }
        return Ok(Raster::Bits(Bits { width, height, rows }));
    }
    let points = |depth: usize, bytes: Vec<u8>| Ok(Raster::Points(Points { width, height, depth, bytes }));
    let jpeg = directory.number(tag::COMPRESSION) == Some(COMPRESSION_JPEG);
    match meaning {
        RGB | YCBCR if bits == 8 && samples == 3 && (meaning == RGB || jpeg) => points(3, rows),
        WHITE_IS_ZERO | BLACK_IS_ZERO => {
            let most = (1u32 << bits) - 1;
            let grey = each(directory, shape, &rows, 1, |values| {
                let grey = (values[0] * 255 / most) as u8;
                [if meaning == WHITE_IS_ZERO { 255 - grey } else { grey }]
            });
            points(1, grey)
        }
        RGB if samples >= 3 => {
            let most = (1u32 << bits) - 1;
            points(
                3,
                each(directory, shape, &rows, 3, |values| [0, 1, 2].map(|one: usize| (values[one] * 255 / most) as u8)),
            )
        }
        PALETTE if bits <= 8 => {
            let map = directory.numbers(tag::COLOUR_MAP);
            let count = 1usize << bits;
            if map.len() < 3 * count {
                return Err(Refusal::Damaged);
            }
            points(
                3,
                each(directory, shape, &rows, 3, |values| {
                    [0, 1, 2].map(|one: usize| (map[one * count + values[0] as usize] >> 8) as u8)
                }),
            )
        }
        CMYK if bits == 8 && samples >= 4 => points(
            3,
            each(directory, shape, &rows, 3, |values| {
                [0, 1, 2].map(|one: usize| ((255 - values[one]) * (255 - values[3]) / 255) as u8)
            }),
        ),
        _ => Err(Refusal::Unsupported),
    }
}

/// Every point made of its samples.
fn each<const DEPTH: usize>(
    directory: &Directory,
    shape: Shape,
    rows: &[u8],
    depth: usize,
    made: impl Fn(&[u32]) -> [u8; DEPTH],
) -> Vec<u8> {
    let mut out = Vec::with_capacity(shape.width * shape.height * depth);
    let mut values = vec![0u32; shape.samples];
    let line_bytes = row_bytes(shape.width, shape.bits * shape.samples);
    for line in rows.chunks_exact(line_bytes) {
        for column in 0..shape.width {
            for (number, value) in values.iter_mut().enumerate() {
                *value = sample(line, column * shape.samples + number, shape.bits, directory.is_little());
            }
            out.extend_from_slice(&made(&values));
        }
    }
    out
}

fn sample(line: &[u8], number: usize, bits: usize, little: bool) -> u32 {
    match bits {
        16 => {
            let two = [line[number * 2], line[number * 2 + 1]];
            u32::from(if little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
        }
        _ => {
            let place = number * bits;
            u32::from(line[place / 8]) >> (8 - bits - place % 8) & ((1 << bits) - 1)
        }
    }
}
