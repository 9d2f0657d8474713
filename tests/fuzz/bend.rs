//! Bends bytes: flips, cuts, repeats, joins, and puts words in that mean something to whoever reads them.

/// No input is longer: what is larger is refused by its size before anybody reads it.
const BYTES_MAX: usize = 48 * 1024;
/// Words that trouble any reader.
const ODD: [&str; 24] = [
    "",
    "0",
    "-1",
    "65536",
    "4294967296",
    "9223372036854775807",
    "99999999999999999999",
    "1e308",
    "NaN",
    "%",
    "%00",
    "%2e%2e",
    "\0",
    "\r\n",
    "\n",
    "\r",
    "\"",
    "\u{feff}",
    "\u{202e}",
    "é",
    "ﬀ",
    "🩺",
    "=cmd|' /C calc'!A0",
    "\u{301}\u{301}\u{301}",
];

/// A source of bends; the same for the same seed.
pub struct Bender {
    state: u64,
    words: Vec<Vec<u8>>,
}

impl Bender {
    pub fn new(seed: u64, words: &[&str]) -> Bender {
        let words = ODD.iter().chain(words).map(|word| word.as_bytes().to_vec()).collect();
        Bender { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, words }
    }

    /// xorshift64.
    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    fn below(&mut self, most: usize) -> usize {
        (self.next() % most.max(1) as u64) as usize
    }

    /// Where a piece begins and ends; pieces are short more often than long.
    fn piece(&mut self, of: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(of.len() + 1);
        let longest = of.len() - start;
        let length = if self.below(4) == 0 { self.below(longest + 1) } else { self.below(longest.min(8) + 1) };
        start..start + length
    }

    /// One of the inputs, bent a few times.
    pub fn bend(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut input = corpus[self.below(corpus.len())].clone();
        for _ in 0..=self.below(6) {
            self.bend_once(&mut input, corpus);
        }
        input.truncate(BYTES_MAX);
        input
    }

    fn bend_once(&mut self, input: &mut Vec<u8>, corpus: &[Vec<u8>]) {
        let piece = self.piece(input);
        match self.below(9) {
            0 if !input.is_empty() => {
                let at = self.below(input.len());
                input[at] ^= 1 << self.below(8);
            }
            1 if !input.is_empty() => {
                let at = self.below(input.len());
                input[at] = self.next() as u8;
            }
            2 => {
                input.drain(piece);
            }
            3 => input.truncate(piece.start),
            4 => {
                let again = input[piece.clone()].to_vec();
                let times = 1 << self.below(if again.len() > 512 { 3 } else { 9 });
                for _ in 0..times {
                    if input.len() > BYTES_MAX {
                        break;
                    }
                    input.splice(piece.start..piece.start, again.iter().copied());
                }
            }
            5 => {
                let other = corpus[self.below(corpus.len())].clone();
                let from = self.piece(&other);
                input.splice(piece, other[from].iter().copied());
            }
            6 => {
                // What looks like a number becomes one that is hard to bear.
                let at = piece.start;
                let digits = input[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                let place = self.below(9);
                let word = self.words[place].clone();
                input.splice(at..at + digits, word);
            }
            _ => {
                let place = self.below(self.words.len());
                let word = self.words[place].clone();
                let end = if self.below(2) == 0 { piece.start } else { piece.end };
                input.splice(piece.start..end, word);
            }
        }
    }
}
