//! What is typed, made fit to be kept.

/// One space for any run of white space and control characters; ends trimmed.
pub fn clean_line(text: &mut String) {
    let clean = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    *text = clean;
}

/// Lines kept (CRLF becomes LF), other control characters dropped, ends trimmed.
pub fn clean_text(text: &mut String) {
    let clean: String =
        text.replace("\r\n", "\n").chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect();
    *text = clean.trim().to_owned();
}

/// Enough to catch a slip of the fingers; the mail server has the last word.
pub fn looks_like_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !domain.contains("..")
}

/// « 5, rue Colette, 92917 Godard », parts that are missing left out.
pub fn postal_address(address: &str, postal_code: &str, town: &str) -> String {
    let join = |parts: [&str; 2], between: &str| {
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
    };
    join([address, &join([postal_code, town], " ")], ", ")
}
