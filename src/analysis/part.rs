//! Parts of clips whose frames are those of the whole clip.

use crate::data::{Axis, Plane, Signal};
use crate::decode::{Channel, Ending, Part, read_part};
use crate::spectral::StftConfig;
use crate::{Error, Result};
use ndarray::Slice;
use std::path::Path;

/// Longest part that is looked at, s: more frames than any figure has pixels.
pub(super) const LONGEST: f64 = 600.0;

/// A part of a clip, with the samples beyond it that its first and last frames
/// see.
pub(super) struct FramedPart {
    pub signal: Signal,
    /// How the clip ended, as far as it was read.
    pub ending: Ending,
    /// Samples of the part itself.
    pub n_samples: usize,
    start: f64,
    first_frame: usize,
    n_frames: usize,
}

/// Checks the start and the duration of a part, in s; without a duration it
/// reaches to the end of the clip.
///
/// # Errors
/// [`Error::InvalidArgument`] naming `start` or `duration`.
pub(super) fn check_part(start: f64, duration: Option<f64>) -> Result<()> {
    if !(0.0..=1e9).contains(&start) {
        return Err(Error::argument("start", start, "at least 0"));
    }
    match duration {
        Some(duration) if !(f64::MIN_POSITIVE..=1e9).contains(&duration) => {
            Err(Error::argument("duration", duration, "greater than 0"))
        }
        Some(duration) if duration > LONGEST => {
            let requirement = format!("at most {LONGEST} s");
            Err(Error::argument("duration", duration, requirement))
        }
        _ => Ok(()),
    }
}

/// Reads a part that [`check_part`] allows.
///
/// # Errors
/// Those of [`read_part`], and [`Error::InvalidArgument`] naming `duration` where
/// none is given and the clip is too long.
pub(super) fn read_framed(
    path: &Path,
    channel: Channel,
    stft: &StftConfig,
    start: f64,
    duration: Option<f64>,
) -> Result<FramedPart> {
    let hop = stft.hop_length;
    let part = Part {
        start,
        // One second more than is allowed tells that there is more.
        duration: duration.unwrap_or(LONGEST + 1.0),
        margin: (stft.n_fft / 2).next_multiple_of(hop),
        margin_step: hop,
    };
    let (signal, lead, ending) = read_part(path, channel, &part)?;
    let rate = f64::from(signal.sample_rate);
    let available = (signal.samples.len() - lead) as f64;
    if duration.is_none() && available > LONGEST * rate {
        let requirement = format!(
            "given for clips longer than {LONGEST} s, as {} is",
            path.display()
        );
        return Err(Error::argument("duration", "missing", requirement));
    }
    let n_samples = available.min(part.duration * rate) as usize;
    Ok(FramedPart {
        signal,
        ending,
        n_samples,
        start,
        first_frame: lead / hop,
        n_frames: 1 + n_samples / hop,
    })
}

impl FramedPart {
    /// The columns of a plane of the signal's frames that lie in the part.
    pub fn crop(&self, plane: &Plane) -> Plane {
        let n_cols = plane.values.ncols();
        let end = self.first_frame + self.n_frames;
        let frames = self.first_frame.min(n_cols)..end.min(n_cols);
        let shown = Slice::from(frames.clone());
        let cols = match &plane.cols {
            Axis::Uniform { unit, step, .. } => Axis::Uniform {
                unit: *unit,
                start: self.start,
                step: *step,
                len: frames.len(),
            },
            tabulated => tabulated.clone(),
        };
        Plane {
            values: plane.values.slice_axis(ndarray::Axis(1), shown).to_owned(),
            rows: plane.rows.clone(),
            cols,
        }
    }
}
