//! Steps of two clients at the same time.

use std::sync::Barrier;

use daemun_testkit::visitor::{Answer, Visitor};

use super::sending::Sent;
use super::{CLIENTS, Play, Stage};

fn post(visitor: &mut Visitor, sent: &Sent, start: &Barrier) -> anyhow::Result<Answer> {
    let token = visitor.token("login");
    start.wait();
    let token = token?;
    let mut params =
        vec![("action", "clientlogin"), ("logincontinue", "1"), ("logintoken", token.as_str())];
    params.extend(sent.fields.iter().map(|(name, value)| (*name, value.as_str())));
    visitor.post(&params)
}

impl Play {
    /// Two clients go on at once, often with the same code.
    pub(super) fn two_at_once(&mut self, one: usize) -> anyhow::Result<()> {
        let other = (one + 1 + self.dice.below(CLIENTS - 1)) % CLIENTS;
        let stage = |play: &Self, client: usize| {
            play.clients[client].pending.as_ref().map(|pending| pending.stage.clone())
        };
        // Who says anew who they are could be before or after what the other changes.
        if [one, other].iter().any(|client| stage(self, *client) == Some(Stage::Restarted)) {
            return Ok(());
        }
        let (first, mut second) = (self.sent(one)?, self.sent(other)?);
        if first.code.is_some() && second.code.is_some() && self.dice.below(2) == 0 {
            let field = |(name, _): &&(&'static str, String)| name.contains("Token");
            let code = first.fields.iter().find(field).cloned();
            if let (Some(code), Some(own)) =
                (code, second.fields.iter_mut().find(|own| field(&&**own)))
            {
                *own = code;
                second.code.clone_from(&first.code);
            }
        }
        // Of two new passwords nobody could say which is the last.
        if first.password.is_some() {
            second.fields.retain(|(name, _)| !["password", "retype"].contains(name));
            second.password = None;
        }
        self.tell(format!(
            "clients {one} and {other} go on at once with {:?} and {:?}",
            first.fields, second.fields
        ));
        let start = Barrier::new(2);
        let mut visitors = [self.clients[one].visitor.clone(), self.clients[other].visitor.clone()];
        let [left, right] = &mut visitors;
        let answers = std::thread::scope(|scope| {
            let left = scope.spawn(|| post(left, &first, &start));
            let right = scope.spawn(|| post(right, &second, &start));
            (left.join().expect("an answer"), right.join().expect("an answer"))
        });
        let [left, right] = visitors;
        self.clients[one].visitor = left;
        self.clients[other].visitor = right;
        self.passes.pairs += 1;
        // Both are judged by what was before: who was faster is not known.
        let before = self.clients[other].pending.clone();
        let account = before.as_ref().and_then(|pending| pending.account);
        let changes = self.passes.new_passwords;
        let own = self.clients[one].pending.clone();
        let owner = own.as_ref().and_then(|pending| pending.account);
        self.judge(one, own, &first, &answers.0?)?;
        let changed = self.passes.new_passwords > changes && owner == account;
        self.judge(other, before, &second, &answers.1?)?;
        if let (true, Some(number)) = (changed, owner) {
            self.dialogues_are_over(number, one);
        }
        Ok(())
    }
}
