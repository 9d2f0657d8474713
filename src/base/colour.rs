//! Colours as hexadecimal, and whether one can be read on another (WCAG 2.2, 1.4.3 and its « contrast ratio »).

use std::fmt;
use std::str::FromStr;

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

/// The least that text needs (WCAG 2.2, 1.4.3, level AA).
pub const READABLE: f64 = 4.5;

impl Colour {
    pub const WHITE: Colour = Colour([255; 3]);
    pub const BLACK: Colour = Colour([0; 3]);

    /// Relative luminance, 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// 1 to 21.
    pub fn contrast(self, other: Colour) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// So much of `other` in this, 0 to 1.
    pub fn mixed(self, other: Colour, part: f64) -> Colour {
        let mut mixed = self.0;
        for (channel, of_other) in mixed.iter_mut().zip(other.0) {
            let value = f64::from(*channel) * (1.0 - part) + f64::from(of_other) * part;
            *channel = value.round().clamp(0.0, 255.0) as u8;
        }
        Colour(mixed)
    }

    /// This colour, or the nearest towards `towards` that can be read on each of `grounds`.
    pub fn readable_on(self, grounds: &[Colour], towards: Colour) -> Colour {
        (0..=100)
            .map(|step| self.mixed(towards, f64::from(step) / 100.0))
            .find(|colour| grounds.iter().all(|ground| colour.contrast(*ground) >= READABLE))
            .unwrap_or(towards)
    }

    /// The least contrast with any of `grounds`.
    pub fn least_contrast(self, grounds: &[Colour]) -> f64 {
        grounds.iter().map(|ground| self.contrast(*ground)).fold(21.0, f64::min)
    }
}

impl fmt::Display for Colour {
    /// « #0a5563 ».
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl FromStr for Colour {
    type Err = ();

    /// « #0a5563 », « 0A5563 », « #abc ».
    fn from_str(text: &str) -> Result<Colour, ()> {
        let digits = text.trim().trim_start_matches('#');
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(());
        }
        let value = |text: &str| u8::from_str_radix(text, 16).map_err(|_| ());
        match digits.len() {
            6 => Ok(Colour([value(&digits[..2])?, value(&digits[2..4])?, value(&digits[4..])?])),
            3 => {
                let double = |place: usize| value(&digits[place..=place].repeat(2));
                Ok(Colour([double(0)?, double(1)?, double(2)?]))
            }
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().unwrap()
    }

    /// Ratios that the W3C names in its own texts and techniques (G18, F83), and the two ends of the scale.
    #[test]
    fn contrast_is_what_wcag_says() {
        for (one, other, ratio) in [
            ("#000", "#fff", 21.0),
            ("#fff", "#fff", 1.0),
            ("#767676", "#fff", 4.54),
            ("#777777", "#ffffff", 4.48),
            ("#949494", "#fff", 3.03),
            ("#ff0000", "#ffffff", 4.0),
            ("#0000ff", "#ffffff", 8.59),
        ] {
            let found = colour(one).contrast(colour(other));
            assert!((found - ratio).abs() < 0.01, "{one} on {other}: {found}");
        }
    }

    #[test]
    fn what_is_offered_can_be_read() {
        let yellow = colour("#ffd400");
        let grounds = [Colour::WHITE, colour("#f1f4f3")];
        let offered = yellow.readable_on(&grounds, Colour::BLACK);
        assert!(offered.least_contrast(&grounds) >= READABLE && offered != Colour::BLACK, "{offered}");
        assert_eq!(colour("#0a5563").readable_on(&grounds, Colour::BLACK), colour("#0a5563"), "what is good stays");
        for wrong in ["", "#", "rouge", "#12", "#1234567", "#12345g", "é12345", "+12345"] {
            assert!(wrong.parse::<Colour>().is_err(), "{wrong}");
        }
    }
}
