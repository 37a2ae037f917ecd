//! At most 256 colours for many: what is drawn keeps its own, pictures get
//! representatives.

use super::Rgb;
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

/// Colours that a palette holds.
pub(super) const MOST: usize = 256;
/// A palette that is not exact leaves one entry to mark what is transparent.
const SLOTS: usize = MOST - 1;
/// Colours of pictures that are never given up for the edges of lines.
const LEAST_FOR_IMAGES: usize = 128;
/// Above this number, colours are first counted in cells of 8 x 8 x 8.
const MOST_SINGLE: usize = 1 << 15;
/// Bits per channel of a cell.
const BITS: u32 = 5;

/// Colours with the number of their pixels, in the order of the colours.
pub(super) type Counts = Vec<(u32, u64)>;

/// Red, green and blue in one number.
pub(super) fn packed(rgb: &[u8]) -> u32 {
    u32::from(rgb[0]) << 16 | u32::from(rgb[1]) << 8 | u32::from(rgb[2])
}

fn channels(colour: u32) -> [u8; 3] {
    [(colour >> 16) as u8, (colour >> 8) as u8, colour as u8]
}

/// Counts one more pixel; runs of one colour stay short.
pub(super) fn count(counts: &mut Counts, colour: u32) {
    match counts.last_mut() {
        Some((last, n)) if *last == colour => *n += 1,
        _ => counts.push((colour, 1)),
    }
}

/// Counts of equal colours added up.
pub(super) fn summed(mut counts: Counts) -> Counts {
    counts.par_sort_unstable();
    let mut sums: Counts = Vec::new();
    for (colour, count) in counts {
        match sums.last_mut() {
            Some((last, sum)) if *last == colour => *sum += count,
            _ => sums.push((colour, count)),
        }
    }
    sums
}

/// The colours of all frames of an animation.
#[derive(Debug, Default)]
pub(super) struct Census {
    /// Outside of pictures and heat maps.
    pub drawn: Counts,
    /// In pictures and heat maps.
    pub images: Counts,
    /// Of lines, areas and texts, wherever they are.
    pub inks: Vec<Rgb>,
}

impl Census {
    /// All colours, where a palette can hold them.
    pub fn exact(&self) -> Option<Palette> {
        let all = self.drawn.iter().chain(&self.images);
        let mut all: Vec<u32> = all.map(|&(colour, _)| colour).collect();
        all.sort_unstable();
        all.dedup();
        (all.len() <= MOST).then(|| Palette {
            in_images: all.clone(),
            colours: all,
        })
    }

    /// The palette that gives pictures the most colours: they share all of it.
    pub fn largest(&self) -> Palette {
        let palette = self.palette(self.most_for_images());
        Palette {
            in_images: palette.colours.clone(),
            ..palette
        }
    }

    /// Colours that the largest palette keeps for pictures.
    pub fn most_for_images(&self) -> usize {
        SLOTS
            .saturating_sub(self.drawn.len())
            .max(LEAST_FOR_IMAGES)
            .min(self.images.len())
    }

    /// A palette where pictures and heat maps show no colours but `for_images`
    /// of their own and inks. The other entries are the most frequent colours
    /// around the pictures and, where these do not all find room,
    /// representatives of the rest.
    pub fn palette(&self, for_images: usize) -> Palette {
        let room = SLOTS - for_images.min(self.images.len());
        let seen: HashSet<u32> = self.drawn.iter().chain(&self.images).map(|c| c.0).collect();
        let inks = self.inks.iter().map(|ink| packed(&[ink.0, ink.1, ink.2]));
        let mut colours: Vec<u32> = inks.filter(|ink| seen.contains(ink)).collect();
        colours.truncate(room);
        let mut in_images = colours.clone();
        in_images.extend(representatives(&self.images, for_images));
        let mut rest = self.drawn.clone();
        rest.retain(|(colour, _)| !colours.contains(colour));
        rest.sort_by_key(|&(colour, count)| (std::cmp::Reverse(count), colour));
        let free = room - colours.len();
        let own = match rest.len() <= free {
            true => rest.len(),
            false => free * 3 / 4,
        };
        colours.extend(rest[..own].iter().map(|c| c.0));
        colours.extend(representatives(&rest[own..], free - own));
        colours.extend(&in_images);
        colours.sort_unstable();
        colours.dedup();
        Palette { colours, in_images }
    }
}

