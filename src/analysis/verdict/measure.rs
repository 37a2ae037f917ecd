//! The study behind the verdict: planes cell by cell, level traces, the ends of
//! bands, and some segments scrambled along one axis.

use super::geometry::{MelPlanes, wave_bands};
use super::photos::PhotoBins;
use super::sums::{LIMIT_PARTS, Part, Record, UnitSums, VerdictSums};
use super::wave::WaveBands;
use crate::Result;
use crate::analysis::plan::{RunPlan, Segmentation};
use crate::analysis::run::{Numbered, Study};
use crate::analysis::segment_status::SegmentStatus;
use crate::analysis::segments::{Content, Needs, Piece, Reading};
use crate::analysis::spectrograms::Spectrograms;
use crate::analysis::{Representation, SpectrogramKind};
use crate::compare::end_of_band;
use crate::decode::{Kind, key};
use crate::lanes;
use crate::planar::{PlaneVariance, VarianceBands, VarianceSums};
use crate::synth::{ScrambleFrequency, ScrambleTime, fnv1a, scramble_seed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Numbers of the axes that seeds are made of.
const TIME: u64 = 1;
const FREQUENCY: u64 = 2;

/// What decides which segments are scrambled, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictSettings {
    /// Seed of all that is random.
    pub seed: u64,
    /// Segments that are scrambled, along either axis; 0 leaves structure open.
    pub null_segments: usize,
}

impl Default for VerdictSettings {
    fn default() -> Self {
        VerdictSettings {
            seed: 0,
            null_segments: 96,
        }
    }
}

/// The study of a plan's sources.
pub(crate) struct VerdictStudy<'a> {
    plan: &'a RunPlan,
    seed: u64,
    /// Segments to scramble, by number of the source.
    quota: BTreeMap<usize, u64>,
    n_sources: BTreeMap<Representation, usize>,
    mel: Option<MelPlanes>,
    waves: Option<WaveBands>,
    photo_bins: Option<PhotoBins>,
}

impl<'a> VerdictStudy<'a> {
    /// # Errors
    /// Settings that cannot be planned.
    pub fn new(plan: &'a RunPlan, settings: &VerdictSettings) -> Result<Self> {
        let mut n_sources = BTreeMap::new();
        for source in &plan.corpus.sources {
            for representation in shown(source.kind) {
                *n_sources.entry(*representation).or_default() += 1;
            }
        }
        Ok(Self {
            quota: quota(plan, settings.null_segments),
            seed: settings.seed,
            mel: MelPlanes::new(plan)?,
            waves: wave_bands(plan),
            photo_bins: plan.side.map(PhotoBins::new),
            n_sources,
            plan,
        })
    }
}

/// The representations of a kind that have a verdict; clips always have both, for
/// copies among them are found by their log-mel spectrograms.
fn shown(kind: Kind) -> &'static [Representation] {
    match kind {
        Kind::Audio => &[Representation::Waveform, Representation::LogMel],
        Kind::Photo => &[Representation::Photo],
        Kind::Array => &[Representation::Array],
    }
}

/// Equal shares of `n` segments for all clips, and one more for those whose paths
/// have the smallest hashes.
fn quota(plan: &RunPlan, n: usize) -> BTreeMap<usize, u64> {
    let clips = plan
        .usable()
        .filter(|(_, source)| source.kind == Kind::Audio);
    let mut clips: Vec<(u64, String, usize)> = clips
        .map(|(number, source)| {
            let key = key(source.name());
            (fnv1a(&key), key, number)
        })
        .collect();
    clips.sort_unstable();
    let n_clips = clips.len().max(1);
    let share = |place: usize| n / n_clips + usize::from(place < n % n_clips);
    let shares = clips.into_iter().enumerate();
    shares
        .map(|(place, (_, _, number))| (number, share(place) as u64))
        .collect()
}

/// One thread's plans and buffers.
pub(crate) struct VerdictWorker {
    mel: Option<MelWorker>,
    lines: Option<LineWorker>,
    photos: Option<PlaneWorker>,
    arrays: Option<PlaneWorker>,
}

/// Log-mel spectrograms of one clip.
struct MelWorker {
    variance: PlaneVariance,
    scrambled: Spectrograms,
    /// In time, and across bands; none where a segment has no block.
    scramble: Option<(ScrambleTime, ScrambleFrequency)>,
    samples: Vec<f32>,
    sums: UnitSums,
    cells: Vec<f64>,
}

/// Spectra of the samples of one clip.
struct LineWorker {
    sums: UnitSums,
    /// Mean power of equal parts of the band.
    parts: [f64; LIMIT_PARTS],
}

