//! How much the edge gives to anybody, each with its reason. What is over a limit is refused with a sentence.

use std::time::Duration;

/// Open connections in all: some ten a person for an office and all its abonnés, and within the usual 4,096 descriptors.
pub const CONNECTIONS_MAX: usize = 2048;
/// Connections made by the system and not yet seen by the loop; it may have a lower limit of its own (net.core.somaxconn).
pub const QUEUE_MAX: i32 = 4096;
/// Descriptors left to the rest of the process: data files, spools, the system's own. Were there none left, tiny_http would
/// stop accepting for good.
pub const DESCRIPTORS_RESERVED: usize = 64;
/// However few descriptors there are, so many connections are taken.
pub const CONNECTIONS_MIN: usize = 16;
/// Connections from one address (IPv6: one /64): an office behind one router, none of it everything.
pub const CONNECTIONS_PER_ADDRESS_MAX: usize = 128;
/// A head: browsers send under 2 KB; long cookies of other software on the same name fit.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Lines of headers: browsers send some 20.
pub const HEAD_LINES_MAX: usize = 64;
/// Empty lines before a request: old browsers sent one after a form.
pub const EMPTY_LINES_MAX: usize = 4;
/// An address with its query: 500 message numbers of an undo fit.
pub const TARGET_BYTES_MAX: usize = 4 * 1024;
/// From the first byte of a head to its last; looked at so that nobody gets more, and a tick less at the worst.
pub const HEAD_TIME_MAX: Duration = Duration::from_secs(10);
/// A connection that says nothing.
pub const IDLE_TIME_MAX: Duration = Duration::from_secs(60);
/// Bodies may start slowly…
pub const BODY_GRACE: Duration = Duration::from_secs(10);
/// … and then bring this much a second on the average: a telephone at the edge of its network does.
pub const BODY_BYTES_PER_S_MIN: u64 = 1024;
/// … and no pause longer than this: who sent much at once could else keep its place for hours by what it sent.
pub const BODY_PAUSE_MAX: Duration = Duration::from_secs(30);
/// A body up to this size is kept in memory, a larger one in an unlinked file.
pub const BODY_HELD_BYTES_MAX: u64 = 256 * 1024;
/// All bodies in memory together; beyond it small ones go to files too.
pub const BODIES_HELD_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// All bodies in files together; beyond it the slowest goes, to make room for who comes.
pub const BODIES_SPOOLED_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// A reader that takes nothing for so long has gone.
pub const STALLED_TIME_MAX: Duration = Duration::from_secs(20);
/// … and so has one that has taken less than this a second on the average.
pub const READER_BYTES_PER_S_MIN: u64 = 1024;
/// An answer is held in memory up to this size; what is beyond goes to an unlinked file, so that the worker is free.
pub const ANSWER_HELD_BYTES_MAX: usize = 256 * 1024;
/// Answers in memory together; beyond it each is held up to the smaller size only.
pub const ANSWERS_HELD_BYTES_MAX: u64 = 48 * 1024 * 1024;
pub const ANSWER_HELD_BYTES_SMALL: usize = 16 * 1024;
/// Answers in files together; beyond it workers wait for their readers.
pub const ANSWERS_SPOOLED_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Whole requests that wait for a worker; beyond it: 503, come again.
pub const WAITING_REQUESTS_MAX: usize = 512;
/// Said with a 503.
pub const RETRY_AFTER_S: u32 = 2;
/// Said while the first certificate is awaited.
pub const CERTIFICATE_AFTER_S: u32 = 10;
/// After a refusal what still comes is read and dropped for a while, or the refusal would be lost with a reset.
pub const LINGER_TIME_MAX: Duration = Duration::from_secs(2);
pub const LINGER_BYTES_MAX: usize = 1024 * 1024;
/// Reads from one connection in a row, then the others have their turn.
pub const READS_AT_ONCE: usize = 16;
/// Records of TLS that bring nothing, in a row; then the same.
pub const TLS_READS_AT_ONCE: usize = 16;
/// Handshakes and those who send much are served in slices of this, in between everybody else: a signature takes some tenths
/// of a millisecond, so a flood of handshakes would hold up all others.
pub const LATER_SLICE: Duration = Duration::from_millis(4);
/// A warning that comes again and again is written so often, with a number.
pub const WARNING_PAUSE: Duration = Duration::from_secs(10);
/// How often deadlines are looked at: exact enough for limits of seconds.
pub const TICK: Duration = Duration::from_millis(500);
/// The head of an answer from inside, which we wrote ourselves.
pub const ANSWER_HEAD_BYTES_MAX: usize = 64 * 1024;