/// The colours of a GIF.
#[derive(Debug, Clone)]
pub(super) struct Palette {
    /// All of them, in order.
    pub colours: Vec<u32>,
    /// Those that pictures and heat maps may show.
    pub in_images: Vec<u32>,
}

impl Palette {
    /// Entries for pixels around pictures, and for those in them.
    pub fn lookups(&self) -> [Lookup; 2] {
        [&self.colours, &self.in_images].map(|allowed| {
            let index = |colour| self.colours.binary_search(colour).ok();
            let entries = allowed.iter().filter_map(|c| Some((*c, index(c)? as u8)));
            Lookup::new(&entries.collect::<Vec<_>>())
        })
    }
}

/// A colour that stands for many, with their number.
#[derive(Debug, Clone, Copy)]
struct Sample {
    mean: [f64; 3],
    weight: f64,
}

/// `most` colours that stand for all: the group with the largest squared error
/// is split at its mean along its widest channel, again and again; a group is
/// shown by its mean.
fn representatives(counts: &[(u32, u64)], most: usize) -> Vec<u32> {
    let mut samples = samples(counts);
    let mut groups = vec![Group::of(&samples, 0..samples.len())];
    while groups.len() < most {
        let worst = (0..groups.len()).max_by(|&i, &j| {
            let order = groups[i].error.total_cmp(&groups[j].error);
            order.then(j.cmp(&i))
        });
        let Some(worst) = worst.filter(|&i| groups[i].error > 0.0) else {
            break;
        };
        let Group {
            range,
            axis,
            centre,
            ..
        } = groups[worst].clone();
        let part = &mut samples[range.clone()];
        part.sort_by(|a, b| a.mean[axis].total_cmp(&b.mean[axis]));
        let below = part.partition_point(|s| s.mean[axis] <= centre[axis]);
        // Rounding may put the mean of nearly equal values beyond them all.
        if below == 0 || below == part.len() {
            groups[worst].error = 0.0;
            continue;
        }
        let middle = range.start + below;
        groups[worst] = Group::of(&samples, range.start..middle);
        groups.push(Group::of(&samples, middle..range.end));
    }
    let shown = groups.iter().filter(|group| !group.range.is_empty());
    let colours = shown.take(most).map(|group| {
        let [r, g, b] = group.centre.map(|v| v.round() as u8);
        packed(&[r, g, b])
    });
    colours.collect()
}

/// Colours as they are or, where there are many, the means of small cells.
fn samples(counts: &[(u32, u64)]) -> Vec<Sample> {
    let single = |&(colour, count): &(u32, u64)| Sample {
        mean: channels(colour).map(f64::from),
        weight: count as f64,
    };
    if counts.len() <= MOST_SINGLE {
        return counts.iter().map(single).collect();
    }
    let mut cells = vec![([0_u64; 3], 0_u64); 1 << (3 * BITS)];
    for &(colour, count) in counts {
        let (sums, total) = &mut cells[cell(colour)];
        *total += count;
        for (sum, v) in sums.iter_mut().zip(channels(colour)) {
            *sum += count * u64::from(v);
        }
    }
    let filled = cells.into_iter().filter(|&(_, total)| total > 0);
    let means = filled.map(|(sums, total)| Sample {
        mean: sums.map(|sum| sum as f64 / total as f64),
        weight: total as f64,
    });
    means.collect()
}

/// Samples that one colour will show.
#[derive(Debug, Clone)]
struct Group {
    range: std::ops::Range<usize>,
    centre: [f64; 3],
    /// The channel that varies most.
    axis: usize,
    /// Sum of the squared distances from the centre.
    error: f64,
}

impl Group {
    fn of(samples: &[Sample], range: std::ops::Range<usize>) -> Group {
        let part = &samples[range.clone()];
        let weight: f64 = part.iter().map(|s| s.weight).sum();
        let mean = |c: usize| part.iter().map(|s| s.weight * s.mean[c]).sum::<f64>() / weight;
        let centre = [0, 1, 2].map(mean);
        let spread = |c: usize| {
            let squares = part.iter().map(|s| (s.mean[c] - centre[c]).powi(2));
            squares.zip(part).map(|(d, s)| d * s.weight).sum::<f64>()
        };
        let spreads = [0, 1, 2].map(spread);
        let wider = |a: usize, b: usize| if spreads[b] > spreads[a] { b } else { a };
        Group {
            range,
            centre,
            axis: wider(wider(0, 1), 2),
            error: spreads.iter().sum(),
        }
    }
}

