//! Animations: figures one after the other, as GIF bytes or PNG files. The only
//! place that knows the gif crate.

use super::Figure;
use super::palette::{Census, Counts, Lookup, MOST, Palette, count, packed, summed};
use super::rect::Rect;
use crate::output::write_file;
use crate::{Error, Result};
use gif::{DisposalMethod, Encoder, EncodingError, Frame};
use rayon::prelude::*;
use std::borrow::Cow;
use std::path::Path;

/// Colours of pictures besides the inks, tried in this order where a GIF is too
/// large.
const FEWER_COLOURS: [usize; 6] = [128, 64, 48, 32, 24, 16];
/// Browsers show shorter frames for 100 ms.
const SHORTEST_CS: u32 = 2;

/// One picture of an animation.
#[derive(Debug, Clone, PartialEq)]
pub struct AnimationFrame {
    /// What is shown.
    pub figure: Figure,
    /// For how long, in milliseconds. A GIF counts hundredths of a second: this
    /// is rounded to 10 ms, and at least 20 ms.
    pub hold_ms: u32,
}

/// What follows the last frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Repeat {
    /// The first one.
    #[default]
    Forever,
    /// Nothing: the last frame stays.
    Once,
}

/// Figures of one size, shown one after the other.
///
/// A GIF has 256 colours. Where all frames together have no more, it shows
/// exactly their pixels. Otherwise the colours of lines, areas and texts and
/// the most frequent ones of their soft edges are kept, and pictures and heat
/// maps are shown in the 128 (or more) colours that suit them best, without
/// dithering, which would add noise of its own.
///
/// ```
/// use cepstrum::output::figure::{
///     Animation, AnimationFrame, AxisSpec, CurveFigure, FigureStyle, Repeat, Series,
/// };
/// let frame = |level: f64| -> cepstrum::Result<AnimationFrame> {
///     let figure = CurveFigure {
///         title: String::new(),
///         x: AxisSpec::linear("time", "s"),
///         y: AxisSpec::linear("level", "").with_limits(0.0, 3.0),
///         series: vec![Series::new("", vec![0.0, 1.0], vec![level; 2])],
///         markers: vec![],
///     };
///     let figure = figure.draw(&FigureStyle::default().with_size(3.0, 2.0))?;
///     Ok(AnimationFrame { figure, hold_ms: 200 })
/// };
/// let animation = Animation {
///     frames: vec![frame(1.0)?, frame(2.0)?],
///     repeat: Repeat::Forever,
///     max_bytes: None,
/// };
/// assert_eq!(animation.gif()?[..6], *b"GIF89a");
/// # Ok::<(), cepstrum::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Animation {
    /// The frames, all of one size.
    pub frames: Vec<AnimationFrame>,
    /// What follows the last one.
    pub repeat: Repeat,
    /// Largest size of the GIF. Where it would be larger, pictures and heat maps
    /// are shown in fewer colours: 128, 64, 48, 32, 24, 16.
    pub max_bytes: Option<usize>,
}

impl Animation {
    /// The animation as GIF bytes: the same input gives the same bytes, however
    /// many threads draw it.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for no frames, frames of several sizes, a side
    /// above 65,535 px, a hold above 655,350 ms, or a `max_bytes` that even 16
    /// colours exceed; [`Error::Output`] where a figure cannot be rasterised.
    pub fn gif(&self) -> Result<Vec<u8>> {
        let size = self.size()?;
        let delays = self.delays()?;
        let pixels = self.frames.par_iter().map(|frame| frame.figure.rgb());
        let pixels: Vec<Vec<u8>> = pixels.collect::<Result<_>>()?;
        let census = self.census(&pixels);
        let encode = |palette: &Palette| {
            let lookups = palette.lookups();
            let frames = self.frames.par_iter().zip(&pixels);
            let indices = frames.map(|(frame, rgb)| indices(&frame.figure, rgb, &lookups));
            let indices: Vec<Vec<u8>> = indices.collect();
            let encoded = encode(size, &delays, self.repeat, &palette.colours, &indices);
            encoded.map_err(|error| Error::Output {
                path: "animation".into(),
                detail: error.to_string(),
            })
        };
        let most = census.most_for_images();
        let palette = census.exact().unwrap_or_else(|| census.largest());
        let mut gif = encode(&palette)?;
        let Some(max_bytes) = self.max_bytes else {
            return Ok(gif);
        };
        for &colours in FEWER_COLOURS.iter().filter(|&&n| n <= most) {
            if gif.len() <= max_bytes {
                break;
            }
            gif = encode(&census.palette(colours))?;
        }
        if gif.len() <= max_bytes {
            return Ok(gif);
        }
        let requirement = format!(
            "at least {}, the size with the fewest colours; fewer frames, smaller pictures or a \
             smaller figure need less",
            gif.len()
        );
        Err(Error::argument("max_bytes", max_bytes, requirement))
    }

