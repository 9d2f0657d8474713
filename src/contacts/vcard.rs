//! Cards as telephones and mail programs hand them over: vCard 2.1 (versit), 3.0 (RFC 2426) and 4.0 (RFC 6350), read
//! alike; 3.0 and 4.0 written. Pure.

use super::form;
use super::model::{Contact, NewContact, PhoneLine};
use crate::base::lines::{escaped, fold_into, unescaped};
use crate::base::{Phone, sheet};
use chrono::NaiveDate;

/// One card of a file, with the line at which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    pub line: u64,
    pub card: NewContact,
}

/// One property: « item1.TEL;TYPE=CELL:06 … ».
#[derive(Debug)]
struct Property {
    group: String,
    /// Upper case.
    name: String,
    /// Names upper case; the bare words of 2.1 are types.
    parameters: Vec<(String, String)>,
    value: String,
}

impl Property {
    fn types(&self) -> impl Iterator<Item = String> {
        let values = self.parameters.iter().filter(|(name, _)| name == "TYPE");
        values.flat_map(|(_, value)| {
            value.split(',').map(|one| one.trim_matches('"').to_ascii_lowercase()).collect::<Vec<_>>()
        })
    }

    fn says(&self, parameter: &str, value: &str) -> bool {
        self.parameters.iter().any(|(name, found)| name == parameter && found.eq_ignore_ascii_case(value))
    }
}

/// Whether a text is a file of vCards.
pub fn is_vcard(text: &str) -> bool {
    text.trim_start().get(..11).is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:VCARD"))
}

/// Every card of a text, as far as it can be understood; what a card of ours has no place for is left out.
pub fn read(text: &str, today: NaiveDate) -> Vec<Read> {
    let mut cards = Vec::new();
    let mut current: Option<(u64, Vec<Property>)> = None;
    let mut depth = 0;
    for (line, whole) in unfolded(text) {
        let Some(property) = property(&whole) else { continue };
        match (property.name.as_str(), property.value.trim().to_ascii_uppercase().as_str()) {
            ("BEGIN", "VCARD") => {
                depth += 1;
                if depth == 1 {
                    current = Some((line, Vec::new()));
                }
            }
            ("END", "VCARD") => {
                depth = (depth - 1).max(0);
                if depth == 0
                    && let Some((line, properties)) = current.take()
                {
                    cards.push(Read { line, card: card(&properties, today) });
                }
            }
            // A card within a card (2.1's AGENT) is somebody else.
            _ if depth > 1 => {}
            _ => {
                if let Some((_, properties)) = &mut current {
                    properties.push(property);
                }
            }
        }
    }
    cards
}

/// Whole lines with where each begins: folded ones joined, soft line breaks of quoted-printable too.
fn unfolded(text: &str) -> Vec<(u64, String)> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    let mut soft = false;
    for (number, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match lines.last_mut() {
            Some((_, last)) if soft => {
                last.pop();
                last.push_str(line.trim_start_matches([' ', '\t']));
            }
            Some((_, last)) if line.starts_with([' ', '\t']) => last.push_str(&line[1..]),
            _ if line.is_empty() => continue,
            _ => lines.push((number as u64 + 1, line.to_owned())),
        }
        soft = lines.last().is_some_and(|(_, last)| {
            let head = last.split(':').next().unwrap_or_default().to_ascii_uppercase();
            head.contains("QUOTED-PRINTABLE") && last.ends_with('=')
        });
    }
    lines
}

fn property(line: &str) -> Option<Property> {
    let mut quoted = false;
    let colon = line.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ':' && !quoted
    })?;
    let (head, value) = (&line[..colon.0], &line[colon.0 + 1..]);
    let mut pieces = split_outside_quotes(head, ';').into_iter();
    let name = pieces.next()?;
    let (group, name) = name.rsplit_once('.').unwrap_or(("", name));
    let parameters: Vec<(String, String)> = pieces
        .map(|piece| match piece.split_once('=') {
            Some((name, value)) => (name.trim().to_ascii_uppercase(), value.trim().trim_matches('"').to_owned()),
            None if piece.eq_ignore_ascii_case("QUOTED-PRINTABLE") => ("ENCODING".into(), piece.to_owned()),
            None => ("TYPE".into(), piece.trim().to_owned()),
        })
        .collect();
    let mut property = Property {
        group: group.to_ascii_lowercase(),
        name: name.trim().to_ascii_uppercase(),
        parameters,
        value: value.to_owned(),
    };
    if property.says("ENCODING", "QUOTED-PRINTABLE") {
        property.value = sheet::decoded(&quoted_printable(&property.value));
    }
    Some(property)
}

fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let (mut pieces, mut start, mut quoted) = (Vec::new(), 0, false);
    for (place, c) in text.char_indices() {
        quoted ^= c == '"';
        if c == separator && !quoted {
            pieces.push(&text[start..place]);
            start = place + c.len_utf8();
        }
    }
    pieces.push(&text[start..]);
    pieces
}

/// RFC 2045, 6.7; what is no escape stays as it is.
fn quoted_printable(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while place < bytes.len() {
        let escape = text.get(place + 1..place + 3).filter(|_| bytes[place] == b'=');
        match escape.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                place += 3;
            }
            None => {
                out.push(bytes[place]);
                place += 1;
            }
        }
    }
    out
}

/// The parts of a structured value, unescaped.
fn parts(value: &str) -> Vec<String> {
    let (mut parts, mut part, mut escaped) = (Vec::new(), String::new(), false);
    for c in value.chars() {
        if c == ';' && !escaped {
            parts.push(unescaped(&part));
            part.clear();
            continue;
        }
        escaped = c == '\\' && !escaped;
        part.push(c);
    }
    parts.push(unescaped(&part));
    parts
}

fn card(properties: &[Property], today: NaiveDate) -> NewContact {
    let mut card = NewContact::default();
    let mut full_name = String::new();
    let mut firm = String::new();
    for property in properties {
        match property.name.as_str() {
            "N" => {
                let mut names = parts(&property.value).into_iter();
                card.last_name = names.next().unwrap_or_default();
                card.first_name = names.next().unwrap_or_default();
                card.civility = names.nth(1).unwrap_or_default();
            }
            "FN" => full_name = unescaped(&property.value),
            "ORG" => firm = parts(&property.value).join(" ").trim().to_owned(),
            "TEL" => card.phones.push(phone(property, properties)),
            "EMAIL" if card.email.is_empty() => card.email = unescaped(&property.value),
            "ADR" if card.address.is_empty() && card.town.is_empty() => address(&mut card, &property.value),
            "BDAY" => card.birth = birthday(&property.value, today).map(Into::into),
            "NOTE" => {
                if !card.notes.is_empty() {
                    card.notes.push('\n');
                }
                card.notes.push_str(&unescaped(&property.value));
            }
            "X-PERMANENCE-NOUVEAU" => card.new_patient = property.value.trim() == "1",
            _ => {}
        }
    }
    if card.last_name.trim().is_empty() && card.first_name.trim().is_empty() {
        card.last_name = if full_name.is_empty() { firm } else { full_name };
    }
    card
}

