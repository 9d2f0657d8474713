//! Heads of requests, read strictly (RFC 9112) and written anew, so that two readers can't understand different things.
//! Pure: bytes in, bytes out.

use super::challenges::Challenges;
use super::limits::{HEAD_BYTES_MAX, HEAD_LINES_MAX, TARGET_BYTES_MAX};
use super::refusals::Refusal;
use std::net::IpAddr;

/// Methods that are passed on; what each address does with them is not ours to know.
const METHODS: [&str; 11] =
    ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "PROPPATCH", "REPORT", "MKCALENDAR"];

/// Headers that speak of one connection only (RFC 9110, 7.6.1), or that only we may write.
const DROPPED: [&str; 13] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "expect",
    "forwarded",
    "content-length",
    "host",
];
const DROPPED_PREFIXES: [&str; 2] = ["x-permanence-", "x-forwarded-"];

/// A request whose head was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// What goes inside, up to and with the empty line.
    pub bytes: Vec<u8>,
    pub body_bytes: u64,
    /// Whether the answer has no body whatever it says: HEAD.
    pub headless_answer: bool,
    /// Safe to ask again when an old connection turns out to be dead.
    pub repeatable: bool,
    pub keep_alive: bool,
    /// HTTP/1.0: takes no chunks.
    pub old: bool,
    /// Waits for « 100 Continue » before it sends its body.
    pub expects_continue: bool,
    /// What the edge answers by itself.
    pub at_once: Option<AtOnce>,
}

/// An answer that needs nobody inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtOnce {
    /// Came in clear where HTTPS is spoken: the browser is sent to this address instead.
    SendOn(String),
    /// An authority looks for these words.
    Proof(String),
}

/// What the edge knows before it reads a head.
pub struct Context<'a> {
    pub peer: IpAddr,
    pub encrypted: bool,
    pub public_name: Option<&'a str>,
    pub trusted_proxies: &'a [IpAddr],
    pub body_bytes_max: fn(method: &str, path: &str) -> u64,
    /// The port of HTTPS, where it is spoken.
    pub secure_port: Option<u16>,
    /// HTTPS is to be spoken, and there is no certificate yet.
    pub awaiting: bool,
    pub challenges: &'a Challenges,
    /// Addresses that answer in clear all the same.
    pub stays_plain: fn(path: &str) -> bool,
}

/// Where the head in a buffer ends: after the first empty line. `None` while it has not come whole.
pub fn end(buffer: &[u8], from: usize) -> Option<usize> {
    let from = from.saturating_sub(3);
    buffer[from..].windows(4).position(|four| four == b"\r\n\r\n").map(|place| from + place + 4)
}

/// Whether a head that is not whole yet is already refused: too long, or broken in a way that no further byte mends.
/// Looks at `buffer` from `from` on, what was there before having been looked at.
pub fn early_refusal(buffer: &[u8], from: usize) -> Option<Refusal> {
    if line_end_is_broken(buffer, from.saturating_sub(1)) {
        return Some(Refusal::Malformed);
    }
    if !buffer.contains(&b'\r') && buffer.len() > TARGET_BYTES_MAX + 64 {
        return Some(Refusal::TargetTooLong);
    }
    (buffer.len() > HEAD_BYTES_MAX).then_some(Refusal::HeadTooLarge)
}

/// A bare CR or LF, or a NUL.
fn line_end_is_broken(buffer: &[u8], from: usize) -> bool {
    (from..buffer.len()).any(|at| match buffer[at] {
        0 => true,
        b'\n' => at == 0 || buffer[at - 1] != b'\r',
        b'\r' => buffer.get(at + 1).is_some_and(|next| *next != b'\n'),
        _ => false,
    })
}

