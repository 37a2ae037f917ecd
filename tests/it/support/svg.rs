//! SVG figures read back: texts with the boxes they fill, and lines.

use roxmltree::{Document, Node};

static FONT: &[u8] = include_bytes!("../../../src/output/figure/DejaVuSans-subset.ttf");

/// A text and the rectangle it fills, in units of the view box.
#[derive(Debug, Clone)]
struct Text {
    text: String,
    x0: f64,
    y0: f64,
    x1: f64,
    y1: f64,
    baseline: f64,
}

/// A line with its look.
struct Line {
    colour: String,
    dash: String,
    points: Vec<(f64, f64)>,
}

/// A parsed figure.
pub struct Drawing {
    texts: Vec<Text>,
    lines: Vec<Line>,
    width: f64,
    height: f64,
}

impl Drawing {
    pub fn parse(svg: &str) -> Drawing {
        let document = Document::parse(svg).expect("well-formed SVG");
        let root = document.root_element();
        let size: Vec<f64> = numbers(root.attribute("viewBox").unwrap());
        let named = |name: &'static str| {
            document
                .descendants()
                .filter(move |n| n.has_tag_name(("http://www.w3.org/2000/svg", name)))
        };
        Drawing {
            texts: named("text").map(|node| text_of(&node)).collect(),
            lines: named("polyline").map(|node| line_of(&node)).collect(),
            width: size[2],
            height: size[3],
        }
    }

    pub fn texts(&self) -> Vec<String> {
        self.texts.iter().map(|t| t.text.clone()).collect()
    }

    /// Lines of a colour such as `#FF0000`.
    pub fn lines(&self, colour: &str) -> Vec<Vec<(f64, f64)>> {
        let lines = self.lines.iter().filter(|line| line.colour == colour);
        lines.map(|line| line.points.clone()).collect()
    }

    /// Colour and dashes of the lines with this number of points.
    pub fn looks_of_lines(&self, points: usize) -> Vec<(String, String)> {
        let lines = self.lines.iter().filter(|line| line.points.len() == points);
        lines
            .map(|line| (line.colour.clone(), line.dash.clone()))
            .collect()
    }

    /// Height of a text on the page, upwards.
    pub fn baseline(&self, text: &str) -> f64 {
        let found = self.texts.iter().find(|t| t.text == text);
        -found
            .unwrap_or_else(|| panic!("no {text} in {:?}", self.texts()))
            .baseline
    }

    #[track_caller]
    pub fn check_texts(&self, figure: &str) {
        for (i, a) in self.texts.iter().enumerate() {
            let inside = a.x0 >= 0.0 && a.y0 >= 0.0 && a.x1 <= self.width && a.y1 <= self.height;
            assert!(
                inside,
                "{figure}: outside {} x {}: {a:?}",
                self.width, self.height
            );
            for b in &self.texts[i + 1..] {
                let apart = a.x1 <= b.x0 || b.x1 <= a.x0 || a.y1 <= b.y0 || b.y1 <= a.y0;
                assert!(apart, "{figure}: overlap\n{a:?}\n{b:?}");
            }
        }
    }
}

fn numbers(text: &str) -> Vec<f64> {
    let parts = text.split([' ', ',']).filter(|s| !s.is_empty());
    parts.map(|s| s.parse().unwrap()).collect()
}

fn line_of(node: &Node) -> Line {
    let points = numbers(node.attribute("points").unwrap());
    let dash = node
        .parent()
        .and_then(|g| g.attribute("stroke-dasharray"))
        .unwrap_or("");
    Line {
        colour: node.attribute("stroke").unwrap().into(),
        dash: dash.into(),
        points: points.chunks_exact(2).map(|p| (p[0], p[1])).collect(),
    }
}

/// Sum of the advances in em, read from the font itself.
fn advance(text: &str) -> f64 {
    let face = ttf_parser::Face::parse(FONT, 0).unwrap();
    let of = |c| {
        let glyph = face.glyph_index(c).unwrap_or(ttf_parser::GlyphId(0));
        f64::from(face.glyph_hor_advance(glyph).unwrap_or(0))
    };
    text.chars().map(of).sum::<f64>() / f64::from(face.units_per_em())
}

fn text_of(node: &Node) -> Text {
    let text = node.text().unwrap_or("").to_string();
    let number = |name: &str| -> f64 { node.attribute(name).unwrap().parse().unwrap() };
    let (x, y, size) = (number("x"), number("y"), number("font-size"));
    assert_eq!(node.attribute("dy"), Some("0.76em"));
    let width = advance(&text) * size;
    let start = match node.attribute("text-anchor").unwrap() {
        "start" => 0.0,
        "middle" => -width / 2.0,
        "end" => -width,
        other => panic!("anchor {other}"),
    };
    // Ascenders and descenders of DejaVu Sans, in em.
    let (up, down) = (0.76, 0.24);
    let along = (start, start + width);
    let across = (0.76 * size - up * size, 0.76 * size + down * size);
    let (x0, x1, y0, y1) = match node.attribute("transform") {
        None => (x + along.0, x + along.1, y + across.0, y + across.1),
        Some(turn) => {
            assert!(turn.starts_with("rotate(270"), "{turn}");
            (x + across.0, x + across.1, y - along.1, y - along.0)
        }
    };
    let baseline = y + 0.76 * size;
    Text {
        text,
        x0,
        y0,
        x1,
        y1,
        baseline,
    }
}
