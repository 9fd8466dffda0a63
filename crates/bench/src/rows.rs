//! The rows of the table, a file for those that share a server.

pub(crate) mod accounts;
pub(crate) mod crowds;
pub(crate) mod logins;
pub(crate) mod mediawiki;
pub(crate) mod pages;
pub(crate) mod requests;
pub(crate) mod start;

use crate::statistics::{Rounds, short};

/// What a figure is to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Aim {
    AtLeast(f64),
    AtMost(f64),
}

/// One line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What is measured.
    pub(crate) what: String,
    /// Ours.
    pub(crate) ours: String,
    /// What it is compared to; empty where it stands alone.
    pub(crate) theirs: String,
    /// What the aim is about: a quotient, or a figure with its unit.
    pub(crate) figure: Rounds,
    /// After the figure: `×`, `MB`.
    pub(crate) unit: &'static str,
    /// The aim.
    pub(crate) aim: Aim,
    /// What else was seen, a sentence each.
    pub(crate) remarks: Vec<String>,
}

impl Row {
    pub(crate) fn is_met(&self) -> bool {
        match self.aim {
            Aim::AtLeast(least) => self.figure.median() >= least,
            Aim::AtMost(most) => self.figure.median() <= most,
        }
    }

    /// As a line of a table.
    pub(crate) fn line(&self) -> String {
        let Self { what, ours, theirs, figure, unit, .. } = self;
        let (sign, aim) = match self.aim {
            Aim::AtLeast(least) => ("≥", least),
            Aim::AtMost(most) => ("≤", most),
        };
        let verdict = if self.is_met() { "met" } else { "**not met**" };
        let aim = if aim.fract() == 0.0 { format!("{aim:.0}") } else { short(aim) };
        format!(
            "| {what} | {ours} | {theirs} | {figure} {unit} | {sign} {aim} {unit} | {verdict} |"
        )
    }
}
