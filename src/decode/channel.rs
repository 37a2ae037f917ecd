//! Mono from the channels of a recording.

use crate::{Error, Problem};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Which channel of a recording becomes the mono signal.
///
/// ```
/// use cepstrum::decode::Channel;
/// assert_eq!("mix".parse::<Channel>()?, Channel::Mix);
/// assert_eq!("3".parse::<Channel>()?.to_string(), "3");
/// # Ok::<(), cepstrum::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Channel {
    /// The mean of all channels.
    #[default]
    Mix,
    /// The first channel.
    Left,
    /// The second channel.
    Right,
    /// The channel with this number, counted from 0.
    Index(usize),
}

impl Channel {
    /// Number of the chosen channel, or `None` for the mean of all.
    ///
    /// # Errors
    /// [`Problem::NoChannel`] where a recording of `channels` channels lacks it.
    pub fn position(self, channels: usize) -> Result<Option<usize>, Problem> {
        let position = match self {
            Channel::Mix => return Ok(None),
            Channel::Left => 0,
            Channel::Right => 1,
            Channel::Index(index) => index,
        };
        if position < channels {
            Ok(Some(position))
        } else {
            Err(Problem::NoChannel {
                requested: self.to_string(),
                channels,
            })
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Channel::Mix => f.write_str("mix"),
            Channel::Left => f.write_str("left"),
            Channel::Right => f.write_str("right"),
            Channel::Index(index) => write!(f, "{index}"),
        }
    }
}

impl FromStr for Channel {
    type Err = Error;

    fn from_str(text: &str) -> Result<Channel, Error> {
        match text {
            "mix" => Ok(Channel::Mix),
            "left" => Ok(Channel::Left),
            "right" => Ok(Channel::Right),
            number => number.parse().map(Channel::Index).map_err(|_| {
                Error::argument(
                    "channel",
                    text,
                    "mix, left, right or a number counted from 0",
                )
            }),
        }
    }
}

impl TryFrom<String> for Channel {
    type Error = Error;

    fn try_from(text: String) -> Result<Channel, Error> {
        text.parse()
    }
}

impl From<Channel> for String {
    fn from(channel: Channel) -> String {
        channel.to_string()
    }
}

/// Appends one sample per interleaved frame: the channel at `position`, or the
/// mean of all `channels`.
pub(super) fn append_mono(
    interleaved: &[f32],
    channels: usize,
    position: Option<usize>,
    mono: &mut Vec<f32>,
) {
    let frames = interleaved.chunks_exact(channels.max(1));
    match position {
        _ if channels == 1 => mono.extend_from_slice(interleaved),
        Some(position) => mono.extend(frames.map(|frame| frame[position])),
        None => mono.extend(frames.map(|frame| {
            let sum: f64 = frame.iter().copied().map(f64::from).sum();
            (sum / channels as f64) as f32
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_nonsense_is_refused() {
        for name in ["mix", "left", "right", "0", "17"] {
            assert_eq!(name.parse::<Channel>().unwrap().to_string(), name);
        }
        let error = "middle".parse::<Channel>().unwrap_err().to_string();
        assert!(error.contains("middle"), "{error}");
        let json = serde_json::to_string(&Channel::Index(2)).unwrap();
        assert_eq!(json, "\"2\"");
        assert_eq!(
            serde_json::from_str::<Channel>(&json).unwrap(),
            Channel::Index(2)
        );
    }

    #[test]
    fn absent_channel_names_the_flag() {
        let problem = Channel::Right.position(1).unwrap_err();
        assert!(problem.to_string().contains("--channel"), "{problem}");
    }

    #[test]
    fn mix_is_the_mean_and_an_index_picks() {
        let frames = [1.0, 0.0, -0.5, 0.25];
        let mut mono = Vec::new();
        append_mono(&frames, 2, None, &mut mono);
        append_mono(&frames, 2, Some(1), &mut mono);
        assert_eq!(mono, [0.5, -0.125, 0.0, 0.25]);
    }
}