    /// Writes the GIF: first under a temporary name, which is then renamed.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for an extension other than .gif and as
    /// [`Animation::gif`] says, [`Error::Output`] where writing fails.
    pub fn save(&self, path: &Path) -> Result<()> {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        if !extension.eq_ignore_ascii_case("gif") {
            let requirement = "a file name ending in .gif (-o)";
            return Err(Error::argument("output", path.display(), requirement));
        }
        let gif = self.gif()?;
        write_file(path, |writer| writer.write_all(&gif))
    }

    /// Writes each frame as a PNG with all its colours: `stem_000.png` and so on
    /// in `folder`, which is made if it is not there.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for no frames or frames of several sizes,
    /// [`Error::Output`] where drawing or writing fails.
    pub fn save_frames(&self, folder: &Path, stem: &str) -> Result<()> {
        self.size()?;
        std::fs::create_dir_all(folder).map_err(|error| Error::Output {
            path: folder.to_path_buf(),
            detail: error.to_string(),
        })?;
        let frames = self.frames.par_iter().enumerate();
        frames.try_for_each(|(i, frame)| {
            let png = frame.figure.png()?;
            let path = folder.join(format!("{stem}_{i:03}.png"));
            write_file(&path, |writer| writer.write_all(&png))
        })
    }

    /// Width and height of all frames, in pixels.
    fn size(&self) -> Result<(u16, u16)> {
        let Some(first) = self.frames.first() else {
            return Err(Error::argument("frames", 0, "at least 1"));
        };
        let (width, height) = first.figure.size_px();
        for (i, frame) in self.frames.iter().enumerate() {
            let (w, h) = frame.figure.size_px();
            if (w, h) != (width, height) {
                let value = format!("{w} x {h} px in frame {i}");
                let requirement = format!("{width} x {height} px, the size of frame 0");
                return Err(Error::argument("frames", value, requirement));
            }
        }
        let side =
            |name, px| u16::try_from(px).map_err(|_| Error::argument(name, px, "at most 65535 px"));
        Ok((side("width", width)?, side("height", height)?))
    }

    /// The time of each frame in hundredths of a second.
    fn delays(&self) -> Result<Vec<u16>> {
        let delay = |frame: &AnimationFrame| {
            let hundredths =
                (frame.hold_ms / 10 + u32::from(frame.hold_ms % 10 >= 5)).max(SHORTEST_CS);
            u16::try_from(hundredths)
                .map_err(|_| Error::argument("hold_ms", frame.hold_ms, "at most 655350"))
        };
        self.frames.iter().map(delay).collect()
    }

    /// The colours of all frames, in their pictures and around them.
    fn census(&self, pixels: &[Vec<u8>]) -> Census {
        let frames = self.frames.par_iter().zip(pixels);
        let counts: Vec<(Counts, Counts)> = frames
            .map(|(frame, rgb)| counted(&frame.figure, rgb))
            .collect();
        let (drawn, images): (Vec<_>, Vec<_>) = counts.into_iter().unzip();
        let mut inks = Vec::new();
        for ink in self.frames.iter().flat_map(|frame| frame.figure.inks()) {
            if !inks.contains(ink) {
                inks.push(*ink);
            }
        }
        Census {
            drawn: summed(drawn.concat()),
            images: summed(images.concat()),
            inks,
        }
    }
}

/// The colours around the pictures of a frame, and in them.
fn counted(figure: &Figure, rgb: &[u8]) -> (Counts, Counts) {
    let (mut drawn, mut images) = (Vec::new(), Vec::new());
    for (colour, in_image) in colours(figure, rgb) {
        count(if in_image { &mut images } else { &mut drawn }, colour);
    }
    (summed(drawn), summed(images))
}

/// The palette's entries for the pixels of a frame.
fn indices(figure: &Figure, rgb: &[u8], [around, within]: &[Lookup; 2]) -> Vec<u8> {
    let mut last = None;
    let each = colours(figure, rgb).map(|pixel| match last {
        Some((same, index)) if same == pixel => index,
        _ => {
            let lookup = if pixel.1 { within } else { around };
            let index = lookup.index(pixel.0);
            last = Some((pixel, index));
            index
        }
    });
    each.collect()
}

