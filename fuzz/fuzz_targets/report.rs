//! Any bytes as a report or a partial result, and what is made from a report that
//! is accepted.
#![no_main]

use cepstrum::analysis::Partial;
use cepstrum::output::{read_report, write_json};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    cepstrum_fuzz::with_file("report.json", bytes, |path| {
        if let Ok(report) = read_report(path) {
            write_json(&report, &mut std::io::sink()).expect("a sink takes everything");
        }
        let _ = Partial::read(path);
    });
});