fn address(card: &mut NewContact, value: &str) {
    let parts: Vec<String> = parts(value).into_iter().map(|part| part.replace('\n', ", ").trim().to_owned()).collect();
    let part = |place: usize| parts.get(place).map_or("", String::as_str);
    let street = [part(0), part(1), part(2)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    card.address = street.join(", ");
    card.town = part(3).to_owned();
    card.postal_code = part(5).to_owned();
}

/// The word beside a number: the label of its group (an habit of telephones), else the type in our words.
fn phone(property: &Property, all: &[Property]) -> PhoneLine {
    let value = unescaped(&property.value);
    let value = value.strip_prefix("tel:").unwrap_or(&value);
    // « ;phone-context= » and « ;ext= » are for switches.
    let value = value.split(';').next().unwrap_or_default();
    let label = all
        .iter()
        .find(|other| !property.group.is_empty() && other.group == property.group && other.name == "X-ABLABEL");
    let word = match label {
        Some(label) => unescaped(&label.value).trim_start_matches("_$!<").trim_end_matches(">!$_").to_owned(),
        None => {
            let types: Vec<String> = property.types().collect();
            let known = [("cell", "portable"), ("fax", "fax"), ("home", "domicile"), ("work", "travail")];
            let found = known.iter().find(|(kind, _)| types.iter().any(|one| one == kind));
            found.map_or("", |(_, word)| word).to_owned()
        }
    };
    PhoneLine { word, phone: Phone::read(value) }
}

/// « 19620513 », « 1962-05-13 », with or without a time; a birthday without its year is no birth date.
fn birthday(value: &str, today: NaiveDate) -> Option<NaiveDate> {
    let date = value.trim().split(['T', ' ']).next().unwrap_or_default();
    let compact: String = date.chars().filter(|c| *c != '-').collect();
    let basic = compact.len() == 8 && !date.starts_with('-') && compact.bytes().all(|byte| byte.is_ascii_digit());
    if basic { NaiveDate::parse_from_str(&compact, "%Y%m%d").ok() } else { form::birth(date, today) }
}

/// The versions that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// RFC 2426: what telephones understand.
    V3,
    /// RFC 6350.
    V4,
}

/// Writes one card as vCard 4.0.
pub fn write(contact: &Contact, out: &mut String) {
    write_as(contact, Dialect::V4, "", "", out);
}

/// Writes one card. `uid` may be empty; `more` are whole lines of another program, kept for it.
pub fn write_as(contact: &Contact, dialect: Dialect, uid: &str, more: &str, out: &mut String) {
    let mut line = |text: String| fold_into(out, &text);
    line("BEGIN:VCARD".into());
    line(format!("VERSION:{}", if dialect == Dialect::V4 { "4.0" } else { "3.0" }));
    if !uid.is_empty() {
        line(format!("UID:{uid}"));
    }
    let [last, first, civility] =
        [&contact.last_name, &contact.first_name, &contact.civility].map(|text| escaped(text));
    line(format!("N:{last};{first};;{civility};"));
    line(format!("FN:{}", escaped(&contact.name())));
    for (place, phone) in contact.phones.iter().enumerate() {
        let group = format!("item{}", place + 1);
        let kind = kind(&phone.word);
        let dialled = phone.phone.dialled().filter(|number| number.starts_with('+'));
        match (dialect, dialled) {
            (Dialect::V4, Some(number)) => line(format!("{group}.TEL;VALUE=uri;TYPE={kind}:tel:{number}")),
            (Dialect::V4, None) => line(format!("{group}.TEL;VALUE=text;TYPE={kind}:{}", escaped(phone.phone.kept()))),
            (Dialect::V3, _) => {
                line(format!("{group}.TEL;TYPE={}:{}", kind.to_ascii_uppercase(), escaped(phone.phone.kept())));
            }
        }
        if !phone.word.is_empty() {
            line(format!("{group}.X-ABLABEL:{}", escaped(&phone.word)));
        }
    }
    if !contact.email.is_empty() {
        line(format!("EMAIL:{}", escaped(&contact.email)));
    }
    if !contact.postal_address().is_empty() {
        let [address, town, code] = [&contact.address, &contact.town, &contact.postal_code].map(|text| escaped(text));
        line(format!("ADR:;;{address};{town};;{code};"));
    }
    if let Some(birth) = contact.birth {
        let written = if dialect == Dialect::V4 { "%Y%m%d" } else { "%Y-%m-%d" };
        line(format!("BDAY:{}", birth.date().format(written)));
    }
    if !contact.notes.is_empty() {
        line(format!("NOTE:{}", escaped(&contact.notes)));
    }
    if contact.new_patient {
        line("X-PERMANENCE-NOUVEAU:1".into());
    }
    out.push_str(more);
    out.push_str("END:VCARD\r\n");
}

