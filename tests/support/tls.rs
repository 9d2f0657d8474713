//! HTTPS from outside: an authority of our own, certificates made when a test runs, and a client of rustls.

use super::browser::Page;
use permanence::http::edge::tls::Settings;
use permanence::http::edge::tls::certificate::Files;
use rcgen::{BasicConstraints, CertificateParams, CrlDistributionPoint, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, HandshakeKind, RootCertStore, StreamOwned, SupportedProtocolVersion};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// No answer of a test takes longer.
const PATIENCE: Duration = Duration::from_secs(30);
/// The name on every certificate, and the one asked for.
pub const NAME: &str = "localhost";

/// Signs certificates; clients of it trust what it signed.
#[derive(Clone)]
pub struct Authority {
    own: CertificateDer<'static>,
    pem: String,
    issuer: Arc<Issuer<'static, KeyPair>>,
}

pub type Stream = StreamOwned<ClientConnection, TcpStream>;

impl Authority {
    pub fn new() -> Authority {
        let mut wanted = CertificateParams::new(Vec::new()).expect("parameters");
        wanted.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        wanted.distinguished_name.push(rcgen::DnType::CommonName, "Permanence, essais");
        let key = KeyPair::generate().expect("a key");
        let certificate = wanted.self_signed(&key).expect("a certificate");
        Authority { own: certificate.der().clone(), pem: certificate.pem(), issuer: Arc::new(Issuer::new(wanted, key)) }
    }

    /// The authority's own certificate, for other programs.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Writes a certificate for `NAME`, good for so many days, and its key; in place of what was there.
    pub fn issue(&self, folder: &Path, days: u32) -> Files {
        let files = Files { certificate: folder.join("certificate.pem"), key: folder.join("key.pem") };
        let (certificate, key) = self.signed(days);
        for (path, text) in [(&files.certificate, certificate), (&files.key, key)] {
            let new = path.with_extension("new");
            std::fs::write(&new, text).expect("the file is written");
            std::fs::rename(&new, path).expect("it is put in place");
        }
        files
    }

    fn signed(&self, days: u32) -> (String, String) {
        let mut wanted = CertificateParams::new(vec![NAME.to_owned(), "127.0.0.1".to_owned()]).expect("parameters");
        let now = std::time::SystemTime::now();
        wanted.not_before = (now - Duration::from_secs(24 * 3600)).into();
        wanted.not_after = (now + Duration::from_secs(u64::from(days) * 24 * 3600)).into();
        wanted.distinguished_name.push(rcgen::DnType::CommonName, NAME);
        wanted.key_usages = vec![rcgen::KeyUsagePurpose::DigitalSignature];
        wanted.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
        wanted.crl_distribution_points = vec![CrlDistributionPoint { uris: vec!["http://127.0.0.1:9/crl".into()] }];
        let key = KeyPair::generate().expect("a key");
        let certificate = wanted.signed_by(&key, &*self.issuer).expect("a certificate");
        (certificate.pem(), key.serialize_pem())
    }

    /// What a server needs to speak HTTPS on a free port.
    pub fn settings(&self, folder: &Path) -> Settings {
        Settings { listen: vec![SocketAddr::from(([127, 0, 0, 1], 0))], files: self.issue(folder, 90), awaited: false }
    }

    /// A client that trusts this authority and remembers its sessions.
    pub fn client(&self, versions: &[&'static SupportedProtocolVersion], protocols: &[&str]) -> Arc<ClientConfig> {
        client_of(&self.own, versions, protocols)
    }

    /// A client of today.
    pub fn usual_client(&self) -> Arc<ClientConfig> {
        self.client(rustls::ALL_VERSIONS, &["h2", "http/1.1"])
    }
}

/// A client that trusts one root.
pub fn client_of(
    root: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
    protocols: &[&str],
) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    Arc::new(config)
}

/// A connection whose handshake is done.
pub fn connect(address: SocketAddr, client: &Arc<ClientConfig>) -> std::io::Result<Stream> {
    over(TcpStream::connect(address)?, client)
}

/// As `connect`, to a server known by this name.
pub fn connect_as(address: SocketAddr, client: &Arc<ClientConfig>, name: &'static str) -> std::io::Result<Stream> {
    over_as(TcpStream::connect(address)?, client, name)
}

/// The same over a connection that is there.
pub fn over(socket: TcpStream, client: &Arc<ClientConfig>) -> std::io::Result<Stream> {
    over_as(socket, client, NAME)
}

fn over_as(socket: TcpStream, client: &Arc<ClientConfig>, name: &'static str) -> std::io::Result<Stream> {
    socket.set_read_timeout(Some(PATIENCE))?;
    let name = ServerName::try_from(name).expect("a name");
    let session = ClientConnection::new(Arc::clone(client), name).map_err(std::io::Error::other)?;
    let mut stream = StreamOwned::new(session, socket);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

/// Whether a connection took a session of before up again.
pub fn resumed(stream: &Stream) -> bool {
    stream.conn.handshake_kind() == Some(HandshakeKind::Resumed)
}

/// Sends bytes and reads the answer to the end of the connection.
pub fn exchange(stream: &mut Stream, raw: &[u8]) -> Page {
    let _ = stream.write_all(raw);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    Page::parse(&bytes)
}
