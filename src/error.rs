//! The one error type of the crate: every message carries the value that was
//! found and the requirement that it broke.

use std::num::{IntErrorKind, ParseFloatError, ParseIntError};
use std::path::{Path, PathBuf};
use std::str::ParseBoolError;

/// Result of every fallible call in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file given as input cannot be used, wholly or from some point on.
    #[error("{}: {problem}", path.display())]
    Input {
        /// The file or folder.
        path: PathBuf,
        /// Why it cannot be used.
        problem: Problem,
    },
    /// A setting is outside what the computation allows.
    ///
    /// `name` is the field's name in the library; the command-line flag has the
    /// same name with dashes (`n_fft` is `--n-fft`).
    #[error("{name} is {value}, but must be {requirement}")]
    InvalidArgument {
        /// Name of the setting.
        name: &'static str,
        /// The value that was given.
        value: String,
        /// What is allowed, and what to change.
        requirement: String,
    },
    /// Two lengths or shapes that belong together differ.
    #[error("{what} has length {got}, but {expected} is required")]
    Length {
        /// What was measured.
        what: &'static str,
        /// Its length.
        got: usize,
        /// The length that fits.
        expected: usize,
    },
    /// No input was left to work on.
    #[error("nothing to analyse: looked for {looked_for}; found {found}")]
    NothingUsable {
        /// What would have been usable.
        looked_for: String,
        /// What was there instead.
        found: String,
    },
    /// The output folder holds a report made with other settings.
    #[error(
        "{}: holds a report of another configuration ({difference}); give another -o, or --force to replace it",
        path.display()
    )]
    WouldOverwrite {
        /// The report that is in the way.
        path: PathBuf,
        /// The first setting that differs.
        difference: String,
    },
    /// The run was asked to stop before its end.
    #[error("interrupted after {done} of {total} files; the same command with --resume goes on")]
    Interrupted {
        /// Files measured.
        done: usize,
        /// Files to measure.
        total: usize,
    },
    /// Partial results do not belong together, or are not whole.
    #[error("{}: {difference}", path.display())]
    Partial {
        /// The partial result.
        path: PathBuf,
        /// What does not fit, and what to do.
        difference: String,
    },
    /// Writing an output failed.
    #[error("{}: cannot write: {detail}", path.display())]
    Output {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
}

/// Why an input file cannot be used; printed without the path.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The path does not exist (or is a dangling link).
    #[error("not found")]
    NotFound,
    /// The system refused or failed to read.
    #[error("cannot read: {detail}")]
    Unreadable {
        /// What the system said.
        detail: String,
    },
    /// The content is not audio of any known container.
    #[error("not audio: {found}")]
    NotAudio {
        /// What the first bytes look like.
        found: String,
    },
    /// The content is not a picture of a supported format.
    #[error("not a supported picture: {found}")]
    NotPicture {
        /// What the decoder said.
        found: String,
    },
    /// The content is not a numeric array, or not of a supported layout.
    #[error("not a usable array: {found}")]
    NotArray {
        /// What is wrong with it.
        found: String,
    },
    /// A known format or codec that cannot be decoded here.
    #[error("unsupported: {format}")]
    Unsupported {
        /// Name of the format or codec.
        format: String,
    },
    /// A header field holds a value that no recording can have.
    #[error("impossible {field} {value}: must be {requirement}")]
    Impossible {
        /// Name of the header field.
        field: &'static str,
        /// Its value.
        value: String,
        /// What is possible.
        requirement: &'static str,
    },
    /// Decoding failed.
    #[error("corrupt at {seconds:.3} s: {detail}")]
    Corrupt {
        /// Time decoded before the failure, in seconds.
        seconds: f64,
        /// What the decoder said.
        detail: String,
    },
    /// The file holds no samples at all.
    #[error("empty: {detail}")]
    Empty {
        /// Where the samples should have been.
        detail: String,
    },
    /// Less data than one segment or one crop needs.
    #[error("too short: {length}, but {required} needed ({flag})")]
    TooShort {
        /// What there is, with its unit.
        length: String,
        /// What one segment takes, with its unit.
        required: String,
        /// The flag that changes the requirement.
        flag: &'static str,
    },
    /// The sample rate is below that of the analysis.
    #[error(
        "sample rate {sample_rate} Hz is below the analysis rate {analysis_rate} Hz: choose --sample-rate {sample_rate}, or --upsample (its empty upper band distorts the spectrum)"
    )]
    LowRate {
        /// The file's rate.
        sample_rate: u32,
        /// The rate of the analysis.
        analysis_rate: u32,
    },
    /// Everything in the file was constant, silent or not finite.
    #[error("nothing to measure: {detail}")]
    Featureless {
        /// How many segments were left out, and why.
        detail: String,
    },
    /// The recording lacks the channel that was asked for.
    #[error("no channel {requested}: the file has {channels} (--channel)")]
    NoChannel {
        /// The channel that was asked for.
        requested: String,
        /// Number of channels in the file.
        channels: usize,
    },
    /// The table of labels says nothing about the file.
    #[error("no label in {labels} (--labels)")]
    Unlabelled {
        /// The table.
        labels: String,
    },
    /// The same file was already listed.
    #[error("listed twice: the same file as {first}")]
    Duplicate {
        /// The earlier path.
        first: String,
    },
}

