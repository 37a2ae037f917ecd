//! What a file is, by its first bytes.

use crate::Problem;

/// Bytes that [`sniff`] wants to see.
pub(super) const HEAD: usize = 4096;

/// What the first bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// RIFF, RIFX, RF64 or Wave64 of the form WAVE, with its first four bytes.
    Wav([u8; 4]),
    Aiff,
    Au,
    Caf,
    /// A container or codec to be decoded, or to be searched for.
    Coded,
    /// A known audio format without a decoder here.
    Unsupported(&'static str),
    /// Something else that is known.
    NotAudio(&'static str),
}

/// How a Wave64 file starts.
const WAVE64: &[u8] = b"riff\x2E\x91\xCF\x11";

/// Magic numbers at the start of formats that hold sound, but have no decoder.
const UNSUPPORTED: [(&[u8], &str); 22] = [
    (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", "WMA (asf)"),
    (b"wvpk", "WavPack"),
    (b"MThd", "MIDI (notes, not samples)"),
    (b"MAC ", "Monkey's Audio (ape)"),
    (b"TTA1", "True Audio (tta)"),
    (b"TTA2", "True Audio (tta)"),
    (b"MPCK", "Musepack"),
    (b"MP+", "Musepack"),
    (b"#!AMR", "AMR"),
    (b"ADIF", "AAC (adif)"),
    (b"DSD ", "DSD (dsf)"),
    (b"FRM8", "DSD (dff)"),
    (b".RMF", "RealMedia"),
    (b".ra\xFD", "RealAudio"),
    (b"NIST_1A", "NIST SPHERE"),
    (b"Creative Voice File", "Creative Voice (voc)"),
    (b"ajkg", "Shorten (shn)"),
    (b"OFR ", "OptimFROG"),
    (b"LA04", "Lossless Audio (la)"),
    (b"ea3", "ATRAC (oma)"),
    (b"FLV\x01", "Flash video"),
    (b"Extended Module:", "tracker module (xm)"),
];

/// Magic numbers of files that are not sound at all.
const NOT_AUDIO: [(&[u8], &str); 11] = [
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a png picture"),
    (b"\xFF\xD8\xFF", "a jpeg picture"),
    (b"GIF8", "a gif picture"),
    (b"II*\0", "a tiff picture"),
    (b"MM\0*", "a tiff picture"),
    (b"8BPS", "a Photoshop picture"),
    (b"\x93NUMPY", "a numpy array"),
    (b"\x7FELF", "an executable"),
    (b"MZ", "an executable"),
    (b"{\\rtf", "an RTF document"),
];

/// Judges a file by its first bytes, at most [`HEAD`] of them.
pub(super) fn sniff(head: &[u8]) -> Content {
    if let [a, b, c, d, _, _, _, _, form @ ..] = head {
        let magic = [*a, *b, *c, *d];
        match &magic {
            b"RIFF" | b"RIFX" | b"RF64" | b"BW64" => return riff(magic, form),
            b"FORM" if form.starts_with(b"AIFF") || form.starts_with(b"AIFC") => {
                return Content::Aiff;
            }
            b"FORM" if form.starts_with(b"8SVX") => return Content::Unsupported("8SVX"),
            b"OggS" => return ogg(head),
            b"caff" => return Content::Caf,
            b"riff" if head.starts_with(WAVE64) => return Content::Wav(magic),
            _ => {}
        }
    }
    if head.starts_with(b".snd") || head.starts_with(b"dns.") {
        return Content::Au;
    }
    let find = |table: &[(&[u8], &'static str)]| {
        let entry = table.iter().find(|(magic, _)| head.starts_with(magic));
        entry.map(|&(_, name)| name)
    };
    if let Some(name) = find(&UNSUPPORTED) {
        return Content::Unsupported(name);
    }
    match find(&NOT_AUDIO).or_else(|| text(head)) {
        Some(name) => Content::NotAudio(name),
        None => Content::Coded,
    }
}

/// The problem of a file of which only its first bytes can be told.
pub(super) fn unknown(head: &[u8]) -> Problem {
    Problem::NotAudio {
        found: format!(
            "no known format; the first bytes are {:02X?}",
            &head[..head.len().min(8)]
        ),
    }
}

fn riff(magic: [u8; 4], form: &[u8]) -> Content {
    match form.get(..4) {
        Some(b"WAVE") => Content::Wav(magic),
        Some(b"WEBP") => Content::NotAudio("a webp picture"),
        Some(b"AVI ") => Content::Unsupported("AVI video"),
        Some(b"RMID") => Content::Unsupported("MIDI (notes, not samples)"),
        _ => Content::NotAudio("a RIFF file of another form than WAVE"),
    }
}

/// The first packet of an Ogg stream names the codec, behind 27 bytes of page
/// header and one byte of segment table.
fn ogg(head: &[u8]) -> Content {
    let packet = head.get(28..).unwrap_or_default();
    if packet.starts_with(b"Speex   ") {
        Content::Unsupported("Speex (ogg)")
    } else {
        Content::Coded
    }
}

fn text(head: &[u8]) -> Option<&'static str> {
    // The head may be cut inside a character, but nowhere else.
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(e) if e.error_len().is_none() => std::str::from_utf8(&head[..e.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let printable = |c: char| !c.is_control() || c.is_whitespace();
    if text.is_empty() || !text.chars().all(printable) {
        return None;
    }
    let start = text
        .trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n'])
        .to_ascii_lowercase();
    Some(
        if start.starts_with("<!doctype html") || start.starts_with("<html") {
            "an HTML page"
        } else if start.starts_with("version https://git-lfs") {
            "a Git LFS pointer, not the file it stands for"
        } else if start.starts_with("<?xml") || start.starts_with("<svg") {
            "an XML document"
        } else {
            "text"
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_it_sees() {
        assert_eq!(sniff(b"RIFF\x04\0\0\0WAVE"), Content::Wav(*b"RIFF"));
        assert_eq!(sniff(b"FORM\0\0\0\x04AIFC"), Content::Aiff);
        assert_eq!(sniff(b".snd"), Content::Au);
        assert_eq!(sniff(b"fLaC\0\0\0\x22"), Content::Coded);
        assert_eq!(sniff(b"  <HTML><body>"), Content::NotAudio("an HTML page"));
        assert_eq!(sniff("na\u{EF}ve".as_bytes()), Content::NotAudio("text"));
        assert_eq!(
            sniff(b"MThd\0\0\0\x06"),
            Content::Unsupported("MIDI (notes, not samples)")
        );
        assert_eq!(sniff(b"\xFF\xFB\x90\x00"), Content::Coded);
        assert_eq!(sniff(b""), Content::Coded);
    }
}
