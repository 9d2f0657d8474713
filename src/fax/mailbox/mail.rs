//! What a mail holds of use: who wrote to whom about what, and its attachments that may be faxes. Whatever else it is, it is no
//! error: a newsletter brings nothing.

use crate::base::limits;
use crate::base::text::clean_line;
use crate::decode::Kind;
use mail_parser::{Address, MessageParser, MimeHeaders};

/// Attachments of one mail; a fax service sends one.
const ATTACHMENTS_MAX: usize = 20;

/// A mail as rules see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mail {
    pub from: String,
    pub to: String,
    pub subject: String,
    pub attachments: Vec<Attachment>,
}

/// A file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Reads a mail, however broken: what can be made out of it is taken.
pub fn read(raw: &[u8]) -> Mail {
    let Some(message) = MessageParser::default().parse(raw) else { return Mail::default() };
    let attachments = message
        .attachments()
        .filter_map(|part| {
            let bytes = part.contents();
            let name = part.attachment_name().unwrap_or_default();
            // Pictures of a signature and calendars are no faxes; what is called one is judged by its content alone.
            let fax = Kind::of(bytes).is_some() || looks_like_fax(name);
            fax.then(|| Attachment { name: named(name), bytes: bytes.to_owned() })
        })
        .take(ATTACHMENTS_MAX)
        .collect();
    Mail {
        from: addresses(message.from()),
        to: [message.to(), message.cc()].map(addresses).join(" "),
        subject: line(message.subject().unwrap_or_default()),
        attachments,
    }
}

/// A name that promises a fax: if the content is none, somebody has to be told.
fn looks_like_fax(name: &str) -> bool {
    let name = name.to_lowercase();
    [".tif", ".tiff", ".pdf"].iter().any(|end| name.ends_with(end))
}

fn named(name: &str) -> String {
    if name.trim().is_empty() { "fax".to_owned() } else { name.to_owned() }
}

fn addresses(of: Option<&Address<'_>>) -> String {
    let Some(all) = of else { return String::new() };
    let each = all.iter().map(|one| {
        let (name, address) = (one.name().unwrap_or_default(), one.address().unwrap_or_default());
        format!("{name} <{address}>")
    });
    line(&each.collect::<Vec<_>>().join(", "))
}

/// One line of bounded length.
fn line(text: &str) -> String {
    let mut text: String = text.chars().take(4 * limits::LINE_CHARS_MAX).collect();
    clean_line(&mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_of_a_fax_service_gives_its_fax_and_a_broken_one_what_it_has() {
        let mail = "From: \"Service de fax\" <fax@example.org>\r\nTo: cabinet@example.org\r\n\
            Subject: =?UTF-8?Q?T=C3=A9l=C3=A9copie_de_0199001122?=\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n\
            --b\r\nContent-Type: application/pdf; name=\"fax.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\
            Content-Disposition: attachment; filename=\"fax.pdf\"\r\n\r\nJVBERi0xLjQ=\r\n--b--\r\n";
        let read_whole = read(mail.as_bytes());
        assert_eq!(read_whole.from, "Service de fax <fax@example.org>");
        assert_eq!(read_whole.subject, "Télécopie de 0199001122");
        let fax = Attachment { name: "fax.pdf".into(), bytes: b"%PDF-1.4".to_vec() };
        assert_eq!(read_whole.attachments, [fax]);
        // Cut off before the last boundary it can't be decoded; it still comes, so that somebody is told.
        let cut = read(mail.trim_end_matches("\r\n--b--\r\n").as_bytes()).attachments;
        assert_eq!(cut.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["fax.pdf"]);
        for nothing in
            ["", "\r\n", "Subject: x\r\n\r\nrien", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--c\r\n"]
        {
            assert_eq!(read(nothing.as_bytes()).attachments, []);
        }
    }
}
