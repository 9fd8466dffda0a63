//! How many lanes there are.

use std::fmt;

use crate::chain::Chain;
#[cfg(target_arch = "x86_64")]
use crate::{avx2, avx512, chain::Wide};

/// How many passwords one thread hashes at once. A value says that this processor can do it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Width(Means);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Means {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Detected),
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Detected),
}

impl Width {
    /// One after the other, which every processor can.
    pub const ONE: Self = Self(Means::Scalar);

    /// Every width that this processor has, narrowest first.
    pub fn available() -> Vec<Self> {
        let mut widths = vec![Self::ONE];
        #[cfg(target_arch = "x86_64")]
        {
            widths.extend(avx2::Detected::new().map(|detected| Self(Means::Avx2(detected))));
            widths.extend(avx512::Detected::new().map(|detected| Self(Means::Avx512(detected))));
        }
        widths
    }

    /// The width that does most in a time, which is the widest.
    pub fn best() -> Self {
        Self::available().pop().unwrap_or(Self::ONE)
    }

    /// The width of so many lanes, if this processor has it.
    pub fn of(lanes: usize) -> Option<Self> {
        Self::available().into_iter().find(|width| width.lanes() == lanes)
    }

    /// Jobs that a batch of this width holds: 1, 4 or 8.
    pub fn lanes(self) -> usize {
        match self.0 {
            Means::Scalar => 1,
            #[cfg(target_arch = "x86_64")]
            Means::Avx2(_) => avx2::LANES,
            #[cfg(target_arch = "x86_64")]
            Means::Avx512(_) => avx512::LANES,
        }
    }

    /// What computes it: `scalar`, `AVX2` or `AVX-512`.
    pub fn name(self) -> &'static str {
        match self.0 {
            Means::Scalar => "scalar",
            #[cfg(target_arch = "x86_64")]
            Means::Avx2(_) => "AVX2",
            #[cfg(target_arch = "x86_64")]
            Means::Avx512(_) => "AVX-512",
        }
    }

    /// How many chains it takes for the vectors to be faster than one chain after the other.
    ///
    /// Measured by `examples/speed.rs` (README, "Measured"): all lanes of AVX-512 take little more
    /// time than one chain alone, those of AVX2 as much as two.
    fn worth_it_from(self) -> usize {
        match self.0 {
            Means::Scalar => usize::MAX,
            #[cfg(target_arch = "x86_64")]
            Means::Avx2(_) => 3,
            #[cfg(target_arch = "x86_64")]
            Means::Avx512(_) => 2,
        }
    }

    /// Does rounds of all `chains`, no more than there are lanes, in the fastest way for so many.
    pub(crate) fn run<'c>(self, chains: impl ExactSizeIterator<Item = &'c mut Chain>, rounds: u32) {
        if chains.len() < self.worth_it_from() {
            return chains.for_each(|chain| chain.run(rounds));
        }
        match self.0 {
            Means::Scalar => chains.for_each(|chain| chain.run(rounds)),
            #[cfg(target_arch = "x86_64")]
            Means::Avx2(detected) => Wide::with(chains, |wide| detected.run(wide, rounds)),
            #[cfg(target_arch = "x86_64")]
            Means::Avx512(detected) => Wide::with(chains, |wide| detected.run(wide, rounds)),
        }
    }
}

impl fmt::Debug for Width {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.lanes(), self.name())
    }
}
