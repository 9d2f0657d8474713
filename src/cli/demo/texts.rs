//! What callers say, trade by trade; « {jour} », « {heure} », « {nom} », « {rue} », « {medoc} » are filled in.

use super::chance::Chance;
use crate::messages::model::Kind;

/// A trade's words: ordinary messages, urgent ones, faxes, and short ones for pagers. Appointments use the ordinary ones too.
pub(super) struct Texts {
    calls: &'static [&'static str],
    short: &'static [&'static str],
    /// What makes a call urgent.
    urgent: &'static [&'static str],
    faxes: &'static [&'static str],
}

pub(super) static DOCTOR: Texts = Texts {
    calls: &[
        "Demande les résultats de sa prise de sang de {jour}.",
        "Souhaite le renouvellement de son ordonnance de {medoc} ; passera la prendre {jour}.",
        "Son fils de 6 ans a 39,2 de fièvre depuis hier soir. Demande s’il faut venir ou attendre.",
        "Ne pourra pas venir {jour} à {heure}, demande à déplacer à la semaine prochaine.",
        "La pharmacie {rue} ne lit pas la dernière ligne de l’ordonnance : {medoc}, un ou deux comprimés ?",
        "Demande un certificat pour le club de judo de sa fille (9 ans), inscription avant {jour}.",
        "Mal au dos depuis trois jours, ne peut plus conduire. Préfère être rappelé après {heure}.",
        "L’hôpital signale la sortie de M. {nom} {jour}. Compte rendu envoyé par courrier.",
        "Tension à 16/9 ce matin et hier soir. Demande s’il faut changer le traitement.",
        "Remercie pour la visite d’hier : elle va mieux et a pu manger.",
        "Demande si le vaccin contre la grippe est arrivé et si elle peut passer {jour}.",
        "Le laboratoire a appelé : INR à 4,1 pour Mme {nom}. À rappeler avant {heure}.",
        "Prolongation d’arrêt de travail, l’actuel se termine {jour}. Toujours mal au genou.",
        "A oublié son carnet de santé au cabinet, passera le reprendre.",
        "Réaction au {medoc} : plaques rouges sur les bras depuis ce matin, pas de gêne pour respirer.",
        "L’infirmière à domicile demande une ordonnance pour les pansements, matériel compris.",
        "Voudrait savoir si vous prenez de nouveaux patients ; a emménagé {rue}.",
        "Résultat de l’IRM reçu, ne comprend pas la conclusion, souhaite en parler.",
    ],
    short: &[
        "Rappeler Mme {nom} avant {heure}, résultats INR.",
        "Douleur thoracique, 15 prévenu, la famille demande votre rappel.",
        "Visite {rue} demandée ce soir, fièvre et vomissements.",
    ],
    urgent: &[
        "Douleur dans la poitrine depuis une heure, refuse d’appeler le 15. Rappeler tout de suite.",
        "Enfant de 14 mois, fièvre à 40, geignard, ne boit plus. Sa mère attend votre rappel.",
        "Essoufflée au moindre effort depuis ce matin, chevilles gonflées.",
        "Chute dans l’escalier, {rue}, ne peut plus poser le pied.",
    ],
    faxes: &[
        "Compte rendu de radiologie, 2 pages.",
        "Résultats du laboratoire, 3 pages.",
        "Courrier de l’hôpital, 1 page.",
    ],
};

