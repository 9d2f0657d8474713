//! A record as a PDF: pages for people, the record itself attached, and a last line that signs every byte before it.
//!
//! That line is a comment after the end mark, as readers of PDF allow: `%permanence-preuve OFFSET LENGTH SIGNATURE`, where the
//! first two say which bytes are the record.

use super::keys::{Key, grouped, hex, unhex};
use crate::base::time::{date_in_words, moment_short, time_short};
use crate::base::{Zone, canonical};
use crate::error::{Error, Result};
use crate::ui::pdf::{Attachment, Document};
use serde_json::Value;
use std::ops::Range;

const LINE: &str = "%permanence-preuve ";
/// The record's name within the document.
const RECORD: &str = "preuve.json";

/// The signed PDF of a signed record.
pub fn signed(record: &Value, key: &Key) -> Result<Vec<u8>> {
    let bytes = canonical::bytes(record)?;
    let attachment = Attachment {
        name: RECORD,
        media_type: "application/json",
        about: "L’enregistrement signé, dont ces pages sont la lecture",
        bytes: &bytes,
    };
    let mut pdf = document(record).bytes(Some(&attachment));
    let offset = pdf
        .windows(bytes.len())
        .position(|window| window == bytes)
        .ok_or_else(|| Error::internal("the record is not in its own document"))?;
    pdf.extend(format!("{LINE}{offset} {} ", bytes.len()).bytes());
    let signature = hex(&key.sign(&pdf)?);
    pdf.extend(signature.bytes());
    pdf.push(b'\n');
    Ok(pdf)
}

/// What the last line of such a file says.
pub struct Seal {
    pub record: Range<usize>,
    /// How many bytes of the file the signature is over.
    pub signed_bytes: usize,
    pub signature: Vec<u8>,
}

/// Hexadecimal digits of a signature.
const SIGNATURE_DIGITS: usize = 128;

impl Seal {
    /// Reads it; nothing when the file does not end as it was written.
    pub fn read(bytes: &[u8]) -> Option<Seal> {
        let body = bytes.strip_suffix(b"\n")?;
        let start = body.iter().rposition(|byte| *byte == b'\n')? + 1;
        let line = str::from_utf8(&body[start..]).ok()?;
        let mut words = line.strip_prefix(LINE)?.split(' ');
        let (offset, length, signature) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() || signature.len() != SIGNATURE_DIGITS {
            return None;
        }
        let offset: usize = offset.parse().ok()?;
        let end = offset.checked_add(length.parse().ok()?)?;
        let signed_bytes = body.len() - SIGNATURE_DIGITS;
        (end <= start).then_some(())?;
        Some(Seal { record: offset..end, signed_bytes, signature: unhex(signature)? })
    }
}

