//! Answers in one plain sentence each.

use super::answers::{Answer, Cap, Number, Thresholds};
use super::plane::{falls, least};
use super::row::{BandLimit, Sentences, VerdictRow};
use super::wave::WaveBands;

/// What sentences tell of a row's front end.
#[derive(Default)]
pub(super) struct FrontEnd<'a> {
    /// The bands of waveforms.
    pub waves: Option<&'a WaveBands>,
    /// Length of a window, s.
    pub window: Option<f64>,
    /// Whether segments are long enough to be scrambled.
    pub has_blocks: bool,
    /// Whether planes are pictures.
    pub is_picture: bool,
}

/// Writes the sentences of a row.
pub(super) fn tell(row: &mut VerdictRow, t: &Thresholds, front_end: &FrontEnd<'_>) {
    let order = order(row, t, front_end.waves);
    let photographs = photographs(row, t, front_end.is_picture);
    let structure = structure(row, t, front_end);
    let up_to = |sentence: String| match (row.up_to_hz, sentence.strip_prefix("Open: ")) {
        (Some(hz), Some(why)) => format!("Open up to {}: {why}", hertz(hz)),
        (Some(hz), None) => format!("Up to {}: {}", hertz(hz), lower_first(&sentence)),
        (None, _) => sentence,
    };
    row.sentences = Sentences {
        order: up_to(order),
        photographs: up_to(photographs),
        structure: structure.map(up_to),
    };
}

fn number(row: &VerdictRow, name: &str) -> Number {
    row.numbers.get(name).copied().unwrap_or_default()
}

fn order(row: &VerdictRow, t: &Thresholds, waves: Option<&WaveBands>) -> String {
    let fall = number(row, "least_fall_db");
    match row.answers.order {
        Some(Answer::Yes) => format!(
            "Noise takes fine detail first: every octave{} has at least {} dB less than the one below {}{}.",
            waves.map_or("", |_| " from 50 Hz"),
            decimals(fall.or_nan(), 1),
            range(&fall, 1),
            match row.answers.order_from_bottom {
                Some(Answer::No) => ", but not those below",
                _ => "",
            }
        ),
        Some(Answer::No) => {
            let first = waves.map_or(0, WaveBands::first_audible);
            let falls = falls(&row.bands.all_db);
            let lowest = falls.get(first..).and_then(least);
            let edge = lowest.and_then(|(i, _)| row.bands.lower_edges.get(first + i));
            let from = edge.map_or_else(String::new, |edge| match waves {
                Some(waves) => format!("from {} ", hertz(edge * waves.sample_rate())),
                None => format!("from {edge:.3} cycles per sample "),
            });
            format!(
                "Noise does not take fine detail first: {from}the fall is {} dB per octave {}.",
                decimals(fall.or_nan(), 1),
                range(&fall, 1)
            )
        }
        _ => open(
            row.caps.iter().filter_map(|cap| why(row, *cap, t)),
            match waves {
                Some(_) => "the least fall of an octave from 50 Hz",
                None => "the least fall of an octave",
            },
            &fall,
            "dB",
            (t.fall_db, 1),
        ),
    }
}

fn photographs(row: &VerdictRow, t: &Thresholds, is_picture: bool) -> String {
    let common_to = if is_picture { "all rows" } else { "all bands" };
    let distance = number(row, "photo_distance_db");
    let share = number(row, "own_share").value;
    let falls = match row.answers.photographs {
        Some(Answer::Yes) => "falls as",
        Some(Answer::No) => "does not fall as",
        _ => {
            let of_bands = share.filter(|share| *share < t.own_yes);
            let close =
                distance.or_nan() <= t.photo_yes_db && distance.ends()[1] <= t.photo_yes_high_db;
            if let (Some(share), true, true) = (of_bands, close, row.caps.is_empty()) {
                return format!(
                    "Open: {:.1} % of the change is common to {common_to} or constant, threshold {:.0} %.",
                    100.0 * (1.0 - share),
                    100.0 * (1.0 - t.own_yes)
                );
            }
            let limit = (t.photo_yes_db, 1);
            return open(
                row.caps.iter().filter_map(|cap| why(row, *cap, t)),
                "the distance to photographs",
                &distance,
                "dB",
                limit,
            );
        }
    };
    let n_bands = row.bands.photo_all_db.iter().flatten().count();
    let octaves = (n_bands + 1) as f64 / 2.0;
    let common = share.filter(|share| *share < t.own_yes).map(|share| {
        let common = 100.0 * (1.0 - share);
        format!("; {common:.0} % of the change is common to {common_to} or constant")
    });
    format!(
        "Power {falls} in photographs: {} dB apart {} over {octaves} octaves{}.",
        decimals(distance.or_nan(), 1),
        range(&distance, 1),
        common.unwrap_or_default()
    )
}