/// Reads a whole head (with its empty line) and writes it anew for inside.
pub fn read(raw: &[u8], context: &Context<'_>) -> Result<Head, Refusal> {
    if raw.len() > HEAD_BYTES_MAX {
        return Err(Refusal::HeadTooLarge);
    }
    if line_end_is_broken(raw, 0) {
        return Err(Refusal::Malformed);
    }
    let lines = raw.windows(2).filter(|two| two == b"\r\n").count().saturating_sub(2);
    if lines > HEAD_LINES_MAX {
        return Err(Refusal::HeadTooLarge);
    }
    let mut headers = [httparse::EMPTY_HEADER; HEAD_LINES_MAX];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(raw) {
        Ok(httparse::Status::Complete(length)) if length == raw.len() => {}
        // « GET /a b HTTP/1.1 » is no matter of versions.
        Err(httparse::Error::Version) if raw.split(|byte| *byte == b'\r').next().is_some_and(is_request_line) => {
            return Err(Refusal::VersionUnknown);
        }
        Err(httparse::Error::TooManyHeaders) => return Err(Refusal::HeadTooLarge),
        _ => return Err(Refusal::Malformed),
    }
    let (method, target) = (request.method.unwrap_or(""), request.path.unwrap_or(""));
    let old = request.version == Some(0);
    check_target(target)?;
    if !METHODS.contains(&method) {
        return Err(Refusal::MethodUnknown);
    }
    let fields = Fields::gather(request.headers)?;
    let path = target.split('?').next().unwrap_or("");
    // Before the name is looked at: whoever asks by whatever name, these words are for everybody.
    if let Some(words) = context.challenges.page(path).filter(|_| matches!(method, "GET" | "HEAD")) {
        let at_once = Some(AtOnce::Proof(words));
        return Ok(Head { headless_answer: method == "HEAD", at_once, ..Head::default() });
    }
    if fields.transfer_encoding {
        return Err(Refusal::LengthNeeded);
    }
    let host = match fields.host {
        Some(host) => host,
        None if old => "",
        None => return Err(Refusal::Malformed),
    };
    check_host(host, context.public_name)?;
    let body_bytes = fields.content_length.unwrap_or(0);
    if body_bytes > (context.body_bytes_max)(method, path) {
        return Err(Refusal::BodyTooLarge);
    }
    let (client, encrypted) = origin(context, &fields);
    let at_once = match context.secure_port.filter(|_| !encrypted && !(context.stays_plain)(path)) {
        // What a form sent has been overheard already; sent once more by itself, nobody would notice.
        Some(_) if !matches!(method, "GET" | "HEAD") => return Err(Refusal::InClear),
        Some(_) if context.awaiting => return Err(Refusal::NoCertificate),
        Some(port) => Some(AtOnce::SendOn(secure_address(host, port, target, context.public_name)?)),
        None => None,
    };
    let mut bytes = Vec::with_capacity(raw.len() + 96);
    push_line(&mut bytes, &[method, " ", target, " HTTP/1.1"]);
    push_line(&mut bytes, &["Host: ", host]);
    for header in request.headers.iter() {
        if is_dropped(header.name) {
            continue;
        }
        bytes.extend_from_slice(header.name.as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(header.value);
        bytes.extend_from_slice(b"\r\n");
    }
    push_line(&mut bytes, &["X-Permanence-Client: ", &client.to_string()]);
    push_line(&mut bytes, &["X-Permanence-Scheme: ", if encrypted { "https" } else { "http" }]);
    if fields.content_length.is_some() || body_bytes > 0 {
        push_line(&mut bytes, &["Content-Length: ", &body_bytes.to_string()]);
    }
    bytes.extend_from_slice(b"\r\n");
    Ok(Head {
        bytes,
        body_bytes,
        headless_answer: method == "HEAD",
        repeatable: matches!(method, "GET" | "HEAD") && body_bytes == 0,
        keep_alive: if old { fields.keep_alive } else { !fields.close },
        old,
        expects_continue: fields.expects_continue && body_bytes > 0 && !old,
        at_once,
    })
}

/// Method, target, version, one space apart.
fn is_request_line(line: &[u8]) -> bool {
    let parts: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    parts.len() == 3 && parts[2].starts_with(b"HTTP/")
}

fn push_line(bytes: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
}

/// Only « /path?query » (RFC 9112, 3.2.1): we are nobody's proxy. A fragment never travels. A path is one path to every reader:
/// no dot segments, which browsers resolve before they ask, and no slash, backslash or NUL in a percent's coat.
fn check_target(target: &str) -> Result<(), Refusal> {
    if target.len() > TARGET_BYTES_MAX {
        return Err(Refusal::TargetTooLong);
    }
    let visible = target.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'#');
    let path = target.split('?').next().unwrap_or("").to_ascii_lowercase();
    let hidden = ["%2f", "%5c", "%00", "\\"].iter().any(|coat| path.contains(coat));
    let dots = path.split('/').any(|segment| matches!(segment.replace("%2e", ".").as_str(), "." | ".."));
    if target.starts_with('/') && visible && !hidden && !dots { Ok(()) } else { Err(Refusal::Malformed) }
}

