//! The one door to `xxhash_rust`.

use xxhash_rust::xxh3::Xxh3Default;

/// XXH3 of bytes, 128 bits.
#[derive(Default)]
pub(super) struct Hash(Xxh3Default);

impl Hash {
    /// Takes in what follows.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all bytes so far.
    pub fn number(&self) -> u128 {
        self.0.digest128()
    }

    /// The hash of all bytes so far, 32 hexadecimal digits.
    pub fn hex(&self) -> String {
        hex(self.number())
    }
}

/// A hash as 32 hexadecimal digits.
pub(super) fn hex(hash: u128) -> String {
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_that_of_the_reference_implementation() {
        assert_eq!(Hash::default().hex(), "99aa06d3014798d86001c324468d497f");
        let mut parts = Hash::default();
        parts.update(b"ceps");
        parts.update(b"trum");
        let mut whole = Hash::default();
        whole.update(b"cepstrum");
        assert_eq!(parts.hex(), whole.hex());
        assert_ne!(whole.hex(), Hash::default().hex());
    }
}
