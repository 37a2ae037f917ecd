//! How fast each stage is, in seconds of audio per second: the unit of
//! `item/s` below is 1 s of audio, of one channel at 22,050 Hz unless a name
//! says otherwise. One thread; signals are pink noise, recordings are fixtures.
//!
//! `cargo bench --bench stages`, or `cargo bench --bench stages -- spectral` for
//! the stages whose names have that in them.

use divan::counter::ItemsCount;
use std::time::Duration;

const SAMPLE_RATE: u32 = 22_050;
/// Seconds in a segment, as the yardstick has them.
const SEGMENT: usize = 2;
/// Samples in a segment.
const N_SAMPLES: usize = SEGMENT * SAMPLE_RATE as usize;
const N_FRAMES: usize = 87;
const N_MELS: usize = 128;
/// Seconds in a clip.
const CLIP: usize = 30;

fn main() {
    divan::Divan::default()
        .max_time(Duration::from_secs(2))
        .config_with_args()
        .main();
}

/// Counts so many seconds of audio.
fn audio(seconds: usize) -> ItemsCount {
    ItemsCount::new(seconds)
}

/// The same pink noise in every run, well within full scale.
fn pink(n: usize) -> Vec<f32> {
    let noise = cepstrum::synth::coloured_noise(1, n, 1.0);
    noise.iter().map(|&x| 0.1 * x as f32).collect()
}

/// A log-mel plane of one segment, [frame, band], dB.
fn log_mel_plane() -> Vec<f32> {
    use cepstrum::spectral::{LogMel, LogMelConfig};
    let mut plan = LogMel::new(&LogMelConfig::new(SAMPLE_RATE)).expect("default settings");
    let mut plane = vec![0.0; N_FRAMES * N_MELS];
    plan.process(&pink(N_SAMPLES), &mut plane)
        .expect("87 frames of 128 bands");
    plane
}

/// Recordings as files are read: opened, decoded, mixed to mono.
mod decode {
    use super::audio;
    use cepstrum::Result;
    use cepstrum::decode::{AudioReader, Channel};
    use divan::{Bencher, black_box};
    use std::fmt;
    use std::path::{Path, PathBuf};

    /// Clips of 1 to 10 s; the header is read once per clip.
    const FILES: [&str; 20] = [
        "fixtures/audio/speech/prompt_a.wav",
        "fixtures/formats/stereo_44100.wav",
        "fixtures/formats/s24.wav",
        "fixtures/formats/f32.wav",
        "fixtures/audio/speech/prompt_b.au",
        "fixtures/formats/au_mulaw.au",
        "fixtures/formats/s16.aiff",
        "fixtures/formats/s16.caf",
        "fixtures/audio/music/brahms.flac",
        "fixtures/formats/alac.m4a",
        "fixtures/formats/alac.caf",
        "fixtures/audio/music/fishin.mp3",
        "fixtures/formats/vorbis_mono.ogg",
        "fixtures/formats/aac.m4a",
        "fixtures/formats/opus_48k.opus",
        "fixtures/formats/opus.webm",
        // Not committed: beside the checkout, if at all.
        "../shared/data/formats/made_here/wav_adpcm_ima.wav",
        "../shared/data/formats/made_here/wav_adpcm_ms.wav",
        "../shared/data/formats/made_here/mp2_stereo.mp2",
        "../shared/data/formats/made_here/aac_adts.aac",
    ];
    /// A clip is decoded until at least this much audio was given, s: its true
    /// length would be a poor whole number of seconds.
    const LEAST_SECONDS: f64 = 30.0;

    struct Recording {
        path: PathBuf,
        /// Format, rate, channels and file, in one column.
        name: String,
        n_times: usize,
        seconds: usize,
    }

