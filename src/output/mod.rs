//! From a report to files: everything here is made from the report alone.

mod csv;
#[cfg(feature = "figure")]
pub mod figure;
mod files;
mod json;
mod npy;
#[cfg(feature = "figure")]
mod report_figures;
mod table;

pub use self::csv::{source_spectra_csv, spectra_csv};
pub use files::{REPORT_FILE, check_overwrite, save_report, write_file};
pub use json::{read_report, report_json, source_spectra_json};
#[cfg(feature = "figure")]
pub use report_figures::{FigureSet, NamedFigure, report_figures, save_figures};
pub use table::{Table, results_table};
