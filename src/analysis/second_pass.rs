//! One more pass over sources, for what needs the sums of a first one.

use super::plan::RunPlan;
use super::run::{Measured, Progress, Study, Watch, run};
use crate::Result;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What a second pass over the sources takes, where they are at hand.
pub(super) struct SecondPass<'a> {
    /// That of the sources; none where they are not at hand.
    pub plan: Option<&'a RunPlan>,
    pub stop: &'a Arc<AtomicBool>,
    pub progress: &'a dyn Progress,
}

impl SecondPass<'_> {
    /// Runs one more study over all sources; `None` where they are not at hand.
    pub fn run<S: Study>(&self, study: &S) -> Result<Option<S::Sums>> {
        let plan = self.plan;
        plan.map(|plan| self.run_over(plan, study, |_| true))
            .transpose()
    }

    /// Runs a study over those of the sources of `plan` that are `wanted`.
    pub fn run_over<S: Study>(
        &self,
        plan: &RunPlan,
        study: &S,
        wanted: impl Fn(usize) -> bool,
    ) -> Result<S::Sums> {
        let watch = Watch {
            progress: self.progress,
            stop: self.stop,
            keep: &mut |_, _| Ok(()),
        };
        let measured = run(plan, study, wanted, Measured::nothing(study), watch)?;
        Ok(measured.sums)
    }
}
