//! Any bytes as a picture.
#![no_main]

use cepstrum::decode::{green_plane, photo_size};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    cepstrum_fuzz::with_file("photo.bin", bytes, |path| {
        // Pictures of some kilobytes that claim more take minutes to fill.
        let Ok((height, width)) = photo_size(path) else {
            return;
        };
        if height.saturating_mul(width) > 1 << 22 {
            return;
        }
        if let Ok((plane, _)) = green_plane(path, 1) {
            assert!(plane.values.iter().all(|v| (-1.0..=1.0).contains(v)));
        }
        let _ = green_plane(path, height.min(width));
    });
});