    impl fmt::Display for Recording {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(&self.name)
        }
    }

    fn decoded(path: &Path) -> Result<(AudioReader, usize)> {
        let mut reader = AudioReader::open(path, Channel::Mix)?;
        let (mut block, mut n_samples) = (Vec::new(), 0);
        while reader.read(&mut block)? > 0 {
            n_samples += black_box(&block).len();
        }
        Ok((reader, n_samples))
    }

    fn recording(file: &str) -> Option<Recording> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        if !path.exists() {
            eprintln!("SKIPPED without {file}: its decoder is not measured");
            return None;
        }
        let (reader, n_samples) = decoded(&path).expect("a sound recording");
        let info = reader.info();
        let seconds = n_samples as f64 / f64::from(info.sample_rate);
        let n_times = (LEAST_SECONDS / seconds).ceil();
        let extension = file.rsplit('.').next().unwrap_or_default();
        let format = match info.format.starts_with(extension) {
            true => info.format.clone(),
            false => format!("{extension} {}", info.format),
        };
        Some(Recording {
            name: format!("{format}, {} Hz, {} ch", info.sample_rate, info.channels),
            n_times: n_times as usize,
            seconds: (n_times * seconds).round() as usize,
            path,
        })
    }

    fn recordings() -> impl Iterator<Item = Recording> {
        FILES.iter().filter_map(|file| recording(file))
    }

    #[divan::bench(args = recordings())]
    fn file(bencher: Bencher, recording: &Recording) {
        bencher.counter(audio(recording.seconds)).bench_local(|| {
            for _ in 0..recording.n_times {
                decoded(&recording.path).expect("as before");
            }
        });
    }

    #[divan::bench(args = [44_100, 48_000, 16_000])]
    fn resample_to_22050(bencher: Bencher, from: u32) {
        use super::{CLIP, SAMPLE_RATE, pink};
        let input = pink(CLIP * from as usize);
        let mut resampler =
            cepstrum::decode::Resampler::new(from, SAMPLE_RATE).expect("usual rates");
        let mut out = Vec::new();
        bencher.counter(audio(CLIP)).bench_local(|| {
            out.clear();
            for block in input.chunks(8192) {
                resampler.process(block, &mut out);
            }
            resampler.finish(&mut out);
            black_box(&out);
        });
    }
}

/// A segment of 44,100 samples to one-dimensional spectra and to a log-mel
/// plane of 87 frames by 128 bands.
mod spectral {
    use super::{N_FRAMES, N_MELS, N_SAMPLES, SAMPLE_RATE, SEGMENT, audio, log_mel_plane, pink};
    use cepstrum::data::CrossPower;
    use cepstrum::spectral::{
        LogMel, LogMelConfig, MelConfig, MelFilterbank, Periodogram, Reference, Stft, StftConfig,
        power_to_db,
    };
    use divan::{Bencher, black_box};

    #[divan::bench]
    fn periodogram(bencher: Bencher) {
        let samples = pink(N_SAMPLES);
        let mut plan = Periodogram::<f32>::new(N_SAMPLES).expect("more than 2 samples");
        let mut power = vec![0.0; plan.n_bins()];
        bencher
            .counter(audio(SEGMENT))
            .bench_local(|| plan.process(black_box(&samples), &mut power));
    }

    #[divan::bench]
    fn periodogram_cross_power(bencher: Bencher) {
        let (signal, noise) = (pink(N_SAMPLES), pink(N_SAMPLES));
        let lines = Periodogram::<f32>::new(N_SAMPLES).expect("more than 2 samples");
        let mut plan = CrossPower::new(Box::new(lines));
        let mut spectrum = plan.spectrum();
        bencher.counter(audio(SEGMENT)).bench_local(|| {
            plan.set_noise(black_box(&noise))
                .and_then(|()| plan.set_signal(black_box(&signal)))
                .and_then(|()| plan.write(&mut spectrum))
        });
    }

    #[divan::bench]
    fn stft_2048_512(bencher: Bencher) {
        let samples = pink(N_SAMPLES);
        let mut plan = Stft::<f32>::new(StftConfig::new(2048, 512)).expect("usual frames");
        bencher.counter(audio(SEGMENT)).bench_local(|| {
            plan.for_each_power(black_box(&samples), |_, power| {
                black_box(power);
            });
        });
    }

    #[divan::bench]
    fn mel_projection_128(bencher: Bencher) {
        let filters =
            MelFilterbank::<f32>::new(MelConfig::new(SAMPLE_RATE, 2048)).expect("default bands");
        // One frame stays in the cache, as it does behind an STFT.
        let power: Vec<f32> = pink(1025).iter().map(|x| x * x).collect();
        let mut energy = vec![0.0; N_MELS];
        bencher.counter(audio(SEGMENT)).bench_local(|| {
            for _ in 0..N_FRAMES {
                filters.project(black_box(&power), &mut energy);
                black_box(&energy);
            }
        });
    }

    #[divan::bench]
    fn decibels_87x128(bencher: Bencher) {
        let energy: Vec<f32> = pink(N_FRAMES * N_MELS).iter().map(|x| x * x).collect();
        bencher
            .counter(audio(SEGMENT))
            .with_inputs(|| energy.clone())
            .bench_local_refs(|plane| power_to_db(plane, Reference::One, Some(80.0)));
    }

    #[divan::bench]
    fn log_mel(bencher: Bencher) {
        let samples = pink(N_SAMPLES);
        let mut plan = LogMel::new(&LogMelConfig::new(SAMPLE_RATE)).expect("default settings");
        let mut plane = log_mel_plane();
        bencher
            .counter(audio(SEGMENT))
            .bench_local(|| plan.process(black_box(&samples), &mut plane));
    }
}

