//! Archives and tables: files that may hold many recordings, pictures or arrays,
//! but are none.

use crate::Problem;
use std::fs::File;
use std::io::{Read, Seek};

/// How what such a file holds becomes an input.
const UNPACK: &str = "unpack it, and give the folder";
const WRITE: &str = "write what it holds as single files, and give their folder";
const TENSORS: &str = "save its arrays as .npy or .npz";

/// Magic numbers at the start, what the file is, and what to do.
const KNOWN: [(&[u8], &str, &str); 24] = [
    (b"PK\x05\x06", "a zip archive without files", UNPACK),
    (b"PK\x07\x08", "a part of a zip archive", UNPACK),
    (b"\x1F\x8B", "gzip-compressed data", UNPACK),
    (b"BZh", "bzip2-compressed data", UNPACK),
    (b"\xFD7zXZ", "xz-compressed data", UNPACK),
    (b"\x28\xB5\x2F\xFD", "zstd-compressed data", UNPACK),
    (b"\x04\x22\x4D\x18", "lz4-compressed data", UNPACK),
    (b"LZIP", "lzip-compressed data", UNPACK),
    (b"7z\xBC\xAF", "a 7-zip archive", UNPACK),
    (b"Rar!", "a rar archive", UNPACK),
    (b"MSCF", "a cab archive", UNPACK),
    (b"!<arch>\n", "an ar archive", UNPACK),
    (b"070701", "a cpio archive", UNPACK),
    (b"070707", "a cpio archive", UNPACK),
    (b"hsqs", "a squashfs image", UNPACK),
    (b"PAR1", "a Parquet table", WRITE),
    (b"ARROW1", "an Arrow table", WRITE),
    (b"FEA1", "a Feather table", WRITE),
    (b"ORC", "an ORC table", WRITE),
    (b"Obj\x01", "an Avro table", WRITE),
    (b"SQLite format 3", "an SQLite database", WRITE),
    (b"\x89HDF", "an HDF5 file", TENSORS),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file", TENSORS),
    (b"CDF\x01", "a NetCDF file", TENSORS),
];

/// Lower-case extensions of such files, for those that lie inside a folder.
pub(super) const EXTENSIONS: [&str; 28] = [
    "tar",
    "tgz",
    "gz",
    "tbz2",
    "bz2",
    "txz",
    "xz",
    "zst",
    "lz4",
    "zip",
    "7z",
    "rar",
    "parquet",
    "arrow",
    "feather",
    "avro",
    "orc",
    "pt",
    "pth",
    "ckpt",
    "safetensors",
    "h5",
    "hdf5",
    "pkl",
    "pickle",
    "mat",
    "tfrecord",
    "tfrecords",
];

/// What an archive or a table is, with advice; `head` is its first bytes, 512 for
/// a tar archive.
pub(super) fn archive(head: &[u8]) -> Option<String> {
    let (name, advice) = named(head)?;
    Some(format!("{name}; {advice}"))
}

/// The same of a file, which is read from its start again.
pub(super) fn archive_in(file: &mut File) -> Result<Option<String>, Problem> {
    let mut head = Vec::new();
    file.take(512).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(archive(&head))
}

fn named(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if head.starts_with(b"PK\x03\x04") {
        return Some(zip(head));
    }
    let known = KNOWN.iter().find(|(magic, ..)| head.starts_with(magic));
    if let Some(&(_, name, advice)) = known {
        return Some((name, advice));
    }
    match head {
        _ if is_tar(head) => Some(("a tar archive", UNPACK)),
        [0x80, 2..=5, ..] => Some(("a Python pickle", TENSORS)),
        _ if is_safetensors(head) => Some(("a safetensors file", TENSORS)),
        _ if is_tf_record(head) => Some(("a TFRecord file", WRITE)),
        _ => None,
    }
}

