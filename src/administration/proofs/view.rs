//! The page of the key.

use crate::base::Zone;
use crate::base::time::moment_short;
use crate::proofs::keys::{KnownKey, grouped};
use crate::ui::Icon;
use crate::ui::form::{Weight, link, post, submit};
use crate::ui::table::facts;
use maud::{Markup, html};

/// Every key, the one that signs now first.
#[derive(Debug, Clone, Copy)]
pub struct ProofKeysPage<'a> {
    pub keys: &'a [KnownKey],
    pub zone: Zone,
}

pub fn keys(page: &ProofKeysPage<'_>) -> Markup {
    let local = |at: crate::base::Instant| moment_short(at.local(page.zone));
    html! {
        div.head { h1 { "Preuves de transmission" } }
        p { "Abonnés et secrétaires tirent de chaque message une preuve signée. Donnez l’empreinte à vos abonnés autrement que par ce
            serveur (contrat, courrier, téléphone) : c’est elle qui montre que la signature est la vôtre." }
        div.beside {
            @for key in page.keys.iter().take(1) {
                section aria-labelledby="cle" {
                    h2 #cle { "La clé qui signe" }
                    (facts(&[
                        ("Empreinte (SHA-256)", html! { code.fingerprint { (grouped(&key.public.fingerprint())) } }),
                        ("Depuis le", html! { (local(key.made)) }),
                        ("À lire par tous", html! { a href="/preuves" { "/preuves" } ", " a href="/preuves/cles.pem" { "/preuves/cles.pem" } }),
                    ]))
                    p.hint { "Sa moitié secrète est dans le fichier de données, et donc dans les sauvegardes." }
                }
            }
            section aria-labelledby="renouveler" {
                h2 #renouveler { "Renouveler la clé" }
                p { "Seulement si quelqu’un a pu prendre le fichier de données ou une sauvegarde en clair. Les preuves déjà remises restent
                    vérifiables : l’ancienne clé publique reste affichée. Il faudra donner la nouvelle empreinte à vos abonnés." }
                (post("/administration/preuves", &[], &submit(Weight::Grave, Icon::Key, "Renouveler la clé")))
            }
            @if page.keys.len() > 1 {
                section aria-labelledby="anciennes" {
                    h2 #anciennes { "Clés d’autrefois" }
                    dl.facts {
                        @for key in page.keys.iter().skip(1) {
                            div {
                                dt { "du " (local(key.made)) @if let Some(ended) = key.ended { " au " (local(ended)) } }
                                dd { code.fingerprint { (grouped(&key.public.fingerprint())) } }
                            }
                        }
                    }
                }
            }
        }
        p.back { (link(Weight::Plain, Icon::Previous, "La maison", "/administration")) }
    }
}
