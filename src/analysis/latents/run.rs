use super::notes::notes;
use super::order::channel_order;
use super::read::{FirstLook, Found, add_items, find, first_look, problem_of};
use super::settings::LatentSettings;
use super::spectra::{BLOCK, ChannelMean, Job, Spectra, spectra};
use super::statistics::{channel_rows, covariance, pooled};
use super::study::{ChannelRow, LatentFile, LatentReport};
use crate::analysis::{AnalysisConfig, Progress, Status};
use crate::decode::{Layout, Rejected, Source};
use crate::{Error, Problem, Result};
use rayon::prelude::*;

/// Channels whose own spectra a report holds.
const MOST_CHANNEL_SPECTRA: usize = 64;

/// Looks at arrays as latents of an autoencoder: scale and covariance of their
/// channels, and spectra along space or time and along channels.
///
/// Inputs are `.npy` and `.npz` files, and folders, which are searched for them;
/// of `config`, inputs, classes, limit, layout, radius and fit range count.
/// Statistics per channel take every position of every file with the number of
/// channels of the first; spectra take the items whose planes have the shape
/// that most items have. Each file is read twice, a few at a time; the result is
/// the same to the bit for any number of threads.
///
/// ```
/// use cepstrum::analysis::{AnalysisConfig, LatentSettings, Silent, latents};
/// use cepstrum::synth::gauss;
/// use ndarray::Array3;
/// let folder = std::env::temp_dir().join(format!("latents-{}", std::process::id()));
/// std::fs::create_dir_all(&folder)?;
/// // Eight independent channels of standard deviation 5.
/// let values = gauss(1, 8 * 64 * 64).iter().map(|x| 5.0 * x).collect();
/// let latent = Array3::from_shape_vec((8, 64, 64), values)?;
/// ndarray_npy::write_npy(folder.join("latent.npy"), &latent)?;
/// let config = AnalysisConfig { inputs: vec![folder], ..AnalysisConfig::default() };
/// let report = latents(&config, &LatentSettings::default(), &Silent)?;
/// assert!((report.pooled.scale_factor - 0.2).abs() < 0.002);
/// assert!(report.covariance.unwrap().effective_rank > 7.9);
/// # std::fs::remove_dir_all(&config.inputs[0])?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] for a setting out of range, and
/// [`Error::NothingUsable`] where no array could be used, or all values are
/// equal. A single bad file is a row with a reason.
pub fn latents(
    config: &AnalysisConfig,
    settings: &LatentSettings,
    progress: &dyn Progress,
) -> Result<LatentReport> {
    config.check()?;
    settings.check()?;
    let found = find(config)?;
    progress.start(2 * found.sources.len());
    let mut first = first_pass(config, &found.sources, progress)?;
    let Some(total) = first.total.take() else {
        return Err(nothing_usable(config, &found, &first.rows, None));
    };
    let moments = &total.moments;
    let Some(pooled) = pooled(moments) else {
        let all = moments.min[0];
        return Err(nothing_usable(config, &found, &first.rows, Some(all)));
    };
    let covariance = covariance(moments, &pooled);
    let channel_order = match &covariance {
        Some(_) => channel_order(
            &moments.covariance(),
            settings.n_permutations,
            settings.seed,
        )?,
        None => None,
    };
    let mut channels = channel_rows(moments);
    let independent = covariance.as_ref().map_or(1.0, |c| c.participation_ratio);
    let job = Job::new(config, channels.len(), most_common(&total), independent)?;
    let used: Vec<usize> = (0..first.rows.len())
        .filter(|&i| first.rows[i].status == Status::Ok)
        .collect();
    let sources: Vec<&Source> = used.iter().map(|&i| &found.sources[i]).collect();
    let Spectra {
        mut spectra,
        channels: means,
        files,
    } = spectra(&job, &sources, progress)?;
    for (&row, (n_spectra, alpha)) in used.iter().zip(files) {
        finish_row(&mut first.rows[row], n_spectra, alpha, job.shape);
    }
    add_spectra(&mut channels, means);
    let mut report = LatentReport {
        schema_version: 1,
        crate_version: env!("CARGO_PKG_VERSION").to_string(),
        config: config.clone(),
        settings: settings.clone(),
        inputs: in_order(first.rows, &found.rejected),
        ignored: found.ignored,
        layouts: first.layouts,
        n_items: total.n_items(),
        n_positions: moments.count,
        pooled,
        channels,
        covariance,
        along: spectra.split_off(1),
        spectrum: spectra.remove(0),
        channel_order,
        notes: vec![],
    };
    report.notes = notes(&report, found.n_beyond_limit, MOST_CHANNEL_SPECTRA);
    Ok(report)
}

fn add_spectra(channels: &mut [ChannelRow], means: Vec<Option<ChannelMean>>) {
    for (row, mean) in channels.iter_mut().zip(means) {
        let Some(mean) = mean else {
            continue;
        };
        row.alpha = mean.alpha;
        if row.channel < MOST_CHANNEL_SPECTRA {
            row.mean_log_power = mean.log_power;
        }
    }
}

/// What the first pass adds up to.
struct First {
    rows: Vec<LatentFile>,
    total: Option<FirstLook>,
    layouts: Vec<Layout>,
}

