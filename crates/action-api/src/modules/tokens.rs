//! `meta=tokens` (<https://www.mediawiki.org/wiki/API:Tokens>).

use daemun_auth::session::TokenType;

use crate::call::Call;
use crate::error::ApiError;
use crate::module::{Group, Module, Reads, Running};
use crate::params::Param;
use crate::value::Object;

/// The kinds of tokens, for parameters that choose one.
pub(super) const TYPES: &[&str] =
    &["createaccount", "csrf", "login", "patrol", "rollback", "userrights", "watch"];

pub(super) static MODULE: Module = Module {
    params: &[Param::one_of("type", TYPES).default("csrf").multi_or_all()],
    reads: Reads::No,
    examples: &[
        ("action=query&meta=tokens", "apihelp-query+tokens-example-simple"),
        ("action=query&meta=tokens&type=watch|patrol", "apihelp-query+tokens-example-types"),
    ],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Tokens"],
    ..Module::new(Group::Meta, "tokens", "MediaWiki\\Api\\ApiQueryTokens", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        if call.presentation.lacks_same_origin_security {
            let warning = ApiError::of("apiwarn-tokens-origin").code("tokens-origin");
            call.output.warn(&call.module.path(), warning);
            return Ok(());
        }
        let kinds: Vec<TokenType> = call
            .values
            .list("type")
            .unwrap_or_default()
            .iter()
            .filter_map(|name| TokenType::from_name(name))
            .collect();
        let mut tokens = Object::new();
        for kind in kinds {
            let token = call.token(kind).await?;
            tokens.set([kind.name(), "token"].concat(), token);
        }
        call.output.set_in("query", "tokens", tokens);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_offered_are_the_types_there_are() {
        let all: Vec<&str> = TokenType::ALL.iter().map(|(_, name)| *name).collect();
        assert_eq!(TYPES, all);
    }
}
