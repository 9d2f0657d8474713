//! The command that takes each backup somewhere else: run as the settings word it, without a shell, with a time limit.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What has not arrived after this long over a line of an office is not going to.
const PATIENCE: Duration = Duration::from_secs(3 * 3600);
/// How often it is looked after.
const LOOK: Duration = Duration::from_millis(100);
/// Of what the command says, its last words are shown.
const WORDS_BYTES_MAX: usize = 400;

/// Stands for the backup's path among the words; where it is missing the path comes last.
pub const PLACE: &str = "{}";

/// Runs the command; a French sentence when it did not do its work. `stop` is asked on the way.
pub fn run(words: &[String], file: &Path, stop: &dyn Fn() -> bool) -> Result<(), String> {
    let Some((program, rest)) = words.split_first() else { return Ok(()) };
    let path = file.to_string_lossy();
    let mut command = Command::new(program);
    command.args(rest.iter().map(|word| word.replace(PLACE, &path)));
    if !rest.iter().any(|word| word.contains(PLACE)) {
        command.arg(file);
    }
    // A group of its own, so that what it starts ends with it.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(|cause| {
        format!("la commande « {program} » ne peut pas être lancée : {}", crate::store::folder::in_french(&cause))
    })?;
    let mut stderr = child.stderr.take();
    let listener = std::thread::spawn(move || stderr.as_mut().map(last_words).unwrap_or_default());
    let outcome = wait(&mut child, program, stop);
    let said = listener.join().unwrap_or_default();
    match outcome {
        Err(why) if !said.is_empty() => Err(format!("{why} : {said}")),
        other => other,
    }
}

fn wait(child: &mut Child, program: &str, stop: &dyn Fn() -> bool) -> Result<(), String> {
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => {
                return Err(match status.code() {
                    Some(code) => format!("la commande « {program} » a échoué (code {code})"),
                    None => format!("la commande « {program} » a été interrompue"),
                });
            }
            Ok(None) => {}
            Err(cause) => return Err(format!("la commande « {program} » n’a pas pu être suivie : {cause}")),
        }
        let why = if stop() {
            "a été interrompue par l’arrêt du serveur"
        } else if started.elapsed() > PATIENCE {
            "n’a pas fini en trois heures"
        } else {
            std::thread::sleep(LOOK);
            continue;
        };
        if let Ok(group) = i32::try_from(child.id()) {
            // SAFETY: a signal to the process group that we made for this child, which has not been waited for yet.
            unsafe { libc::kill(-group, libc::SIGKILL) };
        }
        let _ = child.wait();
        return Err(format!("la commande « {program} » {why}"));
    }
}

/// The end of what a program says, on one line.
fn last_words(from: &mut impl Read) -> String {
    let mut kept: Vec<u8> = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        kept.extend_from_slice(buffer.get(..count).unwrap_or_default());
        let surplus = kept.len().saturating_sub(WORDS_BYTES_MAX);
        kept.drain(..surplus);
    }
    let text = String::from_utf8_lossy(&kept);
    text.split(char::is_whitespace).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
