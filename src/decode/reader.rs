//! Mono samples of any recording, block by block.

use super::archive::archive;
use super::audio::CodedStream;
use super::channel::{Channel, append_mono};
use super::guard::open_file;
use super::pcm::{PcmLayout, PcmStream};
use super::sniff::{self, Content};
use super::stream::{AudioInfo, BLOCK, Ending, Step};
use super::{aiff, au, caf, coded, wav};
use crate::data::Signal;
use crate::lanes;
use crate::{Error, Problem};
use std::io::{Read, Seek};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

enum Stream {
    Pcm(Box<PcmStream>),
    Coded(Box<CodedStream>),
}

impl Stream {
    fn info(&self) -> AudioInfo {
        match self {
            Stream::Pcm(stream) => stream.info(),
            Stream::Coded(stream) => stream.info().clone(),
        }
    }

    fn read(&mut self, interleaved: &mut Vec<f32>) -> Result<Step, Problem> {
        match self {
            Stream::Pcm(stream) => stream.read(interleaved),
            Stream::Coded(stream) => stream.read(interleaved),
        }
    }
}

static OPENED: AtomicU64 = AtomicU64::new(0);
static DECODED: AtomicU64 = AtomicU64::new(0);

/// What this process has decoded so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodeCounts {
    /// Recordings that were opened, for their headers or for their samples.
    pub opened: u64,
    /// Frames (samples per channel) that were handed out.
    pub frames: u64,
}

/// Counts of all threads: a run that decodes a recording twice shows in them.
pub fn decode_counts() -> DecodeCounts {
    DecodeCounts {
        opened: OPENED.load(Ordering::Relaxed),
        frames: DECODED.load(Ordering::Relaxed),
    }
}

/// Decodes one recording block by block, in memory that does not grow with its
/// length.
///
/// The content decides how a file is decoded; its extension is only a hint.
pub struct AudioReader {
    path: PathBuf,
    info: AudioInfo,
    /// Channel to take, `None` for the mean.
    position: Option<usize>,
    stream: Stream,
    interleaved: Vec<f32>,
    /// Samples of `interleaved` that were handed out.
    consumed: usize,
    frames_read: u64,
    ending: Option<Ending>,
    /// Sums of the squares of all channels, and of their mix.
    energy: [f64; 2],
}

impl AudioReader {
    /// Opens a recording and reads its headers.
    ///
    /// # Errors
    /// [`Error::Input`] with the [`Problem`] of a file that
    /// is not audio, is empty or corrupt from the start, has no decoder here,
    /// has impossible headers, or lacks the `channel`.
    pub fn open(path: &Path, channel: Channel) -> Result<AudioReader, Error> {
        OPENED.fetch_add(1, Ordering::Relaxed);
        let open = || {
            let stream = open_stream(path)?;
            let info = stream.info();
            let position = channel.position(info.channels)?;
            Ok((stream, info, position))
        };
        let (stream, info, position) = open().map_err(|problem: Problem| problem.at(path))?;
        Ok(AudioReader {
            path: path.to_path_buf(),
            info,
            position,
            stream,
            interleaved: Vec::new(),
            consumed: 0,
            frames_read: 0,
            ending: None,
            energy: [0.0; 2],
        })
    }

    /// What the headers say.
    pub fn info(&self) -> &AudioInfo {
        &self.info
    }

    /// Replaces `block` by the next mono samples (at most 16384, full scale
    /// \[-1, 1\]) and returns their number, 0 at the end.
    ///
    /// # Errors
    /// A failure before the first sample; a later one is the [`Self::ending`].
    pub fn read(&mut self, block: &mut Vec<f32>) -> Result<usize, Error> {
        block.clear();
        if self.consumed == self.interleaved.len() && self.ending.is_none() {
            self.refill().map_err(|problem| problem.at(&self.path))?;
        }
        let is_whole = self.consumed == 0 && self.interleaved.len() <= BLOCK;
        if self.info.channels == 1 && is_whole {
            // Mono needs no copy.
            std::mem::swap(&mut self.interleaved, block);
            return Ok(self.count(block.len()));
        }
        let left = self.interleaved.len() - self.consumed;
        let taken = left.min(BLOCK * self.info.channels);
        let samples = &self.interleaved[self.consumed..self.consumed + taken];
        append_mono(samples, self.info.channels, self.position, block);
        if self.position.is_none() && self.info.channels > 1 {
            self.energy[0] += lanes::sum_squares(samples);
            self.energy[1] += lanes::sum_squares(block);
        }
        self.consumed += taken;
        Ok(self.count(block.len()))
    }

    fn count(&mut self, n: usize) -> usize {
        self.frames_read += n as u64;
        DECODED.fetch_add(n as u64, Ordering::Relaxed);
        n
    }

    fn refill(&mut self) -> Result<(), Problem> {
        self.interleaved.clear();
        self.consumed = 0;
        let step = self.stream.read(&mut self.interleaved);
        let ending = match step {
            Ok(Step::Samples) => return Ok(()),
            Ok(Step::End(ending)) => ending,
            Err(problem) => {
                self.interleaved.clear();
                // From here on the stream must not be touched again.
                self.ending = Some(Ending::Complete);
                if self.frames_read == 0 {
                    return Err(problem);
                }
                let reason = match problem {
                    Problem::Corrupt { detail, .. } => detail,
                    other => other.to_string(),
                };
                let seconds = self.frames_read as f64 / f64::from(self.info.sample_rate);
                Ending::Damaged {
                    detail: format!("{reason} after {seconds:.3} s"),
                }
            }
        };
        if self.frames_read == 0 {
            return Err(Problem::Empty {
                detail: match ending {
                    Ending::Complete => format!("{} file without samples", self.info.format),
                    Ending::Noted { detail }
                    | Ending::Truncated { detail }
                    | Ending::Damaged { detail } => detail,
                },
            });
        }
        self.ending = Some(ending);
        Ok(())
    }

