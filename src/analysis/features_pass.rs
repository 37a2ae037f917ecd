//! One thread's plans for the features of clips.

use super::features::{ClipFeatures, FeatureConfig, MeanVariance};
use crate::decode::{AudioReader, Ending};
use crate::planar::Mfcc;
use crate::spectral::{FrameFeatures, FrameValues, MelFilterbank, Reference, power_to_db};
use crate::{Problem, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// Most mel energies that are held at once; a clip with more is decoded twice.
const MOST_HELD: usize = 1 << 22;

/// Measures one clip after another; plans are kept per sample rate.
pub(super) struct FeaturePass<'a> {
    config: &'a FeatureConfig,
    most_held: usize,
    plans: BTreeMap<u32, Plans>,
    block: Vec<f32>,
    samples: Vec<f64>,
    held: Held,
}

/// What was learnt of one clip.
#[derive(Debug, PartialEq)]
pub(super) struct Measured {
    pub sample_rate: u32,
    pub length: u64,
    pub n_frames: u64,
    pub ending: Ending,
    pub remark: Option<String>,
    pub features: ClipFeatures,
}

struct Plans {
    frames: FrameFeatures<f64>,
    filterbank: MelFilterbank<f64>,
    mfcc: Mfcc<f64>,
    energy: Vec<f64>,
    coefficients: Vec<f64>,
}

/// The mel energies of a clip, as long as they are not too many.
#[derive(Default)]
struct Held {
    energies: Vec<f64>,
    largest: f64,
    complete: bool,
}

/// What one pass hears beside the frames.
#[derive(Default)]
struct Heard {
    length: u64,
    n_non_finite: u64,
    silent: bool,
}

/// Mean and variance, updated value by value (Welford 1962).
#[derive(Debug, Clone, Copy, Default)]
struct Running {
    count: f64,
    mean: f64,
    sum_squares: f64,
}

#[derive(Default)]
struct FrameStatistics {
    n_frames: u64,
    rms: Running,
    spectral_centroid: Running,
    spectral_bandwidth: Running,
    rolloff: Running,
    zero_crossing_rate: Running,
}

impl<'a> FeaturePass<'a> {
    pub fn new(config: &'a FeatureConfig) -> Self {
        Self {
            config,
            most_held: MOST_HELD,
            plans: BTreeMap::new(),
            block: Vec::new(),
            samples: Vec::new(),
            held: Held::default(),
        }
    }

    /// The features of one clip.
    ///
    /// # Errors
    /// What is wrong with the clip, and [`crate::Error::InvalidArgument`] for
    /// settings that do not fit its sample rate.
    pub fn measure(&mut self, path: &Path) -> Result<Measured> {
        let mut reader = AudioReader::open(path, self.config.channel)?;
        let sample_rate = reader.info().sample_rate;
        // Taken out while it is used: the rest of `self` is needed beside it.
        let mut plans = match self.plans.remove(&sample_rate) {
            Some(plans) => plans,
            None => Plans::new(self.config, sample_rate)?,
        };
        let measured = self.measure_with(&mut plans, path, &mut reader);
        plans.frames.finish(|_, _| ());
        self.plans.insert(sample_rate, plans);
        measured
    }

    fn measure_with(
        &mut self,
        plans: &mut Plans,
        path: &Path,
        reader: &mut AudioReader,
    ) -> Result<Measured> {
        let mut statistics = FrameStatistics::default();
        let heard = self.first_pass(plans, reader, &mut statistics)?;
        self.check(&heard, &statistics)
            .map_err(|problem| problem.at(path))?;
        let mfcc = self.mfcc_statistics(plans, path)?;
        Ok(Measured {
            sample_rate: reader.info().sample_rate,
            length: heard.length,
            n_frames: statistics.n_frames,
            ending: reader.ending().clone(),
            remark: self.remark(&heard),
            features: statistics.features(&mfcc),
        })
    }

