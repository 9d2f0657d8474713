//! What fits into an SMS: its alphabet, its length, its parts. `assets/js/sms.js` counts the same while somebody types.
//!
//! 3GPP TS 23.038, 6.2.1: 160 characters of the GSM alphabet, or 70 of UCS-2 as soon as one character is not in it;
//! TS 23.040, 9.2.3.24.1: a part of several holds 153 or 67, for its header takes seven bytes.

use crate::base::french;

/// The basic table of TS 23.038, 6.2.1, without its escape.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension: each takes the place of two.
const EXTENDED: &str = "^{}\\[~]|€\u{c}";

/// Beyond this nobody reads on a telephone, and each part is paid for.
pub const PARTS_MAX: usize = 5;

/// How long a text is as an SMS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// Septets of the GSM alphabet, or code units of UCS-2.
    pub units: usize,
    pub parts: usize,
    /// Whether a character forced UCS-2.
    pub wide: bool,
}

/// « 83 caractères, 1 SMS ».
pub fn length_in_words(text: &str) -> String {
    let length = length(text);
    let wide = if length.wide { " (un caractère hors de l’alphabet des SMS en réduit la place)" } else { "" };
    format!("{}, {} SMS{wide}", french::count(length.units as u64, "caractère", "caractères"), length.parts)
}

fn septets(c: char) -> Option<usize> {
    if BASIC.contains(c) {
        Some(1)
    } else if EXTENDED.contains(c) {
        Some(2)
    } else {
        None
    }
}

/// Length and parts of a text as it is.
pub fn length(text: &str) -> Length {
    let narrow: Option<usize> = text.chars().map(septets).sum();
    let (units, wide, alone, each) = match narrow {
        Some(units) => (units, false, 160, 153),
        None => (text.encode_utf16().count(), true, 70, 67),
    };
    let parts = match units {
        0 => 0,
        units if units <= alone => 1,
        _ => parts_of(text, wide, each),
    };
    Length { units, parts, wide }
}

/// Parts of a long text: a character that takes two places is never cut in two.
fn parts_of(text: &str, wide: bool, each: usize) -> usize {
    let (mut parts, mut used) = (1, 0);
    for c in text.chars() {
        let size = if wide { c.len_utf16() } else { septets(c).unwrap_or(1) };
        if used + size > each {
            parts += 1;
            used = 0;
        }
        used += size;
    }
    parts
}

/// Typography that telephones of the GSM alphabet don't have, in the signs that they do. Letters stay as they are: what a
/// patient is called matters more than a part.
pub fn plain(text: &str) -> String {
    const SPACES: [char; 4] = [' ', '\u{a0}', '\u{202f}', '\u{2009}'];
    let mut text = text.to_owned();
    for space in SPACES {
        text = text.replace(&format!("«{space}"), "«").replace(&format!("{space}»"), "»");
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '’' | '‘' | 'ʼ' => out.push('\''),
            '«' | '»' | '“' | '”' | '„' => out.push('"'),
            '…' => out.push_str("..."),
            '–' | '—' | '\u{2011}' => out.push('-'),
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\t' => out.push(' '),
            '°' => out.push('o'),
            'œ' => out.push_str("oe"),
            'Œ' => out.push_str("OE"),
            other => out.push(other),
        }
    }
    out.trim().to_owned()
}

/// The text cut to the most that is sent, with an ellipsis.
pub fn cut(text: &str) -> String {
    if length(text).parts <= PARTS_MAX {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    loop {
        kept.pop();
        let shorter: String = kept.iter().collect::<String>().trim_end().to_owned() + "...";
        if length(&shorter).parts <= PARTS_MAX {
            return shorter;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Limits of TS 23.038 and 23.040.
    #[test]
    fn parts_are_counted_as_the_standard_has_it() {
        let of = |text: &str| {
            let length = length(text);
            (length.units, length.parts, length.wide)
        };
        assert_eq!(of(""), (0, 0, false));
        assert_eq!(of(&"a".repeat(160)), (160, 1, false));
        assert_eq!(of(&"é".repeat(161)), (161, 2, false));
        assert_eq!(of(&"a".repeat(306)), (306, 2, false));
        assert_eq!(of(&"a".repeat(307)), (307, 3, false));
        assert_eq!(of(&"€".repeat(80)), (160, 1, false));
        // 153 is odd: a sign of two septets does not fit into the last place of a part.
        assert_eq!(of(&"€".repeat(153)), (306, 3, false));
        assert_eq!(of(&"ê".repeat(70)), (70, 1, true));
        assert_eq!(of(&"ê".repeat(71)), (71, 2, true));
        assert_eq!(of("😀"), (2, 1, true));
        assert_eq!(BASIC.chars().count(), 127);
    }

    #[test]
    fn typography_does_not_cost_a_part() {
        let text = plain("Rappeler l’étude « Œuvrard » … n° 12");
        assert_eq!(text, "Rappeler l'étude \"OEuvrard\" ... no 12");
        assert!(!length(&text).wide);
        assert!(length(&cut(&"a ".repeat(2000))).parts == PARTS_MAX);
    }
}
