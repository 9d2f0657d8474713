//! The command line as data; help, completions and the man page are made from it.

use crate::contacts::import::plan::Doubles;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Sans commande, « permanence » démarre le serveur (« serve »).
Chaque réglage peut venir d’un fichier TOML, de l’environnement ou d’une option, dans cet ordre de poids croissant ; \
« permanence config » montre le résultat et l’origine de chacun.";

/// Messages et agenda d’un télé-secrétariat
#[derive(Debug, Parser)]
#[command(name = "permanence", version, about = "Messages et agenda d’un télé-secrétariat", after_help = AFTER_HELP)]
#[command(
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true,
    arg_required_else_help = false
)]
#[command(subcommand_value_name = "COMMANDE", subcommand_help_heading = "Commandes", next_help_heading = "Options")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub common: Common,
    /// Affiche cette aide
    #[arg(short = 'h', long = "help", action = clap::ArgAction::Help, global = true)]
    help: Option<bool>,
    /// Affiche la version
    #[arg(short = 'V', long = "version", action = clap::ArgAction::Version)]
    version: Option<bool>,
}

/// What every command takes.
#[derive(Debug, Clone, Default, Args)]
pub struct Common {
    /// Dossier des données (PERMANENCE_DATA_DIR)
    #[arg(long, value_name = "DOSSIER", global = true)]
    pub data_dir: Option<String>,
    /// Adresse et port d’écoute, plusieurs séparés par des virgules (PERMANENCE_LISTEN)
    #[arg(long, value_name = "ADRESSE:PORT", global = true)]
    pub listen: Option<String>,
    /// Adresse et port d’écoute en HTTPS, plusieurs séparés par des virgules (PERMANENCE_LISTEN_TLS)
    #[arg(long, value_name = "ADRESSE:PORT", global = true)]
    pub listen_tls: Option<String>,
    /// Certificat de HTTPS, fichier PEM (PERMANENCE_TLS_CERTIFICATE)
    #[arg(long, value_name = "FICHIER", global = true)]
    pub tls_certificate: Option<String>,
    /// Clé privée du certificat, fichier PEM (PERMANENCE_TLS_KEY)
    #[arg(long, value_name = "FICHIER", global = true)]
    pub tls_key: Option<String>,
    /// Nom public pour lequel obtenir soi-même un certificat (PERMANENCE_TLS_ACME)
    #[arg(long, value_name = "NOM", global = true)]
    pub tls_acme: Option<String>,
    /// « oui » : accepte les conditions de l’autorité de certification (PERMANENCE_TLS_ACME_TERMS)
    #[arg(long, value_name = "OUI", global = true)]
    pub tls_acme_terms: Option<String>,
    /// Fichier de réglages (PERMANENCE_CONFIG ; d’ordinaire permanence.toml dans le dossier des données)
    #[arg(long, value_name = "FICHIER", global = true)]
    pub config: Option<PathBuf>,
    /// Ce que le journal technique retient : error, warn, info, debug, trace (PERMANENCE_LOG_LEVEL)
    #[arg(long, value_name = "NIVEAU", global = true)]
    pub log_level: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Démarre le serveur
    Serve,
    /// Démarre un secrétariat inventé, pour essayer, dans un dossier jetable
    Demo,
    /// Reprend les données d’un autre logiciel, ou un dossier d’un autre Permanence
    #[command(args_conflicts_with_subcommands = true)]
    Import {
        /// Un dossier (zip) de Permanence, une base d’Easy!Appointments (sql, zip), un tableau CSV avec une colonne « Abonné »
        #[arg(value_name = "FICHIER")]
        file: Option<PathBuf>,
        /// Montre ce qui serait repris, sans rien écrire
        #[arg(long)]
        dry_run: bool,
        /// D’un autre logiciel : reprend les lignes correctes même si d’autres ne le sont pas
        #[arg(long)]
        skip_bad: bool,
        #[command(subcommand)]
        what: Option<Import>,
    },
    /// Écrit les appels ou les contacts d’un abonné dans un fichier, ou tout dans un dossier (zip)
    #[command(args_conflicts_with_subcommands = true)]
    Export {
        /// Tout : la maison entière, ou un seul abonné avec --subscriber
        #[arg(long)]
        everything: bool,
        /// Le nom de l’abonné ; sans lui, la maison entière
        #[arg(long, value_name = "NOM", requires = "everything")]
        subscriber: Option<String>,
        /// Le fichier ; sans lui, la sortie standard
        #[arg(long, value_name = "FICHIER", requires = "everything")]
        output: Option<PathBuf>,
        #[command(subcommand)]
        what: Option<Export>,
    },
    /// Efface les archives dont le délai est passé, comme chaque nuit
    Expire {
        /// Dit ce qui serait effacé, sans rien effacer
        #[arg(long)]
        dry_run: bool,
        /// Fait comme si la nuit était celle de cette date (AAAA-MM-JJ ou JJ/MM/AAAA)
        #[arg(long, value_name = "DATE")]
        now: Option<String>,
    },
    /// Montre le courrier : ce qui attend, ce qui a échoué (serveur arrêté)
    Outbox {
        /// Montre aussi ce qui est parti ou annulé
        #[arg(long)]
        all: bool,
    },
    /// Fait une sauvegarde, même pendant que le serveur travaille
    Backup {
        /// Dans ce dossier, au lieu de celui des réglages ; rien n’y est enlevé
        #[arg(long, value_name = "DOSSIER")]
        to: Option<PathBuf>,
    },
    /// Reprend les données d’une sauvegarde (serveur arrêté)
    Restore {
        /// La sauvegarde
        #[arg(value_name = "FICHIER")]
        file: PathBuf,
        /// La clé privée d’une sauvegarde chiffrée, telle qu’age-keygen l’écrit
        #[arg(long, value_name = "FICHIER")]
        identity: Option<PathBuf>,
        /// Remplace les données qui sont là ; elles restent à côté
        #[arg(long)]
        force: bool,
    },
    /// Vérifie les fichiers de données, page par page et ligne par ligne (serveur arrêté)
    Check,
    /// Regarde si tout va bien autour du serveur, et dit quoi faire sinon
    Doctor,
    /// Vérifie une preuve de transmission, PDF ou JSON, sans serveur ni données
    Verify {
        /// La preuve
        #[arg(value_name = "FICHIER")]
        file: PathBuf,
        /// La clé du secrétariat : son empreinte, ou un fichier PEM
        #[arg(long, value_name = "CLÉ")]
        key: Option<String>,
    },
    /// Décode un fichier de l’entrée standard vers la sortie standard, pour le serveur seul
    #[command(hide = true)]
    Decode {
        /// Une image qui tienne dans cette taille, au lieu de pages
        #[arg(long, value_name = "LARGEURxHAUTEUR", value_parser = size)]
        picture: Option<(u32, u32)>,
    },
    /// Demande au serveur de cette machine s’il répond (« ok »), pour un conteneur ou une surveillance
    Health,
    /// Montre les réglages et l’origine de chacun
    Config,
    /// Comptes des personnes qui se connectent
    #[command(subcommand)]
    Person(Person),
    /// Abonnés du secrétariat
    #[command(subcommand)]
    Subscriber(Subscriber),
    /// Fax et documents
    #[command(subcommand)]
    Fax(Fax),
    /// Écrit les complétions pour un interpréteur de commandes
    Completions {
        /// bash, zsh, fish, elvish ou powershell
        #[arg(value_name = "INTERPRÉTEUR")]
        shell: clap_complete::Shell,
    },
    /// Écrit la page de manuel (troff)
    Man,
}

