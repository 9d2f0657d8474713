//! What another software left comes in: Easy!Appointments by its database, another secretariat by a plain table; shown first,
//! rejected rows named, and twice is once.

use crate::support::browser::{Browser, Page};
use crate::support::{Office, command, office};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// In the form of mysqldump 10.19, with the tables of Easy!Appointments 1.5.
const DUMP: &str = include_str!("samples/easyappointments.sql");

fn send(admin: &mut Browser, name: &str, bytes: &[u8]) -> String {
    let sent = admin.upload("/administration/dossiers/reprise", "fichier", name, bytes);
    assert_eq!(sent.status, 303, "{}", sent.text());
    sent.header("location").unwrap().to_owned()
}

fn write(admin: &mut Browser, address: &str) -> Page {
    let done = admin.post(address, &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    admin.follow(done)
}

fn rows(office: &Office) -> Vec<(String, u64)> {
    let all = office.house().store.check_rows().unwrap().into_iter();
    let rooms = ["messages.", "contacts.", "agenda.", "subscribers.", "folders."];
    all.filter(|table| rooms.iter().any(|room| table.name.starts_with(room)))
        .map(|table| (table.name.to_owned(), table.rows))
        .collect()
}

fn says(text: &str, all: &[&str]) {
    for one in all {
        assert!(text.contains(one), "« {one} » in {text}");
    }
}

#[test]
fn providers_of_easyappointments_become_abonnes_with_contacts_and_agendas() {
    let office = office();
    let mut admin = office.signed_in("admin");
    let before = rows(&office);
    let address = send(&mut admin, "ea.sql", DUMP.as_bytes());
    let preview = admin.get(&address).text();
    says(
        &preview,
        &[
            "Easy!Appointments",
            "Hélène Martin 2 fiches contact, 2 rendez-vous, 1 absence",
            "Jean d'Artagnan 1 fiche contact, 1 rendez-vous",
            "ea_appointments, ligne 52 : Ce temps est pris par O'BRIEN Jean-Luc.",
            "ea_appointments, ligne 51 : Cette heure n’existe pas",
            "ea_appointments, ligne 55 : Son prestataire n’est pas dans la sauvegarde.",
            "1 rendez-vous annulé ou en brouillon",
            "1 client qui n’a jamais pris rendez-vous",
        ],
    );
    assert_eq!(before, rows(&office), "a preview writes nothing");
    says(&write(&mut admin, &address).text(), &["2 abonnés repris."]);
    let mut aline = office.signed_in("aline");
    let day = aline.get("/standard/abonnes/3/agenda?date=2026-11-27").text();
    says(&day, &["LÉCUYER Zoé", "O'BRIEN Jean-Luc"]);
    let card = aline.get("/standard/abonnes/3/contacts/1").text();
    says(
        &card,
        &[
            "LÉCUYER Zoé",
            "06 39 98 12 34",
            "01 99 00 12 34",
            "5, rue de l'Église",
            "Allergie : pénicilline",
            "vendredi 27 novembre 2026 à 09:00",
        ],
    );
    let booked = aline.get("/standard/abonnes/3/agenda/rendez-vous/1").html();
    says(&booked, &["Première consultation", "ordonnance;", "venir à jeun (12 h)."]);
    says(&aline.get("/standard/abonnes/3/agenda/absences").text(), &["Congés"]);
    // The working plan: Mondays from 8 to 12 with a pause, in slots of the shortest service.
    let week = aline.get("/standard/abonnes/3/agenda/semaine-type");
    says(&week.html(), &["value=\"08:00\"", "value=\"10:20\"", "value=\"20\""]);
    // Nine o’clock at La Réunion is six in Paris.
    says(&aline.get("/standard/abonnes/4/agenda?date=2026-11-27").text(), &["09:00"]);
    let after = rows(&office);
    let again = send(&mut admin, "ea.sql", DUMP.as_bytes());
    says(&admin.get(&again).text(), &["Il n’y a rien à reprendre"]);
    write(&mut admin, &again);
    assert_eq!(after, rows(&office), "twice is once");
}

/// The same tables as phpMyAdmin exports them, in a zip.
fn zipped(dump: &str) -> Vec<u8> {
    let program = "import sys, io, re, csv, zipfile\n\
        out = io.BytesIO(); z = zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED)\n\
        def put(name, rows):\n\
        \x20   f = io.StringIO(); csv.writer(f).writerows(rows); z.writestr(name + '.csv', f.getvalue())\n\
        put('ea_users', [['id','first_name','last_name','mobile_number','timezone','id_roles'],['2','Hélène','Martin','NULL','Europe/Paris','2'],['3','Zoé','Lécuyer','0639981234','UTC','3']])\n\
        put('ea_appointments', [['id','start_datetime','end_datetime','is_unavailability','id_users_provider','id_users_customer','id_services'],['1','2026-11-27 09:00:00','2026-11-27 09:45:00','0','2','3','1']])\n\
        put('ea_services', [['id','name','duration'],['1','Bilan','45']])\n\
        z.close(); sys.stdout.buffer.write(out.getvalue())\n";
    let mut child =
        Command::new("python3").args(["-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(dump.as_bytes()).unwrap();
    child.wait_with_output().unwrap().stdout
}

#[test]
fn its_tables_as_csv_in_a_zip_do_as_well() {
    let office = office();
    let mut admin = office.signed_in("admin");
    let address = send(&mut admin, "ea.zip", &zipped(""));
    says(&admin.get(&address).text(), &["Hélène Martin 1 fiche contact, 1 rendez-vous"]);
    write(&mut admin, &address);
    let mut aline = office.signed_in("aline");
    says(&aline.get("/standard/abonnes/3/agenda?date=2026-11-27").text(), &["LÉCUYER Zoé"]);
    says(&aline.get("/standard/abonnes/3/agenda/rendez-vous/1").html(), &["Bilan", "Zoé"]);
}

#[test]
fn tables_of_another_secretariat_are_guessed_corrected_and_written() {
    let office = office();
    let mut admin = office.signed_in("admin");
    // Appointments, in Windows-1252 with semicolons, of one who is here and one who is not.
    let table = "Cabinet;Date;Heure;Durée;Nom;Prénom;Tél;Motif;À domicile\r\n\
        cabinet martin;27/11/2026;9h30;20 min;Lécuyer;Zoé;0639981234;Contrôle;\r\n\
        Dr Athos;27/11/2026;10:00;;Roux;;;;oui\r\n\
        Dr Athos;32/11/2026;10:00;;Perdu;;;;\r\n\
        ;27/11/2026;11:00;;Personne;;;;\r\n";
    let bytes: Vec<u8> = table.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let address = send(&mut admin, "rdv.csv", &bytes);
    says(
        &admin.get(&address).text(),
        &[
            "Cabinet Martin 1 rendez-vous",
            "Dr Athos 1 rendez-vous",
            "Ligne 4 : La date « 32/11/2026 » ne se lit pas.",
            "Ligne 5 : Il n’y a pas d’abonné.",
        ],
    );
    write(&mut admin, &address);
    let mut aline = office.signed_in("aline");
    says(&aline.get("/standard/abonnes/1/agenda?date=2026-11-27").text(), &["09:30", "LÉCUYER Zoé"]);
    says(&aline.get("/standard/abonnes/3/agenda?date=2026-11-27").text(), &["ROUX visite"]);
    // Contacts whose first column has a name that nobody could guess.
    let contacts = "Chez;Nom;Prénom;Téléphone;Naissance\nCabinet Martin;Dupont;\"Anne\nMarie\";06 11 22 33 44;1/2/1980\nCabinet Martin;;;;x\n";
    let address = send(&mut admin, "contacts.csv", contacts.as_bytes());
    says(&admin.get(&address).text(), &["Aucune colonne n’est prise pour l’abonné"]);
    let corrected =
        format!("{address}?colonne-0=abonne&colonne-1=nom&colonne-2=prenom&colonne-3=telephone&colonne-4=naissance");
    let preview = admin.get(&corrected);
    says(&preview.text(), &["Cabinet Martin 1 fiche contact", "Ligne 4 : "]);
    let fields = preview.form(&address);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(admin.post(&address, &fields).status, 303);
    says(&aline.get("/standard/abonnes/1/contacts?q=0611223344").text(), &["DUPONT"]);
    // Messages, and abonnés alone.
    let messages =
        "Abonné,Date,Heure,Nom,Texte,État\nCabinet Martin,23/11/2026,14:05,Roux,\"Rappeler, merci\",archivé\n";
    let address = send(&mut admin, "messages.csv", messages.as_bytes());
    says(&admin.get(&address).text(), &["Cabinet Martin 1 message"]);
    write(&mut admin, &address);
    says(&office.signed_in("martin").get("/archives").text(), &["Rappeler, merci"]);
    let abonnes = "Abonné;Métier;Ville;Ligne\nMaître Porthos;Avocat;Créteil;01 99 00 10 20\n";
    let address = send(&mut admin, "abonnes.csv", abonnes.as_bytes());
    write(&mut admin, &address);
    says(&admin.get("/administration/abonnes").text(), &["Maître Porthos"]);
    let called = aline.get("/standard/appel?vers=0199001020&de=0611223344");
    says(&aline.follow(called).text(), &["Maître Porthos"]);
    let after = rows(&office);
    for (name, bytes) in
        [("rdv.csv", bytes.as_slice()), ("messages.csv", messages.as_bytes()), ("abonnes.csv", abonnes.as_bytes())]
    {
        let again = send(&mut admin, name, bytes);
        says(&admin.get(&again).text(), &["Il n’y a rien à reprendre"]);
        write(&mut admin, &again);
    }
    assert_eq!(after, rows(&office), "twice is once");
}

#[test]
fn what_is_nothing_of_all_this_is_refused_in_a_sentence() {
    let office = office();
    let mut admin = office.signed_in("admin");
    for (bytes, sentence) in [
        (&b"\x89PNG\r\n\0\0"[..], "n’est rien de ce qui se reprend ici"),
        (b"CREATE TABLE `t` (`id` int);\nINSERT INTO `t` VALUES (1);\n", "n’est pas celle d’Easy!Appointments"),
        (b"INSERT INTO `ea_users` VALUES (1,'jamais", "ne se lit pas"),
        (b"Nom;Date\n", "aucune ligne"),
        (b"\n\n", "vide"),
    ] {
        let page = admin.upload("/administration/dossiers/reprise", "fichier", "x", bytes);
        if sentence == "aucune ligne" {
            assert_eq!(page.status, 303);
            continue;
        }
        assert_eq!(page.status, 422, "{sentence}");
        says(&page.text(), &[sentence]);
    }
}

#[test]
fn the_command_line_names_what_it_refuses_and_writes_the_rest_when_told() {
    let mut office = office();
    office.stop();
    let data = office.data_folder().to_owned();
    let file = data.with_file_name("ea.sql");
    std::fs::write(&file, DUMP).unwrap();
    let file = file.to_str().unwrap();
    let refused = command::permanence(&data, &["import", file]);
    assert_eq!(refused.code, 1);
    says(&refused.out, &["Hélène Martin : 2 fiches contact, 2 rendez-vous", "ea_appointments, ligne 51"]);
    says(&refused.err, &["rien n’a été importé", "--skip-bad"]);
    let tried = command::permanence(&data, &["import", file, "--skip-bad", "--dry-run"]);
    says(&tried.out, &["Essai seulement"]);
    let done = command::permanence(&data, &["import", file, "--skip-bad"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    says(&done.out, &["2 abonnés repris ou complétés."]);
    let again = command::permanence(&data, &["import", file, "--skip-bad"]);
    says(&again.out, &["0 abonné repris"]);
    let checked = command::permanence(&data, &["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
}
