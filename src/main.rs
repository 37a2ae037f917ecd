#![forbid(unsafe_code)]
//! The command-line program `cepstrum`.

mod cli;

fn main() -> std::process::ExitCode {
    cepstrum::decode::silence_caught_panics();
    cli::run()
}
