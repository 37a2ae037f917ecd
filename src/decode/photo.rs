//! The one door to `image`: planes from photos.

use super::archive::archive_in;
use super::guard::{guarded, open_file};
use crate::data::{Axis, Plane, Unit};
use crate::{Error, Problem};
use image::imageops::FilterType;
use image::{
    DynamicImage, GenericImageView, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
};
use ndarray::Array2;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

/// Largest picture that is decoded, in pixels.
const MOST_PIXELS: u64 = 200_000_000;
/// Most bytes the decoder may hold: 8 bytes per pixel of the largest picture.
const MOST_BYTES: u64 = 8 * MOST_PIXELS;

/// Height and width of a picture in pixels, from its header alone.
///
/// # Errors
/// [`Error::Input`] for a file that is not a jpeg, png or webp picture.
pub fn photo_size(path: &Path) -> Result<(usize, usize), Error> {
    let size = || {
        let (width, height) = open(path)?.into_dimensions().map_err(problem)?;
        Ok((height as usize, width as usize))
    };
    guarded(broken, size).map_err(|problem| problem.at(path))
}

/// The central `side` x `side` pixels of a photo, `[y, x]`: its green channel
/// (its only one where it is grey) scaled from 0..=255 to \[-1, 1\].
///
/// The crop starts at row floor((height - side) / 2) and column
/// floor((width - side) / 2); pictures are never enlarged. The orientation in
/// the metadata is not applied.
///
/// # Errors
/// [`Error::InvalidArgument`] where `side` is 0; [`Error::Input`] for a file
/// that is not a jpeg, png or webp picture, is corrupt or cut off, is smaller
/// than `side` ([`Problem::TooShort`]), or has more than 200 megapixels.
pub fn green_plane(path: &Path, side: usize) -> Result<Plane, Error> {
    if side == 0 {
        return Err(Error::argument("side", side, "at least 1 pixel"));
    }
    let picture = decode(path, side).map_err(|problem| problem.at(path))?;
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
    Ok(Plane {
        values,
        rows: axis(),
        cols: axis(),
    })
}

/// The central `side` x `side` pixels of a photo in colour, reduced to at most
/// `longest` pixels a side, as a PNG file.
///
/// # Errors
/// Those of [`green_plane`].
pub fn picture_png(path: &Path, side: usize, longest: usize) -> Result<Vec<u8>, Error> {
    let encode = || {
        let picture = decode(path, side)?;
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

fn open(path: &Path) -> Result<ImageReader<BufReader<File>>, Problem> {
    let mut file = open_file(path)?;
    if file.metadata()?.len() == 0 {
        return Err(Problem::Empty {
            detail: "the file has no bytes".into(),
        });
    }
    if let Some(found) = archive_in(&mut file)? {
        return Err(Problem::NotPicture { found });
    }
    let mut reader = ImageReader::new(BufReader::new(file)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    Ok(reader)
}

fn decode(path: &Path, side: usize) -> Result<DynamicImage, Problem> {
    guarded(broken, || decode_unguarded(path, side))
}

fn decode_unguarded(path: &Path, side: usize) -> Result<DynamicImage, Problem> {
    let reader = open(path)?;
    let is_jpeg = reader.format() == Some(ImageFormat::Jpeg);
    let mut decoder = reader.into_decoder().map_err(problem)?;
    let (width, height) = decoder.dimensions();
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
    if is_jpeg && !jpeg_ends(path)? {
        return Err(problem(ImageError::IoError(
            std::io::ErrorKind::UnexpectedEof.into(),
        )));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    decoder.set_limits(limits).map_err(problem)?;
    DynamicImage::from_decoder(decoder).map_err(problem)
}

/// Whether a jpeg file has an end-of-image marker behind its first scan; the
/// decoder fills what is missing with grey without a word.
fn jpeg_ends(path: &Path) -> std::io::Result<bool> {
    const START_OF_SCAN: u8 = 0xDA;
    let mut file = BufReader::new(File::open(path)?);
    file.seek(SeekFrom::Start(2))?;
    // Segments before the scan may hold a thumbnail with markers of its own.
    loop {
        let mut head = [0; 4];
        if file.read_exact(&mut head).is_err() {
            return Ok(false);
        }
        let length = i64::from(u16::from_be_bytes([head[2], head[3]]));
        match head {
            // A fill byte, or damage: step on by one.
            [0xFF, 0xFF, ..] => file.seek_relative(-3)?,
            [0xFF, START_OF_SCAN, ..] => break,
            [0xFF, ..] if length >= 2 => file.seek_relative(length - 2)?,
            _ => file.seek_relative(-3)?,
        }
    }
    let mut after_marker_byte = false;
    loop {
        let block = file.fill_buf()?;
        if block.is_empty() {
            return Ok(false);
        }
        for &byte in block {
            if after_marker_byte && byte == 0xD9 {
                return Ok(true);
            }
            after_marker_byte = byte == 0xFF;
        }
        let count = block.len();
        file.consume(count);
    }
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
        let plane = green_plane(&path, 2).unwrap();
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
        assert_eq!(green_plane(&path, 1).unwrap().values[[0, 0]], 1.0);
        let deep = ImageBuffer::<Luma<u16>, Vec<u16>>::from_pixel(3, 3, Luma([65535]));
        deep.save(&path).unwrap();
        assert_eq!(green_plane(&path, 1).unwrap().values[[0, 0]], 1.0);
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
