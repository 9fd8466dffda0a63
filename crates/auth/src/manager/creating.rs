//! Making an account: the name, whether it may be made, its credentials, and then its row.

use daemun_mediawiki::email;
use daemun_mediawiki::username::{self, Rigor};
use daemun_messages::Message;
use daemun_store::{AddAccountError, NewAccount};
use serde::{Deserialize, Serialize};

use super::state::{self, Waiting};
use super::{AuthManager, Beginning, Preserved};
use crate::creation::{Creation, log_entry};
use crate::error::AuthError;
use crate::hashing::Paid;
use crate::providers::{Attempt, Notes, Part};
use crate::request::{Answer, AuthenticationRequest, answer_to, common_username};
use crate::response::AuthenticationResponse;
use crate::session::Session;

/// MediaWiki's id of the request for the address and the real name.
pub(super) const USER_DATA: &str = "MediaWiki\\Auth\\UserDataAuthenticationRequest";
/// MediaWiki's id of the request for the name of the account.
pub(super) const USERNAME: &str = "MediaWiki\\Auth\\UsernameAuthenticationRequest";
/// MediaWiki's id of the request for the reason.
pub(super) const REASON: &str = "MediaWiki\\Auth\\CreationReasonAuthenticationRequest";

/// Most characters of a real name: all that the table holds, in any script.
const LONGEST_NAME: usize = 85;
/// Most characters of a reason, as in MediaWiki.
const LONGEST_REASON: usize = 500;

/// An account's creation between two steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct CreationDialogue {
    pub(super) begun: i64,
    pub(super) requests: Vec<AuthenticationRequest>,
    return_to: Option<String>,
    /// The primary provider that has asked something.
    provider: String,
    notes: Notes,
    creation: Creation,
}

impl Waiting for CreationDialogue {
    const KEY: &'static str = state::CREATION;

    fn begun(&self) -> i64 {
        self.begun
    }
}

impl AuthManager {
    /// Begins to make an account. `forbidden`: why this user may make none.
    ///
    /// # Errors
    /// As for [`Self::begin`].
    pub async fn begin_account_creation(
        &self,
        session: &mut Session,
        beginning: Beginning<'_>,
        forbidden: Option<Message>,
    ) -> Result<AuthenticationResponse, AuthError> {
        let Beginning { answers, return_to, paid: Paid { place, .. }, preserve, .. } = beginning;
        let _place = match place {
            Some(place) => place,
            None => self.environment.hasher.place(session.user().address())?,
        };
        let preserved = if preserve { self.preserved(session) } else { Preserved::default() };
        let username = match (common_username(answers), forbidden) {
            (None, _) => Err(Message::new("noname")),
            (Some(_), Some(message)) => Err(message),
            (Some(typed), None) => self.creatable(typed).await?,
        };
        let username = match username {
            Ok(username) => username,
            Err(message) => return self.creation_failed(session, message).await,
        };
        let creation = match new_creation(session, answers, username, &preserved) {
            Ok(creation) => creation,
            Err(message) => return self.creation_failed(session, message).await,
        };
        let name = Some(creation.username.clone());
        let mut attempt = self.attempt(session, answers, name, Notes::default());
        if let Some(message) = self.test_account_creation(&mut attempt, &creation).await? {
            return self.creation_failed(attempt.session, message).await;
        }
        let dialogue = CreationDialogue {
            begun: self.environment.clock.now().0,
            requests: Vec::new(),
            return_to,
            provider: String::new(),
            notes: Notes::default(),
            creation,
        };
        self.continue_creation(attempt, dialogue).await
    }

    /// Goes on to make the account that the session is about to make.
    ///
    /// # Errors
    /// As for [`Self::begin`].
    pub async fn resume_account_creation(
        &self,
        session: &mut Session,
        answers: &[Answer],
        forbidden: Option<Message>,
    ) -> Result<AuthenticationResponse, AuthError> {
        let _place = self.environment.hasher.place(session.user().address())?;
        let Some(mut dialogue) = self.pending::<CreationDialogue>(session) else {
            let message = Message::new("authmanager-create-not-in-progress");
            return self.creation_failed(session, message).await;
        };
        let creator = creator(session);
        let refused = match forbidden {
            Some(message) => Some(message),
            // Somebody else is in by now.
            None if creator != dialogue.creation.creator => {
                Some(Message::new("authmanager-create-not-in-progress"))
            }
            None => self.taken(&dialogue.creation.username).await?,
        };
        if let Some(message) = refused {
            return self.creation_failed(session, message).await;
        }
        let notes = std::mem::take(&mut dialogue.notes);
        let name = Some(dialogue.creation.username.clone());
        let attempt = self.attempt(session, answers, name, notes);
        self.continue_creation(attempt, dialogue).await
    }

