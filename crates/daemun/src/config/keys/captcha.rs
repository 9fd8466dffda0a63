//! Captchas: of what kind, and when they are due.

use daemun_auth::providers::captcha::settings::{CaptchaTriggers, Question};
use unicode_normalization::UnicodeNormalization;

use super::passwords::throttle_rules;
use super::server::ranges;
use crate::config::key::Default::Is;
use crate::config::key::{Given, Key, key};
use crate::config::kind::Kind;
use crate::config::problem::Refusals;

/// Longest question with its answers, in bytes: a session may hold several.
const LONGEST_QUESTION: usize = 2000;

/// Longest time in which failures are counted, in seconds; the long count has 300 times as much.
const LONGEST: i64 = 1_000_000;

pub(super) const KEYS: &[Key] = &[
    key(
        "captcha.kind",
        Kind::Word(&[
            "off",
            "question",
            "arithmetic",
            "image",
            "recaptcha",
            "hcaptcha",
            "turnstile",
        ]),
        Is("\"off\""),
        "How people show that they are human: `question` asks one of `captcha.questions`, \
         `arithmetic` a sum, `image` shows distorted letters, the others are services elsewhere. \
         With one, bots and administrators get the right `skipcaptcha`.",
        |draft, given| {
            given.text().clone_into(&mut draft.captcha.kind);
            if given.text() != "off" {
                for group in ["bot", "sysop"] {
                    draft.config.settings.rights.set(group, "skipcaptcha", true);
                }
            }
            Ok(())
        },
    )
    .mediawiki("$wgCaptchaClass"),
    key(
        "captcha.questions",
        Kind::Tables("[{ question = \"…\", answers = [\"…\"] }]"),
        Is("[]"),
        "The questions, each with all that is right. Answers are compared without regard to case. \
         A question may hold HTML.",
        |draft, given| {
            draft.config.settings.captcha.questions = questions(given)?;
            Ok(())
        },
    )
    .mediawiki("$wgCaptchaQuestions"),
    key(
        "captcha.text-alternative",
        Kind::Flag,
        Is("true"),
        "Whether those who cannot see an image can ask for a text in its place: one of \
         `captcha.questions`, or a sum where there are none. Programs can ask for it too, so an \
         image keeps out no more than the text does; without it, it keeps out people.",
        |draft, given| {
            draft.captcha.text_alternative = given.flag();
            Ok(())
        },
    ),
    key(
        "captcha.site-key",
        Kind::Text,
        Is("\"\""),
        "The key that the service's widget is shown with.",
        |draft, given| {
            given.text().clone_into(&mut draft.captcha.site_key);
            Ok(())
        },
    )
    .mediawiki("$wgReCaptchaSiteKey, $wgHCaptchaSiteKey, $wgTurnstileSiteKey"),
    key(
        "captcha.secret-key",
        Kind::Text,
        Is("\"\""),
        "The key that the service knows this wiki by.",
        |draft, given| {
            draft.captcha.secret = given.text().to_owned().into();
            Ok(())
        },
    )
    .secret()
    .mediawiki("$wgReCaptchaSecretKey, $wgHCaptchaSecretKey, $wgTurnstileSecretKey"),
    key(
        "captcha.endpoint",
        Kind::Text,
        Is("\"\""),
        "Where the service says whether a token is good; empty: the vendor's `siteverify`.",
        |draft, given| {
            let endpoint = given.text();
            let url = url::Url::parse(endpoint).ok();
            if !endpoint.is_empty()
                && !url.is_some_and(|url| matches!(url.scheme(), "http" | "https"))
            {
                return Err("empty, or an address that begins with https:// or http://".into());
            }
            endpoint.clone_into(&mut draft.captcha.endpoint);
            Ok(())
        },
    ),
    key(
        "captcha.send-address",
        Kind::Flag,
        Is("false"),
        "Whether the service is told the address of who answers.",
        |draft, given| {
            draft.captcha.sends_address = given.flag();
            Ok(())
        },
    )
    .mediawiki("$wgReCaptchaSendRemoteIP, $wgHCaptchaSendRemoteIP, $wgTurnstileSendRemoteIP"),
    key(
        "captcha.triggers",
        Kind::Texts,
        Is("[\"badlogin\", \"badloginperuser\", \"createaccount\"]"),
        "When a captcha is due: after failed logins from the same address (`badlogin`) or with the \
         same name (`badloginperuser`), for new accounts (`createaccount`), for every login \
         (`loginattempt`).",
        |draft, given| {
            draft.config.settings.captcha.triggers = triggers(given)?;
            Ok(())
        },
    )
    .mediawiki("$wgCaptchaTriggers"),
    key(
        "captcha.bypass-addresses",
        Kind::Texts,
        Is("[]"),
        "Addresses and ranges from which new accounts can be made without one, such as those of an \
         event where many people sign up. After failed logins a captcha is due there, too.",
        |draft, given| {
            draft.config.settings.captcha.bypass_addresses = ranges(given)?;
            Ok(())
        },
    )
    .mediawiki("$wgCaptchaBypassIPs"),
    key(
        "captcha.bad-login-attempts",
        Kind::Whole(0, 1_000_000),
        Is("3"),
        "Failed logins from an address that make a captcha due; 0: none need fail. So do 30 times \
         as many in 300 times the time.",
        |draft, given| {
            draft.config.settings.captcha.bad_login.count = given.number();
            Ok(())
        },
    )
    .mediawiki("$wgCaptchaBadLoginAttempts"),
    key(
        "captcha.bad-login-expiration",
        Kind::Whole(1, LONGEST),
        Is("300"),
        "Seconds in which they are counted, from the first.",
        |draft, given| {
            draft.config.settings.captcha.bad_login.seconds = given.number();
            Ok(())
        },
    )
    .mediawiki("$wgCaptchaBadLoginExpiration"),
    key(
        "captcha.bad-login-per-user-attempts",
        Kind::Whole(0, 1_000_000),
        Is("20"),
        "Failed logins with a name, from wherever, that make a captcha due.",
        |draft, given| {
            draft.config.settings.captcha.bad_login_per_user.count = given.number();
            Ok(())
        },
    )
    .mediawiki("$wgCaptchaBadLoginPerUserAttempts"),
    key(
        "captcha.bad-login-per-user-expiration",
        Kind::Whole(1, LONGEST),
        Is("600"),
        "Seconds in which they are counted, from the first.",
        |draft, given| {
            draft.config.settings.captcha.bad_login_per_user.seconds = given.number();
            Ok(())
        },
    )
    .mediawiki("$wgCaptchaBadLoginPerUserExpiration"),
    key(
        "captcha.wrong-answers",
        Kind::Tables("[{ count = 15, seconds = 60 }]"),
        Is("[{ count = 15, seconds = 60 }]"),
        "Wrong answers to captchas that an address may give before none counts. Every rule must \
         hold; an empty list lets everybody try without end.",
        |draft, given| {
            draft.config.settings.captcha.wrong_answers = throttle_rules(given)?;
            Ok(())
        },
    )
    .mediawiki("$wgRateLimits['badcaptcha']['ip']"),
    key(
        "captcha.wrong-answers-per-user",
        Kind::Tables("[{ count = 30, seconds = 60 }]"),
        Is("[{ count = 30, seconds = 60 }]"),
        "The same for somebody who is in, whatever the address.",
        |draft, given| {
            draft.config.settings.captcha.wrong_answers_per_user = throttle_rules(given)?;
            Ok(())
        },
    )
    .mediawiki("$wgRateLimits['badcaptcha']['user']"),
];

