use super::layout::{Content, Prepared};
use super::{Figure, FigureStyle, grid};
use crate::{Error, Result};

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
}

impl Picture {
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
            },
        })
    }
}
