//! Heat maps as pictures: cells placed along their axes, coloured, encoded.

use super::rendered::encode_indexed;
use super::{ColourMap, Rgb};
use crate::{Error, Result};
use ndarray::{Array2, Axis};

/// Colours of a heat map; the palette's next entry, transparent, marks missing
/// cells.
const LEVELS: usize = 255;

/// Edges between cells whose centres are `centres`, halfway between neighbours.
pub(super) fn edges(centres: &[f64]) -> Vec<f64> {
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

/// Cells along dimension `axis` averaged into new ones with the edges `wanted`,
/// by the share of each; a new cell outside all old ones is missing (NaN).
pub(super) fn resampled(
    cells: &Array2<f64>,
    axis: usize,
    centres: &[f64],
    wanted: &[f64],
) -> Array2<f64> {
    let old = edges(centres);
    let mut shape = [cells.nrows(), cells.ncols()];
    shape[axis] = wanted.len().saturating_sub(1);
    let mut result = Array2::from_elem(shape, f64::NAN);
    for (i, span) in wanted.windows(2).enumerate() {
        let first = old.partition_point(|&e| e <= span[0]).saturating_sub(1);
        let shares: Vec<(usize, f64)> = (first..centres.len())
            .take_while(|&k| old[k] < span[1])
            .map(|k| (k, old[k + 1].min(span[1]) - old[k].max(span[0])))
            .filter(|&(_, share)| share > 0.0)
            .collect();
        let total: f64 = shares.iter().map(|(_, share)| share).sum();
        if total > 0.0 {
            let mut lane = result.index_axis_mut(Axis(axis), i);
            lane.fill(0.0);
            for (k, share) in shares {
                lane.scaled_add(share / total, &cells.index_axis(Axis(axis), k));
            }
        }
    }
    result
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

    #[test]
    fn edges_lie_halfway() {
        assert_eq!(edges(&[0.0, 1.0, 3.0]), [-0.5, 0.5, 2.0, 4.0]);
    }

    #[test]
    fn resampling_weighs_by_the_share_of_each_cell() {
        let cells = array![[0.0], [6.0], [12.0]];
        let new = resampled(&cells, 0, &[0.0, 1.0, 2.0], &[-0.5, 1.0, 2.5, 9.0]);
        // One cell and half of the next; half and one; nothing left.
        assert!((new[(0, 0)] - 2.0).abs() < 1e-12);
        assert!((new[(1, 0)] - 10.0).abs() < 1e-12);
        assert!(resampled(&cells, 0, &[0.0, 1.0, 2.0], &[5.0, 6.0])[(0, 0)].is_nan());
    }

    #[test]
    fn resampling_works_along_both_dimensions() {
        let cells = array![[0.0, 6.0, 12.0]];
        let new = resampled(&cells, 1, &[0.0, 1.0, 2.0], &[0.5, 1.5]);
        assert_eq!(new, array![[6.0]]);
    }
}
