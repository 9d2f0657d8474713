//! One certificate, from the order to the file.

use super::Work;
use super::authority::{Line, now, ready};
use super::folder::OpenOrder;
use super::words::{self, Failed, Proof, Trouble};
use crate::http::edge::challenges::Challenge;
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, ChallengeType, Error, Identifier, KeyAuthorization, NewAccount,
    NewOrder, Order, OrderStatus,
};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long the authority may take to look at a proof, and then to sign.
const WORK_TIME_MAX: Duration = Duration::from_secs(120);
/// Between two looks at what it has done: the first, and the longest.
const LOOK_FIRST: Duration = Duration::from_millis(250);
const LOOK_LONGEST: Duration = Duration::from_secs(8);

impl Work {
    /// Asks for a certificate and puts it in place. After an odd number of failures the other way to prove the name is
    /// tried, where there are two: a closed port 80 must not keep the open port 443 from being enough.
    pub fn obtain(&mut self, failures: u32) -> Result<(), Failed> {
        let proof = if self.means.by_page && failures.is_multiple_of(2) { Proof::Page } else { Proof::Handshake };
        let line = Line::to(&self.settings, &self.end)?;
        let outcome = self.certificate(&line, proof);
        outcome.map_err(|cause| match cause {
            Trouble::Failed(failed) => failed,
            Trouble::Protocol(cause) => {
                if words::account_is_gone(&cause) {
                    self.folder.forget_account();
                }
                let mut failed = words::failed(&cause, &self.settings.name, proof);
                failed.wait_s = line.asked_s().or(failed.wait_s);
                failed
            }
        })
    }

    fn certificate(&mut self, line: &Line, proof: Proof) -> Result<(), Trouble> {
        let account = self.account(line)?;
        let (mut order, key) = match self.take_up(&account) {
            Some(found) => found,
            None => {
                let order = self.proven(&account, line, proof)?;
                let key = KeyPair::generate().map_err(|_| Failed::odd("no key could be made"))?;
                // From here on the authority may sign at any moment: what it signs for must not be lost with us.
                let address = order.url().to_owned();
                let name = self.settings.name.clone();
                self.folder.keep_order(&OpenOrder { name, address, key: key.serialize_pem() })?;
                (order, key)
            }
        };
        if order.state().status == OrderStatus::Ready {
            now(order.finalize_csr(&request(&self.settings.name, &key)?))?;
        }
        self.wait_for(&mut order, line, |status| status == OrderStatus::Valid)?;
        let chain = now(order.certificate())?.ok_or(Failed::odd("a valid order without its certificate"))?;
        if self.end.is_told() {
            return Err(Failed::odd("ended").into());
        }
        check(&chain, &key)?;
        self.folder.keep_certificate(&self.settings.name, &key.serialize_pem(), &chain)?;
        self.folder.forget_order();
        Ok(())
    }

    /// Our account with this authority, made when there is none.
    fn account(&self, line: &Line) -> Result<Account, Trouble> {
        let builder = Account::builder_with_http(Box::new(line.clone()));
        if let Some(known) = self.folder.account::<AccountCredentials>() {
            return Ok(now(builder.from_credentials(known))?);
        }
        let contact = self.settings.email.as_ref().map(|email| format!("mailto:{email}"));
        let new = NewAccount {
            contact: &contact.as_deref().into_iter().collect::<Vec<_>>(),
            terms_of_service_agreed: true,
            only_return_existing: false,
        };
        let (account, credentials) = now(builder.create(&new, self.settings.directory.clone(), None))?;
        self.folder.keep_account(&credentials)?;
        Ok(account)
    }

    /// The order that a restart interrupted, if the authority still knows it and it can come to something.
    fn take_up(&self, account: &Account) -> Option<(Order, KeyPair)> {
        let open = self.folder.order()?;
        let fits = open.name == self.settings.name;
        let key = KeyPair::from_pem(&open.key).ok().filter(|_| fits);
        let alive = |order: &mut Order| {
            matches!(order.state().status, OrderStatus::Ready | OrderStatus::Processing | OrderStatus::Valid)
        };
        let order = now(account.order(open.address)).ok().and_then(|mut order| alive(&mut order).then_some(order));
        let found = order.zip(key);
        if found.is_none() {
            self.folder.forget_order();
        }
        found
    }

