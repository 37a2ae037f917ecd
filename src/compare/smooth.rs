/// Each value replaced by the mean over the frequencies within half a band of
/// it; `per_octave` bands make an octave, and a band lies evenly around its
/// frequency on a logarithmic axis. A band of fewer than `least` values takes as
/// many neighbours on either side as make up that number.
///
/// `frequency` is positive and increasing. Ends see what there is of their
/// band.
///
/// ```
/// use cepstrum::compare::octave_smoothed;
/// let f = [1.0, 1.9, 2.0, 2.1];
/// let smooth = octave_smoothed(&f, &[5.0, 1.0, 2.0, 3.0], 3.0, 1);
/// assert_eq!(smooth, [5.0, 2.0, 2.0, 2.0]);
/// ```
pub fn octave_smoothed(
    frequency: &[f64],
    values: &[f64],
    per_octave: f64,
    least: usize,
) -> Vec<f64> {
    let half = (0.5 / per_octave).exp2();
    let n = frequency.len().min(values.len());
    let (mut first, mut end) = (0, 0);
    (0..n)
        .map(|i| {
            let f = frequency[i];
            while frequency[first] < f / half {
                first += 1;
            }
            while end < n && frequency[end] <= f * half {
                end += 1;
            }
            let beside = least / 2;
            let narrow = end - first < least;
            let band = match narrow {
                true => i.saturating_sub(beside)..(i + beside + 1).min(n),
                false => first..end,
            };
            let band = &values[band];
            band.iter().sum::<f64>() / band.len() as f64
        })
        .collect()
}
