//! From files to signals, planes and arrays: what to read ([`corpus`]), and how
//! ([`AudioReader`], [`green_plane`], [`read_arrays`]).
//!
//! Everything that goes wrong with a file is a [`Problem`](crate::Problem), and
//! nothing a file says about itself is believed before it is checked against
//! the file's length.

mod aiff;
mod au;
mod audio;
mod channel;
mod chunks;
mod mp4;
mod pcm;
mod reader;
mod resample;
mod sniff;
mod wav;

pub use channel::Channel;
pub use reader::{AudioInfo, AudioReader, Ending, read_signal};
pub use resample::Resampler;
