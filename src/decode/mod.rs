//! From files to signals, planes and arrays: what to read ([`corpus`]), and how
//! ([`AudioReader`], [`green_plane`], [`read_arrays`]).
//!
//! Everything that goes wrong with a file is a [`Problem`](crate::Problem), and
//! nothing a file says about itself is believed before it is checked against
//! the file's length.

mod aiff;
mod archive;
mod array;
mod au;
mod audio;
mod caf;
mod channel;
mod chunks;
mod coded;
mod corpus;
mod encoding;
mod extent;
mod guard;
mod ima4;
mod jpeg;
mod labels;
mod layout;
mod mp4;
mod npy;
mod npz;
mod padding;
mod pcm;
mod photo;
mod reader;
mod resample;
mod sniff;
mod source;
mod stream;
mod tags;
mod walk;
mod wav;
mod wholeness;
mod words32;

pub use array::{ArrayHeader, ArrayStack, Arrays, array_headers, read_arrays, read_members};
pub use audio::verify_sums;
pub use channel::Channel;
pub use corpus::{ClassRule, Corpus, CorpusOptions, Rejected, corpus, corpus_of_roles};
pub use guard::silence_caught_panics;
pub use layout::{ArrayOptions, Layout};
pub use photo::{green_plane, photo_size, picture_png};
pub use reader::{AudioReader, DecodeCounts, Part, decode_counts, read_part, read_signal};
pub use resample::{LARGEST_SAMPLE, Resampler};
pub use source::{Kind, Source, Wanted};
pub(crate) use source::{key, notes_of_ignored};
pub use stream::{AudioInfo, Ending};
