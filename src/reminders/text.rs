//! The words of reminders: place-holders, what they stand for, what is no place-holder. Pure.

use crate::notices::invitation::LINK;

/// What may stand in a text, with what it says.
pub const PLACES: [(&str, &str); 8] = [
    ("nom", "civilité, nom et prénom du contact"),
    ("prenom", "son prénom"),
    ("date", "le jour, en toutes lettres"),
    ("heure", "l’heure"),
    ("lieu", "le lieu indiqué ci-dessus ; « à votre domicile » pour une visite"),
    ("abonne", "le nom de l’abonné"),
    ("telephone", "le numéro à appeler"),
    ("lien", "l’adresse par laquelle le contact confirme ou annule"),
];

/// The words that stand at first.
pub const REMINDER: &str =
    "{abonne} : rappel de votre rendez-vous le {date} à {heure}, {lieu}. Pour confirmer ou annuler : {lien}";
pub const CONFIRMATION: &str =
    "{abonne} : votre rendez-vous est noté le {date} à {heure}, {lieu}. Pour l’annuler : {lien}";
/// What the abonné can't word: it must be understood.
pub const MOVED: &str =
    "{abonne} : votre rendez-vous est maintenant le {date} à {heure}, {lieu}. Pour confirmer ou annuler : {lien}";
pub const CANCELLED: &str = "{abonne} : votre rendez-vous du {date} à {heure} est annulé.";

/// What the place-holders stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    pub name: String,
    pub first_name: String,
    pub date: String,
    pub hour: String,
    pub place: String,
    pub subscriber: String,
    pub phone: String,
}

impl Values {
    pub fn of(&self, name: &str) -> Option<&str> {
        Some(match name {
            "nom" => &self.name,
            "prenom" => &self.first_name,
            "date" => &self.date,
            "heure" => &self.hour,
            "lieu" => &self.place,
            "abonne" => &self.subscriber,
            "telephone" => &self.phone,
            // Its place is kept until the letter leaves.
            "lien" => const { LINK_TEXT },
            _ => return None,
        })
    }
}

const LINK_TEXT: &str = "\u{2}";
const _: () = assert!(LINK as u32 == 2);

/// A piece of a text.
enum Piece<'a> {
    Plain(&'a str),
    Place(&'a str),
}

/// The text in pieces; a brace that nothing closes is plain.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        pieces.push(Piece::Plain(before));
        pieces.push(Piece::Place(name));
        rest = after;
    }
    pieces.push(Piece::Plain(rest));
    pieces
}

/// The text with its place-holders filled in. An unknown one stays as it was typed.
pub fn filled(text: &str, values: &Values) -> String {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Plain(plain) => plain.to_owned(),
            Piece::Place(name) => values.of(name.trim()).map_or_else(|| format!("{{{name}}}"), str::to_owned),
        })
        .collect()
}

/// What is wrong with a text, in a sentence.
pub fn problem(text: &str) -> Option<String> {
    let known = || PLACES.map(|(name, _)| format!("{{{name}}}")).join(", ");
    for piece in pieces(text) {
        match piece {
            Piece::Place(name) if Values::default().of(name.trim()).is_none() => {
                let shown: String = name.chars().take(30).collect();
                return Some(format!("« {{{shown}}} » n’existe pas ; les mots qui se remplacent sont {}.", known()));
            }
            Piece::Plain(plain) if plain.contains(['{', '}']) => {
                return Some(format!("Une accolade n’est pas fermée ; les mots qui se remplacent sont {}.", known()));
            }
            Piece::Plain(_) | Piece::Place(_) => {}
        }
    }
    let says =
        |name: &str| pieces(text).iter().any(|piece| matches!(piece, Piece::Place(found) if found.trim() == name));
    (!says("date") || !says("heure")).then(|| "Le jour et l’heure doivent y figurer : {date} et {heure}.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_place_holder_is_refused_with_its_name() {
        assert_eq!(problem(REMINDER), None);
        assert_eq!(problem(CONFIRMATION), None);
        assert!(problem("Le {date} à {heure} pour {motif}").unwrap().starts_with("« {motif} » n’existe pas"));
        assert!(problem("Le {date} à {heure").unwrap().starts_with("Une accolade"));
        assert!(problem("Bonjour {nom}").unwrap().contains("{date} et {heure}"));
    }

    #[test]
    fn what_somebody_is_called_fills_nothing_else() {
        let values = Values { name: "{date}".into(), date: "mardi".into(), ..Values::default() };
        assert_eq!(filled("{nom}, {date}", &values), "{date}, mardi");
    }
}
