//! One file to read, and what it is taken for.

use super::archive::EXTENSIONS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

const AUDIO: [&str; 34] = [
    "wav", "wave", "bwf", "au", "snd", "aif", "aiff", "aifc", "flac", "mp3", "mp2", "mp1", "mpga",
    "ogg", "oga", "opus", "m4a", "m4b", "m4r", "mp4", "mov", "3gp", "aac", "alac", "caf", "mka",
    "mkv", "webm", "weba", "wma", "wv", "w64", "rf64", "adts",
];
/// Extensions of sound that is not looked for in folders: nothing here reads it.
const UNREAD: [&str; 33] = [
    "ape", "spx", "amr", "awb", "dsf", "dff", "ra", "rm", "ram", "mpc", "mp+", "tta", "tak", "shn",
    "mid", "midi", "kar", "voc", "gsm", "ac3", "eac3", "ec3", "dts", "sph", "vox", "la", "ofr",
    "oma", "aa3", "aax", "8svx", "pcm", "qcp",
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

/// Remarks on files left aside in folders, by number per lower-case extension, that
/// may have been meant as inputs.
pub(crate) fn notes_of_ignored(ignored: &BTreeMap<String, u64>) -> Vec<String> {
    let counted = |extensions: &[&str], one: &str, more: &str, why: &str| {
        let found = ignored
            .iter()
            .filter(|(e, _)| extensions.contains(&e.as_str()));
        let n: u64 = found.clone().map(|(_, n)| n).sum();
        let names: Vec<String> = found.map(|(e, n)| format!("{n} {e}")).collect();
        let what = if n == 1 { one } else { more };
        (n > 0).then(|| format!("{n} {what}{why}: {}", names.join(", ")))
    };
    let sound = counted(
        &UNREAD,
        "file of sound",
        "files of sound",
        " with extensions not read here",
    );
    let archives = counted(
        &EXTENSIONS,
        "archive or table",
        "archives or tables",
        " in the folders, which may hold inputs, were not opened",
    );
    sound.into_iter().chain(archives).collect()
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

/// What a file is known by: its name, `/` between folders, in Unicode's composed form,
/// so that the same files give the same numbers wherever they lie.
pub(crate) fn key(name: &str) -> String {
    name.replace('\\', "/").nfc().collect()
}

/// One file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    place: Place,
    /// Index of the input that led to it.
    pub input: usize,
    /// Its class; sources of one class share the text.
    pub class: Arc<str>,
    /// What it is taken for.
    pub kind: Kind,
}

/// A data set may have millions of sources: what they share is kept once.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// The name is the path below this folder.
    Below(Arc<Path>, Box<str>),
    /// Path and name.
    Elsewhere(Box<(PathBuf, String)>),
}

impl Source {
    /// A file of that path and name; `input` is the index of the input that led
    /// to it, and `root` its path.
    pub fn new(
        (path, name): (PathBuf, String),
        (input, root): (usize, &Arc<Path>),
        class: Arc<str>,
        kind: Kind,
    ) -> Self {
        // By the bytes: paths that differ in a separator are equal.
        let place = match root.join(&name).as_os_str() == path.as_os_str() {
            true => Place::Below(Arc::clone(root), name.into()),
            false => Place::Elsewhere(Box::new((path, name))),
        };
        Self {
            place,
            input,
            class,
            kind,
        }
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        match &self.place {
            Place::Below(root, name) => root.join(&**name),
            Place::Elsewhere(place) => place.0.clone(),
        }
    }

    /// Path below its input with `/` between the parts; the file name where the
    /// file itself is the input.
    pub fn name(&self) -> &str {
        match &self.place {
            Place::Below(_, name) => name,
            Place::Elsewhere(place) => &place.1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_and_name_are_those_that_were_given() {
        for (root, path, name) in [
            ("clips", "clips/rock/a.wav", "rock/a.wav"),
            ("clips/", "clips/rock/a.wav", "rock/a.wav"),
            ("clips", "clips//rock/a.wav", "rock/a.wav"),
            ("clips/a.wav", "clips/a.wav", "a.wav"),
            ("clips/*", "clips/rock/a.wav", "rock/a.wav"),
            ("", "a.wav", "a.wav"),
        ] {
            let root: Arc<Path> = Path::new(root).into();
            let given = (PathBuf::from(path), name.to_string());
            let source = Source::new(given, (0, &root), "rock".into(), Kind::Audio);
            assert_eq!(source.path().as_os_str(), path);
            assert_eq!(source.name(), name);
        }
    }
}
