//! Settings with their origins: built in, then a TOML file, then the environment, then a flag; each outweighs the one before.
//!
//! One table, `table::SETTINGS`, is what the file, the environment, `permanence config` and the documentation are made from.
//! Never here: what a setting does.

mod parse;
pub mod table;

use crate::base::Zone;
use chrono::NaiveTime;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use table::{Key, SETTINGS};

/// Everything that can be set, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub data_dir: PathBuf,
    /// Empty where all comes by HTTPS.
    pub listen: Vec<SocketAddr>,
    pub tls: Option<Tls>,
    /// Instead of `tls`: the files are had from an authority.
    pub acme: Option<Acme>,
    pub public_name: Option<String>,
    pub trusted_proxies: Vec<IpAddr>,
    pub cache_mb: u32,
    /// 0 for twice the cores, 4 to 16.
    pub workers: usize,
    pub expiry_time: NaiveTime,
    pub zone: Zone,
    pub log_level: log::LevelFilter,
    pub mail: Option<MailServer>,
    /// « local », or a token.
    pub metrics: Option<String>,
    pub dav_in_clear: bool,
    pub backups: Backups,
    /// The folder in which faxes arrive.
    pub fax_folder: Option<PathBuf>,
    pub kit_folder: Option<PathBuf>,
    origins: BTreeMap<Key, Origin>,
    values: BTreeMap<Key, String>,
}

/// HTTPS: where, and with which files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    pub listen: Vec<SocketAddr>,
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// Backups, as the settings word them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backups {
    /// `None`: in the data folder.
    pub folder: Option<PathBuf>,
    /// Days, weeks, months.
    pub kept: [u32; 3],
    /// A public key of age.
    pub recipient: Option<String>,
    /// Program and arguments; empty for none.
    pub command: Vec<String>,
}

/// HTTPS with a certificate that an authority gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acme {
    pub listen: Vec<SocketAddr>,
    pub name: String,
    pub directory: String,
    pub email: Option<String>,
    /// Who vouches for the authority's own server, where the system does not know them.
    pub roots: Option<PathBuf>,
}

/// A mail server, as the settings name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServer {
    /// « starttls », « tls » or « smtp ».
    pub scheme: String,
    pub host: String,
    pub port: u16,
    pub login: String,
    pub password: String,
    pub from: String,
    pub from_name: String,
    pub site: String,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    BuiltIn,
    /// A file, and the line in it.
    File(PathBuf, usize),
    Environment(&'static str),
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::BuiltIn => f.write_str("valeur d’origine"),
            Origin::File(path, line) => write!(f, "fichier {}, ligne {line}", path.display()),
            Origin::Environment(name) => write!(f, "variable {name}"),
            Origin::Flag(name) => write!(f, "option {name}"),
        }
    }
}

/// Why a configuration can't be taken: one French sentence that names the origin, the key and what is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(pub String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

/// What a command line and a machine say, for `read`.
pub struct Sources<'a> {
    /// Values of flags, by key.
    pub flags: Vec<(Key, &'static str, String)>,
    /// Looks an environment variable up.
    pub environment: &'a dyn Fn(&str) -> Option<String>,
    /// Where the file is, if a flag or variable named one; it must exist then.
    pub file: Option<PathBuf>,
    /// What a command prefers to the built-in values.
    pub preferred: Vec<(Key, String)>,
}

