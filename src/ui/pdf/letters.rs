//! The letters of Helvetica in the encoding that every reader of PDF has built in (WinAnsi, ISO 32000-1, annex D), and how
//! wide they are. A letter beyond it is never lost: its number in Unicode stands in its place, « [U+0645] ».

use unicode_normalization::UnicodeNormalization;

/// Plain or bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Plain,
    Bold,
}

/// Windows-1252 from 0x80 to 0x9F; the places that it leaves empty bear a nought.
const HIGH: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”', '•',
    '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// Widths in thousandths of the size, from the space to « ÿ »: the metrics of the standard fonts, as the AFM file of Nimbus
/// Sans has them, which was cut to the same measure.
#[rustfmt::skip]
const PLAIN: [u16; 224] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, 350,
    556, 350, 222, 556, 333, 1000, 556, 556, 333, 1000, 667, 333, 1000, 350, 611, 350,
    350, 222, 222, 333, 333, 350, 556, 1000, 333, 1000, 500, 333, 944, 350, 500, 667,
    278, 333, 556, 556, 556, 556, 260, 556, 333, 737, 370, 556, 584, 333, 737, 333,
    400, 584, 333, 333, 333, 556, 537, 278, 333, 333, 365, 556, 834, 834, 834, 611,
    667, 667, 667, 667, 667, 667, 1000, 722, 667, 667, 667, 667, 278, 278, 278, 278,
    722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611,
    556, 556, 556, 556, 556, 556, 889, 500, 556, 556, 556, 556, 278, 278, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 584, 611, 556, 556, 556, 556, 500, 556, 500,
];

#[rustfmt::skip]
const BOLD: [u16; 224] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
    975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584, 350,
    556, 350, 278, 556, 500, 1000, 556, 556, 333, 1000, 667, 333, 1000, 350, 611, 350,
    350, 278, 278, 500, 500, 350, 556, 1000, 333, 1000, 556, 333, 944, 350, 500, 667,
    278, 333, 556, 556, 556, 556, 280, 556, 333, 737, 370, 556, 584, 333, 737, 333,
    400, 584, 333, 333, 333, 611, 556, 278, 333, 333, 365, 556, 834, 834, 834, 611,
    722, 722, 722, 722, 722, 722, 1000, 722, 667, 667, 667, 667, 278, 278, 278, 278,
    722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611,
    556, 556, 556, 556, 556, 556, 889, 556, 556, 556, 556, 556, 278, 278, 278, 278,
    611, 611, 611, 611, 611, 611, 611, 584, 611, 611, 611, 611, 611, 556, 611, 556,
];

/// A letter's place in WinAnsi; those that look the same on paper share one.
fn place(letter: char) -> Option<u8> {
    match letter {
        ' '..='~' | '\u{a0}'..='ÿ' => Some(letter as u8),
        // Spaces of French typography, and hyphens and signs that differ for machines alone.
        '\u{202f}' | '\u{2009}' => Some(0xa0),
        '\u{2010}' | '\u{2011}' => Some(b'-'),
        '\u{2212}' => Some(0x96),
        '\t' => Some(b' '),
        '\0' => None,
        _ => HIGH.iter().position(|high| *high == letter).map(|place| place as u8 + 0x80),
    }
}

/// A line of text as WinAnsi has it, and whether some letter had to be written as its number.
pub fn encode(text: &str) -> (Vec<u8>, bool) {
    let (mut out, mut numbered) = (Vec::with_capacity(text.len()), false);
    for letter in text.nfc() {
        match place(letter) {
            Some(place) => out.push(place),
            None => {
                numbered = true;
                out.extend(format!("[U+{:04X}]", u32::from(letter)).bytes());
            }
        }
    }
    (out, numbered)
}

/// How wide encoded text is at a size, in points.
pub fn width(text: &[u8], face: Face, size: f32) -> f32 {
    let widths = match face {
        Face::Plain => &PLAIN,
        Face::Bold => &BOLD,
    };
    let thousandths: u32 = text.iter().map(|byte| u32::from(widths[usize::from(byte.saturating_sub(32))])).sum();
    thousandths as f32 / 1000.0 * size
}

/// Encoded text in lines that fit; a word that is too long for a line is cut.
pub fn wrap(text: &[u8], face: Face, size: f32, room: f32) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    let mut line: Vec<u8> = Vec::new();
    for word in text.split(|byte| *byte == b' ').filter(|word| !word.is_empty()) {
        let gap = usize::from(!line.is_empty());
        let with_it = [line.as_slice(), &b" "[..gap], word].concat();
        if width(&with_it, face, size) <= room {
            line = with_it;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for byte in word {
            line.push(*byte);
            if width(&line, face, size) > room && line.len() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, vec![*byte]));
            }
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_is_whole_and_nothing_is_lost() {
        // Windows-1252 by the table of the WHATWG encoding standard.
        assert_eq!(encode("Œuvre à 5 €, l’été…"), (b"\x8cuvre \xe0 5 \x80, l\x92\xe9t\xe9\x85".to_vec(), false));
        assert_eq!(encode("e\u{301}"), (vec![0xe9], false), "combined accents are one letter");
        assert_eq!(encode("Łódź 😀"), (b"[U+0141]\xf3d[U+017A] [U+1F600]".to_vec(), true));
    }

    #[test]
    fn lines_fit_and_hold_every_letter() {
        let (text, _) = encode("Rappeler Mme Dupont avant anticonstitutionnellement");
        for line in wrap(&text, Face::Plain, 10.0, 60.0) {
            assert!(width(&line, Face::Plain, 10.0) <= 60.0);
        }
        let joined: Vec<u8> = wrap(&text, Face::Plain, 10.0, 60.0).concat();
        let letters: Vec<u8> = text.iter().copied().filter(|byte| *byte != b' ').collect();
        assert_eq!(joined.into_iter().filter(|byte| *byte != b' ').collect::<Vec<u8>>(), letters);
    }
}
