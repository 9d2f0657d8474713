//! What is tried, with a few inputs to begin from and the words that each reader knows.

use super::fuzz;
use crate::support::fax::{decoder, sample};
use chrono::{Datelike, NaiveDate};
use permanence::base::query::Query;
use permanence::base::time::{date_short, parse_date, parse_time};
use permanence::base::{Instant, Phone, Zone, csv, fold, sheet};
use permanence::http::edge::challenges::Challenges;
use permanence::http::edge::chunks::Chunks;
use permanence::http::edge::head::{self, Context};
use permanence::http::edge::tls::x509;
use permanence::http::{Files, Form, Method, Request, multipart};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;

/// What something came to, as a number.
fn sum(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// Large counts are alike.
fn about(count: usize) -> u32 {
    count.checked_ilog2().map_or(0, |bits| bits + 1)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).expect("a date")
}

/// A head that is taken is one request to another reader too, and says what only we may say once.
#[test]
fn fuzz_head() {
    static NOTHING_ASKED: Challenges = Challenges::new();
    fn target(bytes: &[u8]) -> u64 {
        let _ = head::early_refusal(bytes, 0);
        let proxies = [IpAddr::from([127, 0, 0, 1])];
        let context = Context {
            peer: IpAddr::from([127, 0, 0, 1]),
            encrypted: false,
            public_name: None,
            trusted_proxies: &proxies,
            body_bytes_max: |_, _| 65_536,
            secure_port: None,
            awaiting: false,
            challenges: &NOTHING_ASKED,
            stays_plain: |path| path == "/sante",
        };
        let end = head::end(bytes, 0).unwrap_or(bytes.len());
        let read = match head::read(&bytes[..end], &context) {
            Ok(read) => read,
            Err(refusal) => return sum(refusal.status()),
        };
        let mut headers = [httparse::EMPTY_HEADER; 128];
        let mut request = httparse::Request::new(&mut headers);
        let length = request.parse(&read.bytes).expect("another reader takes it");
        assert_eq!(length, httparse::Status::Complete(read.bytes.len()), "one request and no more");
        let count = |name: &str| request.headers.iter().filter(|one| one.name.eq_ignore_ascii_case(name)).count();
        assert_eq!((count("host"), count("x-permanence-client"), count("x-permanence-scheme")), (1, 1, 1));
        assert_eq!((count("transfer-encoding"), count("connection"), count("upgrade")), (0, 0, 0));
        assert!(count("content-length") <= 1 && read.body_bytes <= 65_536);
        sum((read.keep_alive, read.old, read.repeatable, about(request.headers.len()), read.body_bytes > 0))
    }
    let seeds: [&[u8]; 4] = [
        b"GET /messages?page=2 HTTP/1.1\r\nHost: agenda.exemple.fr\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n",
        b"POST /connexion HTTP/1.1\r\nHost: a:80\r\nContent-Length: 6\r\nExpect: 100-continue\r\n\r\n",
        b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
        b"HEAD /a%20b HTTP/1.1\r\nHost: [::1]\r\nX-Forwarded-For: 203.0.113.9, ::ffff:1.2.3.4\r\nX-Forwarded-Proto: https\r\n\r\n",
    ];
    let words = [
        "Transfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\n",
        "Host: b\r\n",
        "X-Permanence-Client: 6.6.6.6\r\n",
        " HTTP/1.1",
        "\r\n folded",
        "%2f",
        "/../",
        "\t",
        ":",
        "Connection: close\r\n",
        "chunked",
        "+5",
        "0x5",
    ];
    fuzz("head", &seeds, &words, target);
}

/// However the bytes are cut, the same is understood.
#[test]
fn fuzz_chunks() {
    fn follow(pieces: &[&[u8]]) -> Option<(Vec<u8>, bool, usize)> {
        let (mut chunks, mut payload, mut taken) = (Chunks::new(), Vec::new(), 0);
        for piece in pieces {
            taken += chunks.follow(piece, Some(&mut payload)).ok()?;
        }
        Some((payload, chunks.done(), taken))
    }
    fn target(bytes: &[u8]) -> u64 {
        let whole = follow(&[bytes]);
        let each: Vec<&[u8]> = bytes.chunks(1).collect();
        let halves = bytes.split_at(bytes.len() / 2);
        assert_eq!(whole, follow(&each));
        assert_eq!(whole, follow(&[halves.0, halves.1]));
        sum(whole.map(|(payload, done, _)| (about(payload.len()), done)))
    }
    let seeds: [&[u8]; 2] = [b"5\r\nhello\r\n0\r\n\r\n", b"a;x=y\r\n0123456789\r\n1\r\nz\r\n0\r\nT: v\r\n\r\nrest"];
    fuzz("chunks", &seeds, &["ffffffffffffffff\r\n", "0\r\n\r\n", ";", "F"], target);
}

