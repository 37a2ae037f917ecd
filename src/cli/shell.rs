//! What shells and manual readers need, made from the flags themselves.

use super::outcome::{Failure, Outcome, counted};
use super::terminal::{print, tell};
use cepstrum::Error;
use cepstrum::output::{check_folder, write_file};
use clap::{Args, ValueEnum};
use clap_complete::{Shell, generate};
use clap_mangen::Man;
use std::path::{Path, PathBuf};

/// Completions of a shell, for its own folder of them
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  cepstrum completions bash > ~/.local/share/bash-completion/completions/cepstrum
  cepstrum completions zsh > ~/.zfunc/_cepstrum
  cepstrum completions fish > ~/.config/fish/completions/cepstrum.fish")]
pub struct CompletionsArgs {
    /// Which shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

impl CompletionsArgs {
    pub fn run(self, mut program: clap::Command) -> Result<Outcome, Failure> {
        let mut script = Vec::new();
        generate(self.shell, &mut program, "cepstrum", &mut script);
        print(|writer| writer.write_all(&script))?;
        Ok(Outcome::AllGood)
    }
}

/// Manual pages
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  cepstrum man > cepstrum.1
  cepstrum man -o ~/.local/share/man/man1
      The program's page and one of each command")]
pub struct ManArgs {
    /// Folder for the program's page and those of all commands [default: the
    /// program's page to standard output]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

impl ManArgs {
    pub fn run(self, program: clap::Command) -> Result<Outcome, Failure> {
        let program = program.disable_help_subcommand(true);
        match self.output {
            None => print(|writer| Man::new(program).render(&mut &mut *writer))?,
            Some(folder) => {
                check_folder(&folder)?;
                let n_pages = save_pages(program, &folder)?;
                tell(&format!(
                    "{}: {}",
                    counted(n_pages, "page"),
                    folder.display()
                ));
            }
        }
        Ok(Outcome::AllGood)
    }
}

/// Writes `cepstrum.1`, `cepstrum-analyze.1` and so on, and counts them.
fn save_pages(mut program: clap::Command, folder: &Path) -> Result<usize, Error> {
    program.build();
    let mut waiting = vec![program];
    let mut n_pages = 0;
    while let Some(command) = waiting.pop() {
        waiting.extend(command.get_subcommands().cloned());
        let name = command.get_display_name().unwrap_or("cepstrum").to_string();
        let page = Man::new(command);
        write_file(&folder.join(format!("{name}.1")), |writer| {
            page.render(&mut &mut *writer)
        })?;
        n_pages += 1;
    }
    Ok(n_pages)
}

/// When text is coloured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}
