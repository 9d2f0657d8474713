//! The chapters of what holds when it is doubted, or when the server is away: proofs of transmission, kits.

use crate::continuity::model::CONTENTS;
use maud::{Markup, html};

pub(super) fn proofs() -> Markup {
    html! {
        p { "Sous chaque message, « Preuve de transmission » donne un fichier signé, en PDF et en JSON, qui dit ce qui est arrivé : le message
            tel qu’il a été pris, par qui et quand, les consignes à l’écran, où il a été envoyé et ce que le serveur d’en face a
            répondu, quand il a été lu, archivé, ce qui a été répondu. L’abonné et le secrétariat obtiennent les mêmes étapes." }
        ul {
            li { "Une preuve se demande tant que le message existe ; une fois remise, elle ne dépend plus de ce serveur." }
            li { "Elle contient le texte du message : gardez-la comme le message lui-même. Le journal note qui l’a demandée." }
            li { "Elle montre ce que ce serveur a noté, et que rien n’y a été changé depuis la signature. Elle ne prouve pas ce que le
                secrétariat n’a pas noté, ni que son horloge était juste." }
        }
        h2 #verifier { "Vérifier" }
        p { code { "permanence verify preuve.pdf --key EMPREINTE" } " dit « Valable », ou quelle étape a été changée. Il ne faut ni serveur ni
            données. L’empreinte de la clé est sur la page " a href="/preuves" { "/preuves" } " ; demandez-la aussi au secrétariat par un autre
            chemin, car qui tiendrait le serveur tiendrait cette page." }
        p { "Un PDF que l’on enregistre de nouveau avec un autre programme n’est plus celui qui a été signé : la commande le dit, et dit aussi
            si l’enregistrement joint est resté intact. Dans le PDF, une lettre que sa police n’a pas est écrite par son numéro Unicode, entre
            crochets ; l’enregistrement joint la contient telle quelle." }
        h2 #format { "Vérifier avec un autre programme" }
        ol {
            li { "Le JSON est écrit dans la forme canonique de la RFC 8785, en UTF-8, sans rien avant ni après ; ses nombres sont entiers." }
            li { "« depart » est le SHA-256, en hexadécimal minuscule, de la forme canonique de l’objet fait de trois membres : « abonne » (son
                numéro seul), « message » et « consignes »." }
            li { "Chaque étape de « etapes » porte « rang » (à partir de 1), « precedente » (l’empreinte de l’étape d’avant, « depart » pour la
                première) et « empreinte » : le SHA-256 de la forme canonique de l’étape sans ce membre." }
            li { "« signature » est la signature Ed25519 (RFC 8032) de la forme canonique du document sans ce membre. « cle » contient la clé
                publique (32 octets en hexadécimal) et l’empreinte : le SHA-256 de sa forme DER (RFC 8410), comme "
                code { "openssl pkey -pubin -in cles.pem -outform DER | sha256sum" } " la donne. Les clés sont à "
                a href="/preuves/cles.pem" { "/preuves/cles.pem" } "." }
            li { "Le PDF contient ce JSON en pièce jointe, « preuve.json », non comprimé. Sa dernière ligne, "
                code { "%permanence-preuve DÉBUT LONGUEUR SIGNATURE" } ", dit où il commence et combien d’octets il compte ; la signature Ed25519
                porte sur tous les octets du fichier avant elle." }
            li { "« pieces » donne les fax et documents du message ; leur empreinte est faite des 128 premiers bits du SHA-256 de l’original." }
        }
    }
}

pub(super) fn away() -> Markup {
    html! {
        h2 #pages { "Les pages ouvertes" }
        p { "Quand le serveur ne répond plus, un bandeau le dit en haut de la page ouverte, et disparaît quand il répond de nouveau. Ce que vous
            étiez en train de saisir reste à l’écran : rien ne part, rien n’est perdu. Envoyez quand le bandeau a disparu." }
        p { "Sans réponse, le navigateur garde une page d’erreur à lui : « Précédent » ramène à ce que vous aviez saisi." }
        h2 #kit { "Le kit de secours" }
        p { "« Exporter », « Kit de secours » : un fichier HTML et un PDF à garder sur un téléphone, un ordinateur ou sur papier. Une secrétaire a de plus
            celui du standard, avec tous les abonnés dont elle répond (lien en haut du standard)." }
        p { (CONTENTS) }
        ul {
            li { "Il se télécharge à tout moment, tel que tout est à cet instant." }
            li { "Il part chaque nuit par e-mail si l’abonné l’a demandé par écrit à son secrétariat : un e-mail n’est pas confidentiel." }
            li { "L’administrateur peut faire copier tous les kits chaque nuit dans un dossier (« kit-folder » dans les réglages) : une clé USB, un
                partage, un disque d’un autre appareil." }
            li { "Ceux de la veille sont remplacés dans ce dossier ; effacez ceux que vous avez gardés." }
        }
        h2 #travailler { "Travailler pendant une panne" }
        ol {
            li { "Ouvrez le kit : quoi annoncer, les consignes, qui appeler, les rendez-vous de la semaine." }
            li { "Notez les appels et les rendez-vous sur papier, avec l’heure." }
            li { "Au retour du serveur, saisissez-les : un créneau pris entre-temps par quelqu’un d’autre est signalé." }
        }
    }
}
