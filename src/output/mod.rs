//! From a report to files: everything here is made from the report alone.

#[cfg(feature = "figure")]
mod cepstrum_figures;
mod cepstrum_files;
mod comparison;
#[cfg(feature = "figure")]
mod comparison_figure;
#[cfg(feature = "figure")]
mod convention;
mod csv;
#[cfg(feature = "figure")]
mod curves;
#[cfg(feature = "figure")]
mod drawings;
#[cfg(feature = "figure")]
mod example_figures;
mod feature_files;
#[cfg(feature = "figure")]
pub mod figure;
mod files;
mod html;
mod json;
#[cfg(feature = "figure")]
mod latent_figures;
mod latent_files;
#[cfg(feature = "figure")]
mod modulation_figures;
mod modulation_files;
#[cfg(feature = "figure")]
mod noise_figures;
mod noise_files;
mod npy;
mod npz;
#[cfg(feature = "figure")]
mod plane_figures;
mod power_unit;
#[cfg(feature = "figure")]
mod report_figures;
mod report_files;
mod report_tables;
mod spectra_files;
#[cfg(feature = "figure")]
mod spectrogram_figures;
mod study_files;
mod table;
mod verdict_files;

pub use self::csv::{source_spectra_csv, spectra_csv};
#[cfg(feature = "figure")]
pub use cepstrum_figures::{LevelCoefficient, cepstra_figure};
pub use cepstrum_files::{cepstra_csv, cepstrum_npy, save_cepstra_npy};
pub use comparison::{COMPARISON_FILE, comparison_answer, comparison_table};
#[cfg(feature = "figure")]
pub use comparison_figure::comparison_figures;
#[cfg(feature = "figure")]
pub use convention::Convention;
#[cfg(feature = "figure")]
pub use drawings::{Drawing, DrawingKind, FigureSet, Frames, save_drawings};
#[cfg(feature = "figure")]
pub use example_figures::{drawings_of_data, example_figures};
pub use feature_files::{features_csv, features_npz};
pub use files::{check_folder, remove_stale, write_file};
pub use html::{PAGE_FILE, ReportPage, report_html, save_report_page};
pub use json::{source_spectra_json, write_json};
#[cfg(feature = "figure")]
pub use latent_figures::latent_figures;
pub use latent_files::{LATENTS_FILE, latents_summary, latents_table};
#[cfg(feature = "figure")]
pub use modulation_figures::modulation_figures;
pub use modulation_files::{MODULATION_FILE, modulation_summary_json, modulation_table};
#[cfg(feature = "figure")]
pub use noise_figures::{HeatStep, heat_scales, noise_figures, published_noise_figures};
pub use noise_files::{NOISE_FILE, noise_origin, noise_summary_json, noise_table};
pub use npy::{file_stems, save_array};
#[cfg(feature = "figure")]
pub use plane_figures::{SLICE_ANGLES, plane_figures, save_plane_spectra};
#[cfg(feature = "figure")]
pub use report_figures::report_figures;
pub use report_files::{
    Analysis, REPORT_FILE, analysis_summary_json, classes_left_out, read_config, read_report,
    results_table, save_analysis,
};
pub use report_tables::{FILES_FILE, RESULTS_FILE};
pub use spectra_files::{CELLS_FILE, SPECTRA_FILE};
#[cfg(feature = "figure")]
pub use spectrogram_figures::{spectrogram_figure, spectrogram_figures, spectrogram_map};
pub use study_files::{Document, StudyFiles, check_overwrite, save_study};
pub use table::Table;
pub use verdict_files::{
    EVIDENCE_FILE, UNITS_FILE, read_verdict, saved_verdict_settings, verdict_table, verdict_text,
};
