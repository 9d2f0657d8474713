//! A picture that somebody sent, made into one of our own: decoded in a child process, made smaller, encoded anew.

use crate::decode::{Decoder, Refusal};
use crate::error::Result;
use crate::house::appearance::{self, Logo};

/// What a logo may weigh as it comes.
const BYTES_MAX: usize = 4 * 1024 * 1024;
/// The size it is kept at: twice what is shown, for sharp screens.
const WIDTH_MAX: u32 = 480;
const HEIGHT_MAX: u32 = 160;

/// The logo to keep, or a sentence that says why not. What a file is, its first bytes say, not its name.
pub(super) fn read(decoder: &Decoder, bytes: &[u8]) -> Result<std::result::Result<(Logo, Vec<u8>), &'static str>> {
    if bytes.len() > BYTES_MAX {
        return Ok(Err("Cette image dépasse 4 Mo : réduisez-la d’abord."));
    }
    Ok(match decoder.picture(bytes, WIDTH_MAX, HEIGHT_MAX)? {
        Ok(picture) => {
            let digest = appearance::digest(&picture.png);
            Ok((Logo { digest, width: picture.width, height: picture.height }, picture.png))
        }
        Err(refusal) => Err(match refusal {
            Refusal::UnknownKind => {
                "Envoyez une image PNG ou JPEG ; les autres formats, SVG compris, ne sont pas acceptés."
            }
            Refusal::PageTooLarge | Refusal::TooDemanding => "Cette image est trop grande : réduisez-la d’abord.",
            _ => "Cette image est abîmée et ne peut pas être lue : choisissez-en une autre.",
        }),
    })
}
