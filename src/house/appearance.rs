//! The house's own colours and logo, as a sheet of styles and a picture under addresses that change with them.

use super::{House, TOPIC};
use crate::base::colour::Colour;
use crate::base::secret;
use crate::error::{Error, Result};
use crate::store::{Collection, Reads, Record, Write};
use crate::ui::dress::{Dress, Picture};
use serde::{Deserialize, Serialize};

/// The one row of this table has key 1.
pub(super) static APPEARANCE: Collection<u64, Appearance> = Collection::new("house.appearance");
/// The logo as we encoded it; the one row has key 1.
pub(super) static LOGO: Collection<u64, LogoBytes> = Collection::new("house.logo");

/// What the house has chosen; without a row it looks as Permanence does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appearance {
    /// « #0a5563 »: of buttons, links and the bar.
    pub accent: Option<String>,
    pub logo: Option<Logo>,
}

/// The logo's facts; its bytes lie apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// Names it in its address.
    pub digest: String,
    pub width: u32,
    pub height: u32,
}

/// A PNG.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoBytes(pub Vec<u8>);

impl Record for Appearance {}
impl Record for LogoBytes {}

/// The grounds of assets/css/10-tokens.css on which an accent must be read: paper, sheet and sunk; by day and by night.
pub const DAY: [Colour; 3] = [Colour([0xf1, 0xf4, 0xf3]), Colour::WHITE, Colour([0xe6, 0xeb, 0xea])];
pub const NIGHT: [Colour; 3] = [Colour([0x10, 0x16, 0x17]), Colour([0x18, 0x20, 0x21]), Colour([0x0b, 0x10, 0x11])];

/// What a house may choose without thinking of contrast: the house's own first.
pub const PALETTE: [(&str, Colour); 8] = [
    ("Pétrole", Colour([0x0a, 0x55, 0x63])),
    ("Bleu", Colour([0x1d, 0x4f, 0x91])),
    ("Indigo", Colour([0x3f, 0x3d, 0x8f])),
    ("Violet", Colour([0x6a, 0x2c, 0x8a])),
    ("Prune", Colour([0x7a, 0x25, 0x58])),
    ("Forêt", Colour([0x1f, 0x5b, 0x35])),
    ("Olive", Colour([0x53, 0x57, 0x14])),
    ("Ardoise", Colour([0x3a, 0x46, 0x54])),
];

pub fn appearance(tx: &impl Reads) -> Result<Appearance> {
    Ok(APPEARANCE.get(tx, 1)?.unwrap_or_default())
}

/// Chooses a colour; the house's own for `None`.
pub fn set_accent(tx: &Write<'_>, accent: Option<Colour>) -> Result<()> {
    let accent = accent.map(|colour| colour.to_string());
    let changed = Appearance { accent, ..appearance(tx)? };
    APPEARANCE.put(tx, 1, &changed)?;
    tx.touch(TOPIC);
    Ok(())
}

/// Keeps a logo, or none.
pub fn set_logo(tx: &Write<'_>, logo: Option<(Logo, Vec<u8>)>) -> Result<()> {
    let mut changed = appearance(tx)?;
    match logo {
        Some((logo, bytes)) => {
            LOGO.put(tx, 1, &LogoBytes(bytes))?;
            changed.logo = Some(logo);
        }
        None => {
            LOGO.remove(tx, 1)?;
            changed.logo = None;
        }
    }
    APPEARANCE.put(tx, 1, &changed)?;
    tx.touch(TOPIC);
    Ok(())
}

/// The logo of that digest.
pub fn logo(tx: &impl Reads, digest: &str) -> Result<Vec<u8>> {
    let known = appearance(tx)?.logo.is_some_and(|logo| logo.digest == digest);
    match LOGO.get(tx, 1)? {
        Some(LogoBytes(bytes)) if known => Ok(bytes),
        _ => Err(Error::NotFound),
    }
}

/// What every page of the house wears. Where the data can't be read, pages wear what Permanence does.
pub fn dress(house: &House) -> Dress {
    let kept = house.store.read(appearance).unwrap_or_default();
    Dress {
        style: kept.style_address(),
        logo: kept.logo.as_ref().zip(kept.logo_address()).map(|(logo, address)| Picture {
            address,
            width: logo.width,
            height: logo.height,
        }),
    }
}

impl Appearance {
    pub fn accent(&self) -> Option<Colour> {
        self.accent.as_deref().and_then(|accent| accent.parse().ok())
    }

