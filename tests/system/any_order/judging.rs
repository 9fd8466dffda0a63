//! Whether an answer is one that may be given to who has proved so much.

use std::time::Duration;

use daemun_testkit::visitor::Answer;

use super::sending::Sent;
use super::{LONGEST_DIALOGUE, Need, Pending, Play, Stage};

/// What a UI asks for.
fn asked(answer: &Answer) -> Option<Need> {
    let body = answer.at("/clientlogin/requests").to_string();
    let says = |word: &str| body.contains(word);
    [
        ("EmailAuthAuthenticationRequest", Need::EmailCode),
        ("OATHAuth", Need::Factor),
        ("ConfirmLink", Need::Link),
        ("linkOk", Need::Link),
        ("\"retype\"", Need::NewPassword),
    ]
    .into_iter()
    .find_map(|(word, need)| says(word).then_some(need))
}

impl Play {
    /// Judges an answer to somebody who says who they are.
    pub(super) fn judge_primary(
        &mut self,
        client: usize,
        sent: &Sent,
        answer: &Answer,
        begun: i64,
    ) -> anyhow::Result<()> {
        match answer.status() {
            "FAIL" => self.clients[client].pending = None,
            "REDIRECT" => {
                self.check(self.is_human(sent), "sent away without a captcha", answer);
                let target = answer.text_at("/clientlogin/redirecttarget").to_owned();
                self.wait(client, Stage::Away(target), begun, None, false);
            }
            "PASS" | "UI" => {
                self.check(self.is_human(sent), "a password was looked at unasked", answer);
                let right = sent.login.filter(|(_, right)| *right).map(|(number, _)| number);
                let Some(number) = right else {
                    self.check(false, "nobody's password was right", answer);
                    return Ok(());
                };
                let outworn = sent.temporary || self.accounts[number].expired;
                self.proved(client, number, outworn, answer, begun)?;
            }
            _ => self.check(false, "no answer of a dialogue", answer),
        }
        Ok(())
    }

    fn is_human(&self, sent: &Sent) -> bool {
        sent.captcha || !self.asks_captcha
    }

    fn wait(
        &mut self,
        client: usize,
        stage: Stage,
        begun: i64,
        account: Option<usize>,
        outworn: bool,
    ) {
        let (email_code, over) = (None, false);
        self.clients[client].pending =
            Some(Pending { stage, account, begun, outworn, email_code, over });
    }

    /// It is known who it is: what is asked for next?
    fn proved(
        &mut self,
        client: usize,
        number: usize,
        outworn: bool,
        answer: &Answer,
        begun: i64,
    ) -> anyhow::Result<()> {
        self.check(!self.accounts[number].blocked, "a blocked user was let in", answer);
        let next = self.next(answer);
        for need in self.needs(number, client, outworn) {
            self.check(next.is_some_and(|next| next <= need), &format!("no {need:?}"), answer);
        }
        match next {
            None => self.sign_in(client, number),
            Some(need) => self.asked_for(client, need, begun, number, outworn),
        }
        Ok(())
    }

    /// What is asked for; `None` for a PASS.
    fn next(&self, answer: &Answer) -> Option<Need> {
        let need = asked(answer);
        let is_pass = answer.status() == "PASS";
        self.check(need.is_some() != is_pass, "a question that nobody knows", answer);
        need
    }

    fn asked_for(&mut self, client: usize, need: Need, begun: i64, number: usize, outworn: bool) {
        self.wait(client, Stage::Asked(need), begun, Some(number), outworn);
        if need != Need::EmailCode {
            return;
        }
        assert!(self.world.run(self.world.environment.mailer.finish(Duration::from_secs(30))));
        let to = format!("{}@example.org", self.accounts[number].name);
        let letters = self.letters.all();
        let last = letters.iter().rev().find(|letter| letter.to == to);
        let code = last.and_then(|letter| letter.after("enter this code:").ok());
        if let Some(pending) = &mut self.clients[client].pending {
            pending.email_code = code.map(str::to_owned);
        }
    }

    /// Judges an answer to a client that goes on from this.
    pub(super) fn judge(
        &mut self,
        client: usize,
        pending: Option<Pending>,
        sent: &Sent,
        answer: &Answer,
    ) -> anyhow::Result<()> {
        let Some(pending) = pending else {
            self.check(answer.status() == "FAIL", "a step where nothing was begun", answer);
            return Ok(());
        };
        if answer.status() == "FAIL" {
            self.clients[client].pending = None;
            return Ok(());
        }
        let age = self.now() - pending.begun;
        let is_over = pending.over || age > LONGEST_DIALOGUE;
        self.check(!is_over, "a dialogue went on after its end", answer);
        match pending.stage.clone() {
            Stage::Restarted => self.judge_primary(client, sent, answer, pending.begun),
            Stage::Away(target) => self.judge_return(client, &target, &pending, sent, answer),
            Stage::Asked(need) => self.judge_need(client, need, pending, sent, answer),
        }
    }

