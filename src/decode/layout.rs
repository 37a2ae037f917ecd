//! What the dimensions of an array mean, as told or by its shape.

use crate::data::{Named, named};
use crate::{Error, Problem};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A last dimension so short is that of channels, if those before it are planes.
const SURELY_CHANNELS: usize = 4;
/// A last dimension so short may be that of channels.
const MAYBE_CHANNELS: usize = 16;
/// Shortest side of a plane whose channels come last.
const SHORTEST_PLANE: usize = 16;
/// Most that a side of such a plane is longer than the other.
const LARGEST_ASPECT: usize = 4;

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
    /// \[row, column, channel\].
    Hwc,
    /// \[item, row, column, channel\].
    Nhwc,
    /// \[channel, time\]: planes of one row.
    Ct,
    /// \[item, channel, time\]: planes of one row.
    Nct,
    /// \[time, channel\]: planes of one row.
    Tc,
    /// \[item, time, channel\]: planes of one row.
    Ntc,
    /// \[item, channel, time, row, column\]: an item per time.
    Ncthw,
}

named!(Layout {
    Hw = "hw": "[row, column] of one channel",
    Chw = "chw": "[channel, row, column]",
    Nchw = "nchw": "[item, channel, row, column]",
    Hwc = "hwc": "[row, column, channel]",
    Nhwc = "nhwc": "[item, row, column, channel]",
    Ct = "ct": "[channel, time]",
    Nct = "nct": "[item, channel, time]",
    Tc = "tc": "[time, channel]",
    Ntc = "ntc": "[item, time, channel]",
    Ncthw = "ncthw": "[item, channel, time, row, column], an item per time",
});

impl Layout {
    /// Number of dimensions.
    pub fn dimensions(self) -> usize {
        self.name().len()
    }

    /// What the dimensions mean, in words.
    pub fn meaning(self) -> &'static str {
        let row = Self::NAMES.iter().find(|(layout, ..)| *layout == self);
        row.map_or("", |(.., meaning)| meaning)
    }

    /// The place of each dimension in [item, channel, row, column].
    fn places(self) -> impl Iterator<Item = usize> {
        let has_planes = self.name().contains('w');
        self.name().bytes().map(move |axis| match axis {
            b'n' => 0,
            b't' if has_planes => 0,
            b'c' => 1,
            b'h' => 2,
            _ => 3,
        })
    }

    /// The shape as [item, channel, row, column].
    pub(super) fn four(self, shape: &[usize]) -> [usize; 4] {
        let mut four = [1usize; 4];
        for (place, length) in self.places().zip(shape) {
            four[place] = four[place].saturating_mul(*length);
        }
        four
    }

    /// The dimensions in the order of [item, channel, row, column].
    pub(super) fn order(self) -> Vec<usize> {
        let places: Vec<usize> = self.places().collect();
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_by_key(|&dimension| places[dimension]);
        order
    }

    /// The dimension along which an array may be padded: time; columns, where a plane
    /// may be channels over time.
    pub(super) fn time(self) -> Option<usize> {
        match self {
            Layout::Hw => Some(1),
            layout => layout.name().find('t'),
        }
    }

    /// The layout of a shape: the given one, or what its shape tells.
    ///
    /// # Errors
    /// Another number of dimensions.
    pub(super) fn of(shape: &[usize], given: Option<Layout>) -> Result<Layout, Problem> {
        let refuse = |wanted: String| Problem::NotArray {
            found: format!(
                "the shape {shape:?} has {} dimensions, but {wanted} (--layout)",
                shape.len()
            ),
        };
        match given {
            Some(layout) if shape.len() == layout.dimensions() => Ok(layout),
            Some(layout) => Err(refuse(format!("{layout} takes {}", layout.dimensions()))),
            None => match readings(shape).first() {
                Some(layout) => Ok(*layout),
                None => Err(refuse("2 to 5 are supported".into())),
            },
        }
    }

    /// The layout that was guessed from a shape, and what else it could be, in words;
    /// `None` where nothing else is likely.
    pub(super) fn doubt(shape: &[usize]) -> Option<String> {
        let readings = readings(shape);
        let (taken, others) = readings.split_first()?;
        let others: Vec<String> = others
            .iter()
            .map(|other| {
                let reading = other.reading(shape);
                format!("{reading} as {other} (--layout {other})")
            })
            .collect();
        (!others.is_empty()).then(|| {
            format!(
                "arrays of shape {shape:?} are read as {taken}, {}; they would be {}",
                taken.reading(shape),
                others.join(", ")
            )
        })
    }

    /// What an array of that shape holds.
    fn reading(self, shape: &[usize]) -> String {
        let [items, channels, rows, cols] = self.four(shape);
        let plural = |n: usize, noun: &str| match n {
            1 => format!("1 {noun}"),
            n => format!("{n} {noun}s"),
        };
        let items = match items {
            1 => String::new(),
            n => plural(n, "item") + " of ",
        };
        let planes = match self.name().contains('w') {
            true => format!("{rows} x {cols}"),
            false => plural(cols, "value"),
        };
        format!("{items}{} of {planes}", plural(channels, "channel"))
    }
}

