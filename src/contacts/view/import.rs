//! Bringing cards in: which file, and what it would become.

use super::phones;
use crate::base::time::date_short;
use crate::base::{ContactId, french};
use crate::contacts::import::columns::{Column, Guessed};
use crate::contacts::import::plan::{Counts, Doubles, Fate};
use crate::contacts::import::{BadRow, File, Format};
use crate::ui::Icon;
use crate::ui::form::{Choice, Weight, link, submit};
use crate::ui::table::{or_dash, table, text};
use crate::ui::{Fields, form};
use maud::{Markup, html};

/// Rows shown as they would be kept.
const ROWS_SHOWN: usize = 6;
/// Bad rows and doubles that are listed; a file of another kind would fill the screen.
const LISTED_MAX: usize = 20;

/// Which file.
#[derive(Debug, Clone, Copy)]
pub struct UploadPage<'a> {
    pub base: &'a str,
    pub problem: Option<&'a str>,
}

/// The page's content, without its frame.
pub fn upload(page: &UploadPage<'_>) -> Markup {
    let address = format!("{}/contacts", page.base);
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Tous les contacts", &address)) }
        h1 { "Importer des contacts" }
        p { "Envoyez le fichier d’un tableur (CSV) ou d’un téléphone (vCard, « .vcf ») : vous verrez d’abord ce qu’il deviendrait. Rien n’est enregistré avant que vous l’ayez dit." }
        (form::upload(&format!("{address}/import"), "fichier", "Fichier de contacts", ".csv,.txt,.vcf,.vcard", page.problem,
            &submit(Weight::Main, Icon::Eye, "Voir ce qu’il contient")))
        p.hint { "Depuis Excel : « Enregistrer sous », puis « CSV (séparateur : point-virgule) ». 25 Mo au plus." }
    }
}

/// What a file would become.
#[derive(Debug, Clone, Copy)]
pub struct PreviewPage<'a> {
    pub base: &'a str,
    /// The file's, as the person calls it.
    pub name: &'a str,
    pub mark: &'a str,
    pub file: &'a File,
    /// Of each row.
    pub fates: &'a [Fate],
    pub counts: Counts,
    pub doubles: Doubles,
}

/// The page's content, without its frame.
pub fn preview(page: &PreviewPage<'_>) -> Markup {
    let own = format!("{}/contacts/import/{}", page.base, page.mark);
    let to_write = match page.doubles {
        Doubles::Create => page.counts.new + page.counts.doubles,
        Doubles::Skip | Doubles::Complete => page.counts.new,
    };
    let nothing = page.file.rows.is_empty() || (to_write == 0 && page.doubles != Doubles::Complete);
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Choisir un autre fichier", &format!("{}/contacts/import", page.base))) }
        h1 { "Aperçu de l’import" }
        p { b dir="auto" { (page.name) } ", "
            @if page.file.format == Format::Vcard { "fiches vCard" } @else { "tableau " (page.file.encoding) } }
        (summary(page))
        form.import-form method="post" action=(own) {
            @if let Some(columns) = page.file.table.as_ref().map(|table| &table.columns) {
                h2 { "Ce que contient chaque colonne" }
                div.columns { @for (place, column) in columns.iter().enumerate() { (chosen(place, column)) } }
            }
            @if page.counts.doubles > 0 { (doubles(page)) }
            div.buttons {
                @if !nothing {
                    (submit(Weight::Main, Icon::Check, &format!("Importer {}", french::count(to_write, "fiche", "fiches"))))
                }
                button.button formmethod="get" { (Icon::Restore) "Mettre l’aperçu à jour" }
            }
        }
        @if !page.file.rows.is_empty() {
            h2 { "Les premières fiches, telles qu’elles seraient enregistrées" }
            (rows(page))
        }
        (bad(&page.file.bad))
    }
}