impl Problem {
    /// Short stable name of the kind of problem, for grouping rows of a report.
    pub fn class(&self) -> &'static str {
        match self {
            Problem::NotFound => "not-found",
            Problem::Unreadable { .. } => "unreadable",
            Problem::NotAudio { .. } => "not-audio",
            Problem::NotPicture { .. } => "not-picture",
            Problem::NotArray { .. } => "not-array",
            Problem::Unsupported { .. } => "unsupported",
            Problem::Impossible { .. } => "impossible-header",
            Problem::Corrupt { .. } => "corrupt",
            Problem::Empty { .. } => "empty",
            Problem::TooShort { .. } => "too-short",
            Problem::LowRate { .. } => "low-rate",
            Problem::Featureless { .. } => "featureless",
            Problem::NoChannel { .. } => "no-channel",
            Problem::Unlabelled { .. } => "unlabelled",
            Problem::Duplicate { .. } => "duplicate",
        }
    }

    /// The error for this problem in the file `path`.
    pub fn at(self, path: &Path) -> Error {
        Error::Input {
            path: path.to_path_buf(),
            problem: self,
        }
    }

    /// [`Problem::Corrupt`] before the first sample.
    pub(crate) fn corrupt(detail: impl Into<String>) -> Problem {
        Problem::Corrupt {
            seconds: 0.0,
            detail: detail.into(),
        }
    }

    /// The problem that an I/O failure stands for.
    pub fn from_io(error: &std::io::Error) -> Problem {
        match error.kind() {
            std::io::ErrorKind::NotFound => Problem::NotFound,
            _ => Problem::Unreadable {
                detail: error.to_string(),
            },
        }
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Problem {
        Problem::from_io(&error)
    }
}

impl Error {
    /// An [`Error::InvalidArgument`] for the setting `name`.
    pub fn argument(
        name: &'static str,
        value: impl ToString,
        requirement: impl Into<String>,
    ) -> Error {
        Error::InvalidArgument {
            name,
            value: value.to_string(),
            requirement: requirement.into(),
        }
    }

    /// The requirement that a text broke, as its parser's error says it; `None`
    /// for other errors.
    pub fn requirement_of(error: &(dyn std::error::Error + 'static)) -> Option<String> {
        let requirement = if let Some(error) = error.downcast_ref::<ParseIntError>() {
            match error.kind() {
                IntErrorKind::PosOverflow => "a smaller whole number",
                _ => "a whole number, at least 0",
            }
        } else if error.is::<ParseFloatError>() {
            "a number"
        } else if error.is::<ParseBoolError>() {
            "true or false"
        } else if let Some(Error::InvalidArgument { requirement, .. }) = error.downcast_ref() {
            requirement
        } else {
            return None;
        };
        Some(requirement.to_string())
    }

    /// Refuses the length `got` of `what` unless it is the expected one.
    pub(crate) fn check_length(what: &'static str, got: usize, expected: usize) -> Result<()> {
        if got == expected {
            return Ok(());
        }
        Err(Error::Length {
            what,
            got,
            expected,
        })
    }
}