/// A zip archive, by the name of its first member.
fn zip(head: &[u8]) -> (&'static str, &'static str) {
    let length = head
        .get(26..28)
        .map_or(0, |n| usize::from(n[0]) | usize::from(n[1]) << 8);
    let name = head.get(30..).unwrap_or_default();
    let name = &name[..length.min(name.len())];
    if name.ends_with(b".npy") {
        ("numpy arrays", "name it .npz")
    } else if name.ends_with(b"/data.pkl") || name.ends_with(b"/.format_version") {
        ("a PyTorch file", TENSORS)
    } else {
        ("a zip archive", UNPACK)
    }
}

/// Whether the first block is the header of a tar archive: `ustar`, or the sum of
/// its bytes as archives have had it since before that word.
fn is_tar(head: &[u8]) -> bool {
    let Some(block) = head.get(..512) else {
        return false;
    };
    if &block[257..262] == b"ustar" {
        return true;
    }
    let field = std::str::from_utf8(&block[148..156]).unwrap_or_default();
    let field = field.trim_matches(['\0', ' ']);
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    let own: u32 = block[148..156].iter().map(|&byte| u32::from(byte)).sum();
    // The sum counts its own field as spaces; that of an empty block is no header.
    block[0] != 0 && u32::from_str_radix(field, 8) == Ok(sum - own + 8 * u32::from(b' '))
}

/// Whether it is a length, then that much JSON.
fn is_safetensors(head: &[u8]) -> bool {
    let Some((length, rest)) = head.split_first_chunk::<8>() else {
        return false;
    };
    (2..100_000_000).contains(&u64::from_le_bytes(*length)) && rest.starts_with(b"{\"")
}

/// Whether it is a length with the masked CRC-32C of its bytes.
fn is_tf_record(head: &[u8]) -> bool {
    let (Some(length), Some(stated)) = (head.get(..8), head.get(8..12)) else {
        return false;
    };
    let crc = length.iter().fold(!0u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| match crc & 1 {
            1 => crc >> 1 ^ 0x82F6_3B78,
            _ => crc >> 1,
        })
    });
    let masked = (!crc).rotate_right(15).wrapping_add(0xA282_EAD8);
    masked.to_le_bytes() == stated
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tar header as the first archives had it, and as POSIX has it.
    fn tar(magic: &[u8]) -> Vec<u8> {
        let mut block = vec![0; 512];
        block[..9].copy_from_slice(b"clips/a.x");
        block[124..135].copy_from_slice(b"00000000017");
        block[257..257 + magic.len()].copy_from_slice(magic);
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        block
    }

    #[test]
    fn archives_and_tables_are_named() {
        let name = |head: &[u8]| archive(head).unwrap_or_default();
        assert!(name(&tar(b"ustar\x0000")).starts_with("a tar archive; unpack"));
        assert!(name(&tar(b"")).starts_with("a tar archive"));
        let mut other = tar(b"");
        other[5] ^= 1;
        assert_eq!(archive(&other), None);
        assert_eq!(archive(&[0; 512]), None);
        let zip = |member: &[u8]| {
            let length = (member.len() as u16).to_le_bytes();
            [b"PK\x03\x04", &[0; 22][..], &length, &[0, 0], member].concat()
        };
        assert!(name(&zip(b"model/data.pkl")).starts_with("a PyTorch file"));
        assert!(name(&zip(b"x.npy")).starts_with("numpy arrays"));
        assert!(name(&zip(b"clip.wav")).starts_with("a zip archive"));
        assert!(name(b"PAR1\x15\x04").starts_with("a Parquet table"));
        assert!(name(b"\x58\0\0\0\0\0\0\0{\"__meta").starts_with("a safetensors"));
        // A length of 11 with its masked CRC, as other programs write it.
        let record = b"\x0B\0\0\0\0\0\0\0\x86\x15\xF5\x04";
        assert!(name(record).starts_with("a TFRecord"));
        assert_eq!(archive(b"RIFF\0\0\0\0WAVE"), None);
    }
}
