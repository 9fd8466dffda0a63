//! Who asks: the name of the tool, and where its author can be reached.

use crate::error::Error;

/// What is sent as `User-Agent`. Wikimedia's wikis refuse requests without a contact, and others
/// are glad of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent(String);

impl Agent {
    /// A tool by its name, such as `TidyBot/2.1`, and a contact: an address of a page or of mail.
    ///
    /// # Errors
    /// [`Error::Agent`] when one of them is empty or cannot stand in a header.
    pub fn new(tool: &str, contact: &str) -> Result<Self, Error> {
        let (tool, contact) = (tool.trim(), contact.trim());
        let fits = |text: &str| {
            (1..=200).contains(&text.len())
                && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        };
        if !fits(tool) || !fits(contact) || contact.contains(['(', ')']) {
            return Err(Error::Agent);
        }
        Ok(Self(format!("{tool} ({contact}) daemun-client/{}", env!("CARGO_PKG_VERSION"))))
    }

    /// The header's value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_says_its_name_and_where_its_author_is() {
        let agent = Agent::new("TidyBot/2.1", "https://example.org/tidy").unwrap();
        assert!(
            agent.as_str().starts_with("TidyBot/2.1 (https://example.org/tidy) daemun-client/")
        );
        for (tool, contact) in [("", "me"), ("Tidy", ""), ("Ti\ndy", "me"), ("Tidy", "나")] {
            assert!(matches!(Agent::new(tool, contact), Err(Error::Agent)), "{tool} {contact}");
        }
    }
}
