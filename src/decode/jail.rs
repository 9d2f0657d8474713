//! The child's jail, entered before the first byte of the file is read. None of it needs a privilege.
//!
//! Limits of memory, time and descriptors hold on every Unix; with no descriptor left to open, neither file nor socket can
//! be had. On Linux a filter of system calls stands behind them (seccomp, x86-64 and ARM 64): what a decoder has no use
//! for is refused by the kernel. Where the kernel has no such filter the limits stand alone. No name space of its own is
//! taken: containers and hardened units often forbid that, and with no call left to make there is nothing in it to reach.

/// Memory, as addresses: a page of 40 million coloured points, three times, and the program itself.
const MEMORY_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Time on a processor.
const CPU_S_MAX: u64 = 240;

pub(super) fn enter() {
    let limits = [
        (libc::RLIMIT_AS, MEMORY_BYTES_MAX),
        (libc::RLIMIT_CPU, CPU_S_MAX),
        // Those that are open stay open; no other can be had, be it a file, a socket or a pipe.
        (libc::RLIMIT_NOFILE, 0),
        (libc::RLIMIT_FSIZE, 0),
        (libc::RLIMIT_CORE, 0),
    ];
    close_all();
    for (which, most) in limits {
        let limit = libc::rlimit { rlim_cur: most as libc::rlim_t, rlim_max: most as libc::rlim_t };
        // SAFETY: a valid rlimit that lives through the call.
        unsafe { libc::setrlimit(which, &raw const limit) };
    }
    #[cfg(target_os = "linux")]
    linux::enter();
}

/// Whatever the parent may have left open beside the standard streams.
fn close_all() {
    #[cfg(target_os = "linux")]
    // SAFETY: nothing in this process has opened a descriptor yet that it still means to use.
    unsafe {
        libc::syscall(libc::SYS_close_range, 3 as libc::c_uint, libc::c_uint::MAX, 0 as libc::c_uint);
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use libc::{c_long, sock_filter};

    pub(super) fn enter() {
        // SAFETY: prctl with plain numbers; none of these takes a pointer.
        unsafe {
            // A server that is killed takes its child with it.
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
            libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
            libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0);
        }
        filter();
    }

    /// What reading, writing, memory and an end take; and what Rust's own start and panics ask for.
    const ALLOWED: &[c_long] = &[
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_mmap,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_mprotect,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_futex,
        libc::SYS_clock_gettime,
        libc::SYS_getrandom,
        libc::SYS_gettid,
        libc::SYS_getpid,
        libc::SYS_tgkill,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_close,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];

    /// `AUDIT_ARCH_…` of <linux/audit.h>: numbers of calls mean something on one kind of processor only.
    #[cfg(target_arch = "x86_64")]
    const ARCHITECTURE: Option<u32> = Some(0xc000_003e);
    #[cfg(target_arch = "aarch64")]
    const ARCHITECTURE: Option<u32> = Some(0xc000_00b7);
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    const ARCHITECTURE: Option<u32> = None;

    /// Where `struct seccomp_data` has the call's number and the architecture.
    const NUMBER_AT: u32 = 0;
    const ARCHITECTURE_AT: u32 = 4;

    fn step(code: u32, yes: u8, no: u8, k: u32) -> sock_filter {
        sock_filter { code: code as u16, jt: yes, jf: no, k }
    }

    /// Allowed calls go through, others fail with EPERM; calls of another architecture end the process.
    fn filter() {
        let Some(architecture) = ARCHITECTURE else { return };
        let load = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
        let equal = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
        let answer = libc::BPF_RET | libc::BPF_K;
        let mut program = vec![
            step(load, 0, 0, ARCHITECTURE_AT),
            step(equal, 1, 0, architecture),
            step(answer, 0, 0, libc::SECCOMP_RET_KILL_PROCESS),
            step(load, 0, 0, NUMBER_AT),
        ];
        for (place, call) in ALLOWED.iter().enumerate() {
            // Over those that follow and the refusal, to the last step.
            let over = (ALLOWED.len() - place) as u8;
            program.push(step(equal, over, 0, *call as u32));
        }
        program.push(step(answer, 0, 0, libc::SECCOMP_RET_ERRNO | libc::EPERM as u32));
        program.push(step(answer, 0, 0, libc::SECCOMP_RET_ALLOW));
        let whole = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
        // SAFETY: the program and its description live through the call, and the kernel copies them.
        unsafe {
            libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER as libc::c_ulong, &raw const whole, 0, 0);
        }
    }
}
