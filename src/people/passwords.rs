//! Passwords: chosen by few rules, kept as Argon2id. Checking one is slow on purpose: requests that do are marked so among
//! the routes, and go through a lane of their own.

use super::commonest;
use crate::base::limits;
use crate::error::{Error, Problems, Result};
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

/// OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// RFC 9106, section 3.1: 16 bytes are recommended.
const SALT_BYTES: usize = 16;

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|cause| Error::internal(format!("the parameters of Argon2 are refused: {cause}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash to keep, as a PHC string. Takes tens of milliseconds and 19 MiB: never inside a write.
pub fn hash(password: &str) -> Result<String> {
    let salt = crate::base::secret::random::<SALT_BYTES>()?;
    let hash: PasswordHash = argon2()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|cause| Error::internal(format!("a password could not be hashed: {cause}")))?;
    Ok(hash.to_string())
}

fn is_of(password: &str, kept: &str) -> bool {
    let (Ok(kept), Ok(argon2)) = (PasswordHash::new(kept), argon2()) else { return false };
    argon2.verify_password(password.as_bytes(), &kept).is_ok()
}

/// Whether a password is the one of a hash. With no hash to compare (no such login) the same work is done for nothing, so
/// that the time taken tells nothing. As slow as `hash`.
pub fn matches(password: &str, kept: Option<&str>) -> bool {
    match kept {
        Some(kept) => is_of(password, kept),
        None => {
            let _ = hash(password);
            false
        }
    }
}

/// Whether a password may be chosen (product, section 3): long enough, not among the commonest, not the login itself.
/// `field` is where the problem shows.
pub fn acceptable(password: &str, login: &str, field: &'static str) -> Result<()> {
    let mut problems = Problems::default();
    let count = password.chars().count();
    let plain = password.to_lowercase();
    if count < limits::PASSWORD_CHARS_MIN {
        problems.add(
            field,
            format!(
                "Ce mot de passe compte {} ; il en faut au moins {}. Une phrase de plusieurs mots fait très bien l’affaire.",
                crate::base::french::count(count as u64, "caractère", "caractères"),
                limits::PASSWORD_CHARS_MIN
            ),
        );
    } else if count > limits::PASSWORD_CHARS_MAX {
        problems.add(field, format!("Ce mot de passe dépasse {} caractères.", limits::PASSWORD_CHARS_MAX));
    } else if !login.is_empty() && plain.replace(&login.to_lowercase(), "").chars().count() < 6 {
        problems.add(field, "Ce mot de passe ressemble trop à votre identifiant. Choisissez-en un autre.");
    } else if commonest::is_common(password) {
        problems.add(field, "Ce mot de passe est l’un des premiers que l’on essaie. Choisissez-en un autre.");
    }
    problems.into_result()
}

/// A short secret's hash under a salt of its own, for codes that are compared among several.
pub(super) fn hash_with(secret: &str, salt: &[u8; SALT_BYTES]) -> Result<[u8; 32]> {
    let mut hash = [0; 32];
    argon2()?
        .hash_password_into(secret.as_bytes(), salt, &mut hash)
        .map_err(|cause| Error::internal(format!("a code could not be hashed: {cause}")))?;
    Ok(hash)
}

/// Random letters and digits that can't be mistaken for one another, nearly five bits each.
pub(super) fn random_letters(count: usize) -> Result<String> {
    const LETTERS: &[u8; 30] = b"abcdefghjkmnpqrstuvwxyz2345679";
    let mut out = String::with_capacity(count);
    while out.len() < count {
        // Bytes of 240 and more would favour the first letters.
        let [byte] = crate::base::secret::random::<1>()?;
        if byte < 240 {
            out.push(char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
        }
    }
    Ok(out)
}

/// What is kept where no password shall do: it costs as much to check as any, and none is right.
pub fn unusable() -> Result<String> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let drawn = hex(&crate::base::secret::random::<32>()?);
    // 16 and 32 bytes in base64 without padding, whose last character holds no stray bits.
    let (salt, hash) = (&drawn[..21], &drawn[21..63]);
    Ok(format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}A${hash}A"))
}

/// A password to hand out once: four groups of four letters and digits (about 78 bits).
pub fn invent() -> Result<String> {
    let groups = (0..4).map(|_| random_letters(4)).collect::<Result<Vec<_>>>()?;
    Ok(groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_argon2id_with_the_parameters_of_owasp() {
        let kept = hash("cheval agrafe pile").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(matches("cheval agrafe pile", Some(&kept)));
        assert!(
            !matches("cheval agrafe pilf", Some(&kept)) && !matches("x", Some("not a hash")) && !matches("x", None)
        );
    }

    #[test]
    fn few_rules_but_firm_ones() {
        assert!(acceptable("cheval agrafe pile", "martin", "nouveau").is_ok());
        assert!(acceptable("permanence-demo", "martin", "nouveau").is_ok());
        for (password, why) in [
            ("onze lettre", "court"),
            ("motdepasse123", "premiers"),
            ("MotDePasse123!", "premiers"),
            ("aaaaaaaaaaaaaaaa", "premiers"),
            ("docteurmartin1", "identifiant"),
        ] {
            let refused = acceptable(password, "docteurmartin", "nouveau").unwrap_err().to_string();
            let expected = if why == "court" { "au moins 12" } else { why };
            assert!(refused.contains(expected), "{password}: {refused}");
        }
    }

    #[test]
    fn no_password_fits_what_none_shall_fit() {
        let kept = unusable().unwrap();
        assert!(PasswordHash::new(&kept).is_ok(), "{kept}: checked like any other");
        assert!(!is_of("", &kept) && !is_of("cheval agrafe pile", &kept));
    }

    #[test]
    fn invented_passwords_are_acceptable() {
        let one = invent().unwrap();
        assert_eq!(one.len(), 19, "{one}");
        assert!(acceptable(&one, "martin", "nouveau").is_ok());
        assert_ne!(one, invent().unwrap());
    }
}
