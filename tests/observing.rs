//! What monitors and readers of logs are told, and what they are never told: figures that Prometheus takes, and no secret, name
//! or text in any line, whatever was typed where.

use crate::support::Browser;
use crate::support::command::permanence;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const BINARY: &str = env!("CARGO_BIN_EXE_permanence");
/// What opens `/metrics`.
const METRICS_TOKEN: &str = "jeton-des-mesures-4711";

/// Pages with forms that no rubric leads to at once; those of other roles are not there for one, and passed over.
const MORE_PAGES: [&str; 18] = [
    "/mon-compte",
    "/mon-compte/second-facteur",
    "/contacts/nouveau",
    "/agenda/absences",
    "/agenda/reglages",
    "/agenda/creneau?date=2027-01-05&heure=09:15",
    "/standard/abonnes/1",
    "/standard/abonnes/1/consignes",
    "/standard/abonnes/1/contacts/nouveau",
    "/standard/abonnes/1/modeles",
    "/standard/modeles",
    "/administration/abonnes/nouveau",
    "/administration/abonnes/1",
    "/administration/abonnes/1/avis",
    "/administration/personnes/1",
    "/administration/apparence",
    "/administration/serveur-de-courrier",
    "/administration/passerelle-sms",
];

/// A server that logs all it can into a file.
struct Talkative {
    child: Child,
    address: SocketAddr,
    installation: String,
}

impl Talkative {
    fn start(data: &Path, log: &Path) -> Talkative {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap();
        let mut child = Command::new(BINARY)
            .args(["serve", "--log-level", "trace", "--listen", &address.to_string(), "--data-dir"])
            .arg(data)
            .env("PERMANENCE_METRICS", METRICS_TOKEN)
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(log).unwrap())
            .spawn()
            .unwrap();
        let mut installation = String::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(place) = line.find("/installation/") {
                installation = line[place..].to_owned();
            }
            if line.contains("Ctrl+C") {
                break;
            }
        }
        Talkative { child, address, installation }
    }

    fn figures(&self) -> String {
        let token = format!("Bearer {METRICS_TOKEN}");
        let page = Browser::new(self.address).get_with("/metrics", &[("Authorization", &token)]);
        assert_eq!(page.status, 200);
        page.html()
    }
}

