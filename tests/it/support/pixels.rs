//! PNG files as pixels.

/// Width and height, and the colours row by row.
pub type Pixels = ((u32, u32), Vec<[u8; 3]>);

pub fn decode(bytes: &[u8]) -> Pixels {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut data).unwrap();
    let channels = info.color_type.samples();
    assert!(channels >= 3, "not a colour picture");
    let pixels = data[..info.buffer_size()].chunks_exact(channels);
    let rgb = pixels.map(|p| [p[0], p[1], p[2]]).collect();
    ((info.width, info.height), rgb)
}

/// The pixels within a dark frame on a white ground, without the frame.
pub fn inside_frame(((width, height), rgb): &Pixels) -> Pixels {
    let dark = |x: u32, y: u32| rgb[(y * width + x) as usize].iter().all(|&v| v < 100);
    let (mx, my) = (width / 2, height / 2);
    // A frame is dark over a long stretch, unlike a dark spot of the picture.
    let column = |x: u32| (my - 20..my + 20).all(|y| dark(x, y));
    let row = |y: u32| (mx - 20..mx + 20).all(|x| dark(x, y));
    let ends = |n: u32, hit: &dyn Fn(u32) -> bool| {
        let first = (0..n).find(|&i| hit(i)).expect("a frame");
        (first, (0..n).rev().find(|&i| hit(i)).expect("a frame"))
    };
    let (x0, x1) = ends(*width, &column);
    let (y0, y1) = ends(*height, &row);
    let inside = (y0 + 1..y1).flat_map(|y| (x0 + 1..x1).map(move |x| (x, y)));
    let colours = inside.map(|(x, y)| rgb[(y * width + x) as usize]).collect();
    ((x1 - x0 - 1, y1 - y0 - 1), colours)
}

/// Mean absolute difference of the channels; `b` is scaled to the size of `a`.
pub fn mean_difference((size, a): &Pixels, (other, b): &Pixels) -> f64 {
    let mut sum = 0.0;
    for y in 0..size.1 {
        for x in 0..size.0 {
            let (bx, by) = (x * other.0 / size.0, y * other.1 / size.1);
            let (p, q) = (
                a[(y * size.0 + x) as usize],
                b[(by * other.0 + bx) as usize],
            );
            sum += p
                .iter()
                .zip(q)
                .map(|(&p, q)| f64::from(p.abs_diff(q)))
                .sum::<f64>();
        }
    }
    sum / (3 * a.len()) as f64
}

/// The pixels of a rectangle [left, top, right, bottom] of `rgb`.
pub fn cut(rgb: &[u8], width: usize, [x0, y0, x1, y1]: [usize; 4]) -> Vec<u8> {
    let rows = (y0..y1).map(|y| &rgb[3 * (y * width + x0)..3 * (y * width + x1)]);
    rows.flatten().copied().collect()
}

/// Mean and largest difference of the channels.
pub fn difference(a: &[u8], b: &[u8]) -> (f64, u8) {
    let each = || a.iter().zip(b).map(|(&a, &b)| a.abs_diff(b));
    let sum: f64 = each().map(f64::from).sum();
    (sum / a.len() as f64, each().max().unwrap())
}