#[derive(Debug, Subcommand)]
pub enum Import {
    /// Appels d’un fichier CSV : une ligne par appel, colonnes dans n’importe quel ordre
    Messages {
        /// Le fichier, en UTF-8 ou Windows-1252, avec ses colonnes nommées sur la première ligne
        #[arg(value_name = "FICHIER")]
        file: PathBuf,
        /// Crée les abonnés du fichier qui n’existent pas encore
        #[arg(long)]
        create: bool,
        /// Montre ce qui serait repris, sans rien écrire
        #[arg(long)]
        dry_run: bool,
        /// Reprend les lignes correctes même si d’autres ne le sont pas
        #[arg(long)]
        skip_bad: bool,
    },
    /// Fiches contact d’un fichier CSV ou vCard, pour un abonné
    Contacts {
        /// Le fichier ; les colonnes d’un CSV sont devinées par leurs noms et leur contenu
        #[arg(value_name = "FICHIER")]
        file: PathBuf,
        /// L’abonné dont ce sont les patients ou les clients
        #[arg(long, value_name = "NOM")]
        subscriber: String,
        /// Ce que deviennent les doublons
        #[arg(long, value_enum, value_name = "QUOI", default_value = "ignorer")]
        doubles: DoublesWord,
        /// Montre ce qui serait repris, sans rien écrire
        #[arg(long)]
        dry_run: bool,
        /// Reprend les lignes correctes même si d’autres ne le sont pas
        #[arg(long)]
        skip_bad: bool,
    },
    /// Rendez-vous d’un fichier iCalendar (.ics), pour un abonné
    Agenda {
        /// Le fichier, tel que l’autre agenda l’exporte
        #[arg(value_name = "FICHIER")]
        file: PathBuf,
        /// Le nom de l’abonné
        #[arg(long, value_name = "NOM")]
        subscriber: String,
        /// Montre ce qui serait repris, sans rien écrire
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum Export {
    /// Appels pour Excel, Word ou en CSV, comme à l’écran
    Messages {
        /// Le nom de l’abonné
        #[arg(long, value_name = "NOM")]
        subscriber: String,
        /// Type d’appels : messages, rendez-vous ou visites ; répétable (tous, si aucun n’est donné)
        #[arg(long = "type", value_name = "TYPE")]
        types: Vec<String>,
        /// Premier jour de réception (AAAA-MM-JJ ou JJ/MM/AAAA) ; sans période, les appels non archivés
        #[arg(long, value_name = "DATE", requires = "to")]
        from: Option<String>,
        /// Dernier jour de réception, compris
        #[arg(long, value_name = "DATE", requires = "from")]
        to: Option<String>,
        /// Champ, par exemple nom ou date-rdv ; répétable, dans l’ordre des colonnes (tous, si aucun n’est donné)
        #[arg(long = "field", value_name = "CHAMP")]
        fields: Vec<String>,
        /// xlsx, docx ou csv (d’ordinaire d’après le nom du fichier, sinon csv)
        #[arg(long, value_name = "FORMAT")]
        format: Option<String>,
        /// Le fichier à écrire (d’ordinaire la sortie standard)
        #[arg(long, short, value_name = "FICHIER")]
        output: Option<PathBuf>,
    },
    /// Fiches contact en CSV ou vCard
    Contacts {
        /// Le nom de l’abonné
        #[arg(long, value_name = "NOM")]
        subscriber: String,
        /// csv ou vcf (d’ordinaire d’après le nom du fichier, sinon csv)
        #[arg(long, value_name = "FORMAT")]
        format: Option<String>,
        /// Le fichier à écrire (d’ordinaire la sortie standard)
        #[arg(long, short, value_name = "FICHIER")]
        output: Option<PathBuf>,
    },
}

/// What to do with cards that are there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DoublesWord {
    Ignorer,
    Completer,
    Creer,
}

impl From<DoublesWord> for Doubles {
    fn from(word: DoublesWord) -> Doubles {
        match word {
            DoublesWord::Ignorer => Doubles::Skip,
            DoublesWord::Completer => Doubles::Complete,
            DoublesWord::Creer => Doubles::Create,
        }
    }
}

/// What a person is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleWord {
    Client,
    Secretaire,
    Administrateur,
}

