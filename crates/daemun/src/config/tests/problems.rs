//! What is wrong is told, with where it is and what is allowed.

use super::*;

#[test]
fn an_unknown_key_names_the_nearest() {
    for (file, said) in [
        (
            "[cookie]\nprefx = 'x'",
            "daemun.toml:2: unknown key `cookie.prefx`; did you mean `cookie.prefix`?",
        ),
        ("[cookies]\nprefix = 'x'", "daemun.toml:1: unknown key `cookies`; did you mean `cookie`?"),
        ("\nport = 80", "daemun.toml:2: unknown key `port`; `daemun config reference` lists all"),
        (
            "wgSitename = 'x'",
            "daemun.toml:1: unknown key `wgSitename`; MediaWiki's $wgSitename is `site.name` here",
        ),
        ("site = 'x'", "daemun.toml:1: `site` is a section: it holds keys such as `site.…`"),
    ] {
        assert_eq!(problem_of_file(file), said);
    }
}

#[test]
fn an_unknown_variable_names_the_nearest() {
    let said = problems(&sources("", &[("DAEMUN_LISTN", "x"), ("DAEMUN_ZZZZZZZZ", "x")], &[]));
    assert_eq!(
        said,
        [
            "unknown environment variable DAEMUN_LISTN; did you mean DAEMUN_LISTEN?",
            "unknown environment variable DAEMUN_ZZZZZZZZ; `daemun config reference` lists all",
        ]
    );
}

#[test]
fn each_bad_value_is_told_with_what_is_allowed() {
    for (file, part) in [
        ("listen = 'x'", "`listen` is \"x\": it must be an IP address and a port"),
        ("listen = 8080", "`listen` is 8080: it must be a text in quotes"),
        ("public-url = 'example.org'", "it must be scheme, host and port"),
        ("public-url = 'http://a/b'", "it must be scheme, host and port"),
        ("public-url = 'ftp://a'", "it must be scheme, host and port"),
        ("captcha.kind = 'fancy'", "\"turnstile\""),
        ("captcha.kind = 'question'", "`captcha.questions` has none: there must be one or more"),
        (
            "captcha.questions = [{ question = 'Six?', answers = [] }]",
            "`captcha.questions[0]` is { answers = [], question = \"Six?\" }: it must be",
        ),
        ("captcha.kind = 'hcaptcha'\ncaptcha.secret-key = 'x'", "`captcha.site-key` is empty"),
        ("captcha.kind = 'hcaptcha'\ncaptcha.site-key = 'x'", "`captcha.secret-key` is empty"),
        ("captcha.endpoint = 'example.org'", "an address that begins with https:// or http://"),
        (
            "captcha.triggers = ['edit']",
            "badlogin, badloginperuser, createaccount and loginattempt",
        ),
        ("captcha.bypass-addresses = ['here']", "\"here\" in its list"),
        ("captcha.bad-login-attempts = -1", "a whole number from 0 to 1000000"),
        ("captcha.wrong-answers = [{ count = 1 }]", "{ count = …, seconds = … }"),
        ("data = ''", "`data` is \"\": it must be a folder"),
        (
            "database.engine = 'mysql'",
            "it must be \"sqlite\": MariaDB, MySQL and PostgreSQL come in a later version",
        ),
        ("database.name = 'a/b'", "without slashes"),
        ("database.table-prefix = 'a-b'", "ASCII letters, digits and _"),
        (
            "trusted-proxies = ['10.0.0.0/8', 'proxy']",
            "`trusted-proxies` is \"proxy\" in its list: it must be an address or range",
        ),
        ("trusted-proxies = '10.0.0.0/8'", "it must be a list of texts"),
        ("wiki-id = 'a:b'", "without colons"),
        ("site.language = 'not a code'", "a language's code"),
        ("script-path = 'w'", "a path such as \"/w\""),
        ("article-path = '/wiki'", "$1 at its end"),
        ("cookie.prefix = 'a=b'", "ASCII letters"),
        ("cookie.path = 'x'", "begins with /"),
        ("cookie.domain = 'a;b'", "a domain"),
        ("cookie.same-site = 'lax'", "it must be \"\", \"Lax\", \"Strict\" or \"None\""),
        ("reauthenticate-time = -2", "a whole number from -1 to"),
        (
            "sensitive-operations = { ChangeEmail = { minutes = 1 } }",
            "it must be seconds or by-bots",
        ),
        ("sensitive-operations = { ChangeEmail = 60 }", "it must be { seconds = …, by-bots = … }"),
        (
            "sensitive-operations = { ChangeEmail = { by-bots = 1 } }",
            "`sensitive-operations.ChangeEmail.by-bots` is 1: it must be true or false",
        ),
        ("cookie.secure = 'yes'", "it must be \"detect\", \"true\" or \"false\""),
        ("session-lifetime = 0", "`session-lifetime` is 0: it must be a whole number from 60 to"),
        ("session-lifetime = '1h'", "it must be a whole number"),
        ("bot-passwords = 'no'", "it must be true or false"),
        ("auto-confirm.age = -1", "a whole number, 0 or more"),
        (
            "throttle.password = [{ count = 0, seconds = 1 }]",
            "`throttle.password[0]` is { count = 0, seconds = 1 }",
        ),
        (
            "throttle.password = [{ count = 1, seconds = 1, allIPs = true }]",
            "`throttle.password[0]`",
        ),
        ("password.default = 'md5'", "\"pbkdf2\", \"argon2id\" or \"bcrypt\""),
        ("password.bcrypt.cost = 3", "from 4 to 20"),
        ("password.argon2id = { memory = 8, lanes = 2 }", "8 KiB of memory for each lane"),
        ("groups.staff.edit = 'yes'", "`groups.staff.edit` is \"yes\": it must be true or false"),
        ("groups.staff = true", "`groups.staff` is true: it must be a table"),
        ("password-policy.default.MinimalPaswordLength = 8", "did you mean MinimalPasswordLength?"),
        ("password-policy.default.MinimalPasswordLength = 'x'", "it must be a number"),
        ("password-policy.default.MaximalPasswordLength = 0", "it must be 1 or more"),
        (
            "password-policy.groups.sysop.MinimalPasswordLength.force = true",
            "value, suggest-change or force-change",
        ),
        ("main-account-login = 'no'", "\"allow\" or \"abort\""),
        ("remember-me = true", "\"choose\""),
        ("most-body = 1", "from 1024 to"),
        ("a = ", "daemun.toml:1: this is not TOML"),
    ] {
        let said = problem_of_file(file);
        assert!(said.contains(part), "{file}: {said}");
    }
}

#[test]
fn several_problems_are_told_together() {
    let said = problems(&sources(
        "listen = 'x'\nlisen = 'x'\nhash-queue = 0",
        &[("DAEMUN_MAIN_PAGE", ""), ("DAEMUN_X", "")],
        &[("data", "")],
    ));
    assert_eq!(said.len(), 6, "{said:?}");
    assert!(said.iter().any(|problem| problem.starts_with("DAEMUN_MAIN_PAGE: `main-page`")));
    assert!(said.iter().any(|problem| problem.starts_with("--data: `data`")));
}
