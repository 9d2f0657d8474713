//! Styles, scripts and icons, in the binary and under addresses that change with every byte of them, so that browsers may
//! keep them for good.
//!
//! What only some pages wear lies in `assets/sheets` and is loaded by them alone (`Frame::sheets`).
//! `app.css` is every sheet of `assets/css` in the order of their names, `icons.svg` every icon of `assets/icons` as one
//! sprite: two requests for the whole look.

use flate2::{Compression, write::GzEncoder};
use rust_embed::Embed;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::OnceLock;

#[derive(Embed)]
#[folder = "assets/"]
struct Files;

/// A file as it is sent.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    pub content_type: &'static str,
    pub bytes: &'static [u8],
    /// The same, for who says `Accept-Encoding: gzip`.
    pub gzip: &'static [u8],
}

struct Kept {
    content_type: &'static str,
    bytes: Vec<u8>,
    gzip: Vec<u8>,
}

struct All {
    digest: String,
    /// What stands before an icon's name in `<use href>`.
    sprite: String,
    files: BTreeMap<String, Kept>,
}

/// The first 16 hexadecimal digits of SHA-256 over all names and bytes.
pub fn digest() -> &'static str {
    &all().digest
}

/// Where a file is: `address("app.css")` is `/assets/DIGEST/app.css`.
pub fn address(name: &str) -> String {
    format!("/assets/{}/{name}", digest())
}

/// `/assets/DIGEST/icons.svg#`, ready for the name of an icon.
pub fn sprite() -> &'static str {
    &all().sprite
}

/// A file of this build; `None` for other names and for digests of other builds.
pub fn find(digest: &str, name: &str) -> Option<Asset> {
    let all = all();
    let kept = all.files.get(name).filter(|_| digest == all.digest)?;
    Some(Asset { content_type: kept.content_type, bytes: &kept.bytes, gzip: &kept.gzip })
}

fn all() -> &'static All {
    static ALL: OnceLock<All> = OnceLock::new();
    ALL.get_or_init(gather)
}

fn gather() -> All {
    let mut sheets = String::new();
    let mut sprite = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\">");
    let mut files: BTreeMap<String, (&'static str, Vec<u8>)> = BTreeMap::new();
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    for name in names {
        let Some(file) = Files::get(&name) else { continue };
        let text = || String::from_utf8_lossy(&file.data);
        if name.starts_with("css/") {
            sheets.push_str(&compact(&text()));
        } else if name.starts_with("sheets/") {
            files.insert(name.to_string(), ("text/css; charset=utf-8", compact(&text()).into_bytes()));
        } else if let Some(icon) = name.strip_prefix("icons/").and_then(|icon| icon.strip_suffix(".svg")) {
            symbol(&mut sprite, icon, &text());
        } else if name.starts_with("js/") {
            files.insert(name.into_owned(), ("text/javascript; charset=utf-8", file.data.into_owned()));
        } else if name.ends_with(".svg") {
            files.insert(name.into_owned(), ("image/svg+xml", file.data.into_owned()));
        } else if name.ends_with(".webp") {
            files.insert(name.into_owned(), ("image/webp", file.data.into_owned()));
        }
    }
    sprite.push_str("</svg>");
    files.insert("app.css".into(), ("text/css; charset=utf-8", sheets.into_bytes()));
    files.insert("icons.svg".into(), ("image/svg+xml", sprite.into_bytes()));

    let mut hash = Sha256::new();
    for (name, (_, bytes)) in &files {
        hash.update(name.as_bytes());
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    let mut digest = String::with_capacity(16);
    for byte in &hash.finalize()[..8] {
        let _ = write!(digest, "{byte:02x}");
    }
    let files = files
        .into_iter()
        .map(|(name, (content_type, bytes))| {
            // Pictures are compressed already.
            let gzip = if content_type == "image/webp" { Vec::new() } else { gzip(&bytes) };
            (name, Kept { content_type, bytes, gzip })
        })
        .collect();
    All { sprite: format!("/assets/{digest}/icons.svg#"), digest, files }
}

/// A sheet without comments, indentation and empty lines: what is written for readers is not sent to browsers.
fn compact(sheet: &str) -> String {
    let mut out = String::with_capacity(sheet.len());
    let mut rest = sheet;
    let mut code = String::with_capacity(sheet.len());
    while let Some((before, after)) = rest.split_once("/*") {
        code.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    code.push_str(rest);
    for line in code.lines().map(str::trim).filter(|line| !line.is_empty()) {
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// An icon's drawing as a symbol of the sprite. Stroke and fill are left to the page, which sets them on the outer element.
fn symbol(sprite: &mut String, name: &str, svg: &str) {
    let drawing =
        svg.split_once('>').and_then(|(_, inside)| inside.rsplit_once("</svg>")).map_or("", |(inside, _)| inside);
    let _ = write!(sprite, "<symbol id=\"{name}\" viewBox=\"0 0 24 24\">{drawing}</symbol>");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing into memory does not fail; were it to, the plain bytes would still be there to send.
    if encoder.write_all(bytes).is_err() {
        return Vec::new();
    }
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Icon;

    #[test]
    fn every_asset_has_an_address_and_answers_there() {
        for (name, kind) in [
            ("app.css", "text/css; charset=utf-8"),
            ("icons.svg", "image/svg+xml"),
            ("favicon.svg", "image/svg+xml"),
            ("js/live.js", "text/javascript; charset=utf-8"),
        ] {
            let asset = find(digest(), name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(asset.content_type, kind);
            assert!(asset.gzip.len() > 20 && asset.gzip.len() < asset.bytes.len() + 40, "{name}");
            assert_eq!(address(name), format!("/assets/{}/{name}", digest()));
        }
        assert_eq!(digest().len(), 16);
        assert!(find("0000000000000000", "app.css").is_none());
        assert!(find(digest(), "css/10-tokens.css").is_none());
        assert!(find(digest(), "../Cargo.toml").is_none());
    }

    #[test]
    fn every_icon_is_drawn() {
        let sprite = String::from_utf8_lossy(find(digest(), "icons.svg").unwrap().bytes);
        for icon in Icon::ALL {
            assert!(sprite.contains(&format!("id=\"{}\"", icon.name())), "{}", icon.name());
        }
        assert_eq!(sprite.matches("<symbol").count(), Icon::ALL.len(), "a drawing that no one uses");
    }

    #[test]
    fn the_styles_stay_light_and_ask_nobody_else() {
        let css = find(digest(), "app.css").unwrap();
        assert!(css.gzip.len() < 12_000, "{} bytes", css.gzip.len());
        let text = String::from_utf8_lossy(css.bytes);
        assert!(!text.contains("http") && !text.contains("@import") && !text.contains("/*"));
    }
}
