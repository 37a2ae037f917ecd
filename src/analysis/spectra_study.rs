//! The study behind a report: mean spectra of every representation, a row per
//! source, and a few examples.

use super::examples::{Example, Examples, ranks};
use super::input_row::InputRow;
use super::instruments::Instruments;
use super::laws::file_law;
use super::measurement::{Measurement, Totals};
use super::outcome::{Outcome, Status};
use super::plan::RunPlan;
use super::results::{TotalsByClass, post_fit};
use super::run::{Numbered, Study, Sums};
use super::segments::{Needs, Piece, Reading};
use super::thumbnail::FirstSpectrogram;
use super::{PerRepresentation, Representation};
use crate::compare::{SpectrumSums, band_limit};
use crate::decode::{Kind, Rejected, Source};
use crate::{Problem, Result};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Mean spectra of all representations of a plan.
pub(super) struct SpectraStudy<'a> {
    plan: &'a RunPlan,
    /// Which sources come first as examples, by number of the source.
    ranks: Vec<usize>,
}

/// Rows, exact sums and examples.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SpectraSums {
    /// By the numbers of their sources, rising. A map of a million rows would be half
    /// empty, and would have to be moved.
    pub rows: Vec<(usize, InputRow)>,
    #[serde(with = "as_list")]
    pub totals: TotalsByClass,
    pub examples: Examples,
}

/// One thread's instruments.
pub(super) struct SpectraWorker {
    instruments: Instruments,
    first: Option<FirstSpectrogram>,
}

impl<'a> SpectraStudy<'a> {
    pub fn new(plan: &'a RunPlan) -> Self {
        let config = &plan.config;
        let inputs: Vec<&PathBuf> = config.inputs.iter().chain(&config.photos).collect();
        Self {
            ranks: ranks(&plan.corpus.sources, &inputs),
            plan,
        }
    }

    /// Completes the row of a measured source.
    fn describe(&self, worker: &SpectraWorker, row: &mut InputRow) {
        let measurements = || worker.instruments.measurements(row.kind);
        let n_non_finite = measurements().map(|(_, m)| m.n_non_finite).max();
        let has_segments = measurements().any(|(_, m)| m.sums.n_segments > 0);
        let kind = row.kind;
        for (representation, measurement) in worker.instruments.measurements(kind) {
            let left_out = measurement.left_out();
            if left_out != Default::default() {
                row.left_out.insert(representation, left_out);
            }
            let band_limit = self.band_limit(representation, &measurement.sums);
            if let Some((facts, limit)) = row.audio.as_mut().zip(band_limit) {
                facts.band_limit = Some(limit);
            }
            self.describe_spectrum(row, representation, &measurement.sums);
        }
        let n_non_finite = n_non_finite.unwrap_or(0);
        if !has_segments {
            let detail = match row.n_segments {
                1 => "its only segment is constant, or too large, or not finite".to_string(),
                n => format!("all {n} segments are constant, or too large, or not finite"),
            };
            row.outcome = Outcome::skipped(&Problem::Featureless { detail });
        } else {
            let outcome = row.outcome.clone();
            row.outcome = outcome.with_non_finite(n_non_finite, row.n_segments, "segments");
        }
    }

    /// Where the mean power of a clip ends, Hz.
    fn band_limit(&self, representation: Representation, sums: &SpectrumSums) -> Option<f64> {
        let axis = self.plan.axes.get(&representation)?;
        match representation {
            Representation::Waveform => band_limit(&axis.frequency, &sums.mean_power()),
            _ => None,
        }
    }

    /// Adds laws of the source's own mean spectrum to its row.
    fn describe_spectrum(
        &self,
        row: &mut InputRow,
        representation: Representation,
        sums: &SpectrumSums,
    ) {
        let axis = self.plan.axes.get(&representation);
        let Some(axis) = axis.filter(|_| sums.n_segments > 0) else {
            row.alpha.insert(representation, None);
            return;
        };
        let mean = axis.scaled_log(sums.mean_log_power());
        let post = post_fit(axis, &mean, self.plan.config.fit);
        let alpha = post.law().map(|law| law.alpha);
        row.alpha.insert(representation, alpha);
        let fit = self.plan.fits.get(&representation);
        if let Some(law) = fit.and_then(|fit| file_law(fit, &mean, sums.n_segments)) {
            row.debiased.insert(representation, law);
        }
    }

    /// What can be shown of the source that was measured last.
    fn example(&self, worker: &SpectraWorker, kind: Kind) -> Example {
        let measurements = worker.instruments.measurements(kind);
        let spectra = measurements
            .filter(|(_, measurement)| measurement.sums.n_segments > 0)
            .filter_map(|(representation, measurement)| {
                let axis = self.plan.axes.get(&representation)?;
                let mean = axis.scaled_log(measurement.sums.mean_log_power());
                Some((representation, measurement.sums.n_segments, mean))
            });
        let first = worker.first.as_ref().filter(|_| kind == Kind::Audio);
        Example {
            spectra: spectra.collect(),
            spectrogram: first.and_then(FirstSpectrogram::spectrogram),
        }
    }
}

