use super::{NoiseFigure, NoiseLook, footing, noun, stem};
use crate::Result;
use crate::analysis::{NoiseStudy, ScheduleRow};
use crate::compare::{Schedule, snr_db};
use crate::data::{Axis, Plane, Unit};
use crate::output::figure::{
    AxisSpec, ColourMap, ColourRange, HeatMap, LineStyle, Rgb, Scale, Series,
};

/// Rows of the map: more are finer than print.
const MOST_ROWS: usize = 300;
/// Largest ratio that has a colour of its own, dB.
const RANGE_DB: f64 = 40.0;

/// The signal-to-noise ratio of every frequency at every time of flow matching.
pub(super) fn draw(
    study: &NoiseStudy,
    tau: f64,
    look: &NoiseLook,
    figures: &mut Vec<NoiseFigure>,
) -> Result<()> {
    let flow = |row: &&ScheduleRow| row.schedule == Schedule::FlowMatching;
    let Some(row) = study
        .schedules
        .iter()
        .find(flow)
        .or(study.schedules.first())
    else {
        return Ok(());
    };
    let style = look
        .style
        .clone()
        .with_size(look.style.width_in.max(8.0), 4.6);
    figures.push(NoiseFigure::Still {
        name: format!("snr_{}", stem(study.representation)),
        figure: map(study, row, tau).draw(&style)?,
    });
    Ok(())
}

fn map(study: &NoiseStudy, row: &ScheduleRow, tau: f64) -> HeatMap {
    let (frequency, snr) = thinned(study);
    let values = snr_db(&snr, &row.levels());
    let plane = Plane {
        // Both ends of a schedule are infinite.
        values: values.mapv(|db| db.clamp(-2.0 * RANGE_DB, 2.0 * RANGE_DB)),
        rows: Axis::Tabulated {
            unit: study.unit,
            values: frequency.clone(),
        },
        cols: Axis::Tabulated {
            unit: Unit::Second,
            values: row.t.clone(),
        },
    };
    let title = format!(
        "Signal-to-noise ratio of {} ({})",
        noun(study.representation),
        footing(study)
    );
    let mut map = HeatMap::new(&title, plane);
    map.x = AxisSpec::linear(&format!("t ({})", row.time_convention), "");
    map.y = AxisSpec::of(study.unit).with_scale(Scale::Log);
    map.quantity = "power of signal / noise".into();
    map.unit = "dB".into();
    map.colour_map = ColourMap::RdBuReversed;
    map.range = ColourRange::Fixed(-RANGE_DB, RANGE_DB);
    map.series = vec![drowning(&frequency, &snr, row, tau)];
    map
}

/// Where the ratio falls below tau: per frequency the time, a line from the
/// lowest frequency to the highest.
fn drowning(frequency: &[f64], snr: &[f64], row: &ScheduleRow, tau: f64) -> Series {
    let levels = row.levels();
    let time = |snr: &f64| {
        let drowned = |ratio_squared: f64| *snr <= tau * ratio_squared;
        let edge = levels.windows(2).find(|pair| {
            let [a, b] = [&pair[0], &pair[1]].map(|level| drowned(level.threshold(1.0)));
            a != b
        });
        edge.map_or(f64::NAN, |pair| 0.5 * (pair[0].t + pair[1].t))
    };
    Series::new(
        &format!("ratio = {tau}"),
        snr.iter().map(time).collect(),
        frequency.to_vec(),
    )
    .with_style(LineStyle::Line)
    .with_colour(Rgb(0, 0, 0))
}

/// At most [`MOST_ROWS`] frequencies, even on a logarithmic axis.
fn thinned(study: &NoiseStudy) -> (Vec<f64>, Vec<f64>) {
    let n = study.frequency.len();
    if n <= MOST_ROWS {
        return (study.frequency.clone(), study.snr.clone());
    }
    let (first, last) = (study.frequency[0], study.frequency[n - 1]);
    let mut chosen: Vec<usize> = (0..MOST_ROWS)
        .map(|i| first * (last / first).powf(i as f64 / (MOST_ROWS - 1) as f64))
        .map(|f| {
            study
                .frequency
                .partition_point(|g| *g < f * (1.0 - 1e-12))
                .min(n - 1)
        })
        .collect();
    chosen.dedup();
    let pick = |list: &[f64]| chosen.iter().map(|&i| list[i]).collect();
    (pick(&study.frequency), pick(&study.snr))
}
