//! Planes from numpy arrays, by the meaning of their dimensions.

use super::archive::archive_in;
use super::guard::open_file;
use super::layout::{ArrayOptions, Layout};
use super::npy::{Header, unreadable};
use super::npz::Archive;
use super::padding::Padding;
use crate::{Error, Problem};
use ndarray::{Array4, ArrayD, Axis, IxDyn, ShapeBuilder, Slice};
use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

/// The planes of one array.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrayStack {
    /// Name of the file without its extension; of a member of an `.npz`, the
    /// member's name.
    pub name: String,
    /// What the dimensions of the file's array mean.
    pub layout: Layout,
    /// What else its shape could mean, where it was guessed.
    pub doubt: Option<String>,
    /// Shape as it is in the file.
    pub shape: Vec<usize>,
    /// Values, [item, channel, row, column], without padding.
    pub values: Array4<f64>,
}

/// The arrays of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrays {
    /// Those that are measured, sorted by name.
    pub stacks: Vec<ArrayStack>,
    /// What a reader should know of the file: what was left aside or guessed.
    pub remarks: Vec<String>,
}

/// Reads the array of an `.npy` file, or those of an `.npz` file that are latents,
/// sorted by name.
///
/// Without a layout, two dimensions are read as `hw`, three as `chw`, four as `nchw`
/// and five as `ncthw`; three or four of which the last is 4 at most, behind two that
/// planes have, as `hwc` and `nhwc`. Values may be f2, f4, f8, bfloat16, i1 to i8 or
/// u1 to u8 of either byte order, in C or Fortran order. What a `padding_mask` in the
/// `.json` file of the same name calls padding is left out. An archive is read to the
/// ends of its members, whose checksums are compared.
///
/// # Errors
/// [`Error::Input`] with [`Problem::NotArray`] for a file of another format or
/// value type, of a shape that does not fit the layout or exceeds the file, with a
/// value that is not finite, or with a checksum that is wrong.
pub fn read_arrays(path: &Path, options: &ArrayOptions<'_>) -> Result<Arrays, Error> {
    let padding = Padding::beside(path);
    let mut remarks = Vec::new();
    let mut stacks = each_array(
        path,
        Wanted::Latents(options),
        &mut |reader, length, name| {
            let (stack, found) = read_one(reader, length, name, options.layout, &padding)?;
            remarks.extend(found);
            Ok(stack)
        },
    )?;
    remarks.extend(stacks.remarks);
    remarks.dedup();
    stacks.arrays.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Arrays {
        stacks: stacks.arrays,
        remarks,
    })
}

/// What the header of an array says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrayHeader {
    /// As [`ArrayStack::name`].
    pub name: String,
    /// As [`ArrayStack::layout`].
    pub layout: Layout,
    /// Numbers of items, channels, rows and columns.
    pub shape: [usize; 4],
}

impl ArrayHeader {
    /// Rows and columns.
    pub fn plane_shape(&self) -> (usize, usize) {
        (self.shape[2], self.shape[3])
    }
}

/// The headers of the arrays that [`read_arrays`] reads, in the same order; the
/// values are not looked at.
///
/// # Errors
/// Those of [`read_arrays`] that a header shows.
pub fn array_headers(path: &Path, options: &ArrayOptions<'_>) -> Result<Vec<ArrayHeader>, Error> {
    let padding = Padding::beside(path);
    let headers = each_array(
        path,
        Wanted::Headers(options),
        &mut |reader, length, name| {
            let header = Header::read(reader)?;
            let layout = Layout::of(&header.shape, options.layout)?;
            header.count(length)?;
            let mut shape = header.shape;
            if let (Some((dimension, kept)), _) = padding.kept(layout, &shape) {
                shape[dimension] = kept.len();
            }
            Ok(ArrayHeader {
                name,
                layout,
                shape: layout.four(&shape),
            })
        },
    )?;
    let mut headers = headers.arrays;
    headers.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(headers)
}

