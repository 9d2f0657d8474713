//! The chapter of who answers the telephone.

use super::view::figure;
use crate::messages::correct::CORRECTABLE_MS;
use maud::{Markup, html};

pub(super) fn switchboard() -> Markup {
    html! {
        p { "« Le standard » montre les abonnés dont vous répondez, et ce qui attend pour chacun. Tapez quelques lettres d’un nom ou un
            numéro de ligne, puis Entrée : sa carte s’ouvre." }
        (figure("standard", "Le standard."))
        h2 #appel { "Prendre un appel" }
        (figure("appel", "La carte de l’abonné : accueil et consignes à droite, message à gauche."))
        ol {
            li { "Lisez la phrase d’accueil et les consignes du jour. Le message retient celles que vous aviez sous les yeux." }
            li { "Saisissez le numéro de l’appelant : sa fiche est reconnue, et le formulaire se remplit." }
            li { "Choisissez le type, « Urgent » s’il le faut, puis l’objet et le texte. Un modèle insère un texte ; Tab va d’un trou
                « … » au suivant." }
            li { "« Envoyer le message » (Ctrl + Entrée). « Envoyer et classer » l’envoie pour information, déjà archivé." }
        }
        p { "Alt + lettre (Alt + Maj + lettre dans Firefox) mène à chaque champ. Un brouillon s’enregistre pendant que vous tapez : une
            connexion perdue ou une session finie n’efface rien. Un message envoyé deux fois n’est pris qu’une fois." }
        h2 #rendez-vous { "Prendre un rendez-vous pendant l’appel" }
        p { "Les prochains créneaux libres se trouvent à côté du formulaire. Choisissez, enregistrez : le message de type rendez-vous ou
            visite est fait pour vous, relié à la fiche et au créneau. Tout ce que dit le chapitre " a href="/aide/agenda" { "Agenda" } "
            vaut pour vous, avec le nom de l’abonné toujours en vue." }
        h2 #apres { "Après l’appel" }
        ul {
            li { strong { "Corriger" } " : pendant " (CORRECTABLE_MS / 60_000) " minutes ; l’historique montre l’avant et l’après." }
            li { strong { "Transférer" } " à l’abonné auquel le message était destiné." }
            li { strong { "Confier" } " une reprise à une collègue, ou promettre un rappel à une heure." }
        }
        h2 #attente { "Ce qui attend le secrétariat" }
        (figure("attente", "« En attente » : réponses, urgents non lus, rappels promis."))
        p { "Réponses des abonnés, messages urgents que personne n’a lus à temps (avec le numéro à appeler), rappels promis, envois
            qui ont échoué, fax à attribuer. Chaque ligne se prend, se traite ou se rend : deux secrétaires ne font pas deux fois
            la même chose." }
        h2 #telephone { "Relier le téléphone" }
        p { "« Relier le téléphone » donne l’adresse que votre système téléphonique ouvre à l’arrivée d’un appel, "
            code { "/standard/appel?vers=LIGNE&de=APPELANT" } " : l’abonné s’affiche, l’appelant est reconnu." }
        p { "Un système qui sait envoyer une demande HTTP montre aussi chaque appel au standard, en moins d’une seconde : « Je prends »
            ouvre la fiche et dit aux autres qui répond. L’appel disparaît quand il est raccroché, une minute après la dernière
            nouvelle au plus tard ; il n’en reste rien. Les exemples sont sous « Relier le téléphone », où chacune note aussi son poste." }
    }
}
