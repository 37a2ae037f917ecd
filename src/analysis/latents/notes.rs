//! What a reader of a latent report should know beside its numbers.

use super::order::FEWEST_CHANNELS;
use super::study::{ChannelOrder, LatentReport, OrderVerdict};
use crate::decode::Layout;

/// Most channels that a note names.
const MOST_NAMED: usize = 12;

/// Above this share of the variance, the means of channels are worth a word.
const LARGE_MEAN_SHARE: f64 = 0.1;

/// All notes, the layout and the doubts about it first; `n_spectra` is the number of
/// channels whose own spectra the report holds.
pub(super) fn notes(
    report: &LatentReport,
    doubts: Vec<String>,
    (n_beyond_limit, n_spectra): (u64, usize),
) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(report.layouts.iter().map(|layout| read_as(report, *layout)));
    notes.extend(doubts);
    notes.extend(constant_channels(report));
    notes.extend(channel_means(report));
    notes.extend(about_covariance(report));
    notes.extend(about_order(report));
    notes.extend(about_spectra(report));
    let n_channels = report.channels.len();
    if n_channels > n_spectra {
        notes.push(format!(
            "the spectra of channels from {n_spectra} on are not kept, their exponents are"
        ));
    }
    if n_beyond_limit > 0 {
        notes.push(format!("{n_beyond_limit} files beyond the limit (--limit)"));
    }
    let ignored: u64 = report.ignored.values().sum();
    if ignored > 0 {
        notes.push(format!("{ignored} files in folders are no arrays"));
    }
    notes
}

fn read_as(report: &LatentReport, layout: Layout) -> String {
    let alternative = match layout {
        Layout::Hw => Some(Layout::Ct),
        Layout::Chw => Some(Layout::Nct),
        Layout::Nchw | Layout::Ncthw => None,
        Layout::Hwc | Layout::Nct | Layout::Ntc => Some(Layout::Chw),
        Layout::Nhwc => Some(Layout::Nchw),
        Layout::Ct | Layout::Tc => Some(Layout::Hw),
    };
    let how = match (report.config.layout, layout) {
        (Some(_), _) => "as told",
        (None, Layout::Hwc | Layout::Nhwc) => "by their shape",
        (None, _) => "by the number of dimensions",
    };
    let other = alternative.map_or_else(String::new, |other| {
        format!("; --layout {other} for {}", other.meaning())
    });
    format!(
        "arrays read as {layout}, {}, {how}{other}",
        layout.meaning()
    )
}

fn constant_channels(report: &LatentReport) -> Option<String> {
    let constant = report.channels.iter().filter(|row| row.is_constant);
    let names: Vec<String> = constant.map(|row| row.channel.to_string()).collect();
    let more = match names.len() {
        0 => return None,
        n if n > MOST_NAMED => format!(" and {} more", n - MOST_NAMED),
        _ => String::new(),
    };
    let shown = names[..names.len().min(MOST_NAMED)].join(", ");
    let noun = match names.len() {
        1 => "channel",
        _ => "channels",
    };
    Some(format!(
        "constant {noun}, of no scale and no spectrum: {shown}{more}"
    ))
}

/// One factor for all channels leaves little variance within them.
fn channel_means(report: &LatentReport) -> Option<String> {
    let share = report.pooled.channel_mean_share;
    (share > LARGE_MEAN_SHARE).then(|| {
        format!(
            "scale per channel, or subtract the means: those of channels carry {:.1} % of the \
             pooled variance, so that the one scale factor leaves the values of a channel a \
             variance of {:.4} on average, and eigenvalues as low",
            100.0 * share,
            1.0 - share
        )
    })
}

fn about_covariance(report: &LatentReport) -> Option<String> {
    let n_channels = report.channels.len();
    match &report.covariance {
        None if n_channels == 1 => Some("one channel: no covariance across channels".into()),
        None => Some("one value per channel: no covariance across channels".into()),
        Some(_) if report.n_positions <= n_channels as u64 => Some(format!(
            "{} values for {n_channels} channels: the covariance has not its full rank",
            report.n_positions
        )),
        Some(_) => None,
    }
}

fn about_order(report: &LatentReport) -> Option<String> {
    let n_channels = report.channels.len();
    match &report.channel_order {
        Some(order) => Some(verdict(order)),
        None if n_channels < 2 || report.covariance.is_none() => None,
        None => Some(format!(
            "channel order is arbitrary, and with {n_channels} channels there are too few orders \
             to tell ({FEWEST_CHANNELS} are needed): no spectrum along channels"
        )),
    }
}

fn verdict(order: &ChannelOrder) -> String {
    let [low, _, high] = order.null_quantiles;
    let verdict = match order.verdict {
        OrderVerdict::Shown => "the order is shown to matter",
        OrderVerdict::NotShown => "order not shown to matter",
    };
    format!(
        "channel order is arbitrary unless training made it: alpha along channels {:.3}, {low:.3} \
         to {high:.3} in 95 % of {} random orders, p = {:.3}: {verdict}",
        order.alpha, order.n_permutations, order.p_value
    )
}

fn about_spectra(report: &LatentReport) -> Vec<String> {
    let mut notes = Vec::new();
    let spectrum = &report.spectrum;
    if let Some(reason) = &spectrum.reason {
        notes.push(format!("no exponent: {reason}"));
    }
    if spectrum.n_constant > 0 {
        notes.push(format!(
            "{} items, constant in every channel, are in no spectrum",
            spectrum.n_constant
        ));
    }
    for spectrum in std::iter::once(spectrum).chain(&report.along) {
        if spectrum.n_floored > 0 {
            notes.push(format!(
                "spectrum along {}: {} powers are no more than rounding",
                spectrum.along, spectrum.n_floored
            ));
        }
    }
    notes
}
