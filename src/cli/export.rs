//! `export messages`, `export contacts`, `export --everything`: the same files as on screen, for scripts and for offices
//! that leave.

use super::{Failure, Outcome, open_existing};
use crate::base::french;
use crate::contacts::{export as cards, store as contacts};
use crate::error::{Error, Result};
use crate::exports::model::{Asked, Field, Format, Type};
use crate::exports::{Order, handlers, rows};
use crate::folders;
use crate::house::House;
use crate::http::Form;
use crate::journal::{Action, Entry};
use crate::server::Settings;
use crate::store::folder::in_french;
use crate::subscribers::{Subscriber, store as subscribers};
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::OpenOptions;
use std::io::{BufWriter, IsTerminal, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What the command line wishes.
#[derive(Debug)]
pub(super) struct Wishes {
    pub subscriber: String,
    pub types: Vec<String>,
    pub period: Option<(String, String)>,
    pub fields: Vec<String>,
    pub format: Option<String>,
    pub output: Option<PathBuf>,
}

pub(super) fn messages(settings: &Settings, wishes: &Wishes) -> Outcome {
    let asked = asked(wishes)?;
    let ending = ending(wishes.format.as_deref(), wishes.output.as_deref());
    let format =
        Format::from_ending(&ending).ok_or_else(|| unknown("format", &ending, &Format::ALL.map(Format::ending)))?;
    refuse_terminal(format != Format::Csv, wishes.output.as_deref())?;
    let open = open_existing(settings)?;
    let subscriber = named(&open.house, &wishes.subscriber)?;
    let data = open.house.store.snapshot()?;
    let counts = rows::count(&data, &subscriber, &asked)?;
    if asked.types.iter().any(|one| counts.of(*one) > format.rows_max()) {
        return Err(Failure::Refused(format!(
            "{} ne peut pas ouvrir plus de {} lignes d’un même type : choisissez une période plus courte, ou csv",
            format.label(),
            french::grouped(format.rows_max())
        )));
    }
    let now: crate::base::Instant = chrono::Utc::now().into();
    let order = Order { asked, counts, today: now.local(subscriber.zone).date(), subscriber };
    deliver(wishes.output.as_deref(), &handlers::counted(counts), |out| order.write(&data, format, out))?;
    let entry = Entry::new(now, Action::CallsExported).about(order.subscriber.id);
    open.house.journal.note(entry.object(format!("{}, {}", handlers::counted(counts), format.label())));
    Ok(())
}

/// The words of the command line are those of the addresses; what is none of them is refused rather than left out.
fn asked(wishes: &Wishes) -> std::result::Result<Asked, Failure> {
    let mut form = Form::default();
    for word in &wishes.types {
        Type::from_word(word).ok_or_else(|| unknown("type", word, &Type::ALL.map(Type::word)))?;
        form.push("type", word);
    }
    for word in &wishes.fields {
        Field::from_word(word).ok_or_else(|| unknown("champ", word, &Field::ALL.map(Field::word)))?;
        form.push("champ", word);
    }
    if wishes.types.is_empty() {
        Type::ALL.iter().for_each(|one| form.push("type", one.word()));
    }
    if wishes.fields.is_empty() {
        Field::ALL.iter().for_each(|field| form.push("champ", field.word()));
    }
    match &wishes.period {
        None => form.push("perimetre", "non-archives"),
        Some((from, to)) => {
            form.push("perimetre", "periode");
            form.push("du", from);
            form.push("au", to);
        }
    }
    Asked::read(&form).map_err(|cause| Failure::Words(cause.to_string()))
}

fn unknown(what: &str, word: &str, known: &[&str]) -> Failure {
    Failure::Words(format!("« {word} » n’est pas un {what} ; choisissez parmi {}", known.join(", ")))
}

pub(super) fn contacts(settings: &Settings, name: &str, format: Option<&str>, output: Option<&Path>) -> Outcome {
    let ending = ending(format, output);
    if !["csv", "vcf", "vcard"].contains(&ending.as_str()) {
        return Err(unknown("format", &ending, &["csv", "vcf"]));
    }
    let open = open_existing(settings)?;
    let subscriber = named(&open.house, name)?;
    let all = open.house.store.read(|tx| {
        let mut all = Vec::new();
        contacts::each(tx, subscriber.id, |contact| {
            all.push(contact);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(all)
    })?;
    let bytes = if ending == "csv" { cards::csv(&all) } else { cards::vcards(&all).into_bytes() };
    let counted = french::count(all.len() as u64, "fiche", "fiches");
    deliver(output, &counted, |out| Ok(out.write_all(&bytes)?))?;
    let now: crate::base::Instant = chrono::Utc::now().into();
    open.house.journal.note(Entry::new(now, Action::ContactsExported).about(subscriber.id).object(counted));
    Ok(())
}

/// One abonné or the whole house as a folder.
pub(super) fn everything(settings: &Settings, name: Option<&str>, output: Option<&Path>) -> Outcome {
    refuse_terminal(true, output)?;
    let open = open_existing(settings)?;
    let house = &open.house;
    let now: crate::base::Instant = chrono::Utc::now().into();
    let subscriber = name.map(|name| named(house, name)).transpose()?;
    let order = match &subscriber {
        Some(one) => folders::write::Order::of_subscriber(house, one.id, now)?,
        None => folders::write::Order::of_house(house, now)?,
    };
    let what = subscriber.as_ref().map_or("la maison entière", |one| one.name.as_str()).to_owned();
    let data = house.store.snapshot()?;
    deliver(output, &what, |out| order.write(&data, out))?;
    let entry = Entry::new(now, Action::Downloaded);
    house.journal.note(match subscriber {
        Some(one) => entry.about(one.id),
        None => entry.object("maison entière"),
    });
    Ok(())
}

fn named(house: &House, name: &str) -> std::result::Result<Subscriber, Failure> {
    let found = house.store.read(|tx| subscribers::by_name(tx, name))?;
    found.ok_or_else(|| Failure::Refused(format!("l’abonné « {name} » n’existe pas")))
}

/// The format that is named, or the one of the file's name, or CSV.
fn ending(format: Option<&str>, output: Option<&Path>) -> String {
    let of_file = output.and_then(Path::extension).and_then(|ending| ending.to_str());
    format.or(of_file).unwrap_or("csv").to_lowercase()
}

/// A zip would upset a terminal.
fn refuse_terminal(binary: bool, output: Option<&Path>) -> Outcome {
    if binary && output.is_none() && std::io::stdout().is_terminal() {
        return Err(Failure::Words("ce format ne s’affiche pas : indiquez un fichier avec --output".into()));
    }
    Ok(())
}

/// Writes to standard output, or to a file that only its owner reads, and that has its name when it is whole.
fn deliver(output: Option<&Path>, counted: &str, write: impl FnOnce(&mut Box<dyn Write>) -> Result<()>) -> Outcome {
    let Some(path) = output else {
        let mut out: Box<dyn Write> = Box::new(BufWriter::new(std::io::stdout().lock()));
        let written = write(&mut out).and_then(|()| Ok(out.flush()?));
        return match written {
            Err(Error::Internal(cause)) if broken_pipe(&*cause) => Ok(()),
            other => Ok(other?),
        };
    };
    let partial = path.with_added_extension("partiel");
    let refused = |cause: &std::io::Error| Failure::Refused(format!("{} : {}", path.display(), in_french(cause)));
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial);
    let file = file.map_err(|cause| refused(&cause))?;
    let style = ProgressStyle::with_template("{spinner} {bytes}").unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::no_length().with_style(style);
    let mut out: Box<dyn Write> = Box::new(BufWriter::new(bar.wrap_write(file)));
    let written = write(&mut out).and_then(|()| Ok(out.flush()?));
    drop(out);
    bar.finish_and_clear();
    if let Err(cause) = written {
        let _ = std::fs::remove_file(&partial);
        return Err(cause.into());
    }
    std::fs::rename(&partial, path).map_err(|cause| refused(&cause))?;
    super::print(&format!("{counted} : {}\n", path.display()))
}

/// A reader that has had enough (`| head`) is no failure.
fn broken_pipe(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause.downcast_ref::<std::io::Error>().is_some_and(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
