//! Which positions of an axis are marked, and how they read.

use super::scale::Map;
use super::surface::text_width;
use super::{Manner, format};

/// A logarithmic axis shorter than this (in decades) also labels 2 and 5.
const SHORT_SPAN: f64 = 2.0;
/// Up to here 1 and 3 are labelled where 1, 2 and 5 find no room.
const SHORT_SPAN_THREES: f64 = 2.0;
/// The same for hertz, where 200, 500, 1k, 2k read well.
const SHORT_SPAN_HERTZ: f64 = 3.2;

/// Distances of labelled decades, the densest that fits.
const STRIDES: [i32; 10] = [1, 2, 3, 4, 5, 10, 20, 50, 100, 200];
/// More labelled decades than this read as a table.
const MOST_DECADES: usize = 10;

/// A labelled position.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    /// Position along the axis, 0 to 1.
    pub at: f64,
    pub label: String,
}

/// The marks of one axis.
#[derive(Debug, Clone, Default)]
pub(super) struct Ticks {
    pub major: Vec<Tick>,
    pub minor: Vec<f64>,
    /// Unit of the labels; kHz where the axis is in Hz and large.
    pub unit: String,
}

/// The room that an axis offers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Length in pixels.
    pub length: f64,
    /// Font size of the labels in pixels.
    pub em: f64,
    /// Labels stand above each other instead of side by side.
    pub stacked: bool,
    /// Whether more than decades may be numbered.
    pub manner: Manner,
}

impl Room {
    /// How many ticks matplotlib gives such an axis.
    fn matplotlib_ticks(&self) -> f64 {
        let pitch = if self.stacked { 2.0 } else { 3.0 };
        (self.length / (pitch * self.em)).floor().min(9.0)
    }

    fn fits(&self, ticks: &[Tick]) -> bool {
        let need = |tick: &Tick| match self.stacked {
            true => 2.0 * self.em,
            false => text_width(&tick.label, self.em) + 0.9 * self.em,
        };
        let mut places: Vec<(f64, f64)> = ticks.iter().map(|t| (t.at, need(t))).collect();
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        places
            .windows(2)
            .all(|w| (w[1].0 - w[0].0) * self.length >= (w[0].1 + w[1].1) / 2.0)
    }
}

/// The ticks of an axis with `map`, in `unit`.
pub(super) fn ticks(map: &Map, unit: &str, room: Room) -> Ticks {
    let mut ticks = match map.decades() {
        Some(decades) => logarithmic(map, decades, unit, room),
        None if map.is_listed() && unit == "Hz" => listed_hertz(map, room),
        None => linear(map, unit, room),
    };
    ticks.minor.retain(|at| {
        (0.0..=1.0).contains(at) && !ticks.major.iter().any(|t| (t.at - at).abs() < 1e-9)
    });
    ticks
}

fn tick(map: &Map, value: f64, label: String) -> Option<Tick> {
    // Rounding must not lose a tick that lies on a limit.
    const SLACK: f64 = 1e-9;
    let at = map.position(value)?;
    let inside = (-SLACK..=1.0 + SLACK).contains(&at);
    inside.then(|| Tick {
        at: at.clamp(0.0, 1.0),
        label,
    })
}

fn linear(map: &Map, unit: &str, room: Room) -> Ticks {
    let (low, high) = map.limits();
    let kilo = in_kilohertz(map, unit);
    let scale = if kilo { 1000.0 } else { 1.0 };
    let (low, high) = (low / scale, high / scale);
    let most = match (room.manner, room.stacked) {
        (Manner::Own, true) => (room.length / (2.6 * room.em)).clamp(1.0, 9.0),
        (Manner::Own, false) => (room.length / (2.5 * room.em)).clamp(1.0, 9.0),
        (Manner::Matplotlib, _) => room.matplotlib_ticks().max(1.0),
    };
    let mut step = nice_step((high - low) / most);
    let mut major = Vec::new();
    // Coarser and coarser until the labels fit.
    for _ in 0..12 {
        let first = (low / step - 1e-9).ceil();
        let values: Vec<f64> = (0..32)
            .map(|i| (first + f64::from(i)) * step)
            .take_while(|v| *v <= high + step * 1e-9)
            .collect();
        if values.is_empty() || (values.len() == 1 && !major.is_empty()) {
            break;
        }
        let labels = format::linear(&values, step);
        major = values
            .iter()
            .zip(labels)
            .filter_map(|(v, label)| tick(map, v * scale, label))
            .collect();
        if room.fits(&major) {
            break;
        }
        step = nice_step(step * 1.01);
    }
    if !room.fits(&major) {
        major.truncate(1);
    }
    Ticks {
        major,
        minor: vec![],
        unit: if kilo { "kHz".into() } else { unit.into() },
    }
}

