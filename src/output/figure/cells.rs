//! Heat maps as pictures: cells placed along their axes, coloured, encoded.

use super::heat_map::Reduction;
use super::rendered::encode_indexed;
use super::{ColourMap, Rgb};
use crate::{Error, Result, data};
use ndarray::{Array2, Axis};

/// Colours of a heat map; the palette's next entry, transparent, marks missing
/// cells.
const LEVELS: usize = 255;

/// Edges between the cells of `axis`: half a step around each centre, halfway
/// between neighbours where they are listed.
pub(super) fn edges(axis: &data::Axis) -> Vec<f64> {
    if let data::Axis::Uniform {
        start, step, len, ..
    } = *axis
        && step > 0.0
        && len > 0
    {
        return (0..=len).map(|i| start + (i as f64 - 0.5) * step).collect();
    }
    halfway(&axis.values())
}

fn halfway(centres: &[f64]) -> Vec<f64> {
    let (Some(&first), Some(&last)) = (centres.first(), centres.last()) else {
        return vec![];
    };
    if centres.len() == 1 {
        return vec![first - 0.5, last + 0.5];
    }
    let n = centres.len();
    let mut edges = vec![first - (centres[1] - first) / 2.0];
    edges.extend(centres.windows(2).map(|w| (w[0] + w[1]) / 2.0));
    edges.push(last + (last - centres[n - 2]) / 2.0);
    edges
}

/// Cells with the edges `old` along dimension `axis` made into new ones with the
/// edges `wanted`; a new cell outside all old ones is missing (NaN).
pub(super) fn resampled(
    cells: &Array2<f64>,
    axis: usize,
    old: &[f64],
    wanted: &[f64],
    reduction: Reduction,
) -> Array2<f64> {
    let group = |span: &[f64]| {
        // Edges that agree but for rounding share nothing.
        let least = 1e-9 * (span[1] - span[0]);
        let first = old.partition_point(|&e| e <= span[0]).saturating_sub(1);
        (first..cells.len_of(Axis(axis)))
            .take_while(|&k| old[k] < span[1])
            .map(|k| (k, old[k + 1].min(span[1]) - old[k].max(span[0])))
            .filter(|&(_, share)| share > least)
            .collect()
    };
    let groups: Vec<Group> = wanted.windows(2).map(group).collect();
    reduced(cells, axis, &groups, reduction)
}

/// One cell for each of the `pixels` between the positions 0 and 1, where the
/// cells, which lie between the positions `span`, are narrower than a pixel.
/// Each cell counts in one pixel, so that none is left out or shown twice.
pub(super) fn fitted(
    cells: &Array2<f64>,
    axis: usize,
    span: (f64, f64),
    pixels: usize,
    reduction: Reduction,
) -> Option<Array2<f64>> {
    let per_position = cells.len_of(Axis(axis)) as f64 / (span.1 - span.0);
    // Rounding must not leave a pixel without a cell.
    if pixels == 0 || !per_position.is_finite() || per_position < 1.000_001 * pixels as f64 {
        return None;
    }
    let count = cells.len_of(Axis(axis));
    // The first cell whose centre lies beyond the left edge of a pixel. The
    // outer centres may lie on the frame: they are in.
    let first = |pixel: usize| {
        let at = (pixel as f64 / pixels as f64 - span.0) * per_position - 0.5;
        let index = match pixel == pixels {
            true => (at + 1e-6).floor() + 1.0,
            false => (at - 1e-6).ceil(),
        };
        (index.max(0.0) as usize).min(count)
    };
    let groups: Vec<Group> = (0..pixels)
        .map(|i| (first(i)..first(i + 1)).map(|k| (k, 1.0)).collect())
        .collect();
    Some(reduced(cells, axis, &groups, reduction))
}

/// Indices of cells that become one, with their weights.
type Group = Vec<(usize, f64)>;

/// One cell of each group along dimension `axis`; missing cells do not count.
fn reduced(
    cells: &Array2<f64>,
    axis: usize,
    groups: &[Group],
    reduction: Reduction,
) -> Array2<f64> {
    let mut shape = [cells.nrows(), cells.ncols()];
    shape[axis] = groups.len();
    Array2::from_shape_fn(shape, |(row, col)| {
        let group = &groups[if axis == 0 { row } else { col }];
        let value = |k: usize| match axis {
            0 => cells[(k, col)],
            _ => cells[(row, k)],
        };
        let present = group
            .iter()
            .map(|&(k, share)| (value(k), share))
            .filter(|(value, _)| !value.is_nan());
        match reduction {
            Reduction::Maximum => present.fold(f64::NAN, |most, (v, _)| most.max(v)),
            Reduction::First => present.clone().next().map_or(f64::NAN, |(v, _)| v),
            Reduction::Mean => {
                let (sum, total) = present.fold((0.0, 0.0), |(sum, total), (v, share)| {
                    (sum + share * v, total + share)
                });
                // Nothing present: 0 / 0 is NaN, missing.
                sum / total
            }
        }
    })
}