/// The log-mel plane of a segment to radial averages. `rapsd` less `fft2` is
/// the reduction to rings.
mod planar {
    use super::{N_FRAMES, N_MELS, SEGMENT, audio, log_mel_plane};
    use cepstrum::data::CrossPower;
    use cepstrum::planar::{Dct2, DctRapsd, Fft2, Radius, Rapsd};
    use divan::{Bencher, black_box};

    #[divan::bench]
    fn fft2_87x128(bencher: Bencher) {
        let plane = log_mel_plane();
        let mut plan = Fft2::new(N_FRAMES, N_MELS);
        bencher.counter(audio(SEGMENT)).bench_local(|| {
            black_box(plan.process(black_box(&plane), -40.0));
        });
    }

    #[divan::bench]
    fn rapsd_87x128(bencher: Bencher) {
        let plane = log_mel_plane();
        let mut plan = Rapsd::new(N_FRAMES, N_MELS, Radius::Frequency).expect("not empty");
        let mut power = vec![0.0; plan.table().n_rings()];
        bencher
            .counter(audio(SEGMENT))
            .bench_local(|| plan.process(black_box(&plane), &mut power));
    }

    #[divan::bench]
    fn rapsd_cross_power(bencher: Bencher) {
        let plane = log_mel_plane();
        let noise: Vec<f32> = super::pink(plane.len());
        let rapsd = Rapsd::new(N_FRAMES, N_MELS, Radius::Frequency).expect("not empty");
        let mut plan = CrossPower::new(Box::new(rapsd));
        let mut spectrum = plan.spectrum();
        bencher.counter(audio(SEGMENT)).bench_local(|| {
            plan.set_noise(black_box(&noise))
                .and_then(|()| plan.set_signal(black_box(&plane)))
                .and_then(|()| plan.write(&mut spectrum))
        });
    }

    #[divan::bench]
    fn dct2_128x87(bencher: Bencher) {
        let plane = log_mel_plane();
        let mut plan = Dct2::new(N_MELS, N_FRAMES).expect("not empty");
        let mut coefficients = vec![0.0; plane.len()];
        bencher
            .counter(audio(SEGMENT))
            .bench_local(|| plan.forward(black_box(&plane), &mut coefficients));
    }

    #[divan::bench]
    fn dct_rapsd_128x87(bencher: Bencher) {
        let plane = log_mel_plane();
        let mut plan = DctRapsd::new(N_MELS, N_FRAMES, Radius::Frequency).expect("not empty");
        let mut power = vec![0.0; N_MELS];
        plan.process(&plane, &mut power).expect("128 rings");
        bencher
            .counter(audio(SEGMENT))
            .bench_local(|| plan.process(black_box(&plane), &mut power));
    }
}

/// What null models and noise need per segment.
mod synth {
    use super::{N_SAMPLES, SEGMENT, audio, pink};
    use cepstrum::synth::{ColouredNoise, Surrogate, gauss};
    use divan::{Bencher, black_box};

    #[divan::bench]
    fn white_noise(bencher: Bencher) {
        bencher
            .counter(audio(SEGMENT))
            .bench_local(|| gauss(black_box(7), N_SAMPLES));
    }

    #[divan::bench]
    fn pink_noise(bencher: Bencher) {
        let mut plan = ColouredNoise::new(N_SAMPLES, 1.0);
        let mut out = vec![0.0; N_SAMPLES];
        bencher
            .counter(audio(SEGMENT))
            .bench_local(|| plan.process(black_box(7), &mut out));
    }

    #[divan::bench]
    fn phase_randomised(bencher: Bencher) {
        let segment: Vec<f64> = pink(N_SAMPLES).iter().map(|&x| f64::from(x)).collect();
        let mut plan = Surrogate::new(N_SAMPLES);
        let mut out = vec![0.0; N_SAMPLES];
        bencher
            .counter(audio(SEGMENT))
            .bench_local(|| plan.process(black_box(&segment), 7, &mut out));
    }
}

/// Sums over the segments of a file (once per segment), and over files (once
/// per clip of 30 s), by number of frequencies: a waveform's, a plane's.
mod sums {
    use super::{CLIP, SEGMENT, audio, pink};
    use cepstrum::compare::{MeanSpectrum, SpectrumSums, rounding_floor};
    use divan::{Bencher, black_box};

    fn power(n_bins: usize) -> Vec<f64> {
        let noise = pink(n_bins);
        noise.iter().map(|&x| f64::from(x * x)).collect()
    }

