//! What the targets share.

use cepstrum::decode::{AudioReader, Channel};
use std::path::{Path, PathBuf};
use std::sync::Once;

/// Frames after which a decoder that still gives more is taken to be driven by
/// a header's claim: no input here is longer than some kilobytes, and a byte of
/// silence stands for at most some thousand frames.
const MOST_FRAMES: u64 = 200_000_000;

/// Runs `work` on a file with these bytes.
///
/// The library reads files, so the bytes go through one, in memory where the
/// system has such a folder.
pub fn with_file(name: &str, bytes: &[u8], work: impl FnOnce(&Path)) {
    quiet();
    let folder = match Path::new("/dev/shm") {
        memory if memory.is_dir() => memory.to_path_buf(),
        _ => std::env::temp_dir(),
    };
    let path: PathBuf = folder.join(format!("cepstrum-{}-{name}", std::process::id()));
    std::fs::write(&path, bytes).expect("the folder for temporary files can be written");
    work(&path);
    let _ = std::fs::remove_file(&path);
}

/// Decodes a recording to its end.
pub fn decode(path: &Path) {
    let Ok(mut reader) = AudioReader::open(path, Channel::Mix) else {
        return;
    };
    let (mut block, mut frames) = (Vec::new(), 0);
    while let Ok(count @ 1..) = reader.read(&mut block) {
        assert_eq!(count, block.len());
        frames += count as u64;
        assert!(frames < MOST_FRAMES, "no end after {frames} frames");
    }
    let _ = reader.ending();
}

/// The fuzzer ends at every panic, even at those that the library catches; those
/// that come through end it all the same.
fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| std::panic::set_hook(Box::new(|_| {})));
}