    /// Signs somebody in to the account that this very request has made for them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sign_in_new_account(
        &self,
        session: &mut Session,
        username: &str,
    ) -> Result<(), AuthError> {
        let now = self.environment.clock.now();
        match self.environment.store.accounts.by_name(username, now).await? {
            Some(account) => self.sessions.log_in(session, account, false).await,
            None => Ok(()),
        }
    }

    async fn continue_creation(
        &self,
        mut attempt: Attempt<'_>,
        mut dialogue: CreationDialogue,
    ) -> Result<AuthenticationResponse, AuthError> {
        attempt.return_to.clone_from(&dialogue.return_to);
        let (provider, part) = self.primary_creation(&mut attempt, &mut dialogue).await?;
        dialogue.provider = provider;
        match part {
            Part::Abstain => {
                let message = Message::new("authmanager-create-no-primary");
                self.creation_failed(attempt.session, message).await
            }
            Part::Fail(message) => self.creation_failed(attempt.session, message).await,
            Part::Ui(requests, message) => {
                dialogue.requests.clone_from(&requests);
                self.creation_waits(attempt, dialogue).await?;
                Ok(AuthenticationResponse::Ui { requests, message, reason: None })
            }
            Part::Redirect(target, data, requests) => {
                dialogue.requests.clone_from(&requests);
                self.creation_waits(attempt, dialogue).await?;
                Ok(AuthenticationResponse::Redirect { target, data, requests })
            }
            Part::Done => self.make(attempt, &dialogue).await,
        }
    }

    async fn primary_creation(
        &self,
        attempt: &mut Attempt<'_>,
        dialogue: &mut CreationDialogue,
    ) -> Result<(String, Part), AuthError> {
        let creation = &mut dialogue.creation;
        // What a RESTART left has been proved already.
        if let Some(external) = creation.external.as_ref().filter(|_| dialogue.provider.is_empty())
        {
            return Ok((external.provider.clone(), Part::Done));
        }
        for provider in &self.providers.primary {
            let part = match dialogue.provider.as_str() {
                "" => provider.begin_account_creation(attempt, creation).await?,
                id if id == provider.id() => {
                    provider.resume_account_creation(attempt, creation).await?
                }
                _ => continue,
            };
            if !matches!(part, Part::Abstain) {
                return Ok((provider.id().to_owned(), part));
            }
        }
        Ok((String::new(), Part::Abstain))
    }

    async fn creation_waits(
        &self,
        attempt: Attempt<'_>,
        mut dialogue: CreationDialogue,
    ) -> Result<(), AuthError> {
        dialogue.notes = attempt.notes;
        self.keep(attempt.session, &dialogue).await?;
        self.preserve(attempt.session, None).await
    }

    /// The canonical form of a name that a new account can have. Names that are taken are told first,
    /// also those that no new account could have.
    async fn creatable(&self, typed: &str) -> Result<Result<String, Message>, AuthError> {
        let names = &self.environment.settings.names;
        if let Some(name) = username::canonical(typed, Rigor::Usable, names)
            && let Some(message) = self.taken(&name).await?
        {
            return Ok(Err(message));
        }
        let name = username::canonical(typed, Rigor::Creatable, names);
        Ok(name.ok_or_else(|| Message::new("noname")))
    }

    /// Why nobody can have this name any more.
    async fn taken(&self, name: &str) -> Result<Option<Message>, AuthError> {
        let now = self.environment.clock.now();
        let account = self.environment.store.accounts.by_name(name, now).await?;
        Ok(account.map(|_| Message::new("userexists")))
    }

    /// What the providers have against it; the first that objects is heard.
    async fn test_account_creation(
        &self,
        attempt: &mut Attempt<'_>,
        creation: &Creation,
    ) -> Result<Option<Message>, AuthError> {
        for provider in &self.providers.pre {
            if let Some(message) = provider.test_for_account_creation(attempt, creation).await? {
                return Ok(Some(message));
            }
        }
        for provider in &self.providers.primary {
            let problems = provider.test_for_account_creation(attempt, creation).await?;
            if !problems.is_empty() {
                return Ok(Some(Message::bullets(problems)));
            }
        }
        for provider in &self.providers.secondary {
            if let Some(message) = provider.test_for_account_creation(attempt, creation).await? {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    /// Writes the account's row, and tells the providers.
    async fn make(
        &self,
        mut attempt: Attempt<'_>,
        dialogue: &CreationDialogue,
    ) -> Result<AuthenticationResponse, AuthError> {
        let CreationDialogue { creation, provider, .. } = dialogue;
        let now = self.environment.clock.now();
        let mut new = NewAccount {
            name: creation.username.clone(),
            password: creation.password.clone(),
            new_password: creation.new_password.clone().map(|hash| (hash, now)),
            token: self.environment.random.hex32(),
            email: creation.email.clone(),
            real_name: creation.real_name.clone(),
            registration: now,
            ..NewAccount::default()
        };
        let primary = self.providers.primary.iter().find(|known| known.id() == provider);
        if let (Some(primary), Some(external)) = (primary, &creation.external) {
            primary.complete_row(&attempt, Some(external), &mut new);
        }
        let (action, performer) = match &creation.creator {
            _ if creation.by_email => ("byemail", creation.creator.clone()),
            Some(_) => ("create2", creation.creator.clone()),
            None => ("create", None),
        };
        let performer = performer.unwrap_or_else(|| (0, new.name.clone()));
        let by = (performer.0, performer.1.as_str());
        let entry = log_entry(&self.environment, action, &new.name, by, &creation.reason);
        match self.environment.store.accounts.add(&new, Some(&entry)).await {
            Ok(_) => {}
            Err(AddAccountError::NameTaken) => {
                return self.creation_failed(attempt.session, Message::new("userexists")).await;
            }
            Err(AddAccountError::LinkTaken) => {
                let message = Message::new("daemun-openid-linked-elsewhere");
                return self.creation_failed(attempt.session, message).await;
            }
            Err(AddAccountError::Store(error)) => return Err(error.into()),
        }
        self.drop_state(attempt.session, state::CREATION).await?;
        self.preserve(attempt.session, None).await?;
        attempt.account_changed();
        let Some(account) = attempt.current_account(&new.name).await? else {
            return Ok(AuthenticationResponse::fail("authmanager-create-no-primary"));
        };
        match (&creation.external, primary) {
            (Some(external), Some(primary)) => {
                if let Some(problem) = primary.link(&self.environment, &account, external).await? {
                    tracing::warn!(key = %problem.key, "a new account was not linked");
                }
            }
            (None, Some(primary)) => primary.account_created(&mut attempt, &account).await?,
            (_, None) => {}
        }
        for secondary in &self.providers.secondary {
            secondary.account_created(&mut attempt, creation, &account).await?;
        }
        let (username, user_id) = (account.name, account.id);
        Ok(AuthenticationResponse::Pass { username, user_id })
    }

    async fn creation_failed(
        &self,
        session: &mut Session,
        message: Message,
    ) -> Result<AuthenticationResponse, AuthError> {
        self.drop_state(session, state::CREATION).await?;
        self.preserve(session, None).await?;
        Ok(AuthenticationResponse::refusal(message))
    }
}

fn creator(session: &Session) -> Option<(u64, String)> {
    session.user().account().map(|account| (account.id, account.name.clone()))
}

fn new_creation(
    session: &Session,
    answers: &[Answer],
    username: String,
    preserved: &Preserved,
) -> Result<Creation, Message> {
    let data = answer_to(answers, USER_DATA);
    let text = |name| data.and_then(|data| data.text(name)).unwrap_or_default().trim().to_owned();
    let address = text("email");
    if !address.is_empty() && !email::is_valid(&address) {
        return Err(Message::new("invalidemailaddress"));
    }
    let cut = |text: &str, most: usize| -> String {
        text.chars().filter(|c| !c.is_control()).take(most).collect()
    };
    let reason = answer_to(answers, REASON).and_then(|answer| answer.text("reason"));
    Ok(Creation {
        username,
        creator: creator(session),
        email: address,
        real_name: cut(&text("realname"), LONGEST_NAME),
        reason: cut(reason.unwrap_or_default(), LONGEST_REASON),
        password: String::new(),
        new_password: None,
        by_email: false,
        external: preserved.external.clone(),
    })
}