/// Reads the arrays of an `.npz` file whose names are wanted, by name, as they are:
/// of any number of dimensions, and with values that are not finite.
///
/// # Errors
/// Those of [`read_arrays`] but for shapes and values.
pub fn read_members(
    path: &Path,
    wanted: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, ArrayD<f64>>, Error> {
    let members = each_array(path, Wanted::Named(&wanted), &mut |reader, length, name| {
        let header = Header::read(reader)?;
        let count = header.count(length)?;
        let array = shaped(&header, header.values(reader, count)?)?;
        Ok((name, array))
    })?;
    Ok(members.arrays.into_iter().collect())
}

fn shaped(header: &Header, values: Vec<f64>) -> Result<ArrayD<f64>, Problem> {
    let shape = IxDyn(&header.shape).set_f(header.fortran);
    ArrayD::from_shape_vec(shape, values).map_err(misshapen)
}

fn misshapen(error: ndarray::ShapeError) -> Problem {
    Problem::NotArray {
        found: error.to_string(),
    }
}

/// What is read of a file.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    /// The headers of what is measured.
    Headers(&'a ArrayOptions<'a>),
    /// What is measured, and the checksums of all.
    Latents(&'a ArrayOptions<'a>),
    /// What is named so.
    Named(&'a dyn Fn(&str) -> bool),
}

/// What was taken of the arrays of a file, and remarks on it.
struct Taken<T> {
    arrays: Vec<T>,
    remarks: Vec<String>,
}

/// Takes a reader of an array, its length in bytes, and the array's name.
type TakeArray<'a, T> = &'a mut dyn FnMut(&mut dyn Read, u64, String) -> Result<T, Problem>;

/// Calls `take` with every array of a file that is wanted.
fn each_array<T>(
    path: &Path,
    wanted: Wanted<'_>,
    take: TakeArray<'_, T>,
) -> Result<Taken<T>, Error> {
    let mut read = || {
        let mut file = open_file(path)?;
        let length = file.metadata()?.len();
        if length == 0 {
            return Err(Problem::Empty {
                detail: "the file has no bytes".into(),
            });
        }
        let mut magic = Vec::new();
        (&mut file).take(2).read_to_end(&mut magic)?;
        file.rewind()?;
        if magic == b"PK" {
            return each_member(path, wanted, take);
        }
        if let Some(found) = archive_in(&mut file)? {
            return Err(Problem::NotArray { found });
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let (array, rest) = to_the_end(&mut BufReader::new(file), wanted, |reader| {
            take(reader, length, stem.into_owned())
        })?;
        Ok(Taken {
            arrays: vec![array],
            remarks: rest.into_iter().collect(),
        })
    };
    read().map_err(|problem: Problem| problem.at(path))
}

fn each_member<T>(
    path: &Path,
    wanted: Wanted<'_>,
    take: TakeArray<'_, T>,
) -> Result<Taken<T>, Problem> {
    let mut archive = Archive::open(path)?;
    let (chosen, left) = match wanted {
        Wanted::Headers(options) | Wanted::Latents(options) => archive.choose(options)?,
        Wanted::Named(is_wanted) => {
            let members = archive.members.iter().enumerate();
            let named = members.filter(|(_, member)| is_wanted(&member.name));
            (named.map(|(number, _)| number).collect(), None)
        }
    };
    let mut taken = Taken {
        arrays: Vec::new(),
        remarks: archive.remark.take().into_iter().chain(left).collect(),
    };
    for &number in &chosen {
        let (array, rest) = archive.with(number, |reader, length, name| {
            to_the_end(reader, wanted, |reader| take(reader, length, name))
        })?;
        taken.arrays.push(array);
        taken.remarks.extend(rest);
    }
    // Whoever asks for one member wants no word on others.
    if let Wanted::Latents(ArrayOptions { key: None, .. }) = wanted {
        archive.check_others(&chosen)?;
    }
    Ok(taken)
}

/// What `take` makes of an array, and a remark on bytes behind its values; a member's
/// checksum is compared at its end.
fn to_the_end<T>(
    reader: &mut dyn Read,
    wanted: Wanted<'_>,
    take: impl FnOnce(&mut dyn Read) -> Result<T, Problem>,
) -> Result<(T, Option<String>), Problem> {
    let taken = take(reader)?;
    if let Wanted::Headers(_) = wanted {
        return Ok((taken, None));
    }
    let rest =
        io::copy(reader, &mut io::sink()).map_err(|error| unreadable(&error, "it is cut off"))?;
    let remark = (rest > 0).then(|| {
        format!("{rest} bytes follow the values that the shape in the header tells: not read")
    });
    Ok((taken, remark))
}

/// One array without its padding, and remarks on it.
fn read_one(
    reader: &mut dyn Read,
    length: u64,
    name: String,
    layout: Option<Layout>,
    padding: &Padding,
) -> Result<(ArrayStack, Vec<String>), Problem> {
    let mut header = Header::read(reader)?;
    let doubt = match layout {
        Some(_) => None,
        None => Layout::doubt(&header.shape),
    };
    let layout = Layout::of(&header.shape, layout)?;
    let count = header.count(length)?;
    let values = header.values(reader, count)?;
    check_finite(&values, &header)?;
    let mut array = shaped(&header, values)?;
    let (kept, remark) = padding.kept(layout, &header.shape);
    if let Some((dimension, kept)) = kept {
        array.slice_axis_inplace(Axis(dimension), Slice::from(kept));
    }
    let four = layout.four(array.shape());
    let values = array
        .permuted_axes(layout.order())
        .to_shape(four)
        .map_err(misshapen)?
        .into_owned();
    let remarks = header.guess.take().into_iter().chain(remark).collect();
    let stack = ArrayStack {
        name,
        layout,
        doubt,
        shape: header.shape,
        values,
    };
    Ok((stack, remarks))
}

fn check_finite(values: &[f64], header: &Header) -> Result<(), Problem> {
    let Some(first) = values.iter().position(|v| !v.is_finite()) else {
        return Ok(());
    };
    let count = values.iter().filter(|v| !v.is_finite()).count();
    let mut index = vec![0; header.shape.len()];
    let mut rest = first;
    for step in 0..index.len() {
        let at = if header.fortran {
            step
        } else {
            index.len() - 1 - step
        };
        index[at] = rest % header.shape[at];
        rest /= header.shape[at];
    }
    Err(Problem::NotArray {
        found: format!(
            "{count} of {} values are not finite, the first at {index:?}",
            values.len()
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn npy(descr: &str, fortran: &str, shape: &str, data: &[u8]) -> Vec<u8> {
        let dict =
            format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((dict.len() as u16).to_le_bytes());
        bytes.extend(dict.bytes());
        bytes.extend(data);
        bytes
    }

    fn read(bytes: &[u8], layout: Option<Layout>) -> Result<Vec<ArrayStack>, String> {
        read_all(bytes, layout).map(|arrays| arrays.stacks)
    }

    fn read_all(bytes: &[u8], layout: Option<Layout>) -> Result<Arrays, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plane.npy");
        std::fs::write(&path, bytes).unwrap();
        let options = ArrayOptions { layout, key: None };
        read_arrays(&path, &options).map_err(|e| e.to_string())
    }

    #[test]
    fn orders_and_types_give_the_same_values() {
        let le: Vec<u8> = [1i16, -2, 3, 4, 5, 6]
            .iter()
            .flat_map(|v| v.to_le_bytes())
            .collect();
        let c = &read(&npy("<i2", "False", "(2, 3)", &le), None).unwrap()[0];
        assert_eq!(
            (c.name.as_str(), c.layout, &c.shape),
            ("plane", Layout::Hw, &vec![2, 3])
        );
        assert_eq!(c.values.shape(), [1, 1, 2, 3]);
        assert_eq!(c.values[[0, 0, 0, 1]], -2.0);
        let be: Vec<u8> = [1f64, 4., -2., 5., 3., 6.]
            .iter()
            .flat_map(|v| v.to_be_bytes())
            .collect();
        let f = &read(&npy(">f8", "True", "(2, 3)", &be), None).unwrap()[0];
        assert_eq!(f.values, c.values);
    }

    #[test]
    fn layouts_place_the_dimensions() {
        let data: Vec<u8> = (0..6).collect();
        let chw = read(&npy("|u1", "False", "(1, 2, 3)", &data), None).unwrap();
        assert_eq!(chw[0].values.shape(), [1, 1, 2, 3]);
        let nct = read(&npy("|u1", "False", "(1, 2, 3)", &data), Some(Layout::Nct)).unwrap();
        assert_eq!(nct[0].values.shape(), [1, 2, 1, 3]);
        let ct = read(&npy("|u1", "False", "(2, 3)", &data), Some(Layout::Ct)).unwrap();
        assert_eq!(ct[0].values.shape(), [1, 2, 1, 3]);
        // Values are index[0] + 10 index[1] + ...: their places tell.
        for (layout, shape, at, value) in [
            (Layout::Hwc, &[2, 3, 4][..], [0, 3, 1, 2], 321),
            (Layout::Nhwc, &[2, 3, 4, 2], [1, 1, 2, 3], 1321),
            (Layout::Tc, &[3, 2], [0, 1, 0, 2], 12),
            (Layout::Ntc, &[2, 3, 4], [1, 3, 0, 2], 321),
            (Layout::Ncthw, &[2, 3, 2, 2, 2], [3, 2, 0, 1], 10121),
        ] {
            let values = ArrayD::from_shape_fn(IxDyn(shape), |index| {
                (0..shape.len())
                    .map(|d| index[d] as i32 * 10i32.pow(d as u32))
                    .sum::<i32>()
            });
            let data: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
            let text = format!("{shape:?}").replace('[', "(").replace(']', ")");
            let stack = &read(&npy("<i4", "False", &text, &data), Some(layout)).unwrap()[0];
            assert_eq!(stack.values[at], f64::from(value), "{layout}");
            assert_eq!(layout.to_string().parse::<Layout>().unwrap(), layout);
        }
    }

    #[test]
    fn refusals_say_why() {
        let nan: Vec<u8> = [0f32, 1., f32::NAN, f32::INFINITY]
            .iter()
            .flat_map(|v| v.to_le_bytes())
            .collect();
        let cases = [
            (
                npy("<f4", "False", "(2, 2)", &nan),
                "2 of 4 values are not finite, the first at [1, 0]",
            ),
            (npy("<c8", "False", "(2, 2)", &[0; 32]), "c8"),
            (npy("|b1", "False", "(2, 2)", &[0; 4]), "b1"),
            (npy("|u1", "False", "(4,)", &[0; 4]), "--layout"),
            (npy("|u1", "False", "(0, 4)", &[]), "no values"),
            (
                npy("<f8", "False", "(99999999, 99999999)", &[0; 8]),
                "more than the 8 bytes",
            ),
            (
                npy("<f8", "False", "(99999999999999999999, 2)", &[0; 8]),
                "shape",
            ),
            (
                b"\x93NUMPY\x02\x00\xFF\xFF\xFF\xFF".to_vec(),
                "header of 4294967295 bytes",
            ),
            (b"PK\x03\x04".to_vec(), ".npz"),
            (b"text".to_vec(), "text, where an .npy file"),
            (b"\x1F\x8B\x08\0".to_vec(), "gzip-compressed data"),
            (npy("|V1", "False", "(2, 2)", &[0; 4]), "float8"),
            (npy("|u1", "Fal", "(2, 2)", &[0; 4]), "order"),
            (Vec::new(), "empty"),
        ];
        for (bytes, reason) in cases {
            let error = read(&bytes, None).unwrap_err();
            assert!(error.contains(reason), "{error:?} lacks {reason:?}");
        }
    }

    #[test]
    fn bytes_behind_the_values_and_guesses_are_told() {
        let whole = npy("<f4", "False", "(1, 2)", &[0; 8]);
        assert_eq!(read_all(&whole, None).unwrap().remarks, [""; 0]);
        let arrays = read_all(&npy("<f4", "False", "(1, 2)", &[0; 11]), None).unwrap();
        assert!(arrays.remarks[0].starts_with("3 bytes follow"));
        // The upper halves of 1.0 and -2.5 in binary32.
        let brain = [0x80, 0x3F, 0x20, 0xC0];
        let arrays = read_all(&npy("|V2", "False", "(1, 2)", &brain), None).unwrap();
        assert_eq!(arrays.stacks[0].values.as_slice(), Some(&[1.0, -2.5][..]));
        assert!(arrays.remarks[0].contains("bfloat16"));
        assert_eq!(arrays.stacks[0].doubt, Layout::doubt(&[1, 2]));
    }

    #[test]
    fn padding_is_left_out_of_values_and_headers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.npy");
        let data = [1, 2, 3, 4, 5, 6];
        std::fs::write(&path, npy("|u1", "False", "(2, 3)", &data)).unwrap();
        std::fs::write(
            path.with_extension("json"),
            r#"{"padding_mask": [1, 1, 0]}"#,
        )
        .unwrap();
        let options = ArrayOptions {
            layout: Some(Layout::Ct),
            key: None,
        };
        let arrays = read_arrays(&path, &options).unwrap();
        let values = &arrays.stacks[0].values;
        assert_eq!(values.as_slice(), Some(&[1.0, 2.0, 4.0, 5.0][..]));
        assert_eq!(arrays.stacks[0].shape, [2, 3]);
        assert!(arrays.remarks[0].contains("padding"));
        let header = &array_headers(&path, &options).unwrap()[0];
        assert_eq!(header.shape, [1, 2, 1, 2]);
    }

    #[test]
    fn members_of_an_npz_come_sorted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("planes.npz");
        let file = std::fs::File::create(&path).unwrap();
        let mut npz = ndarray_npy::NpzWriter::new_compressed(file);
        npz.add_array("b", &ndarray::arr2(&[[1.0f32, 2.0]]))
            .unwrap();
        npz.add_array("a", &ndarray::arr2(&[[3u8, 4]])).unwrap();
        npz.finish().unwrap();
        let arrays = read_arrays(&path, &ArrayOptions::default()).unwrap();
        assert_eq!(arrays.remarks, [""; 0]);
        let stacks = arrays.stacks;
        assert_eq!(
            stacks.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(),
            ["a", "b"]
        );
        assert_eq!(stacks[0].values.as_slice(), Some(&[3.0, 4.0][..]));
    }
}
