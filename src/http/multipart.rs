//! Forms with files (multipart/form-data, RFC 7578), read strictly: what no browser sends is refused, so that nobody can
//! show one thing to a proxy and another to us.
//!
//! A body is whole in memory, bounded by its route before it comes here, and few are there at once (`Files` holds the
//! place until the request is answered). Names of files are for people's eyes only: they never name a file of ours.

use super::Form;
use crate::base::limits;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Parts of one form: some fields and some files.
const PARTS_MAX: usize = 200;
/// The headers of one part.
const PART_HEAD_BYTES_MAX: usize = 4 * 1024;
/// A boundary, by RFC 2046, 5.1.1.
const BOUNDARY_CHARS_MAX: usize = 70;
/// A file's name as it is shown.
const FILE_NAME_CHARS_MAX: usize = 120;
/// Bodies with files that are in memory at once: 25 MB each at most, on machines that may have 1 GB.
const AT_ONCE_MAX: usize = 3;

static AT_ONCE: AtomicUsize = AtomicUsize::new(0);

/// Leave to have one body with files in memory; the last of its holders gives it back.
#[derive(Debug)]
pub struct Leave(());

impl Leave {
    /// `None` while enough others are at it.
    pub fn take() -> Option<Leave> {
        let taken =
            AT_ONCE.fetch_update(Ordering::AcqRel, Ordering::Acquire, |now| (now < AT_ONCE_MAX).then_some(now + 1));
        taken.is_ok().then_some(Leave(()))
    }
}

impl Drop for Leave {
    fn drop(&mut self) {
        AT_ONCE.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The files of one form.
#[derive(Debug, Clone, Default)]
pub struct Files(Option<Arc<Held>>);

#[derive(Debug)]
struct Held {
    body: Vec<u8>,
    files: Vec<File>,
    _leave: Leave,
}

/// Where one file lies in the body.
#[derive(Debug)]
struct File {
    field: String,
    name: String,
    content: Range<usize>,
}

/// A file as a handler sees it.
#[derive(Debug, Clone, Copy)]
pub struct Upload<'a> {
    /// As the person calls it, without folders and control characters.
    pub name: &'a str,
    pub bytes: &'a [u8],
}

impl Files {
    /// The first file of a field; `None` when none was chosen.
    pub fn find(&self, field: &str) -> Option<Upload<'_>> {
        let held = self.0.as_ref()?;
        let file = held.files.iter().find(|file| file.field == field)?;
        Some(Upload { name: &file.name, bytes: held.body.get(file.content.clone())? })
    }
}

impl Files {
    /// Every file of a field that takes several, in the order in which they came.
    pub fn all<'a>(&'a self, field: &'a str) -> impl Iterator<Item = Upload<'a>> {
        self.0.iter().flat_map(move |held| {
            let files = held.files.iter().filter(move |file| file.field == field);
            files.filter_map(|file| Some(Upload { name: &file.name, bytes: held.body.get(file.content.clone())? }))
        })
    }
}

/// The boundary that a `Content-Type` of this kind names. `None`: another kind, or not as RFC 7578 has it.
pub fn boundary(content_type: &str) -> Option<String> {
    let (essence, parameters) = content_type.split_once(';')?;
    if !essence.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let mut parameters = parameters.split(';').filter_map(|one| one.trim().split_once('='));
    let (name, value) = parameters.next()?;
    if !name.eq_ignore_ascii_case("boundary") || parameters.next().is_some() {
        return None;
    }
    let value = value.strip_prefix('"').map_or(Some(value), |quoted| quoted.strip_suffix('"'))?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(&byte);
    ((1..=BOUNDARY_CHARS_MAX).contains(&value.len()) && value.bytes().all(plain)).then(|| value.to_owned())
}

