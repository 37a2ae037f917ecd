//! Decoders of other crates kept from ending a run: hostile files reach a few of
//! their assertions, and one file must not end the run over all others.

use crate::Problem;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

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

#[cfg(test)]
mod tests {
    use super::*;

    fn corrupt(detail: String) -> Problem {
        Problem::Corrupt {
            seconds: 0.0,
            detail,
        }
    }

    #[test]
    fn a_panic_becomes_a_problem_and_the_guard_ends_with_it() {
        let broken = guarded(corrupt, || -> Result<(), Problem> {
            panic!("an assertion")
        });
        assert!(broken.unwrap_err().to_string().contains("broke down"));
        assert!(!GUARDED.get());
        assert!(guarded(corrupt, || Ok(GUARDED.get())).unwrap());
    }
}
