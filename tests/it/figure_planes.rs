//! Figures of planes and grids of panels: orientation, axes, colours, and the
//! look of published spectrograms.

use crate::support::svg::Drawing;
use crate::support::{pixels, shared};
use cepstrum::data::{Axis, Plane, Signal, Unit};
use cepstrum::output::figure::*;
use cepstrum::spectral::{LogMel, LogMelConfig, StftConfig, spectrogram_db};
use ndarray::Array2;

fn style_700() -> FigureStyle {
    FigureStyle::default().with_size(7.0, 4.0)
}

fn pixel_plane(n_rows: usize, n_cols: usize, value: impl Fn(usize, usize) -> f64) -> Plane {
    let axis = |len| Axis::Uniform {
        unit: Unit::Pixel,
        start: 0.0,
        step: 1.0,
        len,
    };
    Plane {
        values: Array2::from_shape_fn((n_rows, n_cols), |(y, x)| value(y, x)),
        rows: axis(n_rows),
        cols: axis(n_cols),
    }
}

#[test]
fn heat_maps_put_row_zero_where_the_origin_says() {
    for (origin, top) in [(Origin::Lower, 255), (Origin::Upper, 0)] {
        let map = HeatMap {
            colour_map: ColourMap::Grey,
            origin,
            ..HeatMap::new("", pixel_plane(2, 1, |y, _| y as f64))
        };
        let style = FigureStyle {
            bare: true,
            ..FigureStyle::default()
        };
        let (size, rgb) = pixels::decode(&map.draw(&style).unwrap().png().unwrap());
        let at = |y: u32| rgb[(y * size.0 + size.0 / 2) as usize][0];
        assert_eq!((at(100), at(400)), (top, 255 - top), "{origin:?}");
    }
}

#[test]
fn heat_maps_survive_missing_and_constant_values() {
    for value in [0.0, f64::NAN, f64::INFINITY, 1e300, -1e-300] {
        for range in [
            ColourRange::Auto,
            ColourRange::Symmetric,
            ColourRange::Fixed(-1.0, 1.0),
        ] {
            let map = HeatMap {
                range,
                ..HeatMap::new("constant", pixel_plane(3, 4, |_, _| value))
            };
            let figure = map.draw(&style_700()).unwrap();
            Drawing::parse(figure.svg()).check_texts(&format!("{value} {range:?}"));
            assert!(!figure.png().unwrap().is_empty());
        }
    }
    let reversed = HeatMap {
        range: ColourRange::Fixed(1.0, -1.0),
        ..HeatMap::new("", pixel_plane(2, 2, |_, _| 0.0))
    };
    assert!(reversed.draw(&style_700()).is_err());
    assert!(
        HeatMap::new("", pixel_plane(0, 4, |_, _| 0.0))
            .draw(&style_700())
            .is_err()
    );
}

fn clip_plane(mel: bool) -> Plane {
    let samples = cepstrum::synth::chirp(32_000, 16_000.0, 100.0, 6000.0, 0.5);
    let signal = Signal {
        samples: samples.iter().map(|&x| x as f32).collect(),
        sample_rate: 16_000,
    };
    match mel {
        true => LogMel::<f64>::new(&LogMelConfig::new(16_000))
            .unwrap()
            .plane(&signal)
            .unwrap(),
        false => spectrogram_db(&signal, &StftConfig::new(1024, 512), 80.0).unwrap(),
    }
}

#[test]
fn mel_ticks_stand_at_the_band_centres_of_this_rate() {
    let plane = clip_plane(true);
    let centres = plane.rows.values();
    let figure = HeatMap::spectrogram("mel", plane, FrequencyScale::Mel)
        .draw(&style_700())
        .unwrap();
    let drawing = Drawing::parse(figure.svg());
    drawing.check_texts("mel");
    // Two ticks fix the scale; a third must lie where the centres say.
    let index = |hz: f64| {
        let i = centres.partition_point(|&c| c <= hz) - 1;
        i as f64 + (hz - centres[i]) / (centres[i + 1] - centres[i])
    };
    let [low, middle, high] = ["500", "1k", "5k"].map(|label| drawing.baseline(label));
    let expected = (index(1000.0) - index(500.0)) / (index(5000.0) - index(500.0));
    let got = (middle - low) / (high - low);
    assert!(
        (got - expected).abs() < 0.005,
        "{got} instead of {expected}"
    );
    assert!(!drawing.texts().contains(&"10k".to_string()));
}