fn first_pass(
    config: &AnalysisConfig,
    sources: &[Source],
    progress: &dyn Progress,
) -> Result<First> {
    let mut first = First {
        rows: Vec::with_capacity(sources.len()),
        total: None,
        layouts: Vec::new(),
    };
    for block in sources.chunks(BLOCK) {
        let looks: Vec<Result<FirstLook>> = block
            .par_iter()
            .map(|source| {
                let look = first_look(source, config.layout);
                progress.advance();
                look
            })
            .collect();
        for (source, look) in block.iter().zip(looks) {
            let look = problem_of(look)?;
            let row = first.add(source, look);
            first.rows.push(row);
        }
    }
    Ok(first)
}

impl First {
    /// Adds a file to the sums, or says why not.
    fn add(&mut self, source: &Source, look: Result<FirstLook, Problem>) -> LatentFile {
        let mut row = LatentFile {
            path: source.name().to_string(),
            input: source.input,
            status: Status::Ok,
            reason: None,
            reason_class: None,
            layout: None,
            shape: None,
            n_items: 0,
            n_spectra: 0,
            alpha: None,
        };
        let look = match look {
            Ok(look) => look,
            Err(problem) => {
                refuse(&mut row, problem.to_string(), problem.class());
                return row;
            }
        };
        (row.layout, row.shape) = (look.layouts.first().copied(), Some(look.shape));
        let expected = self.total.as_ref().map_or(look.shape[0], |t| t.shape[0]);
        if look.shape[0] != expected {
            let found = look.shape[0];
            let reason = format!("{found} channels, but the first array has {expected}");
            refuse(&mut row, reason, "other-channels");
            return row;
        }
        row.n_items = look.n_items();
        for &layout in &look.layouts {
            if !self.layouts.contains(&layout) {
                self.layouts.push(layout);
            }
        }
        match &mut self.total {
            Some(total) => {
                total.moments.merge(&look.moments);
                for (shape, n) in look.planes {
                    add_items(&mut total.planes, shape, n);
                }
            }
            None => self.total = Some(look),
        }
        row
    }
}

fn refuse(row: &mut LatentFile, reason: String, class: &str) {
    row.status = Status::Skipped;
    row.reason = Some(reason);
    row.reason_class = Some(class.to_string());
}

/// The shape of planes that most items have; the first of several.
fn most_common(total: &FirstLook) -> [usize; 2] {
    let mut planes = total.planes.iter();
    let mut most = planes.next().copied().unwrap_or(([1, 1], 0));
    for &(shape, n) in planes {
        if n > most.1 {
            most = (shape, n);
        }
    }
    most.0
}

/// Says what the second pass found in a file.
fn finish_row(row: &mut LatentFile, n_spectra: u64, alpha: Option<f64>, shape: [usize; 2]) {
    (row.n_spectra, row.alpha) = (n_spectra, alpha);
    if n_spectra == row.n_items {
        return;
    }
    let left_out = row.n_items - n_spectra;
    let [rows, cols] = shape;
    row.status = Status::Partial;
    row.reason_class = Some("no-spectrum".into());
    row.reason = Some(format!(
        "spectra without {left_out} of {} items, which are constant or not {rows} x {cols} as \
         most are; statistics include them",
        row.n_items
    ));
}

fn in_order(rows: Vec<LatentFile>, rejected: &[Rejected]) -> Vec<LatentFile> {
    let rejected = rejected.iter().map(|rejected| LatentFile {
        path: rejected.name.clone(),
        input: rejected.input,
        status: Status::Skipped,
        reason: Some(rejected.problem.to_string()),
        reason_class: Some(rejected.problem.class().to_string()),
        layout: None,
        shape: None,
        n_items: 0,
        n_spectra: 0,
        alpha: None,
    });
    let mut rows: Vec<LatentFile> = rows.into_iter().chain(rejected).collect();
    rows.sort_by(|a, b| (a.input, &a.path).cmp(&(b.input, &b.path)));
    rows
}

/// `all` is the one value that everything has, where that is the trouble.
fn nothing_usable(
    config: &AnalysisConfig,
    found: &Found,
    rows: &[LatentFile],
    all: Option<f64>,
) -> Error {
    const SHOWN: usize = 3;
    let inputs = config.inputs.iter().map(|path| path.display().to_string());
    let inputs = inputs.collect::<Vec<_>>().join(", ");
    let rows = in_order(rows.to_vec(), &found.rejected);
    let mut reasons: Vec<String> = match all {
        Some(value) => vec![format!("all values are {value}")],
        None => Vec::new(),
    };
    let reason = |row: &LatentFile| Some(format!("{} ({})", row.path, row.reason.as_ref()?));
    let bad: Vec<String> = rows.iter().filter_map(reason).collect();
    reasons.extend(bad.iter().take(SHOWN).cloned());
    if bad.len() > SHOWN {
        reasons.push(format!("{} more that cannot be used", bad.len() - SHOWN));
    }
    for (extension, count) in &found.ignored {
        reasons.push(format!("{count} ignored with extension \"{extension}\""));
    }
    if reasons.is_empty() {
        reasons.push("no files at all".to_string());
    }
    Error::NothingUsable {
        looked_for: format!("latents (.npy, .npz) in {inputs}"),
        found: reasons.join("; "),
    }
}
