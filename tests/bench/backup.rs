//! A backup of a large data file while calls are taken: its rate beside a plain copy of the file, how long it holds up who
//! writes, and the rate of the check.

use crate::browser::Browser;
use crate::process::{BINARY, Served};
use crate::{generate, quantile, time};
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Some 1.1 GB.
const MESSAGES: u64 = 1_000_000;
/// How long calls are taken without a backup, to compare with.
const QUIET: Duration = Duration::from_secs(8);

pub fn figures(folder: &Path) {
    let data = generate::data(&folder.join("sauvegarde"), 200, MESSAGES);
    let file = data.join("permanence.redb");
    let megabytes = file.metadata().map_or(0, |facts| facts.len()) as f64 / 1e6;
    println!("\n== Backup and check of {megabytes:.0} MB ==");
    let aside = folder.join("copie");
    let copied = time(|| {
        let mut out = File::create(&aside).expect("a file");
        std::io::copy(&mut File::open(&file).expect("the data"), &mut out).expect("it is copied");
        out.sync_all().expect("it is on the disk");
    });
    let _ = std::fs::remove_file(&aside);
    println!("a plain copy, on the disk: {:.0} MB/s", megabytes / copied * 1000.0);

    let served = Served::start(&data);
    println!("start to first answer after a clean end {:.0} ms", served.first_answer.as_secs_f64() * 1000.0);
    let mut secretary = served.sign_in("banc-secretaire");
    let mut quiet = Vec::new();
    let started = Instant::now();
    while started.elapsed() < QUIET {
        quiet.push(one_call(&mut secretary, quiet.len()));
    }
    let mut meanwhile = Vec::new();
    let before = served.resident_mb();
    let began = Instant::now();
    let mut backup = run(&data, "backup");
    while backup.try_wait().expect("it runs").is_none() {
        meanwhile.push(one_call(&mut secretary, meanwhile.len()));
    }
    let took = began.elapsed().as_secs_f64();
    assert!(backup.wait().expect("it ended").success());
    for (name, times) in [("quiet", &mut quiet), ("beside the backup", &mut meanwhile)] {
        let (half, most, worst) = (quantile(times, 0.5), quantile(times, 0.99), quantile(times, 1.0));
        println!("a call taken, {name}: p50 {half:.1} ms, p99 {most:.1} ms, worst {worst:.1} ms of {}", times.len());
    }
    println!("backup, made and read back: {took:.1} s, {:.0} MB/s of the data file", megabytes / took);
    println!("resident before {before:.1} MB, at most {:.1} MB", served.peak_mb());
    served.stop();

    let checked = time(|| assert!(run(&data, "check").wait().expect("it ended").success()));
    println!("check: {:.1} s, {:.0} MB/s", checked / 1000.0, megabytes / checked * 1000.0);
    let _ = std::fs::remove_dir_all(data.join("sauvegardes"));
}

fn one_call(secretary: &mut Browser, number: usize) -> f64 {
    let text = format!("Appel {number} : souhaite être rappelée.");
    time(|| {
        let taken = secretary.post("/standard/abonnes/7/messages", &[("nom", "Dupont"), ("texte", &text)]);
        assert_eq!(taken.status, 303, "{}", taken.text());
    })
}

fn run(data: &Path, command: &str) -> std::process::Child {
    let mut program = Command::new(BINARY);
    program.arg(command).arg("--data-dir").arg(data).stdout(std::process::Stdio::null());
    program.spawn().expect("the binary runs")
}
