//! Requests that we make ourselves, of other servers: gateways of SMS, webhooks, the authority of certificates.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use ureq::config::Config;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::Resolver;
use ureq::unversioned::transport::DefaultConnector;

/// An agent that trusts the authorities of a PEM file, or those that this machine trusts; leads nowhere by itself, and takes
/// every status for an answer.
pub fn agent(patience: Duration, trusted: Option<&Path>, https_only: bool) -> std::io::Result<ureq::Agent> {
    Ok(config(patience, trusted)?.https_only(https_only).build().into())
}

/// The same, that goes where its own resolver lets it go, and by no proxy: there the resolver would say nothing.
pub fn agent_by(patience: Duration, resolver: impl Resolver) -> std::io::Result<ureq::Agent> {
    let config: Config = config(patience, None)?.proxy(None).build();
    Ok(ureq::Agent::with_parts(config, DefaultConnector::default(), resolver))
}

fn config(
    patience: Duration,
    trusted: Option<&Path>,
) -> std::io::Result<ureq::config::ConfigBuilder<ureq::typestate::AgentScope>> {
    let found = match trusted {
        Some(path) => CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(std::io::Error::other)?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    let roots: Vec<Certificate<'static>> =
        found.iter().map(|certificate| Certificate::from_der(certificate.as_ref()).to_owned()).collect();
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::new_with_certs(&roots))
        .build();
    Ok(ureq::Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(patience))
        .http_status_as_error(false)
        // A key in a header must not follow where a stranger leads.
        .max_redirects(0)
        .user_agent(concat!("Permanence/", env!("CARGO_PKG_VERSION"))))
}
