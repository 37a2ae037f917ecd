//! One row as bytes; the one door to `postcard`.

use super::super::hash::hex;
use super::super::input_row::LeftOut;
use super::super::outcome::{Outcome, Status};
use super::super::{AudioFacts, FileLaw, InputRow, PerRepresentation};
use super::words::Words;
use crate::decode::{Kind, Layout};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::io;

/// The fields of an [`InputRow`] in a format without names. Where the file lies
/// comes first: [`place`] reads no further.
#[derive(Serialize, Deserialize)]
struct PackedRow<'a> {
    input: usize,
    #[serde(borrow)]
    path: Cow<'a, str>,
    class: u32,
    kind: Kind,
    status: Status,
    reason: Option<Cow<'a, str>>,
    reason_class: Option<u32>,
    n_segments: u64,
    layout: Option<Layout>,
    alpha: Cow<'a, PerRepresentation<Option<f64>>>,
    debiased: Cow<'a, PerRepresentation<FileLaw>>,
    left_out: Cow<'a, PerRepresentation<LeftOut>>,
    audio: Option<PackedFacts<'a>>,
}

/// The fields of [`AudioFacts`].
#[derive(Serialize, Deserialize)]
struct PackedFacts<'a> {
    format: u32,
    sample_rate: u32,
    resampled_from: Option<u32>,
    channels: usize,
    seconds_decoded: Short,
    seconds_promised: Option<Short>,
    dc_offset: Short,
    peak: Short,
    clipped_share: Short,
    silent_share: Short,
    non_finite_samples: u64,
    #[serde(borrow)]
    pcm_hash: PackedHash<'a>,
    band_limit: Option<Short>,
}

#[derive(Serialize, Deserialize)]
enum PackedHash<'a> {
    Digits([u8; 16]),
    /// What is no hash of ours: a report may have been edited.
    Text(#[serde(borrow)] Cow<'a, str>),
}

/// A number whose last bits are often 0, as fewer bytes where they are.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Short(u64);

impl From<f64> for Short {
    fn from(number: f64) -> Self {
        // Small integers take few bytes.
        Short(number.to_bits().swap_bytes())
    }
}

impl From<Short> for f64 {
    fn from(short: Short) -> Self {
        f64::from_bits(short.0.swap_bytes())
    }
}

/// Appends a row to `bytes`.
pub(super) fn pack(row: &InputRow, words: &mut Words, bytes: &mut Vec<u8>) -> io::Result<()> {
    // Named one by one, so that a field that is added cannot be forgotten.
    let InputRow {
        path,
        input,
        class,
        kind,
        outcome:
            Outcome {
                status,
                reason,
                reason_class,
            },
        n_segments,
        layout,
        alpha,
        debiased,
        left_out,
        audio,
    } = row;
    let packed = PackedRow {
        input: *input,
        path: path.into(),
        class: words.number(class),
        kind: *kind,
        status: *status,
        reason: reason.as_deref().map(Cow::from),
        reason_class: reason_class.as_deref().map(|class| words.number(class)),
        n_segments: *n_segments,
        layout: *layout,
        alpha: Cow::Borrowed(alpha),
        debiased: Cow::Borrowed(debiased),
        left_out: Cow::Borrowed(left_out),
        audio: audio.as_ref().map(|facts| packed_facts(facts, words)),
    };
    let written = postcard::to_io(&packed, bytes);
    written.map(|_| ()).map_err(io::Error::other)
}

/// The row at the start of `bytes`.
pub(super) fn unpacked(bytes: &[u8], words: &Words) -> io::Result<InputRow> {
    let (packed, _) =
        postcard::take_from_bytes::<PackedRow<'_>>(bytes).map_err(io::Error::other)?;
    Ok(InputRow {
        path: packed.path.into_owned(),
        input: packed.input,
        class: words.word(packed.class),
        kind: packed.kind,
        outcome: Outcome {
            status: packed.status,
            reason: packed.reason.map(Cow::into_owned),
            reason_class: packed.reason_class.map(|class| words.word(class)),
        },
        n_segments: packed.n_segments,
        layout: packed.layout,
        alpha: packed.alpha.into_owned(),
        debiased: packed.debiased.into_owned(),
        left_out: packed.left_out.into_owned(),
        audio: packed.audio.map(|facts| unpacked_facts(facts, words)),
    })
}

/// Number of the INPUT and path of the row at the start of `bytes`.
pub(super) fn place(bytes: &[u8]) -> io::Result<(usize, &str)> {
    let (place, _) = postcard::take_from_bytes(bytes).map_err(io::Error::other)?;
    Ok(place)
}

fn packed_facts<'a>(facts: &'a AudioFacts, words: &mut Words) -> PackedFacts<'a> {
    let AudioFacts {
        format,
        sample_rate,
        resampled_from,
        channels,
        seconds_decoded,
        seconds_promised,
        dc_offset,
        peak,
        clipped_share,
        silent_share,
        non_finite_samples,
        pcm_hash,
        band_limit,
    } = facts;
    PackedFacts {
        format: words.number(format),
        sample_rate: *sample_rate,
        resampled_from: *resampled_from,
        channels: *channels,
        seconds_decoded: (*seconds_decoded).into(),
        seconds_promised: seconds_promised.map(Short::from),
        dc_offset: (*dc_offset).into(),
        peak: (*peak).into(),
        clipped_share: (*clipped_share).into(),
        silent_share: (*silent_share).into(),
        non_finite_samples: *non_finite_samples,
        pcm_hash: match u128::from_str_radix(pcm_hash, 16) {
            Ok(number) if hex(number) == *pcm_hash => PackedHash::Digits(number.to_le_bytes()),
            _ => PackedHash::Text(pcm_hash.into()),
        },
        band_limit: band_limit.map(Short::from),
    }
}

fn unpacked_facts(facts: PackedFacts<'_>, words: &Words) -> AudioFacts {
    AudioFacts {
        format: words.word(facts.format),
        sample_rate: facts.sample_rate,
        resampled_from: facts.resampled_from,
        channels: facts.channels,
        seconds_decoded: facts.seconds_decoded.into(),
        seconds_promised: facts.seconds_promised.map(f64::from),
        dc_offset: facts.dc_offset.into(),
        peak: facts.peak.into(),
        clipped_share: facts.clipped_share.into(),
        silent_share: facts.silent_share.into(),
        non_finite_samples: facts.non_finite_samples,
        pcm_hash: match facts.pcm_hash {
            PackedHash::Digits(bytes) => hex(u128::from_le_bytes(bytes)),
            PackedHash::Text(text) => text.into_owned(),
        },
        band_limit: facts.band_limit.map(f64::from),
    }
}
