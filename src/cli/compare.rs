//! `cepstrum compare`.

use super::about::told_report;
use super::outcome::{Failure, Outcome, counted, report_path};
use super::style::StyleArgs;
use super::terminal::{print, tell};
use cepstrum::Error;
use cepstrum::analysis::{
    Comparison, Report, Representation, Selection, Verdict, common_representations, comparison,
};
use cepstrum::output::{
    COMPARISON_FILE, DrawingKind, Frames, StudyFiles, check_folder, comparison_answer,
    comparison_figures, comparison_table, read_verdict, save_drawings, save_study,
};
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Compare two reports, or two representations or classes of reports: is A
/// closer to images than B?
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  cepstrum compare music/ speech/
      Every representation that both reports have
  cepstrum compare out:log-mel out:waveform
      Two representations of the same files: paired, so that intervals are narrow
  cepstrum compare out:log-mel:blues out:log-mel:rock -o blues_or_rock
      Two classes; comparison.json and the figure go to blues_or_rock/

Distances are those of the verdicts (evidence.json beside each report). Nothing is said where a
verdict is capped, where the nearer one is not like photographs, or where its fall is shown not
to be the sound's own.")]
pub struct CompareArgs {
    /// PATH[:REPRESENTATION[:CLASS]]: a report.json or its folder
    #[arg(value_name = "A")]
    a: String,

    /// As A; without a representation that of A, or all that both have
    #[arg(value_name = "B")]
    b: String,

    /// Folder for comparison.json and figures
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// What goes to standard output
    #[arg(long, value_enum, default_value = "table")]
    format: Format,

    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,

    #[command(flatten)]
    style: StyleArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table per comparison
    Table,
    /// The content of comparison.json
    Json,
}

impl CompareArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        let style = self.style.style()?;
        if let Some(folder) = &self.output {
            check_folder(folder)?;
        }
        let comparisons = comparisons(&self.a, &self.b)?;
        if let Some(folder) = &self.output {
            let figures = comparison_figures(&comparisons, &style)?;
            save_study(comparisons.as_slice(), folder)?;
            let drawn = folder.join("figures");
            save_drawings(&figures, &[DrawingKind::Comparison], &drawn, Frames::Gif)?;
            tell(&format!(
                "comparison: {}",
                folder.join(COMPARISON_FILE).display()
            ));
            if !figures.is_empty() {
                let count = counted(figures.len(), "figure");
                tell(&format!("{count} as svg and png: {}", drawn.display()));
            }
        }
        print(|writer| match (self.json, self.format) {
            (true, _) | (_, Format::Json) => comparisons.as_slice().write_main(writer),
            (false, Format::Table) => tables(&comparisons, writer),
        })?;
        Ok(Outcome::AllGood)
    }
}

/// Path, representation and class, as far as they were given.
struct Choice<'a> {
    text: &'a str,
    path: &'a str,
    representation: Option<Representation>,
    class: Option<&'a str>,
}

impl<'a> Choice<'a> {
    /// Splits at the first colon that a representation follows: paths may have
    /// colons, and so may classes.
    fn parse(text: &'a str) -> Result<Self, Error> {
        for (i, _) in text.match_indices(':') {
            let rest = &text[i + 1..];
            let (name, class) = match rest.split_once(':') {
                Some((name, class)) => (name, Some(class)),
                None => (rest, None),
            };
            let named = Representation::ALL.into_iter().find(|r| r.name() == name);
            if let Some(representation) = named {
                return Ok(Choice {
                    text,
                    path: &text[..i],
                    representation: Some(representation),
                    class,
                });
            }
        }
        if let Some((path, name)) = text.split_once(':')
            && !Path::new(text).exists()
            && Path::new(path).exists()
        {
            let names = Representation::ALL.map(Representation::name).join(", ");
            let name = name.split(':').next().unwrap_or(name);
            let requirement = format!("one of: {names}");
            return Err(Error::argument("REPRESENTATION", name, requirement));
        }
        Ok(Choice {
            text,
            path: text,
            representation: None,
            class: None,
        })
    }

    /// The report, and the verdict beside it.
    fn report(&self) -> Result<(Report, Option<Verdict>), Error> {
        let path = report_path(Path::new(self.path));
        let report = told_report(&path)?;
        let beside = path.parent().unwrap_or(Path::new(""));
        let verdict = read_verdict(beside, &report)?;
        Ok((report, verdict))
    }

    fn selection<'r>(
        &self,
        (report, verdict): &'r (Report, Option<Verdict>),
        representation: Representation,
    ) -> Result<Selection<'r>, Error> {
        let class = self.class.unwrap_or("all");
        let selection = Selection::new(report, self.text, representation, class)?;
        Ok(selection.with_verdict(verdict.as_ref()))
    }
}

fn comparisons(a: &str, b: &str) -> Result<Vec<Comparison>, Failure> {
    let (a, b) = (Choice::parse(a)?, Choice::parse(b)?);
    let (report_a, report_b) = (a.report()?, b.report()?);
    let pairs = match (a.representation, b.representation) {
        (Some(a), Some(b)) => vec![(a, b)],
        (Some(one), None) | (None, Some(one)) => vec![(one, one)],
        (None, None) => {
            let common = common_representations(&report_a.0, &report_b.0);
            common.into_iter().map(|r| (r, r)).collect()
        }
    };
    if pairs.is_empty() {
        let requirement = "a report with a representation of A's; or name both, as in A:log-mel";
        return Err(Error::argument("B", b.text, requirement).into());
    }
    let mut comparisons = Vec::new();
    for (of_a, of_b) in pairs {
        let a = a.selection(&report_a, of_a)?;
        let b = b.selection(&report_b, of_b)?;
        comparisons.push(comparison(&a, &b)?);
    }
    Ok(comparisons)
}

fn tables(comparisons: &[Comparison], writer: &mut dyn Write) -> std::io::Result<()> {
    for (i, comparison) in comparisons.iter().enumerate() {
        if i > 0 {
            writeln!(writer)?;
        }
        for (side, of) in [("A", &comparison.a), ("B", &comparison.b)] {
            writeln!(
                writer,
                "{side}: {} ({}, {}, {}, {})",
                of.name,
                of.representation,
                of.class,
                counted(of.n_files as usize, "file"),
                counted(of.n_segments as usize, "segment"),
            )?;
        }
        if !comparison.to_photos.photos.is_empty() {
            writeln!(writer, "photographs: {}", comparison.to_photos.photos)?;
        }
        write!(writer, "{}", comparison_table(comparison))?;
        write!(writer, "{}", comparison_answer(comparison))?;
        for note in &comparison.notes {
            writeln!(writer, "note: {note}")?;
        }
    }
    Ok(())
}