/// Gathers the settings. Errors are sentences; nothing is half taken.
pub fn read(sources: &Sources<'_>) -> Result<Config, ConfigError> {
    let mut texts = Texts::new();
    for setting in SETTINGS {
        texts.insert(setting.key, ((setting.default)(sources.environment), Origin::BuiltIn));
    }
    for (key, value) in &sources.preferred {
        texts.insert(*key, (value.clone(), Origin::BuiltIn));
    }
    // The folder decides where the usual file is, so flags and environment speak first about it.
    let outer = |key: Key| {
        let flag = sources.flags.iter().find(|(found, _, _)| *found == key);
        let setting = table::setting(key);
        flag.map(|(_, name, value)| (value.clone(), Origin::Flag(name))).or_else(|| {
            (sources.environment)(setting.variable).map(|value| (value, Origin::Environment(setting.variable)))
        })
    };
    let folder = outer(Key::DataDir).map_or_else(|| texts[&Key::DataDir].0.clone(), |(value, _)| value);
    let usual = Path::new(&folder).join("permanence.toml");
    let (path, must_exist) = match &sources.file {
        Some(path) => (path.clone(), true),
        None => (usual, false),
    };
    if let Some(text) = file_text(&path, must_exist)? {
        for (key, value, line) in parse::file(&path, &text)? {
            texts.insert(key, (value, Origin::File(path.clone(), line)));
        }
    }
    for setting in SETTINGS {
        if let Some(found) = outer(setting.key) {
            texts.insert(setting.key, found);
        }
    }
    understand(texts)
}

fn file_text(path: &Path, must_exist: bool) -> Result<Option<String>, ConfigError> {
    match std::fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes)
            .map(Some)
            .map_err(|_| ConfigError(format!("le fichier de réglages {} n’est pas un texte UTF-8", path.display()))),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound && !must_exist => Ok(None),
        Err(cause) => {
            Err(ConfigError(format!("le fichier de réglages {} ne peut pas être lu : {cause}", path.display())))
        }
    }
}

/// Every setting's text, and where it comes from.
type Texts = BTreeMap<Key, (String, Origin)>;

fn wrong(texts: &Texts, key: Key, expected: &str) -> ConfigError {
    let (value, origin) = &texts[&key];
    let setting = table::setting(key);
    let value = if key.is_secret(value) { "••••••••" } else { value };
    ConfigError(format!("{origin} : « {} » vaut « {value} », mais il faut {expected}", setting.name))
}

/// With a certificate of our own making the usual ports are those that the authority knocks at.
fn choose_ports(texts: &mut Texts) {
    if texts[&Key::TlsAcme].0.trim().is_empty() {
        return;
    }
    for (key, port) in [(Key::Listen, "[::]:80"), (Key::ListenTls, "[::]:443")] {
        let usual = (table::setting(key).default)(&|_| None);
        if texts[&key] == (usual, Origin::BuiltIn) {
            texts.insert(key, (port.to_owned(), Origin::BuiltIn));
        }
    }
}

/// What to ask of an authority, where one is to be asked.
fn acme(texts: &Texts) -> Result<Option<Acme>, ConfigError> {
    let wrong = |key: Key, expected: &str| wrong(texts, key, expected);
    let text = |key: Key| texts[&key].0.trim();
    let name = text(Key::TlsAcme);
    if name.is_empty() {
        return Ok(None);
    }
    if !parse::is_public_name(name) {
        return Err(wrong(Key::TlsAcme, "un nom public sans port, par exemple agenda.exemple.fr"));
    }
    if !text(Key::TlsCertificate).is_empty() || !text(Key::TlsKey).is_empty() {
        return Err(wrong(
            Key::TlsAcme,
            "choisir : une autorité, ou des fichiers (« tls-certificate » et « tls-key »)",
        ));
    }
    let public = text(Key::PublicName).rsplit_once(':').map_or(text(Key::PublicName), |(host, _)| host);
    if !public.is_empty() && !public.eq_ignore_ascii_case(name) {
        return Err(wrong(Key::TlsAcme, "le même nom que « public-name »"));
    }
    if !matches!(text(Key::TlsAcmeTerms), "oui" | "yes" | "true" | "1") {
        return Err(wrong(Key::TlsAcmeTerms, "« oui », une fois acceptées les conditions de l’autorité"));
    }
    let directory = text(Key::TlsAcmeDirectory);
    if !directory.starts_with("https://") {
        return Err(wrong(Key::TlsAcmeDirectory, "une adresse en https://"));
    }
    let email = Some(text(Key::TlsAcmeEmail)).filter(|email| !email.is_empty());
    if email.is_some_and(|email| !crate::base::text::looks_like_email(email)) {
        return Err(wrong(Key::TlsAcmeEmail, "une adresse e-mail, ou rien"));
    }
    let listen = parse::addresses(text(Key::ListenTls)).filter(|all| !all.is_empty());
    Ok(Some(Acme {
        listen: listen.ok_or_else(|| wrong(Key::ListenTls, "une adresse et un port, par exemple [::]:443"))?,
        name: name.to_lowercase(),
        directory: directory.to_owned(),
        email: email.map(str::to_owned),
        roots: Some(text(Key::TlsAcmeRoots)).filter(|path| !path.is_empty()).map(PathBuf::from),
    }))
}