/// Whether a linear axis in `unit` is numbered in kHz.
pub(super) fn in_kilohertz(map: &Map, unit: &str) -> bool {
    let (low, high) = map.limits();
    let linear = map.decades().is_none() && !map.is_listed();
    linear && unit == "Hz" && high.abs().max(low.abs()) >= 2000.0
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `step`.
fn nice_step(step: f64) -> f64 {
    let decade = 10f64.powi(step.log10().floor().clamp(-300.0, 300.0) as i32);
    let factor = [1.0, 2.0, 2.5, 5.0]
        .into_iter()
        .find(|f| f * decade >= step * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * decade
}

fn logarithmic(map: &Map, (low, high): (f64, f64), unit: &str, room: Room) -> Ticks {
    let hertz = unit == "Hz";
    let span = high - low;
    let per_decade = room.length / span;
    let sub_decades = |digits: &[u32]| label_digits(map, (low, high), digits, hertz);
    let mut candidates: Vec<(Vec<Tick>, i32)> = Vec::new();
    let (short, short_threes) = match room.manner {
        Manner::Own if hertz => (SHORT_SPAN_HERTZ, SHORT_SPAN_THREES),
        Manner::Own => (SHORT_SPAN, SHORT_SPAN_THREES),
        // Two decades are always at hand above a span of two.
        Manner::Matplotlib => (1.0, 1.0),
    };
    if span <= 0.8 {
        candidates.push((sub_decades(&[1, 2, 3, 4, 5, 6, 7, 8, 9]), 1));
        candidates.push((sub_decades(&[1, 2, 3, 4, 6]), 1));
    }
    if span <= short {
        candidates.push((sub_decades(&[1, 2, 5]), 1));
    }
    if span <= short_threes {
        candidates.push((sub_decades(&[1, 3]), 1));
    }
    let (strides, from) = match room.manner {
        Manner::Own => (STRIDES.to_vec(), 0.0),
        Manner::Matplotlib => {
            let n_decades = high.floor() - low.ceil() + 1.0;
            let most = room.matplotlib_ticks().max(2.0);
            (vec![(n_decades / most).floor() as i32 + 1], low)
        }
    };
    for stride in strides {
        candidates.push((label_decades(map, (low, high), stride, from), stride));
    }
    let chosen = candidates
        .into_iter()
        .find(|(major, _)| (2..=MOST_DECADES).contains(&major.len()) && room.fits(major));
    let Some((major, stride)) = chosen else {
        // Less than two round numbers: the axis is nearly linear here.
        return Ticks {
            minor: vec![],
            unit: unit.into(),
            ..linear(map, "", room)
        };
    };
    let minor = if stride == 1 && per_decade >= 2.0 * room.em {
        positions(map, (low, high), &[2, 3, 4, 5, 6, 7, 8, 9])
    } else if per_decade >= 0.4 * room.em {
        positions(map, (low, high), &[1])
    } else {
        vec![]
    };
    Ticks {
        major,
        minor,
        unit: unit.into(),
    }
}

fn exponents((low, high): (f64, f64)) -> std::ops::RangeInclusive<i32> {
    (low - 1e-9).floor() as i32..=(high + 1e-9).ceil() as i32
}

fn label_digits(map: &Map, decades: (f64, f64), digits: &[u32], hertz: bool) -> Vec<Tick> {
    let plain = exponents(decades).all(|e| (-4..=5).contains(&e));
    let mut ticks = Vec::new();
    for exponent in exponents(decades) {
        for &digit in digits {
            let value = f64::from(digit) * 10f64.powi(exponent);
            let label = match hertz {
                true if exponent >= -3 => format::hertz(format::round_value(digit, exponent)),
                _ => format::sub_decade(digit, exponent, plain),
            };
            ticks.extend(tick(map, value, label));
        }
    }
    ticks
}

/// Every `stride`-th decade, counted from the one at or below `from`.
fn label_decades(map: &Map, decades: (f64, f64), stride: i32, from: f64) -> Vec<Tick> {
    let from = from.floor() as i32;
    exponents(decades)
        .filter(|exponent| (exponent - from).rem_euclid(stride) == 0)
        .filter_map(|exponent| {
            let value = 10f64.powi(exponent);
            tick(map, value, format::power_of_ten(exponent))
        })
        .collect()
}

fn positions(map: &Map, decades: (f64, f64), digits: &[u32]) -> Vec<f64> {
    let mut all = Vec::new();
    for exponent in exponents(decades) {
        for &digit in digits {
            all.extend(map.position(f64::from(digit) * 10f64.powi(exponent)));
        }
    }
    all
}

/// Round frequencies at the places that the listed band centres give them; the
/// rounder ones win where room is short.
fn listed_hertz(map: &Map, room: Room) -> Ticks {
    let (low, high) = map.limits();
    let decades = (low.max(1.0).log10(), high.max(10.0).log10());
    let mut major: Vec<Tick> = Vec::new();
    for digit in [1, 5, 2] {
        for exponent in exponents(decades).rev() {
            let value = format::round_value(digit, exponent);
            let Some(new) = tick(map, value, format::hertz(value)) else {
                continue;
            };
            major.push(new);
            if !room.fits(&major) {
                major.pop();
            }
        }
    }
    let mut minor: Vec<f64> = Vec::new();
    for at in positions(map, decades, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) {
        // The lowest decades share a few bands: their ticks would merge.
        let apart = |last: &f64| (at - last) * room.length >= 0.4 * room.em;
        if minor.last().is_none_or(apart) {
            minor.push(at);
        }
    }
    Ticks {
        major,
        minor,
        unit: "Hz".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::AxisSpec;
    use super::*;

    fn labels(spec: AxisSpec, limits: (f64, f64), length: f64) -> Vec<String> {
        let map = Map::between(&spec, limits).unwrap();
        let room = Room {
            length,
            em: 12.0,
            stacked: false,
            manner: Manner::Own,
        };
        let ticks = ticks(&map, &spec.unit, room).major;
        ticks.into_iter().map(|t| t.label).collect()
    }

    #[test]
    fn decades_are_powers_and_thin_out() {
        let spec = AxisSpec::log("power", "");
        assert_eq!(
            labels(spec.clone(), (1e-2, 1e1), 500.0),
            ["10⁻²", "10⁻¹", "10⁰", "10¹"]
        );
        let few = labels(spec.clone(), (1e-10, 1e10), 300.0);
        assert!(few.len() >= 3 && few.len() <= 8, "{few:?}");
        assert!(labels(spec, (1e-290, 1e290), 300.0).len() >= 2);
    }

    #[test]
    fn short_spans_label_two_and_five() {
        let spec = AxisSpec::log("power", "");
        assert_eq!(
            labels(spec.clone(), (0.9, 11.0), 400.0),
            ["1", "2", "5", "10"]
        );
        assert!(labels(spec, (1.02, 1.31), 400.0).len() >= 3);
    }

    #[test]
    fn large_hertz_become_kilohertz() {
        let spec = AxisSpec::linear("frequency", "Hz");
        let map = Map::between(&spec, (0.0, 11025.0)).unwrap();
        let room = Room {
            length: 300.0,
            em: 12.0,
            stacked: true,
            manner: Manner::Own,
        };
        let ticks = ticks(&map, "Hz", room);
        assert_eq!(ticks.unit, "kHz");
        assert_eq!(ticks.major[1].label, "2");
        assert!((ticks.major[1].at - 2000.0 / 11025.0).abs() < 1e-12);
    }

    /// Read off the post's figures: 235 px for a panel of four, 385 px for the
    /// height of an animation.
    #[test]
    fn published_axes_number_as_many_decades() {
        let labels = |low: f64, high: f64, length: f64, stacked: bool| -> Vec<String> {
            let spec = AxisSpec::log("power", "");
            let map = Map::between(&spec, (low, high)).unwrap();
            let room = Room {
                length,
                em: 13.9,
                stacked,
                manner: Manner::Matplotlib,
            };
            let ticks = ticks(&map, "", room).major;
            ticks.into_iter().map(|t| t.label).collect()
        };
        assert_eq!(labels(0.3, 1.8e4, 235.0, false), ["10¹", "10³"]);
        assert_eq!(
            labels(4e5, 7e14, 385.0, true),
            ["10⁷", "10⁹", "10¹¹", "10¹³"]
        );
        assert_eq!(labels(1.5e-4, 1.2e4, 385.0, true).len(), 8);
        assert_eq!(labels(6.3e-3, 0.61, 500.0, false), ["10⁻²", "10⁻¹"]);
    }

    #[test]
    fn linear_steps_are_round() {
        let spec = AxisSpec::linear("time", "s");
        assert_eq!(
            labels(spec, (0.0, 1.0), 300.0),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(nice_step(0.21), 0.25);
        assert_eq!(nice_step(6.0), 10.0);
    }
}
