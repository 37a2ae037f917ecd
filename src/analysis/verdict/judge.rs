//! From sums to rows.

use super::answers::{Answer, Cap, Number, Thresholds, both};
use super::geometry::{MelPlanes, wave_bands};
use super::measure::VerdictSettings;
use super::photos::{FEWEST, OnBands, Photos};
use super::plane::{self, Levels, PlaneSet, falls};
use super::row::{Answers, BandLimit, Bands, File, Sentences, Verdict, VerdictRow};
use super::sums::{LIMIT_PARTS, MOST_RECORDS, Members, Part, UnitSums, VerdictSums};
use super::tables::UnitTable;
use super::units::Links;
use super::wave::{self, WaveBands};
use super::words::{FrontEnd, tell};
use crate::Result;
use crate::analysis::Representation;
use crate::analysis::plan::RunPlan;
use crate::planar::{VarianceBands, half_plane_weight};
use std::collections::BTreeMap;

/// Bands under which planes span fewer than three octaves.
const FEWEST_BANDS: usize = 5;
/// Fewest units with scrambled segments that structure is answered by.
const FEWEST_WITH_NULL: usize = 3;
/// Share of values at a plane's floor that is worth a word.
const MUCH_FLOOR: f64 = 0.1;
/// A file that moves the distance by this is worth a word, dB.
const MUCH_MOVED: f64 = 1.0;

/// Planes of one shape, and photographs on their bands.
struct Planes<'a> {
    representation: Representation,
    bands: &'a VarianceBands,
    photos: OnBands,
    mel: Option<&'a MelPlanes>,
}

/// Everything that rows of one plan are made by.
struct Judge<'a> {
    thresholds: Thresholds,
    sums: &'a VerdictSums,
    up_to_hz: Option<f64>,
    notes: Vec<String>,
    rows: Vec<VerdictRow>,
    tables: Vec<UnitTable>,
    links: Links,
}

/// The verdict on what was measured of a plan; `up_to_hz` where this is only the
/// part below the end of the band.
pub(crate) fn verdict_of(
    plan: &RunPlan,
    settings: &VerdictSettings,
    sums: &VerdictSums,
    photos: &Photos,
    up_to_hz: Option<f64>,
) -> Result<Verdict> {
    let mel = MelPlanes::new(plan)?;
    let waves = wave_bands(plan);
    let built_in = Photos::built_in();
    let mut judge = Judge {
        thresholds: Thresholds::default(),
        sums,
        up_to_hz,
        notes: Vec::new(),
        rows: Vec::new(),
        tables: Vec::new(),
        links: Links::default(),
    };
    if let (Some(mel), Some(part)) = (&mel, sums.parts.get(&Representation::LogMel)) {
        judge.links = Links::new(&part.records, mel.inner.len(), &judge.thresholds);
    }
    let asked = |representation| {
        let is_audio = Representation::OF_AUDIO.contains(&representation);
        !is_audio || plan.config.representations.contains(&representation)
    };
    if let (Some(waves), true) = (&waves, asked(Representation::Waveform))
        && up_to_hz.is_none()
    {
        judge.waves(waves, photos);
    }
    if let (Some(mel), true) = (&mel, asked(Representation::LogMel)) {
        judge.planes(&Planes {
            representation: Representation::LogMel,
            bands: &mel.bands,
            photos: photos.on_bands(&mel.bands),
            mel: Some(mel),
        });
    }
    let pictures = [
        (Representation::Photo, plan.side.map(|side| (side, side))),
        (Representation::Array, plan.array_shape),
    ];
    for (representation, shape) in pictures {
        let has_some = sums.parts.contains_key(&representation) && up_to_hz.is_none();
        if let (Some((rows, cols)), true) = (shape, has_some) {
            let bands = VarianceBands::new(rows, cols, 1.0)?;
            // Photos are not measured by themselves.
            let photos = match representation {
                Representation::Photo => &built_in,
                _ => photos,
            };
            judge.planes(&Planes {
                representation,
                photos: photos.on_bands(&bands),
                bands: &bands,
                mel: None,
            });
        }
    }
    judge.note_what_has_no_verdict(plan, mel.is_none());
    Ok(Verdict {
        settings: settings.clone(),
        thresholds: judge.thresholds,
        photos: photos.reference.clone(),
        files: match up_to_hz {
            None => judge.files(),
            Some(_) => BTreeMap::new(),
        },
        notes: judge.notes,
        rows: judge.rows,
        units_hash: String::new(),
        tables: judge.tables,
    })
}

