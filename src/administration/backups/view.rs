//! The page of backups.

use crate::backup::model::Name;
use crate::backup::store::{Copied, Outcome, Run};
use crate::base::time::{date_with_weekday, moment_short, time_short};
use crate::base::{Instant, Zone, french};
use crate::house::backups::Kept;
use crate::ui::Icon;
use crate::ui::form::{Weight, link, post, submit};
use crate::ui::table::{self, facts};
use chrono::{NaiveTime, Timelike};
use maud::{Markup, html};
use std::path::PathBuf;

/// Backups that there are, and how the last ones went.
#[derive(Debug, Clone, Copy)]
pub struct BackupsPage<'a> {
    /// Where they lie, on the server.
    pub folder: &'a str,
    /// Newest first; with their bytes.
    pub files: &'a [(Name, PathBuf, u64)],
    /// Whether the folder could be looked at.
    pub readable: bool,
    /// Newest first.
    pub runs: &'a [(Instant, Run)],
    /// Bytes so far of the one being made.
    pub under_way: Option<u64>,
    pub kept: Kept,
    pub encrypted: bool,
    /// Whether a command takes each of them elsewhere.
    pub copied: bool,
    /// When one is made each night.
    pub time: NaiveTime,
    pub zone: Zone,
}

/// What an open page was made from.
pub fn version(under_way: Option<u64>, runs: &[(Instant, Run)]) -> String {
    let last = runs.first().map_or(0, |(begun, _)| begun.0);
    format!("{last}-{}", u8::from(under_way.is_some()))
}

pub fn backups(page: &BackupsPage<'_>) -> Markup {
    html! {
        div.head {
            h1 { "Sauvegardes" }
            @if page.under_way.is_none() {
                (post("/administration/sauvegardes", &[], &submit(Weight::Main, Icon::Archive, "Sauvegarder maintenant")))
            }
        }
        @if let Some(bytes) = page.under_way { (making(bytes)) }
        div.beside {
            section aria-labelledby="regle" {
                h2 #regle { "Comment elles sont faites" }
                (facts(&[
                    ("Quand", html! { (when(page)) }),
                    ("Où", html! { code { (page.folder) } }),
                    ("Combien restent", html! { (kept(page.kept)) }),
                    ("Chiffrées", html! { @if page.encrypted { "oui, pour la clé des réglages" } @else { "non : gardez-les en lieu sûr" } }),
                    ("Copiées ailleurs", html! { @if page.copied { "oui, par la commande des réglages" } @else { "non : un vol ou un incendie prendrait tout" } }),
                ]))
                p.hint { "Chacune est relue jusqu’à sa dernière ligne avant de compter. Le fichier de réglages du serveur "
                    "décide de tout cela : " code.keep { "backup-dir" } ", " code.keep { "backup-keep" } ", " code.keep { "backup-recipient" }
                    ", " code.keep { "backup-command" } "." }
            }
            (runs(page))
        }
        section.panel aria-labelledby="fichiers" {
            h2 #fichiers { "Celles qui sont là" }
            (files(page))
        }
        section.panel aria-labelledby="reprendre" {
            h2 #reprendre { "Reprendre une sauvegarde" }
            p { "Sur le serveur, arrêté d’abord : " code.keep { "permanence restore FICHIER" } " " code.keep { "--force" } @if page.encrypted { " " code.keep { "--identity CLÉ" } } "." }
            p.hint { "Les données remplacées restent à côté, et chacun se connecte à nouveau. Pour essayer sans rien remplacer, "
                "donnez un autre dossier avec " code.keep { "--data-dir" } "." }
        }
        p { (link(Weight::Plain, Icon::Previous, "La maison", "/administration")) }
    }
}

fn making(bytes: u64) -> Markup {
    html! {
        div.flash.notice role="status" {
            (Icon::Clock)
            p { "Une sauvegarde est en cours : " (french::size(bytes)) " de données écrites. Tout le monde continue à travailler. "
                a href="/administration/sauvegardes" { "Actualiser" } }
        }
    }
}

fn when(page: &BackupsPage<'_>) -> String {
    if page.kept.is_nothing() {
        return "Seulement à la demande (réglages)".into();
    }
    format!("Chaque nuit après {} h {:02}", page.time.hour(), page.time.minute())
}

fn kept(kept: Kept) -> String {
    if kept.is_nothing() {
        return "Toutes : rien n’est enlevé".into();
    }
    format!(
        "{}, {}, {}",
        french::count(kept.days.into(), "jour", "jours"),
        french::count(kept.weeks.into(), "semaine", "semaines"),
        french::count(kept.months.into(), "mois", "mois")
    )
}

fn runs(page: &BackupsPage<'_>) -> Markup {
    html! {
        section aria-labelledby="dernieres" {
            h2 #dernieres { "Les dernières fois" }
            @if page.runs.is_empty() { p.hint { "Aucune sauvegarde n’a encore été faite : la première le sera cette nuit." } }
            dl.facts {
                @for (begun, run) in page.runs {
                    div {
                        dt { (moment_short(begun.local(page.zone))) }
                        dd { (outcome(run)) }
                    }
                }
            }
        }
    }
}

fn outcome(run: &Run) -> Markup {
    html! {
        @match &run.outcome {
            Outcome::Good(good) => {
                (french::count(good.rows, "ligne", "lignes")) ", " (french::size(good.bytes)) ", relue en " (duration(run.took_ms))
                @match &good.copied {
                    Copied::NotAsked => "",
                    Copied::Done => ", copiée",
                    Copied::Failed(why) => p.problem { (Icon::Urgent) "pas copiée : " (why) },
                }
            }
            Outcome::Failed(why) => p.problem { (Icon::Urgent) "échec : " (why) },
        }
    }
}

/// « 0,4 s », « 3 min 12 s ».
fn duration(ms: u64) -> String {
    match ms / 1000 {
        0..60 => format!("{:.1} s", ms as f64 / 1000.0).replace('.', ","),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

fn files(page: &BackupsPage<'_>) -> Markup {
    if !page.readable {
        return html! { p.problem { (Icon::Urgent) "Ce dossier ne peut pas être lu par le serveur." } };
    }
    if page.files.is_empty() {
        return html! { p { "Aucune sauvegarde dans ce dossier." } };
    }
    let columns = [table::text("Faite"), table::text("Heure"), table::figures("Taille"), table::text("Fichier")];
    let rows: Vec<Vec<Markup>> = page
        .files
        .iter()
        .map(|(name, path, bytes)| {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            vec![
                html! { (date_with_weekday(name.at.date())) },
                html! { (time_short(name.at)) },
                html! { (french::size(*bytes)) },
                html! { code { (file) } @if name.encrypted { " " span.tag { "chiffrée" } } },
            ]
        })
        .collect();
    let all: u64 = page.files.iter().map(|(_, _, bytes)| bytes).sum();
    let caption = format!("{}, {}", french::count(rows.len() as u64, "sauvegarde", "sauvegardes"), french::size(all));
    table::table(&caption, &columns, &rows)
}
