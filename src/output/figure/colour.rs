//! Colours, and maps from values to them.

/// A colour, red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// Colours of a heat map, from the lowest value to the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColourMap {
    /// Black, purple, orange, pale yellow.
    #[default]
    Magma,
    /// Purple, green, yellow.
    Viridis,
    /// Black, red, yellow.
    Inferno,
    /// Black to white.
    Grey,
    /// Diverging: red, white, blue (matplotlib's RdBu); use it with a symmetric
    /// range.
    RdBu,
    /// Diverging: blue, white, red (matplotlib's RdBu_r); use it with a symmetric
    /// range.
    RdBuReversed,
    /// Cyclic: pale, blue, nearly black, red, pale. Both ends have one colour, as
    /// phases of -π and π are one.
    Cyclic,
}

/// Colours of [`ColourMap::Cyclic`] at even distances; blue and red are equally
/// light.
const CYCLE: [Rgb; 4] = [
    Rgb(235, 232, 235),
    Rgb(80, 130, 190),
    Rgb(30, 20, 40),
    Rgb(205, 105, 85),
];

/// The colour between those of a cycle; 0 and 1 are the same.
fn around(cycle: &[Rgb], t: f64) -> Rgb {
    let at = t * cycle.len() as f64;
    let first = at.floor();
    let [from, to] = [0, 1].map(|step| cycle[(first as usize + step) % cycle.len()]);
    let mix = |a: u8, b: u8| (f64::from(a) + (at - first) * (f64::from(b) - f64::from(a))).round();
    Rgb(
        mix(from.0, to.0) as u8,
        mix(from.1, to.1) as u8,
        mix(from.2, to.2) as u8,
    )
}

impl ColourMap {
    /// Names accepted by [`ColourMap::from_name`].
    pub const NAMES: [&str; 7] = [
        "magma", "viridis", "inferno", "grey", "rdbu", "rdbu_r", "cyclic",
    ];

    /// The colour map called `name`.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] listing the names.
    pub fn from_name(name: &str) -> crate::Result<Self> {
        match name {
            "magma" => Ok(ColourMap::Magma),
            "viridis" => Ok(ColourMap::Viridis),
            "inferno" => Ok(ColourMap::Inferno),
            "grey" => Ok(ColourMap::Grey),
            "rdbu" => Ok(ColourMap::RdBu),
            "rdbu_r" => Ok(ColourMap::RdBuReversed),
            "cyclic" => Ok(ColourMap::Cyclic),
            _ => {
                let requirement = format!("one of {}", Self::NAMES.join(", "));
                Err(crate::Error::argument("colour_map", name, requirement))
            }
        }
    }

    /// The colour at `t` between 0 (lowest value) and 1 (highest).
    pub fn colour(self, t: f64) -> Rgb {
        let t = t.clamp(0.0, 1.0);
        let gradient = match self {
            ColourMap::Magma => colorous::MAGMA,
            ColourMap::Viridis => colorous::VIRIDIS,
            ColourMap::Inferno => colorous::INFERNO,
            ColourMap::RdBu => colorous::RED_BLUE,
            ColourMap::RdBuReversed => return ColourMap::RdBu.colour(1.0 - t),
            ColourMap::Cyclic => return around(&CYCLE, t),
            ColourMap::Grey => {
                let level = (255.0 * t).round() as u8;
                return Rgb(level, level, level);
            }
        };
        let colour = gradient.eval_continuous(t);
        Rgb(colour.r, colour.g, colour.b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_maps_agree() {
        for name in ColourMap::NAMES {
            assert!(ColourMap::from_name(name).is_ok(), "{name}");
        }
        assert!(ColourMap::from_name("jet").is_err());
    }

    #[test]
    fn reversed_means_blue_below_and_red_above() {
        let [low, middle, high] = [0.0, 0.5, 1.0].map(|t| ColourMap::RdBuReversed.colour(t));
        assert!(
            low.2 > low.0 + 50 && high.0 > high.2 + 50,
            "{low:?} {high:?}"
        );
        assert!(middle.0.min(middle.1).min(middle.2) > 225, "{middle:?}");
        assert_eq!(low, ColourMap::RdBu.colour(1.0));
    }

    #[test]
    fn the_cycle_closes_without_a_jump() {
        let at = |i: u32| ColourMap::Cyclic.colour(f64::from(i) / 1000.0);
        assert_eq!(at(0), at(1000));
        for i in 0..1000 {
            let (a, b) = (at(i), at(i + 1));
            let step =
                a.0.abs_diff(b.0)
                    .max(a.1.abs_diff(b.1))
                    .max(a.2.abs_diff(b.2));
            assert!(step <= 2, "{i}: {a:?} {b:?}");
        }
        let sum = |c: Rgb| u32::from(c.0) + u32::from(c.1) + u32::from(c.2);
        assert!(sum(at(0)) > 600 && sum(at(500)) < 150);
    }
}
