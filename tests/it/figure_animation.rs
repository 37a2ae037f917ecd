//! Animations as viewers see them: the GIF is decoded again, and its frames are
//! compared with the pixels of the figures.

use crate::support::fixture;
use crate::support::pixels::{self, cut, difference};
use crate::support::svg::Drawing;
use cepstrum::decode::picture_png;
use cepstrum::output::figure::*;
use cepstrum::synth::gauss;
use std::fs;

/// A GIF as a viewer composes it.
struct Shown {
    size: (u16, u16),
    repeat: gif::Repeat,
    /// Hundredths of a second.
    delays: Vec<u16>,
    /// Width and height of what each frame replaces.
    changed: Vec<(u16, u16)>,
    /// Red, green, blue of all pixels after each frame.
    frames: Vec<Vec<u8>>,
}

fn shown(bytes: &[u8]) -> Shown {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(bytes).unwrap();
    let (width, height) = (decoder.width(), decoder.height());
    let mut canvas = vec![0; 3 * usize::from(width) * usize::from(height)];
    let (mut delays, mut changed, mut frames) = (vec![], vec![], vec![]);
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        assert_eq!(frame.dispose, gif::DisposalMethod::Keep);
        let (left, top) = (usize::from(frame.left), usize::from(frame.top));
        for (i, pixel) in frame.buffer.chunks_exact(4).enumerate() {
            let (y, x) = (i / usize::from(frame.width), i % usize::from(frame.width));
            let at = 3 * ((top + y) * usize::from(width) + left + x);
            if pixel[3] == 255 {
                canvas[at..at + 3].copy_from_slice(&pixel[..3]);
            }
        }
        delays.push(frame.delay);
        changed.push((frame.width, frame.height));
        frames.push(canvas.clone());
    }
    Shown {
        size: (width, height),
        repeat: decoder.repeat(),
        delays,
        changed,
        frames,
    }
}

fn animation(figures: Vec<Figure>, hold_ms: u32) -> Animation {
    let frame = |figure| AnimationFrame { figure, hold_ms };
    Animation {
        frames: figures.into_iter().map(frame).collect(),
        ..Animation::default()
    }
}

/// One moving step in few colours: lines along the pixels have no soft edges.
fn plain(step: f64) -> Figure {
    let style = FigureStyle {
        bare: true,
        ..FigureStyle::default().with_size(3.0, 2.0)
    };
    stairs(step).draw(&style).unwrap()
}

fn stairs(step: f64) -> CurveFigure {
    CurveFigure {
        title: "a step".into(),
        x: AxisSpec::linear("time", "s").with_limits(0.0, 1.0),
        y: AxisSpec::linear("level", "").with_limits(0.0, 1.0),
        series: vec![Series::new(
            "step",
            vec![0.0, step, step, 1.0],
            vec![0.2, 0.2, 0.7, 0.7],
        )],
        markers: vec![Marker::x(step, "here")],
    }
}

#[test]
fn few_colours_are_shown_exactly() {
    let animation = animation((1..8).map(|i| plain(0.11 * f64::from(i))).collect(), 120);
    let shown = shown(&animation.gif().unwrap());
    assert_eq!(shown.size, (300, 200));
    for (i, frame) in animation.frames.iter().enumerate() {
        assert!(shown.frames[i] == frame.figure.rgb().unwrap(), "frame {i}");
    }
    // Only what differs is written.
    assert_eq!(shown.changed[0], (300, 200));
    for &(width, height) in &shown.changed[1..] {
        assert!(width < 150 && height < 190, "{width} x {height}");
    }
}

