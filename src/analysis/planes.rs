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
            self.measurement.add(&self.power[1..]);
            self.measurement.outside_share += energy.outside_share;
            self.measurement.moments.add(&self.values);
        }
        Ok(1)
    }

    /// Measures every item of every array in a file.
    pub fn measure_arrays(&mut self, path: &Path, layout: Option<Layout>) -> Result<u64> {
        self.measurement.clear();
        let mut n_items = 0;
        for stack in read_arrays(path, layout)? {
            let shape = plane_shape(&stack);
            if shape != self.shape {
                let found = format!(
                    "{} has planes of {} x {}, but this analysis averages planes of {} x {} (the first array's)",
                    stack.name, shape.0, shape.1, self.shape.0, self.shape.1
                );
                return Err(Problem::NotArray { found }.at(path));
            }
            for item in stack.values.outer_iter() {
                n_items += 1;
                self.measure_item(item)?;
            }
        }
        Ok(n_items)
    }

    /// Power is averaged over the channels that vary.
    fn measure_item(&mut self, item: ndarray::ArrayView3<'_, f64>) -> Result<()> {
        self.power.fill(0.0);
        let mut outside_share = 0.0;
        let mut n_channels = 0.0;
        for channel in item.outer_iter() {
            self.values.clear();
            self.values.extend(channel.iter());
            if content(&self.values) == Content::Varied {
                let energy = self.rapsd.process(&self.values, &mut self.channel_power)?;
                for (sum, power) in self.power.iter_mut().zip(&self.channel_power) {
                    *sum += power;
                }
                outside_share += energy.outside_share;
                n_channels += 1.0;
            }
            self.measurement.moments.add(&self.values);
        }
        if n_channels == 0.0 {
            self.measurement.admits(Content::Constant);
            return Ok(());
        }
        for power in &mut self.power {
            *power /= n_channels;
        }
        self.measurement.add(&self.power[1..]);
        self.measurement.outside_share += outside_share / n_channels;
        Ok(())
    }
}

/// Rows and columns of an array's planes.
pub(super) fn plane_shape(stack: &ArrayStack) -> (usize, usize) {
    let (_, _, rows, cols) = stack.values.dim();
    (rows, cols)
}
