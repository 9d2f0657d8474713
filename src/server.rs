//! The whole server: folder, data, workers, edge, jobs; started in order and ended in order.

use crate::api;
use crate::app::App;
use crate::backup::control::{self, Control};
use crate::backup::keeper::Keeper;
use crate::backup::{parts, restore};
use crate::base::turns::Turns;
use crate::base::{Instant, Zone, limits};
use crate::decode::Decoder;
use crate::error::{Error, Result};
use crate::fax::reader::Reader;
use crate::house::{self, House};
use crate::http::acme;
use crate::http::edge::challenges::Challenges;
use crate::http::edge::tls::board::{Board, Source};
use crate::http::edge::{Edge, Settings as EdgeSettings, Unbound, tls};
use crate::http::inside::{Answering, Inside, Staff, is_dav};
use crate::jobs::{self, Job, Jobs};
use crate::journal::Journal;
use crate::messages::transmission;
use crate::notices::Letter;
use crate::notices::courier::{Courier, Means};
use crate::notices::settings::Mail;
use crate::proofs;
use crate::reminders;
use crate::routes::{self, Route};
use crate::schema::{FILES, SCHEMA};
use crate::store::folder::{DataFolder, in_french};
use crate::store::papers::Papers;
use crate::store::uploads::Uploads;
use crate::store::{Options, Store, Write};
use chrono::NaiveTime;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Passwords are checked by so many threads of their own: 19 MiB each, and the workers need the processors too.
const SLOW_THREADS: usize = 2;
/// Sign-ins that may wait for them: some five seconds' worth on a small machine.
const SLOW_WAITING: usize = 64;
/// Backups lie there in the data folder until the settings name another place.
const BACKUPS: &str = "sauvegardes";
/// How long requests in flight may take to finish at the end.
const GRACE: Duration = Duration::from_secs(5);

/// What a server needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// This binary, for the child processes that decode files.
    pub program: PathBuf,
    pub folder: PathBuf,
    pub listen: Vec<SocketAddr>,
    pub tls: Option<tls::Settings>,
    /// Where set, the files of `tls` are had from this authority.
    pub acme: Option<acme::Settings>,
    pub public_name: Option<String>,
    pub trusted_proxies: Vec<IpAddr>,
    pub cache_bytes: usize,
    pub workers: usize,
    pub expiry_time: NaiveTime,
    pub zone: Zone,
    /// A mail server that outweighs the one chosen on screen.
    pub mail: Option<Mail>,
    /// The folder in which faxes arrive.
    pub fax_folder: Option<PathBuf>,
    /// Where kits are copied to each night.
    pub kit_folder: Option<PathBuf>,
    /// Who may read `/metrics`: « local », or a token.
    pub metrics: Option<String>,
    /// Whether passwords of programs may come in clear over a network.
    pub dav_in_clear: bool,
    pub backups: house::backups::Settings,
}

/// What time it is; fixed in tests.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// The system's clock.
pub fn system_clock() -> Clock {
    Arc::new(|| chrono::Utc::now().into())
}

/// What a server does for whom: its addresses and its recurring works.
#[derive(Clone, Copy)]
pub struct Duties {
    pub routes: &'static [Route],
    pub jobs: &'static [Job],
}

impl Default for Duties {
    /// Permanence's own; a story that needs a door which breaks adds one.
    fn default() -> Duties {
        Duties { routes: routes::ROUTES, jobs: jobs::JOBS }
    }
}

/// A house opened without a server, for commands: the folder stays held until it is dropped.
pub struct OpenHouse {
    pub house: House,
    _folder: DataFolder,
}

/// Opens the data folder, its data and its journal.
pub fn open(settings: &Settings) -> Result<OpenHouse> {
    let folder = DataFolder::take(&settings.folder)?;
    restore::finish(folder.path())?;
    let house = open_house(settings, folder.path())?;
    Ok(OpenHouse { house, _folder: folder })
}

