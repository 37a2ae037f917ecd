//! The flags of how figures look.

use cepstrum::Result;
use cepstrum::output::figure::{FigureStyle, Theme};
use clap::{Args, ValueEnum};

/// How figures look.
#[derive(Args)]
#[command(next_help_heading = "Figures", allow_negative_numbers = true)]
pub struct StyleArgs {
    /// Width and size of text: default (on screen), single-column or
    /// double-column (papers), or slide
    #[arg(long, value_enum, default_value = "default")]
    size: SizeChoice,

    /// Pixels per inch of PNGs [default: 100, in papers 300, on slides 144]
    #[arg(long, value_name = "DPI")]
    dpi: Option<f64>,

    /// Ink and background
    #[arg(long, value_enum, default_value = "light")]
    theme: ThemeChoice,
}

#[derive(Clone, Copy, ValueEnum)]
enum SizeChoice {
    Default,
    SingleColumn,
    DoubleColumn,
    Slide,
}

#[derive(Clone, Copy, ValueEnum)]
enum ThemeChoice {
    Light,
    Dark,
}

impl StyleArgs {
    /// The style, checked to be drawable.
    pub fn style(&self) -> Result<FigureStyle> {
        let mut style = match self.size {
            SizeChoice::Default => FigureStyle::default(),
            SizeChoice::SingleColumn => FigureStyle::single_column(),
            SizeChoice::DoubleColumn => FigureStyle::double_column(),
            SizeChoice::Slide => FigureStyle::slide(),
        };
        if let Some(dpi) = self.dpi {
            style.dpi = dpi;
            // Known before anything is measured.
            style.check()?;
        }
        style.theme = match self.theme {
            ThemeChoice::Light => Theme::Light,
            ThemeChoice::Dark => Theme::Dark,
        };
        Ok(style)
    }
}
