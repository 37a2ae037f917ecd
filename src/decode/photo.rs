//! The one door to `image`: planes from photos.

use super::archive::archive_in;
use super::guard::{guarded, open_file};
use super::stream::Ending;
use super::wholeness::{Format, ending, png_exif};
use crate::data::{Axis, Plane, Unit};
use crate::{Error, Problem};
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{
    DynamicImage, GenericImageView, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
};
use ndarray::Array2;
use std::io::{Cursor, Read};
use std::path::Path;

/// Largest picture that is decoded, in pixels.
const MOST_PIXELS: u64 = 200_000_000;
/// Most bytes the decoder may hold: 8 bytes per pixel of the largest picture.
const MOST_BYTES: u64 = 8 * MOST_PIXELS;

/// Height and width of a picture in pixels as it is shown, from its headers alone.
///
/// # Errors
/// [`Error::Input`] for a file that is not a jpeg, png or webp picture.
pub fn photo_size(path: &Path) -> Result<(usize, usize), Error> {
    let size = || {
        let bytes = read(path)?;
        let opened = open(&bytes)?;
        let (width, height) = opened.shown();
        Ok((height as usize, width as usize))
    };
    guarded(broken, size).map_err(|problem| problem.at(path))
}

/// The central `side` x `side` pixels of a photo, `[y, x]`: its green channel
/// (its only one where it is grey) scaled from 0..=255 to \[-1, 1\]; and whether its
/// file is whole.
///
/// The crop starts at row floor((height - side) / 2) and column
/// floor((width - side) / 2) of the picture as it is shown, turned as its metadata
/// say; pictures are never enlarged.
///
/// # Errors
/// [`Error::InvalidArgument`] where `side` is 0; [`Error::Input`] for a file
/// that is not a jpeg, png or webp picture, is damaged or cut off where the crop
/// lies, is smaller than `side` ([`Problem::TooShort`]), or has more than 200
/// megapixels.
pub fn green_plane(path: &Path, side: usize) -> Result<(Plane, Ending), Error> {
    if side == 0 {
        return Err(Error::argument("side", side, "at least 1 pixel"));
    }
    let (picture, ending) = decode(path, side).map_err(|problem| problem.at(path))?;
    let (width, height) = picture.dimensions();
    let top = (height as usize - side) / 2;
    let left = (width as usize - side) / 2;
    let green = green_of(&picture);
    let values = Array2::from_shape_fn((side, side), |(row, column)| {
        green((left + column) as u32, (top + row) as u32)
    });
    let axis = || Axis::Uniform {
        unit: Unit::Pixel,
        start: 0.0,
        step: 1.0,
        len: side,
    };
    let plane = Plane {
        values,
        rows: axis(),
        cols: axis(),
    };
    Ok((plane, ending))
}

/// The central `side` x `side` pixels of a photo in colour, reduced to at most
/// `longest` pixels a side, as a PNG file.
///
/// # Errors
/// Those of [`green_plane`].
pub fn picture_png(path: &Path, side: usize, longest: usize) -> Result<Vec<u8>, Error> {
    let encode = || {
        let (picture, _) = decode(path, side)?;
        let (width, height) = picture.dimensions();
        let side = side as u32;
        let crop = picture.crop_imm((width - side) / 2, (height - side) / 2, side, side);
        let longest = longest as u32;
        let small = match side > longest {
            true => crop.resize_exact(longest, longest, FilterType::CatmullRom),
            false => crop,
        };
        let mut png = Cursor::new(Vec::new());
        DynamicImage::from(small.to_rgb8())
            .write_to(&mut png, ImageFormat::Png)
            .map_err(problem)?;
        Ok(png.into_inner())
    };
    encode().map_err(|problem: Problem| problem.at(path))
}

fn broken(found: String) -> Problem {
    Problem::NotPicture { found }
}

fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let mut file = open_file(path)?;
    if let Some(found) = archive_in(&mut file)? {
        return Err(Problem::NotPicture { found });
    }
    match file.metadata()?.len() {
        0 => {
            return Err(Problem::Empty {
                detail: "the file has no bytes".into(),
            });
        }
        length if length > MOST_BYTES => {
            return Err(broken(format!("{length} bytes, more than {MOST_BYTES}")));
        }
        _ => {}
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A picture whose headers were read.
struct Opened<'a> {
    decoder: Box<dyn ImageDecoder + 'a>,
    format: Format,
    /// How it is turned before it is shown.
    orientation: Orientation,
}

impl Opened<'_> {
    /// Width and height as it is shown.
    fn shown(&self) -> (u32, u32) {
        use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        let (width, height) = self.decoder.dimensions();
        match self.orientation {
            Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH => (height, width),
            _ => (width, height),
        }
    }
}