pub(super) static LAWYER: Texts = Texts {
    calls: &[
        "Le greffe attend les conclusions n° 2 avant {jour}.",
        "Audience reportée au {jour} à {heure}, 3e chambre.",
        "Demande où en est son dossier ; n’a pas de nouvelles depuis trois semaines.",
        "La partie adverse accepte le partage par moitié et veut signer {jour}.",
        "Confrère {nom} : demande communication des pièces 12 à 18.",
        "A reçu une assignation ce matin, très inquiète. Souhaite un rendez-vous rapide.",
        "Convoqué à un entretien préalable {jour} à {heure}. Peut-il être accompagné ?",
        "L’expert propose une réunion sur place, {rue}, {jour}.",
        "A réglé la provision par virement aujourd’hui, envoie la preuve par courrier.",
        "Le notaire attend la procuration signée, l’original et non une copie.",
        "L’huissier n’a trouvé personne à l’adresse indiquée. Demande une autre adresse.",
        "Souhaite savoir si elle peut quitter l’appartement avant le jugement.",
    ],
    short: &[
        "Audience avancée à {heure}, appeler le greffe.",
        "Garde à vue, la famille {nom} demande votre rappel immédiat.",
    ],
    urgent: &[
        "Placé en garde à vue au commissariat, la famille {nom} demande votre rappel immédiat.",
        "Délai d’appel qui expire demain, dossier {nom}.",
        "Expulsion annoncée pour {jour}, l’huissier vient d’appeler.",
    ],
    faxes: &["Bordereau de pièces, 4 pages.", "Ordonnance de renvoi, 1 page."],
};

pub(super) static PLUMBER: Texts = Texts {
    calls: &[
        "Fuite sous l’évier, l’eau est coupée. {rue}, 2e étage, code 14B.",
        "La chaudière s’arrête toutes les dix minutes, code F28 affiché.",
        "Conteste la facture n° 417 : le déplacement est compté deux fois.",
        "Demande un devis pour remplacer une baignoire par une douche.",
        "Personne n’est venu ce matin, attend depuis {heure}. Demande une nouvelle date.",
        "Plus d’eau chaude depuis hier. Bébé de 3 mois à la maison.",
        "L’agence confirme l’accord du propriétaire pour le chauffe-eau.",
        "Odeur de gaz dans la cave : a fermé le robinet et aéré, ne sait pas quoi faire.",
        "Évacuation bouchée au restaurant {rue}, service de midi compromis.",
        "Voudrait l’entretien annuel avant {jour}, présente toute la journée.",
    ],
    short: &["Fuite {rue}, eau coupée, attend sur place.", "Chauffe-eau en panne, nourrisson, rappeler {heure}."],
    urgent: &[
        "Fuite au plafond {rue}, l’eau passe par le lustre, courant coupé.",
        "Odeur de gaz dans la cage d’escalier, pompiers prévenus.",
        "Canalisation percée par le voisin, l’eau est coupée pour tout l’immeuble.",
    ],
    faxes: &["Bon de commande signé, 1 page.", "Plan de la salle de bains, 2 pages."],
};

pub(super) static NURSES: Texts = Texts {
    calls: &[
        "Passage à avancer {jour} : rendez-vous chez le cardiologue à {heure}.",
        "Le pansement se décolle, demande un passage aujourd’hui si possible.",
        "Sortie d’hôpital {jour} : injections matin et soir, ordonnance à la pharmacie {rue}.",
        "Prise de sang à jeun {jour}, préfère avant {heure}.",
        "M. {nom} est hospitalisé depuis cette nuit, annuler les passages jusqu’à nouvel ordre.",
        "Glycémie à 2,8 ce matin avant l’insuline. Que faire ?",
        "La fille de Mme {nom} demande à quelle heure vous passez, elle veut être là.",
        "Le médecin change le {medoc} à partir de {jour}, nouvelle ordonnance sur la table.",
        "Code de l’immeuble changé : 52A7, interphone {nom}.",
    ],
    short: &["Glycémie basse chez M. {nom}, rappeler.", "Perfusion qui ne passe plus, {rue}."],
    urgent: &[
        "Glycémie à 0,42 chez M. {nom}, il répond mais transpire.",
        "Pansement qui saigne malgré la compression, {rue}.",
        "La perfusion ne passe plus, la pompe sonne.",
    ],
    faxes: &["Ordonnance de sortie, 1 page.", "Fiche de liaison, 2 pages."],
};

