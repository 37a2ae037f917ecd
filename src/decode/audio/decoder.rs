//! One decoder of packets, whichever crate does the work.

use super::event::{Begin, Coded};
#[cfg(feature = "opus")]
use super::opus::OpusDecoder;
use crate::Problem;
use lewton::audio::{PreviousWindowRight, read_audio_packet_generic};
use lewton::header::{IdentHeader, SetupHeader, read_header_ident, read_header_setup};
use lewton::samples::InterleavedSamples;
use rusty_aac::AacDecoder;
use std::sync::atomic::{AtomicBool, Ordering};
use symphonia::core::codecs::audio::{
    AudioCodecParameters, AudioDecoder, AudioDecoderOptions, well_known as codec,
};
use symphonia::core::errors::Error as CodecError;
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};

static VERIFIES: AtomicBool = AtomicBool::new(true);

/// Sets for this process whether the samples of FLAC are held against the MD5 sum in
/// their header, as they are from the start: it takes a fifth of decoding them. The
/// checksums of single frames are always looked at.
pub fn verify_sums(is_wanted: bool) {
    VERIFIES.store(is_wanted, Ordering::Relaxed);
}

/// Whether a stream has a sum: not all encoders write one.
fn has_sum(parameters: &AudioCodecParameters) -> bool {
    let sum = parameters
        .extra_data
        .as_deref()
        .and_then(|info| info.get(18..34));
    parameters.codec == codec::CODEC_ID_FLAC
        && sum.is_some_and(|sum| sum.iter().any(|&byte| byte != 0))
}

/// Bytes of the header that begins what a Vorbis decoder must know.
const VORBIS_IDENT: usize = 30;

/// Turns packets into samples.
pub(super) enum Decoder {
    Common(Box<dyn AudioDecoder>),
    Aac(Box<AacDecoder>),
    /// More than two channels, whose coupling symphonia undoes in the wrong order.
    Vorbis(Box<VorbisDecoder>),
    /// A bit rate that no table has, which symphonia refuses.
    FreeMp3(Box<FreeMp3>),
    #[cfg(feature = "opus")]
    Opus(Box<OpusDecoder>),
}

pub(super) struct VorbisDecoder {
    ident: IdentHeader,
    setup: SetupHeader,
    previous: PreviousWindowRight,
}

pub(super) struct FreeMp3 {
    decoder: nanomp3::Decoder,
    /// Frames that were not decoded yet: the first ones wait until the decoder can tell
    /// their length.
    waiting: Vec<u8>,
    has_begun: bool,
}

impl Default for FreeMp3 {
    fn default() -> FreeMp3 {
        FreeMp3 {
            decoder: nanomp3::Decoder::new(),
            waiting: Vec::new(),
            has_begun: false,
        }
    }
}

