//! Power of a signal with noise of every strength, for all transforms: against
//! the power of the sum at awkward shapes.

use cepstrum::data::{CrossPower, CrossSpectrum, Real, Transform};
use cepstrum::planar::{CepstralPower, DctRapsd, Radius, Rapsd};
use cepstrum::spectral::Periodogram;

const SHAPES: [(usize, usize); 13] = [
    (1, 1),
    (1, 2),
    (2, 1),
    (1, 9),
    (2, 9),
    (7, 1),
    (8, 8),
    (9, 9),
    (9, 12),
    (12, 7),
    (15, 17),
    (31, 32),
    (32, 20),
];

fn values(n: usize, seed: f64) -> Vec<f64> {
    (0..n)
        .map(|i| ((i * i) as f64 * 0.7 + seed).sin() + seed)
        .collect()
}

fn cast<T: Real>(x: &[f64]) -> Vec<T> {
    x.iter().map(|&x| T::of(x)).collect()
}

/// Whatever transforms planes of `m` by `n`, and their name.
fn transforms<T: Real>(m: usize, n: usize) -> Vec<(String, Box<dyn Transform<T>>)> {
    let named =
        |name: &str, transform: Box<dyn Transform<T>>| (format!("{name} {m} x {n}"), transform);
    let mut all: Vec<(String, Box<dyn Transform<T>>)> = vec![named(
        "cepstral power",
        Box::new(CepstralPower::new(n).unwrap()),
    )];
    for radius in [Radius::Index, Radius::Frequency] {
        let rapsd = Rapsd::new(m, n, radius).unwrap();
        all.push(named("rapsd", Box::new(rapsd)));
        let rapsd = DctRapsd::new(m, n, radius).unwrap();
        all.push(named("dct rapsd", Box::new(rapsd)));
    }
    if m * n > 1 {
        let lines = Periodogram::new(m * n).unwrap();
        all.push(named("periodogram", Box::new(lines)));
    }
    all
}

fn cross<T: Real>(transform: Box<dyn Transform<T>>, x: &[f64], e: &[f64]) -> CrossSpectrum {
    let mut plan = CrossPower::new(transform);
    let mut spectrum = plan.spectrum();
    plan.set_signal(&cast(x)).unwrap();
    plan.set_noise(&cast(e)).unwrap();
    plan.write(&mut spectrum).unwrap();
    spectrum
}

fn assert_power_of_the_sum(m: usize, n: usize) {
    let (x, e) = (values(m * n, 0.2), values(m * n, 1.3));
    for ((name, transform), (_, mut direct)) in transforms::<f64>(m, n)
        .into_iter()
        .zip(transforms::<f64>(m, n))
    {
        let n_bins = direct.n_bins();
        let spectrum = cross(transform, &x, &e);
        for sigma in [0.0, 0.3, 1.0, -2.5, 40.0] {
            let noisy: Vec<f64> = x.iter().zip(&e).map(|(x, e)| x + sigma * e).collect();
            let (mut got, mut expected) = (vec![f64::NAN; n_bins], vec![f64::NAN; n_bins]);
            spectrum.noisy(sigma, &mut got).unwrap();
            direct.power(&noisy, &mut expected).unwrap();
            let max = expected.iter().fold(0.0, |m: f64, p| m.max(*p));
            for (bin, (got, expected)) in got.iter().zip(&expected).enumerate() {
                let error = (got - expected).abs();
                assert!(error <= 1e-13 * max, "{name}, {sigma}, [{bin}]: {error:e}");
            }
        }
    }
}

#[test]
fn agrees_with_the_power_of_the_sum() {
    for (m, n) in SHAPES {
        assert_power_of_the_sum(m, n);
    }
    for n in 3..=41 {
        assert_power_of_the_sum(1, n);
    }
}

