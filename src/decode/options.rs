use super::kind::Wanted;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Where the class of a file comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassRule {
    /// The name of the file's parent folder.
    #[default]
    ParentFolder,
    /// The name of the folder that many levels below the input, 1 being the
    /// first; files that lie less deep fall back to their parent folder.
    Depth(usize),
    /// A csv table with a `path` or `filename` column and a `label` or `class`
    /// column.
    Labels(PathBuf),
}

/// How [`corpus`](super::corpus()) chooses and labels files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CorpusOptions {
    /// Which files count as inputs inside a folder.
    pub wanted: Wanted,
    /// Where the class of a file comes from.
    pub class_rule: ClassRule,
    /// Most files per class, the first in order; `None` for all.
    pub limit: Option<usize>,
}

impl CorpusOptions {
    /// All recordings, each in the class of its folder.
    pub fn clips() -> Self {
        CorpusOptions {
            wanted: Wanted::AudioFolders,
            ..CorpusOptions::default()
        }
    }
}