pub(super) static VET: Texts = Texts {
    calls: &[
        "Le chat n’a pas mangé depuis deux jours et reste caché.",
        "Le chien boite de la patte arrière depuis la promenade d’hier.",
        "Demande les résultats de l’analyse de Caramel.",
        "Veut commander les croquettes pour reins, un sac de 5 kg, passera {jour}.",
        "La lapine respire vite et ne bouge plus. Arrive dans vingt minutes.",
        "Rappel de vaccin pour deux chats, de préférence {jour} après {heure}.",
        "Points de suture un peu rouges, a envoyé une photo.",
        "A trouvé un hérisson blessé {rue}, demande qui peut le prendre.",
        "Chienne en travail depuis trois heures, deux chiots nés, plus rien depuis.",
    ],
    short: &["Chien renversé, arrive dans 10 minutes.", "Césarienne possible, chienne {nom}."],
    urgent: &[
        "Chien renversé par une voiture, il arrive dans dix minutes.",
        "Chatte qui convulse depuis un quart d’heure.",
        "A mangé de la mort-aux-rats il y a une heure, environ deux sachets.",
    ],
    faxes: &["Résultats du laboratoire, 1 page."],
};

pub(super) static ARCHITECT: Texts = Texts {
    calls: &[
        "Le maçon attend la cote du linteau, chantier {rue}.",
        "La mairie demande une pièce de plus pour le permis : plan de masse au 1/200.",
        "Souhaite revoir les plans de la cuisine avant {jour}.",
        "Réception des travaux : propose {jour} à {heure} sur place.",
        "L’électricien ne viendra pas {jour}, décalage de deux jours.",
        "Demande un premier rendez-vous pour une extension en bois, environ 30 m².",
        "Infiltration au plafond du premier depuis la pluie de cette nuit.",
    ],
    short: &["Chantier {rue} arrêté, appeler le maçon."],
    urgent: &[
        "Étaiement qui bouge, chantier {rue} évacué, le maçon demande votre rappel.",
        "Dalle fissurée depuis ce matin, les ouvriers n’osent plus monter.",
    ],
    faxes: &["Devis du charpentier, 3 pages."],
};

pub(super) static DENTIST: Texts = Texts {
    calls: &[
        "Couronne tombée hier soir, pas de douleur, l’a gardée.",
        "Forte douleur en bas à droite, n’a pas dormi.",
        "Demande le devis pour l’appareil de sa fille, pour la mutuelle.",
        "Annule {jour} à {heure}, rappellera pour reprendre rendez-vous.",
        "Joue gonflée depuis ce matin après l’extraction.",
        "Veut savoir si l’anesthésie est possible : enceinte de cinq mois.",
        "Le prothésiste livrera {jour} seulement.",
    ],
    short: &["Saignement après extraction, rappeler vite."],
    urgent: &[
        "Dent cassée au rugby, 15 ans, garde le morceau dans du lait.",
        "Saignement qui ne s’arrête pas trois heures après l’extraction.",
    ],
    faxes: &["Prise en charge de la mutuelle, 1 page."],
};

/// What abonnés answer their secretariat.
pub(super) static ANSWERS: [&str; 5] = [
    "Dites-lui de venir ce soir à 18 h 15, je la prendrai entre deux.",
    "Rappelé, c’est réglé.",
    "Proposez-lui jeudi matin s’il vous plaît.",
    "L’ordonnance est prête à l’accueil.",
    "Je ne connais pas cette personne : pouvez-vous redemander le nom ?",
];

