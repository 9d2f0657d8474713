//! What a certificate says of itself (RFC 5280, section 4.1), as far as the house is told of it. Pure: bytes in, facts out.
//!
//! Never here: whether it is to be believed; that is the browsers' question.

/// Names, days and numbers of one certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Host names and addresses it is for.
    pub names: Vec<String>,
    /// Who signed it: organisation and name, as far as they are given.
    pub issuer: String,
    /// In seconds of Unix time.
    pub starts_s: i64,
    pub ends_s: i64,
    /// The serial number's own bytes.
    pub serial: Vec<u8>,
    /// By which key it was signed, where the certificate says so.
    pub authority_key: Vec<u8>,
}

const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const OID: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
/// `[0]` version and `[3]` extensions of a certificate.
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
/// Of a general name: dNSName, iPAddress; of an authority's key: keyIdentifier (RFC 5280, 4.2.1.6 and 4.2.1.1).
const DNS_NAME: u8 = 0x82;
const IP_ADDRESS: u8 = 0x87;
const KEY_IDENTIFIER: u8 = 0x80;

const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 0x11];
const AUTHORITY_KEY: &[u8] = &[0x55, 0x1d, 0x23];
const ORGANISATION: &[u8] = &[0x55, 0x04, 0x0a];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

/// Reads a certificate's DER; `None` where it is none.
pub fn facts(der: &[u8]) -> Option<Facts> {
    let mut certificate = Reader(Reader(der).inside(SEQUENCE)?);
    let mut fields = Reader(certificate.inside(SEQUENCE)?);
    fields.optional(VERSION);
    let serial = fields.inside(INTEGER)?.to_vec();
    fields.inside(SEQUENCE)?;
    let issuer = name(fields.inside(SEQUENCE)?)?;
    let mut validity = Reader(fields.inside(SEQUENCE)?);
    let (starts_s, ends_s) = (moment(validity.element()?)?, moment(validity.element()?)?);
    let mut facts = Facts { issuer, starts_s, ends_s, serial, ..Facts::default() };
    // The subject and its key; two numbers that nobody uses; the extensions.
    while let Some((tag, content)) = fields.element() {
        if tag == EXTENSIONS {
            let mut extensions = Reader(Reader(content).inside(SEQUENCE)?);
            while let Some(content) = extensions.optional(SEQUENCE) {
                extension(content, &mut facts)?;
            }
        }
    }
    Some(facts)
}

fn extension(content: &[u8], facts: &mut Facts) -> Option<()> {
    let mut parts = Reader(content);
    let which = parts.inside(OID)?;
    parts.optional(BOOLEAN);
    let value = parts.inside(OCTETS)?;
    if which == ALTERNATIVE_NAMES {
        let mut names = Reader(Reader(value).inside(SEQUENCE)?);
        while let Some((tag, content)) = names.element() {
            match tag {
                DNS_NAME => facts.names.push(String::from_utf8_lossy(content).into_owned()),
                IP_ADDRESS => facts.names.extend(address(content)),
                _ => {}
            }
        }
    } else if which == AUTHORITY_KEY {
        let mut parts = Reader(Reader(value).inside(SEQUENCE)?);
        facts.authority_key = parts.optional(KEY_IDENTIFIER).unwrap_or_default().to_vec();
    }
    Some(())
}

fn address(bytes: &[u8]) -> Option<String> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(|four| std::net::IpAddr::from(four).to_string()),
        16 => <[u8; 16]>::try_from(bytes).ok().map(|all| std::net::IpAddr::from(all).to_string()),
        _ => None,
    }
}

/// « Let’s Encrypt, R11 »: of a name's many parts those that people know.
fn name(content: &[u8]) -> Option<String> {
    let (mut organisation, mut common) = (String::new(), String::new());
    let mut sets = Reader(content);
    while let Some(set) = sets.optional(SET) {
        let mut parts = Reader(Reader(set).inside(SEQUENCE)?);
        let which = parts.inside(OID)?;
        let (_, text) = parts.element()?;
        let text = String::from_utf8_lossy(text).into_owned();
        match which {
            ORGANISATION => organisation = text,
            COMMON_NAME => common = text,
            _ => {}
        }
    }
    let both = !organisation.is_empty() && !common.is_empty();
    Some(format!("{organisation}{}{common}", if both { ", " } else { "" }))
}

/// A moment in seconds of Unix time. In UTCTime years have two digits, 50 and more are of the last century.
fn moment((tag, text): (u8, &[u8])) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let text = match tag {
        UTC_TIME => format!("{}{text}", if text.get(..2)? < "50" { "20" } else { "19" }),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let moment = chrono::NaiveDateTime::parse_from_str(&text, "%Y%m%d%H%M%SZ").ok()?;
    Some(moment.and_utc().timestamp())
}

/// Goes through DER element by element.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The next element: its tag and its content.
    fn element(&mut self) -> Option<(u8, &'a [u8])> {
        let (tag, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match usize::from(*first) {
            short @ 0..0x80 => (short, rest),
            long => {
                let count = long - 0x80;
                let digits = rest.get(..count).filter(|_| (1..=4).contains(&count))?;
                (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest.get(count..)?)
            }
        };
        let content = rest.get(..length)?;
        self.0 = &rest[length..];
        Some((*tag, content))
    }

    /// The next element's content, which must be of this kind.
    fn inside(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.element().filter(|(found, _)| *found == tag).map(|(_, content)| content)
    }

    /// The next element's content if it is of this kind; otherwise it stays the next.
    fn optional(&mut self, tag: u8) -> Option<&'a [u8]> {
        if self.0.first() == Some(&tag) { self.inside(tag) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, DnType, Issuer, KeyPair, SerialNumber, date_time_ymd};

    #[test]
    fn a_certificate_says_who_and_until_when() {
        for (year, month, day, expected) in [(2027, 3, 14, 1_804_982_400), (2051, 1, 2, 2_556_230_400)] {
            let mut authority = CertificateParams::new(Vec::new()).unwrap();
            authority.distinguished_name.push(DnType::OrganizationName, "Essais");
            authority.distinguished_name.push(DnType::CommonName, "R11");
            let issuer = Issuer::new(authority, KeyPair::generate().unwrap());
            let names = vec!["agenda.exemple.fr".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
            let mut wanted = CertificateParams::new(names.clone()).unwrap();
            wanted.not_after = date_time_ymd(year, month, day);
            wanted.serial_number = Some(SerialNumber::from(vec![0x12, 0x34]));
            wanted.use_authority_key_identifier_extension = true;
            let made = wanted.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap();
            let said = facts(made.der()).unwrap();
            assert_eq!((said.names, said.ends_s), (names, expected));
            assert_eq!((said.issuer.as_str(), said.serial.as_slice()), ("Essais, R11", &[0x12, 0x34][..]));
            assert_eq!(said.authority_key.len(), 20, "a hash of the authority's key");
            for cut in 0..made.der().len() {
                let _ = facts(&made.der()[..cut]);
            }
        }
    }
}
