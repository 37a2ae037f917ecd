//! Seeded sounds and pictures of known answer.

use cepstrum::synth::{
    coloured_field, coloured_noise, derived_seed, gauss, modulated_noise, permutation, uniform,
};
use realfft::RealFftPlanner;
use rustfft::num_complex::Complex;
use std::f64::consts::TAU;

pub const RATE: u32 = 22_050;
/// Ten seconds.
pub const N: usize = 10 * RATE as usize;
const SR: f64 = RATE as f64;

/// Sounds of one kind, and the answers wanted: order, photographs, structure.
///
/// `y` must be yes, `n` must be no, `x` never yes, `z` never no, `o` must be open,
/// `-` anything. A wrong yes is a yes where n, x or o stands, a wrong no is a no
/// where y, z or o stands.
pub struct Kind {
    pub name: &'static str,
    pub wanted: &'static str,
    /// File `i`; `None` where there are fewer.
    pub sound: fn(u64) -> Option<Vec<f64>>,
}

const fn kind(
    name: &'static str,
    wanted: &'static str,
    sound: fn(u64) -> Option<Vec<f64>>,
) -> Kind {
    Kind {
        name,
        wanted,
        sound,
    }
}

/// All kinds. "-nx" is what falls by itself: colours, filters, contrast, levels
/// that all bands share.
pub const KINDS: [Kind; 25] = [
    kind("white", "-nx", |i| Some(gauss(seed(1, i), N))),
    kind("pink", "-nx", |i| Some(colour(seed(2, i), 1.0))),
    kind("brown", "-nx", |i| Some(colour(seed(3, i), 2.0))),
    kind("steep", "-nx", |i| Some(colour(seed(4, i), 3.0))),
    kind("laplace", "-nx", |i| Some(laplace(seed(5, i)))),
    kind("one-bit", "-nx", |i| {
        Some(colour(seed(6, i), 1.0).iter().map(|x| x.signum()).collect())
    }),
    kind("brown-switched-20-ms", "-nx", |i| {
        let gain = steps(seed(8, i), 0.02, |u, _| if u < 0.5 { 0.25 } else { 1.0 });
        Some(times(colour(seed(7, i), 2.0), &gain))
    }),
    kind("white-flicker-5-ms", "-nx", |i| {
        let gain = steps(seed(10, i), 0.005, |_, g| decibel(8.0 * g));
        Some(times(gauss(seed(9, i), N), &gain))
    }),
    kind("gated-4-hz", "-nx", |i| {
        let phase = uniform(seed(11, i)).next().unwrap_or(0.0);
        let gate = |t: f64| 0.03 + f64::from((TAU * (4.0 * t + phase)).sin() > 0.0);
        let gain: Vec<f64> = seconds().map(gate).collect();
        Some(times(colour(seed(12, i), 1.0), &gain))
    }),
    kind("clicks", "-nx", |i| Some(clicks(seed(13, i)))),
    kind("chord", "-nx", |i| Some(chord(seed(14, i)))),
    kind("tremolo", "-nx", |i| {
        let phase = uniform(seed(15, i)).next().unwrap_or(0.0);
        let level = |t: f64| 1.0 + 0.9 * (TAU * (4.0 * t + phase)).cos();
        let tones = |t: f64| [440.0, 880.0, 1320.0].map(|f| (TAU * f * t).sin());
        let tone = seconds().map(|t| level(t) * tones(t).iter().sum::<f64>());
        let noise = gauss(seed(16, i), N);
        Some(tone.zip(noise).map(|(x, n)| x + 0.01 * n).collect())
    }),
    kind("comodulated", "-nx", |i| {
        Some(modulated_noise(seed(17, i), N, 0.9, 40.0 / SR))
    }),
    kind("fades", "-nx", |i| {
        let start = 2.0 * uniform(seed(18, i)).next().unwrap_or(0.0);
        let gain: Vec<f64> = seconds()
            .map(|t| 10_f64.powf(-((t + start) % 2.0)))
            .collect();
        Some(times(colour(seed(19, i), 1.0), &gain))
    }),
    kind("bands", "y-y", |i| Some(bands(seed(20, i)))),
    kind("bands-reversed", "y-y", |i| {
        let mut sound = bands(seed(20, i));
        sound.reverse();
        Some(sound)
    }),
    kind("bands-and-noise", "z-z", |i| {
        let sound = normal(bands(seed(20, i)));
        let noise = gauss(seed(21, i), N);
        Some(sound.iter().zip(noise).map(|(x, n)| x + 0.1 * n).collect())
    }),
    kind("bands-shuffled-30-ms", "--x", |i| {
        Some(shuffled(&bands(seed(20, i)), 660, seed(22, i)))
    }),
    kind("bands-of-random-phase", "-nx", |i| {
        Some(random_phases(bands(seed(20, i)), seed(23, i)))
    }),
    kind("bands-to-3-khz", "xxx", |i| {
        Some(spectrum_times(bands(seed(20, i)), |f| {
            if f < 3000.0 { 1.0 } else { 0.0 }
        }))
    }),
    kind("painted-2", "yyy", |i| Some(painted(seed(24, i), 2.0))),
    kind("painted-0", "-nx", |i| Some(painted(seed(25, i), 0.0))),
    kind("copies", "ooo", |i| {
        let gain = decibel(-1.3 * i as f64);
        Some(bands(seed(20, 3)).iter().map(|x| gain * x).collect())
    }),
    kind("cuts", "ooo", |i| {
        let long = coloured_noise(78, 2 * N, 2.0);
        let start = (0.31 * SR * i as f64) as usize;
        Some(long[start..start + N].to_vec())
    }),
    kind("two-files", "ooo", |i| (i < 2).then(|| bands(seed(20, i)))),
];

