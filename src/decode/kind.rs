use serde::{Deserialize, Serialize};

const AUDIO: [&str; 25] = [
    "wav", "wave", "au", "snd", "aif", "aiff", "aifc", "flac", "mp3", "mp2", "ogg", "oga", "opus",
    "m4a", "mp4", "aac", "alac", "caf", "mka", "mkv", "webm", "wma", "wv", "w64", "rf64",
];
const PHOTO: [&str; 10] = [
    "jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff", "heic", "avif",
];
const ARRAY: [&str; 2] = ["npy", "npz"];

/// What a file is taken for, by its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A recording.
    Audio,
    /// A picture.
    Photo,
    /// An `.npy` or `.npz` file.
    Array,
}

impl Kind {
    /// The kind that files of a lower-case extension are, if any.
    pub(super) fn of(extension: &str) -> Option<Kind> {
        [
            (&AUDIO[..], Kind::Audio),
            (&PHOTO, Kind::Photo),
            (&ARRAY, Kind::Array),
        ]
        .into_iter()
        .find_map(|(known, kind)| known.contains(&extension).then_some(kind))
    }
}

/// Which files count as inputs inside a folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Those with the extension of a recording.
    AudioFolders,
    /// Those with the extension of a picture.
    PhotoFolders,
    /// Recordings, pictures and arrays.
    #[default]
    Everything,
}

impl Wanted {
    /// Whether files of this kind count inside a folder.
    pub(super) fn takes(self, kind: Kind) -> bool {
        match self {
            Wanted::AudioFolders => kind == Kind::Audio,
            Wanted::PhotoFolders => kind == Kind::Photo,
            Wanted::Everything => true,
        }
    }

    /// The kind of a file that was named explicitly.
    pub(super) fn explicit(self, extension: &str) -> Kind {
        Kind::of(extension).unwrap_or(match self {
            Wanted::PhotoFolders => Kind::Photo,
            Wanted::AudioFolders | Wanted::Everything => Kind::Audio,
        })
    }
}