    /// A new order whose name has been proven.
    fn proven(&mut self, account: &Account, line: &Line, proof: Proof) -> Result<Order, Trouble> {
        let names = [Identifier::Dns(self.settings.name.clone())];
        let replacing = self.renewal.replaced().map(|old| now(account.new_order(&NewOrder::new(&names).replaces(old))));
        let mut order = match replacing {
            Some(Ok(order)) => order,
            // The first; or the old one was replaced before, or is forgotten: any new one is as good.
            _ => now(account.new_order(&NewOrder::new(&names)))?,
        };
        let mut authorizations = order.authorizations();
        while let Some(mut authorization) = ready(authorizations.next())?.transpose()? {
            if authorization.status == AuthorizationStatus::Valid {
                continue;
            }
            let kind = match proof {
                Proof::Page => ChallengeType::Http01,
                Proof::Handshake => ChallengeType::TlsAlpn01,
            };
            let mut challenge = authorization.challenge(kind).ok_or_else(|| Failed::not_offered(proof))?;
            let words = challenge.key_authorization();
            let shown = match proof {
                Proof::Page => Challenge::Page { token: challenge.token.clone(), words: words.as_str().to_owned() },
                Proof::Handshake => handshake(&self.settings.name, &words)?,
            };
            self.means.challenges.show(shown);
            now(challenge.set_ready())?;
        }
        let far = |status| matches!(status, OrderStatus::Ready | OrderStatus::Valid);
        match self.wait_for(&mut order, line, far) {
            Err(Trouble::Failed(failed)) => Err(why_not(&mut order).map_or(Trouble::Failed(failed), Trouble::Protocol)),
            Err(other) => Err(other),
            Ok(()) => Ok(order),
        }
    }

    /// Looks at an order until it has come so far, as seldom as the authority asks.
    fn wait_for(&self, order: &mut Order, line: &Line, far: impl Fn(OrderStatus) -> bool) -> Result<(), Trouble> {
        let end = Instant::now() + WORK_TIME_MAX;
        let mut pause = LOOK_FIRST;
        loop {
            let status = order.state().status;
            if far(status) {
                return Ok(());
            }
            if let Some(problem) = order.state().error.clone() {
                return Err(Error::Api(problem).into());
            }
            if status == OrderStatus::Invalid {
                return Err(Failed::odd("the order was refused").into());
            }
            let wait = line.asked_s().map_or(pause, Duration::from_secs);
            if Instant::now() + wait > end {
                return Err(Failed::slow(wait).into());
            }
            if self.end.wait(wait) {
                return Err(Failed::odd("ended").into());
            }
            now(order.refresh())?;
            pause = (pause * 2).min(LOOK_LONGEST);
        }
    }
}

/// What the authority says of a proof that it has not found.
fn why_not(order: &mut Order) -> Option<Error> {
    let mut authorizations = order.authorizations();
    while let Ok(Some(Ok(mut authorization))) = ready(authorizations.next()) {
        let state = now(authorization.refresh()).ok()?;
        if let Some(problem) = state.challenges.iter().find_map(|challenge| challenge.error.clone()) {
            return Some(Error::Api(problem));
        }
    }
    None
}

/// The certificate that is shown in a handshake (RFC 8737, section 3): for this name, signed by itself, with the words' hash in
/// a critical extension.
fn handshake(name: &str, words: &KeyAuthorization) -> Result<Challenge, Failed> {
    let odd = |_| Failed::odd("no proof could be made");
    let mut wanted = CertificateParams::new(vec![name.to_owned()]).map_err(odd)?;
    wanted.custom_extensions = vec![CustomExtension::new_acme_identifier(words.digest().as_ref())];
    let key = KeyPair::generate().map_err(odd)?;
    let made = wanted.self_signed(&key).map_err(odd)?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(Failed::odd)?;
    let key = ring::sign::any_supported_type(&key).map_err(|_| Failed::odd("a proof’s key is of no known kind"))?;
    // Not looked at by rustls, which knows no certificate with such an extension.
    let pair = CertifiedKey::new(vec![made.der().clone()], key);
    Ok(Challenge::Handshake { name: name.to_owned(), pair: Arc::new(pair) })
}

/// What the authority is asked to sign: the name, and nothing of who we are.
fn request(name: &str, key: &KeyPair) -> Result<Vec<u8>, Failed> {
    let odd = |_| Failed::odd("no request could be made");
    let mut wanted = CertificateParams::new(vec![name.to_owned()]).map_err(odd)?;
    wanted.distinguished_name = DistinguishedName::new();
    Ok(wanted.serialize_request(key).map_err(odd)?.der().to_vec())
}

/// A chain that does not fit its key must not take the place of one that does.
fn check(chain: &str, key: &KeyPair) -> Result<(), Failed> {
    let odd = || Failed::odd("a certificate that can’t be used");
    let certificates: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(chain.as_bytes()).collect::<Result<_, _>>().map_err(|_| odd())?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(|_| odd())?;
    let fits = !certificates.is_empty() && CertifiedKey::from_der(certificates, key, &ring::default_provider()).is_ok();
    if fits { Ok(()) } else { Err(odd()) }
}