/// The photographs that distances are taken to: those of the plan where there are
/// enough, else the built-in ones.
pub(crate) fn photos_of(plan: &RunPlan, sums: &VerdictSums) -> Photos {
    let own = plan.side.and_then(|side| {
        let members = sums.parts.get(&Representation::Photo)?.members(None);
        Photos::of_units(&each_a_unit(&members), members.n_files(), side)
    });
    own.unwrap_or_else(Photos::built_in)
}

/// Units of pictures: every file is one, but for those that measure the same.
fn each_a_unit(members: &Members<'_>) -> Vec<UnitSums> {
    let mut units: Vec<UnitSums> = Vec::new();
    for (_, record) in &members.records {
        if !units.contains(&record.sums) {
            units.push(record.sums.clone());
        }
    }
    units.extend(members.group_units());
    units
}

impl Judge<'_> {
    fn note_what_has_no_verdict(&mut self, plan: &RunPlan, has_no_planes: bool) {
        let audio = plan.config.representations.iter();
        let others = audio.filter(|of| {
            !matches!(of, Representation::Waveform | Representation::LogMel) && plan.audio.is_some()
        });
        let names: Vec<&str> = others.map(|of| of.name()).collect();
        for (representation, part) in &self.sums.parts {
            if part.n_dropped > 0 {
                self.notes.push(format!(
                    "{} files are not in the verdict on {representation}: their powers leave the range of numbers",
                    part.n_dropped
                ));
            }
        }
        let photos = self.sums.parts.get(&Representation::Photo);
        let n_photos = photos.map_or(0, |part| part.members(None).n_files());
        if (1..FEWEST).contains(&n_photos) {
            self.notes.push(format!(
                "distances are to the built-in photographs: {n_photos} of your own are too few to stand for photographs, {FEWEST} are needed"
            ));
        }
        if !names.is_empty() {
            self.notes.push(format!(
                "no verdict on {}: it is defined for waveforms, log-mel spectrograms, photos and arrays",
                names.join(", ")
            ));
        }
        if has_no_planes && plan.audio.is_some() {
            self.notes.push(
                "no verdict on log-mel spectrograms, and copies among clips were not looked for: a segment has fewer than two frames of these settings that lie wholly inside it, or their mel bands are empty".to_string(),
            );
        }
    }

    /// `None` for all, then each class where there are several.
    fn scopes(part: &Part) -> Vec<Option<String>> {
        let classes = part.classes();
        let several = (classes.len() > 1).then_some(classes);
        let several = several.into_iter().flatten().map(Some);
        std::iter::once(None).chain(several).collect()
    }

    /// The unit of each file among all, of representations that have a row.
    fn files(&self) -> BTreeMap<Representation, BTreeMap<File, usize>> {
        let has_row = |of: Representation| self.rows.iter().any(|row| row.representation == of);
        let parts = self.sums.parts.iter().filter(|(of, _)| has_row(**of));
        let parts = parts.map(|(&of, part)| {
            let (_, units) = self.units(of, &part.members(None));
            let units = units.into_iter().enumerate();
            let files = units.flat_map(|(unit, files)| files.into_iter().map(move |f| (f, unit)));
            (of, files.collect())
        });
        parts.collect()
    }

    /// The units of a scope's members, and INPUT and path of each file in them.
    fn units(&self, of: Representation, members: &Members<'_>) -> (Vec<UnitSums>, Vec<Vec<File>>) {
        if members.is_grouped() {
            return (members.group_units(), vec![]);
        }
        let is_audio = matches!(of, Representation::Waveform | Representation::LogMel);
        let numbers = members.records.iter().map(|(number, _)| *number);
        let roots = match is_audio {
            true => self.links.units(numbers),
            false => BTreeMap::new(),
        };
        let mut units: Vec<(Option<usize>, UnitSums, Vec<File>)> = Vec::new();
        for (number, record) in &members.records {
            let file = (record.input, record.path.clone());
            let root = roots.get(number).copied();
            let known = units.iter_mut();
            // A picture that measures the same to the bit is a copy.
            let mut known = known.filter(|(of, sums, _)| match is_audio {
                true => root.is_some() && *of == root,
                false => *sums == record.sums,
            });
            match known.next() {
                Some((_, sums, files)) => {
                    if is_audio {
                        sums.add(&record.sums);
                    }
                    files.push(file);
                }
                None => units.push((root, record.sums.clone(), vec![file])),
            }
        }
        let units = units.into_iter().map(|(_, sums, files)| (sums, files));
        units.unzip()
    }

    fn row(
        &self,
        representation: Representation,
        class: Option<&str>,
        members: &Members<'_>,
        units: &[UnitSums],
        (files, photos): (Vec<Vec<File>>, &str),
    ) -> VerdictRow {
        let paths = |files: Vec<File>| files.into_iter().map(|(_, path)| path).collect();
        VerdictRow {
            representation,
            class: class.unwrap_or("all").to_string(),
            n_files: members.n_files(),
            n_units: units.len(),
            n_segments: units.iter().map(|unit| unit.n).sum(),
            n_null_segments: units.iter().map(|unit| unit.n_null).sum(),
            units: files.into_iter().map(paths).collect(),
            answers: Answers::default(),
            sentences: Sentences::default(),
            numbers: BTreeMap::new(),
            bands: Bands::default(),
            photos: photos.to_string(),
            up_to_hz: self.up_to_hz,
            band_limit: None,
            caps: Vec::new(),
            note: None,
            nviv: None,
            sec: None,
            sweep: Vec::new(),
            answers_over_sweep: BTreeMap::new(),
        }
    }

    fn waves(&mut self, bands: &WaveBands, photos: &Photos) {
        let representation = Representation::Waveform;
        let Some(part) = self.sums.parts.get(&representation) else {
            return;
        };
        let on_photos = bands.on_photos(photos);
        for class in Self::scopes(part) {
            let members = part.members(class.as_deref());
            let (units, files) = self.units(representation, &members);
            let beside = (files, photos.reference.source.as_str());
            let mut row = self.row(representation, class.as_deref(), &members, &units, beside);
            let numbers = wave::numbers(&units, bands, &on_photos);
            let [fall, from_bottom, distance] = numbers.all;
            let t = &self.thresholds;
            row.answers = Answers {
                order: Some(t.order(&fall)),
                order_from_bottom: Some(t.order(&from_bottom)),
                photographs: Some(t.photographs(&distance, None)),
                ..Answers::default()
            };
            row.numbers = named(&wave::NAMES, &numbers.all);
            row.bands = Bands {
                lower_edges: bands.lower_edges().to_vec(),
                photo_all_db: std::iter::repeat_n(None, on_photos.0)
                    .chain(on_photos.1.iter().copied().map(Some))
                    .collect(),
                all_db: numbers.levels.clone(),
                ..Bands::default()
            };
            if units.len() < t.min_units {
                row.caps.push(Cap::TooFewUnits);
                row.answers.each(|_| Answer::Open);
            }
            row.note = note(&members, &units, &numbers.without, 2, distance);
            let front_end = FrontEnd {
                waves: Some(bands),
                ..FrontEnd::default()
            };
            tell(&mut row, t, &front_end);
            let name = row.table_name();
            let table = UnitTable::new(name, &units, &wave::NAMES, &numbers.without);
            self.tables.push(table);
            self.rows.push(row);
        }
    }

    fn planes(&mut self, planes: &Planes<'_>) {
        let Some(part) = self.sums.parts.get(&planes.representation) else {
            return;
        };
        for class in Self::scopes(part) {
            let members = part.members(class.as_deref());
            let (units, files) = self.units(planes.representation, &members);
            if units.is_empty() {
                continue;
            }
            let mut row = self.row(
                planes.representation,
                class.as_deref(),
                &members,
                &units,
                (files, &planes.photos.source),
            );
            let axes = planes.mel.map(|mel| &mel.axes);
            let set = PlaneSet::new(&units, planes.bands, axes, &planes.photos);
            let numbers = set.numbers();
            row.numbers = named(&plane::NAMES, &numbers.all);
            row.bands = bands(planes, &numbers.levels);
            self.answer(&mut row, planes, &numbers.all, &units);
            self.cap(&mut row, planes, &members, &numbers.levels, &units);
            if class.is_none()
                && let Some(beside) = beside(part, planes, &set, &units)
            {
                (row.nviv, row.sec) = (Some(beside[0]), Some(beside[1]));
            }
            row.note = note(&members, &units, &numbers.without, 1, numbers.all[1]);
            let front_end = FrontEnd {
                window: planes.mel.map(|mel| mel.window),
                has_blocks: planes.mel.is_some_and(|mel| mel.block.is_some()),
                is_picture: planes.mel.is_none(),
                ..FrontEnd::default()
            };
            tell(&mut row, &self.thresholds, &front_end);
            let name = row.table_name();
            let table = UnitTable::new(name, &units, &plane::NAMES, &numbers.without);
            self.tables.push(table);
            self.rows.push(row);
        }
    }

    fn answer(
        &self,
        row: &mut VerdictRow,
        planes: &Planes<'_>,
        numbers: &[Number; 11],
        units: &[UnitSums],
    ) {
        let t = &self.thresholds;
        let own_share = numbers[4].or_nan();
        let along_time = t.along(&numbers[7]);
        let along_frequency = match own_share < t.own_no {
            // All bands change together.
            true => Answer::No,
            false => t.along(&numbers[10]),
        };
        let is_sound = planes.mel.is_some();
        row.answers = Answers {
            order: Some(t.order(&numbers[0])),
            photographs: Some(t.photographs(&numbers[1], Some(own_share))),
            structure: is_sound.then(|| both(along_time, along_frequency)),
            along_time: is_sound.then_some(along_time),
            along_frequency: is_sound.then_some(along_frequency),
            order_from_bottom: None,
        };
        let with_null = units.iter().filter(|unit| unit.n_null > 0).count();
        // Too few units are told as such.
        let is_lacking = with_null < FEWEST_WITH_NULL && units.len() >= t.min_units;
        if is_sound && (is_lacking || with_null == 0) {
            row.caps.push(Cap::NoNull);
            let open = Some(Answer::Open);
            (row.answers.structure, row.answers.along_time) = (open, open);
            row.answers.along_frequency = open;
        }
    }

    fn cap(
        &self,
        row: &mut VerdictRow,
        planes: &Planes<'_>,
        members: &Members<'_>,
        levels: &Levels,
        units: &[UnitSums],
    ) {
        let t = &self.thresholds;
        if units.len() < t.min_units {
            row.caps.push(Cap::TooFewUnits);
            row.answers.each(|_| Answer::Open);
        }
        if planes.bands.n_bands() < FEWEST_BANDS {
            row.caps.push(Cap::TooFewBands);
            row.answers.each(|_| Answer::Open);
        }
        if planes.mel.is_some_and(|mel| mel.window > t.window_seconds) {
            row.caps.push(Cap::WindowTooLong);
            let open = Some(Answer::Open);
            (row.answers.structure, row.answers.along_time) = (open, open);
        }
        row.band_limit = match planes.mel {
            Some(mel) => self.end_of_sound(mel, members),
            None => end_of_pictures(t, levels, planes.bands, units.len()),
        };
        if row.band_limit.is_some() {
            row.caps.push(Cap::BandLimited);
            row.answers.each(|answer| match answer {
                Answer::Yes => Answer::Open,
                other => other,
            });
        }
        row.caps.sort();
    }

    /// Files in which too many mel bands hold no sound, where they are too many.
    fn end_of_sound(&self, mel: &MelPlanes, members: &Members<'_>) -> Option<BandLimit> {
        let t = &self.thresholds;
        let centres = &mel.points[1..mel.points.len() - 1];
        let hz = |part: usize| part as f64 / LIMIT_PARTS as f64 * f64::from(mel.sample_rate) / 2.0;
        let ends_low = |part: &usize| {
            let above = centres.iter().filter(|centre| **centre > hz(*part));
            above.count() as f64 / centres.len() as f64 > t.limit_bands
        };
        let low: Vec<usize> = members
            .limits()
            .into_iter()
            .filter(|(part, _)| ends_low(part))
            .flat_map(|(part, n)| std::iter::repeat_n(part, n as usize))
            .collect();
        let n = low.len();
        (n as f64 > t.limit_files * members.n_files() as f64).then(|| BandLimit {
            files: n,
            hz: Some((hz(low[(n - 1) / 2]) + hz(low[n / 2])) / 2.0),
            cycles_per_sample: None,
        })
    }
}

