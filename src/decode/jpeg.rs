//! Whether a jpeg file is whole, by its structure: it has no checksum, and the decoder
//! fills what is missing or unreadable without a word.
//!
//! Every scan is read to its end, code by code. Damage shows as a code that no table
//! has, as coefficients that no picture has, or as a scan that ends too early or too
//! late.

/// What is wrong with a jpeg file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    /// In words.
    pub found: String,
    /// Whether the file ends too early, and all before its end can be read.
    pub is_cut: bool,
    /// Rows of pixels from the top, as they are stored, that are not concerned.
    pub whole_rows: usize,
}

const RESTART: std::ops::RangeInclusive<u8> = 0xD0..=0xD7;
const END: u8 = 0xD9;
/// Largest |coefficient| of 8-bit samples, once dequantised, with room for encoders
/// that overshoot.
const LARGEST_DC: i32 = 1300;
const LARGEST_AC: i32 = 2048;
/// Most bits that later scans may bring.
const LARGEST_SHIFT: u8 = 13;

/// The first flaw of a jpeg file, if it has one that shows; `None` too for kinds of
/// jpeg that are not decoded.
pub(super) fn flaw(bytes: &[u8]) -> Option<Flaw> {
    let mut jpeg = Jpeg {
        bytes,
        at: 2,
        ..Jpeg::default()
    };
    jpeg.read().err().flatten()
}

/// An end of reading: at a flaw, or at what is not understood.
type Reading<T> = Result<T, Option<Flaw>>;

#[derive(Default)]
struct Jpeg<'a> {
    bytes: &'a [u8],
    at: usize,
    is_progressive: bool,
    size: (usize, usize),
    /// Largest sampling factors.
    most: (usize, usize),
    components: Vec<Component>,
    quantisation: [Vec<i32>; 4],
    codes: [[Option<Codes>; 4]; 2],
    /// MCUs between restart markers.
    interval: usize,
}

/// One colour component.
struct Component {
    id: u8,
    sampling: (usize, usize),
    quantisation: usize,
    /// Blocks per row, those that pad an MCU included.
    stride: usize,
    /// Which coefficients of each block are not 0, in a progressive file.
    set: Vec<u64>,
    /// The lowest bit of each coefficient that was read, once it was.
    lowest: [Option<u8>; 64],
}

/// Length and symbol of the code that 16 bits start with; length 0 where none does.
struct Codes(Vec<(u8, u8)>);

/// What one scan holds.
struct Scan {
    /// Indices of components, with their tables for DC and AC.
    of: Vec<(usize, usize, usize)>,
    /// First and last coefficient.
    band: (usize, usize),
    /// Whether bits of earlier scans are refined.
    refines: bool,
    lowest: u8,
}

impl<'a> Jpeg<'a> {
    fn flaw<T>(&self, found: impl Into<String>, whole_rows: usize) -> Reading<T> {
        Err(Some(Flaw {
            found: found.into(),
            is_cut: false,
            whole_rows,
        }))
    }

    fn cut<T>(&self, found: impl Into<String>, whole_rows: usize) -> Reading<T> {
        // A download that stopped may have its room filled up.
        let is_filled_up = self.bytes.ends_with(&[0; 16]);
        let whole_rows = if is_filled_up { 0 } else { whole_rows };
        Err(Some(Flaw {
            found: found.into(),
            is_cut: true,
            whole_rows,
        }))
    }

    fn read(&mut self) -> Reading<()> {
        let mut rows = 0;
        loop {
            let marker = self.marker(rows)?;
            if marker == END {
                return self.finish();
            }
            if RESTART.contains(&marker) {
                return self.flaw("a restart marker outside of a scan", 0);
            }
            let start = self.at + 2;
            let length = self.bytes.get(self.at..start);
            let length = length.map_or(0, |l| usize::from(u16::from_be_bytes([l[0], l[1]])));
            let Some(body) = self.bytes.get(start..(self.at + length).max(start)) else {
                return self.cut("it ends inside a header", rows);
            };
            self.at += length.max(2);
            match marker {
                0xC0..=0xC2 => self.frame(body, marker == 0xC2)?,
                0xC4 => self.huffman(body)?,
                0xDB => self.quantise(body)?,
                0xDD => match *body {
                    [high, low] => self.interval = usize::from(u16::from_be_bytes([high, low])),
                    _ => return self.flaw("a restart interval that cannot be read", 0),
                },
                0xDA => rows = self.scan(body)?,
                // Other frames, arithmetic coding, a height behind the scan.
                0xC3 | 0xC5..=0xCF | 0xDC | 0xDE | 0xDF => return Err(None),
                _ => {}
            }
        }
    }