fn summary(page: &PreviewPage<'_>) -> Markup {
    let Counts { new, known, doubles } = page.counts;
    let named = page.file.table.as_ref().is_none_or(|table| {
        table.columns.iter().any(|one| matches!(one.column, Column::LastName | Column::FirstName | Column::FullName))
    });
    html! {
        ul.counts {
            li { b { (french::count(new, "nouvelle fiche", "nouvelles fiches")) } }
            @if doubles > 0 { li { b { (french::count(doubles, "doublon", "doublons")) } } }
            @if known > 0 { li { b { (french::count(known, "fiche", "fiches")) } " déjà là, à l’identique" } }
            @if !page.file.bad.is_empty() {
                li { b { (french::count(page.file.bad.len() as u64, "ligne incorrecte", "lignes incorrectes")) } ", laissées de côté" }
            }
        }
        @if !named {
            div.flash.problem role="alert" { (Icon::Urgent)
                p { "Aucune colonne n’est prise pour le nom : dites ci-dessous laquelle l’est, puis mettez l’aperçu à jour." } }
        }
    }
}

/// A column with what it is taken for.
fn chosen(place: usize, column: &Guessed) -> Markup {
    let name = format!("colonne-{place}");
    let typed = crate::http::Form::from_iter([(name.as_str(), column.column.word())]);
    let none = crate::error::Problems::default();
    let options = Column::options();
    let examples = column.examples.join(" · ");
    html! { (Fields::new(&typed, &none).select(&name, &column.name, &options).hint(&examples)) }
}

fn doubles(page: &PreviewPage<'_>) -> Markup {
    let choices = Doubles::ALL.map(|(_, value, label)| Choice { value, label, icon: None, access_key: None });
    let (typed, none) = (crate::http::Form::default(), crate::error::Problems::default());
    let listed: Vec<(u64, String, Markup)> = page
        .file
        .rows
        .iter()
        .zip(page.fates)
        .filter_map(|(row, fate)| Some((row.line, row.card.name(), double_of(page, fate)?)))
        .take(LISTED_MAX)
        .collect();
    let more = page.counts.doubles.saturating_sub(listed.len() as u64);
    html! {
        h2 { (french::count(page.counts.doubles, "doublon", "doublons")) }
        (Fields::new(&typed, &none).radios("doublons", "Que faire des doublons", &choices, page.doubles.word(), &html! {}))
        details {
            summary { "Voir lesquels" }
            ul {
                @for (line, name, of) in &listed { li { "Ligne " (line) " : " bdi { (name) } ", " (of) } }
                @if more > 0 { li { "… et " (french::grouped(more)) " de plus." } }
            }
        }
    }
}

fn double_of(page: &PreviewPage<'_>, fate: &Fate) -> Option<Markup> {
    match fate {
        Fate::Double { of: ContactId(id), name, why } => {
            Some(html! { (why.label()) " que la fiche n° " (id) " de " bdi { (name) } })
        }
        Fate::DoubleOfRow { place, why } => {
            let line = page.file.rows.get(*place).map_or(0, |row| row.line);
            Some(html! { (why.label()) " que la ligne " (line) })
        }
        Fate::New | Fate::Known(_) => None,
    }
}

fn rows(page: &PreviewPage<'_>) -> Markup {
    let columns = ["Nom", "Naissance", "Téléphones", "Adresse", "E-mail", "Notes"].map(text);
    let rows: Vec<Vec<Markup>> = page
        .file
        .rows
        .iter()
        .take(ROWS_SHOWN)
        .map(|row| {
            // Numbered like the line, since it has no number of its own yet.
            let card = row.card.clone().into_contact(ContactId(row.line), 1);
            let birth = card.birth.map(|birth| date_short(birth.date())).unwrap_or_default();
            vec![
                html! { bdi { (card.name()) } },
                or_dash(&birth),
                phones(&card, usize::MAX),
                html! { bdi { (or_dash(&card.postal_address())) } },
                or_dash(&card.email),
                html! { bdi { (or_dash(&card.notes)) } },
            ]
        })
        .collect();
    html! { div.directory { (table("Les premières fiches", &columns, &rows)) } }
}

fn bad(bad: &[BadRow]) -> Markup {
    html! {
        @if !bad.is_empty() {
            h2 { "Lignes incorrectes" }
            ul.bad-rows {
                @for row in bad.iter().take(LISTED_MAX) { li { "Ligne " (row.line) " : " bdi { (row.reasons.join(" ")) } } }
                @if bad.len() > LISTED_MAX { li { "… et " (french::grouped((bad.len() - LISTED_MAX) as u64)) " de plus." } }
            }
        }
    }
}
