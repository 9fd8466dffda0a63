//! Parameters of a request.

use form_urlencoded::Serializer;
use zeroize::Zeroizing;

/// Names and values, in order; any of them may be a secret.
#[derive(Clone, Default)]
pub(crate) struct Params(Vec<(String, Zeroizing<String>)>);

impl Params {
    pub(crate) fn of(pairs: &[(&str, &str)]) -> Self {
        let pairs = pairs.iter();
        Self(
            pairs
                .map(|(name, value)| ((*name).to_owned(), Zeroizing::new((*value).to_owned())))
                .collect(),
        )
    }

    /// Adds one.
    pub(crate) fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), Zeroizing::new(value.to_owned())));
    }

    /// Adds one unless it is there.
    pub(crate) fn or(&mut self, name: &str, value: &str) {
        if !self.0.iter().any(|(known, _)| known == name) {
            self.push(name, value);
        }
    }

    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// As a form or a query. A token's `+` becomes `%2B`.
    pub(crate) fn encoded(&self) -> Zeroizing<String> {
        Zeroizing::new(Serializer::new(String::new()).extend_pairs(self.pairs()).finish())
    }
}
