//! The members of an `.npz` archive: which are read, and whether it is whole.

use super::guard::open_file;
use super::layout::{ArrayOptions, Layout};
use super::npy::{Header, unreadable};
use crate::Problem;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use zip::ZipArchive;
use zip::result::ZipError;

/// Most that deflate can shrink zeros: a member that claims more lies.
const LARGEST_INFLATION: u64 = 1032;
/// Names that latents have, the surest first.
const LATENTS: [&str; 8] = [
    "latents", "latent", "z", "moments", "mean", "samples", "x", "arr_0",
];
/// What a member starts with, 30 bytes with its name behind them.
const LOCAL_HEADER: &[u8] = b"PK\x03\x04";
const LOCAL_HEADER_LENGTH: usize = 30;
/// Longest descriptor behind a member, in bytes.
const LONGEST_DESCRIPTOR: usize = 24;

/// An archive whose directory was read.
pub(super) struct Archive {
    zip: ZipArchive<BufReader<File>>,
    /// What is wrong with it, though it can be read.
    pub remark: Option<String>,
    /// Members that are no arrays.
    others: Vec<String>,
    pub members: Vec<Member>,
}

/// An array of an archive.
pub(super) struct Member {
    index: usize,
    pub name: String,
    header: Result<Header, Problem>,
}

fn broken(found: impl Into<String>) -> Problem {
    Problem::NotArray {
        found: found.into(),
    }
}

fn no_archive(error: ZipError) -> Problem {
    broken(format!("an .npz archive that cannot be read: {error}"))
}

impl Archive {
    /// # Errors
    /// A directory that cannot be read, or that is not that of the members, and an
    /// archive without an array.
    pub fn open(path: &Path) -> Result<Archive, Problem> {
        let mut zip = ZipArchive::new(BufReader::new(open_file(path)?)).map_err(no_archive)?;
        let remark = unlisted(&mut zip, &mut open_file(path)?)?;
        let (mut members, mut others) = (Vec::new(), Vec::new());
        for index in 0..zip.len() {
            let mut member = zip.by_index(index).map_err(no_archive)?;
            match member.name().strip_suffix(".npy").map(str::to_owned) {
                Some(name) => members.push(Member {
                    index,
                    name,
                    header: Header::read(&mut member),
                }),
                None => others.push(member.name().to_string()),
            }
        }
        if members.is_empty() {
            return Err(Problem::Empty {
                detail: match others.is_empty() {
                    true => "the archive holds no .npy member".into(),
                    false => format!(
                        "the archive holds no .npy member, but {}",
                        others.join(", ")
                    ),
                },
            });
        }
        Ok(Archive {
            zip,
            remark,
            others,
            members,
        })
    }

    /// Calls `take` with the reader of a member and its length in bytes.
    ///
    /// # Errors
    /// Those of `take`, with the member's name.
    pub fn with<T>(
        &mut self,
        number: usize,
        take: impl FnOnce(&mut dyn Read, u64, String) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let Member { index, name, .. } = &self.members[number];
        let mut member = self.zip.by_index(*index).map_err(no_archive)?;
        let most = member.compressed_size().saturating_mul(LARGEST_INFLATION);
        let length = member.size().min(most);
        take(&mut member, length, name.clone()).map_err(|problem| match problem {
            Problem::NotArray { found } => broken(format!("member {name:?}: {found}")),
            other => other,
        })
    }

    /// Reads all members but the given ones to their ends: the checksums stand there.
    ///
    /// # Errors
    /// A wrong one.
    pub fn check_others(&mut self, taken: &[usize]) -> Result<(), Problem> {
        let taken: Vec<usize> = taken.iter().map(|&n| self.members[n].index).collect();
        for index in (0..self.zip.len()).filter(|index| !taken.contains(index)) {
            let mut member = self.zip.by_index(index).map_err(no_archive)?;
            let name = member.name().to_string();
            if let Err(error) = io::copy(&mut member, &mut io::sink())
                && let Problem::NotArray { found } = unreadable(&error, "it is cut off")
            {
                return Err(broken(format!("member {name:?}: {found}")));
            }
        }
        Ok(())
    }