fn understand(mut texts: Texts) -> Result<Config, ConfigError> {
    choose_ports(&mut texts);
    let acme = acme(&texts)?;
    let wrong = |key: Key, expected: &str| wrong(&texts, key, expected);
    let text = |key: Key| texts[&key].0.trim();
    let tls = match (text(Key::TlsCertificate), text(Key::TlsKey)) {
        ("", "") if acme.is_none() && texts[&Key::ListenTls].1 != Origin::BuiltIn => {
            return Err(wrong(
                Key::ListenTls,
                "aussi un certificat et sa clé : « tls-certificate » et « tls-key », ou « tls-acme »",
            ));
        }
        ("", "") => None,
        (_, "") => return Err(wrong(Key::TlsCertificate, "aussi sa clé : « tls-key »")),
        ("", _) => return Err(wrong(Key::TlsKey, "aussi son certificat : « tls-certificate »")),
        (certificate, key) => {
            let listen = parse::addresses(text(Key::ListenTls)).filter(|all| !all.is_empty());
            let listen = listen.ok_or_else(|| wrong(Key::ListenTls, "une adresse et un port, par exemple [::]:443"))?;
            Some(Tls { listen, certificate: certificate.into(), key: key.into() })
        }
    };
    let listen = parse::addresses(text(Key::Listen))
        .filter(|all| !all.is_empty() || tls.is_some() || acme.is_some())
        .ok_or_else(|| {
        wrong(Key::Listen, "une adresse et un port, par exemple 127.0.0.1:8080 (plusieurs : séparées par des virgules)")
    })?;
    let trusted_proxies = parse::list(text(Key::TrustedProxies)).ok_or_else(|| {
        wrong(Key::TrustedProxies, "des adresses IP séparées par des virgules, par exemple 127.0.0.1")
    })?;
    let public_name = match text(Key::PublicName) {
        // The only name that the certificate is for.
        "" => acme.as_ref().map(|acme| acme.name.clone()),
        name if parse::is_host(name) => Some(name.to_lowercase()),
        _ => return Err(wrong(Key::PublicName, "un nom de machine, par exemple agenda.exemple.fr")),
    };
    let cache_mb = parse::within(text(Key::CacheMb), 1, 65_536)
        .ok_or_else(|| wrong(Key::CacheMb, "un nombre de mégaoctets, de 1 à 65536"))?;
    let workers = parse::within(text(Key::Workers), 0, 256)
        .ok_or_else(|| wrong(Key::Workers, "un nombre de fils d’exécution, de 0 (automatique) à 256"))?;
    let expiry_time = crate::base::time::parse_time(text(Key::ExpiryTime))
        .ok_or_else(|| wrong(Key::ExpiryTime, "une heure, par exemple 03:00"))?;
    let zone =
        Zone::named(text(Key::Zone)).ok_or_else(|| wrong(Key::Zone, "un fuseau horaire, par exemple Europe/Paris"))?;
    let log_level =
        parse::level(text(Key::LogLevel)).ok_or_else(|| wrong(Key::LogLevel, "error, warn, info, debug ou trace"))?;
    let mail = match text(Key::MailServer) {
        "" => None,
        address => {
            let (scheme, host, port) = parse::mail_server(address).ok_or_else(|| {
                wrong(Key::MailServer, "une adresse comme starttls://smtp.exemple.fr:587 ou tls://smtp.exemple.fr:465")
            })?;
            let (from_name, from) = parse::sender(text(Key::MailFrom))
                .ok_or_else(|| wrong(Key::MailFrom, "l’adresse de l’expéditeur, par exemple secretariat@exemple.fr"))?;
            let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
            if scheme == "smtp" && !here {
                return Err(wrong(
                    Key::MailServer,
                    "starttls:// ou tls:// vers une autre machine : en clair, chacun lirait",
                ));
            }
            let password = texts[&Key::MailPassword].0.clone();
            let (login, site) = (text(Key::MailLogin).to_owned(), text(Key::MailSite).to_owned());
            Some(MailServer { scheme, host, port, login, password, from, from_name, site })
        }
    };
    let metrics = match text(Key::Metrics) {
        "" => None,
        "local" => Some("local".to_owned()),
        token if token.len() >= 16 => Some(token.to_owned()),
        _ => return Err(wrong(Key::Metrics, "« local », ou un jeton d’au moins 16 caractères")),
    };
    let dav_in_clear = match text(Key::DavInClear) {
        "oui" => true,
        "" | "non" => false,
        _ => return Err(wrong(Key::DavInClear, "« oui », ou rien")),
    };
    let kept = parse::list(text(Key::BackupKeep)).and_then(|kept| <[u32; 3]>::try_from(kept).ok());
    let kept = kept.filter(|kept| kept.iter().all(|count| *count <= 1000));
    let kept =
        kept.ok_or_else(|| wrong(Key::BackupKeep, "trois nombres : de jours, de semaines, de mois (« 7,4,12 »)"))?;
    let recipient = Some(text(Key::BackupRecipient)).filter(|text| !text.is_empty());
    if recipient.is_some_and(|text| text.parse::<age::x25519::Recipient>().is_err()) {
        return Err(wrong(Key::BackupRecipient, "une clé publique d’age, telle qu’age-keygen l’écrit : age1…"));
    }
    let command = parse::words(text(Key::BackupCommand))
        .ok_or_else(|| wrong(Key::BackupCommand, "une commande dont les guillemets se ferment"))?;
    let folder = Some(text(Key::BackupDir)).filter(|text| !text.is_empty()).map(PathBuf::from);
    let backups = Backups { folder, kept, recipient: recipient.map(str::to_owned), command };
    let whole = |key, example: &str| match text(key) {
        "" => Ok(None),
        folder if Path::new(folder).is_absolute() => Ok(Some(PathBuf::from(folder))),
        _ => Err(wrong(key, &format!("un dossier, par son chemin complet, par exemple {example}"))),
    };
    let (fax_folder, kit_folder) = (whole(Key::FaxFolder, "/srv/fax")?, whole(Key::KitFolder, "/media/secours")?);
    if text(Key::DataDir).is_empty() {
        return Err(wrong(Key::DataDir, "un dossier"));
    }
    Ok(Config {
        data_dir: PathBuf::from(&texts[&Key::DataDir].0),
        listen,
        tls,
        acme,
        public_name,
        trusted_proxies,
        cache_mb: cache_mb as u32,
        workers: workers as usize,
        expiry_time,
        zone,
        log_level,
        mail,
        metrics,
        dav_in_clear,
        backups,
        fax_folder,
        kit_folder,
        origins: texts.iter().map(|(key, (_, origin))| (*key, origin.clone())).collect(),
        values: texts.into_iter().map(|(key, (value, _))| (key, value)).collect(),
    })
}

impl Config {
    /// Every setting as a line of TOML, with what it is for and where its value comes from.
    pub fn shown(&self) -> String {
        let mut out = String::from("# Réglages de Permanence : valeur et origine de chacun.\n");
        for setting in SETTINGS {
            let value = &self.values[&setting.key];
            let shown = if setting.key.is_secret(value) { "••••••••" } else { value };
            let value = toml::Value::String(shown.to_owned());
            out.push_str(&format!(
                "\n# {}\n# Variable {} ; ici : {}\n{} = {value}\n",
                setting.what, setting.variable, self.origins[&setting.key], setting.name
            ));
        }
        out
    }

    /// Where one setting's value comes from.
    pub fn origin(&self, key: Key) -> &Origin {
        &self.origins[&key]
    }
}

#[cfg(test)]
mod tests;
