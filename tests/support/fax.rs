//! Faxes: the samples, the decoder of the real binary, and a measure of how like two pages are.

use permanence::decode::{Decoder, Page, Refusal, Summary};

/// A file of `tests/samples/fax`.
pub fn sample(name: &str) -> Vec<u8> {
    let path = format!("tests/samples/fax/{name}");
    std::fs::read(&path).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

/// A decoder that starts the real binary.
pub fn decoder() -> Decoder {
    Decoder::new(env!("CARGO_BIN_EXE_permanence").into())
}

/// All pages, and how it ended.
pub fn decode(file: &[u8]) -> (Vec<Page>, Result<Summary, Refusal>) {
    let mut pages = Vec::new();
    let end = decoder().pages(file, &mut |page| {
        pages.push(page);
        Ok(())
    });
    (pages, end.expect("the child runs"))
}

/// The pages of a good file.
pub fn read(file: &[u8]) -> Vec<Page> {
    let (pages, end) = decode(file);
    assert!(end.is_ok(), "{end:?}");
    pages
}

/// A picture in greys, 255 being white.
pub struct Greys {
    pub width: usize,
    pub height: usize,
    points: Vec<u8>,
}

impl Greys {
    pub fn of(file: &[u8]) -> Greys {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
        let mut reader = decoder.read_info().expect("a PNG");
        let mut raw = vec![0; reader.output_buffer_size().expect("a size")];
        let frame = reader.next_frame(&mut raw).expect("a picture");
        let points = raw[..frame.buffer_size()]
            .chunks_exact(frame.color_type.samples())
            .map(|point| match point {
                [red, green, blue, ..] => {
                    ((u32::from(*red) * 299 + u32::from(*green) * 587 + u32::from(*blue) * 114) / 1000) as u8
                }
                _ => point[0],
            })
            .collect();
        Greys { width: frame.width as usize, height: frame.height as usize, points }
    }

    /// The mean of what each point stands for, the points between two shared between them.
    pub fn reduced(&self, width: usize, height: usize) -> Greys {
        let across = shares(self.width, width);
        let down = shares(self.height, height);
        let mut points = Vec::with_capacity(width * height);
        for rows in &down {
            for columns in &across {
                let (mut sum, mut weight) = (0.0, 0.0);
                for (row, part) in rows {
                    for (column, share) in columns {
                        sum += f64::from(self.points[row * self.width + column]) * part * share;
                        weight += part * share;
                    }
                }
                points.push((sum / weight).round() as u8);
            }
        }
        Greys { width, height, points }
    }

    /// So much of it from the top, as a share of the whole.
    pub fn top(&self, part: f64) -> Greys {
        let height = (self.height as f64 * part) as usize;
        Greys { width: self.width, height, points: self.points[..height * self.width].to_vec() }
    }

    pub fn mean_difference(&self, other: &Greys) -> f64 {
        assert_eq!(self.points.len(), other.points.len());
        let sum: u64 = self.points.iter().zip(&other.points).map(|(one, two)| u64::from(one.abs_diff(*two))).sum();
        sum as f64 / self.points.len() as f64
    }

    fn black(&self, column: usize, row: usize, below: u8) -> bool {
        self.points[row * self.width + column] < below
    }

    /// Whether the point or one beside it is black.
    fn black_near(&self, column: usize, row: usize, below: u8) -> bool {
        let rows = row.saturating_sub(1)..(row + 2).min(self.height);
        rows.into_iter().any(|row| {
            (column.saturating_sub(1)..(column + 2).min(self.width)).any(|column| self.black(column, row, below))
        })
    }
}

fn shares(old: usize, new: usize) -> Vec<Vec<(usize, f64)>> {
    let step = old as f64 / new as f64;
    let share = |place: usize| {
        let (from, to) = (place as f64 * step, (place + 1) as f64 * step);
        let olds = from.floor() as usize..(to.ceil() as usize).min(old);
        olds.map(move |one| (one, (to.min(one as f64 + 1.0) - from.max(one as f64)).max(0.0))).collect()
    };
    (0..new).map(share).collect()
}

/// How unlike a page is to its reference: both at the reference's size (a third of a fax's width), black where less than
/// 70 % white. Of all black points of both, how many in a hundred have no black one of the other within one point.
pub fn strangers(page: &Greys, reference: &Greys) -> f64 {
    /// Where ImageMagick put the line; on both sides of it stand points that two roundings tell apart.
    const LINE: u8 = 178;
    const CLEARLY: u8 = 150;
    const HARDLY: u8 = 210;
    let page = page.reduced(reference.width, reference.height);
    let (mut black, mut alone) = (0u32, 0u32);
    for row in 0..reference.height {
        for column in 0..reference.width {
            if reference.black(column, row, LINE) {
                black += 1;
                alone += u32::from(!page.black_near(column, row, HARDLY));
            }
            if page.black(column, row, CLEARLY) {
                black += 1;
                alone += u32::from(!reference.black_near(column, row, LINE));
            }
        }
    }
    assert!(black > 1000, "hardly anything on the page");
    f64::from(alone) * 100.0 / f64::from(black)
}