fn questions(given: &Given<'_>) -> Result<Vec<Question>, Refusals> {
    let mut refusals = Refusals::default();
    let mut questions = Vec::new();
    for (place, table) in given.tables().into_iter().enumerate() {
        match question(table) {
            Some(question) => questions.push(question),
            None => refusals.add(
                format!("[{place}]"),
                format!(
                    "{{ question = \"…\", answers = [\"…\"] }} with a question, at least one \
                     answer, none empty, and {LONGEST_QUESTION} bytes at most"
                ),
                toml::Value::Table(table.clone()),
            ),
        }
    }
    refusals.into_result().map(|()| questions)
}

fn question(table: &toml::Table) -> Option<Question> {
    let text = table.get("question")?.as_str()?.to_owned();
    let answers = table.get("answers")?.as_array()?.iter();
    // What clients send is in this form, however it was typed.
    let answers = answers.map(|answer| Some(answer.as_str()?.nfc().collect::<String>()));
    let answers: Vec<String> = answers.collect::<Option<_>>()?;
    let is_good = table.len() == 2
        && !text.trim().is_empty()
        && !answers.is_empty()
        && answers.iter().all(|answer| !answer.trim().is_empty())
        && text.len() + answers.iter().map(String::len).sum::<usize>() <= LONGEST_QUESTION;
    is_good.then_some(Question { text, answers })
}

fn triggers(given: &Given<'_>) -> Result<CaptchaTriggers, Refusals> {
    let mut triggers = CaptchaTriggers::NONE;
    for name in given.texts() {
        let Some(trigger) = triggers.named(name) else {
            return Err("a list of badlogin, badloginperuser, createaccount and loginattempt, in \
                        quotes"
                .into());
        };
        *trigger = true;
    }
    Ok(triggers)
}