/// Pictures that fall off a cliff in their last octave are enlarged ones.
fn end_of_pictures(
    t: &Thresholds,
    levels: &Levels,
    bands: &VarianceBands,
    n_units: usize,
) -> Option<BandLimit> {
    let falls = falls(&levels.all);
    if falls.len() <= 5 {
        return None;
    }
    let (others, last) = falls.split_at(falls.len() - 3);
    let mut others = others.to_vec();
    others.sort_by(f64::total_cmp);
    let middle = (others[(others.len() - 1) / 2] + others[others.len() / 2]) / 2.0;
    let largest = last.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
    (largest - middle >= t.limit_excess_db).then(|| BandLimit {
        files: n_units,
        hz: None,
        cycles_per_sample: bands.lower_edges().last().copied(),
    })
}

fn named(names: &[&str], numbers: &[Number]) -> BTreeMap<String, Number> {
    let names = names.iter().map(|name| name.to_string());
    names.zip(numbers.iter().copied()).collect()
}

fn bands(planes: &Planes<'_>, levels: &Levels) -> Bands {
    let some = |list: &[f64]| list.iter().copied().map(Some).collect();
    Bands {
        lower_edges: planes.bands.lower_edges(),
        all_db: levels.all.clone(),
        interior_db: levels.interior.clone(),
        photo_all_db: some(&planes.photos.all),
        photo_interior_db: some(&planes.photos.interior),
    }
}

