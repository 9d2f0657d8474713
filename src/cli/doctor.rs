//! `doctor`: whether the house stands well on its machine, in sentences, each with what to do. Looks only, and does so while
//! the server runs; exit code 1 when something needs a hand.

use super::{Failure, Outcome, print};
use crate::backup::{control, keep, parts};
use crate::base::Instant;
use crate::base::french;
use crate::base::time::{self, moment_short};
use crate::http::edge::tls::certificate;
use crate::server::{self, Settings};
use crate::store::{folder::in_french, free_bytes};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

/// Who does not answer for so long is not there.
const PATIENCE: Duration = Duration::from_secs(5);
/// Less free than this beside the size of the data, and the night's rewriting may find no room.
const FREE_BYTES_MIN: u64 = 500_000_000;
/// A certificate is renewed earlier than so many days before its end.
const CERTIFICATE_DAYS_MIN: i64 = 21;

/// What was found about one thing.
enum Found {
    Good(String),
    /// Could be better, and why.
    Advice(String),
    /// Must be mended, and how.
    Problem(String),
}

use Found::{Advice, Good, Problem};

pub(super) fn doctor(settings: &Settings) -> Outcome {
    let now: Instant = chrono::Utc::now().into();
    let looks = [folder, disk, clock, server, certificate, mail, backups, elsewhere];
    let mut out = String::new();
    let mut problems = 0;
    for found in looks.iter().flat_map(|look| look(settings, now)) {
        let (mark, sentence) = match found {
            Good(sentence) => ("  bien   ", sentence),
            Advice(sentence) => ("  conseil", sentence),
            Problem(sentence) => {
                problems += 1;
                ("À FAIRE  ", sentence)
            }
        };
        out.push_str(&format!("{mark}  {sentence}\n"));
    }
    print(&out)?;
    match problems {
        0 => Ok(()),
        _ => Err(Failure::Refused(format!("{} à reprendre, ci-dessus", french::count(problems, "point", "points")))),
    }
}

fn folder(settings: &Settings, _: Instant) -> Vec<Found> {
    let path = &settings.folder;
    let shown = path.display();
    let facts = match std::fs::metadata(path) {
        Ok(facts) => facts,
        Err(cause) => {
            return vec![Problem(format!(
                "Le dossier des données {shown} n’est pas là : {} ; indiquez-le avec --data-dir, ou démarrez le serveur une première fois.",
                in_french(&cause)
            ))];
        }
    };
    // SAFETY: asks for a number.
    let own = unsafe { libc::geteuid() };
    let mut found = Vec::new();
    if own != 0 && facts.uid() != own {
        found.push(Problem(format!(
            "Le dossier {shown} appartient à un autre compte : lancez la commande sous le compte du service."
        )));
    }
    for (path, what) in
        [path.clone(), path.join(parts::DATA), path.join(parts::JOURNAL)].iter().zip(["700", "600", "600"])
    {
        let Ok(facts) = std::fs::metadata(path) else { continue };
        if facts.permissions().mode() & 0o077 != 0 {
            let shown = path.display();
            found.push(Problem(format!("D’autres comptes peuvent lire {shown} : chmod {what} {shown}")));
        }
    }
    if found.is_empty() {
        found.push(Good(format!("Le dossier des données {shown} n’est ouvert qu’à son compte.")));
    }
    found
}

fn disk(settings: &Settings, _: Instant) -> Vec<Found> {
    let data = settings.folder.join(parts::DATA);
    let bytes = std::fs::metadata(&data).map_or(0, |facts| facts.len());
    let Some(free) = free_bytes(&data) else { return Vec::new() };
    let (free_shown, bytes_shown) = (french::size(free), french::size(bytes));
    vec![if free < bytes + FREE_BYTES_MIN {
        Problem(format!(
            "Il reste {free_shown} sur le disque pour {bytes_shown} de données : libérez de la place, l’effacement de la nuit récrit le fichier à côté."
        ))
    } else {
        Good(format!("Il reste {free_shown} sur le disque, pour {bytes_shown} de données."))
    }]
}

fn clock(settings: &Settings, now: Instant) -> Vec<Found> {
    let mut found = Vec::new();
    let shown = moment_short(now.local(settings.zone));
    let written = std::fs::metadata(settings.folder.join(parts::DATA)).and_then(|facts| facts.modified()).ok();
    let written =
        written.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map(|since| Instant(since.as_millis() as i64));
    if written.is_some_and(|at| at.ms_since(now) > time::HOUR_MS) {
        found.push(Problem(format!("L’horloge dit {shown}, mais les données ont été écrites plus tard : réglez-la.")));
    }
    if is_unsynchronised() {
        found.push(Advice(format!(
            "L’horloge dit {shown} et n’est réglée par aucun serveur de temps : installez systemd-timesyncd ou chrony."
        )));
    }
    if found.is_empty() {
        found.push(Good(format!("L’horloge dit {shown}, réglée sur un serveur de temps.")));
    }
    found
}

/// Whether the kernel says that nobody keeps its clock right; unknown counts as right.
fn is_unsynchronised() -> bool {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: all zeros are a valid `timex` that asks for nothing to be changed; the call fills it.
        let status = unsafe {
            let mut facts: libc::timex = std::mem::zeroed();
            if libc::adjtimex(&raw mut facts) < 0 { 0 } else { facts.status }
        };
        status & libc::STA_UNSYNC != 0
    }
    #[cfg(not(target_os = "linux"))]
    false
}

