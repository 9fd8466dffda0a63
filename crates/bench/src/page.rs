//! `docs/benchmarks.md`.

use crate::rows::Row;

/// What a run has seen.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) machine: String,
    /// Which part of the processors others used before it began.
    pub(crate) busy: f64,
    pub(crate) rows: Vec<Row>,
    /// Lines of the table of crowds.
    pub(crate) crowds: Vec<String>,
}

const TEMPLATE: &str = include_str!("page.md");

impl Page {
    /// How quiet the machine was.
    pub(crate) fn noise(&self) -> String {
        format!("Other programs used {:.0} % of the processors before the run.", self.busy * 100.0)
    }

    pub(crate) fn text(&self) -> String {
        let lines: Vec<String> = self.rows.iter().map(Row::line).collect();
        let remarks = self.rows.iter().filter(|row| !row.remarks.is_empty()).map(|row| {
            let sentences: Vec<String> = row.remarks.iter().map(|r| format!("  - {r}")).collect();
            format!("- {}:\n{}", row.what, sentences.join("\n"))
        });
        TEMPLATE
            .replace("{machine}", &self.machine)
            .replace("{noise}", &self.noise())
            .replace("{lines}", &lines.join("\n"))
            .replace("{crowds}", &self.crowds.join("\n"))
            .replace("{remarks}", &remarks.collect::<Vec<_>>().join("\n"))
    }
}