/// The colour of each pixel, and whether it lies in a picture or heat map.
fn colours(figure: &Figure, rgb: &[u8]) -> impl Iterator<Item = (u32, bool)> {
    let width = figure.size_px().0 as usize;
    let rows = rgb.chunks_exact(3 * width.max(1)).enumerate();
    rows.flat_map(move |(y, row)| {
        let crossing = |image: &&Rect| (image.y0..image.y1).contains(&(y as f64));
        let here: Vec<&Rect> = figure.images().iter().filter(crossing).collect();
        row.chunks_exact(3).enumerate().map(move |(x, pixel)| {
            let inside = |image: &&Rect| (image.x0..image.x1).contains(&(x as f64));
            (packed(pixel), here.iter().any(inside))
        })
    })
}

/// The whole GIF, of entries of `palette` for all pixels of each frame.
fn encode(
    (width, height): (u16, u16),
    delays: &[u16],
    repeat: Repeat,
    palette: &[u32],
    indices: &[Vec<u8>],
) -> Result<Vec<u8>, EncodingError> {
    // The entry behind the last colour, unless all 256 are in use.
    let transparent = (palette.len() < MOST).then_some(palette.len() as u8);
    let frames = (0..indices.len()).into_par_iter().map(|i| {
        let before = i.checked_sub(1).map(|before| indices[before].as_slice());
        let mut frame = compressed(&indices[i], before, usize::from(width), transparent);
        frame.delay = delays[i];
        frame
    });
    let frames: Vec<Frame> = frames.collect();
    let colours = palette.iter().chain(transparent.map(|_| &0));
    let colours: Vec<u8> = colours
        .flat_map(|c| [c >> 16, c >> 8, *c].map(|v| v as u8))
        .collect();
    let mut encoder = Encoder::new(Vec::new(), width, height, &colours)?;
    encoder.set_repeat(match repeat {
        Repeat::Forever => gif::Repeat::Infinite,
        Repeat::Once => gif::Repeat::Finite(0),
    })?;
    for frame in &frames {
        encoder.write_lzw_pre_encoded_frame(frame)?;
    }
    encoder.into_inner()
}

/// A frame without its delay: the rectangle that differs from the frame before,
/// either whole or with what stays left transparent, whichever is smaller.
fn compressed(
    indices: &[u8],
    before: Option<&[u8]>,
    width: usize,
    transparent: Option<u8>,
) -> Frame<'static> {
    let [x0, y0, x1, y1] = match before {
        Some(before) => changed(indices, before, width),
        None => [0, 0, width, indices.len() / width],
    };
    let places = || (y0..y1).flat_map(|y| (x0..x1).map(move |x| y * width + x));
    let frame = |buffer: Vec<u8>, transparent: Option<u8>| {
        let mut frame = Frame {
            dispose: DisposalMethod::Keep,
            left: x0 as u16,
            top: y0 as u16,
            width: (x1 - x0) as u16,
            height: (y1 - y0) as u16,
            transparent,
            buffer: Cow::Owned(buffer),
            ..Frame::default()
        };
        frame.make_lzw_pre_encoded();
        frame
    };
    let whole = frame(places().map(|i| indices[i]).collect(), None);
    let (Some(before), Some(clear)) = (before, transparent) else {
        return whole;
    };
    let kept = |i: usize| match indices[i] == before[i] {
        true => clear,
        false => indices[i],
    };
    let sparse = frame(places().map(kept).collect(), transparent);
    match sparse.buffer.len() < whole.buffer.len() {
        true => sparse,
        false => whole,
    }
}

/// Left, top, right and bottom of what differs; one pixel where nothing does,
/// for a GIF has no empty frames.
fn changed(indices: &[u8], before: &[u8], width: usize) -> [usize; 4] {
    let (mut x0, mut y0, mut x1, mut y1) = (usize::MAX, usize::MAX, 0, 0);
    let rows = indices.chunks_exact(width).zip(before.chunks_exact(width));
    for (y, (row, old)) in rows.enumerate() {
        let differs = |x: &usize| row[*x] != old[*x];
        let Some(first) = (0..width).find(differs) else {
            continue;
        };
        let last = (0..width).rfind(differs).unwrap_or(first);
        (x0, x1) = (x0.min(first), x1.max(last + 1));
        (y0, y1) = (y0.min(y), y + 1);
    }
    match x0 < x1 {
        true => [x0, y0, x1, y1],
        false => [0, 0, 1, 1],
    }
}