fn server(settings: &Settings, _: Instant) -> Vec<Found> {
    if control::knock(&settings.folder).is_none() {
        return vec![Advice("Le serveur ne tourne pas sur ce dossier.".into())];
    }
    let addresses = settings.listen.iter().chain(settings.tls.iter().flat_map(|tls| &tls.listen));
    let mut found: Vec<Found> = Vec::new();
    for address in addresses {
        let mut here = *address;
        if here.ip().is_unspecified() {
            here.set_ip(if here.is_ipv4() { [127, 0, 0, 1].into() } else { std::net::Ipv6Addr::LOCALHOST.into() });
        }
        if TcpStream::connect_timeout(&here, PATIENCE).is_err() {
            found.push(Problem(format!(
                "Le serveur tourne mais ne répond pas sur {address} : est-ce bien l’adresse de ses réglages ?"
            )));
        }
    }
    if found.is_empty() {
        found.push(Good("Le serveur tourne et répond.".into()));
    }
    found
}

fn certificate(settings: &Settings, now: Instant) -> Vec<Found> {
    let Some(tls) = &settings.tls else {
        let open = settings.listen.iter().any(|address| !address.ip().is_loopback());
        return match open && settings.trusted_proxies.is_empty() {
            true => vec![Advice(
                "Tout passe en clair : hors d’un réseau de confiance, donnez un certificat (« tls-certificate ») ou placez un proxy HTTPS devant.".into(),
            )],
            false => Vec::new(),
        };
    };
    match certificate::read(&tls.files) {
        Err(why) => vec![Problem(format!("Le certificat ne peut pas servir : {why}."))],
        Ok((_, facts)) => {
            let ends = Instant(facts.ends_s * time::SECOND_MS);
            let days = ends.ms_since(now) / time::DAY_MS;
            let shown = moment_short(ends.local(settings.zone));
            vec![if ends < now {
                Problem(format!(
                    "Le certificat est périmé depuis le {shown} : les navigateurs refusent le site ; renouvelez-le."
                ))
            } else if days < CERTIFICATE_DAYS_MIN {
                Problem(format!("Le certificat finit le {shown} : renouvelez-le, ou voyez pourquoi il ne l’a pas été."))
            } else {
                Good(format!("Le certificat vaut jusqu’au {shown}."))
            }]
        }
    }
}

fn mail(settings: &Settings, _: Instant) -> Vec<Found> {
    let Some(mail) = &settings.mail else {
        return vec![Advice(
            "Aucun serveur de courrier dans les réglages : s’il est choisi à l’écran, « Administration, Courrier » l’essaie.".into(),
        )];
    };
    let (host, port) = (&mail.host, mail.port);
    let reached = (host.as_str(), port).to_socket_addrs().and_then(|addresses| {
        let mut last = std::io::Error::from(std::io::ErrorKind::NotFound);
        for address in addresses {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(_) => return Ok(()),
                Err(cause) => last = cause,
            }
        }
        Err(last)
    });
    vec![match reached {
        Ok(()) => Good(format!("Le serveur de courrier {host}:{port} répond.")),
        Err(cause) => Problem(format!(
            "Le serveur de courrier {host}:{port} ne répond pas ({}) : vérifiez son nom, le réseau et le pare-feu.",
            in_french(&cause)
        )),
    }]
}

fn backups(settings: &Settings, now: Instant) -> Vec<Found> {
    let backups = server::backups(settings);
    let shown = backups.folder.display();
    let all = match keep::all(&backups.folder) {
        Ok(all) => all,
        Err(cause) => {
            return vec![Problem(format!("Le dossier des sauvegardes {shown} ne peut pas être lu : {cause}."))];
        }
    };
    let Some((name, _, bytes)) = all.first() else {
        return vec![Problem(format!(
            "Aucune sauvegarde dans {shown} : laissez passer une nuit, ou lancez « permanence backup »."
        ))];
    };
    let age = now.local(settings.zone) - name.at;
    let moment = moment_short(name.at);
    vec![if age > chrono::TimeDelta::milliseconds(crate::backup::store::OVERDUE_MS)
        && !settings.backups.kept.is_nothing()
    {
        Problem(format!(
            "La dernière sauvegarde date du {moment} : voyez « Administration, Sauvegardes » pour la cause, puis « permanence backup »."
        ))
    } else {
        Good(format!("La dernière sauvegarde date du {moment} ({}).", french::size(*bytes)))
    }]
}

/// Whether a theft or a dead disk would take the backups too.
fn elsewhere(settings: &Settings, _: Instant) -> Vec<Found> {
    let backups = server::backups(settings);
    let mut found = Vec::new();
    if let Some(program) = settings.backups.command.first() {
        found.push(match is_there(program) {
            true => Good(format!("Chaque sauvegarde est copiée ailleurs par « {program} ».")),
            false => Problem(format!(
                "La commande « {program} » des sauvegardes n’existe pas : installez-la, ou corrigez « backup-command »."
            )),
        });
    }
    let device = |path: &Path| std::fs::metadata(path).map(|facts| facts.dev()).ok();
    let same = device(&backups.folder).is_some_and(|there| Some(there) == device(&settings.folder));
    if same && settings.backups.command.is_empty() {
        found.push(Advice(
            "Les sauvegardes sont sur le même disque que les données : « backup-dir » ou « backup-command » les mettent ailleurs.".into(),
        ));
    }
    if settings.backups.recipient.is_none() && !settings.backups.command.is_empty() {
        found.push(Advice(
            "Les copies partent en clair : « backup-recipient » les chiffre pour une clé que vous seul gardez.".into(),
        ));
    }
    found
}

fn is_there(program: &str) -> bool {
    if program.contains('/') {
        return Path::new(program).exists();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).exists())
}