/// What a form says is said again by what it is written as.
#[test]
fn fuzz_form() {
    fn target(bytes: &[u8]) -> u64 {
        let Some(form) = Form::parse(&text(bytes)) else { return 0 };
        assert_eq!(Form::parse(&form.encoded()), Some(form.clone()));
        sum(about(form.iter().count()))
    }
    fuzz(
        "form",
        &[b"identifiant=martin&pass=a+b%20c", b"message=1&message=22&q=M%C3%BCller&vide=&seul"],
        &["&", "=", "+"],
        target,
    );
}

#[test]
fn fuzz_multipart() {
    fn target(bytes: &[u8]) -> u64 {
        let (first, body) = bytes.split_at(bytes.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1));
        let Some(boundary) = multipart::boundary(text(first).trim_end()) else { return 0 };
        let leave = multipart::Leave::take().expect("nobody else");
        let Some((form, files)) = multipart::read(body.to_vec(), &boundary, leave) else { return 1 };
        let file = files.find("fichier").map(|file| {
            assert!(!file.name.contains(['/', '\\', '\n', '\0']), "{:?}", file.name);
            about(file.bytes.len())
        });
        sum((about(form.iter().count()), file))
    }
    let seed = b"multipart/form-data; boundary=X\n--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--X\r\n\
        Content-Disposition: form-data; name=\"fichier\"; filename=\"c/d.csv\"\r\nContent-Type: text/csv\r\n\r\n1;2\r\n--X--\r\n";
    let words =
        ["--X", "\r\n\r\n", "--X--", "name=\"", "filename=\"", "Content-Transfer-Encoding: base64\r\n", "\r\n--X\r\n"];
    fuzz("multipart", &[seed], &words, target);
}

