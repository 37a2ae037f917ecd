//! The exponents of every file and of its nulls, and the data set's profiles.

use super::nulls::{Drawer, NullModel};
use super::parts::{DYNAMIC, PartsInstrument};
use super::profile::{ProfileSums, Profiles, of_class};
use super::study::EvidenceSettings;
use crate::Result;
use crate::analysis::Representation;
use crate::analysis::instruments::Instruments;
use crate::analysis::laws::file_law;
use crate::analysis::plan::{RunPlan, Segmentation};
use crate::analysis::run::{Numbered, Study, Sums};
use crate::analysis::segments::{Content, Needs, Piece, Reading, SegmentStatus};
use crate::analysis::spectrograms::Spectrograms;
use crate::decode::Kind;
use crate::synth::{derived_seed, permutation};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The exponents of one file, or of a null of it, in one representation.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Exponents {
    pub n_segments: u64,
    pub plain: Option<f64>,
    pub dynamic: Option<f64>,
    pub centred: Option<f64>,
}

/// What was found in one file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FileEvidence {
    pub class: String,
    pub data: BTreeMap<Representation, Exponents>,
    pub nulls: BTreeMap<NullModel, BTreeMap<Representation, Exponents>>,
}

/// Profiles, and the evidence of files by number of the source.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct NullSums {
    #[serde(with = "as_list")]
    pub(super) profiles: Profiles,
    pub(super) files: BTreeMap<usize, FileEvidence>,
}

impl Sums for NullSums {
    fn merge(&mut self, other: Self) -> Result<()> {
        for (key, sums) in other.profiles {
            self.profiles.entry(key).or_default().merge(&sums);
        }
        self.files.extend(other.files);
        Ok(())
    }
}

/// JSON has no keys of three parts.
mod as_list {
    use super::{ProfileSums, Profiles};
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(sums: &Profiles, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(sums)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Profiles, D::Error> {
        let list = Vec::<(_, ProfileSums)>::deserialize(deserializer)?;
        Ok(list.into_iter().collect())
    }
}

/// Null models of every segment.
pub(crate) struct NullStudy<'a> {
    plan: &'a RunPlan,
    audio: Segmentation,
    settings: &'a EvidenceSettings,
    nulls: Vec<NullModel>,
    /// What planes are centred by, in the second pass.
    profiles: Option<Profiles>,
    /// Whether exponents are measured, not profiles alone.
    has_exponents: bool,
}

/// Whether the exponents of some representations wait for a profile, which takes
/// a pass of its own.
pub(crate) fn has_profile(representations: &[Representation]) -> bool {
    representations.iter().any(|r| DYNAMIC.contains(r))
}

impl<'a> NullStudy<'a> {
    /// The study of the pass that finds profiles. Exponents are measured in it
    /// where there is no other: in a share, or without profiles. `None` without
    /// clips.
    pub fn first_pass(
        plan: &'a RunPlan,
        settings: &'a EvidenceSettings,
        is_share: bool,
    ) -> Option<Self> {
        Some(Self {
            plan,
            audio: plan.audio?,
            settings,
            nulls: match settings.n_draws {
                0 => vec![],
                _ => NullModel::ALL.to_vec(),
            },
            profiles: None,
            has_exponents: is_share || !has_profile(&plan.config.representations),
        })
    }

    /// The study of the pass that centres planes by known profiles.
    pub fn second_pass(
        plan: &'a RunPlan,
        settings: &'a EvidenceSettings,
        profiles: Profiles,
    ) -> Option<Self> {
        Some(Self {
            profiles: Some(profiles),
            has_exponents: true,
            ..Self::first_pass(plan, settings, false)?
        })
    }

    fn representations(&self) -> impl Iterator<Item = Representation> + '_ {
        self.plan.of_kind(Kind::Audio)
    }

    /// Representations whose profiles are summed up.
    fn profiled(&self) -> impl Iterator<Item = Representation> + '_ {
        let wanted = self.profiles.is_none();
        self.representations()
            .filter(move |r| wanted && DYNAMIC.contains(r))
    }

    /// What nulls are drawn.
    fn drawn(&self) -> impl Iterator<Item = NullModel> + '_ {
        // Shuffled frames have the means of the data.
        let drawn = |null: &NullModel| self.has_exponents || *null != NullModel::Shuffled;
        self.nulls.iter().copied().filter(drawn)
    }
}

