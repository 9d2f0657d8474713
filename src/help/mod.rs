//! The user guide: what each screen is for, in the words of who works with it; for clients, secretaries, administrators and
//! the data-protection officer; and how much of everything there may be.
//!
//! A chapter is a pure function to markup, its pictures are taken from the demonstration by the test browser. What is a
//! number of the code is printed from the constant, so that the guide can't be out of date.
//!
//! Never here: a look into the data. The guide is the same for everybody, signed in or not.

mod administrators;
mod clients;
pub mod handlers;
pub mod limits;
mod operation;
mod privacy;
mod safety;
mod secretaries;
pub mod view;

use maud::Markup;

/// For whom a chapter is written first; anybody may read all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    Client,
    Secretary,
    Administrator,
}

/// One page of the guide.
pub struct Chapter {
    /// In the address: `/aide/agenda`.
    pub name: &'static str,
    pub title: &'static str,
    /// What one finds there, for the list of chapters.
    pub about: &'static str,
    pub reader: Reader,
    pub body: fn() -> Markup,
}

/// Every chapter, in the order of reading.
#[rustfmt::skip]
pub static CHAPTERS: &[Chapter] = &[
    Chapter { name: "connexion", title: "Se connecter", reader: Reader::Client, body: clients::signing_in,
        about: "identifiant, mot de passe, favori, lien personnel, second facteur, mot de passe oublié" },
    Chapter { name: "messages", title: "Vos messages", reader: Reader::Client, body: clients::messages,
        about: "lire, archiver, répondre au secrétariat, chercher, imprimer" },
    Chapter { name: "archives", title: "Vos archives", reader: Reader::Client, body: clients::archives,
        about: "revoir un message, le remettre en attente, jusqu’à quand" },
    Chapter { name: "export", title: "Exporter", reader: Reader::Client, body: clients::exports,
        about: "vos appels dans Excel, Word ou un fichier CSV" },
    Chapter { name: "fax", title: "Fax", reader: Reader::Client, body: clients::faxes,
        about: "voir les pages, les agrandir, les imprimer, télécharger l’original" },
    Chapter { name: "agenda", title: "Agenda", reader: Reader::Client, body: clients::agenda,
        about: "prendre, déplacer, annuler un rendez-vous ; bloquer un créneau ; semaine type et absences" },
    Chapter { name: "contacts", title: "Contacts", reader: Reader::Client, body: clients::contacts,
        about: "fiches, recherche, doublons, import et export" },
    Chapter { name: "appareils", title: "Téléphone et ordinateur", reader: Reader::Client, body: clients::devices,
        about: "l’agenda et les contacts dans un iPhone, un Android, Thunderbird ; abonnement de calendrier" },
    Chapter { name: "consignes", title: "Consignes et avis", reader: Reader::Client, body: clients::instructions,
        about: "ce que les secrétaires ont sous les yeux, votre disponibilité, comment vous êtes prévenu" },
    Chapter { name: "preuves", title: "Preuves de transmission", reader: Reader::Client, body: safety::proofs,
        about: "un fichier signé de ce qui est arrivé à un message, et comment le vérifier" },
    Chapter { name: "secours", title: "Quand le serveur ne répond pas", reader: Reader::Client, body: safety::away,
        about: "le kit de secours, ce que font les pages ouvertes, ce que l’on saisit entre-temps" },
    Chapter { name: "standard", title: "Le standard", reader: Reader::Secretary, body: secretaries::switchboard,
        about: "prendre un appel au clavier, ce qui attend, modèles, téléphone relié" },
    Chapter { name: "administration", title: "Administrer la maison", reader: Reader::Administrator, body: administrators::house,
        about: "abonnés, comptes, courrier, SMS, compteurs, journal, « Voir comme », suppression" },
    Chapter { name: "exploitation", title: "Installer et exploiter", reader: Reader::Administrator, body: operation::running,
        about: "installation, HTTPS, intermédiaires, sauvegardes, mises à jour, surveillance" },
    Chapter { name: "donnees", title: "Protection des données", reader: Reader::Administrator, body: privacy::data,
        about: "ce qui est gardé, où, combien de temps, qui le voit ; données de santé ; pour le délégué à la protection des données" },
    Chapter { name: "limites", title: "Limites", reader: Reader::Administrator, body: limits::table,
        about: "combien de chaque chose, et ce qui se passe au-delà" },
];

/// A chapter by its name in the address.
pub fn chapter(name: &str) -> Option<(usize, &'static Chapter)> {
    CHAPTERS.iter().enumerate().find(|(_, chapter)| chapter.name == name)
}