#[test]
fn f32_keeps_its_accuracy_beside_a_large_mean() {
    let check = |(m, n): (usize, usize), offset: f64, tolerance: f64| {
        let single = |x: f64| f64::from((x + offset) as f32);
        let x: Vec<f64> = values(m * n, 0.2).into_iter().map(single).collect();
        let e: Vec<f64> = cast::<f32>(&values(m * n, 1.3))
            .into_iter()
            .map(f64::from)
            .collect();
        for ((name, fast), (_, exact)) in transforms::<f32>(m, n)
            .into_iter()
            .zip(transforms::<f64>(m, n))
        {
            // Bin 0 is larger by orders and would hide the others.
            let n_dc = usize::from(fast.has_dc());
            let (fast, exact) = (cross(fast, &x, &e), cross(exact, &x, &e));
            for (got, expected) in [
                (&fast.signal, &exact.signal),
                (&fast.cross, &exact.cross),
                (&fast.noise, &exact.noise),
            ] {
                let max = expected[n_dc..]
                    .iter()
                    .fold(0.0, |m: f64, p| m.max(p.abs()));
                for (got, expected) in got.iter().zip(expected).skip(n_dc) {
                    let error = (got - expected).abs();
                    assert!(error < tolerance * max, "{name}: {got} {expected}");
                }
            }
        }
    };
    check((31, 32), 0.0, 2e-6);
    check((15, 14), 0.0, 2e-6);
    check((32, 20), -60.0, 1e-5);
}

#[test]
fn dc_is_the_power_of_means() {
    let (m, n) = (9, 12);
    let (x, e) = (vec![0.1; m * n], vec![-0.3; m * n]);
    for (name, transform) in transforms::<f64>(m, n) {
        let has_dc = transform.has_dc();
        let per_frame = if name.starts_with("cepstral") {
            n
        } else {
            m * n
        } as f64;
        let spectrum = cross(transform, &x, &e);
        for (part, power) in [
            (&spectrum.signal, 0.1 * 0.1),
            (&spectrum.cross, 0.1 * -0.3),
            (&spectrum.noise, -0.3 * -0.3),
        ] {
            let (dc, rest) = part.split_at(usize::from(has_dc));
            for dc in dc {
                assert!((dc - per_frame * power).abs() < 1e-14, "{name}: {dc}");
            }
            assert!(rest.iter().all(|p| p.abs() < 1e-25), "{name}: {rest:?}");
        }
    }
}

#[test]
fn noise_serves_all_signals() {
    for (m, n) in SHAPES {
        let e = values(m * n, 1.3);
        for ((name, transform), i) in transforms::<f64>(m, n).into_iter().zip(0..) {
            let mut plan = CrossPower::new(transform);
            let mut spectrum = plan.spectrum();
            plan.set_noise(&e).unwrap();
            for seed in [0.2, -0.9, 0.2] {
                let x = values(m * n, seed);
                plan.set_signal(&x).unwrap();
                plan.write(&mut spectrum).unwrap();
                let expected = cross(transforms::<f64>(m, n).swap_remove(i).1, &x, &e);
                assert_eq!(spectrum, expected, "{name}");
            }
        }
    }
}

/// Parseval, and rings as means of cells.
#[test]
fn cells_hold_the_energy_of_the_plane() {
    for (m, n) in SHAPES {
        let x = values(m * n, 0.2);
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        let expected: f64 = x.iter().map(|x| (x - mean).powi(2)).sum();
        for (name, transform) in transforms::<f64>(m, n) {
            let mut plan = CrossPower::new(transform);
            let counts = plan.cell_counts();
            let has_cells = name.contains("rapsd");
            assert_eq!(counts.is_empty(), !has_cells, "{name}");
            plan.set_signal(&x).unwrap();
            let mut cells = vec![0.0; counts.len()];
            plan.add_cell_power(0.5, &mut cells).unwrap();
            plan.add_cell_power(0.5, &mut cells).unwrap();
            if has_cells {
                assert_eq!(counts.iter().sum::<f64>(), (m * n) as f64, "{name}");
                assert!(plan.add_cell_power(1.0, &mut cells[1..]).is_err());
                let energy = cells
                    .iter()
                    .zip(&counts)
                    .map(|(power, count)| power * count);
                assert!((energy.sum::<f64>() - expected).abs() < 1e-11, "{name}");
            }
        }
        assert_ring_is_mean_of_cells(&x, (m, n));
    }
}

