//! What a plan says about its sources: the same for all shares of one data set.

use super::hash::Hash;
use super::input_row::InputRow;
use super::plan::{Decided, RunPlan};
use crate::decode::Source;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the plan says about the sources: the same for all shares of one data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PlanSummary {
    pub n_sources: usize,
    /// Hash of the names, classes and sizes of all sources, in order.
    pub fingerprint: String,
    pub decided: Decided,
    /// Inputs that never became a source.
    pub rejected: Vec<InputRow>,
    pub ignored: BTreeMap<String, u64>,
    pub n_beyond_limit: u64,
    /// Remarks on labels.
    #[serde(default)]
    pub label_notes: Vec<String>,
}

impl PlanSummary {
    pub fn new(plan: &RunPlan) -> Self {
        let corpus = &plan.corpus;
        Self {
            n_sources: corpus.sources.len(),
            fingerprint: fingerprint(&corpus.sources),
            decided: plan.decided(),
            rejected: corpus.rejected.iter().map(InputRow::rejected).collect(),
            ignored: corpus.ignored.clone(),
            n_beyond_limit: corpus.n_beyond_limit,
            label_notes: corpus.label_notes.clone(),
        }
    }
}

/// Hash of the names, classes and sizes of sources, in order.
fn fingerprint(sources: &[Source]) -> String {
    let mut hash = Hash::default();
    for source in sources {
        let size = std::fs::metadata(source.path()).map_or(0, |found| found.len());
        let words = [source.name(), &source.class];
        for word in words {
            hash.update(&(word.len() as u64).to_le_bytes());
            hash.update(word.as_bytes());
        }
        hash.update(&(source.input as u64).to_le_bytes());
        hash.update(&size.to_le_bytes());
    }
    hash.hex()
}
