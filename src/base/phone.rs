//! Telephone numbers: read in any notation, kept as E.164 (« +33612345678 »), shown as the French write them.
//!
//! What is not a telephone number (« poste 204 », « inconnu », « 15 ») is kept and shown as it was typed: a secretary's
//! note is worth more than an empty field.

use serde::{Deserialize, Serialize};

/// National prefixes of overseas France with the country code that each has abroad (ARCEP numbering plan).
/// Within France one dials 0590 12 34 56; from abroad it is +590 590 12 34 56.
const OVERSEAS: [(&str, &str); 16] = [
    ("0262", "262"),
    ("0263", "262"),
    ("0269", "262"),
    ("0639", "262"),
    ("0692", "262"),
    ("0693", "262"),
    ("0590", "590"),
    ("0690", "590"),
    ("0691", "590"),
    ("0594", "594"),
    ("0694", "594"),
    ("0596", "596"),
    ("0696", "596"),
    ("0697", "596"),
    ("0976", "262"),
    ("0709", "596"),
];

/// E.164 allows 15 digits; shorter than 8 with a country code is no subscriber's number.
const INTERNATIONAL_DIGITS_MIN: usize = 8;
const INTERNATIONAL_DIGITS_MAX: usize = 15;

/// A telephone number, or what was typed in its place. Empty when there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Phone(String);

impl Phone {
    pub const NONE: Phone = Phone(String::new());

    /// Reads a number in any notation. Never fails: what can't be dialled is kept as typed, with its ends trimmed.
    pub fn read(text: &str) -> Phone {
        let text = text.trim();
        Phone(e164(text).unwrap_or_else(|| text.to_owned()))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As it is kept: « +33612345678 », or what was typed.
    pub fn kept(&self) -> &str {
        &self.0
    }

    /// What a `tel:` link dials; `None` for what is no number. Short service numbers (15, 112, 3639) can be dialled.
    pub fn dialled(&self) -> Option<&str> {
        let digits = self.0.strip_prefix('+').unwrap_or(&self.0);
        let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        (all_digits && (self.0.starts_with('+') || digits.len() <= 4)).then_some(self.0.as_str())
    }

    /// For people: « 06 12 34 56 78 », « 0590 12 34 56 », « +32 475 12 34 56 », or what was typed.
    pub fn shown(&self) -> String {
        // « +2 bis » is no number, and is shown as it was typed.
        let digits = self.0.strip_prefix('+').filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
        let Some(digits) = digits else { return self.0.clone() };
        match national(&self.0) {
            Some(number) if digits.starts_with("33") => pairs(&number, 2),
            Some(number) => pairs(&number, 4),
            None => {
                let code = country_code_digits(digits);
                let (country, rest) = digits.split_at(code);
                format!("+{country} {}", groups_from_left(rest))
            }
        }
    }

    /// The digits that the search keeps and asks for: national for French numbers, else all digits.
    pub fn searched(&self) -> String {
        national(&self.0).unwrap_or_else(|| self.0.chars().filter(char::is_ascii_digit).collect())
    }
}

/// The E.164 form of a number in any notation, or `None` for what is no number.
fn e164(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(text.len());
    let mut international = false;
    // « +33 (0)6 … »: the zero in brackets is for callers within the country.
    let text = text.replace("(0)", "");
    for (place, c) in text.char_indices() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if place == 0 => international = true,
            ' ' | '.' | '-' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}' | '\u{2011}' => {}
            _ => return None,
        }
    }
    if !international && let Some(rest) = digits.strip_prefix("00") {
        international = true;
        digits = rest.to_owned();
    }
    if international {
        // « +33 06 … »: the zero too many of hurried fingers.
        if let Some(rest) = digits.strip_prefix("330")
            && rest.len() == 9
        {
            digits = format!("33{rest}");
        }
        let long_enough = (INTERNATIONAL_DIGITS_MIN..=INTERNATIONAL_DIGITS_MAX).contains(&digits.len());
        return (long_enough && !digits.starts_with('0')).then(|| format!("+{digits}"));
    }
    if digits.len() != 10 || !digits.starts_with('0') {
        return None;
    }
    Some(format!("+{}{}", country_of(&digits), &digits[1..]))
}

