//! The tables of a dump that mysqldump, MariaDB or phpMyAdmin made: `CREATE TABLE` for the names of columns, `INSERT` for the
//! rows, one or many in a statement. Everything else is passed over. Pure.
//!
//! Literals are read as MySQL writes them (Reference Manual, 11.1.1: escapes; 11.1.4: hexadecimal).

use std::collections::BTreeMap;

/// Rows of one table, and of one dump: more is no office's calendar.
const ROWS_MAX: usize = 500_000;

/// A table as it was dumped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

/// A row with the line on which it begins, from 1; `None` is NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub line: u64,
    pub values: Vec<Option<String>>,
}

/// A word of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A keyword or bare name.
    Word(String),
    /// Between backticks or double quotes.
    Name(String),
    Text(String),
    Number(String),
    Mark(char),
}

/// The tables of a dump, by name. `Err` is a French sentence.
pub fn tables(text: &str) -> Result<BTreeMap<String, Table>, String> {
    let mut reader = Reader { bytes: text.as_bytes(), place: 0, line: 1 };
    let mut found: BTreeMap<String, Table> = BTreeMap::new();
    let mut rows = 0;
    while let Some(token) = reader.token()? {
        match token {
            Token::Word(word) if word.eq_ignore_ascii_case("create") => reader.create(&mut found)?,
            Token::Word(word) if word.eq_ignore_ascii_case("insert") || word.eq_ignore_ascii_case("replace") => {
                rows += reader.insert(&mut found)?;
                if rows > ROWS_MAX {
                    return Err("Cette sauvegarde SQL a trop de lignes pour être celle d’un agenda.".into());
                }
            }
            Token::Mark(';') => {}
            _ => reader.skip_statement()?,
        }
    }
    Ok(found)
}