/// The nearest type that the RFC has for a word of ours.
fn kind(word: &str) -> &'static str {
    match word {
        "portable" => "cell",
        "fax" => "fax",
        "travail" => "work",
        "fixe" | "domicile" => "home",
        _ => "voice",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ContactId;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    #[test]
    fn old_telephones_escape_bytes_and_break_lines_softly() {
        let text = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Lef=C3=A8vre;No=C3=\r\n=A9;;M.;\r\n\
            TEL;CELL;PREF:06 39 98 12 34\r\nTEL;HOME:01 99 00 55 66\r\n\
            NOTE;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Pr=E9f=E8re l'apr=E8s-midi=0D=0Asonner deux fois\r\n\
            PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQ\r\n AAAQABAAD\r\n\r\nEND:VCARD\r\n";
        let cards = read(text, today());
        assert_eq!(cards.len(), 1);
        let card = cards[0].card.clone().checked(today()).unwrap();
        assert_eq!(
            (card.civility.as_str(), card.last_name.as_str(), card.first_name.as_str()),
            ("M.", "Lefèvre", "Noé")
        );
        let phones: Vec<(&str, String)> =
            card.phones.iter().map(|line| (line.word.as_str(), line.phone.shown())).collect();
        assert_eq!(phones, [("portable", "06 39 98 12 34".to_owned()), ("domicile", "01 99 00 55 66".into())]);
        assert_eq!(card.notes, "Préfère l'après-midi\nsonner deux fois");
    }

    #[test]
    fn newer_ones_fold_escape_and_group() {
        // After RFC 6350, sections 3.2, 3.4 and 6.2.5.
        let text = "begin:vcard\nversion:4.0\nFN:Simon Perreault\nN:Perreault;Simon;;Dr;ing. jr,M.Sc.\nBDAY:--0203\n\
            item1.TEL;VALUE=uri;TYPE=\"voice,home\":tel:+33-1-99-00-55-66\nitem1.X-ABLabel:fille\\, le soir\n\
            ADR;TYPE=work;LABEL=\"a:b;c\":;Suite D2-630;2875 Laurier;Québec;QC;G1V 2M2;Canada\n\
            NOTE:Allergie\\, pénicilline\\; voir dossier\\nDeuxième li\n gne\nEND:VCARD\n\
            BEGIN:VCARD\nVERSION:3.0\nN:;;;;\nORG:Pharmacie du Centre;\nBDAY:1962-05-13T00:00:00Z\nEND:VCARD\n";
        let cards = read(text, today());
        let first = &cards[0].card;
        assert_eq!((first.last_name.as_str(), first.civility.as_str(), first.birth), ("Perreault", "Dr", None));
        assert_eq!(first.phones[0].word, "fille, le soir");
        assert_eq!(first.phones[0].phone.kept(), "+33199005566");
        assert_eq!(first.address, "Suite D2-630, 2875 Laurier");
        assert_eq!(first.notes, "Allergie, pénicilline; voir dossier\nDeuxième ligne");
        assert_eq!((cards[1].line, cards[1].card.last_name.as_str()), (12, "Pharmacie du Centre"));
        assert_eq!(cards[1].card.birth.unwrap().date(), NaiveDate::from_ymd_opt(1962, 5, 13).unwrap());
    }

    #[test]
    fn what_is_written_is_read_back_the_same() {
        let line = |word: &str, phone: &str| PhoneLine { word: word.into(), phone: Phone::read(phone) };
        let card = NewContact {
            civility: "Mme".into(),
            last_name: "N’Guyen; Thị, \\".into(),
            first_name: "Ánh".into(),
            birth: NaiveDate::from_ymd_opt(1962, 5, 13).map(Into::into),
            address: "12 bis, rue des Trois-Frères-Barthélemy, bâtiment C, escalier 14, 27e étage, au fond".into(),
            postal_code: "94000".into(),
            town: "Créteil".into(),
            phones: vec![line("portable", "0639981234"), line("fille, le soir", "poste 204"), line("", "3639")],
            email: "anh@example.org".into(),
            notes: "Une ligne.\nUne autre ; 王小明 👩🏽‍⚕️".repeat(4),
            new_patient: true,
        };
        let mut text = String::new();
        write(&card.clone().into_contact(ContactId(5), 1), &mut text);
        assert!(text.lines().all(|line| line.len() <= 75), "{text}");
        assert_eq!(read(&text, today())[0].card, card);
    }
}
