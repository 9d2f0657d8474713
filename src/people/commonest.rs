//! Passwords that guessers try first, among those long enough to be chosen at all. Pure.
//!
//! A list of whole passwords would be long and old: of twelve characters and more, nearly all that public frequency counts
//! show are one or two everyday words with digits behind, a run of the keyboard, or something short said over and over. So
//! the words are a list (`commonest.txt`, put together here for French offices), and what people do with them are rules:
//! between them they stand for some millions of passwords. Three words that do not belong together pass.

use crate::base::fold;
use std::collections::HashSet;
use std::sync::LazyLock;

static WORDS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("commonest.txt").split_ascii_whitespace().collect());

/// Rows, columns and zigzags of the two keyboards that are found in France, the alphabet, the digits.
const RUNS: [&str; 14] = [
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "1q2w3e4r5t6y7u8i9o0p",
    "1a2z3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1aqw2zsx3edc4rfv5tgb6yhn",
    "qazwsxedcrfvtgbyhnujm",
    "aqwzsxedcrfvtgbyhnuj",
];
/// Shorter runs happen in honest words.
const RUN_MIN: usize = 3;
/// What is said over and over is no longer than this, or one of the words.
const UNIT_MAX: usize = 6;
/// Different characters below which a password is a rhythm.
const DISTINCT_MIN: usize = 4;
/// What people append to please a form: a year, two digits and a mark.
const ORNAMENTS_MAX: usize = 6;
/// Digits alone are run through first, and this many do not take long.
const DIGITS_MAX: usize = 19;

/// Whether a password is one of those.
pub fn is_common(password: &str) -> bool {
    let plain: Vec<char> = fold::fold(password).chars().collect();
    let distinct: HashSet<&char> = plain.iter().collect();
    distinct.len() < DISTINCT_MIN
        || is_repeated(&plain)
        || is_runs(&plain)
        || is_digits(&plain)
        || is_words(&plain)
        || is_words_in_disguise(&plain)
}

fn is_digits(plain: &[char]) -> bool {
    plain.len() <= DIGITS_MAX && plain.iter().all(|c| c.is_ascii_digit() || " .-/".contains(*c))
}

/// The same short thing, or the same word, again and again.
fn is_repeated(plain: &[char]) -> bool {
    (1..=plain.len() / 2).any(|length| {
        let (unit, _) = plain.split_at(length);
        // The last time may be cut short: « 123412341234 », « soleil-soleil ».
        let again = plain.chunks(length).all(|chunk| unit.starts_with(chunk));
        let letters: String = unit.iter().filter(|c| c.is_alphabetic()).collect();
        again && (length <= UNIT_MAX || WORDS.contains(letters.as_str()))
    })
}

/// Nothing but runs, forwards or backwards.
fn is_runs(plain: &[char]) -> bool {
    let mut place = 0;
    while place < plain.len() {
        let length = RUNS.iter().map(|run| run_length(run, &plain[place..])).max().unwrap_or(0);
        if length < RUN_MIN {
            return false;
        }
        place += length;
    }
    true
}

/// How many characters from the start follow a run, one way or the other.
fn run_length(run: &str, rest: &[char]) -> usize {
    let forwards: Vec<char> = run.chars().collect();
    let backwards: Vec<char> = run.chars().rev().collect();
    let follow = |run: &[char]| {
        let starts = (0..run.len()).filter(|start| run[*start] == rest[0]);
        starts.map(|start| run[start..].iter().zip(rest).take_while(|(a, b)| a == b).count()).max().unwrap_or(0)
    };
    follow(&forwards).max(follow(&backwards))
}

/// « p4ssw0rd » as it is meant.
fn letter_behind(c: char) -> char {
    match c {
        '0' => 'o',
        '1' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        '8' => 'b',
        other => other,
    }
}

/// One or two of the words, whatever few digits and marks stand around and between.
fn is_words(plain: &[char]) -> bool {
    let letters: String = plain.iter().filter(|c| c.is_alphabetic()).collect();
    let ornaments = plain.len() - letters.chars().count();
    let two_words =
        letters.char_indices().any(|(place, _)| WORDS.contains(&letters[..place]) && WORDS.contains(&letters[place..]));
    ornaments <= ORNAMENTS_MAX && (WORDS.contains(letters.as_str()) || two_words)
}

/// The same for « P@ssw0rd1234 »: digits at the end may be ornaments or the last letters, so each end is tried.
fn is_words_in_disguise(plain: &[char]) -> bool {
    let last_letter = plain.iter().rposition(|c| c.is_alphabetic()).map_or(0, |place| place + 1);
    (last_letter..=plain.len()).any(|end| {
        let (core, ornaments) = plain.split_at(end);
        let meant: Vec<char> = core.iter().map(|c| letter_behind(*c)).collect();
        ornaments.len() <= ORNAMENTS_MAX && is_words(&meant)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The longest entries of the public frequency counts of leaked passwords, French and worldwide, and what French
    /// offices put on yellow notes.
    #[test]
    fn what_is_tried_first_is_known() {
        for password in [
            "123456789012",
            "1234567890123456",
            "000000000000",
            "121212121212",
            "112233445566",
            "987654321098",
            "0612345678 06",
            "01/01/1980-75",
            "azertyuiop123",
            "Azertyuiop1234!",
            "qwertyuiop12",
            "qwertyuiopasdfgh",
            "1q2w3e4r5t6y",
            "1qaz2wsx3edc",
            "qazwsxedcrfv",
            "aqwzsxedc123",
            "azerty123456",
            "123456azerty",
            "motdepasse123",
            "MotDePasse2026!",
            "m0td3p4ss3!!",
            "P@ssw0rd1234",
            "passwordpassword",
            "Mot de passe",
            "administrateur",
            "Administrateur1",
            "Bonjour123456",
            "soleil-soleil",
            "jetaimejetaime",
            "doudoudoudoudou",
            "abcabcabcabc",
            "iloveyou1234",
            "letmeinletmein",
            "changemechangeme",
            "Nicolas.Martin1975",
            "marie-claire75",
            "olympiquedemarseille",
            "parissaintgermain",
            "marseille13000",
            "Secrétariat2026",
            "cabinet-medical-94",
            "telesecretariat",
            "permanence2026",
            "décembre2025!",
            "aaaaaaaaaaaaaaaa",
        ] {
            assert!(is_common(password), "{password}");
        }
    }

    #[test]
    fn honest_passphrases_pass() {
        for password in [
            "cheval agrafe pile",
            "une phrase pour entrer",
            "une autre longue phrase",
            "permanence-demo",
            "Le 12 mai, il pleuvait",
            "trois chats sur un toit",
            "xK7#pQ2m!vRz",
            "hfq3-tmzk-7awc-x2du",
            "correcthorsebatterystaple",
            "4815162342-rivage-tuile",
        ] {
            assert!(!is_common(password), "{password}");
        }
    }
}
