//! How HTTPS goes, on the page of the state of the house: the certificate, its next renewal, what went wrong and what to do.

use crate::base::time::{DAY_MS, moment_short};
use crate::base::{Instant, Zone};
use crate::http::edge::tls::board::{Failure, Known, Source};
use crate::http::edge::tls::x509::Facts;
use crate::ui::Icon;
use crate::ui::table::facts;
use maud::{Markup, html};

/// What the section shows.
#[derive(Debug, Clone)]
pub struct Https {
    pub known: Known,
    /// Whether this very page goes encrypted.
    pub encrypted: bool,
    pub now: Instant,
    pub zone: Zone,
}

/// A certificate that ends within so many days is said in red: those of public authorities are renewed 30 days before.
const DAYS_LOW: i64 = 21;

/// The section « HTTPS ».
pub fn section(page: &Https) -> Markup {
    let known = &page.known;
    html! {
        section aria-labelledby="https" {
            h2 #https { "HTTPS" }
            (way(page))
            @if let Some(certificate) = &known.certificate {
                (facts(&certificate_facts(page, certificate)))
            } @else if known.source != Source::Nobody {
                p { "Aucun certificat pour le moment." }
            }
            @if let Some(failure) = &known.failure {
                (problem(page, failure))
            }
        }
    }
}

/// How pages come, and whether that is well.
fn way(page: &Https) -> Markup {
    html! {
        @match (&page.known.source, page.encrypted) {
            (Source::Nobody, false) => {
                p.problem { (Icon::Urgent) "Les pages circulent en clair." }
                p.hint {
                    "Sur un réseau local dont vous connaissez chaque appareil, c’est admissible ; par Internet, chacun sur le                      chemin lirait mots de passe et messages. Donnez un nom public (« tls-acme »), un certificat                      (« tls-certificate »), ou placez devant un intermédiaire qui chiffre (« trusted-proxies »)."
                }
            }
            (Source::Nobody, true) => p { "Les pages sont chiffrées par l’intermédiaire placé devant ce serveur." },
            (Source::Files, _) => p { "Le certificat vient de deux fichiers, relus dès qu’ils changent." },
            (Source::Authority(name), _) => {
                p { "Le certificat de " bdi { (name) } " est demandé et renouvelé par ce serveur." }
            }
        }
    }
}

fn certificate_facts<'a>(page: &Https, certificate: &Facts) -> Vec<(&'a str, Markup)> {
    let mut all = vec![
        ("Pour", html! { bdi { (certificate.names.join(", ")) } }),
        ("Délivré par", html! { bdi { (certificate.issuer) } }),
        ("Valable jusqu’au", end(page, certificate.ends_s)),
    ];
    if let Some(renewal_s) = page.known.renewal_s {
        all.push(("Renouvellement", html! { "le " (moment(page, renewal_s)) }));
    }
    all
}

fn end(page: &Https, ends_s: i64) -> Markup {
    let left_days = Instant(ends_s.saturating_mul(1000)).ms_since(page.now) / DAY_MS;
    html! {
        @if ends_s.saturating_mul(1000) <= page.now.0 {
            span.problem { (Icon::Urgent) (moment(page, ends_s)) " : il est périmé, les navigateurs refusent d’entrer" }
        } @else if left_days < DAYS_LOW && page.known.source == Source::Files {
            span.problem { (Icon::Urgent) (moment(page, ends_s)) " : remplacez-le bientôt" }
        } @else {
            (moment(page, ends_s))
        }
    }
}

fn problem(page: &Https, failure: &Failure) -> Markup {
    html! {
        p.problem { (Icon::Urgent) "Le " (moment(page, failure.at_s)) " : " (failure.sentence) }
        p { (failure.advice) }
        @if let Some(again_s) = failure.again_s {
            p.hint { "Nouvel essai le " (moment(page, again_s)) "." }
        }
    }
}

fn moment(page: &Https, seconds: i64) -> String {
    moment_short(Instant(seconds.saturating_mul(1000)).local(page.zone))
}