/// Planes of one photo or array.
struct PlaneWorker {
    variance: PlaneVariance,
    sums: UnitSums,
    cells: Vec<f64>,
}

impl MelWorker {
    fn new(plan: &RunPlan, audio: Segmentation, mel: &MelPlanes) -> Result<Option<Self>> {
        let kinds = [SpectrogramKind::LogMel];
        let n = audio.segment_length;
        let scrambled = Spectrograms::new(&plan.config, audio, kinds)?;
        let rate = f64::from(audio.sample_rate);
        let in_time = mel.block.map(|block| ScrambleTime::new(n, block));
        let across = || ScrambleFrequency::new(n, &mel.points, rate);
        let scramble = in_time.transpose()?.map(|in_time| (in_time, across()));
        Ok(scrambled.map(|scrambled| Self {
            variance: PlaneVariance::new(mel.bands.clone()),
            scramble,
            samples: vec![0.0; n],
            sums: empty(&mel.bands, Some(mel)),
            cells: Vec::new(),
            scrambled,
        }))
    }

    /// Adds a segment; scrambled too, where `seeds` are given.
    fn add(
        &mut self,
        mel: &MelPlanes,
        (samples, plane): (&[f32], &[f32]),
        seeds: Option<[u64; 2]>,
    ) -> Result<()> {
        let values = mel.inner_values(plane);
        if is_constant(values.clone()) {
            return Ok(());
        }
        let lowest = values.clone().fold(f64::INFINITY, f64::min);
        let at_floor = values.clone().filter(|value| *value <= lowest + 1e-9);
        let floor = at_floor.count() as f64 / (mel.n_mels * mel.inner.len()) as f64;
        let measured = self.variance.process(values)?;
        add_plane(&mut self.sums, measured, 1.0);
        self.sums.n += 1;
        self.sums.floor += floor;
        let [time, frequency, time_null, frequency_null] = &mut self.sums.axes;
        let scramble = seeds.zip(self.scramble.as_mut());
        if scramble.is_some() {
            self.sums.n_null += 1;
            mel.axes[0].add(&measured.along_time, time);
            mel.axes[1].add(&measured.along_frequency, frequency);
        }
        add_cells(&mut self.cells, self.variance.power(), 1.0);
        let Some(([of_time, of_frequency], (in_time, across))) = scramble else {
            return Ok(());
        };
        let (variance, scrambled) = (&mut self.variance, &mut self.scrambled);
        let out = &mut self.samples;
        in_time.process(samples, of_time, out)?;
        if let Some(sums) = scrambled_sums(scrambled, out, mel, variance)? {
            mel.axes[0].add(&sums.along_time, time_null);
        }
        across.process(samples, of_frequency, out)?;
        if let Some(sums) = scrambled_sums(scrambled, out, mel, variance)? {
            mel.axes[1].add(&sums.along_frequency, frequency_null);
        }
        Ok(())
    }
}

/// The sums of a scrambled segment.
fn scrambled_sums<'v>(
    spectrograms: &mut Spectrograms,
    samples: &[f32],
    mel: &MelPlanes,
    variance: &'v mut PlaneVariance,
) -> Result<Option<&'v VarianceSums>> {
    spectrograms.process(samples);
    let Some((plane, _)) = spectrograms.plane(SpectrogramKind::LogMel) else {
        return Ok(None);
    };
    variance.process(mel.inner_values(plane)).map(Some)
}

fn is_constant(mut values: impl Iterator<Item = f64>) -> bool {
    let first = values.next();
    values.all(|value| Some(value) == first)
}

/// Sums of no segment, of the lengths that planes have.
fn empty(bands: &VarianceBands, mel: Option<&MelPlanes>) -> UnitSums {
    let (n_bands, _) = bands.shape();
    let axis = |i: usize| vec![0.0; mel.map_or(0, |mel| mel.axes[i].len())];
    UnitSums {
        profile: vec![0.0; n_bands],
        column: vec![0.0; n_bands / 2 + 1],
        rest: vec![0.0; bands.n_bands()],
        interior: vec![0.0; bands.n_bands()],
        axes: [axis(0), axis(1), axis(0), axis(1)],
        ..UnitSums::default()
    }
}

/// Adds a plane's sums, all but those of its axes.
fn add_plane(sums: &mut UnitSums, of: &VarianceSums, weight: f64) {
    let lists = [
        (&mut sums.profile, &of.profile),
        (&mut sums.column, &of.column),
        (&mut sums.rest, &of.rest),
        (&mut sums.interior, &of.interior),
    ];
    for (sums, of) in lists {
        for (sum, of) in sums.iter_mut().zip(of) {
            *sum += weight * of;
        }
    }
    sums.total += weight * of.total;
    sums.own += weight * of.own;
}

