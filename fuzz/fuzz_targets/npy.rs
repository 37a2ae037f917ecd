//! Any bytes as an .npy or .npz file.
#![no_main]

use cepstrum::decode::{ArrayOptions, read_arrays};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    cepstrum_fuzz::with_file("plane.npy", bytes, |path| {
        let Ok(arrays) = read_arrays(path, &ArrayOptions::default()) else {
            return;
        };
        for stack in arrays.stacks {
            assert!(stack.values.iter().all(|v| v.is_finite()));
            assert_eq!(stack.values.len(), stack.shape.iter().product::<usize>());
        }
    });
});
