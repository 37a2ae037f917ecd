//! Lines cut at gaps and at the frame, and thinned to what a pixel can show.

use super::rect::{Point, Rect};

/// The runs of neighbouring points without a gap.
pub(super) fn runs(points: &[Option<Point>]) -> Vec<Vec<Point>> {
    points
        .split(Option::is_none)
        .filter(|run| !run.is_empty())
        .map(|run| run.iter().copied().flatten().collect())
        .collect()
}

/// Columns per pixel; with one, the strokes of a dense line leave gaps.
const COLUMNS: f64 = 2.0;

/// Keeps of the points that share a column of half a pixel the first, lowest,
/// highest and last: the line covers the same pixels.
pub(super) fn thinned(points: &[Point]) -> Vec<Point> {
    let mut kept = Vec::new();
    let mut start = 0;
    while start < points.len() {
        let column = (points[start].0 * COLUMNS).floor();
        let len = points[start..]
            .iter()
            .take_while(|p| (p.0 * COLUMNS).floor() == column)
            .count();
        let run = &points[start..start + len];
        let extreme = |best: fn(f64, f64) -> bool| {
            (1..run.len()).fold(0, |at, i| if best(run[i].1, run[at].1) { i } else { at })
        };
        let mut picked = [0, extreme(|a, b| a < b), extreme(|a, b| a > b), len - 1];
        picked.sort_unstable();
        for (i, &at) in picked.iter().enumerate() {
            if i == 0 || at != picked[i - 1] {
                kept.push(run[at]);
            }
        }
        start += len;
    }
    kept
}

/// The parts of a line inside `rect`, ending exactly where it crosses the edge.
pub(super) fn clipped(line: &[Point], rect: &Rect) -> Vec<Vec<Point>> {
    let mut parts: Vec<Vec<Point>> = Vec::new();
    let mut joined = false;
    for pair in line.windows(2) {
        let Some((from, to)) = clip_segment(pair[0], pair[1], rect) else {
            joined = false;
            continue;
        };
        match parts.last_mut() {
            Some(part) if joined => part.push(to),
            _ => parts.push(vec![from, to]),
        }
        joined = to == pair[1];
    }
    parts
}

/// Liang and Barsky's algorithm.
fn clip_segment(a: Point, b: Point, rect: &Rect) -> Option<(Point, Point)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (direction, room) in [
        (-dx, a.0 - rect.x0),
        (dx, rect.x1 - a.0),
        (-dy, a.1 - rect.y0),
        (dy, rect.y1 - a.1),
    ] {
        if direction == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if direction < 0.0 {
            enter = enter.max(room / direction);
        } else {
            leave = leave.min(room / direction);
        }
    }
    if enter > leave {
        return None;
    }
    let at = |t: f64| (a.0 + t * dx, a.1 + t * dy);
    // The ends themselves, where they are inside: rounding must not break a
    // line into segments.
    let from = if enter == 0.0 { a } else { at(enter) };
    let to = if leave == 1.0 { b } else { at(leave) };
    Some((from, to))
}

/// The part of a polygon inside `rect` (Sutherland and Hodgman's algorithm).
pub(super) fn clipped_polygon(polygon: &[Point], rect: &Rect) -> Vec<Point> {
    // Distance inside each side: positive where a point is kept.
    let sides: [fn(Point, &Rect) -> f64; 4] = [
        |p, r| p.0 - r.x0,
        |p, r| r.x1 - p.0,
        |p, r| p.1 - r.y0,
        |p, r| r.y1 - p.1,
    ];
    let mut points = polygon.to_vec();
    for inside in sides {
        let mut kept = Vec::with_capacity(points.len());
        for (i, &to) in points.iter().enumerate() {
            let from = points[(i + points.len() - 1) % points.len()];
            let (d0, d1) = (inside(from, rect), inside(to, rect));
            if (d0 >= 0.0) != (d1 >= 0.0) {
                let t = d0 / (d0 - d1);
                kept.push((from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1)));
            }
            if d1 >= 0.0 {
                kept.push(to);
            }
        }
        points = kept;
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECT: Rect = Rect {
        x0: 0.0,
        y0: 0.0,
        x1: 10.0,
        y1: 10.0,
    };

    #[test]
    fn a_line_leaves_and_enters_at_the_edge() {
        let line = [(2.0, 5.0), (4.0, 15.0), (6.0, 5.0)];
        let parts = clipped(&line, &RECT);
        assert_eq!(
            parts,
            [vec![(2.0, 5.0), (3.0, 10.0)], vec![(5.0, 10.0), (6.0, 5.0)]]
        );
        assert!(clipped(&[(-5.0, -5.0), (-1.0, 20.0)], &RECT).is_empty());
    }

    #[test]
    fn a_line_inside_stays_one_part() {
        let line = [(1.0, 1.0), (2.0, 9.0), (3.3, 0.1), (9.9, 4.0)];
        assert_eq!(clipped(&line, &RECT), [line.to_vec()]);
    }

    #[test]
    fn gaps_split() {
        let points = [
            None,
            Some((0.0, 1.0)),
            None,
            Some((1.0, 1.0)),
            Some((2.0, 2.0)),
            None,
        ];
        let lengths: Vec<usize> = runs(&points).iter().map(Vec::len).collect();
        assert_eq!(lengths, [1, 2]);
    }

    #[test]
    fn thinning_keeps_the_extremes() {
        let points: Vec<Point> = (0..1000)
            .map(|i| (f64::from(i) / 100.0, f64::from(i * 37 % 1000)))
            .collect();
        let kept = thinned(&points);
        assert!(kept.len() <= 80, "{}", kept.len());
        assert_eq!((kept[0], kept[kept.len() - 1]), (points[0], points[999]));
        for y in [0.0, 999.0] {
            assert!(kept.iter().any(|p| p.1 == y));
        }
    }

    #[test]
    fn polygons_are_cut_at_the_frame() {
        let cut = clipped_polygon(&[(-5.0, 2.0), (5.0, 2.0), (5.0, 20.0), (-5.0, 20.0)], &RECT);
        assert!(cut.iter().all(|&p| RECT.contains(p)));
        assert!(cut.contains(&(5.0, 10.0)) && cut.contains(&(0.0, 2.0)));
        assert!(clipped_polygon(&[(20.0, 20.0), (30.0, 20.0), (30.0, 30.0)], &RECT).is_empty());
    }
}