/// Cells as a PNG of one pixel each, the first row at the bottom if `upward`.
///
/// # Errors
/// [`Error::Output`] where the picture cannot be encoded (no cells at all).
pub(super) fn encode(
    cells: &Array2<f64>,
    (low, high): (f64, f64),
    colour_map: ColourMap,
    upward: bool,
) -> Result<Vec<u8>> {
    let palette: Vec<u8> = (0..LEVELS)
        .map(|i| colour_map.colour(i as f64 / (LEVELS - 1) as f64))
        .chain([Rgb(0, 0, 0)])
        .flat_map(|Rgb(r, g, b)| [r, g, b])
        .collect();
    let level = |value: f64| {
        if value.is_nan() {
            return LEVELS as u8;
        }
        let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
        ((t * LEVELS as f64) as usize).min(LEVELS - 1) as u8
    };
    let mut indices = Vec::with_capacity(cells.len());
    for i in 0..cells.nrows() {
        let row = if upward { cells.nrows() - 1 - i } else { i };
        indices.extend(cells.row(row).iter().map(|&v| level(v)));
    }
    let size = (cells.ncols() as u32, cells.nrows() as u32);
    encode_indexed(size, &palette, &indices).map_err(|error| Error::Output {
        path: "heat map".into(),
        detail: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    const OLD: [f64; 4] = [-0.5, 0.5, 1.5, 2.5];

    #[test]
    fn edges_lie_halfway() {
        assert_eq!(halfway(&[0.0, 1.0, 3.0]), [-0.5, 0.5, 2.0, 4.0]);
    }

    #[test]
    fn a_single_cell_is_one_step_wide() {
        let axis = data::Axis::Uniform {
            unit: data::Unit::Second,
            start: 2.0,
            step: 0.25,
            len: 1,
        };
        assert_eq!(edges(&axis), [1.875, 2.125]);
    }

    #[test]
    fn resampling_weighs_by_the_share_of_each_cell() {
        let cells = array![[0.0], [6.0], [12.0]];
        let mean = |wanted: &[f64]| resampled(&cells, 0, &OLD, wanted, Reduction::Mean);
        let new = mean(&[-0.5, 1.0, 2.5, 9.0]);
        // One cell and half of the next; half and one; nothing left.
        assert!((new[(0, 0)] - 2.0).abs() < 1e-12);
        assert!((new[(1, 0)] - 10.0).abs() < 1e-12);
        assert!(mean(&[5.0, 6.0])[(0, 0)].is_nan());
    }

    #[test]
    fn resampling_works_along_both_dimensions() {
        let cells = array![[0.0, 6.0, 12.0]];
        let new = resampled(&cells, 1, &OLD, &[0.5, 1.5], Reduction::Mean);
        assert_eq!(new, array![[6.0]]);
    }

    #[test]
    fn maxima_stay_and_missing_cells_do_not_count() {
        let cells = array![[0.0, f64::NAN, -3.0, -80.0]];
        let fit = |reduction| fitted(&cells, 1, (0.0, 1.0), 2, reduction).unwrap();
        assert_eq!(fit(Reduction::Maximum), array![[0.0, -3.0]]);
        assert_eq!(fit(Reduction::Mean), array![[0.0, -41.5]]);
        let falling = array![[-9.0, 0.0, -80.0, -3.0]];
        let first = fitted(&falling, 1, (0.0, 1.0), 2, Reduction::First);
        assert_eq!(first, Some(array![[-9.0, -80.0]]));
        assert!(fitted(&cells, 1, (0.0, 1.0), 4, Reduction::Mean).is_none());
    }

    #[test]
    fn every_cell_counts_in_one_pixel() {
        let cells = Array2::from_elem((1025, 1), 1.0);
        // Centres of the outer cells at the ends of the axis.
        let half = 0.5 / 1024.0;
        for pixels in [1, 167, 512, 1000, 1024] {
            for lit in [0, 1, 511, 1023, 1024] {
                let mut cells = &cells * -80.0;
                cells[(lit, 0)] = 0.0;
                let span = (-half, 1.0 + half);
                if let Some(new) = fitted(&cells, 0, span, pixels, Reduction::Maximum) {
                    assert_eq!(new.nrows(), pixels);
                    assert!(new.iter().all(|v| !v.is_nan()));
                    assert_eq!(new.iter().filter(|v| **v == 0.0).count(), 1);
                }
            }
        }
    }
}
