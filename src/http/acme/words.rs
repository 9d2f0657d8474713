//! What went wrong, in sentences for people, each with what to do.

use instant_acme::{Error, Problem};
use std::fmt;

/// How a name is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A page in clear: http-01.
    Page,
    /// A handshake: tls-alpn-01.
    Handshake,
}

impl Proof {
    /// The port that the authority knocks at, which the RFCs fix.
    fn port(self) -> u16 {
        match self {
            Proof::Page => 80,
            Proof::Handshake => 443,
        }
    }
}

/// Why there is no certificate.
#[derive(Debug)]
pub struct Failed {
    pub sentence: String,
    pub advice: String,
    /// How long the authority wants to be left alone.
    pub wait_s: Option<u64>,
}

impl Failed {
    fn new(sentence: impl Into<String>, advice: impl Into<String>) -> Failed {
        Failed { sentence: sentence.into(), advice: advice.into(), wait_s: None }
    }

    /// What should not happen; the words are for who looks for the mistake.
    pub fn odd(words: &str) -> Failed {
        Failed::new(
            format!("La demande de certificat a échoué d’une manière imprévue ({words})."),
            "Elle sera reprise ; si cela se répète, donnez un certificat par « tls-certificate » et signalez-le.",
        )
    }

    /// The authority has not looked, or not signed, in time.
    pub fn slow(wait: std::time::Duration) -> Failed {
        let failed = Failed::new(
            "L’autorité de certification n’a pas fini à temps.",
            "Rien à faire : la demande sera reprise où elle en était.",
        );
        Failed { wait_s: Some(wait.as_secs()), ..failed }
    }

    /// The authority does not take this kind of proof.
    pub fn not_offered(proof: Proof) -> Failed {
        let kind = match proof {
            Proof::Page => "http-01",
            Proof::Handshake => "tls-alpn-01",
        };
        Failed::new(
            format!("L’autorité de certification n’accepte pas la preuve « {kind} »."),
            "Ouvrez le port 80 (« listen ») et le port 443 (« listen-tls ») : l’autre preuve sera essayée.",
        )
    }
}

/// Before it is put into words.
pub enum Trouble {
    Failed(Failed),
    Protocol(Error),
}

impl From<Failed> for Trouble {
    fn from(failed: Failed) -> Trouble {
        Trouble::Failed(failed)
    }
}

impl From<std::io::Error> for Trouble {
    fn from(cause: std::io::Error) -> Trouble {
        Trouble::Failed(cause.into())
    }
}

impl From<Error> for Trouble {
    fn from(cause: Error) -> Trouble {
        Trouble::Protocol(cause)
    }
}

/// The authority gave no answer that means anything.
#[derive(Debug)]
pub enum Unreached {
    Silent(String),
    Status(u16),
    /// We were told to end.
    Ended,
}

impl fmt::Display for Unreached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreached::Silent(cause) => f.write_str(cause),
            Unreached::Status(status) => write!(f, "erreur {status}"),
            Unreached::Ended => f.write_str("arrêt"),
        }
    }
}

impl std::error::Error for Unreached {}

/// A problem's kind without what all kinds begin with (RFC 8555, section 6.7).
fn kind(problem: &Problem) -> &str {
    problem.r#type.as_deref().and_then(|kind| kind.strip_prefix("urn:ietf:params:acme:error:")).unwrap_or("")
}

/// The authority does not know the account that we kept.
pub fn account_is_gone(cause: &Error) -> bool {
    matches!(cause, Error::Api(problem) if matches!(kind(problem), "accountDoesNotExist" | "unauthorized")
        && problem.detail.as_deref().is_some_and(|detail| detail.to_lowercase().contains("account")))
}

/// What to say of an error while `name` was to be proven.
pub fn failed(cause: &Error, name: &str, proof: Proof) -> Failed {
    match cause {
        Error::Api(problem) => refused(problem, name, proof),
        Error::Other(cause) => match cause.downcast_ref::<Unreached>() {
            Some(unreached) => Failed::new(
                format!("L’autorité de certification ne répond pas ({unreached})."),
                "Vérifiez que ce serveur atteint Internet et l’adresse « tls-acme-directory » ; \
                 sinon, rien à faire : la demande sera reprise.",
            ),
            None => Failed::odd(&cause.to_string()),
        },
        Error::Json(_) => Failed::new(
            "Ce qui répond n’est pas une autorité de certification.",
            "Vérifiez l’adresse « tls-acme-directory ».",
        ),
        other => Failed::odd(&other.to_string()),
    }
}

/// What an authority refuses, by the kinds of RFC 8555, section 6.7.
fn refused(problem: &Problem, name: &str, proof: Proof) -> Failed {
    let port = proof.port();
    let said = problem.detail.as_deref().unwrap_or("sans explication");
    let (sentence, advice) = match kind(problem) {
        "connection" | "tls" => (
            format!("L’autorité n’a pas pu joindre {name} par le port {port}."),
            format!(
                "Ouvrez le port {port} du pare-feu, et faites-le suivre par la « box » jusqu’à ce serveur ; \
                 vérifiez aussi que le nom mène à son adresse publique."
            ),
        ),
        "dns" => (
            format!("L’autorité ne trouve pas l’adresse de {name}."),
            "Chez le gérant du nom de domaine, faites mener ce nom à l’adresse publique du serveur (A, et AAAA en IPv6).".into(),
        ),
        "unauthorized" | "incorrectResponse" => (
            format!("Un autre serveur répond sous le nom {name}."),
            format!("Le nom, ou le port {port} de la « box », mène ailleurs : faites-les mener à ce serveur."),
        ),
        "caa" => (
            format!("Le domaine de {name} n’autorise pas cette autorité (enregistrement CAA)."),
            "Ajoutez-la aux enregistrements CAA du domaine, ou choisissez une autre autorité.".into(),
        ),
        "rateLimited" => (
            "L’autorité a reçu trop de demandes pour ce nom ou ce serveur.".into(),
            "Rien à faire : la demande sera reprise quand elle le permettra.".into(),
        ),
        "rejectedIdentifier" => (
            format!("L’autorité ne donne pas de certificat pour {name}."),
            "Vérifiez le nom ; un nom local ou réservé n’en obtient pas.".into(),
        ),
        "invalidContact" | "unsupportedContact" => (
            "L’autorité refuse l’adresse e-mail donnée.".into(),
            "Corrigez « tls-acme-email », ou laissez-le vide.".into(),
        ),
        "externalAccountRequired" => (
            "Cette autorité ne sert que ses clients inscrits.".into(),
            "Choisissez-en une autre (« tls-acme-directory »), ou donnez un certificat par « tls-certificate ».".into(),
        ),
        "userActionRequired" => (
            "L’autorité demande d’accepter ses nouvelles conditions.".into(),
            "Lisez ce qu’elle dit dans le journal technique et suivez le lien.".into(),
        ),
        "serverInternal" => (
            "L’autorité de certification est en panne.".into(),
            "Rien à faire : la demande sera reprise.".into(),
        ),
        _ => (
            "L’autorité de certification a refusé la demande.".into(),
            "Elle sera reprise ; si cela dure, donnez un certificat par « tls-certificate ».".into(),
        ),
    };
    Failed::new(format!("{sentence} Elle dit : « {} »", short(said)), advice)
}

/// An authority's own words, of which some go on for pages.
fn short(said: &str) -> String {
    const CHARS_MAX: usize = 300;
    let line: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).take(CHARS_MAX).collect();
    if said.chars().count() > CHARS_MAX { format!("{line}…") } else { line }
}