    /// Power of the mix relative to what channels that have nothing in common leave
    /// of theirs, as far as the recording was read: 1 for these, the number of
    /// channels where all are alike, 0 where they cancel. `None` for a single
    /// channel, and for silence.
    pub fn mix_gain(&self) -> Option<f64> {
        let [all, mix] = self.energy;
        // The mean of n such channels has 1/n of their mean power: 1/n^2 of its sum.
        let gain = mix * (self.info.channels as f64).powi(2) / all;
        (all > 0.0 && gain.is_finite()).then_some(gain)
    }

    /// How the recording ended; where it still goes on, whether something of what
    /// was read is lost.
    pub fn ending_so_far(&self) -> Ending {
        match (&self.ending, &self.stream) {
            (None, Stream::Coded(stream)) => stream.losses_so_far(),
            _ => self.ending().clone(),
        }
    }

    /// How the recording ended; [`Ending::Complete`] until [`Self::read`] has
    /// returned 0.
    pub fn ending(&self) -> &Ending {
        self.ending.as_ref().unwrap_or(&Ending::Complete)
    }
}

/// A whole recording as a [`Signal`]; a truncated or damaged one as far as it
/// decodes.
///
/// # Errors
/// Those of [`AudioReader::open`] and [`AudioReader::read`].
pub fn read_signal(path: &Path, channel: Channel) -> Result<Signal, Error> {
    let mut reader = AudioReader::open(path, channel)?;
    let (mut samples, mut block) = (Vec::new(), Vec::new());
    while reader.read(&mut block)? > 0 {
        samples.extend_from_slice(&block);
    }
    Ok(Signal {
        samples,
        sample_rate: reader.info.sample_rate,
    })
}

/// Which part of a recording is wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Its start, s.
    pub start: f64,
    /// Its length at most, s.
    pub duration: f64,
    /// Samples that are wanted on both sides of it, as far as there are any.
    pub margin: usize,
    /// The margin before the part is a multiple of this many samples.
    pub margin_step: usize,
}

/// A part of a recording, how many samples of margin precede it, and how the
/// recording ended, as far as it was read; what lies before is decoded and dropped.
///
/// # Errors
/// Those of [`AudioReader::open`] and [`AudioReader::read`], and
/// [`Problem::TooShort`] for a recording that ends before the part begins.
pub fn read_part(
    path: &Path,
    channel: Channel,
    part: &Part,
) -> Result<(Signal, usize, Ending), Error> {
    let mut reader = AudioReader::open(path, channel)?;
    let rate = f64::from(reader.info.sample_rate);
    let start = (part.start * rate).round() as usize;
    let step = part.margin_step.max(1);
    let lead = part.margin.min(start) / step * step;
    let mut to_drop = start - lead;
    let wanted = lead + (part.duration * rate).round() as usize + part.margin;
    let (mut samples, mut block) = (Vec::new(), Vec::new());
    while samples.len() < wanted && reader.read(&mut block)? > 0 {
        let dropped = to_drop.min(block.len());
        to_drop -= dropped;
        samples.extend_from_slice(&block[dropped..]);
    }
    if samples.len() <= lead {
        let problem = Problem::TooShort {
            length: format!("{:.3} s", reader.frames_read as f64 / rate),
            required: format!("more than {} s", part.start),
            flag: "--start",
        };
        return Err(problem.at(path));
    }
    samples.truncate(wanted);
    let sample_rate = reader.info.sample_rate;
    Ok((
        Signal {
            samples,
            sample_rate,
        },
        lead,
        reader.ending_so_far(),
    ))
}

fn coded_stream(path: &Path, range: Range<u64>) -> Result<Stream, Problem> {
    Ok(Stream::Coded(Box::new(CodedStream::open(path, range)?)))
}

fn open_stream(path: &Path) -> Result<Stream, Problem> {
    let mut file = open_file(path)?;
    let mut head = Vec::new();
    (&mut file)
        .take(sniff::HEAD as u64)
        .read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(Problem::Empty {
            detail: "the file has no bytes".into(),
        });
    }
    if let Some(found) = archive(&head) {
        return Err(Problem::NotAudio { found });
    }
    file.rewind()?;
    let pcm = |layout: PcmLayout| {
        Ok(Stream::Pcm(Box::new(PcmStream::new(
            open_file(path)?,
            layout,
        )?)))
    };
    match sniff::sniff(&head) {
        Content::Au => pcm(au::read_header(&mut file)?),
        Content::Wav(magic) => match wav::read_header(file, &magic)? {
            wav::Content::Pcm(layout) => pcm(layout),
            wav::Content::Adpcm => coded_stream(path, 0..u64::MAX),
            wav::Content::Mpeg(range) => coded_stream(path, range),
        },
        Content::Caf => match caf::read_header(file)? {
            Some(layout) => pcm(layout),
            None => coded_stream(path, 0..u64::MAX),
        },
        Content::Aiff => pcm(aiff::read_header(file)?),
        Content::Coded => {
            coded::check(path, &mut file, &head)?;
            coded_stream(path, 0..u64::MAX)
        }
        Content::Unsupported(format) => Err(Problem::Unsupported {
            format: format.into(),
        }),
        Content::NotAudio(found) => Err(Problem::NotAudio {
            found: found.into(),
        }),
    }
}
