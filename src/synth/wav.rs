//! The one door to `hound`.

use crate::data::Signal;
use crate::{Error, Result};
use std::path::Path;

/// Writes a signal as 16-bit wav, full scale = [-1, 1]; louder samples clip.
///
/// # Errors
/// [`Error::Output`] where the file cannot be written.
pub fn write_wav(path: &Path, signal: &Signal) -> Result<()> {
    let failed = |error: hound::Error| Error::Output {
        path: path.to_path_buf(),
        detail: error.to_string(),
    };
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: signal.sample_rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).map_err(failed)?;
    for &sample in &signal.samples {
        let scaled = (f64::from(sample) * 32768.0).round();
        writer
            .write_sample(scaled.clamp(-32768.0, 32767.0) as i16)
            .map_err(failed)?;
    }
    writer.finalize().map_err(failed)
}
