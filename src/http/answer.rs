//! One answer, before it becomes bytes on a wire.

use std::borrow::Cow;
use std::io::Read;
use std::sync::Arc;

/// The value of `Date` (RFC 9110, 5.6.7). It says when the answer left, whatever time the house goes by.
pub(super) fn date() -> String {
    chrono::Utc::now().format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// What an answer carries.
pub enum Body {
    Empty,
    /// Text that may be compressed on its way.
    Text(String),
    /// Bytes as they are.
    Bytes(Cow<'static, [u8]>),
    /// Bytes that others may be sending too.
    Shared(Arc<[u8]>),
    /// Bytes whose number nobody knows yet.
    Stream(Box<dyn Read + Send>),
}

/// One answer.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
}

impl Answer {
    /// An answer without a body.
    pub fn status(status: u16) -> Answer {
        Answer { status, headers: Vec::new(), body: Body::Empty }
    }

    /// A page of HTML. Pages are never stored: most show what only one person may see.
    pub fn page(status: u16, html: impl Into<String>) -> Answer {
        Answer {
            status,
            headers: vec![("Content-Type", "text/html; charset=utf-8".into()), ("Cache-Control", "no-store".into())],
            body: Body::Text(html.into()),
        }
    }

    /// A page that lies compressed already, for a browser that takes gzip.
    pub fn kept_page(gzipped: Arc<[u8]>) -> Answer {
        Answer::page(200, "").compressed(gzipped)
    }

    /// JSON that lies compressed already, for software that takes gzip.
    pub fn kept_json(gzipped: Arc<[u8]>) -> Answer {
        Answer::json(200, "").compressed(gzipped)
    }

    fn compressed(self, gzipped: Arc<[u8]>) -> Answer {
        let mut answer = self.with("Content-Encoding", "gzip").with("Vary", "Accept-Encoding");
        answer.body = Body::Shared(gzipped);
        answer
    }

    /// Leads on by GET, after a POST or for good manners (RFC 9110, 15.4.4).
    pub fn see_other(address: impl Into<String>) -> Answer {
        Answer::status(303).with("Location", address.into()).with("Cache-Control", "no-store")
    }

    pub fn json(status: u16, json: impl Into<String>) -> Answer {
        Answer {
            status,
            headers: vec![("Content-Type", "application/json".into()), ("Cache-Control", "no-store".into())],
            body: Body::Text(json.into()),
        }
    }

    /// What went wrong, for other software (RFC 9457).
    pub fn problem(status: u16, title: &str, detail: &str) -> Answer {
        let problem = serde_json::json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
        let mut answer = Answer::json(status, problem.to_string());
        answer.set("Content-Type", "application/problem+json");
        answer
    }

    pub fn text(status: u16, text: impl Into<String>) -> Answer {
        Answer {
            status,
            headers: vec![("Content-Type", "text/plain; charset=utf-8".into()), ("Cache-Control", "no-store".into())],
            body: Body::Text(text.into()),
        }
    }

    /// The head of a file to keep; its body is the caller's. The name holds plain letters, digits, « - » and « . » only
    /// (RFC 6266).
    pub fn download(content_type: &'static str, name: &str) -> Answer {
        Answer::status(200)
            .with("Content-Type", content_type)
            .with("Content-Disposition", format!("attachment; filename=\"{name}\""))
            .with("Cache-Control", "no-store")
    }

    /// One more header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Answer {
        self.headers.push((name, value.into()));
        self
    }

    /// A header in place of any of the same name.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
        self.headers.push((name, value.into()));
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}