fn structure(row: &VerdictRow, t: &Thresholds, front_end: &FrontEnd<'_>) -> Option<String> {
    let answer = row.answers.structure?;
    let (time, frequency) = (number(row, "delta_time"), number(row, "delta_frequency"));
    let (along_time, along_frequency) = (row.answers.along_time, row.answers.along_frequency);
    let yes = Some(Answer::Yes);
    let no = Some(Answer::No);
    Some(match answer {
        Answer::Yes => format!(
            "The fall is the sound's own: scrambled in time or across bands it is flatter by {} and {}.",
            decimals(time.or_nan(), 2),
            decimals(frequency.or_nan(), 2)
        ),
        Answer::No if along_time == yes => {
            "Only along time: bands have nothing in common but their level.".to_string()
        }
        Answer::No if along_frequency == yes => {
            "Only along frequency: scrambled in time, the sound falls as steeply.".to_string()
        }
        Answer::No if along_time == no && along_frequency == no => {
            "The fall is that of windows, filters and contrast: scrambled, the sound falls as steeply.".to_string()
        }
        Answer::No if along_time == no => {
            "Scrambled in time, the sound falls as steeply; whether bands have more in common than their level is open."
                .to_string()
        }
        Answer::No => {
            "Bands have nothing in common but their level; whether the fall along time is the sound's own is open."
                .to_string()
        }
        Answer::Open if row.caps.contains(&Cap::WindowTooLong) => format!(
            "Open: a window of {:.0} ms is too long for changes in time.",
            1000.0 * front_end.window.unwrap_or(f64::NAN)
        ),
        Answer::Open => {
            let (axis, delta) = match along_time {
                Some(Answer::Yes) => ("across bands", frequency),
                _ => ("in time", time),
            };
            let caps = row.caps.iter().filter_map(|cap| match cap {
                Cap::NoNull => Some(unscrambled(row, front_end)),
                cap => why(row, *cap, t),
            });
            let what = format!("what scrambling {axis} takes off the exponent");
            open(caps, &what, &delta, "", (t.delta, 2))
        }
    })
}

/// Why a question stays open: the first thing that caps it, or a number too near to
/// its threshold.
fn open(
    mut caps: impl Iterator<Item = String>,
    name: &str,
    of: &Number,
    unit: &str,
    (threshold, places): (f64, usize),
) -> String {
    if let Some(why) = caps.next() {
        return format!("Open: {why}.");
    }
    let Some(value) = of.value else {
        return format!("Open: {name} cannot be told from segments this short.");
    };
    let unit = match unit {
        "" => String::new(),
        unit => format!(" {unit}"),
    };
    format!(
        "Open: {name} is {}{unit} {}, threshold {}{unit}.",
        decimals(value, places),
        range(of, places),
        decimals(threshold, places)
    )
}

/// What a cap says of any question; none of the caps of structure alone.
fn why(row: &VerdictRow, cap: Cap, t: &Thresholds) -> Option<String> {
    let (n_units, n_files, least) = (row.n_units, row.n_files, t.min_units);
    match cap {
        Cap::TooFewUnits if n_units == n_files => Some(match n_files {
            1 => format!("one file is too few, answers need {least}"),
            n => format!("{n} files are too few, answers need {least}"),
        }),
        Cap::TooFewUnits if row.units.is_empty() => Some(format!(
            "its {n_files} files fell into {n_units} groups, answers need {least}"
        )),
        Cap::TooFewUnits => Some(format!(
            "only {n_units} of {n_files} files {} independent, answers need {least}",
            if n_units == 1 { "is" } else { "are" }
        )),
        Cap::TooFewBands => Some("planes of this shape span fewer than three octaves".to_string()),
        Cap::BandLimited => row.band_limit.map(|limit| end_of_band(row, &limit)),
        Cap::WindowTooLong | Cap::NoNull => None,
    }
}

/// Why too few segments were scrambled.
fn unscrambled(row: &VerdictRow, front_end: &FrontEnd<'_>) -> String {
    match (row.n_null_segments, front_end.has_blocks) {
        (0, false) => "segments are too short to be scrambled".to_string(),
        (0, true) => "no segment was scrambled (--null-segments)".to_string(),
        (1, _) => "only 1 segment was scrambled (--null-segments)".to_string(),
        (n, _) => format!("only {n} segments were scrambled, in too few files (--null-segments)"),
    }
}

fn end_of_band(row: &VerdictRow, limit: &BandLimit) -> String {
    match (limit.hz, limit.cycles_per_sample) {
        (Some(hz), _) => format!(
            "the band ends at {} in {} of {} files: measure with --f-max {hz:.0}",
            hertz(hz),
            limit.files,
            row.n_files
        ),
        (None, Some(f)) => {
            format!(
                "power falls off a cliff above {f:.2} cycles per sample, as in pictures that were enlarged"
            )
        }
        (None, None) => "the band ends early".to_string(),
    }
}

fn hertz(hz: f64) -> String {
    match hz {
        hz if hz < 1000.0 => format!("{hz:.0} Hz"),
        hz => format!("{} kHz", (hz / 100.0).round() / 10.0),
    }
}

/// Without the sign of what rounds to zero.
fn decimals(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    let is_zero = text.starts_with('-') && !text.contains(|c: char| ('1'..='9').contains(&c));
    if is_zero { text[1..].to_string() } else { text }
}

fn range(of: &Number, places: usize) -> String {
    match of.ci {
        Some([Some(low), Some(high)]) => {
            format!("[{}, {}]", decimals(low, places), decimals(high, places))
        }
        _ => "[no interval]".to_string(),
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
