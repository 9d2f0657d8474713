//! Which origin outweighs which, and that every mistake has a sentence.

use super::*;

fn sources<'a>(environment: &'a dyn Fn(&str) -> Option<String>) -> Sources<'a> {
    Sources { flags: Vec::new(), environment, file: None, preferred: Vec::new() }
}

fn home(name: &str) -> Option<String> {
    (name == "HOME").then(|| "/home/aline".to_owned())
}

#[test]
fn without_a_word_everything_has_a_value() {
    let config = read(&sources(&home)).unwrap();
    assert_eq!(config.data_dir, Path::new("/home/aline/.local/share/permanence"));
    assert_eq!(config.listen, ["[::]:8080".parse().unwrap()]);
    assert_eq!((config.cache_mb, config.workers, config.zone), (16, 0, Zone::PARIS));
    assert!(SETTINGS.iter().all(|setting| *config.origin(setting.key) == Origin::BuiltIn));
    assert!(SETTINGS.iter().all(|setting| table::setting(setting.key).name == setting.name));
}

#[test]
fn a_flag_outweighs_the_environment_and_that_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("reglages.toml");
    std::fs::write(&file, "cache-mb = 1\nlisten = [\"127.0.0.1:1\"]\n\nworkers = 3\n").unwrap();
    let environment = |name: &str| match name {
        "PERMANENCE_CACHE_MB" => Some("2".to_owned()),
        "PERMANENCE_LISTEN" => Some("127.0.0.1:2".to_owned()),
        other => home(other),
    };
    let mut sources = sources(&environment);
    sources.file = Some(file.clone());
    sources.flags.push((Key::Listen, "--listen", "127.0.0.1:3, [::1]:3".into()));
    let config = read(&sources).unwrap();
    assert_eq!(config.listen, ["127.0.0.1:3".parse().unwrap(), "[::1]:3".parse().unwrap()]);
    assert_eq!(config.cache_mb, 2);
    assert_eq!(*config.origin(Key::Listen), Origin::Flag("--listen"));
    assert_eq!(*config.origin(Key::CacheMb), Origin::Environment("PERMANENCE_CACHE_MB"));
    assert_eq!(*config.origin(Key::Workers), Origin::File(file, 4));
    let shown: toml::Table = config.shown().parse().expect("what is shown can be read again");
    assert_eq!(shown["workers"].as_str(), Some("3"));
}

#[test]
fn the_usual_file_lies_in_the_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("permanence.toml"), "zone = 'Indian/Reunion'").unwrap();
    let mut sources = sources(&home);
    sources.flags.push((Key::DataDir, "--data-dir", folder.path().display().to_string()));
    assert_eq!(read(&sources).unwrap().zone.name(), "Indian/Reunion");
}

#[test]
fn https_needs_a_certificate_and_its_key() {
    let said = |pairs: &[(Key, &str)]| {
        let mut sources = sources(&home);
        sources.flags = pairs.iter().map(|(key, value)| (*key, table::setting(*key).name, value.to_string())).collect();
        read(&sources)
    };
    assert_eq!(said(&[]).unwrap().tls, None);
    let files = [(Key::TlsCertificate, "/etc/p/cert.pem"), (Key::TlsKey, "/etc/p/key.pem")];
    let usual = said(&files).unwrap().tls.unwrap();
    assert_eq!((usual.listen, usual.key), (vec!["[::]:8443".parse().unwrap()], PathBuf::from("/etc/p/key.pem")));
    let alone = said(&[&files[..], &[(Key::ListenTls, "[::]:443"), (Key::Listen, "")]].concat()).unwrap();
    assert!(alone.listen.is_empty() && alone.tls.unwrap().listen == ["[::]:443".parse().unwrap()]);
    for (pairs, word) in [
        (vec![files[0]], "tls-key"),
        (vec![files[1]], "tls-certificate"),
        (vec![(Key::ListenTls, "[::]:443")], "un certificat et sa clé"),
        (vec![files[0], files[1], (Key::ListenTls, "443")], "[::]:443"),
        (vec![(Key::Listen, "")], "127.0.0.1:8080"),
    ] {
        let refused = said(&pairs).unwrap_err().to_string();
        assert!(refused.contains(word), "{refused}");
    }
}

