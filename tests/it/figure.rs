//! Figures as users get them: structure of the SVG, text that neither overlaps
//! nor leaves the canvas, and pixels of the PNG.

use crate::support::pixels;
use crate::support::svg::Drawing;
use cepstrum::output::figure::*;

fn log_log(series: Vec<Series>) -> CurveFigure {
    CurveFigure {
        title: "Power".into(),
        x: AxisSpec::log("frequency", "Hz"),
        y: AxisSpec::log("power", ""),
        series,
        markers: vec![],
    }
}

fn style_700() -> FigureStyle {
    FigureStyle::default().with_size(7.0, 4.0)
}

fn ramp(n: u32, factor: f64) -> (Vec<f64>, Vec<f64>) {
    let x: Vec<f64> = (1..=n).map(f64::from).collect();
    let y = x.iter().map(|x| factor * x.powf(-1.5)).collect();
    (x, y)
}

/// Figures that strain the layout: long texts, many series, odd ranges.
fn demanding() -> Vec<(&'static str, CurveFigure)> {
    let mut all = crowded();
    all.extend(odd_ranges());
    all
}

const LONG: &str = "a very long label of the kind that file names and classes make, 0123456789";

fn one(label: &str, x: &[f64], y: &[f64]) -> Vec<Series> {
    vec![Series::new(label, x.to_vec(), y.to_vec())]
}

fn linear(x: &[f64], y: &[f64]) -> CurveFigure {
    CurveFigure {
        title: LONG.into(),
        x: AxisSpec::linear(LONG, "s"),
        y: AxisSpec::linear(LONG, "cycles/sample"),
        ..log_log(one(LONG, x, y))
    }
}

fn crowded() -> Vec<(&'static str, CurveFigure)> {
    let (x, y) = ramp(200, 1e3);
    let ten = (0..10).map(|i| {
        let (x, y) = ramp(100, 10f64.powi(i));
        Series::new(&format!("{i} {LONG}"), x, y).with_style(LineStyle::Points)
    });
    let mut marked = log_log(one("one", &x, &y));
    marked.markers = [90.0, 95.0, 100.0, 105.0, 110.0]
        .iter()
        .map(|&at| Marker::x(at, &format!("peak {at} Hz")))
        .chain([
            Marker::y(1.0, "level of the noise"),
            Marker::y(1.1, "a second level"),
            Marker::x(1e9, "beyond"),
        ])
        .collect();
    let markup = "<&\"'>\u{1}\u{feff}日本 \n é";
    vec![
        ("ten long labels", log_log(ten.collect())),
        ("markers side by side", marked),
        ("long texts on linear axes", linear(&x, &y)),
        ("markup", log_log(one(markup, &x, &y))),
    ]
}

fn odd_ranges() -> Vec<(&'static str, CurveFigure)> {
    let log = |x: &[f64], y: &[f64]| log_log(one("s", x, y));
    let nan = [f64::NAN; 3];
    vec![
        ("tiny", linear(&[0.0, 1e-12], &[1e-300, 2e-300])),
        ("huge", linear(&[-1e17, 1e17], &[-1e299, 1e299])),
        (
            "small differences",
            linear(&[1e6, 1e6 + 1e-3], &[0.1, 0.1 + 1e-12]),
        ),
        ("negative", linear(&[-5.0, 5.0], &[-40.0, -1.5])),
        ("huge decades", log(&[1e-300, 1e290], &[1e-308, 1e280])),
        ("one decade", log(&[1.0, 10.0], &[2.0, 20.0])),
        ("part of a decade", log(&[440.0, 466.0], &[1.0, 1.01])),
        ("single point", log(&[100.0], &[1.0])),
        ("all NaN", log(&nan, &nan)),
        ("no point", log(&[], &[])),
        ("no series", log_log(vec![])),
        (
            "extremes of f64",
            linear(&[f64::MIN, 0.0, f64::MAX], &[0.0, f64::MIN_POSITIVE, 1.0]),
        ),
    ]
}

fn styles() -> Vec<FigureStyle> {
    let mut styles = vec![style_700(), style_700().with_theme(Theme::Dark)];
    styles.extend(
        ["default", "single-column", "double-column", "slide"]
            .map(|name| FigureStyle::preset(name).unwrap()),
    );
    styles
}

#[test]
fn texts_stay_on_the_canvas_and_apart() {
    for style in styles() {
        for (name, figure) in demanding() {
            let figure = figure.draw(&style).unwrap();
            Drawing::parse(figure.svg()).check_texts(&format!("{name}, {} in", style.width_in));
        }
    }
}