const LAST_NAMES: [&str; 48] = [
    "Dupont",
    "Bernard",
    "Thomas",
    "Petit",
    "Robert",
    "Richard",
    "Durand",
    "Dubois",
    "Moreau",
    "Laurent",
    "Simon",
    "Michel",
    "Garcia",
    "Lefèvre",
    "Roux",
    "Fournier",
    "Girard",
    "Bonnet",
    "Lambert",
    "Fontaine",
    "Rousseau",
    "Vincent",
    "Muller",
    "Faure",
    "Mercier",
    "Blanchard",
    "Guérin",
    "Boyer",
    "Chevalier",
    "François",
    "Legrand",
    "Gauthier",
    "Perrin",
    "Clément",
    "Morin",
    "N’Diaye",
    "Benali",
    "Nguyen",
    "Da Silva",
    "Le Goff",
    "Œuvrard",
    "Étienne",
    "Haddad",
    "Kowalski",
    "Traoré",
    "Payet",
    "Hoarau",
    "de La Tour",
];
const WOMEN: [&str; 20] = [
    "Marie",
    "Chloé",
    "Inès",
    "Agnès",
    "Béatrice",
    "Zoé",
    "Hélène",
    "Sylvie",
    "Fatima",
    "Anne-Laure",
    "Claire",
    "Élodie",
    "Noémie",
    "Aïcha",
    "Monique",
    "Jacqueline",
    "Léa",
    "Thi Mai",
    "Solène",
    "Odette",
];
const MEN: [&str; 20] = [
    "Jean-Luc",
    "Noé",
    "Émile",
    "Paul",
    "Hervé",
    "Loïc",
    "Mehdi",
    "François",
    "Gérard",
    "Théo",
    "Bruno",
    "Antoine",
    "Moussa",
    "Stéphane",
    "Lucien",
    "Yann",
    "Raphaël",
    "Minh",
    "Benoît",
    "Gaël",
];
const STREETS: [&str; 16] = [
    "rue des Lilas",
    "avenue de la Gare",
    "rue du Four",
    "boulevard Voltaire",
    "impasse des Acacias",
    "rue Victor-Hugo",
    "place du Marché",
    "chemin des Vignes",
    "rue de l’Église",
    "allée des Tilleuls",
    "quai de la Marne",
    "rue Pasteur",
    "rue du Vieux-Pont",
    "avenue Jean-Jaurès",
    "cours Lafayette",
    "rue des Écoles",
];
const DAYS: [&str; 6] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"];
const MEDICINES: [&str; 6] = ["paracétamol", "amoxicilline", "ramipril", "metformine", "lévothyroxine", "oméprazole"];
/// National prefixes of the ranges kept for fiction (ARCEP, numbering plan).
const FICTION: [&str; 6] = ["019900", "026191", "035301", "046571", "053649", "063998"];

/// One of a trade's texts with its holes filled.
pub(super) fn of(texts: &Texts, kind: Kind, urgent: bool, chance: &mut Chance) -> String {
    let list = match kind {
        Kind::Information | Kind::Visit if urgent => texts.urgent,
        Kind::Sms => texts.short,
        Kind::Fax => texts.faxes,
        Kind::Information | Kind::Appointment | Kind::Visit => texts.calls,
    };
    let hour = format!("{} h {:02}", 9 + chance.below(9), 15 * chance.below(4)).replace(" 00", "");
    chance
        .pick(list)
        .replace("{jour}", chance.pick(&DAYS))
        .replace("{heure}", &hour)
        .replace("{nom}", chance.pick(&LAST_NAMES))
        .replace("{rue}", &street(chance))
        .replace("{medoc}", chance.pick(&MEDICINES))
}

/// A last and a first name.
pub(super) fn name(woman: bool, chance: &mut Chance) -> (String, String) {
    let first = if woman { chance.pick(&WOMEN) } else { chance.pick(&MEN) };
    (chance.pick(&LAST_NAMES).to_owned(), first.to_owned())
}

/// A telephone number of nobody.
pub(super) fn phone(chance: &mut Chance) -> String {
    // Most people call from a mobile telephone.
    let prefix = if chance.below(3) > 0 { "063998" } else { chance.pick(&FICTION) };
    format!("{prefix}{:04}", chance.below(10_000))
}

/// A house number and street.
pub(super) fn street(chance: &mut Chance) -> String {
    format!("{}, {}", 1 + chance.below(120), chance.pick(&STREETS))
}
