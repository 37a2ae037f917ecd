//! From a report to files: everything here is made from the report alone.

mod csv;
#[cfg(feature = "figure")]
pub mod figure;
mod files;
mod json;
mod npy;
mod table;

pub use self::csv::{source_spectra_csv, spectra_csv};
pub use files::{REPORT_FILE, check_overwrite, save_report, write_file};
pub use json::{read_report, report_json, source_spectra_json};
pub use table::{Table, results_table};