fn open(bytes: &[u8]) -> Result<Opened<'_>, Problem> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let format = match reader.format() {
        Some(ImageFormat::Png) => Format::Png,
        Some(ImageFormat::WebP) => Format::WebP,
        // The decoder refuses all others.
        _ => Format::Jpeg,
    };
    let mut decoder = reader.into_decoder().map_err(problem)?;
    // What cannot be read of metadata turns nothing.
    let orientation = match format {
        Format::Png => png_exif(bytes).and_then(Orientation::from_exif_chunk),
        _ => decoder.orientation().ok(),
    };
    Ok(Opened {
        decoder: Box::new(decoder),
        format,
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
    })
}

fn decode(path: &Path, side: usize) -> Result<(DynamicImage, Ending), Problem> {
    guarded(broken, || decode_unguarded(path, side))
}

fn decode_unguarded(path: &Path, side: usize) -> Result<(DynamicImage, Ending), Problem> {
    let bytes = read(path)?;
    let opened = open(&bytes)?;
    let (width, height) = opened.shown();
    if (width.min(height) as usize) < side {
        return Err(Problem::TooShort {
            length: format!("{width} x {height} pixels"),
            required: format!("{side} x {side} pixels"),
            flag: "--side",
        });
    }
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Problem::NotPicture {
            found: format!("{width} x {height} pixels, more than 200 megapixels"),
        });
    }
    let Opened {
        mut decoder,
        format,
        orientation,
    } = opened;
    let stored_height = decoder.dimensions().1 as usize;
    let rows = (stored_height - side).div_ceil(2) + side;
    let ending = ending(format, &bytes, (rows, stored_height))?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    decoder.set_limits(limits).map_err(problem)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(problem)?;
    picture.apply_orientation(orientation);
    Ok((picture, ending))
}

/// Reads the green channel at (x, y); in doubles, so that 8 and 16 bits and
/// floats need no copy of the picture.
fn green_of(picture: &DynamicImage) -> Box<dyn Fn(u32, u32) -> f64 + '_> {
    let eight = |value: u8| f64::from(value) / 127.5 - 1.0;
    let sixteen = |value: u16| f64::from(value) / 32767.5 - 1.0;
    match picture {
        DynamicImage::ImageLuma8(p) => Box::new(move |x, y| eight(p.get_pixel(x, y)[0])),
        DynamicImage::ImageLumaA8(p) => Box::new(move |x, y| eight(p.get_pixel(x, y)[0])),
        DynamicImage::ImageRgb8(p) => Box::new(move |x, y| eight(p.get_pixel(x, y)[1])),
        DynamicImage::ImageRgba8(p) => Box::new(move |x, y| eight(p.get_pixel(x, y)[1])),
        DynamicImage::ImageLuma16(p) => Box::new(move |x, y| sixteen(p.get_pixel(x, y)[0])),
        DynamicImage::ImageLumaA16(p) => Box::new(move |x, y| sixteen(p.get_pixel(x, y)[0])),
        DynamicImage::ImageRgb16(p) => Box::new(move |x, y| sixteen(p.get_pixel(x, y)[1])),
        DynamicImage::ImageRgba16(p) => Box::new(move |x, y| sixteen(p.get_pixel(x, y)[1])),
        other => Box::new(move |x, y| eight(other.get_pixel(x, y)[1])),
    }
}