    /// All features but the cepstral coefficients, and the mel energies.
    fn first_pass(
        &mut self,
        plans: &mut Plans,
        reader: &mut AudioReader,
        statistics: &mut FrameStatistics,
    ) -> Result<Heard> {
        let Self {
            held,
            most_held,
            block,
            samples,
            ..
        } = self;
        held.clear();
        let (filterbank, energy) = (&plans.filterbank, &mut plans.energy);
        let mut heard = Heard {
            silent: true,
            ..Heard::default()
        };
        let mut visit = |values: &FrameValues, power: &[f64]| {
            statistics.add(values);
            filterbank.project(power, energy);
            held.add(energy, *most_held);
        };
        while reader.read(block)? > 0 {
            heard.hear(block);
            widen(block, samples);
            plans.frames.push(samples, &mut visit);
        }
        plans.frames.finish(&mut visit);
        Ok(heard)
    }

    fn check(&self, heard: &Heard, statistics: &FrameStatistics) -> Result<(), Problem> {
        if heard.n_non_finite > 0 {
            let (bad, all) = (heard.n_non_finite, heard.length);
            let detail = format!("{bad} of {all} samples are not finite");
            return Err(Problem::Featureless { detail });
        }
        if statistics.n_frames == 0 {
            return Err(Problem::TooShort {
                length: format!("{} samples", heard.length),
                required: format!("{} samples", self.config.stft.n_fft),
                flag: "--n-fft",
            });
        }
        Ok(())
    }

    fn remark(&self, heard: &Heard) -> Option<String> {
        let n_fft = self.config.stft.n_fft;
        let short = heard.length < n_fft as u64;
        let mut remarks = Vec::new();
        if heard.silent {
            remarks.push("digital silence".to_string());
        }
        if short {
            let length = heard.length;
            remarks.push(format!(
                "shorter than one frame: {length} of {n_fft} samples, the rest is padding"
            ));
        }
        (!remarks.is_empty()).then(|| remarks.join("; "))
    }

    /// Statistics of the coefficients, from what the first pass held or from
    /// another pass: the dynamic range counts from the clip's largest energy.
    fn mfcc_statistics(&mut self, plans: &mut Plans, path: &Path) -> Result<Vec<Running>> {
        let Plans {
            frames,
            filterbank,
            mfcc,
            energy,
            coefficients,
        } = plans;
        let mut statistics = vec![Running::default(); mfcc.n_mfcc()];
        let n_mels = energy.len();
        let mut db = vec![0.0; n_mels + 1];
        let (top_db, largest) = (self.config.top_db, self.held.largest);
        let mut add = |energies: &[f64]| -> Result<()> {
            // Beside the clip's largest energy a frame gets the clip's range.
            db[..n_mels].copy_from_slice(energies);
            db[n_mels] = largest;
            power_to_db(&mut db, Reference::One, top_db);
            mfcc.process(&db[..n_mels], coefficients)?;
            for (statistics, &value) in statistics.iter_mut().zip(&*coefficients) {
                statistics.add(value);
            }
            Ok(())
        };
        if self.held.complete {
            self.held
                .energies
                .chunks_exact(n_mels)
                .try_for_each(&mut add)?;
            return Ok(statistics);
        }
        let mut outcome = Ok(());
        let mut visit = |_: &FrameValues, power: &[f64]| {
            filterbank.project(power, energy);
            if outcome.is_ok() {
                outcome = add(energy);
            }
        };
        let mut reader = AudioReader::open(path, self.config.channel)?;
        while reader.read(&mut self.block)? > 0 {
            widen(&self.block, &mut self.samples);
            frames.push(&self.samples, &mut visit);
        }
        frames.finish(&mut visit);
        outcome.map(|()| statistics)
    }
}

impl Plans {
    fn new(config: &FeatureConfig, sample_rate: u32) -> Result<Self> {
        let n_mels = config.mel.n_mels;
        Ok(Self {
            frames: FrameFeatures::new(&config.frames(sample_rate))?,
            filterbank: MelFilterbank::new(config.bands(sample_rate))?,
            mfcc: Mfcc::new(n_mels, &config.mfcc)?,
            energy: vec![0.0; n_mels],
            coefficients: vec![0.0; config.mfcc.n_mfcc],
        })
    }
}

