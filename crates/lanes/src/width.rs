//! How many lanes there are.

use std::fmt;

#[cfg(target_arch = "x86_64")]
use crate::{avx2, avx512};

/// How many passwords one thread hashes at once. A value says that this processor can do it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Width(pub(crate) Means);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Means {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    One(avx512::Avx512),
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Avx512),
}

impl Width {
    /// One after the other, in the way that every processor can.
    pub const ONE: Self = Self(Means::Scalar);

    /// Every width that this processor has, narrowest first, and of those with one lane the
    /// faster last.
    pub fn available() -> Vec<Self> {
        #[cfg(target_arch = "x86_64")]
        let wider = [
            avx512::Avx512::detect().map(|avx512| Self(Means::One(avx512))),
            avx2::Avx2::detect().map(|avx2| Self(Means::Avx2(avx2))),
            avx512::Avx512::detect().map(|avx512| Self(Means::Avx512(avx512))),
        ];
        #[cfg(not(target_arch = "x86_64"))]
        let wider: [Option<Self>; 0] = [];
        std::iter::once(Self::ONE).chain(wider.into_iter().flatten()).collect()
    }

    /// The width that does most in a time, which is the widest.
    pub fn best() -> Self {
        Self::available().pop().unwrap_or(Self::ONE)
    }

    /// The fastest width of so many lanes, if this processor has one.
    pub fn of(lanes: usize) -> Option<Self> {
        Self::available().into_iter().rfind(|width| width.lanes() == lanes)
    }

    /// Lanes of SHA-512: 1, 4 or 8.
    pub fn lanes(self) -> usize {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Means::Avx2(_) => avx2::sha512::LANES,
            #[cfg(target_arch = "x86_64")]
            Means::Avx512(_) => avx512::sha512::LANES,
            _ => 1,
        }
    }

    /// What computes it: `scalar`, `AVX2`, or `AVX-512` with one lane or with eight.
    pub fn name(self) -> &'static str {
        match self.0 {
            Means::Scalar => "scalar",
            #[cfg(target_arch = "x86_64")]
            Means::Avx2(_) => "AVX2",
            #[cfg(target_arch = "x86_64")]
            Means::One(_) | Means::Avx512(_) => "AVX-512",
        }
    }
}

impl fmt::Debug for Width {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.lanes(), self.name())
    }
}
