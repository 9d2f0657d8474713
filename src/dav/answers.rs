//! Answers of WebDAV: a refusal with its reason, and many things at once (207).

use super::place::Place;
use super::xml::{self, begin, escape_into};
use crate::error::Result;
use crate::http::{Answer, Body};

/// A property's namespace and name.
pub type Name = (String, String);

/// A refusal: markup of the condition that was not met (RFC 4918, 16), if the protocol has one, and a sentence.
pub fn refused(status: u16, condition: &str, sentence: &str) -> Answer {
    let mut out = begin("d:error");
    out.push_str(condition);
    out.push_str("<d:responsedescription>");
    escape_into(&mut out, sentence);
    out.push_str("</d:responsedescription></d:error>");
    document(status, out)
}

/// A document of ours.
pub fn document(status: u16, text: String) -> Answer {
    let mut answer = Answer::status(status)
        .with("Content-Type", "application/xml; charset=utf-8")
        .with("Cache-Control", "private, no-store");
    answer.body = Body::Text(text);
    answer
}

/// `207 Multi-Status`, built as its parts are found.
pub struct Many {
    out: String,
    /// `Prefer: return=minimal` (RFC 8144): what is not there is not said.
    minimal: bool,
    pub count: usize,
}

impl Many {
    pub fn new(minimal: bool) -> Many {
        Many { out: begin("d:multistatus"), minimal, count: 0 }
    }

    /// A thing with the properties that it has and those that it has not.
    pub fn found(&mut self, href: &str, found: &str, missing: &[&Name]) {
        self.count += 1;
        self.out.push_str("<d:response><d:href>");
        escape_into(&mut self.out, href);
        self.out.push_str("</d:href>");
        let silent = self.minimal || missing.is_empty();
        if !found.is_empty() || silent {
            self.out.push_str("<d:propstat><d:prop>");
            self.out.push_str(found);
            self.out.push_str("</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>");
        }
        if !silent {
            self.out.push_str("<d:propstat><d:prop>");
            for (space, name) in missing {
                xml::element_into(&mut self.out, space, name, "");
            }
            self.out.push_str("</d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>");
        }
        self.out.push_str("</d:response>");
    }

    /// A thing that is not there (any more).
    pub fn gone(&mut self, href: &str) {
        self.count += 1;
        self.out.push_str("<d:response><d:href>");
        escape_into(&mut self.out, href);
        self.out.push_str("</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>");
    }

    /// The things that a request names: what `find` knows is told by `push`.
    pub fn named<R>(
        &mut self,
        hrefs: &[String],
        find: impl Fn(Place) -> Result<Option<R>>,
        mut push: impl FnMut(&mut Many, &R) -> Result<()>,
    ) -> Result<()> {
        for href in hrefs {
            match Place::read_href(href).map(&find).transpose()?.flatten() {
                Some(resource) => push(self, &resource)?,
                None => self.gone(href.trim()),
            }
        }
        Ok(())
    }

    /// What changed, by name: what stands there now is told by `push`, the rest is gone from its place.
    pub fn changed<R>(
        &mut self,
        changes: Vec<(String, Option<R>)>,
        place: impl Fn(String) -> Place,
        mut push: impl FnMut(&mut Many, &R) -> Result<()>,
    ) -> Result<()> {
        for (name, resource) in changes {
            match resource {
                Some(resource) => push(self, &resource)?,
                None => self.gone(&place(name).href()),
            }
        }
        Ok(())
    }

    /// Markup as it is.
    pub fn push(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// The answer; `token` says where the next look begins (RFC 6578).
    pub fn answer(mut self, token: Option<&str>) -> Answer {
        if let Some(token) = token {
            self.out.push_str("<d:sync-token>");
            escape_into(&mut self.out, token);
            self.out.push_str("</d:sync-token>");
        }
        self.out.push_str("</d:multistatus>");
        document(207, self.out)
    }
}