/// nVIV and SEC of the variance spectrum (arXiv 2606.03578), over cells up to two
/// cycles per window, so that hops compare; of all files together.
fn beside(
    part: &Part,
    planes: &Planes<'_>,
    set: &PlaneSet<'_>,
    units: &[UnitSums],
) -> Option<[f64; 2]> {
    let (n_bands, n_frames) = planes.bands.shape();
    let n: u64 = units.iter().map(|unit| unit.n).sum();
    let mut power: Vec<f64> = part.cells.values().map(|sum| sum / n as f64).collect();
    if power.len() != (n_bands / 2 + 1) * n_frames || n < 2 {
        return None;
    }
    if planes.mel.is_some() {
        let of_mean = set.power_of_mean();
        for (k_f, mean) in of_mean.iter().enumerate() {
            let column = &mut power[k_f * n_frames];
            *column = ((*column - mean) * n as f64 / (n - 1) as f64).max(0.0);
        }
    }
    let s = planes.mel.map_or(1.0, |mel| mel.oversampling);
    let mut cells = Vec::new();
    for (cell, power) in power.into_iter().enumerate() {
        let (k_f, k_t) = (cell / n_frames, cell % n_frames);
        let u = 2.0 * k_f as f64 / n_bands as f64;
        let v = 2.0 * s * k_t.min(n_frames - k_t) as f64 / n_frames as f64;
        let cells_here = half_plane_weight(n_bands, k_f);
        if v <= 1.0 + 1e-9 && u + v > 0.0 {
            cells.push((cells_here, power, (u + v) / 2.0 > 0.5));
        }
    }
    let n_cells: f64 = cells.iter().map(|(n, _, _)| n).sum();
    let total: f64 = cells.iter().map(|(n, power, _)| n * power).sum();
    let far = cells.iter().filter(|(_, _, is_far)| *is_far);
    let far: f64 = far.map(|(n, power, _)| n * power).sum();
    let roots = cells
        .iter()
        .map(|(n, power, _)| n * (power * n_cells / total).sqrt());
    Some([roots.sum::<f64>() / n_cells, far / total])
}

