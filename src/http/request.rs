//! One request, as the rooms see it: what was understood, never raw bytes.

use super::{Files, Form};
use crate::base::Instant;
use std::net::IpAddr;

/// What a request wants done. Pages know the first three; the others are for programs of calendars and address books (RFC 4918,
/// 3253, 4791), and answer 405 anywhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    Get,
    Head,
    Post,
    Options,
    Put,
    Delete,
    PropFind,
    PropPatch,
    Report,
    MkCalendar,
    Other,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Request {
    /// When it came.
    pub now: Instant,
    pub method: Method,
    /// Percent-decoded, starting with « / ».
    pub path: String,
    /// The query as it came, without « ? ».
    pub raw_query: String,
    pub query: Form,
    /// The posted form; empty for other methods.
    pub form: Form,
    /// The files of a form that brought some.
    pub files: Files,
    /// What other software sent to the interface, as it came; empty everywhere else.
    pub json: String,
    /// What a program of calendars or address books sent, as it came; empty everywhere else.
    pub body: String,
    pub client: IpAddr,
    /// Whether the browser came by HTTPS.
    pub https: bool,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// What stood in the places of the route's pattern, from left to right.
    pub parts: Vec<String>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Whether a form with files came (RFC 7578).
    pub fn is_multipart(&self) -> bool {
        self.header("content-type").and_then(super::multipart::boundary).is_some()
    }

    /// A cookie's value (RFC 6265, section 5.4 gives the shape of the header).
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.header("cookie")?
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }

    /// The nth place of the pattern as an id; a thing that can't be named can't be there.
    pub fn part<T: std::str::FromStr>(&self, place: usize) -> crate::error::Result<T> {
        self.parts.get(place).and_then(|part| part.parse().ok()).ok_or(crate::error::Error::NotFound)
    }

    /// The path with its query, to come back to.
    pub fn target(&self) -> String {
        if self.raw_query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.raw_query) }
    }

    /// Whether the answer may be compressed: the browser takes gzip (RFC 9110, 12.5.3: a weight of 0 refuses), and the request
    /// was not made by another site. Whoever makes a browser ask many times for a page with words of their choice in it could
    /// otherwise learn from its compressed length what else is on it (BREACH).
    pub fn takes_gzip(&self) -> bool {
        !self.comes_from_elsewhere()
            && self.header("accept-encoding").is_some_and(|accepted| {
                accepted.split(',').any(|one| {
                    let mut parts = one.split(';').map(str::trim);
                    let coding = parts.next().unwrap_or("");
                    (coding.eq_ignore_ascii_case("gzip") || coding == "*")
                        && parts.all(|weight| {
                            weight.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_none_or(|q| q > 0.0)
                        })
                })
            })
    }

    /// Whether a page of another site made the browser ask.
    fn comes_from_elsewhere(&self) -> bool {
        match (self.header("sec-fetch-site"), self.header("referer"), self.header("host")) {
            (Some(site), _, _) => site != "same-origin" && site != "none",
            (None, Some(referer), Some(host)) => {
                referer.split_once("://").is_none_or(|(_, from)| from.split('/').next() != Some(host))
            }
            _ => false,
        }
    }

    /// Whether a change of state was asked for by a page of ours (Fetch Metadata; Origin, RFC 6454, section 7).
    /// A browser of today always says one of the two with a POST; who says neither is no browser with our cookie.
    pub fn comes_from_our_page(&self) -> bool {
        let same_site = match self.header("sec-fetch-site") {
            Some(site) => site == "same-origin" || site == "none",
            None => true,
        };
        let same_origin = match (self.header("origin"), self.header("host")) {
            // Under HTTPS a page in clear is a foreign one, which anybody on the way could have written.
            (Some(origin), Some(host)) => origin
                .split_once("://")
                .is_some_and(|(scheme, from)| from == host && (scheme == "https" || !self.https)),
            (None, _) => self.header("sec-fetch-site").is_some(),
            (Some(_), None) => false,
        };
        same_site && same_origin
    }
}

