//! Long texts, made on all threads and written in order.

use rayon::prelude::*;
use std::io::{self, Write};

/// Parts that each thread makes before they are written.
const PER_THREAD: usize = 8;

/// A stretch of a long text, made when it is its turn: it should take some tens
/// of kilobytes.
pub(super) type Part<'a> = Box<dyn Fn(&mut Vec<u8>) -> io::Result<()> + Send + Sync + 'a>;

/// Writes parts one after another. They are made on the threads of the current
/// rayon pool, some of them while those before are written: however long the
/// text is, little of it is in memory.
///
/// # Errors
/// Those of `writer` and of the parts.
pub(super) fn write_in_order<'a>(
    mut parts: impl Iterator<Item = Part<'a>> + Send,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let n = PER_THREAD * rayon::current_num_threads();
    let (mut made, mut next) = (Vec::new(), Vec::new());
    make(parts.by_ref().take(n), &mut made)?;
    while !made.is_empty() {
        let mut outcome = Ok(());
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| outcome = make(parts.by_ref().take(n), &mut next));
            made.iter().try_for_each(|text| writer.write_all(text))
        })?;
        outcome?;
        std::mem::swap(&mut made, &mut next);
    }
    Ok(())
}

/// Makes the texts of some parts, in the memory of earlier ones.
fn make<'a>(parts: impl Iterator<Item = Part<'a>>, texts: &mut Vec<Vec<u8>>) -> io::Result<()> {
    let parts: Vec<Part<'a>> = parts.collect();
    texts.resize_with(parts.len(), Vec::new);
    let both = parts.par_iter().zip(texts.par_iter_mut());
    both.try_for_each(|(part, text)| {
        text.clear();
        part(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(n: usize) -> impl Iterator<Item = Part<'static>> + Send {
        (0..n).map(|i| -> Part<'static> { Box::new(move |text| write!(text, "{i},")) })
    }

    #[test]
    fn parts_come_in_their_order() {
        for n in [0, 1, PER_THREAD * rayon::current_num_threads(), 1000] {
            let mut text = Vec::new();
            write_in_order(numbers(n), &mut text).unwrap();
            let expected: String = (0..n).map(|i| format!("{i},")).collect();
            assert!(text == expected.as_bytes(), "{n} parts");
        }
    }

    #[test]
    fn errors_of_parts_and_of_the_writer_end_it() {
        let failing: Part<'_> = Box::new(|_| Err(io::Error::other("no text")));
        let parts = numbers(500).chain([failing]).chain(numbers(500));
        let error = write_in_order(parts, &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "no text");
        let mut full: &mut [u8] = &mut [0; 100];
        let error = write_in_order(numbers(500), &mut full).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WriteZero);
    }
}