/// Reads a body. `None`: not as RFC 7578 has it, or too many parts.
pub fn read(body: Vec<u8>, boundary: &str, leave: Leave) -> Option<(Form, Files)> {
    let delimiter = format!("\r\n--{boundary}");
    let mut place = delimiter.len() - 2;
    if !body.starts_with(&delimiter.as_bytes()[2..]) {
        return None;
    }
    let mut form = Form::default();
    let mut files = Vec::new();
    let mut text_bytes = 0;
    for _ in 0..PARTS_MAX {
        match body.get(place..)? {
            [b'-', b'-', rest @ ..] => {
                // Nothing comes after the last delimiter, but the line break that some add.
                let ended = rest.is_empty() || rest == b"\r\n";
                return ended.then(|| (form, Files(Some(Arc::new(Held { body, files, _leave: leave })))));
            }
            [b'\r', b'\n', ..] => place += 2,
            _ => return None,
        }
        let head_end =
            place + find(body.get(place..)?.get(..PART_HEAD_BYTES_MAX.min(body.len() - place))?, b"\r\n\r\n")?;
        let head = std::str::from_utf8(body.get(place..head_end)?).ok()?;
        let start = head_end + 4;
        // A part may be empty: its content then ends with the head's own line break.
        let end = start + find(body.get(start..)?, delimiter.as_bytes())?;
        let (field, file_name) = disposition(head)?;
        match file_name {
            Some(name) if name.is_empty() && start == end => {}
            Some(name) => files.push(File { field, name: shown(&name), content: start..end }),
            None => {
                let text = std::str::from_utf8(body.get(start..end)?).ok()?;
                text_bytes += (text.len() + field.len()) as u64;
                if text.contains('\0') || text_bytes > limits::FORM_BYTES_MAX {
                    return None;
                }
                form.push(field, text);
            }
        }
        place = end + delimiter.len();
    }
    None
}

/// The names of a part's head: of its field, and of its file if it is one.
fn disposition(head: &str) -> Option<(String, Option<String>)> {
    let mut found = None;
    for line in head.split("\r\n") {
        let (name, value) = line.split_once(':')?;
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return None;
        }
        if value.contains(['\r', '\n', '\0']) {
            return None;
        }
        match name.to_ascii_lowercase().as_str() {
            "content-disposition" if found.is_none() => found = Some(names(value.trim())?),
            "content-type" => {}
            // Deprecated by RFC 7578, 4.7; what is not sent as it is would not be what it seems.
            "content-transfer-encoding" if matches!(value.trim(), "7bit" | "8bit" | "binary") => {}
            _ => return None,
        }
    }
    found
}

/// « form-data; name="fichier"; filename="contacts.csv" », each name once and quoted, as the WHATWG standard writes it.
fn names(value: &str) -> Option<(String, Option<String>)> {
    let mut rest = value.strip_prefix("form-data")?;
    let (mut field, mut file) = (None, None);
    while !rest.is_empty() {
        rest = rest.trim_start().strip_prefix(';')?.trim_start();
        let (name, after) = rest.split_once("=\"")?;
        let (text, after) = after.split_once('"')?;
        let place = match name {
            "name" => &mut field,
            "filename" => &mut file,
            _ => return None,
        };
        if place.replace(text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")).is_some() {
            return None;
        }
        rest = after;
    }
    Some((field.filter(|name| !name.is_empty())?, file))
}

/// A file's name fit to be shown: the last piece of a path, one line, not too long.
fn shown(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut clean: String = last.chars().filter(|c| !c.is_control()).take(FILE_NAME_CHARS_MAX).collect();
    crate::base::text::clean_line(&mut clean);
    if clean.is_empty() { "fichier".into() } else { clean }
}

