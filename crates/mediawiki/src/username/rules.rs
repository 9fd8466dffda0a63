//! What a wiki's configuration says about names.

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
    /// Names and aliases of all namespaces but User, in English and in the content language, with
    /// spaces or underscores in any case: before a colon they make the title another page. The
    /// wiki's own name belongs here too, being the name of namespace Project.
    pub namespaces: Vec<String>,
    /// Names and aliases of namespace User, in English and in the content language: before a colon
    /// they are dropped.
    pub user_namespaces: Vec<String>,
    /// Interwiki prefixes: before a colon they make the title a page elsewhere.
    pub interwiki_prefixes: Vec<String>,
    /// `$wgAutoCreateTempUser`'s `reservedPattern`, with `$1` for any text: names that neither log
    /// in nor can be created.
    pub temporary_patterns: Vec<String>,
    /// `$wgOverrideUcfirstCharacters`, and what the content language does differently (Turkish: `i`
    /// to `İ`): a first letter and what it becomes.
    pub first_letters: Vec<(char, String)>,
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
            namespaces: list(&[
                "Media",
                "Special",
                "Talk",
                "User talk",
                "Project",
                "Project talk",
                "File",
                "File talk",
                "Image",
                "Image talk",
                "MediaWiki",
                "MediaWiki talk",
                "Template",
                "Template talk",
                "Help",
                "Help talk",
                "Category",
                "Category talk",
            ]),
            user_namespaces: list(&["User"]),
            interwiki_prefixes: Vec::new(),
            temporary_patterns: list(&["~2$1"]),
            first_letters: Vec::new(),
        }
    }
}

impl NameRules {
    /// The text with its first letter in upper case: Unicode's full mapping of one character, as
    /// PHP's `mb_strtoupper` has it (`ß` becomes `SS`), save where [`Self::first_letters`] says
    /// otherwise.
    pub fn upper_case_first(&self, text: &str) -> String {
        let mut characters = text.chars();
        let Some(first) = characters.next() else {
            return String::new();
        };
        let rest = characters.as_str();
        match self.first_letters.iter().find(|(letter, _)| *letter == first) {
            Some((_, upper)) => format!("{upper}{rest}"),
            None => first.to_uppercase().chain(rest.chars()).collect(),
        }
    }

    /// Whether a name is kept for temporary accounts.
    pub fn is_temporary(&self, name: &str) -> bool {
        self.temporary_patterns.iter().any(|pattern| {
            let (before, after) = pattern.split_once("$1").unwrap_or((pattern, ""));
            // Both ends must match without sharing a character.
            name.strip_prefix(before).is_some_and(|rest| rest.ends_with(after))
        })
    }

    pub(super) fn is_user_namespace(&self, prefix: &str) -> bool {
        is_among(prefix, &self.user_namespaces)
    }

    /// Whether a prefix leads to another namespace or another wiki.
    pub(super) fn is_elsewhere(&self, prefix: &str) -> bool {
        is_among(prefix, &self.namespaces) || is_among(prefix, &self.interwiki_prefixes)
    }
}

fn is_among(prefix: &str, names: &[String]) -> bool {
    let folded = fold(prefix);
    names.iter().any(|name| fold(name) == folded)
}

fn fold(name: &str) -> String {
    name.replace('_', " ").to_lowercase()
}