#[derive(Debug, Subcommand)]
pub enum Person {
    /// Ajoute un compte et affiche son premier mot de passe
    Add {
        /// Ce avec quoi la personne se connecte
        #[arg(value_name = "IDENTIFIANT")]
        login: String,
        /// Nom affiché à l’écran
        #[arg(long, value_name = "NOM")]
        name: Option<String>,
        /// Ce que ce compte peut voir et faire
        #[arg(long, value_enum, value_name = "RÔLE")]
        role: RoleWord,
        /// Abonné d’un client, ou dont une secrétaire répond (tous, si aucun n’est donné) ; répétable
        #[arg(long = "abonne", value_name = "NOM")]
        subscribers: Vec<String>,
        /// Son adresse e-mail
        #[arg(long, value_name = "ADRESSE", default_value = "", hide_default_value = true)]
        email: String,
        /// Lit le mot de passe sur l’entrée standard au lieu d’en tirer un au sort
        #[arg(long)]
        password_stdin: bool,
    },
    /// Retire le second facteur d’un compte dont le téléphone est perdu
    ResetFactor {
        /// Ce avec quoi la personne se connecte
        #[arg(value_name = "IDENTIFIANT")]
        login: String,
    },
    /// Change un mot de passe ; les sessions et les liens de la personne prennent fin
    Passwd {
        /// Ce avec quoi la personne se connecte
        #[arg(value_name = "IDENTIFIANT")]
        login: String,
        /// Lit le mot de passe sur l’entrée standard au lieu de le demander
        #[arg(long)]
        password_stdin: bool,
    },
    /// Liste les comptes
    List,
}

#[derive(Debug, Subcommand)]
pub enum Fax {
    /// Ajoute des fax : chacun devient un message de l’abonné. Le serveur peut être en marche
    Add {
        /// Les fichiers : TIFF, PDF, PNG ou JPEG
        #[arg(value_name = "FICHIER", required = true)]
        files: Vec<PathBuf>,
        /// Le nom ou le numéro de l’abonné ; sans lui, les fax attendent au standard d’être attribués
        #[arg(long, value_name = "NOM")]
        subscriber: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Subscriber {
    /// Ajoute un abonné
    Add {
        /// Tel qu’on l’annonce au téléphone
        #[arg(value_name = "NOM")]
        name: String,
        /// Métier, par exemple « Médecin généraliste »
        #[arg(long, value_name = "MÉTIER", default_value = "", hide_default_value = true)]
        trade: String,
        /// Ville du cabinet ou de l’entreprise
        #[arg(long, value_name = "VILLE", default_value = "", hide_default_value = true)]
        town: String,
        /// Numéro qui sonne au secrétariat pour lui ; répétable
        #[arg(long = "line", value_name = "NUMÉRO")]
        lines: Vec<String>,
        /// Jours pendant lesquels ses archives restent visibles
        #[arg(long, value_name = "JOURS", default_value_t = crate::base::limits::RETENTION_DAYS)]
        retention_days: u32,
    },
    /// Liste les abonnés et ce qui les attend
    List,
}

/// « 480x160 » as a width and a height.
fn size(text: &str) -> Result<(u32, u32), String> {
    let sides = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    sides.ok_or_else(|| format!("« {text} » n’est pas une taille"))
}