    /// The next marker; `rows` are whole if there is none.
    fn marker(&mut self, rows: usize) -> Reading<u8> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        // Padding before markers is of 0xFF; some writers take 0.
        let skipped = rest.iter().take_while(|&&byte| byte == 0).count();
        let fill = rest[skipped..].iter().take_while(|&&byte| byte == 0xFF);
        let fill = fill.count();
        match (rest.get(skipped + fill), fill) {
            (None, _) if skipped > 0 => self.cut("its end marker is missing", 0),
            (None, _) => self.cut("its end marker is missing", rows),
            (Some(_), 0) => self.flaw("bytes that belong to nothing lie before a marker", 0),
            (Some(&marker), _) => {
                self.at += skipped + fill + 1;
                Ok(marker)
            }
        }
    }

    fn frame(&mut self, body: &[u8], is_progressive: bool) -> Reading<()> {
        let [8, h1, h0, w1, w0, n, components @ ..] = body else {
            return Err(None);
        };
        self.size = (
            usize::from(u16::from_be_bytes([*w1, *w0])),
            usize::from(u16::from_be_bytes([*h1, *h0])),
        );
        if !self.components.is_empty() || components.len() != 3 * usize::from(*n) {
            return self.flaw("a frame header that cannot be read", 0);
        }
        self.is_progressive = is_progressive;
        for part in components.chunks_exact(3) {
            let sampling = (usize::from(part[1] >> 4), usize::from(part[1] & 15));
            if !(1..=4).contains(&sampling.0) || !(1..=4).contains(&sampling.1) || part[2] > 3 {
                return self.flaw("a frame header that cannot be read", 0);
            }
            self.most.0 = self.most.0.max(sampling.0);
            self.most.1 = self.most.1.max(sampling.1);
            self.components.push(Component {
                id: part[0],
                sampling,
                quantisation: usize::from(part[2]),
                stride: 0,
                set: Vec::new(),
                lowest: [None; 64],
            });
        }
        // A height of 0 stands behind the scan.
        if self.components.is_empty() || self.size.0 == 0 || self.size.1 == 0 {
            return Err(None);
        }
        let (across, down) = self.mcus();
        for component in &mut self.components {
            component.stride = across * component.sampling.0;
            if is_progressive {
                let n_blocks = component.stride * down * component.sampling.1;
                component.set = vec![0; n_blocks];
            }
        }
        Ok(())
    }

    /// MCUs across and down, in scans of several components.
    fn mcus(&self) -> (usize, usize) {
        let (width, height) = self.size;
        (
            width.div_ceil(8 * self.most.0),
            height.div_ceil(8 * self.most.1),
        )
    }

    fn huffman(&mut self, mut body: &[u8]) -> Reading<()> {
        while let [which, rest @ ..] = body {
            let (class, id) = (usize::from(which >> 4), usize::from(which & 15));
            let Some((counts, rest)) = rest.split_at_checked(16) else {
                return self.flaw("a Huffman table that cannot be read", 0);
            };
            let n = counts.iter().map(|&n| usize::from(n)).sum();
            let Some((symbols, rest)) = rest.split_at_checked(n) else {
                return self.flaw("a Huffman table that cannot be read", 0);
            };
            let codes = Codes::new(counts, symbols);
            match (class, id, codes) {
                (0..=1, 0..=3, Some(codes)) => self.codes[class][id] = Some(codes),
                _ => return self.flaw("a Huffman table that cannot be", 0),
            }
            body = rest;
        }
        Ok(())
    }

    fn quantise(&mut self, mut body: &[u8]) -> Reading<()> {
        while let [which, rest @ ..] = body {
            let width = 1 + usize::from(which >> 4);
            let table = rest.split_at_checked(64 * width);
            let (Some((values, rest)), 1..=2, 0..=3) = (table, width, which & 15) else {
                return self.flaw("a quantisation table that cannot be read", 0);
            };
            let words = values.chunks_exact(width);
            let value = |word: &[u8]| word.iter().fold(0, |v, &b| v << 8 | i32::from(b));
            let table: Vec<i32> = words.map(value).collect();
            if table.contains(&0) {
                return self.flaw("a quantisation table with a 0", 0);
            }
            self.quantisation[usize::from(which & 15)] = table;
            body = rest;
        }
        Ok(())
    }

    fn scan_of(&self, body: &[u8]) -> Option<Scan> {
        let (&n, rest) = body.split_first()?;
        let (parts, last) = rest.split_at_checked(2 * usize::from(n))?;
        let &[first, end, bits] = last else {
            return None;
        };
        let of = parts.chunks_exact(2).map(|part| {
            let mut components = self.components.iter();
            let index = components.position(|component| component.id == part[0])?;
            let (dc, ac) = (usize::from(part[1] >> 4), usize::from(part[1] & 15));
            (dc < 4 && ac < 4).then_some((index, dc, ac))
        });
        let of: Vec<(usize, usize, usize)> = of.collect::<Option<_>>()?;
        // What sequential scans say of bands and bits is not heeded.
        let (band, bits) = match self.is_progressive {
            true => ((usize::from(first), usize::from(end)), bits),
            false => ((0, 63), 0),
        };
        let is_possible = match (self.is_progressive, band) {
            (false, _) | (true, (0, 0)) => true,
            (true, (first, last)) => first > 0 && first <= last && last < 64 && of.len() == 1,
        };
        (!of.is_empty() && is_possible && bits & 15 <= LARGEST_SHIFT).then_some(Scan {
            of,
            band,
            refines: bits >> 4 > 0,
            lowest: bits & 15,
        })
    }

    /// Reads a scan to its end; gives the rows that are whole if nothing follows.
    fn scan(&mut self, body: &[u8]) -> Reading<usize> {
        let Some(scan) = self.scan_of(body) else {
            return self.flaw("the header of a scan that cannot be", 0);
        };
        // The decoder knows the usual tables, which motion jpeg leaves out.
        if self.codes.iter().flatten().all(Option::is_none) {
            return Err(None);
        }
        self.progress(&scan, body.last().map_or(0, |bits| bits >> 4))?;
        let is_all = !self.is_progressive && scan.of.len() == self.components.len();
        let (across, down, rows_each) = match scan.of[..] {
            [(index, ..)] => {
                let (h, v) = self.components[index].sampling;
                let blocks =
                    |size: usize, own: usize, most: usize| (size * own).div_ceil(most).div_ceil(8);
                (
                    blocks(self.size.0, h, self.most.0),
                    blocks(self.size.1, v, self.most.1),
                    8 * self.most.1 / v,
                )
            }
            _ => {
                let (across, down) = self.mcus();
                (across, down, 8 * self.most.1)
            }
        };
        let mut bits = Bits::new(&self.bytes[self.at..]);
        let mut decoded = vec![0; self.components.len()];
        let (mut run, mut restart) = (0, 0);
        let whole = |mcu: usize| if is_all { mcu / across * rows_each } else { 0 };
        for mcu in 0..across * down {
            if self.interval > 0 && mcu > 0 && mcu % self.interval == 0 {
                let expected = 0xD0 + (mcu / self.interval - 1) as u8 % 8;
                if let Err(found) = bits.restart(expected) {
                    return self.ended(&bits, found, (whole(restart), whole(mcu)));
                }
                decoded.fill(0);
                (run, restart) = (0, mcu);
            }
            if let Err(found) = self.mcu(
                &scan,
                (mcu % across, mcu / across),
                &mut bits,
                &mut decoded,
                &mut run,
            ) {
                return self.ended(&bits, found, (whole(restart), whole(mcu)));
            }
        }
        if bits.rest() {
            return self.flaw("a scan holds more than its blocks", whole(restart));
        }
        self.at += bits.at;
        Ok(if is_all { self.size.1 } else { 0 })
    }

    /// The flaw at which a scan ended: all is whole until the end of a file, but only
    /// until the last restart before other damage.
    fn ended<T>(
        &self,
        bits: &Bits<'_>,
        found: &str,
        (restart, here): (usize, usize),
    ) -> Reading<T> {
        match bits.is_at_end() {
            true => self.cut("it ends inside a scan", here),
            false => self.flaw(format!("{found}, at row {here} or above"), restart),
        }
    }

    /// Notes which bits of coefficients a scan brings.
    fn progress(&mut self, scan: &Scan, refined: u8) -> Reading<()> {
        let (first, last) = scan.band;
        for &(index, ..) in &scan.of {
            for lowest in &mut self.components[index].lowest[first..=last] {
                let expected = scan.refines.then_some(refined);
                if *lowest != expected || (scan.refines && scan.lowest + 1 != refined) {
                    return self.flaw("its scans do not follow each other", 0);
                }
                *lowest = Some(scan.lowest);
            }
        }
        Ok(())
    }

    /// What is missing at the end marker.
    fn finish(&self) -> Reading<()> {
        let mut lowest = self.components.iter().flat_map(|c| c.lowest);
        match lowest.all(|lowest| lowest == Some(0)) && !self.components.is_empty() {
            true => Ok(()),
            false => self.flaw("scans are missing before its end marker", 0),
        }
    }

    fn mcu(
        &mut self,
        scan: &Scan,
        (x, y): (usize, usize),
        bits: &mut Bits<'_>,
        decoded: &mut [i32],
        run: &mut usize,
    ) -> Result<(), &'static str> {
        for &(index, dc, ac) in &scan.of {
            let component = &mut self.components[index];
            let (h, v) = match scan.of.len() {
                1 => (1, 1),
                _ => component.sampling,
            };
            let table = &self.quantisation[component.quantisation];
            let tables = (self.codes[0][dc].as_ref(), self.codes[1][ac].as_ref());
            for block in 0..h * v {
                let at = (y * v + block / h) * component.stride + x * h + block % h;
                let mut none = 0;
                let set = component.set.get_mut(at).unwrap_or(&mut none);
                match (scan.refines, scan.band.0) {
                    (true, 0) => drop(bits.take(1)?),
                    (true, _) => refine(scan.band, set, bits, tables.1, run)?,
                    (false, first) => {
                        if first == 0 {
                            let code = bits.symbol(tables.0)?;
                            if code > 11 {
                                return Err("a step of brightness that none can be");
                            }
                            decoded[index] += bits.value(code)?;
                            let scale = table.first().copied().unwrap_or(1);
                            let value = (decoded[index] << scan.lowest).saturating_mul(scale);
                            if value.abs() > LARGEST_DC + 2 * (scale << scan.lowest) {
                                return Err("a brightness that no picture has");
                            }
                        }
                        let band = match self.is_progressive {
                            true if first == 0 => continue,
                            true => scan.band,
                            false => (1, 63),
                        };
                        coefficients(
                            band,
                            (table, scan.lowest),
                            set,
                            bits,
                            tables.1,
                            (self.is_progressive, &mut *run),
                        )?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Reads the coefficients of one block that a first scan brings.
fn coefficients(
    (first, last): (usize, usize),
    (table, lowest): (&[i32], u8),
    set: &mut u64,
    bits: &mut Bits<'_>,
    codes: Option<&Codes>,
    (has_runs, run): (bool, &mut usize),
) -> Result<(), &'static str> {
    if *run > 0 {
        *run -= 1;
        return Ok(());
    }
    let mut k = first;
    while k <= last {
        let code = bits.symbol(codes)?;
        let (zeros, length) = (usize::from(code >> 4), code & 15);
        match (zeros, length) {
            (15, 0) => k += 16,
            (0, 0) => return Ok(()),
            (_, 0) if has_runs => {
                *run = (1 << zeros) - 1 + bits.take(zeros as u32)? as usize;
                return Ok(());
            }
            (_, 0) | (_, 11..) => return Err("a code that no coefficient has"),
            _ => {
                k += zeros;
                if k > last {
                    break;
                }
                let scale = table.get(k).copied().unwrap_or(1);
                let value = (bits.value(length)? << lowest).saturating_mul(scale);
                if value.abs() > LARGEST_AC + 2 * (scale << lowest) {
                    return Err("a coefficient that no picture has");
                }
                *set |= 1 << k;
                k += 1;
                continue;
            }
        }
        if k > last {
            break;
        }
    }
    match k == last + 1 {
        true => Ok(()),
        false => Err("coefficients behind the end of a block"),
    }
}

/// Reads one more bit of the coefficients of one block.
fn refine(
    (first, last): (usize, usize),
    set: &mut u64,
    bits: &mut Bits<'_>,
    codes: Option<&Codes>,
    run: &mut usize,
) -> Result<(), &'static str> {
    let mut k = first;
    while *run == 0 && k <= last {
        let code = bits.symbol(codes)?;
        let (mut zeros, length) = (usize::from(code >> 4), code & 15);
        match length {
            0 if zeros < 15 => {
                *run = (1 << zeros) + bits.take(zeros as u32)? as usize;
                break;
            }
            0 => {}
            1 => drop(bits.take(1)?),
            _ => return Err("a code that no coefficient has"),
        }
        while k <= last {
            if *set >> k & 1 == 1 {
                bits.take(1)?;
            } else if zeros == 0 {
                break;
            } else {
                zeros -= 1;
            }
            k += 1;
        }
        if k > last {
            return Err("coefficients behind the end of a block");
        }
        *set |= u64::from(length) << k;
        k += 1;
    }
    if *run > 0 {
        for k in k..=last {
            if *set >> k & 1 == 1 {
                bits.take(1)?;
            }
        }
        *run -= 1;
    }
    Ok(())
}

impl Codes {
    /// `None` for more codes than there can be.
    fn new(counts: &[u8], symbols: &[u8]) -> Option<Codes> {
        let mut table = Vec::with_capacity(1 << 16);
        let mut symbols = symbols.iter();
        for (length, &count) in (1u8..).zip(counts) {
            for &symbol in symbols.by_ref().take(usize::from(count)) {
                table.resize(table.len() + (1 << (16 - length)), (length, symbol));
            }
        }
        (table.len() <= 1 << 16).then(|| {
            table.resize(1 << 16, (0, 0));
            Codes(table)
        })
    }
}

/// The bits of a scan, until a marker.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The next bits, the first highest, and their number.
    held: (u64, u32),
}

impl<'a> Bits<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Bits {
            bytes,
            at: 0,
            held: (0, 0),
        }
    }

    fn fill(&mut self) {
        while self.held.1 <= 56 {
            let byte = match self.bytes[self.at.min(self.bytes.len())..] {
                [0xFF, 0, ..] => {
                    self.at += 2;
                    0xFF
                }
                [0xFF, 0xFF, ..] => {
                    self.at += 1;
                    continue;
                }
                [0xFF, ..] | [] => return,
                [byte, ..] => {
                    self.at += 1;
                    byte
                }
            };
            self.held.0 |= u64::from(byte) << (56 - self.held.1);
            self.held.1 += 8;
        }
    }

    /// Whether no marker is ahead.
    fn is_at_end(&self) -> bool {
        matches!(self.bytes[self.at.min(self.bytes.len())..], [] | [0xFF])
    }

    fn take(&mut self, count: u32) -> Result<u64, &'static str> {
        if self.held.1 < count {
            self.fill();
        }
        if self.held.1 < count {
            return Err("a scan that ends before its blocks do");
        }
        if count == 0 {
            return Ok(0);
        }
        let bits = self.held.0 >> (64 - count);
        self.held.0 <<= count;
        self.held.1 -= count;
        Ok(bits)
    }

    fn symbol(&mut self, codes: Option<&Codes>) -> Result<u8, &'static str> {
        let codes = codes.ok_or("a Huffman table that is missing")?;
        if self.held.1 < 16 {
            self.fill();
        }
        let (length, symbol) = codes.0[(self.held.0 >> 48) as usize];
        if length == 0 {
            return Err(match self.held.1 {
                0..16 => "a scan that ends before its blocks do",
                _ => "a code that its table lacks",
            });
        }
        self.take(u32::from(length))?;
        Ok(symbol)
    }

    /// A signed value of so many bits.
    fn value(&mut self, length: u8) -> Result<i32, &'static str> {
        let bits = self.take(u32::from(length))? as i32;
        Ok(match length > 0 && bits >> (length - 1) == 0 {
            true => bits - (1 << length) + 1,
            false => bits,
        })
    }

    /// Whether anything but padding is left before the marker.
    fn rest(&mut self) -> bool {
        self.held.0 <<= self.held.1 % 8;
        self.held.1 -= self.held.1 % 8;
        loop {
            if self.held.0 != 0 {
                return true;
            }
            self.held = (0, 0);
            self.fill();
            if self.held.1 == 0 {
                return false;
            }
        }
    }

    /// Steps over the restart marker that is due.
    fn restart(&mut self, expected: u8) -> Result<(), &'static str> {
        if self.rest() {
            return Err("more blocks than a restart interval has");
        }
        match self.bytes[self.at.min(self.bytes.len())..] {
            [0xFF, marker, ..] if marker == expected => {
                self.at += 2;
                Ok(())
            }
            [0xFF, marker, ..] if RESTART.contains(&marker) => {
                Err("a restart marker that is not the next one")
            }
            _ => Err("a scan that ends before its blocks do"),
        }
    }
}
