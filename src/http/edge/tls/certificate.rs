//! The certificate and its key: two PEM files, read at start and again when they change.
//!
//! New files that can't be used leave the old pair in place, with a line in the log. Connections that are open keep what they
//! were opened with. Where an authority is asked for it there is no certificate before the first one: until then no handshake
//! succeeds but the authority's own.

use super::board::{Board, Failure};
use super::x509::{self, Facts};
use crate::http::edge::challenges::{Challenges, PROTOCOL};
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

/// What handshakes use: the newest pair that was good, or the proof that an authority asks for.
#[derive(Debug)]
pub struct Shown {
    pair: RwLock<Option<Arc<CertifiedKey>>>,
    challenges: Arc<Challenges>,
}

impl Shown {
    fn pair(&self) -> Option<Arc<CertifiedKey>> {
        self.pair.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, pair: CertifiedKey) {
        *self.pair.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(pair));
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // The authority offers this protocol and no other (RFC 8737, section 3).
        let mut offered = hello.alpn().into_iter().flatten();
        match (offered.next(), offered.next()) {
            (Some(PROTOCOL), None) => self.challenges.pair(hello.server_name()?),
            _ => self.pair(),
        }
    }
}

/// Enough of a file's facts to see that it was written or replaced.
type Stamp = [Option<(SystemTime, u64, u64)>; 2];

/// The pair in use, and what its files looked like.
pub struct Certificates {
    files: Files,
    shown: Arc<Shown>,
    board: Arc<Board>,
    /// When the certificate in use ends, in seconds of Unix time.
    ends_s: Option<i64>,
    read: Stamp,
    seen: Stamp,
    looked: Instant,
    warned: Option<Instant>,
}

impl Certificates {
    /// Reads the pair for the first time. Where it is `awaited`, there may be none yet.
    pub fn open(
        files: Files,
        awaited: bool,
        challenges: Arc<Challenges>,
        board: Arc<Board>,
    ) -> Result<Certificates, Unusable> {
        let stamp = stamp(&files);
        let found = match read(&files) {
            Err(why) if !awaited => return Err(why),
            Err(_) if stamp[0].is_none() => {
                log::warn!("edge: no certificate yet: pages wait until the authority has given one");
                None
            }
            Err(why) => {
                log::error!("edge: the certificate can't be used, another is awaited: {why}");
                None
            }
            Ok(pair) => Some(pair),
        };
        let (pair, facts) = found.unzip();
        let ends_s = facts.as_ref().map(|facts| facts.ends_s);
        if let Some(ends_s) = ends_s {
            log::info!("edge: HTTPS with a certificate until {}", utc(ends_s));
        }
        board.change(|known| known.certificate = facts);
        let shown = Arc::new(Shown { pair: RwLock::new(pair.map(Arc::new)), challenges });
        Ok(Certificates { files, shown, board, ends_s, read: stamp, seen: stamp, looked: Instant::now(), warned: None })
    }

    pub fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown)
    }

    /// Whether there is a certificate at all.
    pub fn is_there(&self) -> bool {
        self.ends_s.is_some()
    }

    /// Warns when browsers will not take the certificate for the name they know the server by.
    pub fn check_name(&self, public_name: &str) {
        let host = public_name.rsplit_once(':').map_or(public_name, |(host, _)| host);
        let Some(pair) = self.shown.pair() else { return };
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
            Ok((pair, facts)) => {
                self.shown.replace(pair);
                self.ends_s = Some(facts.ends_s);
                self.warned = None;
                log::info!("edge: a new certificate is in use, until {}", utc(facts.ends_s));
                self.board.change(|known| {
                    known.certificate = Some(facts);
                    known.failure = None;
                });
            }
            Err(why) => {
                log::error!("edge: the new certificate can't be used, the old one stays: {why}");
                let sentence = format!("Le nouveau certificat ne peut pas servir, l’ancien reste : {why}.");
                let advice = "Remettez les deux fichiers en place ; ils sont relus dès qu’ils changent.".into();
                let failure = Failure { at_s: now_s(), sentence, advice, again_s: None };
                self.board.change(|known| known.failure = Some(failure));
            }
        }
    }

    fn warn_of_end(&self) {
        let Some(ends_s) = self.ends_s else { return };
        match ends_s - now_s() {
            left if left <= 0 => log::error!("edge: the certificate ended on {}: browsers warn", utc(ends_s)),
            left if left < ENDS_SOON_S => {
                log::warn!("edge: the certificate ends in {} days, on {}", left / DAY_S, utc(ends_s));
            }
            _ => {}
        }
    }
}

/// The system's clock in seconds of Unix time: certificates go by it, whatever time the house has.
pub(in crate::http) fn now_s() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

fn stamp(files: &Files) -> Stamp {
    [&files.certificate, &files.key].map(|path| {
        let facts = std::fs::metadata(path).ok()?;
        Some((facts.modified().ok()?, facts.len(), facts.ino()))
    })
}

pub(in crate::http) fn utc(seconds: i64) -> String {
    chrono::DateTime::from_timestamp(seconds, 0)
        .map_or_else(|| "?".into(), |moment| moment.format("%Y-%m-%d %H:%M UTC").to_string())
}

/// Reads a pair and sees that the two belong together; with it what the certificate says of itself.
pub fn read(files: &Files) -> Result<(CertifiedKey, Facts), Unusable> {
    let (certificate_shown, key_shown) = (files.certificate.display(), files.key.display());
    let text = bytes(&files.certificate, "le certificat")?;
    let chain = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<Vec<_>, _>>()
        .ok()
        .filter(|chain| !chain.is_empty())
        .ok_or_else(|| Unusable(format!("{certificate_shown} ne contient pas de certificat au format PEM")))?;
    let odd = || Unusable(format!("le certificat de {certificate_shown} n’est pas lisible (X.509)"));
    ParsedCertificate::try_from(&chain[0]).map_err(|_| odd())?;
    let facts = x509::facts(&chain[0]).ok_or_else(odd)?;
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
    Ok((pair, facts))
}

fn bytes(path: &Path, what: &str) -> Result<Vec<u8>, Unusable> {
    std::fs::read(path)
        .map_err(|cause| Unusable(format!("{what} {} ne peut pas être lu : {}", path.display(), in_french(&cause))))
}