#[test]
fn log_spectrograms_are_really_log_spaced() {
    // A tone in row 64 of 513: 1000 Hz at 16 kHz.
    let mut plane = clip_plane(false);
    plane.values.fill(-80.0);
    plane.values.row_mut(64).fill(0.0);
    let map = HeatMap {
        colour_map: ColourMap::Grey,
        ..HeatMap::spectrogram("", plane, FrequencyScale::Log)
    };
    let style = FigureStyle {
        bare: true,
        ..FigureStyle::default()
    };
    let (size, rgb) = pixels::decode(&map.draw(&style).unwrap().png().unwrap());
    let bright: Vec<u32> = (15..size.1 - 15)
        .filter(|y| rgb[(y * size.0 + 300) as usize][0] > 200)
        .collect();
    let middle = f64::from(bright[0] + bright[bright.len() - 1]) / 2.0;
    let frame = (10.0, f64::from(size.1) - 10.0);
    let got = (frame.1 - middle) / (frame.1 - frame.0);
    // From the first row, 15.625 Hz, to 8000 Hz.
    let expected = (64.0_f64).ln() / (512.0_f64).ln();
    assert!(
        (got - expected).abs() < 0.006,
        "{got} instead of {expected}"
    );
}

/// Five equal tones in the middle of bins, from 300 Hz to 20 kHz.
fn tones(sample_rate: u32) -> (Vec<f64>, Plane) {
    let bin = f64::from(sample_rate) / 2048.0;
    let frequencies: Vec<f64> = [300.0, 1000.0, 3000.0, 8000.0, 20_000.0]
        .iter()
        .map(|hz: &f64| (hz / bin).round() * bin)
        .collect();
    let sample = |i: u32| {
        let turns = |hz: &f64| f64::from(i) / f64::from(sample_rate) * hz;
        let sum: f64 = frequencies
            .iter()
            .map(|hz| (std::f64::consts::TAU * turns(hz).fract()).sin())
            .sum();
        (0.15 * sum) as f32
    };
    let signal = Signal {
        samples: (0..2 * sample_rate).map(sample).collect(),
        sample_rate,
    };
    let plane = spectrogram_db(&signal, &StftConfig::new(2048, 512), 80.0).unwrap();
    (frequencies, plane)
}

