//! Text folded for search: one function for what is written and what is asked.
//!
//! Case, accents, ligatures, hyphens and apostrophes make no difference: « Œuvrard » is found by « oeuvrard »,
//! « D'Artagnan » by « dartagnan » or « artagnan », « Jean-Luc » by « jean luc ».

use unicode_normalization::UnicodeNormalization;

/// A word longer than this is cut: nobody asks for more, and keys stay short.
pub const WORD_CHARS_MAX: usize = 32;

/// Lower case without accents or ligatures; every other character stays where it is.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd() {
        if unicode_normalization::char::is_combining_mark(c) {
            continue;
        }
        for lower in c.to_lowercase() {
            match lower {
                'œ' => out.push_str("oe"),
                'æ' => out.push_str("ae"),
                'ß' => out.push_str("ss"),
                'ø' => out.push('o'),
                'đ' | 'ð' => out.push('d'),
                'ł' => out.push('l'),
                'ı' => out.push('i'),
                'þ' => out.push_str("th"),
                other if unicode_normalization::char::is_combining_mark(other) => {}
                other => out.push(other),
            }
        }
    }
    out
}

/// The folded words of a text, in order, each cut to `WORD_CHARS_MAX`. Everything that is no letter or digit parts words;
/// a word with an apostrophe counts whole as well (« d'artagnan »: « d », « artagnan », « dartagnan »).
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut out = Vec::new();
    for chunk in folded.split(|c: char| c.is_whitespace()) {
        let mut parts = 0;
        let mut apostrophe = false;
        let mut whole = String::new();
        for part in chunk.split(|c: char| !c.is_alphanumeric()) {
            if part.is_empty() {
                continue;
            }
            parts += 1;
            whole.push_str(part);
            out.push(cut(part));
        }
        if parts == 2 {
            apostrophe = chunk.contains(['\'', '’', '`']);
        }
        if apostrophe {
            out.push(cut(&whole));
        }
    }
    out
}

/// A word cut to what the index keeps.
pub fn cut(word: &str) -> String {
    word.chars().take(WORD_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_ligatures_and_hyphens_make_no_difference() {
        assert_eq!(fold("Lefèvre-ŒUVRARD"), "lefevre-oeuvrard");
        assert_eq!(words("Maître Lefèvre-Œuvrard"), ["maitre", "lefevre", "oeuvrard"]);
        assert_eq!(words("Plomberie d’Artagnan"), ["plomberie", "d", "artagnan", "dartagnan"]);
        assert_eq!(words("Ngũgĩ, Æbelø; 王"), ["ngugi", "aebelo", "王"]);
        assert_eq!(words("… !"), Vec::<String>::new());
    }
}
