//! From files to signals, planes and arrays: what to read ([`corpus`]), and how
//! ([`AudioReader`], [`green_plane`], [`read_arrays`]).
//!
//! Everything that goes wrong with a file is a [`Problem`](crate::Problem), and
//! nothing a file says about itself is believed before it is checked against
//! the file's length.

mod aiff;
mod array;
mod au;
mod audio;
mod channel;
mod chunks;
mod corpus;
mod folders;
mod guard;
mod kind;
mod labels;
mod losses;
mod mp4;
mod npy;
mod options;
mod pcm;
mod photo;
mod reader;
mod resample;
mod seen;
mod sniff;
mod source;
mod walk;
mod wav;

pub use array::{ArrayHeader, ArrayStack, Layout, array_headers, read_arrays};
pub use channel::Channel;
pub use corpus::{Corpus, Rejected, corpus, corpus_of_roles};
pub use guard::silence_caught_panics;
pub use kind::{Kind, Wanted};
pub use options::{ClassRule, CorpusOptions};
pub use photo::{green_plane, photo_size, picture_png};
pub use reader::{AudioInfo, AudioReader, Ending, Part, read_part, read_signal};
pub use resample::{LARGEST_SAMPLE, Resampler};
pub use source::Source;
