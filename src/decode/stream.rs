//! Facts that a stream of samples gives about itself: its headers, its steps, its
//! losses and its ending.

use crate::Problem;

/// Frames per block.
pub(super) const BLOCK: usize = 16_384;

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
    pub places: u64,
    /// Frames that are known to be missing.
    pub missing: u64,
    /// Frames by which a promise may be off in an undamaged file.
    pub slack: u64,
    /// Time in seconds, and what was wrong.
    pub first: Option<(f64, String)>,
}

impl Losses {
    /// Counts one more place at which something was lost.
    pub fn add(&mut self, seconds: f64, detail: String) {
        self.places += 1;
        self.first.get_or_insert((seconds, detail));
    }

    /// The ending after `frames` frames, in the light of what was promised, of what was
    /// lost, and of what was found beside it.
    pub fn judge(
        &self,
        ending: Ending,
        mut notes: Vec<String>,
        frames: u64,
        promised: Option<u64>,
    ) -> Ending {
        let counted = match promised {
            Some(promised) => format!("{frames} of {promised} frames are there"),
            None => format!("{frames} frames are there"),
        };
        if let Some((seconds, detail)) = &self.first {
            let places = match self.places {
                1 => format!("packets lost at {seconds:.3} s"),
                n => format!("packets lost in {n} places, the first at {seconds:.3} s"),
            };
            let missing = match self.missing {
                0 => String::new(),
                n => format!("{n} frames are missing; "),
            };
            return Ending::Damaged {
                detail: format!("{places} ({detail}); {missing}{counted}"),
            };
        }
        match (ending, promised) {
            (Ending::Complete, Some(promised)) if frames + self.slack < promised => {
                Ending::Truncated { detail: counted }
            }
            (Ending::Complete, promised) => {
                if let Some(promised) = promised.filter(|n| frames > n + self.slack) {
                    notes.insert(
                        0,
                        format!("the header promises {promised} frames, but {frames} are there: all are read"),
                    );
                }
                match notes.is_empty() {
                    true => Ending::Complete,
                    false => Ending::Noted {
                        detail: notes.join("; "),
                    },
                }
            }
            (Ending::Truncated { detail }, _) => Ending::Truncated {
                detail: format!("{detail}; {counted}"),
            },
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
            detail: "early".into(),
        };
        let mut losses = Losses::default();
        let judge = |losses: &Losses, ending, promised| losses.judge(ending, vec![], 100, promised);
        let complete = Ending::Complete;
        assert_eq!(judge(&losses, complete.clone(), Some(100)), complete);
        let short = judge(&losses, complete.clone(), Some(101));
        assert!(matches!(short, Ending::Truncated { .. }), "{short:?}");
        let long = judge(&losses, complete.clone(), Some(99));
        let Ending::Noted { detail } = long else {
            panic!("{long:?}");
        };
        assert!(detail.contains("promises 99 frames, but 100"), "{detail}");
        losses.slack = 1;
        assert_eq!(judge(&losses, complete.clone(), Some(101)), complete);
        let Ending::Truncated { detail } = judge(&losses, cut(), None) else {
            panic!("a cut must be told");
        };
        assert_eq!(detail, "early; 100 frames are there");
        losses.add(1.5, "noise".into());
        losses.add(2.5, "silence".into());
        losses.missing = 7;
        let Ending::Damaged { detail } = judge(&losses, complete, None) else {
            panic!("losses must be told");
        };
        assert!(
            detail.contains("2 places, the first at 1.500 s (noise); 7 frames"),
            "{detail}"
        );
    }
}
