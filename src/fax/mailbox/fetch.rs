//! The way to the mailbox: IMAP (RFC 3501) over TLS, or in clear on this very machine. One connection a look, bounded in time
//! and bytes; a server that is slow, gone or hostile costs one look.

use super::mail;
use super::{Mailbox, State, set_state, state};
use crate::base::{Instant, french, limits};
use crate::error::Result;
use crate::fax::model::{About, Way};
use crate::fax::receive::{Arrival, Received, receive};
use crate::house::House;
use crate::notices::settings::Protection;
use crate::subscribers::store as subscribers;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

/// A server that says nothing for so long is gone.
const PATIENCE: Duration = Duration::from_secs(30);
/// Mails taken at one look; the next look takes the next ones.
const MAILS_MAX: usize = 50;
/// A mail with a fax of the largest kind: base64 makes four bytes of three, and line breaks.
const MAIL_BYTES_MAX: u32 = (limits::UPLOAD_BYTES_MAX as u32) / 3 * 4 + 2 * 1024 * 1024;
/// All that a server may say at one look.
const BYTES_MAX: u64 = MAIL_BYTES_MAX as u64 * 4;

/// Looks into the mailbox, if there is one and its time has come. What goes wrong is kept for the administration's screen.
pub fn poll(house: &House, now: Instant, stop: &dyn Fn() -> bool) -> Result<()> {
    let (found, before) = house.store.read(|tx| Ok((super::mailbox(tx)?, state(tx)?)))?;
    let Some(mailbox) = found.filter(|mailbox| before.due(mailbox).is_none_or(|due| due <= now)) else { return Ok(()) };
    let mut look = Look { house, mailbox: &mailbox, now, taken: 0, left: 0 };
    let outcome = look.run(stop);
    let (taken, left) = (look.taken, look.left);
    let after = match outcome {
        Ok(()) => State { succeeded: Some(now), failure: None, failures: 0, ..before },
        Err(why) => {
            log::warn!("fax mailbox: {why}");
            State { failure: Some(why), failures: before.failures + 1, ..before }
        }
    };
    house.store.write_into_reserve(|tx| {
        // It was removed, or other settings were chosen, while we looked.
        if super::mailbox(tx)?.as_ref() != Some(&mailbox) {
            return Ok(());
        }
        let (taken, left) = (after.taken + taken, after.left + left);
        set_state(tx, &State { asked: false, tried: Some(now), taken, left, ..after })
    })
}

/// One look into the mailbox.
struct Look<'a> {
    house: &'a House,
    mailbox: &'a Mailbox,
    now: Instant,
    taken: u64,
    left: u64,
}

/// Account and password as SASL PLAIN has them.
struct Plain<'a>(&'a Mailbox);

impl imap::Authenticator for Plain<'_> {
    type Response = String;

    fn process(&self, _: &[u8]) -> String {
        format!("\0{}\0{}", self.0.login, self.0.password)
    }
}

/// What became of one mail.
enum Outcome {
    Taken,
    /// It stays in the mailbox, marked for somebody to look at.
    Left,
}

