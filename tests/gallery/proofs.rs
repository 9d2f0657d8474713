//! The pages of proofs of transmission.

use super::data::{LONGEST, ago};
use super::pages::{HOUSE, Pages, administrator, client, secretary};
use permanence::administration::proofs::view::{self as administration, ProofKeysPage};
use permanence::base::{MessageNumber, Zone};
use permanence::proofs::keys::{KnownKey, PublicKey};
use permanence::proofs::view::{self, KeysPage, ProofPage};
use permanence::ui::Frame;

pub fn pages(pages: &mut Pages) {
    let now = KnownKey { public: PublicKey([0x5a; 32]), made: ago(60 * 24 * 30), ended: None };
    let former = KnownKey { public: PublicKey([0x17; 32]), made: ago(60 * 24 * 400), ended: Some(now.made) };
    let keys = [now, former];
    let fingerprint = now.public.fingerprint();
    let page = ProofPage { base: "", number: MessageNumber(12), steps: 6, fingerprint: &fingerprint };
    pages.push((
        "proof",
        client("Preuve de transmission, message n° 12", 65, 0).page(&view::proof(&page)).into_string(),
    ));
    let other = ProofPage { base: "/standard/abonnes/3", number: MessageNumber(104_212), steps: 1, ..page };
    let framed = secretary("Preuve de transmission, message n° 104212", 65, 1);
    pages.push(("proof-secretary", framed.page(&view::proof(&other)).into_string()));
    let public = |house_name, keys| {
        let page = KeysPage { house_name, keys, zone: Zone::PARIS };
        Frame::new(house_name, "Vérifier une preuve").page(&view::public(&page)).into_string()
    };
    pages.push(("proof-keys", public(LONGEST, &keys)));
    pages.push(("proof-keys-0", public(HOUSE, &[])));
    let own = |keys| {
        let page = ProofKeysPage { keys, zone: Zone::PARIS };
        administrator("Preuves de transmission", 0).page(&administration::keys(&page)).into_string()
    };
    pages.push(("proof-administration", own(&keys)));
    pages.push(("proof-administration-first", own(&keys[..1])));
    pages.push(("proof-administration-0", own(&[])));
}
