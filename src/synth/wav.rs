//! The one door to `hound`.

use crate::atomic::atomic_write;
use crate::data::Signal;
use crate::{Error, Result};
use std::io;
use std::path::Path;

/// Writes a signal as 16-bit wav, full scale = [-1, 1]; louder samples clip. It
/// is written under a temporary name and renamed.
///
/// # Errors
/// [`Error::Output`] where the file cannot be written.
pub fn write_wav(path: &Path, signal: &Signal) -> Result<()> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: signal.sample_rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let write = |target: &Path| write_samples(target, spec, signal).map_err(io::Error::other);
    atomic_write(path, write).map_err(|error| Error::Output {
        path: path.to_path_buf(),
        detail: error.to_string(),
    })
}

fn write_samples(path: &Path, spec: hound::WavSpec, signal: &Signal) -> hound::Result<()> {
    let mut writer = hound::WavWriter::create(path, spec)?;
    for &sample in &signal.samples {
        let scaled = (f64::from(sample) * 32768.0).round();
        writer.write_sample(scaled.clamp(-32768.0, 32767.0) as i16)?;
    }
    writer.finalize()
}
