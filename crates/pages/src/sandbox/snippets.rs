//! A request as people write it elsewhere: an address, `curl`, Python, JavaScript. Secrets are read
//! from the environment and never stand in a program; tokens are fetched.

mod curl;
mod javascript;
mod python;

use serde::Serialize;

use super::request::ApiRequest;

/// A request written in one way.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Snippet {
    /// The name of the language or of the program.
    pub name: &'static str,
    /// What a style sheet and a script know it by.
    pub id: &'static str,
    pub code: String,
}

/// What snippets say in comments, in the language of the page.
#[derive(Clone, Debug)]
pub(super) struct Remarks {
    /// That a token belongs to the session that the cookies keep.
    pub(super) token: String,
    /// That secrets come from the environment.
    pub(super) secrets: String,
}

/// All ways. `api` is the address of `api.php`.
pub(super) fn all(api: &str, request: &ApiRequest, remarks: &Remarks) -> Vec<Snippet> {
    let snippet = |id, name, code| Snippet { name, id, code };
    vec![
        snippet("url", "URL", address(api, request)),
        snippet("curl", "curl", curl::write(api, request, remarks)),
        snippet("python", "Python", python::write(api, request, remarks)),
        snippet("javascript", "JavaScript", javascript::write(api, request, remarks)),
    ]
}

/// The address; of what is posted the body stands below, with marks in the places of secrets.
fn address(api: &str, request: &ApiRequest) -> String {
    if !request.is_posted {
        return format!("{api}?{}", request.query());
    }
    let secrets = request.secrets.iter().map(|secret| format!("&{}=…", secret.name));
    format!("POST {api}\n\n{}{}", request.query(), secrets.collect::<String>())
}

/// The names and values of the request that gets a token.
fn token_params(kind: &'static str) -> [(&'static str, &'static str); 5] {
    [
        ("action", "query"),
        ("meta", "tokens"),
        ("type", kind),
        ("format", "json"),
        ("formatversion", "2"),
    ]
}

/// What programs are asked to call themselves.
const USER_AGENT: &str = "MyTool/1.0 (you@example.org)";

/// The remarks that apply, a line each, behind this mark.
fn comments(mark: &str, request: &ApiRequest, remarks: &Remarks) -> String {
    let has_known = request.known_to_people().next().is_some();
    let lines = [
        has_known.then_some(&remarks.secrets),
        request.token().is_some().then_some(&remarks.token),
    ];
    // A text is one line, whatever a translation holds.
    let line = |text: &String| format!("{mark} {}\n", text.replace(['\n', '\r'], " "));
    lines.into_iter().flatten().map(line).collect()
}

/// A text as a string of JavaScript and of Python, which write it alike.
fn quoted(text: &str) -> String {
    let mut code = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => code.extend(['\\', c]),
            '\n' => code.push_str("\\n"),
            '\r' => code.push_str("\\r"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                code.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => code.push(c),
        }
    }
    code.push('"');
    code
}

#[cfg(test)]
mod tests {
    use super::super::request::Secret;
    use super::*;

    pub(super) fn login() -> ApiRequest {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let secret = |name: &str, token| Secret { name: name.to_owned(), token };
        ApiRequest {
            params: vec![pair("action", "login"), pair("lgname", "O'Neill \\ \"한\"\n$x `y`")],
            secrets: vec![secret("lgpassword", None), secret("lgtoken", Some("login"))],
            is_posted: true,
        }
    }

    fn remarks() -> Remarks {
        Remarks { token: "a token\nof two lines".to_owned(), secrets: "secrets".to_owned() }
    }

    #[test]
    fn no_way_has_a_secret_in_an_address() {
        for snippet in all("http://a/w/api.php", &login(), &remarks()) {
            assert!(!snippet.code.contains("api.php?"), "{}", snippet.code);
            assert!(snippet.code.contains("lgpassword"), "{}", snippet.code);
        }
    }

    #[test]
    fn a_remark_stays_behind_its_mark() {
        let comments = comments("#", &login(), &remarks());
        assert_eq!(comments, "# secrets\n# a token of two lines\n");
    }

    #[test]
    fn what_only_reads_is_an_address() {
        let request = ApiRequest { secrets: Vec::new(), is_posted: false, ..login() };
        let snippets = all("http://a/w/api.php", &request, &remarks());
        let code = &snippets.first().unwrap().code;
        assert_eq!(
            code,
            "http://a/w/api.php?action=login&lgname=O%27Neill%20%5C%20%22%ED%95%9C%22%0A%24x%20%60y%60"
        );
        assert!(snippets.iter().all(|snippet| !snippet.code.contains("token")), "{snippets:?}");
    }
}
