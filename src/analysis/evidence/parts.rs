//! Rings of spectrograms without what does not change in time, and without the
//! data set's mean over time.

use crate::Result;
use crate::analysis::Representation;
use crate::analysis::laws::file_law;
use crate::analysis::plan::RunPlan;
use crate::compare::{DebiasedFit, SpectrumSums, rounding_floor};
use crate::planar::{Rapsd, RingDynamics, RingParts};

/// The representations whose rings have a dynamic part.
pub(super) const DYNAMIC: [Representation; 3] = [
    Representation::Magnitude,
    Representation::LogMagnitude,
    Representation::LogMel,
];

/// Sums over segments of the parts of one representation's rings.
pub(super) struct PartsInstrument {
    pub representation: Representation,
    plan: RingDynamics<f32>,
    parts: RingParts,
    /// Rings with cells that have a temporal frequency.
    rings: Vec<usize>,
    power: Vec<f64>,
    dynamic: SpectrumSums,
    dynamic_fit: Option<DebiasedFit>,
    centred: SpectrumSums,
    centred_fit: Option<DebiasedFit>,
}

impl PartsInstrument {
    /// `None` for representations without a dynamic part; without a `profile`
    /// nothing is centred.
    pub fn new(
        run: &RunPlan,
        representation: Representation,
        profile: Option<&[f64]>,
    ) -> Result<Option<Self>> {
        if !DYNAMIC.contains(&representation) {
            return Ok(None);
        }
        let (config, shape) = (&run.config, run.shape(representation));
        let Some((n_frames, n_rows)) = shape else {
            return Ok(None);
        };
        let mut plan = RingDynamics::new(n_frames, n_rows, config.radius)?;
        if let Some(profile) = profile {
            plan.set_profile(profile)?;
        }
        let counts = plan.dynamic_counts();
        let rings: Vec<usize> = (1..counts.len()).filter(|&ring| counts[ring] > 0).collect();
        let (frequency, log) = (plan.frequency().values(), plan.dynamic_log_frequency());
        let of_rings = |list: &[f64]| rings.iter().map(|&ring| list[ring]).collect::<Vec<_>>();
        let dof: Vec<u32> = rings.iter().map(|&ring| counts[ring]).collect();
        let dynamic_fit =
            DebiasedFit::new(&of_rings(&frequency), &of_rings(&log), &dof, config.fit);
        let fit = run.fits.get(&representation);
        Ok(Some(Self {
            representation,
            parts: plan.parts(),
            power: vec![0.0; rings.len()],
            dynamic: SpectrumSums::new(rings.len()),
            dynamic_fit: dynamic_fit.ok(),
            centred: SpectrumSums::new(counts.len() - 1),
            centred_fit: fit.filter(|_| profile.is_some()).cloned(),
            rings,
            plan,
        }))
    }

    pub fn clear(&mut self) {
        self.dynamic.clear();
        self.centred.clear();
    }

    /// Adds the segment whose plane `rapsd` processed last.
    pub fn measure(&mut self, rapsd: &Rapsd<f32>) -> Result<()> {
        self.plan.process_like(rapsd, &mut self.parts)?;
        let all = &self.parts.all[1..];
        let total: f64 = all.iter().sum();
        if !total.is_finite() || total == 0.0 {
            return Ok(());
        }
        let floor = rounding_floor::<f32>(all);
        for (power, &ring) in self.power.iter_mut().zip(&self.rings) {
            *power = self.parts.dynamic[ring];
        }
        self.dynamic.add(&self.power, floor);
        self.centred.add(&self.parts.centred[1..], floor);
        Ok(())
    }

    /// The exponents of the `dynamic` and the `centred` part.
    pub fn exponents(&self) -> [Option<f64>; 2] {
        [
            exponent(self.dynamic_fit.as_ref(), &self.dynamic),
            exponent(self.centred_fit.as_ref(), &self.centred),
        ]
    }
}

fn exponent(fit: Option<&DebiasedFit>, sums: &SpectrumSums) -> Option<f64> {
    if sums.n_segments == 0 {
        return None;
    }
    Some(file_law(fit?, &sums.mean_log_power(), sums.n_segments)?.alpha)
}
