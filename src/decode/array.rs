//! Planes from numpy arrays, by the meaning of their dimensions.

use super::archive::archive_in;
use super::guard::open_file;
use super::npy::Header;
use crate::{Error, Problem};
use ndarray::{Array4, ArrayD, IxDyn, ShapeBuilder};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;
use std::str::FromStr;

/// Most that deflate can shrink zeros: a zip member that claims more lies.
const LARGEST_INFLATION: u64 = 1032;

/// What the dimensions of an array mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// \[row, column\].
    Hw,
    /// \[channel, row, column\].
    Chw,
    /// \[item, channel, row, column\].
    Nchw,
    /// \[channel, time\]: planes of one row.
    Ct,
    /// \[item, channel, time\]: planes of one row.
    Nct,
}

impl Layout {
    const ALL: [Layout; 5] = [
        Layout::Hw,
        Layout::Chw,
        Layout::Nchw,
        Layout::Ct,
        Layout::Nct,
    ];

    /// Number of dimensions.
    pub fn dimensions(self) -> usize {
        match self {
            Layout::Hw | Layout::Ct => 2,
            Layout::Chw | Layout::Nct => 3,
            Layout::Nchw => 4,
        }
    }

    /// The shape as [item, channel, row, column]; `shape` must have
    /// [`Self::dimensions`] entries.
    fn four(self, shape: &[usize]) -> [usize; 4] {
        let at = |index: usize| shape.get(index).copied().unwrap_or(1);
        match self {
            Layout::Hw => [1, 1, at(0), at(1)],
            Layout::Chw => [1, at(0), at(1), at(2)],
            Layout::Nchw => [at(0), at(1), at(2), at(3)],
            Layout::Ct => [1, at(0), 1, at(1)],
            Layout::Nct => [at(0), at(1), 1, at(2)],
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Layout::Hw => "hw",
            Layout::Chw => "chw",
            Layout::Nchw => "nchw",
            Layout::Ct => "ct",
            Layout::Nct => "nct",
        })
    }
}

impl FromStr for Layout {
    type Err = Error;

    fn from_str(text: &str) -> Result<Layout, Error> {
        Layout::ALL
            .into_iter()
            .find(|layout| layout.to_string() == text)
            .ok_or_else(|| Error::argument("layout", text, "hw, chw, nchw, ct or nct"))
    }
}

/// The planes of one array.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrayStack {
    /// Name of the file without its extension; of a member of an `.npz`, the
    /// member's name.
    pub name: String,
    /// What the dimensions of the file's array mean.
    pub layout: Layout,
    /// Shape as it is in the file.
    pub shape: Vec<usize>,
    /// Values, [item, channel, row, column].
    pub values: Array4<f64>,
}