/// Left, top, width and height of the panels with a picture, in pixels.
fn windows(svg: &str) -> Vec<[f64; 4]> {
    let number = |tag: &str, name: &str| -> f64 {
        let rest = tag.split(&format!(" {name}=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().parse::<f64>().unwrap() / 8.0
    };
    let tags = svg.split("<svg ").skip(2);
    let tags = tags.map(|tag| format!(" {}", tag.split('>').next().unwrap()));
    tags.map(|tag| ["x", "y", "width", "height"].map(|name| number(&tag, name)))
        // Colour bars are narrow.
        .filter(|window| window[2] > 40.0)
        .collect()
}

/// The brightness of each tone in a drawn panel, in dB.
fn drawn_levels((size, rgb): &pixels::Pixels, window: &[f64; 4], positions: &[f64]) -> Vec<f64> {
    let [left, top, width, height] = *window;
    let level = |position: &f64| {
        let y = top + (1.0 - position) * height;
        let near = (y - 3.0) as u32..=(y + 3.0) as u32;
        let x = (left + 0.4 * width) as u32;
        let brightest = near.map(|y| rgb[(y * size.0 + x) as usize][0]).max();
        f64::from(brightest.unwrap()) / 255.0 * 80.0 - 80.0
    };
    positions.iter().map(level).collect()
}

fn check_tones(sample_rate: u32, scale: FrequencyScale, columns: usize) {
    let (frequencies, plane) = tones(sample_rate);
    let rate = f64::from(sample_rate);
    let (bin, nyquist) = (rate / 2048.0, rate / 2.0);
    let position = |hz: &f64| match scale {
        FrequencyScale::Log => (hz / bin).ln() / (nyquist / bin).ln(),
        _ => hz / nyquist,
    };
    let positions: Vec<f64> = frequencies.iter().map(position).collect();
    let map = HeatMap {
        colour_map: ColourMap::Grey,
        range: ColourRange::Fixed(-80.0, 0.0),
        ..HeatMap::spectrogram("", plane, scale)
    };
    let grid = PanelGrid {
        columns,
        panels: vec![Panel::Heat(map); columns * columns],
        ..PanelGrid::default()
    };
    let figure = grid.draw(&FigureStyle::default()).unwrap();
    let drawn = pixels::decode(&figure.png().unwrap());
    let windows = windows(figure.svg());
    assert_eq!(windows.len(), columns * columns);
    for window in &windows {
        let levels = drawn_levels(&drawn, window, &positions);
        let highest = levels.iter().copied().fold(f64::MIN, f64::max);
        let lowest = levels.iter().copied().fold(f64::MAX, f64::min);
        let case = format!("{rate} Hz {scale:?} {columns} columns: {levels:.1?}");
        println!("{case}");
        assert!(highest - lowest < 1.5 && lowest > -2.0, "{case}");
    }
}

#[test]
fn equal_tones_are_drawn_equal() {
    for sample_rate in [44_100, 48_000] {
        for scale in [FrequencyScale::Linear, FrequencyScale::Log] {
            check_tones(sample_rate, scale, 1);
            check_tones(sample_rate, scale, 3);
        }
    }
}

#[test]
fn a_short_click_in_a_long_recording_is_drawn() {
    for click in [1000, 4321, 7777] {
        let plane = pixel_plane(4, 10_000, |_, x| if x == click { 0.0 } else { -80.0 });
        let map = HeatMap {
            colour_map: ColourMap::Grey,
            ..HeatMap::spectrogram("", plane, FrequencyScale::Linear)
        };
        let figure = map.draw(&FigureStyle::default()).unwrap();
        let (size, rgb) = pixels::decode(&figure.png().unwrap());
        let [left, top, width, height] = windows(figure.svg())[0];
        let middle = (top + 0.4 * height) as usize * size.0 as usize;
        let row = &rgb[middle + left as usize + 3..middle + (left + width) as usize - 3];
        let bright = row.iter().filter(|p| p[0] > 250).count();
        assert_eq!(bright, 1, "column {click}");
    }
}

#[test]
fn a_single_frame_spans_one_hop() {
    let axis = |unit, start, step, len| Axis::Uniform {
        unit,
        start,
        step,
        len,
    };
    let plane = Plane {
        values: Array2::zeros((5, 1)),
        rows: axis(Unit::Hertz, 0.0, 100.0, 5),
        cols: axis(Unit::Second, 0.5, 0.2, 1),
    };
    let mut map = HeatMap::spectrogram("", plane, FrequencyScale::Linear);
    map.range = ColourRange::Fixed(0.0, 1.0);
    map.x = map.x.with_limits(0.0, 1.0);
    let figure = map.draw(&FigureStyle::default()).unwrap();
    let (size, rgb) = pixels::decode(&figure.png().unwrap());
    let [left, top, width, height] = windows(figure.svg())[0];
    let middle = (top + 0.4 * height) as usize * size.0 as usize;
    let row = &rgb[middle + left as usize + 3..middle + (left + width) as usize - 3];
    let dark = row.iter().filter(|p| p[0] < 100).count() as f64;
    assert!((dark / width - 0.2).abs() < 0.01, "{dark} of {width}");
}

#[test]
fn grids_share_axes_and_one_colour_bar() {
    let heat = |i: usize| {
        Panel::Heat(HeatMap::spectrogram(
            &format!("clip {i}.wav"),
            clip_plane(false),
            FrequencyScale::Linear,
        ))
    };
    let grid = PanelGrid {
        title: "Clips".into(),
        columns: 2,
        panels: (0..4).map(heat).collect(),
        share_x: true,
        share_y: true,
        share_colour: true,
    };
    let drawing = Drawing::parse(grid.draw(&style_700()).unwrap().svg());
    drawing.check_texts("grid of heat maps");
    let count = |text: &str| drawing.texts().iter().filter(|t| *t == text).count();
    assert_eq!(
        [
            count("power (dB)"),
            count("frequency (kHz)"),
            count("time (s)"),
            count("Clips")
        ],
        [1, 2, 2, 1]
    );
}

#[test]
fn grids_of_pictures_and_curves_keep_their_texts_apart() {
    let picture = |i: u32| {
        Panel::Picture(Picture {
            title: format!("photograph number {i} with a name"),
            width: 4,
            height: 4,
            rgb: (0..48).map(|v| (v * 5) as u8).collect(),
            scaling: Scaling::Fit,
        })
    };
    let curve = |i: i32| {
        let x: Vec<f64> = (1..160).map(f64::from).collect();
        let y = x.iter().map(|x| x.powf(-1.5) * 10f64.powi(3 * i)).collect();
        Panel::Curves(CurveFigure {
            title: String::new(),
            x: AxisSpec::log("frequency", "Hz"),
            y: AxisSpec::log("power", ""),
            series: vec![Series::new("", x, y)],
            markers: vec![],
        })
    };
    let panels: Vec<Panel> = (0..4)
        .map(picture)
        .chain((0..3).map(curve))
        .chain([Panel::Empty])
        .collect();
    for share in [false, true] {
        let grid = PanelGrid {
            columns: 4,
            panels: panels.clone(),
            share_x: share,
            share_y: share,
            ..PanelGrid::default()
        };
        for style in [
            FigureStyle::default().with_size(12.0, 6.0),
            FigureStyle::double_column(),
            FigureStyle::slide(),
        ] {
            Drawing::parse(grid.draw(&style).unwrap().svg()).check_texts("pictures and curves");
        }
    }
}

/// Mean difference of colour inside the frames, both cropped to it.
fn colour_error(clip: &str, published: &str) -> Option<f64> {
    let test = "published_spectrograms";
    let clip = shared(test, &format!("reference/audio/{clip}"))?;
    let published = shared(test, &format!("reference/images/{published}"))?;
    let mut wav = hound::WavReader::open(clip).unwrap();
    let signal = Signal {
        sample_rate: wav.spec().sample_rate,
        samples: wav
            .samples::<i16>()
            .map(|s| f32::from(s.unwrap()) / 32768.0)
            .collect(),
    };
    let plane = spectrogram_db(&signal, &StftConfig::new(1024, 512), 80.0).unwrap();
    let figure = HeatMap::spectrogram("", plane, FrequencyScale::Linear)
        .draw(&FigureStyle::post())
        .unwrap();
    let ours = pixels::inside_frame(&pixels::decode(&figure.png().unwrap()));
    let theirs = pixels::inside_frame(&pixels::decode(&std::fs::read(published).unwrap()));
    Some(pixels::mean_difference(&ours, &theirs))
}

#[test]
fn published_spectrograms() {
    for i in 1..=4 {
        if let Some(error) = colour_error(
            &format!("audio_clip{i}.wav"),
            &format!("spectrogram_clip{i}.png"),
        ) {
            println!("clip {i}: mean colour error {error:.3} of 255");
            assert!(error < 3.0, "clip {i}: {error}");
        }
    }
}
