//! Which files are latents, and the first pass over them: moments and shapes.

use super::moments::Moments;
use crate::analysis::AnalysisConfig;
use crate::decode::{
    ArrayStack, CorpusOptions, Kind, Layout, Rejected, Source, Wanted, corpus, read_arrays,
};
use crate::{Error, Problem, Result};
use std::collections::BTreeMap;

/// More channels are most probably another dimension, and their covariance
/// fills memory.
const MOST_CHANNELS: usize = 2048;

/// What the inputs stand for.
pub(super) struct Found {
    pub sources: Vec<Source>,
    pub rejected: Vec<Rejected>,
    pub ignored: BTreeMap<String, u64>,
    pub n_beyond_limit: u64,
}

/// Arrays in folders, and whatever was named.
pub(super) fn find(config: &AnalysisConfig) -> Result<Found> {
    let options = CorpusOptions {
        wanted: Wanted::Everything,
        class_rule: config.class_rule.clone(),
        limit: config.limit,
    };
    let corpus = corpus(&config.inputs, &options)?;
    let mut ignored = corpus.ignored;
    let mut sources = Vec::new();
    for source in corpus.sources {
        let is_named = config.inputs.get(source.input) == Some(&source.path());
        if source.kind == Kind::Array || is_named {
            sources.push(source);
            continue;
        }
        let path = source.path();
        let extension = path.extension().unwrap_or_default();
        let extension = extension.to_string_lossy().to_lowercase();
        *ignored.entry(extension).or_default() += 1;
    }
    let is_ours = |rejected: &Rejected| {
        rejected.kind == Kind::Array || !matches!(rejected.problem, Problem::Duplicate { .. })
    };
    Ok(Found {
        sources,
        rejected: corpus.rejected.into_iter().filter(is_ours).collect(),
        ignored,
        n_beyond_limit: corpus.n_beyond_limit,
    })
}

/// What the first pass keeps of a file.
pub(super) struct FirstLook {
    /// How its arrays were read; more than one where their dimensions differ in
    /// number.
    pub layouts: Vec<Layout>,
    pub moments: Moments,
    /// Channels, rows and columns of the first array.
    pub shape: [usize; 3],
    /// Items per shape of planes, in order of appearance.
    pub planes: Vec<([usize; 2], u64)>,
}

impl FirstLook {
    pub fn n_items(&self) -> u64 {
        self.planes.iter().map(|(_, n)| n).sum()
    }
}

/// Reads the arrays of a file.
///
/// # Errors
/// The reader's, and arrays whose numbers of channels differ or exceed what can
/// be looked at.
pub(super) fn read(source: &Source, layout: Option<Layout>) -> Result<Vec<ArrayStack>> {
    let refused = |found: String| Problem::NotArray { found }.at(&source.path());
    let stacks = read_arrays(&source.path(), layout)?;
    let mut first: Option<(&str, usize)> = None;
    for stack in &stacks {
        let n = stack.values.dim().1;
        if n > MOST_CHANNELS {
            return Err(refused(format!(
                "{n} channels as {}, at most {MOST_CHANNELS}: another --layout?",
                stack.layout
            )));
        }
        match first {
            Some((name, other)) if other != n => {
                return Err(refused(format!(
                    "{name} has {other} channels, {} has {n}",
                    stack.name
                )));
            }
            _ => first = Some((&stack.name, n)),
        }
    }
    Ok(stacks)
}

/// The first pass over one file.
///
/// # Errors
/// What is wrong with the file.
pub(super) fn first_look(source: &Source, layout: Option<Layout>) -> Result<FirstLook> {
    let stacks = read(source, layout)?;
    let mut look: Option<FirstLook> = None;
    for stack in &stacks {
        let (n_items, channels, rows, cols) = stack.values.dim();
        let moments = Moments::of(stack);
        let look = match &mut look {
            Some(look) => {
                look.moments.merge(&moments);
                look
            }
            None => look.insert(FirstLook {
                layouts: Vec::new(),
                moments,
                shape: [channels, rows, cols],
                planes: Vec::new(),
            }),
        };
        if !look.layouts.contains(&stack.layout) {
            look.layouts.push(stack.layout);
        }
        add_items(&mut look.planes, [rows, cols], n_items as u64);
    }
    let problem = match look {
        Some(look) if look.moments.is_finite() => return Ok(look),
        Some(_) => Problem::NotArray {
            found: "values too large for their squares".into(),
        },
        None => Problem::Empty {
            detail: "no arrays".into(),
        },
    };
    Err(problem.at(&source.path()))
}

/// Counts items of a shape, keeping the order in which shapes appeared.
pub(super) fn add_items(planes: &mut Vec<([usize; 2], u64)>, shape: [usize; 2], n: u64) {
    match planes.iter_mut().find(|(known, _)| *known == shape) {
        Some((_, count)) => *count += n,
        None => planes.push((shape, n)),
    }
}

/// The problem of a file, or the error of the run.
pub(super) fn problem_of<T>(result: Result<T>) -> Result<Result<T, Problem>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Input { problem, .. }) => Ok(Err(problem)),
        Err(error) => Err(error),
    }
}
