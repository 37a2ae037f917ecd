//! The flags of how figures look.

use super::choices::one_of;
use cepstrum::Result;
use cepstrum::data::Names;
use cepstrum::output::figure::{FigureStyle, Theme};
use clap::Args;

/// How figures look.
#[derive(Args)]
#[command(next_help_heading = "Figures", allow_negative_numbers = true)]
pub struct StyleArgs {
    /// Width and size of text: default (on screen), single-column or
    /// double-column (papers), or slide
    #[arg(long, value_parser = SIZES, default_value = "default")]
    size: String,

    /// Pixels per inch of PNGs [default: 100, in papers 300, on slides 144]
    #[arg(long, value_name = "DPI")]
    dpi: Option<f64>,

    /// Ink and background
    #[arg(long, value_parser = one_of(THEMES), default_value = "light")]
    theme: Theme,
}

const SIZES: [&str; 4] = ["default", "single-column", "double-column", "slide"];

const THEMES: Names<Theme> = &[(Theme::Light, "light", ""), (Theme::Dark, "dark", "")];

impl StyleArgs {
    /// The style, checked to be drawable.
    pub fn style(&self) -> Result<FigureStyle> {
        let mut style = FigureStyle::preset(&self.size)?;
        if let Some(dpi) = self.dpi {
            style.dpi = dpi;
            // Known before anything is measured.
            style.check()?;
        }
        style.theme = self.theme;
        Ok(style)
    }
}
