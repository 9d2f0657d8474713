//! The command line: arguments → one function each; exit codes; progress on a terminal.
//!
//! Exit codes: 0 done, 1 it could not be done (a sentence on standard error says why), 2 the words or settings are wrong.

mod args;
mod backup;
mod check;
mod contacts;
mod demo;
mod doctor;
mod export;
mod fax;
mod folders;
mod health;
mod import;
mod import_agenda;
mod logger;
mod outbox;
mod people;
mod serve;
mod verify;

use crate::backup::{parts, restore};
use crate::base::{Instant, time};
use crate::config::table::Key;
use crate::config::{self, Config, Sources};
use crate::decode::child;
use crate::error::Error;
use crate::http::acme;
use crate::http::edge::tls;
use crate::http::edge::tls::certificate::Files;
use crate::jobs;
use crate::messages::expiry;
use crate::notices::settings::{Mail, Protection};
use crate::server::{self, OpenHouse, Settings};
use args::{Arguments, Command, Common};
use clap::{CommandFactory, FromArgMatches};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Runs what the command line asks for.
pub fn run() -> ExitCode {
    frugal_memory();
    refuse_instead_of_dying();
    let command = command();
    let arguments = match command.try_get_matches().and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(wrong) => {
            if !wrong.use_stderr() {
                // Help and version are answers, not mistakes.
                let _ = wrong.print();
                return ExitCode::SUCCESS;
            }
            return complain(&in_french(&wrong), 2);
        }
    };
    match dispatch(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Words(sentence)) => complain(&sentence, 2),
        Err(Failure::Refused(sentence)) => complain(&sentence, 1),
    }
}

/// Tells glibc's allocator to give memory back: it would otherwise keep the 19 MiB of each password hash, and an arena a
/// thread, for as long as the server runs.
fn frugal_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: called before any other thread is started; mallopt only sets the allocator's own options.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 256 * 1024);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 1024 * 1024);
        libc::mallopt(libc::M_ARENA_MAX, 2);
    }
}

