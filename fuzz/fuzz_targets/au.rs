//! Bytes behind the magic number of a Sun au file.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let file = [b".snd", bytes].concat();
    cepstrum_fuzz::with_file("clip.au", &file, cepstrum_fuzz::decode);
});
