//! Devices and places in words, as far as one can say without asking anybody else. Pure.
//!
//! What a browser says of itself is its own claim; it helps people to tell their devices apart, and decides nothing.

use std::net::IpAddr;

/// What stands in a user agent (RFC 9110, 10.1.5) → the browser's name. Most browsers claim to be others too, so the order
/// counts: the one that says most comes first.
const BROWSERS: [(&str, &str); 17] = [
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPiOS/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Trident/", "Internet Explorer"),
    ("Safari/", "Safari"),
];

/// The same for the system underneath. An iPad may say that it is a Mac; then it is taken at its word.
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Ubuntu", "Ubuntu"),
    ("Linux", "Linux"),
];

/// « Firefox sur Windows »; « Appareil inconnu » for what says nothing that we know.
pub fn device_in_words(agent: &str) -> String {
    let of = |list: &'static [(&str, &str)]| list.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (of(&BROWSERS), of(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} sur {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("Appareil sous {system}"),
        (None, None) => "Appareil inconnu".to_owned(),
    }
}

/// « cet ordinateur », « réseau local (192.168.1.20) », or the address alone: who gives a place for an address is a third
/// party, and is not asked.
pub fn place_in_words(address: &str) -> String {
    let Ok(parsed) = address.parse::<IpAddr>() else { return "lieu inconnu".to_owned() };
    let parsed = parsed.to_canonical();
    let local = match parsed {
        // RFC 1918 and RFC 3927: addresses that mean something inside one network only.
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    if parsed.is_loopback() {
        "cet ordinateur".to_owned()
    } else if local {
        format!("réseau local ({parsed})")
    } else {
        parsed.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As browsers of 2026 send them; MDN documents the shapes.
    #[test]
    fn devices_are_named_as_people_call_them() {
        for (agent, words) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox sur Windows"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge sur Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                "Safari sur Mac",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari sur iPhone",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.0.0 Mobile/15E148 Safari/604.1",
                "Chrome sur iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome sur Android",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
                "Samsung Internet sur Android",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox sur Linux"),
            ("curl/8.5.0", "Appareil inconnu"),
            ("Outil (Windows)", "Appareil sous Windows"),
            ("", "Appareil inconnu"),
            ("<script>", "Appareil inconnu"),
        ] {
            assert_eq!(device_in_words(agent), words, "{agent}");
        }
    }

    #[test]
    fn places_are_said_as_far_as_one_can_know() {
        for (address, words) in [
            ("127.0.0.1", "cet ordinateur"),
            ("::1", "cet ordinateur"),
            ("192.168.1.20", "réseau local (192.168.1.20)"),
            ("::ffff:10.0.0.7", "réseau local (10.0.0.7)"),
            ("fd00::5", "réseau local (fd00::5)"),
            ("fe80::1", "réseau local (fe80::1)"),
            ("203.0.113.9", "203.0.113.9"),
            ("2001:db8::1", "2001:db8::1"),
            ("", "lieu inconnu"),
        ] {
            assert_eq!(place_in_words(address), words);
        }
    }
}