/// Pictures of one kind, [y, x] of 128 x 128.
pub const PICTURES: [(&str, &str, f64); 3] = [
    ("noise-pictures", "-n-", 0.0),
    ("field-1", "y--", 1.0),
    ("field-3", "yy-", 3.0),
];

/// Picture `i` with power f^-alpha.
pub fn picture(alpha: f64, i: u64) -> Vec<f64> {
    let field = coloured_field(seed(30, i), 128, 128, alpha);
    field.into_iter().collect()
}

fn seed(kind: u64, i: u64) -> u64 {
    derived_seed(derived_seed(2_606, kind), i)
}

fn seconds() -> impl Iterator<Item = f64> {
    (0..N).map(|i| i as f64 / SR)
}

fn decibel(db: f64) -> f64 {
    10_f64.powf(db / 20.0)
}

fn times(mut sound: Vec<f64>, gain: &[f64]) -> Vec<f64> {
    sound.iter_mut().zip(gain).for_each(|(x, g)| *x *= g);
    sound
}

fn normal(mut sound: Vec<f64>) -> Vec<f64> {
    let power = sound.iter().map(|x| x * x).sum::<f64>() / sound.len() as f64;
    sound.iter_mut().for_each(|x| *x /= power.sqrt());
    sound
}

/// Noise with power f^-alpha above 10 Hz, a part of a longer period.
fn colour(seed: u64, alpha: f64) -> Vec<f64> {
    let white = gauss(seed, N);
    spectrum_times(white, |f| f.max(10.0).powf(-alpha / 2.0))
}

fn laplace(seed: u64) -> Vec<f64> {
    let draw = |u: f64| {
        let u = u - 0.5;
        -u.signum() * (1.0 - 2.0 * u.abs()).max(1e-12).ln()
    };
    uniform(seed).take(N).map(draw).collect()
}

/// A gain per block, from a uniform and a Gaussian number.
fn steps(seed: u64, length: f64, gain: fn(f64, f64) -> f64) -> Vec<f64> {
    let block = (length * SR) as usize;
    let n = N / block + 1;
    let pairs = uniform(seed).zip(gauss(derived_seed(seed, 1), n));
    let gains = pairs.map(|(u, g)| gain(u, g));
    gains
        .flat_map(|gain| std::iter::repeat_n(gain, block))
        .take(N)
        .collect()
}

fn clicks(seed: u64) -> Vec<f64> {
    let mut sound = vec![0.0; N];
    for (u, g) in uniform(seed).zip(gauss(derived_seed(seed, 1), 50)) {
        sound[(u * N as f64) as usize] = g;
    }
    let mut last = 0.0;
    for x in &mut sound {
        *x += 0.5 * last;
        last = *x;
    }
    let noise = gauss(derived_seed(seed, 2), N);
    sound.iter().zip(noise).map(|(x, n)| x + 1e-4 * n).collect()
}

fn chord(seed: u64) -> Vec<f64> {
    let numbers: Vec<f64> = uniform(seed).take(90).collect();
    let tones: Vec<[f64; 3]> = numbers
        .chunks_exact(3)
        .map(|u| [0.1 + 0.9 * u[0], 80.0 * 125_f64.powf(u[1]), u[2]])
        .collect();
    let sound = seconds().map(|t| {
        let each = tones.iter();
        each.map(|[level, f, phase]| level * (TAU * (f * t + phase)).sin())
            .sum::<f64>()
    });
    let noise = gauss(derived_seed(seed, 1), N);
    sound.zip(noise).map(|(x, n)| x + 1e-3 * n).collect()
}

/// The sound with its spectrum times a gain of frequency, Hz.
fn spectrum_times(sound: Vec<f64>, gain: impl Fn(f64) -> f64) -> Vec<f64> {
    each_line(sound, |_, f, value| *value *= gain(f))
}

fn random_phases(sound: Vec<f64>, seed: u64) -> Vec<f64> {
    let turns: Vec<f64> = uniform(seed).take(sound.len() / 2 + 1).collect();
    each_line(sound, |k, _, value| {
        *value = Complex::from_polar(value.norm(), TAU * turns[k]);
    })
}

