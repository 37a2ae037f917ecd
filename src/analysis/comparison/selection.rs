//! What is compared: one representation and class of a report.

use super::study::SelectionRow;
use crate::analysis::{Report, Representation, ResultRow, Verdict};
use crate::{Error, Result};

/// One representation and class of a report.
#[derive(Debug, Clone)]
pub struct Selection<'a> {
    /// The report.
    pub report: &'a Report,
    /// What tables and figures call it.
    pub name: String,
    pub(super) result: &'a ResultRow,
    /// What was found beside the report.
    pub(super) verdict: Option<&'a Verdict>,
}

impl<'a> Selection<'a> {
    /// Selects a representation and class (`all` for all) of a report.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for one that the report does not have, with a
    /// list of what it has.
    pub fn new(
        report: &'a Report,
        name: &str,
        representation: Representation,
        class: &str,
    ) -> Result<Self> {
        let of: Vec<&ResultRow> = report
            .results
            .iter()
            .filter(|row| row.representation == representation)
            .collect();
        if of.is_empty() {
            let names: Vec<&str> = representations(report).map(Representation::name).collect();
            let requirement = format!("one of the report's: {}", names.join(", "));
            return Err(Error::argument(
                "REPRESENTATION",
                representation,
                requirement,
            ));
        }
        let Some(result) = of.iter().find(|row| row.class == class) else {
            let names: Vec<&str> = of.iter().map(|row| row.class.as_str()).collect();
            let requirement = format!("one of the report's: {}", names.join(", "));
            return Err(Error::argument("CLASS", class, requirement));
        };
        Ok(Self {
            report,
            name: name.to_string(),
            result,
            verdict: None,
        })
    }

    /// The selection with the verdict that was made beside its report.
    pub fn with_verdict(self, verdict: Option<&'a Verdict>) -> Self {
        Self { verdict, ..self }
    }

    /// The selected representation.
    pub fn representation(&self) -> Representation {
        self.result.representation
    }

    pub(super) fn row(&self) -> SelectionRow {
        SelectionRow {
            name: self.name.clone(),
            representation: self.result.representation,
            class: self.result.class.clone(),
            n_files: self.result.n_files,
            n_segments: self.result.n_segments,
        }
    }
}

/// The representations of `all` classes that both reports have.
pub fn common_representations(a: &Report, b: &Report) -> Vec<Representation> {
    representations(a)
        .filter(|representation| representations(b).any(|other| other == *representation))
        .collect()
}

fn representations(report: &Report) -> impl Iterator<Item = Representation> {
    report
        .results
        .iter()
        .filter(|row| row.class == "all")
        .map(|row| row.representation)
}
