//! What is filled in: parameters of the API by their names, however they came.

use daemun_action_api::module::Group;
use daemun_action_api::params::RawParams;

/// What the names of the form's fields begin with, so that none of them is one of the page.
pub(super) const PREFIX: &str = "p-";

/// Between the name of a parameter and the number of a box that can be ticked.
const BOX: char = '|';

/// Parameters and their values, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filled(Vec<(String, String)>);

impl Filled {
    /// What the fields of the form hold. Boxes that are ticked are values of one parameter.
    pub(super) fn of_form(sent: &RawParams) -> Self {
        let mut filled = Self::default();
        for sent_name in sent.names() {
            let Some(name) = sent_name.strip_prefix(PREFIX) else { continue };
            // What has no name stands in no request.
            if name.is_empty() || name.starts_with(BOX) {
                continue;
            }
            let Some(value) = sent.text(sent_name).filter(|value| !value.is_empty()) else {
                continue;
            };
            match name.split_once(BOX) {
                Some((name, _)) => filled.add(name, &value),
                None => filled.set(name, value),
            }
        }
        filled
    }

    /// The parameters of a request as it stands in an address: `action=query&meta=tokens`.
    pub(super) fn of_query(query: &str) -> Self {
        let mut sent = RawParams::default();
        sent.query(query.as_bytes());
        let text = |name: &str| Some((name.to_owned(), sent.text(name)?));
        Self(sent.names().filter_map(text).collect())
    }

    /// The parameters that choose a module, given by its path: `query+tokens`.
    pub(super) fn of_module(path: &str) -> Self {
        let mut filled = Self::default();
        // A plus sign that was not encoded has become a space.
        let path = path.replace(' ', "+");
        let known = daemun_action_api::modules::by_path(&path);
        let Some(module) = known.filter(|module| module.group != Group::Main) else {
            return filled;
        };
        if path != module.name {
            filled.set("action", "query".to_owned());
        }
        filled.set(module.group.parameter(), module.name.to_owned());
        filled
    }

    /// A parameter's value; `None` where it is empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The values of a parameter that takes several.
    pub(super) fn values(&self, name: &str) -> Vec<&str> {
        self.get(name).map(|all| all.split('|').collect()).unwrap_or_default()
    }

    /// Whether nothing is filled in.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn set(&mut self, name: &str, value: String) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Sets what nobody has filled in.
    pub(super) fn set_default(&mut self, name: &str, value: &str) {
        if self.get(name).is_none() {
            self.set(name, value.to_owned());
        }
    }

    /// Keeps those whose names are wanted.
    pub(super) fn retain(&mut self, is_wanted: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| is_wanted(name));
    }

    fn add(&mut self, name: &str, value: &str) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => {
                known.push('|');
                known.push_str(value);
            }
            None => self.0.push((name.to_owned(), value.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(body: &str) -> Filled {
        let mut sent = RawParams::default();
        sent.form(body.as_bytes());
        Filled::of_form(&sent)
    }

    #[test]
    fn ticked_boxes_are_values_of_one_parameter() {
        let filled = form("p-action=query&p-meta%7C0=siteinfo&p-meta%7C4=tokens&p-from=&show=1");
        assert_eq!(filled.get("action"), Some("query"));
        assert_eq!(filled.values("meta"), ["siteinfo", "tokens"]);
        assert_eq!(filled.names().collect::<Vec<_>>(), ["action", "meta"]);
    }

    #[test]
    fn what_has_no_name_is_no_parameter() {
        let filled = form("p-=1&p-%7C0=2&p-a=3");
        assert_eq!(filled.names().collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn a_request_is_read_as_it_stands_in_an_address() {
        let filled = Filled::of_query("action=query&meta=tokens%7Cuserinfo&titles=A+b");
        assert_eq!(filled.values("meta"), ["tokens", "userinfo"]);
        assert_eq!(filled.get("titles"), Some("A b"));
    }

    #[test]
    fn a_module_is_chosen_by_its_path() {
        let of = |path: &str| {
            let filled = Filled::of_module(path);
            let one = |name: &str| Some((name.to_owned(), filled.get(name)?.to_owned()));
            filled.names().filter_map(one).collect::<Vec<_>>()
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(of("query tokens"), [pair("action", "query"), pair("meta", "tokens")]);
        assert_eq!(of("clientlogin"), [pair("action", "clientlogin")]);
        assert_eq!(of("xml"), [pair("format", "xml")]);
        assert!(of("main").is_empty() && of("nothing").is_empty());
    }
}
