//! Uncompressed samples, the part that wav, AIFF, CAF and Sun au have in common.

use super::encoding::{ByteOrder, Encoding};
use super::extent::Extent;
use super::ima4;
use super::stream::{AudioInfo, BLOCK, Ending, Step};
use super::words32;
use crate::Problem;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

/// Where the samples of a file are, and what they look like.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PcmLayout {
    pub container: &'static str,
    pub encoding: Encoding,
    pub order: ByteOrder,
    pub sample_rate: u32,
    pub channels: usize,
    /// Where the samples are.
    pub extent: Extent,
}

/// Reads the samples of a [`PcmLayout`] block by block.
#[derive(Debug)]
pub(super) struct PcmStream {
    file: BufReader<File>,
    layout: PcmLayout,
    bytes: Vec<u8>,
    /// Piece that is read, and the next byte of it.
    piece: usize,
    position: u64,
    bytes_read: u64,
    ima4: ima4::Decoder,
}

impl PcmStream {
    /// Positions `file` at the first sample.
    ///
    /// # Errors
    /// [`Problem::Empty`] where there is none.
    pub fn new(mut file: File, mut layout: PcmLayout) -> Result<PcmStream, Problem> {
        let Some(first) = layout.extent.pieces.first().cloned() else {
            return Err(Problem::Empty {
                detail: format!("{} file without samples", layout.container),
            });
        };
        if layout.encoding == Encoding::Words32 {
            layout.encoding = words32::held(&file, layout.order, &layout.extent)?;
        }
        file.seek(SeekFrom::Start(first.start))?;
        Ok(PcmStream {
            file: BufReader::new(file),
            ima4: ima4::Decoder::new(layout.channels),
            layout,
            bytes: Vec::new(),
            piece: 0,
            position: first.start,
            bytes_read: 0,
        })
    }

    /// What the headers say; frames that they forget are promised too.
    pub fn info(&self) -> AudioInfo {
        let layout = &self.layout;
        let codec = layout.encoding.name(layout.order);
        let claimed = layout.extent.claimed;
        AudioInfo {
            format: format!("{} {codec}", layout.container),
            sample_rate: layout.sample_rate,
            channels: layout.channels,
            frames_promised: claimed
                .map(|claimed| self.frames_of(claimed.max(layout.extent.there()))),
        }
    }

    /// Bytes that are decoded at once.
    fn unit(&self) -> u64 {
        (self.layout.encoding.bytes() * self.layout.channels) as u64
    }

    fn frames_of(&self, bytes: u64) -> u64 {
        bytes / self.unit() * self.layout.encoding.samples() as u64
    }

    /// Appends the next block of interleaved samples.
    ///
    /// # Errors
    /// A read error.
    pub fn read(&mut self, out: &mut Vec<f32>) -> Result<Step, Problem> {
        let (unit, per_unit) = (self.unit(), self.layout.encoding.samples() as u64);
        while let Some(piece) = self.layout.extent.pieces.get(self.piece) {
            let wanted = (piece.end - self.position).min(BLOCK as u64 / per_unit * unit);
            self.bytes.clear();
            let got = (&mut self.file).take(wanted).read_to_end(&mut self.bytes)? as u64;
            self.position += got;
            self.bytes_read += got;
            let whole = (got - got % unit) as usize;
            if whole > 0 {
                let bytes = &self.bytes[..whole];
                match self.layout.encoding {
                    Encoding::Ima4 => self.ima4.decode(bytes, out),
                    encoding => encoding.decode(self.layout.order, bytes, out),
                }
                return Ok(Step::Samples);
            }
            self.piece += 1;
            if let Some(piece) = self.layout.extent.pieces.get(self.piece) {
                self.position = piece.start;
                self.file.seek(SeekFrom::Start(piece.start))?;
            }
        }
        Ok(Step::End(self.ending()))
    }

    fn ending(&self) -> Ending {
        let Extent {
            pieces,
            claimed,
            left_out,
            surplus,
        } = &self.layout.extent;
        let (there, unit) = (self.bytes_read, self.unit());
        let frames = self.frames_of(there);
        // An odd number of bytes is padded to an even one.
        let is_padded = there % unit == 1 && unit % 2 == 1 && there.is_multiple_of(2);
        match (*claimed, left_out) {
            (Some(claimed), _) if there < claimed => Ending::Truncated {
                detail: format!("{frames} of {} frames are there", self.frames_of(claimed)),
            },
            (_, Some(what)) => Ending::Damaged {
                detail: format!("{what}; it is left out"),
            },
            (Some(claimed), _) if there >= claimed + unit => Ending::Noted {
                detail: format!(
                    "the headers promise {} frames, but {frames} are there: all were read",
                    self.frames_of(claimed)
                ),
            },
            _ if *surplus > 0 => Ending::Noted {
                detail: format!(
                    "{surplus} bytes behind the samples are no chunk: they are left out"
                ),
            },
            _ if pieces.len() > 1 => Ending::Noted {
                detail: format!(
                    "the samples lie in {} chunks, {frames} frames in all: all were read",
                    pieces.len()
                ),
            },
            (None, _) if !there.is_multiple_of(unit) && !is_padded => Ending::Truncated {
                detail: format!("the file ends inside frame {frames}"),
            },
            _ => Ending::Complete,
        }
    }
}