/// Where a needle begins.
fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, _) = needle.split_first()?;
    let mut from = 0;
    while let Some(step) = bytes.get(from..)?.iter().position(|byte| byte == first) {
        from += step;
        if bytes[from..].starts_with(needle) {
            return Some(from);
        }
        from += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Field, name and content of a file.
    type Brought = (String, String, Vec<u8>);

    fn parsed(body: &[u8]) -> Option<(Form, Vec<Brought>)> {
        let leave = loop {
            // Tests run side by side and share the places.
            if let Some(leave) = Leave::take() {
                break leave;
            }
            std::thread::yield_now();
        };
        let (form, files) = read(body.to_vec(), "xYz", leave)?;
        let held = files.0.unwrap();
        let files = held
            .files
            .iter()
            .map(|file| (file.field.clone(), file.name.clone(), held.body[file.content.clone()].to_vec()));
        Some((form, files.collect()))
    }

    #[test]
    fn a_form_as_browsers_send_it() {
        // The shape of RFC 7578, section 4.1, with names as the WHATWG HTML standard escapes them (form-data, 4.10.21.8).
        let body = b"--xYz\r\nContent-Disposition: form-data; name=\"doublons\"\r\n\r\nignorer\r\n\
            --xYz\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"C:\\a\\le %22bon%22.csv\"\r\n\
            Content-Type: text/csv\r\n\r\nNom;Pr\xe9nom\r\n--xY\r\n\r\n--xYz\r\n\
            Content-Disposition: form-data; name=\"autre\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n\
            --xYz--\r\n";
        let (form, files) = parsed(body).unwrap();
        assert_eq!(form.iter().collect::<Vec<_>>(), [("doublons", "ignorer")]);
        let file = ("fichier".to_owned(), "le \"bon\".csv".to_owned(), b"Nom;Pr\xe9nom\r\n--xY\r\n".to_vec());
        assert_eq!(files, [file], "a field whose file was not chosen is none");
    }

    #[test]
    fn what_no_browser_sends_is_refused() {
        let part = |head: &str| format!("--xYz\r\n{head}\r\n\r\nx\r\n--xYz--\r\n").into_bytes();
        assert!(parsed(&part("Content-Disposition: form-data; name=\"a\"")).is_some());
        for head in [
            "Content-Disposition: form-data",
            "Content-Disposition: form-data; name=a",
            "Content-Disposition: form-data; name=\"\"",
            "Content-Disposition: form-data; name=\"a\"; name=\"b\"",
            "Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''b",
            "Content-Disposition: attachment; name=\"a\"",
            "Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"",
            "Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64",
            "Content-Disposition: form-data; name=\"a\"\r\nX-Other: 1",
            "Content-Disposition: form-data;\r\n name=\"a\"",
            "Content-Type: text/plain",
        ] {
            assert!(parsed(&part(head)).is_none(), "{head}");
        }
        let whole = part("Content-Disposition: form-data; name=\"a\"");
        for end in 0..whole.len() - 2 {
            assert!(parsed(&whole[..end]).is_none(), "cut after {end} bytes");
        }
        assert!(parsed(&[b"x".as_slice(), &whole].concat()).is_none(), "something before");
        assert!(parsed(&[&whole, b"x".as_slice()].concat()).is_none(), "something after");
        assert!(parsed(&b"--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx".repeat(400)).is_none());
    }

    #[test]
    fn a_boundary_is_named_once_and_plainly() {
        let of = |kind: &str| boundary(kind);
        assert_eq!(
            of("multipart/form-data; boundary=----WebKitFormBoundaryAb1"),
            Some("----WebKitFormBoundaryAb1".into())
        );
        assert_eq!(of("multipart/form-data; boundary=\"a:b\""), Some("a:b".into()));
        for kind in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=a b",
            "multipart/form-data; boundary=\"a",
            "multipart/form-data; boundary=a; boundary=b",
            "multipart/mixed; boundary=a",
            "application/x-www-form-urlencoded; boundary=a",
        ] {
            assert_eq!(of(kind), None, "{kind}");
        }
        assert_eq!(of(&format!("multipart/form-data; boundary={}", "a".repeat(71))), None);
    }
}