#[test]
fn a_full_palette_leaves_no_room_for_transparency_and_stays_exact() {
    // 254 greys and colours of a picture, and those of the frame and the ground.
    for colours in [254_u32, 256] {
        let picture = |turn: u32| {
            let rgb = (0..32 * 32_u32).flat_map(|i| {
                let i = (i + turn) % colours;
                [(i % 16 * 17) as u8, (i / 16 * 17) as u8, 77]
            });
            let picture = Picture {
                title: String::new(),
                width: 32,
                height: 32,
                rgb: rgb.collect(),
                scaling: Scaling::Whole,
            };
            let style = FigureStyle {
                bare: true,
                ..FigureStyle::default().with_size(1.0, 1.0)
            };
            picture.draw(&style).unwrap()
        };
        let animation = animation(vec![picture(0), picture(0), picture(9)], 50);
        let shown = shown(&animation.gif().unwrap());
        let exact = (0..3).all(|i| shown.frames[i] == animation.frames[i].figure.rgb().unwrap());
        assert_eq!(exact, colours == 254);
        // A frame that changes nothing is one pixel.
        assert_eq!(shown.changed[1], (1, 1));
    }
}

#[test]
fn times_are_hundredths_of_a_second_and_repeats_are_told() {
    let figure = plain(0.5);
    for (hold_ms, delay) in [
        (0, 2),
        (14, 2),
        (25, 3),
        (34, 3),
        (715, 72),
        (655_350, 65_535),
    ] {
        let gif = animation(vec![figure.clone()], hold_ms).gif().unwrap();
        assert_eq!(shown(&gif).delays, [delay], "{hold_ms} ms");
    }
    let mut twice = animation(vec![figure.clone(), figure], 40);
    assert_eq!(shown(&twice.gif().unwrap()).repeat, gif::Repeat::Infinite);
    twice.repeat = Repeat::Once;
    assert_eq!(shown(&twice.gif().unwrap()).repeat, gif::Repeat::Finite(0));
}

#[test]
fn impossible_animations_are_errors_that_name_why() {
    let tall = stairs(0.5).draw(&FigureStyle::default()).unwrap();
    let mut small = animation(vec![plain(0.2), plain(0.5)], 40);
    small.max_bytes = Some(300);
    let cases = [
        (animation(vec![], 40), "frames is 0"),
        (
            animation(vec![plain(0.5), tall], 40),
            "640 x 480 px in frame 1, but must be 300 x 200 px",
        ),
        (animation(vec![plain(0.5)], 700_000), "at most 655350"),
    ];
    for (animation, words) in cases {
        let message = animation.gif().unwrap_err().to_string();
        assert!(message.contains(words), "{message} lacks {words}");
    }
    let message = small.gif().unwrap_err().to_string();
    small.max_bytes = None;
    let size = small.gif().unwrap().len();
    assert!(
        message.contains(&format!("max_bytes is 300, but must be at least {size}")),
        "{message}"
    );
    small.max_bytes = Some(size);
    assert_eq!(small.gif().unwrap().len(), size);
}

#[test]
fn files_are_a_gif_or_one_png_per_frame() {
    let folder = tempfile::tempdir().unwrap();
    let animation = animation(vec![plain(0.3), plain(0.6)], 40);
    let path = folder.path().join("tide.GIF");
    animation.save(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), animation.gif().unwrap());
    let error = animation.save(&folder.path().join("tide.png")).unwrap_err();
    assert!(error.to_string().contains(".gif"), "{error}");
    let frames = folder.path().join("frames");
    animation.save_frames(&frames, "tide").unwrap();
    for (i, frame) in animation.frames.iter().enumerate() {
        let png = fs::read(frames.join(format!("tide_{i:03}.png"))).unwrap();
        assert_eq!(png, frame.figure.png().unwrap());
        let rgb = frame.figure.rgb().unwrap();
        assert_eq!(pixels::decode(&png).1.concat(), rgb);
    }
    assert_eq!(fs::read_dir(&frames).unwrap().count(), 2);
    assert!(Animation::default().save_frames(&frames, "none").is_err());
}

const SIDE: u32 = 320;
/// Texts, ground and the three curves.
const INKS: [[u8; 3]; 5] = [[0; 3], [255; 3], [0, 0, 255], [255, 0, 0], [0, 128, 0]];

/// A photo under noise, as in the rising tide: values in [-1, 1], clipped.
fn noisy_photo(photo: &Picture, sigma: f64) -> Picture {
    let noise = gauss(1, photo.rgb.len());
    let level = |(&v, z): (&u8, &f64)| {
        let value = f64::from(v) / 127.5 - 1.0 + sigma * z;
        ((value + 1.0) * 127.5).round() as u8
    };
    Picture {
        rgb: photo.rgb.iter().zip(&noise).map(level).collect(),
        ..photo.clone()
    }
}