    fn judge_return(
        &mut self,
        client: usize,
        target: &str,
        pending: &Pending,
        sent: &Sent,
        answer: &Answer,
    ) -> anyhow::Result<()> {
        if answer.status() == "REDIRECT" {
            let same = answer.text_at("/clientlogin/redirecttarget") == target;
            self.check(same && !sent.is_back, "sent away for something else", answer);
            return Ok(());
        }
        let Some(subject) = sent.subject.clone() else {
            self.check(false, "what another client brought back was good", answer);
            return Ok(());
        };
        let owner = self.links.iter().find(|(_, known)| *known == subject).map(|(owner, _)| *owner);
        match (answer.status(), owner) {
            ("RESTART", None) => {
                self.clients[client].proved.push(subject);
                self.wait(client, Stage::Restarted, pending.begun, None, false);
            }
            ("PASS" | "UI", Some(number)) => {
                self.passes.by_provider += 1;
                self.proved(client, number, false, answer, pending.begun)?;
            }
            _ => self.check(false, "somebody else's link was followed", answer),
        }
        Ok(())
    }

    fn judge_need(
        &mut self,
        client: usize,
        need: Need,
        pending: Pending,
        sent: &Sent,
        answer: &Answer,
    ) -> anyhow::Result<()> {
        let Some(number) = pending.account else { panic!("asked for nobody's {need:?}") };
        let next = self.next(answer);
        if next == Some(need) {
            self.clients[client].pending = Some(pending);
            return Ok(());
        }
        let needs = self.needs(number, client, pending.outworn);
        for passed in needs.into_iter().filter(|one| *one >= need) {
            if next.is_none_or(|next| passed < next) {
                let holds = passed == need && self.is_shown(client, number, &pending, sent, passed);
                self.check(holds, &format!("{passed:?} was passed over"), answer);
            }
        }
        if need == Need::Link {
            self.confirmed(client, number, sent, answer)?;
        }
        let outworn = pending.outworn && need != Need::NewPassword;
        match next {
            None => self.sign_in(client, number),
            Some(next) => self.asked_for(client, next, pending.begun, number, outworn),
        }
        Ok(())
    }

    /// Whether what was sent is what was needed; if so, it is used up.
    fn is_shown(
        &mut self,
        client: usize,
        number: usize,
        pending: &Pending,
        sent: &Sent,
        need: Need,
    ) -> bool {
        match need {
            Need::EmailCode => {
                self.passes.email_codes += 1;
                sent.email_code.is_some() && sent.email_code == pending.email_code
            }
            Need::Factor => {
                self.passes.factors += 1;
                let code = sent.code.clone().filter(|(owner, _)| *owner == number);
                let Some(code) = code else { return false };
                let is_fresh = !self.accepted.contains(&code);
                self.accepted.push(code);
                is_fresh
            }
            Need::NewPassword => {
                self.passes.new_passwords += 1;
                let Some(password) = sent.password.clone() else { return false };
                let account = &mut self.accounts[number];
                account.password = Some(password);
                account.expired = false;
                account.temporary = None;
                self.dialogues_are_over(number, client);
                true
            }
            Need::Link => true,
        }
    }

    /// Links that are new are those that were confirmed, of somebody who was proved.
    fn confirmed(
        &mut self,
        client: usize,
        number: usize,
        sent: &Sent,
        answer: &Answer,
    ) -> anyhow::Result<()> {
        let links = self.stored_links()?;
        for link in links.iter().filter(|link| !self.links.contains(link)) {
            let (owner, subject) = link;
            let is_own = *owner == number && sent.links.contains(subject);
            let is_proved = self.clients[client].proved.contains(subject);
            self.check(is_own && is_proved, "linked without a proof", answer);
            self.passes.links += 1;
        }
        self.links = links;
        Ok(())
    }

    fn sign_in(&mut self, client: usize, number: usize) {
        self.passes.logins += 1;
        self.seen.push((number, client));
        self.clients[client].pending = None;
        self.clients[client].signed_in = Some(number);
    }
}
