//! The end of an answer of unknown length: follows `Transfer-Encoding: chunked` (RFC 9112, 7.1) as bytes pass by.
//! The chunks were written by our own side, so what is odd is an error and nothing more.

/// Where in the chunks the last byte was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Size {
        so_far: u64,
        digits: u8,
    },
    SizeEnd {
        size: u64,
    },
    Data {
        left: u64,
    },
    DataEnd {
        seen_cr: bool,
    },
    /// After the last chunk: lines until an empty one.
    Trailer {
        line_bytes: u32,
        seen_cr: bool,
    },
    Done,
}

/// A follower of chunks.
#[derive(Debug)]
pub struct Chunks(Place);

/// The chunks make no sense.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken;

impl Default for Chunks {
    fn default() -> Chunks {
        Chunks::new()
    }
}

impl Chunks {
    pub fn new() -> Chunks {
        Chunks(Place::Size { so_far: 0, digits: 0 })
    }

    pub fn done(&self) -> bool {
        self.0 == Place::Done
    }

    /// Follows some bytes; how many belong to the answer. `payload` gets the data without its chunks.
    pub fn follow(&mut self, bytes: &[u8], mut payload: Option<&mut Vec<u8>>) -> Result<usize, Broken> {
        let mut at = 0;
        while at < bytes.len() && self.0 != Place::Done {
            let byte = bytes[at];
            self.0 = match self.0 {
                Place::Size { so_far, digits } => match (char::from(byte).to_digit(16), byte) {
                    (Some(digit), _) if digits < 15 => {
                        Place::Size { so_far: so_far << 4 | u64::from(digit), digits: digits + 1 }
                    }
                    (None, b'\r') if digits > 0 => Place::SizeEnd { size: so_far },
                    _ => return Err(Broken),
                },
                Place::SizeEnd { size } => match (byte, size) {
                    (b'\n', 0) => Place::Trailer { line_bytes: 0, seen_cr: false },
                    (b'\n', left) => Place::Data { left },
                    _ => return Err(Broken),
                },
                Place::Data { left } => {
                    let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len() - at);
                    if let Some(payload) = payload.as_deref_mut() {
                        payload.extend_from_slice(&bytes[at..at + here]);
                    }
                    // The common step below counts one.
                    at += here - 1;
                    match left - here as u64 {
                        0 => Place::DataEnd { seen_cr: false },
                        left => Place::Data { left },
                    }
                }
                Place::DataEnd { seen_cr } => match (seen_cr, byte) {
                    (false, b'\r') => Place::DataEnd { seen_cr: true },
                    (true, b'\n') => Place::Size { so_far: 0, digits: 0 },
                    _ => return Err(Broken),
                },
                Place::Trailer { line_bytes, seen_cr } => match (seen_cr, byte) {
                    (false, b'\r') => Place::Trailer { line_bytes, seen_cr: true },
                    (true, b'\n') if line_bytes == 0 => Place::Done,
                    (true, b'\n') => Place::Trailer { line_bytes: 0, seen_cr: false },
                    (false, _) => Place::Trailer { line_bytes: line_bytes + 1, seen_cr: false },
                    _ => return Err(Broken),
                },
                Place::Done => Place::Done,
            };
            at += 1;
        }
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_found_however_the_bytes_are_cut() {
        let whole = b"5\r\nhello\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\nnext";
        for size in 1..whole.len() {
            let mut chunks = Chunks::new();
            let mut payload = Vec::new();
            let mut taken = 0;
            for piece in whole.chunks(size) {
                taken += chunks.follow(piece, Some(&mut payload)).unwrap();
            }
            assert!(chunks.done());
            assert_eq!(taken, whole.len() - 4);
            assert_eq!(payload, b"helloabcdefghijklmnopqrstuvwxyz");
        }
        for broken in [&b"\r\n"[..], b"g\r\n", b"5\r\nhelloX", b"5;x=1\r\n", b"1\nx"] {
            assert_eq!(Chunks::new().follow(broken, None), Err(Broken));
        }
    }
}
