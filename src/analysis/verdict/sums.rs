//! What is kept of each source, or of groups of them where there are many.

use crate::Result;
use crate::analysis::Representation;
use crate::analysis::run::Sums;
use crate::compare::ExactSums;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most sources of a kind that each have a record of their own.
pub(super) const MOST_RECORDS: usize = 512;
/// Groups that more are put into, by their hash.
const GROUPS_OF_ALL: u64 = 256;
const GROUPS_OF_CLASS: u64 = 16;
/// Equal parts of the band, from 0 to Nyquist, that its end is told in.
pub(super) const LIMIT_PARTS: usize = 64;

/// Sums over the segments of one unit: a file, files that are copies or cuts of one
/// another, or a group of files.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct UnitSums {
    pub n: u64,
    /// Segments that were scrambled.
    pub n_null: u64,
    /// Sum over segments of the share of cells at the plane's lowest value.
    pub floor: f64,
    pub profile: Vec<f64>,
    pub column: Vec<f64>,
    pub rest: Vec<f64>,
    pub interior: Vec<f64>,
    pub total: f64,
    pub own: f64,
    /// Along time and frequency: of the sound, and of the scrambled sound.
    pub axes: [Vec<f64>; 4],
    /// Of photos: power in the bins of the reference, all cells and interior.
    pub bins: [Vec<f64>; 2],
}

impl UnitSums {
    /// All lists one after another.
    fn flat(&self) -> Vec<f64> {
        let [time, frequency, time_null, frequency_null] = &self.axes;
        let [all, interior] = &self.bins;
        let single = [self.floor, self.total, self.own];
        [
            &single[..],
            &self.profile,
            &self.column,
            &self.rest,
            &self.interior,
            time,
            frequency,
            time_null,
            frequency_null,
            all,
            interior,
        ]
        .concat()
    }

    /// Fills the lists of this unit, whose lengths are known, from [`Self::flat`].
    fn unflatten(mut self, flat: impl Iterator<Item = f64>) -> Self {
        let mut flat = flat;
        let mut next = || flat.next().unwrap_or(f64::NAN);
        (self.floor, self.total, self.own) = (next(), next(), next());
        let lists = [
            &mut self.profile,
            &mut self.column,
            &mut self.rest,
            &mut self.interior,
        ];
        let lists = lists.into_iter().chain(&mut self.axes);
        for list in lists.chain(&mut self.bins) {
            list.iter_mut().for_each(|value| *value = next());
        }
        self
    }

    /// Adds another unit's; an empty list takes over the other's.
    pub fn add(&mut self, other: &UnitSums) {
        let (n, n_null) = (self.n + other.n, self.n_null + other.n_null);
        if self.n == 0 {
            *self = other.clone();
        } else {
            let sums = self.flat().into_iter().zip(other.flat());
            let sums: Vec<f64> = sums.map(|(a, b)| a + b).collect();
            *self = std::mem::take(self).unflatten(sums.into_iter());
        }
        (self.n, self.n_null) = (n, n_null);
    }

    fn is_finite(&self) -> bool {
        self.flat().iter().all(|value| value.is_finite())
    }
}

/// What is kept of one source in one representation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub path: String,
    pub input: usize,
    pub class: String,
    pub sums: UnitSums,
    /// Mean squares of blocks of 20 ms, of clips.
    pub levels: Vec<f32>,
    /// The part of [`LIMIT_PARTS`] from which on a clip is empty.
    pub limit: Option<usize>,
    /// Hash of the decoded samples of a clip, or of its path where there is none:
    /// where files are put into groups, copies fall into one.
    pub hash: u64,
}

/// Files of a group, put together.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Group {
    n_files: u64,
    n: u64,
    n_null: u64,
    sums: ExactSums,
    /// An empty unit with the lengths of all lists.
    shape: UnitSums,
    limits: BTreeMap<usize, u64>,
}

impl Group {
    fn add(&mut self, record: &Record) -> Result<()> {
        self.n_files += 1;
        self.n += record.sums.n;
        self.n_null += record.sums.n_null;
        self.sums.add(&record.sums.flat())?;
        if self.n_files == 1 {
            self.shape = record.sums.clone().unflatten(std::iter::repeat(0.0));
            (self.shape.n, self.shape.n_null) = (0, 0);
        }
        if let Some(limit) = record.limit {
            *self.limits.entry(limit).or_default() += 1;
        }
        Ok(())
    }

