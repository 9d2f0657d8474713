//! Which servers the house's letters go through. Kept in the data file; what the configuration says of mail outweighs it.

use super::letter::said;
use crate::base::text::{clean_line, clean_text, looks_like_email};
use crate::base::{Phone, limits};
use crate::error::{Problems, Result};
use crate::store::{Collection, Reads, Record, Write};
use serde::{Deserialize, Serialize};

/// The one row of each has key 1.
pub(super) static MAIL: Collection<u64, Mail> = Collection::new("notices.mail");
pub(super) static SMS: Collection<u64, Sms> = Collection::new("notices.sms");

impl Record for Mail {}
impl Record for Sms {}

/// The topic of changes that the courier listens for.
pub const TOPIC: u64 = u64::MAX - 1;
/// The topic of letters that did not arrive: the switchboard's console shows them.
pub const FAILURES: u64 = u64::MAX;

/// How the way to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Protection {
    /// In clear first, then TLS, or nothing is sent (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// In clear: for a server on this very machine.
    None,
}

impl Protection {
    pub const ALL: [(Protection, &'static str, &'static str); 3] = [
        (Protection::StartTls, "starttls", "STARTTLS (port 587 d’ordinaire)"),
        (Protection::Tls, "tls", "TLS d’emblée (port 465 d’ordinaire)"),
        (Protection::None, "aucune", "Aucune : seulement vers cette machine"),
    ];

    pub fn word(self) -> &'static str {
        Protection::ALL.into_iter().find(|(one, ..)| *one == self).map_or("starttls", |(_, word, _)| word)
    }

    pub fn from_word(word: &str) -> Option<Protection> {
        Protection::ALL.into_iter().find(|(_, found, _)| *found == word).map(|(one, ..)| one)
    }
}

/// A mail server, and who writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    pub host: String,
    pub port: u16,
    pub protection: Protection,
    /// Empty: no sign-in.
    pub login: String,
    pub password: String,
    /// « permanence@exemple.fr ».
    pub from: String,
    /// « Accueil & Compagnie ».
    pub from_name: String,
    /// Where answers go; empty: to `from`.
    pub reply_to: String,
    /// « https://agenda.exemple.fr », what links begin with; empty: letters bear none.
    pub site: String,
}

/// How an SMS leaves the house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sms {
    /// A request to a gateway; `{numero}`, `{texte}`, `{reference}` and `{recu}` stand for what they say.
    Http(Gateway),
    /// A mail to « {numero}@passerelle.exemple ».
    Mail { to: String, subject: String },
}

/// A gateway that is asked by HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gateway {
    pub address: String,
    /// One « Nom: valeur » a line; keys of the gateway are here, so they are never shown again.
    pub headers: String,
    /// Empty: the request is a GET.
    pub body: String,
    /// What the answer to an SMS that was taken holds; empty: the status says enough.
    pub accepted: String,
    /// What a receipt has to say, as « nom=valeur » of its query or form, when the SMS has arrived; several between commas.
    pub delivered: String,
    /// The same for an SMS that will not arrive.
    pub lost: String,
}

/// The mail server, as an administrator chose it.
pub fn mail(tx: &impl Reads) -> Result<Option<Mail>> {
    MAIL.get(tx, 1)
}

pub fn set_mail(tx: &Write<'_>, mail: &Mail) -> Result<()> {
    tx.touch(TOPIC);
    MAIL.put(tx, 1, mail)
}

/// No mail server any more: mails wait, to be read on screen.
pub fn remove_mail(tx: &Write<'_>) -> Result<()> {
    tx.touch(TOPIC);
    MAIL.remove(tx, 1)?;
    tx.note_erased(1)
}

pub fn sms(tx: &impl Reads) -> Result<Option<Sms>> {
    SMS.get(tx, 1)
}

pub fn set_sms(tx: &Write<'_>, sms: &Sms) -> Result<()> {
    tx.touch(TOPIC);
    SMS.put(tx, 1, sms)
}

pub fn remove_sms(tx: &Write<'_>) -> Result<()> {
    tx.touch(TOPIC);
    SMS.remove(tx, 1)?;
    tx.note_erased(1)
}