impl Held {
    fn clear(&mut self) {
        self.energies.clear();
        self.largest = 0.0;
        self.complete = true;
    }

    fn add(&mut self, frame: &[f64], most_held: usize) {
        self.largest = frame.iter().copied().fold(self.largest, f64::max);
        if self.energies.len() + frame.len() > most_held {
            self.complete = false;
            self.energies.clear();
        }
        if self.complete {
            self.energies.extend_from_slice(frame);
        }
    }
}

impl Heard {
    fn hear(&mut self, block: &[f32]) {
        self.length += block.len() as u64;
        self.n_non_finite += block.iter().filter(|x| !x.is_finite()).count() as u64;
        self.silent &= block.iter().all(|x| *x == 0.0);
    }
}

impl Running {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        let distance = value - self.mean;
        self.mean += distance / self.count;
        self.sum_squares += distance * (value - self.mean);
    }

    fn mean_variance(&self) -> MeanVariance {
        MeanVariance {
            mean: self.mean,
            variance: self.sum_squares / self.count,
        }
    }
}

impl FrameStatistics {
    fn add(&mut self, values: &FrameValues) {
        self.n_frames += 1;
        self.rms.add(values.rms);
        self.spectral_centroid.add(values.spectral_centroid);
        self.spectral_bandwidth.add(values.spectral_bandwidth);
        self.rolloff.add(values.rolloff);
        self.zero_crossing_rate.add(values.zero_crossing_rate);
    }

    fn features(&self, mfcc: &[Running]) -> ClipFeatures {
        ClipFeatures {
            rms: self.rms.mean_variance(),
            spectral_centroid: self.spectral_centroid.mean_variance(),
            spectral_bandwidth: self.spectral_bandwidth.mean_variance(),
            rolloff: self.rolloff.mean_variance(),
            zero_crossing_rate: self.zero_crossing_rate.mean_variance(),
            mfcc: mfcc.iter().map(Running::mean_variance).collect(),
        }
    }
}

fn widen(block: &[f32], samples: &mut Vec<f64>) {
    samples.clear();
    samples.extend(block.iter().map(|&x| f64::from(x)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures")
            .join(name)
    }

    #[test]
    fn a_second_pass_gives_the_same_bits_as_held_energies() {
        let config = FeatureConfig::default();
        let path = fixture("audio/music/brahms.flac");
        let mut pass = FeaturePass::new(&config);
        let held = pass.measure(&path).unwrap();
        assert!(pass.held.complete);
        assert_eq!(pass.held.energies.len(), 128 * held.n_frames as usize);
        for most_held in [0, 1000, 128 * held.n_frames as usize - 1] {
            pass.most_held = most_held;
            assert_eq!(pass.measure(&path).unwrap(), held, "{most_held}");
            assert!(!pass.held.complete && pass.held.energies.is_empty());
        }
    }

    #[test]
    fn a_clip_leaves_nothing_for_the_next() {
        let config = FeatureConfig::default();
        let loud = fixture("audio/speech/prompt_a.wav");
        let quiet = fixture("audio/music/brahms.flac");
        let alone = FeaturePass::new(&config).measure(&quiet).unwrap();
        let mut pass = FeaturePass::new(&config);
        pass.measure(&loud).unwrap();
        // From a larger maximum more of the quiet clip would be cut off.
        let largest = pass.held.largest;
        assert_eq!(pass.measure(&quiet).unwrap(), alone);
        assert!(
            largest > 2.0 * pass.held.largest,
            "{largest} {}",
            pass.held.largest
        );
    }

    #[test]
    fn running_moments_are_those_of_the_definition() {
        let values = [1e6 + 1.0, 1e6 + 4.0, 1e6 - 3.0, 1e6 + 2.0];
        let mut running = Running::default();
        values.iter().for_each(|&x| running.add(x));
        let MeanVariance { mean, variance } = running.mean_variance();
        assert!((mean - 1_000_001.0).abs() < 1e-9);
        assert!((variance - 6.5).abs() < 1e-9);
    }
}
