//! Damage to arrays and photos, drawn at random: it is told, or changes nothing, as
//! far as the format allows to know.

use crate::support::fixture;
use cepstrum::decode::{ArrayOptions, Ending, green_plane, read_arrays};
use cepstrum::synth::{derived_seed, gauss};
use image::{DynamicImage, ImageFormat, Luma, RgbImage};
use ndarray::{Array, Array3, Dimension};
use std::io::Cursor;
use std::path::Path;

/// Cases per file.
const CASES: usize = 300;

/// What a reader says of a file: its values, and whether it says more.
type Told = Result<(Vec<f64>, bool), ()>;

/// What became of damaged copies of a file.
#[derive(Default)]
struct Count {
    refused: usize,
    remarked: usize,
    /// Values that are the same, without a word.
    harmless: usize,
    /// Values that differ, without a word.
    silent: usize,
}

impl Count {
    /// The share of silent losses among damage that is no harmless one.
    fn share(&self) -> f64 {
        self.silent as f64 / (CASES - self.harmless).max(1) as f64
    }
}

/// Flips a bit of a file from `start` on, cuts it, or drops, repeats or blots out some
/// of its bytes.
fn damage(bytes: &[u8], start: usize, seed: u64) -> Vec<u8> {
    // Parts of the unit interval from a hash.
    let part = |n: u64| derived_seed(seed, n) as f64 / u64::MAX as f64;
    let at = start + (part(1) * (bytes.len() - start - 1) as f64) as usize;
    let end = (at + 1 + (part(2) * 64.0) as usize).min(bytes.len());
    let mut damaged = bytes.to_vec();
    match seed % 5 {
        0 | 1 => damaged[at] ^= 1 << (part(3) * 8.0) as u32,
        2 => damaged.truncate(at),
        3 => drop(damaged.drain(at..end)),
        _ => drop(damaged.splice(at..at, bytes[at..end].to_vec())),
    }
    damaged
}

/// Damages a file from byte `start` on, and reads the copies; prints what came of it.
fn count(name: &str, bytes: &[u8], start: usize, read: impl Fn(&Path) -> Told) -> Count {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let (values, is_remarked) = read(&path).unwrap();
    assert!(!is_remarked, "{name} is whole");
    let mut count = Count::default();
    for seed in 0..CASES as u64 {
        std::fs::write(&path, damage(bytes, start, seed)).unwrap();
        match read(&path) {
            Err(()) => count.refused += 1,
            Ok((_, true)) => count.remarked += 1,
            Ok((found, false)) if found == values => count.harmless += 1,
            Ok(_) => count.silent += 1,
        }
    }
    println!(
        "{name}: {} refused, {} with a remark, {} harmless, {} silent ({:.1} %)",
        count.refused,
        count.remarked,
        count.harmless,
        count.silent,
        100.0 * count.share()
    );
    count
}

fn arrays(path: &Path) -> Told {
    let arrays = read_arrays(path, &ArrayOptions::default()).map_err(|_| ())?;
    let values = arrays.stacks.iter().flat_map(|stack| stack.values.iter());
    Ok((values.copied().collect(), !arrays.remarks.is_empty()))
}

fn photo(path: &Path) -> Told {
    let (plane, ending) = green_plane(path, 20).map_err(|_| ())?;
    let values = plane.values.into_raw_vec_and_offset().0;
    Ok((values, ending != Ending::Complete))
}

fn latent() -> Array3<f32> {
    let values = gauss(1, 4 * 24 * 20).iter().map(|x| *x as f32).collect();
    Array3::from_shape_vec((4, 24, 20), values).unwrap()
}

fn npz<D: Dimension>(members: &[(&str, &Array<f32, D>)], is_small: bool) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut npz = match is_small {
        true => ndarray_npy::NpzWriter::new_compressed(&mut bytes),
        false => ndarray_npy::NpzWriter::new(&mut bytes),
    };
    for (name, array) in members {
        npz.add_array(*name, *array).unwrap();
    }
    npz.finish().unwrap();
    bytes.into_inner()
}

/// A picture with large and small detail.
fn picture() -> RgbImage {
    let noise = gauss(2, 96 * 80);
    RgbImage::from_fn(96, 80, |x, y| {
        let slow = 60.0 * (f64::from(x) / 9.0).sin() * (f64::from(y) / 13.0).cos();
        let value = 128.0 + slow + 12.0 * noise[(96 * y + x) as usize];
        image::Rgb([value, value + 20.0, 255.0 - value].map(|v| v as u8))
    })
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn no_loss_in_an_archive_is_silent() {
    let (a, b) = (latent(), latent() * 2.0);
    for is_small in [true, false] {
        let bytes = npz(&[("a", &a), ("b", &b)], is_small);
        let count = count("archive.npz", &bytes, 0, arrays);
        assert_eq!(count.silent, 0);
    }
}

#[test]
fn arrays_have_no_checksum_but_their_length_tells() {
    let mut bytes = Vec::new();
    ndarray_npy::WriteNpyExt::write_npy(&latent(), &mut bytes).unwrap();
    let count = count("array.npy", &bytes, 0, arrays);
    // Flipped bits of values: two cases in five.
    assert!(count.share() < 0.41, "{}", count.share());
    assert!(count.refused + count.remarked > CASES / 2);
}

#[test]
fn no_loss_in_a_png_is_silent() {
    let colour = DynamicImage::from(picture());
    let deep = image::ImageBuffer::<Luma<u16>, _>::from_fn(96, 80, |x, y| {
        Luma([(700 * x + 31 * y) as u16])
    });
    for picture in [
        colour.clone(),
        DynamicImage::from(colour.to_luma8()),
        deep.into(),
    ] {
        let bytes = encoded(&picture, ImageFormat::Png);
        assert_eq!(count("picture.png", &bytes, 0, photo).silent, 0);
    }
    let palette = seed_of_fuzzing("photo_seed_palette.png");
    assert_eq!(count("palette.png", &palette, 0, photo).silent, 0);
}

fn seed_of_fuzzing(name: &str) -> Vec<u8> {
    std::fs::read(fixture("fuzz").join(name)).unwrap()
}

/// Where the entropy-coded data of the first scan start.
fn first_scan(jpeg: &[u8]) -> usize {
    let at = jpeg
        .windows(2)
        .position(|pair| pair == [0xFF, 0xDA])
        .unwrap();
    at + 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]))
}

#[test]
fn most_losses_in_a_jpeg_show_in_its_structure() {
    let colour = DynamicImage::from(picture());
    let grey = DynamicImage::from(colour.to_luma8());
    let progressive = seed_of_fuzzing("photo_seed_progressive.jpg");
    for (name, bytes, bound) in [
        ("colour.jpg", encoded(&colour, ImageFormat::Jpeg), 0.25),
        ("grey.jpg", encoded(&grey, ImageFormat::Jpeg), 0.16),
        ("progressive.jpg", progressive, 0.15),
    ] {
        let count = count(name, &bytes, first_scan(&bytes), photo);
        assert!(count.share() < bound, "{name}: {}", count.share());
    }
}

#[test]
fn lengths_in_a_webp_tell_of_losses() {
    let lossless = encoded(&DynamicImage::from(picture()), ImageFormat::WebP);
    for (name, bytes, bound) in [
        ("lossless.webp", lossless, 0.12),
        ("lossy.webp", seed_of_fuzzing("photo_seed_lossy.webp"), 0.36),
    ] {
        let count = count(name, &bytes, 0, photo);
        assert!(count.share() < bound, "{name}: {}", count.share());
    }
}
