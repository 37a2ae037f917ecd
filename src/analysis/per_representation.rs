//! A small map from representations to values.

use super::Representation;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value for some representations, in their order; written as a map.
///
/// A report of ten thousand files has tens of thousands of these, mostly of one
/// or two entries: they take the memory of their entries.
#[derive(Debug, Clone, PartialEq)]
pub struct PerRepresentation<V>(Vec<(Representation, V)>);

impl<V> Default for PerRepresentation<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V> PerRepresentation<V> {
    /// The value of a representation.
    pub fn get(&self, representation: &Representation) -> Option<&V> {
        self.position(representation).ok().map(|at| &self.0[at].1)
    }

    /// The value of a representation, to be changed.
    pub fn get_mut(&mut self, representation: &Representation) -> Option<&mut V> {
        let at = self.position(representation).ok()?;
        Some(&mut self.0[at].1)
    }

    /// Whether a representation has a value.
    pub fn contains_key(&self, representation: &Representation) -> bool {
        self.position(representation).is_ok()
    }

    /// Sets the value of a representation.
    pub fn insert(&mut self, representation: Representation, value: V) {
        match self.position(&representation) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => {
                self.0.reserve_exact(1);
                self.0.insert(at, (representation, value));
            }
        }
    }

    /// Whether no representation has a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All values, in the order of their representations.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    /// All representations that have a value, with it.
    pub fn iter(&self) -> impl Iterator<Item = (&Representation, &V)> {
        self.0
            .iter()
            .map(|(representation, value)| (representation, value))
    }

    fn position(&self, representation: &Representation) -> Result<usize, usize> {
        self.0.binary_search_by_key(representation, |(key, _)| *key)
    }
}

impl<V> FromIterator<(Representation, V)> for PerRepresentation<V> {
    fn from_iter<I: IntoIterator<Item = (Representation, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        for (representation, value) in entries {
            map.insert(representation, value);
        }
        map
    }
}

impl<V: Serialize> Serialize for PerRepresentation<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for PerRepresentation<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = std::collections::BTreeMap::<Representation, V>::deserialize(deserializer)?;
        Ok(map.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_map_in_the_order_of_representations() {
        let mut map = PerRepresentation::default();
        map.insert(Representation::Photo, 1);
        map.insert(Representation::Waveform, 2);
        map.insert(Representation::Photo, 3);
        assert_eq!(map.get(&Representation::Photo), Some(&3));
        assert_eq!(map.get(&Representation::Waveform), Some(&2));
        assert!(!map.contains_key(&Representation::Mfcc));
        assert_eq!(map.values().copied().collect::<Vec<_>>(), [2, 3]);
        let text = serde_json::to_string(&map).unwrap();
        assert_eq!(text, r#"{"waveform":2,"photo":3}"#);
        assert_eq!(
            serde_json::from_str::<PerRepresentation<i32>>(&text).unwrap(),
            map
        );
        let mut map = PerRepresentation::<i32>::default();
        assert!(map.is_empty() && map.get_mut(&Representation::Photo).is_none());
    }
}