fn photo(name: &str) -> Picture {
    let path = fixture(&format!("photos/{name}"));
    let png = picture_png(&path, SIDE as usize, SIDE as usize).unwrap();
    let picture = Picture::from_png("", &png).unwrap();
    assert_eq!((picture.width, picture.height), (SIDE, SIDE));
    picture.with_scaling(Scaling::Whole)
}

/// The spectra of a photo, of noise and of both, with what the noise hides.
fn tide_curves(sigma: f64) -> CurveFigure {
    let f: Vec<f64> = (1..160).map(|k| f64::from(k) / 320.0).collect();
    let power: Vec<f64> = f.iter().map(|f| 6e-4 * f.powf(-2.45)).collect();
    let noise = vec![sigma * sigma; f.len()];
    let sum: Vec<f64> = power.iter().map(|p| p + sigma * sigma).collect();
    let crossing = (6e-4 / (sigma * sigma)).powf(1.0 / 2.45);
    let points = |label, y, colour| {
        Series::new(label, f.clone(), y)
            .with_style(LineStyle::Points)
            .with_colour(colour)
    };
    let under = points("noise", noise.clone(), Rgb(0, 0, 255));
    CurveFigure {
        title: format!("σ = {sigma:.3}"),
        x: AxisSpec::log("frequency", "cycles/sample").with_limits(2.4e-3, 0.64),
        y: AxisSpec::log("power", "").with_limits(1.6e-4, 7e3),
        series: vec![
            under.with_band(vec![0.0; f.len()], noise),
            points("image", power, Rgb(255, 0, 0)),
            points("both", sum, Rgb(0, 128, 0)),
        ],
        markers: vec![Marker::x(crossing, "drowned beyond")],
    }
}

fn tide_frame(photo: &Picture, sigma: f64) -> Figure {
    let grid = PanelGrid {
        columns: 2,
        panels: vec![
            Panel::Curves(tide_curves(sigma)),
            Panel::Picture(noisy_photo(photo, sigma)),
        ],
        ..PanelGrid::default()
    };
    let style = FigureStyle::default().with_size(10.0, 5.0);
    grid.draw(&style.with_legend(Legend::LowerLeft)).unwrap()
}

/// Noise that grows from 0.02 to 50.
fn tide(photo: &Picture, n_frames: u32) -> Animation {
    let sigma = |i: u32| 0.02 * 2500_f64.powf(f64::from(i) / f64::from(n_frames - 1));
    let figures = (0..n_frames).map(|i| tide_frame(photo, sigma(i)));
    animation(figures.collect(), 100)
}

