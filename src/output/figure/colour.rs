use super::Theme;

/// A colour, red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// Okabe and Ito's colours (distinct for colour-blind readers) in the order of
/// their contrast with white; yellow, too pale for lines, is left out.
const ON_WHITE: [Rgb; 7] = [
    Rgb(0x00, 0x72, 0xB2),
    Rgb(0xD5, 0x5E, 0x00),
    Rgb(0x00, 0x9E, 0x73),
    Rgb(0xCC, 0x79, 0xA7),
    Rgb(0xE6, 0x9F, 0x00),
    Rgb(0x56, 0xB4, 0xE9),
    Rgb(0x55, 0x55, 0x55),
];
/// The same set ordered for a dark ground, with yellow, and without the blue
/// that sinks into it.
const ON_BLACK: [Rgb; 7] = [
    Rgb(0x56, 0xB4, 0xE9),
    Rgb(0xE6, 0x9F, 0x00),
    Rgb(0x2F, 0xC0, 0x96),
    Rgb(0xE0, 0x95, 0xBF),
    Rgb(0xF0, 0xE4, 0x42),
    Rgb(0xF0, 0x7A, 0x2A),
    Rgb(0xAA, 0xAA, 0xAA),
];

/// Colour of the n-th automatically coloured series.
pub(super) fn series_colour(theme: Theme, n: usize) -> Rgb {
    match theme {
        Theme::Light => ON_WHITE[n % ON_WHITE.len()],
        Theme::Dark => ON_BLACK[n % ON_BLACK.len()],
    }
}

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
    /// Diverging: red, white, blue; use it with a symmetric range.
    RdBu,
}

impl ColourMap {
    /// Names accepted by [`ColourMap::from_name`].
    pub const NAMES: [&str; 5] = ["magma", "viridis", "inferno", "grey", "rdbu"];

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
            ColourMap::Grey => {
                let level = (255.0 * t).round() as u8;
                return Rgb(level, level, level);
            }
        };
        let colour = gradient.eval_continuous(t);
        Rgb(colour.r, colour.g, colour.b)
    }
}
