//! The certificate and its key: two PEM files, read at start and again when they change.
//!
//! New files that can't be used leave the old pair in place, with a line in the log. Connections that are open keep what they
//! were opened with.

use crate::store::folder::in_french;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::{ClientHello, ParsedCertificate, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::fmt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How often the files are looked at. They are read when two looks in a row found them changed and the same, so that a pair
/// that is just being replaced is not read half old, half new.
const LOOK: Duration = Duration::from_secs(2);
/// An end that is so near is worth a warning a day: certificates of public authorities are renewed 30 days before theirs.
const ENDS_SOON_S: i64 = 21 * DAY_S;
const DAY_S: i64 = 24 * 3600;

/// Where the two are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The certificate, then those between it and its authority's.
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// Why a pair can't be used: one French sentence.
#[derive(Debug)]
pub struct Unusable(String);

impl Unusable {
    pub(super) fn new(sentence: String) -> Unusable {
        Unusable(sentence)
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unusable {}

/// What handshakes use: the newest pair that was good.
#[derive(Debug)]
pub struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// Enough of a file's facts to see that it was written or replaced.
type Stamp = [Option<(SystemTime, u64, u64)>; 2];

/// The pair in use, and what its files looked like.
pub struct Certificates {
    files: Files,
    current: Arc<Current>,
    /// When the certificate in use ends, in seconds of Unix time.
    ends_s: i64,
    read: Stamp,
    seen: Stamp,
    looked: Instant,
    warned: Option<Instant>,
}

impl Certificates {
    /// Reads the pair for the first time.
    pub fn open(files: Files) -> Result<Certificates, Unusable> {
        let stamp = stamp(&files);
        let (pair, ends_s) = read(&files)?;
        let current = Arc::new(Current(RwLock::new(Arc::new(pair))));
        let now = Instant::now();
        let certificates = Certificates { files, current, ends_s, read: stamp, seen: stamp, looked: now, warned: None };
        log::info!("edge: HTTPS with a certificate until {}", utc(ends_s));
        Ok(certificates)
    }

    pub fn current(&self) -> Arc<Current> {
        Arc::clone(&self.current)
    }

    /// Warns when browsers will not take the certificate for the name they know the server by.
    pub fn check_name(&self, public_name: &str) {
        let host = public_name.rsplit_once(':').map_or(public_name, |(host, _)| host);
        let pair = Arc::clone(&self.current.0.read().unwrap_or_else(PoisonError::into_inner));
        let fits = pair.end_entity_cert().and_then(ParsedCertificate::try_from).is_ok_and(|certificate| {
            ServerName::try_from(host).is_ok_and(|name| rustls::client::verify_server_name(&certificate, &name).is_ok())
        });
        if !fits {
            log::warn!("edge: the certificate is not for « {host} », the public name: browsers will warn");
        }
    }

    /// Reads the files again if they have changed and settled; warns of an end that comes near.
    pub fn look(&mut self, now: Instant) {
        if now.saturating_duration_since(self.looked) < LOOK {
            return;
        }
        self.looked = now;
        let stamp = stamp(&self.files);
        let settled = stamp == self.seen;
        self.seen = stamp;
        if settled && stamp != self.read {
            self.read = stamp;
            self.replace();
        }
        let day = Duration::from_secs(DAY_S as u64);
        if self.warned.is_none_or(|moment| now.saturating_duration_since(moment) >= day) {
            self.warned = Some(now);
            self.warn_of_end();
        }
    }

    fn replace(&mut self) {
        match read(&self.files) {
            Ok((pair, ends_s)) => {
                *self.current.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pair);
                self.ends_s = ends_s;
                self.warned = None;
                log::info!("edge: a new certificate is in use, until {}", utc(ends_s));
            }
            Err(why) => log::error!("edge: the new certificate can't be used, the old one stays: {why}"),
        }
    }

    fn warn_of_end(&self) {
        let now_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
        match self.ends_s - now_s {
            left if left <= 0 => log::error!("edge: the certificate ended on {}: browsers warn", utc(self.ends_s)),
            left if left < ENDS_SOON_S => {
                log::warn!("edge: the certificate ends in {} days, on {}", left / DAY_S, utc(self.ends_s));
            }
            _ => {}
        }
    }
}

fn stamp(files: &Files) -> Stamp {
    [&files.certificate, &files.key].map(|path| {
        let facts = std::fs::metadata(path).ok()?;
        Some((facts.modified().ok()?, facts.len(), facts.ino()))
    })
}

fn utc(seconds: i64) -> String {
    chrono::DateTime::from_timestamp(seconds, 0)
        .map_or_else(|| "?".into(), |moment| moment.format("%Y-%m-%d %H:%M UTC").to_string())
}

/// Reads a pair and sees that the two belong together; with it when the certificate ends.
pub fn read(files: &Files) -> Result<(CertifiedKey, i64), Unusable> {
    let (certificate_shown, key_shown) = (files.certificate.display(), files.key.display());
    let text = bytes(&files.certificate, "le certificat")?;
    let chain = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<Vec<_>, _>>()
        .ok()
        .filter(|chain| !chain.is_empty())
        .ok_or_else(|| Unusable(format!("{certificate_shown} ne contient pas de certificat au format PEM")))?;
    let odd = || Unusable(format!("le certificat de {certificate_shown} n’est pas lisible (X.509)"));
    ParsedCertificate::try_from(&chain[0]).map_err(|_| odd())?;
    let ends_s = ends(&chain[0]).ok_or_else(odd)?;
    let text = bytes(&files.key, "la clé")?;
    let key = PrivateKeyDer::from_pem_slice(&text).map_err(|_| {
        let encrypted = text.windows(9).any(|word| word == b"ENCRYPTED");
        let what = if encrypted { "sans mot de passe" } else { "au format PEM" };
        Unusable(format!("{key_shown} ne contient pas de clé privée {what}"))
    })?;
    let pair = CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(|cause| match cause {
        rustls::Error::InconsistentKeys(_) => {
            Unusable(format!("la clé de {key_shown} ne va pas avec le certificat de {certificate_shown}"))
        }
        _ => Unusable(format!("la clé de {key_shown} n’est pas d’un genre connu (ECDSA, RSA ou Ed25519)")),
    })?;
    Ok((pair, ends_s))
}

fn bytes(path: &Path, what: &str) -> Result<Vec<u8>, Unusable> {
    std::fs::read(path)
        .map_err(|cause| Unusable(format!("{what} {} ne peut pas être lu : {}", path.display(), in_french(&cause))))
}

/// When a certificate ends (RFC 5280, section 4.1): Certificate → TBSCertificate → [0] version, serial number, signature,
/// issuer, validity → notBefore, notAfter.
fn ends(der: &[u8]) -> Option<i64> {
    let mut rest = sequence(sequence(der)?)?;
    if element(rest)?.0 == 0xa0 {
        rest = element(rest)?.2;
    }
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (_, _, after) = element(sequence(rest)?)?;
    let (tag, text, _) = element(after)?;
    let text = std::str::from_utf8(text).ok()?;
    let text = match tag {
        // UTCTime: years of two digits, 50 and more are of the last century.
        0x17 => format!("{}{text}", if text.get(..2)? < "50" { "20" } else { "19" }),
        0x18 => text.to_owned(),
        _ => return None,
    };
    let moment = chrono::NaiveDateTime::parse_from_str(&text, "%Y%m%d%H%M%SZ").ok()?;
    Some(moment.and_utc().timestamp())
}

/// What is in the sequence that some DER begins with.
fn sequence(der: &[u8]) -> Option<&[u8]> {
    let (tag, content, _) = element(der)?;
    (tag == 0x30).then_some(content)
}

/// The first element of some DER: its tag, its content, what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match usize::from(*first) {
        short @ 0..0x80 => (short, rest),
        long => {
            let count = long - 0x80;
            let digits = rest.get(..count).filter(|_| (1..=4).contains(&count))?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest.get(count..)?)
        }
    };
    Some((*tag, rest.get(..length)?, rest.get(length..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_read_from_the_certificate() {
        for (year, month, day, expected) in [(2027, 3, 14, 1_804_982_400), (2051, 1, 2, 2_556_230_400)] {
            let mut wanted = rcgen::CertificateParams::new(vec!["agenda.exemple.fr".to_owned()]).unwrap();
            wanted.not_after = rcgen::date_time_ymd(year, month, day);
            let made = wanted.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
            assert_eq!(ends(made.der()), Some(expected));
            for cut in 0..made.der().len() {
                let _ = ends(&made.der()[..cut]);
            }
        }
    }
}
