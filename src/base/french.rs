//! French agreement and typography, in one place.

/// U+202F, the narrow no-break space of numbers.
const NARROW_SPACE: char = '\u{202f}';

/// « 1 message », « 65 messages »; French keeps the singular for 0 and 1.
/// `plural` is the whole word in the plural, since not all take an « s ».
pub fn count(number: u64, singular: &str, plural: &str) -> String {
    format!("{} {}", grouped(number), if number < 2 { singular } else { plural })
}

/// `plural` from two on, otherwise `singular`.
pub fn agree<'a>(number: u64, singular: &'a str, plural: &'a str) -> &'a str {
    if number < 2 { singular } else { plural }
}

/// A number with its thousands apart: « 1 248 » (narrow no-break space).
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(NARROW_SPACE);
        }
        out.push(digit);
    }
    out
}

/// A name as screens show it: « DUPONT Marie »; either part may be missing.
pub fn person_name(last_name: &str, first_name: &str) -> String {
    let last_name = last_name.trim().to_uppercase();
    let first_name = first_name.trim();
    match (last_name.is_empty(), first_name.is_empty()) {
        (true, _) => first_name.to_owned(),
        (_, true) => last_name,
        _ => format!("{last_name} {first_name}"),
    }
}

/// A size for people: « 12,4 Mo » (decimal units, as French systems show them).
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["octets", "ko", "Mo", "Go"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit < UNITS.len() - 1 {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 { count(bytes, "octet", "octets") } else { format!("{value:.1} {}", UNITS[unit]).replace('.', ",") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_follows_french() {
        assert_eq!(count(0, "message", "messages"), "0 message");
        assert_eq!(count(1, "message", "messages"), "1 message");
        assert_eq!(count(65, "message", "messages"), "65 messages");
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(person_name("Lefèvre-Œuvrard", "Noé"), "LEFÈVRE-ŒUVRARD Noé");
        assert_eq!(size(12_400_000), "12,4 Mo");
    }
}