/// The country code of a ten-digit French number. 06 39 98 xx xx, which ARCEP keeps for films and examples, lies within
/// Mayotte's 0639 and is not Mayotte's.
fn country_of(national: &str) -> &'static str {
    let overseas = OVERSEAS.iter().find(|(prefix, _)| national.starts_with(prefix));
    match overseas {
        Some((_, country)) if !national.starts_with("063998") => country,
        _ => "33",
    }
}

/// The ten-digit form used within France, for French numbers in E.164.
fn national(kept: &str) -> Option<String> {
    let digits = kept.strip_prefix('+')?;
    if let Some(rest) = digits.strip_prefix("33") {
        return (rest.len() == 9).then(|| format!("0{rest}"));
    }
    let (country, rest) = digits.split_at_checked(3)?;
    let known =
        rest.len() == 9 && OVERSEAS.iter().any(|(prefix, code)| *code == country && rest.starts_with(&prefix[1..]));
    known.then(|| format!("0{rest}"))
}

/// Digits apart by twos after a head of `head` digits.
fn pairs(digits: &str, head: usize) -> String {
    let mut out = String::with_capacity(digits.len() * 3 / 2);
    for (place, digit) in digits.chars().enumerate() {
        if place >= head && (place - head).is_multiple_of(2) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// How many digits a country code has: the zones of ITU-T E.164 that matter to French offices; 3 where we don't know.
fn country_code_digits(digits: &str) -> usize {
    const TWO: [&str; 26] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51", "52", "55", "61", "81", "84", "86", "90",
    ];
    if digits.starts_with('1') || digits.starts_with('7') {
        1
    } else if TWO.iter().any(|code| digits.starts_with(code)) {
        2
    } else {
        3.min(digits.len())
    }
}

/// « 475 12 34 56 »: a first group of three when the count is odd, then pairs.
fn groups_from_left(digits: &str) -> String {
    pairs(digits, if digits.len() % 2 == 1 { 3.min(digits.len()) } else { 2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_of_a_french_number_is_the_same_number() {
        for text in [
            "06 12 34 56 78",
            "0612345678",
            "06.12.34.56.78",
            "06-12-34-56-78",
            "+33612345678",
            "+33 6 12 34 56 78",
            "+33 (0)6 12 34 56 78",
            "0033612345678",
            "+33 06 12 34 56 78",
        ] {
            let phone = Phone::read(text);
            assert_eq!(phone.kept(), "+33612345678", "{text}");
            assert_eq!(phone.shown(), "06 12 34 56 78");
            assert_eq!(phone.searched(), "0612345678");
            assert_eq!(phone.dialled(), Some("+33612345678"));
        }
    }

    #[test]
    fn numbers_kept_for_fiction_are_no_overseas_numbers() {
        assert_eq!(Phone::read("06 39 98 12 34").kept(), "+33639981234");
        assert_eq!(Phone::read("0639 12 34 56").kept(), "+262639123456");
    }

    #[test]
    fn overseas_numbers_have_a_country_code_of_their_own() {
        for text in ["0590 12 34 56", "+590 590 12 34 56", "0590123456"] {
            let phone = Phone::read(text);
            assert_eq!(phone.kept(), "+590590123456", "{text}");
            assert_eq!(phone.shown(), "0590 12 34 56");
        }
    }

    #[test]
    fn what_is_no_number_is_kept_as_typed() {
        for text in ["poste 204", "inconnu", "12 34", "06 12 34"] {
            let phone = Phone::read(text);
            assert_eq!(phone.kept(), text);
            assert_eq!(phone.shown(), text);
            assert_eq!(phone.dialled(), None);
        }
        assert_eq!(Phone::read("15").dialled(), Some("15"));
        assert_eq!(Phone::read("+32 475 12 34 56").shown(), "+32 475 12 34 56");
        assert_eq!(Phone::read("+").dialled(), None);
    }
}