impl Study for SpectraStudy<'_> {
    type Worker = SpectraWorker;
    type Row = InputRow;
    type Sums = SpectraSums;

    fn needs(&self) -> Needs {
        Needs::segments(self.plan.axes.keys().copied())
    }

    fn worker(&self) -> Result<SpectraWorker> {
        Ok(SpectraWorker {
            instruments: Instruments::new(self.plan)?,
            first: FirstSpectrogram::new(self.plan, &self.needs().spectrograms)?,
        })
    }

    fn sums(&self) -> SpectraSums {
        SpectraSums {
            rows: Vec::new(),
            totals: TotalsByClass::new(),
            examples: Examples::new(self.plan.config.examples),
        }
    }

    fn begin(&self, worker: &mut SpectraWorker, _: Numbered<'_>) {
        worker.instruments.clear();
        if let Some(first) = &mut worker.first {
            first.clear();
        }
    }

    fn piece(&self, worker: &mut SpectraWorker, of: Numbered<'_>, piece: &Piece<'_>) -> Result<()> {
        let Piece::Segment(segment) = piece else {
            return Ok(());
        };
        worker.instruments.measure(of.source.kind, segment)?;
        if let Some(first) = &mut worker.first {
            first.see(segment);
        }
        Ok(())
    }

    fn finish(
        &self,
        worker: &mut SpectraWorker,
        of: Numbered<'_>,
        reading: &Reading,
    ) -> Result<InputRow> {
        let mut row = InputRow::of_source(of.source);
        let segmented = match &reading.segments {
            Ok(segmented) => segmented,
            Err(problem) => {
                row.outcome = Outcome::skipped(problem);
                return Ok(row);
            }
        };
        row.n_segments = segmented.n_segments;
        row.layout = segmented.layout;
        row.audio = segmented.facts.clone();
        if let Some(problem) = segmented.too_short(self.plan) {
            row.outcome = Outcome::skipped(&problem);
            return Ok(row);
        }
        row.outcome = Outcome::of_ending(&segmented.ending);
        self.describe(worker, &mut row);
        Ok(row)
    }

    /// A source without a usable segment adds to what was left out.
    fn add(
        &self,
        worker: &mut SpectraWorker,
        of: Numbered<'_>,
        row: InputRow,
        sums: &mut SpectraSums,
    ) -> Result<()> {
        let Numbered { number, source } = of;
        if row.was_measured() {
            for (representation, measurement) in worker.instruments.measurements(source.kind) {
                add_to_class(
                    self.plan,
                    &mut sums.totals,
                    (representation, source),
                    measurement,
                )?;
            }
        }
        if row.outcome.status != Status::Skipped {
            let place = (source.kind, self.ranks[number]);
            let example = || {
                self.example(worker, source.kind)
                    .rows(source, self.plan.side)
            };
            sums.examples.offer(place, number, example)?;
        }
        // They come nearly in order: there is little to move.
        let place = sums.rows.partition_point(|(earlier, _)| *earlier < number);
        sums.rows.insert(place, (number, row));
        Ok(())
    }
}

fn add_to_class(
    plan: &RunPlan,
    totals: &mut TotalsByClass,
    (representation, source): (Representation, &Source),
    measurement: &Measurement,
) -> Result<()> {
    let Some(axis) = plan.axes.get(&representation) else {
        return Ok(());
    };
    let class = totals.entry((representation, source.class.to_string()));
    class.or_insert_with(|| Totals::new(axis)).add(measurement)
}

impl SpectraSums {
    /// Whether the sums have as many frequencies as the plan's axes.
    pub fn fits(&self, plan: &RunPlan) -> bool {
        self.totals.iter().all(|((representation, _), totals)| {
            let axis = plan.axes.get(representation);
            axis.is_some_and(|axis| axis.frequency.len() == totals.mean.n_bins())
        })
    }
}

impl Sums for SpectraSums {
    fn merge(&mut self, other: Self) -> Result<()> {
        self.rows.extend(other.rows);
        self.rows.sort_by_key(|(number, _)| *number);
        for (key, totals) in other.totals {
            match self.totals.get_mut(&key) {
                Some(sums) => sums.merge(&totals)?,
                None => {
                    self.totals.insert(key, totals);
                }
            }
        }
        self.examples.absorb(other.examples);
        Ok(())
    }
}

/// JSON has no keys of two parts.
mod as_list {
    use super::{Representation, Totals, TotalsByClass};
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(
        totals: &TotalsByClass,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            totals
                .iter()
                .map(|((of, class), totals)| (of, class, totals)),
        )
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<TotalsByClass, D::Error> {
        let list = Vec::<(Representation, String, Totals)>::deserialize(deserializer)?;
        let keyed = list
            .into_iter()
            .map(|(of, class, totals)| ((of, class), totals));
        Ok(keyed.collect())
    }
}

impl InputRow {
    /// The row of a source of which nothing is known yet.
    pub(super) fn of_source(source: &Source) -> Self {
        Self::new(source.name(), source.input, &source.class, source.kind)
    }

    /// The row of an input that never became a source.
    pub(super) fn rejected(rejected: &Rejected) -> Self {
        let Rejected {
            name,
            input,
            class,
            kind,
            problem,
        } = rejected;
        let mut row = Self::new(name, *input, class, *kind);
        row.outcome = Outcome::skipped(problem);
        row
    }

    fn new(name: &str, input: usize, class: &str, kind: Kind) -> Self {
        InputRow {
            path: name.to_string(),
            input,
            class: class.to_string(),
            kind,
            outcome: Outcome::ok(),
            n_segments: 0,
            layout: None,
            alpha: PerRepresentation::default(),
            debiased: PerRepresentation::default(),
            left_out: PerRepresentation::default(),
            audio: None,
        }
    }
}