struct Reader<'t> {
    bytes: &'t [u8],
    place: usize,
    line: u64,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.place).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.place += 1;
        self.line += u64::from(byte == b'\n');
        Some(byte)
    }

    fn starts(&self, with: &str) -> bool {
        self.bytes[self.place..].starts_with(with.as_bytes())
    }

    fn until(&mut self, end: &str) {
        while self.place < self.bytes.len() && !self.starts(end) {
            self.next();
        }
        for _ in 0..end.len() {
            self.next();
        }
    }

    fn unreadable<T>(&self) -> Result<T, String> {
        Err(format!("La ligne {} de cette sauvegarde SQL ne se lit pas.", self.line))
    }

    /// The next word; blanks and comments are passed over, conditional ones (`/*! … */`) too.
    fn token(&mut self) -> Result<Option<Token>, String> {
        loop {
            match self.peek() {
                None => return Ok(None),
                Some(byte) if byte.is_ascii_whitespace() => drop(self.next()),
                Some(b'#') => self.until("\n"),
                Some(b'-') if self.starts("-- ") || self.starts("--\n") || self.starts("--\r") => self.until("\n"),
                Some(b'/') if self.starts("/*") => self.until("*/"),
                Some(b'\'') => return self.text().map(|text| Some(Token::Text(text))),
                Some(quote @ (b'`' | b'"')) => return self.name(quote).map(|name| Some(Token::Name(name))),
                Some(byte) if byte.is_ascii_digit() || byte == b'-' || byte == b'+' => {
                    let number = self.run(|byte| byte.is_ascii_alphanumeric() || b".+-".contains(&byte));
                    return Ok(Some(match number.strip_prefix("0x") {
                        Some(digits) => Token::Text(self.hexadecimal(digits)?),
                        None => Token::Number(number),
                    }));
                }
                Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
                    let word = self.run(|byte| byte.is_ascii_alphanumeric() || b"_$.".contains(&byte) || byte >= 0x80);
                    return Ok(Some(Token::Word(word)));
                }
                Some(byte) => {
                    self.next();
                    return Ok(Some(Token::Mark(char::from(byte))));
                }
            }
        }
    }

    fn run(&mut self, within: impl Fn(u8) -> bool) -> String {
        let start = self.place;
        while self.peek().is_some_and(&within) {
            self.next();
        }
        String::from_utf8_lossy(&self.bytes[start..self.place]).into_owned()
    }

    fn hexadecimal(&self, digits: &str) -> Result<String, String> {
        let pairs = digits.as_bytes().chunks(2);
        let bytes: Option<Vec<u8>> =
            pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
        match bytes {
            Some(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            None => self.unreadable(),
        }
    }

    fn text(&mut self) -> Result<String, String> {
        self.next();
        let mut out = Vec::new();
        loop {
            match self.next() {
                None => return self.unreadable(),
                Some(b'\'') if self.peek() == Some(b'\'') => {
                    self.next();
                    out.push(b'\'');
                }
                Some(b'\'') => return Ok(String::from_utf8_lossy(&out).into_owned()),
                Some(b'\\') => match self.next() {
                    None => return self.unreadable(),
                    Some(b'n') => out.push(b'\n'),
                    Some(b'r') => out.push(b'\r'),
                    Some(b't') => out.push(b'\t'),
                    Some(b'0' | b'Z' | b'b') => {}
                    Some(other) => out.push(other),
                },
                Some(other) => out.push(other),
            }
        }
    }

    fn name(&mut self, quote: u8) -> Result<String, String> {
        self.next();
        let mut out = Vec::new();
        loop {
            match self.next() {
                None => return self.unreadable(),
                Some(byte) if byte == quote && self.peek() == Some(quote) => {
                    self.next();
                    out.push(quote);
                }
                Some(byte) if byte == quote => return Ok(String::from_utf8_lossy(&out).into_owned()),
                Some(other) => out.push(other),
            }
        }
    }

    fn skip_statement(&mut self) -> Result<(), String> {
        while let Some(token) = self.token()? {
            if token == Token::Mark(';') {
                break;
            }
        }
        Ok(())
    }

    /// After `CREATE`: the names of a table's columns, each the first word between two commas.
    fn create(&mut self, found: &mut BTreeMap<String, Table>) -> Result<(), String> {
        if !matches!(self.token()?, Some(Token::Word(word)) if word.eq_ignore_ascii_case("table")) {
            return self.skip_statement();
        }
        let mut name = None;
        let mut columns = Vec::new();
        let (mut depth, mut first) = (0, false);
        while let Some(token) = self.token()? {
            match token {
                Token::Mark(';') => break,
                Token::Mark('(') => {
                    depth += 1;
                    first = depth == 1;
                    continue;
                }
                Token::Mark(')') => depth -= 1,
                Token::Mark(',') if depth == 1 => {
                    first = true;
                    continue;
                }
                // A key's own name stands after its word, so that a first name is a column's.
                Token::Name(column) if depth == 1 && first => columns.push(column),
                Token::Name(table) if depth == 0 && name.is_none() => name = Some(table),
                _ => {}
            }
            first = false;
        }
        if let Some(name) = name {
            found.entry(name).or_default().columns = columns;
        }
        Ok(())
    }

    /// After `INSERT`: the rows that it adds, and how many they are.
    fn insert(&mut self, found: &mut BTreeMap<String, Table>) -> Result<usize, String> {
        let name = loop {
            match self.token()? {
                Some(Token::Name(name)) => break name,
                Some(Token::Word(word))
                    if ["into", "ignore", "delayed"].iter().any(|one| word.eq_ignore_ascii_case(one)) => {}
                Some(Token::Word(name)) => break name,
                _ => return self.unreadable(),
            }
        };
        let mut named = Vec::new();
        let mut token = self.token()?;
        if token == Some(Token::Mark('(')) {
            loop {
                match self.token()? {
                    Some(Token::Name(column) | Token::Word(column)) => named.push(column),
                    Some(Token::Mark(',')) => {}
                    Some(Token::Mark(')')) => break,
                    _ => return self.unreadable(),
                }
            }
            token = self.token()?;
        }
        if !matches!(&token, Some(Token::Word(word)) if word.eq_ignore_ascii_case("values")) {
            return self.unreadable();
        }
        let table = found.entry(name).or_default();
        if table.columns.is_empty() {
            table.columns = named.clone();
        }
        // In the order of the table, whichever the statement has.
        let places: Option<Vec<usize>> = (!named.is_empty()).then(|| {
            named
                .iter()
                .map(|name| table.columns.iter().position(|known| known == name).unwrap_or(usize::MAX))
                .collect()
        });
        let mut count = 0;
        loop {
            match self.token()? {
                Some(Token::Mark('(')) => {
                    let line = self.line;
                    let values = self.values()?;
                    let values = match &places {
                        None => values,
                        Some(places) => {
                            let mut ordered = vec![None; table.columns.len()];
                            for (value, place) in values.into_iter().zip(places) {
                                if let Some(slot) = ordered.get_mut(*place) {
                                    *slot = value;
                                }
                            }
                            ordered
                        }
                    };
                    table.rows.push(Row { line, values });
                    count += 1;
                }
                Some(Token::Mark(',')) => {}
                Some(Token::Mark(';')) | None => return Ok(count),
                _ => return self.unreadable(),
            }
        }
    }

    /// The values up to the closing bracket.
    fn values(&mut self) -> Result<Vec<Option<String>>, String> {
        let mut values = Vec::new();
        loop {
            match self.token()? {
                Some(Token::Text(text) | Token::Number(text)) => values.push(Some(text)),
                // `_binary 'x'` and the like say how the next one is to be read.
                Some(Token::Word(word)) if word.starts_with('_') => {}
                Some(Token::Word(word)) if word.eq_ignore_ascii_case("null") => values.push(None),
                Some(Token::Word(word)) => values.push(Some(word)),
                Some(Token::Mark(',')) => {}
                Some(Token::Mark(')')) => return Ok(values),
                _ => return self.unreadable(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_nulls_many_rows_and_comments_are_read_as_mysql_writes_them() {
        let dump = "-- MariaDB dump 10.19\n/*!40101 SET NAMES utf8mb4 */;\nDROP TABLE IF EXISTS `t`;\n\
            CREATE TABLE `t` (\n  `id` int(11) NOT NULL AUTO_INCREMENT,\n  `a b` enum('x','y;)') DEFAULT 'y;)' COMMENT 'l''un, `z`',\n\
            \x20 `n` text,\n  PRIMARY KEY (`id`),\n  KEY `k` (`a b`,`n`)\n) ENGINE=InnoDB;\n\
            LOCK TABLES `t` WRITE;\n\
            INSERT INTO `t` VALUES\n(1,'l\\'été; \\\"à\\\"',NULL),\n(2,'a''b\\\\','x\\ny'),(-3,0xC3A9,_binary 'z');\n\
            INSERT INTO `t` (`n`, `id`) VALUES ('seul',4);\nUNLOCK TABLES;\n# fin\n";
        let tables = tables(dump).unwrap();
        let table = &tables["t"];
        assert_eq!(table.columns, ["id", "a b", "n"]);
        let values: Vec<Vec<Option<&str>>> =
            table.rows.iter().map(|row| row.values.iter().map(Option::as_deref).collect()).collect();
        assert_eq!(values[0], [Some("1"), Some("l'été; \"à\""), None]);
        assert_eq!(values[1], [Some("2"), Some("a'b\\"), Some("x\ny")]);
        assert_eq!(values[2], [Some("-3"), Some("é"), Some("z")]);
        assert_eq!(values[3], [Some("4"), None, Some("seul")]);
        assert_eq!((table.rows[0].line, table.rows[3].line), (13, 15));
        assert!(super::tables("INSERT INTO `t` VALUES (1,'jamais fermé").is_err());
    }
}
