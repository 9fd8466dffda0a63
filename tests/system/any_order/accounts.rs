//! The accounts, and what happens to them.

use daemun_auth::second_factor;
use daemun_mediawiki::second_factor::{TotpSecret, window_of};
use daemun_store::OpenIdLink;
use daemun_testkit::world::World;

use super::{CLIENTS, Need, Play};

const EXPIRED: &str = "20200101000000";
/// Whom the provider knows: the first two are linked.
pub(super) const PEOPLE: [&str; 6] = ["otto", "tina", "nina", "nils", "noel", "nuri"];

/// An account and what it asks for.
pub(super) struct Account {
    pub(super) name: String,
    pub(super) id: u64,
    /// None, where it was made by way of the provider.
    pub(super) password: Option<String>,
    /// One that was mailed, and must be changed.
    pub(super) temporary: Option<String>,
    pub(super) secret: Option<TotpSecret>,
    pub(super) recovery: Vec<String>,
    pub(super) expired: bool,
    pub(super) has_email: bool,
    pub(super) blocked: bool,
}

impl Account {
    pub(super) fn new(name: &str, id: u64, password: Option<String>) -> Self {
        Self {
            name: name.to_owned(),
            id,
            password,
            temporary: None,
            secret: None,
            recovery: Vec::new(),
            expired: false,
            has_email: false,
            blocked: false,
        }
    }
}

/// An account of each kind.
pub(super) fn all(world: &World) -> anyhow::Result<Vec<Account>> {
    let mut accounts = Vec::new();
    for (name, has_factor, expired, has_email, mailed) in [
        ("Plain", false, false, false, false),
        ("Tina", true, false, true, false),
        ("Carol", false, true, false, false),
        ("Both", true, true, false, false),
        ("Mila", false, false, true, false),
        ("Otto", false, false, true, true),
    ] {
        let password = format!("{name}-pass-1!");
        let id = world.add_account_with(name, &password, |account| {
            if has_email {
                account.email = format!("{name}@example.org");
                account.email_authenticated = Some(account.registration);
            }
        })?;
        let mut account = Account { has_email, ..Account::new(name, id, Some(password)) };
        if has_factor {
            let row = world.run(world.store().accounts.by_name(name, world.now()))?;
            let enrolled = second_factor::enrol(&world.environment, row.as_ref().expect("a row"));
            let enrolled = world.run(enrolled)?;
            account.secret = TotpSecret::from_base32(&enrolled.secret);
            account.recovery =
                enrolled.recovery_codes.iter().map(|c| c.reveal().to_owned()).collect();
        }
        if expired {
            expire(world, &mut account)?;
        }
        if mailed {
            mail_password(world, &mut account, "mailed-1!")?;
        }
        accounts.push(account);
    }
    Ok(accounts)
}

fn expire(world: &World, account: &mut Account) -> anyhow::Result<()> {
    let id = account.id;
    account.expired = true;
    world.sql(&format!(
        "UPDATE user SET user_password_expires = '{EXPIRED}' WHERE user_id = {id}"
    ))?;
    Ok(())
}

fn mail_password(world: &World, account: &mut Account, password: &str) -> anyhow::Result<()> {
    let (hash, time, id) = (world.hash(password)?, world.now().to_mw(), account.id);
    account.temporary = Some(password.to_owned());
    world.sql(&format!(
        "UPDATE user SET user_newpassword = '{hash}', user_newpass_time = '{time}' \
         WHERE user_id = {id}"
    ))?;
    Ok(())
}

impl Play {
    /// Links two accounts to whom the provider knows.
    pub(super) fn link_two(&mut self) -> anyhow::Result<()> {
        for (name, subject) in [("Otto", PEOPLE[0]), ("Tina", PEOPLE[1])] {
            let number = self.accounts.iter().position(|account| account.name == name).unwrap();
            let issuer = self.provider.issuer().to_owned();
            let link = OpenIdLink { issuer, subject: subject.to_owned() };
            let id = self.accounts[number].id;
            self.world.run(self.world.store().openid_links.add(id, &link))?;
        }
        self.links = self.stored_links()?;
        Ok(())
    }

    /// All links that there are, in the order of accounts.
    pub(super) fn stored_links(&self) -> anyhow::Result<Vec<(usize, String)>> {
        let rows = self
            .world
            .sql("SELECT oidc_user, oidc_subject FROM openid_connect ORDER BY oidc_user")?;
        let mut links = Vec::new();
        for row in rows {
            let [Some(id), Some(subject)] = &row[..] else { panic!("{row:?}") };
            let id: u64 = id.parse()?;
            let number = self.accounts.iter().position(|account| account.id == id).unwrap();
            links.push((number, subject.clone()));
        }
        Ok(links)
    }