/// A file that may not grow any more (`ulimit -f`) is a failed write like on a full disk, not the end of the server.
fn refuse_instead_of_dying() {
    // SAFETY: called before any other thread is started; ignoring a signal runs no code of ours.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// Why a command came to nothing.
enum Failure {
    /// The command line or the settings are wrong.
    Words(String),
    /// It could not be done.
    Refused(String),
}

impl From<Error> for Failure {
    fn from(cause: Error) -> Failure {
        Failure::Refused(cause.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(cause: std::io::Error) -> Failure {
        Failure::Refused(crate::store::folder::in_french(&cause))
    }
}

type Outcome = std::result::Result<(), Failure>;

/// What is wrong with a command line, in the reader's language.
fn in_french(wrong: &clap::Error) -> String {
    use clap::error::{ContextKind, ContextValue, ErrorKind};
    let word = |kind| match wrong.get(kind) {
        Some(ContextValue::String(word)) => word.clone(),
        Some(ContextValue::Strings(words)) => words.join(" "),
        _ => String::new(),
    };
    let what = match wrong.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("la commande « {} » n’existe pas", word(ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument => format!("« {} » n’est pas attendu ici", word(ContextKind::InvalidArg)),
        ErrorKind::MissingRequiredArgument => format!("il manque {}", word(ContextKind::InvalidArg)),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "il manque une commande".to_owned()
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("« {} » ne convient pas pour {}", word(ContextKind::InvalidValue), word(ContextKind::InvalidArg))
        }
        ErrorKind::ArgumentConflict => format!("« {} » est donné plusieurs fois", word(ContextKind::InvalidArg)),
        _ => "ces mots ne forment pas une commande".to_owned(),
    };
    format!("{what} ; « permanence --help » montre ce qui existe")
}

fn complain(sentence: &str, code: u8) -> ExitCode {
    eprintln!("permanence : {sentence}");
    ExitCode::from(code)
}

/// The command with its French headings, for parsing, help, completions and the man page.
fn command() -> clap::Command {
    let mut command = Arguments::command();
    french(&mut command);
    command
}

/// clap writes its headings in English; people read French here.
fn french(command: &mut clap::Command) {
    const TEMPLATE: &str = "{about-with-newline}\nUsage : {usage}\n\n{all-args}{after-help}\n";
    let taken = std::mem::replace(command, clap::Command::new("permanence"));
    let mut taken = taken.help_template(TEMPLATE).subcommand_help_heading("Commandes").disable_help_subcommand(true);
    let names: Vec<String> = taken.get_arguments().map(|argument| argument.get_id().to_string()).collect();
    for name in names {
        taken = taken.mut_arg(name, |argument| {
            let heading = if argument.is_positional() { "Arguments" } else { "Options" };
            argument.help_heading(heading)
        });
    }
    for subcommand in taken.get_subcommands_mut() {
        french(subcommand);
    }
    *command = taken;
}

fn dispatch(arguments: Arguments) -> Outcome {
    let common = arguments.common;
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(&configuration(&common, Vec::new())?),
        Command::Demo => serve::demo(&common),
        Command::Import { what: None, file: None, .. } => Err(Failure::Words(
            "dites quoi : messages, contacts, agenda, ou un fichier ; « permanence import --help » le montre".into(),
        )),
        Command::Import { what: None, file: Some(file), dry_run, skip_bad } => {
            folders::import(&configured(&common)?, &file, dry_run, skip_bad)
        }
        Command::Import { what: Some(args::Import::Messages { file, create, dry_run, skip_bad }), .. } => {
            import::messages(&configured(&common)?, &file, import::Wishes { create, dry_run, skip_bad })
        }
        Command::Import {
            what: Some(args::Import::Contacts { file, subscriber, doubles, dry_run, skip_bad }), ..
        } => {
            let wishes = contacts::Wishes { subscriber: &subscriber, doubles: doubles.into(), dry_run, skip_bad };
            contacts::import(&configured(&common)?, &file, wishes)
        }
        Command::Import { what: Some(args::Import::Agenda { file, subscriber, dry_run }), .. } => {
            import_agenda::agenda(&configured(&common)?, &file, &subscriber, dry_run)
        }
        Command::Export { what: None, everything: false, .. } => Err(Failure::Words(
            "dites quoi : messages, contacts, ou --everything ; « permanence export --help » le montre".into(),
        )),
        Command::Export { what: None, subscriber, output, .. } => {
            export::everything(&configured(&common)?, subscriber.as_deref(), output.as_deref())
        }
        Command::Export {
            what: Some(args::Export::Messages { subscriber, types, from, to, fields, format, output }),
            ..
        } => {
            let period = from.zip(to);
            let wishes = export::Wishes { subscriber, types, period, fields, format, output };
            export::messages(&configured(&common)?, &wishes)
        }
        Command::Export { what: Some(args::Export::Contacts { subscriber, format, output }), .. } => {
            export::contacts(&configured(&common)?, &subscriber, format.as_deref(), output.as_deref())
        }
        Command::Expire { dry_run, now } => expire(&configured(&common)?, dry_run, now.as_deref()),
        Command::Outbox { all } => outbox::outbox(&configured(&common)?, all),
        Command::Backup { to } => backup::backup(&configured(&common)?, to.as_deref()),
        Command::Restore { file, identity, force } => {
            backup::restore(&configured(&common)?, &file, identity.as_deref(), force)
        }
        Command::Check => check::check(&configured(&common)?),
        Command::Doctor => doctor::doctor(&configured(&common)?),
        Command::Decode { picture } => {
            let task = picture.map_or(child::Task::Pages, |(width, height)| child::Task::Picture(width, height));
            // What went wrong is for the parent to say.
            if child::run(task) { Ok(()) } else { Err(Failure::Refused("le fichier n’a pas pu être lu".into())) }
        }
        Command::Verify { file, key } => verify::verify(&file, key.as_deref()),
        Command::Health => health::health(&configuration(&common, Vec::new())?),
        Command::Config => print(&configuration(&common, Vec::new())?.shown()),
        Command::Person(person) => people::person(&configured(&common)?, person),
        Command::Fax(args::Fax::Add { files, subscriber }) => {
            fax::add(&configured(&common)?, &files, subscriber.as_deref())
        }
        Command::Subscriber(subscriber) => people::subscriber(&configured(&common)?, subscriber),
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(shell, &mut command(), "permanence", &mut out);
            print(&String::from_utf8_lossy(&out))
        }
        Command::Man => {
            let mut out = Vec::new();
            clap_mangen::Man::new(command()).render(&mut out)?;
            print(&String::from_utf8_lossy(&out))
        }
    }
}

/// Writes to standard output; a reader that has had enough (`| head`) is no failure.
fn print(text: &str) -> Outcome {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(cause) if cause.kind() != std::io::ErrorKind::BrokenPipe => Err(cause.into()),
        _ => Ok(()),
    }
}

/// The settings, from the machine and the command line.
fn configuration(common: &Common, preferred: Vec<(Key, String)>) -> std::result::Result<Config, Failure> {
    let environment = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let flags = [
        (Key::DataDir, "--data-dir", &common.data_dir),
        (Key::Listen, "--listen", &common.listen),
        (Key::ListenTls, "--listen-tls", &common.listen_tls),
        (Key::TlsCertificate, "--tls-certificate", &common.tls_certificate),
        (Key::TlsKey, "--tls-key", &common.tls_key),
        (Key::TlsAcme, "--tls-acme", &common.tls_acme),
        (Key::TlsAcmeTerms, "--tls-acme-terms", &common.tls_acme_terms),
        (Key::LogLevel, "--log-level", &common.log_level),
    ];
    let flags = flags.into_iter().filter_map(|(key, name, value)| value.clone().map(|value| (key, name, value)));
    let file = common.config.clone().or_else(|| environment("PERMANENCE_CONFIG").map(PathBuf::from));
    let sources = Sources { flags: flags.collect(), environment: &environment, file, preferred };
    config::read(&sources).map_err(|wrong| Failure::Words(wrong.to_string()))
}