/// The same page by HTTPS: under the public name as it is set, port and all, or else under the name that was asked for.
fn secure_address(host: &str, port: u16, target: &str, public_name: Option<&str>) -> Result<String, Refusal> {
    if let Some(name) = public_name {
        return Ok(format!("https://{name}{target}"));
    }
    let name = without_port(host);
    if name.is_empty() {
        return Err(Refusal::Malformed);
    }
    Ok(if port == 443 { format!("https://{name}{target}") } else { format!("https://{name}:{port}{target}") })
}

fn without_port(name: &str) -> String {
    match name.rsplit_once(':') {
        Some((before, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !before.ends_with(':') => {
            before.to_ascii_lowercase()
        }
        _ => name.to_ascii_lowercase(),
    }
}

/// A host name or address with a port perhaps; where a public name is set, that one.
fn check_host(host: &str, public_name: Option<&str>) -> Result<(), Refusal> {
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte));
    if !plain || host.len() > 255 {
        return Err(Refusal::Malformed);
    }
    match public_name {
        Some(name) if without_port(name) != without_port(host) => Err(Refusal::WrongHost),
        _ => Ok(()),
    }
}

fn is_dropped(name: &str) -> bool {
    DROPPED.iter().any(|dropped| name.eq_ignore_ascii_case(dropped))
        || DROPPED_PREFIXES
            .iter()
            .any(|prefix| name.get(..prefix.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(prefix)))
}

/// The fields that decide how a message is cut and passed on.
#[derive(Default)]
struct Fields<'h> {
    host: Option<&'h str>,
    content_length: Option<u64>,
    transfer_encoding: bool,
    close: bool,
    keep_alive: bool,
    expects_continue: bool,
    forwarded_for: Vec<&'h str>,
    forwarded_proto: Option<&'h str>,
}