#[test]
fn a_certificate_of_our_own_needs_a_name_and_a_yes() {
    let said = |pairs: &[(Key, &str)]| {
        let mut sources = sources(&home);
        sources.flags = pairs.iter().map(|(key, value)| (*key, table::setting(*key).name, value.to_string())).collect();
        read(&sources)
    };
    let (name, yes) = ((Key::TlsAcme, "Agenda.exemple.fr"), (Key::TlsAcmeTerms, "oui"));
    let config = said(&[name, yes]).unwrap();
    let acme = config.acme.unwrap();
    assert_eq!((acme.name.as_str(), config.public_name.as_deref()), ("agenda.exemple.fr", Some("agenda.exemple.fr")));
    assert_eq!((config.listen, acme.listen), (vec!["[::]:80".parse().unwrap()], vec!["[::]:443".parse().unwrap()]));
    assert!(acme.directory.contains("letsencrypt.org") && config.tls.is_none());
    let set = said(&[name, yes, (Key::Listen, "127.0.0.1:8080"), (Key::ListenTls, "127.0.0.1:8443")]).unwrap();
    assert_eq!(set.listen, ["127.0.0.1:8080".parse().unwrap()], "who names a port has it");
    assert_eq!(set.acme.unwrap().listen, ["127.0.0.1:8443".parse().unwrap()]);
    assert!(said(&[name, yes, (Key::Listen, "")]).unwrap().listen.is_empty());
    for (pairs, word) in [
        (vec![name], "« tls-acme-terms »"),
        (vec![yes, (Key::TlsAcme, "192.0.2.1")], "un nom public"),
        (vec![yes, (Key::TlsAcme, "agenda.exemple.fr:443")], "sans port"),
        (vec![yes, (Key::TlsAcme, "agenda")], "un nom public"),
        (vec![name, yes, (Key::PublicName, "autre.exemple.fr")], "public-name"),
        (vec![name, yes, (Key::TlsKey, "/a"), (Key::TlsCertificate, "/b")], "choisir"),
        (vec![name, yes, (Key::TlsAcmeDirectory, "http://127.0.0.1/")], "https://"),
        (vec![name, yes, (Key::TlsAcmeEmail, "moi")], "e-mail"),
    ] {
        let refused = said(&pairs).unwrap_err().to_string();
        assert!(refused.contains(word), "{refused}");
    }
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("reglages.toml");
    for (text, words) in [
        ("cache-mb = 4\nport = 80\n", ["ligne 2", "« port » n’existe pas"]),
        ("\n\ncache-mb = 0\n", ["ligne 3", "de 1 à 65536"]),
        ("listen = 'partout'\n", ["ligne 1", "une adresse et un port"]),
        ("zone = 'Europe/Lutece'\n", ["« zone »", "Europe/Paris"]),
        ("expiry-time = '25:00'\n", ["« expiry-time »", "03:00"]),
        ("workers = true\n", ["ligne 1", "doit être"]),
        ("cache-mb = 4\nlisten = = 3\n", ["ligne 2", "TOML"]),
        ("public-name = 'http://x/'\n", ["« public-name »", "un nom de machine"]),
        ("log-level = 'bavard'\n", ["« log-level »", "info"]),
        ("trusted-proxies = 'mon-proxy'\n", ["« trusted-proxies »", "adresses IP"]),
    ] {
        std::fs::write(&file, text).unwrap();
        let mut sources = sources(&home);
        sources.file = Some(file.clone());
        let refused = read(&sources).unwrap_err().to_string();
        for word in words {
            assert!(refused.contains(word), "{text:?}: {refused}");
        }
    }
    let mut sources = sources(&home);
    sources.file = Some(folder.path().join("absent.toml"));
    assert!(read(&sources).unwrap_err().to_string().contains("absent.toml"));
}
