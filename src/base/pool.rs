//! A few threads behind a bounded queue, for slow work that must not hold up the workers: password hashes above all.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

type Job = Box<dyn FnOnce() + Send>;

/// Threads that end when the pool is dropped and its queue is empty.
pub struct Pool {
    queue: SyncSender<Job>,
}

/// The queue is full: try again later.
#[derive(Debug, PartialEq, Eq)]
pub struct Busy;

impl Pool {
    /// `threads` threads with room for `waiting` jobs more.
    pub fn new(name: &str, threads: usize, waiting: usize) -> std::io::Result<Pool> {
        let (queue, jobs) = sync_channel::<Job>(waiting);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 1..=threads {
            let jobs = Arc::clone(&jobs);
            std::thread::Builder::new().name(format!("{name}-{number}")).spawn(move || work(&jobs))?;
        }
        Ok(Pool { queue })
    }

    /// Runs a job on one of the threads and waits for what it returns. `Busy` when the queue is full or the job panicked.
    pub fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let (answer, wait) = sync_channel(1);
        let job: Job = Box::new(move || {
            let _ = answer.send(job());
        });
        match self.queue.try_send(job) {
            Ok(()) => wait.recv().map_err(|_| Busy),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(Busy),
        }
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(job)).is_err() {
            log::error!("a job of the pool panicked");
        }
    }
}
