//! HTTPS: what the edge offers in a handshake. TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers alone (rustls has
//! no others), HTTP/1.1 over it, sessions resumed by tickets whose keys change by themselves, no early data.
//!
//! `certificate` reads the two files and sees when they change; `board` tells the house. How bytes pass is `transport`'s.

pub mod board;
pub mod certificate;
pub mod x509;

use super::challenges::{Challenges, PROTOCOL};
use board::Board;
use certificate::{Certificates, Files, Unusable};
use rustls::crypto::ring;
use rustls::{ServerConfig, ServerConnection};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

/// Where HTTPS is spoken, and with what.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Port 0 lets the system choose.
    pub listen: Vec<SocketAddr>,
    pub files: Files,
    /// The files come later: an authority is asked for them.
    pub awaited: bool,
}

/// What every encrypted connection is made from.
pub struct Offer {
    config: Arc<ServerConfig>,
    /// Followed by the loop.
    pub certificates: Certificates,
}

impl Offer {
    /// Reads the certificate. Errors are French sentences for a terminal.
    pub fn new(settings: &Settings, challenges: Arc<Challenges>, board: Arc<Board>) -> Result<Offer, Unusable> {
        let certificates = Certificates::open(settings.files.clone(), settings.awaited, challenges, board)?;
        let provider = Arc::new(ring::default_provider());
        let odd = |cause: rustls::Error| Unusable::new(format!("HTTPS n’est pas possible : {cause}"));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(odd)?
            .with_no_client_auth()
            .with_cert_resolver(certificates.shown());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        if settings.awaited {
            config.alpn_protocols.push(PROTOCOL.to_vec());
        }
        // Ours are ordered by strength; of a client's order nothing is known.
        config.ignore_client_order = true;
        config.ticketer = ring::Ticketer::new().map_err(odd)?;
        Ok(Offer { config: Arc::new(config), certificates })
    }

    /// The state of one new connection.
    pub fn session(&self) -> io::Result<Box<ServerConnection>> {
        let session = ServerConnection::new(Arc::clone(&self.config)).map_err(io::Error::other)?;
        Ok(Box::new(session))
    }
}
