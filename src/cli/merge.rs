//! `cepstrum merge`.

use super::outcome::{Failure, Outcome};
use super::publish::PublishArgs;
use cepstrum::analysis::{Partial, Silent, Task, merged};
use cepstrum::{Error, Problem};
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Join the shares of one run into its results
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  cepstrum merge out -o report
      What analyze genres/ --shard 1/2 -o out and --shard 2/2 -o out left in out/
  cepstrum merge a/partial-1-of-2.json b/partial-2-of-2.json -o report

  cepstrum merge shares -o noise
      Shares of noise, modulation, features (features.csv) and latents likewise

Results are the same to the byte as those of one run over all files. Shares of other
settings or other files are refused; what takes the sound once more is left out: figures that
show pixels or samples, and answers up to where the sound of band-limited clips ends.")]
pub struct MergeArgs {
    /// Shares: partial-I-of-N.json, or folders that hold some
    #[arg(value_name = "PARTIAL", required = true)]
    partials: Vec<PathBuf>,

    #[command(flatten)]
    publish: PublishArgs,
}

impl MergeArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        self.publish.check()?;
        let mut partials = Vec::new();
        for path in &self.partials {
            for path in files(path)? {
                let partial = Partial::read(&path)?;
                partials.push((path, partial));
            }
        }
        let whole = merged(partials)?;
        let task = whole.request().task;
        if task != Task::Latents && task != Task::Features {
            let request = whole.request();
            let verdict = request.verdict.clone().unwrap_or_default();
            self.publish.check_overwrite(&request.config, &verdict)?;
        }
        let results = whole.results(None, &Arc::default(), &Silent)?;
        match task {
            Task::Analyze => self.publish.publish(results, None),
            _ => self.publish.publish_alone(&results),
        }
    }
}

/// A file itself, or the shares in a folder, sorted.
fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let found = fs::read_dir(path).map_err(|error| Problem::from_io(&error).at(path))?;
    let is_partial = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy());
        name.is_some_and(|name| name.starts_with("partial-") && name.ends_with(".json"))
    };
    let mut files: Vec<PathBuf> = found
        .flatten()
        .map(|e| e.path())
        .filter(is_partial)
        .collect();
    files.sort();
    match files.is_empty() {
        false => Ok(files),
        true => Err(Error::Partial {
            path: path.to_path_buf(),
            difference: "holds no partial-I-of-N.json".to_string(),
        }),
    }
}
