//! The look of the figures of "Diffusion is spectral autoregression": sizes in
//! pixels, matplotlib's conventions, names of axes without units.

use super::figure::{AxisSpec, FigureStyle, Manner, Rgb};

/// matplotlib's "r".
pub(super) const RED: Rgb = Rgb(0xFF, 0, 0);

/// The published size of a figure, pixels at 100 dpi.
const SIZES: [(&str, (f64, f64)); 9] = [
    ("plot_image_spectra", (1131.0, 813.0)),
    ("plot_image_rapsd", (1167.0, 602.0)),
    ("mean_log_rapsd", (702.0, 376.0)),
    ("image_spectra", (820.0, 220.0)),
    ("max_detectable_frequency", (571.0, 436.0)),
    ("plot_sound_spectra", (1165.0, 305.0)),
    ("mean_log_spec", (700.0, 375.0)),
    ("plot_sound_melspec_rapsd", (1159.0, 303.0)),
    ("mean_log_melspec_rapsd", (694.0, 375.0)),
];

/// The style of the published figure `name`, or of one like it, of which
/// `share` is drawn: two columns of four are half as wide. Other widths than
/// the usual one are kept.
pub(super) fn published(style: &FigureStyle, name: &str, share: (f64, f64)) -> FigureStyle {
    const DPI: f64 = 100.0;
    let of_name = SIZES.iter().find(|(other, _)| *other == name);
    let (width, height) = of_name.map_or((702.0, 375.0), |(_, size)| *size);
    let (width, height) = (width * share.0 / DPI, height * share.1 / DPI);
    let style = style.clone().with_manner(Manner::Matplotlib);
    if style.width_in == FigureStyle::default().width_in {
        return style.with_size(width, height);
    }
    let kept = style.width_in;
    style.with_size(kept, kept * height / width)
}

/// A logarithmic axis of which the post names the quantity alone.
pub(super) fn bare_axis(quantity: &str) -> AxisSpec {
    AxisSpec::log(quantity, "")
}