#[test]
fn axes_are_labelled_with_units_and_decades() {
    let (x, y) = ramp(10_000, 1e3);
    let figure = log_log(vec![Series::new("mean", x, y)])
        .draw(&style_700())
        .unwrap();
    let texts = Drawing::parse(figure.svg()).texts();
    for text in [
        "Power",
        "frequency (Hz)",
        "power",
        "mean",
        "10⁰",
        "10⁴",
        "10⁻²",
    ] {
        assert!(
            texts.iter().any(|t| t == text),
            "{text} is not in {texts:?}"
        );
    }
    let (x, y) = ramp(100, 1.0);
    let linear = CurveFigure {
        x: AxisSpec::linear("frequency", "Hz"),
        y: AxisSpec::linear("power", "dB"),
        ..log_log(vec![Series::new(
            "",
            x.iter().map(|x| 100.0 * x).collect(),
            y,
        )])
    };
    let texts = Drawing::parse(linear.draw(&style_700()).unwrap().svg()).texts();
    for text in ["frequency (kHz)", "power (dB)", "10", "0.0"] {
        assert!(
            texts.iter().any(|t| t == text),
            "{text} is not in {texts:?}"
        );
    }
}

#[test]
fn missing_points_leave_gaps() {
    let x: Vec<f64> = (1..=12).map(f64::from).collect();
    let mut y = vec![1.0; 12];
    (y[3], y[6], y[9]) = (f64::NAN, 0.0, -1.0);
    let red = Rgb(255, 0, 0);
    let series = Series::new("", x, y).with_colour(red);
    let log = log_log(vec![series.clone()]).draw(&style_700()).unwrap();
    let lengths: Vec<usize> = Drawing::parse(log.svg())
        .lines("#FF0000")
        .iter()
        .map(Vec::len)
        .collect();
    assert_eq!(lengths, [3, 2, 2, 2]);
    let linear = CurveFigure {
        x: AxisSpec::linear("x", ""),
        y: AxisSpec::linear("y", ""),
        ..log_log(vec![series])
    };
    let lengths: Vec<usize> = Drawing::parse(linear.draw(&style_700()).unwrap().svg())
        .lines("#FF0000")
        .iter()
        .map(Vec::len)
        .collect();
    assert_eq!(lengths, [3, 8]);
}

#[test]
fn lines_end_where_they_cross_the_limits() {
    let series = Series::new("", vec![0.0, 1.0, 2.0, 3.0], vec![0.0, 10.0, 10.0, 0.0])
        .with_colour(Rgb(255, 0, 0));
    let figure = CurveFigure {
        x: AxisSpec::linear("x", "").with_limits(0.0, 3.0),
        y: AxisSpec::linear("y", "").with_limits(0.0, 5.0),
        ..log_log(vec![series])
    };
    let lines = Drawing::parse(figure.draw(&style_700()).unwrap().svg()).lines("#FF0000");
    assert_eq!(lines.len(), 2, "{lines:?}");
    // Halfway up the first and the last segment, x is 0.5 and 2.5.
    let (left, right) = (lines[0][0].0, lines[1][1].0);
    let share = |x: f64| (x - left) / (right - left);
    assert!(
        (share(lines[0][1].0) - 0.5 / 3.0).abs() < 0.002,
        "{lines:?}"
    );
    assert!(
        (share(lines[1][0].0) - 2.5 / 3.0).abs() < 0.002,
        "{lines:?}"
    );
    assert!((lines[0][1].1 - lines[1][0].1).abs() < 1.0);
}

#[test]
fn long_series_stay_small_and_keep_their_extremes() {
    let x: Vec<f64> = (1..=22_050).map(f64::from).collect();
    let mut y: Vec<f64> = (0..22_050)
        .map(|i| 1.0 + f64::from(i * 7919 % 1000))
        .collect();
    y[17_000] = 1e6;
    let figure = log_log(vec![Series::new("", x, y).with_colour(Rgb(255, 0, 0))])
        .draw(&style_700())
        .unwrap();
    assert!(figure.svg().len() < 120_000, "{} bytes", figure.svg().len());
    let lines = Drawing::parse(figure.svg()).lines("#FF0000");
    let top = |line: &Vec<(f64, f64)>| line.iter().map(|p| p.1).fold(f64::INFINITY, f64::min);
    let (heights, n) = (top(&lines[0]), lines[0].len());
    let spike = lines[0].iter().filter(|p| p.1 < heights + 1.0).count();
    assert_eq!((lines.len(), spike), (1, 1), "{n} points");
}