impl Drop for Talkative {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Prometheus’ own checker reads the figures without an objection.
#[test]
fn promtool_takes_the_figures() {
    let folder = tempfile::tempdir().unwrap();
    let server = Talkative::start(&folder.path().join("data"), &folder.path().join("log"));
    let figures = server.figures();
    let here = Path::new("target/test-tools/root/usr/bin/promtool");
    let mut check = Command::new(if here.exists() { here } else { Path::new("promtool") });
    let mut check = check
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool");
    check.stdin.take().unwrap().write_all(figures.as_bytes()).unwrap();
    let said = check.wait_with_output().unwrap();
    let all = [said.stdout.as_slice(), said.stderr.as_slice()].concat();
    assert!(said.status.success() && all.is_empty(), "{}\n{figures}", String::from_utf8_lossy(&all));
}

/// A word for each field of each form, found again in no line of the log and no figure. The forms are those that the pages
/// show: who adds one is watched from its first day.
#[test]
fn nothing_secret_is_in_logs_or_figures() {
    let folder = tempfile::tempdir().unwrap();
    let (data, log) = (folder.path().join("data"), folder.path().join("log"));
    for words in [
        &["subscriber", "add", "Cabinet Martin"][..],
        &[
            "person",
            "add",
            "martin",
            "--role",
            "client",
            "--abonne",
            "Cabinet Martin",
            "--email",
            "secret-adresse@exemple.fr",
        ],
        &["person", "add", "aline", "--role", "secretaire"],
    ] {
        assert_eq!(permanence(&data, words).code, 0);
    }
    let server = Talkative::start(&data, &log);
    let password = |login: &str| format!("secret-{login}-phrase-longue");
    let mut admin = Browser::new(server.address);
    let word = password("admin");
    let set_up = admin
        .post(&server.installation, &[("identifiant", "admin"), ("nom", "Camille"), ("pass", &word), ("pass2", &word)]);
    assert_eq!(set_up.status, 303, "{}", set_up.text());
    let mut secrets: Vec<String> = vec![word.clone(), server.installation.rsplit('/').next().unwrap().to_owned()];
    secrets.extend(admin.cookies.values().cloned());
    // The administrator gives the others their first passwords, on screen.
    let mut crew = Vec::new();
    for (number, login, first) in [(1, "martin", "/messages"), (2, "aline", "/standard")] {
        let page = admin.post(&format!("/administration/personnes/{number}/mot-de-passe"), &[("confirmation", &word)]);
        let page = admin.follow(page);
        let given = page.all("code").into_iter().chain(page.all(".slip b")).find(|word| word.len() >= 12);
        let given = given.unwrap_or_else(|| panic!("no first password of {login}: {}", page.html()));
        let mut browser = Browser::new(server.address);
        assert_eq!(browser.post("/connexion", &[("identifiant", login), ("pass", &given)]).status, 303, "{login}");
        secrets.push(given);
        secrets.extend(browser.cookies.values().cloned());
        crew.push((first, browser));
    }
    crew.push(("/administration", admin.clone()));
    // Everybody fills in every form that the pages of their rubrics show, each field with a word of its own.
    let mut planted = 0;
    for (first, browser) in &mut crew {
        let mut pages: Vec<String> = browser.get(first).attributes("nav.column a", "href");
        pages.extend(MORE_PAGES.map(str::to_owned));
        for target in pages {
            let page = browser.get(&target);
            if page.status != 200 {
                continue;
            }
            for action in page.attributes("main form[method=post]", "action") {
                if action.contains("/fin") || action.contains("deconnexion") || action == "/mon-compte" {
                    continue;
                }
                let mut fields = page.form(&action);
                for (name, value) in &mut fields {
                    if (value.is_empty() || name == "texte") && name != "confirmation" {
                        planted += 1;
                        *value = format!("secret-champ-{planted}");
                        secrets.push(value.clone());
                    }
                }
                fields.push(("confirmation".to_owned(), "secret-confirmation".to_owned()));
                let fields: Vec<(&str, &str)> =
                    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                browser.post(&action, &fields);
            }
        }
        // What is searched for, uploaded, asked for and mistyped.
        for target in [
            "/messages?q=secret-cherche",
            "/contacts?q=secret-cherche",
            "/standard/recherche?q=secret-cherche",
            "/secret-adresse-inconnue",
            "/standard/appel?vers=0140506070&de=0639981234",
        ] {
            browser.get(target);
        }
        browser.upload(
            "/contacts/import",
            "fichier",
            "secret-nom-de-fichier.csv",
            b"Nom;Notes\nSecret-du-fichier;secret-note\n",
        );
    }
    let mut stranger = Browser::new(server.address);
    stranger.post("/connexion", &[("identifiant", "secret-identifiant"), ("pass", "secret-mot-de-passe")]);
    stranger.get("/?identifiant=martin&pass=secret-favori");
    stranger.get("/acces/secret-lien");
    stranger.post("/mot-de-passe-oublie", &[("identifiant", "martin"), ("email", "secret-adresse@exemple.fr")]);
    stranger.get_with("/metrics", &[("Authorization", "Bearer secret-jeton")]);
    stranger.send(
        "GET",
        "/secret-chemin?secret-question=1",
        &[("Cookie", "session=secret-cookie"), ("User-Agent", "secret-agent")],
        None,
    );
    secrets.extend(["secret-", "Secret-du-fichier", "0639981234", "+33639981234", METRICS_TOKEN].map(str::to_owned));
    assert!(planted > 40, "{planted} fields were filled in");
    let figures = server.figures();
    drop(server);
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.lines().count() > 60, "the log says much: {}", log.lines().count());
    for secret in secrets.iter().filter(|secret| secret.len() >= 6) {
        for (what, text) in [("the log", &log), ("the figures", &figures)] {
            let line = text.lines().find(|line| line.contains(secret.as_str()));
            assert_eq!(line, None, "{what} says {secret}");
        }
    }
}
