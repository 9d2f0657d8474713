//! « Modèles de texte », for the whole house or for one abonné.

use crate::base::limits;
use crate::error::Problems;
use crate::http::Form;
use crate::switchboard::templates::Offered;
use crate::ui::form::{Weight, hidden, link, post, submit, submit_about};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// The models of one scope, and the form that writes one.
#[derive(Debug, Clone)]
pub struct TemplatesPage<'a> {
    pub base: &'a str,
    /// Whose they are; `None` for the whole house.
    pub abonne: Option<&'a str>,
    pub templates: &'a [Offered],
    pub unique: &'a str,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

pub fn page(page: &TemplatesPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    let editing = !page.form.get("numero").is_empty();
    html! {
        div.head { h1 { "Modèles de texte" } }
        p.hint {
            @match page.abonne {
                Some(name) => { "Proposés dans le formulaire d’appel de " bdi { (name) } ", avant ceux de toute la maison. " }
                None => { "Proposés dans le formulaire d’appel de tous les abonnés. " }
            }
            "« … » est un trou à remplir : la touche Tab mène de l’un à l’autre."
        }
        @if page.abonne.is_some() { p { a href="/standard/modeles" { "Modèles de toute la maison" } } }
        section.add aria-labelledby="ecrire" {
            h2 #ecrire { @if editing { "Modifier le modèle" } @else { "Nouveau modèle" } }
            form method="post" action=(page.base) {
                (fields.summary())
                (hidden("unique", page.unique))
                @if editing { (hidden("numero", page.form.get("numero"))) }
                (fields.text("nom", "Nom").hint("Court : « Rappel », « Ordonnance ».").chars_max(limits::NAME_CHARS_MAX))
                (fields.area("texte", "Texte", 3).hint("Par exemple : « Rappeler entre … et … au sujet de … »").chars_max(limits::TEXT_CHARS_MAX))
                div.buttons {
                    (submit(Weight::Main, Icon::Check, if editing { "Enregistrer la modification" } else { "Ajouter le modèle" }))
                    @if editing { (link(Weight::Plain, Icon::Cross, "Ne rien changer", page.base)) }
                }
            }
        }
        section aria-labelledby="modeles" {
            h2 #modeles { "Modèles" }
            @if page.templates.is_empty() {
                div.empty { (Icon::Instructions) p { "Aucun modèle pour l’instant. Écrivez le premier ci-dessus." } }
            } @else {
                ol.instructions {
                    @for one in page.templates {
                        li {
                            p { b { bdi { (one.template.name) } } }
                            p.text dir="auto" { (one.template.text) }
                            div.buttons {
                                a.button href={ (page.base) "?modifier=" (one.id) "#ecrire" } {
                                    (Icon::Instructions) span { "Modifier" span.quiet { " : " (one.template.name) } }
                                }
                                (post(&format!("{}/{}/suppression", page.base, one.id), &[],
                                    &submit_about(Weight::Grave, Icon::Bin, "Supprimer", &one.template.name)))
                            }
                        }
                    }
                }
            }
        }
    }
}