/// Headers that every request brings, as the rooms ask for them.
#[test]
fn fuzz_cookie() {
    fn target(bytes: &[u8]) -> u64 {
        let value = text(bytes);
        let names = ["cookie", "accept-encoding", "origin", "host", "referer"];
        let request = Request {
            now: Instant(0),
            method: Method::Post,
            path: "/".into(),
            raw_query: String::new(),
            query: Form::default(),
            form: Form::default(),
            files: Files::default(),
            json: String::new(),
            body: String::new(),
            client: IpAddr::from([127, 0, 0, 1]),
            https: true,
            headers: names.iter().map(|name| ((*name).to_owned(), value.clone())).collect(),
            parts: Vec::new(),
        };
        assert!(!request.comes_from_our_page(), "{value:?} is no host and origin at once");
        let device = permanence::people::agent::device_in_words(&value);
        sum((request.cookie("session").map(|found| about(found.len())), request.takes_gzip(), device))
    }
    let seeds: [&[u8]; 4] = [
        b"session=abc; autre=1",
        b"gzip, deflate;q=0.5, *;q=0",
        b"https://agenda.exemple.fr",
        b"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    ];
    fuzz("cookie", &seeds, &["session=", ";", "q=", "://", "gzip", "Android", "iPhone OS 17_5", "Chrome/"], target);
}

/// What is typed into a search field, and how it is folded.
#[test]
fn fuzz_query() {
    fn target(bytes: &[u8]) -> u64 {
        let typed = text(bytes);
        let folded = fold::fold(&typed);
        assert_eq!(fold::fold(&folded), folded, "folded is folded");
        let words = fold::words(&typed);
        assert!(words.iter().all(|word| !word.is_empty()));
        sum((Query::read(&typed).map(|query| about(query.terms().len())), about(words.len())))
    }
    fuzz(
        "query",
        &["Dupont-Müller œuvre".as_bytes(), b"06 12 34 56 78", b"+33 6 12"],
        &["œ", "ß", "İ", "'", "-"],
        target,
    );
}

/// A number that is kept is read as itself.
#[test]
fn fuzz_phone() {
    fn target(bytes: &[u8]) -> u64 {
        let phone = Phone::read(&text(bytes));
        let again = Phone::read(phone.kept());
        assert_eq!(again.kept(), phone.kept(), "kept is kept");
        let _ = (phone.shown(), phone.searched());
        sum((phone.dialled().is_some(), about(phone.kept().len())))
    }
    let seeds: [&[u8]; 4] = [b"06 12 34 56 78", b"+33 (0)6.12.34.56.78", b"0033612345678", b"15"];
    fuzz("phone", &seeds, &["+", "00", "(0)", "+262", "poste 12", "\u{a0}"], target);
}

/// A date that is read is written and read again as itself.
#[test]
fn fuzz_date() {
    fn target(bytes: &[u8]) -> u64 {
        let typed = text(bytes);
        let date = parse_date(&typed);
        if let Some(date) = date.filter(|date| (1000..=9999).contains(&date.year())) {
            assert_eq!(parse_date(&date_short(date)), Some(date), "{typed:?}");
        }
        sum((date.is_some(), parse_time(&typed).is_some()))
    }
    let seeds: [&[u8]; 5] = [b"2026-11-24", b"24/11/2026", b"24.11.26", b"9h15", b"09:15"];
    fuzz("date", &seeds, &["-", "/", "h", ":", "29/02/", "31/"], target);
}

/// What is written for a spreadsheet is read back as what was meant, by a reader that is not ours.
#[test]
fn fuzz_csv() {
    fn target(bytes: &[u8]) -> u64 {
        let all = text(bytes);
        let cells: Vec<&str> = all.split('|').collect();
        let mut out = Vec::new();
        let mut table = csv::Table::new(&mut out).expect("memory takes it");
        table.row(&cells).and_then(|()| table.end()).expect("memory takes it");
        let mut reader = ::csv::ReaderBuilder::new().delimiter(b';').has_headers(false).from_reader(&out[..]);
        let back: Vec<String> =
            reader.records().next().map_or(Vec::new(), |row| row.expect("a row").iter().map(str::to_owned).collect());
        let meant: Vec<_> = cells.iter().map(|cell| sheet::harmless(cell).into_owned()).collect();
        assert_eq!(back, meant, "{cells:?}");
        sum(about(cells.len()))
    }
    fuzz(
        "csv",
        &["Dupont|Marie|=1+1|dit « \"Titi\" »".as_bytes(), b"a;b|c\r\nd| e "],
        &["|", ";", "\"\"", "\t="],
        target,
    );
}

#[test]
fn fuzz_calls() {
    fn target(bytes: &[u8]) -> u64 {
        match permanence::messages::import::read(bytes, Zone::PARIS) {
            Ok(file) => sum((about(file.calls.len()), about(file.bad.len()))),
            Err(sentence) => sum(sentence),
        }
    }
    let seed = "abonné;date;heure;type;urgent;nom;téléphone;texte;état;date du rdv;heure du rdv\nMartin;24/11/2026;10:00;rendez-vous;non;Dupont;06 12 34 56 78;Rappeler;archivé;25/11/2026;9h15\n";
    fuzz(
        "calls",
        &[seed.as_bytes(), b"abonn\xe9,date,heure,texte\r\nx,2026-11-24,10:00,\"a\r\nb\"\r\n"],
        &[";", "\"", "urgent", "oui", "rendez-vous", ","],
        target,
    );
}

#[test]
fn fuzz_cards() {
    fn target(bytes: &[u8]) -> u64 {
        match permanence::contacts::import::read(bytes, &[], today()) {
            Ok(file) => sum((file.encoding, about(file.rows.len()), about(file.bad.len()))),
            Err(sentence) => sum(sentence),
        }
    }
    let seeds: [&[u8]; 2] = [
        b"Civilit\xe9;Nom;Pr\xe9nom;Naissance;T\xe9l\xe9phone\r\nMme;Dupont;Marie;01/02/1980;0612345678\r\n",
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Dupont;Marie;;Mme;\r\nFN:Marie Dupont\r\nTEL;TYPE=CELL:+33612345678\r\nBDAY:1980-02-01\r\nADR:;;1 rue\r\n  de la Paix;Paris;;75002;\r\nEND:VCARD\r\n",
    ];
    let words = [
        "BEGIN:VCARD\r\n",
        "END:VCARD\r\n",
        "VERSION:2.1\r\n",
        ";ENCODING=QUOTED-PRINTABLE:=C3=A9=\r\n",
        "NOTE:",
        "\\n",
        "item1.",
        ";CHARSET=ISO-8859-1",
        "TEL:",
        ";",
        "=",
    ];
    fuzz("cards", &seeds, &words, target);
}

#[test]
fn fuzz_calendar() {
    fn target(bytes: &[u8]) -> u64 {
        match permanence::agenda::ics::read(bytes, Zone::PARIS, today()) {
            Ok(calendar) => sum((about(calendar.events.len()), about(calendar.bad.len()), calendar.endless.min(3))),
            Err(sentence) => sum(sentence),
        }
    }
    let seed = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Paris:20261124T090000\r\nDTEND;TZID=Europe/Paris:20261124T091500\r\nRRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=5\r\nEXDATE;TZID=Europe/Paris:20261201T090000\r\nSUMMARY:Dupont\\, Marie\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20261225\r\nDURATION:P1D\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let words = [
        "BEGIN:VEVENT\r\n",
        "END:VEVENT\r\n",
        "RRULE:FREQ=DAILY\r\n",
        "FREQ=SECONDLY",
        "FREQ=YEARLY",
        "INTERVAL=0",
        "INTERVAL=65535",
        "BYSETPOS=-1",
        "BYMONTHDAY=31",
        "BYYEARDAY=366",
        "BYWEEKNO=53",
        "UNTIL=99991231T235959Z",
        "COUNT=4294967295",
        "RECURRENCE-ID:",
        "RDATE:20261124T090000Z\r\n",
        "DURATION:PT99999999H",
        "DTSTART:00010101T000000Z\r\n",
        "DTEND:99991231T235959Z\r\n",
        "TZID=\"x\"",
        "STATUS:CANCELLED\r\n",
        "\r\n ",
        "BYHOUR=0,1,2,3",
        "BYMINUTE=59",
        "BYSECOND=60",
    ];
    fuzz("calendar", &[seed], &words, target);
}

#[test]
fn fuzz_config() {
    fn target(bytes: &[u8]) -> u64 {
        use permanence::config::{Sources, read};
        let path = std::env::temp_dir().join(format!("permanence-fuzz-{}.toml", std::process::id()));
        std::fs::write(&path, bytes).expect("a file");
        let environment = |name: &str| (name == "HOME").then(|| "/home/aline".to_owned());
        let sources = Sources { flags: Vec::new(), environment: &environment, file: Some(path), preferred: Vec::new() };
        match read(&sources) {
            Ok(config) => {
                let shown = config.shown();
                shown.parse::<toml::Table>().expect("what is shown can be read again");
                sum((config.listen.len(), config.tls.is_some(), config.acme.is_some(), config.mail.is_some()))
            }
            Err(wrong) => {
                let sentence = wrong.to_string();
                sum(sentence.split(" : ").last().map(|end| end.chars().take(40).collect::<String>()))
            }
        }
    }
    let seeds: [&[u8]; 2] = [
        b"listen = ['127.0.0.1:80']\ncache-mb = 4\nzone = 'Europe/Paris'\nworkers = 2\nexpiry-time = '03:00'\n",
        b"tls-acme = 'agenda.exemple.fr'\ntls-acme-terms = 'oui'\nmail-server = 'tls://smtp.exemple.fr:465'\nmail-from = 'A <a@exemple.fr>'\nmetrics = 'local'\n",
    ];
    fuzz("config", &seeds, &["=", "[", "'", "public-name", "trusted-proxies", "starttls://", "[::]:443", "\n"], target);
    let _ = std::fs::remove_file(std::env::temp_dir().join(format!("permanence-fuzz-{}.toml", std::process::id())));
}

/// The real binary reads faxes in a child that may end as it likes; whoever asked it gets an answer.
#[test]
fn fuzz_fax() {
    fn target(bytes: &[u8]) -> u64 {
        let mut pages = 0;
        let end = decoder().pages(bytes, &mut |page| {
            pages += 1;
            assert!(page.png.starts_with(b"\x89PNG") && page.width > 0 && page.height > 0);
            Ok(())
        });
        let end = end.expect("a child runs, and says how it ended or is ended");
        sum((about(pages), end.map(|read| read.remarks.len().min(3)).map_err(|refusal| refusal.to_string())))
    }
    let samples = ["good/g4-strips.tif", "good/fax2tiff-g3-2d.tif", "good/page.png", "good/fax.pdf"].map(sample);
    let seeds: Vec<&[u8]> = samples.iter().map(Vec::as_slice).collect();
    let words =
        ["II*\0", "MM\0*", "%PDF-1.4\n", "\u{1}\0\0\0", "\u{4}\0", "/Count 4294967295", "endobj", "IDAT", "stream\n"];
    fuzz("fax", &seeds, &words, target);
}

#[test]
fn fuzz_certificate() {
    fn target(bytes: &[u8]) -> u64 {
        sum(x509::facts(bytes).map(|facts| (facts.names.len(), facts.authority_key.len(), facts.issuer.len().min(20))))
    }
    let key = rcgen::KeyPair::generate().expect("a key");
    let mut wanted =
        rcgen::CertificateParams::new(vec!["agenda.exemple.fr".to_owned(), "::1".to_owned()]).expect("names");
    wanted.use_authority_key_identifier_extension = true;
    let made = wanted.self_signed(&key).expect("a certificate");
    fuzz("certificate", &[made.der()], &["\x30\x03", "\x02\x01", "\u{7f}"], target);
}
