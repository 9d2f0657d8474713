//! `verify`: whether a proof of transmission is what the house signed.

use super::{Failure, Outcome, print};
use crate::base::Instant;
use crate::base::time::moment_short;
use crate::proofs::keys::grouped;
use crate::proofs::verify::{self, About, BYTES_MAX};
use std::fs::File;
use std::io::Read;
use std::path::Path;

pub(super) fn verify(path: &Path, key: Option<&str>) -> Outcome {
    let report = verify::file(&read(path)?);
    let mut out = String::new();
    if let Some(about) = &report.about {
        out.push_str(&describe(about));
    }
    for problem in &report.problems {
        out.push_str(&format!("- {problem}\n"));
    }
    let given = key.map(given).transpose()?;
    let other = match (&given, &report.about) {
        (Some(given), Some(about)) => !verify::is_given(about.key, given),
        _ => false,
    };
    if other {
        out.push_str("- Ce n’est pas la clé donnée qui a signé.\n");
    }
    if !report.is_valid() || other {
        print(&out)?;
        return Err(Failure::Refused(format!("{} n’est pas une preuve valable", path.display())));
    }
    out.push_str("Valable : rien n’a été changé depuis la signature.\n");
    if given.is_none() {
        out.push_str(
            "Reste à savoir si cette clé est celle du secrétariat : comparez l’empreinte avec celle qu’il vous a donnée \
             (sa page /preuves la montre), ou donnez-la avec --key.\n",
        );
    }
    print(&out)
}

fn describe(about: &About) -> String {
    let made = chrono::DateTime::parse_from_rfc3339(&about.made).unwrap_or_default();
    let local = Instant(made.timestamp_millis()).local(crate::base::Zone(chrono_tz::UTC));
    format!(
        "Message n° {} de {}, {}.\nÉtablie par {} le {} (UTC).\nClé : {}\n",
        about.number,
        about.subscriber,
        crate::base::french::count(about.steps as u64, "étape", "étapes"),
        about.house,
        moment_short(local),
        grouped(&about.key.fingerprint()),
    )
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    File::open(path)?.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(Failure::Refused("ce fichier est trop grand pour une preuve".into()));
    }
    Ok(bytes)
}

/// A fingerprint as it was typed, or the text of a file of keys.
fn given(key: &str) -> Result<String, Failure> {
    let path = Path::new(key);
    if path.is_file() {
        return Ok(String::from_utf8_lossy(&read(path)?).into_owned());
    }
    let digits = key.chars().filter(char::is_ascii_hexdigit).count();
    if digits == 64 {
        return Ok(key.to_owned());
    }
    Err(Failure::Words(format!("« {key} » n’est ni une empreinte de 64 chiffres hexadécimaux ni un fichier")))
}
