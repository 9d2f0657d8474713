//! How the authority is spoken to: requests over `ureq`, one after another. The crate that knows the protocol is written for
//! asynchronous clients; ours answers before it returns, so that each of its futures is ready when it is first asked.

use super::words::{Failed, Unreached};
use super::{End, Settings};
use crate::http::outside;
use bytes::Bytes;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use ureq::http::{Method, Request, Response, StatusCode};

/// An authority that takes longer is down, for us.
const PATIENCE: Duration = Duration::from_secs(30);
/// Certificates with all their chain have some 6 KB.
const ANSWER_BYTES_MAX: u64 = 512 * 1024;

/// The line to one authority.
#[derive(Clone)]
pub struct Line {
    agent: ureq::Agent,
    end: Arc<End>,
    /// How long the last answer asked us to wait, in seconds; 0 for not at all.
    asked_s: Arc<AtomicU64>,
}

impl Line {
    pub fn to(settings: &Settings, end: &Arc<End>) -> Result<Line, Failed> {
        let agent = outside::agent(PATIENCE, settings.trusted.as_deref(), true).map_err(|cause| Failed {
            sentence: format!("Le fichier de « tls-acme-roots » ne peut pas être lu : {cause}."),
            advice: "Donnez un fichier PEM avec le certificat qui signe celui de l’autorité.".into(),
            wait_s: None,
        })?;
        Ok(Line { agent, end: Arc::clone(end), asked_s: Arc::default() })
    }

    /// How long the last answer asked us to wait.
    pub fn asked_s(&self) -> Option<u64> {
        Some(self.asked_s.load(Ordering::Acquire)).filter(|seconds| *seconds > 0)
    }

    /// Asks for a document that needs no signature.
    pub fn get(&self, address: &str) -> Result<serde_json::Value, Error> {
        let request = Request::builder().method(Method::GET).uri(address).body(Vec::new())?;
        let answer = self.ask(request)?;
        if answer.status() != StatusCode::OK {
            return Err(other(Unreached::Status(answer.status().as_u16())));
        }
        Ok(serde_json::from_slice(answer.body())?)
    }

    fn ask(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Error> {
        if self.end.is_told() {
            return Err(other(Unreached::Ended));
        }
        self.asked_s.store(0, Ordering::Release);
        let answer = self.agent.run(request).map_err(|cause| other(Unreached::Silent(cause.to_string())))?;
        let (parts, mut body) = answer.into_parts();
        let asked_s = parts.headers.get("retry-after").and_then(|value| seconds(value.to_str().ok()?));
        self.asked_s.store(asked_s.unwrap_or(0), Ordering::Release);
        let bytes = body.with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
        let bytes = bytes.map_err(|cause| other(Unreached::Silent(cause.to_string())))?;
        // A door before the authority that is down or overrun speaks HTML, which is no problem document.
        let problem = parts.headers.get("content-type").is_some_and(|kind| kind.as_bytes().ends_with(b"json"));
        if !problem && (parts.status.is_server_error() || parts.status == StatusCode::TOO_MANY_REQUESTS) {
            return Err(other(Unreached::Status(parts.status.as_u16())));
        }
        Ok(Response::from_parts(parts, bytes))
    }
}

fn other(cause: Unreached) -> Error {
    Error::Other(Box::new(cause))
}

/// `Retry-After` in seconds from now (RFC 9110, 10.2.3).
fn seconds(value: &str) -> Option<u64> {
    let value = value.trim();
    value.parse().ok().or_else(|| {
        let moment = chrono::DateTime::parse_from_rfc2822(value).ok()?;
        u64::try_from((moment.to_utc() - chrono::Utc::now()).num_seconds()).ok()
    })
}

impl HttpClient for Line {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let line = self.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            // The crate gathers bodies of answers only; a request's is taken for one.
            let bytes = BytesResponse::from(Response::new(body)).body.into_bytes().await.map_err(Error::Other)?;
            let (parts, body) = line.ask(Request::from_parts(parts, bytes.to_vec()))?.into_parts();
            Ok(BytesResponse { parts, body: Box::new(Bytes::from(body)) })
        })
    }
}

/// What a future comes to that never waits.
pub fn ready<T>(future: impl Future<Output = T>) -> Result<T, Error> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => Ok(outcome),
        Poll::Pending => Err(Error::Str("a future that waits")),
    }
}

/// The same for what may fail by itself.
pub fn now<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    ready(future)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_ask_for_patience_are_understood() {
        assert_eq!(seconds(" 120 "), Some(120));
        let later = chrono::Utc::now() + chrono::TimeDelta::seconds(100);
        // The form of RFC 9110, 5.6.7.
        let said = later.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        assert!((90..=100).contains(&seconds(&said).unwrap()), "{said}");
        assert_eq!(seconds("Fri, 31 Dec 1999 23:59:59 GMT"), None, "past already");
        assert_eq!(seconds("bientôt"), None);
    }
}
