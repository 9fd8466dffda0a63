//! Prefixes that no account's name may begin with, because they lead to other pages.

use daemun_action_api::Site;
use daemun_mediawiki::username::NameRules;

/// MediaWiki's Korean names of namespaces but User, from its `MessagesKo.php`.
const KOREAN: [&str; 19] = [
    "미디어",
    "특수",
    "특",
    "토론",
    "사용자토론",
    "프로젝트",
    "프로젝트토론",
    "파일",
    "파일토론",
    "그림",
    "그림토론",
    "미디어위키",
    "미디어위키토론",
    "틀",
    "틀토론",
    "도움말",
    "도움말토론",
    "분류",
    "분류토론",
];

/// Adds the names that come from the site's own name and language.
pub(super) fn add_namespaces(rules: &mut NameRules, site: &Site) {
    let korean = site.language.code() == "ko";
    let talk = if korean { format!("{}토론", site.name) } else { format!("{} talk", site.name) };
    rules.namespaces.extend([site.name.clone(), talk]);
    if korean {
        rules.namespaces.extend(KOREAN.iter().map(|&name| name.to_owned()));
        rules.user_namespaces.push("사용자".to_owned());
    }
}
