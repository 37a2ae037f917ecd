#![forbid(unsafe_code)]
//! The command-line program `cepstrum`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