impl Look<'_> {
    /// `Err` is a sentence for the administrator.
    fn run(&mut self, stop: &dyn Fn() -> bool) -> std::result::Result<(), String> {
        let stream = connect(self.mailbox)?;
        let mut client = imap::Client::new(stream);
        client.read_greeting().map_err(|cause| said("Le serveur ne se présente pas comme un serveur IMAP", &cause))?;
        // A quoted string of LOGIN is plain ASCII (RFC 3501, 4.3); SASL PLAIN is UTF-8 (RFC 4616).
        let plain = self.mailbox.login.is_ascii() && self.mailbox.password.is_ascii();
        let signed_in = if plain {
            client.login(&self.mailbox.login, &self.mailbox.password)
        } else {
            client.authenticate("PLAIN", &Plain(self.mailbox))
        };
        let mut session = signed_in.map_err(|(cause, _)| said("Le compte est refusé", &cause))?;
        session
            .select(&self.mailbox.folder)
            .map_err(|cause| said(&format!("Le dossier « {} » ne s’ouvre pas", self.mailbox.folder), &cause))?;
        let unseen = session.uid_search("UNSEEN UNDELETED UNFLAGGED");
        let mut unseen: Vec<u32> =
            unseen.map_err(|cause| said("La recherche des nouveaux e-mails échoue", &cause))?.into_iter().collect();
        unseen.sort_unstable();
        let mut failed = None;
        for uid in unseen.into_iter().take(MAILS_MAX) {
            if stop() {
                break;
            }
            match self.take(&mut session, uid) {
                Ok(outcome) => self.settle(&mut session, uid, &outcome)?,
                Err(why) => {
                    failed = Some(why);
                    break;
                }
            }
        }
        let _ = session.logout();
        failed.map_or(Ok(()), Err)
    }

    /// Fetches one mail and keeps what it brought. Nothing is marked here.
    fn take(&mut self, session: &mut imap::Session<Stream>, uid: u32) -> std::result::Result<Outcome, String> {
        let broken = |cause: imap::Error| said("Un e-mail n’a pas pu être relevé", &cause);
        let uid = uid.to_string();
        let size = session.uid_fetch(&uid, "(UID RFC822.SIZE)").map_err(broken)?;
        if size.iter().next().and_then(|one| one.size).is_some_and(|size| size > MAIL_BYTES_MAX) {
            return Ok(Outcome::Left);
        }
        let fetched = session.uid_fetch(&uid, "(UID BODY.PEEK[])").map_err(broken)?;
        let Some(raw) = fetched.iter().find_map(|one| one.body()) else { return Ok(Outcome::Taken) };
        let mail = mail::read(raw);
        let subscriber = self.mailbox.subscriber_of(&mail);
        let active =
            |id| self.house.store.read(|tx| Ok(subscribers::subscriber(tx, id)?.is_some_and(|one| one.active)));
        let subscriber = match subscriber {
            Some(id) => Some(id).filter(|_| active(id).unwrap_or(false)),
            None => None,
        };
        let mut outcome = Outcome::Taken;
        for attachment in &mail.attachments {
            let arrival = Arrival {
                bytes: &attachment.bytes,
                name: &attachment.name,
                way: Way::Mail,
                by: None,
                subscriber,
                about: About { subject: mail.subject.clone(), ..About::default() },
            };
            match receive(self.house, arrival, self.now)
                .map_err(|cause| format!("Un fax n’a pas pu être gardé : {cause}"))?
            {
                Received::New(_) => self.taken += 1,
                Received::Known(_) => {}
                Received::Refused(why) => {
                    log::info!("fax mailbox: an attachment is left in the mailbox: {why}");
                    outcome = Outcome::Left;
                }
            }
        }
        Ok(outcome)
    }

    /// Everything of the mail is on the disk: it is marked as read, and moved where that is wished.
    fn settle(
        &mut self,
        session: &mut imap::Session<Stream>,
        uid: u32,
        outcome: &Outcome,
    ) -> std::result::Result<(), String> {
        let marks = match outcome {
            Outcome::Taken => "+FLAGS (\\Seen)",
            Outcome::Left => "+FLAGS (\\Seen \\Flagged)",
        };
        let uid = uid.to_string();
        session
            .uid_store(&uid, marks)
            .map_err(|cause| said("Un e-mail relevé n’a pas pu être marqué comme lu", &cause))?;
        if matches!(outcome, Outcome::Left) {
            self.left += 1;
            return Ok(());
        }
        if self.mailbox.done_folder.is_empty() {
            return Ok(());
        }
        let to = &self.mailbox.done_folder;
        // RFC 6851 where the server knows it; otherwise a copy, and the original marked as deleted.
        if session.uid_mv(&uid, to).is_ok() {
            return Ok(());
        }
        let refused = |cause| said(&format!("Un e-mail relevé n’a pas pu être rangé dans « {to} »"), &cause);
        session.uid_copy(&uid, to).map_err(refused)?;
        session.uid_store(&uid, "+FLAGS (\\Deleted)").map(drop).map_err(refused)
    }
}

/// What the server said, without what it could have been made to say of us.
fn said(what: &str, cause: &imap::Error) -> String {
    let cause = match cause {
        imap::Error::No(no) => no.information.clone(),
        imap::Error::Bad(bad) => bad.information.clone(),
        imap::Error::Bye(bye) => bye.information.clone(),
        imap::Error::ConnectionLost => "la connexion a été coupée".to_owned(),
        imap::Error::Io(cause)
            if matches!(cause.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) =>
        {
            format!("pas de réponse en {} secondes", PATIENCE.as_secs())
        }
        imap::Error::Io(cause) => cause.to_string(),
        _ => "réponse incompréhensible".to_owned(),
    };
    let cause: String = cause.chars().filter(|c| !c.is_control()).take(200).collect();
    format!("{what} : {cause}.")
}

/// The line to the server, in clear or through TLS, with a limit on all that comes.
struct Stream {
    line: Line,
    left: u64,
}

enum Line {
    Clear(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            return Err(std::io::Error::other(format!("plus de {} reçus", french::size(BYTES_MAX))));
        }
        let count = match &mut self.line {
            Line::Clear(line) => line.read(buffer),
            Line::Tls(line) => line.read(buffer),
        }?;
        self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match &mut self.line {
            Line::Clear(line) => line.write(bytes),
            Line::Tls(line) => line.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match &mut self.line {
            Line::Clear(line) => line.flush(),
            Line::Tls(line) => line.flush(),
        }
    }
}

fn connect(mailbox: &Mailbox) -> std::result::Result<Stream, String> {
    let host = mailbox.host.trim_matches(['[', ']']);
    let unreachable = |cause: std::io::Error| format!("Le serveur {host} ne répond pas : {cause}.");
    let mut last = None;
    let mut line = None;
    for address in (host, mailbox.port).to_socket_addrs().map_err(unreachable)? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(connected) => {
                line = Some(connected);
                break;
            }
            Err(cause) => last = Some(cause),
        }
    }
    let line = line.ok_or_else(|| unreachable(last.unwrap_or_else(|| std::io::Error::other("adresse inconnue"))))?;
    let timed = line.set_read_timeout(Some(PATIENCE)).and_then(|()| line.set_write_timeout(Some(PATIENCE)));
    timed.map_err(unreachable)?;
    let line = match mailbox.protection {
        Protection::None => Line::Clear(line),
        Protection::Tls | Protection::StartTls => Line::Tls(Box::new(StreamOwned::new(tls(host)?, line))),
    };
    Ok(Stream { line, left: BYTES_MAX })
}

fn tls(host: &str) -> std::result::Result<ClientConnection, String> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| format!("« {host} » n’est pas un nom de serveur."))?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|cause| format!("TLS : {cause}."))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    ClientConnection::new(Arc::new(config), name).map_err(|cause| format!("TLS : {cause}."))
}