#[test]
fn ten_series_differ_in_their_dashes_and_all_are_in_the_legend() {
    let series = (0..10).map(|i| {
        let (x, y) = ramp(50, 10f64.powi(i));
        Series::new(&format!("class {i}"), x, y)
    });
    let figure = log_log(series.collect()).draw(&style_700()).unwrap();
    let drawing = Drawing::parse(figure.svg());
    let mut looks = drawing.looks_of_lines(50);
    assert_eq!(looks.len(), 10);
    // The dashes alone must tell them apart, in grey.
    looks.sort_by(|a, b| a.1.cmp(&b.1));
    looks.dedup_by(|a, b| a.1 == b.1);
    assert_eq!(looks.len(), 10, "{looks:?}");
    let texts = drawing.texts();
    assert!(
        (0..10).all(|i| texts.contains(&format!("class {i}"))),
        "{texts:?}"
    );
}

#[test]
fn same_input_same_bytes_and_no_blank_png() {
    for (name, figure) in demanding() {
        let style = FigureStyle::default();
        let (a, b) = (figure.draw(&style).unwrap(), figure.draw(&style).unwrap());
        assert_eq!(a.svg(), b.svg(), "{name}");
        let png = a.png().unwrap();
        assert_eq!(png, b.png().unwrap(), "{name}");
        let (size, rgb) = pixels::decode(&png);
        assert_eq!(size, (640, 480), "{name}");
        let ink = rgb.iter().filter(|p| p.iter().any(|&v| v < 128)).count();
        assert!(ink > 1000, "{name}: {ink} dark pixels");
    }
}

#[test]
fn png_has_the_pixels_of_inches_times_dpi() {
    let figure = log_log(vec![]).draw(&FigureStyle::single_column()).unwrap();
    assert_eq!(figure.size_px(), (1050, 788));
    assert!(figure.svg().contains("width=\"3.5000in\""));
    assert_eq!(pixels::decode(&figure.png().unwrap()).0, (1050, 788));
}

#[test]
fn save_chooses_by_extension() {
    let folder = tempfile::tempdir().unwrap();
    let figure = log_log(vec![]).draw(&FigureStyle::default()).unwrap();
    for name in ["a.svg", "b.PNG"] {
        figure.save(&folder.path().join(name)).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(folder.path().join("a.svg")).unwrap(),
        figure.svg()
    );
    assert_eq!(
        std::fs::read(folder.path().join("b.PNG")).unwrap(),
        figure.png().unwrap()
    );
    let error = figure
        .save(&folder.path().join("c.pdf"))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(".svg or .png") && error.contains("-o"),
        "{error}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    // Folders are made; a file is none.
    figure.save(&folder.path().join("absent/c.svg")).unwrap();
    assert!(folder.path().join("absent/c.svg").is_file());
    assert!(figure.save(&folder.path().join("b.PNG/c.svg")).is_err());
}

#[test]
fn impossible_requests_are_errors_that_name_them() {
    let cases = [
        (
            log_log(vec![Series::new("", vec![1.0], vec![])]).draw(&style_700()),
            "y of a series",
        ),
        (
            log_log(vec![]).draw(&style_700().with_size(0.25, 4.0)),
            "width",
        ),
        (
            log_log(vec![]).draw(&style_700().with_size(900.0, 4.0)),
            "width",
        ),
        (
            log_log(vec![]).draw(&FigureStyle {
                dpi: f64::NAN,
                ..style_700()
            }),
            "dpi",
        ),
        (
            CurveFigure {
                x: AxisSpec::log("f", "Hz").with_limits(-1.0, 1.0),
                ..log_log(vec![])
            }
            .draw(&style_700()),
            "limits",
        ),
        (PanelGrid::default().draw(&style_700()), "columns"),
        (
            Picture {
                title: String::new(),
                width: 2,
                height: 2,
                rgb: vec![0],
                scaling: Scaling::Fit,
            }
            .draw(&style_700()),
            "rgb",
        ),
    ];
    for (result, word) in cases {
        let message = result.unwrap_err().to_string();
        assert!(message.contains(word), "{message} lacks {word}");
    }
    assert!(
        FigureStyle::preset("poster")
            .unwrap_err()
            .to_string()
            .contains("single-column")
    );
}
