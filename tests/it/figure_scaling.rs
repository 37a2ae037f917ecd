//! How large pictures and planes are drawn: pixels stay pixels, circles stay
//! circles, and panels with one axis show values at one place.

use crate::support::pixels::cut;
use cepstrum::data::{Axis, Plane, Unit};
use cepstrum::output::figure::*;
use cepstrum::synth::gauss;
use ndarray::Array2;

#[test]
fn pictures_are_shown_pixel_by_pixel() {
    let noise = gauss(5, 320 * 320);
    let values = ndarray::Array2::from_shape_vec((320, 320), noise).unwrap();
    let picture = Picture::grey("", &values, -2.0, 2.0).unwrap();
    let style = |side: f64| FigureStyle {
        bare: true,
        ..FigureStyle::default().with_size(side, side)
    };
    let drawn = |side: f64, scaling| {
        let picture = picture.clone().with_scaling(scaling);
        let figure = picture.draw(&style(side)).unwrap();
        (figure.size_px().0 as usize, figure.rgb().unwrap())
    };
    // At their own size, without the line of the frame.
    let (width, rgb) = drawn(4.0, Scaling::Whole);
    let own = cut(&picture.rgb, 320, [1, 1, 319, 319]);
    assert!(cut(&rgb, width, [41, 41, 359, 359]) == own);
    // Twice as large: four equal pixels each.
    let (width, rgb) = drawn(8.0, Scaling::Whole);
    for (i, pixel) in own.chunks(3).enumerate() {
        let (y, x) = (82 + 2 * (i / 318), 82 + 2 * (i % 318));
        let square = cut(&rgb, width, [x, y, x + 2, y + 2]);
        assert!(square.chunks(3).all(|p| p == pixel), "pixel {i}");
    }
    // 1.2 times: no value that the picture lacks, and its spread.
    let spread = |rgb: &[u8]| {
        let mean = rgb.iter().map(|&v| f64::from(v)).sum::<f64>() / rgb.len() as f64;
        let squares = rgb.iter().map(|&v| (f64::from(v) - mean).powi(2));
        (squares.sum::<f64>() / rgb.len() as f64).sqrt()
    };
    let (width, rgb) = drawn(4.04, Scaling::Fit);
    let enlarged = spread(&cut(&rgb, width, [12, 12, 392, 392]));
    // Half: means of four, half the spread.
    let (width, rgb) = drawn(1.8, Scaling::Fit);
    let shrunk = spread(&cut(&rgb, width, [12, 12, 168, 168]));
    let own = spread(&own);
    println!("spread {own:.2}, enlarged {enlarged:.2}, halved {shrunk:.2}");
    assert!((enlarged / own - 1.0).abs() < 0.01 && (shrunk / own - 0.5).abs() < 0.01);
    assert!(Picture::grey("", &values, 1.0, 1.0).is_err());
}

fn axis(start: f64, len: usize) -> Axis {
    Axis::Uniform {
        unit: Unit::Pixel,
        start,
        step: 1.0,
        len,
    }
}

/// A plane around 0 with the radius of a 2D spectrum drawn at `degrees`.
fn ray(degrees: f64) -> HeatMap {
    let plane = Plane {
        values: Array2::from_shape_fn((80, 80), |(y, x)| (x + y) as f64),
        rows: axis(-40.0, 80),
        cols: axis(-40.0, 80),
    };
    let (sin, cos) = degrees.to_radians().sin_cos();
    let ends = (vec![0.0, 36.0 * cos], vec![0.0, 36.0 * sin]);
    HeatMap {
        colour_map: ColourMap::Viridis,
        aspect: Aspect::Equal,
        series: vec![
            Series::new("", ends.0, ends.1)
                .with_style(LineStyle::Points)
                .with_colour(Rgb(255, 0, 0)),
        ],
        ..HeatMap::new("spectrum", plane)
    }
}

/// Corners of the box around all pixels of one colour.
fn extent(figure: &Figure, colour: [u8; 3]) -> [f64; 4] {
    let (width, rgb) = (figure.size_px().0 as usize, figure.rgb().unwrap());
    let hits = rgb.chunks(3).enumerate().filter(|(_, p)| **p == colour);
    let start = [f64::MAX, f64::MAX, 0.0, 0.0];
    hits.fold(start, |[x0, y0, x1, y1], (i, _)| {
        let (x, y) = ((i % width) as f64, (i / width) as f64);
        [x0.min(x), y0.min(y), x1.max(x + 1.0), y1.max(y + 1.0)]
    })
}

