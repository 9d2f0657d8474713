//! `health`: asks the server of this machine whether it is well; for containers, which have no other program to ask with.

use super::{Failure, Outcome, print};
use crate::config::Config;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::TlsConfig;

/// A server that takes longer is not well.
const PATIENCE: Duration = Duration::from_secs(5);

/// `GET /sante` where the settings say that the server listens.
pub(super) fn health(config: &Config) -> Outcome {
    let (scheme, listen) = match (config.listen.first(), &config.tls) {
        (Some(address), _) => ("http", Some(*address)),
        (None, tls) => ("https", tls.as_ref().and_then(|tls| tls.listen.first().copied())),
    };
    let Some(listen) = listen else {
        return Err(Failure::Refused("aucune adresse d’écoute n’est réglée".into()));
    };
    let address = reachable(listen);
    let host = config.public_name.clone().unwrap_or_else(|| address.to_string());
    let answer = agent().get(format!("{scheme}://{address}/sante")).header("Host", host).call();
    match answer.map(|mut answer| (answer.status().as_u16(), answer.body_mut().read_to_string())) {
        Ok((200, Ok(said))) if said == "ok" => print("ok\n"),
        Ok((status, _)) => Err(Failure::Refused(format!("le serveur de {address} répond {status}"))),
        Err(cause) => Err(Failure::Refused(format!("le serveur de {address} ne répond pas : {cause}"))),
    }
}

/// Where « all addresses » is reached from the machine itself: IPv4 belongs to them in any case.
fn reachable(listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() { SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port()) } else { listen }
}

/// The certificate names the server as others know it, not this address, and nothing secret is said: it is not looked at.
fn agent() -> ureq::Agent {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder().unversioned_rustls_crypto_provider(provider).disable_verification(true).build();
    ureq::Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .into()
}
