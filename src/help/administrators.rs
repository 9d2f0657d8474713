//! The chapter of who runs the house on screen.

use super::view::figure;
use crate::subscribers::look::LONGEST_MS;
use maud::{Markup, html};

pub(super) fn house() -> Markup {
    html! {
        (figure("administration", "« La maison » : l’état du serveur et les réglages du secrétariat."))
        h2 #debuter { "Pour commencer" }
        ol {
            li { "Sous « La maison », le nom du secrétariat, son téléphone et ses horaires, puis « Apparence et usages » : couleur, logo,
                service de plans, durée des archives, jours de fermeture." }
            li { "Sous « Abonnés », un abonné par client du secrétariat : d’après un métier (agenda compris) ou sur le modèle
                d’un autre. Ses lignes téléphoniques servent à reconnaître les appels." }
            li { "Sous « Comptes », une personne par identifiant : cliente d’un ou de plusieurs abonnés, secrétaire (de tous, ou de
                certains), administratrice. Son premier mot de passe s’affiche une seule fois." }
            li { "Sous « Courrier », le serveur de courrier et la passerelle SMS, avec un essai de chacun. Sans eux, rien n’échoue : les
                e-mails attendent dans le courrier, où vous les lisez." }
            li { "Exigez un second facteur des secrétaires et des administrateurs (« La maison », « Connexion »)." }
        }
        h2 #avis { "Avis aux abonnés" }
        p { "Depuis la page d’un abonné : quels messages sont annoncés, à qui, quand. Le texte des messages n’y figure que si l’abonné l’a
            demandé par écrit ; notez la date et le nom." }
        h2 #logiciels { "Autres logiciels" }
        ul {
            li { strong { "Jetons" } " : chacun crée les siens sous « Mon compte » ; vous les voyez tous sous « Comptes », « Jetons d’accès », et
                en révoquez un d’un clic." }
            li { strong { "Webhooks" } " : sous « Courrier », l’adresse d’un logiciel à prévenir de ce qui arrive aux abonnés choisis. Il reçoit
                des numéros ; le contenu seulement si vous l’avez choisi. « Envoyer un essai » montre sa réponse. Après cinq jours d’échecs
                l’adresse n’est plus appelée, et chaque page de l’administration le dit." }
        }
        h2 #aider { "Aider quelqu’un" }
        ul {
            li { strong { "Voir comme" } " : les écrans d’un abonné pendant " (LONGEST_MS / 3_600_000) " heure au plus, sans rien pouvoir y changer.
                Un bandeau le rappelle, le journal de l’abonné le dit, et il peut l’interdire." }
            li { strong { "Téléphone perdu" } " : « Remettre à zéro » le second facteur, sur la page du compte." }
            li { strong { "Mot de passe perdu" } " : un nouveau, affiché une fois ; toutes les sessions de la personne prennent fin." }
            li { strong { "Quelqu’un s’en va" } " : « Désactiver » ferme le compte au clic suivant de la personne." }
        }
        h2 #compteurs { "Compteurs" }
        p { "Appels, messages par type, rendez-vous, SMS et fax, par abonné et par mois, à l’écran, en CSV et en Excel. Ils restent quand
            les messages sont effacés." }
        h2 #journal { "Journal" }
        p { "Qui s’est connecté, a vu, changé, exporté, effacé quoi et quand : des identifiants, jamais de contenu. Il se cherche par
            personne, action, abonné et jour, et se garde 12 mois." }
        h2 #dossiers { "Tout emporter" }
        p { "« La maison », « Dossiers » : un abonné, ou la maison entière, dans un fichier zip qui se lit dans un navigateur, dans un tableur,
            dans un carnet d’adresses et dans un agenda. " code { "permanence export --everything --output maison.zip" } " fait de même
            sur le serveur. Aucun mot de passe, lien ni jeton n’y figure." }
        p { "Un autre Permanence le reprend, sous « Dossiers » aussi : d’abord un aperçu, puis tout ou rien. Chaque fichier est comparé à sa somme
            de contrôle ; ce qui est déjà là ne vient pas deux fois ; les comptes arrivent désactivés. Un gros dossier se reprend sur le
            serveur : " code { "permanence import maison.zip" } "." }
        p { "Au même endroit se reprennent la base d’Easy!Appointments (sauvegarde SQL, ou ses tables en CSV dans un zip : chaque prestataire
            devient un abonné, ses clients des contacts) et les tableaux CSV d’un autre secrétariat, avec une colonne « Abonné » : la liste des
            abonnés, leurs contacts, leurs rendez-vous ou leurs messages. L’aperçu nomme chaque ligne refusée et dit pourquoi ; pour un
            tableau, corrigez-y ce que contient chaque colonne. Deux fois le même fichier ne double rien." }
        h2 #preuves { "Preuves de transmission" }
        p { "« La maison », « Preuves de transmission » montre l’empreinte de la clé qui signe " a href="/aide/preuves" { "les preuves" } ". Donnez-la
            à vos abonnés par écrit. Renouvelez la clé si quelqu’un a pu prendre le fichier de données ou une sauvegarde en clair." }
        h2 #supprimer { "Supprimer un abonné" }
        ol {
            li { "« Télécharger tout » : un dossier de tout ce qui est à lui, à lui remettre." }
            li { "« Supprimer pour toujours », en tapant son nom. Un certificat dit quoi, combien, quand et par qui." }
        }
        p { "Ce qui est effacé l’est aussi du fichier, la nuit qui suit ; les sauvegardes le perdent avec leur âge
            (" a href="/aide/donnees#durees" { "combien de temps" } ")." }
        h2 #incidents { "Travaux et incidents" }
        p { "« La maison » dit comment se sont passés l’effacement de la nuit, la sauvegarde et les envois. Une page d’erreur montre un
            numéro : les journaux du serveur en disent la cause sous ce même numéro, sans nom ni texte de message." }
    }
}