/// Changes each line of the spectrum, by its number and frequency; DC goes.
fn each_line(mut sound: Vec<f64>, change: impl Fn(usize, f64, &mut Complex<f64>)) -> Vec<f64> {
    let n = sound.len();
    let mut planner = RealFftPlanner::new();
    let (forward, inverse) = (planner.plan_fft_forward(n), planner.plan_fft_inverse(n));
    let mut spectrum = forward.make_output_vec();
    forward.process(&mut sound, &mut spectrum).unwrap();
    for (k, value) in spectrum.iter_mut().enumerate() {
        change(k, k as f64 * SR / n as f64, value);
    }
    spectrum[0] = Complex::default();
    let last = spectrum.len() - 1;
    spectrum[last].im = 0.0;
    inverse.process(&mut spectrum, &mut sound).unwrap();
    sound.iter_mut().for_each(|x| *x /= n as f64);
    sound
}

/// 32 bands of pink noise, each with a level of its own that wanders by 8 dB with
/// power 1/f up to 40 Hz.
fn bands(seed: u64) -> Vec<f64> {
    const N_BANDS: u64 = 32;
    let mut sum = vec![0.0; N];
    for band in 0..N_BANDS {
        let edge = |band: u64| 60.0 * 180_f64.powf(band as f64 / N_BANDS as f64);
        let (low, high) = (edge(band), edge(band + 1));
        let white = gauss(derived_seed(seed, 2 * band), N);
        let noise = spectrum_times(white, |f| match f >= low && f < high {
            true => f.powf(-0.5),
            false => 0.0,
        });
        let level = slow(derived_seed(seed, 2 * band + 1));
        for ((sum, x), level) in sum.iter_mut().zip(noise).zip(level) {
            *sum += x * decibel(8.0 * level);
        }
    }
    sum
}

/// A level of unit variance with power 1/f up to 40 Hz, a part of a longer period.
fn slow(seed: u64) -> Vec<f64> {
    const SLOW_RATE: f64 = 80.0;
    let n = (3.0 * N as f64 / SR * SLOW_RATE) as usize;
    let level = normal(coloured_noise(seed, n, 1.0));
    (0..N)
        .map(|i| {
            let at = n as f64 / 3.0 + i as f64 / SR * SLOW_RATE;
            let (left, share) = (at as usize, at.fract());
            (1.0 - share) * level[left] + share * level[(left + 1) % n]
        })
        .collect()
}

/// Blocks in random order, faded into one another.
fn shuffled(sound: &[f64], block: usize, seed: u64) -> Vec<f64> {
    let n_blocks = sound.len() / block;
    let mut out = vec![0.0; n_blocks * block];
    for (to, from) in permutation(n_blocks, seed).into_iter().enumerate() {
        for i in 0..2 * block {
            let fade = (TAU / 4.0 * (i as f64 + 0.5) / block as f64).sin();
            let sample = sound[(from * block + i) % sound.len()];
            out[(to * block + i) % (n_blocks * block)] += fade * sample;
        }
    }
    out
}

/// Noise with gains, in dB, of a field with power f^-alpha over time and frequency:
/// short-time spectra times the gains, added up again.
fn painted(seed: u64, alpha: f64) -> Vec<f64> {
    const FRAME: usize = 1024;
    const HOP: usize = 256;
    const ROWS: usize = 128;
    let n_frames = N / HOP + 4;
    let field = coloured_field(derived_seed(seed, 1), ROWS, n_frames, alpha);
    let field = normal(field.into_iter().collect());
    let noise = gauss(seed, N + 2 * FRAME);
    let mut planner = RealFftPlanner::new();
    let (forward, inverse) = (
        planner.plan_fft_forward(FRAME),
        planner.plan_fft_inverse(FRAME),
    );
    let mel = |f: f64| (1.0 + f / 700.0).ln();
    let window: Vec<f64> = (0..FRAME)
        .map(|i| (TAU / 2.0 * (i as f64 + 0.5) / FRAME as f64).sin())
        .collect();
    let mut spectrum = forward.make_output_vec();
    let mut out = vec![0.0; N + 2 * FRAME];
    for t in 0..n_frames {
        let start = t * HOP;
        let mut frame: Vec<f64> = window
            .iter()
            .zip(&noise[start..])
            .map(|(w, x)| w * x)
            .collect();
        forward.process(&mut frame, &mut spectrum).unwrap();
        for (k, value) in spectrum.iter_mut().enumerate() {
            let f = k as f64 * SR / FRAME as f64;
            let row = (mel(f) / mel(SR / 2.0) * (ROWS - 1) as f64) as usize;
            *value *= decibel(10.0 * field[row * n_frames + t]);
        }
        (spectrum[0].im, spectrum[FRAME / 2].im) = (0.0, 0.0);
        inverse.process(&mut spectrum, &mut frame).unwrap();
        for ((out, x), w) in out[start..].iter_mut().zip(frame).zip(&window) {
            *out += w * x;
        }
    }
    out[FRAME..FRAME + N].to_vec()
}