/// One thread's plans and buffers.
pub(crate) struct NullWorker {
    drawer: Drawer,
    data: Scope,
    nulls: BTreeMap<NullModel, (Scope, Option<Spectrograms>)>,
    profiles: BTreeMap<(Option<NullModel>, Representation), ProfileSums>,
    /// Usable segments of the source that were seen.
    index: u64,
}

impl Study for NullStudy<'_> {
    type Worker = NullWorker;
    type Row = Option<FileEvidence>;
    type Sums = NullSums;

    fn needs(&self) -> Needs {
        Needs::segments(self.representations())
    }

    fn worker(&self) -> Result<NullWorker> {
        let looked_at: Vec<Representation> = match self.has_exponents {
            true => self.representations().collect(),
            false => self.profiled().collect(),
        };
        let null = |null| {
            let profile_of = Some(null).filter(|null| *null != NullModel::Shuffled);
            let kinds = looked_at.iter().filter_map(|r| r.spectrogram());
            let spectrograms = Spectrograms::new(&self.plan.config, self.audio, kinds)?;
            Ok((null, (Scope::new(self, profile_of)?, spectrograms)))
        };
        Ok(NullWorker {
            drawer: Drawer::new(self.audio.segment_length),
            data: Scope::new(self, None)?,
            nulls: self.drawn().map(null).collect::<Result<_>>()?,
            profiles: BTreeMap::new(),
            index: 0,
        })
    }

    fn sums(&self) -> NullSums {
        NullSums::default()
    }

    fn begin(&self, worker: &mut NullWorker, _: Numbered<'_>) {
        worker.data.clear();
        worker
            .nulls
            .values_mut()
            .for_each(|(scope, _)| scope.clear());
        worker.profiles.clear();
        worker.index = 0;
    }

    fn piece(&self, worker: &mut NullWorker, of: Numbered<'_>, piece: &Piece<'_>) -> Result<()> {
        match piece {
            Piece::Segment(segment) if segment.status == SegmentStatus::Usable => {
                match segment.content {
                    Content::Sound {
                        samples,
                        spectrograms,
                    } => self.segment(worker, of.number, samples, spectrograms),
                    Content::Planes { .. } => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn finish(
        &self,
        worker: &mut NullWorker,
        of: Numbered<'_>,
        reading: &Reading,
    ) -> Result<Option<FileEvidence>> {
        let is_clip = of.source.kind == Kind::Audio && reading.segments.is_ok();
        Ok((is_clip && worker.index > 0).then(|| {
            let nulls = worker.nulls.iter();
            FileEvidence {
                class: of.source.class.to_string(),
                data: worker.data.exponents(self.plan),
                nulls: nulls
                    .map(|(null, (scope, _))| (*null, scope.exponents(self.plan)))
                    .collect(),
            }
        }))
    }

    fn add(
        &self,
        worker: &mut NullWorker,
        of: Numbered<'_>,
        file: Option<FileEvidence>,
        sums: &mut NullSums,
    ) -> Result<()> {
        let Some(file) = file else {
            return Ok(());
        };
        for ((null, representation), profile) in std::mem::take(&mut worker.profiles) {
            let key = (null, representation, file.class.clone());
            sums.profiles.entry(key).or_default().merge(&profile);
        }
        if self.has_exponents {
            sums.files.insert(of.number, file);
        }
        Ok(())
    }
}

impl NullStudy<'_> {
    /// Looks at a segment, and at each of its nulls.
    fn segment(
        &self,
        worker: &mut NullWorker,
        number: usize,
        samples: &[f32],
        spectrograms: Option<&Spectrograms>,
    ) -> Result<()> {
        let NullWorker {
            drawer,
            data,
            nulls,
            profiles,
            index,
        } = worker;
        let of_segment = derived_seed(derived_seed(self.settings.seed, number as u64), *index);
        *index += 1;
        self.add_profiles(profiles, None, spectrograms);
        if self.has_exponents {
            data.measure(samples, spectrograms)?;
        }
        for (&null, (scope, planes)) in nulls {
            let of_null = derived_seed(of_segment, null.number());
            drawer.load(null, samples)?;
            let n_draws = match self.has_exponents {
                true => self.settings.n_draws,
                false => self.settings.n_draws.min(1),
            };
            for draw in 0..n_draws {
                let seed = derived_seed(of_null, draw as u64);
                if null == NullModel::Shuffled {
                    scope.measure_shuffled(planes.as_mut().zip(spectrograms), seed, self)?;
                    continue;
                }
                let samples = drawer.draw(null, seed)?;
                if let Some(planes) = planes {
                    planes.process(samples);
                }
                // The first draw stands for all.
                if draw == 0 {
                    self.add_profiles(profiles, Some(null), planes.as_ref());
                }
                if self.has_exponents {
                    scope.measure(samples, planes.as_ref())?;
                }
            }
        }
        Ok(())
    }

    fn add_profiles(
        &self,
        sums: &mut BTreeMap<(Option<NullModel>, Representation), ProfileSums>,
        null: Option<NullModel>,
        spectrograms: Option<&Spectrograms>,
    ) {
        for representation in self.profiled() {
            let kind = representation.spectrogram().zip(spectrograms);
            if let Some(values) = kind.and_then(|(kind, planes)| planes.usable(kind)) {
                let n_frames = self.plan.config.stft.n_frames(self.audio.segment_length);
                let sums = sums.entry((null, representation)).or_default();
                sums.add(values, values.len() / n_frames);
            }
        }
    }
}

/// The instruments that look at the data, or at one null.
struct Scope {
    instruments: Instruments,
    parts: Vec<PartsInstrument>,
}

impl Scope {
    fn new(study: &NullStudy<'_>, null: Option<NullModel>) -> Result<Self> {
        let mut parts = Vec::new();
        for representation in study.representations().filter(|_| study.has_exponents) {
            let profiles = study.profiles.as_ref();
            let profile = profiles
                .and_then(|profiles| of_class(profiles, null, representation, None).profile());
            let profile = profile.as_deref();
            parts.extend(PartsInstrument::new(study.plan, representation, profile)?);
        }
        Ok(Self {
            instruments: Instruments::new(study.plan)?,
            parts,
        })
    }

    fn clear(&mut self) {
        self.instruments.clear();
        self.parts.iter_mut().for_each(PartsInstrument::clear);
    }

    fn measure(&mut self, samples: &[f32], spectrograms: Option<&Spectrograms>) -> Result<()> {
        let status = SegmentStatus::Usable;
        self.instruments
            .measure_sound(samples, status, spectrograms)?;
        self.measure_parts()
    }

    /// Measures the frames of the data in random order; the planes are where they
    /// go, and where they come from.
    fn measure_shuffled(
        &mut self,
        planes: Option<(&mut Spectrograms, &Spectrograms)>,
        seed: u64,
        study: &NullStudy<'_>,
    ) -> Result<()> {
        if let Some((to, from)) = planes {
            let n_frames = study.plan.config.stft.n_frames(study.audio.segment_length);
            to.copy_reordered(from, &permutation(n_frames, seed));
            self.instruments.measure_planes(to)?;
        }
        self.measure_parts()
    }

    fn measure_parts(&mut self) -> Result<()> {
        for parts in &mut self.parts {
            // What the analysis leaves out is left out here too.
            if let Some(rings) = self.instruments.rings(parts.representation) {
                parts.measure(rings)?;
            }
        }
        Ok(())
    }

    fn exponents(&self, plan: &RunPlan) -> BTreeMap<Representation, Exponents> {
        let mut all = BTreeMap::new();
        for (representation, measurement) in self.instruments.measurements(Kind::Audio) {
            let n_segments = measurement.sums.n_segments;
            let axis = plan.axes.get(&representation);
            let Some(axis) = axis.filter(|_| n_segments > 0) else {
                continue;
            };
            let mean = axis.scaled_log(measurement.sums.mean_log_power());
            let fit = plan.fits.get(&representation);
            let law = fit.and_then(|fit| file_law(fit, &mean, n_segments));
            let mut parts = self.parts.iter();
            let parts = parts.find(|parts| parts.representation == representation);
            let [dynamic, centred] = parts.map(PartsInstrument::exponents).unwrap_or_default();
            let exponents = Exponents {
                n_segments,
                plain: law.map(|law| law.alpha),
                dynamic,
                centred,
            };
            all.insert(representation, exponents);
        }
        all
    }
}
