//! Guards against hostile files: a few reach assertions in decoders of other
//! crates, and a path may lead to no file; neither must end or block the run over
//! all others.

use crate::Problem;
use std::cell::Cell;
use std::fs::File;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::Path;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a decoder with its panics caught; `broken` says what came of the file.
pub(super) fn guarded<T>(
    broken: impl FnOnce(String) -> Problem,
    work: impl FnOnce() -> Result<T, Problem>,
) -> Result<T, Problem> {
    let before = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    result.unwrap_or_else(|_| Err(broken("the decoder broke down".into())))
}

/// Makes the default panic message leave out breakdowns of decoders: they are
/// caught, and their file becomes a row with a reason.
///
/// For programs; calling it again changes nothing for the user.
pub fn silence_caught_panics() {
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !GUARDED.get() {
            default(info);
        }
    }));
}

/// Opens a regular file; anything else could block or never end.
pub(super) fn open_file(path: &Path) -> Result<File, Problem> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(Problem::Unreadable {
            detail: match metadata.is_dir() {
                true => "it is a folder".into(),
                false => "it is not a regular file".into(),
            },
        });
    }
    Ok(File::open(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_problem_and_the_guard_ends_with_it() {
        let broken = guarded(Problem::corrupt, || -> Result<(), Problem> {
            panic!("an assertion")
        });
        assert!(broken.unwrap_err().to_string().contains("broke down"));
        assert!(!GUARDED.get());
        assert!(guarded(Problem::corrupt, || Ok(GUARDED.get())).unwrap());
    }
}