fn assert_ring_is_mean_of_cells(x: &[f64], (m, n): (usize, usize)) {
    let rapsd = Rapsd::<f64>::new(m, n, Radius::Frequency).unwrap();
    let mut plan = CrossPower::new(Box::new(rapsd));
    let mut spectrum = plan.spectrum();
    plan.set_signal(x).unwrap();
    plan.set_noise(&vec![0.0; m * n]).unwrap();
    plan.write(&mut spectrum).unwrap();
    let counts = plan.cell_counts();
    let mut cells = vec![0.0; counts.len()];
    plan.add_cell_power(1.0, &mut cells).unwrap();
    let of_ring = cells.iter().zip(&counts).enumerate().filter(|(cell, _)| {
        let (kx, ky) = (cell / m, cell % m);
        Radius::Frequency.ring(ky.min(m - ky), kx, m, n) == 1
    });
    let (sum, total) = of_ring.fold((0.0, 0.0), |(sum, total), (_, (power, count))| {
        (sum + power * count, total + count)
    });
    if let Some(power) = spectrum.signal.get(1) {
        assert!((sum / total - power).abs() < 1e-12, "{m} x {n}");
    }
}

#[test]
fn refuses_what_does_not_fit() {
    for (name, transform) in transforms::<f64>(4, 4) {
        let mut plan = CrossPower::new(transform);
        let mut spectrum = plan.spectrum();
        assert!(
            plan.write(&mut spectrum).is_err(),
            "{name}: nothing was set"
        );
        plan.set_signal(&[0.0; 16]).unwrap();
        assert!(plan.write(&mut spectrum).is_err(), "{name}: no noise");
        for wrong in [0, 15, 17] {
            assert!(plan.set_signal(&vec![0.0; wrong]).is_err(), "{name}");
            assert!(plan.set_noise(&vec![0.0; wrong]).is_err(), "{name}");
        }
        plan.set_signal(&[0.0; 16]).unwrap();
        plan.set_noise(&[0.0; 16]).unwrap();
        plan.write(&mut spectrum).unwrap();
        let n_bins = spectrum.signal.len();
        for part in 0..3 {
            let mut spectrum = plan.spectrum();
            [
                &mut spectrum.signal,
                &mut spectrum.cross,
                &mut spectrum.noise,
            ][part]
                .push(0.0);
            assert!(plan.write(&mut spectrum).is_err(), "{name}");
            assert!(spectrum.noisy(1.0, &mut vec![0.0; n_bins]).is_err());
            assert!(plan.spectrum().add_scaled(&spectrum, 1.0).is_err());
        }
        assert!(spectrum.noisy(1.0, &mut vec![0.0; n_bins + 1]).is_err());
        for sigma in [f64::NAN, f64::INFINITY] {
            assert!(spectrum.noisy(sigma, &mut vec![0.0; n_bins]).is_err());
        }
    }
    // Frames are as many as there are, but as many of noise.
    let mut plan = CrossPower::new(Box::new(CepstralPower::<f64>::new(4).unwrap()));
    plan.set_signal(&[0.0; 16]).unwrap();
    plan.set_noise(&[0.0; 12]).unwrap();
    assert!(plan.write(&mut CrossSpectrum::new(4)).is_err());
    assert!(Rapsd::<f64>::new(0, 4, Radius::Index).is_err());
    assert!(DctRapsd::<f64>::new(0, 4, Radius::Index).is_err());
    assert!(CepstralPower::<f64>::new(0).is_err());
    assert!(Periodogram::<f64>::new(1).is_err());
}

#[test]
fn cancelling_power_is_not_negative_and_what_is_not_finite_shows() {
    let spectrum = CrossSpectrum {
        signal: vec![1.0, f64::NAN],
        cross: vec![-1.0 - 1e-15, 0.0],
        noise: vec![1.0, 1.0],
    };
    let mut out = [f64::NAN; 2];
    spectrum.noisy(1.0, &mut out).unwrap();
    assert_eq!(out[0], 0.0);
    assert!(out[1].is_nan());
}