/// A moment of the record by the abonné's clock: « 24/11/2026 à 10:00:05 ».
fn at(value: &Value, zone: Zone) -> String {
    let text = value.as_str().unwrap_or_default();
    match chrono::DateTime::parse_from_rfc3339(text) {
        Ok(moment) => {
            let local = crate::base::Instant(moment.timestamp_millis()).local(zone);
            format!("{}:{}", moment_short(local), local.format("%S"))
        }
        Err(_) => text.to_owned(),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The pages, from nothing but the record.
fn document(record: &Value) -> Document {
    let zone = Zone::named(text(&record["abonne"]["fuseau"])).unwrap_or(Zone::PARIS);
    let number = &record["message"]["numero"];
    let subscriber = text(&record["abonne"]["nom"]);
    let made = chrono::DateTime::parse_from_rfc3339(text(&record["etabli"]["quand"])).unwrap_or_default();
    let local = crate::base::Instant(made.timestamp_millis()).local(zone);
    let title = format!("Preuve de transmission · message n° {number} · {subscriber}");
    let mut out = Document::new(title, text(&record["maison"]["nom"]), local);
    out.heading_one("Preuve de transmission");
    out.strong(&format!("Message n° {number} de {subscriber}"));
    let role = &record["etabli"];
    out.text(&format!(
        "Établie par {} le {} à {}, pour {} ({}). Les heures sont celles de l’abonné ({}).",
        text(&record["maison"]["nom"]),
        date_in_words(local.date()),
        time_short(local),
        text(&role["pour"]),
        text(&role["role"]),
        zone.name(),
    ));
    taken(&mut out, record, zone);
    steps(&mut out, record, zone);
    signature(&mut out, record);
    out
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// What was taken, under which instructions, with what.
fn taken(out: &mut Document, record: &Value, zone: Zone) {
    out.heading("Le message, tel qu’il a été pris");
    for field in items(&record["message"]["contenu"]) {
        out.row(&[(1, &capitalised(text(&field["champ"]))), (5, text(&field["texte"]))]);
    }
    for paper in items(&record["pieces"]) {
        let name = match text(&paper["nom"]) {
            "" => format!("Fax n° {}", paper["numero"]),
            name => format!("Document n° {} : {name}", paper["numero"]),
        };
        let digest = paper["empreinte"].as_str().map(|digest| format!("\nSHA-256 (début) : {digest}"));
        out.row(&[(1, "Pièce"), (5, &format!("{name}{}", digest.unwrap_or_default()))]);
    }
    out.heading("Consignes affichées pendant l’appel");
    let mut none = true;
    for one in items(&record["consignes"]) {
        none = false;
        let when = match (one["du"].as_str(), one["au"].as_str()) {
            (Some(from), Some(to)) => format!("du {from} au {to}"),
            (Some(from), None) => format!("à partir du {from}"),
            (None, Some(to)) => format!("jusqu’au {to}"),
            (None, None) => "permanente".to_owned(),
        };
        let about = format!(
            "{}\n({when} ; écrite le {} par {})",
            text(&one["texte"]),
            at(&one["ecrite"], zone),
            text(&one["par"])
        );
        out.row(&[(1, &format!("N° {}", one["numero"])), (5, &about)]);
    }
    if none {
        out.text("Aucune.");
    }
}

fn steps(out: &mut Document, record: &Value, zone: Zone) {
    out.heading("Ce qui s’est passé");
    out.table_head(&[(1, "Étape"), (3, "Quand"), (8, "Quoi, par qui, et ce qui en est résulté")]);
    for step in items(&record["etapes"]) {
        let by = match text(&step["qui"]) {
            "" => String::new(),
            who => format!(" par {who}"),
        };
        let mut what = format!("{}{by}", text(&step["quoi"]));
        for line in details(&step["details"], zone) {
            what.push('\n');
            what.push_str(&line);
        }
        what.push_str(&format!("\nEmpreinte : {}…", text(&step["empreinte"]).get(..16).unwrap_or_default()));
        out.row(&[(1, &step["rang"].to_string()), (3, &at(&step["quand"], zone)), (8, &what)]);
    }
}

/// What a step's word leaves to say, a line each.
fn details(details: &Value, zone: Zone) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, label) in [("destinataire", "À"), ("telephone", "Au"), ("a", "À"), ("texte", "Texte")] {
        if let Some(said) = details[name].as_str() {
            lines.push(format!("{label} : {said}"));
        }
    }
    if !details["pour"].is_null() {
        lines.push(format!("Pour le {}", at(&details["pour"], zone)));
    }
    for change in items(&details["changements"]) {
        let (before, after) = (text(&change["avant"]), text(&change["apres"]));
        lines.push(format!("{} : avant « {before} », maintenant « {after} »", text(&change["champ"])));
    }
    for attempt in items(&details["essais"]) {
        lines.push(format!("Serveur, le {} : {}", at(&attempt["quand"], zone), text(&attempt["reponse"])));
    }
    if let Some(letter) = details["courrier"].as_str() {
        lines.push(format!("Courrier : {letter}"));
    }
    if details["accuse"].is_object() {
        let receipt = &details["accuse"];
        lines.push(format!("Accusé, le {} : {}", at(&receipt["quand"], zone), text(&receipt["reponse"])));
    }
    lines
}

fn signature(out: &mut Document, record: &Value) {
    out.heading("Signature");
    out.text(
        "L’enregistrement complet est joint à ce PDF (preuve.json). Chaque étape y porte l’empreinte de celle d’avant, et le tout \
         est signé ; le PDF entier l’est aussi. Pour vérifier : permanence verify FICHIER --key EMPREINTE.",
    );
    out.text(&format!(
        "Clé Ed25519 du secrétariat, empreinte SHA-256 :\n{}",
        grouped(text(&record["cle"]["empreinte"]))
    ));
    out.text(&format!("Signature de l’enregistrement :\n{}", grouped(text(&record["signature"]))));
    if out.has_numbered_letters() {
        out.small(
            "Certaines lettres n’existent pas dans la police de ces pages : leur numéro Unicode est écrit à leur place, entre \
             crochets. L’enregistrement joint les contient telles quelles.",
        );
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}
