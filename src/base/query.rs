//! What somebody typed into a search field, as beginnings of words that must all be there.

use super::{Phone, fold, limits};

/// A French number has ten digits; from this many on, digits apart may be parts of one number.
const PHONE_DIGITS_MIN: usize = 4;

/// What is looked for: every term must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
}

/// One of the ways suffices; a way is a list of beginnings of words that must all be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub ways: Vec<Vec<String>>,
}

impl Query {
    /// Reads what somebody typed; `None` when it holds no letter or digit.
    pub fn read(typed: &str) -> Option<Query> {
        let typed: String = typed.chars().take(limits::QUERY_CHARS_MAX).collect();
        let phone = Phone::read(&typed);
        if phone.kept().starts_with('+') {
            return Some(Query { terms: vec![Term { ways: vec![vec![phone.searched()]] }] });
        }
        let mut terms = Vec::new();
        let words = words_typed(&typed);
        let mut words = words.into_iter().take(limits::QUERY_WORDS_MAX).peekable();
        while let Some(word) = words.next() {
            let mut run = vec![word];
            // « 06 12 34 »: the beginning of a telephone number, or three numbers.
            while is_number(&run[0])
                && let Some(next) = words.next_if(|next| is_number(next))
            {
                run.push(next);
            }
            let joined = run.concat();
            let as_phone = run.len() > 1 && joined.len() >= PHONE_DIGITS_MIN;
            let mut ways = vec![run];
            if as_phone {
                ways.push(vec![national(&joined)]);
            }
            terms.push(Term { ways });
        }
        (!terms.is_empty()).then_some(Query { terms })
    }

    /// The same, with words besides that are looked for as they are.
    pub fn read_with(typed: &str, words: Vec<String>) -> Option<Query> {
        let mut terms = Query::read(typed).map_or(Vec::new(), |query| query.terms);
        terms.extend(words.into_iter().take(limits::QUERY_WORDS_MAX).map(|word| Term { ways: vec![vec![word]] }));
        (!terms.is_empty()).then_some(Query { terms })
    }

    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The folded beginnings of words, for marking them on the page.
    pub fn words(&self) -> Vec<String> {
        self.terms.iter().flat_map(|term| term.ways.iter().flatten().cloned()).collect()
    }
}

/// A typed word « d'artagnan » stands for its parts; the whole would only narrow the same.
fn words_typed(typed: &str) -> Vec<String> {
    fold::fold(typed).split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).map(fold::cut).collect()
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// « 33612 » and « 0033612 », the beginnings of a number as it is dialled from abroad, as « 0612 ».
fn national(digits: &str) -> String {
    let rest = digits.strip_prefix("0033").or_else(|| digits.strip_prefix("33")).filter(|rest| !rest.is_empty());
    match rest {
        Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        None => digits.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(typed: &str) -> Vec<Vec<Vec<String>>> {
        Query::read(typed).map_or(Vec::new(), |query| query.terms.into_iter().map(|term| term.ways).collect())
    }

    #[test]
    fn telephone_numbers_are_understood_in_any_notation() {
        for typed in ["06 12 34 56 78", "+33 6 12 34 56 78", "0033612345678", "06.12.34.56.78"] {
            assert_eq!(ways(typed), [[["0612345678"]]], "{typed}");
        }
        assert_eq!(ways("06 12 3"), [vec![vec!["06".to_owned(), "12".into(), "3".into()], vec!["06123".into()]]]);
        assert_eq!(ways("Durand 14"), [[["durand"]], [["14"]]]);
        assert!(ways(" -- ").is_empty());
    }
}