    /// Where the sheet with the colours is; none where the house looks as Permanence does.
    pub fn style_address(&self) -> Option<String> {
        self.accent().map(|accent| format!("/assets/maison/{}/style.css", digest(sheet(accent).as_bytes())))
    }

    /// Where the logo is.
    pub fn logo_address(&self) -> Option<String> {
        self.logo.as_ref().map(|logo| format!("/assets/maison/{}/logo.png", logo.digest))
    }
}

/// 16 hexadecimal digits that name bytes.
pub fn digest(bytes: &[u8]) -> String {
    format!("{:016x}", (secret::digest128(bytes) >> 64) as u64)
}

/// The sheet that lays an accent over the tokens of our own: by day the colour itself, by night a light one of its hue, each
/// readable on every ground that it stands on.
pub fn sheet(accent: Colour) -> String {
    let by_day = accent.readable_on(&DAY, Colour::BLACK);
    let by_night = accent.mixed(Colour::WHITE, 0.35).readable_on(&NIGHT, Colour::WHITE);
    // Washes lie under text of the accent's own colour: they give way until it can be read.
    let wash_day = wash(by_day, Colour::WHITE);
    let wash_night = wash(by_night, NIGHT[1]);
    let bar_day = by_day.mixed(Colour::BLACK, 0.25).readable_on(&[ON_BAR], Colour::BLACK);
    let bar_night = by_day.mixed(Colour::BLACK, 0.5).readable_on(&[ON_BAR], Colour::BLACK);
    let on_night = by_night.mixed(Colour::BLACK, 0.85).readable_on(&[by_night], Colour::BLACK);
    format!(
        "@layer tokens {{\n:root {{\n--petrol: light-dark({by_day}, {by_night});\n\
         --petrol-deep: light-dark({}, {});\n--on-petrol: light-dark(#ffffff, {on_night});\n\
         --petrol-wash: light-dark({wash_day}, {wash_night});\n--bar: light-dark({bar_day}, {bar_night});\n}}\n}}\n",
        by_day.mixed(Colour::BLACK, 0.3),
        by_night.mixed(Colour::WHITE, 0.35),
    )
}

/// `--on-bar`.
const ON_BAR: Colour = Colour([0xf2, 0xf8, 0xf8]);

/// A tint of `ground` on which `ink` can be read.
fn wash(ink: Colour, ground: Colour) -> Colour {
    (0..=12)
        .rev()
        .map(|part| ground.mixed(ink, f64::from(part) / 100.0))
        .find(|tint| ink.contrast(*tint) >= crate::base::colour::READABLE)
        .unwrap_or(ground)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::colour::READABLE;

    /// The pair of colours that a token stands for.
    fn token(sheet: &str, name: &str) -> [Colour; 2] {
        let line = sheet.lines().find(|line| line.starts_with(&format!("--{name}:"))).unwrap();
        let inside = line.split_once("light-dark(").unwrap().1.trim_end_matches(");");
        let (day, night) = inside.split_once(", ").unwrap();
        [day.parse().unwrap(), night.parse().unwrap()]
    }

    /// Whatever is chosen: what stands on each other can be read, by day and by night.
    #[test]
    fn every_accent_makes_readable_pairs() {
        let odd = ["#000000", "#ffffff", "#ffff00", "#ff00ff", "#00ffff", "#808080", "#123456", "#b3261a"];
        let chosen = odd.iter().map(|hex| hex.parse().unwrap()).chain(PALETTE.map(|(_, colour)| colour));
        for accent in chosen {
            let sheet = sheet(accent);
            let [day, night] = token(&sheet, "petrol");
            let [deep_day, deep_night] = token(&sheet, "petrol-deep");
            let [wash_day, wash_night] = token(&sheet, "petrol-wash");
            let [on_day, on_night] = token(&sheet, "on-petrol");
            let [bar_day, bar_night] = token(&sheet, "bar");
            let mut pairs = vec![(on_day, day), (on_night, night), (ON_BAR, bar_day), (ON_BAR, bar_night)];
            pairs.extend([(day, wash_day), (night, wash_night), (on_day, deep_day), (on_night, deep_night)]);
            pairs.extend(DAY.map(|ground| (day, ground)));
            pairs.extend(NIGHT.map(|ground| (night, ground)));
            for (ink, ground) in pairs {
                assert!(ink.contrast(ground) >= READABLE, "{accent}: {ink} on {ground} in {sheet}");
            }
        }
        for (name, colour) in PALETTE {
            assert_eq!(colour.readable_on(&DAY, Colour::BLACK), colour, "{name} is offered as it is");
        }
    }
}
