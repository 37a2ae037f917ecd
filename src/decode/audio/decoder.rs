//! One decoder of packets, whichever crate does the work.

#[cfg(feature = "opus")]
use super::opus::OpusDecoder;
use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::errors::Error as CodecError;
use symphonia::core::packet::Packet;

/// Turns packets into samples.
pub(super) enum Decoder {
    Common(Box<dyn AudioDecoder>),
    #[cfg(feature = "opus")]
    Opus(Box<OpusDecoder>),
}

impl Decoder {
    /// Short name of the codec.
    pub fn codec(&self) -> &'static str {
        match self {
            Decoder::Common(decoder) => decoder.codec_info().short_name,
            #[cfg(feature = "opus")]
            Decoder::Opus(_) => "opus",
        }
    }

    /// Frames to be dropped from the start that the decoder does not drop itself.
    pub fn priming(&self) -> u64 {
        match self {
            Decoder::Common(_) => 0,
            #[cfg(feature = "opus")]
            Decoder::Opus(decoder) => decoder.pre_skip,
        }
    }

    /// Appends the interleaved samples of one packet and tells its sample rate
    /// and channels; `None` where it holds no samples.
    ///
    /// # Errors
    /// A packet that cannot be decoded.
    pub fn decode(
        &mut self,
        packet: &Packet,
        out: &mut Vec<f32>,
    ) -> Result<Option<(u32, usize)>, CodecError> {
        match self {
            Decoder::Common(decoder) => {
                let buffer = decoder.decode(packet)?;
                if buffer.frames() == 0 {
                    return Ok(None);
                }
                let start = out.len();
                let (rate, channels) = (buffer.spec().rate(), buffer.spec().channels().count());
                out.resize(start + buffer.frames() * channels, 0.0);
                buffer.copy_to_slice_interleaved(&mut out[start..]);
                Ok(Some((rate, channels)))
            }
            #[cfg(feature = "opus")]
            Decoder::Opus(decoder) => {
                let trim = packet.trim_end.get();
                let frames = decoder.decode(&packet.data, trim, out);
                let frames = frames.map_err(CodecError::DecodeError)?;
                Ok((frames > 0).then_some((OpusDecoder::RATE, decoder.channels)))
            }
        }
    }
}
