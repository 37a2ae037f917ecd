//! What was lost while decoding, and what that makes of the ending.

use super::reader::Ending;

/// Frames of an MPEG audio frame: counts that come without a LAME tag may be
/// off by one such frame.
const MPEG_FRAME: u64 = 1152;
/// Frames of an ALAC packet, the longest that caf files commonly hold.
const CAF_PACKET: u64 = 4096;

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
