//! A finished drawing, as SVG and as pixels.

use super::Rgb;
use super::font::FONT;
use super::rect::Rect;
use crate::output::write_file;
use crate::{Error, Result};
use resvg::usvg::fontdb;
use resvg::{tiny_skia, usvg};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// A finished drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    svg: String,
    width_px: u32,
    height_px: u32,
    dpi: f64,
    /// Where pictures and heat maps are shown, in pixels.
    images: Vec<Rect>,
    /// The opaque colours of lines, areas and texts.
    inks: Vec<Rgb>,
}

impl Figure {
    pub(super) fn new(svg: String, (width_px, height_px): (u32, u32), dpi: f64) -> Self {
        Figure {
            svg,
            width_px,
            height_px,
            dpi,
            images: vec![],
            inks: vec![],
        }
    }

    pub(super) fn with_colours(mut self, images: Vec<Rect>, inks: Vec<Rgb>) -> Self {
        (self.images, self.inks) = (images, inks);
        self
    }

    pub(super) fn images(&self) -> &[Rect] {
        &self.images
    }

    pub(super) fn inks(&self) -> &[Rgb] {
        &self.inks
    }

    /// The drawing as an SVG document. Texts are `<text>` elements in DejaVu
    /// Sans, or Verdana (which has the same widths) where that is missing.
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// Width and height of the PNG in pixels.
    pub fn size_px(&self) -> (u32, u32) {
        (self.width_px, self.height_px)
    }

    /// The drawing as pixels: red, green and blue of each, row by row from the
    /// top, rasterised with the embedded font only.
    ///
    /// # Errors
    /// [`Error::Output`] where the drawing cannot be rasterised.
    pub fn rgb(&self) -> Result<Vec<u8>> {
        let tree = usvg::Tree::from_str(&self.svg, &options(self.dpi))
            .map_err(|error| failed(error.to_string()))?;
        let mut pixels = tiny_skia::Pixmap::new(self.width_px, self.height_px)
            .ok_or_else(|| failed(format!("{} x {} px", self.width_px, self.height_px)))?;
        let transform = tiny_skia::Transform::from_scale(
            self.width_px as f32 / tree.size().width(),
            self.height_px as f32 / tree.size().height(),
        );
        resvg::render(&tree, transform, &mut pixels.as_mut());
        // The background is opaque, so premultiplied colours are the colours.
        let rgba = pixels.data().chunks_exact(4);
        Ok(rgba.flat_map(|p| [p[0], p[1], p[2]]).collect())
    }

    /// The drawing as PNG bytes, of the pixels of [`Figure::rgb`].
    ///
    /// # Errors
    /// [`Error::Output`] where the drawing cannot be rasterised.
    pub fn png(&self) -> Result<Vec<u8>> {
        let rgb = self.rgb()?;
        encode_rgb(self.size_px(), &rgb, Some(self.dpi)).map_err(|error| failed(error.to_string()))
    }

    /// Writes the figure as SVG or PNG, by the extension of `path`: first under
    /// a temporary name, which is then renamed.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for another extension, [`Error::Output`]
    /// where writing fails.
    pub fn save(&self, path: &Path) -> Result<()> {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        let bytes = match extension.to_ascii_lowercase().as_str() {
            "svg" => self.svg.clone().into_bytes(),
            "png" => self.png()?,
            _ => {
                let requirement = "a file name ending in .svg or .png (-o)";
                return Err(Error::argument("output", path.display(), requirement));
            }
        };
        write_file(path, |writer| writer.write_all(&bytes))
    }
}

fn failed(detail: String) -> Error {
    Error::Output {
        path: "figure".into(),
        detail,
    }
}

/// Settings that read no system font and no other file.
fn options(dpi: f64) -> usvg::Options<'static> {
    usvg::Options {
        dpi: dpi as f32,
        font_family: "DejaVu Sans".into(),
        fontdb: fonts(),
        ..usvg::Options::default()
    }
}

/// The embedded font, parsed once for all figures.
fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let load = || {
        let mut fonts = fontdb::Database::new();
        fonts.load_font_data(FONT.to_vec());
        Arc::new(fonts)
    };
    Arc::clone(FONTS.get_or_init(load))
}

/// An RGB picture as PNG, with its resolution where that is known.
pub(super) fn encode_rgb(
    (width, height): (u32, u32),
    rgb: &[u8],
    dpi: Option<f64>,
) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let mut info = png::Info::with_size(width, height);
    info.color_type = png::ColorType::Rgb;
    info.bit_depth = png::BitDepth::Eight;
    info.pixel_dims = dpi.map(|dpi| {
        let per_metre = (dpi / 0.0254).round() as u32;
        png::PixelDimensions {
            xppu: per_metre,
            yppu: per_metre,
            unit: png::Unit::Meter,
        }
    });
    encode(info, rgb)
}

/// A picture of palette indices as PNG; the last colour is transparent.
pub(super) fn encode_indexed(
    (width, height): (u32, u32),
    palette: &[u8],
    indices: &[u8],
) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let mut info = png::Info::with_size(width, height);
    info.color_type = png::ColorType::Indexed;
    info.bit_depth = png::BitDepth::Eight;
    info.palette = Some(palette.into());
    let colours = palette.len() / 3;
    let alpha = |i| if i + 1 == colours { 0 } else { 255 };
    info.trns = Some((0..colours).map(alpha).collect::<Vec<u8>>().into());
    encode(info, indices)
}

fn encode(info: png::Info, data: &[u8]) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::with_info(&mut bytes, info)?;
    encoder.set_compression(png::Compression::Balanced);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(data)?;
    writer.finish()?;
    Ok(bytes)
}