    fn merge(&mut self, other: Group) -> Result<()> {
        if self.n_files == 0 {
            self.shape = other.shape;
        }
        self.n_files += other.n_files;
        self.n += other.n;
        self.n_null += other.n_null;
        for (limit, n) in other.limits {
            *self.limits.entry(limit).or_default() += n;
        }
        self.sums.merge(&other.sums)
    }
}

/// All sources of one representation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Part {
    /// By number of the source, where there are few.
    pub records: BTreeMap<usize, Record>,
    all: BTreeMap<u64, Group>,
    classes: BTreeMap<String, BTreeMap<u64, Group>>,
    /// Sums of P per cell of the half plane over all segments.
    pub cells: ExactSums,
    /// Sources whose sums leave the range of numbers.
    pub n_dropped: u64,
}

impl Part {
    /// Adds a source, which is one of `n_sources` of its kind.
    pub fn add(
        &mut self,
        number: usize,
        record: Record,
        cells: &[f64],
        n_sources: usize,
    ) -> Result<()> {
        if !record.sums.is_finite() {
            self.n_dropped += 1;
            return Ok(());
        }
        self.cells.add(cells)?;
        if n_sources <= MOST_RECORDS {
            self.records.insert(number, record);
            return Ok(());
        }
        let hash = record.hash;
        let of_all = self.all.entry(hash % GROUPS_OF_ALL).or_default();
        of_all.add(&record)?;
        let class = self.classes.entry(record.class.clone()).or_default();
        let of_class = class.entry(hash % GROUPS_OF_CLASS).or_default();
        of_class.add(&record)
    }

    /// The classes that some source has.
    pub fn classes(&self) -> BTreeSet<String> {
        let of_records = self.records.values().map(|record| &record.class);
        of_records.chain(self.classes.keys()).cloned().collect()
    }

    /// The members of a class, or of all.
    pub fn members(&self, class: Option<&str>) -> Members<'_> {
        let records = self
            .records
            .iter()
            .map(|(number, record)| (*number, record));
        let records = records.filter(|(_, of)| class.is_none_or(|class| of.class == class));
        let groups = match class {
            None => Some(&self.all),
            Some(class) => self.classes.get(class),
        };
        Members {
            records: records.collect(),
            groups: groups.into_iter().flat_map(BTreeMap::values).collect(),
        }
    }
}

/// The records of a class or of all, or the groups that stand for them.
pub(super) struct Members<'a> {
    /// With their numbers.
    pub records: Vec<(usize, &'a Record)>,
    groups: Vec<&'a Group>,
}

impl Members<'_> {
    pub fn n_files(&self) -> usize {
        let in_groups: u64 = self.groups.iter().map(|group| group.n_files).sum();
        self.records.len() + in_groups as usize
    }

    pub fn is_grouped(&self) -> bool {
        !self.groups.is_empty()
    }

    /// The units of groups, each taken for one.
    pub fn group_units(&self) -> Vec<UnitSums> {
        let unit = |group: &&Group| {
            let shape = UnitSums {
                n: group.n,
                n_null: group.n_null,
                ..group.shape.clone()
            };
            shape.unflatten(group.sums.values())
        };
        self.groups.iter().map(unit).collect()
    }

    /// Where files end, by part of the band, with their numbers.
    pub fn limits(&self) -> BTreeMap<usize, u64> {
        let mut limits = BTreeMap::new();
        let single = self.records.iter().filter_map(|(_, record)| record.limit);
        let of_groups = self.groups.iter().flat_map(|group| &group.limits);
        let all = single.map(|limit| (limit, 1));
        for (limit, n) in all.chain(of_groups.map(|(limit, n)| (*limit, *n))) {
            *limits.entry(limit).or_default() += n;
        }
        limits
    }
}

/// What the study keeps of all sources.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct VerdictSums {
    pub(super) parts: BTreeMap<Representation, Part>,
}

impl Sums for VerdictSums {
    fn merge(&mut self, other: Self) -> Result<()> {
        for (representation, part) in other.parts {
            let sums = self.parts.entry(representation).or_default();
            sums.records.extend(part.records);
            for (key, group) in part.all {
                sums.all.entry(key).or_default().merge(group)?;
            }
            for (class, groups) in part.classes {
                let of_class = sums.classes.entry(class).or_default();
                for (key, group) in groups {
                    of_class.entry(key).or_default().merge(group)?;
                }
            }
            sums.cells.merge(&part.cells)?;
            sums.n_dropped += part.n_dropped;
        }
        Ok(())
    }
}