/// What a reader should know about the files of a row.
fn note<const N: usize>(
    members: &Members<'_>,
    units: &[UnitSums],
    without: &[[f64; N]],
    distance_at: usize,
    distance: Number,
) -> Option<String> {
    let mut notes = Vec::new();
    if members.is_grouped() {
        notes.push(format!(
            "more than {MOST_RECORDS} files: intervals are over {} groups of them; files of equal samples are in one group, and no other copies were looked for",
            units.len()
        ));
    }
    let copies = members.records.len().saturating_sub(units.len());
    if copies > 0 {
        notes.push(match copies {
            1 => "1 file is a copy or a cut of another".to_string(),
            n => format!("{n} files are copies or cuts of others"),
        });
    }
    let n: u64 = units.iter().map(|unit| unit.n).sum();
    let floor = units.iter().map(|unit| unit.floor).sum::<f64>() / n.max(1) as f64;
    if floor > MUCH_FLOOR {
        notes.push(format!("{:.0} % of values are at the floor", 100.0 * floor));
    }
    let value = distance.or_nan();
    let moved = without
        .iter()
        .map(|numbers| (numbers[distance_at] - value).abs());
    let moved = moved.fold(0.0, f64::max);
    if moved > MUCH_MOVED {
        let what = if members.is_grouped() {
            "group"
        } else {
            "file"
        };
        notes.push(format!(
            "one {what} moves the distance to photographs by {moved:.1} dB"
        ));
    }
    (!notes.is_empty()).then(|| notes.join("; "))
}
