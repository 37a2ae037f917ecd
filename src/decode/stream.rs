//! Facts that a stream of samples gives about itself: its headers, its steps, its
//! losses and its ending.

use crate::Problem;

/// Frames per block.
pub(super) const BLOCK: usize = 16_384;
/// Frames of an MPEG audio frame: counts that come without a LAME tag may be
/// off by one such frame.
const MPEG_FRAME: u64 = 1152;
/// Frames of an ALAC packet, the longest that caf files commonly hold.
const CAF_PACKET: u64 = 4096;

/// What the headers of a recording say.
#[derive(Debug, Clone, PartialEq)]
pub struct AudioInfo {
    /// Container and codec, e.g. `wav pcm_s16le`, `mp3`, `au mulaw`.
    pub format: String,
    /// Samples per second and channel, Hz.
    pub sample_rate: u32,
    /// Number of channels in the file.
    pub channels: usize,
    /// Frames (samples per channel) that the headers promise, if they do.
    pub frames_promised: Option<u64>,
}

/// How a recording ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// All that the headers promise was decoded.
    Complete,
    /// All was decoded, though the headers say something else.
    Noted {
        /// What they say, and what was found.
        detail: String,
    },
    /// The file ends before the recording does.
    Truncated {
        /// How much is there.
        detail: String,
    },
    /// Parts could not be decoded.
    Damaged {
        /// How much, and where first.
        detail: String,
    },
}

/// What one step of a stream gave.
pub(super) enum Step {
    /// At least one frame was appended.
    Samples,
    /// There is nothing more.
    End(Ending),
}

/// Checks what a header says about rate and channels.
///
/// # Errors
/// [`Problem::Impossible`] outside 1..=768000 Hz and 1..=64 channels.
pub(super) fn check_header(sample_rate: u64, channels: u64) -> Result<(u32, usize), Problem> {
    if !(1..=64).contains(&channels) {
        return Err(Problem::Impossible {
            field: "channels",
            value: channels.to_string(),
            requirement: "1..=64",
        });
    }
    if !(1..=768_000).contains(&sample_rate) {
        return Err(Problem::Impossible {
            field: "sample rate",
            value: format!("{sample_rate} Hz"),
            requirement: "1..=768000 Hz",
        });
    }
    Ok((sample_rate as u32, channels as usize))
}

/// Packets that are missing or could not be decoded.
#[derive(Debug, Default)]
pub(super) struct Losses {
    places: u64,
    /// Time in seconds, and what was wrong.
    pub first: Option<(f64, String)>,
}

impl Losses {
    /// Counts one more place at which something was lost.
    pub fn add(&mut self, seconds: f64, detail: String) {
        self.places += 1;
        self.first.get_or_insert((seconds, detail));
    }

    /// The ending after `frames` frames of a `container`, in the light of what
    /// was promised and what was lost.
    pub fn judge(
        &self,
        ending: Ending,
        container: &str,
        frames: u64,
        promised: Option<u64>,
    ) -> Ending {
        let counted = match promised {
            Some(promised) => format!("{frames} of {promised} frames are there"),
            None => format!("{frames} frames are there"),
        };
        if let Some((seconds, detail)) = &self.first {
            return Ending::Damaged {
                detail: format!(
                    "packets lost in {} places, the first at {seconds:.3} s ({detail}); {counted}",
                    self.places
                ),
            };
        }
        let slack = match container {
            "mp1" | "mp2" | "mp3" => MPEG_FRAME,
            // Priming and edits are rounded to frames.
            "mp4" => 1,
            // Packet tables may count the last packet in full.
            "caf" => CAF_PACKET,
            _ => 0,
        };
        match (ending, promised) {
            (Ending::Complete, Some(promised)) if frames + slack < promised => {
                Ending::Truncated { detail: counted }
            }
            // A writer to a pipe cannot promise a length.
            (Ending::Truncated { .. }, None) if matches!(container, "wav" | "caf") => {
                Ending::Complete
            }
            (Ending::Truncated { .. }, Some(_)) => Ending::Truncated { detail: counted },
            (Ending::Damaged { detail }, _) => Ending::Damaged {
                detail: format!("{detail}; {counted}"),
            },
            (ending, _) => ending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_follow_from_promises_and_losses() {
        let cut = || Ending::Truncated {
            detail: String::new(),
        };
        let mut losses = Losses::default();
        let judge = |losses: &Losses, ending, container, promised| {
            losses.judge(ending, container, 100, promised)
        };
        let complete = Ending::Complete;
        assert_eq!(
            judge(&losses, complete.clone(), "flac", Some(100)),
            complete
        );
        assert_eq!(
            judge(&losses, complete.clone(), "mp3", Some(1000)),
            complete
        );
        assert_eq!(judge(&losses, cut(), "wav", None), complete);
        assert_eq!(judge(&losses, cut(), "ogg", None), cut());
        let short = judge(&losses, complete.clone(), "flac", Some(101));
        assert!(matches!(short, Ending::Truncated { .. }), "{short:?}");
        losses.add(1.5, "noise".into());
        losses.add(2.5, "silence".into());
        let Ending::Damaged { detail } = judge(&losses, complete, "flac", None) else {
            panic!("losses must be told");
        };
        assert!(
            detail.contains("2 places, the first at 1.500 s (noise)"),
            "{detail}"
        );
    }
}