#[test]
fn a_ray_on_a_spectrum_has_its_angle_and_dots_at_both_ends() {
    for (width, height) in [(8.0, 4.0), (4.0, 6.0)] {
        let style = FigureStyle::default().with_size(width, height);
        for degrees in [30.0, 60.0] {
            let figure = ray(degrees).draw(&style).unwrap();
            let [x0, y0, x1, y1] = extent(&figure, [255, 0, 0]);
            // The dots reach a radius beyond the ends.
            let dot = 0.2 * 10.0 * 100.0 / 72.0;
            let (dx, dy) = (x1 - x0 - 2.0 * dot, y1 - y0 - 2.0 * dot);
            let angle = dy.atan2(dx).to_degrees();
            assert!(
                (angle - degrees).abs() < 1.0,
                "{angle} instead of {degrees}"
            );
        }
    }
}

#[test]
fn planes_of_several_lengths_on_one_axis_keep_their_scale() {
    let long = |len: usize| {
        let plane = Plane {
            values: Array2::from_shape_fn((4, len), |(_, x)| f64::from(x == 20)),
            rows: axis(0.0, 4),
            cols: axis(0.0, len),
        };
        HeatMap {
            colour_map: ColourMap::Grey,
            colour_bar: false,
            ..HeatMap::new("", plane)
        }
    };
    let grid = PanelGrid {
        columns: 1,
        panels: vec![Panel::Heat(long(100)), Panel::Heat(long(50))],
        share_x: true,
        ..PanelGrid::default()
    };
    let figure = grid.draw(&FigureStyle::default()).unwrap();
    let rgb = figure.rgb().unwrap();
    // Where the lit column of each panel starts, between dark ones.
    let column = |y: usize| {
        let row = cut(&rgb, 640, [0, y, 640, y + 1]);
        let lit = |x: &usize| row[3 * x] == 255 && row[3 * (x - 1)] == 0;
        (120..640).find(lit).unwrap()
    };
    let (above, below) = (column(100), column(330));
    assert!(above.abs_diff(below) <= 1, "{above} {below}");
    // Behind its end the shorter one shows the background.
    let [above, below] = [100, 330].map(|y| rgb[3 * (y * 640 + 550)]);
    assert_eq!((above, below), (0, 255));
}

#[test]
fn curves_are_cut_at_fixed_limits_of_logarithmic_axes() {
    let f: Vec<f64> = (1..160).map(|k| f64::from(k) / 320.0).collect();
    let red = Rgb(255, 0, 0);
    let power: Vec<f64> = f.iter().map(|f| f.powf(-3.0)).collect();
    let series = Series::new("", f, power.clone()).with_colour(red);
    let floor = vec![0.0; power.len()];
    let mut curves = CurveFigure {
        title: String::new(),
        x: AxisSpec::log("frequency", "").with_limits(1e-2, 1.0),
        y: AxisSpec::log("power", "").with_limits(1e2, 1e4),
        series: vec![series.clone().with_band(floor, power)],
        markers: vec![Marker::x(0.1, "crossing")],
    };
    let style = FigureStyle {
        bare: true,
        ..FigureStyle::default()
    };
    let frame = [10.0, 10.0, 630.0, 470.0];
    let [x0, y0, x1, y1] = extent(&curves.draw(&style).unwrap(), [255, 0, 0]);
    // f^-3 runs from 1e4 to 1e2 between 10^(-4/3) and 10^(-2/3).
    let at = |decade: f64| frame[0] + (decade + 2.0) / 2.0 * (frame[2] - frame[0]);
    assert!((x0 - at(-4.0 / 3.0)).abs() < 3.0 && (x1 - at(-2.0 / 3.0)).abs() < 3.0);
    assert!(y0 >= frame[1] - 1.0 && y1 <= frame[3] + 1.0, "{y0} {y1}");
    // The area below is shaded, that above is not, at 0.1 and power 300 and 5000.
    curves.series[0].y.fill(f64::NAN);
    curves.markers.clear();
    let figure = curves.draw(&style).unwrap();
    let rgb = figure.rgb().unwrap();
    let colour = |power: f64| {
        let y = frame[3] - (power.log10() - 2.0) / 2.0 * (frame[3] - frame[1]);
        let at = 3 * (y as usize * 640 + 320);
        [rgb[at], rgb[at + 1], rgb[at + 2]]
    };
    assert_eq!(colour(5000.0), [255; 3]);
    let [r, g, b] = colour(300.0);
    assert!(r == 255 && (190..210).contains(&g) && g == b, "{r} {g} {b}");
}