impl Decoder {
    /// The decoder for a stream in a `container`.
    ///
    /// # Errors
    /// A codec without a decoder here, or headers that it does not take.
    pub fn new(begin: &Begin, container: &str) -> Result<Decoder, Problem> {
        if begin.is_free_format {
            return Ok(Decoder::FreeMp3(Box::default()));
        }
        let parameters = &begin.parameters;
        let extra = parameters.extra_data.as_deref().unwrap_or_default();
        if parameters.codec == codec::CODEC_ID_AAC {
            return aac(extra, container);
        }
        #[cfg(feature = "opus")]
        if parameters.codec == codec::CODEC_ID_OPUS {
            let decoder = OpusDecoder::new(extra, container)?;
            return Ok(Decoder::Opus(Box::new(decoder)));
        }
        // The number of channels is the twelfth byte.
        if parameters.codec == codec::CODEC_ID_VORBIS && extra.get(11).is_some_and(|&n| n > 2) {
            return vorbis(extra);
        }
        let mut options = AudioDecoderOptions::default();
        options.verify = VERIFIES.load(Ordering::Relaxed) && has_sum(parameters);
        symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &options)
            .map(Decoder::Common)
            .map_err(|error| match error {
                CodecError::Unsupported(detail) if !detail.starts_with("core") => {
                    unsupported(container, detail)
                }
                CodecError::Unsupported(_) => unsupported(container, codec_name(parameters)),
                other => Problem::corrupt(other.to_string()),
            })
    }

    /// Short name of the codec.
    pub fn codec(&self) -> &'static str {
        match self {
            Decoder::Common(decoder) => decoder.codec_info().short_name,
            Decoder::Aac(_) => "aac",
            Decoder::Vorbis(_) => "vorbis",
            Decoder::FreeMp3(_) => "mp3",
            #[cfg(feature = "opus")]
            Decoder::Opus(_) => "opus",
        }
    }

    /// Forgets what a packet that is missing would have been joined to.
    pub fn reset(&mut self) {
        match self {
            Decoder::Common(decoder) if decoder.codec_info().short_name == "vorbis" => {
                decoder.reset();
            }
            Decoder::Vorbis(decoder) => decoder.previous = PreviousWindowRight::new(),
            _ => {}
        }
    }

    /// Whether the samples so far match the checksum that the stream carries for all of
    /// them; `None` where it carries none.
    pub fn matches_checksum(&mut self) -> Option<bool> {
        match self {
            Decoder::Common(decoder) => decoder.finalize().verify_ok,
            _ => None,
        }
    }

    /// Appends the interleaved samples of one packet and tells its sample rate
    /// and channels; `None` where it holds no samples.
    ///
    /// # Errors
    /// What is wrong with a packet that cannot be decoded.
    pub fn decode(
        &mut self,
        packet: &Coded,
        out: &mut Vec<f32>,
    ) -> Result<Option<(u32, usize)>, String> {
        let (packet, length) = (&packet.data[..], Duration::new(packet.length));
        match self {
            Decoder::Common(decoder) => {
                let packet = PacketRef::new(0, Timestamp::ZERO, length, packet);
                let buffer = decoder.decode_ref(&packet).map_err(|error| match error {
                    CodecError::DecodeError(detail) => detail.to_owned(),
                    CodecError::IoError(_) => "a packet is too short".to_owned(),
                    other => other.to_string(),
                })?;
                if buffer.frames() == 0 {
                    return Ok(None);
                }
                let start = out.len();
                let (rate, channels) = (buffer.spec().rate(), buffer.spec().channels().count());
                out.resize(start + buffer.frames() * channels, 0.0);
                buffer.copy_to_slice_interleaved(&mut out[start..]);
                Ok(Some((rate, channels)))
            }
            Decoder::Aac(decoder) => match decoder.decode(packet, None) {
                Ok(audio) if audio.samples.is_empty() => Ok(None),
                Ok(audio) => {
                    out.extend_from_slice(&audio.samples);
                    Ok(Some((audio.sample_rate, usize::from(audio.channels))))
                }
                Err(rusty_aac::Error::Again) => Ok(None),
                Err(error) => Err(error.to_string()),
            },
            Decoder::Vorbis(decoder) => decoder.decode(packet, out),
            Decoder::FreeMp3(decoder) => Ok(decoder.decode(packet, out)),
            #[cfg(feature = "opus")]
            Decoder::Opus(decoder) => {
                let frames = decoder.decode(packet, out)?;
                Ok((frames > 0).then_some((OpusDecoder::RATE, decoder.channels)))
            }
        }
    }
}

impl FreeMp3 {
    fn decode(&mut self, packet: &[u8], out: &mut Vec<f32>) -> Option<(u32, usize)> {
        self.waiting.extend_from_slice(packet);
        if !self.has_begun && self.waiting.len() < 4 * packet.len() {
            return None;
        }
        let (mut pcm, mut spec) = ([0.0; nanomp3::MAX_SAMPLES_PER_FRAME], None);
        loop {
            let (consumed, info) = self.decoder.decode(&self.waiting, &mut pcm);
            self.waiting.drain(..consumed.min(self.waiting.len()));
            if let Some(info) = info {
                self.has_begun = true;
                let channels = usize::from(info.channels.num());
                let count = info.samples_produced * channels;
                out.extend(pcm.iter().take(count));
                spec = Some((info.sample_rate, channels));
            }
            if consumed == 0 || self.waiting.is_empty() {
                return spec;
            }
        }
    }
}

