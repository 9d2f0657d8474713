//! The parent's side: starts the child, hands it the file, takes its pages one at a time, ends it when it takes too long.

use super::frames::{self, Frame, HEAD_BYTES};
use super::{FILE_BYTES_MAX, Kind, PAGES_MAX, Page, Refusal, Summary};
use crate::error::{Error, Result};
use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long the child may be silent: the heaviest page on a Raspberry Pi takes a few seconds.
const SILENCE: Duration = Duration::from_secs(20);
/// All the waiting for one file: 200 heavy pages on a small machine.
const WAIT: Duration = Duration::from_secs(300);

/// Decodes files in children of the binary at `program`, one file and one picture at a time: a small machine has memory
/// for no more.
pub struct Decoder {
    program: PathBuf,
    silence: Duration,
    files: Mutex<()>,
    pictures: Mutex<()>,
}

impl Decoder {
    pub fn new(program: PathBuf) -> Decoder {
        Decoder { program, silence: SILENCE, files: Mutex::default(), pictures: Mutex::default() }
    }

    /// The same, with another end to its patience: how long a child may say nothing.
    pub fn patient_for(self, silence: Duration) -> Decoder {
        Decoder { silence, ..self }
    }

    /// Hands the pages of a TIFF, PDF, PNG or JPEG to `each`, one after another, so that memory stays flat. An error of
    /// `each` ends the child. After a refusal the pages that came before it are worth nothing.
    /// Takes seconds: never inside a write, nor while somebody waits for an answer.
    pub fn pages(
        &self,
        original: &[u8],
        each: &mut dyn FnMut(Page) -> Result<()>,
    ) -> Result<std::result::Result<Summary, Refusal>> {
        if let Err(refusal) = weighed(original) {
            return Ok(Err(refusal));
        }
        let _turn = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = 0;
        let end = self.run(&["decode"], original, &mut |page| {
            taken += 1;
            each(page)
        })?;
        Ok(match end {
            Ok(summary) if taken == 0 || summary.pages != taken => Err(Refusal::Damaged),
            end => end,
        })
    }

    /// A PNG or JPEG drawn anew as a PNG that fits into `width` × `height`, with its transparency.
    pub fn picture(&self, original: &[u8], width: u32, height: u32) -> Result<std::result::Result<Page, Refusal>> {
        if let Err(refusal) = weighed(original) {
            return Ok(Err(refusal));
        }
        let _turn = self.pictures.lock().unwrap_or_else(PoisonError::into_inner);
        let mut picture = None;
        let size = format!("{width}x{height}");
        let end = self.run(&["decode", "--picture", &size], original, &mut |page| {
            picture = Some(page);
            Ok(())
        })?;
        Ok(end.and_then(|_| picture.ok_or(Refusal::Damaged)))
    }

    fn run(
        &self,
        arguments: &[&str],
        original: &[u8],
        each: &mut dyn FnMut(Page) -> Result<()>,
    ) -> Result<std::result::Result<Summary, Refusal>> {
        let child = Command::new(&self.program)
            .args(arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What a broken decoder says is for nobody.
            .stderr(Stdio::null())
            .spawn()?;
        let mut child = Reaped(child);
        let (Some(mut file), Some(out)) = (child.0.stdin.take(), child.0.stdout.take()) else {
            return Err(Error::internal("a child without its pipes"));
        };
        std::thread::scope(|scope| {
            // A child that ends early leaves a broken pipe: its last frame, or the lack of one, says why.
            std::thread::Builder::new().name("decode".into()).spawn_scoped(scope, move || {
                let _ = file.write_all(original);
            })?;
            let end = listen(out, self.silence, each);
            // Ends the child, and with it a write that it left unread.
            child.end();
            end
        })
    }
}

/// What needs no decoder to be refused.
fn weighed(original: &[u8]) -> std::result::Result<Kind, Refusal> {
    if original.is_empty() {
        return Err(Refusal::Empty);
    }
    if original.len() > FILE_BYTES_MAX {
        return Err(Refusal::TooHeavy);
    }
    Kind::of(original).ok_or(Refusal::UnknownKind)
}

/// A child that is killed and waited for, whatever happens.
struct Reaped(Child);

impl Reaped {
    fn end(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Reaped {
    fn drop(&mut self) {
        self.end();
    }
}

/// Takes frames until the last one, the end of the pipe or of our patience.
fn listen(
    out: ChildStdout,
    silence: Duration,
    each: &mut dyn FnMut(Page) -> Result<()>,
) -> Result<std::result::Result<Summary, Refusal>> {
    let mut patient = Patient { out, silence, waited: Duration::ZERO, silent_since: Instant::now() };
    let mut pages = 0;
    loop {
        let mut start = [0; HEAD_BYTES];
        let Some((letter, length)) = patient.fill(&mut start).then(|| frames::head(start)).flatten() else {
            // Killed by a limit, or by what the file did to it; there is no telling which.
            return Ok(Err(Refusal::TooDemanding));
        };
        let mut bytes = vec![0; length];
        if !patient.fill(&mut bytes) {
            return Ok(Err(Refusal::TooDemanding));
        }
        match frames::parse(letter, &bytes) {
            Some(Frame::Page(page)) => {
                pages += 1;
                if pages > PAGES_MAX {
                    return Ok(Err(Refusal::TooManyPages));
                }
                drop(bytes);
                each(page)?;
                patient.silent_since = Instant::now();
            }
            Some(Frame::Done(summary)) if summary.remarks.len() <= 2 * PAGES_MAX => return Ok(Ok(summary)),
            Some(Frame::Refused(refusal)) => return Ok(Err(refusal)),
            Some(Frame::Done(_)) | None => return Ok(Err(Refusal::Damaged)),
        }
    }
}

/// Reads with an end to its patience. What the caller does with a page is not the child's time.
struct Patient {
    out: ChildStdout,
    silence: Duration,
    waited: Duration,
    silent_since: Instant,
}

impl Patient {
    /// Whether all of it came.
    fn fill(&mut self, mut wanted: &mut [u8]) -> bool {
        while !wanted.is_empty() {
            let begun = Instant::now();
            let left = self.silence.saturating_sub(self.silent_since.elapsed()).min(WAIT.saturating_sub(self.waited));
            let mut poll = libc::pollfd { fd: self.out.as_raw_fd(), events: libc::POLLIN, revents: 0 };
            // SAFETY: one valid pollfd that lives through the call.
            let ready = unsafe { libc::poll(&raw mut poll, 1, left.as_millis() as libc::c_int) };
            let interrupted = ready < 0 && std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted;
            self.waited += begun.elapsed();
            if interrupted {
                continue;
            }
            if ready <= 0 {
                return false;
            }
            match self.out.read(wanted) {
                Ok(0) | Err(_) => return false,
                Ok(count) => wanted = &mut wanted[count..],
            }
        }
        true
    }
}