fn add_cells(cells: &mut Vec<f64>, power: &[f64], weight: f64) {
    cells.resize(power.len(), 0.0);
    for (cell, power) in cells.iter_mut().zip(power) {
        *cell += weight * power;
    }
}

impl LineWorker {
    fn new(waves: &WaveBands) -> Self {
        Self {
            sums: UnitSums {
                rest: vec![0.0; waves.len()],
                ..UnitSums::default()
            },
            parts: [0.0; LIMIT_PARTS],
        }
    }

    fn add(&mut self, waves: &WaveBands, power: &[f64]) {
        waves.add(power, &mut self.sums.rest);
        self.sums.n += 1;
        let n = power.len();
        for (q, part) in self.parts.iter_mut().enumerate() {
            let lines = &power[q * n / LIMIT_PARTS..(q + 1) * n / LIMIT_PARTS];
            *part += lanes::sum(lines) / lines.len().max(1) as f64;
        }
    }
}

impl PlaneWorker {
    fn new(shape: (usize, usize), bins: Option<&PhotoBins>) -> Result<Self> {
        let bands = VarianceBands::new(shape.0, shape.1, 1.0)?;
        let n_bins = bins.map_or(0, PhotoBins::len);
        Ok(Self {
            sums: UnitSums {
                bins: [vec![0.0; n_bins], vec![0.0; n_bins]],
                ..empty(&bands, None)
            },
            variance: PlaneVariance::new(bands),
            cells: Vec::new(),
        })
    }

    /// Adds an item, `[channel, y, x]`: power is averaged over its channels.
    fn add(&mut self, channels: &[f64], bins: Option<&PhotoBins>) -> Result<()> {
        let (rows, cols) = self.variance.bands().shape();
        let weight = (rows * cols) as f64 / channels.len() as f64;
        for plane in channels.chunks_exact(rows * cols) {
            let columns = (0..cols).flat_map(|x| (0..rows).map(move |y| plane[y * cols + x]));
            let measured = self.variance.process(columns)?;
            add_plane(&mut self.sums, measured, weight);
            match bins {
                Some(bins) => bins.add(self.variance.power(), &mut self.sums.bins),
                None => add_cells(&mut self.cells, self.variance.power(), weight),
            }
        }
        // Of pictures nothing but their own mean is taken off.
        self.sums.profile.fill(0.0);
        self.sums.n += 1;
        Ok(())
    }
}

/// Empties sums, whose lists keep their lengths.
fn clear(sums: &mut UnitSums, cells: &mut [f64]) {
    (sums.n, sums.n_null) = (0, 0);
    (sums.floor, sums.total, sums.own) = (0.0, 0.0, 0.0);
    let lists = [
        &mut sums.profile,
        &mut sums.column,
        &mut sums.rest,
        &mut sums.interior,
    ];
    let lists = lists.into_iter().chain(&mut sums.axes);
    lists.chain(&mut sums.bins).for_each(|list| list.fill(0.0));
    cells.fill(0.0);
}

