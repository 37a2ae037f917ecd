use super::measurement::{Content, Measurement, content};
use super::setup::Frame;
use crate::decode::{ArrayStack, Layout, green_plane, read_arrays};
use crate::planar::{Radius, Rapsd};
use crate::{Problem, Result};
use std::path::Path;

/// Measures planes of one shape: photos, or the items of arrays.
pub(super) struct PlaneChain {
    shape: (usize, usize),
    rapsd: Rapsd<f64>,
    values: Vec<f64>,
    power: Vec<f64>,
    channel_power: Vec<f64>,
    measurement: Measurement,
}

impl PlaneChain {
    /// For square photos.
    pub fn photos(side: usize, frame: &Frame) -> Result<Self> {
        Self::new((side, side), Radius::Frequency, frame)
    }

    pub fn new(shape: (usize, usize), radius: Radius, frame: &Frame) -> Result<Self> {
        let rapsd = Rapsd::new(shape.0, shape.1, radius)?;
        let n_rings = rapsd.table().n_rings();
        Ok(Self {
            shape,
            rapsd,
            values: Vec::with_capacity(shape.0 * shape.1),
            power: vec![0.0; n_rings],
            channel_power: vec![0.0; n_rings],
            measurement: frame.measurement(),
        })
    }

    /// The measurement of the source that was measured last.
    pub fn measurement(&self) -> &Measurement {
        &self.measurement
    }

    /// Measures the centre crop of a photo.
    pub fn measure_photo(&mut self, path: &Path) -> Result<u64> {
        self.measurement.clear();
        let plane = green_plane(path, self.shape.0)?;
        self.values.clear();
        self.values.extend(plane.values.iter());
        if self.measurement.admits(content(&self.values)) {
            let energy = self.rapsd.process(&self.values, &mut self.power)?;
            let power = &self.power[1..];
            self.measurement
                .add(&self.values, power, energy.outside_share);
        }
        Ok(1)
    }

    /// Measures every item of every array in a file.
    ///
    /// Returns the number of items and the layout that was assumed.
    pub fn measure_arrays(&mut self, path: &Path, layout: Option<Layout>) -> Result<(u64, Layout)> {
        self.measurement.clear();
        let mut n_items = 0;
        let mut assumed = Layout::Hw;
        for stack in read_arrays(path, layout)? {
            assumed = stack.layout;
            let shape = plane_shape(&stack);
            if shape != self.shape {
                let found = format!(
                    "{} has planes of {} x {}, but this analysis averages planes of {} x {} (the most common)",
                    stack.name, shape.0, shape.1, self.shape.0, self.shape.1
                );
                return Err(Problem::NotArray { found }.at(path));
            }
            for item in stack.values.outer_iter() {
                n_items += 1;
                self.measure_item(item)?;
            }
        }
        Ok((n_items, assumed))
    }

    /// Power is averaged over all channels, constant ones included; an item
    /// whose channels are all constant is left out.
    fn measure_item(&mut self, item: ndarray::ArrayView3<'_, f64>) -> Result<()> {
        let n_channels = item.dim().0 as f64;
        let mut varies = false;
        let mut outside_share = 0.0;
        self.power.fill(0.0);
        self.values.clear();
        for channel in item.outer_iter() {
            let start = self.values.len();
            self.values.extend(channel.iter());
            let values = &self.values[start..];
            varies |= content(values) == Content::Varied;
            let energy = self.rapsd.process(values, &mut self.channel_power)?;
            for (sum, power) in self.power.iter_mut().zip(&self.channel_power) {
                *sum += power / n_channels;
            }
            outside_share += energy.outside_share / n_channels;
        }
        let content = match varies {
            true => Content::Varied,
            false => Content::Constant,
        };
        if self.measurement.admits(content) {
            self.measurement
                .add(&self.values, &self.power[1..], outside_share);
        }
        Ok(())
    }
}

/// Rows and columns of an array's planes.
pub(super) fn plane_shape(stack: &ArrayStack) -> (usize, usize) {
    let (_, _, rows, cols) = stack.values.dim();
    (rows, cols)
}
