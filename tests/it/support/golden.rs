//! The golden files: numbers computed elsewhere, with a tolerance class each.

use super::fixture;
use ndarray::ArrayD;
use ndarray_npy::ReadNpyExt;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Precision of the result under test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Precision {
    F32,
    F64,
}

/// How far a result may lie from the golden value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tolerance {
    Linear,
    Power,
    Power1d,
    Log,
    Db,
    Scalar,
    Filter,
}

use Precision::{F32, F64};

/// The path of a golden file: the whole set where it lies beside the checkout,
/// the committed subset otherwise. `None` is announced.
pub fn path(test: &str, name: &str) -> Option<PathBuf> {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/golden");
    for folder in [whole, fixture("golden")] {
        if folder.join(name).exists() {
            return Some(folder.join(name));
        }
    }
    eprintln!("SKIPPED without ../shared: {test} (golden/{name})");
    None
}

/// A golden array of float64.
pub fn array(test: &str, name: &str) -> Option<ArrayD<f64>> {
    let file = File::open(path(test, name)?).unwrap();
    Some(ArrayD::<f64>::read_npy(file).unwrap())
}

/// A golden array of float64, as a row-major list.
pub fn values(test: &str, name: &str) -> Option<Vec<f64>> {
    Some(array(test, name)?.iter().copied().collect())
}

/// A golden array of uint8, as (shape, row-major list).
pub fn bytes(test: &str, name: &str) -> Option<(Vec<usize>, Vec<u8>)> {
    let file = File::open(path(test, name)?).unwrap();
    let array = ArrayD::<u8>::read_npy(file).unwrap();
    Some((array.shape().to_vec(), array.iter().copied().collect()))
}

/// A golden array of int64, as a row-major list.
pub fn integers(test: &str, name: &str) -> Option<Vec<i64>> {
    let file = File::open(path(test, name)?).unwrap();
    let array = ArrayD::<i64>::read_npy(file).unwrap();
    Some(array.iter().copied().collect())
}

/// All scalars, by key.
pub fn scalars() -> serde_json::Value {
    let file = File::open(path("scalars", "scalars.json").unwrap()).unwrap();
    serde_json::from_reader(file).unwrap()
}

/// One scalar.
#[track_caller]
pub fn scalar(scalars: &serde_json::Value, key: &str) -> f64 {
    scalars[key]["value"]
        .as_f64()
        .unwrap_or_else(|| panic!("no scalar {key}"))
}

/// One list of scalars.
#[track_caller]
pub fn list(scalars: &serde_json::Value, key: &str) -> Vec<f64> {
    let list = scalars[key]["value"].as_array();
    list.unwrap_or_else(|| panic!("no list {key}"))
        .iter()
        .map(|v| v.as_f64().unwrap())
        .collect()
}

impl Tolerance {
    /// Error of one value in units of what the class allows; `None` where the
    /// class does not compare values this small beside the largest, `max`.
    fn excess(self, precision: Precision, got: f64, expected: f64, max: f64) -> Option<f64> {
        let error = (got - expected).abs();
        let relative = |allowed: f64, from: f64| {
            (expected.abs() > from * max).then(|| error / (allowed * expected.abs()))
        };
        match (self, precision) {
            (Tolerance::Linear, F64) => Some(error / (1e-12 * max)),
            (Tolerance::Linear, F32) => Some(error / (2e-6 * max)),
            (Tolerance::Power, F64) => relative(1e-10, 1e-12),
            (Tolerance::Power, F32) => relative(1e-5, 1e-9),
            (Tolerance::Power1d, F64) => relative(1e-8, 1e-12),
            (Tolerance::Power1d, F32) => relative(1e-3, 1e-6),
            (Tolerance::Log, F64) => Some(error / 1e-9),
            (Tolerance::Log, F32) => Some(error / 1e-3),
            (Tolerance::Db, F64) => Some(error / 1e-6),
            (Tolerance::Db, F32) => Some(error / 0.02),
            (Tolerance::Scalar, F64) => Some(error / (1e-9 * expected.abs())),
            (Tolerance::Scalar, F32) => Some(error / (1e-4 * expected.abs())),
            (Tolerance::Filter, F64) => Some(error / 1e-12),
            (Tolerance::Filter, F32) => Some(error / (1e-6 * max)),
        }
    }
}

/// Compares two lists by class and prints the worst error as a share of what
/// is allowed.
#[track_caller]
pub fn compare(
    name: &str,
    tolerance: Tolerance,
    precision: Precision,
    got: &[f64],
    expected: &[f64],
) {
    assert_eq!(got.len(), expected.len(), "{name}: length");
    assert!(!got.is_empty(), "{name}: nothing to compare");
    let max = expected.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    let mut compared = 0;
    let mut worst = (0.0, 0);
    for (i, (&got, &expected)) in got.iter().zip(expected).enumerate() {
        assert!(got.is_finite(), "{name}[{i}] is {got}");
        if let Some(excess) = tolerance.excess(precision, got, expected, max) {
            compared += 1;
            if excess > worst.0 {
                worst = (excess, i);
            }
        }
    }
    assert!(compared > 0, "{name}: every value was too small to compare");
    println!("golden {tolerance:?} {precision:?} {:.2e} {name}", worst.0);
    let (excess, i) = worst;
    assert!(
        excess <= 1.0,
        "{name}[{i}]: {:e} instead of {:e}: {excess:.3} times the tolerance {tolerance:?} {precision:?}",
        got[i],
        expected[i]
    );
}
