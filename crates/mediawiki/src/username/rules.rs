//! What a wiki's configuration says about names.

use crate::title::TitleRules;

/// The settings that decide which names are good. The default is that of an English MediaWiki 1.45
/// without interwiki prefixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameRules {
    /// `$wgMaxNameChars`: longest name in bytes of UTF-8. No more than 255, a title's limit.
    pub max_bytes: usize,
    /// `$wgReservedUsernames`, its `msg:` entries already resolved in the content language.
    pub reserved: Vec<String>,
    /// `$wgInvalidUsernameCharacters`: characters that no new account may have.
    pub invalid_characters: String,
    /// How titles are read: a name is the title of its page. The wiki's own name belongs here, being
    /// the name of namespace Project.
    pub titles: TitleRules,
    /// `$wgAutoCreateTempUser`'s `reservedPattern`, with `$1` for any text: names that neither log
    /// in nor can be created.
    pub temporary_patterns: Vec<String>,
}

impl Default for NameRules {
    fn default() -> Self {
        let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Self {
            max_bytes: 255,
            reserved: list(&[
                "MediaWiki default",
                "Conversion script",
                "Maintenance script",
                "Template namespace initialisation script",
                "ScriptImporter",
                "Delete page script",
                "Move page script",
                "Command line script",
                "Unknown user",
                "Redirect fixer",
                "System messenger",
                "Proxy blocker",
                "DNSBL",
                "MediaWiki spam cleanup",
                "MediaWiki automatic change",
            ]),
            invalid_characters: "@:>=".to_owned(),
            titles: TitleRules::default(),
            temporary_patterns: list(&["~2$1"]),
        }
    }
}

impl NameRules {
    /// Whether a name is kept for temporary accounts.
    pub fn is_temporary(&self, name: &str) -> bool {
        self.temporary_patterns.iter().any(|pattern| {
            let (before, after) = pattern.split_once("$1").unwrap_or((pattern, ""));
            // Both ends must match without sharing a character.
            name.strip_prefix(before).is_some_and(|rest| rest.ends_with(after))
        })
    }
}