/// The cell of a colour in a table of nearest colours.
fn cell(colour: u32) -> usize {
    let [r, g, b] = channels(colour).map(|v| usize::from(v) >> (8 - BITS));
    (r << (2 * BITS)) | (g << BITS) | b
}

/// Finds the entry of a palette for any colour: the colour itself, else the
/// nearest to the middle of its cell.
pub(super) struct Lookup {
    own: HashMap<u32, u8>,
    nearest: Vec<u8>,
}

impl Lookup {
    fn new(entries: &[(u32, u8)]) -> Lookup {
        let places: Vec<([i32; 3], u8)> = entries
            .iter()
            .map(|&(colour, index)| (channels(colour).map(i32::from), index))
            .collect();
        let size = 1_usize << BITS;
        let middle = |k: usize| ((k % size) << (8 - BITS)) as i32 + (1 << (7 - BITS));
        let nearest = (0..size.pow(3)).into_par_iter().map(|cell| {
            let here = [cell >> (2 * BITS), cell >> BITS, cell].map(middle);
            let distance = |place: &[i32; 3]| {
                let squares = place.iter().zip(here).map(|(p, h)| (p - h) * (p - h));
                squares.sum::<i32>()
            };
            let distances = places
                .iter()
                .map(|(place, index)| (distance(place), *index));
            distances.min().map_or(0, |(_, index)| index)
        });
        Lookup {
            own: entries.iter().copied().collect(),
            nearest: nearest.collect(),
        }
    }

    /// The palette's entry for a colour.
    pub fn index(&self, colour: u32) -> u8 {
        let own = self.own.get(&colour).copied();
        own.unwrap_or_else(|| self.nearest[cell(colour)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_stand_for_themselves() {
        let counts = vec![(0x10_2030, 5), (0xff_0000, 1), (0xff_ffff, 900)];
        let mut found = representatives(&counts, 8);
        found.sort_unstable();
        assert_eq!(found, [0x10_2030, 0xff_0000, 0xff_ffff]);
        assert!(representatives(&[], 8).is_empty());
    }

    #[test]
    fn a_split_lies_between_the_clusters() {
        let near = |base: u32| (0..10).map(move |i| (base + i, 1));
        let counts: Counts = near(0x00_0010).chain(near(0x00_00d0)).collect();
        let mut found = representatives(&counts, 2);
        found.sort_unstable();
        // Means 20.5 and 212.5, halves away from zero.
        assert_eq!(found, [21, 213]);
    }

    #[test]
    fn counts_add_up() {
        let counts = vec![(3, 1), (1, 2), (3, 4)];
        assert_eq!(summed(counts), [(1, 2), (3, 5)]);
    }

    #[test]
    fn inks_and_frequent_colours_are_kept() {
        // 300 greys and blues around a picture of 40,000 colours.
        let drawn: Counts = (0..300).map(|i| (i * 0x00_0301, 1000 - i as u64)).collect();
        let images: Counts = (0..40_000).map(|i| (i * 401 + 7, 1)).collect();
        let census = Census {
            drawn: summed(drawn),
            images,
            // One that is not shown, and the rarest but four.
            inks: vec![Rgb(1, 2, 3), Rgb(0x03, 0x76, 0x27)],
        };
        assert!(census.exact().is_none());
        assert_eq!(census.most_for_images(), 128);
        for for_images in [128, 16] {
            let palette = census.palette(for_images);
            let colours = &palette.colours;
            assert!(colours.len() <= SLOTS, "{} colours", colours.len());
            assert!(palette.in_images.len() <= for_images + 1);
            // An ink that no pixel shows takes no room.
            assert!(colours.contains(&0x03_7627) && !colours.contains(&0x01_0203));
            let [lookup, in_images] = palette.lookups();
            assert_eq!(colours[usize::from(in_images.index(0x03_7627))], 0x03_7627);
            for i in 0..90_u32 {
                let colour = i * 0x00_0301;
                let index = lookup.index(colour);
                assert_eq!(colours[usize::from(index)], colour, "{for_images}");
            }
        }
    }

    #[test]
    fn other_colours_get_a_near_one() {
        let lookup = Lookup::new(&[(0, 0), (0x80_8080, 4), (0xff_ffff, 7)]);
        let found = [0xfa_fff0, 0x78_828c, 0, 0x05_0505].map(|c| lookup.index(c));
        assert_eq!(found, [7, 4, 0, 0]);
    }
}