/// What stands in a pattern's places, if the path fits it.
pub fn fit(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut segments = path.split('/');
    let mut pieces = pattern.split('/');
    loop {
        match (pieces.next(), segments.next()) {
            (None, None) => return Some(parts),
            (Some(piece), Some(segment)) if piece.ends_with("..}") => {
                let rest = segments.fold(segment.to_owned(), |rest, next| format!("{rest}/{next}"));
                parts.push(rest);
                return Some(parts);
            }
            (Some(piece), Some(segment)) if piece.starts_with('{') && !segment.is_empty() => {
                parts.push(segment.to_owned())
            }
            (Some(piece), Some(segment)) if piece == segment => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&str, &str)]) -> Request {
        Request {
            now: Instant(0),
            method: Method::Post,
            path: "/".into(),
            raw_query: String::new(),
            query: Form::default(),
            form: Form::default(),
            files: Files::default(),
            json: String::new(),
            body: String::new(),
            client: IpAddr::from([127, 0, 0, 1]),
            https: false,
            headers: headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
            parts: Vec::new(),
        }
    }

    #[test]
    fn only_our_own_pages_may_post() {
        let host = ("host", "agenda.example.fr");
        assert!(
            request(&[host, ("origin", "https://agenda.example.fr"), ("sec-fetch-site", "same-origin")])
                .comes_from_our_page()
        );
        assert!(request(&[host, ("origin", "http://agenda.example.fr")]).comes_from_our_page());
        assert!(request(&[host, ("sec-fetch-site", "same-origin")]).comes_from_our_page());
        for headers in [
            vec![host],
            vec![host, ("origin", "null")],
            vec![host, ("origin", "https://mechant.example")],
            vec![host, ("origin", "https://agenda.example.fr.mechant.example")],
            vec![host, ("origin", "https://agenda.example.fr"), ("sec-fetch-site", "same-site")],
            vec![host, ("origin", "https://agenda.example.fr"), ("sec-fetch-site", "cross-site")],
            vec![("origin", "https://agenda.example.fr")],
        ] {
            assert!(!request(&headers).comes_from_our_page(), "{headers:?}");
        }
        let in_clear = request(&[host, ("origin", "http://agenda.example.fr")]);
        assert!(!Request { https: true, ..in_clear }.comes_from_our_page(), "under HTTPS, a page in clear is foreign");
    }

    #[test]
    fn gzip_is_sent_to_who_takes_it() {
        for (accepted, takes) in [
            ("gzip, deflate, br", true),
            ("GZIP;q=0.5", true),
            ("*", true),
            ("br", false),
            ("gzip;q=0", false),
            ("identity", false),
        ] {
            assert_eq!(request(&[("accept-encoding", accepted)]).takes_gzip(), takes, "{accepted}");
        }
        assert!(!request(&[]).takes_gzip());
        let (gzip, host) = (("accept-encoding", "gzip"), ("host", "a.example"));
        for (headers, takes) in [
            ([gzip, host, ("sec-fetch-site", "same-origin")], true),
            ([gzip, host, ("sec-fetch-site", "none")], true),
            ([gzip, host, ("sec-fetch-site", "cross-site")], false),
            ([gzip, host, ("referer", "https://a.example/messages?q=a")], true),
            ([gzip, host, ("referer", "https://mechant.example/a.example")], false),
        ] {
            assert_eq!(request(&headers).takes_gzip(), takes, "{headers:?}");
        }
    }

    #[test]
    fn cookies_are_read_by_their_whole_name() {
        let request = request(&[("cookie", "autresession=1; session=abc; x=y=z")]);
        assert_eq!(
            (request.cookie("session"), request.cookie("x"), request.cookie("y")),
            (Some("abc"), Some("y=z"), None)
        );
    }
}
