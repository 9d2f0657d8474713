//! Files that come from outside (faxes, logos, pictures), made into pages of our own: bounded before they are read, decoded
//! in a child process of this binary (`permanence decode`) that can open nothing, and encoded anew.
//!
//! A hostile file can at the worst end its child. It never sees the store, a folder or the network, and what it sends back
//! is checked again here. Knows nothing of faxes as messages: that is the room above.

pub mod child;
mod fax;
mod frames;
mod jail;
mod page;
mod parent;
mod pdf;
mod picture;
mod raster;
mod tiff;

pub use parent::Decoder;

use crate::base::french;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a file may weigh as it comes (product, section 7).
pub const FILE_BYTES_MAX: usize = 25 * 1024 * 1024;
/// Pages of one file (product, section 7).
pub const PAGES_MAX: usize = 200;
/// One page as we encode it: far above what a page takes (100 KB), far below what would hurt.
pub const PAGE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// One thumbnail; those of thirty pages go by at once.
pub const THUMB_BYTES_MAX: usize = 32 * 1024;

/// One page as the server keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Points of `png`, square ones whatever the fax machine's were.
    pub width: u32,
    pub height: u32,
    /// The page to be read: 1-bit where it is black and white.
    pub png: Vec<u8>,
    /// The same, some 220 points wide, for screens that show it at half of that.
    pub thumb: Vec<u8>,
}

/// What a file was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    Tiff,
    Pdf,
    Png,
    Jpeg,
}

impl Kind {
    /// What a file is, its first bytes say, not its name.
    pub fn of(bytes: &[u8]) -> Option<Kind> {
        const PDF_HEADER_WITHIN: usize = 1024;
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Kind::Png)
        } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Kind::Jpeg)
        } else if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") {
            Some(Kind::Tiff)
        } else {
            // Some programs put a line of their own before it, and readers have always allowed that.
            let start = bytes.get(..PDF_HEADER_WITHIN).unwrap_or(bytes);
            start.windows(5).any(|five| five == b"%PDF-").then_some(Kind::Pdf)
        }
    }

    /// The ending of its name when it is downloaded.
    pub fn extension(self) -> &'static str {
        match self {
            Kind::Tiff => "tif",
            Kind::Pdf => "pdf",
            Kind::Png => "png",
            Kind::Jpeg => "jpg",
        }
    }

    /// How it is announced when it is downloaded.
    pub fn media_type(self) -> &'static str {
        match self {
            Kind::Tiff => "image/tiff",
            Kind::Pdf => "application/pdf",
            Kind::Png => "image/png",
            Kind::Jpeg => "image/jpeg",
        }
    }
}

/// What a reader of a page should know about it. Pages count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remark {
    /// Lines that the telephone line damaged: each repeats the one above it, as on a fax machine.
    DamagedLines { page: u32, lines: u32 },
    /// From some line on nothing could be read; the rest is white.
    BrokenOff { page: u32, read: u32, of: u32 },
    /// Whole pages that can't be read and are missing; others could.
    LostPages { pages: u32 },
    /// Where the next page should be, there is none.
    LostRest,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Remark::DamagedLines { page, lines: 1 } => {
                write!(f, "Page {page} : une ligne abîmée pendant la transmission répète la précédente.")
            }
            Remark::DamagedLines { page, lines } => {
                let lines = french::grouped(u64::from(*lines));
                write!(f, "Page {page} : {lines} lignes abîmées pendant la transmission répètent la précédente.")
            }
            Remark::BrokenOff { page, read, of } => {
                let per_cent = u64::from(*read) * 100 / u64::from(*of).max(1);
                write!(f, "Page {page} : elle est incomplète ; les premiers {per_cent} % seulement ont pu être lus.")
            }
            Remark::LostPages { pages: 1 } => f.write_str("Une page du fichier est illisible et manque ici."),
            Remark::LostPages { pages } => write!(f, "{pages} pages du fichier sont illisibles et manquent ici."),
            Remark::LostRest => f.write_str("La fin du fichier est illisible : des pages manquent peut-être."),
        }
    }
}

/// What a file held, once all its pages have been handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub kind: Kind,
    pub pages: u32,
    pub remarks: Vec<Remark>,
}

/// Why a file is refused. Shown to people: one French sentence that says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    Empty,
    TooHeavy,
    UnknownKind,
    Damaged,
    Encrypted,
    NoPage,
    TooManyPages,
    PageTooLarge,
    Unsupported,
    TooDemanding,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Empty => "Ce fichier est vide.",
            Refusal::TooHeavy => "Ce fichier dépasse 25 Mo : envoyez-le en plusieurs parties.",
            Refusal::UnknownKind => {
                "Ce fichier n’est pas un fax : envoyez un fichier TIFF, PDF, PNG ou JPEG, les autres ne sont pas acceptés."
            }
            Refusal::Damaged => {
                "Ce fichier est abîmé ou incomplet et ne peut pas être lu : demandez qu’il soit envoyé de nouveau."
            }
            Refusal::Encrypted => {
                "Ce PDF est protégé par un mot de passe : retirez cette protection, puis envoyez-le de nouveau."
            }
            Refusal::NoPage => "Ce fichier ne contient aucune page.",
            Refusal::TooManyPages => "Ce fichier a plus de 200 pages : envoyez-le en plusieurs parties.",
            Refusal::PageTooLarge => {
                "Une page de ce fichier est trop grande : numérisez-la avec une résolution plus faible."
            }
            Refusal::Unsupported => {
                "Ce fichier est enregistré d’une façon que Permanence ne lit pas : envoyez-le plutôt en PDF."
            }
            Refusal::TooDemanding => {
                "Lire ce fichier demande plus de temps ou de mémoire qu’un fax : envoyez-le sous une forme plus simple."
            }
        })
    }
}

/// What reading a file comes to, in the child.
type Read<T> = std::result::Result<T, Refusal>;
