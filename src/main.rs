//! Calls `cli` and hands its exit code on.

use std::process::ExitCode;

fn main() -> ExitCode {
    permanence::cli::run()
}
