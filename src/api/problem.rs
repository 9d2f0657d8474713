//! What went wrong, for programs: `application/problem+json` (RFC 9457). The sentences are those of the screens.

use crate::error::{Error, Problems};
use crate::http::Answer;
use serde_json::{Value, json};

/// Nothing at this address, or nothing for this token.
pub fn nothing() -> Answer {
    Answer::problem(404, "Introuvable", "Rien ne se trouve à cette adresse, ou ce n’est pas pour ce jeton.")
}

/// Another method is served there.
pub fn wrong_method(allowed: String) -> Answer {
    let detail = format!("Cette adresse ne sert que : {allowed}.");
    Answer::problem(405, "Méthode non permise", &detail).with("Allow", allowed)
}

/// Our fault.
pub fn internal(reference: &str) -> Answer {
    let detail =
        format!("Une erreur s’est produite, et rien n’a été changé. Référence pour l’administrateur : {reference}.");
    Answer::problem(500, "Erreur interne", &detail)
}

/// No token, or one that opens nothing (RFC 6750, 3).
pub(super) fn unknown(shown: bool) -> Answer {
    let challenge =
        if shown { "Bearer realm=\"Permanence\", error=\"invalid_token\"" } else { "Bearer realm=\"Permanence\"" };
    let detail = if shown {
        "Ce jeton n’ouvre rien : il a expiré, il a été révoqué, ou il n’est pas complet."
    } else {
        "Cette adresse demande un jeton d’accès, dans l’en-tête « Authorization: Bearer … »."
    };
    Answer::problem(401, "Jeton nécessaire", detail).with("WWW-Authenticate", challenge)
}

/// The token lacks a right (RFC 6750, 3.1).
pub(super) fn lacking(right: &str) -> Answer {
    let challenge = format!("Bearer realm=\"Permanence\", error=\"insufficient_scope\", scope=\"{right}\"");
    let detail = format!("Ce jeton n’a pas le droit « {right} ».");
    Answer::problem(403, "Droit manquant", &detail).with("WWW-Authenticate", challenge)
}

pub(super) fn bad_request(detail: &str) -> Answer {
    Answer::problem(400, "Demande mal formée", detail)
}

/// The body is of another type than the operation takes.
pub(super) fn other_type(file: bool) -> Answer {
    let detail = if file {
        "Envoyez le fichier en multipart/form-data, sous le nom « fichier »."
    } else {
        "Envoyez du JSON (application/json), sans compression."
    };
    Answer::problem(415, "Format non pris en charge", detail)
}

pub(super) fn too_many(wait_s: i64) -> Answer {
    let detail = format!("Ce jeton a trop demandé en une minute : réessayez dans {wait_s} s.");
    Answer::problem(429, "Trop de demandes", &detail).with("Retry-After", wait_s.to_string())
}

/// What the resource became since it was seen (RFC 9110, 13.1.1).
pub(super) fn changed_meanwhile(sentence: &str) -> Answer {
    Answer::problem(412, "Modifié entre-temps", sentence)
}

/// The same key for something else.
pub(super) fn key_taken() -> Answer {
    let detail = "Cette clé d’idempotence a déjà servi à une autre demande : prenez-en une nouvelle.";
    Answer::problem(422, "Clé déjà utilisée", detail)
}

fn invalid(problems: &Problems) -> Answer {
    let fields: Vec<Value> =
        problems.iter().map(|problem| json!({ "champ": problem.field, "phrase": problem.sentence })).collect();
    let problem = json!({
        "type": "about:blank",
        "title": "Données refusées",
        "status": 422,
        "detail": problems.iter().map(|problem| problem.sentence.as_str()).collect::<Vec<_>>().join(" "),
        "erreurs": fields,
    });
    let mut answer = Answer::json(422, problem.to_string());
    answer.set("Content-Type", "application/problem+json");
    answer
}

/// What a room said, as an answer; our own failures are the caller's, who logs them.
pub(super) fn of(cause: Error, if_match: bool) -> Result<Answer, Error> {
    Ok(match cause {
        Error::Invalid(problems) => invalid(&problems),
        Error::NotFound => nothing(),
        Error::Forbidden => Answer::problem(403, "Non permis", "Le compte de ce jeton ne peut pas faire cela."),
        Error::Conflict(sentence) if if_match && sentence != crate::agenda::model::TAKEN => {
            changed_meanwhile(&sentence)
        }
        Error::Conflict(sentence) => Answer::problem(409, "Conflit", &sentence),
        Error::Unavailable { sentence, retry_s } => {
            Answer::problem(503, "Indisponible", &sentence).with("Retry-After", retry_s.to_string())
        }
        Error::Internal(cause) => return Err(Error::Internal(cause)),
    })
}
