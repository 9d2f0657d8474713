//! Checking a proof as a stranger would: nothing but the file, and the key where one was given.

use super::keys::{PublicKey, unhex};
use super::paper;
use super::record::{KIND, VERSION, departure, hash};
use crate::base::canonical;
use serde_json::Value;

/// No proof is larger: a message with its answers and every try to send it takes some thousand bytes.
pub const BYTES_MAX: u64 = 25 * 1024 * 1024;

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What is wrong, a French sentence each; nothing when the proof is valid.
    pub problems: Vec<String>,
    /// What the file says of itself; nothing when it can't be read.
    pub about: Option<About>,
}

/// What a proof is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub house: String,
    pub subscriber: String,
    pub number: u64,
    /// RFC 3339.
    pub made: String,
    pub steps: usize,
    pub key: PublicKey,
}

impl Report {
    pub fn is_valid(&self) -> bool {
        self.problems.is_empty() && self.about.is_some()
    }

    fn unreadable(sentence: &str) -> Report {
        Report { problems: vec![sentence.to_owned()], about: None }
    }
}

/// Checks a file of either kind.
pub fn file(bytes: &[u8]) -> Report {
    if bytes.starts_with(b"%PDF-") { pdf(bytes) } else { json(bytes) }
}

/// Checks a PDF: the record in it, and then every byte around that.
fn pdf(bytes: &[u8]) -> Report {
    let seal = paper::Seal::read(bytes);
    let record = match &seal {
        Some(seal) => bytes.get(seal.record.clone()),
        // Somebody has saved it anew, or damaged its end: what it holds may still be whole.
        None => find_record(bytes),
    };
    let Some(record) = record else {
        return Report::unreadable("Ce PDF ne contient pas de preuve de Permanence, ou il a été abîmé.");
    };
    let mut report = json(record);
    let sealed = match (&seal, &report.about) {
        (Some(seal), Some(about)) => about.key.signed(&bytes[..seal.signed_bytes], &seal.signature),
        _ => false,
    };
    if !sealed {
        let inside = if report.problems.is_empty() { " L’enregistrement joint, lui, est intact." } else { "" };
        report
            .problems
            .push(format!("Le PDF a été changé après sa signature : ses pages ne sont plus une preuve.{inside}"));
    }
    report
}

/// A record in a file whose end is not ours: the first thing that reads like one.
fn find_record(bytes: &[u8]) -> Option<&[u8]> {
    const BEGINNING: &[u8] = b"{\"abonne\":{";
    let start = bytes.windows(BEGINNING.len()).position(|window| window == BEGINNING)?;
    let mut values = serde_json::Deserializer::from_slice(&bytes[start..]).into_iter::<Value>();
    values.next()?.ok()?;
    let length = values.byte_offset();
    bytes.get(start..start + length)
}

/// Checks a record: its writing, its steps, its signature.
fn json(bytes: &[u8]) -> Report {
    let Ok(document) = serde_json::from_slice::<Value>(bytes) else {
        return Report::unreadable("Ce fichier n’est pas une preuve de Permanence, ou il a été abîmé.");
    };
    if document["type"] != KIND || document["version"] != VERSION {
        return Report::unreadable("Ce fichier n’est pas une preuve que cette version de Permanence connaisse.");
    }
    let Some(about) = about(&document) else {
        return Report::unreadable("Cette preuve est incomplète : la clé, le message ou les étapes manquent.");
    };
    let mut problems = chain(&document);
    let exact = canonical::bytes(&document).is_ok_and(|canonical| canonical == bytes);
    if !exact {
        problems
            .push("L’écriture du fichier a été changée : ce n’est plus octet pour octet celui qui a été signé.".into());
    }
    if !signed(&document, about.key) {
        problems.push(if problems.is_empty() {
            "La signature ne correspond pas : l’en-tête, la clé ou toute la suite des étapes ont été récrits.".into()
        } else {
            "La signature ne correspond pas.".to_owned()
        });
    }
    Report { problems, about: Some(about) }
}

fn about(document: &Value) -> Option<About> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let key = unhex(document["cle"]["publique"].as_str()?)?;
    let key = PublicKey(key.try_into().ok()?);
    Some(About {
        house: text(&document["maison"]["nom"])?,
        subscriber: text(&document["abonne"]["nom"])?,
        number: document["message"]["numero"].as_u64()?,
        made: text(&document["etabli"]["quand"])?,
        steps: document["etapes"].as_array()?.len(),
        key,
    })
}

/// Which step does not hold.
fn chain(document: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let departed = departure(&document["abonne"]["numero"], &document["message"], &document["consignes"]);
    if departed.ok().as_deref() != document["depart"].as_str() {
        problems.push("Le message tel qu’il a été pris, ou ses consignes, ont été changés.".to_owned());
    }
    let mut before = document["depart"].as_str().unwrap_or_default();
    for (place, step) in document["etapes"].as_array().into_iter().flatten().enumerate() {
        let (rank, what) = (place + 1, step["quoi"].as_str().unwrap_or_default());
        let stated = step["empreinte"].as_str().unwrap_or_default();
        let mut bare = step.clone();
        if let Value::Object(members) = &mut bare {
            members.remove("empreinte");
        }
        if hash(&bare).ok().as_deref() != Some(stated) || step["rang"] != rank {
            problems.push(format!("L’étape {rank} (« {what} ») a été changée."));
        } else if step["precedente"].as_str() != Some(before) {
            problems.push(format!(
                "L’étape {rank} (« {what} ») ne suit pas celle d’avant : une étape a été changée, ôtée ou ajoutée."
            ));
        }
        before = stated;
    }
    problems
}

fn signed(document: &Value, key: PublicKey) -> bool {
    let Some(signature) = document["signature"].as_str().and_then(unhex) else { return false };
    let mut bare = document.clone();
    if let Value::Object(members) = &mut bare {
        members.remove("signature");
    }
    let stated = document["cle"]["algorithme"] == "Ed25519" && document["cle"]["empreinte"] == key.fingerprint();
    stated && canonical::bytes(&bare).is_ok_and(|bytes| key.signed(&bytes, &signature))
}

/// Whether a key is the one that somebody gave: a fingerprint in any grouping, or PEM text.
pub fn is_given(key: PublicKey, given: &str) -> bool {
    if given.contains("-----BEGIN") {
        return PublicKey::all_of_pem(given).contains(&key);
    }
    let digits: String = given.chars().filter(|c| !c.is_whitespace() && *c != ':').collect::<String>().to_lowercase();
    digits == key.fingerprint()
}
