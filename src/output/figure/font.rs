//! The font of figures.

/// The font of every text: DejaVu Sans (Latin, Greek, Cyrillic, signs).
pub(super) static FONT: &[u8] = include_bytes!("DejaVuSans-subset.ttf");
