//! What a container hands to the one loop that decodes it.

use super::super::mp4::Edit;
use super::super::stream::Ending;
use symphonia::core::codecs::audio::AudioCodecParameters;

/// The next thing in a container.
pub(super) enum Event {
    /// A stream begins: the first, or another behind the end of one.
    Begin(Box<Begin>),
    Packet(Coded),
    /// Where the packets so far end by the container's clock.
    Position(Position),
    /// Something is missing here, or cannot be used.
    Lost(String),
    /// Something is odd here, but nothing is missing.
    Noted(String),
    /// The stream ends; so many of its last frames are not part of the recording.
    Finish {
        trim: u64,
    },
    /// There is nothing more.
    End(Ending),
}

/// What is known of a stream before its first packet.
#[derive(Clone)]
pub(super) struct Begin {
    pub parameters: AudioCodecParameters,
    /// Whether it is mp3 of a bit rate that no table has.
    pub is_free_format: bool,
    /// Frames that are decoded before the first of the recording.
    pub priming: u64,
    /// The same in seconds, where the container says so; it holds then.
    pub delay: Option<f64>,
    /// What is to be heard of the track of an mp4 file, with all its priming.
    pub edit: Option<Option<Edit>>,
    /// Seconds behind the last frame of the recording.
    pub padding: f64,
    /// Last frames that may turn out to be no part of the recording.
    pub hold: u64,
    /// Frames of the recording, where the headers say so, and their rate in Hz, where
    /// it may be another than that of the samples.
    pub promised: Option<u64>,
    pub clock: Option<f64>,
    /// Frames by which that may be off in an undamaged file.
    pub slack: u64,
}

impl Begin {
    pub fn new(parameters: AudioCodecParameters) -> Begin {
        Begin {
            parameters,
            is_free_format: false,
            priming: 0,
            delay: None,
            edit: None,
            padding: 0.0,
            hold: 0,
            promised: None,
            clock: None,
            slack: 0,
        }
    }
}

/// One packet of a codec.
pub(super) struct Coded {
    pub data: Box<[u8]>,
    /// Frames that it holds, where the decoder must be told; and how many of the last
    /// ones are to be dropped.
    pub length: u64,
    pub trim: u64,
    /// Whether what it holds is to be kept until a position is known.
    pub is_held: bool,
}

impl Coded {
    pub fn new(data: impl Into<Box<[u8]>>) -> Coded {
        Coded {
            data: data.into(),
            length: 0,
            trim: 0,
            is_held: false,
        }
    }
}

/// A place in a stream by its container's clock.
#[derive(Clone, Copy)]
pub(super) struct Position {
    /// Frames from the clock's zero.
    pub frames: i64,
    /// Whether the stream ends here, even if its last packet has more frames.
    pub is_last: bool,
}
