//! The pages of what went wrong: each says what happened, what to do, and keeps what was typed.

use crate::error::Problems;
use crate::house::{self, House};
use crate::http::{Answer, Method, Request};
use crate::ui::Frame;
use crate::ui::error::{ErrorPage, Typed, page};

const HOME: (&str, &str) = ("Revenir à l’accueil", "/");

/// Shows an error page in the secretariat's frame; its name is left out when even that can't be read.
fn show(house: &House, error: &ErrorPage<'_>) -> Answer {
    let name = house.store.read(|tx| Ok(house::secretariat(tx)?.name)).unwrap_or_else(|_| "Permanence".into());
    Answer::page(error.status, Frame::new(&name, error.sentence).page(&page(error)).into_string())
}

/// What was posted, to be shown and sent again.
fn fields(request: &Request) -> Vec<(String, String)> {
    request.form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn typed<'a>(request: &'a Request, fields: &'a [(String, String)]) -> Option<Typed<'a>> {
    (request.method == Method::Post && !fields.is_empty()).then_some(Typed { action: &request.path, fields })
}

pub fn not_found(house: &House) -> Answer {
    let error = ErrorPage {
        status: 404,
        sentence: "Cette page n’existe pas.",
        happened: "Rien ne se trouve à cette adresse, ou ce qui s’y trouvait a été effacé, ou ce n’est pas pour vous.",
        to_do: "Vérifiez l’adresse, ou repartez de l’accueil.",
        way_out: Some(HOME),
        ..ErrorPage::default()
    };
    show(house, &error)
}

pub fn wrong_method(house: &House) -> Answer {
    let error = ErrorPage {
        status: 405,
        sentence: "Cette adresse ne s’ouvre pas de cette façon.",
        happened: "Elle ne sert qu’à enregistrer ce qu’un formulaire envoie, ou qu’à lire une page.",
        to_do: "Repartez de l’accueil et refaites le geste depuis la page elle-même.",
        way_out: Some(HOME),
        ..ErrorPage::default()
    };
    show(house, &error)
}

pub fn forbidden(house: &House) -> Answer {
    let error = ErrorPage {
        status: 403,
        sentence: "Ce geste ne vous est pas permis.",
        happened: "Rien n’a été changé.",
        to_do: "Si vous en avez besoin, demandez à l’administrateur du secrétariat.",
        way_out: Some(HOME),
        ..ErrorPage::default()
    };
    show(house, &error)
}

/// « Voir comme »: nothing may be changed.
pub fn only_looking(house: &House) -> Answer {
    let error = ErrorPage {
        status: 403,
        sentence: "Vous regardez seulement.",
        happened: "Vous voyez les écrans d’un abonné : rien ne peut y être changé, et rien ne l’a été.",
        to_do: "Pour agir, demandez à l’abonné ou à une secrétaire.",
        way_out: Some(("Revenir aux messages", "/messages")),
        ..ErrorPage::default()
    };
    show(house, &error)
}

/// Without the form to send again: a click on it would be what a hostile site is after.
pub fn foreign_form(house: &House) -> Answer {
    let error = ErrorPage {
        status: 403,
        sentence: "Cet envoi ne vient pas d’une de nos pages.",
        happened: "Par prudence rien n’a été enregistré : un autre site aurait pu l’envoyer à votre place.",
        to_do: "Ouvrez la page ici même et refaites le geste. Si cela se répète, le serveur est mal réglé derrière son \
            intermédiaire (« proxy ») : prévenez l’administrateur.",
        way_out: Some(HOME),
        ..ErrorPage::default()
    };
    show(house, &error)
}

pub fn invalid(house: &House, problems: &Problems, request: &Request) -> Answer {
    let fields = fields(request);
    let sentences: Vec<&str> = problems.iter().map(|problem| problem.sentence.as_str()).collect();
    let happened = sentences.join(" ");
    let error = ErrorPage {
        status: 422,
        sentence: "Ceci ne peut pas être enregistré ainsi.",
        happened: &happened,
        to_do: "Revenez en arrière pour corriger ; rien n’a été changé.",
        way_out: Some(HOME),
        typed: typed(request, &fields),
        ..ErrorPage::default()
    };
    show(house, &error)
}

pub fn conflict(house: &House, sentence: &str, request: &Request) -> Answer {
    let fields = fields(request);
    let error = ErrorPage {
        status: 409,
        sentence,
        happened: "Quelqu’un d’autre a été plus rapide ; rien de ce que vous aviez saisi n’est perdu.",
        to_do: "",
        way_out: Some(HOME),
        typed: typed(request, &fields),
        ..ErrorPage::default()
    };
    show(house, &error)
}

pub fn unavailable(house: &House, sentence: &str, request: &Request) -> Answer {
    let fields = fields(request);
    let error = ErrorPage {
        status: 503,
        sentence: "Ce n’est pas possible pour l’instant.",
        happened: sentence,
        to_do: "",
        way_out: Some(HOME),
        typed: typed(request, &fields),
        ..ErrorPage::default()
    };
    show(house, &error)
}

pub fn internal(house: &House, reference: &str) -> Answer {
    let error = ErrorPage {
        status: 500,
        sentence: "Quelque chose n’a pas fonctionné de notre côté.",
        happened: "Votre demande n’a pas pu aboutir. Ce qui était enregistré l’est toujours.",
        to_do: "Revenez en arrière et réessayez.",
        way_out: Some(HOME),
        reference: Some(reference),
        ..ErrorPage::default()
    };
    show(house, &error)
}