    /// The numbers of the members that are measured, and a remark on what is left
    /// aside: the one that was asked for; else all where they agree in shape; else
    /// the one that a latent's name tells.
    ///
    /// # Errors
    /// A name that no member has, and members of which none stands out.
    pub fn choose(
        &self,
        options: &ArrayOptions<'_>,
    ) -> Result<(Vec<usize>, Option<String>), Problem> {
        let all: Vec<usize> = (0..self.members.len()).collect();
        if let Some(key) = options.key {
            let key = key.strip_suffix(".npy").unwrap_or(key);
            let named = |&number: &usize| self.members[number].name == key;
            return match all.iter().copied().find(named) {
                Some(number) => Ok((vec![number], None)),
                None => Err(broken(format!(
                    "no member {key:?}; there are: {} (--key)",
                    self.list(|_| true)
                ))),
            };
        }
        let like = |number: usize| likeness(self.members[number].header.as_ref().ok()?, options);
        let usable: Vec<usize> = all.iter().copied().filter(|&n| like(n).is_some()).collect();
        let agree = usable.iter().all(|&n| like(n) == like(usable[0]));
        let by_name = || {
            let named = |name: &str| {
                let mut found = usable.iter().copied();
                found.find(|&n| self.members[n].name.eq_ignore_ascii_case(name))
            };
            LATENTS.into_iter().find_map(named)
        };
        let taken = match (usable.as_slice(), by_name()) {
            // What is wrong with the first is told.
            ([], _) => return Ok((all, None)),
            (usable, _) if agree && usable.len() == all.len() => all,
            (&[only], _) | (_, Some(only)) => vec![only],
            (usable, None) if agree => usable.to_vec(),
            _ => {
                return Err(broken(format!(
                    "members of unlike shapes, none named as latents are: {} (--key takes one)",
                    self.list(|_| true)
                )));
            }
        };
        let left = self.list(|number| !taken.contains(&number));
        let remark = (!left.is_empty()).then(|| {
            let names: Vec<&str> = taken
                .iter()
                .map(|&n| self.members[n].name.as_str())
                .collect();
            format!(
                "of the members, {} is measured; left aside: {left} (--key takes another)",
                names.join(", ")
            )
        });
        Ok((taken, remark))
    }

    /// Members with their shapes, and what is no array.
    fn list(&self, is_listed: impl Fn(usize) -> bool) -> String {
        let members = self.members.iter().enumerate();
        let members = members
            .filter(|(number, _)| is_listed(*number))
            .map(|(_, member)| match &member.header {
                Ok(header) => format!("{} {:?}", member.name, header.shape),
                Err(_) => format!("{} of no usable type", member.name),
            });
        let texts: Vec<String> = members.chain(self.others.iter().cloned()).collect();
        texts.join(", ")
    }
}

/// What arrays that are measured together have in common: whether they have channels,
/// and how many, or else how many rows; `None` for what is no latent.
fn likeness(header: &Header, options: &ArrayOptions<'_>) -> Option<(bool, usize)> {
    let shape = &header.shape;
    let layout = Layout::of(shape, options.layout).ok()?;
    let [_, channels, rows, _] = layout.four(shape);
    let common = match layout {
        Layout::Hw => (false, rows),
        _ => (true, channels),
    };
    (!shape.contains(&0)).then_some(common)
}

/// A remark on members that the directory does not list, such as the first of two of
/// one name.
///
/// # Errors
/// Members that overlap, or are not named as the directory says.
fn unlisted(
    zip: &mut ZipArchive<BufReader<File>>,
    file: &mut File,
) -> Result<Option<String>, Problem> {
    let mut spans = Vec::new();
    for index in 0..zip.len() {
        let member = zip.by_index_raw(index).map_err(no_archive)?;
        let (start, end) = (
            member.header_start(),
            member.data_start().saturating_add(member.compressed_size()),
        );
        let local = local_name(file, start, LOCAL_HEADER_LENGTH + member.name_raw().len())?;
        if local.is_none_or(|(at, name)| at != 0 || name != member.name_raw()) {
            return Err(broken(format!(
                "an .npz archive that is damaged: member {:?} is not where its directory says",
                member.name()
            )));
        }
        spans.push((start, end));
    }
    spans.sort_unstable();
    let directory = zip.central_directory_start();
    let mut remark = None;
    let mut end = zip.offset();
    for (start, next) in spans.into_iter().chain([(directory, directory)]) {
        if start < end {
            return Err(broken("an .npz archive whose members overlap"));
        }
        let most = ((start - end) as usize).min(LONGEST_DESCRIPTOR + LOCAL_HEADER_LENGTH + 256);
        if most >= LOCAL_HEADER_LENGTH
            && let Some((_, name)) = local_name(file, end, most)?
        {
            remark.get_or_insert(format!(
                "the archive holds a member {:?} that its directory does not list, or lists \
                 twice: it is not read",
                String::from_utf8_lossy(&name)
            ));
        }
        end = next;
    }
    Ok(remark)
}