/// Inside the photo's frame, found by its size: 320 px between lines of one.
fn photo_place(figure: &Figure) -> [usize; 4] {
    let tag = figure.svg().rsplit("<svg ").next().unwrap();
    let number = |name: &str| -> usize {
        let rest = tag.split(&format!("{name}=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().parse::<usize>().unwrap() / 8
    };
    let (x, y, side) = (number("x"), number("y"), SIDE as usize);
    assert_eq!((number("width"), number("height")), (side, side));
    [x + 1, y + 1, x + side - 1, y + side - 1]
}

#[test]
fn a_photo_under_growing_noise_fits_and_its_curves_stay_exact() {
    let photo = photo("mountain.jpg");
    let tide = Animation {
        max_bytes: Some(3_000_000),
        ..tide(&photo, 40)
    };
    let gif = tide.gif().unwrap();
    println!("{} bytes", gif.len());
    assert!(gif.len() < 3_000_000, "{} bytes", gif.len());
    let shown = shown(&gif);
    assert_eq!((shown.size, shown.frames.len()), ((1000, 500), 40));
    let (mut photo_sum, mut worst) = (0.0, 0.0_f64);
    let mut text = (0.0_f64, 0);
    for (i, frame) in tide.frames.iter().enumerate() {
        let rgb = frame.figure.rgb().unwrap();
        let place = photo_place(&frame.figure);
        let of = |area| (cut(&shown.frames[i], 1000, area), cut(&rgb, 1000, area));
        let (ours, exact) = of(place);
        let photo = difference(&ours, &exact).0;
        (photo_sum, worst) = (photo_sum + photo, worst.max(photo));
        // Numbers and names, whose soft edges find less room than their ink.
        let (ours, exact) = of([0, 0, 62, 500]);
        let (mean, most) = difference(&ours, &exact);
        text = (text.0.max(mean), text.1.max(most));
        let (ours, exact) = of([0, 0, place[0] - 1, 500]);
        let (mean, _) = difference(&ours, &exact);
        assert!(mean < 0.1, "frame {i}: mean error {mean} of 255");
        for ink in INKS {
            let pixels = exact.chunks(3).zip(ours.chunks(3));
            let mut inked = pixels.filter(|(exact, _)| *exact == ink);
            // The last curve may hide another.
            assert!(i == 0 || inked.clone().count() > 20, "frame {i}: {ink:?}");
            assert!(
                inked.all(|(exact, ours)| exact == ours),
                "frame {i}: {ink:?}"
            );
        }
    }
    let mean = photo_sum / 40.0;
    println!("text: mean error {:.4}, largest {}", text.0, text.1);
    assert!(text.0 < 0.01 && text.1 <= 8, "{text:?}");
    println!("photo: mean error {mean:.2} of 255, {worst:.2} in the worst frame");
    assert!(mean < 8.0 && worst < 14.0, "{mean} {worst}");
}

#[test]
fn a_smaller_limit_costs_colours_of_the_photo_only() {
    let photo = photo("room.jpg");
    let mut tide = tide(&photo, 5);
    let colours = |gif: &[u8]| -> Vec<usize> {
        let shown = shown(gif);
        let place = photo_place(&tide.frames[0].figure);
        let outside = [0, 0, place[0] - 1, 500];
        let distinct = |area| {
            let all = shown.frames.iter().map(|frame| cut(frame, 1000, area));
            let all: Vec<Vec<u8>> = all.collect();
            let all = all.iter().flat_map(|frame| frame.chunks(3));
            all.collect::<std::collections::HashSet<_>>().len()
        };
        vec![distinct(place), distinct(outside)]
    };
    let free = tide.gif().unwrap();
    let most = colours(&free);
    let limit = free.len() * 3 / 4;
    let fitting = Animation {
        max_bytes: Some(limit),
        ..tide.clone()
    };
    let small = fitting.gif().unwrap();
    assert!(small.len() <= limit, "{} bytes", small.len());
    let fewer = colours(&small);
    println!(
        "{most:?} colours in {} bytes, {fewer:?} in {}",
        free.len(),
        small.len()
    );
    assert!(
        fewer[0] < most[0] && fewer[1] >= most[1],
        "{most:?} {fewer:?}"
    );
    tide.max_bytes = Some(10_000);
    let message = tide.gif().unwrap_err().to_string();
    let stated = message.split("at least ").nth(1).unwrap().split(',').next();
    let stated: usize = stated.unwrap().parse().unwrap();
    assert!(stated > 10_000 && stated < small.len(), "{message}");
}

#[test]
fn bytes_do_not_depend_on_threads() {
    let tide = tide(&photo("meadow.jpg"), 4);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(|| tide.gif().unwrap())
    };
    let one = with(1);
    assert!(one == with(2) && one == tide.gif().unwrap());
}

#[test]
fn texts_stay_where_they_are_from_frame_to_frame() {
    let photo = photo("room.jpg");
    let place = |sigma: f64, text: &str| {
        let figure = tide_frame(&photo, sigma);
        Drawing::parse(figure.svg()).baseline(text)
    };
    for text in ["noise", "drowned beyond"] {
        let heights = [0.1, 0.3, 1.0, 5.0, 20.0].map(|sigma| place(sigma, text));
        assert!(
            heights.iter().all(|h| *h == heights[0]),
            "{text}: {heights:?}"
        );
    }
}
