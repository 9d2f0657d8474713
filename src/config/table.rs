//! Every setting, one line each.

use std::path::PathBuf;

/// A setting's name in code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    DataDir,
    Listen,
    ListenTls,
    TlsCertificate,
    TlsKey,
    TlsAcme,
    TlsAcmeTerms,
    TlsAcmeEmail,
    TlsAcmeDirectory,
    TlsAcmeRoots,
    PublicName,
    TrustedProxies,
    CacheMb,
    Workers,
    ExpiryTime,
    Zone,
    LogLevel,
    MailServer,
    MailLogin,
    MailPassword,
    MailFrom,
    MailSite,
    Metrics,
    BackupDir,
    BackupKeep,
    BackupRecipient,
    BackupCommand,
    FaxFolder,
    KitFolder,
    DavInClear,
}

/// Looks an environment variable up.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A setting as people meet it.
pub struct Setting {
    pub key: Key,
    /// In the file and on the command line.
    pub name: &'static str,
    /// In the environment.
    pub variable: &'static str,
    pub default: fn(Environment<'_>) -> String,
    /// A sentence for people.
    pub what: &'static str,
}

#[rustfmt::skip]
pub const SETTINGS: &[Setting] = &[
    Setting { key: Key::DataDir, name: "data-dir", variable: "PERMANENCE_DATA_DIR", default: data_dir,
        what: "Le dossier des données." },
    Setting { key: Key::Listen, name: "listen", variable: "PERMANENCE_LISTEN", default: |_| "[::]:8080".into(),
        what: "Adresses et ports d’écoute, séparés par des virgules ; [::] vaut pour toutes, IPv4 comprises." },
    Setting { key: Key::ListenTls, name: "listen-tls", variable: "PERMANENCE_LISTEN_TLS", default: |_| "[::]:8443".into(),
        what: "Adresses et ports d’écoute en HTTPS, une fois le certificat donné ; « listen » y renvoie alors les navigateurs." },
    Setting { key: Key::TlsCertificate, name: "tls-certificate", variable: "PERMANENCE_TLS_CERTIFICATE", default: |_| String::new(),
        what: "Le fichier PEM du certificat, suivi des intermédiaires ; relu dès qu’il change. Vide : pas de HTTPS." },
    Setting { key: Key::TlsKey, name: "tls-key", variable: "PERMANENCE_TLS_KEY", default: |_| String::new(),
        what: "Le fichier PEM de la clé privée du certificat, sans mot de passe, lisible par ce seul compte." },
    Setting { key: Key::TlsAcme, name: "tls-acme", variable: "PERMANENCE_TLS_ACME", default: |_| String::new(),
        what: "Le nom public (agenda.exemple.fr) pour lequel demander et renouveler soi-même un certificat à une autorité ACME ; « listen » vaut alors [::]:80 et « listen-tls » [::]:443, qu’Internet doit atteindre. Vide : non." },
    Setting { key: Key::TlsAcmeTerms, name: "tls-acme-terms", variable: "PERMANENCE_TLS_ACME_TERMS", default: |_| String::new(),
        what: "« oui » : j’accepte les conditions de cette autorité (pour Let’s Encrypt : https://letsencrypt.org/repository/)." },
    Setting { key: Key::TlsAcmeEmail, name: "tls-acme-email", variable: "PERMANENCE_TLS_ACME_EMAIL", default: |_| String::new(),
        what: "L’adresse à laquelle l’autorité peut écrire ; facultative." },
    Setting { key: Key::TlsAcmeDirectory, name: "tls-acme-directory", variable: "PERMANENCE_TLS_ACME_DIRECTORY", default: |_| "https://acme-v02.api.letsencrypt.org/directory".into(),
        what: "L’adresse de l’autorité ACME : Let’s Encrypt à l’origine." },
    Setting { key: Key::TlsAcmeRoots, name: "tls-acme-roots", variable: "PERMANENCE_TLS_ACME_ROOTS", default: |_| String::new(),
        what: "Un fichier PEM de ceux qui garantissent le serveur de l’autorité, si cette machine ne les connaît pas (autorité d’entreprise). Vide : ceux du système." },
    Setting { key: Key::PublicName, name: "public-name", variable: "PERMANENCE_PUBLIC_NAME", default: |_| String::new(),
        what: "Le nom sous lequel les navigateurs joignent le serveur, avec son port s’il n’est pas habituel ; les autres sont refusés. Vide : tous sont acceptés." },
    Setting { key: Key::TrustedProxies, name: "trusted-proxies", variable: "PERMANENCE_TRUSTED_PROXIES", default: |_| String::new(),
        what: "Adresses des intermédiaires (« proxies ») dont on croit les en-têtes X-Forwarded-For et X-Forwarded-Proto, et eux seuls (« Forwarded » n’est pas lu)." },
    Setting { key: Key::CacheMb, name: "cache-mb", variable: "PERMANENCE_CACHE_MB", default: |_| "16".into(),
        what: "Mémoire que le fichier de données peut prendre comme cache, en mégaoctets." },
    Setting { key: Key::Workers, name: "workers", variable: "PERMANENCE_WORKERS", default: |_| "0".into(),
        what: "Fils d’exécution qui répondent aux demandes ; 0 : deux par cœur, de 4 à 16." },
    Setting { key: Key::ExpiryTime, name: "expiry-time", variable: "PERMANENCE_EXPIRY_TIME", default: |_| "03:00".into(),
        what: "Heure locale à laquelle les archives échues sont effacées, chaque nuit." },
    Setting { key: Key::Zone, name: "zone", variable: "PERMANENCE_ZONE", default: |_| "Europe/Paris".into(),
        what: "Fuseau horaire du secrétariat." },
    Setting { key: Key::LogLevel, name: "log-level", variable: "PERMANENCE_LOG_LEVEL", default: |_| "info".into(),
        what: "Ce que le journal technique retient : error, warn, info, debug ou trace." },
    Setting { key: Key::MailServer, name: "mail-server", variable: "PERMANENCE_MAIL_SERVER", default: |_| String::new(),
        what: "Le serveur de courrier : starttls://smtp.exemple.fr:587, tls://smtp.exemple.fr:465 ou, sur cette machine seulement, smtp://127.0.0.1:25. Vide : celui choisi dans l’administration." },
    Setting { key: Key::MailLogin, name: "mail-login", variable: "PERMANENCE_MAIL_LOGIN", default: |_| String::new(),
        what: "Le compte sur le serveur de courrier ; vide s’il n’en demande pas." },
    Setting { key: Key::MailPassword, name: "mail-password", variable: "PERMANENCE_MAIL_PASSWORD", default: |_| String::new(),
        what: "Le mot de passe de ce compte ; jamais montré." },
    Setting { key: Key::MailFrom, name: "mail-from", variable: "PERMANENCE_MAIL_FROM", default: |_| String::new(),
        what: "L’expéditeur des e-mails, avec un nom si l’on veut : « Accueil <secretariat@exemple.fr> »." },
    Setting { key: Key::MailSite, name: "mail-site", variable: "PERMANENCE_MAIL_SITE", default: |_| String::new(),
        what: "Par quoi commencent les liens des e-mails et des SMS, par exemple https://agenda.exemple.fr ; vide : pas de lien." },
    Setting { key: Key::Metrics, name: "metrics", variable: "PERMANENCE_METRICS", default: |_| String::new(),
        what: "Qui lit /metrics (Prometheus) : « local » pour cette machine seulement, ou un jeton d’au moins 16 caractères à présenter (« Authorization: Bearer »). Vide : personne." },
    Setting { key: Key::DavInClear, name: "dav-in-clear", variable: "PERMANENCE_DAV_IN_CLEAR", default: |_| String::new(),
        what: "« oui » : les mots de passe d’application des téléphones (CalDAV, CardDAV) peuvent passer en clair, sur un réseau local sans HTTPS. Vide : jamais." },
    Setting { key: Key::BackupDir, name: "backup-dir", variable: "PERMANENCE_BACKUP_DIR", default: |_| String::new(),
        what: "Le dossier des sauvegardes, de préférence sur un autre disque. Vide : « sauvegardes » dans le dossier des données." },
    Setting { key: Key::BackupKeep, name: "backup-keep", variable: "PERMANENCE_BACKUP_KEEP", default: |_| "7,4,12".into(),
        what: "Combien de sauvegardes restent : de jours, de semaines, de mois. « 0,0,0 » : aucune n’est faite d’elle-même ni enlevée." },
    Setting { key: Key::BackupRecipient, name: "backup-recipient", variable: "PERMANENCE_BACKUP_RECIPIENT", default: |_| String::new(),
        what: "La clé publique (« age1… », écrite par age-keygen) pour laquelle les sauvegardes sont chiffrées. Vide : elles ne le sont pas." },
    Setting { key: Key::BackupCommand, name: "backup-command", variable: "PERMANENCE_BACKUP_COMMAND", default: |_| String::new(),
        what: "La commande lancée après chaque sauvegarde, par exemple « rclone copy {} depot:permanence » ; {} est le chemin du fichier. Vide : aucune." },
    Setting { key: Key::FaxFolder, name: "fax-folder", variable: "PERMANENCE_FAX_FOLDER", default: |_| String::new(),
        what: "Le dossier où un scanner ou un autre programme dépose les fax, un sous-dossier par abonné (« 3 » ou « cabinet-martin ») ; ce qui est pris va dans « traités ». Vide : aucun." },
    Setting { key: Key::KitFolder, name: "kit-folder", variable: "PERMANENCE_KIT_FOLDER", default: |_| String::new(),
        what: "Le dossier, qui existe déjà, où les kits de secours sont copiés chaque nuit, en clair ; ceux de la veille y sont remplacés. Vide : aucun." },
];

impl Key {
    /// Never shown: who may read the settings is not always who may use them.
    pub fn is_secret(self, value: &str) -> bool {
        !value.is_empty() && (self == Key::MailPassword || self == Key::Metrics && value != "local")
    }
}

/// The line of a key.
pub fn setting(key: Key) -> &'static Setting {
    // Every key has its line: a test goes through them all.
    SETTINGS.iter().find(|setting| setting.key == key).unwrap_or(&SETTINGS[0])
}

/// XDG Base Directory Specification for a person; the Filesystem Hierarchy Standard's place for the system's own user.
fn data_dir(environment: Environment<'_>) -> String {
    let home = environment("HOME").filter(|home| !home.is_empty());
    let data = environment("XDG_DATA_HOME").filter(|path| path.starts_with('/'));
    let folder = match (data, home) {
        (Some(data), _) => PathBuf::from(data).join("permanence"),
        (None, Some(home)) if home != "/root" => PathBuf::from(home).join(".local/share/permanence"),
        _ => PathBuf::from("/var/lib/permanence"),
    };
    folder.display().to_string()
}