/// Reads the array of an `.npy` file, or all of an `.npz` file sorted by name.
///
/// Without a `layout`, two dimensions are read as `hw`, three as `chw` and four
/// as `nchw`. Values may be f4, f8, i1 to i8 or u1 to u8 of either byte order,
/// in C or Fortran order.
///
/// # Errors
/// [`Error::Input`] with [`Problem::NotArray`] for a file of another format or
/// value type, of a shape that does not fit the layout or exceeds the file, or
/// with a value that is not finite.
pub fn read_arrays(path: &Path, layout: Option<Layout>) -> Result<Vec<ArrayStack>, Error> {
    let mut stacks = each_array(path, &|reader, length, name| {
        read_one(reader, length, name, layout)
    })?;
    stacks.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(stacks)
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
pub fn array_headers(path: &Path, layout: Option<Layout>) -> Result<Vec<ArrayHeader>, Error> {
    let mut headers = each_array(path, &|reader, length, name| {
        let header = Header::read(reader)?;
        let layout = layout_for(&header.shape, layout)?;
        header.count(length)?;
        Ok(ArrayHeader {
            name,
            layout,
            shape: layout.four(&header.shape),
        })
    })?;
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
    let members = each_array(path, &|reader, length, name| {
        if !wanted(&name) {
            return Ok(None);
        }
        let header = Header::read(reader)?;
        let count = header.count(length)?;
        let array = shaped(&header, header.values(reader, count)?)?;
        Ok(Some((name, array)))
    })?;
    Ok(members.into_iter().flatten().collect())
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

/// Takes a reader of an array, its length in bytes, and the array's name.
type TakeArray<'a, T> = &'a dyn Fn(&mut dyn Read, u64, String) -> Result<T, Problem>;

/// Calls `take` with every array of a file.
fn each_array<T>(path: &Path, take: TakeArray<'_, T>) -> Result<Vec<T>, Error> {
    let read = || {
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
            return each_member(file, take);
        }
        if let Some(found) = archive_in(&mut file)? {
            return Err(Problem::NotArray { found });
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Ok(vec![take(
            &mut BufReader::new(file),
            length,
            stem.into_owned(),
        )?])
    };
    read().map_err(|problem| problem.at(path))
}

fn each_member<T>(file: File, take: TakeArray<'_, T>) -> Result<Vec<T>, Problem> {
    let broken = |error: zip::result::ZipError| Problem::NotArray {
        found: format!("an .npz archive that cannot be read: {error}"),
    };
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(broken)?;
    let mut arrays = Vec::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).map_err(broken)?;
        let Some(name) = member.name().strip_suffix(".npy").map(str::to_owned) else {
            continue;
        };
        let most = member.compressed_size().saturating_mul(LARGEST_INFLATION);
        let length = member.size().min(most);
        let array = take(&mut member, length, name.clone()).map_err(|problem| {
            let Problem::NotArray { found } = problem else {
                return problem;
            };
            Problem::NotArray {
                found: format!("member {name:?}: {found}"),
            }
        })?;
        arrays.push(array);
    }
    match arrays.is_empty() {
        true => Err(Problem::Empty {
            detail: "the archive holds no .npy member".into(),
        }),
        false => Ok(arrays),
    }
}

fn read_one(
    reader: &mut dyn Read,
    length: u64,
    name: String,
    layout: Option<Layout>,
) -> Result<ArrayStack, Problem> {
    let header = Header::read(reader)?;
    let layout = layout_for(&header.shape, layout)?;
    let count = header.count(length)?;
    let values = header.values(reader, count)?;
    check_finite(&values, &header)?;
    let values = shaped(&header, values)?
        .to_shape(layout.four(&header.shape))
        .map_err(misshapen)?
        .into_owned();
    Ok(ArrayStack {
        name,
        layout,
        shape: header.shape,
        values,
    })
}

fn layout_for(shape: &[usize], layout: Option<Layout>) -> Result<Layout, Problem> {
    let refuse = |wanted: String| Problem::NotArray {
        found: format!(
            "the shape {shape:?} has {} dimensions, but {wanted} (--layout)",
            shape.len()
        ),
    };
    match (layout, shape.len()) {
        (Some(layout), count) if count == layout.dimensions() => Ok(layout),
        (Some(layout), _) => Err(refuse(format!("{layout} takes {}", layout.dimensions()))),
        (None, 2) => Ok(Layout::Hw),
        (None, 3) => Ok(Layout::Chw),
        (None, 4) => Ok(Layout::Nchw),
        (None, _) => Err(refuse("2, 3 or 4 are supported".into())),
    }
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
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plane.npy");
        std::fs::write(&path, bytes).unwrap();
        read_arrays(&path, layout).map_err(|e| e.to_string())
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
        for name in ["hw", "chw", "nchw", "ct", "nct"] {
            assert_eq!(name.parse::<Layout>().unwrap().to_string(), name);
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
            (b"text".to_vec(), "not a usable array"),
            (Vec::new(), "empty"),
        ];
        for (bytes, reason) in cases {
            let error = read(&bytes, None).unwrap_err();
            assert!(error.contains(reason), "{error:?} lacks {reason:?}");
        }
    }

    #[test]
    fn members_of_an_npz_come_sorted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("planes.npz");
        let mut npz = ndarray_npy::NpzWriter::new_compressed(File::create(&path).unwrap());
        npz.add_array("b", &ndarray::arr2(&[[1.0f32, 2.0]]))
            .unwrap();
        npz.add_array("a", &ndarray::arr2(&[[3u8], [4]])).unwrap();
        npz.finish().unwrap();
        let stacks = read_arrays(&path, None).unwrap();
        assert_eq!(
            stacks.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(),
            ["a", "b"]
        );
        assert_eq!(stacks[0].values.as_slice(), Some(&[3.0, 4.0][..]));
    }
}
