//! Which container and codec a file has, and what its headers promise.

use super::super::guard::open_file;
use super::decoder::Decoder;
use crate::Problem;
use std::path::Path;
use symphonia::core::codecs::audio::{
    AudioCodecParameters, AudioDecoderOptions, well_known as codec,
};
use symphonia::core::errors::Error as CodecError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, Track};
use symphonia::core::io::{MediaSource, MediaSourceStream, ReadOnlySource};
use symphonia::core::meta::MetadataOptions;

/// Opens the container in `source`; the extension of `path` is only a hint.
pub(super) fn probe(
    path: &Path,
    source: Box<dyn MediaSource>,
) -> Result<Box<dyn FormatReader>, Problem> {
    let mut hint = Hint::new();
    if let Some(extension) = path.extension().and_then(|e| e.to_str()) {
        hint.with_extension(extension);
    }
    let stream = MediaSourceStream::new(source, Default::default());
    let (formats, tags) = (FormatOptions::default(), MetadataOptions::default());
    symphonia::default::get_probe()
        .probe(&hint, stream, formats, tags)
        .map_err(|error| match error {
            CodecError::Unsupported(detail) if detail.starts_with("core (probe)") => {
                // It began as sound, or would not have come here.
                Problem::corrupt("no frame follows on its first bytes")
            }
            CodecError::Unsupported(detail) if detail.contains("missing") => {
                Problem::corrupt(detail)
            }
            CodecError::Unsupported(detail) => Problem::Unsupported {
                format: detail.into(),
            },
            CodecError::IoError(e) => match e.kind() {
                std::io::ErrorKind::UnexpectedEof => {
                    Problem::corrupt("the file ends inside its headers")
                }
                std::io::ErrorKind::InvalidInput => {
                    Problem::corrupt("the headers point outside of the file")
                }
                _ => e.into(),
            },
            other => Problem::corrupt(other.to_string()),
        })
}

/// The decoder for a track of these parameters.
pub(super) fn make_decoder(
    container: &dyn FormatReader,
    parameters: &AudioCodecParameters,
) -> Result<Decoder, Problem> {
    #[cfg(feature = "opus")]
    if parameters.codec == codec::CODEC_ID_OPUS {
        let head = parameters.extra_data.as_deref().unwrap_or_default();
        let decoder = super::opus::OpusDecoder::new(head, container_name(container))?;
        return Ok(Decoder::Opus(Box::new(decoder)));
    }
    symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map(Decoder::Common)
        .map_err(|error| match error {
            CodecError::Unsupported(detail) if !detail.starts_with("core") => {
                unsupported(container, detail)
            }
            CodecError::Unsupported(_) => unsupported(container, codec_name(parameters)),
            other => Problem::corrupt(other.to_string()),
        })
}

pub(super) fn unsupported(container: &dyn FormatReader, codec: &str) -> Problem {
    Problem::Unsupported {
        format: format!("{} with {codec}", container_name(container)),
    }
}

pub(super) fn container_name(container: &dyn FormatReader) -> &'static str {
    match container.format_info().short_name {
        "wave" => "wav",
        "isomp4" => "mp4",
        name => name,
    }
}

/// Names of codecs that containers may hold, but that have no decoder here.
fn codec_name(parameters: &AudioCodecParameters) -> &'static str {
    let names = [
        (codec::CODEC_ID_OPUS, "Opus"),
        (codec::CODEC_ID_SPEEX, "Speex"),
        (codec::CODEC_ID_MUSEPACK, "Musepack"),
        (codec::CODEC_ID_AC3, "AC-3"),
        (codec::CODEC_ID_EAC3, "E-AC-3"),
        (codec::CODEC_ID_DCA, "DTS"),
        (codec::CODEC_ID_WAVPACK, "WavPack"),
        (codec::CODEC_ID_TTA, "True Audio"),
    ];
    let found = names.iter().find(|(id, _)| *id == parameters.codec);
    found.map_or("a codec without a decoder here", |&(_, name)| name)
}

/// Frames that the container's headers promise, priming included; `None` where
/// there is only an estimate.
pub(super) fn promised(container: &dyn FormatReader, path: &Path, track: &Track) -> Option<u64> {
    // The page that ends an Ogg stream may have been found after the probe.
    let current = container.tracks().iter().find(|t| t.id == track.id);
    let count = current.unwrap_or(track).num_frames;
    match container_name(container) {
        "aac" => None,
        // Positions count from where the stream was cut out of a longer one.
        "ogg" => {
            let start = u64::try_from(track.start_ts.get()).unwrap_or(0);
            count
                .map(|count| count.saturating_sub(start))
                .filter(|&count| count > 0)
        }
        // Without a Xing header the count is guessed from the file's length,
        // which takes a seekable source.
        "mp1" | "mp2" | "mp3" if track.delay.is_none() => {
            let source = ReadOnlySource::new(open_file(path).ok()?);
            let blind = probe(path, Box::new(source)).ok()?;
            blind.tracks().first()?.num_frames
        }
        // Fragmented files hold their lengths further on.
        _ => count.filter(|&count| count > 0),
    }
}
