//! The chapter of who runs the server: installation, HTTPS, proxies, backups, updates, watching.

use crate::config::table::SETTINGS;
use crate::ui::table;
use maud::{Markup, html};

pub(super) fn running() -> Markup {
    html! {
        p { "Permanence est un seul programme et un seul dossier de données. Il tourne sur un Raspberry Pi 4 ou 5 (64 bits) comme sur le plus
            petit serveur loué, sous Linux." }
        h2 #installer { "Installer sur Debian" }
        ol {
            li { "Copiez le paquet sur la machine, puis : " code { "apt install ./permanence_VERSION_amd64.deb" } "." }
            li { "Le service démarre aussitôt et à chaque démarrage. L’installation affiche l’adresse à ouvrir ; à la première, une adresse
                qui ne sert qu’une fois crée l’administrateur. Elle se relit dans " code { "journalctl -u permanence" } "." }
            li { "Les réglages sont dans " code { "/etc/permanence.toml" } " ; après un changement, "
                code { "systemctl restart permanence" } "." }
        }
        p { "Sans paquet, le programme se suffit : " code { "permanence serve --data-dir DOSSIER" } ". Dans un conteneur, "
            code { "packaging/container" } " fait une image qui ne contient que lui." }
        h2 #https { "HTTPS" }
        p { "Quatre manières, au choix :" }
        ul {
            li { strong { "Un nom public" } " (agenda.exemple.fr) qui mène à la machine : " code { "tls-acme" } " le nomme et "
                code { "tls-acme-terms = \"oui\"" } " accepte les conditions de l’autorité (Let’s Encrypt). Le serveur demande le certificat et le
                renouvelle ; Internet doit atteindre ses ports 80 et 443. « La maison » dit jusqu’à quand il vaut, et quoi faire quand il
                tarde." }
            li { strong { "Vos fichiers" } " : " code { "tls-certificate" } " et " code { "tls-key" } ", relus dès qu’ils changent ; aucun redémarrage
                après un renouvellement." }
            li { strong { "Un intermédiaire" } " (nginx, Apache, Caddy) qui parle HTTPS : des exemples se trouvent dans "
                code { "/usr/share/doc/permanence/proxies" } ". Indiquez son adresse dans " code { "trusted-proxies" } " : ses en-têtes sont crus, ceux
                de personne d’autre." }
            li { strong { "En clair" } ", sur le réseau d’un seul bureau et nulle part ailleurs : mots de passe et messages y circulent
                lisibles." }
        }
        p { "Indiquez " code { "public-name" } " : les demandes faites sous un autre nom sont alors refusées." }
        h2 #sauvegardes { "Sauvegardes" }
        p { "Chaque nuit, le serveur copie ses données sans s’arrêter, rouvre la copie et la compte. Restent 7 sauvegardes de jour, 4 de semaine
            et 12 de mois (réglage). « La maison » dit l’âge de la dernière. Gardez-en une ailleurs : un réglage lance votre commande
            (rclone, scp) après chacune, un autre les chiffre pour une clé dont la moitié secrète n’est pas sur le serveur." }
        p { code { "permanence backup" } " en fait une à la demande ; " code { "permanence restore FICHIER" } " la reprend, sans écraser ce qui est là
            à moins qu’on le lui dise." }
        h2 #mises-a-jour { "Mettre à jour" }
        p { code { "apt install ./permanence_NOUVELLE_amd64.deb" } " arrête le service, copie d’abord les données dans "
            code { "/var/lib/permanence/avant-mise-a-jour" } ", puis redémarre. Les données sont reprises d’elles-mêmes. Un programme plus ancien
            refuse un fichier plus récent, avec une phrase : pour revenir en arrière, réinstallez l’ancien paquet et reprenez la copie." }
        h2 #supprimer { "Supprimer" }
        p { code { "apt remove permanence" } " laisse les données et les réglages. " code { "apt purge permanence" } " demande s’il faut aussi
            effacer les données ; sans personne pour répondre, elles restent." }
        h2 #surveiller { "Surveiller" }
        ul {
            li { code { "/sante" } " répond « ok » tant que les données se lisent ; " code { "permanence health" } " le demande depuis la machine même." }
            li { code { "/metrics" } " donne des chiffres à Prometheus, si le réglage " code { "metrics" } " le permet." }
            li { code { "journalctl -u permanence" } " : une ligne par événement, jamais de mot de passe, de jeton, de texte de message ni de
                nom de contact." }
            li { code { "permanence check" } " (service arrêté) relit tout le fichier de données." }
        }
        h2 #depanner { "Dépanner" }
        ul {
            li { strong { "Le disque est plein" } " : les pages se lisent encore, rien ne s’écrit, et une page le dit. Libérez de la place ; rien n’est à
                redémarrer." }
            li { strong { "L’administrateur a perdu son téléphone" } " : " code { "permanence person reset-factor IDENTIFIANT" } ", service arrêté." }
            li { strong { "… ou son mot de passe" } " : " code { "permanence person passwd IDENTIFIANT" } "." }
            li { strong { "Une panne de courant" } " ne demande rien : le serveur reprend où il en était." }
        }
        h2 #reglages { "Tous les réglages" }
        p { "Dans le fichier, dans l’environnement ou en option, dans cet ordre de poids croissant ; " code { "permanence config" } " montre chacun, sa
            valeur et son origine." }
        (settings())
    }
}

/// Every setting from the table that the program itself reads.
fn settings() -> Markup {
    let columns = [table::text("Réglage"), table::text("À quoi il sert"), table::text("Variable")];
    let rows: Vec<Vec<Markup>> = SETTINGS
        .iter()
        .map(|setting| {
            vec![html! { code { (setting.name) } }, html! { (setting.what) }, html! { code { (setting.variable) } }]
        })
        .collect();
    table::table("Réglages", &columns, &rows)
}