/// Settings for a command that works on data, with its log quiet unless asked otherwise.
fn configured(common: &Common) -> std::result::Result<Settings, Failure> {
    let config = configuration(common, vec![(Key::LogLevel, "warn".into())])?;
    logger::start(config.log_level);
    Ok(settings(&config))
}

fn settings(config: &Config) -> Settings {
    Settings {
        program: own_program(),
        folder: config.data_dir.clone(),
        listen: config.listen.clone(),
        tls: encryption(config),
        acme: authority(config),
        public_name: config.public_name.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        cache_bytes: config.cache_mb as usize * 1024 * 1024,
        workers: config.workers,
        expiry_time: config.expiry_time,
        zone: config.zone,
        mail: config.mail.as_ref().map(mail_server),
        metrics: config.metrics.clone(),
        dav_in_clear: config.dav_in_clear,
        backups: backups(&config.backups),
        fax_folder: config.fax_folder.clone(),
        kit_folder: config.kit_folder.clone(),
    }
}

/// Backups of the settings, as the house knows them.
fn backups(named: &config::Backups) -> crate::house::backups::Settings {
    let [days, weeks, months] = named.kept;
    crate::house::backups::Settings {
        folder: named.folder.clone(),
        kept: crate::house::backups::Kept { days, weeks, months },
        recipient: named.recipient.clone(),
        command: named.command.clone(),
    }
}

/// This very binary, even when another version has taken its place on the disk meanwhile.
fn own_program() -> PathBuf {
    if cfg!(target_os = "linux") { "/proc/self/exe".into() } else { std::env::current_exe().unwrap_or_default() }
}

/// Where HTTPS is spoken, and with which files: those that are named, or those that the authority gives.
fn encryption(config: &Config) -> Option<tls::Settings> {
    if let (Some(acme), Some(authority)) = (&config.acme, authority(config)) {
        return Some(tls::Settings { listen: acme.listen.clone(), files: authority.files(), awaited: true });
    }
    let tls = config.tls.as_ref()?;
    let files = Files { certificate: tls.certificate.clone(), key: tls.key.clone() };
    Some(tls::Settings { listen: tls.listen.clone(), files, awaited: false })
}

/// The authority of the settings, as its thread knows it.
fn authority(config: &Config) -> Option<acme::Settings> {
    config.acme.as_ref().map(|named| acme::Settings {
        name: named.name.clone(),
        directory: named.directory.clone(),
        email: named.email.clone(),
        trusted: named.roots.clone(),
        folder: config.data_dir.join("certificates"),
        pause: acme::Settings::PAUSE,
    })
}

/// The mail server of the settings, as the courier knows it.
fn mail_server(named: &config::MailServer) -> Mail {
    Mail {
        host: named.host.clone(),
        port: named.port,
        protection: match named.scheme.as_str() {
            "tls" => Protection::Tls,
            "smtp" => Protection::None,
            _ => Protection::StartTls,
        },
        login: named.login.clone(),
        password: named.password.clone(),
        from: named.from.clone(),
        from_name: named.from_name.clone(),
        reply_to: String::new(),
        site: named.site.trim_end_matches('/').to_owned(),
    }
}

/// Opens data that must be there already: a slip in `--data-dir` must not make a new, empty house.
fn open_existing(settings: &Settings) -> std::result::Result<OpenHouse, Failure> {
    if !settings.folder.join(parts::DATA).exists() && !restore::is_pending(&settings.folder) {
        return Err(Failure::Refused(format!(
            "il n’y a pas de données de Permanence dans {} ; indiquez leur dossier avec --data-dir",
            settings.folder.display()
        )));
    }
    Ok(server::open(settings)?)
}

fn expire(settings: &Settings, dry_run: bool, night: Option<&str>) -> Outcome {
    let open = open_existing(settings)?;
    let house = &open.house;
    let now: Instant = match night {
        None => chrono::Utc::now().into(),
        Some(text) => {
            let date = time::parse_date(text).ok_or_else(|| {
                Failure::Words(format!("« {text} » n’est pas une date ; écrivez par exemple 2026-11-24 ou 24/11/2026"))
            })?;
            house.night().on(date)
        }
    };
    let due = if dry_run {
        house.store.read(|tx| expiry::due(tx, house.night(), now))?
    } else {
        let erased = expiry::run(house, now, || false, crate::fax::store::sweep)?;
        if night.is_none() {
            jobs::note_expiry(house, now)?;
        }
        erased
    };
    let mut out = String::new();
    for one in &due {
        let count = crate::base::french::count(one.messages, "message", "messages");
        out.push_str(&format!("{} : {count}\n", one.subscriber.name));
    }
    let all = due.iter().map(|one| one.messages).sum();
    let count = crate::base::french::count(all, "message", "messages");
    let agreed = crate::base::french::agree(all, "", "s");
    out.push_str(&match (dry_run, all) {
        (true, 0) => "Rien ne serait effacé.\n".to_owned(),
        (true, _) => format!("{count} {} effacé{agreed}.\n", if all < 2 { "serait" } else { "seraient" }),
        (false, 0) => "Rien n’était à effacer.\n".to_owned(),
        (false, _) => format!("{count} effacé{agreed}, jusque dans le fichier.\n"),
    });
    print(&out)
}
