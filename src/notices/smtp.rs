//! Mail by SMTP (RFC 5321): what a mail looks like, and one connection to the house's mail server.
//!
//! A connection is kept for the next mail while there is one. What the server says decides: a 5xx of one mail is for good
//! (but a full mailbox, which empties), a 4xx is for later, and what happens before the first mail says nothing of it.

use super::invitation::Calendar;
use super::letter::{File, Letter, Words};
use super::outbox::Outcome;
use super::settings::{Mail, Protection};
use lettre::address::{Address, Envelope};
use lettre::message::header::{ContentType, ContentTypeErr, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::{Error as SmtpError, client};
use maud::{DOCTYPE, html};
use std::time::{Duration, UNIX_EPOCH};

/// RFC 5321, 4.5.3.2, allows minutes; who waits longer than this for one answer holds a line that others need.
const PATIENCE: Duration = Duration::from_secs(60);
/// Mails on one connection: some servers refuse the hundredth.
const MAILS_MAX: u32 = 90;
/// Whether the server is still there is asked after so long a silence.
const ASKED_AFTER: Duration = Duration::from_secs(5);

/// An open connection, and the settings it was opened with.
pub(super) struct Line {
    connection: SmtpConnection,
    mail: Mail,
    sent: u32,
    used: std::time::Instant,
}

/// A mail as it goes over the wire.
#[derive(Debug, Clone)]
pub struct Composed {
    envelope: Envelope,
    bytes: Vec<u8>,
}

impl Composed {
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Makes a mail of a letter's words. Every header goes through `lettre`'s encoding, so no text can begin a header of its own.
/// `Err` says why an address can't be written to.
pub fn compose(letter: &Letter, to: &str, words: &Words, mail: &Mail) -> Result<Composed, String> {
    let address = |text: &str| text.parse::<Address>().map_err(|cause| format!("adresse « {text} » refusée : {cause}"));
    let (from, to) = (address(&mail.from)?, address(to)?);
    let named = (!mail.from_name.is_empty()).then(|| mail.from_name.clone());
    let mut builder = Message::builder()
        .from(Mailbox::new(named, from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(words.subject.clone())
        .date(UNIX_EPOCH + Duration::from_millis(u64::try_from(letter.written.0).unwrap_or(0)))
        .message_id(Some(format!("<{}@{}>", letter.message_id, mail.domain())));
    if !mail.reply_to.is_empty() {
        builder = builder.reply_to(Mailbox::new(None, address(&mail.reply_to)?));
    }
    // RFC 3834, 5: nobody's holiday reply shall answer a machine.
    builder = raw(builder, "Auto-Submitted", "auto-generated");
    if letter.is_for_contact() {
        // RFC 2369, 3.2: the contact's own page has the button that stops all this.
        if let Some(link) = &words.link {
            builder = raw(builder, "List-Unsubscribe", &format!("<{link}>"));
        }
    } else if letter.subscriber.is_some() && !mail.site.is_empty() {
        // RFC 2369, 3.2: where the abonné sees what is sent to whom, and by whom it is changed.
        builder = raw(builder, "List-Unsubscribe", &format!("<{}/avis>", mail.site));
    }
    let alternatives = MultiPart::alternative_plain_html(words.text.clone(), html_of(words));
    let body = match &words.calendar {
        None if words.files.is_empty() => alternatives,
        None => with_files(alternatives, &words.files).map_err(|cause| cause.to_string())?,
        Some(calendar) => with_calendar(alternatives, calendar).map_err(|cause| cause.to_string())?,
    };
    let message = builder.multipart(body).map_err(|cause| cause.to_string())?;
    let envelope = Envelope::new(Some(from), vec![to]).map_err(|cause| cause.to_string())?;
    Ok(Composed { envelope, bytes: message.formatted() })
}

fn raw(builder: lettre::message::MessageBuilder, name: &'static str, value: &str) -> lettre::message::MessageBuilder {
    builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned()))
}

/// An entry for calendars: as an alternative, which programs of mail understand (RFC 6047, 2.4), and as a file, which the
/// others hand to a calendar.
fn with_calendar(alternatives: MultiPart, calendar: &Calendar) -> Result<MultiPart, ContentTypeErr> {
    let kind = format!("text/calendar; charset=utf-8; method={}", calendar.method);
    let own = SinglePart::builder().header(ContentType::parse(&kind)?).body(calendar.text.clone());
    let file =
        Attachment::new("rendez-vous.ics".into()).body(calendar.text.clone(), ContentType::parse("text/calendar")?);
    Ok(MultiPart::mixed().multipart(alternatives.singlepart(own)).singlepart(file))
}

fn with_files(alternatives: MultiPart, files: &[File]) -> Result<MultiPart, ContentTypeErr> {
    let mut all = MultiPart::mixed().multipart(alternatives);
    for file in files {
        let attached = Attachment::new(file.name.clone());
        all = all.singlepart(attached.body(file.bytes.clone(), ContentType::parse(&file.media_type)?));
    }
    Ok(all)
}

/// The same words for programs that show HTML: paragraphs, lines, and the link as one.
fn html_of(words: &Words) -> String {
    html! {
        (DOCTYPE)
        html lang="fr" {
            head { meta charset="utf-8"; title { (words.subject) } }
            body {
                @for paragraph in words.text.trim().split("\n\n") {
                    p {
                        @for (place, line) in paragraph.lines().enumerate() {
                            @if place > 0 { br; }
                            @match words.link.as_deref().and_then(|link| line.split_once(link).map(|around| (around, link))) {
                                Some(((before, after), link)) => { (before) a href=(link) { (link) } (after) }
                                None => (line),
                            }
                        }
                    }
                }
            }
        }
    }
    .into_string()
}

impl Line {
    /// Opens a connection: TLS as the settings say, then sign-in. `Err` is what the server or the network said.
    pub(super) fn open(mail: &Mail) -> Result<Line, Outcome> {
        let unreachable = |what: &str, cause: SmtpError| Outcome::Unreachable(format!("{what} : {}", words_of(&cause)));
        let tls = TlsParameters::new(bare(&mail.host).to_owned()).map_err(|cause| unreachable("TLS", cause))?;
        let hello = ClientId::Domain(mail.domain().to_owned());
        let at_once = (mail.protection == Protection::Tls).then_some(&tls);
        let mut connection =
            client::SmtpConnection::connect((bare(&mail.host), mail.port), Some(PATIENCE), &hello, at_once, None)
                .map_err(|cause| unreachable("Le serveur de courrier ne répond pas", cause))?;
        connection.set_timeout(Some(PATIENCE)).map_err(|cause| Outcome::Unreachable(cause.to_string()))?;
        if mail.protection == Protection::StartTls {
            connection.starttls(&tls, &hello).map_err(|cause| unreachable("STARTTLS est refusé", cause))?;
        }
        if !mail.login.is_empty() {
            let credentials = Credentials::new(mail.login.clone(), mail.password.clone());
            let signed_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
            signed_in.map_err(|cause| unreachable("Le compte est refusé", cause))?;
        }
        Ok(Line { connection, mail: mail.clone(), sent: 0, used: std::time::Instant::now() })
    }

    /// Whether this connection may carry the next mail.
    pub(super) fn is_good_for(&mut self, mail: &Mail) -> bool {
        self.mail == *mail
            && self.sent < MAILS_MAX
            && (self.used.elapsed() < ASKED_AFTER || self.connection.test_connected())
    }

    pub(super) fn idle_for(&self) -> Duration {
        self.used.elapsed()
    }

    /// Says goodbye.
    pub(super) fn close(mut self) {
        let _ = self.connection.set_timeout(Some(Duration::from_secs(2)));
        let _ = self.connection.quit();
    }

    /// Names sender and recipient of a mail and asks whether its text may follow. `Err`: what that means for the mail, and
    /// whether the connection is still good for another.
    pub(super) fn offer(&mut self, composed: &Composed) -> Result<(), (Outcome, bool)> {
        self.used = std::time::Instant::now();
        self.sent += 1;
        self.envelope(composed).map_err(|cause| self.failed(&cause))
    }

    /// Sends the text of the mail that was offered. Once the server has answered, it is the server's.
    pub(super) fn hand_over(&mut self, composed: &Composed) -> (Outcome, bool) {
        // In one piece with its end: two would wait for each other some 40 ms on the wire (Nagle's algorithm).
        match self.connection.command(dotted(&composed.bytes)) {
            Ok(response) => {
                let words: Vec<&str> = response.message().collect();
                (Outcome::Sent(format!("{} {}", response.code(), words.join(" "))), true)
            }
            Err(cause) => self.failed(&cause),
        }
    }

    fn failed(&mut self, cause: &SmtpError) -> (Outcome, bool) {
        let answered = cause.status().is_some_and(|code| code.to_string() != "421");
        (outcome_of(cause), answered && self.connection.command(Rset).is_ok())
    }

    fn envelope(&mut self, composed: &Composed) -> Result<(), SmtpError> {
        let connection = &mut self.connection;
        let mut parameters = Vec::new();
        let mut addresses = composed.envelope.to().iter().chain(composed.envelope.from());
        if !addresses.all(|address| AsRef::<str>::as_ref(address).is_ascii()) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                // Lettre's own way gives the error its kind, before it sends anything.
                return connection.send(&composed.envelope, &composed.bytes).map(|_| ());
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        connection.command(MailFrom::new(composed.envelope.from().cloned(), parameters))?;
        for to in composed.envelope.to() {
            connection.command(Rcpt::new(to.clone(), Vec::new()))?;
        }
        connection.command(Data).map(|_| ())
    }
}

/// A mail as DATA wants it: dots at the beginning of a line doubled, a dot alone at the end (RFC 5321, 4.5.2).
/// Lettre's mails are ASCII: whatever is not, is encoded in them.
fn dotted(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = text.replace("\r\n.", "\r\n..");
    if out.starts_with('.') {
        out.insert(0, '.');
    }
    if !out.ends_with("\r\n") {
        out.push_str("\r\n");
    }
    out.push_str(".\r\n");
    out
}

/// « [::1] » as resolvers want it.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// What an error within a mail's own transaction means for it.
fn outcome_of(cause: &SmtpError) -> Outcome {
    let words = words_of(cause);
    match cause.status().map(|code| code.to_string()) {
        // RFC 5321, 4.5.3.1.10: 552 after RCPT is an old way to say 452; either way a mailbox that is full today. But a mail
        // that is too large (RFC 3463, X.2.3 and X.3.4) will not shrink.
        Some(code) if code == "552" && !words.contains(" 5.2.3") && !words.contains(" 5.3.4") => Outcome::Later(words),
        Some(_) if cause.is_permanent() => Outcome::Never(words),
        Some(_) => Outcome::Later(words),
        None if cause.is_client() => Outcome::Never(words),
        None => Outcome::Later(words),
    }
}

/// The server's own words, with its code; or what the network said.
fn words_of(cause: &SmtpError) -> String {
    use std::error::Error;
    let source = cause.source().map(ToString::to_string).unwrap_or_default();
    match cause.status() {
        Some(code) => format!("{code} {source}"),
        None if source.is_empty() => cause.to_string(),
        None => source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_mail_ends_it() {
        assert_eq!(dotted(b"a\r\n.\r\n.b\r\n"), "a\r\n..\r\n..b\r\n.\r\n");
        assert_eq!(dotted(b".a"), "..a\r\n.\r\n");
    }
}
