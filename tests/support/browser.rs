//! A browser without a screen: cookies, origin, forms; one connection a request unless told otherwise.

use scraper::{Html, Selector};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// No answer of a test takes longer; what does has hung.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone)]
pub struct Browser {
    pub address: SocketAddr,
    pub cookies: BTreeMap<String, String>,
    /// What a page of ours sends as `Origin`; another to play a foreign page, `None` to send none.
    pub origin: Option<String>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: u16,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

impl Browser {
    pub fn new(address: SocketAddr) -> Browser {
        Browser { address, cookies: BTreeMap::new(), origin: Some(format!("http://{address}")) }
    }

    pub fn get(&mut self, target: &str) -> Page {
        self.send("GET", target, &[], None)
    }

    pub fn head(&mut self, target: &str) -> Page {
        self.send("HEAD", target, &[], None)
    }

    pub fn get_with(&mut self, target: &str, headers: &[(&str, &str)]) -> Page {
        self.send("GET", target, headers, None)
    }

    /// Posts a form.
    pub fn post(&mut self, target: &str, fields: &[(&str, &str)]) -> Page {
        let form: permanence::http::Form = fields.iter().copied().collect();
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        self.send("POST", target, &headers, Some(form.encoded().as_bytes()))
    }

    /// Sends a form with a file, as browsers do.
    pub fn upload(&mut self, target: &str, field: &str, name: &str, bytes: &[u8]) -> Page {
        let boundary = "----geckoformboundary8c1f";
        let head = format!("Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"");
        let mut body = format!("--{boundary}\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n").into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={boundary}");
        self.send("POST", target, &[("Content-Type", &kind)], Some(&body))
    }

    /// Sends a form with fields and several files of one field, as browsers do.
    pub fn upload_all(&mut self, target: &str, fields: &[(&str, &str)], field: &str, files: &[(&str, &[u8])]) -> Page {
        let boundary = "----geckoformboundary8c1f";
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(format!("--{boundary}\r\n{head}").into_bytes());
        }
        for (name, bytes) in files {
            let head = format!("Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"");
            body.extend(
                format!("--{boundary}\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n").into_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={boundary}");
        self.send("POST", target, &[("Content-Type", &kind)], Some(&body))
    }

    /// Fills in the form of a page that posts to `action`, over what stands in it, and sends it.
    pub fn submit(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let mut all = page.form(action);
        for (name, _) in fields {
            all.retain(|(found, _)| found != name);
        }
        let mut pairs: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pairs.extend(fields);
        self.post(action, &pairs)
    }

    /// Goes where an answer leads, until there is a page.
    pub fn follow(&mut self, page: Page) -> Page {
        let mut page = page;
        for _ in 0..5 {
            let Some(next) = page.header("location").map(|to| to.split('#').next().unwrap_or("").to_owned()) else {
                return page;
            };
            page = self.get(&next);
        }
        panic!("redirected in a circle");
    }

    pub fn send(&mut self, method: &str, target: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Page {
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            head.push_str(&format!("Cookie: {}\r\n", cookies.join("; ")));
        }
        if method == "POST"
            && let Some(origin) = &self.origin
        {
            head.push_str(&format!("Origin: {origin}\r\n"));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if method == "POST" || body.is_some() {
            head.push_str(&format!("Content-Length: {}\r\n", body.map_or(0, <[u8]>::len)));
        }
        head.push_str("\r\n");
        let mut raw = head.into_bytes();
        raw.extend_from_slice(body.unwrap_or_default());
        let mut page = exchange(self.address, &raw);
        if page.header("transfer-encoding") == Some("chunked") && method != "HEAD" {
            page.bytes = unchunked(&page.bytes);
        }
        for (name, value) in &page.headers {
            if name == "set-cookie"
                && let Some((pair, attributes)) = value.split_once(';')
                && let Some((name, value)) = pair.split_once('=')
            {
                if attributes.contains("Max-Age=0") {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        page
    }
}

/// What a program sends with its password (RFC 7617).
pub fn basic(login: &str, password: &str) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = "Basic ".to_owned();
    for three in format!("{login}:{password}").as_bytes().chunks(3) {
        let word = three.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let sign = char::from(SIGNS[(word >> (18 - 6 * place) & 63) as usize]);
            out.push(if place <= three.len() { sign } else { '=' });
        }
    }
    out
}

/// Sends bytes and reads the answer to its end.
pub fn exchange(address: SocketAddr, raw: &[u8]) -> Page {
    Page::parse(&exchange_raw(address, raw))
}

/// The same, as the bytes that came.
pub fn exchange_raw(address: SocketAddr, raw: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    // A refusal may close the door before all was sent.
    let _ = stream.write_all(raw);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    bytes
}

impl Page {
    pub fn parse(bytes: &[u8]) -> Page {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer with a head");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Page { status: status.expect("a status"), headers, bytes: bytes[end + 4..].to_vec() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn html(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// What a person reads: text without tags, spaces made one.
    pub fn text(&self) -> String {
        let html = Html::parse_document(&self.html());
        let root = html.root_element();
        let words: Vec<&str> = root.text().flat_map(str::split_whitespace).collect();
        words.join(" ")
    }

    /// The text of every element that a selector finds.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.html());
        let selector = Selector::parse(selector).expect("a selector");
        html.select(&selector)
            .map(|element| element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" "))
            .collect()
    }

    pub fn count(&self, selector: &str) -> usize {
        self.all(selector).len()
    }

    /// An attribute of every element that a selector finds.
    pub fn attributes(&self, selector: &str, attribute: &str) -> Vec<String> {
        let html = Html::parse_document(&self.html());
        let selector = Selector::parse(selector).expect("a selector");
        html.select(&selector).filter_map(|element| element.value().attr(attribute)).map(str::to_owned).collect()
    }

    /// The fields of the form that posts to `action`, as a browser would send them untouched (no button pressed).
    pub fn form(&self, action: &str) -> Vec<(String, String)> {
        let html = Html::parse_document(&self.html());
        let forms = Selector::parse("form").expect("a selector");
        let form = html
            .select(&forms)
            .find(|form| form.value().attr("action") == Some(action))
            .unwrap_or_else(|| panic!("no form posts to {action}: {}", self.text()));
        let controls = Selector::parse("input, textarea, select").expect("a selector");
        let chosen = Selector::parse("option[selected]").expect("a selector");
        let mut fields = Vec::new();
        for control in form.select(&controls) {
            let Some(name) = control.value().attr("name") else { continue };
            let value = match control.value().name() {
                "textarea" => Some(control.text().collect::<String>()),
                "select" => {
                    control.select(&chosen).next().and_then(|option| option.value().attr("value")).map(str::to_owned)
                }
                _ => match control.value().attr("type") {
                    Some("checkbox" | "radio") if control.value().attr("checked").is_none() => None,
                    Some("submit" | "button") => None,
                    _ => Some(control.value().attr("value").unwrap_or("").to_owned()),
                },
            };
            fields.extend(value.map(|value| (name.to_owned(), value)));
        }
        fields
    }
}

/// The bytes of a chunked body (RFC 9112, section 7.1).
fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n").expect("a chunk's size");
        let size = std::str::from_utf8(&body[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let size = size.expect("a chunk's size in hexadecimal");
        if size == 0 {
            return whole;
        }
        whole.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = &body[end + 2 + size + 2..];
    }
}