/// Where the first local header lies in so many bytes from a place on, if they hold
/// one, and its name as far as they go.
fn local_name(
    file: &mut File,
    start: u64,
    most: usize,
) -> Result<Option<(usize, Vec<u8>)>, Problem> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(most as u64).read_to_end(&mut bytes)?;
    let mut windows = bytes.windows(LOCAL_HEADER.len());
    let Some(at) = windows.position(|window| window == LOCAL_HEADER) else {
        return Ok(None);
    };
    let header = &bytes[at..];
    let Some(length) = header.get(26..28) else {
        return Ok(None);
    };
    let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
    let name = header.get(LOCAL_HEADER_LENGTH..).unwrap_or_default();
    Ok(Some((at, name[..length.min(name.len())].to_vec())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::{Arrays, read_arrays};
    use ndarray::{Array, Array3, Dimension};

    /// Bytes of an archive of such members, stored, with a text beside them.
    fn npz<D: Dimension>(members: &[(&str, &Array<f32, D>)]) -> Vec<u8> {
        let mut bytes = io::Cursor::new(Vec::new());
        let mut npz = ndarray_npy::NpzWriter::new(&mut bytes);
        for (name, array) in members {
            npz.add_array(*name, *array).unwrap();
        }
        npz.finish().unwrap();
        bytes.into_inner()
    }

    fn read(bytes: &[u8], key: Option<&str>) -> Result<Arrays, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npz");
        std::fs::write(&path, bytes).unwrap();
        let options = ArrayOptions { layout: None, key };
        read_arrays(&path, &options).map_err(|error| error.to_string())
    }

    fn names(arrays: &Arrays) -> Vec<&str> {
        arrays
            .stacks
            .iter()
            .map(|stack| stack.name.as_str())
            .collect()
    }

    fn planes(channels: usize, rows: usize) -> ndarray::ArrayD<f32> {
        let size = (channels, rows, 5);
        Array3::from_shape_fn(size, |(c, y, x)| (7 * c + 3 * y * x) as f32).into_dyn()
    }

    #[test]
    fn the_latent_is_taken_and_what_is_left_is_told() {
        let (latent, image) = (planes(4, 6), planes(3, 6));
        let size = ndarray::arr1(&[6.0f32, 5.0]).into_dyn();
        let with_size = npz(&[("a", &latent), ("size", &size)]);
        let arrays = read(&with_size, None).unwrap();
        assert_eq!(names(&arrays), ["a"]);
        assert!(
            arrays.remarks[0].contains("size [2]"),
            "{:?}",
            arrays.remarks
        );
        let two = npz(&[("image", &image), ("z", &latent)]);
        let arrays = read(&two, None).unwrap();
        assert_eq!(names(&arrays), ["z"]);
        assert!(arrays.remarks[0].contains("image [3, 6, 5] (--key"));
        let arrays = read(&two, Some("image")).unwrap();
        assert_eq!(names(&arrays), ["image"]);
        assert_eq!(arrays.remarks, [""; 0]);
        let error = read(&two, Some("w")).unwrap_err();
        assert!(
            error.contains("no member \"w\"; there are: image"),
            "{error}"
        );
        let unnamed = npz(&[("image", &image), ("b", &latent)]);
        let error = read(&unnamed, None).unwrap_err();
        assert!(error.contains("--key"), "{error}");
        // Clips of one encoder differ in length alone.
        let clips = npz(&[("arr_0", &latent), ("arr_1", &planes(4, 9))]);
        assert_eq!(names(&read(&clips, None).unwrap()), ["arr_0", "arr_1"]);
    }

    #[test]
    fn wrong_checksums_are_refused_wherever_they_are() {
        let latent = planes(4, 6);
        let size = ndarray::arr1(&[6.0f32, 5.0]).into_dyn();
        let whole = npz(&[("a", &latent), ("size", &size)]);
        let last = |wanted: &[u8]| {
            let mut windows = whole.windows(wanted.len());
            windows.rposition(|window| window == wanted).unwrap()
        };
        for at in [
            last(&latent[[3, 5, 4]].to_le_bytes()),
            last(&5.0f32.to_le_bytes()),
        ] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            let error = read(&bytes, None).unwrap_err();
            assert!(error.contains("CRC-32"), "{error}");
            assert!(error.contains("member"), "{error}");
        }
    }

    #[test]
    fn members_that_the_directory_hides_are_told() {
        let both = npz(&[("a", &planes(4, 6)), ("b", &planes(4, 7))]);
        let mut windows = both.windows(5).enumerate();
        let mut places = windows.by_ref().filter(|(_, name)| *name == b"b.npy");
        let (in_place, in_directory) = (places.next().unwrap().0, places.next().unwrap().0);
        let mut bytes = both.clone();
        bytes[in_directory] = b'a';
        let error = read(&bytes, None).unwrap_err();
        assert!(error.contains("not where its directory says"), "{error}");
        // Two of one name, of which the last is listed.
        bytes[in_place] = b'a';
        let arrays = read(&bytes, None).unwrap();
        assert_eq!(arrays.stacks[0].shape, [4, 7, 5]);
        assert!(
            arrays.remarks[0].contains("lists twice"),
            "{:?}",
            arrays.remarks
        );
    }
}