/// A machine on which nobody listens in between.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Mail {
    /// Trims and checks. Problems are tied to the form's names.
    pub fn checked(mut self) -> Result<Mail> {
        let mut problems = Problems::default();
        for (field, value) in [
            ("serveur", &mut self.host),
            ("compte", &mut self.login),
            ("expediteur", &mut self.from),
            ("nom-expediteur", &mut self.from_name),
            ("reponse", &mut self.reply_to),
            ("adresse", &mut self.site),
        ] {
            clean_line(value);
            if value.chars().count() > limits::EMAIL_CHARS_MAX {
                problems.add(field, format!("Ce texte dépasse {} caractères.", limits::EMAIL_CHARS_MAX));
            }
        }
        let host_like = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
        if self.host.is_empty() || !self.host.chars().all(host_like) {
            problems.add("serveur", "Indiquez le nom du serveur, par exemple « smtp.exemple.fr ».");
        }
        if self.port == 0 {
            problems.add("port", "Un port est un nombre de 1 à 65535 ; 587 d’ordinaire.");
        }
        if self.protection == Protection::None && !is_here(&self.host) {
            problems.add(
                "protection",
                "Sans protection, le courrier et le mot de passe passeraient en clair sur le réseau : choisissez STARTTLS ou TLS.",
            );
        }
        if self.login.is_empty() {
            self.password.clear();
        } else if self.password.is_empty() {
            problems.add("secret", "Indiquez le mot de passe de ce compte.");
        }
        if !is_sender(&self.from) {
            problems.add(
                "expediteur",
                "Cette adresse e-mail n’est pas complète : il y faut un « @ » et un nom de domaine.",
            );
        }
        if !self.reply_to.is_empty() && !looks_like_email(&self.reply_to) {
            problems
                .add("reponse", "Cette adresse e-mail n’est pas complète : il y faut un « @ » et un nom de domaine.");
        }
        self.site = self.site.trim_end_matches('/').to_owned();
        if !self.site.is_empty() && !is_site(&self.site) {
            problems.add(
                "adresse",
                "Une adresse commence par https:// (ou http://), par exemple « https://agenda.exemple.fr ».",
            );
        }
        problems.into_result()?;
        Ok(self)
    }

    /// The domain of the sender, for `Message-ID`.
    pub fn domain(&self) -> &str {
        self.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
    }
}

/// A sender may stand on a machine without a domain; a recipient may not.
fn is_sender(address: &str) -> bool {
    looks_like_email(address) || address.strip_suffix("@localhost").is_some_and(|local| !local.is_empty())
}

fn is_site(site: &str) -> bool {
    let rest = site.strip_prefix("https://").or(site.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| (0x21..0x7f).contains(&byte) && !b"\"<>\\^`{}|@".contains(&byte))
    })
}

/// What may stand in a template.
const PLACES: [&str; 4] = ["{numero}", "{texte}", "{reference}", "{recu}"];

impl Sms {
    /// Trims and checks.
    pub fn checked(self) -> Result<Sms> {
        let mut problems = Problems::default();
        let checked = match self {
            Sms::Http(mut gateway) => {
                clean_line(&mut gateway.address);
                clean_text(&mut gateway.headers);
                clean_text(&mut gateway.body);
                clean_line(&mut gateway.accepted);
                clean_line(&mut gateway.delivered);
                clean_line(&mut gateway.lost);
                if !is_site(
                    gateway
                        .address
                        .replace(PLACES[0], "0")
                        .replace(PLACES[1], "x")
                        .replace(PLACES[2], "1")
                        .replace(PLACES[3], "r")
                        .as_str(),
                ) {
                    problems.add("passerelle", "Une adresse commence par https:// (ou http://) et n’a pas d’espace.");
                }
                for line in gateway.headers.lines() {
                    let name = line.split_once(':').map_or("", |(name, _)| name.trim());
                    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
                        problems.add(
                            "en-tetes",
                            format!("« {} » n’est pas un en-tête : écrivez « Nom: valeur ».", shown_line(line)),
                        );
                        break;
                    }
                }
                let all = format!("{} {}", gateway.address, gateway.body);
                if !all.contains("{numero}") || !all.contains("{texte}") {
                    problems.add(
                        "corps",
                        "Le numéro et le texte doivent y figurer : écrivez {numero} et {texte} à leur place.",
                    );
                }
                for (field, pairs) in [("remis", &gateway.delivered), ("perdu", &gateway.lost)] {
                    if pairs.split(',').any(|pair| !pair.trim().is_empty() && !pair.contains('=')) {
                        problems.add(field, "Écrivez « nom=valeur », plusieurs séparés par des virgules.");
                    }
                }
                Sms::Http(gateway)
            }
            Sms::Mail { mut to, mut subject } => {
                clean_line(&mut to);
                clean_line(&mut subject);
                if !to.contains("{numero}") || !looks_like_email(&to.replace("{numero}", "0612345678")) {
                    problems.add("destinataire", "Écrivez par exemple « {numero}@passerelle.exemple ».");
                }
                Sms::Mail { to, subject }
            }
        };
        problems.into_result()?;
        Ok(checked)
    }
}

/// A header's line without its value, which may be a key.
fn shown_line(line: &str) -> String {
    said(line.split(':').next().unwrap_or(line)).chars().take(30).collect()
}

/// Whether letters can be sent to this number as it is kept.
pub fn is_mobile_or_other(number: &Phone) -> bool {
    number.dialled().is_some_and(|dialled| dialled.starts_with('+'))
}
