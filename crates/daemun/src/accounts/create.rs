//! New accounts.

use daemun_auth::Environment;
use daemun_mediawiki::email;
use daemun_mediawiki::username::Rigor;
use daemun_store::{GroupMembership, NewAccount};

use super::password::{self, Password};
use super::{AccountsError, canonical, groups};

/// An account to be.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// The name as typed.
    pub name: String,
    /// The groups that it is in from the start.
    pub groups: Vec<String>,
    /// The e-mail address, or empty. It counts as not confirmed.
    pub email: String,
}

impl NewUser {
    /// The canonical name, if an account can have it. What is asked for before a password is.
    ///
    /// # Errors
    /// When the name, a group or the address is none, or the name is taken.
    pub async fn prepare(mut self, environment: &Environment) -> Result<Self, AccountsError> {
        self.name = canonical(environment, &self.name, Rigor::Creatable)?;
        for group in &self.groups {
            groups::must_exist(environment, group)?;
        }
        if !self.email.is_empty() && !email::is_valid(&self.email) {
            return Err(AccountsError::BadEmail(self.email));
        }
        let now = environment.clock.now();
        match environment.store.accounts.by_name(&self.name, now).await? {
            Some(_) => Err(AccountsError::NameTaken(self.name)),
            None => Ok(self),
        }
    }
}

/// Makes an account and answers its name and id.
///
/// # Errors
/// When the name is taken or none, a group is unknown, the policy refuses the password, or
/// something below fails.
pub async fn create(
    environment: &Environment,
    user: NewUser,
    password: &Password,
) -> Result<(String, u64), AccountsError> {
    let user = user.prepare(environment).await?;
    let held_to = password::policy_groups(user.groups.iter().cloned());
    password::check(environment, &user.name, &held_to, password)?;
    let mut names = user.groups;
    names.sort();
    names.dedup();
    let account = NewAccount {
        password: password::hash(environment, password).await?,
        token: environment.random.hex32(),
        email: user.email,
        registration: environment.clock.now(),
        groups: names.into_iter().map(|group| GroupMembership { group, expiry: None }).collect(),
        name: user.name,
        ..NewAccount::default()
    };
    let entry = daemun_auth::creation::log_entry(
        environment,
        "create",
        &account.name,
        (0, &account.name),
        "",
    );
    match environment.store.accounts.add(&account, Some(&entry)).await {
        Ok(id) => Ok((account.name, id)),
        Err(error) => Err(AccountsError::adding(&account.name, error)),
    }
}

/// The account that the first start makes.
pub struct FirstAdministrator {
    /// Its name.
    pub name: String,
    /// Its password, shown once.
    pub password: Password,
}

/// Makes an administrator with a random password, if there is no account at all.
///
/// # Errors
/// When something below fails.
pub async fn create_first_administrator(
    environment: &Environment,
) -> Result<Option<FirstAdministrator>, AccountsError> {
    if environment.store.accounts.count().await? > 0 {
        return Ok(None);
    }
    let user = NewUser {
        name: "Admin".to_owned(),
        groups: ["sysop", "bureaucrat", "interface-admin"].map(str::to_owned).to_vec(),
        email: String::new(),
    };
    let password = password::generate_password(environment, &user.name, &user.groups);
    match create(environment, user, &password).await {
        Ok((name, _)) => Ok(Some(FirstAdministrator { name, password })),
        // Another process was first, and shows the password.
        Err(AccountsError::NameTaken(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
