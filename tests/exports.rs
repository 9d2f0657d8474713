//! Calls taken away: chosen, listed, and opened by programs of others, which read them as they are.

use crate::support::browser::Browser;
use crate::support::command::permanence;
use crate::support::screen::{Screen, sign_in};
use crate::support::{LEFEVRE, MARTIN, Office, office};
use permanence::base::turns::Turn;
use permanence::base::{Instant, PersonId, Phone};
use permanence::messages::model::{AppointmentNote, Kind};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const ALL: &str = "type=messages&type=rendez-vous&type=visites";
/// The 21 fields of the product's section 6, in its order.
const FIELDS: [&str; 21] = [
    "numero",
    "date",
    "heure",
    "type",
    "urgent",
    "civilite",
    "nom",
    "prenom",
    "adresse",
    "code-postal",
    "ville",
    "telephone",
    "email",
    "objet",
    "texte",
    "date-rdv",
    "heure-rdv",
    "motif",
    "nouveau-patient",
    "pris-par",
    "etat",
];

fn every_field() -> String {
    FIELDS.map(|field| format!("&champ={field}")).concat()
}

/// What a reader of another language finds in a file.
fn told(kind: &str, file: &[u8]) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new("python3")
        .arg(root.join("tests/support/office_files.py"))
        .arg(kind)
        .env("PYTHONPATH", root.join("target/test-tools/python"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is there");
    child.stdin.take().unwrap().write_all(file).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the readers are there: run tests/run once, which fetches them");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A formula in a name, a foreign number, lines, quotes, tags, Excel's own codes.
fn difficult(office: &Office) {
    office.message_with(MARTIN, |message| {
        message.caller.last_name = "=HYPERLINK(\"http://x\")".into();
        message.caller.phone = Phone::read("+32 475 12 34 56");
        message.caller.postal_code = "01000".into();
        message.text = "Deux <lignes> & « guillemets »\nla seconde ; \"ici\" _x0041_".into();
        message.urgent = true;
    });
    office.message_with(MARTIN, |message| {
        message.kind = Kind::Appointment;
        message.appointment = Some(AppointmentNote {
            day: Some(chrono::NaiveDate::from_ymd_opt(2026, 12, 1).unwrap().into()),
            minute: Some(9 * 60 + 5),
            reason: "Vaccin".into(),
            new_patient: true,
        });
    });
    office.message_with(MARTIN, |message| message.kind = Kind::Visit);
    office.message_with(MARTIN, |message| message.kind = Kind::Fax);
    // Received long before, at ten past midnight in Paris.
    office.message_with(MARTIN, |message| message.received = Instant(1_793_488_200_000));
}

#[test]
fn three_steps_lead_from_the_left_column_to_a_file() {
    let office = office();
    difficult(&office);
    office.message(LEFEVRE, "Pas pour Martin.");
    let mut martin = office.signed_in("martin");
    let messages = martin.get("/messages");
    assert!(messages.attributes("nav.column a", "href").contains(&"/export".to_owned()));
    assert!(messages.attributes("main a", "href").contains(&"/export".to_owned()), "the guide's button « Exporter »");
    let choose = martin.get("/export");
    let text = choose.text();
    for said in ["Les messages", "Les rendez-vous", "Les visites", "Les messages non archivés", "Nouveau patient"] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert_eq!(choose.attributes("[name=champ][checked]", "value"), FIELDS, "everything, the first time");
    let list = martin.get(&format!("/export/liste?{ALL}&perimetre=non-archives{}", every_field()));
    let text = list.text();
    assert!(text.contains("5 appels à exporter"), "{text}");
    assert!(text.contains("3 messages, 1 rendez-vous et 1 visite, non archivés au mardi 24 novembre 2026"), "{text}");
    assert!(text.contains("01/12/2026") && text.contains("09:05") && !text.contains("Pas pour Martin"), "{text}");
    let links = list.attributes("main .export-files a", "href");
    let names: Vec<String> = links
        .iter()
        .map(|link| {
            let file = martin.get(link);
            assert_eq!(file.status, 200, "{link}");
            file.header("content-disposition").unwrap().to_owned()
        })
        .collect();
    let name = |ending| format!("attachment; filename=\"appels-cabinet-martin-non-archives-2026-11-24.{ending}\"");
    assert_eq!(names, ["xlsx", "docx", "csv"].map(name));
    let mut admin = office.signed_in("admin");
    let journal = admin.get("/administration/journal?action=appels-exportes&qui=martin").all("tbody tr");
    assert_eq!(journal.len(), 3, "{journal:?}");
    assert!(journal.iter().all(|line| line.contains("5 appels") && !line.contains("Dupont")), "{journal:?}");
    let period =
        martin.get(&format!("/export/appels.csv?{ALL}&perimetre=periode&du=2026-11-01&au=2026-11-30&champ=nom"));
    assert_eq!(
        period.header("content-disposition"),
        Some("attachment; filename=\"appels-cabinet-martin-2026-11-01-2026-11-30.csv\"")
    );
}

#[test]
fn a_period_has_both_its_days_in_the_zone_of_the_abonne() {
    let office = office();
    difficult(&office);
    let mut martin = office.signed_in("martin");
    let mut rows = |from: &str, to: &str| {
        let query = format!("{ALL}&perimetre=periode&du={from}&au={to}&champ=date&champ=heure");
        told("csv", &martin.get(&format!("/export/appels.csv?{query}")).bytes)
    };
    assert_eq!(rows("2026-11-01", "2026-11-01"), json!([["Date", "Heure"], ["01/11/2026", "00:10"]]));
    assert_eq!(rows("2026-10-31", "2026-10-31"), json!([["Date", "Heure"]]), "in UTC it is still October");
    assert_eq!(rows("2026-11-01", "2026-11-24").as_array().unwrap().len(), 6);
    // What is archived belongs to the period all the same.
    office.signed_in("martin").post("/messages/archivage", &[("message", "1"), ("message", "2")]);
    assert_eq!(rows("24/11/2026", "2026-11-24").as_array().unwrap().len(), 5);
    let pending = martin.get(&format!("/export/appels.csv?{ALL}&perimetre=non-archives&champ=numero&champ=etat"));
    assert_eq!(
        told("csv", &pending.bytes),
        json!([["Numéro", "État"], ["3", "en attente"], ["4", "en attente"], ["5", "en attente"]])
    );
}

#[test]
fn excel_finds_real_dates_and_times_text_phones_and_a_sheet_per_type() {
    let office = office();
    difficult(&office);
    let mut martin = office.signed_in("martin");
    let file = martin.get(&format!("/export/appels.xlsx?{ALL}&perimetre=non-archives{}", every_field()));
    let told = told("xlsx", &file.bytes);
    let sheets: Vec<&String> = told.as_object().unwrap().keys().collect();
    assert_eq!(sheets, ["Messages", "Rendez-vous", "Visites"]);
    let messages = &told["Messages"];
    assert_eq!((&messages["frozen"], &messages["filter"]), (&json!("A2"), &json!("A1:U4")));
    assert_eq!((&messages["titles"], &messages["landscape"]), (&json!("$1:$1"), &json!("landscape")));
    assert_eq!(messages["head"][0], "Numéro");
    assert_eq!(messages["head"][18], "Nouveau patient");
    let row = &messages["rows"][0];
    for (column, expected) in [
        (0, json!(["int", "1", "0"])),
        (1, json!(["datetime", "2026-11-24 00:00:00", "dd/mm/yyyy"])),
        (2, json!(["time", "10:00:00", "hh:mm"])),
        (4, json!(["str", "oui", "General"])),
        (6, json!(["str", "=HYPERLINK(\"http://x\")", "General"])),
        (9, json!(["str", "01000", "@"])),
        (11, json!(["str", "+32 475 12 34 56", "@"])),
        (14, json!(["str", "Deux <lignes> & « guillemets »\nla seconde ; \"ici\" _x0041_", "General"])),
        (15, Value::Null),
        (20, json!(["str", "en attente", "General"])),
    ] {
        // openpyxl hands Excel's code for « _ » on as it stands.
        let shown = row[column].to_string().replace("_x005F_", "_");
        assert_eq!(shown, expected.to_string(), "column {column}");
    }
    let appointment = &told["Rendez-vous"]["rows"][0];
    assert_eq!(appointment[15], json!(["datetime", "2026-12-01 00:00:00", "dd/mm/yyyy"]));
    assert_eq!(appointment[16], json!(["time", "09:05:00", "hh:mm"]));
    // Wide enough for what they hold, and for a filter's button beside the header.
    let widths: Vec<i64> = messages["widths"].as_array().unwrap().iter().map(|one| one.as_i64().unwrap()).collect();
    assert!(widths[6] >= 22 && widths[14] >= 30 && widths[14] <= 75 && widths[2] <= 10, "{widths:?}");
}

#[test]
fn word_finds_a_title_lying_pages_with_numbers_and_headers_that_repeat() {
    let office = office();
    difficult(&office);
    let mut martin = office.signed_in("martin");
    let fields = "&champ=nom&champ=telephone&champ=texte&champ=date-rdv";
    let file =
        martin.get(&format!("/export/appels.docx?type=messages&type=rendez-vous&perimetre=non-archives{fields}"));
    let told = told("docx", &file.bytes);
    assert_eq!((&told["title"], &told["style"]), (&json!("Appels de Cabinet Martin"), &json!("Title")));
    assert_eq!((&told["orientation"], &told["mm"]), (&json!("LANDSCAPE (1)"), &json!([297, 210])));
    assert_eq!(told["header"], "Cabinet Martin · non archivés au mardi 24 novembre 2026");
    assert_eq!(told["fields"], json!(["PAGE", "NUMPAGES"]));
    let tables = told["tables"].as_array().unwrap();
    assert_eq!(tables.len(), 2);
    assert_eq!(tables[0]["repeats"], json!([true, false, false, false]));
    assert_eq!(tables[0]["rows"][0], json!(["Nom", "Téléphone", "Texte", "Date du RDV"]));
    assert_eq!(
        tables[0]["rows"][1],
        json!([
            "=HYPERLINK(\"http://x\")",
            "+32 475 12 34 56",
            "Deux <lignes> & « guillemets »\nla seconde ; \"ici\" _x0041_",
            ""
        ])
    );
    assert_eq!(tables[1]["rows"][1][3], "01/12/2026");
    assert!(told["paragraphs"].as_array().unwrap().contains(&json!("Rendez-vous : 1 rendez-vous")));
}

#[test]
fn csv_runs_nothing_and_keeps_foreign_numbers_readable() {
    let office = office();
    difficult(&office);
    let mut martin = office.signed_in("martin");
    let query = "type=messages&perimetre=non-archives&champ=nom&champ=telephone&champ=texte&champ=code-postal";
    let file = martin.get(&format!("/export/appels.csv?{query}"));
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(
        told("csv", &file.bytes)[1],
        json!([
            "'=HYPERLINK(\"http://x\")",
            "+32 475 12 34 56",
            "Deux <lignes> & « guillemets »\nla seconde ; \"ici\" _x0041_",
            "01000"
        ])
    );
}

/// Without a word of repair, and with every row: the three files turned by LibreOffice into what a person would see.
#[test]
fn libreoffice_opens_all_three_and_prints_them() {
    let office = office();
    difficult(&office);
    office.messages(MARTIN, 120);
    let mut martin = office.signed_in("martin");
    let folder = tempfile::tempdir().unwrap();
    for ending in ["xlsx", "docx", "csv"] {
        let query = format!("{ALL}&perimetre=non-archives{}", every_field());
        let file = martin.get(&format!("/export/appels.{ending}?{query}"));
        std::fs::write(folder.path().join(format!("appels-{ending}.{ending}")), &file.bytes).unwrap();
    }
    let convert = |to: &str, names: &[&str]| {
        let done = Command::new("soffice")
            .arg(format!("-env:UserInstallation=file://{}/profile", folder.path().display()))
            .args(["--headless", "--norestore", "--convert-to", to, "--outdir"])
            .arg(folder.path())
            .args(names.iter().map(|name| folder.path().join(name)))
            .output()
            .expect("LibreOffice runs (apt-get install libreoffice-calc libreoffice-writer)");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    convert("pdf", &["appels-xlsx.xlsx", "appels-docx.docx"]);
    for name in ["appels-xlsx.pdf", "appels-docx.pdf"] {
        let pdf = Pdf::read(&folder.path().join(name));
        assert!(pdf.pages.len() > 2, "{name}: {}", pdf.pages.len());
        let all = pdf.pages.concat();
        assert!(all.contains("24/11/2026") && all.contains("09:05"), "{name}: as people here read them");
        for number in [1, 60, 120] {
            // In narrow columns of Word the sentence takes two lines.
            assert!(all.contains(&format!("numéro {number}.")) || name.contains("docx"), "{name}: {number}");
        }
        for (place, page) in pdf.pages.iter().enumerate() {
            let page = page.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
            assert!(page.contains("cabinet martin"), "{name}, page {}: whose", place + 1);
            assert!(page.contains(&format!("page {}", place + 1)), "{name}, page {}: its number in {page}", place + 1);
        }
        assert!(pdf.size.iter().all(|size| *size == "842 x 595" || *size == "841 x 595"), "A4 lying: {:?}", pdf.size);
    }
    // Read by LibreOffice as a French office's import does, written again in its own way.
    convert("csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false", &["appels-xlsx.xlsx"]);
    let again = std::fs::read(folder.path().join("appels-xlsx.csv")).unwrap();
    let again = String::from_utf8(again).unwrap();
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').from_reader(again.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 123, "the first sheet: 120, the difficult one, the fax, and the early one");
    assert_eq!((&rows[0][6], &rows[0][11], &rows[0][9]), ("=HYPERLINK(\"http://x\")", "+32 475 12 34 56", "01000"));
    // A program without a word of French writes them in its own way: they are a day and a time.
    assert_eq!((&rows[0][1], &rows[0][2]), ("11/24/2026", "10:00:00 AM"));
    assert!(rows[0][14].ends_with("_x0041_"), "{}", &rows[0][14]);
}

/// What a PDF says, page by page.
pub struct Pdf {
    pub pages: Vec<String>,
    /// « 595 x 842 », of each page.
    pub size: Vec<String>,
}

impl Pdf {
    pub fn read(path: &Path) -> Pdf {
        let run = |command: &mut Command| {
            let output = command.output().expect("poppler is there (apt-get install poppler-utils)");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let text = run(Command::new("pdftotext").arg("-layout").arg(path).arg("-"));
        let pages: Vec<String> = text.split('\u{c}').map(str::to_owned).filter(|page| !page.is_empty()).collect();
        let facts = run(Command::new("pdfinfo").args(["-l", "9999"]).arg(path));
        let size = facts
            .lines()
            .filter(|line| line.contains("size:") && line.starts_with("Page"))
            .map(|line| {
                let figures: Vec<i64> = line
                    .split_whitespace()
                    .filter_map(|word| word.parse::<f64>().ok())
                    .filter(|figure| *figure > 100.0)
                    .map(|figure| figure.round() as i64)
                    .collect();
                format!("{} x {}", figures[0], figures[1])
            })
            .collect();
        Pdf { pages, size }
    }
}

#[test]
fn what_is_wrong_comes_back_with_what_was_chosen() {
    let office = office();
    let mut martin = office.signed_in("martin");
    for place in ["liste", "appels.xlsx", "appels.docx", "appels.csv"] {
        let page = martin.get(&format!(
            "/export/{place}?type=visites&perimetre=periode&du=2026-11-30&au=2026-11-01&champ=motif&champ=nom"
        ));
        assert_eq!(page.status, 422, "{place}");
        assert!(page.text().contains("Le dernier jour vient avant le premier"), "{}", page.text());
        assert_eq!(page.attributes("[name=type][checked]", "value"), ["visites"]);
        assert_eq!(page.attributes("[name=champ][checked]", "value"), ["motif", "nom"], "in their order");
        assert_eq!(page.attributes("[name=du]", "value"), ["2026-11-30"]);
    }
    let page = martin.get("/export/liste?perimetre=periode&du=2026-02-31");
    for said in
        ["Cochez au moins un type", "Cochez au moins un champ", "Cette date n’existe pas", "Indiquez le dernier jour"]
    {
        assert!(page.text().contains(said), "{said} in {}", page.text());
    }
    assert_eq!(martin.get("/export/liste").header("location"), Some("/export"));
    let none = martin.get("/export/liste?type=visites&perimetre=non-archives&champ=nom");
    assert!(none.text().contains("Aucun appel à exporter") && none.status == 200);
}

#[test]
fn fields_are_put_in_order_without_a_script_and_remembered_for_each_person() {
    let office = office();
    office.message(MARTIN, "x");
    let mut martin = office.signed_in("martin");
    let moved =
        martin.get("/export?type=messages&perimetre=non-archives&champ=numero&champ=nom&champ=texte&monter=texte");
    assert_eq!(moved.attributes("[name=champ][checked]", "value"), ["numero", "texte", "nom"]);
    assert_eq!(moved.attributes("[autofocus]", "value"), ["texte"], "the button that was pressed");
    let list = martin.get(
        "/export/liste?type=messages&perimetre=periode&du=2026-11-24&au=2026-11-24&champ=numero&champ=texte&champ=nom",
    );
    assert_eq!(list.all("thead th"), ["Numéro", "Texte", "Nom"]);
    let again = office.signed_in("martin").get("/export");
    assert_eq!(again.attributes("[name=champ][checked]", "value"), ["numero", "texte", "nom"]);
    assert_eq!(again.attributes("[name=type][checked]", "value"), ["messages"]);
    assert_eq!(again.attributes("[name=perimetre][checked]", "value"), ["periode"]);
    assert_eq!(
        again.attributes("[name=du], [name=au]", "value"),
        ["2026-11-01", "2026-11-24"],
        "the dates are today's"
    );
    assert_eq!(office.signed_in("double").get("/export").attributes("[name=champ][checked]", "value"), FIELDS);
    let all = martin.get("/export?type=messages&champ=nom&tous=1");
    assert_eq!(all.attributes("[name=champ][checked]", "value"), FIELDS);
}

/// A button of a field is pressed by keyboard, and the page's own order is what is exported.
#[test]
fn with_a_script_fields_move_at_once_and_say_where_they_are() {
    let office = office();
    office.message(MARTIN, "x");
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "martin", "/messages");
    screen.go(office.address(), "/export?type=messages&perimetre=non-archives&champ=numero&champ=nom&champ=texte");
    screen.wait_for("document.querySelector('[data-fields] li').draggable");
    let order = "[...document.querySelectorAll('[name=champ]:checked')].map(one => one.value).join(' ')";
    screen.value("document.querySelector('button[name=monter][value=texte]').focus()");
    screen.press("Enter");
    assert_eq!(screen.value(order), json!("numero texte nom"));
    assert_eq!(screen.value("document.activeElement.value"), json!("texte"), "the button keeps the focus");
    assert_eq!(
        screen.value("document.querySelector('[data-fields-said]').textContent"),
        json!("Texte : place 2 sur 21")
    );
    screen.press("Space");
    screen.press("Space");
    assert_eq!(screen.value(order), json!("texte numero nom"), "at the top it stays");
    // Enter in a date sends the form; it moves nothing.
    screen.value("document.querySelector('[name=du]').focus()");
    screen.press("Enter");
    screen.wait_for("location.pathname === '/export/liste' && document.readyState === 'complete'");
    assert_eq!(
        screen.value("[...document.querySelectorAll('thead th')].map(one => one.textContent).join(' ')"),
        json!("Texte Numéro Nom")
    );
    assert_eq!(screen.complaints, Vec::<String>::new());
}

#[test]
fn a_secretary_exports_for_an_abonne_of_hers_and_reads_nothing_in_its_place() {
    let office = office();
    office.message(MARTIN, "À lire par Martin.");
    let mut basile = office.signed_in("basile");
    let base = "/standard/abonnes/1/export";
    let query = "type=messages&perimetre=non-archives&champ=texte";
    let list = basile.get(&format!("{base}/liste?{query}"));
    assert!(list.text().contains("Cabinet Martin") && list.text().contains("À lire par Martin."), "{}", list.text());
    assert_eq!(list.attributes("main .export-files a", "href")[0], format!("{base}/appels.xlsx?{query}"));
    assert_eq!(basile.get(&format!("{base}/appels.csv?{query}")).status, 200);
    assert_eq!(basile.get(&format!("/standard/abonnes/2/export/appels.csv?{query}")).status, 404);
    let history = |browser: &mut Browser| browser.get("/standard/abonnes/1/messages/1").text().contains("Dr Martin");
    assert!(!history(&mut basile), "a look by the secretariat is no reading");
    office.signed_in("martin").get("/export/liste?type=messages&perimetre=non-archives&champ=nom");
    assert!(!history(&mut basile), "without its text nobody has read it");
    office.signed_in("martin").get(&format!("/export/liste?{query}"));
    assert!(history(&mut basile), "shown to the abonné");
}

#[test]
fn two_are_served_at_once_and_the_third_is_told_to_wait_and_comes_next() {
    let office = office();
    office.message(MARTIN, "x");
    let turns = &office.house().exports;
    let seat = |number| match turns.ask(PersonId(number), "", office.now()) {
        Turn::Seat(seat) => seat,
        Turn::Wait { .. } => panic!("a seat is free"),
    };
    let (first, second) = (seat(101), seat(102));
    let mut martin = office.signed_in("martin");
    let address = "/export/appels.xlsx?type=messages&perimetre=non-archives&champ=nom";
    let page = martin.get(address);
    assert_eq!((page.status, page.header("retry-after"), page.header("refresh")), (503, Some("5"), Some("5")));
    assert!(
        page.text().contains("Votre fichier Excel attend son tour") && page.text().contains("le vôtre est le suivant")
    );
    let other = office.signed_in("double").get("/export/appels.csv?type=messages&perimetre=non-archives&champ=nom");
    assert!(other.text().contains("un autre passe avant le vôtre"), "{}", other.text());
    drop(first);
    assert_eq!(martin.get(address).status, 200, "the page asks again by itself");
    drop(second);
    let again = office.signed_in("double").get("/export/appels.csv?type=messages&perimetre=non-archives&champ=nom");
    assert_eq!(again.status, 200);
}

#[test]
fn a_file_that_nobody_reads_to_its_end_leaves_its_seat() {
    let office = office();
    office.messages(MARTIN, 3000);
    let mut martin = office.signed_in("martin");
    let address = format!("/export/appels.docx?{ALL}&perimetre=non-archives{}", every_field());
    for _ in 0..4 {
        let cookies: Vec<String> = martin.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut stream = std::net::TcpStream::connect(office.address()).unwrap();
        let head =
            format!("GET {address} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", office.address(), cookies.join("; "));
        stream.write_all(head.as_bytes()).unwrap();
        let mut begun = [0; 100];
        std::io::Read::read_exact(&mut stream, &mut begun).unwrap();
        drop(stream);
    }
    // Who waits comes to their turn: nothing holds a seat for ever.
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while martin.get(&address).status != 200 {
        assert!(std::time::Instant::now() < end, "a seat is lost");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn the_command_line_writes_the_same_files() {
    let office = office();
    difficult(&office);
    let mut office = office;
    let query = format!("{ALL}&perimetre=non-archives{}", every_field());
    let served = office.signed_in("martin").get(&format!("/export/appels.csv?{query}")).bytes;
    office.contact(MARTIN, "Durand", "Zoé", |_| ());
    office.stop();
    let data = office.data_folder();
    let run = permanence(data, &["export", "messages", "--subscriber", "Cabinet Martin"]);
    assert_eq!((run.code, run.out.as_bytes()), (0, served.as_slice()), "{}", run.err);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("novembre.xlsx");
    let file = path.to_str().unwrap();
    let period =
        ["--from", "01/11/2026", "--to", "2026-11-24", "--type", "visites", "--field", "nom", "--output", file];
    let run =
        permanence(data, &[&["export", "messages", "--subscriber", "Cabinet Martin"], period.as_slice()].concat());
    assert_eq!((run.code, run.out.as_str()), (0, format!("1 appel : {file}\n").as_str()), "{}", run.err);
    let told = told("xlsx", &std::fs::read(&path).unwrap());
    assert_eq!(told["Visites"]["rows"], json!([[["str", "Dupont", "General"]]]));
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half is left");
    let cards = permanence(data, &["export", "contacts", "--subscriber", "Cabinet Martin", "--format", "vcf"]);
    assert!(cards.out.contains("FN:Zoé") || cards.out.contains("Durand"), "{}", cards.out);
    for (words, code, said) in [
        (vec!["--subscriber", "Personne"], 1, "l’abonné « Personne » n’existe pas"),
        (vec!["--subscriber", "Cabinet Martin", "--field", "taille"], 2, "n’est pas un champ"),
        (vec!["--subscriber", "Cabinet Martin", "--format", "pdf"], 2, "n’est pas un format"),
        (
            vec!["--subscriber", "Cabinet Martin", "--from", "31/02/2026", "--to", "2026-03-01"],
            2,
            "Cette date n’existe pas",
        ),
    ] {
        let run = permanence(data, &[&["export", "messages"], words.as_slice()].concat());
        assert!(run.code == code && run.err.contains(said), "{words:?}: {} {}", run.code, run.err);
    }
}
