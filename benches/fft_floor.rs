//! The planned FFT calls of the yardstick job, and nothing else: what `analyze`
//! (waveform spectrum and log-mel RAPSD) cannot cost less than, in this
//! arithmetic and with these libraries.
//!
//! `cargo bench --bench fft_floor -- 800` transforms 800 segments on one thread
//! and prints seconds of wall time by kind, which are CPU seconds on a machine
//! without other load, and the CPU time of the whole loop, which is so on any.
//! Inputs, which a transform destroys, are refreshed between the timed groups
//! of calls: that is in the CPU time alone. Windows, transposition, mel bands, rings, logarithms are left out.

use cpu_time::ThreadTime;
use realfft::{RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};
use std::sync::Arc;
use std::time::{Duration, Instant};

const SEGMENT: f64 = 2.0;
const N_SAMPLES: usize = 44_100;
const N_FFT: usize = 2048;
const N_FRAMES: usize = 87;
/// Frames between two readings of the clock: few enough for the first level
/// cache, and enough to hide the clock.
const FRAMES_AT_ONCE: usize = 3;
const N_MELS: usize = 128;
const N_HALF_COLUMNS: usize = N_MELS / 2 + 1;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Real transforms of one length, so many in a row.
struct RealTransforms {
    plan: Arc<dyn RealToComplex<f32>>,
    fresh: Vec<f32>,
    input: Vec<f32>,
    output: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

impl RealTransforms {
    fn new(length: usize, at_once: usize) -> Self {
        let plan = RealFftPlanner::new().plan_fft_forward(length);
        let fresh = values(length * at_once);
        Self {
            input: fresh.clone(),
            output: vec![Complex::default(); plan.complex_len() * at_once],
            scratch: plan.make_scratch_vec(),
            fresh,
            plan,
        }
    }

    /// Transforms all inputs once.
    fn run(&mut self) -> Outcome<Duration> {
        self.input.copy_from_slice(&self.fresh);
        let inputs = self.input.chunks_exact_mut(self.plan.len());
        let outputs = self.output.chunks_exact_mut(self.plan.complex_len());
        let start = Instant::now();
        for (input, output) in inputs.zip(outputs) {
            self.plan
                .process_with_scratch(input, output, &mut self.scratch)?;
        }
        let elapsed = start.elapsed();
        std::hint::black_box(&self.output);
        Ok(elapsed)
    }
}

/// Complex transforms of the columns of a half plane, in place.
struct ColumnTransforms {
    plan: Arc<dyn Fft<f32>>,
    fresh: Vec<Complex<f32>>,
    columns: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

impl ColumnTransforms {
    fn new(length: usize, n_columns: usize) -> Self {
        let plan = FftPlanner::new().plan_fft_forward(length);
        let parts = values(2 * length * n_columns);
        let fresh: Vec<Complex<f32>> = parts
            .chunks_exact(2)
            .map(|part| Complex::new(part[0], part[1]))
            .collect();
        Self {
            columns: fresh.clone(),
            scratch: vec![Complex::default(); plan.get_inplace_scratch_len()],
            fresh,
            plan,
        }
    }

    fn run(&mut self) -> Duration {
        self.columns.copy_from_slice(&self.fresh);
        let start = Instant::now();
        self.plan
            .process_with_scratch(&mut self.columns, &mut self.scratch);
        let elapsed = start.elapsed();
        std::hint::black_box(&self.columns);
        elapsed
    }
}

fn values(n: usize) -> Vec<f32> {
    let noise = cepstrum::synth::gauss(1, n);
    noise.iter().map(|&x| x as f32).collect()
}

/// The number among the arguments; cargo adds flags of its own.
fn n_segments() -> Outcome<usize> {
    let number = std::env::args().skip(1).find(|a| !a.starts_with("--"));
    Ok(number.map_or(Ok(800), |number| number.parse())?)
}

fn print_row(name: &str, time: Duration, n_segments: usize) {
    let seconds = time.as_secs_f64();
    let n = n_segments as f64;
    println!(
        "{name:<42} {seconds:>9.4} {:>12.1} {:>14.0}",
        1e6 * seconds / n,
        SEGMENT * n / seconds
    );
}

fn main() -> Outcome {
    let n_segments = n_segments()?;
    let mut segment = RealTransforms::new(N_SAMPLES, 1);
    let mut frames = RealTransforms::new(N_FFT, FRAMES_AT_ONCE);
    let mut rows = RealTransforms::new(N_MELS, N_FRAMES);
    let mut columns = ColumnTransforms::new(N_FRAMES, N_HALF_COLUMNS);

    let mut times = [Duration::ZERO; 4];
    let start = ThreadTime::now();
    for _ in 0..n_segments {
        times[0] += segment.run()?;
        for _ in 0..N_FRAMES / FRAMES_AT_ONCE {
            times[1] += frames.run()?;
        }
        times[2] += rows.run()?;
        times[3] += columns.run();
    }

    let cpu = start.elapsed();

    let heading = format!("{n_segments} segments of {SEGMENT} s, f32, one thread");
    println!(
        "{heading:<42} {:>9} {:>12} {:>14}",
        "s", "us/segment", "s audio/s"
    );
    let names = [
        format!("waveform: 1 real FFT of {N_SAMPLES}"),
        format!("STFT: {N_FRAMES} real FFTs of {N_FFT}"),
        format!("plane, rows: {N_FRAMES} real FFTs of {N_MELS}"),
        format!("plane, columns: {N_HALF_COLUMNS} FFTs of {N_FRAMES}"),
    ];
    for (name, time) in names.iter().zip(times) {
        print_row(name, time, n_segments);
    }
    print_row("all", times.iter().sum(), n_segments);
    print_row("all as CPU time, with copies", cpu, n_segments);
    Ok(())
}