fn open_house(settings: &Settings, folder: &Path) -> Result<House> {
    Ok(House {
        store: Store::open(&folder.join(parts::DATA), &SCHEMA, Options::cached(settings.cache_bytes))?,
        journal: Journal::open(folder)?,
        expiry_time: settings.expiry_time,
        zone: settings.zone,
        set_up: house::SetUp::new()?,
        pages: house::Pages::new(house::PAGES_BYTES_MAX),
        started: std::time::Instant::now(),
        uploads: Uploads::within(folder),
        decoder: Decoder::new(settings.program.clone()),
        papers: Papers::within(folder),
        watched: settings.fax_folder.clone(),
        kits: settings.kit_folder.clone(),
        alarm: Default::default(),
        exports: Turns::new(house::EXPORTS_AT_ONCE),
        holds: Default::default(),
        calls: Default::default(),
        paces: Default::default(),
        mail: settings.mail.clone(),
        metrics: settings.metrics.clone(),
        dav_in_clear: settings.dav_in_clear,
        backups: backups(settings),
        https: Arc::new(Board::new(source(settings))),
    })
}

/// Where backups go, and how.
pub fn backups(settings: &Settings) -> house::backups::Backups {
    let usual = || settings.folder.join(BACKUPS);
    let folder = settings.backups.folder.clone().unwrap_or_else(usual);
    house::backups::Backups::new(settings.backups.clone(), folder)
}

/// Who brings the certificate of HTTPS.
fn source(settings: &Settings) -> Source {
    match (&settings.tls, &settings.acme) {
        (_, Some(acme)) => Source::Authority(acme.name.clone()),
        (Some(_), None) => Source::Files,
        (None, None) => Source::Nobody,
    }
}

/// A running server.
pub struct Server {
    house: Arc<House>,
    edge: Edge,
    inside: Inside,
    jobs: Jobs,
    courier: Courier,
    keeper: Keeper,
    control: Control,
    certificates: Option<acme::Keeper>,
    reader: Reader,
    socket_folder: PathBuf,
    folder: DataFolder,
}

impl Server {
    /// Opens the data, then the doors. Errors are French sentences for a terminal.
    pub fn start(settings: &Settings, clock: Clock) -> Result<Server> {
        Server::start_with(settings, open(settings)?, clock, Duties::default())
    }

    /// As `start`, with a house that has been opened (and filled) already, and duties of one's own.
    pub fn start_with(settings: &Settings, open: OpenHouse, clock: Clock, duties: Duties) -> Result<Server> {
        let OpenHouse { house, _folder: folder } = open;
        let house = Arc::new(house);
        // Once for each data file; a full disk must not keep the office shut.
        if let Err(cause) = proofs::keys::ensure(&house.store, clock()) {
            log::error!("the key of proofs could not be made: {cause}");
        }
        let app = Arc::new(App::new(Arc::clone(&house), duties.routes));
        let socket_folder = private_folder(folder.path())?;
        let socket = socket_folder.join("edge");
        let staff = Staff { workers: workers(settings.workers), slow: SLOW_THREADS, slow_waiting: SLOW_WAITING };
        let now = Arc::clone(&clock);
        let (busy, lanes) = (Arc::clone(&app), Arc::clone(&app));
        let answering = Answering {
            answer: Box::new(move |request| app.answer(request)),
            is_slow: Box::new(move |request| lanes.is_slow(request)),
            busy: Box::new(move |request| busy.busy(request)),
        };
        let inside = Inside::start(&socket, staff, move || now(), answering)?;
        let (challenges, board) = (Arc::new(Challenges::new()), Arc::clone(&house.https));
        let edge = Edge::start(EdgeSettings {
            listen: settings.listen.clone(),
            tls: settings.tls.clone(),
            challenges: Arc::clone(&challenges),
            board: Arc::clone(&board),
            stays_plain: routes::stays_plain,
            inside: socket,
            inside_connections: staff.requests(),
            public_name: settings.public_name.clone(),
            trusted_proxies: settings.trusted_proxies.clone(),
            body_bytes_max,
        });
        let edge = match edge {
            Ok(edge) => edge,
            Err(cause) => {
                inside.stop();
                let _ = std::fs::remove_dir_all(&socket_folder);
                return Err(Error::internal(why_shut(&cause)));
            }
        };
        let courier = Courier::start(Means {
            mail: settings.mail.clone(),
            house: Arc::clone(&house),
            now: Arc::clone(&clock),
            told,
            content: api::events::content,
        })?;
        let (of_keeper, of_control) = (Arc::clone(&clock), Arc::clone(&clock));
        let keeper = Keeper::start(Arc::clone(&house), &FILES, move || of_keeper())?;
        let control = Control::start(Arc::clone(&house), &socket_folder, move || of_control())?;
        let of_reader = Arc::clone(&clock);
        let reader = Reader::start(Arc::clone(&house), settings.fax_folder.clone(), move || of_reader())?;
        let jobs = Jobs::start(duties.jobs, Arc::clone(&house), move || clock())?;
        let means = acme::Means { challenges, board, by_page: !settings.listen.is_empty() };
        let certificates = settings.acme.clone().map(|acme| acme::Keeper::start(acme, means)).transpose()?;
        Ok(Server { house, edge, inside, jobs, courier, reader, keeper, control, certificates, socket_folder, folder })
    }

