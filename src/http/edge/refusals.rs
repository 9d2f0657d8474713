//! The few answers that the edge gives by itself: whole small pages that say what happened and what to do.

use super::limits::{CERTIFICATE_AFTER_S, RETRY_AFTER_S};

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Malformed,
    HeadTooSlow,
    LengthNeeded,
    BodyTooLarge,
    TargetTooLong,
    InClear,
    WrongHost,
    HeadTooLarge,
    MethodUnknown,
    InsideBroken,
    Busy,
    NoCertificate,
    VersionUnknown,
}

impl Refusal {
    /// Status, its phrase, and the two sentences of the page.
    fn words(self) -> (u16, &'static str, &'static str, &'static str) {
        match self {
            Refusal::Malformed => (
                400,
                "Bad Request",
                "Cette demande est mal formée.",
                "Vérifiez l’adresse et réessayez avec un navigateur à jour.",
            ),
            Refusal::InClear => (
                403,
                "Forbidden",
                "Cet envoi n’était pas chiffré : il n’a pas été pris en compte.",
                "Reprenez la page par son adresse en https:// et envoyez de nouveau.",
            ),
            Refusal::HeadTooSlow => (
                408,
                "Request Timeout",
                "La demande a mis trop de temps à arriver.",
                "Vérifiez votre connexion et réessayez.",
            ),
            Refusal::LengthNeeded => (
                411,
                "Length Required",
                "Il faut annoncer la longueur de ce qui est envoyé.",
                "Envoyez avec l’en-tête Content-Length, sans découpage.",
            ),
            Refusal::BodyTooLarge => (
                413,
                "Content Too Large",
                "Ce qui a été envoyé est trop volumineux pour cette page.",
                "Raccourcissez le texte ou choisissez un fichier plus petit ; rien n’a été enregistré.",
            ),
            Refusal::TargetTooLong => {
                (414, "URI Too Long", "Cette adresse est trop longue.", "Repartez de l’accueil et suivez les liens.")
            }
            Refusal::WrongHost => (
                421,
                "Misdirected Request",
                "Ce serveur ne répond pas sous ce nom.",
                "Vérifiez l’adresse ; l’administrateur peut changer le nom public dans les réglages.",
            ),
            Refusal::HeadTooLarge => (
                431,
                "Request Header Fields Too Large",
                "Les en-têtes de la demande sont trop volumineux.",
                "Effacez les cookies de ce site et réessayez.",
            ),
            Refusal::MethodUnknown => (
                501,
                "Not Implemented",
                "Cette méthode n’est pas connue.",
                "Utilisez un navigateur ou la documentation de l’interface.",
            ),
            Refusal::InsideBroken => (
                502,
                "Bad Gateway",
                "Le serveur n’a pas pu répondre à cette demande.",
                "Réessayez ; si cela se répète, prévenez l’administrateur.",
            ),
            Refusal::Busy => (
                503,
                "Service Unavailable",
                "Trop de demandes arrivent en même temps.",
                "Réessayez dans quelques secondes ; rien n’est perdu de ce qui était enregistré.",
            ),
            Refusal::NoCertificate => (
                503,
                "Service Unavailable",
                "Le certificat de ce site est en cours d’obtention.",
                "Cette page s’ouvrira en HTTPS dès qu’il sera là, d’ordinaire en moins d’une minute : rechargez-la. \
                 S’il tarde, le journal technique du serveur dit pourquoi.",
            ),
            Refusal::VersionUnknown => (
                505,
                "HTTP Version Not Supported",
                "Cette version de HTTP n’est pas prise en charge.",
                "Utilisez HTTP/1.1.",
            ),
        }
    }

    pub fn status(self) -> u16 {
        self.words().0
    }

    /// The whole answer; the connection ends after it. Other software reads it as all that the interface says (RFC 9457).
    pub fn answer(self, date: &str, without_body: bool, to_software: bool) -> Vec<u8> {
        let (status, phrase, happened, to_do) = self.words();
        let problem = serde_json::json!({
            "type": "about:blank",
            "title": happened.trim_end_matches('.'),
            "status": status,
            "detail": to_do,
        });
        let kind = if to_software { "application/problem+json" } else { "text/html; charset=utf-8" };
        let page = if to_software {
            problem.to_string()
        } else {
            format!(
                "<!doctype html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>{happened}</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\
             <body><main><h1>{happened}</h1><p>{to_do}</p><p>Erreur {status}</p></main></body></html>\n"
            )
        };
        let retry = match self {
            Refusal::Busy => format!("Retry-After: {RETRY_AFTER_S}\r\n"),
            Refusal::NoCertificate => format!("Retry-After: {CERTIFICATE_AFTER_S}\r\n"),
            _ => String::new(),
        };
        let mut out = format!(
            "HTTP/1.1 {status} {phrase}\r\nDate: {date}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
             Cache-Control: no-store\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n\
             X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n{retry}Connection: close\r\n\r\n",
            page.len()
        );
        if !without_body {
            out.push_str(&page);
        }
        out.into_bytes()
    }
}

/// The answer that leads to the same page by HTTPS (RFC 9110, 15.4.9); the connection ends after it.
pub fn send_on(date: &str, location: &str, without_body: bool) -> Vec<u8> {
    let page = "Cette page est servie par HTTPS.\n";
    let mut out = format!(
        "HTTP/1.1 308 Permanent Redirect\r\nDate: {date}\r\nLocation: {location}\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n",
        page.len()
    );
    if !without_body {
        out.push_str(page);
    }
    out.into_bytes()
}

/// What an authority looks for, as it stands (RFC 8555, section 8.3); the connection ends after it.
pub fn proof(date: &str, words: &str, without_body: bool) -> Vec<u8> {
    let mut out = format!(
        "HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Type: application/octet-stream\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        words.len()
    );
    if !without_body {
        out.push_str(words);
    }
    out.into_bytes()
}