impl Study for VerdictStudy<'_> {
    type Worker = VerdictWorker;
    type Row = Vec<(Representation, Record)>;
    type Sums = VerdictSums;

    fn needs(&self) -> Needs {
        let of_clips = [Representation::Waveform, Representation::LogMel];
        let has_both = self.mel.is_some();
        Needs::segments(of_clips.into_iter().take(if has_both { 2 } else { 1 }))
    }

    fn worker(&self) -> Result<VerdictWorker> {
        let audio = self.plan.audio;
        let mel = audio.zip(self.mel.as_ref());
        let mel = mel.map(|(audio, mel)| MelWorker::new(self.plan, audio, mel));
        let photo = self.plan.side.map(|side| (side, side));
        let bins = self.photo_bins.as_ref();
        let photos = photo.map(|shape| PlaneWorker::new(shape, bins));
        let arrays = self
            .plan
            .array_shape
            .map(|shape| PlaneWorker::new(shape, None));
        Ok(VerdictWorker {
            mel: mel.transpose()?.flatten(),
            lines: self.waves.as_ref().map(LineWorker::new),
            photos: photos.transpose()?,
            arrays: arrays.transpose()?,
        })
    }

    fn sums(&self) -> VerdictSums {
        VerdictSums::default()
    }

    fn begin(&self, worker: &mut VerdictWorker, _: Numbered<'_>) {
        if let Some(mel) = &mut worker.mel {
            clear(&mut mel.sums, &mut mel.cells);
        }
        if let Some(lines) = &mut worker.lines {
            clear(&mut lines.sums, &mut []);
            lines.parts.fill(0.0);
        }
        for planes in [&mut worker.photos, &mut worker.arrays]
            .into_iter()
            .flatten()
        {
            clear(&mut planes.sums, &mut planes.cells);
        }
    }

    fn piece(&self, worker: &mut VerdictWorker, of: Numbered<'_>, piece: &Piece<'_>) -> Result<()> {
        let Piece::Segment(segment) = piece else {
            return Ok(());
        };
        if segment.status != SegmentStatus::Usable {
            return Ok(());
        }
        match (of.source.kind, &segment.content) {
            (
                Kind::Audio,
                Content::Sound {
                    samples,
                    spectrograms,
                    lines,
                },
            ) => {
                if let (Some(worker), Some(waves), Some(lines)) =
                    (&mut worker.lines, &self.waves, lines)
                {
                    worker.add(waves, lines);
                }
                let plane = spectrograms.and_then(|s| s.usable(SpectrogramKind::LogMel));
                if let (Some(mel), Some(planes), Some(plane)) = (&mut worker.mel, &self.mel, plane)
                {
                    let quota = self.quota.get(&of.number).copied().unwrap_or(0);
                    let seeds = (mel.sums.n_null < quota).then(|| {
                        let name = key(of.source.name());
                        [TIME, FREQUENCY]
                            .map(|axis| scramble_seed(self.seed, &name, segment.number, axis))
                    });
                    mel.add(planes, (samples, plane), seeds)?;
                }
                Ok(())
            }
            (Kind::Photo, Content::Planes { channels, .. }) => match &mut worker.photos {
                Some(photos) => photos.add(channels, self.photo_bins.as_ref()),
                None => Ok(()),
            },
            (Kind::Array, Content::Planes { channels, .. }) => match &mut worker.arrays {
                Some(arrays) => arrays.add(channels, None),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn finish(
        &self,
        worker: &mut VerdictWorker,
        of: Numbered<'_>,
        reading: &Reading,
    ) -> Result<Self::Row> {
        let Ok(segmented) = &reading.segments else {
            return Ok(vec![]);
        };
        let path = key(of.source.name());
        let record = |sums: &UnitSums| Record {
            path: path.clone(),
            input: of.source.input,
            class: of.source.class.to_string(),
            sums: sums.clone(),
            levels: vec![],
            limit: None,
            hash: fnv1a(
                segmented
                    .facts
                    .as_ref()
                    .map_or(&path, |facts| &facts.pcm_hash),
            ),
        };
        let measured: Vec<(Representation, Record)> = match of.source.kind {
            Kind::Audio => {
                let lines = worker.lines.as_ref();
                let limit = lines.and_then(|lines| end_of_band(&lines.parts));
                let of_mel = worker.mel.as_ref().map(|mel| Record {
                    levels: segmented.levels.iter().map(|x| *x as f32).collect(),
                    limit,
                    ..record(&mel.sums)
                });
                let of_lines = lines.map(|lines| record(&lines.sums));
                let both = [
                    (Representation::Waveform, of_lines),
                    (Representation::LogMel, of_mel),
                ];
                let both = both.into_iter();
                both.filter_map(|(of, record)| Some((of, record?)))
                    .collect()
            }
            Kind::Photo => {
                let sums = worker.photos.as_ref().map(|photos| record(&photos.sums));
                sums.map(|sums| (Representation::Photo, sums))
                    .into_iter()
                    .collect()
            }
            Kind::Array => {
                let sums = worker.arrays.as_ref().map(|arrays| record(&arrays.sums));
                sums.map(|sums| (Representation::Array, sums))
                    .into_iter()
                    .collect()
            }
        };
        let used = |(_, record): &(Representation, Record)| record.sums.n > 0;
        Ok(measured.into_iter().filter(used).collect())
    }

    fn add(
        &self,
        worker: &mut VerdictWorker,
        of: Numbered<'_>,
        row: Self::Row,
        sums: &mut VerdictSums,
    ) -> Result<()> {
        for (representation, record) in row {
            let n_sources = self.n_sources.get(&representation).copied().unwrap_or(0);
            let part: &mut Part = sums.parts.entry(representation).or_default();
            let cells: &[f64] = match (representation, &worker.mel, &worker.arrays) {
                (Representation::LogMel, Some(mel), _) => &mel.cells,
                (Representation::Array, _, Some(arrays)) => &arrays.cells,
                _ => &[],
            };
            part.add(of.number, record, cells, n_sources)?;
        }
        Ok(())
    }
}
