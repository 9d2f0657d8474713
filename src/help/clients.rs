//! The chapters of who receives messages: the guide of 2010, and what has been added since.

use super::view::{figure, legend};
use crate::agenda::model::APPOINTMENT_MINUTES_MAX;
use crate::base::{french, limits};
use crate::dav::screens::view as screens;
use maud::{Markup, html};

pub(super) fn signing_in() -> Markup {
    html! {
        p { "Saisissez l’adresse Internet de votre secrétariat, puis cliquez sur « Accès clients ». L’écran de connexion demande
            votre identifiant et votre mot de passe : votre télé-secrétariat vous les délivre." }
        (figure("connexion", "L’écran de connexion."))
        ul {
            li { "« Mémoriser le mot de passe » garde la connexion sur cet appareil, jusqu’à 30 jours sans utilisation. Sans cette
                case, elle prend fin avec le navigateur, et après 12 heures sans utilisation. Le mot de passe lui-même n’est jamais
                écrit sur l’appareil." }
            li { "« Déconnexion », en haut de chaque page, ramène à l’écran de connexion." }
        }
        h2 #favori { "Entrer par un favori" }
        p { "Le plus sûr est un " strong { "lien personnel" } ", fait sous « Mon compte » : une adresse par appareil, dont vous
            voyez la dernière utilisation et que vous révoquez d’un clic." }
        p { "L’ancien favori, " code { "https://ADRESSE/?identifiant=VOTRE_IDENTIFIANT&pass=VOTRE_MOT_DE_PASSE" } ", fonctionne
            encore pour les clients, tant que votre secrétariat ou vous-même ne l’avez pas fermé. Il contient votre mot de passe :
            préférez un lien personnel." }
        h2 #oublie { "Mot de passe oublié" }
        p { "Cliquez sur « Mot de passe oublié ? », saisissez votre identifiant et votre adresse e-mail, puis « Envoyer ». Si les deux
            correspondent, un courrier « Mot de passe Agenda Web » arrive : il porte un mot de passe provisoire, valable une fois,
            pendant une heure. L’ancien reste valable tant que le provisoire n’a pas servi ; ensuite vous en choisissez un nouveau." }
        h2 #choisir { "Changer de mot de passe" }
        p { "« Mon compte », puis « Changer le mot de passe » : " (limits::PASSWORD_CHARS_MIN) " caractères au moins. Une phrase que vous
            retenez vaut mieux que des signes compliqués ; les mots de passe les plus courants sont refusés. Vos autres appareils
            devront se reconnecter, et vos liens personnels sont révoqués." }
        h2 #facteur { "Second facteur" }
        p { "« Mon compte », « Gérer le second facteur » : une application d’authentification (TOTP) donne un code à chaque
            connexion. Gardez les codes de secours ailleurs que dans le téléphone ; le secrétariat peut remettre à zéro un second
            facteur perdu." }
        h2 #appareils { "Vos appareils" }
        p { "« Mon compte » liste les appareils connectés. Vous n’en reconnaissez pas un ? Déconnectez-le, puis changez de mot de
            passe. Un message que vous étiez en train d’écrire n’est pas perdu quand une session prend fin : vous le retrouvez
            après la connexion." }
    }
}

pub(super) fn messages() -> Markup {
    html! {
        p { "La rubrique « Vos messages » de la colonne de gauche (au bas de l’écran sur un téléphone) montre ce qui attend, le plus
            récent d’abord. Le titre dit combien (« Vous avez 65 messages ») ; la page en affiche " (limits::PAGE_ROWS) ", et les
            numéros de page se trouvent en haut et en bas. Les messages urgents sont rassemblés en tête de la première page." }
        (figure("messages", "Vos messages : les chiffres renvoient à la liste ci-dessous."))
        (legend(&[
            ("Numéro et type", "information, bip ou SMS, rendez-vous, visite, fax, par une icône et un mot ; « Urgent » en plus s’il y a lieu."),
            ("Date et heure de réception", "celles de l’appel, à l’heure de votre cabinet."),
            ("Ce que dit le message", "nom, prénom, adresse, téléphone (un lien pour appeler), e-mail, objet, texte, et qui l’a pris."),
            ("Case à cocher", "pour préparer l’archivage."),
        ]))
        p { "Le nom du contact mène à sa fiche ; son adresse, à un plan, dans un nouvel onglet. Un message nouveau
            s’affiche de lui-même en quelques secondes, sans recharger la page." }
        h2 #archiver { "Archiver" }
        ol {
            li { "Cochez les messages dont vous avez pris connaissance, ou cliquez sur « Cocher/Décocher Tout ». Majuscule + clic coche
                d’un coup tous ceux qui se trouvent entre deux cases." }
            li { "Cliquez sur « Archiver les messages cochés ». Ils passent dans « Vos archives »." }
            li { "Une erreur ? La page dit combien de messages ont été archivés, et « Annuler » les remet en attente." }
        }
        h2 #repondre { "Répondre au secrétariat" }
        p { "Ouvrez un message par son numéro : sous le texte, « Répondre au secrétariat » envoie quelques mots que les secrétaires
            voient aussitôt. L’historique dit qui a pris le message, quand il vous a été transmis, quand il a été lu et archivé." }
        h2 #alertes { "Être alerté" }
        p { "« Activer les alertes » : un message urgent sonne et affiche une notification, qui ne dit rien de son contenu. Pour les
            e-mails et les SMS, voyez " a href="/aide/consignes" { "Consignes et avis" } "." }
        h2 #chercher { "Chercher et imprimer" }
        p { "« Chercher un message » trouve parmi les messages en attente et archivés, quels que soient les accents, les majuscules
            et la façon d’écrire un numéro de téléphone. « Version imprimable », au bas de la page, montre les messages seuls, sans les
            menus." }
    }
}

pub(super) fn archives() -> Markup {
    html! {
        p { "« Vos archives » présente de la même façon les messages archivés (« Vous avez 23 messages archivés »), "
            (limits::PAGE_ROWS) " par page." }
        p { "Un message archivé reste visible " (limits::RETENTION_DAYS) " jours, sauf si votre secrétariat a réglé une autre durée, de "
            (limits::RETENTION_DAYS_MIN) " à " (limits::RETENTION_DAYS_MAX) " jours. Chaque ligne dit quand : « Sera supprimé le … ». La nuit
            venue, il disparaît avec son historique et ses pages de fax, et ne peut plus être retrouvé : exportez ou imprimez avant ce
            que vous devez garder." }
        p { "« Remettre en attente » défait un archivage, pour un message ou plusieurs." }
    }
}

pub(super) fn exports() -> Markup {
    html! {
        p { "« Exporter » met vos appels dans un fichier : " }
        ol {
            li { "Choisissez les types d’appels : les messages, les rendez-vous, les visites." }
            li { "Choisissez les messages non archivés, ou ceux reçus pendant une période (les deux dates sont comprises)." }
            li { "Choisissez les champs : numéro, date, heure, nom, téléphone, texte…" }
            li { "« Exporter » affiche la liste des appels. Vous la téléchargez alors au format Excel, Word ou CSV." }
        }
        p { "Le fichier Excel contient de vraies dates et une feuille par type ; le document Word, des tableaux en A4 paysage ; le
            fichier CSV s’ouvre d’un double-clic dans un Excel français." }
        p { "Un fichier exporté n’est plus protégé par votre mot de passe : rangez-le comme un dossier papier." }
    }
}

pub(super) fn faxes() -> Markup {
    html! {
        p { "Un message de type fax porte un lien dans son texte. Il ouvre la fenêtre des pages reçues, en petit ; un clic sur l’une
            d’elles (ou la touche Entrée) l’agrandit. De là : page précédente, page suivante, tourner, imprimer, télécharger
            l’original." }
        p { "Le secrétariat reçoit les fax par téléversement, par un dossier surveillé ou par une boîte aux lettres électronique. Formats
            admis : TIFF, PDF, PNG et JPEG, " (french::size(limits::UPLOAD_BYTES_MAX)) " et 200 pages au plus. Un fichier abîmé, trop
            grand ou d’un autre format est refusé avec une phrase qui dit pourquoi." }
        p { "Un fax disparaît avec son message, à la fin du délai des archives." }
    }
}

pub(super) fn agenda() -> Markup {
    html! {
        p { "« Agenda » s’ouvre sur la date du jour. Deux affichages : « Jour » et « Semaine ». Les flèches, le calendrier du mois et
            « Aujourd’hui » changent de date ; les jours fériés sont nommés." }
        (figure("agenda-jour", "La vue « Jour »."))
        ul {
            li { strong { "Fond gris" } " : créneau non travaillé." }
            li { strong { "Fond blanc, « libre »" } " : créneau travaillé et libre." }
            li { strong { "Fond vert, « visite »" } " : créneau réservé aux visites." }
        }
        (figure("agenda-semaine", "La vue « Semaine »."))
        h2 #icones { "Le cadenas, la corbeille, la flèche bleue" }
        ul {
            li { strong { "Cadenas" } " : bloque le créneau aussitôt, travaillé ou non, avec la mention « Rendez-vous pris »." }
            li { strong { "Corbeille, sur un créneau pris" } " : annule le rendez-vous, après une question qui le nomme, et libère l’heure." }
            li { strong { "Corbeille, sur un créneau libre" } " : le rend non travaillé ; il se grise et montre la flèche bleue." }
            li { strong { "Flèche bleue" } " : le rend de nouveau travaillé." }
        }
        p { "Chacun de ces gestes peut être annulé." }
        h2 #rendez-vous { "Prendre un rendez-vous" }
        p { "Cliquez sur le créneau. La fenêtre a deux onglets, « Rendez-vous » et « Paramètres »." }
        (figure("creneau", "La fenêtre d’un créneau, onglet « Rendez-vous »."))
        ol {
            li { "« Voir la liste des contacts » : cherchez la personne, puis « Sélectionner » à sa ligne. Ou saisissez nom, prénom et
                téléphone ; une case crée la fiche." }
            li { "« Motif », et « Durée (minutes) » si le rendez-vous occupe plusieurs créneaux (" (APPOINTMENT_MINUTES_MAX / 60) " heures
                au plus)." }
            li { "« Nouveau patient » si c’en est un ; consultation ou visite, avec son adresse ; une note privée ; un rappel par
                e-mail ou SMS si votre secrétariat l’a prévu." }
            li { "« Enregistrer le rendez-vous ». Si quelqu’un vient de prendre l’heure, la page le dit (« Ce créneau vient d’être
                pris. ») et garde ce que vous aviez saisi." }
        }
        p { "« Répéter » prend une série d’un coup ; chaque date qui pose problème est montrée avant que rien ne soit écrit." }
        h2 #deplacer { "Déplacer, retrouver" }
        p { "Ouvrez le rendez-vous, « Déplacer », puis choisissez un autre créneau, n’importe quel jour ; ou faites-le glisser à la
            souris. « Trouver un créneau » propose les prochaines heures libres d’une durée et d’un type ; « Chercher un rendez-vous »
            retrouve par nom ou par téléphone, passés et à venir." }
        h2 #regles { "Vos heures de travail" }
        p { "« Semaine type » : vos périodes par jour, semaines paires et impaires, à partir d’une date. « Absences » : du… au…, avec un
            avertissement si des rendez-vous s’y trouvent. L’onglet « Paramètres » d’un créneau règle un jour seul, ou tous les mêmes
            jours à partir de celui-là." }
        h2 #touches { "Au clavier" }
        p { "Les flèches vont d’un créneau à l’autre, Entrée ouvre, " kbd { "b" } " bloque, " kbd { "j" } " et " kbd { "s" } " changent
            d’affichage, " kbd { "t" } " revient à aujourd’hui, " kbd { "?" } " montre toutes les touches." }
        h2 #imprimer { "Imprimer" }
        p { "« Imprimer » met un jour, ou une semaine, sur une seule feuille A4." }
    }
}

pub(super) fn contacts() -> Markup {
    html! {
        p { "« Contacts » rassemble vos fiches. La recherche répond à mesure que vous tapez : nom, prénom, ville, date de naissance,
            téléphone dans n’importe quelle notation ; accents et traits d’union ne comptent pas." }
        (figure("contacts", "Les fiches d’un cabinet."))
        ul {
            li { strong { "Une fiche" } " : civilité, nom, prénom, naissance, adresse, téléphones, e-mail, notes, « nouveau patient »
                jusqu’à la première visite ; en dessous, ses rendez-vous et ses messages." }
            li { strong { "Doublons" } " : un même numéro, ou un même nom avec la même naissance, est signalé pendant la saisie. « Fusionner »
                réunit deux fiches ; cela s’annule pendant un jour." }
            li { strong { "Import" } " : un fichier CSV de tableur ou des vCards, avec un aperçu avant que rien ne soit écrit." }
            li { strong { "Export" } " : CSV ou vCard, toutes les fiches ou le résultat d’une recherche." }
        }
    }
}

pub(super) fn instructions() -> Markup {
    html! {
        h2 #consignes { "Consignes" }
        p { "« Consignes » contient ce que les secrétaires ont sous les yeux quand elles répondent pour vous. Tout changement s’affiche
            aussitôt au standard." }
        (figure("consignes", "Consignes et disponibilité."))
        ul {
            li { strong { "Consigne permanente" } " (« Demander toujours la date de naissance ») ou datée (« Aucun rendez-vous
                jeudi matin »)." }
            li { strong { "Disponibilité" } " : « Indisponible jusqu’à… », une heure, ce midi, ce soir, une date, ou jusqu’à nouvel ordre." }
            li { strong { "En cas d’urgence" } " : qui appeler, à quel numéro, à quelles heures, dans quel ordre." }
        }
        p { "Retirer ou modifier une consigne s’annule, et son historique dit qui l’a écrite." }
        h2 #avis { "Avis par e-mail et SMS" }
        p { "« Mon compte » mène aux avis que vous recevez : quels messages, à quelles adresses, à quelles heures ; les urgents aussitôt,
            les autres aussitôt, regroupés ou une fois par jour. Votre secrétariat règle ces avis. Un avis dit qu’un message attend et où
            le lire ; il n’en contient le texte que si vous l’avez demandé par écrit, car e-mails et SMS ne sont pas confidentiels." }
        h2 #journal { "Votre journal" }
        p { "« Mon compte », « Journal » : qui a ouvert, changé ou exporté vos données, et quand. Vous y permettez, ou non, qu’un
            administrateur voie vos écrans pour vous aider." }
        h2 #emporter { "Tout emporter" }
        p { "« Mon compte », « Tout télécharger » : un fichier zip avec vos messages et leur histoire, vos contacts, votre agenda, vos
            consignes et vos fax. Décompressez-le et ouvrez « index.html » : tout se lit dans un navigateur, sans logiciel ni internet.
            Votre mot de passe est redemandé avant. Gardez ce fichier en lieu sûr : il contient tout ce qui a été dit." }
    }
}

pub(super) fn devices() -> Markup {
    html! {
        p { "« Mon compte », puis « Agenda et contacts sur vos appareils » : deux façons d’avoir l’agenda sur un téléphone ou un ordinateur,
            selon que l’appareil doit seulement montrer, ou aussi écrire." }
        h2 #synchroniser { "Synchroniser : lire et écrire" }
        p { "Créez un mot de passe pour l’appareil, et pour lui seul : il paraît une fois, avec l’adresse à donner. Votre mot de passe
            habituel ne sert pas ici. Un appareil perdu se révoque d’un clic ; changer de mot de passe révoque tous les appareils." }
        (screens::devices())
        ul {
            li { "Ce que l’appareil écrit suit les règles de l’écran : une heure déjà prise est refusée (« Ce créneau vient d’être pris. »), une
                absence aussi ; le secrétariat voit le rendez-vous aussitôt." }
            li { "Un événement d’un jour entier ou plus devient une absence. Une répétition est refusée : prenez la série depuis l’agenda,
                qui montre chaque date déjà prise." }
            li { "Le motif, le téléphone et la note se lisent et se corrigent sous le nom, une ligne chacun. Alarmes et couleurs
                restent à l’appareil." }
            li { "Une fiche contact supprimée depuis un appareil est effacée ici aussi." }
        }
        h2 #abonnement { "S’abonner : voir seulement" }
        p { "Un abonnement est une adresse que le calendrier relit de lui-même, tous les quarts d’heure s’il le veut bien. Il montre l’agenda
            sans pouvoir le changer, avec les noms, ou seulement « Occupé » : pour le calendrier de la famille, par exemple. Un
            abonnement par appareil : vous voyez quand il a servi, et vous le révoquez d’un clic." }
        h2 #en-clair { "HTTPS" }
        p { "Un mot de passe d’appareil ne passe pas en clair sur un réseau : l’adresse commence par « https:// ». Sur un réseau local sans
            HTTPS, l’administrateur peut le permettre (réglage " code { "dav-in-clear" } ")." }
    }
}
