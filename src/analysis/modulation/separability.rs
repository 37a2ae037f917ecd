//! How far a plane is one course of time times one of frequency.

use ndarray::{Array1, Array2};

/// Steps of the power iteration: each shrinks the rest by the ratio of the
/// second to the first squared singular value.
const MOST_STEPS: usize = 10_000;

/// Share of the first singular value in a plane without negative values:
/// sigma_1^2 / sum sigma_i^2, 1 where the plane is a product of a column and a
/// row. `None` for a plane without power, or with one row or column, which is
/// always such a product.
pub(super) fn separability(plane: &Array2<f64>) -> Option<f64> {
    let largest = plane.iter().copied().fold(0.0, f64::max);
    if plane.nrows() < 2 || plane.ncols() < 2 || largest == 0.0 || !largest.is_finite() {
        return None;
    }
    // Squares of squares must neither overflow nor vanish.
    let plane = plane / largest;
    let total: f64 = plane.iter().map(|x| x * x).sum();
    Some((first_singular_value_squared(&plane) / total).min(1.0))
}

/// By power iteration on A^T A. The first singular vector of a plane without
/// negative values has none either, so it cannot be orthogonal to the start.
fn first_singular_value_squared(plane: &Array2<f64>) -> f64 {
    let mut right: Array1<f64> = Array1::ones(plane.ncols());
    let mut squared = 0.0;
    for _ in 0..MOST_STEPS {
        right /= right.dot(&right).sqrt();
        let left = plane.dot(&right);
        let next = left.dot(&left);
        if (next - squared).abs() <= 1e-15 * next {
            return next;
        }
        squared = next;
        right = plane.t().dot(&left);
    }
    squared
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn product(column: &[f64], row: &[f64]) -> Array2<f64> {
        Array2::from_shape_fn((column.len(), row.len()), |(i, j)| column[i] * row[j])
    }

    #[test]
    fn a_product_is_separable() {
        let plane = product(&[1e-9, 3.0, 7.0, 0.1], &[2.0, 1e5, 0.0, 4.0, 1e-3]);
        assert!((separability(&plane).unwrap() - 1.0).abs() < 1e-14);
        let huge = plane.mapv(|x| x * 1e200);
        assert!((separability(&huge).unwrap() - 1.0).abs() < 1e-14);
    }

    /// Products over rows and columns that do not meet have singular values of
    /// their own: the product of the norms.
    #[test]
    fn the_share_of_two_products_is_known() {
        let first = product(&[3.0, 4.0, 0.0, 0.0], &[0.0, 0.6, 0.8]);
        let second = product(&[0.0, 0.0, 1.0, 2.0], &[2.0, 0.0, 0.0]);
        let share = separability(&(&first + &second)).unwrap();
        assert!((share - 25.0 / 45.0).abs() < 1e-13, "{share}");
        let share = separability(&(&first + &(0.1 * &second))).unwrap();
        assert!((share - 25.0 / 25.2).abs() < 1e-13, "{share}");
        // Singular values 3 and 1.
        let overlapping = array![[2.0, 1.0], [1.0, 2.0]];
        assert!((separability(&overlapping).unwrap() - 0.9).abs() < 1e-14);
        // Equal ones: half, whatever the direction.
        let both = array![[1.0, 0.0], [0.0, 1.0]];
        assert!((separability(&both).unwrap() - 0.5).abs() < 1e-15);
    }

    #[test]
    fn nothing_has_no_share() {
        assert_eq!(separability(&Array2::zeros((3, 3))), None);
        assert_eq!(separability(&Array2::from_elem((1, 5), 1.0)), None);
        assert_eq!(separability(&Array2::zeros((0, 5))), None);
        assert_eq!(
            separability(&array![[1.0, f64::INFINITY], [1.0, 1.0]]),
            None
        );
    }
}