impl VorbisDecoder {
    fn decode(
        &mut self,
        packet: &[u8],
        out: &mut Vec<f32>,
    ) -> Result<Option<(u32, usize)>, String> {
        let samples: InterleavedSamples<f32> =
            read_audio_packet_generic(&self.ident, &self.setup, packet, &mut self.previous)
                .map_err(|error| format!("vorbis: {error:?}"))?;
        out.extend_from_slice(&samples.samples);
        let channels = usize::from(self.ident.audio_channels);
        Ok((!samples.samples.is_empty()).then_some((self.ident.audio_sample_rate, channels)))
    }
}

fn aac(config: &[u8], container: &str) -> Result<Decoder, Problem> {
    // Frames of ADTS bring their own header.
    let decoder = match config {
        [] => AacDecoder::new(),
        config => AacDecoder::with_config_bytes(config)
            .map_err(|error| unsupported(container, &format!("AAC ({error})")))?,
    };
    Ok(Decoder::Aac(Box::new(decoder)))
}

fn vorbis(extra: &[u8]) -> Result<Decoder, Problem> {
    let broken = |error: lewton::header::HeaderReadError| {
        Problem::corrupt(format!("the Vorbis headers: {error:?}"))
    };
    let (ident, setup) = extra.split_at_checked(VORBIS_IDENT).unwrap_or((extra, &[]));
    let ident = read_header_ident(ident).map_err(broken)?;
    let sizes = (ident.blocksize_0, ident.blocksize_1);
    let setup = read_header_setup(setup, ident.audio_channels, sizes).map_err(broken)?;
    Ok(Decoder::Vorbis(Box::new(VorbisDecoder {
        ident,
        setup,
        previous: PreviousWindowRight::new(),
    })))
}

pub(super) fn unsupported(container: &str, codec: &str) -> Problem {
    Problem::Unsupported {
        format: format!("{container} with {codec}"),
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

#[cfg(test)]
mod tests {
    use super::super::event::Event;
    use super::super::ogg::OggReader;
    use super::super::section::Section;
    use super::*;
    use std::path::Path;

    /// The day that this fails, `docs/upstream/vorbis_coupling.md` is mended: then
    /// [`VorbisDecoder`] can go.
    #[test]
    fn symphonia_undoes_coupling_in_the_wrong_order() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats/vorbis_51.ogg");
        let mut reader = OggReader::new(Section::open(&path, 0..u64::MAX).unwrap());
        let Event::Begin(begin) = reader.next().unwrap() else {
            panic!("no stream");
        };
        let ours = Decoder::new(&begin, "ogg").unwrap();
        assert!(matches!(ours, Decoder::Vorbis(_)));
        let theirs = symphonia::default::get_codecs()
            .make_audio_decoder(&begin.parameters, &AudioDecoderOptions::default())
            .map(Decoder::Common);
        let (mut decoders, mut samples) = ([ours, theirs.unwrap()], [vec![], vec![]]);
        loop {
            match reader.next().unwrap() {
                Event::Packet(packet) => {
                    for (decoder, out) in decoders.iter_mut().zip(&mut samples) {
                        decoder.decode(&packet, out).unwrap();
                    }
                }
                Event::End(_) => break,
                _ => {}
            }
        }
        let [ours, theirs] = samples;
        assert_eq!(ours.len(), theirs.len());
        let pairs = ours.iter().zip(&theirs);
        let error = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(error > 0.01, "{error}: the workaround can go");
    }
}
