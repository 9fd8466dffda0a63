//! The declaration of a parameter, from which parsing, errors, help and paraminfo come.

use daemun_auth::Settings;

use crate::modules::Absent;

/// A parameter of a module.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name without the module's prefix.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// Whether it must be given.
    pub required: bool,
    /// What holds when it is not given.
    pub default: Option<&'static str>,
    /// Whether and how it takes several values.
    pub multi: Option<Multi>,
    /// Whether its value must not be logged or shown.
    pub sensitive: bool,
    /// Whether using it gives a warning.
    pub deprecated: bool,
    /// The message that explains it, where that is not `apihelp-<module>-param-<name>`.
    pub help: Option<&'static str>,
}

/// What a parameter's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A text that nobody may see.
    Password,
    /// Yes by being there.
    Boolean,
    /// A whole number, perhaps not below a limit; a lower one is raised with a warning.
    Integer {
        /// The least value.
        min: Option<i64>,
    },
    /// One of these, as spelled.
    OneOf(&'static [&'static str]),
    /// The name of a module of this group.
    Submodule(crate::module::Group),
    /// The name of a module of one of these groups; unlike a submodule it is not run.
    ModuleName(&'static [crate::module::Group]),
    /// A group of the wiki. Only the module can tell which there are, and drops others.
    UserGroup,
    /// A right of the wiki. Likewise.
    UserRight,
    /// A user, named in one of these ways: `name`, `temp`, `id`, `ip`.
    User(&'static [&'static str]),
    /// How many results; `max` stands for the most.
    Limit {
        /// The most that one may ask for.
        max: i64,
        /// The most with higher limits.
        high: i64,
    },
}

/// Several values in one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Multi {
    /// Most values for everybody.
    pub limit: usize,
    /// Most values with the right `apihighlimits`.
    pub high_limit: usize,
    /// The value that stands for all of them.
    pub all: Option<&'static str>,
}

impl Param {
    /// An optional parameter of a kind.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            required: false,
            default: None,
            multi: None,
            sensitive: matches!(kind, Kind::Password),
            deprecated: false,
            help: None,
        }
    }

    /// A text.
    pub const fn text(name: &'static str) -> Self {
        Self::new(name, Kind::Text)
    }

    /// A text that nobody may see.
    pub const fn password(name: &'static str) -> Self {
        Self::new(name, Kind::Password)
    }

    /// Yes by being there.
    pub const fn boolean(name: &'static str) -> Self {
        Self::new(name, Kind::Boolean)
    }

    /// A whole number.
    pub const fn integer(name: &'static str) -> Self {
        Self::new(name, Kind::Integer { min: None })
    }

    /// One of these values.
    pub const fn one_of(name: &'static str, values: &'static [&'static str]) -> Self {
        Self::new(name, Kind::OneOf(values))
    }

    /// The token of a module that needs one; always the last parameter.
    pub const fn token() -> Self {
        Self::text("token").required().sensitive().help("api-help-param-token")
    }

    /// Whether nothing holds when it is not given, and that is no error.
    pub(super) const fn is_nothing_unsent(&self) -> bool {
        matches!(self.kind, Kind::Boolean) || (self.default.is_none() && !self.required)
    }

    /// It must be given.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// What holds when it is not given.
    #[must_use]
    pub const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    /// It takes several values.
    #[must_use]
    pub const fn multi(mut self) -> Self {
        self.multi = Some(Multi { limit: 50, high_limit: 500, all: None });
        self
    }

    /// It takes several values, and `*` for all of them.
    #[must_use]
    pub const fn multi_or_all(mut self) -> Self {
        self.multi = Some(Multi { limit: 50, high_limit: 500, all: Some("*") });
        self
    }

    /// Using it gives a warning.
    #[must_use]
    pub const fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// Its value must not be logged or shown.
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The message that explains it.
    #[must_use]
    pub const fn help(mut self, key: &'static str) -> Self {
        self.help = Some(key);
        self
    }
}

impl Kind {
    /// The values that there are, in the order of their declaration, if there is a fixed choice.
    pub fn values(self, absent: Absent) -> Option<Vec<&'static str>> {
        let names = |groups: &[crate::module::Group]| {
            let modules = groups.iter().flat_map(|group| crate::modules::of_group(*group));
            modules.filter(|module| !absent.has(module)).map(|module| module.name).collect()
        };
        match self {
            Self::OneOf(values) => Some(values.to_vec()),
            Self::Submodule(group) => Some(names(&[group])),
            Self::ModuleName(groups) => Some(names(groups)),
            _ => None,
        }
    }

    /// Whether there is a fixed choice of values.
    pub fn is_choice(self) -> bool {
        matches!(self, Self::OneOf(_) | Self::Submodule(_) | Self::ModuleName(_))
    }

    /// The same value among them.
    pub fn find(self, value: &str, absent: Absent) -> Option<&'static str> {
        let in_group = |group| {
            let module = crate::modules::find(group, value);
            module.filter(|module| !absent.has(module)).map(|module| module.name)
        };
        match self {
            Self::OneOf(values) => values.iter().copied().find(|known| *known == value),
            Self::Submodule(group) => {
                in_group(group).or_else(|| crate::modules::internal_name(group, value))
            }
            Self::ModuleName(groups) => groups.iter().find_map(|group| in_group(*group)),
            _ => None,
        }
    }

    /// The same in alphabetical order, as they are shown, and those that these rules make.
    pub fn shown_values(self, settings: &Settings) -> Option<Vec<&str>> {
        let mut values: Vec<&str> = match self {
            Self::UserGroup => settings.rights.explicit_groups().collect(),
            Self::UserRight => settings.rights.known().into_iter().collect(),
            _ => self.values(Absent::by(settings))?,
        };
        values.sort_unstable();
        Some(values)
    }

    /// Those of a fixed choice in alphabetical order.
    pub fn sorted_values(self, absent: Absent) -> Option<Vec<&'static str>> {
        let mut values = self.values(absent)?;
        values.sort_unstable();
        Some(values)
    }
}