    /// The addresses that the server listens on in clear, ports filled in.
    pub fn addresses(&self) -> &[SocketAddr] {
        self.edge.addresses()
    }

    /// The addresses that the server listens on by HTTPS.
    pub fn secure_addresses(&self) -> &[SocketAddr] {
        self.edge.secure_addresses()
    }

    pub fn house(&self) -> &House {
        &self.house
    }

    /// Ends in order: no new connections, requests in flight finish, the journal and data are closed.
    pub fn stop(self) {
        if let Some(certificates) = self.certificates {
            certificates.stop();
        }
        self.edge.stop(GRACE);
        self.inside.stop();
        self.courier.stop();
        self.control.stop();
        self.keeper.stop();
        self.reader.stop();
        self.jobs.stop();
        let _ = std::fs::remove_dir_all(&self.socket_folder);
        let _ = std::fs::remove_file(self.folder.path().join(control::FOLDER));
        drop(self.house);
        drop(self.folder);
    }
}

/// What became of a letter is for the message that it announced, and for the appointment that it spoke of.
fn told(tx: &Write<'_>, letter: &Letter, now: Instant) -> Result<()> {
    reminders::letters::note(tx, letter, now)?;
    transmission::note(tx, letter, now)
}

/// Why the edge did not start, for a terminal.
fn why_shut(cause: &std::io::Error) -> String {
    let inner = cause.get_ref();
    if let Some(unusable) = inner.and_then(|inner| inner.downcast_ref::<tls::certificate::Unusable>()) {
        return unusable.to_string();
    }
    let address = inner.and_then(|inner| inner.downcast_ref::<Unbound>());
    let address = address.map_or_else(String::new, |unbound| format!(" {}", unbound.address));
    format!("impossible d’ouvrir l’adresse d’écoute{address} : {}", in_french(cause))
}

/// Bytes of body that a route takes: of an ordinary form, or of one with a file.
fn body_bytes_max(method: &str, path: &str) -> u64 {
    let takes_file = method == "POST" && routes::takes_file(path);
    match takes_file {
        true => limits::UPLOAD_BYTES_MAX,
        false if is_dav(path) => limits::DAV_BYTES_MAX,
        false => limits::FORM_BYTES_MAX,
    }
}

/// Twice the cores, 4 to 16, unless a number is set.
fn workers(set: usize) -> usize {
    if set > 0 {
        return set;
    }
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    (2 * cores).clamp(4, 16)
}

/// A socket's address holds 108 bytes on Linux; the socket's own name takes some.
const SOCKET_FOLDER_BYTES_MAX: usize = 90;

/// A folder that only this user may enter, for the socket between edge and workers and the one of commands: in the data
/// folder, which is ours alone, or among the temporary files where that path is too long, with a link to it in its place.
/// What a killed server left there is cleared away.
fn private_folder(data: &Path) -> Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt;
    let folder = data.canonicalize()?.join(control::FOLDER);
    match std::fs::symlink_metadata(&folder) {
        Ok(facts) if facts.is_dir() => std::fs::remove_dir_all(&folder)?,
        Ok(_) => std::fs::remove_file(&folder)?,
        Err(_) => {}
    }
    let make = |folder: &Path| std::fs::DirBuilder::new().mode(0o700).create(folder);
    if folder.as_os_str().len() <= SOCKET_FOLDER_BYTES_MAX {
        make(&folder)?;
        return Ok(folder);
    }
    let token = crate::base::secret::token()?;
    let elsewhere = std::env::temp_dir().join(format!("permanence-{}", token.get(..16).unwrap_or_default()));
    make(&elsewhere)?;
    std::os::unix::fs::symlink(&elsewhere, &folder)?;
    Ok(elsewhere)
}