    /// What an account asks this client for, in order. Whether its password must be changed is
    /// seen when that is shown, and does not matter to who comes from the provider.
    pub(super) fn needs(&self, number: usize, client: usize, outworn: bool) -> Vec<Need> {
        let account = &self.accounts[number];
        let has_factor = account.secret.is_some();
        let is_seen = self.seen.contains(&(number, client));
        let mut needs = Vec::new();
        if self.mails_codes && account.has_email && !has_factor && !is_seen {
            needs.push(Need::EmailCode);
        }
        if has_factor {
            needs.push(Need::Factor);
        }
        if outworn {
            needs.push(Need::NewPassword);
        }
        needs
    }

    /// A code of an account: one that could be right now, or one that was right before, the last
    /// most often.
    pub(super) fn code(&mut self, number: usize) -> Option<(usize, String)> {
        let used: Vec<&String> =
            self.accepted.iter().filter(|(owner, _)| *owner == number).map(|(_, c)| c).collect();
        if let Some(last) = used.last()
            && self.dice.below(3) == 0
        {
            return Some((number, (*last).clone()));
        }
        let account = &self.accounts[number];
        let secret = account.secret.as_ref()?;
        if self.dice.below(2) == 0 {
            let offset = i64::try_from(self.dice.below(3)).unwrap_or_default() - 1;
            let window = window_of(self.world.now()) + offset;
            return Some((number, format!("{:06}", secret.code(window))));
        }
        let code = account.recovery.get(self.dice.below(account.recovery.len()))?;
        Some((number, code.clone()))
    }

    /// What operators and time do.
    pub(super) fn something_happens(&mut self) -> anyhow::Result<()> {
        let number = self.dice.below(self.accounts.len());
        let name = self.accounts[number].name.clone();
        match self.dice.below(10) {
            0 => self.end_sessions(number)?,
            1 => {
                self.tell(format!("{name} is blocked, or is no more"));
                self.block(number)?;
            }
            2 => {
                self.tell(format!("the password of {name} expires"));
                expire(&self.world, &mut self.accounts[number])?;
            }
            3 => {
                let password = format!("mailed-{}!", self.dice.below(1000));
                self.tell(format!("{name} is mailed {password}"));
                mail_password(&self.world, &mut self.accounts[number], &password)?;
            }
            4 => {
                self.tell("all places are forgotten".to_owned());
                self.world.sql("DELETE FROM loginnotify_seen_net")?;
                self.seen.clear();
            }
            5 => {
                // Sessions that are used live on; dialogues do not.
                for _ in 0..2 {
                    self.tell("half an hour passes".to_owned());
                    self.pass(1850);
                    self.everybody_is_who_they_should_be()?;
                }
            }
            _ => {
                let seconds = i64::try_from(self.dice.below(40))?;
                self.tell(format!("{seconds} seconds pass"));
                self.pass(seconds);
            }
        }
        Ok(())
    }

    /// Blocks an account, or lets it be again.
    fn block(&mut self, number: usize) -> anyhow::Result<()> {
        let account = &mut self.accounts[number];
        account.blocked = !account.blocked;
        let id = account.id;
        let sql = match account.blocked {
            true => format!(
                "INSERT INTO block_target (bt_id, bt_user, bt_user_text) VALUES ({id}, {id}, 'x'); \
                 INSERT OR IGNORE INTO comment (comment_id, comment_hash, comment_text) \
                 VALUES (1, 0, 'spam'); \
                 INSERT INTO block (bl_target, bl_by_actor, bl_reason_id, bl_timestamp, \
                 bl_expiry) VALUES ({id}, 1, 1, '20260101000000', 'infinity')"
            ),
            false => format!(
                "DELETE FROM block WHERE bl_target = {id}; \
                 DELETE FROM block_target WHERE bt_id = {id}"
            ),
        };
        self.world.sql(&sql)?;
        Ok(())
    }

    fn end_sessions(&mut self, number: usize) -> anyhow::Result<()> {
        let (name, id) = (self.accounts[number].name.clone(), self.accounts[number].id);
        self.tell(format!("the sessions of {name} are ended"));
        let token = format!("{:016x}{:016x}", self.dice.roll(), self.dice.roll());
        self.world.sql(&format!("UPDATE user SET user_token = '{token}' WHERE user_id = {id}"))?;
        for client in &mut self.clients {
            if client.signed_in == Some(number) {
                client.signed_in = None;
                // Its dialogue was in the session, and so was what it had been shown.
                client.pending = None;
            }
        }
        self.dialogues_are_over(number, CLIENTS);
        Ok(())
    }

    /// No dialogue of this account goes on any more, but for one client's.
    pub(super) fn dialogues_are_over(&mut self, number: usize, but: usize) {
        for (client, state) in self.clients.iter_mut().enumerate() {
            if let Some(pending) = &mut state.pending
                && pending.account == Some(number)
                && client != but
            {
                pending.over = true;
            }
        }
    }
}
