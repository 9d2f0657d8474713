//! The form of an abonné's notices.

use crate::base::Phone;
use crate::base::time::minute_of_day;
use crate::error::Problems;
use crate::http::Form;
use crate::messages::model::Kind;
use crate::notices::wishes::{BySms, Rhythm, Wishes};
use crate::subscribers::Subscriber;
use crate::ui::form::{Choice, Weight, link, submit};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// An abonné's notices.
#[derive(Debug, Clone, Copy)]
pub struct WishesPage<'a> {
    pub subscriber: &'a Subscriber,
    pub mail_is_set: bool,
    pub sms_is_set: bool,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

const DAYS: [&str; 7] = ["Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche"];

/// The wishes as the form's values.
pub fn form_of(wishes: &Wishes) -> Form {
    let numbers: Vec<String> = wishes.numbers.iter().map(Phone::shown).collect();
    let (rhythm, minutes, morning) = match wishes.rhythm {
        Rhythm::AtOnce => ("aussitot", 30, 8 * 60),
        Rhythm::Grouped { minutes } => ("groupes", minutes, 8 * 60),
        Rhythm::Digest { minute } => ("matin", 30, minute),
    };
    let mut form = Form::from_iter([
        ("adresses", wishes.addresses.join("\n")),
        ("numeros", numbers.join("\n")),
        ("par-sms", if wishes.by_sms == BySms::All { "tous" } else { "pressants" }.to_owned()),
        ("rythme", rhythm.to_owned()),
        ("minutes", minutes.to_string()),
        ("heure-matin", minute_of_day(morning)),
    ]);
    // The same minute twice is the whole day: nothing to read there.
    if wishes.from != wishes.to {
        form.push("de", minute_of_day(wishes.from));
        form.push("a", minute_of_day(wishes.to));
    }
    for kind in &wishes.kinds {
        form.push("type", kind.clone());
    }
    for (day, _) in wishes.days.iter().enumerate().filter(|(_, on)| **on) {
        form.push("jour", (day + 1).to_string());
    }
    if wishes.urgent_always {
        form.push("urgents", "1");
    }
    if let Some(consent) = &wishes.content {
        form.push("avec-texte", "1");
        form.push("demande-le", consent.asked_on.date().format("%Y-%m-%d").to_string());
        form.push("demande-par", consent.asked_by.clone());
    }
    form
}

/// The form.
pub fn wishes(page: &WishesPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    let base = format!("/administration/abonnes/{}", page.subscriber.id);
    let kinds: Vec<&str> = page.form.all("type").collect();
    let days: Vec<&str> = page.form.all("jour").collect();
    let rhythms = [
        Choice { value: "aussitot", label: "Aussitôt", icon: Some(Icon::Bell), access_key: None },
        Choice { value: "groupes", label: "Regroupés", icon: Some(Icon::Clock), access_key: None },
        Choice { value: "matin", label: "Une fois par jour", icon: Some(Icon::Calendar), access_key: None },
    ];
    let by_sms = [("pressants", "Les urgents et les bips seulement"), ("tous", "Tous les messages annoncés")];
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "L’abonné", &base)) }
        div.head { h1 { "Avis à " bdi { (page.subscriber.name) } } }
        p.hint { "Un avis dit qu’un message attend et où le lire ; les messages urgents et les bips partent aussitôt." }
        @if !page.mail_is_set {
            p.hint { (Icon::Notice) " Aucun serveur de courrier n’est réglé : les e-mails attendront dans le courrier." }
        }
        form method="post" action={ (base) "/avis" } {
            (fields.summary())
            div.row {
                (fields.area("adresses", "Adresses e-mail", 3).hint("Une par ligne."))
                (fields.area("numeros", "Numéros pour les SMS", 3)
                    .hint(if page.sms_is_set { "Un par ligne." } else { "Sans passerelle SMS, rien n’y est envoyé." }))
            }
            fieldset.group #type {
                legend { "Messages annoncés" }
                @if let Some(problem) = page.problems.of("type") { p.problem { (Icon::Urgent) (problem) } }
                div.days {
                    @for kind in Kind::ALL { (fields.tick_value("type", kind.word(), kind.label(), kinds.contains(&kind.word()))) }
                }
            }
            (fields.select("par-sms", "Par SMS", &by_sms))
            fieldset.group {
                legend { "Quand" }
                (fields.radios("rythme", "Quand partent les avis", &rhythms, "aussitot", &html! {}))
                div.row {
                    (fields.number("minutes", "Regroupés : minutes").hint("De 1 à 240.").class("short"))
                    (fields.time("heure-matin", "Une fois par jour : à").hint("Heure de l’abonné.").class("short"))
                }
                div.row {
                    (fields.time("de", "Avis possibles de").hint("Vide : à toute heure.").class("short"))
                    (fields.time("a", "à").hint("Peut passer minuit.").class("short"))
                }
            }
            fieldset.group #jour {
                legend { "Jours" }
                @if let Some(problem) = page.problems.of("jour") { p.problem { (Icon::Urgent) (problem) } }
                div.days {
                    @for (place, day) in DAYS.iter().enumerate() {
                        @let value = (place + 1).to_string();
                        // « 1 » alone would be taken for a plain box.
                        @let id = format!("jour-{value}");
                        div.tick {
                            input type="checkbox" id=(id) name="jour" value=(value) checked[days.contains(&value.as_str())];
                            label for=(id) { (day) }
                        }
                    }
                }
                (fields.tick("urgents", "Les urgents et les bips partent à toute heure, tous les jours"))
            }
            fieldset.group {
                legend { "Contenu" }
                p.hint { "E-mails et SMS ne sont pas confidentiels : le texte des messages n’y figure que si l’abonné l’a demandé par écrit." }
                (fields.tick("avec-texte", "Les avis contiennent le texte du message"))
                div.row {
                    (fields.date("demande-le", "Demandé par écrit le"))
                    (fields.text("demande-par", "Par"))
                }
            }
            (submit(Weight::Main, Icon::Check, "Enregistrer"))
        }
    }
}