    #[divan::bench(args = [22_050, 64])]
    fn add_segment(bencher: Bencher, n_bins: usize) {
        let power = power(n_bins);
        let mut sums = SpectrumSums::new(n_bins);
        bencher.counter(audio(SEGMENT)).bench_local(|| {
            let floor = rounding_floor::<f32>(black_box(&power));
            sums.add(&power, floor);
        });
    }

    #[divan::bench(args = [22_050, 64])]
    fn add_file(bencher: Bencher, n_bins: usize) {
        let power = power(n_bins);
        let mut source = SpectrumSums::new(n_bins);
        for _ in 0..CLIP / SEGMENT {
            source.add(&power, 0.0);
        }
        let mut mean = MeanSpectrum::new(n_bins);
        bencher
            .counter(audio(CLIP))
            .bench_local(|| mean.add(black_box(&source)));
    }
}

/// Figures as PNG: plotted, rendered and encoded.
mod figures {
    use super::{CLIP, SAMPLE_RATE, audio, pink};
    use cepstrum::data::{Axis, Signal, Spectrum};
    use cepstrum::output::figure::{AxisSpec, CurveFigure, FigureStyle, FrequencyScale, Series};
    use cepstrum::output::spectrogram_map;
    use cepstrum::spectral::{StftConfig, spectrogram_db};
    use divan::Bencher;

    fn clip() -> Signal {
        Signal {
            samples: pink(CLIP * SAMPLE_RATE as usize),
            sample_rate: SAMPLE_RATE,
        }
    }

    /// From samples to PNG.
    #[divan::bench]
    fn spectrogram_30_s(bencher: Bencher) {
        let clip = clip();
        let style = FigureStyle::default();
        bencher.counter(audio(CLIP)).bench_local(|| {
            let plane = spectrogram_db(&clip, &StftConfig::new(2048, 512), 80.0)?;
            spectrogram_map("clip", &plane, FrequencyScale::Linear, 80.0)
                .draw(&style)?
                .png()
        });
    }

    /// Without the spectrogram's computation.
    #[divan::bench]
    fn heat_map_30_s(bencher: Bencher) {
        let plane = spectrogram_db(&clip(), &StftConfig::new(2048, 512), 80.0);
        let plane = plane.expect("usual frames");
        let map = spectrogram_map("clip", &plane, FrequencyScale::Linear, 80.0);
        let style = FigureStyle::default();
        bencher
            .counter(audio(CLIP))
            .bench_local(|| map.draw(&style)?.png());
    }

    /// A line per frequency of a segment's waveform: 22,050 points.
    #[divan::bench]
    fn curves(bencher: Bencher) {
        let Spectrum {
            frequency, power, ..
        } = spectrum();
        let figure = CurveFigure {
            title: "pink noise".into(),
            x: AxisSpec::log("frequency", "Hz"),
            y: AxisSpec::log("power", ""),
            series: vec![Series::new("waveform", frequency.values(), power)],
            markers: vec![],
        };
        let style = FigureStyle::default();
        bencher.bench_local(|| figure.draw(&style)?.png());
    }

    fn spectrum() -> Spectrum {
        let n = super::N_SAMPLES;
        let power: Vec<f64> = pink(n / 2).iter().map(|&x| f64::from(x * x)).collect();
        let values = (1..=power.len()).map(|k| k as f64 * 0.5).collect();
        Spectrum {
            frequency: Axis::Tabulated {
                unit: cepstrum::data::Unit::Hertz,
                values,
            },
            dof: vec![2; power.len()],
            power,
        }
    }
}

/// The main job on the clips of `fixtures/audio` (36 s, 18 segments).
mod report {
    use super::audio;
    use cepstrum::analysis::{AnalysisConfig, Report, Silent, analyze};
    use cepstrum::output::save_analysis;
    use divan::Bencher;
    use std::path::Path;

    fn config() -> AnalysisConfig {
        let clips = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/audio");
        AnalysisConfig {
            inputs: vec![clips],
            ..AnalysisConfig::default()
        }
    }

    /// Runs on a pool of one thread, whatever the machine has.
    fn report(config: &AnalysisConfig) -> Report {
        analyze(config, &Silent).expect("the fixtures are sound")
    }

    fn one_thread() -> rayon::ThreadPool {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(1);
        builder.build().expect("one more thread")
    }

    #[divan::bench]
    fn analyze_four_clips(bencher: Bencher) {
        let (config, pool) = (config(), one_thread());
        bencher
            .counter(audio(36))
            .bench_local(|| pool.install(|| report(&config)));
    }

    /// json, csv and npy into a temporary folder.
    #[divan::bench]
    fn save_four_clips(bencher: Bencher) {
        let report = one_thread().install(|| report(&config()));
        let folder = tempfile::tempdir().expect("a temporary folder");
        bencher.bench_local(|| save_analysis(&report, None, folder.path()));
    }
}
