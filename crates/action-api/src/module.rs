//! The declaration of a module: one table from which parsing, errors, help and paraminfo come.

use std::pin::Pin;

use daemun_auth::session::TokenType;
use daemun_auth::settings::Settings;

use crate::call::Call;
use crate::error::Failure;
use crate::params::Param;

/// Which parameter chooses a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// None: the main module.
    Main,
    /// `action`.
    Action,
    /// `format`.
    Format,
    /// `meta` of `action=query`.
    Meta,
    /// `list` of `action=query`.
    List,
    /// `prop` of `action=query`.
    Prop,
}

impl Group {
    /// The groups whose modules are parts of `action=query`.
    pub const OF_QUERY: [Self; 3] = [Self::Prop, Self::List, Self::Meta];

    /// The parameter's name.
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Main => "",
            Self::Action => "action",
            Self::Format => "format",
            Self::Meta => "meta",
            Self::List => "list",
            Self::Prop => "prop",
        }
    }
}

/// What running a module promises.
pub type Running<'c> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'c>>;

/// Runs a module.
pub type Run = for<'c, 'a> fn(&'c mut Call<'a>) -> Running<'c>;

/// The token that a module needs.
#[derive(Clone, Copy, Debug)]
pub struct NeedsToken {
    /// Its kind.
    pub kind: TokenType,
    /// The salt of the pages' own tokens, where those are accepted as well.
    pub web_salt: Option<&'static str>,
}

/// Whether one must be allowed to read the wiki.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// No: it must answer before a login, too.
    No,
    /// Yes.
    Yes,
    /// It depends on its parts, and the module sees to it itself.
    ByParts,
}

/// A module.
pub struct Module {
    /// Its name, the value of its group's parameter.
    pub name: &'static str,
    /// Which parameter chooses it.
    pub group: Group,
    /// What its parameters' names begin with.
    pub prefix: &'static str,
    /// MediaWiki's class, as `paraminfo` names it.
    pub class: &'static str,
    /// Whether it must be posted.
    pub must_be_posted: bool,
    /// Whether it writes.
    pub writes: bool,
    /// Whether it may change without notice.
    pub internal: bool,
    /// Whether one must be allowed to read the wiki.
    pub reads: Reads,
    /// The token it needs.
    pub token: Option<NeedsToken>,
    /// Its parameters in order, without the token.
    pub params: &'static [Param],
    /// The authentication action whose requests it answers, as `amirequestsfor` names it.
    pub dialogue: Option<&'static str>,
    /// Whether one should no longer use it on a wiki with these settings.
    pub deprecated: fn(&Settings) -> bool,
    /// The end of the key of its longer description, after `apihelp-PATH-`.
    pub extended_description: fn(&Settings) -> &'static str,
    /// Examples: a query string and the id of the message that explains it.
    pub examples: &'static [(&'static str, &'static str)],
    /// Where more is written about it.
    pub help_urls: &'static [&'static str],
    /// Runs it.
    pub run: Run,
}

impl Module {
    /// A module that only reads, to be completed.
    pub const fn new(group: Group, name: &'static str, class: &'static str, run: Run) -> Self {
        Self {
            name,
            group,
            prefix: "",
            class,
            must_be_posted: false,
            writes: false,
            internal: false,
            reads: Reads::Yes,
            token: None,
            params: &[],
            dialogue: None,
            deprecated: |_| false,
            extended_description: |_| "extended-description",
            examples: &[],
            help_urls: &[],
            run,
        }
    }

    /// A format, which has parameters but does not run.
    pub const fn format(name: &'static str, class: &'static str, params: &'static [Param]) -> Self {
        let mut module = Self::new(Group::Format, name, class, nothing);
        module.help_urls = &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Data_formats"];
        module.params = params;
        module
    }

    /// The main module, which holds the parameters of all requests.
    pub const fn main(params: &'static [Param]) -> Self {
        let mut module = Self::new(Group::Main, "main", "MediaWiki\\Api\\ApiMain", nothing);
        module.reads = Reads::No;
        module.params = params;
        module
    }

    /// Its path: `query+tokens`.
    pub fn path(&self) -> String {
        match self.group {
            Group::Main | Group::Action | Group::Format => self.name.to_owned(),
            Group::Meta | Group::List | Group::Prop => format!("query+{}", self.name),
        }
    }

    /// Whether it walks a dialogue of one or more steps.
    pub fn goes_in_steps(&self) -> bool {
        self.dialogue.is_some() && self.params.iter().any(|param| param.name == "continue")
    }

    /// Whether it takes fields that are declared nowhere: those of the requests it answers. What is
    /// removed has none.
    pub fn takes_fields(&self) -> bool {
        self.dialogue.is_some_and(|action| !matches!(action, "remove" | "unlink"))
    }

    /// All parameters, the token at the end.
    pub fn all_params(&self) -> Vec<Param> {
        let mut params = self.params.to_vec();
        if self.token.is_some() {
            params.push(Param::token());
        }
        params
    }
}

fn nothing<'c>(_: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async { Ok(()) })
}
