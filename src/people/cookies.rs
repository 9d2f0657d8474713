//! Cookies of persons: their names, and the attributes that all of them bear.

use crate::http::Request;

/// The name under which a cookie travels; under HTTPS browsers hold `__Host-` to what it promises (RFC 6265bis, 4.1.3).
fn full_name(name: &str, https: bool) -> String {
    if https { format!("__Host-{name}") } else { name.to_owned() }
}

/// A cookie's value, if the browser sent it.
pub(super) fn read<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.cookie(&full_name(name, request.https)).filter(|value| !value.is_empty())
}

/// The header that sets a cookie: for scripts and other sites out of reach. Without `lasting_s` it ends with the browser.
pub(super) fn set(request: &Request, name: &str, value: &str, lasting_s: Option<i64>) -> String {
    let secure = if request.https { "; Secure" } else { "" };
    let lasting = lasting_s.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{lasting}", full_name(name, request.https))
}

/// The header that takes a cookie away.
pub(super) fn gone(request: &Request, name: &str) -> String {
    set(request, name, "", Some(0))
}
