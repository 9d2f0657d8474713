//! `serve` and `demo`: the server until it is told to end.

use super::args::Common;
use super::{Failure, Outcome, configuration, logger, print, settings};
use crate::config::Config;
use crate::config::table::Key;
use crate::http::edge::tls::certificate;
use crate::people::store as people;
use crate::server::{self, Duties, Server};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::fmt::Write as _;
use std::net::IpAddr;

/// Serves until SIGTERM or SIGINT. On an empty house, prints the one-time set-up address.
pub(super) fn serve(config: &Config) -> Outcome {
    logger::start(config.log_level);
    // Before anything else, so that no signal meets a half-started server.
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    let settings = settings(config);
    check_certificate(config, &settings)?;
    let server = Server::start(&settings, server::system_clock())?;
    let mut words = String::from("Permanence est prêt :\n");
    for address in addresses(&server, config.public_name.as_deref()) {
        let _ = writeln!(words, "  {address}/");
    }
    let house = server.house();
    if !house.store.read(people::has_administrator)? {
        let _ =
            writeln!(words, "\nPremier démarrage. Créez l’administrateur à cette adresse, qui ne sert qu’une fois :");
        for address in addresses(&server, config.public_name.as_deref()) {
            let _ = writeln!(words, "  {address}/installation/{}", house.set_up.token());
        }
    }
    words.push_str(&awaiting(&settings, &server));
    let _ = writeln!(words, "\nDonnées : {} (Ctrl+C pour arrêter)", settings.folder.display());
    print(&words)?;
    wait(&mut signals);
    server.stop();
    Ok(())
}

/// Serves an invented secretariat from a folder that goes away with it.
pub(super) fn demo(common: &Common) -> Outcome {
    let folder = std::env::temp_dir().join(format!("permanence-demo-{}", std::process::id()));
    let own = common.data_dir.is_none();
    let preferred = vec![
        (Key::DataDir, folder.display().to_string()),
        (Key::Listen, "127.0.0.1:8080".into()),
        (Key::LogLevel, "warn".into()),
    ];
    let config = configuration(common, preferred)?;
    logger::start(config.log_level);
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    let mut settings = settings(&config);
    if own {
        settings.folder.clone_from(&folder);
    } else if settings.folder.join("permanence.redb").exists() {
        return Err(Failure::Refused(format!(
            "{} contient déjà des données : la démonstration ne s’y installe pas",
            settings.folder.display()
        )));
    }
    check_certificate(&config, &settings)?;
    let outcome = demo_in(&config, &settings, &mut signals);
    if own {
        let _ = std::fs::remove_dir_all(&folder);
    }
    outcome
}

fn demo_in(config: &Config, settings: &server::Settings, signals: &mut Signals) -> Outcome {
    let open = server::open(settings)?;
    super::demo::fill(&open.house, chrono::Utc::now().into())?;
    let server = Server::start_with(settings, open, server::system_clock(), Duties::default())?;
    let mut words = String::from("Un secrétariat inventé vous attend :\n");
    for address in addresses(&server, config.public_name.as_deref()) {
        let _ = writeln!(words, "  {address}/");
    }
    words.push_str("\nIdentifiants à essayer ; le mot de passe de tous est « permanence-demo » :\n");
    for (login, who) in super::demo::SIGN_INS {
        let _ = writeln!(words, "  {login:10} {who}");
    }
    words.push_str("\nTout disparaît à l’arrêt (Ctrl+C).\n");
    print(&words)?;
    wait(signals);
    server.stop();
    Ok(())
}

/// A certificate that can't be used is a wrong setting, said before anything is opened.
fn check_certificate(config: &Config, settings: &server::Settings) -> Outcome {
    // What an authority has given may be bad or missing: another is asked for.
    let Some(tls) = settings.tls.as_ref().filter(|tls| !tls.awaited) else { return Ok(()) };
    certificate::read(&tls.files).map(drop).map_err(|why| {
        let (file, key) = (config.origin(Key::TlsCertificate), config.origin(Key::TlsKey));
        Failure::Words(format!("{why} (« tls-certificate » : {file} ; « tls-key » : {key})"))
    })
}

/// Says what visitors see until there is a certificate.
fn awaiting(settings: &server::Settings, server: &Server) -> String {
    let Some(acme) = settings.acme.as_ref().filter(|_| server.house().https.known().certificate.is_none()) else {
        return String::new();
    };
    format!(
        "\nUn certificat est demandé pour {} à {}.\nLes pages s’ouvrent dès qu’il est là, d’ordinaire en moins d’une \
         minute ; s’il tarde, les lignes ci-dessous disent pourquoi.\n",
        acme.name, acme.directory
    )
}

/// What to type into a browser for each address listened on: those of HTTPS alone, where there are any.
fn addresses(server: &Server, public_name: Option<&str>) -> Vec<String> {
    let (scheme, listen) = match server.secure_addresses() {
        [] => ("http", server.addresses()),
        secure => ("https", secure),
    };
    if let Some(name) = public_name {
        return vec![format!("{scheme}://{name}")];
    }
    let mut all = Vec::new();
    for address in listen {
        let port = address.port();
        all.push(match address.ip() {
            ip if !ip.is_unspecified() => format!("{scheme}://{address}"),
            IpAddr::V4(_) | IpAddr::V6(_) => format!("{scheme}://localhost:{port}"),
        });
        if address.ip().is_unspecified()
            && let Some(name) = host_name()
        {
            all.push(format!("{scheme}://{name}:{port}"));
        }
    }
    all.dedup();
    all
}

/// This machine's own name, by which others on the local network may know it.
fn host_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    let name = name.trim();
    (!name.is_empty() && name != "localhost" && name != "(none)").then(|| name.to_owned())
}

/// Waits to be told to end. A second signal ends at once: somebody insists.
fn wait(signals: &mut Signals) {
    signals.forever().next();
    let handle = signals.handle();
    let _ = std::thread::Builder::new().name("signals".into()).spawn(move || {
        let Ok(mut again) = Signals::new([SIGTERM, SIGINT]) else { return };
        if again.forever().next().is_some() {
            std::process::exit(1);
        }
        drop(handle);
    });
}
