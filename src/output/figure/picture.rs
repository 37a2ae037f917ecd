//! A panel with a picture.

use super::layout::{Content, Prepared};
use super::{Figure, FigureStyle, grid};
use crate::{Error, Result};
use ndarray::Array2;

/// How large a picture is drawn. Enlarged pixels stay crisp, none is blended
/// with its neighbours; shrunk ones are averaged over the area of a pixel of
/// the figure, in the values of the file (not in linear light).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scaling {
    /// As large as the panel allows.
    #[default]
    Fit,
    /// As large as the panel allows with all pixels of one size, a whole number
    /// of the figure's pixels: noise keeps its grain. Where not even one fits,
    /// the same as [`Scaling::Fit`].
    Whole,
}

/// A photo, shown as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Written above the picture; may be empty.
    pub title: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Red, green and blue of each pixel, row by row from the top.
    pub rgb: Vec<u8>,
    /// How large it is drawn.
    pub scaling: Scaling,
}

impl Picture {
    /// A grey picture of `values` \[row, column\], row 0 on top: `low` and less
    /// is black, `high` and more is white, in 256 levels. What is not a number
    /// is black.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] unless `low` < `high`, both finite, and for
    /// more than 2^32 - 1 rows or columns.
    ///
    /// ```
    /// use cepstrum::output::figure::Picture;
    /// let values = ndarray::array![[-2.0, -1.0, 0.0, 1.0]];
    /// let picture = Picture::grey("", &values, -1.0, 1.0)?;
    /// assert_eq!(picture.rgb[..9], [0, 0, 0, 0, 0, 0, 128, 128, 128]);
    /// # Ok::<(), cepstrum::Error>(())
    /// ```
    pub fn grey(title: &str, values: &Array2<f64>, low: f64, high: f64) -> Result<Self> {
        if !(low < high && (high - low).is_finite()) {
            let value = format!("{low}..{high}");
            return Err(Error::argument("range", value, "finite and increasing"));
        }
        let side = |length: usize| {
            u32::try_from(length).map_err(|_| Error::argument("values", length, "below 2^32 long"))
        };
        // A cast to u8 keeps within 0..255 and makes NaN 0.
        let level = |&value: &f64| (255.0 * (value - low) / (high - low)).round() as u8;
        Ok(Picture {
            title: title.into(),
            width: side(values.ncols())?,
            height: side(values.nrows())?,
            rgb: values.iter().flat_map(|v| [level(v); 3]).collect(),
            scaling: Scaling::default(),
        })
    }

    /// The same picture drawn in another size.
    pub fn with_scaling(mut self, scaling: Scaling) -> Self {
        self.scaling = scaling;
        self
    }

    /// A picture from an 8-bit RGB PNG; `None` for anything else.
    pub fn from_png(title: &str, png: &[u8]) -> Option<Self> {
        const LONGEST_SIDE: u32 = 4096;
        let mut reader = png::Decoder::new(std::io::Cursor::new(png))
            .read_info()
            .ok()?;
        let (width, height) = reader.info().size();
        if width.max(height) > LONGEST_SIDE {
            return None;
        }
        let mut rgb = vec![0; reader.output_buffer_size()?];
        let info = reader.next_frame(&mut rgb).ok()?;
        let is_rgb = info.color_type == png::ColorType::Rgb;
        (is_rgb && info.bit_depth == png::BitDepth::Eight).then(|| Picture {
            title: title.into(),
            width: info.width,
            height: info.height,
            rgb,
            scaling: Scaling::default(),
        })
    }

    /// Draws the picture.
    ///
    /// # Errors
    /// [`Error::Length`] where `rgb` is not 3 width height long.
    pub fn draw(&self, style: &FigureStyle) -> Result<Figure> {
        grid::draw_single(self.prepare()?, style)
    }

    pub(super) fn prepare(&self) -> Result<Prepared<'_>> {
        let expected = 3 * self.width as usize * self.height as usize;
        if self.rgb.len() != expected || expected == 0 {
            return Err(Error::Length {
                what: "rgb of a picture",
                got: self.rgb.len(),
                expected: expected.max(3),
            });
        }
        Ok(Prepared {
            title: &self.title,
            x: None,
            y: None,
            bar: None,
            content: Content::Picture {
                size: (self.width, self.height),
                rgb: &self.rgb,
                scaling: self.scaling,
            },
        })
    }
}

/// A picture of `new` size, each pixel the mean of the area that it covers.
pub(super) fn area_means(rgb: &[u8], old: (u32, u32), new: (u32, u32)) -> Vec<u8> {
    let columns = shares(old.0, new.0);
    let rows = shares(old.1, new.1);
    // Rows first: [new row, old column, channel].
    let stride = 3 * old.0 as usize;
    let mut squeezed = vec![0.0_f64; stride];
    let mut means = Vec::with_capacity(3 * new.0 as usize * new.1 as usize);
    for row in &rows {
        squeezed.fill(0.0);
        for &(i, share) in row {
            let line = &rgb[i * stride..(i + 1) * stride];
            let sums = squeezed.iter_mut().zip(line);
            sums.for_each(|(sum, &v)| *sum += share * f64::from(v));
        }
        for column in &columns {
            for channel in 0..3 {
                let parts = column
                    .iter()
                    .map(|&(i, share)| share * squeezed[3 * i + channel]);
                means.push(parts.sum::<f64>().round() as u8);
            }
        }
    }
    means
}

/// The old pixels along each of `new` pixels, with the share that each has in
/// its mean.
fn shares(old: u32, new: u32) -> Vec<Vec<(usize, f64)>> {
    let step = f64::from(old) / f64::from(new);
    let covered = |i: u32| {
        let (from, to) = (f64::from(i) * step, f64::from(i + 1) * step);
        let last = (to.ceil() as u32).min(old);
        (from.floor() as u32..last)
            .map(|k| {
                let share = to.min(f64::from(k + 1)) - from.max(f64::from(k));
                (k as usize, share.max(0.0) / step)
            })
            .collect()
    };
    (0..new).map(covered).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrunk_pixels_are_means_of_their_areas() {
        let grey = |values: &[u8]| -> Vec<u8> { values.iter().flat_map(|&v| [v; 3]).collect() };
        // Two of three: each holds one pixel and half of the middle one.
        let means = area_means(&grey(&[0, 90, 240]), (3, 1), (2, 1));
        assert_eq!(means, grey(&[30, 190]));
        let checks: Vec<u8> = (0..36).map(|i| 200 * ((i + i / 6) % 2) as u8).collect();
        assert_eq!(area_means(&grey(&checks), (6, 6), (3, 3)), grey(&[100; 9]));
        assert_eq!(area_means(&grey(&checks), (6, 6), (6, 6)), grey(&checks));
    }
}
