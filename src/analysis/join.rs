//! Shares of one request, joined.

use super::partial::Partial;
use super::request::Shard;
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// The shares of one request, given in any order with the files they were read
/// from, as one: its results are to the bit those of one run over all sources.
///
/// # Errors
/// [`Error::Partial`] naming the file that is about another analysis (and the
/// setting that differs), that is not finished, or that is given twice, and the
/// shares that are missing.
pub fn merged(partials: Vec<(PathBuf, Partial)>) -> Result<Partial> {
    let mut partials = partials.into_iter();
    let Some((first_path, first)) = partials.next() else {
        return Err(Error::argument("PARTIAL", "none", "at least one file"));
    };
    check_whole(&first_path, &first)?;
    let count = first.shard().count();
    let mut from = vec![None; count];
    from[first.shard().index() - 1] = Some(first_path.clone());
    let mut whole = first;
    for (path, partial) in partials {
        check_belongs(&path, &partial, &whole, &first_path)?;
        check_whole(&path, &partial)?;
        let place = &mut from[partial.shard().index() - 1];
        if let Some(earlier) = place {
            let shard = shard_name(partial.shard());
            return Err(refused(
                &path,
                format!("share {shard} was given already, as {}", earlier.display()),
            ));
        }
        *place = Some(path);
        whole.absorb(partial).map_err(|error| match error {
            Error::Length { .. } => refused(&first_path, error.to_string()),
            other => other,
        })?;
    }
    let missing: Vec<String> = (1..=count)
        .filter(|index| from[index - 1].is_none())
        .map(|index| format!("{index}/{count}"))
        .collect();
    if !missing.is_empty() {
        let difference = format!("shares are missing: {}", missing.join(", "));
        return Err(refused(&first_path, difference));
    }
    Ok(whole)
}

fn check_belongs(path: &Path, partial: &Partial, whole: &Partial, first: &Path) -> Result<()> {
    let (count, expected) = (partial.shard().count(), whole.shard().count());
    if count != expected {
        let difference = format!(
            "a share of {count}, but {} is one of {expected}",
            first.display()
        );
        return Err(refused(path, difference));
    }
    match partial.difference(&whole.request, &whole.plan) {
        None => Ok(()),
        Some(difference) => {
            let first = first.display();
            Err(refused(path, format!("{difference} than {first}")))
        }
    }
}

fn check_whole(path: &Path, partial: &Partial) -> Result<()> {
    let (done, wanted) = (partial.n_done(), partial.n_wanted());
    if done == wanted {
        return Ok(());
    }
    let shard = shard_name(partial.shard());
    let difference =
        format!("share {shard} has {done} of {wanted} files: finish it with --resume first");
    Err(refused(path, difference))
}

fn shard_name(shard: Shard) -> String {
    format!("{}/{}", shard.index(), shard.count())
}

fn refused(path: &Path, difference: String) -> Error {
    Error::Partial {
        path: path.to_path_buf(),
        difference,
    }
}