/// How the arrays of a file are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ArrayOptions<'a> {
    /// What the dimensions mean; `None` goes by the shape.
    pub layout: Option<Layout>,
    /// The member of an `.npz` file that is read; `None` goes by names and shapes.
    pub key: Option<&'a str>,
}

/// The likely layouts of a shape, the one that is taken first: by the number of
/// dimensions, unless the last is too short for a side of planes.
fn readings(shape: &[usize]) -> Vec<Layout> {
    use Layout::{Chw, Ct, Hw, Hwc, Nchw, Nct, Ncthw, Nhwc, Ntc, Tc};
    let (first, last, mut readings) = match *shape {
        [_, _] => return vec![Hw, Ct, Tc],
        [_, _, _] => (Chw, Hwc, vec![]),
        [_, _, _, _] => (Nchw, Nhwc, vec![]),
        [_, _, _, _, _] => return vec![Ncthw],
        _ => return vec![],
    };
    let [a, b, channels] = [3, 2, 1].map(|back| shape[shape.len() - back]);
    let (short, long) = (a.min(b), a.max(b));
    if channels <= SURELY_CHANNELS && short >= SHORTEST_PLANE && long <= LARGEST_ASPECT * short {
        return vec![last, first];
    }
    readings.push(first);
    if channels <= MAYBE_CHANNELS && channels < short {
        readings.push(last);
    }
    // Planes are seldom so long; channels over time are.
    if first == Chw && b.max(channels) >= 2 * b.min(channels) {
        readings.extend([Nct, Ntc]);
    }
    readings
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Layout {
    type Err = Error;

    fn from_str(text: &str) -> Result<Layout, Error> {
        Layout::named(text).ok_or_else(|| {
            let names: Vec<&str> = Layout::NAMES.iter().map(|(_, name, _)| *name).collect();
            Error::argument("layout", text, format!("one of: {}", names.join(", ")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_may_come_last() {
        let read = |shape: &[usize]| Layout::of(shape, None).unwrap().to_string();
        for (shape, layout) in [
            (&[64, 64][..], "hw"),
            (&[4, 64, 64], "chw"),
            (&[64, 64, 4], "hwc"),
            (&[64, 64, 8], "chw"),
            (&[8, 256, 16], "chw"),
            (&[512, 4, 4], "chw"),
            (&[64, 1024, 2], "chw"),
            (&[10, 64, 64, 4], "nhwc"),
            (&[10, 4, 64, 64], "nchw"),
            (&[1, 16, 5, 32, 32], "ncthw"),
        ] {
            assert_eq!(read(shape), layout, "{shape:?}");
        }
        assert!(Layout::of(&[2], None).is_err());
        assert!(Layout::of(&[2, 2], Some(Layout::Hwc)).is_err());
    }

    #[test]
    fn doubts_name_all_readings_and_the_flag() {
        assert_eq!(Layout::doubt(&[4, 64, 64]), None);
        assert_eq!(Layout::doubt(&[4, 64, 96]), None);
        assert_eq!(Layout::doubt(&[2, 4, 64, 64]), None);
        for (shape, words) in [
            (
                &[64, 64, 4][..],
                "read as hwc, 4 channels of 64 x 64; they would be 64 channels of 64 x 4 as chw \
                 (--layout chw)",
            ),
            (
                &[64, 64, 16],
                "16 channels of 64 x 64 as hwc (--layout hwc)",
            ),
            (&[250, 64], "64 channels of 250 values as tc (--layout tc)"),
            (&[8, 64, 250], "8 items of 64 channels of 250 values as nct"),
        ] {
            let doubt = Layout::doubt(shape).unwrap();
            assert!(doubt.contains(words), "{doubt}");
        }
    }
}
