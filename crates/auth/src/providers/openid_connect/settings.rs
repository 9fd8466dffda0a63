//! What is set of OpenID providers.

use std::fmt;

use zeroize::Zeroizing;

/// All providers, and where they send people back to.
#[derive(Clone, Debug, Default)]
pub struct OpenIdSettings {
    /// The providers, in the order of their buttons.
    pub providers: Vec<OpenIdProvider>,
    /// The address of `Special:OpenIDConnectReturn`.
    pub return_url: String,
    /// Whether nobody who is in may link or unlink by themselves, as with PluggableAuth.
    pub without_linking: bool,
}

impl OpenIdSettings {
    /// The provider of this name.
    pub fn named(&self, name: &str) -> Option<&OpenIdProvider> {
        self.providers.iter().find(|provider| provider.name == name)
    }

    /// The provider of this issuer.
    pub fn of_issuer(&self, issuer: &str) -> Option<&OpenIdProvider> {
        self.providers.iter().find(|provider| provider.issuer == issuer)
    }

    /// What stands behind the return page's title for a provider: its name, where there are
    /// several, so that none can answer for another.
    pub fn return_path<'a>(&self, provider: &'a OpenIdProvider) -> Option<&'a str> {
        (self.providers.len() > 1).then_some(provider.name.as_str())
    }

    /// The `redirect_uri` that is registered with a provider.
    pub fn redirect_uri(&self, provider: &OpenIdProvider) -> String {
        match self.return_path(provider) {
            Some(name) => format!("{}/{name}", self.return_url),
            None => self.return_url.clone(),
        }
    }
}

/// One OpenID provider. Fields name the keys of PluggableAuth and OpenID Connect that mean the same.
#[derive(Clone)]
pub struct OpenIdProvider {
    /// What it is called in the configuration: part of addresses, so ASCII letters, digits and
    /// `-`.
    pub name: String,
    /// Its identity (`providerURL`), with which what it signs must agree to the letter.
    pub issuer: String,
    /// What this wiki is called there (`clientID`).
    pub client_id: String,
    /// The secret shared with it (`clientsecret`); `None` for a public client.
    pub client_secret: Option<Zeroizing<String>>,
    /// What is asked for (`scope`).
    pub scopes: Vec<String>,
    /// The text of its button (`buttonLabelMessage`).
    pub label: String,
    /// The claim that gives new accounts their names (`preferred_username`).
    pub name_claim: String,
    /// Whether whoever has no account here gets one at the first login.
    pub creates_accounts: bool,
    /// Whether an account with the same confirmed address is taken to be the same person's, once
    /// its password confirms that (`MigrateUsersByEmail`).
    pub maps_by_email: bool,
    /// The same for an account of the same name (`MigrateUsersByUserName`).
    pub maps_by_name: bool,
    /// The claim that lists groups; a dot leads into an object (`groupAttributeName`).
    pub group_claim: String,
    /// Groups of this wiki, each with the values of the claim that give it (`map`). No other group
    /// is ever given or taken.
    pub groups: Vec<(String, Vec<String>)>,
    /// Hosts, with a port where it is not the usual one, to which any browser is sent on without
    /// being asked.
    pub return_hosts: Vec<String>,
}

impl OpenIdProvider {
    /// A provider with the usual settings.
    pub fn new(name: &str, issuer: &str, client_id: &str) -> Self {
        Self {
            name: name.to_owned(),
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: None,
            scopes: ["openid", "profile", "email"].map(str::to_owned).to_vec(),
            label: name.to_owned(),
            name_claim: "preferred_username".to_owned(),
            creates_accounts: false,
            maps_by_email: false,
            maps_by_name: false,
            group_claim: "groups".to_owned(),
            groups: Vec::new(),
            return_hosts: Vec::new(),
        }
    }

    /// The host of its issuer, for people.
    pub fn host(&self) -> String {
        let url = url::Url::parse(&self.issuer).ok();
        url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

impl fmt::Debug for OpenIdProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenIdProvider")
            .field("name", &self.name)
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
