//! Any bytes as a recording.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    cepstrum_fuzz::with_file("clip.bin", bytes, cepstrum_fuzz::decode);
});