impl<'h> Fields<'h> {
    fn gather(headers: &[httparse::Header<'h>]) -> Result<Fields<'h>, Refusal> {
        let mut fields = Fields::default();
        for header in headers {
            // Control characters, DEL among them, have no place in a value; a tab does (RFC 9110, 5.5).
            if header.value.iter().any(|byte| (*byte < 0x20 && *byte != b'\t') || *byte == 0x7f) {
                return Err(Refusal::Malformed);
            }
            let is = |name: &str| header.name.eq_ignore_ascii_case(name);
            let text = || std::str::from_utf8(header.value).map(str::trim).map_err(|_| Refusal::Malformed);
            if is("host") {
                if fields.host.replace(text()?).is_some() {
                    return Err(Refusal::Malformed);
                }
            } else if is("content-length") {
                let digits = text()?;
                // Digits alone: no sign, no list, no number that would not fit (RFC 9112, 6.3).
                let plain =
                    !digits.is_empty() && digits.len() <= 18 && digits.bytes().all(|byte| byte.is_ascii_digit());
                let length = digits.parse().ok().filter(|_| plain).ok_or(Refusal::Malformed)?;
                if fields.content_length.replace(length).is_some() {
                    return Err(Refusal::Malformed);
                }
            } else if is("transfer-encoding") {
                fields.transfer_encoding = true;
            } else if is("connection") {
                for option in text()?.split(',').map(str::trim) {
                    fields.close |= option.eq_ignore_ascii_case("close");
                    fields.keep_alive |= option.eq_ignore_ascii_case("keep-alive");
                }
            } else if is("expect") {
                fields.expects_continue = text()?.eq_ignore_ascii_case("100-continue");
            } else if is("x-forwarded-for") {
                fields.forwarded_for.extend(text()?.split(',').map(str::trim));
            } else if is("x-forwarded-proto") {
                fields.forwarded_proto = Some(text()?);
            }
        }
        if fields.transfer_encoding && fields.content_length.is_some() {
            return Err(Refusal::Malformed);
        }
        Ok(fields)
    }
}

/// Who really asks, and how they came: a proxy that we trust is believed about the hop before it, from the right.
fn origin(context: &Context<'_>, fields: &Fields<'_>) -> (IpAddr, bool) {
    let trusted = |address: &IpAddr| context.trusted_proxies.contains(&address.to_canonical());
    let mut client = context.peer.to_canonical();
    if !trusted(&client) {
        return (client, context.encrypted);
    }
    for hop in fields.forwarded_for.iter().rev() {
        let Ok(hop) = hop.parse::<IpAddr>() else { break };
        client = hop.to_canonical();
        if !trusted(&client) {
            break;
        }
    }
    let encrypted = fields.forwarded_proto.map_or(context.encrypted, |scheme| scheme.eq_ignore_ascii_case("https"));
    (client, encrypted)
}

#[cfg(test)]
mod tests {
    use super::super::challenges::Challenge;
    use super::*;

    static NOTHING_ASKED: Challenges = Challenges::new();

    fn context() -> Context<'static> {
        Context {
            peer: IpAddr::from([192, 0, 2, 7]),
            encrypted: false,
            public_name: None,
            trusted_proxies: &[],
            body_bytes_max: |_, _| 1000,
            secure_port: None,
            awaiting: false,
            challenges: &NOTHING_ASKED,
            stays_plain: |path| path == "/sante",
        }
    }

    fn refused(raw: &str) -> Option<u16> {
        read(raw.as_bytes(), &context()).err().map(Refusal::status)
    }

    #[test]
    fn a_plain_request_is_written_anew() {
        let raw = "GET /messages?page=2 HTTP/1.1\r\nHost: agenda.example\r\nAccept: */*\r\nConnection: keep-alive, x\r\n\
                   X-Permanence-Client: 6.6.6.6\r\nX-Forwarded-For: 6.6.6.6\r\nCookie: session=a\r\n\r\n";
        let head = read(raw.as_bytes(), &context()).unwrap();
        assert_eq!(
            String::from_utf8(head.bytes).unwrap(),
            "GET /messages?page=2 HTTP/1.1\r\nHost: agenda.example\r\nAccept: */*\r\nCookie: session=a\r\n\
             X-Permanence-Client: 192.0.2.7\r\nX-Permanence-Scheme: http\r\n\r\n"
        );
        assert!(head.keep_alive && head.repeatable && !head.old && head.body_bytes == 0);
    }

    #[test]
    fn what_two_readers_could_understand_differently_is_refused() {
        let post = |lines: &str| format!("POST / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
        for (lines, status) in [
            ("Content-Length: 5\r\nContent-Length: 5\r\n", 400),
            ("Content-Length: 5\r\nContent-Length: 6\r\n", 400),
            ("Content-Length: +5\r\n", 400),
            ("Content-Length: -5\r\n", 400),
            ("Content-Length: 5, 5\r\n", 400),
            ("Content-Length: 0x5\r\n", 400),
            ("Content-Length: \r\n", 400),
            ("Content-Length: 99999999999999999999999\r\n", 400),
            ("Content-Length: 1001\r\n", 413),
            ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400),
            ("Transfer-Encoding: chunked\r\n", 411),
            ("Transfer-Encoding: identity\r\n", 411),
            ("Content-Length : 5\r\n", 400),
            (" Content-Length: 5\r\n", 400),
            ("A: b\r\n folded\r\n", 400),
            ("A: b\nContent-Length: 5\r\n", 400),
            ("A: b\rContent-Length: 5\r\n", 400),
            ("A: b\0\r\n", 400),
            ("A: b\x7f\r\n", 400),
            ("A\r\n", 400),
            (": b\r\n", 400),
            ("Host: b\r\n", 400),
        ] {
            assert_eq!(refused(&post(lines)), Some(status), "{lines:?}");
        }
        for (raw, status) in [
            ("GET / HTTP/1.1\r\n\r\n", 400),
            ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
            ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400),
            ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
            ("get / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        ] {
            assert_eq!(refused(raw), Some(status), "{raw:?}");
        }
        let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(TARGET_BYTES_MAX));
        assert_eq!(refused(&long), Some(414));
        let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "a: b\r\n".repeat(HEAD_LINES_MAX));
        assert_eq!(refused(&many), Some(431));
        let large = format!("GET / HTTP/1.1\r\nHost: a\r\nA: {}\r\n\r\n", "x".repeat(HEAD_BYTES_MAX));
        assert_eq!(refused(&large), Some(431));
    }

    #[test]
    fn old_clients_are_served_and_end_by_themselves() {
        let head = read(b"GET / HTTP/1.0\r\n\r\n", &context()).unwrap();
        assert!(head.old && !head.keep_alive);
        let head = read(b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", &context()).unwrap();
        assert!(head.keep_alive);
        let head = read(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n", &context()).unwrap();
        assert!(!head.keep_alive);
    }

    #[test]
    fn only_trusted_proxies_are_believed_and_from_the_right() {
        let raw =
            b"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6, 203.0.113.9\r\nX-Forwarded-For: 192.0.2.8\r\n\
                    X-Forwarded-Proto: https\r\n\r\n";
        let said = |context: &Context<'_>| {
            let text = String::from_utf8(read(raw, context).unwrap().bytes).unwrap();
            let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
            (line("X-Permanence-Client: "), line("X-Permanence-Scheme: "))
        };
        assert_eq!(said(&context()), ("192.0.2.7".into(), "http".into()));
        let proxies = ["192.0.2.7".parse().unwrap(), "192.0.2.8".parse().unwrap()];
        assert_eq!(said(&Context { trusted_proxies: &proxies, ..context() }), ("203.0.113.9".into(), "https".into()));
    }

    #[test]
    fn an_authority_finds_its_words_by_any_name_and_nobody_else_a_page_in_clear() {
        let shown = Challenges::new();
        shown.show(Challenge::Page { token: "jeton-1".into(), words: "jeton-1.empreinte".into() });
        let named = Context {
            public_name: Some("agenda.example"),
            secure_port: Some(443),
            awaiting: true,
            challenges: &shown,
            ..context()
        };
        let ask = |method: &str, path: &str, host: &str| {
            read(format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes(), &named)
        };
        let page = "/.well-known/acme-challenge/jeton-1";
        let words = Some(AtOnce::Proof("jeton-1.empreinte".into()));
        assert_eq!(ask("GET", page, "autre.example").unwrap().at_once, words);
        assert_eq!(ask("POST", page, "agenda.example"), Err(Refusal::InClear));
        assert_eq!(ask("GET", &format!("{page}2"), "agenda.example"), Err(Refusal::NoCertificate));
        assert_eq!(ask("GET", "/messages", "agenda.example"), Err(Refusal::NoCertificate));
        assert!(ask("GET", "/sante", "agenda.example").unwrap().at_once.is_none());
        shown.clear();
        assert_eq!(ask("GET", page, "agenda.example"), Err(Refusal::NoCertificate));
    }

    #[test]
    fn a_public_name_is_the_only_name() {
        let named = Context { public_name: Some("Agenda.example"), ..context() };
        let get = |host: &str| read(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes(), &named);
        assert!(get("agenda.example").is_ok() && get("agenda.example:8443").is_ok());
        assert_eq!(get("autre.example").unwrap_err().status(), 421);
        assert_eq!(get("192.0.2.1:80").unwrap_err().status(), 421);
    }

    #[test]
    fn heads_are_refused_before_they_are_whole_when_they_can_not_become_good() {
        assert_eq!(early_refusal(b"GET / HTTP/1.1\nHost", 0), Some(Refusal::Malformed));
        assert_eq!(early_refusal(b"GET / HTTP/1.1\r", 0), None);
        assert_eq!(early_refusal(&[b'x'; TARGET_BYTES_MAX + 65], 0), Some(Refusal::TargetTooLong));
        let mut long = b"GET / HTTP/1.1\r\nA: ".to_vec();
        long.resize(HEAD_BYTES_MAX + 1, b'x');
        assert_eq!(early_refusal(&long, 0), Some(Refusal::HeadTooLarge));
        assert_eq!(end(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nrest", 0), Some(27));
        assert_eq!(end(b"GET / HTTP/1.1\r\nHost: a\r\n\r", 0), None);
    }
}
