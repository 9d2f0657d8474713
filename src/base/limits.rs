//! How much of everything, with the reason. Sizes of text are counted in characters (Unicode scalar values).

/// A name of a person or firm: the longest that French civil registers print, doubled.
pub const NAME_CHARS_MAX: usize = 120;
/// One line of an address, a subject, a town.
pub const LINE_CHARS_MAX: usize = 200;
/// An e-mail address (RFC 5321, 4.5.3.1: 254 octets for a path without its brackets).
pub const EMAIL_CHARS_MAX: usize = 254;
/// A message's text: two typed A4 pages; what is longer belongs in a document.
pub const TEXT_CHARS_MAX: usize = 4000;
/// A postal code, foreign ones included.
pub const POSTAL_CODE_CHARS_MAX: usize = 12;
/// A telephone number in any notation, or the note in its place.
pub const PHONE_CHARS_MAX: usize = 40;
/// A login.
pub const LOGIN_CHARS_MAX: usize = 64;
/// The least that NIST SP 800-63B and the product ask for.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Long passphrases are welcome; beyond this somebody pastes a file into the hash function.
pub const PASSWORD_CHARS_MAX: usize = 200;
/// Rows on a page of messages (guide of 2010).
pub const PAGE_ROWS: u64 = 50;
/// The body of an ordinary form, in bytes; 50 ticks or a text of the longest kind take a few.
pub const FORM_BYTES_MAX: u64 = 64 * 1024;
/// What a program of calendars or address books sends, in bytes: a request that names ten thousand things.
pub const DAV_BYTES_MAX: u64 = 1024 * 1024;
/// A body with files, in bytes (product, section 7).
pub const UPLOAD_BYTES_MAX: u64 = 25 * 1024 * 1024;
/// Days that archived messages stay visible: least, usual, most.
pub const RETENTION_DAYS_MIN: u32 = 7;
pub const RETENTION_DAYS: u32 = 60;
pub const RETENTION_DAYS_MAX: u32 = 365;
/// Words of one query that count; the rest is ignored rather than refused.
pub const QUERY_WORDS_MAX: usize = 12;
/// Characters of one query that count.
pub const QUERY_CHARS_MAX: usize = 200;