fn problem(error: ImageError) -> Problem {
    let found = match error {
        ImageError::Unsupported(e) => format!("{e}; jpeg, png and webp are"),
        ImageError::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            "the picture is cut off".into()
        }
        ImageError::IoError(e) => return e.into(),
        other => other.to_string(),
    };
    let found = found.split_whitespace().collect::<Vec<_>>().join(" ");
    Problem::NotPicture { found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, ImageBuffer, Luma, Rgb, RgbImage};

    #[test]
    fn crops_the_centre_of_the_green_channel() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.png");
        let picture = RgbImage::from_fn(5, 4, |x, y| Rgb([255, (10 * y + x) as u8, 7]));
        picture.save(&path).unwrap();
        assert_eq!(photo_size(&path).unwrap(), (4, 5));
        let plane = green_plane(&path, 2).unwrap().0;
        let level = |green: f64| green / 127.5 - 1.0;
        let want = [[11.0, 12.0], [21.0, 22.0]].map(|row| row.map(level));
        assert_eq!(plane.values, ndarray::arr2(&want));
        assert_eq!(plane.rows.unit(), Unit::Pixel);
        let error = green_plane(&path, 5).unwrap_err().to_string();
        assert!(error.contains("--side"), "{error}");
    }

    #[test]
    fn grey_pictures_of_both_depths_reach_full_scale() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("grey.png");
        GrayImage::from_pixel(3, 3, Luma([255]))
            .save(&path)
            .unwrap();
        assert_eq!(green_plane(&path, 1).unwrap().0.values[[0, 0]], 1.0);
        let deep = ImageBuffer::<Luma<u16>, Vec<u16>>::from_pixel(3, 3, Luma([65535]));
        deep.save(&path).unwrap();
        assert_eq!(green_plane(&path, 1).unwrap().0.values[[0, 0]], 1.0);
    }

    #[test]
    fn a_jpeg_that_is_cut_off_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.jpg");
        let noise = |x: u32, y: u32| (x * 7919 + y * 104_729) as u8;
        let picture = RgbImage::from_fn(64, 64, |x, y| Rgb([noise(x, y); 3]));
        picture.save(&path).unwrap();
        assert!(green_plane(&path, 64).is_ok());
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..2 * bytes.len() / 3]).unwrap();
        let error = green_plane(&path, 64).unwrap_err().to_string();
        assert!(error.contains("cut off"), "{error}");
    }

    /// A little-endian Exif block that holds an orientation alone.
    fn exif(orientation: u8) -> Vec<u8> {
        let mut block = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        block.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
        block
    }

    #[test]
    fn pictures_are_turned_as_their_metadata_say() {
        let folder = tempfile::tempdir().unwrap();
        let shown = RgbImage::from_fn(24, 40, |x, y| Rgb([(5 * x + y * y / 8) as u8; 3]));
        // A quarter turn clockwise shows what is stored a quarter turn back.
        let stored = DynamicImage::from(shown.clone()).rotate270();
        let green = |path: &Path| {
            assert_eq!(photo_size(path).unwrap(), (40, 24), "{}", path.display());
            green_plane(path, 24).unwrap().0.values
        };
        let upright = folder.path().join("upright.png");
        shown.save(&upright).unwrap();
        let expected = green(&upright);
        let mut bytes = Cursor::new(Vec::new());
        stored.write_to(&mut bytes, ImageFormat::Png).unwrap();
        let mut png = bytes.into_inner();
        // Before the end chunk of 12 bytes, behind the pixels.
        let mut chunk = b"eXIf".to_vec();
        chunk.extend(exif(6));
        let mut crc = flate2::Crc::new();
        crc.update(&chunk);
        let length = chunk.len() as u32 - 4;
        let whole = [&length.to_be_bytes()[..], &chunk, &crc.sum().to_be_bytes()].concat();
        let at = png.len() - 12;
        png.splice(at..at, whole);
        let path = folder.path().join("turned.png");
        std::fs::write(&path, &png).unwrap();
        assert_eq!(green(&path), expected);
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut bytes);
        image::ImageEncoder::set_exif_metadata(&mut encoder, exif(6)).unwrap();
        stored.write_with_encoder(encoder).unwrap();
        let path = folder.path().join("turned.webp");
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(green(&path), expected);
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 100);
        image::ImageEncoder::set_exif_metadata(&mut encoder, exif(6)).unwrap();
        stored.write_with_encoder(encoder).unwrap();
        let path = folder.path().join("turned.jpg");
        std::fs::write(&path, &bytes).unwrap();
        let off = &green(&path) - &expected;
        assert!(off.iter().all(|off| off.abs() < 0.05), "{off}");
    }

    #[test]
    fn a_cut_below_the_crop_is_told_and_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.jpg");
        let noise = |x: u32, y: u32| (x * 7919 + y * 104_729) as u8;
        let picture = RgbImage::from_fn(64, 512, |x, y| Rgb([noise(x, y); 3]));
        picture.save(&path).unwrap();
        let (whole, ending) = green_plane(&path, 64).unwrap();
        assert_eq!(ending, Ending::Complete);
        let bytes = std::fs::read(&path).unwrap();
        // What follows the end marker does no harm.
        std::fs::write(&path, [&bytes[..], b"more"].concat()).unwrap();
        assert_eq!(
            green_plane(&path, 64).unwrap(),
            (whole.clone(), Ending::Complete)
        );
        std::fs::write(&path, &bytes[..3 * bytes.len() / 4]).unwrap();
        let (cut, ending) = green_plane(&path, 64).unwrap();
        assert_eq!(cut, whole);
        assert!(matches!(ending, Ending::Truncated { .. }), "{ending:?}");
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let error = green_plane(&path, 64).unwrap_err().to_string();
        assert!(error.contains("cut off"), "{error}");
    }

    #[test]
    fn what_is_no_picture_is_refused_with_a_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.jpg");
        for bytes in [&b""[..], b"<html>", b"GIF89a", b"\xFF\xD8\xFF\xE0"] {
            std::fs::write(&path, bytes).unwrap();
            assert!(green_plane(&path, 1).is_err());
            assert!(photo_size(&path).is_err());
        }
        assert!(green_plane(folder.path(), 1).is_err());
    }
}
