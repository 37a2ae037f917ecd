use super::SelectionRow;
use crate::analysis::{Report, Representation, ResultRow};
use crate::{Error, Result};

/// One representation and class of a report.
#[derive(Debug, Clone)]
pub struct Selection<'a> {
    /// The report.
    pub report: &'a Report,
    /// What tables and figures call it.
    pub name: String,
    pub(super) result: &'a ResultRow,
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
        })
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

    /// Whether both are the same numbers.
    pub(super) fn is_same(&self, other: &Selection<'_>) -> bool {
        self.result == other.result
            && (std::ptr::eq(self.report, other.report)
                || self.report.inputs == other.report.inputs)
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
